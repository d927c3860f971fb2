/*
 * The spool: the queues that reports wait in, one for each destination (base/queue). This is the agent's side of it: it
 * puts a report in, keeps each queue within its bounds, and counts what had to be given up for that.
 *
 * A queue holds at most 200 reports, 16 MiB and seven days, and does not grow while less than 5 % of the disk are free.
 * What is given up first is the oldest report without changes: a newer one says more. Reports that tell of changes go
 * last.
 *
 * None of the reports in a queue is read for this: it is the sender's folder, and what must be known of them is remembered
 * where only the agent writes (report/counters).
 */
#ifndef HOLDFAST_REPORT_SPOOL_H
#define HOLDFAST_REPORT_SPOOL_H

#include "../base/document.h"
#include "../base/queue.h"
#include "../base/queue_state.h"
#include "counters.h"

enum { SPOOL_FILES_MOST = 200, SPOOL_BYTES_MOST = 16 << 20, SPOOL_DAYS_MOST = 7, SPOOL_FREE_PERCENT = 5 };
/* Mode changes: a full report at least so often. */
enum { SPOOL_FULL_HOURS = 24 };

struct spool_queue {
	const char *name; /* of the destination */
	int folder;
	bool changes_only; /* mode: changes */
	bool full;         /* the disk has no room for this one */
	struct {
		const char **items;
		size_t count, capacity;
	} given_up; /* names of those that go for it */
	struct queue_state state;
	struct counters_queue *memory; /* of what waits there */
	bool heartbeat;                /* spool_prepare: what goes in is a sign of life */
	const char *id;                /* and this is its id; NULL = nothing goes in */
};

/*
 * Room for one report of so many bytes is made in two steps, so that what is given up is counted before it is: choosing
 * fills in given_up, and full where even that leaves no room.
 */
bool spool_choose(struct arena *arena, struct spool_queue *queue, int64_t now_ms, size_t incoming, struct error *err)
	MUST_CHECK;
bool spool_give_up(const struct spool_queue *queue, struct error *err) MUST_CHECK;
/*
 * A time for the id of a new report that sorts behind the last one and behind all that wait, also when the clock was set
 * back. A last one from a day that may never come is forgotten once nothing waits.
 */
int64_t spool_next_ms(struct arena *arena, const struct spool_queue *queues, size_t count, int64_t now_ms,
		      int64_t last_ms);
/*
 * Decides whether the full report goes into the queue, or a sign of life that stands for it, and under which id; and
 * remembers it. Then, when that is on disk, it is put. Nothing of both when the queue is full.
 */
bool spool_prepare(struct arena *arena, struct spool_queue *queue, json_t *document, int64_t now_ms, struct error *err)
	MUST_CHECK;
/* packed: the document. */
bool spool_put(struct arena *arena, const struct spool_queue *queue, json_t *document, const struct gzip_bytes *packed,
	       struct error *err) MUST_CHECK;

/* What waits, for metrics. */
struct spool_waiting {
	size_t reports;
	uint64_t bytes;
	int64_t oldest_ms; /* 0: nothing waits */
};
void spool_look(struct arena *arena, const struct spool_queue *queue, struct spool_waiting *waiting);

#endif
