#include "census.h"

#include <stddef.h>
#include <string.h>

#include "../base/attributes.h"

enum { PEERS_MOST = 16384, SERVICES_MOST = 4096 };

const char *const census_side_names[CENSUS_SIDES] = {[CENSUS_CONNECTS] = "connects", [CENSUS_ACCEPTS] = "accepts"};
const char *const census_source_names[CENSUS_SOURCES] = {
	[CENSUS_SOCK_DIAG] = "sock_diag", [CENSUS_PROC] = "proc", [CENSUS_SOCKSTAT] = "sockstat"};

void census_begin(struct arena *arena, const struct tcp_settings *settings, uint64_t seed, struct census *census)
{
	*census = (struct census){
		.whole = true,
		.peers = {.arena = arena,
			  .key_size = offsetof(struct census_peer, sockets),
			  .item_size = sizeof(struct census_peer),
			  .most = PEERS_MOST,
			  .seed = seed},
		.services = {.arena = arena,
			     .key_size = offsetof(struct census_service, address),
			     .item_size = sizeof(struct census_service),
			     .most = SERVICES_MOST,
			     .seed = seed},
	};
	headroom_begin(arena, settings, census->listening, seed, &census->headroom);
}

static bool listens(const struct census *census, uint16_t port)
{
	return (census->listening[port / 8] >> (port % 8) & 1) != 0;
}

static enum census_side side_of(const struct census *census, const struct tcp_socket *socket)
{
	const struct tcp_settings *settings = census->headroom.settings;

	if (socket->state == TCP_STATE_SYN_SENT)
		return CENSUS_CONNECTS;
	if (socket->state == TCP_STATE_SYN_RECEIVED || listens(census, socket->local.port))
		return CENSUS_ACCEPTS;
	if (headroom_in_range(settings, socket->local.port))
		return CENSUS_CONNECTS;
	/* A service that has gone, or a client with a port of its own choice, which bindresvport(3) takes from 512 on. */
	uint16_t port = socket->local.port;
	bool reserved = port >= 512 && port < 1024;
	if (headroom_in_range(settings, socket->remote.port) || (!reserved && port < socket->remote.port))
		return CENSUS_ACCEPTS;
	return CENSUS_CONNECTS;
}

static struct census_service *service_at(struct census *census, uint16_t port)
{
	const uint64_t key = port;

	return tally_at(&census->services, &key);
}

/* Whether the socket's queue is fuller, by the part of its room that is taken. */
static bool is_fuller(const struct tcp_socket *socket, const struct census_service *service)
{
	return !service->backlog_known ||
	       socket->queue * ((uint64_t)service->backlog + 1) > service->queue * ((uint64_t)socket->backlog + 1);
}

static void add_listener(struct census *census, const struct tcp_socket *socket)
{
	uint16_t port = socket->local.port;
	struct census_service *service = service_at(census, port);

	census->listening[port / 8] |= (uint8_t)(1u << (port % 8));
	if (service == NULL) {
		census->services.left_out++;
		return;
	}
	if (service->listeners++ == 0)
		service->address = socket->local.address;
	else if (memcmp(&service->address, &socket->local.address, sizeof(service->address)) != 0)
		service->address = (struct tcp_address){{0}};
	if (socket->backlog_known && is_fuller(socket, service)) {
		service->backlog_known = true;
		service->queue = socket->queue;
		service->backlog = socket->backlog;
	}
}

static void add_peer(struct census *census, const struct tcp_socket *socket, enum census_side side)
{
	const struct census_peer key = {.address = socket->remote.address,
					.port = side == CENSUS_CONNECTS ? socket->remote.port : 0,
					.side = side};
	struct census_peer *peer = tally_at(&census->peers, &key);

	if (peer == NULL) {
		census->peers.left_out++;
		return;
	}
	peer->sockets++;
	peer->time_wait += socket->state == TCP_STATE_TIME_WAIT;
}

static void add_connection(struct census *census, const struct tcp_socket *socket)
{
	enum census_side side = side_of(census, socket);

	census->waits[side] += socket->state == TCP_STATE_TIME_WAIT;
	add_peer(census, socket, side);
	if (side == CENSUS_CONNECTS) {
		headroom_add(&census->headroom, socket);
		return;
	}
	struct census_service *service = service_at(census, socket->local.port);
	if (service == NULL) {
		census->services.left_out++;
		return;
	}
	service->sockets++;
	service->time_wait += socket->state == TCP_STATE_TIME_WAIT;
}

void census_add(struct census *census, const struct tcp_socket *socket)
{
	struct census_count *count = &census->states[socket->state];

	if (socket->bound) {
		census->bound++;
		if (census->detailed)
			headroom_mark(&census->headroom, socket);
		return;
	}
	count->ipv4 += !socket->ipv6;
	count->ipv6 += socket->ipv6;
	/* An IPv6 listener on any address carries both; what it is called is no IPv4 address. */
	count->mapped += socket->ipv6 && tcp_address_is_v4(&socket->local.address);
	census->owned += !socket->ownerless && socket->state != TCP_STATE_SYN_RECEIVED;
	census->orphans += socket->ownerless && socket->state == TCP_STATE_FIN_WAIT_2;
	if (!census->detailed)
		return;
	if (socket->state == TCP_STATE_LISTEN)
		add_listener(census, socket);
	else if (socket->state != TCP_STATE_CLOSED)
		add_connection(census, socket);
}

void census_mark(struct census *census, const struct tcp_socket *socket)
{
	if (socket->state != TCP_STATE_CLOSED && socket->state != TCP_STATE_LISTEN &&
	    side_of(census, socket) == CENSUS_CONNECTS)
		headroom_mark(&census->headroom, socket);
}

void census_end(struct census *census)
{
	const struct census_count *waiting = &census->states[TCP_STATE_TIME_WAIT];

	census->time_wait = waiting->ipv4 + waiting->ipv6;
	if (census->detailed)
		headroom_end(&census->headroom);
}

bool census_is_full(const struct census_service *service)
{
	return service->backlog_known && service->queue > service->backlog;
}

uint64_t census_count(const struct census *census, enum tcp_state state)
{
	if (state == TCP_STATE_TIME_WAIT && !census->detailed)
		return census->time_wait;
	return census->states[state].ipv4 + census->states[state].ipv6;
}

uint64_t census_total(const struct census *census)
{
	uint64_t total = 0;

	for (unsigned state = 0; state < TCP_STATES; state++)
		total += census_count(census, (enum tcp_state)state);
	return total;
}

static int peer_order(const void *left, const void *right)
{
	const struct census_peer *a = left, *b = right;

	if (a->time_wait != b->time_wait)
		return a->time_wait > b->time_wait ? -1 : 1;
	if (a->sockets != b->sockets)
		return a->sockets > b->sockets ? -1 : 1;
	return memcmp(a, b, offsetof(struct census_peer, sockets));
}

static int service_order(const void *left, const void *right)
{
	const struct census_service *a = left, *b = right;

	if (a->time_wait != b->time_wait)
		return a->time_wait > b->time_wait ? -1 : 1;
	if (a->sockets != b->sockets)
		return a->sockets > b->sockets ? -1 : 1;
	return a->port < b->port ? -1 : a->port > b->port;
}

const struct census_peer **census_top_peers(struct arena *arena, const struct census *census, size_t most,
					    size_t *count)
{
	const struct census_peer **top =
		(const struct census_peer **)tally_top(arena, &census->peers, peer_order, most, count);

	while (*count > 0 && top[*count - 1]->time_wait == 0)
		--*count;
	return top;
}

const struct census_service **census_top_services(struct arena *arena, const struct census *census, size_t most,
						  size_t *count)
{
	const struct census_service **top =
		(const struct census_service **)tally_top(arena, &census->services, service_order, most, count);

	while (*count > 0 && top[*count - 1]->sockets == 0)
		--*count;
	return top;
}
