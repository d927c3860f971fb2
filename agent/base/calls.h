/*
 * The system calls that a process may make, as rules of seccomp(2); made by libseccomp, which knows every machine's numbers.
 * What is not listed does not exist (ENOSYS), so that newer libraries fall back to what they used before; what no part of us
 * ever does ends the process. A kernel that has no filters goes without.
 */
#ifndef HOLDFAST_BASE_CALLS_H
#define HOLDFAST_BASE_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* The call is allowed where (argument & mask) == value. Several for one call: any of them. */
struct calls_rule {
	int call;
	unsigned argument;
	uint64_t mask, value;
};

struct calls {
	const int *allowed; /* numbers as SCMP_SYS() gives them */
	size_t allowed_count;
	const int *deadly;
	size_t deadly_count;
	const struct calls_rule *rules;
	size_t rule_count;
};

/* For good, and for every child. New privileges have been given up before (capabilities_keep). */
bool calls_limit(const struct calls *calls, struct error *err) MUST_CHECK;

#endif
