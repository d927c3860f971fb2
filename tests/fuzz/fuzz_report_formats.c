/*
 * A saved document from anybody, as `report --format` takes it. Held to, whatever stands in it: what comes out is UTF-8 without
 * a NUL; CSV has a row of 22 cells for each parameter and no cell that begins a formula; HDF has a control for each, with results
 * that the viewer can judge; metrics are lines of both formats, and no value of a parameter is among them.
 */
#include "base/text.h"
#include "load/load_report.h"
#include "metrics_lines.h"
#include "report/metrics_run.h"
#include "report/report_csv.h"
#include "report/report_hdf.h"
#include "report/report_json.h"
#include "report/report_metrics.h"

enum { CELLS = 22 };

/* A run that failed is a row itself. */
static size_t rows_of(const json_t *document)
{
	const char *verdict = json_string_value(json_object_get(document, "verdict"));
	size_t count = json_array_size(json_object_get(document, "parameters"));

	return count == 0 && verdict != NULL && strcmp(verdict, "error") == 0 ? 1 : count;
}

static bool is_clean(struct arena *arena, const char *bytes, size_t length)
{
	return strlen(bytes) == length && text_repaired(arena, bytes) == bytes;
}

/* --- CSV ---------------------------------------------------------------------------------------------------------- */

/* What stands between the quotes is no formula: an apostrophe is in front, or it is a negative number. */
static void check_start(const char *cell)
{
	static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	HOLD(strchr("=+@\t\r\n", cell[0]) == NULL || cell[0] == '\0');
	HOLD(cell[0] != '-' || cell[1 + strspn(cell + 1, "0123456789.\t ")] == '"');
	for (size_t i = 0; i < COUNT_OF(wide); i++)
		HOLD(!text_starts(cell, wide[i]));
}

/* Behind the closing quote. */
static const char *cell_end(const char *cell)
{
	HOLD(*cell == '"');
	check_start(++cell);
	for (; cell[0] != '"' || cell[1] == '"'; cell += cell[0] == '"' ? 2 : 1)
		HOLD(*cell != '\0');
	return cell + 1;
}

static void check_csv(struct arena *arena, const json_t *document)
{
	struct text out = {.arena = arena};
	struct error err = {.text = ""};
	size_t rows = 0;

	if (!report_csv(&out, document, &err)) {
		HOLD(err.text[0] != '\0' && !json_is_array(json_object_get(document, "parameters")));
		return;
	}
	HOLD(is_clean(arena, out.bytes, out.length));
	const char *at = strstr(out.bytes, "\r\n");
	HOLD(at != NULL);
	for (at += 2; *at != '\0'; at += 2, rows++) {
		for (int cell = 1; cell <= CELLS; cell++) {
			at = cell_end(at);
			HOLD(cell == CELLS || *at++ == ',');
		}
		HOLD(at[0] == '\r' && at[1] == '\n');
	}
	HOLD(rows == rows_of(document));
}

/* --- HDF ---------------------------------------------------------------------------------------------------------- */

static void check_control(const json_t *control)
{
	static const char *const texts[] = {"id", "title", "desc", "code"};
	const json_t *results = json_object_get(control, "results"), *one;
	double impact = json_number_value(json_object_get(control, "impact"));
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++)
		HOLD(json_is_string(json_object_get(control, texts[i])));
	HOLD(impact >= 0 && impact <= 1);
	HOLD(json_array_size(json_object_get(json_object_get(control, "tags"), "nist")) > 0);
	HOLD(json_is_object(json_object_get(control, "source_location")) && json_array_size(results) > 0);
	json_array_foreach(results, i, one)
	{
		const char *status = json_string_value(json_object_get(one, "status"));

		HOLD(json_is_string(json_object_get(one, "code_desc")));
		HOLD(json_is_string(json_object_get(one, "start_time")) && status != NULL);
		HOLD(strcmp(status, "passed") == 0 ||
		     (strcmp(status, "failed") == 0 && json_is_string(json_object_get(one, "message"))) ||
		     (strcmp(status, "skipped") == 0 && json_is_string(json_object_get(one, "skip_message"))));
	}
}

static void check_hdf(struct arena *arena, const json_t *document)
{
	struct text out = {.arena = arena};
	struct error err = {.text = ""};
	json_t *hdf = report_hdf(arena, document, &err);
	const json_t *controls = json_object_get(json_array_get(json_object_get(hdf, "profiles"), 0), "controls"), *one;
	size_t i;

	if (hdf == NULL) {
		HOLD(err.text[0] != '\0' && !json_is_array(json_object_get(document, "parameters")));
		return;
	}
	HOLD(json_array_size(controls) == rows_of(document));
	json_array_foreach(controls, i, one) check_control(one);
	HOLD(report_json_line(&out, hdf, &err));
	HOLD(is_clean(arena, out.bytes, out.length));
}

/* --- metrics ------------------------------------------------------------------------------------------------------ */

static void check_metrics(struct arena *arena, const json_t *document)
{
	for (int openmetrics = 0; openmetrics < 2; openmetrics++) {
		struct text out = {.arena = arena};
		const struct metrics metrics = {.text = &out, .openmetrics = openmetrics != 0};
		const json_t *census = load_report_census(document);
		struct error err = {.text = ""};

		if (census != document)
			metrics_run(&metrics, document, NULL);
		if (census != NULL && !report_metrics(&metrics, census, &err)) {
			HOLD(err.text[0] != '\0');
			continue;
		}
		metrics_end(&metrics);
		HOLD(is_clean(arena, out.bytes, out.length));
		metrics_lines(out.bytes, "holdfast_", openmetrics != 0 ? "# EOF\n" : "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct text out = {.arena = &arena};
	struct error err = {.text = ""};
	json_t *document = NULL;

	if (load_report("it.json", (const char *)data, size, &document, &err)) {
		check_csv(&arena, document);
		check_hdf(&arena, document);
		check_metrics(&arena, document);
		/* As it is printed on one line it is read again, and is the same. */
		HOLD(report_json_line(&out, json_incref(document), &err) && is_clean(&arena, out.bytes, out.length));
		json_decref(document);
	} else {
		HOLD(text_starts(err.text, "it.json:"));
	}
	arena_free(&arena);
	return 0;
}
