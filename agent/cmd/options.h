/*
 * The command line: which commands there are, which options each takes. Help is printed from the same tables.
 */
#ifndef HOLDFAST_CMD_OPTIONS_H
#define HOLDFAST_CMD_OPTIONS_H

#include "../base/text.h"
#include "../core/findings.h"
#include "../core/profile.h"

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

enum options_colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
	const struct command *command;
	struct text_list profiles; /* -p, in order */
	const char *config;        /* --config, NULL = the usual place */
	const char *root;          /* --root, "/" */
	const char *loader;        /* --loader, NULL = auto */
	const char *output;        /* -o, NULL = none */
	struct text_list operands; /* the arguments that are no options */
	const char *kernel;        /* --kernel, NULL = the kernel of the host */
	const char *name;          /* --name, NULL = none */
	enum options_colour colour;
	enum finding_severity fail_on; /* --fail-on */
	int64_t confirm_s;             /* --confirm, 0 = none */
	const char *probe;             /* --probe, NULL = none */
	bool json, quiet, verbose, dry_run, sarif, live, keep_going, force;
};

/* One run's memory of everything; see pipeline.h. */
struct run;

struct command {
	const char *name;
	const char *operand; /* "[PLANFILE]", NULL: none is taken; several where it ends in "..." or "...]" */
	const char *summary;
	unsigned extras; /* options beside the common ones, bits of enum options_extra */
	enum exit_code (*execute)(struct run *run);
	bool changes; /* writes to the host: what others may write is refused as input */
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
};

/* The commands, in the order in which help lists them; made in main.c. */
struct commands {
	const struct command *items;
	size_t count;
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG };

/* Reads argv. OPTIONS_WRONG: err says what is wrong. OPTIONS_HELP: options->command is the one asked about, or NULL. */
enum options_result options_read(struct arena *arena, const struct commands *commands, int argc, char **argv,
				 struct options *options, struct error *err) MUST_CHECK;
void options_help(struct text *out, const struct commands *commands, const struct command *command);

#endif
