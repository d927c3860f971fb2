/*
 * The `when` of a requirement: every entry must hold, a list in an entry means any of.
 *
 *	when: {kernel: ">= 4.12, < 6.14", host: [web-*, proxy-*]}
 */
#ifndef HOLDFAST_CORE_CONDITION_H
#define HOLDFAST_CORE_CONDITION_H

#include "../base/array.h"
#include "../base/error.h"
#include "facts.h"

enum condition_subject {
	CONDITION_KERNEL,
	CONDITION_MEMORY,
	CONDITION_CPUS,
	CONDITION_HOST,
	CONDITION_OS,
	CONDITION_ARCH,
	CONDITION_VIRTUALIZATION,
	CONDITION_MODULE,
	CONDITION_INTERFACE,
	CONDITION_TAG,
	CONDITION_SUBJECTS,
};

struct condition_entry {
	enum condition_subject subject;
	const char **items; /* any of these */
	size_t count, capacity;
};
struct condition {
	struct condition_entry *items; /* all of these; none = always */
	size_t count, capacity;
};

/* The names as a profile writes them, in the order of the enum. */
extern const char *const condition_names[CONDITION_SUBJECTS];

/* Whether text is a well-formed test of the subject. The error says what would be. */
bool condition_check(enum condition_subject subject, const char *text, struct error *err) MUST_CHECK;
/* An unknown fact makes a test false. Only for texts that passed condition_check. */
bool condition_holds(const struct condition *condition, const struct facts *facts);
/* The facts_part bits that the condition asks for. */
unsigned condition_needs(const struct condition *condition);
/* "kernel < 4.12" and so on, for people. */
const char *condition_text(struct arena *arena, const struct condition *condition);

#endif
