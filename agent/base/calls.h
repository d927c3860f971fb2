/*
 * The system calls that a process may make, as filters of seccomp(2). What is not listed does not exist (ENOSYS), so that newer
 * libraries fall back to what they used before; what no part of us ever does ends the process. The filters below are made by
 * libseccomp when we build (agent/filter), for the system that we build for: no start of a program waits for it.
 */
#ifndef HOLDFAST_BASE_CALLS_H
#define HOLDFAST_BASE_CALLS_H

#include <linux/filter.h>

#include "error.h"

struct calls_filter {
	const struct sock_filter *code;
	unsigned short count; /* 0: here there is nothing to refuse */
};

extern const struct calls_filter calls_reading;  /* to read files, and one netlink socket that lists sockets */
extern const struct calls_filter calls_changing; /* to write files too, and a child for `apply --confirm` */
extern const struct calls_filter calls_sending;  /* what libcurl needs; for holdfast-send */
/*
 * Where a machine has all calls of sockets in one as well (32-bit x86, s390x: socketcall(2)), its arguments lie in memory, where
 * no filter looks: a rule for some kinds of sockets would let all through. With this no socket is made that way, and who makes
 * one says syscall(SYS_socket), as the C library may not. Entered beside another filter: the strictest of several decides.
 */
extern const struct calls_filter calls_no_socketcall;

/*
 * For good, and for every child. New privileges have been given up before (capabilities_keep). A kernel that has no filters goes
 * without.
 */
bool calls_limit(const struct calls_filter *filter, struct error *err) MUST_CHECK;

#endif
