/*
 * Carrying a plan out as one transaction under the lock, and reading everything back: `apply`, and `run` in mode enforce.
 *
 *	lock, recovery -> plan -> journal -> live writes -> files -> a second look -> journal
 *
 * A step that fails takes everything back; with --keep-going only what the kernel refuses or alters is left out, and not
 * persisted either. Nothing to do means nothing is touched: no journal, no file. With --confirm the files wait.
 */
#ifndef HOLDFAST_CMD_APPLYING_H
#define HOLDFAST_CMD_APPLYING_H

#include "promise.h"

/*
 * After pipeline_settings, under the lock, which is let go of as soon as nothing is left to be changed. promise: the plan that
 * must come out, NULL = whatever does.
 */
enum exit_code applying_carry_out(struct run *run, const struct load_plan *promise);

#endif
