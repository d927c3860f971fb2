/*
 * The process that stands by an `apply --confirm` (cmd/waiting).
 */
#ifndef HOLDFAST_CMD_WATCHER_H
#define HOLDFAST_CMD_WATCHER_H

#include "pipeline.h"

/*
 * Starts it for the transaction with the id. It does nothing until *hold, which is the caller's, is closed or the caller
 * dies; then it goes by the journal. It lets go of the lock that it inherits.
 */
bool watcher_start(struct run *run, const char *id, int *hold, struct error *err) MUST_CHECK;

#endif
