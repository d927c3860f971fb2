#include "core/lint.h"

#include "base/text.h"
#include "core/catalogue.h"
#include "unit.h"

/* Findings as "rule@line:column! key", ! for an error, ? for a warning, nothing for a note; a semicolon behind each. */
static const char *shown(struct arena *arena, const struct findings *findings)
{
	static const char *const signs[] = {[FINDING_ERROR] = "!", [FINDING_WARNING] = "?", [FINDING_NOTE] = ""};
	struct text text = {.arena = arena};

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		text_format(&text, "%s%s@%u:%u%s", i > 0 ? "; " : "", rule_rows[finding->rule].name,
			    finding->source.line, finding->source.column, signs[finding->severity]);
	}
	return text.bytes != NULL ? text.bytes : "";
}

static const char *rules(struct arena *arena, const struct findings *findings)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < findings->count; i++)
		text_format(&text, "%s%s", i > 0 ? " " : "", rule_rows[findings->items[i].rule].name);
	return text.bytes != NULL ? text.bytes : "";
}

/* --- lint_lines --------------------------------------------------------------------------------------------------- */

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *name, *bytes;
	size_t length;
	const char *systemd, *procps; /* procps NULL: the same */
} texts[] = {
	{"nothing", BYTES(""), "", NULL},
	{"newline", BYTES("\n"), "", NULL},
	{"comments", BYTES("# a = \"\n; b\n \t# c\n"), "", NULL},
	{"good", BYTES("vm.swappiness = 1\nvm/swappiness=1\n-vm.swappiness = 1\n-vm.swappiness\n"), "", NULL},
	{"blanks", BYTES(" \t \n\r\n \r\n"), "", NULL},
	{"no assignment", BYTES("a"), "not-an-assignment@1:1?", NULL},
	{"its column", BYTES("#\n\n \t a b\n"), "not-an-assignment@3:4?", NULL},
	{"two", BYTES("a\nb\n"), "not-an-assignment@1:1?; not-an-assignment@2:1?", NULL},
	{"dash and blank", BYTES("- a.b = 1\n"), "blank-after-dash@1:1", "blank-after-dash@1:1?"},
	{"dash and tab", BYTES("-\ta.b\n"), "blank-after-dash@1:1", "blank-after-dash@1:1?"},
	{"dash alone", BYTES("-\n"), "", NULL},
	{"carriage return", BYTES("a.b = 1\r\n"), "carriage-return@1:1", NULL},
	{"carriage return within", BYTES("a.b\r = 1\n"), "carriage-return@1:1", NULL},
	{"carriage return of a comment", BYTES("# x\r\n"), "", NULL},
	{"mark", BYTES("\xef\xbb\xbf"), "byte-order-mark@1:1!", NULL},
	{"mark and line",
	 BYTES("\xef\xbb\xbf"
	       "a.b = 1\n"),
	 "byte-order-mark@1:1!", NULL},
	{"part of a mark", BYTES("\xef\xbb"), "not-an-assignment@1:1?", NULL},
	{"mark later", BYTES("a.b = 1\n\xef\xbb\xbf\n"), "not-an-assignment@2:1?", NULL},
	{"empty number", BYTES("vm.swappiness =\n"), "empty-value@1:1!", NULL},
	{"empty and blank", BYTES("vm.swappiness = \t\n"), "empty-value@1:1!", NULL},
	{"empty by a return", BYTES("vm.swappiness = \r\n"), "carriage-return@1:1; empty-value@1:1!", NULL},
	{"empty text", BYTES("kernel.domainname =\n"), "", NULL},
	{"empty unknown", BYTES("a.b =\n"), "", NULL},
	{"quoted number", BYTES("vm.swappiness = \"1\"\n"), "quoted-value@1:1!", NULL},
	{"quoted text", BYTES("kernel.domainname='a b'\n"), "quoted-value@1:1?", NULL},
	{"quoted nothing", BYTES("a.b = \"\"\n"), "quoted-value@1:1?", NULL},
	{"one quote", BYTES("a.b = \"\n"), "", NULL},
	{"unlike quotes", BYTES("a.b = \"x'\n"), "", NULL},
	{"comment of a number", BYTES("vm.swappiness = 1 # x\n"), "inline-comment@1:1?", NULL},
	{"comment of a text", BYTES("kernel.domainname = x ;y\n"), "inline-comment@1:1!", NULL},
	{"hash in a text", BYTES("kernel.domainname = x#y\n"), "", NULL},
	{"hash in a text and a comment", BYTES("kernel.domainname = x#y # z\n"), "inline-comment@1:1!", NULL},
	{"hash at once", BYTES("a.b = #x\n"), "", NULL},
	{"no key", BYTES("= 1\n"), "not-an-assignment@1:1?", NULL},
	{"no key and a dash", BYTES("-= 1\n"), "not-an-assignment@1:1?", NULL},
	{"NUL", BYTES("\0"), "not-an-assignment@1:1!", NULL},
	{"NUL in a key", BYTES("a\0b = 1\n"), "not-an-assignment@1:1!", NULL},
	{"NUL and a line", BYTES("\0\na\n"), "not-an-assignment@1:1!; not-an-assignment@2:1?", NULL},
	{"other bytes", BYTES("\xff\xfe\n"), "not-an-assignment@1:1?", NULL},
};

/* The bytes alone, so that a sanitizer sees who reads behind them. */
static void look(struct unit *unit, struct findings *findings, const char *text, size_t length, bool systemd)
{
	const struct lint lint = {.arena = &unit->arena, .findings = findings, .systemd = systemd};
	char *bytes = test_malloc(length > 0 ? length : 1);

	memcpy(bytes, text, length);
	lint_lines(&lint, "a.conf", bytes, length);
	test_free(bytes);
}

static void reads_lines(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		for (int systemd = 0; systemd < 2; systemd++) {
			struct findings findings = {.arena = &unit->arena};
			const char *wanted = systemd == 0 && texts[i].procps != NULL ? texts[i].procps
										     : texts[i].systemd;

			look(unit, &findings, texts[i].bytes, texts[i].length, systemd != 0);
			SAME_TEXT(unit, texts[i].name, shown(&unit->arena, &findings), wanted);
			for (size_t j = 0; j < findings.count; j++) {
				SAME_TEXT(unit, texts[i].name, findings.items[j].source.file, "a.conf");
				HOLDS(unit, texts[i].name, findings.items[j].text[0] != '\0');
				HOLDS(unit, texts[i].name,
				      findings.items[j].key == NULL || findings.items[j].key[0] != '\0');
			}
		}
	}
}

/* Cut anywhere, a file is still read without a look behind its end. */
static void reads_every_slice(struct unit *unit)
{
	static const char text[] =
		"\xef\xbb\xbf- net.ipv4.ip_forward = \"1\" # x\r\n\0\n-a\nb\n = \nvm.swappiness = \r\n;\n";

	for (size_t start = 0; start < sizeof(text); start++) {
		for (size_t end = start; end < sizeof(text); end++) {
			struct findings findings = {.arena = &unit->arena};

			look(unit, &findings, text + start, end - start, true);
			for (size_t i = 0; i < findings.count; i++)
				HOLDS(unit, "places",
				      findings.items[i].source.line >= 1 && findings.items[i].source.line <= 8 &&
					      findings.items[i].source.column >= 1);
		}
	}
	HOLDS(unit, "done", true);
}

/* --- lint_value --------------------------------------------------------------------------------------------------- */

static enum lint_presence present(void *context, const char *path)
{
	(void)path;
	return *(const enum lint_presence *)context;
}

static struct lint_setting line(const char *path, const char *value)
{
	return (struct lint_setting){
		.path = path,
		.canonical = catalogue_canonical(path),
		.glob = text_is_glob(path),
		.value = value,
		.source = {.file = "a.conf", .line = 1, .column = 1},
		.wins = true,
	};
}

static void unknown_keys_by_presence(struct unit *unit)
{
	static const struct {
		const char *name, *path;
		enum lint_presence presence;
		const char *rules;
	} cases[] = {
		{"present", "a/b", LINT_PRESENT, ""},
		{"absent", "a/b", LINT_ABSENT, "unknown-key@1:1"},
		{"not known", "a/b", LINT_NOT_KNOWN, ""},
		{"near, present", "vm/swapiness", LINT_PRESENT, ""},
		{"near, absent", "vm/swapiness", LINT_ABSENT, "unknown-key@1:1?"},
		{"near, not known", "vm/swapiness", LINT_NOT_KNOWN, "unknown-key@1:1?"},
		{"dots", "net/ipv4/conf/eth0/7/rp_filter", LINT_ABSENT, "dotted-vlan@1:1?"},
		{"dots, not known", "net/ipv4/conf/eth0/7/rp_filter", LINT_NOT_KNOWN, "dotted-vlan@1:1?"},
		{"dots, present", "net/ipv4/conf/eth0/7/rp_filter", LINT_PRESENT, ""},
		{"wildcard", "a/*", LINT_ABSENT, ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct findings findings = {.arena = &unit->arena};
		enum lint_presence answer = cases[i].presence;
		const struct lint lint = {
			.arena = &unit->arena, .findings = &findings, .context = &answer, .present = present};
		struct lint_setting setting = line(cases[i].path, "1");

		lint_value(&lint, &setting);
		SAME_TEXT(unit, cases[i].name, shown(&unit->arena, &findings), cases[i].rules);
	}
}

static void values_by_kernel(struct unit *unit)
{
	static const struct {
		const char *name, *path, *value;
		struct facts_version kernel;
		const char *rules;
	} cases[] = {
		{"gone", "net/ipv4/tcp_tw_recycle", "1", {4, 12, 0, 2}, "removed-key@1:1!"},
		{"not yet gone", "net/ipv4/tcp_tw_recycle", "1", {4, 11, 99, 3}, "hazard@1:1?; myth@1:1"},
		{"unknown kernel", "net/ipv4/tcp_tw_recycle", "1", {0}, "hazard@1:1?; myth@1:1"},
		{"to come", "net/ipv4/tcp_tw_reuse_delay", "1", {6, 13, 0, 2}, "future-key@1:1?"},
		{"come", "net/ipv4/tcp_tw_reuse_delay", "1", {6, 14, 0, 2}, ""},
		{"come, unknown", "net/ipv4/tcp_tw_reuse_delay", "1", {0}, ""},
		{"latest range", "net/ipv4/tcp_syncookies", "256", {6, 18, 0, 2}, "outside-kernel-range@1:1!"},
		{"latest range, older", "net/ipv4/tcp_syncookies", "256", {5, 10, 0, 2}, "outside-kernel-range@1:1?"},
		{"latest range, unknown", "net/ipv4/tcp_syncookies", "256", {0}, "outside-kernel-range@1:1?"},
		{"good", "kernel/panic", "10", {6, 18, 0, 2}, ""},
		{"number over 64 bits", "kernel/panic", "99999999999999999999", {6, 18, 0, 2}, "not-a-value@1:1!"},
		{"octal", "kernel/panic", "010", {6, 18, 0, 2}, "octal@1:1?"},
		{"octal, negative", "kernel/panic", "-010", {6, 18, 0, 2}, "octal@1:1?"},
		{"octal that is none", "kernel/panic", "08", {6, 18, 0, 2}, "octal@1:1?; not-a-value@1:1!"},
		{"one zero", "kernel/panic", "-0", {6, 18, 0, 2}, ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct findings findings = {.arena = &unit->arena};
		const struct lint lint = {.arena = &unit->arena, .findings = &findings, .kernel = cases[i].kernel};
		struct lint_setting setting = line(cases[i].path, cases[i].value);

		lint_value(&lint, &setting);
		SAME_TEXT(unit, cases[i].name, shown(&unit->arena, &findings), cases[i].rules);
	}
}

static void nobody_is_blamed_for_a_package(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	const struct lint lint = {.arena = &unit->arena, .findings = &findings};
	struct lint_setting setting = line("net/ipv4/tcp_fin_timeout", "30");

	setting.vendor = true;
	lint_value(&lint, &setting);
	SAME_TEXT(unit, "vendor", rules(&unit->arena, &findings), "");
	setting.vendor = setting.wins = false;
	lint_value(&lint, &setting);
	SAME_TEXT(unit, "a line that loses", rules(&unit->arena, &findings), "");
	setting.wins = true;
	lint_value(&lint, &setting);
	SAME_TEXT(unit, "a line of one's own", rules(&unit->arena, &findings), "myth");
}

/* --- several together --------------------------------------------------------------------------------------------- */

enum { MOST = 3 };

static const char *zero(void *context, const char *path)
{
	(void)context;
	return strcmp(path, "net/ipv4/tcp_timestamps") == 0 ? "0" : NULL;
}

static const struct {
	const char *name;
	struct {
		const char *path, *value;
		bool loses, exclusion;
	} lines[MOST];
	bool systemd, live;
	const char *rules;
} sets[] = {
	{"twins", {{"vm/dirty_ratio", "20"}, {"vm/dirty_bytes", "4096000"}}, .rules = "twins"},
	{"twins, one is 0", {{"vm/dirty_ratio", "20"}, {"vm/dirty_bytes", "0"}}, .rules = ""},
	{"twins, one loses",
	 {{"vm/dirty_ratio", "20"}, {"vm/dirty_bytes", "4096000", .loses = true}},
	 .rules = "dead-line"},
	{"no effect by a line",
	 {{"net/ipv4/tcp_timestamps", "0"}, {"net/ipv4/tcp_tw_reuse", "1"}},
	 .rules = "no-effect"},
	{"no effect by a live value", {{"net/ipv4/tcp_tw_reuse", "1"}}, .live = true, .rules = "no-effect"},
	{"a line counts before the live value",
	 {{"net/ipv4/tcp_timestamps", "1"}, {"net/ipv4/tcp_tw_reuse", "1"}},
	 .live = true,
	 .rules = ""},
	{"the kernel's own value", {{"net/ipv4/tcp_tw_reuse", "1"}}, .rules = ""},
	{"a wildcard sets it",
	 {{"net/ipv4/tcp_timestamp*", "0"}, {"net/ipv4/tcp_tw_reuse", "1"}},
	 .rules = "no-effect"},
	{"ceiling",
	 {{"net/ipv4/ipfrag_high_thresh", "1000"}, {"net/ipv4/ipfrag_low_thresh", "1001"}},
	 .rules = "impossible-order"},
	{"ceiling, equal",
	 {{"net/ipv4/ipfrag_low_thresh", "1000"}, {"net/ipv4/ipfrag_high_thresh", "1000"}},
	 .rules = ""},
	{"ceiling that is no number",
	 {{"net/ipv4/ipfrag_high_thresh", "x"}, {"net/ipv4/ipfrag_low_thresh", "1"}},
	 .rules = ""},
	{"reset", {{"net/ipv4/conf/all/accept_redirects", "1"}, {"net/ipv4/ip_forward", "1"}}, .rules = "reset-later"},
	{"reset by its other name",
	 {{"net/ipv4/conf/all/accept_redirects", "1"}, {"net/ipv4/conf/all/forwarding", "1"}},
	 .rules = "reset-later"},
	{"no reset without a change",
	 {{"net/ipv4/conf/all/accept_redirects", "0"}, {"net/ipv4/ip_forward", "0"}},
	 .rules = ""},
	{"duplicate", {{"vm/swappiness", "10", .loses = true}, {"vm/swappiness", "10"}}, .rules = "duplicate"},
	{"duplicate alias",
	 {{"net/ipv4/ip_forward", "1", .loses = true}, {"net/ipv4/conf/all/forwarding", "1"}},
	 .rules = "duplicate"},
	{"cancelled",
	 {{"vm/swappiness", "10", .loses = true}, {"vm/swappiness", NULL, .exclusion = true}},
	 .systemd = true,
	 .rules = "cancelled-line"},
	{"refused", {{"kernel/core_pattern", "x", .loses = true}}, .rules = "dead-line"},
	{"told by its value", {{"vm/swappiness", "x", .loses = true}}, .rules = ""},
	{"exclusion of nothing", {{"vm/swappiness", NULL, .exclusion = true}}, .rules = "useless-exclusion"},
	{"exclusion of a wildcard",
	 {{"net/ipv4/conf/*/rp_filter", "1"}, {"net/ipv4/conf/all/rp_filter", NULL, .exclusion = true}},
	 .rules = ""},
	{"exclusion before",
	 {{"net/ipv4/conf/all/rp_filter", NULL, .exclusion = true}, {"net/ipv4/conf/*/rp_filter", "1"}},
	 .rules = ""},
	{"exclusion of a line, procps",
	 {{"vm/swappiness", "10"}, {"vm/swappiness", NULL, .exclusion = true}},
	 .rules = "useless-exclusion"},
};

static void settings_together(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct findings findings = {.arena = &unit->arena};
		const struct lint lint = {.arena = &unit->arena,
					  .findings = &findings,
					  .systemd = sets[i].systemd,
					  .live = sets[i].live ? zero : NULL};
		struct lint_settings settings = {0};

		for (size_t j = 0; j < MOST && sets[i].lines[j].path != NULL; j++) {
			struct lint_setting setting = line(sets[i].lines[j].path, sets[i].lines[j].value);

			setting.wins = !sets[i].lines[j].loses && !sets[i].lines[j].exclusion;
			setting.exclusion = sets[i].lines[j].exclusion;
			setting.source.line = (unsigned)j + 1;
			*ARRAY_ADD(&unit->arena, &settings) = setting;
		}
		lint_set(&lint, &settings);
		lint_losers(&lint, &settings);
		SAME_TEXT(unit, sets[i].name, rules(&unit->arena, &findings), sets[i].rules);
	}
}

static void rules_have_names(struct unit *unit)
{
	for (size_t i = 0; i < RULES; i++) {
		if (!PRESENT(unit, "a rule", rule_rows[i].name) ||
		    !PRESENT(unit, rule_rows[i].name, rule_rows[i].summary))
			continue;
		HOLDS(unit, rule_rows[i].name,
		      strspn(rule_rows[i].name, "abcdefghijklmnopqrstuvwxyz-") == strlen(rule_rows[i].name));
		HOLDS(unit, rule_rows[i].name, text_ends(rule_rows[i].summary, "."));
		for (size_t j = 0; j < i; j++)
			HOLDS(unit, rule_rows[i].name, strcmp(rule_rows[i].name, rule_rows[j].name) != 0);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_lines),
	UNIT(reads_every_slice),
	UNIT(unknown_keys_by_presence),
	UNIT(values_by_kernel),
	UNIT(nobody_is_blamed_for_a_package),
	UNIT(settings_together),
	UNIT(rules_have_names),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
