#include "report/report_wanted.h"

#include "unit.h"

static void what_is_wanted_stands_on_one_line(struct unit *unit)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"{\"value\":\"30\"}", "30"},
		{"{\"value\":\"4096\\t131072\"}", "4096\t131072"},
		{"{\"value\":\"\"}", ""},
		{"{\"min\":\"4096\"}", ">= 4096"},
		{"{\"max\":\"9\"}", "<= 9"},
		{"{\"min\":\"1\",\"max\":\"9\"}", ">= 1 and <= 9"},
		{"{\"one_of\":[\"bbr\",\"cubic\"]}", "bbr or cubic"},
		{"{\"one_of\":[\"bbr\"]}", "bbr"},
		{"{\"one_of\":[]}", ""},
		{"{\"one_of\":[\"a\",7,\"b\"]}", "a or  or b"},
		{"{}", ""},
		{"[]", ""},
		{"{\"value\":30,\"min\":{},\"max\":[],\"one_of\":\"x\"}", ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *wanted = json_loads(cases[i].json, 0, NULL);

		SAME_TEXT(unit, cases[i].json, report_wanted_text(&unit->arena, wanted), cases[i].text);
		json_decref(wanted);
	}
	SAME_TEXT(unit, "nothing", report_wanted_text(&unit->arena, NULL), "");
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_wanted_stands_on_one_line),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
