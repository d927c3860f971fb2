/*
 * A profile's text to struct profile. Says the same as schema/profile.schema.json, and more: what the catalogue knows of
 * a key, and what a schema cannot see. Finds all faults of the file in one run.
 */
#ifndef HOLDFAST_LOAD_LOAD_PROFILE_H
#define HOLDFAST_LOAD_LOAD_PROFILE_H

#include "../core/findings.h"
#include "../core/profile.h"

/* file is how the user knows it. False when at least one error was found; *profile is then not to be used. */
bool load_profile(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		  struct profile *profile) MUST_CHECK;

#endif
