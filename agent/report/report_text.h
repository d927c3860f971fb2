/*
 * The report for a person: what is off, one line of counts, what to do next.
 */
#ifndef HOLDFAST_REPORT_REPORT_TEXT_H
#define HOLDFAST_REPORT_REPORT_TEXT_H

#include "report.h"
#include "table.h"

/* Which profile, which host, which loader; why that one with `all`. */
void report_text_head(struct text *out, const struct report *report, const struct table_style *style, bool all);
/* The parameters. all: every parameter (-v), not only those that are not in line. */
void report_text(struct text *out, const struct report *report, const struct table_style *style, bool all);
/* One of them in a line: "net.ipv4.tcp_fin_timeout is 60, wanted 30, at boot 60 (/etc/sysctl.conf:12)". */
const char *report_text_line(struct arena *arena, const struct outcome_parameter *parameter);
/* `mend`: the command that would do it, without the leading "holdfast"; NULL to say nothing. */
void report_text_counts(struct text *out, const struct report *report, const struct table_style *style,
			const char *mend);
/* What an apply did, step by step; only what is worth a look unless `all`. */
void report_text_changes(struct text *out, const struct report *report, const struct table_style *style, bool all);

#endif
