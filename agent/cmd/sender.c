#include "sender.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/fd.h"

enum { ARGUMENTS_MOST = 8, NOT_STARTED = 127 };

/* The program's file, beside our own; never looked for in PATH. */
static bool find(char path[PATH_MAX], struct error *err)
{
	static const char name[] = "holdfast-send";
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof(name) - 1);

	if (length <= 0)
		return error_system(err, length < 0 ? errno : ENOENT, "find where holdfast lies");
	path[length] = '\0';
	char *slash = strrchr(path, '/');
	if (slash == NULL)
		return error_set(err, "%s has no folder", path);
	memcpy(slash + 1, name, sizeof(name));
	return access(path, X_OK) == 0 ||
	       error_system(err, errno, "reports cannot be sent: %s (it is installed beside holdfast)", path);
}

/* None of our environment goes along: no proxy, no preloaded library, no secret of whoever called us. */
static void execute(const char *path, const char *const arguments[ARGUMENTS_MOST])
{
	if (clearenv() != 0 || setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) != 0 ||
	    setenv("LC_ALL", "C.UTF-8", 1) != 0)
		return;
	/* The first that is NULL ends the list. */
	execl(path, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], arguments[6],
	      arguments[7], (char *)NULL);
}

static void fill(const struct run *run, const char *const *given, const char *arguments[ARGUMENTS_MOST])
{
	size_t count = 0;

	arguments[count++] = "holdfast-send";
	if (!run->tree.is_host) {
		arguments[count++] = "--root";
		arguments[count++] = run->options->root;
	}
	for (size_t i = 0; given[i] != NULL && count < ARGUMENTS_MOST; i++)
		arguments[count++] = given[i];
	for (; count < ARGUMENTS_MOST; count++)
		arguments[count] = NULL;
}

static void stand_alone(void)
{
	setsid();
	(void)!chdir("/");
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; nothing >= 0 && fd <= 2; fd++)
		(void)dup2(nothing, fd);
	fd_close_others(NULL, 0);
}

bool sender_start(const struct run *run, int64_t splay_s, struct error *err)
{
	char path[PATH_MAX];
	const char *arguments[ARGUMENTS_MOST];
	const char *given[] = {"--splay", arena_printf(run->arena, "%lld", (long long)splay_s), "--quiet", NULL};

	if (!find(path, err))
		return false;
	char root[PATH_MAX];
	fill(run, given, arguments);
	/* The folder is named as it is from /, where the sender stands. */
	if (!run->tree.is_host && realpath(run->options->root, root) != NULL)
		arguments[2] = root;
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return error_system(err, errno, "start the sender");
	if (child == 0) {
		stand_alone();
		/* A second child, which nobody has to wait for. */
		if (fork() == 0) {
			execute(path, arguments);
			_exit(NOT_STARTED);
		}
		_exit(0);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return true;
}

enum exit_code sender_become(const struct run *run, const char *argument)
{
	char path[PATH_MAX];
	const char *arguments[ARGUMENTS_MOST];
	const char *given[] = {argument, run->options->json ? "--json" : NULL, NULL};
	const char *quiet[] = {argument, "--quiet", NULL};
	struct error err = {0};

	if (!find(path, &err))
		return pipeline_fail(&err);
	fill(run, run->options->quiet ? quiet : given, arguments);
	fflush(NULL);
	execute(path, arguments);
	error_system(&err, errno, "start %s", path);
	return pipeline_fail(&err);
}
