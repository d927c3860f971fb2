#include "report/counters.h"

#include "unit.h"

static const struct {
	const char *name, *json;
	bool whole;
	long long seq, corrected, last_ms, dropped, central; /* dropped: over all destinations */
} texts[] = {
	{"all of it", "{\"seq\":7,\"corrected\":3,\"last_ms\":5,\"dropped\":{\"central\":2,\"b\":4}}", true, 7, 3, 5, 6,
	 2},
	{"no drops", "{\"seq\":1,\"corrected\":0,\"dropped\":{}}", true, 1, 0, 0, 0, 0},
	{"fields of a later release", "{\"seq\":1,\"corrected\":0,\"dropped\":{},\"x\":[]}", true, 1, 0, 0, 0, 0},
	{"a drop that is no number", "{\"seq\":1,\"corrected\":2,\"dropped\":{\"central\":\"2\",\"b\":3}}", true, 1, 2,
	 0, 3, 0},
	{"a negative drop", "{\"seq\":1,\"corrected\":2,\"dropped\":{\"central\":-2}}", true, 1, 2, 0, 0, 0},
	{"the largest number", "{\"seq\":9007199254740991,\"corrected\":0,\"dropped\":{}}", true, 9007199254740991, 0,
	 0, 0, 0},
	{"2^53", "{\"seq\":9007199254740992,\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"2^63-1", "{\"seq\":9223372036854775807,\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"2^63", "{\"seq\":9223372036854775808,\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"negative", "{\"seq\":-1,\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"a fraction", "{\"seq\":1.5,\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"a text", "{\"seq\":\"1\",\"corrected\":0,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"without corrected", "{\"seq\":1,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"without drops", "{\"seq\":1,\"corrected\":1}", false, 0, 0, 0, 0, 0},
	{"a list of drops", "{\"seq\":1,\"corrected\":1,\"dropped\":[1]}", false, 0, 0, 0, 0, 0},
	{"a field twice", "{\"seq\":1,\"seq\":2,\"corrected\":1,\"dropped\":{}}", false, 0, 0, 0, 0, 0},
	{"cut", "{\"seq\":7,\"corrected\":3,\"dropped\":{\"central\":2", false, 0, 0, 0, 0, 0},
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
		SAME_NUMBER(unit, texts[i].name, counters_dropped_sum(&counters), texts[i].dropped);
		SAME_NUMBER(unit, texts[i].name, *counters_dropped(&unit->arena, &counters, "central"),
			    texts[i].central);
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
	struct counters counters = {.seq = 41, .corrected = 7, .last_ms = 1763881504123}, found;
	struct text text = {.arena = &unit->arena};
	struct error err;

	*counters_dropped(&unit->arena, &counters, "central") += 3;
	*counters_dropped(&unit->arena, &counters, "b.c-d_e") += 1;
	*counters_dropped(&unit->arena, &counters, "central") += 2;
	SAME_NUMBER(unit, "destinations", counters.dropped.count, 2);
	SAME_NUMBER(unit, "sum", counters_dropped_sum(&counters), 6);
	if (!HOLDS(unit, "printed", counters_print(&text, &counters, &err)) ||
	    !HOLDS(unit, "read", counters_read(&unit->arena, text.bytes, text.length, &found)))
		return;
	SAME_NUMBER(unit, "seq", found.seq, 41);
	SAME_NUMBER(unit, "corrected", found.corrected, 7);
	SAME_NUMBER(unit, "last_ms", found.last_ms, 1763881504123);
	SAME_NUMBER(unit, "central", *counters_dropped(&unit->arena, &found, "central"), 5);
	SAME_NUMBER(unit, "the other", *counters_dropped(&unit->arena, &found, "b.c-d_e"), 1);
	SAME_NUMBER(unit, "a third", *counters_dropped(&unit->arena, &found, "c"), 0);
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
