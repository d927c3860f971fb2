#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fd.h"

enum { NOBODY = 65534, CANNOT = 126, LAST_CAPABILITY = 63, LOOK_EVERY_MS = 20 };

/* A user namespace may not know nobody; then it is enough to have no capability and no way to one. */
static bool drop_rights(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	for (unsigned long capability = 0; capability <= LAST_CAPABILITY; capability++)
		prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	if (geteuid() == 0) {
		bool unknown = setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
			       setresuid(NOBODY, NOBODY, NOBODY) != 0;

		if (unknown && errno != EINVAL && errno != EPERM)
			return false;
	}
	return syscall(SYS_capset, &header, none) == 0;
}

static void become(const char *command)
{
	char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", language[] = "LC_ALL=C";
	char shell[] = "sh", option[] = "-c", *text = strdup(command);
	char *const environment[] = {path, language, NULL}, *const words[] = {shell, option, text, NULL};
	sigset_t none;

	setsid();
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

/* True when it has ended; *status is its. */
static bool has_ended(pid_t child, int *status)
{
	pid_t ended;

	do
		ended = waitpid(child, status, WNOHANG);
	while (ended < 0 && errno == EINTR);
	return ended != 0;
}

bool probe_run(const char *command, int64_t most_ms, struct error *err)
{
	static const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	int64_t end = clock_boot_ms() + most_ms;
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return error_system(err, errno, "start the probe");
	if (child == 0)
		become(command);
	while (!has_ended(child, &status)) {
		if (clock_boot_ms() >= end) {
			kill(-child, SIGKILL);
			kill(child, SIGKILL);
			while (waitpid(child, &status, 0) < 0 && errno == EINTR)
				;
			return error_set(err, "the probe took longer than %lld s", (long long)((most_ms + 999) / 1000));
		}
		nanosleep(&pause, NULL);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status))
		return error_set(err, "the probe ended with %d", WEXITSTATUS(status));
	return error_set(err, "the probe was ended by signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}
