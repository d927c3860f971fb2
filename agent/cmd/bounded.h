/*
 * Work in a child process that is ended after so long: whatever becomes of it, a crash, a read that hangs, the caller goes on
 * and can tell of it. What the child has changed in memory stays with it.
 */
#ifndef HOLDFAST_CMD_BOUNDED_H
#define HOLDFAST_CMD_BOUNDED_H

#include "pipeline.h"

/*
 * True: the work came to its end, and *code is its exit status. False: it was ended (err says how) or could not be started;
 * its lock is let go of by the kernel, and the next changing command undoes what it left. A child that sleeps in the kernel
 * and cannot be killed is left behind, with its lock.
 */
bool bounded_run(struct run *run, enum exit_code (*work)(struct run *run), uint64_t limit_s, enum exit_code *code,
		 struct error *err) MUST_CHECK;

#endif
