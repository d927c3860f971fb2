#include "transaction.h"

#include "../base/digest.h"
#include "../base/text.h"
#include "apply.h"
#include "coupled.h"
#include "journal.h"

void transaction_abandon(struct transaction *transaction)
{
	for (size_t i = 0; i < transaction->pending.count; i++)
		replace_abandon(&transaction->pending.items[i]);
	transaction->pending.count = 0;
}

bool transaction_prepare(struct transaction *transaction, struct error *err)
{
	const struct rollback_place *place = &transaction->place;
	const struct plan *plan = transaction->entry.plan;

	transaction_abandon(transaction);
	transaction->pending.replaces =
		arena_array(place->arena, plan->files.count + 1, sizeof(*transaction->pending.replaces));
	transaction->pending.items =
		arena_array(place->arena, plan->files.count + 1, sizeof(*transaction->pending.items));
	for (size_t i = 0; i < plan->files.count; i++) {
		transaction->pending.replaces[i] = replace_of(&plan->files.items[i]);
		if (!replace_prepare(place->arena, place->tree, &transaction->pending.replaces[i],
				     &transaction->pending.items[i], err)) {
			transaction_abandon(transaction);
			return false;
		}
		transaction->pending.count = i + 1;
	}
	return true;
}

/* Each file of the plan as it is, for the journal. */
static bool keep_old_files(struct transaction *transaction, struct error *err)
{
	const struct rollback_place *place = &transaction->place;
	struct entry *entry = &transaction->entry;

	entry->files.count = 0;
	for (size_t i = 0; i < entry->plan->files.count; i++) {
		const struct plan_file *planned = &entry->plan->files.items[i];
		struct entry_file *file = ARRAY_ADD(place->arena, &entry->files);

		file->path = planned->path;
		if (!replace_look(place->arena, place->tree, planned->path, &file->was, err))
			return false;
		file->before = file->was.present ? digest_hex(place->arena, file->was.bytes, file->was.length) : NULL;
		file->after = planned->after == NULL ? NULL
						     : digest_hex(place->arena, planned->after, planned->after_length);
	}
	return true;
}

bool transaction_begin(struct transaction *transaction, bool files_later, struct error *err)
{
	const struct rollback_place *place = &transaction->place;

	if (!transaction_prepare(transaction, err))
		return false;
	if (files_later)
		transaction_abandon(transaction);
	if (coupled_find(place->arena, place->proc_sys, &transaction->entry, 0, err) &&
	    keep_old_files(transaction, err) && journal_begin(place->arena, place->tree, &transaction->entry, err))
		return true;
	transaction_abandon(transaction);
	return error_wrap(err, "the journal could not be written");
}

bool transaction_plan_files(struct transaction *transaction, struct error *err)
{
	const struct rollback_place *place = &transaction->place;

	return transaction_prepare(transaction, err) && keep_old_files(transaction, err) &&
	       journal_again(place->arena, place->tree, &transaction->entry, err);
}

bool transaction_more(struct transaction *transaction, const struct plan *more, bool go_on, struct error *err)
{
	const struct rollback_place *place = &transaction->place;
	struct entry *entry = &transaction->entry;
	size_t first = entry->plan->count;

	for (size_t i = 0; i < more->count; i++)
		*ARRAY_ADD(place->arena, entry->plan) = more->items[i];
	if (!coupled_find(place->arena, place->proc_sys, entry, first, err) ||
	    !journal_update(place->arena, place->tree, entry, err))
		return false;
	apply_live(place->arena, place->proc_sys, entry->plan, first, go_on);
	return true;
}

static void file_steps(struct plan *plan, const char *path, enum plan_result result)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (text_equal(plan->items[i].file, path))
			plan->items[i].result = result;
	}
}

bool transaction_files(struct transaction *transaction, struct error *err)
{
	const struct rollback_place *place = &transaction->place;
	bool done = true;

	for (size_t i = 0; i < transaction->pending.count && done; i++) {
		done = replace_finish(place->arena, place->tree, &transaction->pending.items[i], err);
		file_steps(transaction->entry.plan, transaction->pending.replaces[i].path,
			   done ? PLAN_CHANGED : PLAN_REFUSED);
	}
	transaction_abandon(transaction);
	return done;
}

void transaction_look(struct transaction *transaction)
{
	const struct rollback_place *place = &transaction->place;

	coupled_look(place->arena, place->proc_sys, &transaction->entry);
}

bool transaction_done(struct transaction *transaction, const char *now, struct error *err)
{
	const struct rollback_place *place = &transaction->place;

	transaction->entry.state = ENTRY_DONE;
	transaction->entry.ended = now;
	return journal_end(place->arena, place->tree, &transaction->entry, err);
}

bool transaction_wait(struct transaction *transaction, struct error *err)
{
	const struct rollback_place *place = &transaction->place;

	transaction_abandon(transaction);
	transaction->entry.state = ENTRY_WAITING;
	return journal_keep_next(place->arena, place->tree, &transaction->entry, err) &&
	       journal_update(place->arena, place->tree, &transaction->entry, err);
}

bool transaction_undo(struct transaction *transaction, const char *why, const char *now, struct error *err)
{
	transaction_abandon(transaction);
	return rollback_in_place(&transaction->place, &transaction->entry, why, ROLLBACK_TRY_AGAIN, now, err);
}
