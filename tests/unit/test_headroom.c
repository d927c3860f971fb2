#include "core/headroom.h"

#include "port_host.h"
#include "unit.h"

static void listen_on(struct port_host *host, uint16_t port)
{
	host->listening[port / 8] |= (uint8_t)(1u << (port % 8));
}

static const struct {
	const char *name;
	uint16_t first, last;
	const char *reserved;
	uint16_t listener; /* 0 = none */
	uint32_t capacity, first_half;
} capacities[] = {
	{"even, from an even port", 40000, 40019, "", 0, 20, 10},
	{"even, from an odd port", 40001, 40020, "", 0, 20, 10},
	{"odd: the last port is passed over", 40000, 40020, "", 0, 20, 10},
	{"odd, from an odd port", 40001, 40021, "", 0, 20, 10},
	{"one port", 40000, 40000, "", 0, 1, 1},
	{"two ports", 40000, 40001, "", 0, 2, 1},
	{"three ports", 40000, 40002, "", 0, 2, 1},
	{"the kernel's own", 32768, 60999, "", 0, 28232, 14116},
	{"to the last port", 1024, 65535, "", 0, 64512, 32256},
	{"to the last port, odd", 1025, 65535, "", 0, 64510, 32255},
	{"all ports", 1, 65535, "", 0, 65534, 32767},
	{"the last port alone", 65535, 65535, "", 0, 1, 1},
	{"reserved, first half", 40000, 40019, "40000,40002", 0, 18, 8},
	{"reserved, second half", 40000, 40019, "40001-40001,40019", 0, 18, 10},
	{"reserved outside", 40000, 40019, "39999,40020,1-100", 0, 20, 10},
	{"reserved, the port that is passed over", 40000, 40020, "40020", 0, 20, 10},
	{"all reserved", 40000, 40019, "40000-40019", 0, 0, 0},
	{"a listener, first half", 40000, 40019, "", 40010, 19, 9},
	{"a listener, second half", 40000, 40019, "", 40011, 19, 10},
	{"a listener outside", 40000, 40019, "", 40020, 20, 10},
	{"a listener on the port that is passed over", 40000, 40020, "", 40020, 20, 10},
	{"a listener on a reserved port counts once", 40000, 40019, "40010", 40010, 19, 9},
};

static void the_capacity_is_what_connect_can_have(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(capacities); i++) {
		struct port_host *host = port_host_make(unit, capacities[i].first, capacities[i].last);

		tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, capacities[i].reserved);
		if (capacities[i].listener != 0)
			listen_on(host, capacities[i].listener);
		headroom_end(&host->headroom);
		SAME_NUMBER(unit, capacities[i].name, host->headroom.room, capacities[i].capacity);
		SAME_NUMBER(unit, capacities[i].name, host->headroom.capacity, capacities[i].capacity);
		SAME_NUMBER(unit, capacities[i].name, host->headroom.first_half, capacities[i].first_half);
		headroom_end(&host->headroom);
		SAME_NUMBER(unit, "reckoned again", host->headroom.room, capacities[i].capacity);
		SAME_NUMBER(unit, "reckoned again", host->headroom.first_half, capacities[i].first_half);
	}
}

static void ports_outside_of_the_range_are_not_of_it(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	static const struct {
		const char *name;
		uint16_t port;
		bool within;
	} cases[] = {{"none", 0, false},         {"below", 39999, false}, {"first", 40000, true},
		     {"reserved", 40007, false}, {"last", 40019, true},   {"above", 40020, false},
		     {"largest", 65535, false}};

	tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, "40007");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint32_t before = 0;

		for (size_t j = 0; j < host->headroom.tuples.count; j++)
			before = ((const struct headroom_tuple *)tally_item(&host->headroom.tuples, j))->used;
		HOLDS(unit, cases[i].name, headroom_in_range(&host->settings, cases[i].port) == cases[i].within);
		port_host_add(host, cases[i].port, TCP_STATE_ESTABLISHED, 0);
		HOLDS(unit, cases[i].name,
		      host->headroom.tuples.count == 0 ||
			      port_host_tuple(unit, host)->used == before + cases[i].within);
	}
	SAME_NUMBER(unit, "in the end", port_host_tuple(unit, host)->used, 2);
}

/* Six in TIME-WAIT, with 60000, 59001, 59000, 58999, 58900 and 0 ms to go; and one that is open. */
static const struct {
	const char *name;
	int64_t reuse, timestamps, delay;
	uint8_t loopback; /* 1 source, 2 destination, 3 both */
	bool reuses;
	uint32_t ripe, taken;
} reuses[] = {
	{"off", 0, 1, 1000, 0, false, 3, 7},
	{"off, on loopback", 0, 1, 1000, 3, false, 3, 7},
	{"on", 1, 1, 1000, 0, true, 3, 4},
	{"on, on loopback", 1, 1, 1000, 3, true, 3, 4},
	{"loopback only", 2, 1, 1000, 0, false, 3, 7},
	{"loopback only, on loopback", 2, 1, 1000, 3, true, 3, 4},
	{"loopback only, from loopback", 2, 1, 1000, 1, true, 3, 4},
	{"loopback only, to loopback", 2, 1, 1000, 2, true, 3, 4},
	{"on, no timestamps", 1, 0, 1000, 0, false, 3, 7},
	{"loopback only, no timestamps", 2, 0, 1000, 3, false, 3, 7},
	{"on, after 1001 ms", 1, 1, 1001, 0, true, 2, 5},
	{"on, after 999 ms", 1, 1, 999, 0, true, 4, 3},
	{"on, after 998 ms", 1, 1, 998, 0, true, 5, 2},
	{"on, after 100 ms", 1, 1, 100, 0, true, 5, 2},
	{"on, at once", 1, 1, 0, 0, true, 5, 2},
	{"on, after 1100 ms", 1, 1, 1100, 0, true, 1, 6},
	{"on, after a minute", 1, 1, 60000, 0, true, 0, 7},
};

static void ports_in_time_wait_return_after_the_delay(struct unit *unit)
{
	static const uint32_t expiries[] = {60000, 59001, 59000, 58999, 58900, 0};

	for (size_t i = 0; i < COUNT_OF(reuses); i++) {
		const char *row = reuses[i].name;
		struct port_host *host = port_host_make(unit, 40000, 40019);

		host->settings.numbers[CATALOGUE_TCP_REUSE] = reuses[i].reuse;
		host->settings.numbers[CATALOGUE_TCP_TIMESTAMPS] = reuses[i].timestamps;
		host->settings.numbers[CATALOGUE_TCP_REUSE_DELAY] = reuses[i].delay;
		for (uint16_t j = 0; j <= COUNT_OF(expiries); j++) {
			bool open = j == COUNT_OF(expiries);
			struct tcp_socket socket = port_host_socket((uint16_t)(40000 + 2 * j),
								    open ? TCP_STATE_ESTABLISHED : TCP_STATE_TIME_WAIT,
								    open ? 0 : expiries[j]);

			if ((reuses[i].loopback & 1) != 0)
				socket.local.address = port_host_address(127, 0, 0, 2);
			if ((reuses[i].loopback & 2) != 0)
				socket.remote.address = port_host_address(127, 0, 0, 3);
			headroom_add(&host->headroom, &socket);
		}
		headroom_end(&host->headroom);
		const struct headroom_tuple *tuple = port_host_tuple(unit, host);
		SAME_NUMBER(unit, row, tuple->used, 7);
		SAME_NUMBER(unit, row, tuple->time_wait, 6);
		HOLDS(unit, row, tuple->reuses == reuses[i].reuses);
		SAME_NUMBER(unit, row, tuple->ripe, reuses[i].ripe);
		SAME_NUMBER(unit, row, tuple->taken, reuses[i].taken);
		SAME_NUMBER(unit, row, headroom_percent(&host->headroom, tuple), reuses[i].taken * 5);
	}
}

static void loopback_of_ipv6_is_loopback(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	const struct tcp_socket socket = {.state = TCP_STATE_TIME_WAIT,
					  .ipv6 = true,
					  .local = {.address = {{[15] = 1}}, .port = 40000},
					  .remote = {.address = {{[15] = 1}}, .port = 80}};

	host->settings.numbers[CATALOGUE_TCP_REUSE] = 2;
	headroom_add(&host->headroom, &socket);
	headroom_end(&host->headroom);
	HOLDS(unit, "::1", port_host_tuple(unit, host)->reuses);
	SAME_NUMBER(unit, "nothing is taken", port_host_tuple(unit, host)->taken, 0);
}

/* The orphan in FIN-WAIT-2 is a short record too, but its port does not return (kernel-facts.md 1.1). */
static void only_time_wait_returns(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	struct tcp_socket orphan = port_host_socket(40000, TCP_STATE_FIN_WAIT_2, 100);

	orphan.ownerless = true;
	host->settings.numbers[CATALOGUE_TCP_REUSE] = 1;
	headroom_add(&host->headroom, &orphan);
	port_host_add(host, 40002, TCP_STATE_ESTABLISHED, 0);
	headroom_end(&host->headroom);
	const struct headroom_tuple *tuple = port_host_tuple(unit, host);
	HOLDS(unit, "none is ripe", tuple->reuses && tuple->ripe == 0 && tuple->time_wait == 0);
	SAME_NUMBER(unit, "taken", tuple->taken, 2);
}

static void tuples_are_told_by_both_addresses_and_the_port(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	struct tcp_socket socket = port_host_socket(40000, TCP_STATE_ESTABLISHED, 0);
	size_t count;

	headroom_add(&host->headroom, &socket);
	socket.remote.port = 81;
	headroom_add(&host->headroom, &socket);
	headroom_add(&host->headroom, &socket);
	socket.remote.address = port_host_address(10, 0, 0, 6);
	headroom_add(&host->headroom, &socket);
	socket.local.address = port_host_address(10, 0, 0, 2);
	headroom_add(&host->headroom, &socket);
	/* The same address in an IPv6 socket is the same one: both are kept in one form. */
	socket.ipv6 = true;
	headroom_add(&host->headroom, &socket);
	socket.state = TCP_STATE_CLOSE_WAIT;
	headroom_add(&host->headroom, &socket);
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "tuples", host->headroom.tuples.count, 4);
	const struct headroom_tuple **top = headroom_top(&unit->arena, &host->headroom, 2, &count);
	SAME_NUMBER(unit, "as many as asked for", count, 2);
	SAME_NUMBER(unit, "the fullest first", top[0]->taken, 3);
	SAME_NUMBER(unit, "then", top[1]->taken, 2);
	SAME_TEXT(unit, "of its source", tcp_address_text(&unit->arena, &top[0]->source), "10.0.0.2");
	SAME_NUMBER(unit, "of its port", top[1]->destination_port, 81);
}

/* By what is taken, not by what is used: ports that return are not in the way. */
static void the_fullest_is_the_one_with_the_fewest_ports_left(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	size_t count;

	host->settings.numbers[CATALOGUE_TCP_REUSE] = 1;
	for (uint16_t i = 0; i < 10; i++)
		port_host_add(host, (uint16_t)(40000 + i), TCP_STATE_TIME_WAIT, 100);
	for (uint16_t i = 0; i < 3; i++) {
		struct tcp_socket socket = port_host_socket((uint16_t)(40000 + i), TCP_STATE_ESTABLISHED, 0);

		socket.remote.port = 443;
		headroom_add(&host->headroom, &socket);
	}
	headroom_end(&host->headroom);
	const struct headroom_tuple **top = headroom_top(&unit->arena, &host->headroom, 5, &count);
	SAME_NUMBER(unit, "both", count, 2);
	SAME_NUMBER(unit, "three are taken", top[0]->destination_port, 443);
	SAME_NUMBER(unit, "none is taken", top[1]->taken, 0);
}

static void percent_is_rounded_down_and_never_above_100(struct unit *unit)
{
	static const struct {
		const char *name;
		uint32_t taken, room;
		unsigned percent;
	} cases[] = {
		{"none", 0, 20, 0},
		{"one of many", 1, 28232, 0},
		{"just below 50", 14115, 28232, 49},
		{"50", 14116, 28232, 50},
		{"just below 80", 22585, 28232, 79},
		{"80", 22586, 28232, 80},
		{"one left", 19, 20, 95},
		{"one left of many", 64511, 64512, 99},
		{"all", 20, 20, 100},
		{"more than all", 21, 20, 100},
		{"none of none", 0, 0, 0},
		{"one of none", 1, 0, 100},
		{"the most", UINT32_MAX - 1, UINT32_MAX, 99},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		/* Of the room: what bind() holds is among what is taken. */
		const struct headroom_tuple tuple = {.taken = cases[i].taken, .used = 7};
		const struct headroom_source source = {.used = cases[i].taken};
		struct headroom *headroom = arena_alloc(&unit->arena, sizeof(*headroom));

		headroom->room = cases[i].room;
		headroom->capacity = 4711;
		SAME_NUMBER(unit, cases[i].name, headroom_percent(headroom, &tuple), cases[i].percent);
		SAME_NUMBER(unit, cases[i].name, headroom_source_percent(headroom, &source), cases[i].percent);
	}
}

static void sources_count_ports_and_bound_sockets(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	struct tcp_socket socket = port_host_socket(40000, TCP_STATE_ESTABLISHED, 0);
	size_t count;

	for (uint16_t i = 0; i < 5; i++) { /* one port towards five */
		socket.remote.port = (uint16_t)(80 + i);
		headroom_add(&host->headroom, &socket);
	}
	socket = (struct tcp_socket){.state = TCP_STATE_CLOSED, .bound = true, .local = socket.local};
	headroom_mark(&host->headroom, &socket); /* bound to the same one */
	socket.local.port = 40003;
	headroom_mark(&host->headroom, &socket);
	socket.local.port = 50000;
	headroom_mark(&host->headroom, &socket); /* outside */
	socket.local = (struct tcp_end){.address = port_host_address(10, 0, 0, 9), .port = 40019};
	headroom_mark(&host->headroom, &socket);
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "a bound socket is towards nobody", host->headroom.tuples.count, 5);
	SAME_NUMBER(unit, "ports that are held", host->headroom.held, 3);
	SAME_NUMBER(unit, "capacity", host->headroom.capacity, 17);
	const struct headroom_source **top = headroom_top_sources(&unit->arena, &host->headroom, 5, &count);
	if (!HOLDS(unit, "sources", count == 2))
		return;
	SAME_NUMBER(unit, "a port counts once", top[0]->used, 2);
	SAME_NUMBER(unit, "bound", top[0]->bound, 2);
	SAME_NUMBER(unit, "percent", headroom_source_percent(&host->headroom, top[0]), 10);
	SAME_TEXT(unit, "the other", tcp_address_text(&unit->arena, &top[1]->address), "10.0.0.9");
	SAME_NUMBER(unit, "the other's ports", top[1]->used, 1);
	SAME_NUMBER(unit, "the other's bound", top[1]->bound, 1);
}

static void tables_are_bounded_and_say_what_they_left_out(struct unit *unit)
{
	enum { SOURCES = 300, PEERS = 17000 };
	struct port_host *host = port_host_make(unit, 40000, 40019);
	struct tcp_socket socket = port_host_socket(40000, TCP_STATE_ESTABLISHED, 0);
	uint64_t used = 0;

	for (unsigned i = 0; i < SOURCES; i++) {
		socket.local.address = port_host_address(10, 1, (uint8_t)(i / 256), (uint8_t)i);
		headroom_add(&host->headroom, &socket);
	}
	for (unsigned i = 0; i < PEERS - SOURCES; i++) {
		socket.remote.address = port_host_address(10, 2, (uint8_t)(i / 256), (uint8_t)i);
		headroom_add(&host->headroom, &socket);
	}
	headroom_end(&host->headroom);
	const struct tally *tuples = &host->headroom.tuples, *sources = &host->headroom.sources;
	SAME_NUMBER(unit, "sources", sources->count, sources->most);
	/* The last source is one that found no room. */
	SAME_NUMBER(unit, "sockets of the sources without room", sources->left_out,
		    SOURCES - sources->most + PEERS - SOURCES);
	SAME_NUMBER(unit, "tuples", tuples->count, tuples->most);
	for (size_t i = 0; i < tuples->count; i++)
		used += ((const struct headroom_tuple *)tally_item(tuples, i))->used;
	SAME_NUMBER(unit, "every socket is counted or left out", used + tuples->left_out, PEERS);
}

static const struct CMUnitTest tests[] = {
	UNIT(the_capacity_is_what_connect_can_have),
	UNIT(ports_outside_of_the_range_are_not_of_it),
	UNIT(ports_in_time_wait_return_after_the_delay),
	UNIT(loopback_of_ipv6_is_loopback),
	UNIT(only_time_wait_returns),
	UNIT(tuples_are_told_by_both_addresses_and_the_port),
	UNIT(the_fullest_is_the_one_with_the_fewest_ports_left),
	UNIT(percent_is_rounded_down_and_never_above_100),
	UNIT(sources_count_ports_and_bound_sockets),
	UNIT(tables_are_bounded_and_say_what_they_left_out),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
