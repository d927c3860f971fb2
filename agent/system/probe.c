#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fd.h"

enum { NOBODY = 65534, CANNOT = 126, LAST_CAPABILITY = 63, LOOK_EVERY_MS = 20 };

/*
 * Nobody, with no group but nobody's. A user namespace may have no such user (EINVAL); there it is enough to have no
 * capability and no way to one. Anything else that keeps us from becoming nobody keeps the probe from running.
 */
static bool become_nobody(void)
{
	bool groups = setgroups(0, NULL) == 0;
	bool group = setresgid(NOBODY, NOBODY, NOBODY) == 0 || errno == EINVAL;
	bool user = setresuid(NOBODY, NOBODY, NOBODY) == 0;

	return group && (user ? groups : errno == EINVAL);
}

static bool drop_rights(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	for (unsigned long capability = 0; capability <= LAST_CAPABILITY; capability++)
		prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	return (geteuid() != 0 || become_nobody()) && syscall(SYS_capset, &header, none) == 0;
}

static void become(const char *command)
{
	char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", language[] = "LC_ALL=C";
	char shell[] = "sh", option[] = "-c", *text = strdup(command);
	char *const environment[] = {path, language, NULL}, *const words[] = {shell, option, text, NULL};
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	setsid();
	sigaction(SIGHUP, &usual, NULL);
	sigaction(SIGPIPE, &usual, NULL);
	sigaction(SIGXFSZ, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd <= 2; fd++) {
		if (nothing < 0 || dup2(nothing, fd) < 0)
			_exit(CANNOT);
	}
	fd_close_others(NULL, 0);
	if (chdir("/") != 0 || !drop_rights())
		_exit(CANNOT);
	execve("/bin/sh", words, environment);
	_exit(CANNOT);
}

/* True when it has ended; it is still there, so its group is its own. */
static bool has_ended(pid_t child)
{
	siginfo_t info = {0};
	int failed;

	do
		failed = waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT);
	while (failed != 0 && errno == EINTR);
	return failed != 0 || info.si_pid == child;
}

/* Whatever it has started goes with it. */
static bool reap(pid_t child, int *status)
{
	pid_t ended;

	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	do
		ended = waitpid(child, status, 0);
	while (ended < 0 && errno == EINTR);
	return ended == child;
}

static bool run_it(const char *command, int64_t most_ms, struct error *err)
{
	static const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	int64_t end = clock_boot_ms() + most_ms;
	bool late = false;
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return error_system(err, errno, "start the probe");
	if (child == 0)
		become(command);
	while (!late && !has_ended(child)) {
		nanosleep(&pause, NULL);
		late = clock_boot_ms() >= end;
	}
	late = late && !has_ended(child);
	if (!reap(child, &status))
		return error_set(err, "the probe could not be watched");
	if (late)
		return error_set(err, "the probe took longer than %lld s", (long long)((most_ms + 999) / 1000));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		return error_set(err,
				 "the probe ended with %d: it could not become nobody, or the shell could not run it",
				 CANNOT);
	if (WIFEXITED(status))
		return error_set(err, "the probe ended with %d", WEXITSTATUS(status));
	return error_set(err, "the probe was ended by signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

/* --- the process that stands by ----------------------------------------------------------------------------------- */

/* How long an answer may be late: the time to start and to end the command. */
enum { GRACE_MS = 5000 };

struct answer {
	bool good;
	struct error err;
};

static void serve(const char *command, int socket)
{
	int64_t most_ms;

	while (read(socket, &most_ms, sizeof(most_ms)) == (ssize_t)sizeof(most_ms)) {
		struct answer answer = {0};

		answer.good = run_it(command, most_ms, &answer.err);
		if (write(socket, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
			break;
	}
}

bool probe_start(const char *command, int *asking, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return error_system(err, errno, "make a socket pair for the probe");
	CLEANUP(fd_close) int theirs = ends[0];
	CLEANUP(fd_close) int ours = ends[1];
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return error_system(err, errno, "start what runs the probe");
	if (child == 0) {
		const struct sigaction ignore = {.sa_handler = SIG_IGN};
		const int kept[] = {theirs};

		setsid();
		sigaction(SIGHUP, &ignore, NULL);
		sigaction(SIGPIPE, &ignore, NULL);
		prctl(PR_SET_NAME, "holdfast-probe", 0, 0, 0);
		int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
		for (int fd = 0; nothing >= 0 && fd <= 2; fd++)
			(void)dup2(nothing, fd);
		fd_close_others(kept, COUNT_OF(kept));
		serve(command, theirs);
		_exit(0);
	}
	*asking = fd_take(&ours);
	return true;
}

bool probe_ask(int asking, int64_t most_ms, struct error *err)
{
	struct pollfd answered = {.fd = asking, .events = POLLIN};
	struct answer answer;
	int ready;

	if (write(asking, &most_ms, sizeof(most_ms)) != (ssize_t)sizeof(most_ms))
		return error_system(err, errno, "ask for the probe");
	do
		ready = poll(&answered, 1, (int)(most_ms + GRACE_MS));
	while (ready < 0 && errno == EINTR);
	if (ready <= 0 || read(asking, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		return error_set(err, "the process that runs the probe does not answer");
	return answer.good || error_set(err, "%s", answer.err.text);
}
