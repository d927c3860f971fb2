#include "report_failure.h"

#include "../base/text.h"

const char report_no_parameters[] = "it has no parameters: a heartbeat stands for the last full report";

json_t *report_failure_or_parameters(struct arena *arena, const json_t *document)
{
	json_t *parameters = json_object_get(document, "parameters");
	const json_t *errors = json_object_get(json_object_get(document, "run"), "errors"), *one;
	const char *verdict = json_string_value(json_object_get(document, "verdict"));
	struct text why = {.arena = arena};
	size_t i;

	if (!json_is_array(parameters))
		return NULL;
	if (json_array_size(parameters) > 0 || verdict == NULL || strcmp(verdict, "error") != 0)
		return json_incref(parameters);
	json_array_foreach(errors, i, one)
	{
		const char *text = json_string_value(one);

		text_format(&why, "%s%s", why.length > 0 ? "; " : "", text != NULL ? text : "");
	}
	return json_pack("[{s:s, s:s, s:s, s:s}]", "key", "holdfast run", "status", "error", "severity", "high", "why",
			 why.length > 0 ? why.bytes : "the run could not do its work");
}
