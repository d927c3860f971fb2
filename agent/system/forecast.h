/*
 * The boot forecast: what the loader would set from a list of sysctl files. Pure computation on what sysctl_files read,
 * so that a plan can be tried on files that are not written yet.
 */
#ifndef HOLDFAST_SYSTEM_FORECAST_H
#define HOLDFAST_SYSTEM_FORECAST_H

#include "../core/observed.h"
#include "sysctl_files.h"

struct forecast {
	const struct loader *loader;
	const struct sysctl_files *files;
	struct assignments all;
	const struct assignment **named; /* those without a wildcard, by path, then in reading order */
	size_t named_count;
	const struct assignment **globs; /* those with one, in reading order */
	size_t glob_count;
};

/* The forecast keeps pointers to its arguments. */
void forecast_build(struct arena *arena, const struct loader *loader, const struct sysctl_files *files,
		    struct forecast *forecast);
/* What the key would be set to, by which line, and which lines lose. path may be a wildcard: then by its own text only. */
void forecast_key(struct arena *arena, const struct forecast *forecast, const char *path, struct observed_boot *boot);
/* The assignment that wins alone, which takes less; NULL: none does. */
const struct assignment *forecast_winner(struct arena *arena, const struct forecast *forecast, const char *path);
/* For each assignment of forecast->all the one that wins its key; NULL: none does, or it is a wildcard. */
const struct assignment **forecast_winners(struct arena *arena, const struct forecast *forecast);
/* Whether a line names the key itself, without a wildcard; an exclusion does too. */
bool forecast_names(struct arena *arena, const struct forecast *forecast, const char *path);

#endif
