#include "report/report_hdf.h"

#include "unit.h"

#define LIVE(state) "\"live\":{\"state\":\"" state "\",\"value\":\"60\"}"
#define BOOT(state) \
	"\"boot\":{\"state\":\"" state "\",\"value\":\"60\",\"from\":{\"file\":\"/etc/sysctl.conf\",\"line\":12}}"

/* What the viewer makes of a control, by the rules that its own code has (inspecjs): worst first. */
static const char *status_in_viewer(const json_t *control)
{
	const json_t *results = json_object_get(control, "results"), *one;
	bool failed = false, passed = true;
	size_t i;

	if (json_is_true(json_object_get(json_object_get(control, "waiver_data"), "skipped_due_to_waiver")))
		return "Not Applicable";
	if (json_number_value(json_object_get(control, "impact")) == 0)
		return "Not Applicable";
	json_array_foreach(results, i, one)
	{
		const char *status = json_string_value(json_object_get(one, "status"));

		if (json_object_get(one, "backtrace") != NULL)
			return "Profile Error";
		failed = failed || strcmp(status, "failed") == 0;
		passed = passed && strcmp(status, "passed") == 0;
	}
	return failed ? "Failed" : passed && json_array_size(results) > 0 ? "Passed" : "Not Reviewed";
}

static const struct {
	const char *name, *parameter, *status;
	const char *words; /* somewhere in the control; NULL: none to look for */
	size_t results;
} controls[] = {
	{"in line", "\"status\":\"compliant\"," LIVE("match") "," BOOT("match"), "Passed", "k is 30 in the next boot",
	 2},
	{"in line, only live is managed", "\"status\":\"compliant\"," LIVE("match") "," BOOT("unmanaged"), "Passed",
	 "in the running kernel", 1},
	{"live differs", "\"status\":\"drift\"," LIVE("differ") "," BOOT("match"), "Failed",
	 "wanted 30, found live: 60", 2},
	{"boot differs", "\"status\":\"drift\"," LIVE("match") "," BOOT("differ"), "Failed",
	 "found boot: 60 (/etc/sysctl.conf:12)", 2},
	{"boot is not set", "\"status\":\"drift\"," LIVE("match") ",\"boot\":{\"state\":\"unset\"}", "Failed",
	 "found boot: unset", 2},
	{"both differ", "\"status\":\"drift\"," LIVE("differ") "," BOOT("differ"), "Failed", NULL, 2},
	{"not settable", "\"status\":\"not_settable\",\"reason\":\"read_only_here\"," LIVE("differ") "," BOOT("match"),
	 "Failed", NULL, 2},
	{"pending",
	 "\"status\":\"pending\",\"reason\":\"module_absent\",\"live\":{\"state\":\"missing\"}," BOOT("match"),
	 "Not Reviewed", "pending: module_absent", 1},
	{"not applicable",
	 "\"status\":\"not_applicable\",\"reason\":\"removed_in_kernel\",\"live\":{\"state\":\"missing\"}",
	 "Not Applicable", "Not applicable (removed_in_kernel)", 1},
	{"waived",
	 "\"status\":\"waived\"," LIVE("differ") "," BOOT(
		 "differ") ",\"waiver\":{\"until\":\"2026-12-31\",\"reason\":\"CHG-1\"}",
	 "Not Applicable", "\"justification\":\"CHG-1\"", 1},
	{"a waiver that has expired",
	 "\"status\":\"drift\"," LIVE("differ") "," BOOT(
		 "match") ",\"waiver\":{\"until\":\"2020-12-31\",\"reason\":\"CHG-1\"}",
	 "Failed", "the waiver has expired", 2},
	{"an error", "\"status\":\"error\",\"reason\":\"value_rejected\"," LIVE("differ") "," BOOT("match"),
	 "Profile Error", "error: value_rejected", 3},
	{"an unknown key", "\"status\":\"error\",\"reason\":\"unknown_key\",\"live\":{\"state\":\"missing\"}",
	 "Profile Error", "error: unknown_key", 2},
	{"in line, without sides", "\"status\":\"compliant\"", "Passed", NULL, 1},
	{"drift, without sides", "\"status\":\"drift\"", "Failed", NULL, 1},
	{"no status", "\"why\":\"x\"", "Failed", NULL, 1},
};

/* Of the only control of a document with one parameter; the caller lets go of *hdf. */
static const json_t *control_of(struct unit *unit, const char *row, const char *fields, json_t **hdf)
{
	struct error err = {.text = ""};
	json_t *document =
		json_loads(arena_printf(&unit->arena,
					"{\"time\":\"2026-11-23T07:05:04.123Z\",\"parameters\":[{\"key\":\"k\","
					"\"wanted\":{\"value\":\"30\"},%s}]}",
					fields),
			   0, NULL);

	HOLDS(unit, row, document != NULL);
	*hdf = report_hdf(&unit->arena, document, &err);
	json_decref(document);
	SAME_TEXT(unit, row, err.text, "");
	const json_t *profile = json_array_get(json_object_get(*hdf, "profiles"), 0);
	return json_array_get(json_object_get(profile, "controls"), 0);
}

static const char *dumped(struct unit *unit, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
	const char *kept = text != NULL ? arena_string(&unit->arena, text) : "";

	free(text);
	return kept;
}

static void each_status_is_shown_as_it_should_be(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(controls); i++) {
		json_t *hdf;
		const json_t *control = control_of(unit, controls[i].name, controls[i].parameter, &hdf), *one;
		size_t j;

		SAME_TEXT(unit, controls[i].name, status_in_viewer(control), controls[i].status);
		SAME_NUMBER(unit, controls[i].name, json_array_size(json_object_get(control, "results")),
			    controls[i].results);
		if (controls[i].words != NULL)
			HAS_TEXT(unit, controls[i].name, dumped(unit, control), controls[i].words);
		json_array_foreach(json_object_get(control, "results"), j, one)
		{
			const char *status = json_string_value(json_object_get(one, "status"));

			/* What the format asks of each result, and of one that is not passed. */
			HOLDS(unit, controls[i].name,
			      json_is_string(json_object_get(one, "code_desc")) &&
				      json_is_string(json_object_get(one, "start_time")));
			SAME_NUMBER(unit, controls[i].name, json_is_string(json_object_get(one, "message")),
				    strcmp(status, "failed") == 0);
			SAME_NUMBER(unit, controls[i].name, json_is_string(json_object_get(one, "skip_message")),
				    strcmp(status, "skipped") == 0);
		}
		json_decref(hdf);
	}
}

static void severities_are_impacts_the_viewer_sorts_alike(struct unit *unit)
{
	static const struct {
		const char *severity;
		double above, below; /* the viewer's own bounds: below 0.1 none, 0.4 low, 0.7 medium, 0.9 high */
	} cases[] = {{"info", 0, 0.1},   {"low", 0.1, 0.4},      {"medium", 0.4, 0.7},
		     {"high", 0.7, 0.9}, {"critical", 0.9, 1.1}, {"unheard of", 0.4, 0.7}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *hdf;
		const char *fields = arena_printf(
			&unit->arena, "\"severity\":\"%s\",\"status\":\"drift\"," LIVE("differ"), cases[i].severity);
		const json_t *control = control_of(unit, cases[i].severity, fields, &hdf);
		double impact = json_number_value(json_object_get(control, "impact"));

		HOLDS(unit, cases[i].severity, impact > 0 && impact >= cases[i].above && impact < cases[i].below);
		json_decref(hdf);
	}
}

static void controls_of_nist_are_tags_of_their_own(struct unit *unit)
{
	static const struct {
		const char *name, *controls, *nist, *others;
	} cases[] = {
		{"none", "[]", "[\"CM-6 b\"]", "[]"},
		{"nist", "[\"NIST SC-5\",\"NIST CM-6 a\"]", "[\"SC-5\",\"CM-6 a\"]", "[]"},
		{"others", "[\"CIS 3.3.1\"]", "[\"CM-6 b\"]", "[\"CIS 3.3.1\"]"},
		{"both, and what is none", "[\"CIS 3.3.1\",7,\"NIST SC-5\",\"NISTIR 1\"]", "[\"SC-5\"]",
		 "[\"CIS 3.3.1\",\"NISTIR 1\"]"},
		{"no list", "\"NIST SC-5\"", "[\"CM-6 b\"]", "[]"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		json_t *hdf;
		const char *fields = arena_printf(&unit->arena, "\"controls\":%s", cases[i].controls);
		const json_t *tags = json_object_get(control_of(unit, cases[i].name, fields, &hdf), "tags");

		SAME_TEXT(unit, cases[i].name, dumped(unit, json_object_get(tags, "nist")), cases[i].nist);
		SAME_TEXT(unit, cases[i].name, dumped(unit, json_object_get(tags, "controls")), cases[i].others);
		json_decref(hdf);
	}
}

static void no_sentence_has_a_hole_where_a_secret_was(struct unit *unit)
{
	struct error err;
	json_t *document = json_loads("{\"parameters\":[{\"key\":\"net.ipv4.tcp_fastopen_key\",\"status\":\"drift\","
				      "\"live\":{\"state\":\"differ\"},\"boot\":{\"state\":\"unset\"}}]}",
				      0, NULL);
	json_t *hdf = report_hdf(&unit->arena, document, &err);
	static const char *const holes[] = {" is  in", "wanted ,", " to : "};
	const char *found = dumped(unit, hdf);

	for (size_t i = 0; i < COUNT_OF(holes); i++)
		HOLDS(unit, "a secret", strstr(found, holes[i]) == NULL);
	json_decref(hdf);
	json_decref(document);
}

static void the_frame_is_what_the_format_asks_for(struct unit *unit)
{
	static const struct {
		const char *name, *path[4], *found;
	} fields[] = {
		{"name", {"platform", "name"}, "\"web-7\""},
		{"release", {"platform", "release"}, "\" debian 12, Linux 6.18\""},
		{"host", {"platform", "target_id"}, "\"88e1\""},
		{"version", {"version"}, "\"0.1.0\""},
		{"duration", {"statistics", "duration"}, "0.012"},
		{"profile", {"profiles", "0", "name"}, "\"web\""},
		{"digest", {"profiles", "0", "sha256"}, "\"ab\""},
		{"no supports", {"profiles", "0", "supports"}, "[]"},
		{"no attributes", {"profiles", "0", "attributes"}, "[]"},
		{"no groups", {"profiles", "0", "groups"}, "[]"},
		{"no controls", {"profiles", "0", "controls"}, "[]"},
	};
	struct error err;
	json_t *document = json_loads(
		"{\"host\":{\"name\":\"web-7\",\"id\":\"88e1\",\"kernel\":\"6.18\",\"os\":{\"id\":\"debian\",\"version\":\"12\"}},"
		"\"agent\":{\"version\":\"0.1.0\"},\"run\":{\"duration_ms\":12},"
		"\"profile\":{\"name\":\"web\",\"version\":3,\"digest\":\"ab\"},\"parameters\":[]}",
		0, NULL);
	json_t *hdf = report_hdf(&unit->arena, document, &err);

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const json_t *value = hdf;

		for (size_t j = 0; j < COUNT_OF(fields[i].path) && fields[i].path[j] != NULL; j++)
			value = json_is_array(value) ? json_array_get(value, 0)
						     : json_object_get(value, fields[i].path[j]);
		SAME_TEXT(unit, fields[i].name, value != NULL ? dumped(unit, value) : NULL, fields[i].found);
	}
	json_decref(hdf);
	json_decref(document);
}

static void a_run_that_failed_is_a_control_itself(struct unit *unit)
{
	struct error err;
	json_t *document = json_loads(
		"{\"verdict\":\"error\",\"run\":{\"errors\":[\"no such profile\"]},\"parameters\":[]}", 0, NULL);
	json_t *hdf = report_hdf(&unit->arena, document, &err);
	const json_t *profile = json_array_get(json_object_get(hdf, "profiles"), 0);
	const json_t *control = json_array_get(json_object_get(profile, "controls"), 0);

	if (PRESENT(unit, "control", control)) {
		SAME_TEXT(unit, "id", json_string_value(json_object_get(control, "id")), "holdfast run");
		SAME_TEXT(unit, "status", status_in_viewer(control), "Profile Error");
		HAS_TEXT(unit, "why", dumped(unit, control), "no such profile");
	}
	json_decref(hdf);
	json_decref(document);
}

static void odd_documents_are_refused_or_shown(struct unit *unit)
{
	static const struct {
		const char *json;
		bool shown;
	} cases[] = {
		{"{}", false},
		{"[]", false},
		{"{\"parameters\":{}}", false},
		{"{\"kind\":\"heartbeat\"}", false},
		{"{\"parameters\":[]}", true},
		{"{\"parameters\":[7,null,[],\"x\",{}]}", true},
		{"{\"host\":7,\"run\":[],\"profile\":null,\"agent\":\"x\",\"time\":7,\"parameters\":[{\"key\":7,\"live\":[],"
		 "\"boot\":7,\"wanted\":[],\"controls\":7,\"waiver\":{},\"source\":[],\"severity\":{},\"status\":[]}]}",
		 true},
		{"{\"parameters\":[{\"key\":\"\\u001b[2J\\u202e\",\"why\":\"\\u0000\\n\",\"status\":\"drift\"}]}",
		 true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = {.text = ""};
		json_t *document = json_loads(cases[i].json, JSON_ALLOW_NUL, NULL);
		json_t *hdf = report_hdf(&unit->arena, document, &err);

		SAME_NUMBER(unit, cases[i].json, hdf != NULL, cases[i].shown);
		if (hdf != NULL)
			HOLDS(unit, cases[i].json, dumped(unit, hdf)[0] == '{');
		else
			HAS_TEXT(unit, cases[i].json, err.text, "no parameters");
		json_decref(hdf);
		json_decref(document);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(each_status_is_shown_as_it_should_be),   UNIT(severities_are_impacts_the_viewer_sorts_alike),
	UNIT(controls_of_nist_are_tags_of_their_own), UNIT(no_sentence_has_a_hole_where_a_secret_was),
	UNIT(the_frame_is_what_the_format_asks_for),  UNIT(a_run_that_failed_is_a_control_itself),
	UNIT(odd_documents_are_refused_or_shown),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
