#include "recovery.h"

#include <errno.h>

#include "../base/clock.h"
#include "../change/journal.h"
#include "../change/lock.h"
#include "../change/replace.h"
#include "../core/persist.h"
#include "../system/host.h"
#include "output.h"

static const char boot_id_path[] = "/proc/sys/kernel/random/boot_id";

bool recovery_place(struct run *run, struct rollback_place *place)
{
	if (!pipeline_tree(run) || !pipeline_host(run) || !pipeline_kernel(run))
		return false;
	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	if (run->facts.boot_id == NULL && tree_exists(&run->tree, boot_id_path)) {
		/* Without it a transaction could not be told from one before a restart. */
		pipeline_complain(arena_printf(run->arena, "%s cannot be read; nothing was changed", boot_id_path));
		run->exit = EXIT_WORK;
		return false;
	}
	*place = (struct rollback_place){.arena = run->arena,
					 .tree = &run->tree,
					 .proc_sys = &run->proc_sys,
					 .boot_id = run->facts.boot_id,
					 .network = run->facts.network};
	return true;
}

const char *recovery_name(struct arena *arena, const struct entry *entry)
{
	return arena_printf(arena, "%s of %s (%s)", entry_kind_names[entry->kind], entry->time, entry->id);
}

bool recovery_expired(struct arena *arena, const struct run *run, const struct entry *entry)
{
	/* A tree without a kernel has no boot to go by, only the time of day. */
	bool late = entry->boot_id == NULL && entry->confirm.deadline != NULL &&
		    strcmp(clock_text(arena, clock_now_ms()), entry->confirm.deadline) >= 0;

	/* What was kept for `confirm` goes first when a waiting change is taken back: then that has begun. */
	return late || !journal_has_next(arena, &run->tree, entry) ||
	       entry_is_of_another_boot(entry, run->facts.boot_id) || clock_boot_ms() >= entry->confirm.deadline_ms;
}

void recovery_tell_kept(const struct run *run, const struct entry *entry)
{
	for (size_t i = 0; i < entry->kept.count; i++) {
		const struct entry_kept *kept = &entry->kept.items[i];
		bool file = kept->path[0] == '/';

		pipeline_complain(arena_printf(run->arena, "%s is not as it was before: %s",
					       file ? kept->path : key_name(run->arena, kept->path),
					       undo_hold_text(kept->hold)));
	}
}

/* What a killed holdfast left beside the files. */
static void sweep(struct run *run)
{
	replace_sweep(run->arena, &run->tree, persist_drop_in);
	replace_sweep(run->arena, &run->tree, persist_main_file);
	journal_sweep(run->arena, &run->tree);
}

bool recovery_undo(struct run *run, struct entry *entry, const char *why, enum rollback_try last)
{
	struct rollback_place place;
	struct error err;

	if (!recovery_place(run, &place))
		return false;
	if (rollback_is_elsewhere(&place, entry)) {
		pipeline_complain(arena_printf(
			run->arena,
			"the %s was made in another network namespace, and can only be undone there (ip netns exec, nsenter); to "
			"give up on it remove %s",
			recovery_name(run->arena, entry), tree_shown(run->arena, &run->tree, journal_open_path)));
		run->exit = EXIT_WORK;
		return false;
	}
	sweep(run);
	if (!rollback_in_place(&place, entry, why, last, clock_text(run->arena, clock_now_ms()), &err)) {
		error_wrap(&err, "undoing the %s ('holdfast %s' tries again; to give up on it remove %s)",
			   recovery_name(run->arena, entry), output_mend(run, "recover", false),
			   tree_shown(run->arena, &run->tree, journal_open_path));
		run->exit = pipeline_fail(&err);
		return false;
	}
	pipeline_complain(arena_printf(run->arena, "the %s was undone: %s", recovery_name(run->arena, entry), why));
	recovery_tell_kept(run, entry);
	return true;
}

const char *recovery_reason(const struct run *run, const struct entry *entry)
{
	if (entry->state == ENTRY_UNDOING && entry->why != NULL)
		return entry->why;
	if (entry->state != ENTRY_WAITING)
		return "it did not come to its end";
	if (!journal_has_next(run->arena, &run->tree, entry))
		return "it was being taken back";
	return entry_is_of_another_boot(entry, run->facts.boot_id) ? "the host was started anew before it was confirmed"
								   : "it was not confirmed in time";
}

/* It is this start of us that cannot read, and the next one may. */
static bool may_pass(int cause)
{
	return cause == EMFILE || cause == ENFILE || cause == ENOMEM || cause == EINTR || cause == EAGAIN;
}

static enum recovery look(struct run *run, struct entry *entry)
{
	struct rollback_place place;
	struct error err;

	if (!recovery_place(run, &place))
		return RECOVERY_STOP;
	if (!journal_trusted(run->arena, &run->tree, &err)) {
		run->exit = pipeline_fail(&err);
		return RECOVERY_STOP;
	}
	sweep(run);
	switch (journal_open(run->arena, &run->tree, entry, &err)) {
	case JOURNAL_NONE:
		if (journal_tidy(run->arena, &run->tree, &err))
			return RECOVERY_CLEAR;
		break;
	case JOURNAL_FAILED:
		error_wrap(&err, "what an earlier change left cannot be read, so nothing was changed%s",
			   may_pass(err.number) ? "" : " (remove it to give up on it)");
		break;
	case JOURNAL_FOUND:
		if (entry->state == ENTRY_WAITING && !recovery_expired(run->arena, run, entry))
			return RECOVERY_WAITING;
		return recovery_undo(run, entry, recovery_reason(run, entry), ROLLBACK_LAST_TRY) ? RECOVERY_UNDONE
												 : RECOVERY_STOP;
	}
	run->exit = pipeline_fail(&err);
	return RECOVERY_STOP;
}

enum recovery recovery_turn(struct run *run, struct entry *entry)
{
	struct error err;

	if (!pipeline_tree(run))
		return RECOVERY_STOP;
	switch (lock_take(run->arena, &run->tree, &run->lock, &err)) {
	case LOCK_HELD:
		return look(run, entry);
	case LOCK_BUSY:
		(void)pipeline_fail(&err);
		run->exit = EXIT_BUSY;
		break;
	case LOCK_FAILED:
		run->exit = pipeline_fail(&err);
		break;
	}
	return RECOVERY_STOP;
}

void recovery_tell_waiting(const struct run *run, const struct entry *entry)
{
	pipeline_complain(arena_printf(
		run->arena, "the %s waits for 'holdfast %s' until %s; confirm it, or take it back with 'holdfast %s'",
		recovery_name(run->arena, entry), output_mend(run, "confirm", false), entry->confirm.deadline,
		output_mend(run, "rollback", false)));
}

bool recovery_clear(struct run *run)
{
	struct entry entry;

	switch (recovery_turn(run, &entry)) {
	case RECOVERY_CLEAR:
	case RECOVERY_UNDONE:
		return true;
	case RECOVERY_WAITING:
		recovery_tell_waiting(run, &entry);
		run->exit = EXIT_BUSY;
		return false;
	case RECOVERY_STOP:
		return false;
	}
	return false;
}

/* One that is at work is over in a moment: what is still there then is what a killed one has left, or waits. */
static enum journal_found look_patiently(const struct run *run, struct entry *entry, struct error *err)
{
	enum { LOOKS = 10, PAUSE_MS = 20 };
	enum journal_found found = journal_open(run->arena, &run->tree, entry, err);

	for (int i = 1; i < LOOKS && found == JOURNAL_FOUND && entry->state != ENTRY_WAITING; i++) {
		clock_pause_ms(PAUSE_MS);
		found = journal_open(run->arena, &run->tree, entry, err);
	}
	return found;
}

const char *recovery_tell(struct run *run)
{
	struct entry entry;
	struct error err;
	const char *text = NULL, *next = NULL;

	switch (look_patiently(run, &entry, &err)) {
	case JOURNAL_NONE:
		return NULL;
	case JOURNAL_FAILED:
		if (!may_pass(err.number) && err.number != EACCES && err.number != EPERM)
			text = arena_printf(run->arena,
					    "what an earlier change left cannot be read, and nothing can be "
					    "changed before it is mended or removed: %s",
					    err.text);
		else if (may_pass(err.number))
			text = arena_printf(run->arena, "whether a change is unfinished cannot be seen: %s", err.text);
		break;
	case JOURNAL_FOUND:
		host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
		bool waits = entry.state == ENTRY_WAITING && !recovery_expired(run->arena, run, &entry);
		next = output_mend(run, waits ? "confirm" : "recover", false);
		text = arena_printf(
			run->arena,
			waits ? "the %s waits for 'holdfast %s' until %s, and is to be undone then"
			      : "the %s is unfinished; 'holdfast %s' undoes it, and so does the next apply%.0s",
			recovery_name(run->arena, &entry), next, facts_shown(entry.confirm.deadline));
		break;
	}
	if (text != NULL && !run->options->quiet)
		pipeline_complain(arena_printf(run->arena, "warning: %s", text));
	return next;
}
