#include "report_lint.h"

#include "report_json.h"

/* --- text --------------------------------------------------------------------------------------------------------- */

static const char *place(struct arena *arena, struct source source)
{
	const char *file = source.file != NULL ? text_printable(arena, source.file) : "-";

	return source.line == 0     ? file
	       : source.column == 0 ? arena_printf(arena, "%s:%u", file, source.line)
				    : arena_printf(arena, "%s:%u:%u", file, source.line, source.column);
}

void report_lint_text(struct text *out, const struct report_lint *report, const struct table_style *style)
{
	static const enum table_colour colours[FINDING_SEVERITIES] = {
		[FINDING_ERROR] = TABLE_RED,
		[FINDING_WARNING] = TABLE_YELLOW,
		[FINDING_NOTE] = TABLE_DIM,
	};
	enum { INDENT = 4 };
	struct arena *arena = out->arena;
	const size_t *counts = report->findings->of;

	for (size_t i = 0; i < report->findings->count; i++) {
		const struct finding *finding = &report->findings->items[i];

		text_format(out, "%s: %s: %s%s[%s]\n%*s", place(arena, finding->source),
			    table_coloured(arena, style, colours[finding->severity],
					   finding_severity_names[finding->severity]),
			    finding->key != NULL ? text_printable(arena, finding->key) : "",
			    finding->key != NULL ? " " : "", rule_rows[finding->rule].name, INDENT, "");
		table_paragraph(out, style, INDENT, text_printable(arena, finding->text));
		if (finding->remedy == NULL)
			continue;
		text_format(out, "%*s", INDENT, "");
		table_paragraph(out, style, INDENT,
				arena_printf(arena, "-> %s", text_printable(arena, finding->remedy)));
	}
	if (report->findings->count > 0)
		text_string(out, "\n");
	if (report->findings->unlisted > 0)
		text_format(out, "%zu more are not shown.\n", report->findings->unlisted);
	if (report->findings->count == 0)
		text_format(out, "Nothing doubtful in %zu file%s", report->files->count,
			    report->files->count == 1 ? "" : "s");
	else
		text_format(out, "%zu error%s, %zu warning%s, %zu note%s in %zu file%s", counts[FINDING_ERROR],
			    counts[FINDING_ERROR] == 1 ? "" : "s", counts[FINDING_WARNING],
			    counts[FINDING_WARNING] == 1 ? "" : "s", counts[FINDING_NOTE],
			    counts[FINDING_NOTE] == 1 ? "" : "s", report->files->count,
			    report->files->count == 1 ? "" : "s");
	if (report->facts->kernel != NULL)
		text_format(out, "; judged for Linux %s, boot by %s.\n", text_printable(arena, report->facts->kernel),
			    report->loader);
	else
		text_format(out, "; the kernel is not known (--kernel VERSION), boot by %s.\n", report->loader);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static json_t *finding_json(const struct finding *finding)
{
	json_t *object = json_pack("{s:s, s:s, s:o}", "rule", rule_rows[finding->rule].name, "severity",
				   finding_severity_names[finding->severity], "text", report_json_text(finding->text));

	if (finding->source.file != NULL)
		json_object_set_new(object, "file", report_json_text(finding->source.file));
	if (finding->source.line > 0)
		json_object_set_new(object, "line", json_integer(finding->source.line));
	if (finding->source.column > 0)
		json_object_set_new(object, "column", json_integer(finding->source.column));
	if (finding->key != NULL)
		json_object_set_new(object, "key", report_json_text(finding->key));
	if (finding->remedy != NULL)
		json_object_set_new(object, "remedy", report_json_text(finding->remedy));
	return object;
}

bool report_lint_json(struct text *out, const struct report_lint *report, struct error *err)
{
	json_t *findings = json_array(), *files = json_array(), *totals = json_object();
	const size_t *counts = report->findings->of;

	for (size_t i = 0; i < FINDING_SEVERITIES; i++)
		json_object_set_new(totals, finding_severity_names[i], json_integer((json_int_t)counts[i]));
	for (size_t i = 0; i < report->findings->count; i++)
		json_array_append_new(findings, finding_json(&report->findings->items[i]));
	for (size_t i = 0; i < report->files->count; i++)
		json_array_append_new(files, report_json_text(report->files->items[i]));
	return report_json_print(out,
				 json_pack("{s:s, s:o, s:s, s:o, s:o, s:I, s:o}", "schema", "holdfast.lint/1", "kernel",
					   report_json_text(report->facts->kernel), "loader", report->loader, "files",
					   files, "counts", totals, "unlisted", (json_int_t)report->findings->unlisted,
					   "findings", findings),
				 err);
}

/* --- SARIF -------------------------------------------------------------------------------------------------------- */

/* A path as a URI reference (RFC 3986): relative ones stay so, since code review knows the checkout's folder. */
static const char *uri(struct arena *arena, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct text text = {.arena = arena};

	while (path[0] == '.' && path[1] == '/')
		path += 1 + strspn(path + 1, "/");
	if (path[0] == '/')
		text_string(&text, "file://");
	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			text_add(&text, path, 1);
		else
			text_format(&text, "%%%02X", (unsigned char)*path);
	}
	return text.bytes != NULL ? text.bytes : "";
}

static json_t *rules_json(void)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < RULES; i++)
		json_array_append_new(rules, json_pack("{s:s, s:{s:s}}", "id", rule_rows[i].name, "shortDescription",
						       "text", rule_rows[i].summary));
	return rules;
}

static json_t *result_json(struct arena *arena, const struct finding *finding)
{
	const char *message = arena_printf(arena, "%s%s%s%s%s", finding->key != NULL ? finding->key : "",
					   finding->key != NULL ? ": " : "", finding->text,
					   finding->remedy != NULL ? ". " : "",
					   finding->remedy != NULL ? finding->remedy : "");
	json_t *result = json_pack("{s:s, s:i, s:s, s:{s:o}}", "ruleId", rule_rows[finding->rule].name, "ruleIndex",
				   (int)finding->rule, "level", finding_severity_names[finding->severity], "message",
				   "text", report_json_text(message));

	if (finding->source.file == NULL)
		return result;
	json_t *location = json_pack("{s:{s:s}}", "artifactLocation", "uri", uri(arena, finding->source.file));
	if (finding->source.line > 0) {
		json_t *region = json_pack("{s:i}", "startLine", (int)finding->source.line);

		if (finding->source.column > 0)
			json_object_set_new(region, "startColumn", json_integer(finding->source.column));
		json_object_set_new(location, "region", region);
	}
	json_object_set_new(result, "locations", json_pack("[{s:o}]", "physicalLocation", location));
	return result;
}

bool report_lint_sarif(struct text *out, const struct report_lint *report, struct error *err)
{
	json_t *results = json_array();

	for (size_t i = 0; i < report->findings->count; i++)
		json_array_append_new(results, result_json(out->arena, &report->findings->items[i]));
	json_t *driver = json_pack("{s:s, s:s, s:o}", "name", "holdfast", "version", report->agent_version, "rules",
				   rules_json());
	return report_json_print(out,
				 json_pack("{s:s, s:s, s:[{s:{s:o}, s:s, s:o}]}", "$schema",
					   "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs",
					   "tool", "driver", driver, "columnKind", "unicodeCodePoints", "results",
					   results),
				 err);
}
