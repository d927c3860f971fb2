#include "load/load_config.h"

#include "unit.h"

static bool load(struct unit *unit, const char *text, struct findings *findings, struct config *config)
{
	*findings = (struct findings){.arena = &unit->arena};
	return load_config(&unit->arena, "agent.yaml", text, strlen(text), findings, config);
}

/* interface.md, "The agent's settings". */
static const char example[] =
	"profiles: [high-churn-web]            # or by host; the first rule that fits decides:\n"
	"assign:\n"
	"  - {when: {host: \"web-*\"}, profiles: [high-churn-web]}\n"
	"  - {profiles: [default]}\n"
	"mode: audit\n"
	"rollout: {percent: 25, seed: \"2026-11\"}\n"
	"splay: 300\n"
	"interval: 1800\n"
	"tags: [prod, fra1]\n"
	"persist: {target: sysctl.conf}\n"
	"waivers:\n"
	"  - {key: net.ipv4.tcp_fin_timeout, until: 2026-12-31, reason: \"load test CHG-1234\"}\n"
	"reports:\n"
	"  - {name: central, url: \"https://compliance.example/v1/reports\", token_file: /etc/holdfast/token, "
	"ca_file: /a, cert_file: /b, key_file: /c, mode: changes}\n"
	"metrics: {textfile: /var/lib/prometheus/node-exporter/holdfast.prom, tcp: true}\n";

static void reads_the_example_of_the_contract(struct unit *unit)
{
	struct findings findings;
	struct config config;

	if (!HOLDS(unit, "example", load(unit, example, &findings, &config)))
		return;
	SAME_TEXT(unit, "file", config.file, "agent.yaml");
	SAME_TEXT(unit, "profiles", config.profiles.count == 1 ? config.profiles.items[0] : NULL, "high-churn-web");
	if (SAME_NUMBER(unit, "rules", config.assign.count, 2)) {
		SAME_NUMBER(unit, "first rule", config.assign.items[0].when.count, 1);
		SAME_NUMBER(unit, "second rule", config.assign.items[1].when.count, 0);
		SAME_TEXT(unit, "second rule", config.assign.items[1].profiles.items[0], "default");
	}
	HOLDS(unit, "mode", config.audit && config.persist_in_sysctl_conf);
	SAME_NUMBER(unit, "percent", config.rollout_percent, 25);
	SAME_TEXT(unit, "seed", config.rollout_seed, "2026-11");
	HOLDS(unit, "seconds", config.splay_s == 300 && config.interval_s == 1800);
	SAME_TEXT(unit, "tags", config.tags.count == 2 ? config.tags.items[1] : NULL, "fra1");
	if (SAME_NUMBER(unit, "waivers", config.waivers.count, 1)) {
		SAME_TEXT(unit, "waiver", config.waivers.items[0].key.path, "net/ipv4/tcp_fin_timeout");
		SAME_TEXT(unit, "waiver", config.waivers.items[0].until, "2026-12-31");
		SAME_TEXT(unit, "waiver", config.waivers.items[0].reason, "load test CHG-1234");
		SAME_NUMBER(unit, "waiver", config.waivers.items[0].source.line, 12);
	}
	if (SAME_NUMBER(unit, "reports", config.reports.count, 1)) {
		const struct config_report *report = &config.reports.items[0];

		SAME_TEXT(unit, "report", report->name, "central");
		SAME_TEXT(unit, "report", report->token_file, "/etc/holdfast/token");
		SAME_TEXT(unit, "report", report->key_file, "/c");
		HOLDS(unit, "report", report->changes_only && !report->insecure);
	}
	SAME_TEXT(unit, "metrics", config.metrics_textfile, "/var/lib/prometheus/node-exporter/holdfast.prom");
	HOLDS(unit, "metrics", config.metrics_tcp);
}

static void everything_has_a_default(struct unit *unit)
{
	struct findings findings;
	struct config read, config;

	load_config_defaults(&config);
	HOLDS(unit, "an empty map", load(unit, "{}\n", &findings, &read));
	const struct config *both[] = {&config, &read};
	for (size_t i = 0; i < COUNT_OF(both); i++) {
		HOLDS(unit, "enforce", !both[i]->audit && !both[i]->persist_in_sysctl_conf);
		SAME_NUMBER(unit, "every host", both[i]->rollout_percent, 100);
		SAME_NUMBER(unit, "no interval is said", both[i]->interval_s, 0);
		HOLDS(unit, "nothing else",
		      both[i]->profiles.count == 0 && both[i]->assign.count == 0 && both[i]->tags.count == 0 &&
			      both[i]->waivers.count == 0 && both[i]->reports.count == 0);
		HOLDS(unit, "no metrics", both[i]->metrics_textfile == NULL && !both[i]->metrics_tcp);
	}
	SAME_TEXT(unit, "no file", config.file, NULL);
}

static const char *const good[] = {
	"rollout: {percent: 0}",
	"rollout: {percent: 100}",
	"splay: 0",
	"splay: 86400",
	"interval: 1",
	"interval: 31536000",
	"persist: {}",
	"metrics: {}",
	"metrics: {textfile: /a.prom, tcp: true}",
	"metrics: {tcp: false}",
	"tags: []",
	"profiles: [/etc/x.yaml, web.yaml, ./web]",
	"reports: [{name: a, url: \"http://127.0.0.1:8080/\"}]",
	"reports: [{name: a, url: \"http://localhost/\"}]",
	"reports: [{name: a, url: \"http://[::1]:8080/\"}]",
	"reports: [{name: a, url: \"http://far.example/\", insecure: true}]",
	"reports: [{name: a, url: \"https://far.example/reports/@us?to=me@here#@\"}]",
	"reports: [{name: a, url: \"https://far.example?to=me@here\"}]",
	"reports: [{name: json, url: \"https://a/\"}, {name: gz, url: \"https://a/\"}]",
	"reports: [{name: locks, url: \"https://a/\"}, {name: a.json.b, url: \"https://a/\"}]",
	"waivers: [{key: net/ipv4/conf/eth0.100/rp_filter, until: 2028-02-29, reason: x}]",
};

static void takes_what_the_schema_allows(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct findings findings;
		struct config config;

		if (!HOLDS(unit, good[i], load(unit, good[i], &findings, &config)))
			SAME_TEXT(unit, good[i], findings.count > 0 ? findings.items[0].text : "nothing found", "");
	}
}

/* Each has one fault. */
static const struct {
	const char *name, *text, *words;
} bad[] = {
	{"a list", "- profiles: [a]", "map"},
	{"unknown field", "profile: [a]", "'profiles'"},
	{"profiles as a text", "profiles: a", "list"},
	{"profile as a number", "profiles: [5]", "5"},
	{"profile with a wrong name", "profiles: [Web Front]", "Web Front"},
	{"an empty profile", "profiles: ['']", "profiles"},
	{"a rule without profiles", "assign: [{when: {host: a}}]", "'profiles'"},
	{"a rule with an unknown subject", "assign: [{when: {hosts: a}, profiles: [a]}]", "'host'"},
	{"a rule as a text", "assign: [a]", "map"},
	{"mode", "mode: monitor", "monitor"},
	{"percent above", "rollout: {percent: 101}", "101"},
	{"percent below", "rollout: {percent: -1}", "-1"},
	{"percent with a fraction", "rollout: {percent: 2.5}", "2.5"},
	{"a seed alone", "rollout: {seed: a}", "'percent'"},
	{"a seed as a number", "rollout: {percent: 5, seed: 2026}", "2026"},
	{"splay as a text", "splay: 5m", "5m"},
	{"splay of more than a day", "splay: 86401", "86401"},
	{"negative splay", "splay: -1", "-1"},
	{"no interval", "interval: 0", "0"},
	{"interval of more than a year", "interval: 31536001", "31536001"},
	{"interval beyond 32 bits", "interval: 4294967297", "4294967297"},
	{"tag as a number", "tags: [a, 7]", "7"},
	{"empty tag", "tags: ['']", "tags"},
	{"tag of two lines", "tags: [\"a\\nb\"]", ""},
	{"target", "persist: {target: dropin}", "'drop-in'"},
	{"waiver without an end", "waivers: [{key: kernel.panic, reason: x}]", "'until'"},
	{"waiver without a reason", "waivers: [{key: kernel.panic, until: 2026-12-31}]", "'reason'"},
	{"waiver with an empty reason", "waivers: [{key: kernel.panic, until: 2026-12-31, reason: ''}]", "reason"},
	{"waiver for no key", "waivers: [{key: ../panic, until: 2026-12-31, reason: x}]", "../panic"},
	{"date in another order", "waivers: [{key: kernel.panic, until: 31.12.2026, reason: x}]", "31.12.2026"},
	{"day that no month has", "waivers: [{key: kernel.panic, until: 2026-02-30, reason: x}]", "2026-02-30"},
	{"29 February of a common year", "waivers: [{key: kernel.panic, until: 2027-02-29, reason: x}]", "2027-02-29"},
	{"31 April", "waivers: [{key: kernel.panic, until: 2026-04-31, reason: x}]", "2026-04-31"},
	{"month of none", "waivers: [{key: kernel.panic, until: 2026-00-10, reason: x}]", "2026-00-10"},
	{"thirteenth month", "waivers: [{key: kernel.panic, until: 2026-13-10, reason: x}]", "2026-13-10"},
	{"date with a time", "waivers: [{key: kernel.panic, until: 2026-12-31T00:00:00Z, reason: x}]", "2026-12-31T"},
	{"short date", "waivers: [{key: kernel.panic, until: 2026-1-1, reason: x}]", "2026-1-1"},
	{"report without an address", "reports: [{name: a}]", "'url'"},
	{"report without a name", "reports: [{url: \"https://a/\"}]", "'name'"},
	{"report that leaves the spool", "reports: [{name: ../a, url: \"https://a/\"}]", "../a"},
	{"report of a hidden folder", "reports: [{name: .a, url: \"https://a/\"}]", ".a"},
	{"address of another kind", "reports: [{name: a, url: \"ftp://a/\"}]", "ftp://a/"},
	{"address of a file", "reports: [{name: a, url: \"file:///etc/shadow\"}]", "file:"},
	{"address with a line break", "reports: [{name: a, url: \"https://a/\\r\\nX: y\"}]", ""},
	{"address with a blank", "reports: [{name: a, url: \"https://a/ b\"}]", ""},
	{"no address behind the kind", "reports: [{name: a, url: \"https://\"}]", "https://"},
	{"the token itself", "reports: [{name: a, url: \"https://a/\", token: abc}]", "token"},
	{"relative file", "reports: [{name: a, url: \"https://a/\", ca_file: ca.pem}]", "ca.pem"},
	{"relative token file", "reports: [{name: a, url: \"https://a/\", token_file: token}]", "token"},
	{"http to another host", "reports: [{name: a, url: \"http://far.example/\"}]", "insecure"},
	{"http to a host that looks like this one", "reports: [{name: a, url: \"http://localhost.example/\"}]",
	 "insecure"},
	{"http to a user called localhost", "reports: [{name: a, url: \"http://localhost@far.example/\"}]",
	 "token_file"},
	{"a user", "reports: [{name: a, url: \"https://me@far.example/\"}]", "no user"},
	{"a user and a password", "reports: [{name: a, url: \"https://me:word@far.example:8443/v1\"}]", "no password"},
	{"an empty user", "reports: [{name: a, url: \"https://@far.example\"}]", "no user"},
	{"a user, clear text and insecure", "reports: [{name: a, url: \"http://u:p@far.example/\", insecure: true}]",
	 "no user"},
	{"report called as a file of the spool", "reports: [{name: counters.json, url: \"https://a/\"}]",
	 "counters.json"},
	{"report called as the spool's lock", "reports: [{name: lock, url: \"https://a/\"}]", "'lock'"},
	{"report called as the sender's lock", "reports: [{name: sender.lock, url: \"https://a/\"}]", "sender.lock"},
	{"report that ends as JSON does", "reports: [{name: a.json, url: \"https://a/\"}]", "a.json"},
	{"report that ends as gzip does", "reports: [{name: last.json.gz, url: \"https://a/\"}]", "last.json.gz"},
	{"insecure as a word", "reports: [{name: a, url: \"https://a/\", insecure: yes}]", "yes"},
	{"metrics of another name", "metrics: {textfile: /var/lib/x.txt}", ".prom"},
	{"census as a word", "metrics: {textfile: /a.prom, tcp: yes}", "yes"},
	{"metrics by a relative path", "metrics: {textfile: x.prom}", "x.prom"},
};

static void refuses_what_the_schema_refuses(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct findings findings;
		struct config config;

		HOLDS(unit, bad[i].name, !load(unit, bad[i].text, &findings, &config));
		if (SAME_NUMBER(unit, bad[i].name, findings.errors, 1) && findings.count > 0) {
			HAS_TEXT(unit, bad[i].name, findings.items[0].text, bad[i].words);
			SAME_NUMBER(unit, bad[i].name, findings.items[0].source.line, 1);
			HOLDS(unit, bad[i].name, findings.items[0].source.column > 0);
		}
	}
}

static void two_reports_of_one_name_would_share_a_spool(struct unit *unit)
{
	struct findings findings;
	struct config config;

	HOLDS(unit, "one name",
	      !load(unit, "reports: [{name: a, url: \"https://a/\"}, {name: a, url: \"https://b/\"}]\n", &findings,
		    &config));
}

static void all_faults_are_told_in_one_run(struct unit *unit)
{
	struct findings findings;
	struct config config;

	HOLDS(unit, "several",
	      !load(unit, "mode: x\nsplay: y\nrolout: {}\nwaivers: [{}]\nreports: [{name: a, url: b}]\n", &findings,
		    &config));
	SAME_NUMBER(unit, "several", findings.errors, 7);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_the_example_of_the_contract), UNIT(everything_has_a_default),
	UNIT(takes_what_the_schema_allows),      UNIT(refuses_what_the_schema_refuses),
	UNIT(all_faults_are_told_in_one_run),    UNIT(two_reports_of_one_name_would_share_a_spool),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
