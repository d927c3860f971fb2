#include "load_plan.h"

#include <jansson.h>

#include "../base/text.h"

static const char schema[] = "holdfast.plan/1";

/* A text field; NULL when it is null or missing. Anything else is a fault, remembered in *good. */
static const char *text_of(struct arena *arena, const json_t *object, const char *name, bool *good)
{
	const json_t *value = json_object_get(object, name);

	if (value == NULL || json_is_null(value))
		return NULL;
	if (!json_is_string(value)) {
		*good = false;
		return NULL;
	}
	return arena_copy(arena, json_string_value(value), json_string_length(value));
}

static const char *needed(struct arena *arena, const json_t *object, const char *name, bool *good)
{
	const char *text = text_of(arena, object, name, good);

	*good = *good && text != NULL;
	return text;
}

static bool read_steps(struct arena *arena, const json_t *root, struct load_plan *plan)
{
	bool good = json_is_array(json_object_get(root, "steps"));
	size_t index;
	json_t *item;

	json_array_foreach(json_object_get(root, "steps"), index, item)
	{
		const json_t *number_given = json_object_get(item, "line");
		json_int_t line = json_integer_value(number_given);

		good = good && (number_given == NULL || json_is_null(number_given) || json_is_integer(number_given));
		struct load_plan_step step = {
			.kind = needed(arena, item, "kind", &good),
			.key = text_of(arena, item, "key", &good),
			.file = text_of(arena, item, "file", &good),
			.from = text_of(arena, item, "from", &good),
			.to = text_of(arena, item, "to", &good),
			.line = line > 0 && line < INT32_MAX ? (unsigned)line : 0,
		};

		*ARRAY_ADD(arena, &plan->steps) = step;
	}
	return good;
}

static bool read_files(struct arena *arena, const json_t *root, struct load_plan *plan)
{
	bool good = json_is_array(json_object_get(root, "files"));
	size_t index;
	json_t *item;

	json_array_foreach(json_object_get(root, "files"), index, item)
	{
		*ARRAY_ADD(arena, &plan->files) = (struct load_plan_file){
			.file = needed(arena, item, "file", &good),
			.digest = text_of(arena, item, "sha256", &good),
		};
	}
	return good;
}

static bool read_profiles(struct arena *arena, const json_t *root, struct load_plan *plan)
{
	bool good = json_array_size(json_object_get(root, "profiles")) > 0;
	size_t index;
	json_t *item;

	json_array_foreach(json_object_get(root, "profiles"), index, item)
	{
		good = good && json_is_string(item);
		*ARRAY_ADD(arena, &plan->profiles) = json_is_string(item) ? arena_string(arena, json_string_value(item))
									  : "";
	}
	return good;
}

static void reference_drop(json_t **reference)
{
	json_decref(*reference);
}

bool load_plan(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
	       struct load_plan *plan)
{
	json_error_t fault;
	bool good = true;
	struct source source = {.file = file, .line = 1, .column = 1};
	CLEANUP(reference_drop) json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &fault);

	*plan = (struct load_plan){0};
	if (root == NULL) {
		source.line = fault.line > 0 ? (unsigned)fault.line : 1;
		source.column = fault.column > 0 ? (unsigned)fault.column : 1;
		findings_error(findings, source, "not JSON: %s", fault.text);
		return false;
	}
	if (!text_equal(text_of(arena, root, "schema", &good), schema)) {
		findings_error(findings, source,
			       "is no plan of this version (\"schema\": \"%s\"); make one with 'holdfast plan -o FILE'",
			       schema);
		return false;
	}
	const json_t *host = json_object_get(root, "host");
	plan->host_name = needed(arena, host, "name", &good);
	plan->host_id = text_of(arena, host, "id", &good);
	plan->digest = needed(arena, root, "digest", &good);
	plan->loader = needed(arena, root, "loader", &good);
	plan->time = needed(arena, root, "time", &good);
	good = read_profiles(arena, root, plan) && good;
	good = read_steps(arena, root, plan) && good;
	good = read_files(arena, root, plan) && good;
	if (!good)
		findings_error(findings, source, "is a damaged plan; make a new one with 'holdfast plan -o FILE'");
	return good;
}
