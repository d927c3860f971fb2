#include "headroom.h"

#include <stddef.h>
#include <string.h>

#include "../base/attributes.h"

/* A tuple takes 64 bytes, a source 8 KiB. */
enum { TUPLES_MOST = 16384, SOURCES_MOST = 256 };
/* Fewer sockets than this part of the range are not worth a second look. */
enum { EARLY_PART = 50 };
/* The second half is clearly the fuller one by this part of it, and at least so many ports. */
enum { CLEARLY = 10, CLEARLY_LEAST = 2 };
/* From so many percent on the second half is used up, as sockets come and go. */
enum { USED_UP = 95 };

void headroom_begin(struct arena *arena, const struct tcp_settings *settings, const uint8_t *listening, uint64_t seed,
		    struct headroom *headroom)
{
	*headroom = (struct headroom){
		.settings = settings,
		.listening = listening,
		.arena = arena,
		.tuples = {.arena = arena,
			   .key_size = offsetof(struct headroom_tuple, used),
			   .item_size = sizeof(struct headroom_tuple),
			   .most = TUPLES_MOST,
			   .seed = seed},
		.sources = {.arena = arena,
			    .key_size = offsetof(struct headroom_source, ports),
			    .item_size = sizeof(struct headroom_source),
			    .most = SOURCES_MOST,
			    .seed = seed},
	};
}

bool headroom_in_range(const struct tcp_settings *settings, uint16_t port)
{
	return port >= settings->range_first && port <= settings->range_last && !tcp_settings_reserved(settings, port);
}

static bool is_set(const uint8_t *bits, uint16_t port)
{
	return (bits[port / 8] >> (port % 8) & 1) != 0;
}

static bool in_first_half(const struct tcp_settings *settings, uint16_t port)
{
	return (port - settings->range_first) % 2 == 0;
}

/* True: the port was not in the set. */
static bool set_bit(uint8_t *bits, uint16_t port)
{
	bool is_new = !is_set(bits, port);

	bits[port / 8] |= (uint8_t)(1u << (port % 8));
	return is_new;
}

static void add_source(struct headroom *headroom, const struct tcp_socket *socket)
{
	struct headroom_source *source = tally_at(&headroom->sources, &socket->local.address);

	if (source == NULL) {
		headroom->sources.left_out++;
		return;
	}
	if (source->ports == NULL)
		source->ports = arena_alloc(headroom->arena, VALUE_SET_SIZE / 8);
	source->used += set_bit(source->ports, socket->local.port);
	source->bound += socket->bound;
}

static struct headroom_tuple key_of(const struct tcp_socket *socket)
{
	return (struct headroom_tuple){.source = socket->local.address,
				       .destination = socket->remote.address,
				       .destination_port = socket->remote.port};
}

void headroom_add(struct headroom *headroom, const struct tcp_socket *socket)
{
	const struct tcp_settings *settings = headroom->settings;
	uint16_t port = socket->local.port;

	if (!headroom_in_range(settings, port))
		return;
	add_source(headroom, socket);
	const struct headroom_tuple key = key_of(socket);
	struct headroom_tuple *tuple = tally_at(&headroom->tuples, &key);
	if (tuple == NULL) {
		headroom->tuples.left_out++;
		return;
	}
	bool waits = socket->state == TCP_STATE_TIME_WAIT, first = in_first_half(settings, port);
	bool ripe = waits && socket->expires_ms + settings->numbers[CATALOGUE_TCP_REUSE_DELAY] < TCP_TIME_WAIT_MS;
	tuple->used++;
	tuple->first_half += first;
	tuple->time_wait += waits;
	tuple->time_wait_first_half += waits && first;
	tuple->ripe += ripe;
	tuple->ripe_first_half += ripe && first;
}

static void count_room(struct headroom *headroom)
{
	const struct tcp_settings *settings = headroom->settings;
	uint32_t last = settings->range_last, size = last - settings->range_first + 1u;

	if (size > 1 && size % 2 == 1)
		last--;
	headroom->room = 0;
	headroom->first_half = 0;
	headroom->held = 0;
	for (uint32_t i = settings->range_first; i <= last; i++) {
		uint16_t port = (uint16_t)i;

		if (is_set(headroom->listening, port) || tcp_settings_reserved(settings, port))
			continue;
		headroom->room++;
		headroom->first_half += in_first_half(settings, port);
		headroom->held += is_set(headroom->bound, port);
	}
	headroom->capacity = headroom->room - headroom->held;
}

/* How many ports of the second half both hold. */
static uint32_t second_half_of_both(const struct headroom *headroom, const uint8_t *left, const uint8_t *right)
{
	const struct tcp_settings *settings = headroom->settings;
	uint32_t count = 0;

	for (uint32_t i = settings->range_first; i <= settings->range_last; i++) {
		uint16_t port = (uint16_t)i;

		count += !in_first_half(settings, port) && is_set(left, port) && is_set(right, port);
	}
	return count;
}

/*
 * bind() turns to the first half when the second is used up. Whose ports there are bound cannot be told any more, so all
 * ports of the address are taken for such: too little headroom is the better mistake.
 */
static void find_overflow(struct headroom *headroom)
{
	uint32_t all = headroom->room - headroom->first_half;

	for (size_t i = 0; i < headroom->sources.count; i++) {
		struct headroom_source *source = tally_item(&headroom->sources, i);

		if (all == 0 || source->used < all / 2 || source->overflows)
			continue;
		source->overflows = second_half_of_both(headroom, source->ports, headroom->bound) * 100 >=
				    all * USED_UP;
		for (size_t byte = 0; source->overflows && byte < sizeof(headroom->bound); byte++)
			headroom->bound[byte] |= source->ports[byte];
	}
}

/* How many more ports of the second half are used than of the first, as if both had as many as the second; 0 for fewer. */
static uint32_t surplus_of(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	uint32_t second = tuple->used - tuple->first_half, room = headroom->room - headroom->first_half;
	uint64_t matched = (uint64_t)tuple->first_half * room / headroom->first_half;

	return second > matched ? (uint32_t)(second - matched) : 0;
}

bool headroom_is_unclear(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	uint32_t second = tuple->used - tuple->first_half, room = headroom->room - headroom->first_half;

	return headroom->settings->halves && tuple->early == 0 && second > 0 &&
	       (uint64_t)second * headroom->first_half >= (uint64_t)tuple->first_half * room;
}

/*
 * connect() turns to the second half when the first is used up, and sockets go from both alike. So they were bound early when
 * the first half is half empty, or the second is clearly the fuller one. Connections that have outlived others can look so.
 */
static uint32_t early_of(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	const struct headroom_source *source = tally_find(&headroom->sources, &tuple->source);

	/* Without a first half connect() goes to the second at once. */
	if (!headroom->settings->halves || headroom->first_half == 0)
		return 0;
	if (source != NULL && source->overflows)
		return tuple->used;
	uint32_t second_room = headroom->room - headroom->first_half;
	uint32_t clearly = second_room / CLEARLY > CLEARLY_LEAST ? second_room / CLEARLY : CLEARLY_LEAST;
	bool early = tuple->first_half < headroom->first_half / 2 || surplus_of(headroom, tuple) > clearly;
	return early ? tuple->used - tuple->first_half : 0;
}

/* Of so many sockets (time_wait, ripe) with so many in the first half: those that were not bound early. */
static uint32_t not_early(const struct headroom_tuple *tuple, uint32_t early, uint32_t all, uint32_t first_half)
{
	return early == 0 ? all : early == tuple->used ? 0 : first_half;
}

/* Ports that connect() cannot have towards the peer: those that bind() holds, and those of its own sockets there. */
static uint32_t taken_of(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	uint32_t early = headroom->marked ? tuple->early : 0;
	/* What bind() has taken tcp_tw_reuse does not give back. */
	uint32_t ripe = not_early(tuple, early, tuple->ripe, tuple->ripe_first_half);
	uint32_t taken = headroom->held + tuple->used - early - (tuple->reuses ? ripe : 0);

	return taken < headroom->room ? taken : headroom->room;
}

void headroom_end(struct headroom *headroom)
{
	count_room(headroom);
	find_overflow(headroom);
	count_room(headroom);
	headroom->early = 0;
	for (size_t i = 0; i < headroom->tuples.count; i++) {
		struct headroom_tuple *tuple = tally_item(&headroom->tuples, i);
		bool loopback = tcp_address_is_loopback(&tuple->source) || tcp_address_is_loopback(&tuple->destination);

		tuple->early = early_of(headroom, tuple);
		tuple->reuses = tcp_settings_reuse(headroom->settings, loopback);
		tuple->taken = taken_of(headroom, tuple);
		uint32_t ripe = not_early(tuple, tuple->early, tuple->ripe, tuple->ripe_first_half);
		tuple->waiting = not_early(tuple, tuple->early, tuple->time_wait, tuple->time_wait_first_half) -
				 (tuple->reuses ? ripe : 0);
		headroom->early += tuple->early;
	}
}

bool headroom_wants_marks(const struct headroom *headroom)
{
	return headroom->early > 0 && headroom->early >= headroom->room / EARLY_PART;
}

void headroom_mark(struct headroom *headroom, const struct tcp_socket *socket)
{
	const struct tcp_settings *settings = headroom->settings;
	uint16_t port = socket->local.port;

	if (!headroom_in_range(settings, port))
		return;
	if (socket->bound) {
		add_source(headroom, socket);
		(void)set_bit(headroom->bound, port);
		return;
	}
	const struct headroom_tuple key = key_of(socket);
	const struct headroom_tuple *tuple = tally_find(&headroom->tuples, &key);
	headroom->marked = true;
	if (tuple != NULL && tuple->early > 0 && !in_first_half(settings, port))
		(void)set_bit(headroom->bound, port);
}

static unsigned percent(uint64_t part, uint64_t whole)
{
	if (part == 0)
		return 0;
	return part >= whole ? 100 : (unsigned)(part * 100 / whole);
}

unsigned headroom_percent(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	return percent(tuple->taken, headroom->room);
}

unsigned headroom_percent_most(const struct headroom *headroom)
{
	unsigned most = headroom->room == 0 ? 100 : percent(headroom->held, headroom->room);

	for (size_t i = 0; i < headroom->tuples.count; i++) {
		unsigned one = headroom_percent(headroom, tally_item(&headroom->tuples, i));

		most = one > most ? one : most;
	}
	return most;
}

unsigned headroom_source_percent(const struct headroom *headroom, const struct headroom_source *source)
{
	return percent(source->used, headroom->room);
}

int headroom_order(const void *left, const void *right)
{
	const struct headroom_tuple *a = left, *b = right;

	if (a->taken != b->taken)
		return a->taken > b->taken ? -1 : 1;
	if (a->used != b->used)
		return a->used > b->used ? -1 : 1;
	return memcmp(a, b, offsetof(struct headroom_tuple, used));
}

static int source_order(const void *left, const void *right)
{
	const struct headroom_source *a = left, *b = right;

	if (a->used != b->used)
		return a->used > b->used ? -1 : 1;
	return memcmp(a, b, offsetof(struct headroom_source, ports));
}

const struct headroom_tuple **headroom_top(struct arena *arena, const struct headroom *headroom, size_t most,
					   size_t *count)
{
	return (const struct headroom_tuple **)tally_top(arena, &headroom->tuples, headroom_order, most, count);
}

const struct headroom_source **headroom_top_sources(struct arena *arena, const struct headroom *headroom, size_t most,
						    size_t *count)
{
	return (const struct headroom_source **)tally_top(arena, &headroom->sources, source_order, most, count);
}
