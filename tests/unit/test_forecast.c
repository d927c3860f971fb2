#include "system/forecast.h"

#include "base/text.h"
#include "unit.h"

static const struct loader systemd = {.kind = LOADER_SYSTEMD}, procps = {.kind = LOADER_PROCPS, .major = 4, .patch = 2},
			   three = {.kind = LOADER_PROCPS, .major = 3, .minor = 3, .patch = 17};

#define FIN "net/ipv4/tcp_fin_timeout"
#define RP(interface) "net/ipv4/conf/" interface "/rp_filter"
#define A "etc/sysctl.d/a.conf"
#define B "etc/sysctl.d/b.conf"
#define CONF "etc/sysctl.conf"

/*
 * The rows of semantics.md section 1, as what the next boot would bring: "value file:line" of the winner, and behind "<"
 * the lines that lose, in reading order; NULL: nothing sets it. What else was measured is marked so.
 */
static const struct {
	const char *name, *key;
	struct {
		const char *path, *text; /* a text that begins with -> is a link */
	} files[3];
	const char *procps, *systemd;
} rows[] = {
	{"folders, high to low",
	 FIN,
	 {{"usr/lib/sysctl.d/a.conf", "net.ipv4.tcp_fin_timeout = 11\n"}, {A, "net.ipv4.tcp_fin_timeout = 12\n"}},
	 "12 /etc/sysctl.d/a.conf:1",
	 "12 /etc/sysctl.d/a.conf:1"},
	{"/etc/sysctl.conf",
	 FIN,
	 {{CONF, "net.ipv4.tcp_fin_timeout = 11\n"}, {"etc/sysctl.d/zz.conf", "net.ipv4.tcp_fin_timeout = 12\n"}},
	 "11 /etc/sysctl.conf:1 < 12 /etc/sysctl.d/zz.conf:1",
	 "12 /etc/sysctl.d/zz.conf:1"},
	{"/etc/sysctl.conf alone", FIN, {{CONF, "net.ipv4.tcp_fin_timeout = 11\n"}}, "11 /etc/sysctl.conf:1", NULL},
	{"/etc/sysctl.conf, read twice",
	 FIN,
	 {{CONF, "net.ipv4.tcp_fin_timeout = 11\n"},
	  {"etc/sysctl.d/99-sysctl.conf", "->../sysctl.conf"},
	  {"etc/sysctl.d/99-z.conf", "net.ipv4.tcp_fin_timeout = 12\n"}},
	 "11 /etc/sysctl.conf:1 < 11 /etc/sysctl.d/99-sysctl.conf:1 < 12 /etc/sysctl.d/99-z.conf:1",
	 "12 /etc/sysctl.d/99-z.conf:1 < 11 /etc/sysctl.d/99-sysctl.conf:1"},
	{"names: hidden",
	 FIN,
	 {{"etc/sysctl.d/.a.conf", "net.ipv4.tcp_fin_timeout = 11\n"}},
	 "11 /etc/sysctl.d/.a.conf:1",
	 NULL},
	{"order",
	 FIN,
	 {{"etc/sysctl.d/100-x.conf", "net.ipv4.tcp_fin_timeout = 11\n"},
	  {"usr/lib/sysctl.d/99-x.conf", "net.ipv4.tcp_fin_timeout = 12\n"}},
	 "12 /usr/lib/sysctl.d/99-x.conf:1 < 11 /etc/sysctl.d/100-x.conf:1",
	 "12 /usr/lib/sysctl.d/99-x.conf:1 < 11 /etc/sysctl.d/100-x.conf:1"},
	{"masking",
	 FIN,
	 {{A, "->/dev/null"}, {"usr/lib/sysctl.d/a.conf", "net.ipv4.tcp_fin_timeout = 11\n"}},
	 NULL,
	 NULL},
	{"x = 31 # text",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 31 # text\n"}},
	 "31 # text /etc/sysctl.d/a.conf:1",
	 "31 # text /etc/sysctl.d/a.conf:1"},
	{"-key = value",
	 FIN,
	 {{A, "-net.ipv4.tcp_fin_timeout = 11\n"}},
	 "11 /etc/sysctl.d/a.conf:1",
	 "11 /etc/sysctl.d/a.conf:1"},
	{"- key = value", FIN, {{A, "- net.ipv4.tcp_fin_timeout = 11\n"}}, NULL, "11 /etc/sysctl.d/a.conf:1"},
	{"-key without = excludes from globs",
	 RP("lo"),
	 {{A, "net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.lo.rp_filter\n"}},
	 " < 1 /etc/sysctl.d/a.conf:1",
	 " < 1 /etc/sysctl.d/a.conf:1"},
	{"-key without = spares the others",
	 RP("eth0"),
	 {{A, "net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.lo.rp_filter\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"-key without = cancels an earlier assignment",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 11\n"}, {B, "-net/ipv4/tcp_fin_timeout\n"}},
	 "11 /etc/sysctl.d/a.conf:1",
	 " < 11 /etc/sysctl.d/a.conf:1"},
	{"-key without =, a later assignment wins again",
	 FIN,
	 {{A, "-net.ipv4.tcp_fin_timeout\nnet.ipv4.tcp_fin_timeout = 11\n"}},
	 "11 /etc/sysctl.d/a.conf:2",
	 "11 /etc/sysctl.d/a.conf:2"},
	{"line without = and dash", FIN, {{A, "net.ipv4.tcp_fin_timeout 11\n"}}, NULL, NULL},
	{"the same key twice",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 11\n"}, {B, "# x\nnet/ipv4/tcp_fin_timeout = 12\n"}},
	 "12 /etc/sysctl.d/b.conf:2 < 11 /etc/sysctl.d/a.conf:1",
	 "12 /etc/sysctl.d/b.conf:2 < 11 /etc/sysctl.d/a.conf:1"},
	{"the same key twice, the last is refused (measured)",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 11\nnet.ipv4.tcp_fin_timeout = on\n"}},
	 "11 /etc/sysctl.d/a.conf:1 < on /etc/sysctl.d/a.conf:2",
	 " < 11 /etc/sysctl.d/a.conf:1 < on /etc/sysctl.d/a.conf:2"},
	{"separators",
	 RP("eth0.100"),
	 {{A, "net.ipv4.conf.eth0/100.rp_filter = 1\n"}, {B, "net/ipv4/conf/eth0.100/rp_filter = 2\n"}},
	 "2 /etc/sysctl.d/b.conf:1 < 1 /etc/sysctl.d/a.conf:1",
	 "2 /etc/sysctl.d/b.conf:1 < 1 /etc/sysctl.d/a.conf:1"},
	{"separators: the naive spelling of a VLAN",
	 RP("eth0.100"),
	 {{A, "net.ipv4.conf.eth0.100.rp_filter = 1\n"}},
	 NULL,
	 NULL},
	{".. in a key",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 11\nnet/ipv4/../ipv4/tcp_fin_timeout = 12\n"}},
	 "12 /etc/sysctl.d/a.conf:2 < 11 /etc/sysctl.d/a.conf:1",
	 "11 /etc/sysctl.d/a.conf:1"},
	{"globs: star",
	 RP("eth0"),
	 {{A, "net.ipv4.conf.*.rp_filter = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"globs: question",
	 RP("lo"),
	 {{A, "net.ipv4.conf.?o.rp_filter = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"globs: set",
	 RP("eth0"),
	 {{A, "net.ipv4.conf.[!l]*.rp_filter = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"globs: one level", RP("eth0"), {{A, "net.ipv4.*.rp_filter = 1\nnet.*.rp_filter = 2\n"}}, NULL, NULL},
	{"globs: two of them",
	 RP("eth0"),
	 {{A, "net.*.conf.*.rp_filter = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"glob against explicit, in an earlier file",
	 RP("lo"),
	 {{A, "net.ipv4.conf.lo.rp_filter = 1\n"}, {B, "net.ipv4.conf.*.rp_filter = 2\n"}},
	 "1 /etc/sysctl.d/a.conf:1 < 2 /etc/sysctl.d/b.conf:1",
	 "1 /etc/sysctl.d/a.conf:1 < 2 /etc/sysctl.d/b.conf:1"},
	{"glob against explicit, in either spelling",
	 RP("eth0.100"),
	 {{A, "net/ipv4/conf/eth0.100/rp_filter = 1\n"}, {B, "net.ipv4.conf.*.rp_filter = 2\n"}},
	 "1 /etc/sysctl.d/a.conf:1 < 2 /etc/sysctl.d/b.conf:1",
	 "1 /etc/sysctl.d/a.conf:1 < 2 /etc/sysctl.d/b.conf:1"},
	{"glob without a match", FIN, {{A, "net.ipv4.conf.ppp*.rp_filter = 1\n"}}, NULL, NULL},
	{"quotes",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = \"11\"\n"}},
	 " < \"11\" /etc/sysctl.d/a.conf:1",
	 " < \"11\" /etc/sysctl.d/a.conf:1"},
	{"= in the value",
	 "kernel/core_pattern",
	 {{A, "kernel.core_pattern = |/x a=b\n"}},
	 "|/x a=b /etc/sysctl.d/a.conf:1",
	 "|/x a=b /etc/sysctl.d/a.conf:1"},
	{"empty value clears lists",
	 "net/ipv4/ip_local_reserved_ports",
	 {{A, "net.ipv4.ip_local_reserved_ports = 8080\nnet.ipv4.ip_local_reserved_ports =\n"}},
	 " /etc/sysctl.d/a.conf:2 < 8080 /etc/sysctl.d/a.conf:1",
	 " /etc/sysctl.d/a.conf:2 < 8080 /etc/sysctl.d/a.conf:1"},
	{"empty value is refused by integers",
	 FIN,
	 {{A, "net.ipv4.tcp_fin_timeout = 11\nnet.ipv4.tcp_fin_timeout =\n"}},
	 "11 /etc/sysctl.d/a.conf:1 <  /etc/sysctl.d/a.conf:2",
	 " < 11 /etc/sysctl.d/a.conf:1 <  /etc/sysctl.d/a.conf:2"},
	{"byte order mark", FIN, {{A, "\xef\xbb\xbfnet.ipv4.tcp_fin_timeout = 11\n"}}, NULL, NULL},
	{"last line without newline",
	 FIN,
	 {{A, "# x\nnet.ipv4.tcp_fin_timeout = 11"}},
	 "11 /etc/sysctl.d/a.conf:2",
	 "11 /etc/sysctl.d/a.conf:2"},
	/* Two names of one storage: the one that is written later stays. */
	{"alias, the other name later",
	 "net/ipv4/ip_forward",
	 {{A, "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.forwarding = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:2 < 0 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:2 < 0 /etc/sysctl.d/a.conf:1"},
	{"alias, the other name earlier",
	 "net/ipv4/ip_forward",
	 {{A, "net.ipv4.conf.all.forwarding = 1\nnet.ipv4.ip_forward = 0\n"}},
	 "0 /etc/sysctl.d/a.conf:2 < 1 /etc/sysctl.d/a.conf:1",
	 "0 /etc/sysctl.d/a.conf:2 < 1 /etc/sysctl.d/a.conf:1"},
	{"alias by a wildcard",
	 "net/ipv4/ip_forward",
	 {{A, "net.ipv4.conf.*.forwarding = 1\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"alias, an equal value keeps the position",
	 "net/ipv4/ip_forward",
	 {{A, "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.forwarding = 1\nnet.ipv4.ip_forward = 0\n"}},
	 "0 /etc/sysctl.d/a.conf:3 < 0 /etc/sysctl.d/a.conf:1 < 1 /etc/sysctl.d/a.conf:2",
	 "1 /etc/sysctl.d/a.conf:2 < 0 /etc/sysctl.d/a.conf:1 < 0 /etc/sysctl.d/a.conf:3"},
	/* forecast.h: a wildcard by its own text only. */
	{"a wildcard",
	 RP("*"),
	 {{A, "net.ipv4.conf.*.rp_filter = 1\n"}, {B, "net/ipv4/conf/*/rp_filter = 2\n"}},
	 "2 /etc/sysctl.d/b.conf:1 < 1 /etc/sysctl.d/a.conf:1",
	 "2 /etc/sysctl.d/b.conf:1 < 1 /etc/sysctl.d/a.conf:1"},
	{"a wildcard, and a wider one",
	 RP("veth*"),
	 {{A, "net.ipv4.conf.veth*.rp_filter = 1\nnet.ipv4.conf.*.rp_filter = 2\n"}},
	 "1 /etc/sysctl.d/a.conf:1",
	 "1 /etc/sysctl.d/a.conf:1"},
	{"a wildcard that nobody wrote", RP("veth*"), {{A, "net.ipv4.conf.*.rp_filter = 2\n"}}, NULL, NULL},
	{"nothing at all", FIN, {{NULL, NULL}}, NULL, NULL},
};

static bool read_files(struct unit *unit, const struct loader *loader, struct sysctl_files *files)
{
	struct findings findings = {.arena = &unit->arena};
	struct error err;

	return sysctl_files_read(&unit->arena, unit_tree(unit), loader, &findings, files, &err);
}

static void add_line(struct text *text, const struct boot_line *line)
{
	text_format(text, "%s %s:%u", line->value, line->source.file, line->source.line);
}

static void check_row(struct unit *unit, size_t row, const struct loader *loader, const char *wanted)
{
	const char *name = arena_printf(&unit->arena, "%s, %s", rows[row].name, loader_name(loader));
	struct sysctl_files files = {0};
	struct forecast forecast;
	struct observed_boot boot;
	struct text text = {.arena = &unit->arena};

	if (!HOLDS(unit, name, read_files(unit, loader, &files)))
		return;
	forecast_build(&unit->arena, loader, &files, &forecast);
	forecast_key(&unit->arena, &forecast, rows[row].key, &boot);
	if (boot.winner != NULL) {
		const struct boot_line *line = boot.winner;

		add_line(&text, line);
		/* The place that an edit would change. */
		if (HOLDS(unit, name, line->file < files.count && line->value_end <= files.items[line->file].length)) {
			HOLDS(unit, name, line->value_end - line->value_start == strlen(line->value));
			HOLDS(unit, name,
			      memcmp(files.items[line->file].bytes + line->value_start, line->value,
				     strlen(line->value)) == 0);
		}
	}
	for (size_t i = 0; i < boot.shadowed_count; i++) {
		text_string(&text, " < ");
		add_line(&text, boot.shadowed[i]);
	}
	SAME_TEXT(unit, name, text.bytes, wanted);
}

static void foretells_what_each_loader_would_set(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unit_clear(unit);
		unit_make_folder(unit, "etc");
		for (size_t j = 0; j < COUNT_OF(rows[i].files) && rows[i].files[j].path != NULL; j++) {
			const char *text = rows[i].files[j].text;

			if (text_starts(text, "->"))
				unit_link(unit, rows[i].files[j].path, text + 2);
			else
				unit_write(unit, rows[i].files[j].path, text);
		}
		check_row(unit, i, &procps, rows[i].procps);
		check_row(unit, i, &systemd, rows[i].systemd);
	}
}

static void procps_3_sets_nothing_by_wildcard(struct unit *unit)
{
	struct sysctl_files files = {0};
	struct forecast forecast;
	struct observed_boot boot;

	unit_write(unit, A, "net.ipv4.conf.*.rp_filter = 1\nnet.ipv4.tcp_fin_timeout = 30\n");
	if (!HOLDS(unit, "read", read_files(unit, &three, &files)))
		return;
	forecast_build(&unit->arena, &three, &files, &forecast);
	forecast_key(&unit->arena, &forecast, RP("eth0"), &boot);
	HOLDS(unit, "by wildcard", boot.winner == NULL);
	forecast_key(&unit->arena, &forecast, FIN, &boot);
	SAME_TEXT(unit, "by name", boot.winner != NULL ? boot.winner->value : NULL, "30");
}

static void tells_which_keys_have_a_line_of_their_own(struct unit *unit)
{
	static const struct {
		const char *path;
		bool named;
	} cases[] = {
		{FIN, true}, {RP("lo"), true}, {RP("eth0"), false}, {RP("*"), false}, {"net/ipv4/tcp_fin", false},
		{"", false},
	};
	struct sysctl_files files = {0};
	struct forecast forecast;

	unit_write(unit, A,
		   "net.ipv4.tcp_fin_timeout = 30\n-net.ipv4.conf.lo.rp_filter\nnet.ipv4.conf.*.rp_filter = 1\n");
	if (!HOLDS(unit, "read", read_files(unit, &systemd, &files)))
		return;
	forecast_build(&unit->arena, &systemd, &files, &forecast);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		HOLDS(unit, cases[i].path, forecast_names(&unit->arena, &forecast, cases[i].path) == cases[i].named);
}

static void large_files_take_no_long_time(struct unit *unit)
{
	struct text text = {.arena = &unit->arena};
	struct sysctl_files files = {0};
	struct forecast forecast;
	struct observed_boot boot;

	for (unsigned i = 0; i < 100000; i++)
		text_format(&text, "net.ipv4.conf.if%u.rp_filter = 1\n", i % 50000);
	unit_write_bytes(unit, A, text.bytes, text.length);
	if (!HOLDS(unit, "read", read_files(unit, &systemd, &files)))
		return;
	forecast_build(&unit->arena, &systemd, &files, &forecast);
	SAME_NUMBER(unit, "lines", forecast.all.count, 100000);
	for (unsigned i = 0; i < 50000; i += 7) {
		forecast_key(&unit->arena, &forecast, arena_printf(&unit->arena, "net/ipv4/conf/if%u/rp_filter", i),
			     &boot);
		if (boot.winner == NULL || boot.winner->source.line != 50000 + i + 1 || boot.shadowed_count != 1)
			HOLDS(unit, "a key", false);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(foretells_what_each_loader_would_set),
	UNIT(procps_3_sets_nothing_by_wildcard),
	UNIT(tells_which_keys_have_a_line_of_their_own),
	UNIT(large_files_take_no_long_time),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
