/*
 * What a transaction found, on disk before it changes anything: /var/lib/holdfast/journal/<id>.json, and the old bytes of
 * each file beside it as <id>.<name of the file>. The id is a UUIDv7, so names sort by time.
 *
 *	            journal_begin            journal_update
 *	(nothing) --------------> begun ------------------> done
 *
 *	begun   the old values and the old files are on disk; any part of the change may have happened
 *	done    every step has its result; what was changed has been read back
 */
#ifndef HOLDFAST_CHANGE_JOURNAL_H
#define HOLDFAST_CHANGE_JOURNAL_H

#include "../core/facts.h"
#include "../core/plan.h"
#include "../system/tree.h"

struct journal {
	const char *id;
	const char *time;    /* RFC 3339 */
	const char *state;   /* "begun" or "done" */
	const char *boot_id; /* NULL = not known */
	const char *agent_version;
	struct text_list profiles; /* names and files as they were given */
	const char *digest;        /* of the desired state */
	const struct plan *plan;
	struct text_list off; /* "done": paths that were not in line at the end */
};

/* Makes the folders where they are missing. After true, all of it is on disk. */
bool journal_begin(struct arena *arena, const struct tree *tree, const struct journal *journal, struct error *err)
	MUST_CHECK;
/* The same entry anew: with more steps before they are carried out, or with all results and the state "done". */
bool journal_update(struct arena *arena, const struct tree *tree, const struct journal *journal, struct error *err)
	MUST_CHECK;

enum journal_found { JOURNAL_FOUND, JOURNAL_NONE, JOURNAL_FAILED };
/* The entry with the highest id, with its steps (key, from, to, result) in a plan of its own; without the old files. */
enum journal_found journal_last(struct arena *arena, const struct tree *tree, struct journal *journal,
				struct error *err) MUST_CHECK;

#endif
