/*
 * Which profiles on this host set a parameter: for readings that name one.
 */
#ifndef HOLDFAST_CMD_SETTERS_H
#define HOLDFAST_CMD_SETTERS_H

#include "../core/reading.h"
#include "pipeline.h"

/* Adds to each reading with a key the names of profiles that set it, to its value where it names one. Broken ones set nothing. */
void setters_find(struct arena *arena, const struct tree *tree, struct readings *readings);

#endif
