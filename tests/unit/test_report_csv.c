#include "report/report_csv.h"

#include "unit.h"

/* All that comes out; NULL when it is refused. */
static const char *csv(struct unit *unit, json_t *document, struct error *err)
{
	struct text text = {.arena = &unit->arena};
	bool made = report_csv(&text, document, err);

	json_decref(document);
	return made ? text.bytes : NULL;
}

static const char head[] =
	"host,host_id,time,profile,profile_version,key,status,reason,severity,wanted,live_state,live,"
	"boot_state,boot,boot_file,boot_line,asked_by_file,asked_by_line,controls,why,waiver_until,"
	"waiver_reason\r\n";

static const char whole[] =
	"{\"host\":{\"name\":\"web-7\",\"id\":\"88e1\"},\"time\":\"2026-11-23T07:05:04.123Z\","
	"\"profile\":{\"name\":\"web\",\"version\":3},\"parameters\":["
	"{\"key\":\"net.ipv4.tcp_rmem\",\"status\":\"drift\",\"reason\":\"changed_by_other_key\",\"severity\":\"high\","
	"\"wanted\":{\"value\":\"4096\\t131072\\t6291456\"},\"live\":{\"state\":\"differ\",\"value\":\"1\\t2\\t3\"},"
	"\"boot\":{\"state\":\"match\",\"value\":\"4096 131072 6291456\",\"from\":{\"file\":\"/etc/sysctl.conf\",\"line\":12},"
	"\"shadowed\":[]},\"source\":{\"file\":\"web.yaml\",\"line\":4},\"controls\":[\"NIST SC-5\",\"CIS 3.3\"],"
	"\"why\":\"as \\\"they\\\" say, so\",\"waiver\":{\"until\":\"2026-12-31\",\"reason\":\"CHG-1\"}},"
	"{\"key\":\"vm.swappiness\",\"status\":\"compliant\",\"wanted\":{\"min\":\"1\",\"max\":\"10\"}}]}";

static void each_parameter_is_a_row(struct unit *unit)
{
	struct error err;
	const char *found = csv(unit, json_loads(whole, 0, NULL), &err);

	SAME_TEXT(
		unit, "two", found,
		arena_printf(
			&unit->arena, "%s%s%s", head,
			"\"web-7\",\"88e1\",\"2026-11-23T07:05:04.123Z\",\"web\",\"3\",\"net.ipv4.tcp_rmem\","
			"\"drift\",\"changed_by_other_key\",\"high\",\"4096\t131072\t6291456\",\"differ\",\"1\t2\t3\","
			"\"match\",\"4096 131072 6291456\",\"/etc/sysctl.conf\",\"12\",\"web.yaml\",\"4\","
			"\"NIST SC-5; CIS 3.3\",\"as \"\"they\"\" say, so\",\"2026-12-31\",\"CHG-1\"\r\n",
			"\"web-7\",\"88e1\",\"2026-11-23T07:05:04.123Z\",\"web\",\"3\",\"vm.swappiness\","
			"\"compliant\",\"\",\"\",\">= 1 and <= 10\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
			"\"\",\"\",\"\"\r\n"));
	SAME_TEXT(unit, "none", csv(unit, json_loads("{\"parameters\":[]}", 0, NULL), &err), head);
}

/* One value in the column `why`. */
static const struct {
	const char *name, *value, *cell;
} cells[] = {
	{"nothing", "", "\"\""},
	{"a word", "word", "\"word\""},
	{"a comma", "a,b", "\"a,b\""},
	{"a semicolon", "a;b", "\"a;b\""},
	{"quotes", "\"a\"", "\"\"\"a\"\"\""},
	{"a quote alone", "\"", "\"\"\"\""},
	{"a newline", "a\nb", "\"a\nb\""},
	{"a line end of DOS", "a\r\nb", "\"a\r\nb\""},
	{"a tab within", "4096\t131072", "\"4096\t131072\""},
	{"no ASCII", "\xc3\xa4", "\"\xc3\xa4\""},
	{"a formula", "=1+1", "\"'=1+1\""},
	{"a formula with quotes", "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
	{"a plus", "+1+cmd|' /C calc'!A0", "\"'+1+cmd|' /C calc'!A0\""},
	{"a minus", "-1+cmd|' /C calc'!A0", "\"'-1+cmd|' /C calc'!A0\""},
	{"at", "@SUM(A1)", "\"'@SUM(A1)\""},
	{"a tab in front", "\t=1", "\"'\t=1\""},
	{"a carriage return in front", "\r=1", "\"'\r=1\""},
	{"a newline in front", "\n=1", "\"'\n=1\""},
	{"a full-width equals sign",
	 "\xef\xbc\x9d"
	 "1",
	 "\"'\xef\xbc\x9d"
	 "1\""},
	{"a full-width plus",
	 "\xef\xbc\x8b"
	 "1",
	 "\"'\xef\xbc\x8b"
	 "1\""},
	{"a full-width minus",
	 "\xef\xbc\x8d"
	 "1",
	 "\"'\xef\xbc\x8d"
	 "1\""},
	{"a full-width at",
	 "\xef\xbc\xa0"
	 "a",
	 "\"'\xef\xbc\xa0"
	 "a\""},
	{"another full-width sign", "\xef\xbc\x81", "\"\xef\xbc\x81\""},
	{"a negative number", "-1", "\"-1\""},
	{"a fraction below nothing", "-0.5", "\"-0.5\""},
	{"negative numbers", "-1\t-1", "\"'-1\t-1\""},
	{"a minus alone", "-", "\"'-\""},
	{"a formula further in", "a=1", "\"a=1\""},
	{"an apostrophe", "'=1", "\"'=1\""},
	{"a positive number", "+1", "\"'+1\""},
};

static void no_cell_is_a_formula_or_breaks_its_row(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		json_t *document = json_pack("{s:[{s:s}]}", "parameters", "why", cells[i].value);
		struct error err;
		const char *found = csv(unit, document, &err);

		HAS_TEXT(unit, cells[i].name, found,
			 arena_printf(&unit->arena, "\"\",%s,\"\",\"\"\r\n", cells[i].cell));
	}
}

static void what_has_no_parameters_is_refused(struct unit *unit)
{
	static const char *const documents[] = {"{}", "[]", "{\"parameters\":{}}", "{\"parameters\":null}",
						"{\"kind\":\"heartbeat\"}"};

	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		struct error err = {.text = ""};

		SAME_TEXT(unit, documents[i], csv(unit, json_loads(documents[i], 0, NULL), &err), NULL);
		HAS_TEXT(unit, documents[i], err.text, "no parameters");
	}
}

static void a_run_that_failed_is_a_row_itself(struct unit *unit)
{
	static const struct {
		const char *name, *json, *row; /* NULL: there is none */
	} cases[] = {
		{"with its errors", "{\"verdict\":\"error\",\"run\":{\"errors\":[\"a\",7,\"b\"]},\"parameters\":[]}",
		 "\"holdfast run\",\"error\",\"\",\"high\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"a; ; b\",\"\",\"\"\r\n"},
		{"without", "{\"verdict\":\"error\",\"parameters\":[]}", "\"the run could not do its work\""},
		{"a profile of nothing", "{\"verdict\":\"compliant\",\"parameters\":[]}", NULL},
		{"an error with parameters", "{\"verdict\":\"error\",\"parameters\":[{\"key\":\"k\"}]}", "\"k\""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err;
		const char *found = csv(unit, json_loads(cases[i].json, 0, NULL), &err);

		if (cases[i].row == NULL)
			SAME_TEXT(unit, cases[i].name, found, head);
		else
			HAS_TEXT(unit, cases[i].name, found, cases[i].row);
	}
}

static void fields_of_a_wrong_kind_are_empty_cells(struct unit *unit)
{
	static const char *const documents[] = {
		"{\"parameters\":[7]}",
		"{\"parameters\":[[]]}",
		"{\"parameters\":[{}]}",
		("{\"host\":7,\"time\":false,\"profile\":[],\"parameters\":[{\"key\":{},\"live\":7,\"boot\":[],\"source\":\"x\","
		 "\"controls\":{},\"wanted\":[],\"waiver\":null}]}"),
		"{\"host\":{\"name\":null},\"parameters\":[{\"key\":1.5,\"boot\":{\"from\":[]},\"controls\":[]}]}",
	};

	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		struct error err;
		const char *found = csv(unit, json_loads(documents[i], 0, NULL), &err);

		SAME_TEXT(
			unit, documents[i], found,
			arena_printf(
				&unit->arena, "%s%s", head,
				"\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
				"\"\",\"\",\"\",\"\",\"\"\r\n"));
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(each_parameter_is_a_row),
	UNIT(no_cell_is_a_formula_or_breaks_its_row),
	UNIT(what_has_no_parameters_is_refused),
	UNIT(a_run_that_failed_is_a_row_itself),
	UNIT(fields_of_a_wrong_kind_are_empty_cells),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
