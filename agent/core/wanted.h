/*
 * What one key should be on this host, conditions and scales resolved: the side of a comparison that does not move.
 */
#ifndef HOLDFAST_CORE_WANTED_H
#define HOLDFAST_CORE_WANTED_H

#include "../base/text.h"
#include "profile.h"
#include "value.h"

enum wanted_kind { WANTED_VALUE, WANTED_BOUNDS, WANTED_ONE_OF };

struct wanted {
	enum wanted_kind kind;
	const char *value;       /* WANTED_VALUE: as it will be written */
	const char *min, *max;   /* WANTED_BOUNDS: one or both */
	struct text_list one_of; /* WANTED_ONE_OF: at least one */
};

/* Resolves a requirement that is not UNMANAGED. False when a scale needs a fact that is not known. */
bool wanted_resolve(struct arena *arena, const struct requirement *requirement, const struct facts *facts,
		    struct wanted *wanted) MUST_CHECK;
/* Whether the value, from /proc or from a sysctl file, is in line. */
bool wanted_satisfied(const struct catalogue_row *row, const struct wanted *wanted, const char *value);
/*
 * What to set, given what is there now (NULL = nothing): the value; the bound that is crossed, element by element; the
 * first of the list.
 */
const char *wanted_target(struct arena *arena, const struct catalogue_row *row, const struct wanted *wanted,
			  const char *current);
/* "30", ">= 4096", "<= 60", "30..60", "bbr or cubic", for people. */
const char *wanted_text(struct arena *arena, const struct wanted *wanted);
/* Adds it so that two different wishes never read the same, a line a part: for digests (docs/report.md). */
void wanted_spell(struct text *text, const struct wanted *wanted);
bool wanted_equal(const struct wanted *a, const struct wanted *b);

#endif
