#include "report/report_lines.h"

#include "unit.h"

#define DROP_IN "/etc/sysctl.d/99-zz-holdfast.conf"

static const struct requirement requirement = {0};

/* A parameter of that path and status. */
static struct outcome_parameter parameter(struct unit *unit, const char *path, enum outcome_status status)
{
	struct desired_item *item = arena_alloc(&unit->arena, sizeof(*item));

	*item = (struct desired_item){.path = path, .row = catalogue_find(path), .requirement = &requirement};
	return (struct outcome_parameter){.item = item, .status = status};
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

static void five_that_are_off_are_named_and_the_rest_is_counted(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t off;
		const char *text;
	} cases[] = {
		{"one", 1, "drift: k.a\n"},
		{"three kinds", 3, "drift: k.a\nnot_settable: k.b\nerror: k.c\n"},
		{"five", 5, "drift: k.a\nnot_settable: k.b\nerror: k.c\ndrift: k.d\nnot_settable: k.e\n"},
		{"six", 6,
		 "drift: k.a\nnot_settable: k.b\nerror: k.c\ndrift: k.d\nnot_settable: k.e\n"
		 "and 1 more; 'holdfast check' lists them\n"},
		{"fourteen", 14,
		 "drift: k.a\nnot_settable: k.b\nerror: k.c\ndrift: k.d\nnot_settable: k.e\n"
		 "and 9 more; 'holdfast check' lists them\n"},
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
	struct outcome_parameter odd[] = {parameter(unit, "net/ipv4/conf/e\x1b[2J.1/rp_filter", STATUS_DRIFT)};
	const struct outcome outcome = {.items = odd, .count = 1};
	SAME_TEXT(unit, "an odd name", lines(unit, &outcome, NULL), "drift: net.ipv4.conf.e\\x1b[2J/1.rp_filter\n");
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
	UNIT(a_host_that_is_in_line_says_nothing),
	UNIT(five_that_are_off_are_named_and_the_rest_is_counted),
	UNIT(each_change_is_a_line_without_secrets),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
