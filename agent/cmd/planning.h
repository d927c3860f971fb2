/*
 * The plan of a run: the live writes of its outcome, and what the files must say so that the next boot gives the same.
 *
 * What the files must say is found by trial (trial.h). No file is written here.
 */
#ifndef HOLDFAST_CMD_PLANNING_H
#define HOLDFAST_CMD_PLANNING_H

#include "pipeline.h"

/* The whole plan of run->outcome. False: run->exit is set. */
bool planning_make(struct run *run, struct plan *plan) MUST_CHECK;
/* The steps and contents of the files alone, for statuses that an apply has changed since. */
bool planning_files(struct run *run, struct plan *plan) MUST_CHECK;

#endif
