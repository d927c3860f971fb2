/* value_check, value_hazardous and value_accepted: what a profile may ask for, and what a boot loader may write. */
#include "core/value.h"
#include "unit.h"

static const struct {
	const char *name, *path, *text;
	const char *wrong; /* NULL: allowed; else words of the message */
} checks[] = {
	{"integer", "net/ipv4/tcp_fin_timeout", "30", NULL},
	{"hexadecimal", "net/ipv4/tcp_fin_timeout", "0x1e", NULL},
	{"octal", "net/ipv4/tcp_fin_timeout", "036", NULL},
	{"no octal", "net/ipv4/tcp_fin_timeout", "08", "'08'"},
	{"word", "net/ipv4/tcp_fin_timeout", "on", "'on'"},
	{"plus", "net/ipv4/tcp_fin_timeout", "+28", "'+28'"},
	{"fraction", "net/ipv4/tcp_fin_timeout", "1.5", "'1.5'"},
	{"exponent", "net/ipv4/tcp_fin_timeout", "1e1", "'1e1'"},
	{"unit", "net/ipv4/tcp_fin_timeout", "30s", "'30s'"},
	{"text behind", "net/ipv4/tcp_fin_timeout", "31 # text", "wants"},
	{"two for one", "net/ipv4/tcp_fin_timeout", "1 2", "found 2"},
	{"empty", "net/ipv4/tcp_fin_timeout", "", "wants 1 number, found 0"},
	{"blank", "net/ipv4/tcp_fin_timeout", " ", "found 0"},
	{"the widest seconds", "net/ipv4/tcp_fin_timeout", "21474836", NULL},
	{"more than any HZ allows", "net/ipv4/tcp_fin_timeout", "21474837", "21474836"},
	{"the least seconds", "net/ipv4/tcp_fin_timeout", "-21474836", NULL},
	{"less than any HZ allows", "net/ipv4/tcp_fin_timeout", "-21474837", "-21474836"},
	{"more than 64 bits", "net/ipv4/tcp_fin_timeout", "18446744073709551646", "wants"},
	{"somaxconn", "net/core/somaxconn", "65535", NULL},
	{"somaxconn below", "net/core/somaxconn", "-1", "found -1"},
	{"the interface's row", "net/ipv4/conf/eth0.100/rp_filter", "2", NULL},
	{"the interface's row, word", "net/ipv4/conf/eth0.100/rp_filter", "strict", "'strict'"},
	{"vector", "net/ipv4/tcp_rmem", "4096 131072 6291456", NULL},
	{"vector, tabs", "net/ipv4/tcp_rmem", "4096\t131072\t6291456", NULL},
	{"vector, too few", "net/ipv4/tcp_rmem", "4096 131072", "wants 3 numbers, found 2"},
	{"vector, one", "net/ipv4/tcp_rmem", "8192", "wants 3 numbers, found 1"},
	{"vector, too many", "net/ipv4/tcp_rmem", "1 2 3 4", "wants 3 numbers, found 4"},
	{"vector, word", "net/ipv4/tcp_rmem", "4096 many 6291456", "'many'"},
	{"vector, commas", "net/ipv4/tcp_rmem", "4096,131072,6291456", "wants"},
	{"vector, out of range", "net/ipv4/ip_local_port_range", "1024 65536", "found 65536"},
	{"port range", "net/ipv4/ip_local_port_range", "1024 65535", NULL},
	{"port range, zero", "net/ipv4/ip_local_port_range", "0 65535", "found 0"},
	/* semantics.md 2: the kernel takes or turns these without a word, so arity, order and range are checked before. */
	{"buffers out of order", "net/ipv4/tcp_rmem", "8192 4096 16384", "8192"},
	{"buffers, most below the rest", "net/ipv4/tcp_wmem", "4096 16384 8192", "8192"},
	{"ports out of order", "net/ipv4/ip_local_port_range", "65535 1024", "1024"},
	{"groups out of order", "net/ipv4/ping_group_range", "5 1", "1"},
	{"no group at all", "net/ipv4/ping_group_range", "1 0", NULL},
	{"equal ends", "net/ipv4/ping_group_range", "5 5", NULL},
	{"set", "net/ipv4/ip_local_reserved_ports", "8080,9000-9010", NULL},
	{"set, empty", "net/ipv4/ip_local_reserved_ports", "", NULL},
	{"set, comma at the end", "net/ipv4/ip_local_reserved_ports", "8080,", NULL},
	{"set, the last port", "net/ipv4/ip_local_reserved_ports", "65535", NULL},
	{"set, beyond", "net/ipv4/ip_local_reserved_ports", "65536", "65535"},
	{"set, backwards", "net/ipv4/ip_local_reserved_ports", "9010-9000", "wants"},
	{"set, open range", "net/ipv4/ip_local_reserved_ports", "9000-", "wants"},
	{"set, blanks", "net/ipv4/ip_local_reserved_ports", "1, 2", "wants"},
	{"set, empty part", "net/ipv4/ip_local_reserved_ports", "7,,8", "wants"},
	{"set, comma alone", "net/ipv4/ip_local_reserved_ports", ",", "wants"},
	{"set, negative", "net/ipv4/ip_local_reserved_ports", "-1", "wants"},
	{"set, name", "net/ipv4/ip_local_reserved_ports", "http", "'http'"},
	{"string", "net/ipv4/tcp_congestion_control", "bbr", NULL},
	{"string with a tab", "kernel/core_pattern", "core\t%e", NULL},
	{"unknown key", "net/ipv4/nosuch", "anything at all", NULL},
};

static void refuses_what_the_kernel_would_refuse_or_turn(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		struct error err = {.text = ""};
		bool good = value_check(catalogue_find(checks[i].path), checks[i].text, NULL, &err);

		HOLDS(unit, checks[i].name, good == (checks[i].wrong == NULL));
		if (!good && checks[i].wrong != NULL)
			HAS_TEXT(unit, checks[i].name, err.text, checks[i].wrong);
	}
}

static const struct {
	const char *name, *path, *text;
	bool hazardous;
} hazards[] = {
	{"every value of the row", "kernel/modprobe", "/sbin/modprobe", true},
	{"an empty value", "kernel/modprobe", "", true},
	{"a text that begins with it", "kernel/core_pattern", "|/bin/x", true},
	{"another text", "kernel/core_pattern", "core.%p", false},
	{"no danger", "net/ipv4/tcp_fin_timeout", "30", false},
	{"unknown key", "net/ipv4/nosuch", "1", false},
	{"the one-way value", "kernel/yama/ptrace_scope", "3", true},
	{"the one-way value in hexadecimal", "kernel/yama/ptrace_scope", "0x3", true},
	{"the one-way value with blanks", "kernel/yama/ptrace_scope", " 3 ", true},
	{"a value that can be undone", "kernel/yama/ptrace_scope", "1", false},
	{"secret", "net/ipv6/conf/eth0/stable_secret", "::1", true},
	{"removed and harmful", "net/ipv4/tcp_tw_recycle", "1", true},
	{"a switch that stays", "kernel/modules_disabled", "1", true},
};

static void knows_hazardous_values_in_every_notation(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(hazards); i++)
		HOLDS(unit, hazards[i].name,
		      value_hazardous(catalogue_find(hazards[i].path), hazards[i].text) == hazards[i].hazardous);
}

static const struct {
	const char *name, *path, *text;
	bool accepted;
} writes[] = {
	{"integer", "net/ipv4/tcp_fin_timeout", "30", true},
	{"comment behind", "net/ipv4/tcp_fin_timeout", "31 # text", true},
	{"comment without a blank", "net/ipv4/tcp_fin_timeout", "31# text", false},
	{"several for one", "net/ipv4/tcp_fin_timeout", "11 12", true},
	{"negative where there is no least", "net/ipv4/tcp_fin_timeout", "-1", true},
	{"negative where there is one", "net/core/somaxconn", "-1", false},
	{"empty integer", "net/ipv4/tcp_fin_timeout", "", false},
	{"quotes", "net/ipv4/tcp_fin_timeout", "\"11\"", false},
	{"word", "net/ipv4/tcp_fin_timeout", "on", false},
	{"no octal", "net/ipv4/tcp_fin_timeout", "08", false},
	{"plus", "net/ipv4/tcp_fin_timeout", "+11", false},
	{"equals sign", "net/ipv4/tcp_fin_timeout", "11 = 12", true},
	{"vector", "net/ipv4/tcp_rmem", "4096 8192 16384", true},
	{"short vector", "net/ipv4/tcp_rmem", "8192", true},
	{"long vector", "net/ipv4/tcp_rmem", "4096 8192 16384 5", true},
	{"empty vector", "net/ipv4/tcp_rmem", "", false},
	{"vector with a word", "net/ipv4/tcp_rmem", "4096 x 16384", false},
	{"empty list", "net/ipv4/ip_local_reserved_ports", "", true},
	{"list", "net/ipv4/ip_local_reserved_ports", "40001,40003-40005", true},
	{"list with blanks", "net/ipv4/ip_local_reserved_ports", "1, 2", false},
	{"string", "net/ipv4/tcp_congestion_control", "reno", true},
	{"unknown key", "net/ipv4/nosuch", "", true},
};

static void knows_what_a_loader_could_write(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(writes); i++)
		HOLDS(unit, writes[i].name,
		      value_accepted(catalogue_find(writes[i].path), writes[i].text) == writes[i].accepted);
}

static void comments_begin_behind_a_blank(struct unit *unit)
{
	static const struct {
		const char *text;
		size_t kept;
	} cases[] = {
		{"", 0},    {"30", 2},      {"30 # x", 2}, {"30\t ;x", 2}, {"30#x", 4},
		{"# x", 3}, {"x#y # z", 3}, {" # x", 0},   {"a;b", 3},     {"1 2 3 # 4 # 5", 5},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_NUMBER(unit, cases[i].text, value_before_comment(cases[i].text, strlen(cases[i].text)),
			    cases[i].kept);
}

static const struct CMUnitTest tests[] = {
	UNIT(refuses_what_the_kernel_would_refuse_or_turn),
	UNIT(knows_hazardous_values_in_every_notation),
	UNIT(knows_what_a_loader_could_write),
	UNIT(comments_begin_behind_a_blank),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
