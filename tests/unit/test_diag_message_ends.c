#include "system/diag_message.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "diag_reply.h"
#include "unit.h"

static const struct {
	const char *name;
	uint16_t type;
	size_t length; /* of the errno */
	int32_t number;
	enum diag_answer answer;
	int wanted; /* the errno of a refusal */
} ends[] = {
	{"the end without an errno", NLMSG_DONE, 0, 0, DIAG_DONE, 0},
	{"the end with less than an errno", NLMSG_DONE, 3, -1, DIAG_DONE, 0},
	{"the end with 0", NLMSG_DONE, 4, 0, DIAG_DONE, 0},
	{"the end with a number that is no errno", NLMSG_DONE, 4, 5, DIAG_DONE, 0},
	{"the end of a dump that failed", NLMSG_DONE, 4, -ENOENT, DIAG_REFUSED, ENOENT},
	{"the end with the least number", NLMSG_DONE, 4, INT32_MIN, DIAG_REFUSED, EIO},
	{"an error without an errno", NLMSG_ERROR, 0, 0, DIAG_BROKEN, 0},
	{"an error with one byte", NLMSG_ERROR, 1, -1, DIAG_BROKEN, 0},
	{"an error with three bytes", NLMSG_ERROR, 3, -1, DIAG_BROKEN, 0},
	{"an acknowledgement", NLMSG_ERROR, 4, 0, DIAG_OTHER, 0},
	{"an error that is no errno", NLMSG_ERROR, 4, 5, DIAG_OTHER, 0},
	{"not there", NLMSG_ERROR, 4, -ENOENT, DIAG_REFUSED, ENOENT},
	{"not allowed", NLMSG_ERROR, 4, -EPERM, DIAG_REFUSED, EPERM},
	{"the least number but one", NLMSG_ERROR, 4, INT32_MIN + 1, DIAG_REFUSED, INT32_MAX},
	{"the least number, which has no negative", NLMSG_ERROR, 4, INT32_MIN, DIAG_REFUSED, EIO},
};

static void a_dump_ends_or_is_refused(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct diag_reply answer = {.length = 0};
		struct tcp_socket socket = {.queue = 4711};

		diag_reply_whole(&answer, ends[i].type, 0, &ends[i].number, ends[i].length);
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, ends[i].name, diag_message_next(&walk, &socket), ends[i].answer);
		SAME_NUMBER(unit, ends[i].name, walk.number, ends[i].wanted);
		SAME_NUMBER(unit, ends[i].name, socket.queue, 4711);
	}
}

/* The errno of a real refusal has the request behind it, and perhaps a sentence (NETLINK_EXT_ACK). */
static void what_lies_behind_an_errno_is_not_read(struct unit *unit)
{
	uint8_t payload[64];
	const int32_t number = -EINVAL;
	struct diag_reply answer = {.length = 0};
	struct tcp_socket socket;

	memset(payload, 0xff, sizeof(payload));
	memcpy(payload, &number, sizeof(number));
	diag_reply_whole(&answer, NLMSG_ERROR, 0, payload, sizeof(payload));
	struct diag_walk walk = diag_reply_walk(&answer);
	SAME_NUMBER(unit, "refused", diag_message_next(&walk, &socket), DIAG_REFUSED);
	SAME_NUMBER(unit, "errno", walk.number, EINVAL);
}

static void other_messages_are_passed_over(struct unit *unit)
{
	static const struct {
		const char *name;
		uint16_t type;
		uint32_t sequence;
		enum diag_answer answer;
	} cases[] = {
		{"nothing", NLMSG_NOOP, DIAG_REPLY_SEQUENCE, DIAG_OTHER},
		{"a type of somebody else", 16, DIAG_REPLY_SEQUENCE, DIAG_OTHER},
		{"DCCP", DCCPDIAG_GETSOCK, DIAG_REPLY_SEQUENCE, DIAG_OTHER},
		{"a socket that was destroyed", SOCK_DESTROY, DIAG_REPLY_SEQUENCE, DIAG_OTHER},
		{"the largest type", UINT16_MAX, DIAG_REPLY_SEQUENCE, DIAG_OTHER},
		{"what was lost", NLMSG_OVERRUN, DIAG_REPLY_SEQUENCE, DIAG_BROKEN},
		{"a socket of an earlier request", SOCK_DIAG_BY_FAMILY, DIAG_REPLY_SEQUENCE - 1, DIAG_OTHER},
		{"a socket of a later request", TCPDIAG_GETSOCK, DIAG_REPLY_SEQUENCE + 1, DIAG_OTHER},
		{"a socket of none", SOCK_DIAG_BY_FAMILY, 0, DIAG_OTHER},
		{"the end of another dump", NLMSG_DONE, DIAG_REPLY_SEQUENCE - 1, DIAG_OTHER},
		{"an error of another request", NLMSG_ERROR, DIAG_REPLY_SEQUENCE - 1, DIAG_OTHER},
		{"what another dump lost", NLMSG_OVERRUN, DIAG_REPLY_SEQUENCE - 1, DIAG_OTHER},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(AF_INET, TCP_STATE_ESTABLISHED);
		struct tcp_socket socket = {.queue = 4711};

		diag_reply_put(&answer, sizeof(struct nlmsghdr) + sizeof(record), cases[i].type, 0, cases[i].sequence,
			       &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket), cases[i].answer);
		SAME_NUMBER(unit, cases[i].name, socket.queue, 4711);
		SAME_NUMBER(unit, cases[i].name, walk.at, answer.length);
	}
}

static void a_disturbed_dump_stays_disturbed(struct unit *unit)
{
	const struct inet_diag_msg record = diag_reply_record(AF_INET, TCP_STATE_ESTABLISHED);
	static const struct {
		const char *name;
		uint16_t flags[3]; /* of two sockets and the end */
		uint32_t sequence; /* of the second */
		bool interrupted;
	} cases[] = {
		{"undisturbed", {NLM_F_MULTI, NLM_F_MULTI, NLM_F_MULTI}, DIAG_REPLY_SEQUENCE, false},
		{"all other flags", {0xffef, 0xffef, 0xffef}, DIAG_REPLY_SEQUENCE, false},
		{"at the first", {NLM_F_DUMP_INTR, 0, 0}, DIAG_REPLY_SEQUENCE, true},
		{"within", {0, NLM_F_MULTI | NLM_F_DUMP_INTR, 0}, DIAG_REPLY_SEQUENCE, true},
		{"at the end", {0, 0, NLM_F_DUMP_INTR}, DIAG_REPLY_SEQUENCE, true},
		{"another dump", {0, NLM_F_DUMP_INTR, 0}, DIAG_REPLY_SEQUENCE + 1, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const uint32_t length = sizeof(struct nlmsghdr) + sizeof(record);
		struct diag_reply answer = {.length = 0};
		struct tcp_socket socket;

		diag_reply_put(&answer, length, TCPDIAG_GETSOCK, cases[i].flags[0], DIAG_REPLY_SEQUENCE, &record,
			       sizeof(record));
		diag_reply_put(&answer, length, TCPDIAG_GETSOCK, cases[i].flags[1], cases[i].sequence, &record,
			       sizeof(record));
		diag_reply_whole(&answer, NLMSG_DONE, cases[i].flags[2], &(const int32_t){0}, 4);
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket), DIAG_SOCKET);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket),
			    cases[i].sequence == DIAG_REPLY_SEQUENCE ? DIAG_SOCKET : DIAG_OTHER);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket), DIAG_DONE);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket), DIAG_EMPTY);
		HOLDS(unit, cases[i].name, walk.interrupted == cases[i].interrupted);
	}
}

static void messages_are_read_one_behind_the_other(struct unit *unit)
{
	struct diag_reply answer = {.length = 0};
	struct tcp_socket socket;
	uint16_t ports = 0;

	for (uint16_t i = 0; i < 8; i++) {
		struct inet_diag_msg record = diag_reply_record(i % 2 == 0 ? AF_INET : AF_INET6, TCP_STATE_ESTABLISHED);

		record.id.idiag_sport = htons((uint16_t)(1 << i));
		diag_reply_whole(&answer, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, &record, sizeof(record));
	}
	struct diag_walk walk = diag_reply_walk(&answer);
	for (unsigned i = 0; i < 8; i++) {
		SAME_NUMBER(unit, "socket", diag_message_next(&walk, &socket), DIAG_SOCKET);
		ports |= socket.local.port;
		HOLDS(unit, "family", socket.ipv6 == (i % 2 == 1));
	}
	SAME_NUMBER(unit, "each of them", ports, 0xff);
	SAME_NUMBER(unit, "no more", diag_message_next(&walk, &socket), DIAG_EMPTY);
	SAME_NUMBER(unit, "and no more", diag_message_next(&walk, &socket), DIAG_EMPTY);
}

static const struct CMUnitTest tests[] = {
	UNIT(a_dump_ends_or_is_refused),
	UNIT(what_lies_behind_an_errno_is_not_read),
	UNIT(other_messages_are_passed_over),
	UNIT(a_disturbed_dump_stays_disturbed),
	UNIT(messages_are_read_one_behind_the_other),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
