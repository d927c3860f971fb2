/*
 * What explain shows of a key: its row of the catalogue, and what this host asks for, has, and would have after a boot.
 * The words of the command line are resolved here; cmd/explain fills in what is on the host, report/ prints.
 */
#ifndef HOLDFAST_CORE_EXPLAIN_H
#define HOLDFAST_CORE_EXPLAIN_H

#include "../base/error.h"
#include "desired.h"
#include "observed.h"

/* One key of this host. */
struct explain_instance {
	const char *path;
	struct observed_live live;
	struct observed_boot boot;
	const struct desired_item *desired; /* NULL: the profile does not ask for it */
};

struct explain_page {
	const char *path;                /* of a key, or of a row with <if> */
	const struct catalogue_row *row; /* NULL: only the kernel knows it */
	struct {
		struct explain_instance *items;
		size_t count, capacity;
	} here;
};
struct explain_pages {
	struct explain_page *items;
	size_t count, capacity;
};

/*
 * Adds the pages that a word asks for: a key in either spelling, the last part of one (tcp_tw_reuse), or a pattern over
 * either. *guess: the word itself is unknown; a clause on what was added instead: "this is net.ipv4.tcp_sack". False: nothing is
 * near; the word may still be a key that only this kernel has: then *path is set.
 */
bool explain_find(struct arena *arena, const char *word, struct explain_pages *pages, const char **guess,
		  const char **path, struct error *err) MUST_CHECK;

/* path with * in the place of <if>. */
const char *explain_wildcard(struct arena *arena, const char *path);

#endif
