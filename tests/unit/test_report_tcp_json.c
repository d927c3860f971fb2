#include "report/report_tcp_json.h"

#include "unit.h"

/* A look as cmd/looking makes it. */
struct host {
	struct facts facts;
	struct tcp_settings settings;
	struct census census;
	struct tcp_counters counters, before;
	struct tcp_sockstat sockstat;
	struct readings readings;
	struct report_tcp report;
};

static struct host *host_of(struct unit *unit)
{
	struct host *host = arena_alloc(&unit->arena, sizeof(*host));

	tcp_settings_defaults(&host->settings, (struct facts_version){0});
	census_begin(&unit->arena, &host->settings, 42, &host->census);
	host->census.detailed = true;
	host->report = (struct report_tcp){
		.time = "2026-11-23T04:00:00Z",
		.facts = &host->facts,
		.seen.census = &host->census,
		.seen.settings = &host->settings,
		.seen.counters = &host->counters,
		.seen.sockstat = &host->sockstat,
		.readings = &host->readings,
		.seen.page_bytes = 4096,
		.top = 10,
	};
	return host;
}

static json_int_t integer_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* What a look does not know is absent, not 0. */
static void what_is_not_known_is_absent(struct unit *unit)
{
	struct host *host = host_of(unit);
	static const char *const detailed[] = {"peers", "services", "ports", "left_out"};
	static const char *const optional[] = {"bound", "host_orphans", "host_buffer_bytes", "interval_s"};

	census_end(&host->census);
	for (unsigned known = 0; known < 2; known++) {
		host->census.detailed = known == 1;
		host->census.bound_known = known == 1;
		host->sockstat.known = known == 1;
		host->report.seen.before = known == 1 ? &host->before : NULL;
		host->report.seen.seconds = 2;
		json_t *document = report_tcp_json(&unit->arena, &host->report);
		for (size_t i = 0; i < COUNT_OF(detailed); i++)
			HOLDS(unit, detailed[i], (json_object_get(document, detailed[i]) != NULL) == (known == 1));
		for (size_t i = 0; i < COUNT_OF(optional); i++)
			HOLDS(unit, optional[i], (json_object_get(document, optional[i]) != NULL) == (known == 1));
		HOLDS(unit, "namespace", json_is_null(json_object_get(document, "namespace")));
		json_decref(document);
	}
	host->census.detailed = false;
	host->census.source = CENSUS_SOCKSTAT;
	json_t *document = report_tcp_json(&unit->arena, &host->report);
	SAME_NUMBER(unit, "only TIME-WAIT", json_array_size(json_object_get(document, "states")), 1);
	HOLDS(unit, "orphans are not told apart", json_object_get(document, "fin_wait_2_orphans") == NULL);
	json_decref(document);
}

/* The largest numbers that are read; no kernel of today counts so far, but a fake host's file can say so. */
static void large_numbers_do_not_become_negative(struct unit *unit)
{
	struct host *host = host_of(unit);

	census_end(&host->census);
	host->census.time_wait = TCP_COUNTER_MOST;
	host->counters.known[TCP_COUNTER_TW] = true;
	host->counters.values[TCP_COUNTER_TW] = TCP_COUNTER_MOST;
	host->sockstat = (struct tcp_sockstat){.known = true, .orphans = TCP_COUNTER_MOST, .pages = TCP_COUNTER_MOST};
	json_t *document = report_tcp_json(&unit->arena, &host->report);
	const json_t *counter = json_array_get(json_object_get(document, "counters"), 0);
	HOLDS(unit, "counter", integer_of(counter, "value") > 0);
	HOLDS(unit, "orphans", integer_of(document, "host_orphans") > 0);
	HOLDS(unit, "buffers", integer_of(document, "host_buffer_bytes") > 0);
	HOLDS(unit, "TIME-WAIT", integer_of(json_object_get(document, "time_wait"), "bytes") > 0);
	json_decref(document);
}

static void foreign_bytes_become_utf_8(struct unit *unit)
{
	struct host *host = host_of(unit);
	struct reading reading = {.kind = READING_WELL, .severity = FINDING_NOTE, .text = "x"};

	census_end(&host->census);
	host->report.namespace = "a\xff"
				 "b";
	*ARRAY_ADD(&unit->arena, &reading.profiles) = "p\xc3";
	*ARRAY_ADD(&unit->arena, &host->readings) = reading;
	json_t *document = report_tcp_json(&unit->arena, &host->report);
	const json_t *one = json_array_get(json_object_get(document, "readings"), 0);
	SAME_TEXT(unit, "namespace", json_string_value(json_object_get(document, "namespace")),
		  "a\xef\xbf\xbd"
		  "b");
	SAME_TEXT(unit, "profile", json_string_value(json_array_get(json_object_get(one, "profiles"), 0)),
		  "p\xef\xbf\xbd");
	json_decref(document);
}

static void rates_are_growth_by_time(struct unit *unit)
{
	struct host *host = host_of(unit);

	census_end(&host->census);
	host->report.seen.before = &host->before;
	host->report.seen.seconds = 4;
	host->counters.known[TCP_COUNTER_TW] = host->before.known[TCP_COUNTER_TW] = true;
	host->before.values[TCP_COUNTER_TW] = 90;
	host->counters.values[TCP_COUNTER_TW] = 100;
	json_t *document = report_tcp_json(&unit->arena, &host->report);
	const json_t *counter = json_array_get(json_object_get(document, "counters"), 0);
	SAME_NUMBER(unit, "value", integer_of(counter, "value"), 100);
	HOLDS(unit, "rate", json_real_value(json_object_get(counter, "per_second")) == 2.5);
	SAME_NUMBER(unit, "no counter that is not known", json_array_size(json_object_get(document, "counters")), 1);
	json_decref(document);
}

/* More peers and services than the tables hold: what is left out is told. */
static void what_found_no_room_is_told(struct unit *unit)
{
	struct host *host = host_of(unit);

	for (unsigned i = 0; i < 17000; i++) {
		struct tcp_socket socket = {.state = TCP_STATE_TIME_WAIT, .local.port = 40000, .remote.port = 80};

		socket.remote.address.bytes[0] = (uint8_t)(i / 256);
		socket.remote.address.bytes[1] = (uint8_t)i;
		census_add(&host->census, &socket);
	}
	census_end(&host->census);
	json_t *document = report_tcp_json(&unit->arena, &host->report);
	const json_t *left_out = json_object_get(document, "left_out");
	SAME_NUMBER(unit, "peers", integer_of(left_out, "peers"), 17000 - 16384);
	SAME_NUMBER(unit, "tuples", integer_of(left_out, "tuples"), 17000 - 16384);
	SAME_NUMBER(unit, "services", integer_of(left_out, "services"), 0);
	SAME_NUMBER(unit, "all are counted", integer_of(document, "sockets"), 17000);
	SAME_NUMBER(unit, "no more than asked for", json_array_size(json_object_get(document, "peers")), 10);
	json_decref(document);
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_not_known_is_absent), UNIT(large_numbers_do_not_become_negative), UNIT(foreign_bytes_become_utf_8),
	UNIT(rates_are_growth_by_time),    UNIT(what_found_no_room_is_told),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
