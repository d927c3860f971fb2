/*
 * tuned's profiles of a host: found by name where tuned finds them, with all that they include, lowest first.
 */
#ifndef HOLDFAST_CMD_TUNED_H
#define HOLDFAST_CMD_TUNED_H

#include "../load/load_tuned.h"
#include "input.h"

struct tuned_layers {
	struct tuned_profile *items; /* later ones win */
	size_t count, capacity;
	struct text_list missing; /* names that were asked for and not found */
};

/* Adds the named profile and what it includes. */
void tuned_add(struct arena *arena, const struct tree *tree, const char *name, struct findings *findings,
	       struct tuned_layers *layers);
/* Adds a profile that was read already, and what it includes; the folder beside its own is looked in first. */
void tuned_add_file(struct arena *arena, const struct tree *tree, const struct input *input, struct findings *findings,
		    struct tuned_layers *layers);
/* The names of the active profile, blanks between; NULL when tuned is not at work. */
const char *tuned_active(struct arena *arena, const struct tree *tree);

#endif
