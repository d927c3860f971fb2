/*
 * The spool of this host, opened: the counters and the queue of each destination.
 *
 * /var/lib/holdfast/spool/ holds what only root may write (counters.json, destinations.json, last.json.gz), and a folder for
 * each destination that belongs to the sender's user. The kept report is what `report` prints.
 */
#ifndef HOLDFAST_CMD_SPOOLING_H
#define HOLDFAST_CMD_SPOOLING_H

#include "../report/counters.h"
#include "../report/spool.h"
#include "pipeline.h"

struct spooling {
	struct run *run;
	int folder; /* of the spool; -1: it could not be reached */
	int lock;   /* one agent at a time */
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

/* On disk before this returns. */
bool spooling_write_counters(struct spooling *spooling, struct error *err) MUST_CHECK;
/* The report that is kept. It may be lost with the power: the next run makes another. */
bool spooling_write_last(struct spooling *spooling, const struct gzip_bytes *packed, struct error *err) MUST_CHECK;
/* A new reference; NULL with *err when none has been kept. */
json_t *spooling_last(struct run *run, struct error *err);
/* What the sender has to know of agent.yaml, where that has changed. */
bool spooling_tell_sender(struct spooling *spooling, struct error *err) MUST_CHECK;

#endif
