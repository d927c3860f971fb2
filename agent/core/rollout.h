/*
 * Which share of the hosts a change reaches first. A host's place is fixed by its id and the seed, so the share only grows
 * with the percentage, and another seed picks other hosts first.
 */
#ifndef HOLDFAST_CORE_ROLLOUT_H
#define HOLDFAST_CORE_ROLLOUT_H

#include <stdbool.h>

#include "../base/arena.h"

/* Places of the hosts: hundredths of a percent. */
enum { ROLLOUT_PLACES = 10000 };

/* Of the host, from 0 on; the host is in from the next whole percent on. */
unsigned rollout_place(struct arena *arena, const char *seed, const char *host);
/* Whether the host is within the first `percent` (0 to 100) of all. */
bool rollout_includes(struct arena *arena, unsigned percent, const char *seed, const char *host);

#endif
