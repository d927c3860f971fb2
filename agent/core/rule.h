/*
 * The rules that lint knows, by the names that stand in its output, in suppressions and in code review: stable, never
 * reused for another meaning. docs/lint.md is printed from the same table.
 */
#ifndef HOLDFAST_CORE_RULE_H
#define HOLDFAST_CORE_RULE_H

#include <stddef.h>

enum rule {
	RULE_INVALID, /* what a profile or a settings file must not have at all */
	/* One value of one key. */
	RULE_REMOVED_KEY,
	RULE_FUTURE_KEY,
	RULE_UNKNOWN_KEY,
	RULE_OUTSIDE_KERNEL_RANGE,
	RULE_OUTSIDE_SANE_RANGE,
	RULE_NOT_A_VALUE,
	RULE_WRONG_ARITY,
	RULE_DESCENDING,
	RULE_OCTAL,
	RULE_HAZARD,
	RULE_ACTION_KEY,
	RULE_READ_ONLY_KEY,
	RULE_TRAP_VALUE,
	RULE_READS_BACK_OTHERWISE,
	RULE_COARSE_KEY,
	RULE_MYTH,
	RULE_TAKES_EFFECT_LATER,
	RULE_DOTTED_VLAN,
	/* Several together. */
	RULE_TWINS,
	RULE_IMPOSSIBLE_ORDER,
	RULE_RESET_LATER,
	RULE_NO_EFFECT,
	RULE_BELOW_DEMAND,
	RULE_DUPLICATE,
	RULE_FILES_DISAGREE,
	RULE_DEAD_LINE,
	RULE_LOADERS_DIFFER,
	RULE_GLOB_WITHOUT_MATCH,
	RULE_USELESS_EXCLUSION,
	RULE_CANCELLED_LINE,
	RULE_OTHER_OWNER,
	/* How a file is written, and whether it is read. */
	RULE_NOT_READ_AT_BOOT,
	RULE_BYTE_ORDER_MARK,
	RULE_CARRIAGE_RETURN,
	RULE_NOT_AN_ASSIGNMENT,
	RULE_QUOTED_VALUE,
	RULE_INLINE_COMMENT,
	RULE_EMPTY_VALUE,
	RULE_BLANK_AFTER_DASH,
	RULE_ODD_FILE,
	RULES
};

struct rule_row {
	const char *name;    /* "removed-key" */
	const char *summary; /* one sentence: what is wrong with it */
};
extern const struct rule_row rule_rows[RULES];

#endif
