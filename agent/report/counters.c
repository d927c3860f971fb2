#include "counters.h"

#include <jansson.h>

#include "../base/array.h"

/* As far as JSON's readers agree. */
static const json_int_t count_most = (json_int_t)1 << 53;

static bool count_of(const json_t *value, json_int_t *count)
{
	*count = json_integer_value(value);
	return json_is_integer(value) && *count >= 0 && *count < count_most;
}

bool counters_read(struct arena *arena, const char *bytes, size_t length, struct counters *counters)
{
	json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	json_t *dropped = json_object_get(object, "dropped"), *value;
	json_int_t seq, corrected, last_ms, reports;
	const char *name;
	bool whole = count_of(json_object_get(object, "seq"), &seq) &&
		     count_of(json_object_get(object, "corrected"), &corrected) && json_is_object(dropped);

	*counters = (struct counters){0};
	if (whole) {
		counters->seq = seq;
		counters->corrected = corrected;
		if (count_of(json_object_get(object, "last_ms"), &last_ms))
			counters->last_ms = last_ms;
		json_object_foreach(dropped, name, value)
		{
			if (count_of(value, &reports))
				*counters_dropped(arena, counters, name) = (uint64_t)reports;
		}
	}
	json_decref(object);
	return whole;
}

bool counters_print(struct text *out, const struct counters *counters, struct error *err)
{
	json_t *dropped = json_object();

	for (size_t i = 0; i < counters->dropped.count; i++)
		json_object_set_new(dropped, counters->dropped.items[i].destination,
				    json_integer((json_int_t)counters->dropped.items[i].reports));
	json_t *object = json_pack("{s:I, s:I, s:I, s:o}", "seq", (json_int_t)counters->seq, "corrected",
				   (json_int_t)counters->corrected, "last_ms", (json_int_t)counters->last_ms, "dropped",
				   dropped);
	char *text = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	if (text == NULL)
		return error_set(err, "the counters cannot be written as JSON");
	text_format(out, "%s\n", text);
	free(text);
	return true;
}

uint64_t *counters_dropped(struct arena *arena, struct counters *counters, const char *destination)
{
	for (size_t i = 0; i < counters->dropped.count; i++) {
		if (strcmp(counters->dropped.items[i].destination, destination) == 0)
			return &counters->dropped.items[i].reports;
	}
	struct counters_drops *drops = ARRAY_ADD(arena, &counters->dropped);
	drops->destination = arena_string(arena, destination);
	return &drops->reports;
}

uint64_t counters_dropped_sum(const struct counters *counters)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < counters->dropped.count; i++)
		sum += counters->dropped.items[i].reports;
	return sum;
}
