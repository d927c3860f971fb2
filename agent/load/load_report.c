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

const json_t *load_report_census(const json_t *document)
{
	const char *schema = json_string_value(json_object_get(document, "schema"));

	if (schema == NULL)
		return NULL;
	return strcmp(schema, "holdfast.tcp/1") == 0 ? document : json_object_get(document, "tcp");
}
