#include "report/report_metrics.h"

#include "unit.h"

/* What report_metrics makes of a document; NULL when it refuses it. */
static const char *metrics(struct unit *unit, const char *json, struct error *err)
{
	struct text out = {.arena = &unit->arena};
	json_t *document = json_loads(json, 0, NULL);

	HOLDS(unit, json, document != NULL);
	const struct metrics openmetrics = {.text = &out, .openmetrics = true};
	bool good = report_metrics(&openmetrics, document, err);
	metrics_end(&openmetrics);
	json_decref(document);
	return good ? out.bytes : NULL;
}

#define STATE(fields) "{\"states\":[{\"state\":\"ESTABLISHED\"" fields "}]}"

static const struct {
	const char *name, *json, *line; /* a whole line that is there */
	const char *other;              /* words that are nowhere; NULL = none to look for */
} documents[] = {
	{"both families", STATE(",\"sockets\":7,\"ipv4\":3,\"ipv6\":4"),
	 "\nholdfast_tcp_sockets{state=\"ESTABLISHED\",family=\"ipv4\"} 3\n"
	 "holdfast_tcp_sockets{state=\"ESTABLISHED\",family=\"ipv6\"} 4\n",
	 "} 7\n"},
	{"not told apart", STATE(",\"sockets\":7"), "\nholdfast_tcp_sockets{state=\"ESTABLISHED\",family=\"\"} 7\n",
	 "ipv4"},
	{"a large number", STATE(",\"sockets\":999999999999999"), "} 999999999999999\n", NULL},
	{"a fraction", STATE(",\"sockets\":0.5"), "} 0.5\n", NULL},
	{"a negative number", STATE(",\"sockets\":-1"), "# EOF\n", "} -1"},
	{"a text for a number", STATE(",\"sockets\":\"7\""), "# EOF\n", "} 7"},
	{"true for a number", STATE(",\"sockets\":true"), "# EOF\n", "} "},
	{"a state without a name", "{\"states\":[{\"sockets\":7}]}", "# EOF\n", "} 7"},
	{"a state that is a number", "{\"states\":[7]}", "# EOF\n", "} 7"},
	{"a name with everything", "{\"states\":[{\"state\":\"a\\\"b\\\\c\\nd\\u00e4\",\"sockets\":1}]}",
	 "{state=\"a\\\"b\\\\c\\nd\xc3\xa4\",family=\"\"} 1\n", NULL},
	{"sides", "{\"states\":[],\"time_wait\":{\"connects\":5,\"accepts\":6}}",
	 "\nholdfast_tcp_time_wait_sockets{side=\"connects\"} 5\n"
	 "holdfast_tcp_time_wait_sockets{side=\"accepts\"} 6\n",
	 NULL},
	{"bytes", "{\"states\":[],\"time_wait\":{\"bytes\":256}}", "\nholdfast_tcp_time_wait_bytes 256\n", "side="},
	{"limit", "{\"states\":[],\"time_wait\":{\"limit\":65536}}", "\nholdfast_tcp_time_wait_limit 65536\n", NULL},
	{"orphans", "{\"states\":[],\"fin_wait_2_orphans\":3}", "\nholdfast_tcp_fin_wait_2_orphans 3\n", NULL},
	{"counters", "{\"states\":[],\"counters\":[{\"name\":\"TW\",\"value\":9},{\"name\":\"X\"},{\"value\":8}]}",
	 "\nholdfast_tcp_events_total{counter=\"TW\"} 9\n", "} 8"},
	{"no counters", "{\"states\":[],\"counters\":[]}", "# EOF\n", "events"},
	{"readings",
	 "{\"states\":[],\"readings\":[{\"severity\":\"error\"},{\"severity\":\"note\"},{\"severity\":\"note\"},{},5]}",
	 "\nholdfast_tcp_readings{severity=\"error\"} 1\nholdfast_tcp_readings{severity=\"warning\"} 0\n"
	 "holdfast_tcp_readings{severity=\"note\"} 2\n",
	 NULL},
	{"a peer at 49 % is not named",
	 "{\"states\":[],\"ports\":{\"percent_max\":49,\"tuples\":[{\"source\":\"10.0.0.1\",\"destination\":\"10.0.0.5\","
	 "\"port\":80,\"percent\":49}]}}",
	 "\nholdfast_tcp_ports_taken_max_ratio 0.49\n", "10.0.0.5"},
	{"a peer at 50 % is named",
	 "{\"states\":[],\"ports\":{\"capacity\":20,\"tuples\":[{\"source\":\"10.0.0.1\",\"destination\":\"10.0.0.5\","
	 "\"port\":80,\"percent\":50}]}}",
	 "\nholdfast_tcp_ports_taken_ratio{source=\"10.0.0.1\",destination=\"10.0.0.5\",port=\"80\"} 0.5\n", NULL},
	{"ports without tuples", "{\"states\":[],\"ports\":{\"capacity\":20}}", "# EOF\n", "holdfast_tcp_ports"},
	{"parts of a wrong kind",
	 "{\"states\":[],\"ports\":[],\"time_wait\":5,\"counters\":{},\"readings\":null,\"bound\":[]}", "# EOF\n",
	 "bound"},
};

static void documents_become_samples(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		struct error err = {.text = ""};
		const char *found = metrics(unit, documents[i].json, &err);

		if (!PRESENT(unit, documents[i].name, found))
			continue;
		HAS_TEXT(unit, documents[i].name, found, documents[i].line);
		if (documents[i].other != NULL)
			HOLDS(unit, documents[i].name, strstr(found, documents[i].other) == NULL);
		HOLDS(unit, documents[i].name, text_ends(found, "\n# EOF\n"));
		/* Every family stands behind its type, and that once. */
		for (const char *line = strstr(found, "# TYPE "); line != NULL; line = strstr(line + 1, "# TYPE ")) {
			const char *type = arena_copy(&unit->arena, line, strcspn(line + 7, " ") + 8);

			HOLDS(unit, type, strstr(found, type) == line);
		}
	}
}

static void a_document_without_states_is_none(struct unit *unit)
{
	static const char *const cases[] = {"{}", "[]", "{\"states\":{}}", "{\"states\":null}",
					    "{\"tcp\":{\"states\":[]}}"};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = {.text = ""};

		HOLDS(unit, cases[i], metrics(unit, cases[i], &err) == NULL);
		HAS_TEXT(unit, cases[i], err.text, "'states'");
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(documents_become_samples),
	UNIT(a_document_without_states_is_none),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
