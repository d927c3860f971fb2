/*
 * A key for people: a page with all that is known of it and what it is on this host, or one line each for many keys.
 */
#ifndef HOLDFAST_REPORT_REPORT_EXPLAIN_H
#define HOLDFAST_REPORT_REPORT_EXPLAIN_H

#include "../core/explain.h"
#include "../core/facts.h"
#include "table.h"

/* What the pages were made on. */
struct explain_host {
	const struct facts *facts;
	const char *loader;
	const char *profile; /* NULL: no profile could be read */
	bool kernel;         /* there is a /proc/sys */
};

void report_explain_page(struct text *out, const struct explain_page *page, const struct explain_host *host,
			 const struct table_style *style);
void report_explain_list(struct text *out, const struct explain_pages *pages, const struct table_style *style);

#endif
