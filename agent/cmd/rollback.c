/*
 * rollback: the direct way from now to what was before a transaction: a plan as any, carried out as a transaction of its
 * own. Without an ID it takes back the newest apply that still stands, or the one that waits for `confirm`.
 */
#include "../base/clock.h"
#include "../change/apply.h"
#include "../change/entry_json.h"
#include "../change/journal.h"
#include "changing.h"
#include "commands.h"
#include "output.h"
#include "recovery.h"
#include "steps.h"
#include "transactions.h"

enum { ROUNDS = 4 };

struct way_back {
	struct changing changing;
	struct entries entries; /* newest first; the first `count` are to be taken back */
	size_t count;
	struct rollback rollback;
	struct plan plan;
};

/* What is to be put back, as a plan. */
static bool make_plan(struct run *run, struct way_back *way, struct error *err)
{
	for (size_t i = 0; i < way->count && !run->options->force; i++) {
		if (way->entries.items[i].state == ENTRY_DAMAGED)
			return error_set(err, "%s; what it has changed is not known ('--force' leaves it out)",
					 way->entries.items[i].why);
	}
	rollback_look(&way->changing.transaction.place, &way->entries, way->count, run->options->force, &way->rollback);
	if (!way->rollback.whole) {
		*err = way->rollback.fault;
		return false;
	}
	for (size_t i = 0; i < way->rollback.values.count; i++) {
		if (way->rollback.values.items[i].hold == UNDO_ELSEWHERE)
			return error_set(err,
					 "%s was set in another network namespace; roll it back there (ip netns exec)",
					 key_name(run->arena, way->rollback.values.items[i].path));
	}
	undo_plan(run->arena, &way->rollback.values, &way->plan);
	entry_file_steps(run->arena, &way->entries, way->count, &way->plan);
	for (size_t i = 0; i < way->rollback.files.count; i++) {
		const struct rollback_file *file = &way->rollback.files.items[i];

		if (file->hold == UNDO_MOVED)
			return error_set(err,
					 "%s has been changed by another hand since; 'holdfast %s --force %s' puts the "
					 "old file back all the same (and keeps a copy of what is there)",
					 file->file->path, output_mend(run, "rollback", false),
					 way->entries.items[way->count - 1].id);
		if (file->hold != UNDO_GOES) {
			plan_drop_file(&way->plan, file->file->path);
			continue;
		}
		*ARRAY_ADD(run->arena, &way->plan.files) = rollback_plan_file(run->arena, file);
	}
	return true;
}

static bool is_empty(const struct plan *plan)
{
	return plan->count == 0 && plan->files.count == 0;
}

/* After each round of writes: what is still off, until nothing is. */
static bool write_values(struct way_back *way, struct error *err)
{
	struct changing *changing = &way->changing;
	struct run *run = changing->run;

	apply_live(run->arena, &run->proc_sys, &way->plan, 0, run->options->keep_going);
	for (int round = 0; round < ROUNDS; round++) {
		struct plan more = {0};
		const struct plan_step *failure = changing_failure(&way->plan);

		if (failure != NULL && !run->options->keep_going)
			return changing_refused(changing, failure);
		(void)rollback_refused(&way->rollback, &way->plan);
		if (!rollback_look_again(&changing->transaction.place, &way->rollback, err))
			return changing_fail(changing, err);
		undo_plan(run->arena, &way->rollback.values, &more);
		if (more.count == 0)
			return true;
		if (!transaction_more(&changing->transaction, &more, run->options->keep_going, err))
			return changing_fail(changing, err);
	}
	if (!rollback_look_again(&changing->transaction.place, &way->rollback, err))
		return changing_fail(changing, err);
	(void)undo_give_up(&way->rollback.values);
	return true;
}

static bool carry_out(struct way_back *way)
{
	struct changing *changing = &way->changing;
	struct run *run = changing->run;
	struct error err;

	if (!write_values(way, &err))
		return false;
	if (!transaction_files(&changing->transaction, &err))
		return changing_fail(changing, &err);
	rollback_note_kept(run->arena, &way->rollback, &changing->transaction.entry);
	transaction_look(&changing->transaction);
	return transaction_done(&changing->transaction, clock_text(run->arena, clock_now_ms()), &err) ||
	       changing_fail(changing, &err);
}

static bool print(struct run *run, const struct entry *entry, struct error *err)
{
	struct text text = {.arena = run->arena};

	if (run->options->json)
		return entry_json_write(&text, entry, err) && output_print(run, &text, err);
	return output_changes(run, entry->plan, entry->id, err);
}

static enum exit_code tell(struct way_back *way, bool done)
{
	struct run *run = way->changing.run;
	const struct entry *entry = &way->changing.transaction.entry;
	struct error err;

	if (!print(run, entry, &err))
		return pipeline_fail(&err);
	if (!done)
		return run->exit;
	changing_complain(&way->changing);
	recovery_tell_kept(run, entry);
	const struct entry *oldest = &way->entries.items[way->count - 1];
	if (entry->kept.count > 0)
		pipeline_complain(arena_printf(run->arena, "to take that back too: holdfast %s --force %s",
					       output_mend(run, "rollback", false), oldest->id));
	if (!run->options->json && !run->options->quiet)
		printf("%sBack to before the %s.\n", is_empty(&way->plan) ? "Nothing of it was left.  " : "",
		       recovery_name(run->arena, oldest));
	return entry->kept.count > 0 ? EXIT_DRIFT : EXIT_IN_LINE;
}

/* Nothing to be done, or nothing to be done now. */
static enum exit_code tell_plan(struct way_back *way)
{
	struct run *run = way->changing.run;
	struct entry *entry = &way->changing.transaction.entry;
	struct text text = {.arena = run->arena};
	struct error err;

	entry->state = ENTRY_PLANNED;
	bool printed = run->options->json ? entry_json_write(&text, entry, &err) && output_print(run, &text, &err)
					  : steps_print(run, &way->plan, "Nothing was changed.", &err);
	if (!printed)
		return pipeline_fail(&err);
	recovery_tell_kept(run, entry);
	return is_empty(&way->plan) && entry->kept.count == 0 ? EXIT_IN_LINE : EXIT_DRIFT;
}

static bool any_apply_stands(const struct way_back *way)
{
	for (size_t i = 0; i < way->count; i++) {
		if (way->entries.items[i].kind == ENTRY_APPLY && way->entries.items[i].stands)
			return true;
	}
	return false;
}

static enum exit_code take_back(struct run *run, struct way_back *way)
{
	struct entry *entry = &way->changing.transaction.entry;
	struct error err;

	if (!changing_open(run, ENTRY_ROLLBACK, &way->plan, &way->changing))
		return run->exit;
	if (!make_plan(run, way, &err)) {
		error_wrap(&err, "nothing was changed");
		return pipeline_fail(&err);
	}
	for (size_t i = 0; i < way->count; i++) {
		if (way->entries.items[i].state == ENTRY_DONE)
			*ARRAY_ADD(run->arena, &entry->undoes) = way->entries.items[i].id;
	}
	rollback_note_kept(run->arena, &way->rollback, entry);
	/* Where nothing is left of it, that is put on record all the same: the next rollback goes further back. */
	if (run->options->dry_run || (is_empty(&way->plan) && !any_apply_stands(way)))
		return tell_plan(way);
	if (!changing_begin(&way->changing, false))
		return run->exit;
	return tell(way, carry_out(way));
}

/* What was open is undone, and that was what the user wanted. */
static enum exit_code tell_undone(struct run *run, const struct entry *entry)
{
	struct text text = {.arena = run->arena};
	struct error err;

	if (run->options->json && (!entry_json_write(&text, entry, &err) || !output_print(run, &text, &err)))
		return pipeline_fail(&err);
	return entry->kept.count > 0 ? EXIT_DRIFT : EXIT_IN_LINE;
}

/* The entry that waits for `confirm` is not over: it is undone, and that is no transaction of its own. */
static enum exit_code take_back_waiting(struct run *run, struct entry *entry)
{
	const char *id = run->options->operands.count > 0 ? run->options->operands.items[0] : NULL;

	if (id != NULL && !text_starts(entry->id, id)) {
		recovery_tell_waiting(run, entry);
		return EXIT_BUSY;
	}
	if (!recovery_undo(run, entry, "taken back by hand before it was confirmed", ROLLBACK_LAST_TRY))
		return run->exit;
	return tell_undone(run, entry);
}

static enum exit_code rollback_locked(struct run *run)
{
	struct way_back way = {0};
	struct error err;
	size_t index;

	if (!journal_list(run->arena, &run->tree, &way.entries, &err))
		return pipeline_fail(&err);
	if (!transactions_choose(run, &way.entries, &index))
		return run->exit;
	way.count = index + 1;
	return take_back(run, &way);
}

/* What is open would be undone first, and without an ID nothing else. */
static enum exit_code rollback_dry(struct run *run)
{
	struct way_back way = {.count = 1};
	struct entry open;
	struct error err;

	(void)recovery_tell(run);
	if (run->options->operands.count > 0 || journal_open(run->arena, &run->tree, &open, &err) != JOURNAL_FOUND)
		return rollback_locked(run);
	*ARRAY_ADD(run->arena, &way.entries) = open;
	return take_back(run, &way);
}

enum exit_code rollback_command(struct run *run)
{
	struct entry entry;

	if (run->options->dry_run)
		return pipeline_tree(run) ? rollback_dry(run) : run->exit;
	switch (recovery_turn(run, &entry)) {
	case RECOVERY_WAITING:
		return take_back_waiting(run, &entry);
	case RECOVERY_UNDONE:
		/* What was asked for is what the user saw last: do not take back one more than that. */
		if (run->options->operands.count == 0)
			return tell_undone(run, &entry);
		return rollback_locked(run);
	case RECOVERY_CLEAR:
		return rollback_locked(run);
	case RECOVERY_STOP:
		break;
	}
	return run->exit;
}
