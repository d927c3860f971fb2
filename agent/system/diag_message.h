/*
 * The bytes of NETLINK_SOCK_DIAG (sock_diag(7), include/uapi/linux/inet_diag.h): a request for TCP sockets by state, and the
 * answers one by one. No I/O: what comes from the kernel is held to its lengths here as if it came from anybody.
 */
#ifndef HOLDFAST_SYSTEM_DIAG_MESSAGE_H
#define HOLDFAST_SYSTEM_DIAG_MESSAGE_H

#include <stddef.h>

#include "../core/tcp_socket.h"

/*
 * DIAG_BOTH is the request of before Linux 3.3 (TCPDIAG_GETSOCK), which every later kernel answers too: with IPv4 and IPv6
 * in one walk through the table of sockets. The newer one wants a walk for each family.
 */
enum diag_family { DIAG_BOTH, DIAG_IPV4, DIAG_IPV6 };

/* Sets of states: a bit for each enum tcp_state, and one for sockets that are only bound (Linux 6.8). */
enum { DIAG_BOUND = 1 << 13, DIAG_ALL = (1 << TCP_STATES) - 2 };

/* The timer that the kernel shows of a record without an owner, here and in /proc/net/tcp. */
enum { DIAG_TIMER_OWNERLESS = 3 };

enum { DIAG_REQUEST_SIZE = 76 };

/* Writes the request; returns its length. */
size_t diag_message_request(uint8_t bytes[DIAG_REQUEST_SIZE], enum diag_family family, uint32_t states,
			    uint32_t sequence) MUST_CHECK;

enum diag_answer {
	DIAG_SOCKET,  /* *socket is filled in */
	DIAG_OTHER,   /* a message that says nothing about a socket that we asked for */
	DIAG_DONE,    /* the end of the dump */
	DIAG_REFUSED, /* *number is an errno */
	DIAG_EMPTY,   /* nothing is left in the bytes: receive more */
	DIAG_BROKEN,  /* not a message as the kernel writes it */
};
/* What was read so far of the bytes that one recv(2) brought. */
struct diag_walk {
	const uint8_t *bytes;
	size_t length, at;
	uint32_t sequence; /* of the request; answers to another one are DIAG_OTHER */
	bool interrupted;  /* a message says that the dump was disturbed (NLM_F_DUMP_INTR) */
	int number;        /* DIAG_REFUSED */
};
/* Reads the message at walk->at and moves behind it. *socket is written only by DIAG_SOCKET. */
enum diag_answer diag_message_next(struct diag_walk *walk, struct tcp_socket *socket) MUST_CHECK;

#endif
