/*
 * What this host counts over its runs: the file counters.json of the spool. Only the agent writes it.
 */
#ifndef HOLDFAST_REPORT_COUNTERS_H
#define HOLDFAST_REPORT_COUNTERS_H

#include <stdint.h>

#include "../base/error.h"
#include "../base/text.h"

struct counters_drops {
	const char *destination;
	uint64_t reports;
};

struct counters {
	int64_t seq;       /* of the last run */
	int64_t corrected; /* values and lines that were put right */
	int64_t last_ms;   /* the time that the id of the last report was made from */
	struct {
		struct counters_drops *items;
		size_t count, capacity;
	} dropped; /* reports that the spool had to give up, by destination */
};

/* False: the text is damaged, and counting begins anew. */
bool counters_read(struct arena *arena, const char *bytes, size_t length, struct counters *counters) MUST_CHECK;
bool counters_print(struct text *out, const struct counters *counters, struct error *err) MUST_CHECK;
/* Of the destination; made when there is none. */
uint64_t *counters_dropped(struct arena *arena, struct counters *counters, const char *destination);
/* Over all destinations. */
uint64_t counters_dropped_sum(const struct counters *counters);

#endif
