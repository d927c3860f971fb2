#include "watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../change/journal.h"
#include "../system/probe.h"
#include "changing.h"
#include "recovery.h"

/* After a minute of a busy lock or an unreadable journal it goes slower, and never gives up. */
enum { LOOK_EVERY_MS = 500, SLOWLY_MS = 5000, PROBE_MOST_MS = 10000, FIRST_TRIES = 3, QUICK_TRIES = 120 };

/* What the journal says of our transaction. */
enum sight { SIGHT_OVER, SIGHT_WAITS, SIGHT_DUE, SIGHT_UNKNOWN };

static enum sight look(struct run *run, struct arena *arena, const char *id, struct entry *entry)
{
	struct error err;

	switch (journal_open(arena, &run->tree, entry, &err)) {
	case JOURNAL_NONE:
		return SIGHT_OVER;
	case JOURNAL_FAILED:
		return SIGHT_UNKNOWN;
	case JOURNAL_FOUND:
		break;
	}
	if (strcmp(entry->id, id) != 0)
		return SIGHT_OVER;
	return entry->state == ENTRY_WAITING && !recovery_expired(arena, run, entry) ? SIGHT_WAITS : SIGHT_DUE;
}

/* False: the probe says that something is wrong. */
static bool is_well(const struct run *run, const struct entry *entry, struct error *err)
{
	int64_t left = entry->confirm.deadline_ms - clock_boot_ms();

	if (entry->confirm.probe == NULL || left <= 0)
		return true;
	/* A probe that the deadline cuts short proves nothing; the deadline itself decides then. */
	return probe_ask(run->prober, left < PROBE_MOST_MS ? left : PROBE_MOST_MS, err) ||
	       clock_boot_ms() >= entry->confirm.deadline_ms;
}

/* Under the lock, by what the journal says then. True: it is decided. */
static bool undo(struct run *run, const char *id, const char *why, unsigned try)
{
	struct entry entry;
	struct error err;
	bool decided = false;

	enum rollback_try last = try < FIRST_TRIES ? ROLLBACK_TRY_AGAIN : ROLLBACK_LAST_TRY;

	if (lock_take(run->arena, &run->tree, &run->lock, &err) != LOCK_HELD)
		return false;
	changing_hold_signals();
	switch (look(run, run->arena, id, &entry)) {
	case SIGHT_OVER:
		decided = true;
		break;
	case SIGHT_WAITS:
		decided = why != NULL && recovery_undo(run, &entry, why, last);
		break;
	case SIGHT_DUE:
		decided = recovery_undo(run, &entry, why != NULL ? why : recovery_reason(run, &entry), last);
		break;
	case SIGHT_UNKNOWN:
		break;
	}
	changing_let_signals();
	lock_release(&run->lock);
	return decided;
}

static void watch(struct run *run, const char *id)
{
	const char *why = NULL;
	unsigned tries = 0;

	for (;;) {
		struct arena arena = {0};
		struct entry entry;
		struct error err;
		enum sight sight = look(run, &arena, id, &entry);
		int64_t left = sight == SIGHT_WAITS ? entry.confirm.deadline_ms - clock_boot_ms() : LOOK_EVERY_MS;

		if (sight == SIGHT_WAITS && why == NULL && !is_well(run, &entry, &err))
			why = arena_string(run->arena, err.text);
		bool due = sight == SIGHT_DUE || (sight == SIGHT_WAITS && why != NULL);
		bool decided = sight == SIGHT_OVER || (due && undo(run, id, why, tries));
		arena_free(&arena);
		if (decided)
			return;
		tries += due || sight == SIGHT_UNKNOWN;
		clock_pause_ms(tries > QUICK_TRIES                   ? SLOWLY_MS
			       : why != NULL || left > LOOK_EVERY_MS ? LOOK_EVERY_MS
								     : left + 1);
	}
}

static void wait_for_end(int hold)
{
	struct pollfd end = {.fd = hold, .events = POLLIN};

	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		;
}

static void stand_by(struct run *run, const char *id, int hold)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	setsid();
	prctl(PR_SET_NAME, "holdfast-watch", 0, 0, 0);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	lock_forget(&run->lock); /* it is the apply's; here it must not be held, nor let go of */
	const int kept[] = {hold, run->tree.fd, run->proc_sys.fd, run->prober};
	fd_close_others(kept, COUNT_OF(kept));
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; nothing >= 0 && fd <= 2; fd++)
		(void)dup2(nothing, fd);
	(void)!chdir("/");
	(void)!write(hold, "", 1); /* from here on nothing that ends the apply ends us */
	wait_for_end(hold);
	watch(run, id);
	_exit(0);
}

bool watcher_start(struct run *run, const char *id, int *hold, struct error *err)
{
	int ends[2];
	char ready;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return error_system(err, errno, "make a socket pair for the watcher");
	CLEANUP(fd_close) int theirs = ends[0];
	CLEANUP(fd_close) int ours = ends[1];
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return error_system(err, errno, "start the watcher");
	if (child == 0) {
		fd_close(&ours);
		stand_by(run, id, theirs);
	}
	fd_close(&theirs);
	if (read(ours, &ready, 1) != 1)
		return error_set(err, "the watcher has ended before it began");
	*hold = fd_take(&ours);
	return true;
}
