/*
 * What is wrong in the user's text: many, each with its place. (A failed operation is a struct error instead.)
 *
 * Loaders add to the list and go on, so that one run shows all faults. The list is bounded; faults beyond the bound
 * are counted in `unlisted`.
 */
#ifndef HOLDFAST_CORE_FINDINGS_H
#define HOLDFAST_CORE_FINDINGS_H

#include "../base/array.h"
#include "rule.h"
#include "source.h"

enum { FINDINGS_LISTED = 200, FINDINGS_LISTED_BY_LINT = 5000 };

enum finding_severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE, FINDING_SEVERITIES };
extern const char *const finding_severity_names[FINDING_SEVERITIES]; /* the words of SARIF, too */

struct finding {
	struct source source;
	enum finding_severity severity;
	const char *text; /* lower case, no full stop, with what to do where we know it */
	enum rule rule;
	const char *key;    /* dotted; NULL when it is of no key */
	const char *remedy; /* lint: what to do, a sentence of its own; else NULL */
};

struct findings {
	struct arena *arena;
	struct finding *items;
	size_t count, capacity;
	size_t most;                   /* how many are listed; 0 = FINDINGS_LISTED */
	size_t errors;                 /* listed or not */
	size_t of[FINDING_SEVERITIES]; /* by severity, listed or not */
	size_t invalid;                /* those of them that are RULE_INVALID */
	size_t unlisted;               /* beyond the bound */
};

void findings_error(struct findings *findings, struct source source, const char *format, ...) PRINTF_LIKE(3, 4);
/* An error that lint knows by a rule of its own. */
void findings_ruled(struct findings *findings, enum rule rule, struct source source, const char *format, ...)
	PRINTF_LIKE(4, 5);
/* A finding as it stands. */
void findings_add(struct findings *findings, const struct finding *finding);
void findings_warning(struct findings *findings, struct source source, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
