/*
 * The census for a person: states with bars, who is in TIME-WAIT, ports that are left, counters, and what it all means.
 */
#ifndef HOLDFAST_REPORT_REPORT_TCP_H
#define HOLDFAST_REPORT_REPORT_TCP_H

#include "../core/facts.h"
#include "../core/reading.h"
#include "table.h"

/* All that one look at the sockets has to say; also for report_tcp_json. */
struct report_tcp {
	const char *time; /* RFC 3339 */
	const struct facts *facts;
	const char *namespace; /* as --netns named it; NULL = ours */
	struct reading_case seen;
	const struct readings *readings;
	size_t top; /* lines of each table */
};

/* all: every state and counter, also those that are 0, and what they mean. */
void report_tcp(struct text *out, const struct report_tcp *report, const struct table_style *style, bool all);

#endif
