#include "report/metrics.h"

#include "unit.h"

static const char *printed(const struct text *text)
{
	return text->bytes != NULL ? text->bytes : "";
}

static void both_formats_have_their_own_head(struct unit *unit)
{
	static const struct {
		const char *name, *type, *unit, *prometheus, *openmetrics;
	} cases[] = {
		{"a gauge", "gauge", NULL, "# HELP m help\n# TYPE m gauge\n", "# HELP m help\n# TYPE m gauge\n"},
		{"a counter", "counter", NULL, "# HELP m_total help\n# TYPE m_total counter\n",
		 "# HELP m help\n# TYPE m counter\n"},
		{"a unit", "gauge", "seconds", "# HELP m help\n# TYPE m gauge\n",
		 "# HELP m help\n# TYPE m gauge\n# UNIT m seconds\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (int openmetrics = 0; openmetrics < 2; openmetrics++) {
			struct text text = {.arena = &unit->arena};
			const struct metrics metrics = {.text = &text, .openmetrics = openmetrics != 0};

			metrics_head(&metrics, "m", cases[i].type, cases[i].unit, "help");
			SAME_TEXT(unit, cases[i].name, printed(&text),
				  openmetrics != 0 ? cases[i].openmetrics : cases[i].prometheus);
		}
	}
	struct text text = {.arena = &unit->arena};
	metrics_end(&(struct metrics){.text = &text});
	SAME_TEXT(unit, "the end", printed(&text), "");
	metrics_end(&(struct metrics){.text = &text, .openmetrics = true});
	SAME_TEXT(unit, "the end", printed(&text), "# EOF\n");
}

static void labels_stay_on_their_line(struct unit *unit)
{
	static const struct {
		const char *value, *shown;
	} cases[] = {
		{"web", "{l=\"web\""},
		{"", "{l=\"\""},
		{"a\"b", "{l=\"a\\\"b\""},
		{"a\\b", "{l=\"a\\\\b\""},
		{"a\nb", "{l=\"a\\nb\""},
		{"\\n", "{l=\"\\\\n\""},
		{"\"} 1\n# EOF\n", "{l=\"\\\"} 1\\n# EOF\\n\""},
		{"\xc3\xa4\xe2\x80\xa8", "{l=\"\xc3\xa4\xe2\x80\xa8\""},
		{"\\", "{l=\"\\\\\""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text text = {.arena = &unit->arena};

		metrics_label(&(struct metrics){.text = &text}, "{", "l", cases[i].value);
		SAME_TEXT(unit, cases[i].value, printed(&text), cases[i].shown);
	}
}

static void only_numbers_from_nothing_up_are_taken(struct unit *unit)
{
	static const struct {
		const char *json, *sample; /* NULL: none */
	} cases[] = {
		{"{\"x\":0}", "m 0\n"},
		{"{\"x\":7}", "m 7\n"},
		{"{\"x\":0.82}", "m 0.82\n"},
		{"{\"x\":1763881504.123}", "m 1763881504.123\n"},
		{"{\"x\":999999999999999}", "m 999999999999999\n"},
		{"{\"x\":9223372036854775807}", "m 9.22337203685478e+18\n"},
		{"{\"x\":1e308}", "m 1e+308\n"},
		{"{\"x\":-1}", NULL},
		{"{\"x\":-0.5}", NULL},
		{"{\"x\":\"7\"}", NULL},
		{"{\"x\":true}", NULL},
		{"{\"x\":null}", NULL},
		{"{\"x\":[7]}", NULL},
		{"{}", NULL},
		{"[7]", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text text = {.arena = &unit->arena};
		json_t *object = json_loads(cases[i].json, 0, NULL);
		const char *wanted =
			cases[i].sample == NULL
				? ""
				: arena_printf(&unit->arena, "# HELP m h\n# TYPE m gauge\n%s", cases[i].sample);

		metrics_plain(&(struct metrics){.text = &text}, object, "x", "m", NULL, "h");
		SAME_TEXT(unit, cases[i].json, printed(&text), wanted);
		json_decref(object);
	}
	double value;
	HOLDS(unit, "no document", !metrics_number_of(NULL, "x", &value) && metrics_text_of(NULL, "x") == NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(both_formats_have_their_own_head),
	UNIT(labels_stay_on_their_line),
	UNIT(only_numbers_from_nothing_up_are_taken),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
