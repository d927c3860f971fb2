/*
 * A command of the user's that says whether the host is well: /bin/sh -c COMMAND, as nobody (in a user namespace that has no
 * such user, as its root), without capabilities and the way to any, without our files, with a bound on its time. What it
 * has started in its process group ends with it.
 */
#ifndef HOLDFAST_SYSTEM_PROBE_H
#define HOLDFAST_SYSTEM_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/error.h"

/*
 * Starts a process that runs the command whenever it is asked to, and ends when nobody can ask any more: it is there before the
 * caller shuts itself in, and goes on as it was. *asking is the caller's to close.
 */
bool probe_start(const char *command, int *asking, struct error *err) MUST_CHECK;
/* True: the command ended with 0 within the time. Else err says how it ended. */
bool probe_ask(int asking, int64_t most_ms, struct error *err) MUST_CHECK;

#endif
