#include "rollback.h"

#include "../base/text.h"
#include "apply.h"
#include "journal.h"
#include "replace.h"

enum { ROUNDS = 4 };

static void note(struct rollback *rollback, const struct error *err)
{
	if (rollback->whole)
		rollback->fault = *err;
	rollback->whole = false;
}

/* A key that is gone is no fault, nor is a tree without a kernel; one that is there and does not let itself be read is. */
static void read_values(const struct rollback_place *place, struct rollback *rollback)
{
	for (size_t i = 0; i < rollback->values.count; i++) {
		struct undo_value *value = &rollback->values.items[i];
		struct observed_live live = {.state = LIVE_MISSING};
		struct error err = {0};

		if (place->proc_sys->fd >= 0)
			proc_sys_read(place->arena, place->proc_sys, value->path, &live);
		value->unread = live.state == LIVE_UNREADABLE && value->was != NULL;
		value->now = live.state == LIVE_READ ? live.value : NULL;
		if (!value->unread)
			continue;
		error_system(&err, live.number, "read %s", key_name(place->arena, value->path));
		note(rollback, &err);
	}
}

bool rollback_look_again(const struct rollback_place *place, struct rollback *rollback, struct error *err)
{
	read_values(place, rollback);
	*err = rollback->fault;
	return rollback->whole;
}

static bool look_at_file(const struct rollback_place *place, const struct entry_file *file, bool force,
			 struct rollback_file *found, struct error *err)
{
	*found = (struct rollback_file){.file = file, .old = file->was};
	if (!replace_look(place->arena, place->tree, file->path, &found->now, err))
		return false;
	const char *now = entry_digest(place->arena, &found->now);
	if (text_equal(now, file->before)) {
		found->hold = UNDO_THERE;
		return true;
	}
	found->hold = force || (text_equal(now, file->after) && !file->broken) ? UNDO_GOES : UNDO_MOVED;
	if (found->hold == UNDO_MOVED || file->copy == NULL)
		return true;
	struct file_state copy;
	if (!journal_copy(place->arena, place->tree, file->copy, file->before, &copy, err))
		return false;
	found->old.bytes = copy.bytes;
	found->old.length = copy.length;
	return true;
}

/* Of this boot, and of another network namespace: what is seen here is not what was set there. */
static bool is_elsewhere(const struct rollback_place *place, const struct entry *entry)
{
	return entry->network != NULL && place->network != NULL && !text_equal(entry->network, place->network) &&
	       !entry_is_of_another_boot(entry, place->boot_id);
}

bool rollback_is_elsewhere(const struct rollback_place *place, const struct entry *entry)
{
	bool any = false;

	for (size_t i = 0; i < entry->plan->count; i++)
		any = any || (entry->plan->items[i].kind == PLAN_WRITE_LIVE &&
			      text_starts(entry->plan->items[i].path, "net/"));
	return any && is_elsewhere(place, entry);
}

void rollback_look(const struct rollback_place *place, const struct entries *entries, size_t count, bool force,
		   struct rollback *rollback)
{
	struct entry *merged = arena_alloc(place->arena, sizeof(*merged));
	bool elsewhere = false;

	*rollback = (struct rollback){.whole = true};
	entry_values(place->arena, entries, count, &rollback->values);
	for (size_t i = 0; i < count; i++)
		elsewhere = elsewhere || is_elsewhere(place, &entries->items[i]);
	for (size_t i = 0; elsewhere && i < rollback->values.count; i++)
		rollback->values.items[i].elsewhere = text_starts(rollback->values.items[i].path, "net/");
	read_values(place, rollback);
	/* A transaction that is over was persisted: what it set may well be set by the boot. One that is not, was not. */
	bool restarted = !entry_is_over(&entries->items[0]) &&
			 entry_is_of_another_boot(&entries->items[0], place->boot_id);
	undo_judge(&rollback->values, restarted, force);
	entry_files(place->arena, entries, count, merged);
	for (size_t i = 0; i < merged->files.count; i++) {
		struct rollback_file *file = ARRAY_ADD(place->arena, &rollback->files);
		struct error err;

		if (look_at_file(place, &merged->files.items[i], force, file, &err))
			continue;
		file->hold = UNDO_UNREAD;
		note(rollback, &err);
	}
}

/* --- an entry that is not over ------------------------------------------------------------------------------------ */

struct plan_file rollback_plan_file(struct arena *arena, const struct rollback_file *file)
{
	struct plan_file planned = {
		.path = file->file->path,
		.before = file->now.present ? file->now.bytes : NULL,
		.before_length = file->now.length,
		.after = file->old.present ? file->old.bytes : NULL,
		.after_length = file->old.length,
		.as = &file->old,
	};

	plan_mark_secrets(arena, &planned);
	return planned;
}

static bool put_file_back(const struct rollback_place *place, const struct rollback_file *file, struct error *err)
{
	const struct plan_file planned = rollback_plan_file(place->arena, file);
	const struct replace_file replace = replace_of(&planned);

	return file->hold != UNDO_GOES || replace_write(place->arena, place->tree, &replace, err);
}

bool rollback_files(const struct rollback_place *place, const struct rollback *rollback, struct error *err)
{
	bool all = true;

	for (size_t i = 0; i < rollback->files.count; i++) {
		struct error other;

		all = put_file_back(place, &rollback->files.items[i], all ? err : &other) && all;
	}
	return all;
}

static struct undo_value *value_of(const struct undo_values *values, const char *path)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->items[i].path, path) == 0)
			return &values->items[i];
	}
	return NULL;
}

bool rollback_refused(struct rollback *rollback, const struct plan *plan)
{
	bool none = true;

	for (size_t i = 0; i < plan->count; i++) {
		struct undo_value *value = value_of(&rollback->values, plan->items[i].path);

		/* What could not be looked at is not refused: the next look tells. */
		if (value == NULL || plan->items[i].kind != PLAN_WRITE_LIVE || !plan_failed(&plan->items[i]) ||
		    plan->items[i].reason == REASON_UNREADABLE)
			continue;
		value->hold = UNDO_REFUSED;
		value->to = NULL;
		none = false;
	}
	return none;
}

/* True when the kernel took all of them. */
static bool put_values_back(const struct rollback_place *place, struct rollback *rollback)
{
	bool all = true;

	for (int round = 0; round < ROUNDS; round++) {
		struct plan plan = {0};

		undo_plan(place->arena, &rollback->values, &plan);
		if (plan.count == 0)
			break;
		apply_live(place->arena, place->proc_sys, &plan, 0, true);
		all = rollback_refused(rollback, &plan) && all;
		read_values(place, rollback);
	}
	return undo_give_up(&rollback->values) && all;
}

void rollback_note_kept(struct arena *arena, const struct rollback *rollback, struct entry *entry)
{
	entry->kept.count = 0;
	for (size_t i = 0; i < rollback->values.count; i++) {
		const struct undo_value *value = &rollback->values.items[i];

		/* A key that has gone with its interface or module cannot be wrong. */
		if (value->hold != UNDO_GOES && value->hold != UNDO_THERE && (value->now != NULL || value->unread))
			*ARRAY_ADD(arena, &entry->kept) =
				(struct entry_kept){.path = value->path, .hold = undo_hold_names[value->hold]};
	}
	for (size_t i = 0; i < rollback->files.count; i++) {
		const struct rollback_file *file = &rollback->files.items[i];

		if (file->hold == UNDO_MOVED || file->hold == UNDO_UNREAD)
			*ARRAY_ADD(arena, &entry->kept) =
				(struct entry_kept){.path = file->file->path, .hold = undo_hold_names[file->hold]};
	}
}

/* What was changed and is back. A step of a killed run has no result: what stood against it tells. */
static bool is_back(const struct plan_step *step, enum undo_hold hold)
{
	return step->result == PLAN_CHANGED ? hold == UNDO_GOES || hold == UNDO_THERE
					    : step->result == PLAN_NOT_TRIED && hold == UNDO_GOES;
}

static void note_results(const struct rollback *rollback, struct entry *entry)
{
	for (size_t i = 0; i < entry->plan->count; i++) {
		struct plan_step *step = &entry->plan->items[i];
		const struct undo_value *value = step->kind == PLAN_WRITE_LIVE ? value_of(&rollback->values, step->path)
									       : NULL;

		if (value != NULL) {
			step->result = is_back(step, value->hold) ? PLAN_ROLLED_BACK : step->result;
			step->found = value->now;
		}
		for (size_t j = 0; value == NULL && j < rollback->files.count; j++) {
			const struct rollback_file *file = &rollback->files.items[j];

			if (text_equal(step->file, file->file->path) && is_back(step, file->hold))
				step->result = PLAN_ROLLED_BACK;
		}
	}
}

bool rollback_in_place(const struct rollback_place *place, struct entry *entry, const char *why, enum rollback_try last,
		       const char *now, struct error *err)
{
	const struct entries one = {.items = entry, .count = 1};
	struct rollback rollback;
	struct error ignored;

	/* Without these nothing can be confirmed any more, and a full disk has room for what follows. */
	journal_drop_next(place->tree, entry);
	entry->state = ENTRY_UNDOING;
	entry->why = why;
	(void)!journal_update(place->arena, place->tree, entry, &ignored);
	rollback_look(place, &one, 1, false, &rollback);
	bool files = rollback_files(place, &rollback, err);
	bool values = put_values_back(place, &rollback);
	note_results(&rollback, entry);
	rollback_note_kept(place->arena, &rollback, entry);
	if (!files)
		return error_wrap(err, "a file is not as it was");
	if (!rollback.whole) {
		*err = rollback.fault;
		return false;
	}
	if (!values && last != ROLLBACK_LAST_TRY)
		return error_set(err, "the kernel did not take an old value back");
	entry->state = ENTRY_UNDONE;
	entry->ended = now;
	return journal_end(place->arena, place->tree, entry, err) ||
	       error_wrap(err, "everything is as it was, but the journal could not say so");
}
