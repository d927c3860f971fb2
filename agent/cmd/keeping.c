#include "keeping.h"

#include "../base/clock.h"
#include "../base/digest.h"
#include "../change/journal.h"
#include "changing.h"
#include "recovery.h"
#include "transactions.h"

static bool tells_secret(const struct entry *entry, const char *file)
{
	for (size_t i = 0; i < entry->plan->count; i++) {
		if (text_equal(entry->plan->items[i].file, file) && catalogue_is_secret(entry->plan->items[i].path))
			return true;
	}
	return false;
}

static const char *digest_of(struct arena *arena, const struct file_state *state)
{
	return state->present ? digest_hex(arena, state->bytes, state->length) : NULL;
}

/* What each file is to become, as it was kept; one that an earlier confirm has written already is left out. */
static bool plan_files(struct run *run, struct entry *entry, struct error *err)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		const struct entry_file *file = &entry->files.items[i];
		struct file_state now, next = {0};

		if (!replace_look(run->arena, &run->tree, file->path, &now, err))
			return false;
		const char *digest = digest_of(run->arena, &now);
		if (text_equal(digest, file->after))
			continue;
		if (!text_equal(digest, file->before))
			return error_set(err, "%s has been changed by another hand since", file->path);
		if (file->next != NULL && !journal_copy(run->arena, &run->tree, file->next, file->after, &next, err))
			return false;
		*ARRAY_ADD(run->arena, &entry->plan->files) = (struct plan_file){
			.path = file->path,
			.before = now.present ? now.bytes : NULL,
			.before_length = now.length,
			.after = file->after != NULL ? next.bytes : NULL,
			.after_length = next.length,
			.secret = tells_secret(entry, file->path),
		};
	}
	return true;
}

static bool carry_out(struct run *run, struct transaction *transaction, struct error *err)
{
	return plan_files(run, &transaction->entry, err) && transaction_prepare(transaction, err) &&
	       transaction_files(transaction, err) &&
	       transaction_done(transaction, clock_text(run->arena, clock_now_ms()), err);
}

static enum exit_code keep(struct run *run, const struct entry *entry)
{
	struct transaction transaction = {.entry = *entry};
	struct error err;

	if (!recovery_place(run, &transaction.place))
		return run->exit;
	if (!carry_out(run, &transaction, &err)) {
		error_wrap(&err, "not confirmed, and to be taken back at %s", entry->confirm.deadline);
		return pipeline_fail(&err);
	}
	if (!run->options->quiet && !run->options->json)
		printf("Kept: the %s.\n", recovery_name(run->arena, entry));
	return transactions_print(run, &transaction.entry, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
}

enum exit_code keeping_confirm(struct run *run)
{
	struct entry entry;

	switch (recovery_turn(run, &entry)) {
	case RECOVERY_WAITING:
		return keep(run, &entry);
	case RECOVERY_CLEAR:
		pipeline_complain("nothing waits to be confirmed; 'holdfast history' shows what became of it");
		return EXIT_WORK;
	case RECOVERY_UNDONE:
		return EXIT_WORK;
	case RECOVERY_STOP:
		break;
	}
	return run->exit;
}
