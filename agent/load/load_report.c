#include "load_report.h"

#include <string.h>

bool load_report(const char *shown, const char *bytes, size_t length, json_t **document, struct error *err)
{
	json_error_t flaw;
	json_t *found = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &flaw);

	if (found == NULL) {
		err->number = 0;
		return error_set(err, "%s:%d:%d: no JSON: %s", shown, flaw.line, flaw.column, flaw.text);
	}
	*document = found;
	return true;
}

static bool is_schema(const json_t *document, const char *schema)
{
	const char *found = json_string_value(json_object_get(document, "schema"));

	return found != NULL && strcmp(found, schema) == 0;
}

bool load_report_is_one(const json_t *document)
{
	return is_schema(document, "holdfast.report/1");
}

const json_t *load_report_census(const json_t *document)
{
	if (is_schema(document, "holdfast.tcp/1"))
		return document;
	return load_report_is_one(document) ? json_object_get(document, "tcp") : NULL;
}
