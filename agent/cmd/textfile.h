/*
 * The last run as metrics in the file that node_exporter's textfile collector reads (agent.yaml: metrics.textfile).
 */
#ifndef HOLDFAST_CMD_TEXTFILE_H
#define HOLDFAST_CMD_TEXTFILE_H

#include "../report/metrics_run.h"
#include "pipeline.h"

/* Written beside and renamed, so that nobody ever reads a part of it. What goes wrong is said on stderr. */
void textfile_write(struct run *run, const json_t *document, const struct metrics_spool *spool);

#endif
