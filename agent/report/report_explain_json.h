/*
 * Pages of explain as the JSON document of schema/explain.schema.json. It is also how the catalogue leaves the program:
 * docs/parameters.md and the tests of the table are made from it.
 */
#ifndef HOLDFAST_REPORT_REPORT_EXPLAIN_JSON_H
#define HOLDFAST_REPORT_REPORT_EXPLAIN_JSON_H

#include "report_explain.h"

bool report_explain_json(struct text *out, const struct explain_pages *pages, const struct explain_host *host,
			 struct error *err) MUST_CHECK;

#endif
