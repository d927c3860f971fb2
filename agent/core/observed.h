/*
 * What this host has: for each item of the desired state, in the same order, the live value and what its loader would set
 * at the next boot. Filled by system/; judged by core/outcome.
 */
#ifndef HOLDFAST_CORE_OBSERVED_H
#define HOLDFAST_CORE_OBSERVED_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"
#include "source.h"

enum live_state {
	LIVE_UNASKED, /* not managed live, or the tree has no kernel (an image) */
	LIVE_READ,
	LIVE_MISSING,
	LIVE_UNREADABLE,
};

/* How much of a missing key's path is missing. */
enum live_gap {
	GAP_KEY,      /* only the file */
	GAP_INSTANCE, /* the interface's folder */
	GAP_FAMILY,   /* the stack's or the module's folder */
};

struct observed_live {
	enum live_state state;
	const char *value;  /* LIVE_READ: without the final newline */
	int number;         /* LIVE_UNREADABLE: errno */
	enum live_gap gap;  /* LIVE_MISSING */
	const char *module; /* GAP_FAMILY: the module that brings it, NULL for a stack */
	bool read_only;     /* nobody can write it here; only looked up for what is not in line */
	bool write_only;    /* LIVE_UNREADABLE: mode 0200 */
};

/* A line of a sysctl file that would set the key. */
struct boot_line {
	const char *value;
	struct source source;
	size_t file;                   /* index in the list of files it was read from */
	size_t value_start, value_end; /* bytes in that file, for an edit in place */
	bool glob;                     /* it says it of more keys than one: never corrected for the sake of one */
};

struct observed_boot {
	const struct boot_line *winner;          /* NULL: no file sets it */
	const struct boot_line *const *shadowed; /* the lines that lose, in the order in which the loader reads them */
	size_t shadowed_count;
};

/* What lines of the loader's files can say. */
struct boot_ability {
	bool wildcards;
	bool exclusion_patterns; /* `-key` may hold a wildcard */
};

struct observed {
	struct observed_live *live; /* both have as many items as the desired state */
	struct observed_boot *boot;
	bool kernel; /* the tree has a /proc/sys */
	struct boot_ability ability;
};

/* Whether a wildcard requirement can be persisted as a wildcard, with its exceptions. */
bool observed_expressible(const struct boot_ability *ability, const struct requirement *requirement);

#endif
