/*
 * Text that must be metrics, line by line: metadata, or a sample with a name of ours, labels whose values are escaped, and a
 * number. Both formats write these alike.
 */
#ifndef HOLDFAST_TESTS_METRICS_LINES_H
#define HOLDFAST_TESTS_METRICS_LINES_H

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static inline const char *metrics_name_end(const char *at)
{
	return at + strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* Behind the closing quote; what steers a reader of lines stands there only with a backslash. */
static inline const char *metrics_value_end(const char *at)
{
	for (; *at != '"'; at++) {
		HOLD(*at != '\0' && *at != '\n');
		if (*at == '\\') {
			at++;
			HOLD(*at == '\\' || *at == '"' || *at == 'n');
		}
	}
	return at + 1;
}

static inline const char *metrics_labels_end(const char *at)
{
	do {
		const char *end = metrics_name_end(++at);

		HOLD(end > at && end[0] == '=' && end[1] == '"');
		at = metrics_value_end(end + 2);
	} while (*at == ',');
	HOLD(*at == '}');
	return at + 1;
}

/* Behind the newline. */
static inline const char *metrics_sample_end(const char *line, const char *prefix)
{
	const char *at = metrics_name_end(line);

	HOLD(strncmp(line, prefix, strlen(prefix)) == 0 && at > line + strlen(prefix));
	if (*at == '{')
		at = metrics_labels_end(at);
	HOLD(*at == ' ');
	at++;
	size_t digits = strspn(at, "0123456789.e+-");
	HOLD(digits > 0 && at[0] >= '0' && at[0] <= '9' && at[digits] == '\n');
	return at + digits + 1;
}

/* "# TYPE holdfast_tcp_sockets gauge" */
static inline const char *metrics_metadata_end(const char *line, const char *prefix)
{
	static const char *const kinds[] = {"# TYPE ", "# UNIT ", "# HELP "};
	const char *end = strchr(line, '\n');
	bool known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		known = known || strncmp(line, kinds[i], strlen(kinds[i])) == 0;
	HOLD(known && strncmp(line + strlen(kinds[0]), prefix, strlen(prefix)) == 0);
	HOLD(end != NULL);
	return end + 1;
}

/* All of the text, whose names begin with prefix, up to `end`. */
static inline void metrics_lines(const char *text, const char *prefix, const char *end)
{
	while (strcmp(text, end) != 0)
		text = text[0] == '#' ? metrics_metadata_end(text, prefix) : metrics_sample_end(text, prefix);
}

#endif
