/*
 * The system calls that a changing command needs (base/calls): files, one netlink socket, a child for `apply --confirm`. No
 * program is started, no other namespace entered, no other process touched; that ends us.
 */
#ifndef HOLDFAST_SYSTEM_AGENT_CALLS_H
#define HOLDFAST_SYSTEM_AGENT_CALLS_H

#include "../base/error.h"

/* For good. A kernel that has no filters goes without. */
bool agent_calls(struct error *err) MUST_CHECK;

#endif
