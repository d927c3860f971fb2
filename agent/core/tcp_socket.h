/*
 * One TCP socket as the kernel lists it (system/sock_diag, system/proc_net), and the states it can be in.
 *
 * A socket that no process owns any more is kept by the kernel as a short record: in TIME-WAIT, or in FIN-WAIT-2 when the
 * other side has not closed yet. /proc/net/sockstat counts both as "tw".
 */
#ifndef HOLDFAST_CORE_TCP_SOCKET_H
#define HOLDFAST_CORE_TCP_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/arena.h"

/* By the kernel's own numbers (include/net/tcp_states.h), which netlink and /proc/net/tcp use. */
enum tcp_state {
	TCP_STATE_NONE,
	TCP_STATE_ESTABLISHED,
	TCP_STATE_SYN_SENT,
	TCP_STATE_SYN_RECEIVED,
	TCP_STATE_FIN_WAIT_1,
	TCP_STATE_FIN_WAIT_2,
	TCP_STATE_TIME_WAIT,
	TCP_STATE_CLOSED,
	TCP_STATE_CLOSE_WAIT,
	TCP_STATE_LAST_ACK,
	TCP_STATE_LISTEN,
	TCP_STATE_CLOSING,
	TCP_STATES,
};

struct tcp_state_name {
	const char *standard; /* of RFC 9293: FIN-WAIT-1 */
	const char *netstat;  /* as netstat(8) prints it: FIN_WAIT1 */
	const char *meaning;
};
/* By enum tcp_state; the first is empty. */
extern const struct tcp_state_name tcp_state_names[TCP_STATES];
/* The states in the order of a connection's life, for printing: from LISTEN to CLOSED. */
enum { TCP_STATES_SHOWN = TCP_STATES - 1 };
extern const enum tcp_state tcp_state_order[TCP_STATES_SHOWN];

/* 16 bytes in network order; an IPv4 address as ::ffff:a.b.c.d, so that both ways to write it are one. */
struct tcp_address {
	uint8_t bytes[16];
};
struct tcp_end {
	struct tcp_address address;
	uint16_t port;
};

struct tcp_socket {
	enum tcp_state state;
	bool ipv6;           /* the socket's own family; it may carry IPv4 all the same (an IPv4-mapped address) */
	bool ownerless;      /* TIME-WAIT, or FIN-WAIT-2 of an orphan */
	bool bound;          /* has a port by bind(2) and neither listens nor connects (told since Linux 6.8) */
	uint32_t expires_ms; /* of an ownerless one: it goes after so long */
	/* LISTEN: connections that wait for accept(2). One more than the backlog may wait (sk_acceptq_is_full). */
	uint32_t queue, backlog;
	bool backlog_known;
	struct tcp_end local, remote;
};

void tcp_address_v4(struct tcp_address *address, const uint8_t bytes[4]);
bool tcp_address_is_v4(const struct tcp_address *address);
/* 127.0.0.0/8 and ::1: what net.ipv4.tcp_tw_reuse = 2 is about. */
bool tcp_address_is_loopback(const struct tcp_address *address);
/* 0.0.0.0 and :: */
bool tcp_address_is_any(const struct tcp_address *address);
/* "10.0.0.5", "2001:db8::1" */
const char *tcp_address_text(struct arena *arena, const struct tcp_address *address);
/* "10.0.0.5:8080", "[2001:db8::1]:8080", "*:80" for any address */
const char *tcp_end_text(struct arena *arena, const struct tcp_end *end);

#endif
