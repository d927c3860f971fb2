/*
 * The system calls that a process may make, as rules of seccomp(2); made by libseccomp, which knows every machine's numbers.
 * What is not listed does not exist (ENOSYS), so that newer libraries fall back to what they used before; what no part of us
 * ever does ends the process. A kernel that has no filters goes without.
 */
#ifndef HOLDFAST_BASE_CALLS_H
#define HOLDFAST_BASE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/*
 * TCGETS2, by which isatty(3) asks since glibc 2.42: the C library's headers have its name, but not the structure whose size
 * is part of the number (struct termios2, 44 bytes).
 */
#define CALLS_TCGETS2 _IOC(_IOC_READ, 'T', 0x2A, 44)

struct calls_test {
	unsigned argument;
	uint64_t mask, value; /* (argument & mask) == value; a mask of 0 tests nothing */
};

/* The call is allowed where both tests hold. Several rules for one call: any of them. */
struct calls_rule {
	int call;
	struct calls_test first, second;
};

struct calls_list {
	const int *allowed; /* numbers as SCMP_SYS() gives them */
	size_t allowed_count;
	const struct calls_rule *rules;
	size_t rule_count;
};

struct calls {
	const struct calls_list *lists; /* all of them together */
	size_t list_count;
	const int *deadly;
	size_t deadly_count;
	/*
	 * Where a machine has all calls of sockets in one as well (32-bit x86, s390x: socketcall(2)), its arguments lie in
	 * memory, where no filter looks: a rule for some kinds of sockets would let all through. true: no socket is made that
	 * way, and who makes one says syscall(SYS_socket), as the C library may not.
	 */
	bool sockets_by_kind;
};

/* For good, and for every child. New privileges have been given up before (capabilities_keep). */
bool calls_limit(const struct calls *calls, struct error *err) MUST_CHECK;

#endif
