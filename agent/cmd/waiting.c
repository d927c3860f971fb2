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

enum { FIRST_PROBE_MS = 10000 };

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
	if (run->options->probe != NULL && !probe_run(run->options->probe, FIRST_PROBE_MS, &err))
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
		pipeline_complain(arena_printf(run->arena, "it was taken back: %s",
					       entry->why != NULL ? entry->why : "not confirmed"));
		recovery_tell_kept(run, entry);
	}
	return EXIT_WORK;
}

/* Waits up to a second. True: the user has pressed Enter. *terminal: there is one to look at. */
static bool pressed_enter(bool *terminal)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char typed[64];

	if (poll(&input, *terminal ? 1 : 0, 1000) <= 0)
		return false;
	*terminal = (input.revents & POLLIN) != 0 && read(STDIN_FILENO, typed, sizeof(typed)) > 0;
	return *terminal;
}

/* A look a second, until it is decided. */
static enum exit_code count_down(struct run *run, const struct entry *entry)
{
	bool terminal = isatty(STDIN_FILENO) == 1;

	if (terminal)
		tcflush(STDIN_FILENO, TCIFLUSH); /* what was typed before the change is no answer to it */
	for (;;) {
		struct arena arena = {0};
		struct entry now;
		struct error err;
		int64_t left = (entry->confirm.deadline_ms - clock_boot_ms() + 999) / 1000;
		bool open = journal_open(&arena, &run->tree, &now, &err) == JOURNAL_FOUND &&
			    strcmp(now.id, entry->id) == 0;

		arena_free(&arena);
		if (!open)
			break;
		fprintf(stderr, "\r%lld s left.  %sCtrl-C: leave it to the deadline ", left > 0 ? (long long)left : 0LL,
			terminal ? "Enter: keep it.  " : "");
		if (pressed_enter(&terminal))
			return keeping_confirm(run);
	}
	fputs("\n", stderr);
	return tell_end(run, entry->id);
}

enum exit_code waiting_follow(struct changing *changing)
{
	struct run *run = changing->run;
	const struct entry *entry = &changing->transaction.entry;
	struct text text = {.arena = run->arena};
	struct error err;

	if (run->options->json)
		return output_outcome(run, entry->plan, entry->id, NULL, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
	text_format(&text,
		    "Set until %s, and in no file yet.  To keep it: holdfast %s.  To take it back: holdfast %s\n",
		    entry->confirm.deadline, output_mend(run, "confirm", false), output_mend(run, "rollback", false));
	if (!output_changes(run, entry->plan, entry->id, &err) || !output_print(run, &text, &err))
		return pipeline_fail(&err);
	if (run->options->quiet || isatty(STDERR_FILENO) != 1)
		return EXIT_IN_LINE;
	changing_let_signals();
	return count_down(run, entry);
}
