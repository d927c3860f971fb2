/*
 * A run's report on its way out: counted, kept as the last one, and put into the queue of each destination. Nothing here can
 * make a run fail; what goes wrong is said on stderr.
 *
 * /var/lib/holdfast/spool/ holds what only root may write (counters.json, destinations.json, last.json.gz), and a folder for
 * each destination that belongs to the sender's user. The kept report is what `report` prints.
 */
#ifndef HOLDFAST_CMD_SPOOLING_H
#define HOLDFAST_CMD_SPOOLING_H

#include "../report/counters.h"
#include "../report/report.h"
#include "../report/spool.h"
#include "pipeline.h"

struct spooling {
	struct run *run;
	int folder; /* of the spool, with a lock on it: one agent at a time; -1: it could not be reached */
	struct spool_queue *queues;
	size_t count;
	struct counters counters;
};

/*
 * Opens the spool and its queues. With `making` it is made where it is missing, and nobody else writes to it until it is
 * closed; without, what is not there is left out.
 */
bool spooling_open(struct run *run, bool making, struct spooling *spooling, struct error *err) MUST_CHECK;
void spooling_close(struct spooling *spooling);

/* Counts the run, and puts its report in all queues; *document is the whole of it, as it was put. */
void spooling_keep(struct run *run, struct report *report, json_t **document);
/* The last report that was kept. A new reference; NULL with *err when there is none. */
json_t *spooling_last(struct run *run, struct error *err);
/* What the sender has to know of agent.yaml, where that has changed. */
bool spooling_tell_sender(struct spooling *spooling, struct error *err) MUST_CHECK;

#endif
