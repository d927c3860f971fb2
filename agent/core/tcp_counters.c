#include "tcp_counters.h"

#include <string.h>

#include "../base/number.h"

#define SNMP "/proc/net/snmp", "Tcp"
#define NETSTAT "/proc/net/netstat", "TcpExt"

/* What they count: net/ipv4/proc.c names them; the meanings were read in Linux 6.1 and tried on 6.18. */
const struct tcp_counter_row tcp_counter_rows[TCP_COUNTERS] = {
	[TCP_COUNTER_ACTIVE_OPENS] = {SNMP, "ActiveOpens", "connections opened from here"},
	[TCP_COUNTER_PASSIVE_OPENS] = {SNMP, "PassiveOpens", "connections accepted"},
	[TCP_COUNTER_TW] = {NETSTAT, "TW", "sockets that went to TIME-WAIT, or as orphans to FIN-WAIT-2, for over 4 s"},
	[TCP_COUNTER_TW_RECYCLED] = {NETSTAT, "TWRecycled",
				     "ports in TIME-WAIT that connect() took again (tcp_tw_reuse)"},
	[TCP_COUNTER_TW_KILLED] = {NETSTAT, "TWKilled", "the same as TW, for up to 4 s; nothing was killed"},
	[TCP_COUNTER_TW_OVERFLOW] = {NETSTAT, "TCPTimeWaitOverflow",
				     "closed without TIME-WAIT: tcp_max_tw_buckets was reached"},
	[TCP_COUNTER_PAWS_ESTABLISHED] = {NETSTAT, "PAWSEstab", "segments dropped for an old timestamp"},
	[TCP_COUNTER_PAWS_TIME_WAIT] = {NETSTAT, "PAWSTimewait", "the same, of connections in TIME-WAIT"},
	[TCP_COUNTER_PAWS_ACTIVE] = {NETSTAT, "PAWSActive", "answers to our SYN dropped for an old timestamp"},
	[TCP_COUNTER_LISTEN_OVERFLOWS] = {NETSTAT, "ListenOverflows", "the accept queue of a listener was full"},
	[TCP_COUNTER_LISTEN_DROPS] = {NETSTAT, "ListenDrops", "connections that a listener dropped for any reason"},
	[TCP_COUNTER_SYN_QUEUE_DROPS] = {NETSTAT, "TCPReqQFullDrop",
					 "SYNs dropped: the queue of half-open connections was full"},
	[TCP_COUNTER_SYN_QUEUE_COOKIES] = {NETSTAT, "TCPReqQFullDoCookies",
					   "SYNs answered with a cookie for the same reason"},
	[TCP_COUNTER_ABORT_ON_MEMORY] = {NETSTAT, "TCPAbortOnMemory",
					 "connections reset: too many orphans, or no memory"},
};

static const char blanks[] = " \t";

/* The number below the name: both lines hold words, one for one. False when the name is not there. */
static bool number_below(const char *names, const char *numbers, const char *name, uint64_t *value)
{
	size_t length = strlen(name);

	for (;;) {
		names += strspn(names, blanks);
		numbers += strspn(numbers, blanks);
		size_t here = strcspn(names, " \t\n"), below = strcspn(numbers, " \t\n");
		if (here == 0 || below == 0)
			return false;
		if (here == length && memcmp(names, name, length) == 0)
			return number_decimal(numbers, below, TCP_COUNTER_MOST, value);
		names += here;
		numbers += below;
	}
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* The two lines of the group, behind their colons. */
static bool find_group(const char *text, const char *group, const char **names, const char **numbers)
{
	size_t length = strlen(group);

	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		const char *below = next_line(line);

		if (strncmp(line, group, length) != 0 || line[length] != ':' || strncmp(below, group, length) != 0 ||
		    below[length] != ':')
			continue;
		*names = line + length + 1;
		*numbers = below + length + 1;
		return true;
	}
	return false;
}

void tcp_counters_take(struct tcp_counters *counters, const char *file, const char *text)
{
	for (unsigned i = 0; i < TCP_COUNTERS; i++) {
		const struct tcp_counter_row *row = &tcp_counter_rows[i];
		const char *names, *numbers;

		if (strcmp(row->file, file) == 0 && find_group(text, row->group, &names, &numbers))
			counters->known[i] = number_below(names, numbers, row->name, &counters->values[i]);
	}
}

uint64_t tcp_counters_grown(const struct tcp_counters *before, const struct tcp_counters *after,
			    enum tcp_counter counter)
{
	bool known = before->known[counter] && after->known[counter];

	return known && after->values[counter] > before->values[counter]
		       ? after->values[counter] - before->values[counter]
		       : 0;
}

/* "TCP: inuse 12 orphan 0 tw 3 alloc 14 mem 5": a word and its number in turn. */
static bool number_after(const char *line, const char *word, uint64_t *value)
{
	size_t length = strlen(word);

	for (;;) {
		line += strspn(line, blanks);
		size_t here = strcspn(line, " \t\n");
		if (here == 0)
			return false;
		bool found = here == length && memcmp(line, word, length) == 0;
		line += here;
		line += strspn(line, blanks);
		here = strcspn(line, " \t\n");
		if (found)
			return number_decimal(line, here, TCP_COUNTER_MOST, value);
		line += here;
	}
}

bool tcp_sockstat_take(struct tcp_sockstat *sockstat, const char *text)
{
	static const char head[] = "sockets:";
	struct tcp_sockstat found = {.known = true};

	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		if (strncmp(line, head, sizeof(head) - 1) == 0)
			(void)!number_after(line + sizeof(head) - 1, "used", &found.sockets);
		if (strncmp(line, "TCP:", 4) != 0)
			continue;
		if (!number_after(line + 4, "tw", &found.time_wait) ||
		    !number_after(line + 4, "orphan", &found.orphans) || !number_after(line + 4, "mem", &found.pages))
			return false;
		*sockstat = found;
		return true;
	}
	return false;
}
