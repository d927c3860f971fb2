/*
 * A saved census from anybody, as `report --format metrics` reads it. Held to: it is refused with a reason, or what comes out is
 * lines of OpenMetrics to its end: metadata, or a sample with a name of ours, labels whose values are escaped, and a number.
 */
#include "metrics_lines.h"
#include "report/report_metrics.h"

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
		HOLD(strlen(out.bytes) == out.length);
		metrics_lines(out.bytes, "holdfast_tcp_", "# EOF\n");
	} else {
		HOLD(err.text[0] != '\0');
	}
	json_decref(document);
	arena_free(&arena);
	return 0;
}
