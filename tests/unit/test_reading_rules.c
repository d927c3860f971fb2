#include "core/reading_rules.h"

#include "reading_host.h"
#include "unit.h"

static void a_quiet_host_is_well(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	census_end(&host->census);
	reading_host_read(unit, host);
	SAME_NUMBER(unit, "one line", host->readings.count, 1);
	SAME_NUMBER(unit, "kind", host->readings.items[0].kind, READING_WELL);
	SAME_NUMBER(unit, "severity", host->readings.items[0].severity, FINDING_NOTE);
	SAME_TEXT(unit, "text", host->readings.items[0].text, "nothing stands out");
	host->census.detailed = false;
	reading_host_read(unit, host);
	SAME_NUMBER(unit, "totals", host->readings.count, 1);
}

static void totals_do_not_speak_of_ports(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->census.detailed = false;
	reading_host_read(unit, host);
	SAME_NUMBER(unit, "readings", host->readings.count, 1);
	SAME_TEXT(unit, "text", host->readings.items[0].text, "nothing stands out; peers and ports were not looked at");
}

/* A counter that is a reading by itself: none, one from the start, one since the earlier look. */
static const struct {
	const char *name;
	enum tcp_counter counter;
	enum reading_kind kind;
	enum finding_severity from_start, since;
	const char *key, *value;
} events[] = {
	{"accept queue", TCP_COUNTER_LISTEN_OVERFLOWS, READING_ACCEPT_QUEUE, FINDING_WARNING, FINDING_ERROR,
	 "net/core/somaxconn", NULL},
	{"SYN queue", TCP_COUNTER_SYN_QUEUE_DROPS, READING_SYN_QUEUE, FINDING_WARNING, FINDING_ERROR,
	 "net/ipv4/tcp_syncookies", "1"},
	{"cookies", TCP_COUNTER_SYN_QUEUE_COOKIES, READING_SYN_QUEUE, FINDING_WARNING, FINDING_WARNING,
	 "net/core/somaxconn", NULL},
	{"no TIME-WAIT", TCP_COUNTER_TW_OVERFLOW, READING_TIME_WAIT_MOST, FINDING_WARNING, FINDING_ERROR,
	 "net/ipv4/tcp_max_tw_buckets", NULL},
};

static void counters_are_read_from_the_start_or_since_the_earlier_look(struct unit *unit)
{
	static const struct {
		const char *name;
		bool known, has_before;
		uint64_t before, now;
		int severity; /* 0 none, 1 as from the start, 2 as since */
		const char *often;
	} cases[] = {
		{"none", true, false, 0, 0, 0, NULL},
		{"not known", false, false, 0, 5, 0, NULL},
		{"one from the start", true, false, 0, 1, 1, "1 time since the start"},
		{"many from the start", true, false, 0, 1234, 1, "1,234 times since the start"},
		{"long ago", true, true, 5, 5, 0, NULL},
		{"set back", true, true, 5, 4, 0, NULL},
		{"one more", true, true, 5, 6, 2, "1 time in 2.5 s"},
		{"many more", true, true, 0, 2000, 2, "2,000 times in 2.5 s"},
	};

	for (size_t i = 0; i < COUNT_OF(events); i++) {
		for (size_t j = 0; j < COUNT_OF(cases); j++) {
			const char *row = arena_printf(&unit->arena, "%s, %s", events[i].name, cases[j].name);
			struct reading_host *host = reading_host_make(unit);

			host->has_before = cases[j].has_before;
			host->settings.numbers[CATALOGUE_TCP_SYNCOOKIES] = 0;
			host->seconds = 2.5;
			host->counters.known[events[i].counter] = cases[j].known;
			host->counters.values[events[i].counter] = cases[j].now;
			host->before.known[events[i].counter] = true;
			host->before.values[events[i].counter] = cases[j].before;
			census_end(&host->census);
			reading_host_read(unit, host);
			const struct reading *found = reading_host_expect(unit, row, host, events[i].kind,
									  cases[j].severity == 0 ? FINDING_SEVERITIES
									  : cases[j].severity == 1
										  ? events[i].from_start
										  : events[i].since,
									  events[i].key, events[i].value);
			if (found != NULL)
				HAS_TEXT(unit, row, found->text, cases[j].often);
		}
	}
}

static void drops_come_before_cookies(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->counters.known[TCP_COUNTER_SYN_QUEUE_DROPS] = true;
	host->counters.values[TCP_COUNTER_SYN_QUEUE_DROPS] = 3;
	host->counters.known[TCP_COUNTER_SYN_QUEUE_COOKIES] = true;
	host->counters.values[TCP_COUNTER_SYN_QUEUE_COOKIES] = 4;
	census_end(&host->census);
	reading_host_read(unit, host);
	SAME_NUMBER(unit, "one line", host->readings.count, 1);
	HAS_TEXT(unit, "the drops", host->readings.items[0].text, "3 times");
}

/* Counted before they were switched on, drops are no reason to switch cookies on. */
static void drops_ask_for_cookies_only_where_they_are_off(struct unit *unit)
{
	static const struct {
		const char *name;
		int64_t cookies; /* -1: there is no such parameter */
		bool has_before;
		enum finding_severity severity;
		const char *key, *value, *text;
	} cases[] = {
		{"off", 0, false, FINDING_WARNING, "net/ipv4/tcp_syncookies", "1",
		 ": net.ipv4.tcp_syncookies = 1 answers"},
		{"off, now", 0, true, FINDING_ERROR, "net/ipv4/tcp_syncookies", "1", "tcp_syncookies = 1 answers"},
		{"on", 1, false, FINDING_WARNING, NULL, NULL, ": net.ipv4.tcp_syncookies is on now, and answers"},
		{"on, now", 1, true, FINDING_WARNING, NULL, NULL, "tcp_syncookies is on now"},
		{"not there", -1, true, FINDING_ERROR, "net/ipv4/tcp_syncookies", "1", "tcp_syncookies = 1 answers"},
		{"always", 2, true, FINDING_WARNING, NULL, NULL, "tcp_syncookies is on now"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.known[CATALOGUE_TCP_SYNCOOKIES] = cases[i].cookies >= 0;
		host->settings.numbers[CATALOGUE_TCP_SYNCOOKIES] = cases[i].cookies >= 0 ? cases[i].cookies : 1;
		host->has_before = cases[i].has_before;
		host->seconds = 1;
		host->before.known[TCP_COUNTER_SYN_QUEUE_DROPS] = true;
		host->counters.known[TCP_COUNTER_SYN_QUEUE_DROPS] = true;
		host->counters.values[TCP_COUNTER_SYN_QUEUE_DROPS] = 3;
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_SYN_QUEUE,
								  cases[i].severity, cases[i].key, cases[i].value);
		if (found != NULL)
			HAS_TEXT(unit, cases[i].name, found->text, cases[i].text);
	}
}

/* A lower timeout is never told to go up. */
static void a_timeout_is_only_lowered(struct unit *unit)
{
	static const struct {
		const char *name;
		int64_t timeout_s;
		bool lower;
		const char *text;
	} cases[] = {
		{"10 s", 10, false, "; no parameter should end them sooner than now"},
		{"30 s", 30, false, "; no parameter should"},
		{"31 s", 31, true, ": net.ipv4.tcp_fin_timeout = 30 ends them sooner than 31"},
		{"60 s", 60, true, ": net.ipv4.tcp_fin_timeout = 30 ends them sooner than 60"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.numbers[CATALOGUE_TCP_FIN_TIMEOUT] = cases[i].timeout_s;
		census_end(&host->census);
		host->census.orphans = 1000;
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_FIN_WAIT_2,
								  FINDING_WARNING,
								  cases[i].lower ? "net/ipv4/tcp_fin_timeout" : NULL,
								  cases[i].lower ? "30" : NULL);
		if (found != NULL)
			HAS_TEXT(unit, cases[i].name, found->text, cases[i].text);
	}
}

/* The kernel counts both kinds of records against one limit. */
static void orphans_count_against_the_limit_of_time_wait(struct unit *unit)
{
	static const struct {
		const char *name;
		uint64_t time_wait, orphans;
		enum finding_severity severity;
	} cases[] = {
		{"both, 79 %", 40, 39, FINDING_SEVERITIES},
		{"both, 80 %", 40, 40, FINDING_ERROR},
		{"orphans alone", 0, 100, FINDING_ERROR},
		{"TIME-WAIT alone", 80, 0, FINDING_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.known[CATALOGUE_TCP_TIME_WAIT_MOST] = true;
		host->settings.numbers[CATALOGUE_TCP_TIME_WAIT_MOST] = 100;
		census_end(&host->census);
		host->census.time_wait = cases[i].time_wait;
		host->census.orphans = cases[i].orphans;
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_TIME_WAIT_MOST,
								  cases[i].severity, "net/ipv4/tcp_max_tw_buckets",
								  NULL);
		if (found != NULL)
			HAS_TEXT(unit, cases[i].name, found->text,
				 arena_printf(&unit->arena, "%llu sockets in TIME-WAIT or orphans in FIN-WAIT-2, and",
					      (unsigned long long)(cases[i].time_wait + cases[i].orphans)));
	}
}

static const struct {
	const char *name;
	bool backlog_known;
	uint32_t queue, backlog;
	int64_t somaxconn; /* 0 = not known */
	enum finding_severity severity;
	const char *key;
	const char *text;
} accepts[] = {
	{"empty", true, 0, 128, 4096, FINDING_SEVERITIES},
	{"the backlog is reached", true, 128, 128, 4096, FINDING_SEVERITIES},
	{"full", true, 129, 128, 4096, FINDING_ERROR, NULL, "asks for too short a backlog"},
	{"full, and bounded", true, 4097, 4096, 4096, FINDING_ERROR, "net/core/somaxconn", "4,097"},
	{"full, and one below the bound", true, 4096, 4095, 4096, FINDING_ERROR, NULL, "4,095"},
	{"full, the bound not known", true, 129, 128, 0, FINDING_ERROR, NULL, "10.0.0.1:80 is full"},
	{"no backlog", true, 1, 0, 4096, FINDING_ERROR, NULL, "is full"},
	{"no backlog, empty", true, 0, 0, 4096, FINDING_SEVERITIES},
	{"backlog not known", false, 1000, 0, 4096, FINDING_SEVERITIES},
};

static void a_full_queue_is_an_error(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(accepts); i++) {
		struct reading_host *host = reading_host_make(unit);
		const struct tcp_socket listener = {.state = TCP_STATE_LISTEN,
						    .queue = accepts[i].queue,
						    .backlog = accepts[i].backlog,
						    .backlog_known = accepts[i].backlog_known,
						    .local = {.address = reading_host_address(0, 1), .port = 80}};

		if (accepts[i].somaxconn > 0) {
			host->settings.known[CATALOGUE_TCP_BACKLOG] = true;
			host->settings.numbers[CATALOGUE_TCP_BACKLOG] = accepts[i].somaxconn;
		}
		census_add(&host->census, &listener);
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, accepts[i].name, host, READING_ACCEPT_QUEUE,
								  accepts[i].severity, accepts[i].key, NULL);
		if (found != NULL)
			HAS_TEXT(unit, accepts[i].name, found->text, accepts[i].text);
	}
}

/* Limits of the host, and how much of them there is. */
static const struct {
	const char *name;
	enum catalogue_tcp setting;
	bool known;
	int64_t limit;
	uint64_t there;
	enum reading_kind kind;
	bool said;
} limits[] = {
	{"TIME-WAIT, 79 %", CATALOGUE_TCP_TIME_WAIT_MOST, true, 1000, 799, READING_TIME_WAIT_MOST, false},
	{"TIME-WAIT, 80 %", CATALOGUE_TCP_TIME_WAIT_MOST, true, 1000, 800, READING_TIME_WAIT_MOST, true},
	{"TIME-WAIT, above", CATALOGUE_TCP_TIME_WAIT_MOST, true, 1000, 1001, READING_TIME_WAIT_MOST, true},
	{"TIME-WAIT, limit not known", CATALOGUE_TCP_TIME_WAIT_MOST, false, 1000, 1001, READING_TIME_WAIT_MOST, false},
	{"TIME-WAIT, none allowed", CATALOGUE_TCP_TIME_WAIT_MOST, true, 0, 5, READING_TIME_WAIT_MOST, false},
	{"TIME-WAIT, the largest limit", CATALOGUE_TCP_TIME_WAIT_MOST, true, (int64_t)1 << 48, 5,
	 READING_TIME_WAIT_MOST, false},
	{"orphans, 49 %", CATALOGUE_TCP_ORPHANS_MOST, true, 1000, 499, READING_ORPHANS, false},
	{"orphans, 50 %", CATALOGUE_TCP_ORPHANS_MOST, true, 1000, 500, READING_ORPHANS, true},
	{"orphans, limit not known", CATALOGUE_TCP_ORPHANS_MOST, false, 1000, 500, READING_ORPHANS, false},
	{"orphans, none allowed", CATALOGUE_TCP_ORPHANS_MOST, true, 0, 500, READING_ORPHANS, false},
	{"orphans, negative limit", CATALOGUE_TCP_ORPHANS_MOST, true, -1, 500, READING_ORPHANS, false},
	{"orphans, the largest limit", CATALOGUE_TCP_ORPHANS_MOST, true, (int64_t)1 << 48, 500, READING_ORPHANS, false},
	{"memory, 79 %", CATALOGUE_TCP_MEMORY, true, 1000, 799, READING_MEMORY, false},
	{"memory, 80 %", CATALOGUE_TCP_MEMORY, true, 1000, 800, READING_MEMORY, true},
	{"memory, limit not known", CATALOGUE_TCP_MEMORY, false, 1000, 800, READING_MEMORY, false},
	{"memory, the largest limit", CATALOGUE_TCP_MEMORY, true, (int64_t)1 << 48, 1, READING_MEMORY, false},
};

static void limits_are_near_from_their_part_on(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.known[limits[i].setting] = limits[i].known;
		host->settings.numbers[limits[i].setting] = limits[i].limit;
		census_end(&host->census);
		host->sockstat.known = true;
		if (limits[i].kind == READING_TIME_WAIT_MOST)
			host->census.time_wait = limits[i].there;
		else if (limits[i].kind == READING_ORPHANS)
			host->sockstat.orphans = limits[i].there;
		else
			host->sockstat.pages = limits[i].there;
		reading_host_read(unit, host);
		reading_host_expect(unit, limits[i].name, host, limits[i].kind,
				    limits[i].said ? FINDING_ERROR : FINDING_SEVERITIES,
				    catalogue_tcp_keys[limits[i].setting], NULL);
		host->sockstat.known = false;
		reading_host_read(unit, host);
		if (limits[i].kind != READING_TIME_WAIT_MOST)
			reading_host_expect(unit, "no sockstat", host, limits[i].kind, FINDING_SEVERITIES, NULL, NULL);
	}
}

static void memory_is_told_in_bytes(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->settings.known[CATALOGUE_TCP_MEMORY] = true;
	host->settings.numbers[CATALOGUE_TCP_MEMORY] = 1000;
	host->sockstat = (struct tcp_sockstat){.known = true, .pages = 900};
	census_end(&host->census);
	reading_host_read(unit, host);
	HAS_TEXT(unit, "pages of 4096", host->readings.items[0].text, "3.5 MiB of the 3.9 MiB that net.ipv4.tcp_mem");
}

static const struct {
	const char *name;
	enum tcp_state state;
	bool ownerless;
	bool accepts; /* at a port with a listener */
	bool spread;  /* each to another peer */
	unsigned count;
	enum reading_kind kind;
	enum finding_severity severity;
	const char *key, *value, *text;
} states[] = {
	{"99 in CLOSE-WAIT", TCP_STATE_CLOSE_WAIT, false, true, false, 99, READING_CLOSE_WAIT, FINDING_SEVERITIES},
	{"100 in CLOSE-WAIT", TCP_STATE_CLOSE_WAIT, false, true, false, 100, READING_CLOSE_WAIT, FINDING_WARNING, NULL,
	 NULL, "100 in CLOSE-WAIT"},
	{"99 in SYN-SENT", TCP_STATE_SYN_SENT, false, false, true, 99, READING_SYN_SENT, FINDING_SEVERITIES},
	{"100 in SYN-SENT", TCP_STATE_SYN_SENT, false, false, true, 100, READING_SYN_SENT, FINDING_WARNING, NULL, NULL,
	 "100 connections are being opened"},
	{"999 orphans", TCP_STATE_FIN_WAIT_2, true, true, false, 999, READING_FIN_WAIT_2, FINDING_SEVERITIES},
	{"1,000 orphans", TCP_STATE_FIN_WAIT_2, true, true, false, 1000, READING_FIN_WAIT_2, FINDING_WARNING,
	 "net/ipv4/tcp_fin_timeout", "30", "1,000 closed sockets"},
	{"1,000 with an owner", TCP_STATE_FIN_WAIT_2, false, true, false, 1000, READING_FIN_WAIT_2, FINDING_SEVERITIES},
	{"99 accepted in TIME-WAIT", TCP_STATE_TIME_WAIT, true, true, false, 99, READING_ACCEPTING, FINDING_SEVERITIES},
	{"100 accepted in TIME-WAIT", TCP_STATE_TIME_WAIT, true, true, false, 100, READING_ACCEPTING, FINDING_NOTE,
	 NULL, NULL, "100 TIME-WAIT on the accepting side: costs 25.0 KiB, no capacity; nothing to do"},
	{"99 connected in TIME-WAIT", TCP_STATE_TIME_WAIT, true, false, true, 99, READING_CONNECTING,
	 FINDING_SEVERITIES},
	{"100 connected in TIME-WAIT", TCP_STATE_TIME_WAIT, true, false, true, 100, READING_CONNECTING, FINDING_NOTE,
	 NULL, NULL, "100 TIME-WAIT on the connecting side: at most 1 % of the ports towards any peer"},
	{"100 connected to one peer", TCP_STATE_TIME_WAIT, true, false, false, 100, READING_CONNECTING,
	 FINDING_SEVERITIES},
};

static void states_are_worth_a_line_when_they_are_many(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct reading_host *host = reading_host_make(unit);
		const struct tcp_socket listener = {.state = TCP_STATE_LISTEN, .local = {.port = 80}};

		census_add(&host->census, &listener);
		for (unsigned j = 0; j < states[i].count; j++) {
			const struct tcp_socket socket = {
				.state = states[i].state,
				.ownerless = states[i].ownerless,
				.local = {.address = reading_host_address(0, 1),
					  .port = (uint16_t)(states[i].accepts  ? 80
							     : states[i].spread ? 40000
										: 40000 + j % 100)},
				.remote = {.address = reading_host_address(1, states[i].spread ? (uint8_t)j : 5),
					   .port = 8080}};

			census_add(&host->census, &socket);
		}
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, states[i].name, host, states[i].kind,
								  states[i].severity, states[i].key, states[i].value);
		if (found != NULL)
			HAS_TEXT(unit, states[i].name, found->text, states[i].text);
	}
}

/* Totals know neither sides nor ports, but limits, counters and states all the same. */
static void totals_are_read_without_ports_and_sides(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->census.detailed = false;
	reading_host_connect(host, 5, 100, TCP_STATE_TIME_WAIT, 100);
	reading_host_connect(host, 5, 100, TCP_STATE_CLOSE_WAIT, 0);
	census_end(&host->census);
	host->settings.known[CATALOGUE_TCP_TIME_WAIT_MOST] = true;
	host->settings.numbers[CATALOGUE_TCP_TIME_WAIT_MOST] = 100;
	reading_host_read(unit, host);
	HOLDS(unit, "no ports",
	      reading_host_find(host, READING_PORTS) == NULL && reading_host_find(host, READING_CONNECTING) == NULL);
	HOLDS(unit, "no sides", reading_host_find(host, READING_ACCEPTING) == NULL);
	HOLDS(unit, "the state", reading_host_find(host, READING_CLOSE_WAIT) != NULL);
	HOLDS(unit, "the limit", reading_host_find(host, READING_TIME_WAIT_MOST) != NULL);
}

static void the_gravest_come_first(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	reading_host_connect(host, 5, 100, TCP_STATE_CLOSE_WAIT, 0);
	host->counters.known[TCP_COUNTER_LISTEN_OVERFLOWS] = true;
	host->counters.values[TCP_COUNTER_LISTEN_OVERFLOWS] = 7;
	host->settings.known[CATALOGUE_TCP_MEMORY] = true;
	host->settings.numbers[CATALOGUE_TCP_MEMORY] = 1;
	host->sockstat = (struct tcp_sockstat){.known = true, .pages = 1};
	census_end(&host->census);
	host->census.waits[CENSUS_ACCEPTS] = 100;
	reading_host_read(unit, host);
	static const enum reading_kind wanted[] = {READING_PORTS,      READING_MEMORY,       READING_ACCEPT_QUEUE,
						   READING_CLOSE_WAIT, READING_SOURCE_PORTS, READING_ACCEPTING};
	if (!HOLDS(unit, "six lines", host->readings.count == COUNT_OF(wanted)))
		return;
	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		SAME_TEXT(unit, "in order", reading_kind_names[host->readings.items[i].kind],
			  reading_kind_names[wanted[i]]);
}

static const struct CMUnitTest tests[] = {
	UNIT(a_quiet_host_is_well),
	UNIT(totals_do_not_speak_of_ports),
	UNIT(counters_are_read_from_the_start_or_since_the_earlier_look),
	UNIT(drops_come_before_cookies),
	UNIT(drops_ask_for_cookies_only_where_they_are_off),
	UNIT(a_timeout_is_only_lowered),
	UNIT(orphans_count_against_the_limit_of_time_wait),
	UNIT(a_full_queue_is_an_error),
	UNIT(limits_are_near_from_their_part_on),
	UNIT(memory_is_told_in_bytes),
	UNIT(states_are_worth_a_line_when_they_are_many),
	UNIT(totals_are_read_without_ports_and_sides),
	UNIT(the_gravest_come_first),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
