/*
 * What `apply --confirm` has set is kept: the files are written, and the transaction is done.
 */
#ifndef HOLDFAST_CMD_KEEPING_H
#define HOLDFAST_CMD_KEEPING_H

#include "pipeline.h"

/* All of `holdfast confirm`, lock included. Also for a countdown whose user presses Enter. */
enum exit_code keeping_confirm(struct run *run);

#endif
