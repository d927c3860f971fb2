#include "keeping.h"

#include "../base/clock.h"
#include "../change/journal.h"
#include "changing.h"
#include "output.h"
#include "recovery.h"
#include "transactions.h"

/*
 * Whether the values are those that were set. One that is back at what it was before means that somebody has begun to take
 * the change back; one that is something else is another hand's, which is named and left.
 */
static bool look_at_values(struct run *run, const struct entry *entry, size_t *moved, struct error *err)
{
	*moved = 0;
	for (size_t i = 0; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];
		const struct catalogue_row *row = catalogue_find(step->path);
		struct observed_live now;

		if (step->kind != PLAN_WRITE_LIVE || step->result != PLAN_CHANGED || step->found == NULL)
			continue;
		proc_sys_read(run->arena, &run->proc_sys, step->path, &now);
		if (now.state != LIVE_READ || value_equal(row, step->found, now.value))
			continue;
		if (step->from != NULL && value_equal(row, step->from, now.value))
			return error_set(err, "%s is back at %s already", key_name(run->arena, step->path), now.value);
		pipeline_complain(arena_printf(run->arena,
					       "%s was set to %s and is %s now: another hand has set it since",
					       key_name(run->arena, step->path), step->found, now.value));
		(*moved)++;
	}
	return true;
}

/* What each file is to become, as it was kept; one that an earlier confirm has written already is left out. */
static bool plan_files(struct run *run, struct entry *entry, struct error *err)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		const struct entry_file *file = &entry->files.items[i];
		struct file_state now, next = {0};

		if (!replace_look(run->arena, &run->tree, file->path, &now, err))
			return false;
		const char *digest = entry_digest(run->arena, &now);
		if (text_equal(digest, file->after))
			continue;
		if (!text_equal(digest, file->before))
			return error_set(
				err,
				"%s has been changed by another hand since; undo that, or take the change back and apply again",
				file->path);
		if (file->next != NULL && !journal_copy(run->arena, &run->tree, file->next, file->after, &next, err))
			return false;
		struct plan_file planned = {
			.path = file->path,
			.before = now.present ? now.bytes : NULL,
			.before_length = now.length,
			.after = file->after != NULL ? next.bytes : NULL,
			.after_length = next.length,
		};
		plan_mark_secrets(run->arena, &planned);
		*ARRAY_ADD(run->arena, &entry->plan->files) = planned;
	}
	return true;
}

static bool carry_out(struct run *run, struct transaction *transaction, struct error *err)
{
	return plan_files(run, &transaction->entry, err) && transaction_prepare(transaction, err) &&
	       transaction_files(transaction, err) &&
	       transaction_done(transaction, clock_text(run->arena, clock_now_ms()), err);
}

/* Whether the journal says that it waits still, whatever was tried. */
static bool still_waits(const struct rollback_place *place, const struct entry *entry)
{
	struct entry now;
	struct error err;

	return journal_update(place->arena, place->tree, entry, &err) ||
	       (journal_open(place->arena, place->tree, &now, &err) == JOURNAL_FOUND && now.state == ENTRY_WAITING);
}

/* Until it is confirmed the files are the old ones, so that a restart alone brings everything back. */
static void put_files_back(const struct rollback_place *place, const struct entry *entry)
{
	struct entry copy = *entry;
	const struct entries one = {.items = &copy, .count = 1};
	struct rollback rollback;
	struct error err;

	if (!still_waits(place, entry))
		return;
	rollback_look(place, &one, 1, false, &rollback);
	if (!rollback_files(place, &rollback, &err))
		pipeline_complain(err.text);
}

static enum exit_code refuse(struct run *run, const struct entry *entry, struct error *err)
{
	error_wrap(err, "not confirmed");
	enum exit_code code = pipeline_fail(err);
	pipeline_complain(arena_printf(run->arena, "it is to be taken back at %s; to do so now: holdfast %s",
				       facts_shown(entry->confirm.deadline), output_mend(run, "rollback", false)));
	return code;
}

static enum exit_code keep(struct run *run, const struct entry *entry)
{
	struct transaction transaction = {.entry = *entry};
	struct error err = {0};
	size_t moved;

	if (!recovery_place(run, &transaction.place))
		return run->exit;
	if (rollback_is_elsewhere(&transaction.place, entry)) {
		error_set(&err, "it was made in another network namespace; confirm it there");
		return refuse(run, entry, &err);
	}
	if (!look_at_values(run, entry, &moved, &err))
		return refuse(run, entry, &err);
	if (!carry_out(run, &transaction, &err)) {
		put_files_back(&transaction.place, entry);
		return refuse(run, entry, &err);
	}
	if (!run->options->quiet && !run->options->json)
		printf("Kept: the %s.\n", recovery_name(run->arena, entry));
	if (!transactions_print(run, &transaction.entry, &err))
		return pipeline_fail(&err);
	return moved > 0 ? EXIT_DRIFT : EXIT_IN_LINE;
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
