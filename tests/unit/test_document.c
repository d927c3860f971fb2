#include "base/document.h"

#include "base/queue.h"
#include "unit.h"

static const char id[] = "01a204f9-53ae-734a-8c52-f7826d871244", other_id[] = "01a204f9-53ae-7000-8000-000000000001";

/* A full report in short. */
static json_t *full(struct unit *unit)
{
	json_t *document = json_loads(
		"{\"schema\":\"holdfast.report/1\",\"id\":\"01a204f9-53ae-734a-8c52-f7826d871244\",\"kind\":\"full\","
		"\"host\":{\"id\":\"h\"},\"run\":{\"seq\":7,\"errors\":[\"e\"]},\"verdict\":\"drift\","
		"\"counts\":{\"compliant\":2,\"drift\":1},\"fingerprint\":\"f\",\"transaction\":\"t\","
		"\"parameters\":[{\"key\":\"a\",\"status\":\"compliant\"},{\"key\":\"b\",\"status\":\"drift\"},"
		"{\"key\":\"c\",\"status\":\"compliant\"},{\"key\":\"d\",\"status\":\"waived\"},{\"key\":\"e\"},7],"
		"\"changes\":[{\"key\":\"b\"}],\"tcp\":{\"states\":[]},\"tcp_before\":{\"states\":[]}}",
		0, NULL);

	HOLDS(unit, "full", document != NULL);
	return document;
}

static const char *printed(struct unit *unit, const json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
	const char *kept = text != NULL ? arena_string(&unit->arena, text) : NULL;

	free(text);
	return kept;
}

static void a_heartbeat_has_all_but_what_it_stands_for(struct unit *unit)
{
	json_t *document = full(unit), *heartbeat = document_heartbeat(document, other_id);
	const char *before = printed(unit, document);

	SAME_TEXT(unit, "heartbeat", printed(unit, heartbeat),
		  "{\"counts\":{\"compliant\":2,\"drift\":1},\"fingerprint\":\"f\",\"host\":{\"id\":\"h\"},"
		  "\"id\":\"01a204f9-53ae-7000-8000-000000000001\",\"kind\":\"heartbeat\","
		  "\"run\":{\"errors\":[\"e\"],\"seq\":7},\"schema\":\"holdfast.report/1\",\"transaction\":\"t\","
		  "\"verdict\":\"drift\"}");
	json_object_set_new(heartbeat, "verdict", json_string("x"));
	SAME_TEXT(unit, "the full report is as it was", printed(unit, document), before);
	/* Made of a shorter one it says nothing of what was left out there. */
	json_t *shorter = document_shorter(document), *again = document_heartbeat(shorter, other_id);
	SAME_TEXT(unit, "of a shorter one", printed(unit, json_object_get(again, "parameters_left_out")), NULL);
	json_decref(again);
	json_decref(shorter);
	json_decref(heartbeat);
	json_decref(document);
}

static void a_shorter_one_says_what_it_lacks(struct unit *unit)
{
	json_t *document = full(unit), *shorter = document_shorter(document);
	const char *before = printed(unit, document);

	SAME_TEXT(unit, "parameters", printed(unit, json_object_get(shorter, "parameters")),
		  "[{\"key\":\"b\",\"status\":\"drift\"},{\"key\":\"d\",\"status\":\"waived\"},{\"key\":\"e\"},7]");
	SAME_NUMBER(unit, "left out", json_integer_value(json_object_get(shorter, "parameters_left_out")), 2);
	SAME_TEXT(unit, "id", json_string_value(json_object_get(shorter, "id")), id);
	SAME_TEXT(unit, "counts", printed(unit, json_object_get(shorter, "counts")), "{\"compliant\":2,\"drift\":1}");
	SAME_TEXT(unit, "the full report is as it was", printed(unit, document), before);
	json_decref(shorter);
	json_decref(document);
	static const char *const odd[] = {"{}", "{\"parameters\":{}}", "{\"parameters\":7}", "{\"parameters\":[]}"};
	for (size_t i = 0; i < COUNT_OF(odd); i++) {
		json_t *one = json_loads(odd[i], 0, NULL), *made = document_shorter(one);

		SAME_TEXT(unit, odd[i], printed(unit, made), "{\"parameters\":[],\"parameters_left_out\":0}");
		json_decref(made);
		json_decref(one);
	}
}

static void the_shortest_has_its_counts_alone(struct unit *unit)
{
	json_t *document = full(unit), *shortest = document_counts_only(document);
	const char *before = printed(unit, document);

	SAME_TEXT(
		unit, "shortest", printed(unit, shortest),
		"{\"changes\":[],\"counts\":{\"compliant\":2,\"drift\":1},\"fingerprint\":\"f\",\"host\":{\"id\":\"h\"},"
		"\"id\":\"01a204f9-53ae-734a-8c52-f7826d871244\",\"kind\":\"full\",\"parameters\":[],"
		"\"parameters_left_out\":6,\"run\":{\"errors\":[\"e\"],\"seq\":7},\"schema\":\"holdfast.report/1\","
		"\"transaction\":\"t\",\"verdict\":\"drift\"}");
	SAME_TEXT(unit, "the full report is as it was", printed(unit, document), before);
	json_decref(shortest);
	json_decref(document);
}

/* A document whose text has so many bytes. Noise does not pack. */
static json_t *sized(struct unit *unit, size_t length, bool noise)
{
	const size_t frame = strlen("{\"x\":\"\"}");
	char *text = arena_alloc(&unit->arena, length + 1);
	uint32_t state = 1;

	for (size_t i = 0; i < length - frame; i++) {
		state = state * 1664525 + 1013904223;
		text[i] = noise ? (char)('!' + (state >> 24) % 90) : 'x';
		if (text[i] == '"' || text[i] == '\\')
			text[i] = 'x';
	}
	return json_pack("{s:s}", "x", text);
}

static const struct {
	const char *name;
	size_t length;
	bool noise;
	const char *words; /* NULL: it fits */
} sizes[] = {
	{"little", 100, true, NULL},
	{"all that fits", QUEUE_PLAIN_MOST, false, NULL},
	{"one byte more", QUEUE_PLAIN_MOST + 1, false, "more than 8388608 bytes"},
	{"what does not pack", 2 << 20, true, "more than 1048576 bytes, packed"},
};

static void what_no_queue_takes_is_refused(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		const char *name = sizes[i].name;
		json_t *document = sized(unit, sizes[i].length, sizes[i].noise);
		struct gzip_bytes plain, packed, again;
		struct error err = {.text = ""};
		bool fits = document_pack(&unit->arena, document, &plain, &packed, &err);

		SAME_NUMBER(unit, name, fits, sizes[i].words == NULL);
		if (fits && HOLDS(unit, name, gzip_unpack(&unit->arena, &packed, QUEUE_PLAIN_MOST, &again, &err))) {
			SAME_NUMBER(unit, name, plain.length, sizes[i].length);
			HOLDS(unit, name,
			      again.length == plain.length && memcmp(again.items, plain.items, plain.length) == 0);
		} else {
			HAS_TEXT(unit, name, err.text, sizes[i].words);
		}
		json_decref(document);
	}
}

static void it_is_sent_on_one_line_with_short_numbers(struct unit *unit)
{
	json_t *document = json_loads("{\"a\": 0.82, \"b\": [1, 2],\n \"c\": \"x\\ny\"}", 0, NULL);
	struct gzip_bytes plain = {0}, packed;
	struct error err;

	HOLDS(unit, "packed", document_pack(&unit->arena, document, &plain, &packed, &err));
	SAME_TEXT(unit, "plain", plain.items, "{\"a\":0.82,\"b\":[1,2],\"c\":\"x\\ny\"}");
	json_decref(document);
}

static void changes_are_told_from_none(struct unit *unit)
{
	static const struct {
		const char *json;
		bool changes;
	} cases[] = {
		{"{}", false},
		{"{\"changes\":[]}", false},
		{"{\"changes\":[{}]}", true},
		{"{\"changes\":7}", false},
		{"{\"changes\":{\"a\":1}}", false},
		{"[]", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *document = json_loads(cases[i].json, 0, NULL);

		SAME_NUMBER(unit, cases[i].json, document_has_changes(document), cases[i].changes);
		json_decref(document);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(a_heartbeat_has_all_but_what_it_stands_for), UNIT(a_shorter_one_says_what_it_lacks),
	UNIT(the_shortest_has_its_counts_alone),          UNIT(what_no_queue_takes_is_refused),
	UNIT(it_is_sent_on_one_line_with_short_numbers),  UNIT(changes_are_told_from_none),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
