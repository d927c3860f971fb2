/*
 * All TCP sockets of a network namespace, from the kernel by netlink. Needs no privilege. What is listed is handed on one by
 * one and not kept.
 */
#ifndef HOLDFAST_SYSTEM_SOCK_DIAG_H
#define HOLDFAST_SYSTEM_SOCK_DIAG_H

#include "../base/error.h"
#include "diag_message.h"

/* Who gets the sockets: visit(context, socket) for each. */
struct sock_visitor {
	void (*visit)(void *context, const struct tcp_socket *socket);
	void *context;
};

struct sock_diag {
	int fd;
	uint32_t sequence;
	bool by_family; /* this kernel does not answer DIAG_BOTH */
};

/* The caller closes diag->fd. The namespace is the one that the process is in now. */
bool sock_diag_open(struct sock_diag *diag, struct error *err) MUST_CHECK;
/*
 * Lists the sockets in the states (DIAG_ALL and friends). *whole: nothing disturbed it. An error after some sockets have been
 * handed on is an error of the whole.
 */
bool sock_diag_list(struct sock_diag *diag, uint32_t states, const struct sock_visitor *visitor, bool *whole,
		    struct error *err) MUST_CHECK;

#endif
