#include "base/calls.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/assemble.h"
#include "unit.h"

enum { MODE_BITS = 06000, FREE = 250, NOT_LIMITED };

static const int allowed[] = {SCMP_SYS(exit_group), SCMP_SYS(exit), SCMP_SYS(getpid)};
static const int more[] = {SCMP_SYS(getuid), SCMP_SYS(getuid32)};
static const int deadly[] = {SCMP_SYS(getppid)};
static const struct rules_tested tested[] = {
	{SCMP_SYS(fchmod), {1, MODE_BITS, 0}, {0}},
	{SCMP_SYS(prlimit64), {0, RULES_WHOLE, 0}, {1, RULES_WHOLE, RLIMIT_NOFILE}},
	{SCMP_SYS(prlimit64), {0, RULES_WHOLE, 0}, {1, RULES_WHOLE, RLIMIT_CORE}},
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_NETLINK}, {2, RULES_WHOLE, 0}},
};

static bool kernel_has_it(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool enter(const struct assemble_code *code)
{
	const struct calls_filter filter = {.code = code->instructions, .count = code->count};
	struct error err;

	return calls_limit(&filter, &err);
}

/* What a call comes to behind the filters: 0, an errno, or minus the signal that ended us. */
static int outcome(size_t lists, long number, long first, long second)
{
	static const struct rules_list first_list = {.allowed = allowed,
						     .allowed_count = COUNT_OF(allowed),
						     .tested = tested,
						     .tested_count = COUNT_OF(tested)};
	static const struct rules_list second_list = {.allowed = more, .allowed_count = COUNT_OF(more)};
	static const struct rules_list *const both[] = {&first_list, &second_list};
	const struct rules rules = {
		.lists = both, .list_count = lists, .deadly = deadly, .deadly_count = COUNT_OF(deadly)};
	static struct assemble_code code, no_socketcall;
	struct error err;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !assemble(&rules, &code, &err) ||
		    !assemble_no_socketcall(&no_socketcall, &err) || !enter(&no_socketcall) || !enter(&code))
			_exit(NOT_LIMITED);
		long result = syscall(number, first, second, 0L, 0L);

		syscall(SYS_exit_group, result >= 0 ? 0L : (long)errno);
	}
	if (waitpid(child, &status, 0) != child)
		return FREE;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

#ifdef SYS_socketcall
static const long internet[] = {AF_INET, SOCK_STREAM, 0}, netlink[] = {AF_NETLINK, SOCK_RAW, 0};
#endif

static const struct {
	const char *name;
	size_t lists;
	long number, first, second;
	int wanted;
} cases[] = {
	{"a call of the first list", 2, SYS_getpid, 0, 0, 0},
	{"a call of the second", 2, SYS_getuid, 0, 0, 0},
	{"a call of the second, which is not there", 1, SYS_getuid, 0, 0, ENOSYS},
	{"a call of no list", 2, SYS_getpriority, 0, 0, ENOSYS},
	{"a deadly one", 2, SYS_getppid, 0, 0, -SIGSYS},
	{"bits that are not tested", 2, SYS_fchmod, -1, 0777, EBADF},
	{"a bit that must not be there", 2, SYS_fchmod, -1, 04755, ENOSYS},
	{"another one", 2, SYS_fchmod, -1, 02755, ENOSYS},
	{"both tests hold", 2, SYS_prlimit64, 0, RLIMIT_NOFILE, 0},
	{"both tests of another rule hold", 2, SYS_prlimit64, 0, RLIMIT_CORE, 0},
	{"the first test does not hold", 2, SYS_prlimit64, 1, RLIMIT_NOFILE, ENOSYS},
	{"the second test does not hold", 2, SYS_prlimit64, 0, RLIMIT_CPU, ENOSYS},
	{"a socket of netlink", 2, SYS_socket, AF_NETLINK, SOCK_RAW, 0},
	{"a socket of the internet", 2, SYS_socket, AF_INET, SOCK_STREAM, ENOSYS},
#ifdef SYS_socketcall
	{"a socket of the internet, by the other way", 2, SYS_socketcall, 1, (long)internet, ENOSYS},
	{"a socket of netlink, by the other way", 2, SYS_socketcall, 1, (long)netlink, ENOSYS},
#endif
};

static void lets_through_what_the_lists_say(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (kernel_has_it())
			SAME_NUMBER(unit, cases[i].name,
				    outcome(cases[i].lists, cases[i].number, cases[i].first, cases[i].second),
				    cases[i].wanted);
		else
			HOLDS(unit, cases[i].name, outcome(1, SYS_getuid, 0, 0) == 0);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(lets_through_what_the_lists_say),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
