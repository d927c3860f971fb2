/*
 * A change to the host from its beginning to its end: the journal before everything (journal.h draws the states), values,
 * files, results. What the plan says comes from outside; so does what to do when a step fails.
 *
 *	transaction_begin                       the new files lie ready, the old ones and all old values are in the journal
 *	apply_live, transaction_more            values
 *	transaction_plan_files                  only when a failed step has changed what they are to say
 *	transaction_files                       the files take their names
 *	transaction_look
 *	transaction_done | transaction_wait | transaction_undo
 */
#ifndef HOLDFAST_CHANGE_TRANSACTION_H
#define HOLDFAST_CHANGE_TRANSACTION_H

#include "replace.h"
#include "rollback.h"

struct transaction {
	struct rollback_place place;
	struct entry entry; /* entry.plan is what is carried out */
	struct {
		struct replace_file *replaces;
		struct replace_pending *items; /* in the order of entry.plan->files */
		size_t count;
	} pending;
};

/*
 * The entry has all but its files and coupled keys. files_later: they are prepared, and put away again, to see whether they
 * could be written (apply --confirm). After false nothing was changed and nothing is open.
 */
bool transaction_begin(struct transaction *transaction, bool files_later, struct error *err) MUST_CHECK;
/* Lays the new files of entry.plan ready: part of the two around it; alone for a `confirm`. */
bool transaction_prepare(struct transaction *transaction, struct error *err) MUST_CHECK;
/* As transaction_begin, for files that were planned anew after a failed step. */
bool transaction_plan_files(struct transaction *transaction, struct error *err) MUST_CHECK;
/* Adds live steps to the plan, to the journal first, and carries them out (go_on: as apply_live). */
bool transaction_more(struct transaction *transaction, const struct plan *more, bool go_on, struct error *err)
	MUST_CHECK;
/* The files that lie ready take their names, and the steps on them have their results. */
bool transaction_files(struct transaction *transaction, struct error *err) MUST_CHECK;

/* Notes what is there in the end: what a rollback will call ours. Before done and wait. */
void transaction_look(struct transaction *transaction);
/* The end. now: RFC 3339. */
bool transaction_done(struct transaction *transaction, const char *now, struct error *err) MUST_CHECK;
/* Everything is set and `confirm` is awaited; entry.confirm says how long. */
bool transaction_wait(struct transaction *transaction, struct error *err) MUST_CHECK;
/* Everything goes back (rollback_in_place). */
bool transaction_undo(struct transaction *transaction, const char *why, const char *now, struct error *err) MUST_CHECK;
/* Takes files that still lie ready away. Harmless at any time. */
void transaction_abandon(struct transaction *transaction);

#endif
