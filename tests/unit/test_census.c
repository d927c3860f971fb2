#include "core/census.h"

#include "unit.h"

enum { FIRST = 40000, LAST = 40999 };
/* A listener of /proc/net/tcp. */
#define NOT_KNOWN 4711u

struct host {
	struct tcp_settings settings;
	struct census census;
};

/* A detailed census of a host with the range 40000 to 40999, 40500 reserved. */
static struct host *host_of(struct unit *unit)
{
	struct host *host = arena_alloc(&unit->arena, sizeof(*host));

	tcp_settings_defaults(&host->settings, (struct facts_version){0});
	host->settings.range_first = FIRST;
	host->settings.range_last = LAST;
	tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, "40500");
	census_begin(&unit->arena, &host->settings, 42, &host->census);
	host->census.detailed = true;
	return host;
}

static struct tcp_address address_of(uint8_t c, uint8_t d)
{
	const uint8_t bytes[4] = {10, 0, c, d};
	struct tcp_address address;

	tcp_address_v4(&address, bytes);
	return address;
}

static void add(struct host *host, enum tcp_state state, uint16_t local, uint8_t peer, uint16_t remote)
{
	const struct tcp_socket socket = {.state = state,
					  .local = {.address = address_of(0, 1), .port = local},
					  .remote = {.address = address_of(1, peer), .port = remote}};

	census_add(&host->census, &socket);
}

static void listen_on(struct host *host, uint16_t port, uint32_t queue, uint32_t backlog)
{
	const struct tcp_socket socket = {.state = TCP_STATE_LISTEN,
					  .queue = queue,
					  .backlog = backlog == NOT_KNOWN ? 0 : backlog,
					  .backlog_known = backlog != NOT_KNOWN,
					  .local = {.address = address_of(0, 1), .port = port}};

	census_add(&host->census, &socket);
}

/* 8080 and 40008 have a listener. */
static const struct {
	const char *name;
	enum tcp_state state;
	uint16_t local, remote;
	enum census_side side;
} sides[] = {
	{"a listener's port", TCP_STATE_TIME_WAIT, 8080, 50000, CENSUS_ACCEPTS},
	{"a listener's port, the peer's in our range", TCP_STATE_TIME_WAIT, 8080, 40001, CENSUS_ACCEPTS},
	{"a listener's port in the range", TCP_STATE_ESTABLISHED, 40008, 80, CENSUS_ACCEPTS},
	{"a port of the range", TCP_STATE_TIME_WAIT, 40001, 80, CENSUS_CONNECTS},
	{"ports of the range at both ends", TCP_STATE_TIME_WAIT, 40001, 40002, CENSUS_CONNECTS},
	{"the first of the range", TCP_STATE_CLOSE_WAIT, FIRST, 80, CENSUS_CONNECTS},
	{"the last of the range", TCP_STATE_CLOSE_WAIT, LAST, 80, CENSUS_CONNECTS},
	{"below the range, the peer in it", TCP_STATE_TIME_WAIT, FIRST - 1, 40001, CENSUS_ACCEPTS},
	{"above the range, the peer in it", TCP_STATE_TIME_WAIT, LAST + 1, 40001, CENSUS_ACCEPTS},
	{"a reserved port, the peer in the range", TCP_STATE_TIME_WAIT, 40500, 40001, CENSUS_ACCEPTS},
	{"a reserved port, the peer's too", TCP_STATE_TIME_WAIT, 40500, 40500, CENSUS_CONNECTS},
	{"neither in the range", TCP_STATE_ESTABLISHED, 1023, 80, CENSUS_CONNECTS},
	{"neither in the range, the lower one is ours", TCP_STATE_ESTABLISHED, 80, 1023, CENSUS_ACCEPTS},
	{"neither in the range, ours is one lower", TCP_STATE_TIME_WAIT, 2048, 2049, CENSUS_ACCEPTS},
	{"neither in the range, ours is one higher", TCP_STATE_TIME_WAIT, 2050, 2049, CENSUS_CONNECTS},
	{"below what bindresvport takes", TCP_STATE_TIME_WAIT, 511, 2049, CENSUS_ACCEPTS},
	{"the first that bindresvport takes", TCP_STATE_TIME_WAIT, 512, 2049, CENSUS_CONNECTS},
	{"the last that bindresvport takes", TCP_STATE_TIME_WAIT, 1023, 2049, CENSUS_CONNECTS},
	{"above what bindresvport takes", TCP_STATE_TIME_WAIT, 1024, 2049, CENSUS_ACCEPTS},
	{"one that bindresvport takes, the peer in the range", TCP_STATE_TIME_WAIT, 993, 40001, CENSUS_ACCEPTS},
	{"a service that has gone, and a client above our range", TCP_STATE_TIME_WAIT, 80, 50000, CENSUS_ACCEPTS},
	{"a reserved port, the peer's is lower", TCP_STATE_TIME_WAIT, 40500, 80, CENSUS_CONNECTS},
	{"a reserved port, the peer's is higher", TCP_STATE_TIME_WAIT, 40500, 50000, CENSUS_ACCEPTS},
	{"half open", TCP_STATE_SYN_RECEIVED, 40001, 80, CENSUS_ACCEPTS},
	{"half open, of no listener", TCP_STATE_SYN_RECEIVED, 25, 80, CENSUS_ACCEPTS},
	{"asks", TCP_STATE_SYN_SENT, 40001, 80, CENSUS_CONNECTS},
	{"asks from a port of its own choice", TCP_STATE_SYN_SENT, 25, 40001, CENSUS_CONNECTS},
	{"asks from a listener's port", TCP_STATE_SYN_SENT, 8080, 80, CENSUS_CONNECTS},
	{"asks from a listener's port in the range", TCP_STATE_SYN_SENT, 40008, 80, CENSUS_CONNECTS},
	{"asks from a low port", TCP_STATE_SYN_SENT, 25, 50000, CENSUS_CONNECTS},
	{"closing", TCP_STATE_CLOSING, 40001, 80, CENSUS_CONNECTS},
	{"the last acknowledgement", TCP_STATE_LAST_ACK, 8080, 80, CENSUS_ACCEPTS},
};

static void the_side_is_told_by_the_ports(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		const char *row = sides[i].name;
		struct host *host = host_of(unit);
		bool accepts = sides[i].side == CENSUS_ACCEPTS, waits = sides[i].state == TCP_STATE_TIME_WAIT;
		bool in_range = headroom_in_range(&host->settings, sides[i].local);
		uint64_t sockets = 0;

		listen_on(host, 8080, 0, 128);
		listen_on(host, 40008, 0, 128);
		add(host, sides[i].state, sides[i].local, 5, sides[i].remote);
		census_end(&host->census);
		if (!HOLDS(unit, row, host->census.peers.count == 1))
			continue;
		const struct census_peer *peer = tally_item(&host->census.peers, 0);
		SAME_NUMBER(unit, row, peer->side, sides[i].side);
		SAME_NUMBER(unit, row, peer->port, accepts ? 0 : sides[i].remote);
		SAME_TEXT(unit, row, tcp_address_text(&unit->arena, &peer->address), "10.0.1.5");
		HOLDS(unit, row, peer->sockets == 1 && peer->time_wait == waits);
		HOLDS(unit, row, host->census.waits[CENSUS_ACCEPTS] == (accepts && waits));
		HOLDS(unit, row, host->census.waits[CENSUS_CONNECTS] == (!accepts && waits));
		HOLDS(unit, row, host->census.headroom.tuples.count == (!accepts && in_range));
		for (size_t j = 0; j < host->census.services.count; j++)
			sockets += ((const struct census_service *)tally_item(&host->census.services, j))->sockets;
		HOLDS(unit, row, sockets == accepts);
	}
}

static void states_are_counted_by_family(struct unit *unit)
{
	static const struct tcp_address v6 = {{0x20, 1, 0x0d, 0xb8, [15] = 1}};

	for (unsigned detailed = 0; detailed < 2; detailed++) {
		for (unsigned state = TCP_STATE_ESTABLISHED; state < TCP_STATES; state++) {
			const char *row = tcp_state_names[state].standard;
			struct host *host = host_of(unit);
			const struct census_count *count = &host->census.states[state];
			struct tcp_socket socket = {.state = (enum tcp_state)state,
						    .local = {.address = address_of(0, 1), .port = 40001},
						    .remote = {.address = address_of(0, 2), .port = 80}};

			host->census.detailed = detailed == 1;
			census_add(&host->census, &socket);
			socket.ipv6 = true;
			census_add(&host->census, &socket);
			census_add(&host->census, &socket);
			socket.local.address = v6;
			census_add(&host->census, &socket);
			census_end(&host->census);
			HOLDS(unit, row, count->ipv4 == 1 && count->ipv6 == 3 && count->mapped == 2);
			SAME_NUMBER(unit, row, census_count(&host->census, (enum tcp_state)state), 4);
			SAME_NUMBER(unit, row, census_total(&host->census), 4);
			SAME_NUMBER(unit, row, host->census.time_wait, state == TCP_STATE_TIME_WAIT ? 4 : 0);
			if (detailed == 0)
				HOLDS(unit, row,
				      host->census.peers.count == 0 && host->census.services.count == 0 &&
					      host->census.headroom.tuples.count == 0);
		}
	}
}

/* sockstat knows how many are in TIME-WAIT when they were not listed. */
static void time_wait_of_totals_is_the_caller_s(struct unit *unit)
{
	struct host *host = host_of(unit);

	host->census.detailed = false;
	add(host, TCP_STATE_ESTABLISHED, 40001, 5, 80);
	census_end(&host->census);
	host->census.time_wait = 1000;
	SAME_NUMBER(unit, "the state", census_count(&host->census, TCP_STATE_TIME_WAIT), 1000);
	SAME_NUMBER(unit, "all states", census_total(&host->census), 1001);
}

static void orphans_are_those_in_fin_wait_2_without_an_owner(struct unit *unit)
{
	for (unsigned state = TCP_STATE_ESTABLISHED; state < TCP_STATES; state++) {
		for (unsigned ownerless = 0; ownerless < 2; ownerless++) {
			struct host *host = host_of(unit);
			const struct tcp_socket socket = {.state = (enum tcp_state)state, .ownerless = ownerless == 1};

			census_add(&host->census, &socket);
			SAME_NUMBER(unit, tcp_state_names[state].standard, host->census.orphans,
				    state == TCP_STATE_FIN_WAIT_2 && ownerless == 1);
		}
	}
}

/* What sockstat's "sockets: used" counts too: neither records without an owner nor what is half open. */
static void owned_are_those_that_sockstat_counts(struct unit *unit)
{
	for (unsigned detailed = 0; detailed < 2; detailed++) {
		for (unsigned state = TCP_STATE_ESTABLISHED; state < TCP_STATES; state++) {
			for (unsigned ownerless = 0; ownerless < 2; ownerless++) {
				struct host *host = host_of(unit);
				const struct tcp_socket socket = {.state = (enum tcp_state)state,
								  .ownerless = ownerless == 1};

				host->census.detailed = detailed == 1;
				census_add(&host->census, &socket);
				SAME_NUMBER(unit, tcp_state_names[state].standard, host->census.owned,
					    ownerless == 0 && state != TCP_STATE_SYN_RECEIVED);
				census_mark(&host->census, &socket);
				SAME_NUMBER(unit, "a second look counts nothing", host->census.owned,
					    ownerless == 0 && state != TCP_STATE_SYN_RECEIVED);
			}
		}
	}
	struct host *host = host_of(unit);
	const struct tcp_socket bound = {.state = TCP_STATE_CLOSED, .bound = true, .local = {.port = 40001}};
	census_add(&host->census, &bound);
	SAME_NUMBER(unit, "only bound", host->census.owned, 0);
}

static void a_socket_that_is_only_bound_is_in_no_state(struct unit *unit)
{
	for (unsigned detailed = 0; detailed < 2; detailed++) {
		struct host *host = host_of(unit);
		const struct tcp_socket socket = {.state = TCP_STATE_CLOSED,
						  .bound = true,
						  .local = {.address = address_of(0, 1), .port = 40001}};

		host->census.detailed = detailed == 1;
		census_add(&host->census, &socket);
		census_end(&host->census);
		SAME_NUMBER(unit, "bound", host->census.bound, 1);
		SAME_NUMBER(unit, "no state", census_total(&host->census), 0);
		SAME_NUMBER(unit, "no peer", host->census.peers.count, 0);
		SAME_NUMBER(unit, "its port is used", host->census.headroom.sources.count, detailed);
	}
}

/* Listeners of one port in the order in which they come, and whose queue is told. */
static const struct {
	const char *name;
	uint32_t queues[3][2]; /* queue and backlog */
	size_t count;
	bool known;
	uint32_t queue, backlog;
	bool full;
} queues[] = {
	{"one", {{3, 128}}, 1, true, 3, 128, false},
	{"the backlog is reached", {{128, 128}}, 1, true, 128, 128, false},
	{"one more than the backlog", {{129, 128}}, 1, true, 129, 128, true},
	{"no backlog, empty", {{0, 0}}, 1, true, 0, 0, false},
	{"no backlog, full", {{1, 0}}, 1, true, 1, 0, true},
	{"not known", {{3, NOT_KNOWN}}, 1, false, 0, 0, false},
	{"the fuller is first", {{64, 128}, {3, 128}}, 2, true, 64, 128, false},
	{"the fuller is second", {{3, 128}, {64, 128}}, 2, true, 64, 128, false},
	{"fuller by its share", {{60, 1000}, {10, 100}}, 2, true, 10, 100, false},
	{"fuller by its share, first", {{10, 100}, {60, 1000}}, 2, true, 10, 100, false},
	{"equal shares, the first", {{10, 99}, {100, 999}}, 2, true, 10, 99, false},
	{"both empty, the first", {{0, 100}, {0, 1000}}, 2, true, 0, 100, false},
	{"full without a backlog", {{99, 128}, {1, 0}}, 2, true, 1, 0, true},
	{"known behind not known", {{9, NOT_KNOWN}, {1, 128}}, 2, true, 1, 128, false},
	{"not known behind known", {{1, 128}, {9, NOT_KNOWN}}, 2, true, 1, 128, false},
	{"the middle one", {{1, 10}, {9, 10}, {5, 10}}, 3, true, 9, 10, false},
	{"over full", {{11, 10}, {10, 10}}, 2, true, 11, 10, true},
	{"large numbers",
	 {{UINT32_MAX - 1, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}, {1, UINT32_MAX}},
	 3,
	 true,
	 UINT32_MAX,
	 UINT32_MAX,
	 false},
};

static void the_fullest_queue_of_a_port_is_told(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(queues); i++) {
		struct host *host = host_of(unit);

		for (size_t j = 0; j < queues[i].count; j++)
			listen_on(host, 8080, queues[i].queues[j][0], queues[i].queues[j][1]);
		if (!HOLDS(unit, queues[i].name, host->census.services.count == 1))
			continue;
		const struct census_service *service = tally_item(&host->census.services, 0);
		SAME_NUMBER(unit, queues[i].name, service->port, 8080);
		SAME_NUMBER(unit, queues[i].name, service->listeners, queues[i].count);
		HOLDS(unit, queues[i].name, service->backlog_known == queues[i].known);
		SAME_NUMBER(unit, queues[i].name, service->queue, queues[i].queue);
		SAME_NUMBER(unit, queues[i].name, service->backlog, queues[i].backlog);
		HOLDS(unit, queues[i].name, census_is_full(service) == queues[i].full);
	}
}

static void the_address_of_several_listeners_is_any(struct unit *unit)
{
	struct host *host = host_of(unit);
	struct tcp_socket socket = {.state = TCP_STATE_LISTEN, .local = {.address = address_of(0, 1), .port = 8080}};

	census_add(&host->census, &socket);
	census_add(&host->census, &socket);
	const struct census_service *service = tally_item(&host->census.services, 0);
	SAME_TEXT(unit, "the same twice", tcp_address_text(&unit->arena, &service->address), "10.0.0.1");
	socket.local.address = address_of(0, 2);
	census_add(&host->census, &socket);
	HOLDS(unit, "two", tcp_address_is_any(&service->address));
	socket.local.address = address_of(0, 1);
	census_add(&host->census, &socket);
	HOLDS(unit, "and stays so", tcp_address_is_any(&service->address));
	SAME_NUMBER(unit, "listeners", service->listeners, 4);
}

static void the_top_is_by_time_wait_and_leaves_out_who_has_none(struct unit *unit)
{
	struct host *host = host_of(unit);
	size_t count;

	listen_on(host, 80, 0, 128);
	listen_on(host, 81, 0, 128);
	listen_on(host, 82, 0, 128);
	for (uint8_t i = 0; i < 5; i++)
		add(host, TCP_STATE_ESTABLISHED, 80, 9, (uint16_t)(50000 + i));
	for (uint8_t i = 0; i < 3; i++)
		add(host, TCP_STATE_TIME_WAIT, 81, 8, (uint16_t)(50000 + i));
	add(host, TCP_STATE_TIME_WAIT, 40000, 7, 443);
	add(host, TCP_STATE_ESTABLISHED, 40001, 7, 443);
	add(host, TCP_STATE_TIME_WAIT, 40002, 7, 444);
	census_end(&host->census);
	const struct census_peer **peers = census_top_peers(&unit->arena, &host->census, 10, &count);
	if (HOLDS(unit, "peers with any in TIME-WAIT", count == 3)) {
		SAME_NUMBER(unit, "most in TIME-WAIT", peers[0]->time_wait, 3);
		SAME_NUMBER(unit, "of equal ones that with more sockets", peers[1]->port, 443);
		SAME_NUMBER(unit, "last", peers[2]->port, 444);
	}
	const struct census_service **services = census_top_services(&unit->arena, &host->census, 10, &count);
	if (HOLDS(unit, "services with any connection", count == 2)) {
		SAME_NUMBER(unit, "with TIME-WAIT", services[0]->port, 81);
		SAME_NUMBER(unit, "without", services[1]->port, 80);
		SAME_NUMBER(unit, "its connections", services[1]->sockets, 5);
	}
	census_top_peers(&unit->arena, &host->census, 0, &count);
	SAME_NUMBER(unit, "none asked for", count, 0);
	census_top_services(&unit->arena, &host->census, 1, &count);
	SAME_NUMBER(unit, "one asked for", count, 1);
}

/* More services and peers than there is room for: what is counted and what is left out are all that there were. */
static void tables_are_bounded_and_say_what_they_left_out(struct unit *unit)
{
	enum { LISTENERS = 5000, CONNECTIONS = 20000 };
	struct host *host = host_of(unit);
	uint64_t sockets = 0, listeners = 0, served = 0;

	for (unsigned port = 1; port <= LISTENERS; port++)
		listen_on(host, (uint16_t)port, 0, 128);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		const struct tcp_socket socket = {
			.state = TCP_STATE_TIME_WAIT,
			.local = {.address = address_of(0, 1), .port = (uint16_t)(i % LISTENERS + 1)},
			.remote = {.address = address_of((uint8_t)(i / 256), (uint8_t)i), .port = 50000}};

		census_add(&host->census, &socket);
	}
	census_end(&host->census);
	const struct tally *peers = &host->census.peers, *services = &host->census.services;
	for (size_t i = 0; i < peers->count; i++)
		sockets += ((const struct census_peer *)tally_item(peers, i))->sockets;
	for (size_t i = 0; i < services->count; i++) {
		const struct census_service *service = tally_item(services, i);

		listeners += service->listeners;
		served += service->sockets;
	}
	SAME_NUMBER(unit, "the table of peers is full", peers->count, peers->most);
	SAME_NUMBER(unit, "the table of services is full", services->count, services->most);
	SAME_NUMBER(unit, "peers", sockets + peers->left_out, CONNECTIONS);
	SAME_NUMBER(unit, "services", listeners + served + services->left_out, LISTENERS + CONNECTIONS);
	/* The states and sides are counted all the same, and a listener without room is known as one. */
	SAME_NUMBER(unit, "states", census_total(&host->census), LISTENERS + CONNECTIONS);
	SAME_NUMBER(unit, "accepting", host->census.waits[CENSUS_ACCEPTS], CONNECTIONS);
}

/* 30 sockets of a program that binds first; marked again with all others, which are no ports of connect()'s. */
static void a_second_look_finds_held_ports_and_counts_nothing(struct unit *unit)
{
	struct host *host = host_of(unit);
	struct tcp_socket sockets[] = {
		{.state = TCP_STATE_LISTEN, .local = {.port = 40201}},
		{.state = TCP_STATE_CLOSED, .local = {.port = 40203}},
		{.state = TCP_STATE_SYN_RECEIVED, .local = {.port = 40205}, .remote = {.port = 80}},
		{.state = TCP_STATE_ESTABLISHED, .local = {.port = 40201}, .remote = {.port = 80}},
	};

	host->settings.halves = true;
	for (unsigned round = 0; round < 2; round++) {
		for (uint16_t i = 0; i < 30; i++) {
			const struct tcp_socket early = {.state = TCP_STATE_ESTABLISHED,
							 .local = {.address = address_of(0, 1),
								   .port = (uint16_t)(40001 + 2 * i)},
							 .remote = {.address = address_of(0, 2), .port = 80}};

			if (round == 0)
				census_add(&host->census, &early);
			else
				census_mark(&host->census, &early);
		}
		for (size_t i = 0; i < COUNT_OF(sockets); i++) {
			if (round == 0)
				census_add(&host->census, &sockets[i]);
			else
				census_mark(&host->census, &sockets[i]);
		}
		census_end(&host->census);
		SAME_NUMBER(unit, "all", census_total(&host->census), 34);
		SAME_NUMBER(unit, "held", host->census.headroom.held, round == 0 ? 0 : 30);
		SAME_NUMBER(unit, "room", host->census.headroom.room, 998);
		SAME_NUMBER(unit, "peers", host->census.peers.count, 2);
		SAME_NUMBER(unit, "tuples", host->census.headroom.tuples.count, 1);
	}
}

static void a_listener_takes_its_port_from_connect(struct unit *unit)
{
	struct host *host = host_of(unit);

	listen_on(host, 40010, 0, 128);
	listen_on(host, 50000, 0, 128);
	census_end(&host->census);
	SAME_NUMBER(unit, "less the reserved one and the listener's", host->census.headroom.capacity, 998);
}

static const struct CMUnitTest tests[] = {
	UNIT(the_side_is_told_by_the_ports),
	UNIT(states_are_counted_by_family),
	UNIT(time_wait_of_totals_is_the_caller_s),
	UNIT(orphans_are_those_in_fin_wait_2_without_an_owner),
	UNIT(owned_are_those_that_sockstat_counts),
	UNIT(a_socket_that_is_only_bound_is_in_no_state),
	UNIT(the_fullest_queue_of_a_port_is_told),
	UNIT(the_address_of_several_listeners_is_any),
	UNIT(the_top_is_by_time_wait_and_leaves_out_who_has_none),
	UNIT(tables_are_bounded_and_say_what_they_left_out),
	UNIT(a_second_look_finds_held_ports_and_counts_nothing),
	UNIT(a_listener_takes_its_port_from_connect),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
