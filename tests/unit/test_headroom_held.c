#include "core/headroom.h"

#include "port_host.h"
#include "unit.h"

/* Of 20 ports, so many sockets on ports of the first half and so many of the second. */
static const struct {
	const char *name;
	const char *reserved;
	uint16_t first, second; /* sockets on ports of each half, from its lowest port on but for reserved ones */
	uint32_t early;
} halves[] = {
	{"none in the second", "", 3, 0, 0},
	{"the first used up", "", 10, 0, 0},
	{"the first used up, some of the second", "", 10, 3, 0},
	{"all", "", 10, 10, 0},
	{"bound", "", 0, 8, 8},
	{"bound, and few connected", "", 4, 8, 8},
	{"less than half of the first", "", 4, 3, 3},
	{"half of the first, and more of the second", "", 5, 8, 8},
	{"half of the first, and hardly more of the second", "", 5, 7, 0},
	{"the second used up, and clearly fuller", "", 7, 10, 10},
	{"the second used up, and hardly fuller", "", 8, 10, 0},
	{"the second half is the smaller one, and clearly fuller", "40001,40003,40005,40007,40009", 5, 5, 5},
	{"the second half is the smaller one, and hardly fuller", "40001,40003,40005,40007,40009", 6, 5, 0},
	{"there is no first half", "40000,40002,40004,40006,40008,40010,40012,40014,40016,40018", 0, 8, 0},
	{"there is no second half", "40001,40003,40005,40007,40009,40011,40013,40015,40017,40019", 4, 0, 0},
	{"the first half is the smaller one, and used up", "40000,40002,40004", 7, 8, 0},
};

static void ports_of_the_second_half_tell_who_was_bound_early(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(halves); i++) {
		for (unsigned known = 0; known < 2; known++) {
			struct port_host *host = port_host_make(unit, 40000, 40019);
			uint16_t added[2] = {0, 0};

			host->settings.halves = known == 1;
			tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, halves[i].reserved);
			for (uint16_t port = 40000; port < 40020; port++) {
				unsigned half = port % 2;

				if (tcp_settings_reserved(&host->settings, port) ||
				    added[half] == (half == 0 ? halves[i].first : halves[i].second))
					continue;
				added[half]++;
				port_host_add(host, port, TCP_STATE_ESTABLISHED, 0);
			}
			headroom_end(&host->headroom);
			const struct headroom_tuple *tuple = port_host_tuple(unit, host);
			uint32_t early = known == 1 ? halves[i].early : 0;
			SAME_NUMBER(unit, halves[i].name, tuple->first_half, halves[i].first);
			SAME_NUMBER(unit, halves[i].name, tuple->early, early);
			SAME_NUMBER(unit, halves[i].name, host->headroom.early, early);
			/* Until the second look has told which ports are held they are taken like any others. */
			SAME_NUMBER(unit, halves[i].name, tuple->taken, tuple->used);
		}
	}
}

/* The halves begin with the first port of the range, whichever that is. */
static void the_first_half_has_the_parity_of_the_first_port(struct unit *unit)
{
	for (uint16_t first = 40000; first < 40002; first++) {
		struct port_host *host = port_host_make(unit, first, (uint16_t)(first + 19));

		for (uint16_t i = 0; i < 6; i++)
			port_host_add(host, (uint16_t)(first + i / 2 * 2 + (i % 2 == 0 ? 0 : 10)), TCP_STATE_TIME_WAIT,
				      100);
		port_host_add(host, (uint16_t)(first + 1), TCP_STATE_TIME_WAIT, 100);
		headroom_end(&host->headroom);
		SAME_NUMBER(unit, "first half", port_host_tuple(unit, host)->first_half, 6);
		SAME_NUMBER(unit, "ripe ones of the first half", port_host_tuple(unit, host)->ripe_first_half, 6);
		SAME_NUMBER(unit, "ripe ones", port_host_tuple(unit, host)->ripe, 7);
	}
}

/* A program that binds first towards :80, 8 ports of the second half; another towards :81, 2 ports of the first. */
static void ports_that_bind_holds_are_lost_for_everybody(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	struct tcp_socket other = port_host_socket(40000, TCP_STATE_ESTABLISHED, 0);

	other.remote.port = 81;
	host->settings.numbers[CATALOGUE_TCP_REUSE] = 1;
	for (unsigned round = 0; round < 2; round++) {
		void (*add_or_mark)(struct headroom *, const struct tcp_socket *) = round == 0 ? headroom_add
											       : headroom_mark;

		if (round == 1)
			HOLDS(unit, "worth a second look", headroom_wants_marks(&host->headroom));
		for (uint16_t i = 0; i < 8; i++) {
			const struct tcp_socket early =
				port_host_socket((uint16_t)(40001 + 2 * i), TCP_STATE_TIME_WAIT, 100);

			add_or_mark(&host->headroom, &early);
		}
		for (uint16_t i = 0; i < 2; i++) {
			other.local.port = (uint16_t)(40000 + 2 * i);
			add_or_mark(&host->headroom, &other);
		}
		headroom_end(&host->headroom);
		SAME_NUMBER(unit, "room", host->headroom.room, 20);
		SAME_NUMBER(unit, "held", host->headroom.held, round == 0 ? 0 : 8);
		SAME_NUMBER(unit, "capacity", host->headroom.capacity, round == 0 ? 20 : 12);
		SAME_NUMBER(unit, "early", host->headroom.early, 8);
		SAME_NUMBER(unit, "tuples", host->headroom.tuples.count, 2);
		SAME_NUMBER(unit, "the most", headroom_percent_most(&host->headroom), round == 0 ? 10 : 50);
		for (size_t i = 0; i < host->headroom.tuples.count; i++) {
			const struct headroom_tuple *tuple = tally_item(&host->headroom.tuples, i);
			bool binds = tuple->destination_port == 80;

			SAME_NUMBER(unit, "a second look counts nothing", tuple->used, binds ? 8 : 2);
			/* Before the second look ports in TIME-WAIT look as if they returned. */
			SAME_NUMBER(unit, "taken", tuple->taken, round == 0 ? (binds ? 0 : 2) : (binds ? 8 : 10));
			if (round == 1)
				SAME_NUMBER(unit, "percent", headroom_percent(&host->headroom, tuple), binds ? 40 : 50);
		}
	}
	const struct headroom_source *source = tally_item(&host->headroom.sources, 0);
	SAME_NUMBER(unit, "of the source", source->used, 10);
}

/* As bind() to port 0 takes them: the second half, then the first. With the second look. */
static struct port_host *bound_one_by_one(struct unit *unit, uint16_t size, uint16_t count)
{
	struct port_host *host = port_host_make(unit, 40000, (uint16_t)(40000 + size - 1));

	for (unsigned round = 0; round < 2; round++) {
		for (uint16_t i = 0; i < count; i++) {
			uint16_t nth = (uint16_t)(i < size / 2 ? 1 + 2 * i : 2 * (i - size / 2));
			const struct tcp_socket socket =
				port_host_socket((uint16_t)(40000 + nth), TCP_STATE_ESTABLISHED, 0);

			if (round == 0)
				headroom_add(&host->headroom, &socket);
			else
				headroom_mark(&host->headroom, &socket);
		}
		headroom_end(&host->headroom);
		if (!headroom_wants_marks(&host->headroom))
			break;
	}
	return host;
}

/* What is left never grows; when both halves are about as full nothing tells any more, and that is said. */
static void the_capacity_does_not_grow_as_sockets_are_bound(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t size;
		uint16_t few;  /* up to so many are not looked at */
		uint16_t last; /* with the next one both halves are about as full */
	} cases[] = {{"a range of 20", 20, 0, 17}, {"a range of 100", 100, 1, 94}, {"a range of 1000", 1000, 19, 949}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint32_t before = cases[i].size;

		for (uint16_t count = 1; count <= cases[i].size; count++) {
			const char *row = arena_printf(&unit->arena, "%s, %u bound", cases[i].name, count);
			struct port_host *host = bound_one_by_one(unit, cases[i].size, count);
			const struct headroom *headroom = &host->headroom;
			const struct headroom_tuple *tuple = port_host_tuple(unit, host);
			bool told = count <= cases[i].last;

			HOLDS(unit, row, headroom_is_unclear(headroom, tuple) == !told);
			HOLDS(unit, row, (tuple->early > 0) == told);
			SAME_NUMBER(unit, row, headroom->held, told && count > cases[i].few ? count : 0);
			HOLDS(unit, row, headroom->capacity == headroom->room - headroom->held);
			if (told)
				HOLDS(unit, row, headroom->capacity <= before);
			before = headroom->capacity;
			SAME_NUMBER(unit, row, tuple->taken, count);
		}
	}
}

/* So many connections of each half of 20. */
static void what_is_unclear_is_known(struct unit *unit)
{
	static const struct {
		const char *name;
		const char *reserved;
		uint16_t first, second;
		bool unclear;
	} cases[] = {
		{"the first half alone", "", 10, 0, false},
		{"the first used up, and some of the second", "", 10, 9, false},
		{"all", "", 10, 10, true},
		{"as many of both", "", 6, 6, true},
		{"one less of the second", "", 6, 5, false},
		{"clearly bound", "", 2, 8, false},
		{"clearly bound, the second used up", "", 7, 10, false},
		{"hardly more of the second", "", 8, 10, true},
		{"all, the first half is the smaller one", "40000,40002,40004", 7, 10, true},
		{"one left, the first half is the smaller one", "40000,40002,40004", 7, 9, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct port_host *host = port_host_make(unit, 40000, 40019);

		tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, cases[i].reserved);
		for (uint16_t j = 0; j < cases[i].first; j++)
			port_host_add(host, (uint16_t)(40018 - 2 * j), TCP_STATE_ESTABLISHED, 0);
		for (uint16_t j = 0; j < cases[i].second; j++)
			port_host_add(host, (uint16_t)(40019 - 2 * j), TCP_STATE_ESTABLISHED, 0);
		headroom_end(&host->headroom);
		HOLDS(unit, cases[i].name,
		      headroom_is_unclear(&host->headroom, port_host_tuple(unit, host)) == cases[i].unclear);
		/* A kernel before 4.2 does not part them. */
		host->settings.halves = false;
		headroom_end(&host->headroom);
		HOLDS(unit, cases[i].name, !headroom_is_unclear(&host->headroom, port_host_tuple(unit, host)));
	}
}

/* Of those in TIME-WAIT: the ones that tcp_tw_reuse would free, and does not as things are. Four have waited long enough. */
static void what_bind_has_taken_does_not_wait_for_reuse(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t first, second; /* all in TIME-WAIT */
		int64_t reuse;
		uint32_t early, waiting;
	} cases[] = {
		{"connected", 8, 0, 0, 0, 8},
		{"connected, reused", 8, 0, 1, 0, 4},
		{"bound", 0, 8, 0, 8, 0},
		{"bound, reused", 0, 8, 1, 8, 0},
		{"some of both", 4, 8, 0, 8, 4},
		{"some of both, reused", 4, 8, 1, 8, 0},
		{"bound, more than the second half has", 2, 10, 0, 12, 0},
		{"bound, more than the second half has, reused", 2, 10, 1, 12, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct port_host *host = port_host_make(unit, 40000, 40019);

		host->settings.numbers[CATALOGUE_TCP_REUSE] = cases[i].reuse;
		for (unsigned round = 0; round < 2; round++) {
			for (uint16_t j = 0; j < cases[i].first + cases[i].second; j++) {
				bool first = j < cases[i].first;
				const struct tcp_socket socket = port_host_socket(
					(uint16_t)(first ? 40000 + 2 * j : 40001 + 2 * (j - cases[i].first)),
					TCP_STATE_TIME_WAIT, j < 4 ? 100 : 60000);

				if (round == 0)
					headroom_add(&host->headroom, &socket);
				else
					headroom_mark(&host->headroom, &socket);
			}
			headroom_end(&host->headroom);
		}
		const struct headroom_tuple *tuple = port_host_tuple(unit, host);
		SAME_NUMBER(unit, cases[i].name, tuple->time_wait, cases[i].first + cases[i].second);
		SAME_NUMBER(unit, cases[i].name, tuple->time_wait_first_half, cases[i].first);
		SAME_NUMBER(unit, cases[i].name, tuple->early, cases[i].early);
		SAME_NUMBER(unit, cases[i].name, tuple->waiting, cases[i].waiting);
	}
}

/* Of the tuple with the least left, or of a peer that is yet to come. */
static void the_most_is_that_of_a_peer_to_come_where_there_is_none(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);

	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "nothing", headroom_percent_most(&host->headroom), 0);
	for (uint16_t i = 0; i < 11; i++) {
		const struct tcp_socket bound = {.state = TCP_STATE_CLOSED,
						 .bound = true,
						 .local = {.address = port_host_address(10, 0, 0, 9),
							   .port = (uint16_t)(40000 + i)}};

		headroom_mark(&host->headroom, &bound);
	}
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "held", headroom_percent_most(&host->headroom), 55);
	port_host_add(host, 40018, TCP_STATE_ESTABLISHED, 0);
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "held, and a connection", headroom_percent_most(&host->headroom), 60);
	tcp_settings_take(&host->settings, CATALOGUE_TCP_RESERVED, "40000-40019");
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "no room", headroom_percent_most(&host->headroom), 100);
}

/* So many sockets on ports of the second half, and four of the first, which bind() may have taken or connect(). */
static void bind_that_has_used_up_its_half_takes_from_the_other(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t second;
		uint32_t held;
	} cases[] = {{"one left", 19, 23}, {"two left", 18, 18}, {"none left", 20, 24}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct port_host *host = port_host_make(unit, 40000, 40039);

		for (unsigned round = 0; round < 3; round++) {
			for (uint16_t j = 0; round < 2 && j < cases[i].second + 4; j++) {
				bool first = j >= cases[i].second;
				struct tcp_socket socket = port_host_socket(
					(uint16_t)(first ? 40000 + 2 * (j - cases[i].second) : 40001 + 2 * j),
					TCP_STATE_ESTABLISHED, 0);

				if (first)
					socket.remote.port = 81;
				if (round == 0)
					headroom_add(&host->headroom, &socket);
				else
					headroom_mark(&host->headroom, &socket);
			}
			headroom_end(&host->headroom);
			SAME_NUMBER(unit, cases[i].name, host->headroom.held, round == 0 ? 0 : cases[i].held);
		}
		bool overflows = cases[i].held > cases[i].second;
		const struct headroom_source *source = tally_item(&host->headroom.sources, 0);
		HOLDS(unit, cases[i].name, source->overflows == overflows);
		for (size_t j = 0; j < host->headroom.tuples.count; j++) {
			const struct headroom_tuple *tuple = tally_item(&host->headroom.tuples, j);
			bool first = tuple->destination_port == 81;

			SAME_NUMBER(unit, cases[i].name, tuple->early, first && !overflows ? 0 : tuple->used);
			SAME_NUMBER(unit, cases[i].name, tuple->taken, cases[i].held + (first && !overflows ? 4 : 0));
		}
	}
}

static void few_early_sockets_are_not_worth_a_second_look(struct unit *unit)
{
	static const struct {
		uint16_t early;
		bool wants;
	} cases[] = {{0, false}, {1, false}, {19, false}, {20, true}, {21, true}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct port_host *host = port_host_make(unit, 40000, 40999); /* a 50th part of it is 20 */

		for (uint16_t j = 0; j < cases[i].early; j++)
			port_host_add(host, (uint16_t)(40001 + 2 * j), TCP_STATE_ESTABLISHED, 0);
		headroom_end(&host->headroom);
		SAME_NUMBER(unit, "early", host->headroom.early, cases[i].early);
		HOLDS(unit, arena_printf(&unit->arena, "%u early", cases[i].early),
		      headroom_wants_marks(&host->headroom) == cases[i].wants);
	}
}

/* Too few to look for: they are taken of their own peer then, and what is only bound is held for everybody. */
static void few_early_sockets_count_beside_those_only_bound(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40099);

	port_host_add(host, 40001, TCP_STATE_ESTABLISHED, 0);
	headroom_end(&host->headroom);
	for (uint16_t port = 40011; port <= 40019; port = (uint16_t)(port + 2)) {
		struct tcp_socket socket = port_host_socket(port, TCP_STATE_CLOSED, 0);

		socket.bound = true;
		headroom_mark(&host->headroom, &socket);
	}
	headroom_end(&host->headroom);
	HOLDS(unit, "not worth a second look", !headroom_wants_marks(&host->headroom));
	SAME_NUMBER(unit, "held", host->headroom.held, 5);
	SAME_NUMBER(unit, "taken", port_host_tuple(unit, host)->taken, 6);
}

static void a_second_look_makes_no_tuple(struct unit *unit)
{
	struct port_host *host = port_host_make(unit, 40000, 40019);
	const struct tcp_socket late = port_host_socket(40001, TCP_STATE_ESTABLISHED, 0);

	headroom_end(&host->headroom);
	headroom_mark(&host->headroom, &late);
	headroom_end(&host->headroom);
	SAME_NUMBER(unit, "a connection that came meanwhile", host->headroom.tuples.count, 0);
	SAME_NUMBER(unit, "is not held", host->headroom.held, 0);
}

static const struct CMUnitTest tests[] = {
	UNIT(ports_of_the_second_half_tell_who_was_bound_early),
	UNIT(the_first_half_has_the_parity_of_the_first_port),
	UNIT(ports_that_bind_holds_are_lost_for_everybody),
	UNIT(the_capacity_does_not_grow_as_sockets_are_bound),
	UNIT(what_is_unclear_is_known),
	UNIT(what_bind_has_taken_does_not_wait_for_reuse),
	UNIT(the_most_is_that_of_a_peer_to_come_where_there_is_none),
	UNIT(bind_that_has_used_up_its_half_takes_from_the_other),
	UNIT(few_early_sockets_are_not_worth_a_second_look),
	UNIT(few_early_sockets_count_beside_those_only_bound),
	UNIT(a_second_look_makes_no_tuple),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
