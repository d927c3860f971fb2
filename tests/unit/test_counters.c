#include "report/counters.h"

#include "unit.h"

#define REST "\"last_ms\":5,\"queues\":{}}"

static const struct {
	const char *name, *json;
	bool whole;
	long long seq, corrected, last_ms, dropped, central; /* dropped: over all destinations */
} texts[] = {
	{"all of it",
	 "{\"seq\":7,\"corrected\":3,\"last_ms\":5,\"queues\":{\"central\":{\"dropped\":2,\"changed\":[]},\"b\":{\"dropped\":4}}}",
	 true, 7, 3, 5, 6, 2},
	{"no destinations", "{\"seq\":1,\"corrected\":0," REST, true, 1, 0, 5, 0, 0},
	{"fields of a later release", "{\"seq\":1,\"corrected\":0,\"x\":[]," REST, true, 1, 0, 5, 0, 0},
	{"odd destinations",
	 "{\"seq\":1,\"corrected\":2,\"last_ms\":5,\"queues\":{\"central\":{\"dropped\":\"2\",\"changed\":7,\"newest\":[],"
	 "\"fingerprint\":1,\"refused_told\":-1},\"b\":{\"dropped\":3},\"c\":[],\"d\":7,\"e\":{\"dropped\":-2}}}",
	 true, 1, 2, 5, 3, 0},
	{"the largest number", "{\"seq\":9007199254740991,\"corrected\":0," REST, true, 9007199254740991, 0, 5, 0, 0},
	{"2^53", "{\"seq\":9007199254740992,\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"2^63-1", "{\"seq\":9223372036854775807,\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"2^63", "{\"seq\":9223372036854775808,\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"negative", "{\"seq\":-1,\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"a fraction", "{\"seq\":1.5,\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"a text", "{\"seq\":\"1\",\"corrected\":0," REST, false, 0, 0, 0, 0, 0},
	{"without corrected", "{\"seq\":1," REST, false, 0, 0, 0, 0, 0},
	{"without last_ms", "{\"seq\":1,\"corrected\":1,\"queues\":{}}", false, 0, 0, 0, 0, 0},
	{"without destinations", "{\"seq\":1,\"corrected\":1,\"last_ms\":5}", false, 0, 0, 0, 0, 0},
	{"a list of destinations", "{\"seq\":1,\"corrected\":1,\"last_ms\":5,\"queues\":[]}", false, 0, 0, 0, 0, 0},
	{"a field twice", "{\"seq\":1,\"seq\":2,\"corrected\":1," REST, false, 0, 0, 0, 0, 0},
	{"cut", "{\"seq\":7,\"corrected\":3,\"last_ms\":5,\"queues\":{\"central\":{\"dropped\":2", false, 0, 0, 0, 0,
	 0},
	{"nothing", "", false, 0, 0, 0, 0, 0},
	{"a list", "[]", false, 0, 0, 0, 0, 0},
};

static void a_damaged_file_counts_from_nothing(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct counters counters = {.seq = 99, .corrected = 99, .last_ms = 99};

		SAME_NUMBER(unit, texts[i].name,
			    counters_read(&unit->arena, texts[i].json, strlen(texts[i].json), &counters),
			    texts[i].whole);
		SAME_NUMBER(unit, texts[i].name, counters.seq, texts[i].seq);
		SAME_NUMBER(unit, texts[i].name, counters.corrected, texts[i].corrected);
		SAME_NUMBER(unit, texts[i].name, counters.last_ms, texts[i].last_ms);
		SAME_NUMBER(unit, texts[i].name, counters_dropped(&counters), texts[i].dropped);
		const struct counters_queue *central = counters_of(&unit->arena, &counters, "central");
		SAME_NUMBER(unit, texts[i].name, central->dropped, texts[i].central);
		HOLDS(unit, texts[i].name,
		      central->changed.count == 0 && central->newest == NULL && central->fingerprint == NULL &&
			      central->refused_told == 0);
	}
}

static void the_zeros_of_a_crash_are_damaged(struct unit *unit)
{
	static const char zeros[100];
	struct counters counters = {.seq = 99};

	HOLDS(unit, "zeros", !counters_read(&unit->arena, zeros, sizeof(zeros), &counters));
	SAME_NUMBER(unit, "zeros", counters.seq, 0);
}

static void what_is_printed_is_read_again(struct unit *unit)
{
	struct counters counters = {.seq = 41, .corrected = 7, .last_ms = 1795417504123}, found;
	struct text text = {.arena = &unit->arena};
	struct error err;

	struct counters_queue *queue = counters_of(&unit->arena, &counters, "central");
	queue->dropped = 5;
	queue->refused_told = 2;
	queue->newest = "c.json.gz";
	queue->fingerprint = "f";
	*ARRAY_ADD(&unit->arena, &queue->changed) = "a.json.gz";
	*ARRAY_ADD(&unit->arena, &queue->changed) = "b.json.gz";
	counters_of(&unit->arena, &counters, "b.c-d_e")->dropped = 1;
	SAME_NUMBER(unit, "the same again", counters_of(&unit->arena, &counters, "central")->dropped, 5);
	SAME_NUMBER(unit, "destinations", counters.queues.count, 2);
	SAME_NUMBER(unit, "sum", counters_dropped(&counters), 6);
	if (!HOLDS(unit, "printed", counters_print(&text, &counters, &err)) ||
	    !HOLDS(unit, "read", counters_read(&unit->arena, text.bytes, text.length, &found)))
		return;
	SAME_NUMBER(unit, "seq", found.seq, 41);
	SAME_NUMBER(unit, "corrected", found.corrected, 7);
	SAME_NUMBER(unit, "last_ms", found.last_ms, 1795417504123);
	queue = counters_of(&unit->arena, &found, "central");
	HOLDS(unit, "numbers", queue->dropped == 5 && queue->refused_told == 2);
	SAME_TEXT(unit, "newest", queue->newest, "c.json.gz");
	SAME_TEXT(unit, "fingerprint", queue->fingerprint, "f");
	HOLDS(unit, "changed", queue->changed.count == 2 && counters_has(&queue->changed, "a.json.gz"));
	HOLDS(unit, "changed",
	      counters_has(&queue->changed, "b.json.gz") && !counters_has(&queue->changed, "c.json.gz"));
	queue = counters_of(&unit->arena, &found, "b.c-d_e");
	HOLDS(unit, "the other", queue->dropped == 1 && queue->newest == NULL && queue->changed.count == 0);
	SAME_NUMBER(unit, "a third", counters_of(&unit->arena, &found, "c")->dropped, 0);
	HOLDS(unit, "one line", strchr(text.bytes, '\n') == text.bytes + text.length - 1);
}

static const struct CMUnitTest tests[] = {
	UNIT(a_damaged_file_counts_from_nothing),
	UNIT(the_zeros_of_a_crash_are_damaged),
	UNIT(what_is_printed_is_read_again),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
