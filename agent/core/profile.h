/*
 * A profile as its author wrote it: what a set of hosts should look like. Read by load/load_profile, which also holds it
 * to the rules of schema/profile.schema.json; here it is plain data, valid and complete.
 */
#ifndef HOLDFAST_CORE_PROFILE_H
#define HOLDFAST_CORE_PROFILE_H

#include <stdint.h>

#include "../base/array.h"
#include "catalogue.h"
#include "condition.h"
#include "key.h"
#include "source.h"

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITIES };
extern const char *const severity_names[SEVERITIES];

enum requirement_kind {
	REQUIREMENT_VALUE,
	REQUIREMENT_BOUNDS, /* min, max or both */
	REQUIREMENT_ONE_OF,
	REQUIREMENT_SCALE,     /* memory bytes or cpus, times a ratio, clamped */
	REQUIREMENT_UNMANAGED, /* drops what a layer below asked for */
};

struct requirement_scale {
	bool of_cpus;                    /* else of memory in bytes */
	uint64_t numerator, denominator; /* the ratio; denominator > 0 */
	bool has_min, has_max;
	int64_t min, max;
};

struct text_list {
	const char **items;
	size_t count, capacity;
};

struct requirement {
	struct key key;
	struct source source; /* of the key */
	enum requirement_kind kind;
	const char *value;     /* as it will be written, byte for byte */
	const char *min, *max; /* numbers, blanks between; NULL = no such bound */
	struct text_list one_of;
	struct requirement_scale scale;
	const char *why; /* may be NULL */
	enum severity severity;
	struct text_list controls;
	struct condition when;
	struct text_list except; /* globs against the instance that the wildcard matched */
	bool optional;
	bool manage_live, manage_boot;
	bool accept_hazard;
};

struct profile_parent {
	const char *name;
	struct source source;
};

struct profile {
	const char *name;
	int64_t version;
	const char *summary; /* may be NULL */
	const char *file;    /* as the user knows it */
	const char *bytes;   /* the file, for its digest */
	size_t length;
	struct {
		struct profile_parent *items;
		size_t count, capacity;
	} extends;
	struct requirement *items;
	size_t count, capacity;
};

/* The layers of a run in the order in which they are laid: later ones win. */
struct profile_layers {
	const struct profile **items;
	size_t count, capacity;
};

/* The facts_part bits that the layers' conditions and scales ask for. */
unsigned profile_needs(const struct profile_layers *layers);

#endif
