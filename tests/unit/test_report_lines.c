#include "report/report_lines.h"

#include "unit.h"

#define DROP_IN "/etc/sysctl.d/99-zz-holdfast.conf"

static const struct requirement requirement = {0};

/* A parameter of that path and status: 30 is wanted, 60 is there, and so says a file. */
static struct outcome_parameter parameter(struct unit *unit, const char *path, enum outcome_status status)
{
	struct desired_item *item = arena_alloc(&unit->arena, sizeof(*item));
	struct observed_live *live = arena_alloc(&unit->arena, sizeof(*live));
	struct observed_boot *boot = arena_alloc(&unit->arena, sizeof(*boot));
	struct boot_line *line = arena_alloc(&unit->arena, sizeof(*line));

	*item = (struct desired_item){
		.path = path, .row = catalogue_find(path), .requirement = &requirement, .wanted = {.value = "30"}};
	*live = (struct observed_live){.state = LIVE_READ, .value = "60"};
	*line = (struct boot_line){.value = "60", .source = {.file = "/etc/sysctl.conf", .line = 12}};
	boot->winner = line;
	return (struct outcome_parameter){.item = item,
					  .live_seen = live,
					  .boot_seen = boot,
					  .live = OUTCOME_LIVE_DIFFER,
					  .boot = OUTCOME_BOOT_DIFFER,
					  .status = status};
}

static const char *lines(struct unit *unit, const struct outcome *outcome, const struct plan *plan)
{
	const struct report report = {.outcome = outcome, .plan = plan};
	struct text text = {.arena = &unit->arena};

	report_lines(&text, &report);
	return text.bytes != NULL ? text.bytes : "";
}

static void a_host_that_is_in_line_says_nothing(struct unit *unit)
{
	struct outcome_parameter items[] = {
		parameter(unit, "net/ipv4/tcp_fin_timeout", STATUS_COMPLIANT),
		parameter(unit, "net/netfilter/nf_conntrack_max", STATUS_PENDING),
		parameter(unit, "net/core/somaxconn", STATUS_WAIVED),
		parameter(unit, "net/ipv4/tcp_tw_recycle", STATUS_NOT_APPLICABLE),
	};
	const struct outcome outcome = {.items = items, .count = COUNT_OF(items)};
	const struct plan plan = {0};

	SAME_TEXT(unit, "check", lines(unit, &outcome, NULL), "");
	SAME_TEXT(unit, "apply", lines(unit, &outcome, &plan), "");
	SAME_TEXT(unit, "no parameters", lines(unit, &(struct outcome){0}, NULL), "");
}

#define OFF(status, key) status ": " key " is 60, wanted 30, at boot 60 (/etc/sysctl.conf:12)\n"
#define FIVE \
	OFF("drift", "k.a") \
	OFF("not_settable", "k.b") OFF("error", "k.c") OFF("drift", "k.d") OFF("not_settable", "k.e")
#define MORE "'holdfast check' shows them all\n"

static void five_that_are_off_are_named_and_the_rest_is_counted(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t off;
		const char *text;
	} cases[] = {
		{"one", 1, OFF("drift", "k.a") MORE},
		{"three kinds", 3, OFF("drift", "k.a") OFF("not_settable", "k.b") OFF("error", "k.c") MORE},
		{"five", 5, FIVE MORE},
		{"six", 6, FIVE "and 1 more\n" MORE},
		{"fourteen", 14, FIVE "and 9 more\n" MORE},
	};
	static const enum outcome_status statuses[] = {STATUS_DRIFT, STATUS_NOT_SETTABLE, STATUS_ERROR};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome_parameter items[16];

		for (size_t j = 0; j < cases[i].off; j++)
			items[j] =
				parameter(unit, arena_printf(&unit->arena, "k/%c", (char)('a' + j)), statuses[j % 3]);
		items[cases[i].off] = parameter(unit, "k/z", STATUS_COMPLIANT);
		const struct outcome outcome = {.items = items, .count = cases[i].off + 1};
		SAME_TEXT(unit, cases[i].name, lines(unit, &outcome, NULL), cases[i].text);
	}
}

static void who_only_looked_says_what_would_mend_it(struct unit *unit)
{
	struct outcome_parameter items[] = {parameter(unit, "k/a", STATUS_DRIFT)};
	const struct outcome outcome = {.items = items, .count = 1};
	const struct report report = {.outcome = &outcome, .audit = true};
	struct text text = {.arena = &unit->arena};

	report_lines(&text, &report);
	SAME_TEXT(
		unit, "audit", text.bytes,
		OFF("drift",
		    "k.a") "'holdfast check' shows them all, 'holdfast plan' what an apply would do; this run only looked\n");
}

static void odd_names_and_secrets_stay_what_they_are(struct unit *unit)
{
	struct outcome_parameter odd[] = {parameter(unit, "net/ipv4/conf/e\x1b[2J.1/rp_filter", STATUS_DRIFT)};
	struct outcome_parameter secret[] = {parameter(unit, "net/ipv4/tcp_fastopen_key", STATUS_DRIFT)};
	const char *found = lines(unit, &(struct outcome){.items = odd, .count = 1}, NULL);

	HAS_TEXT(unit, "an odd name", found, "drift: net.ipv4.conf.e\\x1b[2J/1.rp_filter is 60");
	found = lines(unit, &(struct outcome){.items = secret, .count = 1}, NULL);
	HAS_TEXT(unit, "a secret", found, "drift: net.ipv4.tcp_fastopen_key is (secret), wanted (secret)");
	HOLDS(unit, "a secret", strstr(found, "60") == NULL && strstr(found, "30") == NULL);
}

static const struct {
	const char *name;
	struct plan_step step;
	bool asked; /* a parameter stands behind it */
	const char *line;
} steps[] = {
	{"live",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "60", .to = "30", .result = PLAN_CHANGED},
	 true,
	 "changed: net.ipv4.tcp_fin_timeout 60 -> 30 (live)\n"},
	{"drop-in",
	 {.kind = PLAN_WRITE_DROP_IN,
	  .path = "net/ipv4/tcp_fin_timeout",
	  .to = "30",
	  .file = DROP_IN,
	  .result = PLAN_CHANGED},
	 true,
	 "changed: net.ipv4.tcp_fin_timeout nothing -> 30 (" DROP_IN ")\n"},
	{"a line that goes",
	 {.kind = PLAN_EDIT_LINE,
	  .path = "net/ipv4/tcp_fin_timeout",
	  .from = "60",
	  .file = "/etc/sysctl.conf",
	  .result = PLAN_CHANGED},
	 false,
	 "changed: net.ipv4.tcp_fin_timeout 60 -> nothing (/etc/sysctl.conf)\n"},
	{"refused",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "60", .to = "0", .result = PLAN_REFUSED},
	 true,
	 "refused: net.ipv4.tcp_fin_timeout 60 -> 0 (live)\n"},
	{"altered",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "60", .to = "7", .result = PLAN_ALTERED},
	 true,
	 "altered: net.ipv4.tcp_fin_timeout 60 -> 7 (live)\n"},
	{"taken back",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "60", .to = "7", .result = PLAN_ROLLED_BACK},
	 true,
	 "rolled_back: net.ipv4.tcp_fin_timeout 60 -> 7 (live)\n"},
	{"not tried",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "60", .to = "7", .result = PLAN_NOT_TRIED},
	 true,
	 ""},
	{"nothing to do",
	 {.path = "net/ipv4/tcp_fin_timeout", .from = "7", .to = "7", .result = PLAN_ALREADY},
	 true,
	 ""},
	{"a secret",
	 {.path = "net/ipv4/tcp_fastopen_key", .from = "1-2-3-4", .to = "5-6-7-8", .result = PLAN_CHANGED},
	 true,
	 "changed: net.ipv4.tcp_fastopen_key (live)\n"},
	{"a secret that nobody asks for any more",
	 {.kind = PLAN_WRITE_DROP_IN,
	  .path = "net/ipv4/tcp_fastopen_key",
	  .from = "1-2-3-4",
	  .file = DROP_IN,
	  .result = PLAN_CHANGED},
	 false,
	 "changed: net.ipv4.tcp_fastopen_key (" DROP_IN ")\n"},
	{"a secret of an interface",
	 {.kind = PLAN_EDIT_LINE,
	  .path = "net/ipv6/conf/eth0/stable_secret",
	  .from = "1-2-3-4",
	  .file = DROP_IN,
	  .result = PLAN_CHANGED},
	 false,
	 "changed: net.ipv6.conf.eth0.stable_secret (" DROP_IN ")\n"},
	{"tabs and odd letters",
	 {.path = "net/ipv4/tcp_rmem", .from = "1\t2\t3", .to = "4\n\x1b[2J", .result = PLAN_CHANGED},
	 true,
	 "changed: net.ipv4.tcp_rmem 1 2 3 -> 4\\x0a\\x1b[2J (live)\n"},
};

static void each_change_is_a_line_without_secrets(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct plan_step step = steps[i].step;
		struct outcome_parameter asked = parameter(unit, step.path, STATUS_COMPLIANT);
		const struct plan plan = {.items = &step, .count = 1};
		const struct outcome outcome = {.items = &asked, .count = 1};

		step.parameter = steps[i].asked ? &asked : NULL;
		SAME_TEXT(unit, steps[i].name, lines(unit, &outcome, &plan), steps[i].line);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(a_host_that_is_in_line_says_nothing),     UNIT(five_that_are_off_are_named_and_the_rest_is_counted),
	UNIT(who_only_looked_says_what_would_mend_it), UNIT(odd_names_and_secrets_stay_what_they_are),
	UNIT(each_change_is_a_line_without_secrets),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
