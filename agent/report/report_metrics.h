/*
 * The census as metrics, for Prometheus and what reads the same: made from the JSON document, so that a saved one
 * does as well. Values of parameters and addresses of single clients never become labels; of the peers that this host
 * connects to only those are named whose ports run out.
 */
#ifndef HOLDFAST_REPORT_REPORT_METRICS_H
#define HOLDFAST_REPORT_REPORT_METRICS_H

#include "../base/error.h"
#include "metrics.h"

/*
 * census: a document of schema/tcp.schema.json, from anywhere: what is missing or of a wrong kind is left out. False: it has no
 * states at all.
 */
bool report_metrics(const struct metrics *out, const json_t *census, struct error *err) MUST_CHECK;

#endif
