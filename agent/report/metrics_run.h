/*
 * The last run as metrics: from its report document, and from what waits in the spool. Of the parameters only those that are
 * off are named, and no value ever becomes a label.
 */
#ifndef HOLDFAST_REPORT_METRICS_RUN_H
#define HOLDFAST_REPORT_METRICS_RUN_H

#include "counters.h"
#include "metrics.h"
#include "spool.h"

/* What this host has beside the report; the queues may be none. */
struct metrics_spool {
	const struct spool_queue *queues;
	size_t count;
	struct counters *counters;
};

/* The document may come from anywhere. spool: NULL for a report of another host. */
void metrics_run(const struct metrics *metrics, const json_t *document, const struct metrics_spool *spool);

#endif
