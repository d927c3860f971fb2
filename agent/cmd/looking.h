/*
 * A look at the TCP sockets: settings, counters and the census, from netlink on this machine and from /proc/net of a tree.
 */
#ifndef HOLDFAST_CMD_LOOKING_H
#define HOLDFAST_CMD_LOOKING_H

#include "../report/report_tcp.h"
#include "pipeline.h"

struct look {
	struct arena *arena;
	int64_t now_ms, steady_ms;
	const char *time;
	struct tcp_settings settings;
	struct tcp_counters counters;
	struct tcp_sockstat sockstat;
	struct census census;
	struct readings readings;
};

/*
 * How closely. LOOK_TIME_WAIT asks /proc/net/sockstat alone. LOOK_TOTALS counts states: TIME-WAIT by sockstat, the others
 * from a listing without it. LOOK_ALL lists every socket.
 */
enum look_depth { LOOK_TIME_WAIT, LOOK_TOTALS, LOOK_ALL };

/* Enters the namespace of --netns, opens the tree and what else a look needs. False: run->exit is set. */
bool looking_prepare(struct run *run, enum look_depth depth) MUST_CHECK;
/* Needs the tree of the run, and its proc_sys for what is more than LOOK_TIME_WAIT. Everything goes to the arena. */
bool looking_take(struct arena *arena, const struct run *run, enum look_depth depth, struct look *look,
		  struct error *err) MUST_CHECK;
/* What it means. before: an earlier look, NULL = none. */
void looking_read(struct look *look, const struct look *before);
/* For the report modules. */
void looking_report(const struct run *run, const struct look *look, const struct look *before,
		    struct report_tcp *report);

#endif
