#include "waiting.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../change/journal.h"
#include "../system/probe.h"
#include "keeping.h"
#include "output.h"
#include "recovery.h"
#include "watcher.h"

enum { FIRST_PROBE_MS = 10000, LATE_MS = 3000 };

static bool refuse(struct run *run, const char *text)
{
	pipeline_complain(text);
	run->exit = EXIT_WORK;
	return false;
}

bool waiting_prepare(struct changing *changing, int *hold)
{
	struct run *run = changing->run;
	struct entry *entry = &changing->transaction.entry;
	struct error err;

	for (size_t i = 0; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];
		bool secret = catalogue_is_secret(step->path);

		if (step->kind == PLAN_WRITE_LIVE && (secret || plan_one_way(step->path, step->to)))
			return refuse(run, arena_printf(run->arena,
							"%s could not be taken back (%s), so it cannot wait for a "
							"confirmation; apply it without --confirm; nothing was changed",
							key_name(run->arena, step->path),
							secret ? "a secret" : "not before the next boot"));
	}
	if (run->options->probe != NULL && !probe_ask(run->prober, FIRST_PROBE_MS, &err))
		return refuse(run,
			      arena_printf(run->arena, "%s already before the change; nothing was changed", err.text));
	if (watcher_start(run, entry->id, hold, &err))
		return true;
	error_wrap(&err, "nothing was changed");
	run->exit = pipeline_fail(&err);
	return false;
}

bool waiting_begin(struct changing *changing, struct error *err)
{
	struct run *run = changing->run;
	struct entry *entry = &changing->transaction.entry;
	int64_t ms = run->options->confirm_s * 1000;

	entry->confirm.seconds = run->options->confirm_s;
	entry->confirm.deadline = clock_text(run->arena, clock_now_ms() + ms);
	entry->confirm.deadline_ms = clock_boot_ms() + ms;
	entry->confirm.probe = run->options->probe;
	return transaction_wait(&changing->transaction, err);
}

static enum exit_code tell_end(struct run *run, const char *id)
{
	struct entries entries;
	struct error err;

	if (!journal_list(run->arena, &run->tree, &entries, &err))
		return pipeline_fail(&err);
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];

		if (strcmp(entry->id, id) != 0)
			continue;
		if (entry->state == ENTRY_DONE) {
			fputs("Confirmed.\n", stderr);
			return EXIT_IN_LINE;
		}
		pipeline_complain(arena_printf(run->arena, "it was undone: %s",
					       entry->why != NULL ? entry->why : "not confirmed"));
		recovery_tell_kept(run, entry);
	}
	return EXIT_WORK;
}

/* Waits up to a second. True: the user has pressed Enter, and nothing else. *terminal: there is one to look at. */
static bool pressed_enter(bool *terminal)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char typed[64];

	if (poll(&input, *terminal ? 1 : 0, 1000) <= 0)
		return false;
	ssize_t length = (input.revents & POLLIN) != 0 ? read(STDIN_FILENO, typed, sizeof(typed)) : 0;
	*terminal = length > 0;
	return length == 1 && typed[0] == '\n';
}

/* Whether the transaction is not decided yet. A journal that cannot be read for once decides nothing. */
static bool is_open(struct run *run, const char *id)
{
	struct arena arena = {0};
	struct entry now;
	struct error err;
	enum journal_found found = journal_open(&arena, &run->tree, &now, &err);
	bool open = found == JOURNAL_FAILED || (found == JOURNAL_FOUND && strcmp(now.id, id) == 0);

	arena_free(&arena);
	return open;
}

/* The watcher is late, or has been killed: then this is the next changing command. */
static void undo_late(struct run *run)
{
	struct entry entry;

	(void)!recovery_turn(run, &entry);
	lock_release(&run->lock);
}

/* A look a second, until it is decided. */
static enum exit_code count_down(struct run *run, const struct entry *entry)
{
	bool terminal = isatty(STDIN_FILENO) == 1, keep = false;

	if (terminal)
		tcflush(STDIN_FILENO, TCIFLUSH); /* what was typed before the change is no answer to it */
	while (is_open(run, entry->id)) {
		int64_t left_ms = entry->confirm.deadline_ms - clock_boot_ms();
		int64_t left = left_ms > 0 ? (left_ms + 999) / 1000 : 0;

		if (left_ms < -LATE_MS)
			undo_late(run);
		fprintf(stderr, "\r%lld s left%s ", (long long)left,
			terminal ? " (Enter keeps it, Ctrl-C leaves it)" : "");
		keep = pressed_enter(&terminal) || keep;
		if (!keep || left_ms <= 0)
			continue;
		enum exit_code code = keeping_confirm(run);
		lock_release(&run->lock);
		if (code != EXIT_BUSY)
			return code;
	}
	fputs("\n", stderr);
	return tell_end(run, entry->id);
}

/* What is set, without the lines that wait: they stand in no file yet. */
static struct plan *live_steps(struct run *run, const struct plan *plan)
{
	struct plan *live = arena_alloc(run->arena, sizeof(*live));

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_WRITE_LIVE)
			*ARRAY_ADD(run->arena, live) = plan->items[i];
	}
	return live;
}

enum exit_code waiting_follow(struct changing *changing)
{
	struct run *run = changing->run;
	const struct entry *entry = &changing->transaction.entry;
	struct text text = {.arena = run->arena};
	struct error err;
	enum exit_code code = changing_failure(entry->plan) != NULL ? EXIT_WORK : EXIT_IN_LINE;
	bool printed;

	text_format(&text,
		    "Set until %s, and in no file yet.  To keep it: holdfast %s.  To take it back: holdfast %s\n",
		    entry->confirm.deadline, output_mend(run, "confirm", false), output_mend(run, "rollback", false));
	if (run->options->json)
		printed = output_outcome(run, entry->plan, entry->id, NULL, &err);
	else
		printed = output_changes(run, live_steps(run, entry->plan), entry->id, &err) &&
			  output_print(run, &text, &err);
	if (!printed)
		return pipeline_fail(&err);
	changing_complain(changing);
	if (run->options->json || run->options->quiet || isatty(STDERR_FILENO) != 1)
		return code;
	changing_let_signals();
	return count_down(run, entry);
}
