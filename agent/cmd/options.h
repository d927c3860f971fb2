/*
 * The command line, read: which command, with which options.
 */
#ifndef HOLDFAST_CMD_OPTIONS_H
#define HOLDFAST_CMD_OPTIONS_H

#include "../core/findings.h"
#include "../core/profile.h"
#include "command.h"

/* FORMAT_NONE: nothing is said, which means JSON. */
enum options_format { FORMAT_NONE, FORMAT_JSON, FORMAT_HDF, FORMAT_CSV, FORMAT_METRICS, FORMAT_OPENMETRICS };

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
	const char *namespace;         /* --netns, NULL = ours */
	enum options_format format;    /* --format */
	int64_t splay_s;               /* --splay, -1 = as agent.yaml has it */
	uint64_t time_limit_s;         /* --time-limit */
	uint64_t top;                  /* --top */
	uint64_t interval_s;           /* --interval, 0 = one look */
	uint64_t looks;                /* --count, 0 = without end */
	int64_t confirm_s;             /* --confirm, 0 = none */
	const char *probe;             /* --probe, NULL = none */
	bool json, quiet, verbose, dry_run, sarif, live, keep_going, force, totals, time_wait, top_given;
	bool flush, test, census, no_send, explain;
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG };

/* Reads argv. OPTIONS_WRONG: err says what is wrong. OPTIONS_HELP: options->command is the one asked about, or NULL. */
enum options_result options_read(struct arena *arena, const struct commands *commands, int argc, char **argv,
				 struct options *options, struct error *err) MUST_CHECK;

#endif
