/*
 * A profile of tuned (tuned.conf, an INI file): what it includes, which sysctls it sets and how, and what else it does.
 * Behaviour as tuned 2.2x documents it: `key=>N` raises only, `key=<N` lowers only, quotes around a value go.
 */
#ifndef HOLDFAST_LOAD_LOAD_TUNED_H
#define HOLDFAST_LOAD_LOAD_TUNED_H

#include "../core/findings.h"
#include "../core/profile.h"

enum tuned_form { TUNED_VALUE, TUNED_AT_LEAST, TUNED_AT_MOST };

struct tuned_setting {
	const char *key;   /* as it stands there */
	const char *value; /* without quotes; may hold ${variables} */
	enum tuned_form form;
	struct source source;
	bool dropped; /* a profile above has it in its drop= */
};

struct tuned_profile {
	struct text_list includes; /* names of profiles, the first is laid first */
	struct text_list others;   /* sections and settings that are no sysctls: "[cpu] governor" */
	const char *summary;       /* NULL: none */
	struct text_list drops;    /* [sysctl] drop=: keys of the profiles below that do not count */
	bool disabled;             /* [sysctl] enabled=false: its settings do not count */
	bool replaces;             /* [sysctl] replace=1: those of the profiles below do not count */
	struct tuned_setting *items;
	size_t count, capacity;
};

/* Lines that are nothing become warnings; there is no error. */
void load_tuned(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		struct tuned_profile *profile);

#endif
