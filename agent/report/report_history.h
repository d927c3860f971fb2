/*
 * The transactions of a host, for people and as JSON. One entry as JSON is the journal's own document
 * (schema/journal.schema.json).
 */
#ifndef HOLDFAST_REPORT_REPORT_HISTORY_H
#define HOLDFAST_REPORT_REPORT_HISTORY_H

#include "../base/text.h"
#include "../core/entry.h"
#include "table.h"

void report_history(struct text *out, const struct entries *entries, const struct table_style *style);
bool report_history_json(struct text *out, const struct entries *entries, struct error *err) MUST_CHECK;
/* All that is known of one of them. */
void report_history_entry(struct text *out, const struct entries *entries, size_t index,
			  const struct table_style *style);

#endif
