/*
 * What is wrong in the user's text: many, each with its place. (A failed operation is a struct error instead.)
 *
 * Loaders add to the list and go on, so that one run shows all faults. The list is bounded; faults beyond the bound
 * are counted in `unlisted`.
 */
#ifndef HOLDFAST_CORE_FINDINGS_H
#define HOLDFAST_CORE_FINDINGS_H

#include "../base/array.h"
#include "source.h"

enum { FINDINGS_LISTED = 200 };

enum finding_severity { FINDING_ERROR, FINDING_WARNING };

struct finding {
	struct source source;
	enum finding_severity severity;
	const char *text; /* lower case, no full stop, with what to do where we know it */
};

struct findings {
	struct arena *arena;
	struct finding *items;
	size_t count, capacity;
	size_t errors;   /* listed or not */
	size_t unlisted; /* beyond FINDINGS_LISTED */
};

void findings_error(struct findings *findings, struct source source, const char *format, ...) PRINTF_LIKE(3, 4);
void findings_warning(struct findings *findings, struct source source, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
