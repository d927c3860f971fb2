/*
 * bare_sockets MASK: the least that any census of TCP sockets must do. Asks the kernel for those in the states of the mask,
 * both families in one walk through its table (the request of before Linux 3.3), looks at the length of each record and adds
 * up their states. Prints nothing. Linked statically, so that a start costs as little as it can.
 */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MOST = 32768, STATES = 16 };

/* 0: more is to come, 1: the end, 2: something is wrong. */
static int count(const char *bytes, size_t length, unsigned long counts[STATES])
{
	for (size_t at = 0; at + sizeof(struct nlmsghdr) <= length;) {
		struct nlmsghdr head;
		unsigned char state;

		memcpy(&head, bytes + at, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > length - at || head.nlmsg_type == NLMSG_ERROR)
			return 2;
		if (head.nlmsg_type == NLMSG_DONE)
			return 1;
		memcpy(&state, bytes + at + sizeof(head) + 1, 1);
		counts[state % STATES]++;
		at += NLMSG_ALIGN(head.nlmsg_len);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char answer[ANSWER_MOST];
	unsigned long counts[STATES] = {0};
	struct {
		struct nlmsghdr head;
		struct inet_diag_req body;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = TCPDIAG_GETSOCK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.body = {.idiag_family = AF_INET, .idiag_states = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 0) : 0},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), end = 0;

	if (fd < 0 || send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request))
		return 2;
	while (end == 0) {
		ssize_t length = recv(fd, answer, sizeof(answer), 0);

		end = length <= 0 ? 2 : count(answer, (size_t)length, counts);
	}
	return end == 1 ? 0 : 2;
}
