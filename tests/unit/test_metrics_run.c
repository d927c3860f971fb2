#include "report/metrics_run.h"

#include "base/fd.h"
#include "queue_folder.h"

/* What a document becomes, in Prometheus' format or OpenMetrics. */
static const char *metrics(struct unit *unit, const char *json, bool openmetrics, const struct metrics_spool *spool)
{
	struct text text = {.arena = &unit->arena};
	json_t *document = json_loads(json, 0, NULL);

	HOLDS(unit, json, document != NULL);
	metrics_run(&(struct metrics){.text = &text, .openmetrics = openmetrics}, document, spool);
	json_decref(document);
	return text.bytes != NULL ? text.bytes : "";
}

#define PARAMETER(key, status, live, boot) \
	"{\"key\":\"" key "\",\"status\":\"" status "\",\"severity\":\"high\",\"live\":{\"state\":\"" live \
	"\",\"value\":\"SECRET\"},\"boot\":{\"state\":\"" boot "\"}}"

static const struct {
	const char *name, *json, *line; /* whole lines that are there */
	const char *other;              /* words that are nowhere; NULL = none to look for */
} documents[] = {
	{"build", "{\"agent\":{\"version\":\"0.1.0\"}}", "\nholdfast_build_info{version=\"0.1.0\"} 1\n", NULL},
	{"host",
	 "{\"host\":{\"id\":\"88e1\",\"kernel\":\"6.18\",\"os\":{\"id\":\"debian\",\"version\":\"12\"},\"name\":\"web-7\"}}",
	 "\nholdfast_host_info{host_id=\"88e1\",os=\"debian\",os_version=\"12\",kernel=\"6.18\"} 1\n", "web-7"},
	{"a host of which little is known", "{\"host\":{\"id\":null,\"os\":{\"id\":null}}}",
	 "\nholdfast_host_info{host_id=\"\",os=\"\",os_version=\"\",kernel=\"\"} 1\n", NULL},
	{"profile", "{\"profile\":{\"name\":\"web\",\"version\":3,\"digest\":\"ab\"}}",
	 "\nholdfast_profile_info{profile=\"web\",version=\"3\",digest=\"ab\"} 1\n", NULL},
	{"no profile", "{\"profile\":null}", "holdfast_build_info", "profile_info"},
	{"enforce", "{\"run\":{\"mode\":\"enforce\"}}", "\nholdfast_enforcing 1\n", NULL},
	{"audit", "{\"run\":{\"mode\":\"audit\"}}", "\nholdfast_enforcing 0\n", NULL},
	{"no mode", "{\"run\":{}}", "holdfast_build_info", "holdfast_enforcing"},
	{"interval", "{\"run\":{\"interval_s\":900}}", "\nholdfast_run_interval_seconds 900\n", NULL},
	{"no interval", "{\"run\":{\"interval_s\":null}}", "holdfast_build_info", "interval"},
	{"runs", "{\"run\":{\"seq\":7}}", "\nholdfast_runs_total 7\n", NULL},
	{"no count of runs", "{\"run\":{\"seq\":null}}", "holdfast_build_info", "holdfast_runs"},
	{"time", "{\"time\":\"2026-11-23T07:05:04.123Z\"}", "\nholdfast_last_run_timestamp_seconds 1795417504\n", NULL},
	{"time before 1970", "{\"time\":\"1969-11-23T07:05:04.123Z\"}", "holdfast_build_info", "timestamp"},
	{"no time", "{\"time\":\"yesterday\"}", "holdfast_build_info", "timestamp"},
	{"duration", "{\"run\":{\"duration_ms\":12}}", "\nholdfast_last_run_duration_seconds 0.012\n", NULL},
	{"success", "{\"run\":{\"errors\":[]},\"verdict\":\"drift\"}", "\nholdfast_last_run_success 1\n", NULL},
	{"an error", "{\"run\":{\"errors\":[\"x\"]},\"verdict\":\"drift\"}", "\nholdfast_last_run_success 0\n",
	 "\"x\""},
	{"a verdict of error", "{\"run\":{\"errors\":[]},\"verdict\":\"error\"}", "\nholdfast_last_run_success 0\n",
	 NULL},
	{"clock", "{\"run\":{\"clock_synchronized\":true}}", "\nholdfast_clock_synchronized 1\n", NULL},
	{"clock that is not", "{\"run\":{\"clock_synchronized\":false}}", "\nholdfast_clock_synchronized 0\n", NULL},
	{"clock not known", "{\"run\":{\"clock_synchronized\":null}}", "holdfast_build_info", "clock"},
	{"verdict", "{\"verdict\":\"drift\"}",
	 "\nholdfast_verdict{verdict=\"compliant\"} 0\nholdfast_verdict{verdict=\"drift\"} 1\n"
	 "holdfast_verdict{verdict=\"pending\"} 0\nholdfast_verdict{verdict=\"error\"} 0\n",
	 NULL},
	{"an unknown verdict", "{\"verdict\":\"superb\"}", "\nholdfast_verdict{verdict=\"drift\"} 0\n", "superb"},
	{"counts",
	 "{\"profile\":{\"name\":\"web\"},\"counts\":{\"compliant\":5,\"drift\":1,\"pending\":0,\"waived\":2,"
	 "\"not_applicable\":3,\"not_settable\":4,\"error\":6,\"other\":9}}",
	 "\nholdfast_parameters{profile=\"web\",status=\"compliant\"} 5\n"
	 "holdfast_parameters{profile=\"web\",status=\"drift\"} 1\n"
	 "holdfast_parameters{profile=\"web\",status=\"pending\"} 0\n"
	 "holdfast_parameters{profile=\"web\",status=\"waived\"} 2\n"
	 "holdfast_parameters{profile=\"web\",status=\"not_applicable\"} 3\n"
	 "holdfast_parameters{profile=\"web\",status=\"not_settable\"} 4\n"
	 "holdfast_parameters{profile=\"web\",status=\"error\"} 6\n",
	 "other"},
	{"waivers", "{\"counts\":{\"waived\":2}}", "\nholdfast_waivers_active 2\n", NULL},
	{"sides of drift",
	 "{\"parameters\":[" PARAMETER("a", "drift", "differ", "differ") "," PARAMETER(
		 "b", "drift", "match",
		 "unset") "," PARAMETER("c", "drift", "differ",
					"unmanaged") "," PARAMETER("d", "compliant", "differ",
								   "differ") "," PARAMETER("e", "waived", "differ",
											   "differ") "]}",
	 "\nholdfast_drift_sides{side=\"live\"} 2\nholdfast_drift_sides{side=\"boot\"} 2\n", NULL},
	{"only what is off is named",
	 "{\"parameters\":[" PARAMETER("in.line", "compliant", "match", "match") "," PARAMETER(
		 "is.drift", "drift", "differ",
		 "match") "," PARAMETER("is.error", "error", "differ",
					"match") "," PARAMETER("not.settable", "not_settable", "differ",
							       "match") "," PARAMETER("is.waived", "waived", "differ",
										      "match") "," PARAMETER("not.here",
													     "not_applicable",
													     "missing",
													     "match") "]}",
	 "\nholdfast_parameter_off{key=\"is.drift\",status=\"drift\",severity=\"high\"} 1\n"
	 "holdfast_parameter_off{key=\"is.error\",status=\"error\",severity=\"high\"} 1\n"
	 "holdfast_parameter_off{key=\"not.settable\",status=\"not_settable\",severity=\"high\"} 1\n",
	 "in.line"},
	{"an odd name", "{\"parameters\":[{\"key\":\"a\\\"b\\n\\\\\",\"status\":\"drift\"}]}",
	 "\nholdfast_parameter_off{key=\"a\\\"b\\n\\\\\",status=\"drift\",severity=\"\"} 1\n", NULL},
	{"parts of a wrong kind",
	 "{\"agent\":[],\"host\":7,\"profile\":\"x\",\"run\":[],\"time\":5,\"verdict\":[],\"counts\":[1],\"parameters\":{}}",
	 "\nholdfast_build_info{version=\"\"} 1\n", "holdfast_verdict"},
	{"fields of a wrong kind",
	 "{\"agent\":{\"version\":[]},\"host\":{\"os\":[]},\"profile\":{\"name\":7,\"version\":\"x\",\"digest\":{}},"
	 "\"run\":{\"seq\":\"7\",\"errors\":{},\"interval_s\":-1,\"mode\":1},\"counts\":{\"drift\":-1},"
	 "\"parameters\":[7,[],{\"status\":7},{\"status\":\"drift\",\"live\":7,\"boot\":[]}]}",
	 "\nholdfast_parameter_off{key=\"\",status=\"drift\",severity=\"\"} 1\n", "holdfast_runs"},
	{"nothing at all", "{}", "\nholdfast_last_run_success 1\n", NULL},
};

/* Each line is of the format, no sample stands twice, and none has a value of a parameter. */
static void check_lines(struct unit *unit, const char *row, const char *text, bool openmetrics)
{
	const char *family = "";

	HOLDS(unit, row, strstr(text, "SECRET") == NULL);
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
		const char *whole = arena_copy(&unit->arena, line, strcspn(line, "\n") + 1);
		const char *name = line[0] == '#' ? line + strlen("# TYPE ") : line;
		size_t length = strcspn(name, line[0] == '#' ? " " : " {");

		if (text_starts(line, "# HELP ")) {
			HOLDS(unit, whole, strstr(text, whole) == line && strstr(line + 1, whole) == NULL);
			family = arena_copy(&unit->arena, name, length);
			continue;
		}
		const char *shown = arena_copy(&unit->arena, name, length);
		bool counter = openmetrics && line[0] != '#' && text_ends(shown, "_total");
		SAME_TEXT(unit, row, shown, counter ? arena_printf(&unit->arena, "%s_total", family) : family);
		if (line[0] != '#')
			HOLDS(unit, whole, strstr(line + 1, whole) == NULL);
	}
}

static void documents_become_samples(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		for (int openmetrics = 0; openmetrics < 2; openmetrics++) {
			const char *found = metrics(unit, documents[i].json, openmetrics != 0, NULL);

			HAS_TEXT(unit, documents[i].name, found, documents[i].line);
			if (documents[i].other != NULL)
				HOLDS(unit, documents[i].name, strstr(found, documents[i].other) == NULL);
			HOLDS(unit, documents[i].name, strstr(found, "spool") == NULL);
			check_lines(unit, documents[i].name, found, openmetrics != 0);
		}
	}
}

static void the_spool_is_told_by_destination(struct unit *unit)
{
	static const int64_t ms = 1795417504123;
	CLEANUP(fd_close) int waiting = queue_folder_open(unit, "waiting");
	CLEANUP(fd_close) int empty = queue_folder_open(unit, "empty");
	const struct spool_queue queues[] = {
		{.name = "central", .folder = waiting, .state = {.failures = 3}},
		{.name = "other", .folder = empty, .state = {.last_delivery = ms, .refused = 4}},
	};
	struct counters counters = {.corrected = 11};
	struct spool_waiting looked;
	static const char *const lines[] = {
		"\nholdfast_drift_corrected_total 11\n",
		"\nholdfast_spool_reports{destination=\"central\"} 2\nholdfast_spool_reports{destination=\"other\"} 0\n",
		"\nholdfast_spool_bytes{destination=\"other\"} 0\n",
		"\nholdfast_spool_oldest_timestamp_seconds{destination=\"central\"} 1795417504.123\n",
		"\nholdfast_delivery_failures{destination=\"central\"} 3\n"
		"holdfast_delivery_failures{destination=\"other\"} 0\n",
		"\nholdfast_reports_refused{destination=\"central\"} 0\n"
		"holdfast_reports_refused{destination=\"other\"} 4\n",
		"\nholdfast_last_delivery_timestamp_seconds{destination=\"other\"} 1795417504.123\n",
		"\nholdfast_reports_dropped_total{destination=\"central\"} 5\n"
		"holdfast_reports_dropped_total{destination=\"other\"} 0\n",
	};

	queue_folder_put(unit, waiting, queue_folder_id(unit, ms + 5, 2), "");
	queue_folder_put(unit, waiting, queue_folder_id(unit, ms, 1), "");
	spool_look(&unit->arena, &queues[0], &looked);
	counters_of(&unit->arena, &counters, "central")->dropped = 5;
	const struct metrics_spool spool = {queues, COUNT_OF(queues), &counters};
	for (int openmetrics = 0; openmetrics < 2; openmetrics++) {
		const char *found = metrics(unit, "{}", openmetrics != 0, &spool);

		for (size_t i = 0; i < COUNT_OF(lines); i++)
			HAS_TEXT(unit, lines[i], found, lines[i]);
		HAS_TEXT(unit, "bytes", found,
			 arena_printf(&unit->arena, "\nholdfast_spool_bytes{destination=\"central\"} %llu\n",
				      (unsigned long long)looked.bytes));
		HOLDS(unit, "never delivered",
		      strstr(found, "delivery_timestamp_seconds{destination=\"central") == NULL);
		HOLDS(unit, "nothing waits", strstr(found, "oldest_timestamp_seconds{destination=\"other") == NULL);
		check_lines(unit, "spool", found, openmetrics != 0);
	}
	const struct metrics_spool none = {NULL, 0, &counters};
	const char *found = metrics(unit, "{}", false, &none);
	HAS_TEXT(unit, "no destinations", found, "\nholdfast_drift_corrected_total 11\n");
	HOLDS(unit, "no destinations", strstr(found, "destination") == NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(documents_become_samples),
	UNIT(the_spool_is_told_by_destination),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
