#include "counters.h"

#include <jansson.h>

/* As far as JSON's readers agree. */
static const json_int_t count_most = (json_int_t)1 << 53;

static bool count_of(const json_t *object, const char *field, json_int_t *count)
{
	const json_t *value = json_object_get(object, field);

	*count = json_integer_value(value);
	return json_is_integer(value) && *count >= 0 && *count < count_most;
}

static const char *text_of(struct arena *arena, const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text != NULL ? arena_string(arena, text) : NULL;
}

static void read_names(struct arena *arena, const json_t *array, struct counters_names *names)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		if (json_is_string(one))
			*ARRAY_ADD(arena, names) = arena_string(arena, json_string_value(one));
	}
}

static void read_queue(struct arena *arena, const json_t *value, struct counters_queue *queue)
{
	json_int_t dropped, told;

	if (count_of(value, "dropped", &dropped))
		queue->dropped = (uint64_t)dropped;
	if (count_of(value, "refused_told", &told))
		queue->refused_told = told;
	read_names(arena, json_object_get(value, "changed"), &queue->changed);
	queue->newest = text_of(arena, value, "newest");
	queue->fingerprint = text_of(arena, value, "fingerprint");
}

bool counters_read(struct arena *arena, const char *bytes, size_t length, struct counters *counters)
{
	json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL), *value;
	json_t *queues = json_object_get(object, "queues");
	json_int_t seq, corrected, last_ms;
	const char *name;
	bool whole = count_of(object, "seq", &seq) && count_of(object, "corrected", &corrected) &&
		     count_of(object, "last_ms", &last_ms) && json_is_object(queues);

	*counters = (struct counters){0};
	if (whole) {
		counters->seq = seq;
		counters->corrected = corrected;
		counters->last_ms = last_ms;
		json_object_foreach(queues, name, value)
		{
			read_queue(arena, value, counters_of(arena, counters, name));
		}
	}
	json_decref(object);
	return whole;
}

static json_t *names_json(const struct counters_names *names)
{
	json_t *array = json_array();

	for (size_t i = 0; i < names->count; i++)
		json_array_append_new(array, json_string(names->items[i]));
	return array;
}

static json_t *queue_json(const struct counters_queue *queue)
{
	json_t *object = json_pack("{s:I, s:I, s:o}", "dropped", (json_int_t)queue->dropped, "refused_told",
				   (json_int_t)queue->refused_told, "changed", names_json(&queue->changed));

	if (queue->newest != NULL)
		json_object_set_new(object, "newest", json_string(queue->newest));
	if (queue->fingerprint != NULL)
		json_object_set_new(object, "fingerprint", json_string(queue->fingerprint));
	return object;
}

bool counters_print(struct text *out, const struct counters *counters, struct error *err)
{
	json_t *queues = json_object();

	for (size_t i = 0; i < counters->queues.count; i++)
		json_object_set_new(queues, counters->queues.items[i].destination,
				    queue_json(&counters->queues.items[i]));
	json_t *object = json_pack("{s:I, s:I, s:I, s:o}", "seq", (json_int_t)counters->seq, "corrected",
				   (json_int_t)counters->corrected, "last_ms", (json_int_t)counters->last_ms, "queues",
				   queues);
	char *text = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	if (text == NULL)
		return error_set(err, "the counters cannot be written as JSON");
	text_format(out, "%s\n", text);
	free(text);
	return true;
}

struct counters_queue *counters_of(struct arena *arena, struct counters *counters, const char *destination)
{
	for (size_t i = 0; i < counters->queues.count; i++) {
		if (strcmp(counters->queues.items[i].destination, destination) == 0)
			return &counters->queues.items[i];
	}
	struct counters_queue *queue = ARRAY_ADD(arena, &counters->queues);
	queue->destination = arena_string(arena, destination);
	return queue;
}

uint64_t counters_dropped(const struct counters *counters)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < counters->queues.count; i++)
		sum += counters->queues.items[i].dropped;
	return sum;
}

bool counters_has(const struct counters_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}
