/*
 * The census as the JSON document of schema/tcp.schema.json: what `holdfast tcp --json` prints, and the field `tcp` of a report.
 */
#ifndef HOLDFAST_REPORT_REPORT_TCP_JSON_H
#define HOLDFAST_REPORT_REPORT_TCP_JSON_H

#include <jansson.h>

#include "report_tcp.h"

/* A new reference. */
json_t *report_tcp_json(struct arena *arena, const struct report_tcp *report);

#endif
