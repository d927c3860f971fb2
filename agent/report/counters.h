/*
 * What this host counts over its runs, and what it remembers of the reports that wait: the file counters.json of the
 * spool. Only the agent writes it, so that nothing of what lies in a queue, which is the sender's, has to be read to know
 * what may go.
 */
#ifndef HOLDFAST_REPORT_COUNTERS_H
#define HOLDFAST_REPORT_COUNTERS_H

#include <stdint.h>

#include "../base/array.h"
#include "../base/error.h"
#include "../base/text.h"

struct counters_names {
	const char **items;
	size_t count, capacity;
};

struct counters_queue {
	const char *destination;
	uint64_t dropped;              /* reports that the spool had to give up, in all */
	struct counters_names changed; /* names of waiting files: these tell of changes */
	const char *newest;            /* the last file that was put; NULL = none */
	const char *fingerprint;       /* of that one */
	int64_t refused_told;          /* of the sender's count of refused reports: so many have been told of */
};

struct counters {
	int64_t seq;       /* of the last run */
	int64_t corrected; /* values and lines that were put right */
	int64_t last_ms;   /* the time that the id of the last report was made from */
	struct {
		struct counters_queue *items;
		size_t count, capacity;
	} queues;
};

/* False: the text is damaged, and counting begins anew. */
bool counters_read(struct arena *arena, const char *bytes, size_t length, struct counters *counters) MUST_CHECK;
bool counters_print(struct text *out, const struct counters *counters, struct error *err) MUST_CHECK;
/* Of the destination; made when there is none. Holds until another is made. */
struct counters_queue *counters_of(struct arena *arena, struct counters *counters, const char *destination);
/* Over all destinations. */
uint64_t counters_dropped(const struct counters *counters);
bool counters_has(const struct counters_names *names, const char *name);

#endif
