/*
 * A saved census from anybody, as `report --format metrics` reads it. Held to: it is refused with a reason, or what comes out is
 * lines of OpenMetrics to its end: metadata, or a sample with a name of ours, labels whose values are escaped, and a number.
 */
#include "fuzz.h"
#include "report/report_metrics.h"

static const char *name_end(const char *at)
{
	return at + strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* Behind the closing quote; what steers a reader of lines stands there only with a backslash. */
static const char *value_end(const char *at)
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

static const char *labels_end(const char *at)
{
	do {
		const char *end = name_end(++at);

		HOLD(end > at && end[0] == '=' && end[1] == '"');
		at = value_end(end + 2);
	} while (*at == ',');
	HOLD(*at == '}');
	return at + 1;
}

/* Behind the newline. */
static const char *sample_end(const char *line)
{
	const char *at = name_end(line);

	HOLD(strncmp(line, "holdfast_tcp_", 13) == 0 && at > line + 13);
	if (*at == '{')
		at = labels_end(at);
	HOLD(*at == ' ');
	at++;
	size_t digits = strspn(at, "0123456789.e+-");
	HOLD(digits > 0 && at[0] >= '0' && at[0] <= '9' && at[digits] == '\n');
	return at + digits + 1;
}

/* "# TYPE holdfast_tcp_sockets gauge" */
static const char *metadata_end(const char *line)
{
	static const char *const kinds[] = {"# TYPE holdfast_tcp_", "# UNIT holdfast_tcp_", "# HELP holdfast_tcp_"};
	bool known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		known = known || strncmp(line, kinds[i], strlen(kinds[i])) == 0;
	HOLD(known);
	const char *end = strchr(line, '\n');
	HOLD(end != NULL);
	return end + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct text out = {.arena = &arena};
	struct error err = {0};
	json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);

	if (document == NULL)
		return 0;
	const struct metrics metrics = {.text = &out, .openmetrics = true};
	if (report_metrics(&metrics, document, &err)) {
		metrics_end(&metrics);
		const char *line = out.bytes;

		HOLD(strlen(out.bytes) == out.length);
		while (strcmp(line, "# EOF\n") != 0)
			line = line[0] == '#' ? metadata_end(line) : sample_end(line);
	} else {
		HOLD(err.text[0] != '\0');
	}
	json_decref(document);
	arena_free(&arena);
	return 0;
}
