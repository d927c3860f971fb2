/*
 * Which system calls may be made: the lists that the filters of base/calls are made from when we build.
 */
#ifndef HOLDFAST_FILTER_RULES_H
#define HOLDFAST_FILTER_RULES_H

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define RULES_WHOLE UINT64_MAX /* the mask of a test of a whole argument */

/*
 * TCGETS2, by which isatty(3) asks since glibc 2.42: the C library's headers have its name, but not the structure whose size
 * is part of the number (struct termios2, 44 bytes).
 */
#define RULES_TCGETS2 _IOC(_IOC_READ, 'T', 0x2A, 44)

struct rules_test {
	unsigned argument;
	uint64_t mask, value; /* (argument & mask) == value; a mask of 0 tests nothing */
};

/* The call is allowed where both tests hold. Several rules for one call: any of them. */
struct rules_tested {
	int call;
	struct rules_test first, second;
};

struct rules_list {
	const int *allowed; /* numbers as SCMP_SYS() gives them */
	size_t allowed_count;
	const struct rules_tested *tested;
	size_t tested_count;
};

struct rules {
	const struct rules_list *const *lists; /* all of them together, no call in two of them */
	size_t list_count;
	const int *deadly; /* calls that end the process */
	size_t deadly_count;
};

/* Memory, files to be read, sockets once they are made, time, ourselves: what each program needs. */
extern const struct rules_list rules_common;

extern const struct rules rules_reading;
extern const struct rules rules_changing;
extern const struct rules rules_sending;

#endif
