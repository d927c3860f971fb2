/*
 * The kernel's counters that say something about TIME-WAIT, full queues and churn: which they are, what they mean, and how
 * fast they grow between two looks. Of one network namespace, since it was made.
 */
#ifndef HOLDFAST_CORE_TCP_COUNTERS_H
#define HOLDFAST_CORE_TCP_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tcp_counter {
	TCP_COUNTER_ACTIVE_OPENS,
	TCP_COUNTER_PASSIVE_OPENS,
	TCP_COUNTER_TW,
	TCP_COUNTER_TW_RECYCLED,
	TCP_COUNTER_TW_KILLED,
	TCP_COUNTER_TW_OVERFLOW,
	TCP_COUNTER_PAWS_ESTABLISHED,
	TCP_COUNTER_PAWS_TIME_WAIT,
	TCP_COUNTER_PAWS_ACTIVE,
	TCP_COUNTER_LISTEN_OVERFLOWS,
	TCP_COUNTER_LISTEN_DROPS,
	TCP_COUNTER_SYN_QUEUE_DROPS,
	TCP_COUNTER_SYN_QUEUE_COOKIES,
	TCP_COUNTER_ABORT_ON_MEMORY,
	TCP_COUNTERS,
};

struct tcp_counter_row {
	const char *file;    /* /proc/net/snmp or /proc/net/netstat */
	const char *group;   /* the word before the colon of its two lines */
	const char *name;    /* as the kernel calls it */
	const char *meaning; /* one clause */
};
extern const struct tcp_counter_row tcp_counter_rows[TCP_COUNTERS];

struct tcp_counters {
	bool known[TCP_COUNTERS]; /* not every kernel has every counter */
	uint64_t values[TCP_COUNTERS];
};

/* A number beyond this is none: so many pages in bytes still fit into 63 bits, and a hundred times as many of anything. */
#define TCP_COUNTER_MOST ((uint64_t)1 << 48)

/* Takes over the counters of `file` from its text: pairs of lines, names and then numbers, both behind "Group:". */
void tcp_counters_take(struct tcp_counters *counters, const char *file, const char *text);
/* By how much the counter has grown; 0 where either is not known, or it was set back (another namespace). */
uint64_t tcp_counters_grown(const struct tcp_counters *before, const struct tcp_counters *after,
			    enum tcp_counter counter);

/* /proc/net/sockstat: what the kernel keeps ready, at no cost. */
struct tcp_sockstat {
	bool known;
	uint64_t sockets;   /* of this namespace, of every kind, but for records without a process behind them */
	uint64_t time_wait; /* of this namespace, both families, orphans in FIN-WAIT-2 too */
	uint64_t orphans;   /* of the host: closed by their process, not over; without those in time_wait */
	uint64_t pages;     /* of the host: memory of all TCP buffers */
};
bool tcp_sockstat_take(struct tcp_sockstat *sockstat, const char *text);

#endif
