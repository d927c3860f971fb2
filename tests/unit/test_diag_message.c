#include "system/diag_message.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "diag_reply.h"
#include "unit.h"

/* The request as sock_diag(7) has it, written down byte by byte; the kernel reads little endian words on these machines. */
static void the_request_has_the_bytes_of_the_kernel(struct unit *unit)
{
	static const struct {
		const char *name;
		enum diag_family family;
		size_t length;
		uint8_t type, first, second; /* of the message, and of the payload */
		size_t states_at;
	} cases[] = {
		{"both", DIAG_BOTH, 76, 18, AF_INET, 0, 16 + 52},
		{"IPv4", DIAG_IPV4, 72, 20, AF_INET, IPPROTO_TCP, 16 + 4},
		{"IPv6", DIAG_IPV6, 72, 20, AF_INET6, IPPROTO_TCP, 16 + 4},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t found[DIAG_REQUEST_SIZE], wanted[DIAG_REQUEST_SIZE];
		const uint32_t length = (uint32_t)cases[i].length, sequence = 0x01020304, states = 0x2fc0;
		const uint16_t flags = 0x0301; /* NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH */

		memset(found, 0xa5, sizeof(found));
		memset(wanted, 0xa5, sizeof(wanted));
		memset(wanted, 0, cases[i].length);
		memcpy(wanted, &length, 4);
		wanted[4] = cases[i].type;
		memcpy(wanted + 6, &flags, 2);
		memcpy(wanted + 8, &sequence, 4);
		wanted[16] = cases[i].first;
		wanted[17] = cases[i].second;
		memcpy(wanted + cases[i].states_at, &states, 4);
		SAME_NUMBER(unit, cases[i].name, diag_message_request(found, cases[i].family, states, sequence),
			    cases[i].length);
		for (size_t at = 0; at < sizeof(found); at++)
			SAME_NUMBER(unit, arena_printf(&unit->arena, "%s, byte %zu", cases[i].name, at), found[at],
				    wanted[at]);
	}
	SAME_NUMBER(unit, "all states", DIAG_ALL, 0xffe);
	SAME_NUMBER(unit, "bound", DIAG_BOUND, 0x2000);
}

static const struct {
	const char *name;
	uint8_t family, state;
	enum diag_answer answer;
} records[] = {
	{"IPv4", AF_INET, 1, DIAG_SOCKET},
	{"IPv6", AF_INET6, 1, DIAG_SOCKET},
	{"no family", AF_UNSPEC, 1, DIAG_OTHER},
	{"the family before IPv6", AF_INET6 - 1, 1, DIAG_OTHER},
	{"the family of netlink", AF_NETLINK, 6, DIAG_OTHER},
	{"the largest family", 255, 6, DIAG_OTHER},
};

static void only_sockets_of_the_internet_are_sockets(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(records); i++) {
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(records[i].family, records[i].state);
		struct tcp_socket socket = {.queue = 4711};

		diag_reply_whole(&answer, SOCK_DIAG_BY_FAMILY, 0, &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, records[i].name, diag_message_next(&walk, &socket), records[i].answer);
		SAME_NUMBER(unit, records[i].name, socket.queue, records[i].answer == DIAG_SOCKET ? 0 : 4711);
		SAME_NUMBER(unit, records[i].name, walk.at, answer.length);
		SAME_NUMBER(unit, records[i].name, diag_message_next(&walk, &socket), DIAG_EMPTY);
	}
}

static void only_states_that_there_are_are_states(struct unit *unit)
{
	for (unsigned state = 0; state < 256; state++) {
		static const uint16_t types[] = {TCPDIAG_GETSOCK, SOCK_DIAG_BY_FAMILY};
		const char *row = arena_printf(&unit->arena, "state %u", state);
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(AF_INET, (uint8_t)state);
		struct tcp_socket socket = {.queue = 4711};
		bool is_state = state >= 1 && state <= 11;

		diag_reply_whole(&answer, types[state % 2], 0, &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, row, diag_message_next(&walk, &socket), is_state ? DIAG_SOCKET : DIAG_OTHER);
		if (is_state)
			SAME_NUMBER(unit, row, socket.state, state);
		else
			SAME_NUMBER(unit, "untouched", socket.queue, 4711);
		SAME_NUMBER(unit, row, walk.at, answer.length);
	}
}

static void a_record_is_taken_over_field_by_field(struct unit *unit)
{
	static const struct tcp_address source = {{[10] = 0xff, 0xff, 10, 0, 0, 1}};
	static const struct tcp_address destination = {{[10] = 0xff, 0xff, 10, 0, 0, 5}};

	for (uint8_t state = TCP_STATE_ESTABLISHED; state < TCP_STATES; state++) {
		const char *row = tcp_state_names[state].standard;
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(AF_INET, state);
		struct tcp_socket socket;

		diag_reply_whole(&answer, TCPDIAG_GETSOCK, 0, &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		if (!HOLDS(unit, row, diag_message_next(&walk, &socket) == DIAG_SOCKET))
			continue;
		bool listens = state == TCP_STATE_LISTEN;
		HOLDS(unit, row, socket.local.port == 40000 && socket.remote.port == 8080 && !socket.ipv6);
		/* What lies behind the 4 bytes of an IPv4 address is none of it. */
		HOLDS(unit, row, memcmp(&socket.local.address, &source, sizeof(source)) == 0);
		HOLDS(unit, row, memcmp(&socket.remote.address, &destination, sizeof(destination)) == 0);
		HOLDS(unit, row, socket.ownerless && socket.expires_ms == 59000);
		SAME_NUMBER(unit, row, socket.queue, listens ? 5 : 0);
		SAME_NUMBER(unit, row, socket.backlog, listens ? 128 : 0);
		HOLDS(unit, row, socket.bound == (state == TCP_STATE_CLOSED));
	}
}

/* Timers 0 to 4 are those of sockets with an owner, but for 3; their expiry is not that of the socket. */
static void only_a_record_with_the_timer_of_time_wait_is_ownerless(struct unit *unit)
{
	for (unsigned timer = 0; timer < 256; timer++) {
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(AF_INET, TCP_STATE_FIN_WAIT_2);
		struct tcp_socket socket = {.state = TCP_STATE_NONE};

		record.idiag_timer = (uint8_t)timer;
		diag_reply_whole(&answer, SOCK_DIAG_BY_FAMILY, 0, &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		HOLDS(unit, "timer", diag_message_next(&walk, &socket) == DIAG_SOCKET);
		HOLDS(unit, "timer", socket.ownerless == (timer == 3));
		SAME_NUMBER(unit, "expiry", socket.expires_ms, timer == 3 ? 59000 : 0);
	}
}

static void a_closed_socket_is_bound_when_it_has_a_port(struct unit *unit)
{
	struct diag_reply answer = {.length = 0};
	struct inet_diag_msg record = diag_reply_record(AF_INET6, TCP_STATE_CLOSED);
	struct tcp_socket socket = {.bound = true};

	record.id.idiag_sport = 0;
	diag_reply_whole(&answer, SOCK_DIAG_BY_FAMILY, 0, &record, sizeof(record));
	struct diag_walk walk = diag_reply_walk(&answer);
	SAME_NUMBER(unit, "no port", diag_message_next(&walk, &socket), DIAG_SOCKET);
	HOLDS(unit, "no port", !socket.bound);
}

static void ipv6_addresses_are_taken_whole_and_mapped_ones_are_ipv4(struct unit *unit)
{
	static const struct {
		const char *name;
		uint8_t bytes[16];
		const char *text;
		bool v4;
	} cases[] = {
		{"IPv6", {0x20, 1, 0x0d, 0xb8, [15] = 0x77}, "2001:db8::77", false},
		{"mapped", {[10] = 0xff, 0xff, 192, 0, 2, 9}, "192.0.2.9", true},
		{"any", {0}, "::", false},
		{"all bits",
		 {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
		 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		 false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct diag_reply answer = {.length = 0};
		struct inet_diag_msg record = diag_reply_record(AF_INET6, TCP_STATE_ESTABLISHED);
		struct tcp_socket socket = {.state = TCP_STATE_NONE};

		memcpy(record.id.idiag_src, cases[i].bytes, 16);
		memcpy(record.id.idiag_dst, cases[i].bytes, 16);
		record.id.idiag_dport = htons(65535);
		diag_reply_whole(&answer, SOCK_DIAG_BY_FAMILY, 0, &record, sizeof(record));
		struct diag_walk walk = diag_reply_walk(&answer);
		SAME_NUMBER(unit, cases[i].name, diag_message_next(&walk, &socket), DIAG_SOCKET);
		HOLDS(unit, cases[i].name, socket.ipv6 && socket.remote.port == 65535);
		HOLDS(unit, cases[i].name, tcp_address_is_v4(&socket.local.address) == cases[i].v4);
		SAME_TEXT(unit, cases[i].name, tcp_address_text(&unit->arena, &socket.local.address), cases[i].text);
		SAME_TEXT(unit, cases[i].name, tcp_address_text(&unit->arena, &socket.remote.address), cases[i].text);
	}
}

/* The head says so many bytes of a record of which so many are there. */
static const struct {
	const char *name;
	uint32_t says;
	size_t there; /* behind the head */
	enum diag_answer answer;
	size_t at; /* afterwards */
} lengths[] = {
	{"none", 0, 72, DIAG_BROKEN, 0},
	{"one", 1, 72, DIAG_BROKEN, 0},
	{"one less than a head", 15, 72, DIAG_BROKEN, 0},
	{"a head alone", 16, 0, DIAG_BROKEN, 16},
	{"a head, and bytes that it does not count", 16, 72, DIAG_BROKEN, 16},
	{"one byte of a record", 17, 1, DIAG_BROKEN, 17},
	{"a record but for its last byte", 16 + 71, 71, DIAG_BROKEN, 16 + 71},
	{"a record but for its last byte, filled up", 16 + 71, 72, DIAG_BROKEN, 16 + 72},
	{"a record", 16 + 72, 72, DIAG_SOCKET, 16 + 72},
	{"a record and an attribute", 16 + 72 + 8, 80, DIAG_SOCKET, 16 + 80},
	{"an end that is not aligned", 16 + 72 + 1, 73, DIAG_SOCKET, 16 + 73},
	{"an end that is not aligned, half filled up", 16 + 72 + 1, 75, DIAG_SOCKET, 16 + 75},
	{"an end that is not aligned, filled up", 16 + 72 + 1, 76, DIAG_SOCKET, 16 + 76},
	{"an end that is not aligned, more behind", 16 + 72 + 1, 80, DIAG_SOCKET, 16 + 76},
	{"one more than there is", 16 + 72 + 1, 72, DIAG_BROKEN, 0},
	{"far more than there is", 0x10000, 72, DIAG_BROKEN, 0},
	{"the most", UINT32_MAX, 72, DIAG_BROKEN, 0},
	{"the most that is aligned", UINT32_MAX - 3, 72, DIAG_BROKEN, 0},
	{"negative as a signed number", 0x80000000u, 72, DIAG_BROKEN, 0},
};

static void lengths_are_held_to_what_is_there(struct unit *unit)
{
	const struct inet_diag_msg record = diag_reply_record(AF_INET, TCP_STATE_TIME_WAIT);
	uint8_t payload[128] = {0};

	SAME_NUMBER(unit, "the rows go by it", sizeof(record), 72);
	memcpy(payload, &record, sizeof(record));
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct diag_reply answer = {.length = 0};
		struct tcp_socket socket = {.queue = 4711};

		diag_reply_put(&answer, lengths[i].says, SOCK_DIAG_BY_FAMILY, 0, DIAG_REPLY_SEQUENCE, payload,
			       lengths[i].there);
		/* Just as many bytes as there are, so that the sanitizer sees one that is read too far. */
		uint8_t *bytes = malloc(answer.length);
		if (!PRESENT(unit, "memory", bytes))
			return;
		memcpy(bytes, answer.bytes, answer.length);
		struct diag_walk walk = {.bytes = bytes, .length = answer.length, .sequence = DIAG_REPLY_SEQUENCE};
		enum diag_answer found = diag_message_next(&walk, &socket);
		SAME_NUMBER(unit, lengths[i].name, found, lengths[i].answer);
		SAME_NUMBER(unit, lengths[i].name, walk.at, lengths[i].at);
		HOLDS(unit, lengths[i].name, (socket.queue == 4711) == (found != DIAG_SOCKET));
		free(bytes);
	}
}

static void a_head_that_is_cut_is_broken(struct unit *unit)
{
	const struct nlmsghdr head = {
		.nlmsg_len = sizeof(head), .nlmsg_type = NLMSG_DONE, .nlmsg_seq = DIAG_REPLY_SEQUENCE};

	for (size_t length = 0; length <= sizeof(head); length++) {
		const char *row = arena_printf(&unit->arena, "%zu bytes", length);
		uint8_t *bytes = malloc(length + 1);
		struct tcp_socket socket;

		if (!PRESENT(unit, "memory", bytes))
			return;
		memcpy(bytes, &head, length);
		struct diag_walk walk = {.bytes = bytes, .length = length, .sequence = DIAG_REPLY_SEQUENCE};
		SAME_NUMBER(unit, row, diag_message_next(&walk, &socket),
			    length == 0              ? DIAG_EMPTY
			    : length == sizeof(head) ? DIAG_DONE
						     : DIAG_BROKEN);
		free(bytes);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(the_request_has_the_bytes_of_the_kernel),
	UNIT(only_sockets_of_the_internet_are_sockets),
	UNIT(only_states_that_there_are_are_states),
	UNIT(a_record_is_taken_over_field_by_field),
	UNIT(only_a_record_with_the_timer_of_time_wait_is_ownerless),
	UNIT(a_closed_socket_is_bound_when_it_has_a_port),
	UNIT(ipv6_addresses_are_taken_whole_and_mapped_ones_are_ipv4),
	UNIT(lengths_are_held_to_what_is_there),
	UNIT(a_head_that_is_cut_is_broken),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
