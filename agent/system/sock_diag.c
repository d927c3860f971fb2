#include "sock_diag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../base/fd.h"

/* As much as the kernel puts into one answer; it never waits, but nothing here may wait for ever. */
enum { ANSWER_MOST = 32768, WAIT_S = 10 };

bool sock_diag_open(struct sock_diag *diag, struct error *err)
{
	const struct timeval wait = {.tv_sec = WAIT_S};
	/* The call itself: 32-bit x86 has it in socketcall(2) too, which no filter can look into. */
	CLEANUP(fd_close) int fd = (int)syscall(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0)
		return error_system(err, errno, "ask the kernel for its sockets (NETLINK_SOCK_DIAG)");
	*diag = (struct sock_diag){.fd = fd_take(&fd), .sequence = 0};
	return true;
}

static bool ask(struct sock_diag *diag, enum diag_family family, uint32_t states, struct error *err)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	uint8_t request[DIAG_REQUEST_SIZE];
	size_t length = diag_message_request(request, family, states, ++diag->sequence);

	if (sendto(diag->fd, request, length, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) == (ssize_t)length)
		return true;
	return error_system(err, errno, "ask the kernel for its sockets");
}

/* Messages that do not come from the kernel are passed over: any process may send to a netlink socket. */
static bool receive(const struct sock_diag *diag, uint8_t answer[ANSWER_MOST], size_t *length, struct error *err)
{
	for (;;) {
		struct sockaddr_nl from = {.nl_family = AF_NETLINK};
		struct iovec part = {.iov_base = answer, .iov_len = ANSWER_MOST};
		struct msghdr message = {
			.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1};
		ssize_t received = recvmsg(diag->fd, &message, 0);

		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return error_system(err, errno == EAGAIN ? ETIMEDOUT : errno, "read the kernel's sockets");
		if (from.nl_pid != 0)
			continue;
		if (received == 0 || (message.msg_flags & MSG_TRUNC) != 0)
			return error_set(err, "the kernel's list of sockets was cut off");
		*length = (size_t)received;
		return true;
	}
}

/* One dump. err->number is the kernel's errno when it refused, with nothing handed on. */
static bool list_family(struct sock_diag *diag, enum diag_family family, uint32_t states,
			const struct sock_visitor *visitor, bool *whole, struct error *err)
{
	uint8_t answer[ANSWER_MOST];
	struct diag_walk walk = {.bytes = answer};

	if (!ask(diag, family, states, err))
		return false;
	walk.sequence = diag->sequence;
	for (;;) {
		struct tcp_socket socket;

		switch (diag_message_next(&walk, &socket)) {
		case DIAG_SOCKET:
			visitor->visit(visitor->context, &socket);
			break;
		case DIAG_OTHER:
			break;
		case DIAG_EMPTY:
			walk.at = 0;
			if (!receive(diag, answer, &walk.length, err))
				return false;
			break;
		case DIAG_DONE:
			*whole = *whole && !walk.interrupted;
			return true;
		case DIAG_REFUSED:
			return error_system(err, walk.number, "list the kernel's sockets");
		case DIAG_BROKEN:
			return error_set(err, "the kernel's list of sockets cannot be understood");
		}
	}
}

/* A kernel that knows neither the old request nor a family says one of these before it lists anything. */
static bool is_unknown(const struct error *err)
{
	return err->number == ENOENT || err->number == EINVAL || err->number == EOPNOTSUPP;
}

bool sock_diag_list(struct sock_diag *diag, uint32_t states, const struct sock_visitor *visitor, bool *whole,
		    struct error *err)
{
	*whole = true;
	err->number = 0;
	if (!diag->by_family) {
		if (list_family(diag, DIAG_BOTH, states, visitor, whole, err))
			return true;
		if (!is_unknown(err))
			return false;
		diag->by_family = true;
	}
	if (!list_family(diag, DIAG_IPV4, states, visitor, whole, err))
		return false;
	err->number = 0;
	/* Without IPv6 there is nothing to list. */
	return list_family(diag, DIAG_IPV6, states, visitor, whole, err) || is_unknown(err);
}
