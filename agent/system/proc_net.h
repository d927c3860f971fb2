/*
 * /proc/net of a tree: counters, sockstat, and the sockets themselves where netlink is not to be had (a fake host, a kernel
 * without it). On this machine it is that of the network namespace that the process is in.
 */
#ifndef HOLDFAST_SYSTEM_PROC_NET_H
#define HOLDFAST_SYSTEM_PROC_NET_H

#include "../core/tcp_counters.h"
#include "sock_diag.h"
#include "tree.h"

/* What cannot be read stays not known. */
void proc_net_counters(struct arena *arena, const struct tree *tree, struct tcp_counters *counters);
void proc_net_sockstat(struct arena *arena, const struct tree *tree, struct tcp_sockstat *sockstat);

/*
 * The sockets of /proc/net/tcp and tcp6, in the states asked for. *whole: every line could be read. False: there is no
 * /proc/net/tcp. Many times slower than sock_diag_list; sockets that are only bound are not in it, queues of listeners are
 * without their bound.
 */
bool proc_net_list(const struct tree *tree, uint32_t states, const struct sock_visitor *visitor, bool *whole,
		   struct error *err) MUST_CHECK;
/* One line of them, without the newline: for proc_net_list and its tests. False: it is none of a socket. */
bool proc_net_line(const char *line, size_t length, bool ipv6, struct tcp_socket *socket) MUST_CHECK;

#endif
