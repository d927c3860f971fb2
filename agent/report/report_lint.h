/*
 * Lint's findings: for people, as JSON (schema/lint.schema.json), and as SARIF 2.1.0 for code review.
 */
#ifndef HOLDFAST_REPORT_REPORT_LINT_H
#define HOLDFAST_REPORT_REPORT_LINT_H

#include "../core/facts.h"
#include "../core/findings.h"
#include "../core/profile.h"
#include "table.h"

struct report_lint {
	const struct findings *findings; /* in the order in which they are shown */
	const struct text_list *files;   /* that were looked at */
	const struct facts *facts;
	const char *loader;
	const char *agent_version;
};

void report_lint_text(struct text *out, const struct report_lint *report, const struct table_style *style);
bool report_lint_json(struct text *out, const struct report_lint *report, struct error *err) MUST_CHECK;
bool report_lint_sarif(struct text *out, const struct report_lint *report, struct error *err) MUST_CHECK;

#endif
