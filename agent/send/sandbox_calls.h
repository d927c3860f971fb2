/*
 * The system calls that a sender needs, as rules of seccomp(2); made by libseccomp, which knows every machine's numbers. What
 * is not listed does not exist (ENOSYS), so that newer libraries fall back to what they used before; what starts a program or
 * reaches for other processes ends us.
 */
#ifndef HOLDFAST_SEND_SANDBOX_CALLS_H
#define HOLDFAST_SEND_SANDBOX_CALLS_H

#include "../base/error.h"

/* For good. A kernel that has no filters goes without. */
bool sandbox_calls(struct error *err) MUST_CHECK;

#endif
