#include "core/tcp_settings.h"

#include "unit.h"

static void defaults_are_the_kernel_s(struct unit *unit)
{
	struct tcp_settings settings;

	memset(&settings, 0xa5, sizeof(settings));
	tcp_settings_defaults(&settings, (struct facts_version){0});
	SAME_NUMBER(unit, "first", settings.range_first, 32768);
	SAME_NUMBER(unit, "last", settings.range_last, 60999);
	SAME_NUMBER(unit, "delay", settings.numbers[CATALOGUE_TCP_REUSE_DELAY], 1000);
	SAME_NUMBER(unit, "timestamps", settings.numbers[CATALOGUE_TCP_TIMESTAMPS], 1);
	SAME_NUMBER(unit, "reuse", settings.numbers[CATALOGUE_TCP_REUSE], 0);
	for (unsigned i = 0; i < CATALOGUE_TCPS; i++)
		HOLDS(unit, catalogue_tcp_keys[i], !settings.known[i]);
	for (unsigned port = 0; port < VALUE_SET_SIZE; port++) {
		if (tcp_settings_reserved(&settings, (uint16_t)port))
			HOLDS(unit, "no port is reserved", false);
	}
}

static const struct {
	const char *name;
	enum catalogue_tcp setting;
	const char *text;
	bool known;
	int64_t number; /* when known */
} takes[] = {
	{"a number", CATALOGUE_TCP_REUSE, "2\n", true, 2},
	{"zero", CATALOGUE_TCP_TIMESTAMPS, "0", true, 0},
	{"blanks around", CATALOGUE_TCP_FIN_TIMEOUT, " \t30 \n", true, 30},
	{"negative", CATALOGUE_TCP_REUSE, "-1", true, -1},
	/* Beyond 2^48 there is nothing to reckon with: products of it would wrap. */
	{"largest", CATALOGUE_TCP_TIME_WAIT_MOST, "281474976710656", true, (int64_t)1 << 48},
	{"above the largest", CATALOGUE_TCP_TIME_WAIT_MOST, "281474976710657", false, 0},
	{"least", CATALOGUE_TCP_REUSE_DELAY, "-281474976710656", true, -((int64_t)1 << 48)},
	{"below the least", CATALOGUE_TCP_REUSE_DELAY, "-281474976710657", false, 0},
	{"largest of 64 bits", CATALOGUE_TCP_REUSE_DELAY, "9223372036854775807", false, 0},
	{"memory, above the largest", CATALOGUE_TCP_MEMORY, "1 2 1152921504606846976", false, 0},
	{"over 64 bits with a sign", CATALOGUE_TCP_TIME_WAIT_MOST, "9223372036854775808", false, 0},
	{"over 64 bits", CATALOGUE_TCP_TIME_WAIT_MOST, "18446744073709551616", false, 0},
	{"empty", CATALOGUE_TCP_REUSE, "", false, 0},
	{"blanks", CATALOGUE_TCP_REUSE, " \n", false, 0},
	{"a word", CATALOGUE_TCP_REUSE, "on", false, 0},
	{"a number and a word", CATALOGUE_TCP_REUSE, "1 on", false, 0},
	{"a fraction", CATALOGUE_TCP_REUSE, "1.0", false, 0},
	{"the range", CATALOGUE_TCP_RANGE, "1024\t65535\n", true, 1024},
	{"a range of one", CATALOGUE_TCP_RANGE, "5000 5000", true, 5000},
	{"the whole range", CATALOGUE_TCP_RANGE, "1 65535", true, 1},
	{"a range from 0", CATALOGUE_TCP_RANGE, "0 65535", false, 0},
	{"a range to 65536", CATALOGUE_TCP_RANGE, "1024 65536", false, 0},
	{"a range backwards", CATALOGUE_TCP_RANGE, "5001 5000", false, 0},
	{"half a range", CATALOGUE_TCP_RANGE, "5000", false, 0},
	{"a range and more", CATALOGUE_TCP_RANGE, "5000 5001 5002", false, 0},
	{"a negative range", CATALOGUE_TCP_RANGE, "-5 5000", false, 0},
	{"a range that wraps", CATALOGUE_TCP_RANGE, "65537 65538", false, 0},
	{"memory", CATALOGUE_TCP_MEMORY, "100\t200\t300\n", true, 300},
	{"memory, four numbers", CATALOGUE_TCP_MEMORY, "100 200 300 400", false, 0},
};

static void a_text_is_taken_whole_or_not_at_all(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(takes); i++) {
		struct tcp_settings settings, before;

		tcp_settings_defaults(&settings, (struct facts_version){0});
		before = settings;
		tcp_settings_take(&settings, takes[i].setting, takes[i].text);
		HOLDS(unit, takes[i].name, settings.known[takes[i].setting] == takes[i].known);
		SAME_NUMBER(unit, takes[i].name, settings.numbers[takes[i].setting],
			    takes[i].known ? takes[i].number : before.numbers[takes[i].setting]);
		if (!takes[i].known)
			HOLDS(unit, takes[i].name, memcmp(&settings, &before, sizeof(settings)) == 0);
		for (unsigned j = 0; j < CATALOGUE_TCPS; j++)
			HOLDS(unit, takes[i].name, j == takes[i].setting || !settings.known[j]);
	}
}

static void the_range_has_both_ends(struct unit *unit)
{
	struct tcp_settings settings;

	tcp_settings_defaults(&settings, (struct facts_version){0});
	tcp_settings_take(&settings, CATALOGUE_TCP_RANGE, "1024\t65535\n");
	SAME_NUMBER(unit, "first", settings.range_first, 1024);
	SAME_NUMBER(unit, "last", settings.range_last, 65535);
	tcp_settings_take(&settings, CATALOGUE_TCP_RANGE, "7 6");
	SAME_NUMBER(unit, "first stays", settings.range_first, 1024);
	SAME_NUMBER(unit, "last stays", settings.range_last, 65535);
}

static void reserved_ports_are_those_of_the_list(struct unit *unit)
{
	struct tcp_settings settings;

	tcp_settings_defaults(&settings, (struct facts_version){0});
	tcp_settings_take(&settings, CATALOGUE_TCP_RESERVED, "8080,9000-9002,65535\n");
	HOLDS(unit, "known", settings.known[CATALOGUE_TCP_RESERVED]);
	for (unsigned port = 0; port < VALUE_SET_SIZE; port++) {
		bool wanted = port == 8080 || (port >= 9000 && port <= 9002) || port == 65535;

		if (tcp_settings_reserved(&settings, (uint16_t)port) != wanted)
			HOLDS(unit, arena_printf(&unit->arena, "port %u", port), false);
	}
	tcp_settings_take(&settings, CATALOGUE_TCP_RESERVED, "1-,2");
	HOLDS(unit, "broken", !settings.known[CATALOGUE_TCP_RESERVED]);
	HOLDS(unit, "none",
	      (tcp_settings_take(&settings, CATALOGUE_TCP_RESERVED, "\n"),
	       settings.known[CATALOGUE_TCP_RESERVED] && !tcp_settings_reserved(&settings, 8080)));
}

/* The six rows that kernel-facts.md 1.2 measured, and the odd ones. */
static void ports_in_time_wait_are_taken_again(struct unit *unit)
{
	static const struct {
		const char *name;
		int64_t reuse, timestamps;
		bool loopback, beyond;
	} cases[] = {
		{"off", 0, 1, false, false},
		{"on", 1, 1, true, true},
		{"on, no timestamps", 1, 0, false, false},
		{"on, timestamps without offsets", 1, 2, true, true},
		{"loopback alone", 2, 1, true, false},
		{"loopback alone, no timestamps", 2, 0, false, false},
		{"off, no timestamps", 0, 0, false, false},
		{"no value of the kernel's", 3, 1, false, false},
		{"negative", -1, 1, false, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tcp_settings settings;

		tcp_settings_defaults(&settings, (struct facts_version){0});
		settings.numbers[CATALOGUE_TCP_REUSE] = cases[i].reuse;
		settings.numbers[CATALOGUE_TCP_TIMESTAMPS] = cases[i].timestamps;
		HOLDS(unit, cases[i].name, tcp_settings_reuse(&settings, true) == cases[i].loopback);
		HOLDS(unit, cases[i].name, tcp_settings_reuse(&settings, false) == cases[i].beyond);
	}
}

static void parameters_of_tcp_are_known_by_their_path(struct unit *unit)
{
	static const struct {
		const char *path;
		bool concerns;
	} cases[] = {
		{"net/ipv4/tcp_tw_reuse", true},   {"net/ipv4/tcp_congestion_control", true},
		{"net/core/somaxconn", true},      {"net/ipv4/ip_local_port_range", true},
		{"net/ipv4/tcp_", true},           {"net/ipv4/tcp", false},
		{"net/core/somaxconn2", false},    {"net/core/netdev_max_backlog", false},
		{"net/ipv4/ip_forward", false},    {"net/ipv6/tcp_x", false},
		{"vm/swappiness", false},          {"", false},
		{"net.ipv4.tcp_tw_reuse", false},  {"net/ipv4/ip_local_reserved_ports", true},
		{"xnet/ipv4/tcp_tw_reuse", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		HOLDS(unit, cases[i].path, catalogue_is_tcp(cases[i].path) == cases[i].concerns);
	for (unsigned i = 0; i < CATALOGUE_TCPS; i++)
		HOLDS(unit, catalogue_tcp_keys[i], catalogue_is_tcp(catalogue_tcp_keys[i]));
}

static void every_parameter_of_the_census_has_a_row(struct unit *unit)
{
	for (unsigned i = 0; i < CATALOGUE_TCPS; i++) {
		if (PRESENT(unit, "path", catalogue_tcp_keys[i]))
			HOLDS(unit, catalogue_tcp_keys[i], catalogue_find(catalogue_tcp_keys[i]) != NULL);
	}
}

static void the_range_has_halves_since_4_2(struct unit *unit)
{
	static const struct {
		const char *kernel;
		bool halves;
	} cases[] = {{"4.1.52", false}, {"3.10.0-1160", false}, {"4.2.0", true},
		     {"5.4", true},     {"6.18.44", true},      {"", false}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tcp_settings settings;

		tcp_settings_defaults(&settings, facts_version_read(cases[i].kernel));
		HOLDS(unit, cases[i].kernel, settings.halves == cases[i].halves);
	}
}

static void the_word_is_the_last_of_the_path(struct unit *unit)
{
	SAME_TEXT(unit, "reuse", catalogue_tcp_word(CATALOGUE_TCP_REUSE), "tcp_tw_reuse");
	SAME_TEXT(unit, "range", catalogue_tcp_word(CATALOGUE_TCP_RANGE), "ip_local_port_range");
	SAME_TEXT(unit, "backlog", catalogue_tcp_word(CATALOGUE_TCP_BACKLOG), "somaxconn");
	for (unsigned i = 0; i < CATALOGUE_TCPS; i++) {
		const char *word = catalogue_tcp_word((enum catalogue_tcp)i), *key = catalogue_tcp_keys[i];

		HOLDS(unit, key, word[0] != '\0' && strchr(word, '/') == NULL);
		HOLDS(unit, key, word > key && word[-1] == '/' && strcmp(key + strlen(key) - strlen(word), word) == 0);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(defaults_are_the_kernel_s),
	UNIT(a_text_is_taken_whole_or_not_at_all),
	UNIT(the_range_has_both_ends),
	UNIT(reserved_ports_are_those_of_the_list),
	UNIT(ports_in_time_wait_are_taken_again),
	UNIT(parameters_of_tcp_are_known_by_their_path),
	UNIT(every_parameter_of_the_census_has_a_row),
	UNIT(the_range_has_halves_since_4_2),
	UNIT(the_word_is_the_last_of_the_path),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
