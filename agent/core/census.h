/*
 * The census: TCP sockets by state, and of those in TIME-WAIT towards whom and for which service.
 *
 *	census_begin
 *	census_add       for every socket; those that listen first, because they tell who accepts
 *	census_end
 *	census_mark      for every socket again, if headroom_wants_marks; then census_end once more
 *
 * What is added is counted and forgotten: memory does not grow with the number of sockets. Peers and services have
 * bounded tables that say what found no room (core/tally).
 *
 * Who connects and who accepts is not in a socket. A local port with a listener belongs to the side that accepts; else one in
 * net.ipv4.ip_local_port_range to the side that connects. A service that has stopped listening is taken for one that
 * connects when its port lies in that range; outside of it the lower port is the service's, but for 512 to 1023.
 */
#ifndef HOLDFAST_CORE_CENSUS_H
#define HOLDFAST_CORE_CENSUS_H

#include "headroom.h"

enum census_side { CENSUS_CONNECTS, CENSUS_ACCEPTS, CENSUS_SIDES };
extern const char *const census_side_names[CENSUS_SIDES];

/* Who is at the other end: an address and port that this side connects to, or an address that connections come from. */
struct census_peer {
	struct tcp_address address;
	uint32_t port; /* 0 of one that connects to us: it uses many */
	uint32_t side;
	uint64_t sockets, time_wait;
};

/* A local port that accepts. */
struct census_service {
	uint64_t port;
	struct tcp_address address; /* of the listener; any where several listen */
	uint64_t listeners;
	uint32_t queue, backlog; /* of the listener whose queue is the fullest */
	bool backlog_known;
	uint64_t sockets, time_wait;
};

struct census_count {
	uint64_t ipv4, ipv6;
	uint64_t mapped; /* of ipv6: those that carry IPv4, such as the clients of a listener on both */
};

enum census_source {
	CENSUS_SOCK_DIAG, /* netlink */
	CENSUS_PROC,      /* /proc/net/tcp and tcp6 */
	CENSUS_SOCKSTAT,  /* /proc/net/sockstat alone: TIME-WAIT is all that is known */
	CENSUS_SOURCES,
};
extern const char *const census_source_names[CENSUS_SOURCES];

struct census {
	enum census_source source;
	bool detailed; /* every socket was looked at: peers, services and headroom are there */
	bool whole;    /* false: changes interrupted the listing, or a part could not be read; counts may be off */
	struct census_count states[TCP_STATES];
	uint64_t time_wait; /* the sum of the state; when those were not listed the caller's, after census_end */
	uint64_t owned;     /* full sockets, as sockstat counts them: no records, none half open */
	uint64_t orphans;   /* in FIN-WAIT-2, kept by the kernel alone as short records */
	bool bound_known;   /* the next was asked for; of kernels before 6.8 it is 0 all the same */
	uint64_t bound;     /* have a port, and neither listen nor connect; in no state */
	uint64_t waits[CENSUS_SIDES]; /* in TIME-WAIT */
	struct tally peers;           /* struct census_peer */
	struct tally services;        /* struct census_service */
	struct headroom headroom;
	uint8_t listening[VALUE_SET_SIZE / 8]; /* bits: local ports with a listener */
};

/* seed: any number that nobody else knows. settings outlives the census, which is not to be copied: a part points to another. */
void census_begin(struct arena *arena, const struct tcp_settings *settings, uint64_t seed, struct census *census);
/* Counts one socket; of a detailed census also who it is with. */
void census_add(struct census *census, const struct tcp_socket *socket);
void census_end(struct census *census);
/* Finds the ports that bind() holds; counts nothing. */
void census_mark(struct census *census, const struct tcp_socket *socket);

/* Whether the next connection to the service would find no room. */
bool census_is_full(const struct census_service *service);
uint64_t census_count(const struct census *census, enum tcp_state state);
/* All states together. */
uint64_t census_total(const struct census *census);
/* Those with the most sockets in TIME-WAIT first; without any are left out. */
const struct census_peer **census_top_peers(struct arena *arena, const struct census *census, size_t most,
					    size_t *count) RETURNS_NONNULL;
/* By TIME-WAIT, then by connections; without any of either are left out. */
const struct census_service **census_top_services(struct arena *arena, const struct census *census, size_t most,
						  size_t *count) RETURNS_NONNULL;

#endif
