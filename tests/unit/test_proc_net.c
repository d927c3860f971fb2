#include "system/proc_net.h"

#include <errno.h>

#include "base/text.h"
#include "unit.h"

#define REST " 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0"

static const struct {
	const char *name, *line;
	bool good;
	enum tcp_state state;
	const char *local, *remote;
	bool ownerless;
	uint32_t expires_ms, queue;
} lines[] = {
	{"a listener", "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005" REST, true, TCP_STATE_LISTEN,
	 "127.0.0.1:8080", "*:0", false, 0, 5},
	{"a connection, and bytes that wait", "  17: 0100000A:9C40 0500000A:0050 01 00000011:00000022" REST, true,
	 TCP_STATE_ESTABLISHED, "10.0.0.1:40000", "10.0.0.5:80", false, 0, 0},
	{"TIME-WAIT", "1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:0000176E 00000000 0", true,
	 TCP_STATE_TIME_WAIT, "10.0.0.1:40000", "10.0.0.5:80", true, 59980, 0},
	{"an orphan", "1: 0100000A:9C40 0500000A:0050 05 00000000:00000000 03:00000001 00000000 0", true,
	 TCP_STATE_FIN_WAIT_2, "10.0.0.1:40000", "10.0.0.5:80", true, 10, 0},
	{"another timer, whose expiry is not that of the socket",
	 "1: 0100000A:9C40 0500000A:0050 05 00000000:00000000 02:00000064 00000000 0", true, TCP_STATE_FIN_WAIT_2,
	 "10.0.0.1:40000", "10.0.0.5:80", false, 0, 0},
	{"small letters", "1: 0100007f:1f90 0a00007f:ffff 0b 00000000:00000000" REST, true, TCP_STATE_CLOSING,
	 "127.0.0.1:8080", "127.0.0.10:65535", false, 0, 0},
	{"the largest ticks do not wrap", "1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:FFFFFFFF 0", true,
	 TCP_STATE_TIME_WAIT, "10.0.0.1:40000", "10.0.0.5:80", true, UINT32_MAX, 0},
	{"the largest ticks that fit", "1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:19999999 0", true,
	 TCP_STATE_TIME_WAIT, "10.0.0.1:40000", "10.0.0.5:80", true, 4294967290u, 0},
	{"one tick more", "1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:1999999A 0", true,
	 TCP_STATE_TIME_WAIT, "10.0.0.1:40000", "10.0.0.5:80", true, UINT32_MAX, 0},

	{"empty", "", false},
	{"blanks", "      ", false},
	{"a number alone", "   0:", false},
	{"the titles", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid", false},
	{"state 0", "1: 0100000A:9C40 0500000A:0050 00 00000000:00000000" REST, false},
	{"state 12", "1: 0100000A:9C40 0500000A:0050 0C 00000000:00000000" REST, false},
	{"state 255", "1: 0100000A:9C40 0500000A:0050 FF 00000000:00000000" REST, false},
	{"a state of three digits", "1: 0100000A:9C40 0500000A:0050 001 00000000:00000000" REST, false},
	{"a state that is none", "1: 0100000A:9C40 0500000A:0050 XX 00000000:00000000" REST, false},
	{"an address of 7 digits", "1: 100000A:9C40 0500000A:0050 01 00000000:00000000" REST, false},
	{"an address of 9 digits", "1: 00100000A:9C40 0500000A:0050 01 00000000:00000000" REST, false},
	{"a remote address of 7 digits", "1: 0100000A:9C40 500000A:0050 01 00000000:00000000" REST, false},
	{"an IPv6 address",
	 "1: 00000000000000000000000001000000:9C40 00000000000000000000000001000000:0050 01 "
	 "00000000:00000000" REST,
	 false},
	{"no colon", "1: 0100000A 9C40 0500000A:0050 01 00000000:00000000" REST, false},
	{"no port", "1: 0100000A: 0500000A:0050 01 00000000:00000000" REST, false},
	{"a port of 5 digits", "1: 0100000A:19C40 0500000A:0050 01 00000000:00000000" REST, false},
	{"a remote port of 5 digits", "1: 0100000A:9C40 0500000A:10050 01 00000000:00000000" REST, false},
	{"no colon in the queues", "1: 0100000A:9C40 0500000A:0050 01 00000000 00000000" REST, false},
	{"a queue of 9 digits", "1: 0100000A:9C40 0500000A:0050 01 00000000:000000001" REST, false},
	{"no timer", "1: 0100000A:9C40 0500000A:0050 01 00000000:00000000", false},
	{"a letter in an address", "1: 0100000G:9C40 0500000A:0050 01 00000000:00000000" REST, false},
	{"a minus", "1: -100000A:9C40 0500000A:0050 01 00000000:00000000" REST, false},
};

static void lines_of_ipv4_are_read_or_refused(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		size_t length = strlen(lines[i].line);
		struct tcp_socket socket = {.queue = 4711};
		/* No NUL behind it: the length is what counts. */
		char *line = malloc(length + (length == 0));

		if (!PRESENT(unit, "memory", line))
			return;
		memcpy(line, lines[i].line, length);
		bool good = proc_net_line(line, length, false, &socket);
		free(line);
		HOLDS(unit, lines[i].name, good == lines[i].good);
		if (!good || !lines[i].good) {
			SAME_NUMBER(unit, lines[i].name, socket.queue, 4711);
			continue;
		}
		SAME_NUMBER(unit, lines[i].name, socket.state, lines[i].state);
		SAME_TEXT(unit, lines[i].name, tcp_end_text(&unit->arena, &socket.local), lines[i].local);
		SAME_TEXT(unit, lines[i].name, tcp_end_text(&unit->arena, &socket.remote), lines[i].remote);
		HOLDS(unit, lines[i].name, socket.ownerless == lines[i].ownerless && !socket.ipv6 && !socket.bound);
		HOLDS(unit, lines[i].name, socket.expires_ms == lines[i].expires_ms);
		HOLDS(unit, lines[i].name, socket.queue == lines[i].queue && !socket.backlog_known);
	}
}

/* Each of the four words is the number that it is in memory: little endian here. */
static void addresses_of_ipv6_are_four_words(struct unit *unit)
{
	static const struct {
		const char *name, *line, *local, *remote;
		bool v4;
	} cases[] = {
		{"IPv6",
		 "0: B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:1234 01 "
		 "00000000:00000000" REST,
		 "[2001:db8::1]:22", "[2001:db8::2]:4660", false},
		{"loopback and any",
		 "0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A "
		 "00000000:00000000" REST,
		 "[::1]:22", "*:0", false},
		{"mapped",
		 "0: 0000000000000000FFFF00000100000A:0016 0000000000000000FFFF00000500000A:1234 06 "
		 "00000000:00000000 03:00000001 0",
		 "10.0.0.1:22", "10.0.0.5:4660", true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tcp_socket socket;

		if (!HOLDS(unit, cases[i].name, proc_net_line(cases[i].line, strlen(cases[i].line), true, &socket)))
			continue;
		SAME_TEXT(unit, cases[i].name, tcp_end_text(&unit->arena, &socket.local), cases[i].local);
		SAME_TEXT(unit, cases[i].name, tcp_end_text(&unit->arena, &socket.remote), cases[i].remote);
		HOLDS(unit, cases[i].name, socket.ipv6 && tcp_address_is_v4(&socket.local.address) == cases[i].v4);
	}
	struct tcp_socket socket;
	HOLDS(unit, "an address of three words",
	      !proc_net_line("0: B80D01200000000000000000:0016 B80D01200000000000000000:1234 01 00000000:00000000" REST,
			     120, true, &socket));
}

/* Up to the digits of the timer a line that is cut is none. */
static void a_line_that_is_cut_is_refused(struct unit *unit)
{
	static const char line[] = "   1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:0000176E 00000000";
	size_t timer = (size_t)(strstr(line, "03:") - line) + 3;

	for (size_t length = 0; length <= timer; length++) {
		char *cut = malloc(length + (length == 0));
		struct tcp_socket socket;

		if (!PRESENT(unit, "memory", cut))
			return;
		memcpy(cut, line, length);
		HOLDS(unit, arena_printf(&unit->arena, "%zu bytes", length),
		      !proc_net_line(cut, length, false, &socket));
		free(cut);
	}
}

static void count(void *context, const struct tcp_socket *socket)
{
	unsigned *counts = context;

	counts[socket->state]++;
	counts[TCP_STATE_NONE] += socket->ipv6;
}

#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define LINE "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000" REST "\n"
#define WAITS "   1: 0100000A:9C40 0500000A:0050 06 00000000:00000000 03:0000176E 00000000\n"
#define LINE6 \
	"   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000" REST \
	"\n"

static const struct {
	const char *name, *tcp, *tcp6; /* NULL: there is no such file */
	bool good, whole;
	unsigned listen, waits, ipv6;
} files[] = {
	{"both", HEAD LINE WAITS, HEAD LINE6, true, true, 2, 1, 1},
	{"no IPv6", HEAD LINE WAITS, NULL, true, true, 1, 1, 0},
	{"heads alone", HEAD, HEAD, true, true, 0, 0, 0},
	{"empty, not even a head", "", "", true, false, 0, 0, 0},
	{"the first is empty", "", HEAD LINE6, true, false, 1, 0, 1},
	{"the second is empty", HEAD LINE, "", true, false, 1, 0, 0},
	{"no IPv4", NULL, HEAD LINE6, false, false, 0, 0, 0},
	{"a line that is none", HEAD LINE "garbage\n" WAITS, HEAD LINE6, true, false, 2, 1, 1},
	{"an empty line", HEAD LINE "\n" WAITS, HEAD, true, false, 1, 1, 0},
	{"a cut line", HEAD WAITS "   0: 0100007F:1F", HEAD LINE6, true, false, 1, 1, 1},
	{"no newline at the end", HEAD WAITS "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000" REST, HEAD LINE6,
	 true, false, 1, 1, 1},
	{"a line of the other family", HEAD LINE6, HEAD LINE, true, false, 0, 0, 0},
};

static void both_files_are_listed_and_what_is_odd_is_told(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		unsigned counts[TCP_STATES] = {0};
		const struct sock_visitor visitor = {.visit = count, .context = counts};
		struct error err = {.text = ""};
		bool whole = false;

		unit_make_folder(unit, "proc/net");
		if (files[i].tcp != NULL)
			unit_write(unit, "proc/net/tcp", files[i].tcp);
		if (files[i].tcp6 != NULL)
			unit_write(unit, "proc/net/tcp6", files[i].tcp6);
		bool good = proc_net_list(unit_tree(unit), DIAG_ALL, &visitor, &whole, &err);
		HOLDS(unit, files[i].name, good == files[i].good);
		if (good) {
			HOLDS(unit, files[i].name, whole == files[i].whole);
			SAME_NUMBER(unit, files[i].name, counts[TCP_STATE_LISTEN], files[i].listen);
			SAME_NUMBER(unit, files[i].name, counts[TCP_STATE_TIME_WAIT], files[i].waits);
			SAME_NUMBER(unit, files[i].name, counts[TCP_STATE_NONE], files[i].ipv6);
		} else {
			SAME_NUMBER(unit, files[i].name, err.number, ENOENT);
			HAS_TEXT(unit, files[i].name, err.text, "/proc/net/tcp");
		}
		unit_clear(unit);
	}
}

static void only_states_asked_for_are_listed(struct unit *unit)
{
	unsigned counts[TCP_STATES] = {0};
	const struct sock_visitor visitor = {.visit = count, .context = counts};
	struct error err;
	bool whole = false;

	unit_write(unit, "proc/net/tcp", HEAD LINE WAITS LINE WAITS WAITS);
	HOLDS(unit, "done", proc_net_list(unit_tree(unit), 1u << TCP_STATE_TIME_WAIT, &visitor, &whole, &err) && whole);
	SAME_NUMBER(unit, "TIME-WAIT", counts[TCP_STATE_TIME_WAIT], 3);
	SAME_NUMBER(unit, "no other", counts[TCP_STATE_LISTEN], 0);
}

/* The file is read in pieces of 64 KiB, of which each ends within a line. */
static void long_lists_and_long_lines(struct unit *unit)
{
	enum { LINES = 5000, PIECE = 65536 };
	struct text text = {.arena = &unit->arena};
	unsigned counts[TCP_STATES] = {0};
	const struct sock_visitor visitor = {.visit = count, .context = counts};
	struct error err = {.text = ""};
	bool whole = false;
	char *blanks = arena_alloc(&unit->arena, PIECE);

	text_string(&text, HEAD);
	for (unsigned i = 0; i < LINES; i++)
		text_format(&text, "%*u: 0100007F:1F90 00000000:0000 0A 00000000:00000000%s\n", (int)(1 + i % 7), i,
			    REST);
	unit_write(unit, "proc/net/tcp", text.bytes);
	HOLDS(unit, "done", proc_net_list(unit_tree(unit), DIAG_ALL, &visitor, &whole, &err) && whole);
	SAME_NUMBER(unit, "every line", counts[TCP_STATE_LISTEN], LINES);

	memset(blanks, ' ', PIECE);
	unit_write_bytes(unit, "proc/net/tcp", blanks, PIECE - 1);
	HOLDS(unit, "one short of a piece", proc_net_list(unit_tree(unit), DIAG_ALL, &visitor, &whole, &err) && !whole);
	unit_write_bytes(unit, "proc/net/tcp", blanks, PIECE);
	HOLDS(unit, "a piece without a newline", !proc_net_list(unit_tree(unit), DIAG_ALL, &visitor, &whole, &err));
	HAS_TEXT(unit, "told", err.text, "/proc/net/tcp has a line that no kernel would write");
}

static void counters_and_sockstat_stay_unknown_where_there_are_none(struct unit *unit)
{
	struct tcp_counters counters;
	struct tcp_sockstat sockstat;

	memset(&counters, 0xa5, sizeof(counters));
	memset(&sockstat, 0xa5, sizeof(sockstat));
	proc_net_counters(&unit->arena, unit_tree(unit), &counters);
	proc_net_sockstat(&unit->arena, unit_tree(unit), &sockstat);
	for (unsigned i = 0; i < TCP_COUNTERS; i++)
		HOLDS(unit, tcp_counter_rows[i].name, !counters.known[i] && counters.values[i] == 0);
	HOLDS(unit, "sockstat", !sockstat.known && sockstat.time_wait == 0);
	unit_write(unit, "proc/net/snmp", "Tcp: ActiveOpens\nTcp: 5\n");
	unit_write(unit, "proc/net/netstat", "TcpExt: TW TCPAbortOnMemory\nTcpExt: 6 7\n");
	unit_write(unit, "proc/net/sockstat", "TCP: inuse 1 orphan 2 tw 3 alloc 4 mem 5\n");
	proc_net_counters(&unit->arena, unit_tree(unit), &counters);
	proc_net_sockstat(&unit->arena, unit_tree(unit), &sockstat);
	SAME_NUMBER(unit, "snmp", counters.values[TCP_COUNTER_ACTIVE_OPENS], 5);
	SAME_NUMBER(unit, "netstat", counters.values[TCP_COUNTER_TW], 6);
	SAME_NUMBER(unit, "netstat, the last", counters.values[TCP_COUNTER_ABORT_ON_MEMORY], 7);
	HOLDS(unit, "sockstat", sockstat.known && sockstat.time_wait == 3);
}

static const struct CMUnitTest tests[] = {
	UNIT(lines_of_ipv4_are_read_or_refused),
	UNIT(addresses_of_ipv6_are_four_words),
	UNIT(a_line_that_is_cut_is_refused),
	UNIT(both_files_are_listed_and_what_is_odd_is_told),
	UNIT(only_states_asked_for_are_listed),
	UNIT(long_lists_and_long_lines),
	UNIT(counters_and_sockstat_stay_unknown_where_there_are_none),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
