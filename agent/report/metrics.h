/*
 * Metrics as text: the words that both kinds of it share. Prometheus' own text format 0.0.4 is what node_exporter, Pushgateway
 * and VictoriaMetrics take with types and help; OpenMetrics 1.0 names counters without their "_total" and ends in "# EOF".
 */
#ifndef HOLDFAST_REPORT_METRICS_H
#define HOLDFAST_REPORT_METRICS_H

#include <jansson.h>

#include "../base/text.h"

struct metrics {
	struct text *text;
	bool openmetrics;
};

/* Type, unit (NULL: none) and help of a metric, before its samples. A counter is named without "_total". */
void metrics_head(const struct metrics *metrics, const char *name, const char *type, const char *unit,
		  const char *help);
/* `separator`name="value", escaped as both formats want it. */
void metrics_label(const struct metrics *metrics, const char *separator, const char *name, const char *value);
/* A gauge without labels from a field, with its head; nothing when the object does not have it. */
void metrics_plain(const struct metrics *metrics, const json_t *object, const char *field, const char *name,
		   const char *unit, const char *help);
/* After the last one. */
void metrics_end(const struct metrics *metrics);

/* Fields of documents that come from anywhere: NULL or false for what is missing, of another kind, or below 0. */
const char *metrics_text_of(const json_t *object, const char *name);
bool metrics_number_of(const json_t *object, const char *name, double *value);

#endif
