/*
 * A report as comma-separated values (RFC 4180): one row for each parameter, each with host, time and profile, so that rows of
 * many hosts can be laid together. Made from the document, which may come from anywhere.
 */
#ifndef HOLDFAST_REPORT_REPORT_CSV_H
#define HOLDFAST_REPORT_REPORT_CSV_H

#include <jansson.h>

#include "../base/error.h"
#include "../base/text.h"

/* False: it has no parameters (a sign of life has none). */
bool report_csv(struct text *out, const json_t *document, struct error *err) MUST_CHECK;

#endif
