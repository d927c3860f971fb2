#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { NEVER = 1000 };

static bool kernel_has_it(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

/* In a child, behind the fence: which of the tries work, a bit for each. */
static int tries(struct unit *unit)
{
	const char *const files[] = {unit_path(unit, "in/file"), unit_path(unit, "in/new"), unit_path(unit, "out/file"),
				     unit_path(unit, "out/new")};
	char shell[] = "true", *const words[] = {shell, NULL};
	int worked = 0;

	for (int i = 0; i < 4; i++)
		worked |= open(files[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ? 1 << i : 0;
	worked |= open(files[2], O_RDONLY | O_CLOEXEC) >= 0 ? 1 << 4 : 0;
	worked |= mkdir(unit_path(unit, "in/folder"), 0700) == 0 ? 1 << 5 : 0;
	worked |= mkdir(unit_path(unit, "out/folder"), 0700) == 0 ? 1 << 6 : 0;
	execv("/bin/true", words);
	return errno == EACCES ? worked : -1;
}

enum {
	IN_FILE = 1,
	IN_NEW = 2,
	OUT_FILE = 4,
	OUT_NEW = 8,
	OUT_READ = 16,
	IN_FOLDER = 32,
	OUT_FOLDER = 64,
	FAILED = 128
};

static int behind_it(struct unit *unit, enum landlock_kind kind, const char *allowed, uint64_t access)
{
	struct error err;
	int status = 0;

	unit_clear(unit);
	unit_write(unit, "in/file", "");
	unit_write(unit, "out/file", "");
	pid_t child = fork();
	if (child == 0) {
		CLEANUP(landlock_close) struct landlock fence = LANDLOCK_NONE;
		int folder = open(unit_path(unit, allowed), O_PATH | O_CLOEXEC);

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !landlock_make(kind, 1, &fence, &err) ||
		    !landlock_allow(&fence, folder, access, &err) || !landlock_enter(&fence, &err))
			_exit(FAILED);
		_exit(tries(unit));
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

static const struct {
	const char *name;
	enum landlock_kind kind;
	const char *allowed;
	uint64_t access;
	int worked;
} cases[] = {
	{"a folder", LANDLOCK_WRITES, "in", LANDLOCK_WRITING, IN_FILE | IN_NEW | IN_FOLDER | OUT_READ},
	{"one file", LANDLOCK_WRITES, "in/file", LANDLOCK_WRITING, IN_FILE | OUT_READ},
	{"nothing of it", LANDLOCK_WRITES, "in", 0, OUT_READ},
	{"reading too", LANDLOCK_ALL, "in", LANDLOCK_WRITING, IN_FILE | IN_NEW | IN_FOLDER},
	{"reading elsewhere", LANDLOCK_ALL, "out", LANDLOCK_READING, OUT_READ},
};

static void refuses_what_it_does_not_allow(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (kernel_has_it())
			SAME_NUMBER(unit, cases[i].name,
				    behind_it(unit, cases[i].kind, cases[i].allowed, cases[i].access), cases[i].worked);
		else
			HOLDS(unit, cases[i].name, true);
	}
}

static void a_kernel_without_it_is_gone_without(struct unit *unit)
{
	struct landlock fence = LANDLOCK_NONE;
	struct error err;

	HOLDS(unit, "a version that no kernel has", landlock_make(LANDLOCK_ALL, NEVER, &fence, &err));
	SAME_NUMBER(unit, "no rules", fence.rules, -1);
	HOLDS(unit, "allow", landlock_allow(&fence, 0, LANDLOCK_WRITING, &err));
	HOLDS(unit, "allow a port", landlock_allow_port(&fence, 443, &err));
	HOLDS(unit, "enter", landlock_enter(&fence, &err));
	int file = open(unit_path(unit, "free"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	HOLDS(unit, "still free", file >= 0);
	close(file);
}

static void a_pipe_needs_no_rule(struct unit *unit)
{
	CLEANUP(landlock_close) struct landlock fence = LANDLOCK_NONE;
	struct error err;
	int ends[2];

	HOLDS(unit, "make", landlock_make(LANDLOCK_WRITES, 1, &fence, &err));
	HOLDS(unit, "pipe", pipe2(ends, O_CLOEXEC) == 0);
	HOLDS(unit, "allow", landlock_allow(&fence, ends[1], LANDLOCK_WRITING, &err));
	close(ends[0]);
	close(ends[1]);
	if (kernel_has_it())
		HOLDS(unit, "a closed descriptor", !landlock_allow(&fence, ends[1], LANDLOCK_WRITING, &err));
}

static const struct CMUnitTest tests[] = {
	UNIT(refuses_what_it_does_not_allow),
	UNIT(a_kernel_without_it_is_gone_without),
	UNIT(a_pipe_needs_no_rule),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
