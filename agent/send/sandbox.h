/*
 * Shutting the sender in before it opens a socket: another user, no capability, no way to a new right, bounds on memory, files
 * and time, and, where the kernel has them, Landlock (its queue to write, the system's own files to read, the ports it needs)
 * and seccomp (the system calls that libcurl needs, and none that starts a program).
 */
#ifndef HOLDFAST_SEND_SANDBOX_H
#define HOLDFAST_SEND_SANDBOX_H

#include <stdint.h>

#include "../base/error.h"

struct sandbox {
	int queue;     /* the folder that may be written to; its owner is who we become, when we are root. -1 = none */
	uint16_t port; /* that may be connected to, beside DNS */
};

/* False: we are not shut in, and must not go on. */
bool sandbox_enter(const struct sandbox *sandbox, struct error *err) MUST_CHECK;

#endif
