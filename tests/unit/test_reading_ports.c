#include "core/reading_rules.h"

#include "reading_host.h"
#include "unit.h"

static const struct {
	const char *name;
	unsigned open, waiting; /* to one peer; of those in TIME-WAIT the delay is over */
	int64_t reuse, timestamps;
	enum finding_severity severity;
	const char *key, *value;
	const char *text;
} ports[] = {
	{"49 %", 49, 0, 0, 1, FINDING_SEVERITIES},
	{"50 %", 50, 0, 0, 1, FINDING_WARNING, "net/ipv4/ip_local_port_range", NULL,
	 "50 % of the ports towards 10.0.1.5:8080 from 10.0.0.1 are taken (50 of 100): a wider "
	 "net.ipv4.ip_local_port_range"},
	{"79 %", 79, 0, 0, 1, FINDING_WARNING, "net/ipv4/ip_local_port_range", NULL, "79 %"},
	{"80 %", 80, 0, 0, 1, FINDING_ERROR, "net/ipv4/ip_local_port_range", NULL, "80 %"},
	{"all", 100, 0, 0, 1, FINDING_ERROR, "net/ipv4/ip_local_port_range", NULL, "100 % of the ports"},
	{"TIME-WAIT", 0, 50, 0, 1, FINDING_WARNING, "net/ipv4/tcp_tw_reuse", "1",
	 "are taken (50 of 100), 100 % of them TIME-WAIT: net.ipv4.tcp_tw_reuse = 1 would free"},
	{"TIME-WAIT without timestamps", 0, 50, 1, 0, FINDING_WARNING, "net/ipv4/tcp_timestamps", "1",
	 "net.ipv4.tcp_timestamps = 1 is needed at both ends before net.ipv4.tcp_tw_reuse can free any"},
	{"TIME-WAIT, reuse on loopback alone", 0, 90, 2, 1, FINDING_ERROR, "net/ipv4/tcp_tw_reuse", "1", "after 1 s"},
	{"TIME-WAIT, reused", 0, 90, 1, 1, FINDING_SEVERITIES},
	{"open beside those reused, 49", 49, 40, 1, 1, FINDING_SEVERITIES},
	{"open beside those reused, 50", 50, 40, 1, 1, FINDING_WARNING, "net/ipv4/ip_local_port_range", NULL,
	 "are taken (50 of 100): a wider"},
	{"less than a quarter in TIME-WAIT", 49, 11, 0, 1, FINDING_WARNING, "net/ipv4/ip_local_port_range", NULL,
	 "18 % of them TIME-WAIT"},
	{"a quarter in TIME-WAIT", 45, 15, 0, 1, FINDING_WARNING, "net/ipv4/tcp_tw_reuse", "1",
	 "25 % of them TIME-WAIT"},
};

/* One behind the other on the ports, so that the first half is used up before the second is touched. */
static void ports_are_worth_a_line_from_50_percent_on(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(ports); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.halves = false;
		host->settings.numbers[CATALOGUE_TCP_REUSE] = ports[i].reuse;
		host->settings.numbers[CATALOGUE_TCP_TIMESTAMPS] = ports[i].timestamps;
		reading_host_connect(host, 5, ports[i].open, TCP_STATE_ESTABLISHED, 0);
		for (unsigned j = 0; j < ports[i].waiting; j++) {
			const struct tcp_socket socket = {
				.state = TCP_STATE_TIME_WAIT,
				.local = {.address = reading_host_address(0, 1), .port = (uint16_t)(40099 - j)},
				.remote = {.address = reading_host_address(1, 5), .port = 8080}};

			census_add(&host->census, &socket);
		}
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, ports[i].name, host, READING_PORTS,
								  ports[i].severity, ports[i].key, ports[i].value);
		if (found != NULL)
			HAS_TEXT(unit, ports[i].name, found->text, ports[i].text);
	}
}

static void the_remedy_names_the_delay(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->settings.numbers[CATALOGUE_TCP_REUSE_DELAY] = 100;
	reading_host_connect(host, 5, 50, TCP_STATE_TIME_WAIT, 1000);
	census_end(&host->census);
	reading_host_read(unit, host);
	HAS_TEXT(unit, "100 ms", host->readings.items[0].text, "after 0.1 s; both ends need timestamps");
}

/* A range of so many ports, all but one open: what helps is a wider one only while there is something to widen. */
static void a_wide_range_is_not_to_be_widened(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t last;
		const char *key;
	} cases[] = {{"49,998 ports", 59997, "net/ipv4/ip_local_port_range"}, {"50,000 ports", 59999, NULL}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.range_first = 10000;
		host->settings.range_last = cases[i].last;
		for (unsigned port = 10000; port < 40000; port++) {
			const struct tcp_socket socket = {
				.state = TCP_STATE_ESTABLISHED,
				.local = {.address = reading_host_address(0, 1), .port = (uint16_t)port},
				.remote = {.address = reading_host_address(1, 5), .port = 8080}};

			census_add(&host->census, &socket);
		}
		host->settings.halves = false;
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_PORTS,
								  FINDING_WARNING, cases[i].key, NULL);
		if (found != NULL && cases[i].key == NULL)
			HAS_TEXT(unit, cases[i].name, found->text, "no parameter does");
	}
}

/* With a range of four, three open connections are 75 %, and nobody has bound early. */
static void few_ports_do_not_make_somebody_bind_early(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->settings.range_last = 40003;
	for (uint16_t port = 40000; port <= 40002; port++) {
		const struct tcp_socket socket = {.state = TCP_STATE_ESTABLISHED,
						  .local = {.address = reading_host_address(0, 1), .port = port},
						  .remote = {.address = reading_host_address(1, 5), .port = 8080}};

		census_add(&host->census, &socket);
	}
	census_end(&host->census);
	reading_host_read(unit, host);
	reading_host_expect(unit, "75 %", host, READING_PORTS, FINDING_WARNING, "net/ipv4/ip_local_port_range", NULL);
}

/* The last port of an odd range is none of connect()'s, but bind() may have it. */
static void no_part_is_more_than_100_percent(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	host->settings.range_last = 40002;
	host->settings.halves = false;
	for (uint16_t port = 40000; port <= 40002; port++) {
		const struct tcp_socket socket = {.state = TCP_STATE_TIME_WAIT,
						  .local = {.address = reading_host_address(0, 1), .port = port},
						  .remote = {.address = reading_host_address(1, 5), .port = 8080}};

		census_add(&host->census, &socket);
	}
	census_end(&host->census);
	reading_host_read(unit, host);
	const struct reading *found =
		reading_host_expect(unit, "all", host, READING_PORTS, FINDING_ERROR, "net/ipv4/tcp_tw_reuse", "1");
	if (found != NULL)
		HAS_TEXT(unit, "all", found->text, " 100 % of them TIME-WAIT");
}

static void three_peers_get_a_line_the_fullest_first(struct unit *unit)
{
	static const unsigned counts[] = {51, 85, 49, 60, 52};
	static const char *const wanted[] = {
		"85 % of the ports towards 10.0.1.1:8080",
		"60 % of the ports towards 10.0.1.3:8080",
		"52 % of the ports towards 10.0.1.4:8080",
		"towards 1 more peer",
	};
	struct reading_host *host = reading_host_make(unit);
	size_t count = 0;

	host->settings.halves = false;
	for (uint8_t i = 0; i < COUNT_OF(counts); i++)
		reading_host_connect(host, i, counts[i], TCP_STATE_ESTABLISHED, 0);
	census_end(&host->census);
	reading_host_read(unit, host);
	for (size_t i = 0; i < host->readings.count; i++) {
		if (host->readings.items[i].kind != READING_PORTS)
			continue;
		if (count < COUNT_OF(wanted))
			HAS_TEXT(unit, "line", host->readings.items[i].text, wanted[count]);
		count++;
	}
	SAME_NUMBER(unit, "lines", count, COUNT_OF(wanted));
}

/*
 * 45 sockets that were bound first towards 10.0.1.5:8080, 7 ports that are bound alone, and three peers with 9 connections
 * each, from whom others have taken the ports: it is the first that has a name.
 */
static void a_peer_that_is_short_is_named(struct unit *unit)
{
	struct reading_host *host = reading_host_make(unit);

	for (unsigned round = 0; round < 2; round++) {
		for (uint16_t i = 0; i < 45 + 27; i++) {
			bool early = i < 45;
			const struct tcp_socket socket = {
				.state = TCP_STATE_ESTABLISHED,
				.local = {.address = reading_host_address(0, 1),
					  .port = (uint16_t)(early ? 40001 + 2 * i : 40000 + 2 * (i - 45))},
				.remote = {.address = reading_host_address(1, early ? 5 : (uint8_t)(6 + (i - 45) / 9)),
					   .port = 8080}};

			if (round == 0)
				census_add(&host->census, &socket);
			else
				census_mark(&host->census, &socket);
		}
		for (uint16_t i = 0; round == 1 && i < 7; i++) {
			const struct tcp_socket bound = {.state = TCP_STATE_CLOSED,
							 .bound = true,
							 .local = {.address = reading_host_address(0, 9),
								   .port = (uint16_t)(40060 + 2 * i)}};

			census_add(&host->census, &bound);
		}
		census_end(&host->census);
	}
	SAME_NUMBER(unit, "held", host->census.headroom.held, 52);
	reading_host_read(unit, host);
	const struct reading *found =
		reading_host_expect(unit, "ports", host, READING_PORTS, FINDING_WARNING, NULL, NULL);
	if (found != NULL) {
		HAS_TEXT(unit, "its name", found->text, "52 % of the ports towards 10.0.1.5:8080 from 10.0.0.1");
		HAS_TEXT(unit, "what is held", found->text, "52 of them held by bind()");
		HAS_TEXT(unit, "what helps", found->text, "IP_BIND_ADDRESS_NO_PORT");
	}
}

/* So many sockets of the second half, each towards another port of the peer, of a room of 100. */
static const struct {
	const char *name;
	unsigned early, connected;
	enum finding_severity severity;
} sources[] = {
	{"49 %", 49, 0, FINDING_SEVERITIES},      {"50 %", 50, 0, FINDING_WARNING},
	{"79 %", 40, 39, FINDING_WARNING},        {"80 %", 40, 40, FINDING_ERROR},
	{"7 of them", 7, 50, FINDING_SEVERITIES}, {"8 of them", 8, 50, FINDING_WARNING},
};

static void ports_of_an_address_run_out_for_who_binds_first(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sources); i++) {
		struct reading_host *host = reading_host_make(unit);

		for (unsigned j = 0; j < sources[i].early + sources[i].connected; j++) {
			bool early = j < sources[i].early;
			unsigned nth = early ? j : j - sources[i].early;
			const struct tcp_socket socket = {
				.state = TCP_STATE_ESTABLISHED,
				.local = {.address = reading_host_address(0, 1),
					  .port = (uint16_t)(40000 + 2 * nth + (early ? 1 : 0))},
				.remote = {.address = reading_host_address(1, 5), .port = (uint16_t)(1000 + j)}};

			census_add(&host->census, &socket);
		}
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, sources[i].name, host, READING_SOURCE_PORTS,
								  sources[i].severity, NULL, NULL);
		if (found != NULL) {
			HAS_TEXT(unit, sources[i].name, found->text, "of the ports of 10.0.0.1 are used");
			HAS_TEXT(unit, sources[i].name, found->text, "IP_BIND_ADDRESS_NO_PORT");
		}
	}
}

static struct tcp_socket towards(uint8_t peer, uint16_t port, enum tcp_state state)
{
	return (struct tcp_socket){.state = state,
				   .ownerless = state == TCP_STATE_TIME_WAIT,
				   .local = {.address = reading_host_address(0, 1), .port = port},
				   .remote = {.address = reading_host_address(1, peer), .port = 8080}};
}

/* To one peer, in TIME-WAIT, with both looks: so many of the first half, and so many of the second. */
static void wait_in_both_halves(struct reading_host *host, unsigned first, unsigned second)
{
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < first + second; i++) {
			const struct tcp_socket socket =
				towards(5, (uint16_t)(i < first ? 40000 + 2 * i : 40001 + 2 * (i - first)),
					TCP_STATE_TIME_WAIT);

			if (round == 0)
				census_add(&host->census, &socket);
			else
				census_mark(&host->census, &socket);
		}
		census_end(&host->census);
	}
}

/* tcp_tw_reuse frees no port that bind() has taken: it is not to be recommended for those. */
static void reuse_is_no_remedy_for_ports_that_bind_holds(struct unit *unit)
{
	static const struct {
		const char *name;
		unsigned first, second;
		int64_t reuse, timestamps;
		const char *key, *text;
	} cases[] = {
		{"bound", 0, 50, 0, 1, NULL, "are taken (50 of 100, 50 of them held by bind()): programs bind before"},
		{"bound, no timestamps", 0, 50, 1, 0, NULL, "held by bind()): programs bind before"},
		{"bound, the first half too", 10, 50, 0, 1, NULL, "60 of them held by bind()): programs bind before"},
		{"bound, reused", 0, 50, 1, 1, NULL, "are taken (50 of 100, 50 of them held by bind()): programs bind"},
		{"connected as well", 20, 40, 0, 1, "net/ipv4/tcp_tw_reuse",
		 "(60 of 100, 40 of them held by bind()), 33 % of them TIME-WAIT: net.ipv4.tcp_tw_reuse = 1 would free"},
		{"connected as well, less than a quarter", 13, 45, 0, 1, NULL,
		 "45 of them held by bind()), 22 % of them TIME-WAIT: programs bind before"},
		{"connected", 50, 10, 0, 1, "net/ipv4/tcp_tw_reuse", "(60 of 100), 100 % of them TIME-WAIT"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.numbers[CATALOGUE_TCP_REUSE] = cases[i].reuse;
		host->settings.numbers[CATALOGUE_TCP_TIMESTAMPS] = cases[i].timestamps;
		wait_in_both_halves(host, cases[i].first, cases[i].second);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_PORTS,
								  FINDING_WARNING, cases[i].key,
								  cases[i].key == NULL ? NULL : "1");
		if (found != NULL)
			HAS_TEXT(unit, cases[i].name, found->text, cases[i].text);
	}
}

/* When both halves are full the program may bind first or not; what that would mean is said. */
static void what_cannot_be_told_is_said(struct unit *unit)
{
	static const struct {
		const char *name;
		unsigned first, second;
		bool said;
	} cases[] = {{"plainly connected", 50, 45, false}, {"full", 50, 50, true}, {"as many of both", 40, 40, true}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		wait_in_both_halves(host, cases[i].first, cases[i].second);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_PORTS,
								  FINDING_ERROR, "net/ipv4/tcp_tw_reuse", "1");
		if (found != NULL)
			HOLDS(unit, cases[i].name,
			      (strstr(found->text, ". Should the program bind before it connects, these ports are lost "
						   "towards every other peer too") != NULL) == cases[i].said);
	}
}

/* Nobody has bound early: no matter to connect(), but to who binds first. */
static void a_full_source_is_worth_a_note(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t count;
		enum finding_severity severity;
		const char *finds;
	} cases[] = {
		{"79 %", 79, FINDING_SEVERITIES, NULL},
		{"80 %", 80, FINDING_NOTE, "only the others"},
		{"one left", 99, FINDING_NOTE, "only the others"},
		{"all", 100, FINDING_NOTE, "none"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		for (uint16_t j = 0; j < cases[i].count; j++) { /* each to a peer of its own, the first half before */
			const struct tcp_socket socket =
				towards((uint8_t)j, (uint16_t)(j < 50 ? 40000 + 2 * j : 40001 + 2 * (j - 50)),
					TCP_STATE_ESTABLISHED);

			census_add(&host->census, &socket);
		}
		host->settings.halves = false;
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_SOURCE_PORTS,
								  cases[i].severity, NULL, NULL);
		if (found != NULL)
			SAME_TEXT(unit, cases[i].name, found->text,
				  arena_printf(
					  &unit->arena,
					  "%u of 100 ports of 10.0.0.1 are used towards somebody: a program that "
					  "binds before it connects finds %s, unless it sets IP_BIND_ADDRESS_NO_PORT",
					  cases[i].count, cases[i].finds));
	}
}

static void no_room_at_all_is_an_error(struct unit *unit)
{
	static const struct {
		const char *name, *reserved;
		bool listens;
		enum finding_severity severity;
	} cases[] = {
		{"all reserved", "40000-40099", false, FINDING_ERROR},
		{"all but one reserved", "40001-40099", false, FINDING_SEVERITIES},
		{"all but one reserved, and that one has a listener", "40001-40099", true, FINDING_ERROR},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);
		const struct tcp_socket listener = {.state = TCP_STATE_LISTEN, .local = {.port = 40000}};

		tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, cases[i].reserved);
		const struct tcp_socket bound = {.state = TCP_STATE_CLOSED, .bound = true, .local = {.port = 40000}};

		if (cases[i].listens) {
			census_add(&host->census, &listener);
			census_add(&host->census, &bound);
		}
		census_end(&host->census);
		reading_host_read(unit, host);
		HOLDS(unit, cases[i].name, reading_host_find(host, READING_SOURCE_PORTS) == NULL);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_PORTS,
								  cases[i].severity, "net/ipv4/ip_local_port_range",
								  NULL);
		if (found != NULL)
			SAME_TEXT(unit, cases[i].name, found->text,
				  "no port is left for connect(): all of net.ipv4.ip_local_port_range, 40000-40099, "
				  "are reserved or have a listener");
	}
}

/* Of so many addresses one port each, bound alone: a peer that is yet to come would meet them. */
static void held_ports_are_worth_a_line_without_a_connection(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t held;
		bool one_address;
		enum finding_severity severity;
		const char *text;
	} cases[] = {
		{"49 %", 49, false, FINDING_SEVERITIES, NULL},
		{"50 %", 50, false, FINDING_WARNING,
		 "bind() holds 50 % of the ports (50 of 100), and connect() passes"},
		{"79 %", 79, false, FINDING_WARNING, "bind() holds 79 %"},
		{"80 %", 80, false, FINDING_ERROR, "bind() holds 80 %"},
		{"100 %", 100, false, FINDING_ERROR, "bind() holds 100 % of the ports (100 of 100)"},
		{"of one address", 60, true, FINDING_WARNING, "60 % of the ports of 10.0.0.0 are used (60 of 100)"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);
		size_t count = 0;

		for (uint16_t j = 0; j < cases[i].held; j++) {
			const struct tcp_socket bound = {
				.state = TCP_STATE_CLOSED,
				.bound = true,
				.local = {.address = reading_host_address(0, cases[i].one_address ? 0 : (uint8_t)j),
					  .port = (uint16_t)(40000 + j)}};

			census_add(&host->census, &bound);
		}
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found = reading_host_expect(unit, cases[i].name, host, READING_SOURCE_PORTS,
								  cases[i].severity, NULL, NULL);
		for (size_t j = 0; j < host->readings.count; j++)
			count += host->readings.items[j].kind == READING_SOURCE_PORTS;
		SAME_NUMBER(unit, cases[i].name, count, found != NULL);
		if (found != NULL)
			HAS_TEXT(unit, cases[i].name, found->text, cases[i].text);
	}
}

/* So many in TIME-WAIT that count as free; whether tcp_tw_reuse works towards that peer only its counter tells. */
static void free_ports_that_nothing_proves_are_told(struct unit *unit)
{
	static const struct {
		const char *name;
		unsigned waiting;
		bool known;
		uint64_t recycled;
		enum finding_severity severity;
	} cases[] = {
		{"79 of 100", 79, true, 0, FINDING_SEVERITIES},
		{"80 of 100", 80, true, 0, FINDING_WARNING},
		{"all", 100, true, 0, FINDING_WARNING},
		{"all, one was given back", 100, true, 1, FINDING_SEVERITIES},
		{"all, the counter is not known", 100, false, 0, FINDING_SEVERITIES},
		{"few", 10, true, 0, FINDING_SEVERITIES},
		{"none", 0, true, 0, FINDING_SEVERITIES},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct reading_host *host = reading_host_make(unit);

		host->settings.numbers[CATALOGUE_TCP_REUSE] = 1;
		host->counters.known[TCP_COUNTER_TW_RECYCLED] = cases[i].known;
		host->counters.values[TCP_COUNTER_TW_RECYCLED] = cases[i].recycled;
		reading_host_connect(host, 5, cases[i].waiting, TCP_STATE_TIME_WAIT, 100);
		census_end(&host->census);
		reading_host_read(unit, host);
		const struct reading *found =
			reading_host_expect(unit, cases[i].name, host, READING_PORTS, cases[i].severity, NULL, NULL);
		if (found == NULL)
			continue;
		HAS_TEXT(unit, cases[i].name, found->text,
			 arena_printf(&unit->arena, "%u of 100 ports towards 10.0.1.5:8080 from 10.0.0.1 are used",
				      cases[i].waiting));
		HAS_TEXT(unit, cases[i].name, found->text, "because of net.ipv4.tcp_tw_reuse");
		HAS_TEXT(unit, cases[i].name, found->text, "(TWRecycled 0)");
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(ports_are_worth_a_line_from_50_percent_on),
	UNIT(the_remedy_names_the_delay),
	UNIT(a_wide_range_is_not_to_be_widened),
	UNIT(few_ports_do_not_make_somebody_bind_early),
	UNIT(no_part_is_more_than_100_percent),
	UNIT(three_peers_get_a_line_the_fullest_first),
	UNIT(a_peer_that_is_short_is_named),
	UNIT(ports_of_an_address_run_out_for_who_binds_first),
	UNIT(reuse_is_no_remedy_for_ports_that_bind_holds),
	UNIT(what_cannot_be_told_is_said),
	UNIT(a_full_source_is_worth_a_note),
	UNIT(no_room_at_all_is_an_error),
	UNIT(held_ports_are_worth_a_line_without_a_connection),
	UNIT(free_ports_that_nothing_proves_are_told),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
