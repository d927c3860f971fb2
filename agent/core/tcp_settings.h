/*
 * The live values, as numbers, of the kernel parameters that say how many ports and connections there is room for
 * (catalogue_tcp_keys).
 */
#ifndef HOLDFAST_CORE_TCP_SETTINGS_H
#define HOLDFAST_CORE_TCP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "facts.h"
#include "value_sets.h"

/* How long a connection stays in TIME-WAIT: a constant of the kernel (TCP_TIMEWAIT_LEN, include/net/tcp.h). */
enum { TCP_TIME_WAIT_MS = 60000 };
/* What one record of it takes (tw_sock_TCP in /proc/slabinfo, Linux 6.18, x86_64). */
enum { TCP_TIME_WAIT_BYTES = 256 };
/* Before net.ipv4.tcp_tw_reuse_delay (6.14) the delay was this, fixed. */
enum { TCP_REUSE_DELAY_MS = 1000 };

/* The values; what could not be read has its kernel default, and is not in `known`. */
struct tcp_settings {
	bool known[CATALOGUE_TCPS];
	int64_t numbers[CATALOGUE_TCPS]; /* the first number of each; RANGE: the first port */
	bool halves; /* connect() and bind() begin with different halves of the range: since Linux 4.2 (07f4c90062f8) */
	uint16_t range_first, range_last;     /* first <= last */
	uint8_t reserved[VALUE_SET_SIZE / 8]; /* bit p % 8 of byte p / 8: port p is in ip_local_reserved_ports */
};

/* What such a kernel has, before its parameters are read; one that is not known is taken for an old one. */
void tcp_settings_defaults(struct tcp_settings *settings, struct facts_version kernel);
/* Takes the text of /proc/sys over. What does not read as it should stays at its default. */
void tcp_settings_take(struct tcp_settings *settings, enum catalogue_tcp setting, const char *text);
/* Whether connect() may take ports in TIME-WAIT again, on loopback and beyond: net.ipv4.tcp_tw_reuse with timestamps. */
bool tcp_settings_reuse(const struct tcp_settings *settings, bool loopback);

static inline bool tcp_settings_reserved(const struct tcp_settings *settings, uint16_t port)
{
	return (settings->reserved[port / 8] >> (port % 8) & 1) != 0;
}

#endif
