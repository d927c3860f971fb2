/*
 * A plan for people, and as the JSON document of schema/plan.schema.json.
 */
#ifndef HOLDFAST_REPORT_REPORT_PLAN_H
#define HOLDFAST_REPORT_REPORT_PLAN_H

#include "report.h"
#include "table.h"

/* words: the profiles as they were given, for whoever makes the plan again. */
bool report_plan_json(struct text *out, const struct report *report, const struct text_list *words, struct error *err)
	MUST_CHECK;
void report_plan_text(struct text *out, const struct report *report, const struct table_style *style);

#endif
