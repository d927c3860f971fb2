#include "core/tcp_counters.h"

#include "unit.h"

static const char snmp[] = "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
			   "Tcp: RtoAlgorithm MaxConn ActiveOpens PassiveOpens AttemptFails\n"
			   "Tcp: 1 -1 1234 5678 9\n"
			   "Udp: InDatagrams\nUdp: 5\n";
static const char netstat[] = "TcpExt: SyncookiesSent TW TWRecycled TWKilled ListenOverflows TWX\n"
			      "TcpExt: 0 281474976710656 2 3 4 5\n"
			      "IpExt: InNoRoutes TW\nIpExt: 7 8\n";

static void counters_are_found_by_their_names(struct unit *unit)
{
	struct tcp_counters counters = {0};

	tcp_counters_take(&counters, "/proc/net/snmp", snmp);
	HOLDS(unit, "only of that file", !counters.known[TCP_COUNTER_TW]);
	tcp_counters_take(&counters, "/proc/net/netstat", netstat);
	const struct {
		enum tcp_counter counter;
		bool known;
		uint64_t value;
	} cases[] = {
		{TCP_COUNTER_ACTIVE_OPENS, true, 1234},   {TCP_COUNTER_PASSIVE_OPENS, true, 5678},
		{TCP_COUNTER_TW, true, TCP_COUNTER_MOST}, {TCP_COUNTER_TW_RECYCLED, true, 2},
		{TCP_COUNTER_TW_KILLED, true, 3},         {TCP_COUNTER_LISTEN_OVERFLOWS, true, 4},
		{TCP_COUNTER_LISTEN_DROPS, false, 0},     {TCP_COUNTER_PAWS_TIME_WAIT, false, 0},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *name = tcp_counter_rows[cases[i].counter].name;

		HOLDS(unit, name, counters.known[cases[i].counter] == cases[i].known);
		HOLDS(unit, name, counters.values[cases[i].counter] == cases[i].value);
	}
}

/* What becomes of TW, 3 there before, with these texts. */
static const struct {
	const char *name, *text;
	bool known;
	uint64_t value;
} texts[] = {
	{"as it should be", "TcpExt: A TW\nTcpExt: 1 2\n", true, 2},
	{"no newline at the end", "TcpExt: A TW\nTcpExt: 1 2", true, 2},
	{"many blanks", "TcpExt:   A \t TW\nTcpExt:\t1   2 \n", true, 2},
	{"first of the line", "TcpExt: TW\nTcpExt: 2\n", true, 2},
	{"behind another group", "Ip: TW\nIp: 9\nTcpExt: A TW\nTcpExt: 1 2\n", true, 2},
	{"a group with a longer name", "TcpExtra: TW\nTcpExtra: 9\nTcpExt: TW\nTcpExt: 2\n", true, 2},
	{"a group with a shorter name", "Tcp: TW\nTcp: 9\nTcpExt: TW\nTcpExt: 2\n", true, 2},
	{"more numbers than names", "TcpExt: TW\nTcpExt: 2 3 4\n", true, 2},
	{"more names than numbers", "TcpExt: A B TW\nTcpExt: 1 2\n", false, 3},
	{"the name is longer", "TcpExt: TWX\nTcpExt: 2\n", false, 3},
	{"the name is shorter", "TcpExt: T\nTcpExt: 2\n", false, 3},
	{"negative", "TcpExt: TW\nTcpExt: -2\n", false, 3},
	{"over 64 bits", "TcpExt: TW\nTcpExt: 18446744073709551616\n", false, 3},
	{"above the largest", "TcpExt: TW\nTcpExt: 281474976710657\n", false, 3},
	{"no number", "TcpExt: TW\nTcpExt: two\n", false, 3},
	{"empty", "", false, 3},
	{"names alone", "TcpExt: TW\n", false, 3},
	{"names alone, no newline", "TcpExt: TW", false, 3},
	{"colons alone", "TcpExt:\nTcpExt:\n", false, 3},
	{"no colon behind", "TcpExt: TW\nTcpExt 2\n", false, 3},
	{"the lines are apart", "TcpExt: TW\nIp: 1\nTcpExt: 2\n", false, 3},
	{"a word that is the group", "X TcpExt: TW\nX TcpExt: 2\n", false, 3},
	{"only newlines", "\n\n\n", false, 3},
};

static void odd_texts_tell_nothing(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct tcp_counters counters = {.values = {[TCP_COUNTER_TW] = 3}};

		tcp_counters_take(&counters, "/proc/net/netstat", texts[i].text);
		HOLDS(unit, texts[i].name, counters.known[TCP_COUNTER_TW] == texts[i].known);
		HOLDS(unit, texts[i].name, counters.values[TCP_COUNTER_TW] == texts[i].value);
	}
	struct tcp_counters counters = {0};
	tcp_counters_take(&counters, "/proc/net/other", "TcpExt: TW\nTcpExt: 2\n");
	HOLDS(unit, "another file", !counters.known[TCP_COUNTER_TW]);
}

static void every_counter_has_its_row(struct unit *unit)
{
	for (unsigned i = 0; i < TCP_COUNTERS; i++) {
		const struct tcp_counter_row *row = &tcp_counter_rows[i];

		if (!PRESENT(unit, "row", row->name))
			continue;
		bool of_snmp = strcmp(row->file, "/proc/net/snmp") == 0 && strcmp(row->group, "Tcp") == 0;
		bool of_netstat = strcmp(row->file, "/proc/net/netstat") == 0 && strcmp(row->group, "TcpExt") == 0;
		HOLDS(unit, row->name, of_snmp || of_netstat);
		HOLDS(unit, row->name, row->meaning[0] != '\0');
		for (unsigned j = 0; j < i; j++)
			HOLDS(unit, row->name, strcmp(tcp_counter_rows[j].name, row->name) != 0);
	}
}

static void growth_is_never_negative(struct unit *unit)
{
	static const struct {
		const char *name;
		bool known_before, known_after;
		uint64_t before, after, grown;
	} cases[] = {
		{"grown", true, true, 5, 12, 7},
		{"the same", true, true, 5, 5, 0},
		{"set back", true, true, 12, 5, 0},
		{"from none to the most", true, true, 0, UINT64_MAX, UINT64_MAX},
		{"from the most to none", true, true, UINT64_MAX, 0, 0},
		{"not known before", false, true, 0, 5, 0},
		{"not known after", true, false, 0, 5, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tcp_counters before = {.values = {[TCP_COUNTER_TW] = cases[i].before}};
		struct tcp_counters after = {.values = {[TCP_COUNTER_TW] = cases[i].after}};

		before.known[TCP_COUNTER_TW] = cases[i].known_before;
		after.known[TCP_COUNTER_TW] = cases[i].known_after;
		HOLDS(unit, cases[i].name, tcp_counters_grown(&before, &after, TCP_COUNTER_TW) == cases[i].grown);
	}
}

static const struct {
	const char *name, *text;
	bool good;
	uint64_t time_wait, orphans, pages;
} sockstats[] = {
	{"as the kernel writes it",
	 "sockets: used 290\nTCP: inuse 12 orphan 1 tw 345 alloc 14 mem 5\nUDP: inuse 3 mem 2\n", true, 345, 1, 5},
	{"without a newline", "TCP: inuse 12 orphan 1 tw 345 alloc 14 mem 5", true, 345, 1, 5},
	{"other words between", "TCP: orphan 1 x 9 tw 345 mem 5 y 7\n", true, 345, 1, 5},
	{"the largest", "TCP: orphan 0 tw 281474976710656 mem 0\n", true, TCP_COUNTER_MOST, 0, 0},
	{"above the largest", "TCP: orphan 0 tw 281474976710657 mem 0\n", false, 0, 0, 0},
	{"the line of another protocol", "UDP: orphan 1 tw 345 mem 5\n", false, 0, 0, 0},
	{"sockstat6", "TCP6: inuse 8\nUDP6: inuse 3\n", false, 0, 0, 0},
	{"no tw", "TCP: inuse 12 orphan 1 alloc 14 mem 5\n", false, 0, 0, 0},
	{"no orphan", "TCP: inuse 12 tw 1 alloc 14 mem 5\n", false, 0, 0, 0},
	{"no mem", "TCP: inuse 12 orphan 1 tw 345 alloc 14\n", false, 0, 0, 0},
	{"cut behind the name", "TCP: inuse 12 orphan 1 tw", false, 0, 0, 0},
	{"mem cut", "TCP: inuse 12 orphan 1 tw 345 alloc 14 mem\nUDP: mem 3\n", false, 0, 0, 0},
	{"a name in a number's place", "TCP: inuse tw 3 orphan 1 mem 5\n", false, 0, 0, 0},
	{"negative", "TCP: orphan 1 tw -3 mem 5\n", false, 0, 0, 0},
	{"over 64 bits", "TCP: orphan 1 tw 18446744073709551616 mem 5\n", false, 0, 0, 0},
	{"empty", "", false, 0, 0, 0},
	{"the word alone", "TCP:", false, 0, 0, 0},
	{"not at the line's start", " TCP: orphan 1 tw 3 mem 5\n", false, 0, 0, 0},
};

static void sockstat_is_taken_whole_or_not_at_all(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sockstats); i++) {
		struct tcp_sockstat found = {.time_wait = 4711, .orphans = 4712, .pages = 4713};
		bool good = tcp_sockstat_take(&found, sockstats[i].text);

		HOLDS(unit, sockstats[i].name, good == sockstats[i].good && found.known == good);
		HOLDS(unit, sockstats[i].name, found.time_wait == (good ? sockstats[i].time_wait : 4711));
		HOLDS(unit, sockstats[i].name, found.orphans == (good ? sockstats[i].orphans : 4712));
		HOLDS(unit, sockstats[i].name, found.pages == (good ? sockstats[i].pages : 4713));
	}
}

static void all_sockets_are_counted_where_sockstat_does(struct unit *unit)
{
	static const struct {
		const char *name, *text;
		uint64_t sockets;
	} cases[] = {
		{"as the kernel writes it", "sockets: used 290\nTCP: orphan 1 tw 345 mem 5\n", 290},
		{"none", "sockets: used 0\nTCP: orphan 1 tw 345 mem 5\n", 0},
		{"no such line", "TCP: orphan 1 tw 345 mem 5\n", 0},
		{"other words before", "sockets: x 3 used 7\nTCP: orphan 1 tw 345 mem 5\n", 7},
		{"the word without a number", "sockets: used\nTCP: orphan 1 tw 345 mem 5\n", 0},
		{"no number", "sockets: used many\nTCP: orphan 1 tw 345 mem 5\n", 0},
		{"another name", "sockets6: used 7\nTCP: orphan 1 tw 345 mem 5\n", 0},
		{"not at the line's start", " sockets: used 7\nTCP: orphan 1 tw 345 mem 5\n", 0},
		{"the largest", "sockets: used 281474976710656\nTCP: orphan 1 tw 345 mem 5\n", TCP_COUNTER_MOST},
		{"above the largest", "sockets: used 281474976710657\nTCP: orphan 1 tw 345 mem 5\n", 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tcp_sockstat found = {.sockets = 4711};

		HOLDS(unit, cases[i].name, tcp_sockstat_take(&found, cases[i].text));
		HOLDS(unit, cases[i].name, found.sockets == cases[i].sockets && found.time_wait == 345);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(counters_are_found_by_their_names),
	UNIT(odd_texts_tell_nothing),
	UNIT(every_counter_has_its_row),
	UNIT(growth_is_never_negative),
	UNIT(sockstat_is_taken_whole_or_not_at_all),
	UNIT(all_sockets_are_counted_where_sockstat_does),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
