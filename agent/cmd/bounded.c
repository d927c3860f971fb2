#include "bounded.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"

/* The child ends by itself so long after its time; a killed one is waited for so long. */
enum { GRACE_S = 10, DEATH_MS = 5000, LOOK_EVERY_MS = 1000, REAP_EVERY_MS = 20 };

/* In the child. Nobody but us holds the other end of `alive`: it closes with us, however we end. */
static void NO_RETURN work_and_end(struct run *run, enum exit_code (*work)(struct run *run), uint64_t limit_s)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct error err = {0};

	/* That nobody reads what we print ends no run. */
	sigaction(SIGPIPE, &ignore, NULL);
	/* Should nobody be left to end us: a stopped process and a blocked signal do not hinder it. */
	enum exit_code code = clock_end_after((int64_t)limit_s + GRACE_S, &err) ? work(run) : pipeline_fail(&err);

	pipeline_close(run);
	fflush(NULL);
	_exit((int)code);
}

static bool has_ended(pid_t child)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

/* True: it has ended within the time. The pipe tells at once; a look a second does without it. */
static bool wait_for(pid_t child, int alive, int64_t limit_ms)
{
	struct pollfd end = {.fd = alive, .events = POLLIN};
	int64_t until = clock_steady_ms() + limit_ms;

	for (;;) {
		int64_t left = until - clock_steady_ms();
		int ready = poll(&end, 1, left > LOOK_EVERY_MS ? LOOK_EVERY_MS : left > 0 ? (int)left : 0);

		if (ready > 0 || has_ended(child))
			return true;
		if (left <= 0)
			return false;
	}
}

/* One that has closed its end is as good as gone; one that was killed may sleep in the kernel. */
static bool reap(pid_t child, bool late, int *status)
{
	int64_t until = clock_steady_ms() + DEATH_MS;

	for (;;) {
		pid_t ended = waitpid(child, status, late ? WNOHANG : 0);

		if (ended == child)
			return true;
		if ((ended < 0 && errno != EINTR) || (late && clock_steady_ms() >= until))
			return false;
		if (late)
			clock_pause_ms(REAP_EVERY_MS);
	}
}

bool bounded_run(struct run *run, enum exit_code (*work)(struct run *run), uint64_t limit_s, enum exit_code *code,
		 struct error *err)
{
	int ends[2], status = 0;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_system(err, errno, "make a pipe for the run");
	CLEANUP(fd_close) int alive = ends[0];
	CLEANUP(fd_close) int held = ends[1];
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return error_system(err, errno, "start the run");
	if (child == 0)
		work_and_end(run, work, limit_s);
	fd_close(&held);
	bool late = !wait_for(child, alive, (int64_t)limit_s * 1000);
	if (late)
		kill(child, SIGKILL);
	if (!reap(child, late, &status))
		return error_set(err, "the run took longer than %llu s and hangs in the kernel; it cannot be ended",
				 (unsigned long long)limit_s);
	if (late && WIFSIGNALED(status))
		return error_set(err, "the run took longer than %llu s and was ended", (unsigned long long)limit_s);
	if (WIFSIGNALED(status))
		return error_set(err, "the run was ended by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	*code = (enum exit_code)WEXITSTATUS(status);
	return true;
}
