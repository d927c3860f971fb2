/*
 * Help for programs: the commands, options and rights of the same tables that --help is printed from. Completions and
 * docs/rights.md are made of it.
 */
#ifndef HOLDFAST_CMD_HELP_JSON_H
#define HOLDFAST_CMD_HELP_JSON_H

#include "../base/error.h"
#include "command.h"

/* command: NULL = all of them. Appends the document and a newline. */
bool help_json(struct text *out, const struct commands *commands, const struct command *command, struct error *err)
	MUST_CHECK;

#endif
