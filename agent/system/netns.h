/*
 * Another network namespace of this machine.
 */
#ifndef HOLDFAST_SYSTEM_NETNS_H
#define HOLDFAST_SYSTEM_NETNS_H

#include "../base/error.h"

/*
 * Enters the namespace for good: `word` is a name of ip-netns(8), the number of a process, or a path with a slash. From then
 * on /proc/net, /proc/sys/net and new sockets are of that namespace. Needs CAP_SYS_ADMIN in its user namespace and in ours.
 */
bool netns_enter(const char *word, struct error *err) MUST_CHECK;

#endif
