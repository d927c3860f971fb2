#include "report_wanted.h"

const char *report_wanted_text(struct arena *arena, const json_t *wanted)
{
	const char *value = json_string_value(json_object_get(wanted, "value"));
	const char *min = json_string_value(json_object_get(wanted, "min"));
	const char *max = json_string_value(json_object_get(wanted, "max"));
	struct text text = {.arena = arena};
	const json_t *one;
	size_t i;

	if (value != NULL)
		return value;
	if (min != NULL)
		text_format(&text, ">= %s", min);
	if (max != NULL)
		text_format(&text, "%s<= %s", min != NULL ? " and " : "", max);
	json_array_foreach(json_object_get(wanted, "one_of"), i, one)
	{
		const char *choice = json_string_value(one);

		text_format(&text, "%s%s", i > 0 ? " or " : "", choice != NULL ? choice : "");
	}
	return text.length > 0 ? text.bytes : "";
}
