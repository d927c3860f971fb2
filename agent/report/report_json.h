/*
 * The report as the JSON document of schema/report.schema.json: what --json prints and an endpoint receives.
 */
#ifndef HOLDFAST_REPORT_REPORT_JSON_H
#define HOLDFAST_REPORT_REPORT_JSON_H

#include <jansson.h>

#include "../base/text.h"
#include "report.h"

/* The document itself; memory is for what it is made of. A new reference. */
json_t *report_json_document(struct arena *arena, const struct report *report);
/* The same, printed for people who read JSON. */
bool report_json(struct text *out, const struct report *report, struct error *err) MUST_CHECK;
/* What show prints: the desired state, each key with its origin. */
bool report_json_desired(struct text *out, const struct report *report, const struct desired *desired,
			 struct error *err) MUST_CHECK;

/* Parts that the plan's document shares. A new reference each. */
json_t *report_json_text(const char *text); /* null for NULL; bytes that are no UTF-8 become U+FFFD */
json_t *report_json_wanted(const struct wanted *wanted);
/* Appends the document and a newline. Takes the reference. */
bool report_json_print(struct text *out, json_t *document, struct error *err) MUST_CHECK;
/* The same on one line, for a stream of documents. */
bool report_json_line(struct text *out, json_t *document, struct error *err) MUST_CHECK;

#endif
