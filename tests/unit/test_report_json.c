#include "base/document.h"
#include "report/report_json.h"

#include "unit.h"

/* A host with one parameter, and the report of a run on it. */
struct host {
	struct facts facts;
	struct config config;
	struct desired_item item;
	struct observed_live live;
	struct boot_line line;
	struct observed_boot boot;
	struct outcome_parameter parameter;
	struct outcome outcome;
	struct plan_step step;
	struct plan plan;
	struct profile_layers layers;
	struct report report;
};

static const struct requirement requirement = {.severity = SEVERITY_HIGH, .source = {.file = "web.yaml", .line = 4}};

static void make(struct host *host, const char *path, const char *live)
{
	*host = (struct host){
		.facts = {.host_name = "web-7", .kernel = "6.18", .uptime_s = 77.9, .clock = FACTS_CLOCK_SET},
		.item = {.path = path,
			 .row = catalogue_find(path),
			 .requirement = &requirement,
			 .wanted = {.value = "30"}},
		.live = {.state = LIVE_READ, .value = live},
		.line = {.value = "30", .source = {.file = "/etc/sysctl.conf", .line = 12}},
	};
	host->boot.winner = &host->line;
	host->parameter = (struct outcome_parameter){.item = &host->item,
						     .live_seen = &host->live,
						     .boot_seen = &host->boot,
						     .status = STATUS_DRIFT,
						     .live = OUTCOME_LIVE_DIFFER};
	host->outcome = (struct outcome){.items = &host->parameter, .count = 1};
	outcome_count(&host->outcome);
	host->plan = (struct plan){.items = &host->step, .count = 1};
	host->report = (struct report){.id = "01a204f9-53ae-734a-8c52-f7826d871244",
				       .time = "2026-11-23T07:05:04.123Z",
				       .agent_version = "0.1.0",
				       .command = "run",
				       .trigger = "cron",
				       .facts = &host->facts,
				       .config = &host->config,
				       .layers = &host->layers,
				       .digest = "d",
				       .loader = "procps",
				       .outcome = &host->outcome};
}

static const char *field(struct unit *unit, const json_t *document, const char *path)
{
	const json_t *value = document;

	for (const char *name = path; *name != '\0'; name += strcspn(name, "/") + (strchr(name, '/') != NULL)) {
		const char *one = arena_copy(&unit->arena, name, strcspn(name, "/"));

		value = json_is_array(value) ? json_array_get(value, (size_t)(one[0] - '0'))
					     : json_object_get(value, one);
	}
	char *text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
	const char *kept = text == NULL ? NULL : arena_string(&unit->arena, text);
	free(text);
	return kept;
}

static void what_is_not_known_is_null_or_left_out(struct unit *unit)
{
	static const struct {
		const char *path, *found;
	} bare[] = {
		{"schema", "\"holdfast.report/1\""},
		{"kind", "\"full\""},
		{"host/id", "null"},
		{"host/os/id", "null"},
		{"host/boot_id", "null"},
		{"host/virtualization", "\"none\""},
		{"run/seq", "null"},
		{"run/interval_s", "null"},
		{"run/trigger", "\"cron\""},
		{"run/mode", "\"enforce\""},
		{"run/uptime_s", "77"},
		{"run/clock_synchronized", "true"},
		{"run/dropped_reports", "0"},
		{"run/errors", "[]"},
		{"profile", "null"},
		{"transaction", "null"},
		{"verdict", "\"drift\""},
		{"changes", "[]"},
		{"tcp", NULL},
		{"parameters_left_out", NULL},
		{"parameters/0/live/value", "\"60\""},
		{"parameters/0/boot/from", "{\"file\":\"/etc/sysctl.conf\",\"line\":12}"},
	};
	struct host host;

	make(&host, "net/ipv4/tcp_fin_timeout", "60");
	json_t *document = report_json_document(&unit->arena, &host.report);
	for (size_t i = 0; i < COUNT_OF(bare); i++)
		SAME_TEXT(unit, bare[i].path, field(unit, document, bare[i].path), bare[i].found);
	json_decref(document);
	host.facts.uptime_s = -1;
	host.facts.clock = FACTS_CLOCK_UNKNOWN;
	host.config.interval_s = 600;
	host.report.seq = 7;
	host.report.audit = true;
	host.report.dropped_reports = 5;
	document = report_json_document(&unit->arena, &host.report);
	SAME_TEXT(unit, "uptime", field(unit, document, "run/uptime_s"), "null");
	SAME_TEXT(unit, "clock", field(unit, document, "run/clock_synchronized"), "null");
	SAME_TEXT(unit, "interval", field(unit, document, "run/interval_s"), "600");
	SAME_TEXT(unit, "seq", field(unit, document, "run/seq"), "7");
	SAME_TEXT(unit, "mode", field(unit, document, "run/mode"), "\"audit\"");
	SAME_TEXT(unit, "dropped", field(unit, document, "run/dropped_reports"), "5");
	json_decref(document);
}

/* `count` letters of the kind, JSON's quotes round them. */
static const char *letters(struct unit *unit, const char *letter, size_t count)
{
	struct text text = {.arena = &unit->arena};

	for (size_t i = 0; i < count; i++)
		text_string(&text, letter);
	return text.bytes;
}

static void long_values_are_cut_between_letters_and_say_how_long_they_were(struct unit *unit)
{
	static const struct {
		const char *name, *letter;
		size_t count, kept; /* letters; kept 0: all of them */
		size_t bytes;
	} cases[] = {
		{"what just fits", "x", 4096, 0, 4096},
		{"one more", "x", 4097, 4096, 4097},
		{"64 KiB", "7", 65536, 4096, 65536},
		{"of two bytes, at the bound", "\xc3\xa4", 2048, 0, 4096},
		{"of two bytes", "\xc3\xa4", 2049, 2048, 4098},
		{"of three bytes", "\xe2\x80\x93", 1366, 1365, 4098},
		{"of four bytes", "\xf0\x9f\x98\x80", 1025, 1024, 4100},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *row = cases[i].name, *value = letters(unit, cases[i].letter, cases[i].count);
		const char *kept = cases[i].kept == 0 ? value
						      : arena_printf(&unit->arena, "%s [cut, %zu bytes]",
								     letters(unit, cases[i].letter, cases[i].kept),
								     cases[i].bytes);
		struct host host;

		make(&host, "net/ipv4/ip_local_reserved_ports", value);
		host.line.value = value;
		host.step = (struct plan_step){.path = host.item.path,
					       .from = value,
					       .to = value,
					       .parameter = &host.parameter,
					       .result = PLAN_CHANGED};
		host.report.plan = &host.plan;
		json_t *document = report_json_document(&unit->arena, &host.report);
		SAME_TEXT(unit, row, field(unit, document, "parameters/0/live/value"),
			  arena_printf(&unit->arena, "\"%s\"", value));
		document_cut(&unit->arena, document);
		const char *quoted = arena_printf(&unit->arena, "\"%s\"", kept);
		SAME_TEXT(unit, row, field(unit, document, "parameters/0/live/value"), quoted);
		SAME_TEXT(unit, row, field(unit, document, "parameters/0/boot/value"), quoted);
		SAME_TEXT(unit, row, field(unit, document, "changes/0/from"), quoted);
		SAME_TEXT(unit, row, field(unit, document, "changes/0/to"), quoted);
		json_decref(document);
		/* What is cut is still told apart. */
		const char *before = outcome_fingerprint(&unit->arena, &host.outcome);
		host.live.value = arena_printf(&unit->arena, "%sx", value);
		HOLDS(unit, row, strcmp(before, outcome_fingerprint(&unit->arena, &host.outcome)) != 0);
	}
}

static void a_secret_is_told_by_its_state_alone(struct unit *unit)
{
	struct host host;

	make(&host, "net/ipv4/tcp_fastopen_key", "1-2-3-4");
	host.line.value = "5-6-7-8";
	host.item.wanted.value = "9-9-9-9";
	for (int asked = 0; asked < 2; asked++) {
		const char *row = asked != 0 ? "asked for" : "not asked for any more";

		host.step = (struct plan_step){.path = host.item.path,
					       .file = "/etc/sysctl.d/99-zz-holdfast.conf",
					       .from = "5-6-7-8",
					       .to = "9-9-9-9",
					       .parameter = asked != 0 ? &host.parameter : NULL,
					       .result = PLAN_CHANGED};
		host.report.plan = &host.plan;
		json_t *document = report_json_document(&unit->arena, &host.report);
		const char *found = field(unit, document, "");
		HOLDS(unit, row, strstr(found, "1-2-3-4") == NULL && strstr(found, "5-6-7-8") == NULL);
		HOLDS(unit, row, strstr(found, "9-9-9-9") == NULL);
		SAME_TEXT(unit, row, field(unit, document, "changes/0/result"), "\"changed\"");
		json_decref(document);
	}
}

static void bytes_that_are_no_utf8_are_replaced(struct unit *unit)
{
	struct host host;

	make(&host, "net/ipv4/tcp_fin_timeout", "6\xff\xc3");
	host.facts.host_name = "web\xfe";
	json_t *document = report_json_document(&unit->arena, &host.report);
	SAME_TEXT(unit, "value", field(unit, document, "parameters/0/live/value"), "\"6\xef\xbf\xbd\xef\xbf\xbd\"");
	SAME_TEXT(unit, "name", field(unit, document, "host/name"), "\"web\xef\xbf\xbd\"");
	json_decref(document);
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_not_known_is_null_or_left_out),
	UNIT(long_values_are_cut_between_letters_and_say_how_long_they_were),
	UNIT(a_secret_is_told_by_its_state_alone),
	UNIT(bytes_that_are_no_utf8_are_replaced),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
