/*
 * A host with a range of ports, before its headroom: for test_headroom and test_headroom_held.
 */
#ifndef HOLDFAST_TESTS_PORT_HOST_H
#define HOLDFAST_TESTS_PORT_HOST_H

#include "core/headroom.h"
#include "unit.h"

/* A host with a range of ports; sockets are added to it, and then it is reckoned. */
struct port_host {
	struct tcp_settings settings;
	uint8_t listening[VALUE_SET_SIZE / 8];
	struct headroom headroom;
};

struct port_host *port_host_make(struct unit *unit, uint16_t first, uint16_t last);
struct tcp_address port_host_address(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
/* Towards 10.0.0.5:80 from 10.0.0.1. */
struct tcp_socket port_host_socket(uint16_t port, enum tcp_state state, uint32_t expires_ms);
void port_host_add(struct port_host *host, uint16_t port, enum tcp_state state, uint32_t expires_ms);
const struct headroom_tuple *port_host_tuple(struct unit *unit, const struct port_host *host);

#endif
