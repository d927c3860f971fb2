/*
 * The kernel parameters that say how many ports and connections there is room for: which they are, and their live values
 * as numbers. Keys of the census stand in this table and nowhere else.
 */
#ifndef HOLDFAST_CORE_TCP_SETTINGS_H
#define HOLDFAST_CORE_TCP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "value_sets.h"

enum tcp_setting {
	TCP_SETTING_RANGE,
	TCP_SETTING_RESERVED,
	TCP_SETTING_REUSE,
	TCP_SETTING_REUSE_DELAY,
	TCP_SETTING_TIMESTAMPS,
	TCP_SETTING_TIME_WAIT_MOST,
	TCP_SETTING_ORPHANS_MOST,
	TCP_SETTING_FIN_TIMEOUT,
	TCP_SETTING_BACKLOG,
	TCP_SETTING_SYN_BACKLOG,
	TCP_SETTING_SYNCOOKIES,
	TCP_SETTING_MEMORY,
	TCP_SETTINGS,
};
/* Path of each. */
extern const char *const tcp_setting_keys[TCP_SETTINGS];

/* The last word of the path: "tcp_tw_reuse". */
const char *tcp_setting_word(enum tcp_setting setting) RETURNS_NONNULL;
/* Whether the parameter is one of them, or another of TCP. */
bool tcp_setting_concerns(const char *path);

/* How long a connection stays in TIME-WAIT: a constant of the kernel (TCP_TIMEWAIT_LEN, include/net/tcp.h). */
enum { TCP_TIME_WAIT_MS = 60000 };
/* What one record of it takes (tw_sock_TCP in /proc/slabinfo, Linux 6.18, x86_64). */
enum { TCP_TIME_WAIT_BYTES = 256 };
/* Before net.ipv4.tcp_tw_reuse_delay (6.14) the delay was this, fixed. */
enum { TCP_REUSE_DELAY_MS = 1000 };

/* The values; what could not be read has its kernel default, and is not in `known`. */
struct tcp_settings {
	bool known[TCP_SETTINGS];
	int64_t numbers[TCP_SETTINGS]; /* the first number of each; RANGE: the first port */
	bool halves; /* connect() and bind() begin with different halves of the range: since Linux 4.2 (07f4c90062f8) */
	uint16_t range_first, range_last;     /* first <= last */
	uint8_t reserved[VALUE_SET_SIZE / 8]; /* bit p % 8 of byte p / 8: port p is in ip_local_reserved_ports */
};

void tcp_settings_defaults(struct tcp_settings *settings);
/* Takes the text of /proc/sys over. What does not read as it should stays at its default. */
void tcp_settings_take(struct tcp_settings *settings, enum tcp_setting setting, const char *text);
/* Whether connect() may take ports in TIME-WAIT again, on loopback and beyond: net.ipv4.tcp_tw_reuse with timestamps. */
bool tcp_settings_reuse(const struct tcp_settings *settings, bool loopback);

static inline bool tcp_settings_reserved(const struct tcp_settings *settings, uint16_t port)
{
	return (settings->reserved[port / 8] >> (port % 8) & 1) != 0;
}

#endif
