#include "port_host.h"

struct port_host *port_host_make(struct unit *unit, uint16_t first, uint16_t last)
{
	struct port_host *host = arena_alloc(&unit->arena, sizeof(*host));

	tcp_settings_defaults(&host->settings, (struct facts_version){0});
	host->settings.range_first = first;
	host->settings.range_last = last;
	host->settings.halves = true;
	headroom_begin(&unit->arena, &host->settings, host->listening, 42, &host->headroom);
	return host;
}

struct tcp_address port_host_address(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	const uint8_t bytes[4] = {a, b, c, d};
	struct tcp_address address;

	tcp_address_v4(&address, bytes);
	return address;
}

struct tcp_socket port_host_socket(uint16_t port, enum tcp_state state, uint32_t expires_ms)
{
	return (struct tcp_socket){.state = state,
				   .ownerless = state == TCP_STATE_TIME_WAIT,
				   .expires_ms = expires_ms,
				   .local = {.address = port_host_address(10, 0, 0, 1), .port = port},
				   .remote = {.address = port_host_address(10, 0, 0, 5), .port = 80}};
}

void port_host_add(struct port_host *host, uint16_t port, enum tcp_state state, uint32_t expires_ms)
{
	const struct tcp_socket socket = port_host_socket(port, state, expires_ms);

	headroom_add(&host->headroom, &socket);
}

const struct headroom_tuple *port_host_tuple(struct unit *unit, const struct port_host *host)
{
	static const struct headroom_tuple none = {.used = 0};

	return HOLDS(unit, "one tuple", host->headroom.tuples.count == 1) ? tally_item(&host->headroom.tuples, 0)
									  : &none;
}
