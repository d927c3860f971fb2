/*
 * Port headroom: how many local ports are left for connect(), towards each peer and from each local address.
 *
 * A connection is told by both addresses and both ports, so connect() has one range of ports (net.ipv4.ip_local_port_range
 * less net.ipv4.ip_local_reserved_ports) for each (source address, destination address, destination port). Nothing in the
 * kernel counts the EADDRNOTAVAIL that comes when it is used up; this computes it from the sockets that are there.
 *
 * connect() takes the ports with the parity of the range's first one before any other, bind(2) to port 0 the others first
 * (inet_hash_connect, inet_csk_find_open_port; measured on 6.18): a range is really two halves. Ports of the second half towards
 * a peer, while the first is not used up, tell of a program that binds before it connects. Of a range with an odd size one port
 * is passed over by each search, so the capacity is the even size.
 */
#ifndef HOLDFAST_CORE_HEADROOM_H
#define HOLDFAST_CORE_HEADROOM_H

#include "tally.h"
#include "tcp_settings.h"
#include "tcp_socket.h"

/* Percent of the ports from which on it is worth a word, and from which on it is pressing. */
enum { HEADROOM_NOTICE = 50, HEADROOM_WARN = 80 };

/* The connections from one address to one peer. */
struct headroom_tuple {
	struct tcp_address source, destination;
	uint64_t destination_port;
	uint32_t used;       /* local ports of the range */
	uint32_t first_half; /* of them in the half that connect() takes first */
	uint32_t time_wait;
	uint32_t ripe;                                  /* in TIME-WAIT for longer than net.ipv4.tcp_tw_reuse_delay */
	uint32_t time_wait_first_half, ripe_first_half; /* of them in the first half */
	/* Set by headroom_end: */
	uint32_t waiting; /* of time_wait: those that tcp_tw_reuse would free, and does not as things are */
	uint32_t early;   /* most likely bound before they were connected, without IP_BIND_ADDRESS_NO_PORT */
	uint32_t taken; /* ports that connect() cannot have: what is held, and these without what tcp_tw_reuse frees */
	bool reuses;    /* tcp_tw_reuse works here as things are */
};

/* All that leaves from one address: what a bind() before connect() has to find a port in. */
struct headroom_source {
	struct tcp_address address;
	uint8_t *ports; /* bits, as in struct tcp_settings */
	uint64_t used;  /* local ports of the range that are in use towards anybody */
	uint64_t bound; /* sockets that have a port and are not connected */
	bool overflows; /* bind() has used up the second half and takes from the first; set by headroom_end */
};

struct headroom {
	const struct tcp_settings *settings;
	const uint8_t *listening; /* bits: ports with a listener, which connect() passes over */
	struct arena *arena;
	/* Set by headroom_end: */
	uint32_t room;                     /* ports of the range that are not reserved and have no listener */
	uint32_t first_half;               /* of them in the half that connect() takes first */
	uint32_t held;                     /* of them held by bind(): connect() passes them over, towards whomever */
	uint32_t capacity;                 /* what is left of the room: so many connect() has towards each peer */
	uint32_t early;                    /* sockets of all tuples that look as if they were bound early */
	bool marked;                       /* headroom_mark has seen the sockets */
	uint8_t bound[VALUE_SET_SIZE / 8]; /* bits: ports held by bind(), as far as headroom_mark was told */
	struct tally tuples;               /* struct headroom_tuple */
	struct tally sources;              /* struct headroom_source */
};

/* listening is looked at by headroom_end only. Both inputs outlive the headroom. */
void headroom_begin(struct arena *arena, const struct tcp_settings *settings, const uint8_t *listening, uint64_t seed,
		    struct headroom *headroom);
/* A socket on the side that connects. */
void headroom_add(struct headroom *headroom, const struct tcp_socket *socket);
/* Reckons everything. May be called again after headroom_mark. */
void headroom_end(struct headroom *headroom);
/*
 * A port that bind() has taken is lost for connect() towards everybody (__inet_hash_connect skips its bucket; measured on
 * 6.18), also while the connection is in TIME-WAIT. Which ports these are takes a second look at every socket; true: there are
 * enough of them to matter.
 */
bool headroom_wants_marks(const struct headroom *headroom);
/* The second look, after headroom_end: a socket on the side that connects, or one that is only bound. */
void headroom_mark(struct headroom *headroom, const struct tcp_socket *socket);

/* Whether the port is one that connect() may choose. */
bool headroom_in_range(const struct tcp_settings *settings, uint16_t port);
/* What part of the room is taken, 0 to 100, rounded down. */
unsigned headroom_percent(const struct headroom *headroom, const struct headroom_tuple *tuple);
/* Of the tuple with the least left; without one, of a peer that is yet to come. */
unsigned headroom_percent_most(const struct headroom *headroom);
unsigned headroom_source_percent(const struct headroom *headroom, const struct headroom_source *source);
/* Both halves are used alike, so that nothing tells whether the program binds before it connects. */
bool headroom_is_unclear(const struct headroom *headroom, const struct headroom_tuple *tuple);
/* Of two struct headroom_tuple: less than 0 when the left one is the fuller. Two tuples are never equal. */
int headroom_order(const void *left, const void *right);
/* The fullest first. */
const struct headroom_tuple **headroom_top(struct arena *arena, const struct headroom *headroom, size_t most,
					   size_t *count) RETURNS_NONNULL;
const struct headroom_source **headroom_top_sources(struct arena *arena, const struct headroom *headroom, size_t most,
						    size_t *count) RETURNS_NONNULL;

#endif
