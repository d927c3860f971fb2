#include "diag_message.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "../base/attributes.h"

_Static_assert(DIAG_REQUEST_SIZE >= sizeof(struct nlmsghdr) + sizeof(struct inet_diag_req), "old request");
_Static_assert(DIAG_REQUEST_SIZE >= sizeof(struct nlmsghdr) + sizeof(struct inet_diag_req_v2), "request");

size_t diag_message_request(uint8_t bytes[DIAG_REQUEST_SIZE], enum diag_family family, uint32_t states,
			    uint32_t sequence)
{
	struct nlmsghdr head = {
		.nlmsg_type = family == DIAG_BOTH ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.nlmsg_seq = sequence,
	};
	struct inet_diag_req both = {.idiag_family = AF_INET, .idiag_states = states};
	struct inet_diag_req_v2 one = {
		.sdiag_family = family == DIAG_IPV6 ? AF_INET6 : AF_INET,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = states,
	};
	size_t length = family == DIAG_BOTH ? sizeof(both) : sizeof(one);

	head.nlmsg_len = (uint32_t)(sizeof(head) + length);
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), family == DIAG_BOTH ? (const void *)&both : (const void *)&one, length);
	return head.nlmsg_len;
}

static bool read_end(uint8_t family, const __be32 words[4], __be16 port, struct tcp_end *end)
{
	const uint8_t *bytes = (const uint8_t *)words;

	end->port = ntohs(port);
	if (family == AF_INET)
		tcp_address_v4(&end->address, bytes);
	else if (family == AF_INET6)
		memcpy(end->address.bytes, bytes, sizeof(end->address.bytes));
	else
		return false;
	return true;
}

static enum diag_answer read_socket(const uint8_t *bytes, size_t length, struct tcp_socket *found)
{
	struct inet_diag_msg record;
	struct tcp_socket one = {.state = TCP_STATE_NONE};

	if (length < sizeof(record))
		return DIAG_BROKEN;
	memcpy(&record, bytes, sizeof(record));
	if (record.idiag_state == TCP_STATE_NONE || record.idiag_state >= TCP_STATES)
		return DIAG_OTHER;
	if (!read_end(record.idiag_family, record.id.idiag_src, record.id.idiag_sport, &one.local) ||
	    !read_end(record.idiag_family, record.id.idiag_dst, record.id.idiag_dport, &one.remote))
		return DIAG_OTHER;
	one.state = (enum tcp_state)record.idiag_state;
	one.ipv6 = record.idiag_family == AF_INET6;
	one.ownerless = record.idiag_timer == DIAG_TIMER_OWNERLESS;
	/* A socket that is only bound is told as CLOSED with a port; nothing else that is CLOSED has one. */
	one.bound = one.state == TCP_STATE_CLOSED && one.local.port != 0;
	if (one.ownerless)
		one.expires_ms = record.idiag_expires;
	if (one.state == TCP_STATE_LISTEN) {
		one.queue = record.idiag_rqueue;
		one.backlog = record.idiag_wqueue;
		one.backlog_known = true;
	}
	*found = one;
	return DIAG_SOCKET;
}

/* The errno behind NLMSG_ERROR, or NLMSG_DONE when the dump failed half-way. */
static enum diag_answer read_end_of_dump(struct diag_walk *walk, const uint8_t *bytes, size_t length, bool is_done)
{
	int number = 0;

	if (length >= sizeof(number))
		memcpy(&number, bytes, sizeof(number));
	else if (!is_done)
		return DIAG_BROKEN;
	if (number >= 0)
		return is_done ? DIAG_DONE : DIAG_OTHER;
	walk->number = number == INT32_MIN ? EIO : -number;
	return DIAG_REFUSED;
}

enum diag_answer diag_message_next(struct diag_walk *walk, struct tcp_socket *socket)
{
	struct nlmsghdr head;
	size_t left = walk->length - walk->at;
	const uint8_t *bytes = walk->bytes + walk->at;

	if (left == 0)
		return DIAG_EMPTY;
	if (left < sizeof(head))
		return DIAG_BROKEN;
	memcpy(&head, bytes, sizeof(head));
	if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > left)
		return DIAG_BROKEN;
	size_t whole = NLMSG_ALIGN((size_t)head.nlmsg_len);
	walk->at += whole < left ? whole : left;
	if (head.nlmsg_seq != walk->sequence)
		return DIAG_OTHER;
	walk->interrupted = walk->interrupted || (head.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	bytes += sizeof(head);
	size_t length = head.nlmsg_len - sizeof(head);
	switch (head.nlmsg_type) {
	case NLMSG_DONE:
	case NLMSG_ERROR:
		return read_end_of_dump(walk, bytes, length, head.nlmsg_type == NLMSG_DONE);
	case NLMSG_OVERRUN:
		return DIAG_BROKEN;
	case TCPDIAG_GETSOCK:
	case SOCK_DIAG_BY_FAMILY:
		return read_socket(bytes, length, socket);
	default:
		return DIAG_OTHER;
	}
}
