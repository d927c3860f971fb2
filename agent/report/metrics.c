#include "metrics.h"

#include <math.h>

void metrics_head(const struct metrics *metrics, const char *name, const char *type, const char *unit, const char *help)
{
	const char *suffix = !metrics->openmetrics && strcmp(type, "counter") == 0 ? "_total" : "";

	text_format(metrics->text, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, suffix, help, name, suffix, type);
	if (unit != NULL && metrics->openmetrics)
		text_format(metrics->text, "# UNIT %s %s\n", name, unit);
}

void metrics_label(const struct metrics *metrics, const char *separator, const char *name, const char *value)
{
	struct text *out = metrics->text;

	text_format(out, "%s%s=\"", separator, name);
	for (const char *c = value; *c != '\0'; c++) {
		if (*c == '\n')
			text_string(out, "\\n");
		else if (*c == '"' || *c == '\\')
			text_format(out, "\\%c", *c);
		else
			text_add(out, c, 1);
	}
	text_string(out, "\"");
}

void metrics_plain(const struct metrics *metrics, const json_t *object, const char *field, const char *name,
		   const char *unit, const char *help)
{
	double value;

	if (!metrics_number_of(object, field, &value))
		return;
	metrics_head(metrics, name, "gauge", unit, help);
	text_format(metrics->text, "%s %.15g\n", name, value);
}

void metrics_end(const struct metrics *metrics)
{
	if (metrics->openmetrics)
		text_string(metrics->text, "# EOF\n");
}

const char *metrics_text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

bool metrics_number_of(const json_t *object, const char *name, double *value)
{
	const json_t *found = json_object_get(object, name);

	if (!json_is_number(found))
		return false;
	*value = json_number_value(found);
	return isfinite(*value) && *value >= 0;
}
