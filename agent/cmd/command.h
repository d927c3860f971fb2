/*
 * What the command line may say: the commands, and the options that each of them takes. Help is printed from the same tables.
 */
#ifndef HOLDFAST_CMD_COMMAND_H
#define HOLDFAST_CMD_COMMAND_H

#include "../base/text.h"

/* Exit status, the same everywhere (docs/operations.md). */
enum exit_code {
	EXIT_IN_LINE = 0, /* everything managed is in line */
	EXIT_WORK = 1,    /* the work could not be done */
	EXIT_DRIFT = 2,
	EXIT_PENDING = 3, /* no drift, but parameters wait for a module or an interface */
	EXIT_USAGE = 64,
	EXIT_INVALID = 65, /* a profile, plan or configuration is not valid */
	EXIT_BUSY = 75,
	EXIT_DENIED = 77,
};

/* One run's memory of everything; see pipeline.h. */
struct run;

struct command {
	const char *name;
	const char *operand; /* "[PLANFILE]", NULL: none is taken; several where it ends in "..." or "...]" */
	const char *summary;
	unsigned extras; /* options beside the common ones, bits of enum options_extra */
	enum exit_code (*execute)(struct run *run);
	bool changes;    /* writes to the host: what others may write is refused as input */
	unsigned rights; /* what it may do beside reading (cmd/rights) */
};

enum options_extra {
	OPTION_OUTPUT = 1 << 0,
	OPTION_DRY_RUN = 1 << 1,
	OPTION_KERNEL = 1 << 2,
	OPTION_FAIL_ON = 1 << 3,
	OPTION_SARIF = 1 << 4,
	OPTION_LIVE = 1 << 5,
	OPTION_NAME = 1 << 6,
	OPTION_CONFIRM = 1 << 7,
	OPTION_PROBE = 1 << 8,
	OPTION_KEEP_GOING = 1 << 9,
	OPTION_FORCE = 1 << 10,
	OPTION_NO_PROFILE = 1 << 11, /* none, rather: it takes no -p */
	OPTION_NETNS = 1 << 12,
	OPTION_TOP = 1 << 13,
	OPTION_INTERVAL = 1 << 14,
	OPTION_TOTALS = 1 << 15,
	OPTION_FORMAT = 1 << 16,
	OPTION_SEND = 1 << 17,
	OPTION_NO_JSON = 1 << 18, /* none, rather: what it prints is not JSON */
};

/* What a command may do beside reading; one that has not the right cannot do it, whoever calls it (cmd/fence). */
enum right {
	RIGHT_KERNEL = 1 << 0,
	RIGHT_FILES = 1 << 1,
	RIGHT_STATE = 1 << 2,
	RIGHT_SPOOL = 1 << 3,
	RIGHT_TEXTFILE = 1 << 4,
	RIGHT_OUTPUT = 1 << 5,
	RIGHT_NETNS = 1 << 6,
	RIGHT_SENDER = 1 << 7,
	RIGHT_PROBE = 1 << 8,
};
#define RIGHTS_REPORTING (RIGHT_SPOOL | RIGHT_TEXTFILE)
#define RIGHTS_CHANGING (RIGHT_KERNEL | RIGHT_FILES | RIGHT_STATE)

/* The commands, in the order in which help lists them; made in main.c. */
struct commands {
	const struct command *items;
	size_t count;
};

enum option_name {
	NAME_PROFILE,
	NAME_CONFIG,
	NAME_ROOT,
	NAME_LOADER,
	NAME_JSON,
	NAME_COLOUR,
	NAME_QUIET,
	NAME_VERBOSE,
	NAME_OUTPUT,
	NAME_DRY_RUN,
	NAME_KERNEL,
	NAME_FAIL_ON,
	NAME_SARIF,
	NAME_LIVE,
	NAME_NAME,
	NAME_CONFIRM,
	NAME_PROBE,
	NAME_KEEP_GOING,
	NAME_FORCE,
	NAME_NETNS,
	NAME_TOP,
	NAME_INTERVAL,
	NAME_COUNT,
	NAME_TOTALS,
	NAME_TIME_WAIT,
	NAME_FORMAT,
	NAME_CENSUS,
	NAME_FLUSH,
	NAME_TEST,
	NAME_SPLAY,
	NAME_NO_SEND,
	NAME_EXPLAIN,
	NAME_TIME_LIMIT,
	NAME_HELP,
	NAME_VERSION,
};

struct option_row {
	enum option_name name;
	char letter;
	const char *word;
	const char *argument; /* NULL: takes none */
	unsigned extra;       /* 0: every command takes it */
	const char *help;
};
extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Whether the command takes the option. */
bool command_takes(const struct command *command, const struct option_row *row);
/* Of one command, or of the program when command is NULL. */
void command_help(struct text *out, const struct commands *commands, const struct command *command);

#endif
