/*
 * What the rights of a command stand for: where it may write, and which capabilities it keeps for that. The table is what
 * cmd/fence goes by, what `holdfast --help --json` prints, and what docs/rights.md shows.
 */
#ifndef HOLDFAST_CMD_RIGHTS_H
#define HOLDFAST_CMD_RIGHTS_H

#include <stdint.h>

#include "command.h"

struct right_row {
	enum right right;
	const char *word; /* in --help --json */
	const char *help;
	uint64_t capabilities; /* bits of CAPABILITY() */
};
extern const struct right_row right_rows[];
extern const size_t right_row_count;

/* The rights with which a command has the system calls of those that change a host (base/calls). */
#define RIGHTS_CALLS (RIGHTS_CHANGING | RIGHTS_REPORTING)

/* Of all commands, and those of the rights. */
uint64_t rights_capabilities(unsigned rights);
/* "CAP_CHOWN", NULL when no right needs it. */
const char *rights_capability_name(unsigned number);

#endif
