#include "cmd/bounded.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

static enum exit_code finds_drift(struct run *run)
{
	run->audit = true;
	return EXIT_DRIFT;
}

static enum exit_code is_killed(struct run *run)
{
	(void)run;
	raise(SIGKILL);
	return EXIT_IN_LINE;
}

static enum exit_code is_ended(struct run *run)
{
	(void)run;
	raise(SIGTERM);
	return EXIT_IN_LINE;
}

static enum exit_code hangs(struct run *run)
{
	while (run != NULL)
		pause();
	return EXIT_IN_LINE;
}

/* Every signal that can be is blocked, and it has been stopped. */
static enum exit_code is_stopped(struct run *run)
{
	sigset_t all;

	(void)run;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	raise(SIGSTOP);
	return EXIT_IN_LINE;
}

static enum exit_code leaves_a_child(struct run *run)
{
	(void)run;
	if (fork() == 0) {
		clock_pause_ms(300);
		_exit(0);
	}
	return EXIT_PENDING;
}

static const struct {
	const char *name;
	enum exit_code (*work)(struct run *run);
	uint64_t limit_s;
	bool done;
	enum exit_code code;
	const char *said;
	int64_t least_ms, most_ms;
} cases[] = {
	{"an exit status", finds_drift, 30, true, EXIT_DRIFT, NULL, 0, 15000},
	{"killed", is_killed, 30, false, EXIT_WORK, "the run was ended by signal 9", 0, 15000},
	{"ended", is_ended, 30, false, EXIT_WORK, "the run was ended by signal 15", 0, 15000},
	{"hangs", hangs, 1, false, EXIT_WORK, "the run took longer than 1 s and was ended", 900, 6000},
	{"stopped", is_stopped, 1, false, EXIT_WORK, "the run took longer than 1 s and was ended", 900, 6000},
	{"a child of its own holds its end open", leaves_a_child, 30, true, EXIT_PENDING, NULL, 0, 15000},
};

static struct run nothing_yet(struct unit *unit)
{
	return (struct run){
		.arena = &unit->arena,
		.lock = LOCK_NONE,
		.tree = {.fd = -1},
		.proc_sys = {.fd = -1},
		.prober = -1,
	};
}

static void tells_how_a_child_has_ended(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct run run = nothing_yet(unit);
		enum exit_code code = EXIT_WORK;
		struct error err = {0};
		int64_t start = clock_steady_ms();
		bool done = bounded_run(&run, cases[i].work, cases[i].limit_s, &code, &err);
		int64_t took = clock_steady_ms() - start;

		SAME_NUMBER(unit, cases[i].name, done, cases[i].done);
		SAME_NUMBER(unit, cases[i].name, code, cases[i].code);
		if (cases[i].said != NULL)
			HAS_TEXT(unit, cases[i].name, err.text, cases[i].said);
		HOLDS(unit, cases[i].name, took >= cases[i].least_ms && took <= cases[i].most_ms);
		HOLDS(unit, cases[i].name, !run.audit); /* what the child has changed stays with it */
		HOLDS(unit, cases[i].name, waitpid(-1, NULL, WNOHANG) <= 0 && errno == ECHILD);
	}
}

/* One descriptor more or less would show in the next one. */
static void leaves_no_descriptor_behind(struct unit *unit)
{
	struct run run = nothing_yet(unit);
	enum exit_code code;
	struct error err;
	int before = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(before);
	for (int i = 0; i < 3; i++)
		HOLDS(unit, "done", bounded_run(&run, finds_drift, 30, &code, &err));
	int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(after);
	SAME_NUMBER(unit, "the next descriptor", after, before);
}

static const struct CMUnitTest tests[] = {
	UNIT(tells_how_a_child_has_ended),
	UNIT(leaves_no_descriptor_behind),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
