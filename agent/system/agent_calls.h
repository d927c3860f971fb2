/*
 * The system calls that a command needs (base/calls): to read files, and one netlink socket that lists sockets; for those that
 * change the host, to write files too, and a child for `apply --confirm`. No program is started, no other namespace entered,
 * no other process touched; that ends us.
 */
#ifndef HOLDFAST_SYSTEM_AGENT_CALLS_H
#define HOLDFAST_SYSTEM_AGENT_CALLS_H

#include "../base/error.h"

/* For good. A kernel that has no filters goes without. */
bool agent_calls(bool changes, struct error *err) MUST_CHECK;

#endif
