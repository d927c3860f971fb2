/*
 * The system calls that a sender needs (base/calls); what starts a program or reaches for other processes ends us.
 */
#ifndef HOLDFAST_SEND_SANDBOX_CALLS_H
#define HOLDFAST_SEND_SANDBOX_CALLS_H

#include "../base/error.h"

/* For good. A kernel that has no filters goes without. */
bool sandbox_calls(struct error *err) MUST_CHECK;

#endif
