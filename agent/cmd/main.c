/* holdfast: keeps kernel parameters on the profile that was declared. To read the program, start with pipeline.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/clock.h"
#include "commands.h"
#include "help_json.h"
#include "output.h"

static const struct command command_rows[] = {
	{"check", NULL, "compare profile, sysctl files and live values; print what is off", 0, check_command, false, 0},
	{"plan", NULL, "print the steps that would remove the drift", OPTION_OUTPUT, plan_command, false, RIGHT_OUTPUT},
	{"apply", "[PLANFILE]", "carry the steps out as one transaction, read everything back",
	 OPTION_DRY_RUN | OPTION_CONFIRM | OPTION_PROBE | OPTION_KEEP_GOING, apply_command, true,
	 RIGHTS_CHANGING | RIGHTS_REPORTING | RIGHT_PROBE},
	{"confirm", NULL, "keep what 'apply --confirm' has set", OPTION_NO_PROFILE, confirm_command, true,
	 RIGHTS_CHANGING},
	{"rollback", "[ID]", "take the last transaction back, or all from that one on",
	 OPTION_DRY_RUN | OPTION_FORCE | OPTION_KEEP_GOING | OPTION_NO_PROFILE, rollback_command, true,
	 RIGHTS_CHANGING},
	{"recover", NULL, "undo what a killed apply left, or what was not confirmed in time", OPTION_NO_PROFILE,
	 recover_command, true, RIGHTS_CHANGING},
	{"history", "[ID]", "print the transactions, or one of them whole", OPTION_NO_PROFILE, history_command, false,
	 0},
	{"verify", NULL, "check the profile of the last apply, and say what has moved since", 0, verify_command, false,
	 0},
	{"show", NULL, "print the desired state after layers and conditions, with origins", 0, show_command, false, 0},
	{"lint", "[FILE...]", "say what is doubtful in profiles and sysctl files",
	 OPTION_KERNEL | OPTION_FAIL_ON | OPTION_SARIF, lint_command, false, 0},
	{"explain", "KEY...", "print all that is known of a parameter, and what it is here", 0, explain_command, false,
	 0},
	{"tcp", NULL, "count TCP sockets: states, who is in TIME-WAIT, ports that are left",
	 OPTION_TOP | OPTION_INTERVAL | OPTION_TOTALS | OPTION_NETNS | OPTION_NO_PROFILE, tcp_command, false,
	 RIGHT_NETNS},
	{"run", NULL, "check or apply as agent.yaml says, queue the report, start the sender: for cron",
	 OPTION_SEND | OPTION_KEEP_GOING | OPTION_NO_PROFILE, run_command, true,
	 RIGHTS_CHANGING | RIGHTS_REPORTING | RIGHT_SENDER},
	{"report", "[FILE]", "print the last report, or a saved one, in another format; send what waits",
	 OPTION_FORMAT | OPTION_NETNS | OPTION_NO_PROFILE, report_command, false, RIGHT_NETNS | RIGHT_SENDER},
	{"capture", "[FILE...]", "write a profile from sysctl files, a tuned profile, or this host",
	 OPTION_LIVE | OPTION_NAME | OPTION_NO_PROFILE | OPTION_NO_JSON, capture_command, false, 0},
};

/* A closed standard descriptor would be taken by the next file that is opened, and written into. */
static bool have_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) != fd)
			return false;
	}
	return true;
}

static enum exit_code execute(struct arena *arena, const struct options *options)
{
	struct run run = {
		.arena = arena,
		.options = options,
		.started_ms = clock_steady_ms(),
		.now_ms = clock_now_ms(),
		.lock = LOCK_NONE,
		.tree = {.fd = -1},
		.proc_sys = {.fd = -1},
		.prober = -1,
	};
	enum exit_code code = options->command->execute(&run);

	pipeline_close(&run);
	return code;
}

static enum exit_code start(struct arena *arena, int argc, char **argv)
{
	const struct commands commands = {.items = command_rows, .count = COUNT_OF(command_rows)};
	struct options options;
	struct error err;
	struct text text = {.arena = arena};

	switch (options_read(arena, &commands, argc, argv, &options, &err)) {
	case OPTIONS_RUN:
		return execute(arena, &options);
	case OPTIONS_HELP:
		if (!options.json)
			command_help(&text, &commands, options.command);
		else if (!help_json(&text, &commands, options.command, &err))
			return pipeline_fail(&err);
		break;
	case OPTIONS_VERSION:
		text_format(&text, "holdfast %s\n", HOLDFAST_VERSION);
		break;
	case OPTIONS_WRONG:
		pipeline_complain(err.text);
		return EXIT_USAGE;
	}
	if (fd_write_all(STDOUT_FILENO, text.bytes, text.length))
		return EXIT_IN_LINE;
	error_system(&err, errno, "write to stdout");
	return pipeline_fail(&err);
}

int main(int argc, char **argv)
{
	struct arena arena = {0};

	/* Inherited as ignored, the end of a child could not be seen, nor could a closed pipe end us. */
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	sigaction(SIGCHLD, &usual, NULL);
	sigaction(SIGPIPE, &usual, NULL);
	/* A file that may not grow any more is an error like a full disk, and ends nobody in the middle. */
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	sigaction(SIGXFSZ, &ignored, NULL);
	umask(0022);
	if (!have_standard_files())
		return EXIT_WORK;
	enum exit_code code = start(&arena, argc, argv);
	arena_free(&arena);
	return (int)code;
}
