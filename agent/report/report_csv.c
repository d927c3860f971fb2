#include "report_csv.h"

#include "report_failure.h"
#include "report_wanted.h"

/* Where a cell comes from: the document itself, or the parameter of the row, down a path of at most three names. */
struct column {
	const char *name;
	bool of_document;
	const char *path[3];
};

static const struct column columns[] = {
	{"host", true, {"host", "name"}},
	{"host_id", true, {"host", "id"}},
	{"time", true, {"time"}},
	{"profile", true, {"profile", "name"}},
	{"profile_version", true, {"profile", "version"}},
	{"key", false, {"key"}},
	{"status", false, {"status"}},
	{"reason", false, {"reason"}},
	{"severity", false, {"severity"}},
	{"wanted", false, {"wanted"}},
	{"live_state", false, {"live", "state"}},
	{"live", false, {"live", "value"}},
	{"boot_state", false, {"boot", "state"}},
	{"boot", false, {"boot", "value"}},
	{"boot_file", false, {"boot", "from", "file"}},
	{"boot_line", false, {"boot", "from", "line"}},
	{"asked_by_file", false, {"source", "file"}},
	{"asked_by_line", false, {"source", "line"}},
	{"controls", false, {"controls"}},
	{"why", false, {"why"}},
	{"waiver_until", false, {"waiver", "until"}},
	{"waiver_reason", false, {"waiver", "reason"}},
};

/* Those that a spreadsheet may take for the beginning of a formula, the full-width ones of East Asia among them. */
static bool is_formula(const char *value)
{
	static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	for (size_t i = 0; i < COUNT_OF(wide); i++) {
		if (text_starts(value, wide[i]))
			return true;
	}
	return value[0] != '\0' && strchr("=+-@\t\r\n", value[0]) != NULL;
}

/*
 * Quoted always, so that tabs, commas and line ends stay what they are. A spreadsheet takes a cell that begins with one of
 * = + - @ for a formula, whoever wrote it; such a cell gets an apostrophe in front, unless it is a number.
 */
static void cell(struct text *out, const char *value)
{
	bool negative = value[0] == '-' && value[1] != '\0' && strspn(value + 1, "0123456789.\t ") == strlen(value + 1);

	text_string(out, is_formula(value) && !negative ? "\"'" : "\"");
	for (const char *c = value; *c != '\0'; c++)
		text_add(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
	text_string(out, "\"");
}

static const char *joined(struct arena *arena, const json_t *array)
{
	struct text text = {.arena = arena};
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		const char *word = json_string_value(one);

		text_format(&text, "%s%s", text.length > 0 ? "; " : "", word != NULL ? word : "");
	}
	return text.length > 0 ? text.bytes : "";
}

static const char *text_at(struct arena *arena, const json_t *from, const struct column *column)
{
	const json_t *value = from;

	for (size_t i = 0; i < COUNT_OF(column->path) && column->path[i] != NULL; i++)
		value = json_object_get(value, column->path[i]);
	if (json_is_integer(value))
		return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_array(value))
		return joined(arena, value);
	if (json_is_object(value))
		return report_wanted_text(arena, value);
	return json_is_string(value) ? json_string_value(value) : "";
}

bool report_csv(struct text *out, const json_t *document, struct error *err)
{
	json_t *parameters = report_failure_or_parameters(out->arena, document);
	const json_t *one;
	size_t i;

	if (parameters == NULL)
		return error_set(err, "%s", report_no_parameters);
	for (size_t j = 0; j < COUNT_OF(columns); j++)
		text_format(out, "%s%s", columns[j].name, j + 1 < COUNT_OF(columns) ? "," : "\r\n");
	json_array_foreach(parameters, i, one)
	{
		for (size_t j = 0; j < COUNT_OF(columns); j++) {
			cell(out, text_at(out->arena, columns[j].of_document ? document : one, &columns[j]));
			text_string(out, j + 1 < COUNT_OF(columns) ? "," : "\r\n");
		}
	}
	json_decref(parameters);
	return true;
}
