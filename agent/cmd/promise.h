/*
 * A saved plan held against the one made now. It is carried out only when both come to the same; what moved is named.
 */
#ifndef HOLDFAST_CMD_PROMISE_H
#define HOLDFAST_CMD_PROMISE_H

#include "../load/load_plan.h"
#include "pipeline.h"

/* Reads the plan file that apply was given, and takes its profiles. False: run->exit is set. */
bool promise_read(struct run *run, struct load_plan *promise) MUST_CHECK;
/* False: the promise is stale; each thing that moved is on stderr, and run->exit is set. */
bool promise_holds(struct run *run, const struct load_plan *promise, const struct plan *plan) MUST_CHECK;

#endif
