#include "headroom.h"

#include <stddef.h>
#include <string.h>

#include "../base/attributes.h"

/* A tuple takes 56 bytes, a source 8 KiB. */
enum { TUPLES_MOST = 16384, SOURCES_MOST = 256 };

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

static void add_source(struct headroom *headroom, const struct tcp_socket *socket)
{
	struct headroom_source *source = tally_at(&headroom->sources, &socket->local.address);
	uint16_t port = socket->local.port;
	uint8_t bit = (uint8_t)(1u << (port % 8));

	if (source == NULL) {
		headroom->sources.left_out++;
		return;
	}
	if (source->ports == NULL)
		source->ports = arena_alloc(headroom->arena, VALUE_SET_SIZE / 8);
	source->used += (source->ports[port / 8] & bit) == 0;
	source->ports[port / 8] |= bit;
	source->bound += socket->bound;
}

void headroom_add(struct headroom *headroom, const struct tcp_socket *socket)
{
	const struct tcp_settings *settings = headroom->settings;
	uint16_t port = socket->local.port;

	if (!headroom_in_range(settings, port))
		return;
	add_source(headroom, socket);
	if (socket->bound)
		return;
	const struct headroom_tuple key = {.source = socket->local.address,
					   .destination = socket->remote.address,
					   .destination_port = socket->remote.port};
	struct headroom_tuple *tuple = tally_at(&headroom->tuples, &key);
	if (tuple == NULL) {
		headroom->tuples.left_out++;
		return;
	}
	tuple->used++;
	tuple->first_half += (port - settings->range_first) % 2 == 0;
	if (socket->state == TCP_STATE_TIME_WAIT) {
		tuple->time_wait++;
		tuple->ripe += socket->expires_ms + settings->numbers[TCP_SETTING_REUSE_DELAY] < TCP_TIME_WAIT_MS;
	}
}

void headroom_end(struct headroom *headroom)
{
	const struct tcp_settings *settings = headroom->settings;
	uint32_t last = settings->range_last, size = last - settings->range_first + 1u;

	if (size > 1 && size % 2 == 1)
		last--;
	headroom->capacity = 0;
	headroom->first_half = 0;
	for (uint32_t port = settings->range_first; port <= last; port++) {
		bool listens = (headroom->listening[port / 8] >> (port % 8) & 1) != 0;

		if (listens || tcp_settings_reserved(settings, (uint16_t)port))
			continue;
		headroom->capacity++;
		headroom->first_half += (port - settings->range_first) % 2 == 0;
	}
	for (size_t i = 0; i < headroom->tuples.count; i++) {
		struct headroom_tuple *tuple = tally_item(&headroom->tuples, i);

		tuple->reuses = tcp_settings_reuse(settings, tcp_address_is_loopback(&tuple->source) ||
								     tcp_address_is_loopback(&tuple->destination));
		tuple->taken = tuple->reuses ? tuple->used - tuple->ripe : tuple->used;
	}
}

static unsigned percent(uint64_t part, uint64_t whole)
{
	return whole == 0 || part >= whole ? 100 : (unsigned)(part * 100 / whole);
}

unsigned headroom_percent(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	return percent(tuple->taken, headroom->capacity);
}

unsigned headroom_source_percent(const struct headroom *headroom, const struct headroom_source *source)
{
	return percent(source->used, headroom->capacity);
}

uint32_t headroom_bound_early(const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	return tuple->first_half < headroom->first_half / 2 ? tuple->used - tuple->first_half : 0;
}

static int tuple_order(const void *left, const void *right)
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
	return (const struct headroom_tuple **)tally_top(arena, &headroom->tuples, tuple_order, most, count);
}

const struct headroom_source **headroom_top_sources(struct arena *arena, const struct headroom *headroom, size_t most,
						    size_t *count)
{
	return (const struct headroom_source **)tally_top(arena, &headroom->sources, source_order, most, count);
}
