/*
 * All readings of a census: ports, queues, limits, states.
 */
#ifndef HOLDFAST_CORE_READING_RULES_H
#define HOLDFAST_CORE_READING_RULES_H

#include "reading.h"

/* The gravest first; at least one. */
void reading_make(struct arena *arena, const struct reading_case *given, struct readings *readings);

#endif
