#include "load/load_profile.h"

#include "base/text.h"
#include "load/yaml.h"
#include "unit.h"

#define HEAD "profile: web\nversion: 1\nparameters:\n"

static bool load(struct unit *unit, const char *text, struct findings *findings, struct profile *profile)
{
	*findings = (struct findings){.arena = &unit->arena};
	return load_profile(&unit->arena, "web.yaml", text, strlen(text), findings, profile);
}

/* The whole of a profile, as interface.md shows it. */
static const char example[] =
	"# yaml-language-server: $schema=../schema/profile.schema.json\n"
	"profile: high-churn-web\n"
	"version: 3\n"
	"summary: Front ends and reverse proxies that open and close many short TCP connections.\n"
	"extends: [default]\n"
	"parameters:\n"
	"  net.ipv4.tcp_fin_timeout: 30                  # short form of {value: 30}\n"
	"  net.ipv4.ip_local_port_range: [1024, 65535]   # a vector\n"
	"  net.core.somaxconn: {min: 4096, why: \"\xe2\x80\xa6\", severity: high, controls: [\"NIST SC-5\"]}\n"
	"  net.ipv4.tcp_congestion_control: {one_of: [bbr, cubic]}\n"
	"  net.ipv4.conf.*.rp_filter: {value: 1, except: [lo, \"veth*\"]}\n"
	"  net.netfilter.nf_conntrack_max:\n"
	"    scale: {of: memory, ratio: 1/16384, min: 65536, max: 2097152}\n"
	"  net.ipv4.tcp_tw_recycle: {value: 1, when: {kernel: \"< 4.12\"}, accept_hazard: true}\n";

static void reads_the_example_of_the_contract(struct unit *unit)
{
	struct findings findings;
	struct profile profile;

	if (!HOLDS(unit, "example", load(unit, example, &findings, &profile)) ||
	    !SAME_NUMBER(unit, "keys", profile.count, 7))
		return;
	SAME_TEXT(unit, "name", profile.name, "high-churn-web");
	SAME_NUMBER(unit, "version", profile.version, 3);
	SAME_TEXT(unit, "parent", profile.extends.count == 1 ? profile.extends.items[0].name : NULL, "default");
	SAME_TEXT(unit, "file", profile.file, "web.yaml");
	SAME_NUMBER(unit, "bytes", profile.length, strlen(profile.bytes));
	const struct requirement *all = profile.items;
	HOLDS(unit, "defaults",
	      all[0].kind == REQUIREMENT_VALUE && all[0].severity == SEVERITY_MEDIUM && all[0].manage_live &&
		      all[0].manage_boot && !all[0].optional && !all[0].accept_hazard && all[0].why == NULL);
	SAME_TEXT(unit, "value", all[0].value, "30");
	SAME_NUMBER(unit, "line", all[0].source.line, 7);
	SAME_NUMBER(unit, "column", all[0].source.column, 3);
	SAME_TEXT(unit, "vector", all[1].value, "1024 65535");
	SAME_TEXT(unit, "least", all[2].min, "4096");
	HOLDS(unit, "options", all[2].severity == SEVERITY_HIGH && all[2].max == NULL && all[2].controls.count == 1);
	HOLDS(unit, "choice", all[3].kind == REQUIREMENT_ONE_OF && all[3].one_of.count == 2);
	HOLDS(unit, "wildcard", all[4].key.glob && all[4].except.count == 2);
	HOLDS(unit, "scale", all[5].kind == REQUIREMENT_SCALE && all[5].scale.denominator == 16384);
	HOLDS(unit, "condition", all[6].when.count == 1 && all[6].accept_hazard);
}

static const char *const good[] = {
	"net.ipv4.tcp_fin_timeout: {value: 30, manage: [live]}",
	"net.ipv4.tcp_fin_timeout: {value: 30, manage: [boot, live]}",
	"net.ipv4.tcp_fin_timeout: {unmanaged: true, why: not ours, when: {tag: db}}",
	"net.ipv4.tcp_fin_timeout: {min: 10, max: 10}",
	"net.ipv4.tcp_rmem: {min: 4096, max: [8192, 131072, 6291456]}",
	"net.ipv4.tcp_rmem: {min: [4096, 4096, 4096], max: 8192}",
	"kernel.nosuch: {value: x, optional: true}",
	"kernel.core_pattern: {value: \"|/usr/lib/systemd/systemd-coredump\", accept_hazard: true}",
	"kernel.core_pattern: {unmanaged: true}",
	"vm.drop_caches: {unmanaged: true}",
	"kernel.yama.ptrace_scope: 1",
	"net/ipv4/conf/eth0.100/rp_filter: 1",
	"net.ipv4.conf.*.rp_filter: {value: 1, except: []}",
	"net.ipv4.conf.all.rp_filter: 1\n  net.ipv4.conf.*.rp_filter: 1\n  net.ipv4.conf.e*.rp_filter: 1",
};

static void takes_what_the_contract_allows(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct findings findings;
		struct profile profile;
		bool fine = load(unit, arena_printf(&unit->arena, HEAD "  %s\n", good[i]), &findings, &profile);

		if (!HOLDS(unit, good[i], fine))
			SAME_TEXT(unit, good[i], findings.count > 0 ? findings.items[0].text : "nothing found", "");
	}
}

/* line and column 0: whatever they are. Every row has exactly one fault. */
static const struct {
	const char *name, *text;
	unsigned line, column;
	const char *words;
} bad[] = {
	{"no name", "version: 1\nparameters: {}\n", 0, 0, "'profile'"},
	{"no version", "profile: a\nparameters: {}\n", 0, 0, "'version'"},
	{"no parameters", "profile: a\nversion: 1\n", 0, 0, "'parameters'"},
	{"not a map", "- a\n", 1, 1, "map"},
	{"sysctl lines", "net.ipv4.tcp_fin_timeout = 30\n", 1, 1, "map"},
	{"unknown field", "profile: a\nversion: 1\nparametres: {}\nparameters: {}\n", 3, 1, "'parameters'"},
	{"version of zero", "profile: a\nversion: 0\nparameters: {}\n", 2, 10, "'0'"},
	{"version as text", "profile: a\nversion: '1'\nparameters: {}\n", 2, 10, "'1'"},
	{"version with a point", "profile: a\nversion: 1.0\nparameters: {}\n", 2, 10, "'1.0'"},
	{"name with a slash", "profile: a/b\nversion: 1\nparameters: {}\n", 1, 10, "a/b"},
	{"name that climbs", "profile: ..\nversion: 1\nparameters: {}\n", 1, 10, ".."},
	{"name in capitals", "profile: Web\nversion: 1\nparameters: {}\n", 1, 10, "Web"},
	{"empty name", "profile: ''\nversion: 1\nparameters: {}\n", 1, 10, "profile"},
	{"name with a line break", "profile: \"a\\n\"\nversion: 1\nparameters: {}\n", 1, 10, ""},
	{"parent by path", "profile: a\nversion: 1\nextends: [../b]\nparameters: {}\n", 3, 11, "../b"},
	{"parent with a wrong name", "profile: a\nversion: 1\nextends: [B c]\nparameters: {}\n", 3, 11, "B c"},
	{"parent as a number", "profile: a\nversion: 1\nextends: [b, 5]\nparameters: {}\n", 3, 14, "5"},
	{"parents as a text", "profile: a\nversion: 1\nextends: b\nparameters: {}\n", 3, 10, "list"},
	{"summary as a number", "profile: a\nversion: 1\nsummary: 2026\nparameters: {}\n", 3, 10, "2026"},
	{"parameters as a list", "profile: a\nversion: 1\nparameters: [x]\n", 3, 13, "map"},
	{"no form", HEAD "  kernel.panic: {why: x}\n", 4, 17, "one of"},
	{"empty map", HEAD "  kernel.panic: {}\n", 4, 17, "one of"},
	{"two forms", HEAD "  kernel.panic: {value: 1, min: 1}\n", 0, 0, "only one"},
	{"unmanaged and a value", HEAD "  kernel.panic: {value: 1, unmanaged: true}\n", 0, 0, "only one"},
	{"unmanaged false", HEAD "  kernel.panic: {unmanaged: false}\n", 4, 29, "true"},
	{"unmanaged with a severity", HEAD "  kernel.panic: {unmanaged: true, severity: low}\n", 0, 0, "unmanaged"},
	{"unmanaged with a default severity", HEAD "  kernel.panic: {unmanaged: true, severity: medium}\n", 0, 0,
	 "unmanaged"},
	{"unmanaged and optional", HEAD "  kernel.panic: {unmanaged: true, optional: false}\n", 0, 0, "unmanaged"},
	{"unknown option", HEAD "  kernel.panic: {vaule: 1, value: 1}\n", 4, 18, "'value'"},
	{"severity", HEAD "  kernel.panic: {value: 1, severity: urgent}\n", 4, 38, "urgent"},
	{"reason as a number", HEAD "  kernel.panic: {value: 1, why: 4711}\n", 4, 33, "4711"},
	{"controls as a text", HEAD "  kernel.panic: {value: 1, controls: SC-5}\n", 4, 38, "list"},
	{"empty control", HEAD "  kernel.panic: {value: 1, controls: ['']}\n", 4, 39, "controls"},
	{"manage nothing", HEAD "  kernel.panic: {value: 1, manage: []}\n", 4, 36, "manage"},
	{"manage twice the same", HEAD "  kernel.panic: {value: 1, manage: [live, live]}\n", 4, 43, "live"},
	{"manage something else", HEAD "  kernel.panic: {value: 1, manage: [disk]}\n", 4, 37, "disk"},
	{"optional as a word", HEAD "  kernel.panic: {value: 1, optional: yes}\n", 4, 38, "yes"},
	{"exceptions without a wildcard", HEAD "  kernel.panic: {value: 1, except: [lo]}\n", 0, 0, "except"},
	{"empty choice", HEAD "  kernel.panic: {one_of: []}\n", 4, 26, "one_of"},
	{"choice as a text", HEAD "  kernel.panic: {one_of: 5}\n", 4, 26, "one_of"},
	{"choice of a wrong value", HEAD "  kernel.panic: {one_of: [5, x]}\n", 4, 30, "'x'"},
	{"least above most", HEAD "  kernel.panic: {min: 6, max: 5}\n", 0, 0, "above"},
	{"least above most in one field", HEAD "  net.ipv4.tcp_rmem: {min: [1, 2, 9], max: [2, 3, 8]}\n", 0, 0,
	 "above"},
	{"least above most, 0x", HEAD "  kernel.panic: {min: 0x10, max: 15}\n", 0, 0, "above"},
	{"scale of a text", HEAD "  net.core.default_qdisc: {scale: {of: cpus, ratio: 1}}\n", 0, 0, "default_qdisc"},
	{"scale of a vector", HEAD "  net.ipv4.tcp_rmem: {scale: {of: memory, ratio: 1/9}}\n", 0, 0, "tcp_rmem"},
	{"key of one component", HEAD "  panic: 1\n", 4, 3, "two components"},
	{"key with a blank", HEAD "  kernel panic: 1\n", 4, 3, "blank"},
	{"key with a NUL behind a known one", HEAD "  kernel.panic: 1\n  \"kernel.panic\\0x\": 2\n", 5, 3, "NUL"},
	{"one key in both spellings", HEAD "  kernel.panic: 1\n  kernel/panic: 2\n", 5, 3, "line 4"},
	{"one key, equal values", HEAD "  kernel.panic: 1\n  kernel/panic: 1\n", 5, 3, "line 4"},
	{"one interface in both spellings", HEAD "  net.ipv4.conf.a/b.rp_filter: 1\n  net/ipv4/conf/a.b/rp_filter: 1\n",
	 5, 3, "line 4"},
	{"one key, same spelling", HEAD "  kernel.panic: 1\n  kernel.panic: 2\n", 5, 3, "line 4"},
	{"two names of one storage", HEAD "  net.ipv4.ip_forward: 1\n  net.ipv4.conf.all.forwarding: 1\n", 5, 3,
	 "line 4"},
	{"one wildcard in both spellings", HEAD "  net.ipv4.conf.*.rp_filter: 1\n  net/ipv4/conf/*/rp_filter: 1\n", 5,
	 3, "line 4"},
};

static void refuses_what_is_not_valid_at_its_place(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct findings findings;
		struct profile profile;

		HOLDS(unit, bad[i].name, !load(unit, bad[i].text, &findings, &profile));
		if (!SAME_NUMBER(unit, bad[i].name, findings.errors, 1) || findings.count == 0)
			continue;
		HAS_TEXT(unit, bad[i].name, findings.items[0].text, bad[i].words);
		if (bad[i].line > 0) {
			SAME_NUMBER(unit, bad[i].name, findings.items[0].source.line, bad[i].line);
			SAME_NUMBER(unit, bad[i].name, findings.items[0].source.column, bad[i].column);
		}
	}
}

static void all_faults_are_told_in_one_run(struct unit *unit)
{
	struct findings findings;
	struct profile profile;

	HOLDS(unit, "several",
	      !load(unit,
		    "profile: A\nversion: 0\nsumary: x\nparameters:\n  a: 1\n  kernel.panic: true\n"
		    "  net.ipv4.tcp_rmem: [1, 2]\n  vm.swappiness: {value: 1, severity: urgent, min: 5}\n",
		    &findings, &profile));
	SAME_NUMBER(unit, "several", findings.errors, 8);
	struct text many = {.arena = &unit->arena};
	text_string(&many, HEAD);
	for (unsigned i = 0; many.length < YAML_FILE_LONGEST - 64; i++)
		text_format(&many, "  kernel.nosuch%u: true\n", i);
	HOLDS(unit, "very many", !load(unit, many.bytes, &findings, &profile));
	HOLDS(unit, "very many", findings.errors > 10000 && findings.count <= FINDINGS_LISTED);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_the_example_of_the_contract),
	UNIT(takes_what_the_contract_allows),
	UNIT(refuses_what_is_not_valid_at_its_place),
	UNIT(all_faults_are_told_in_one_run),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
