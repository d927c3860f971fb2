#include "core/outcome.h"

#include <errno.h>

#include "unit.h"

#define VALUE(text) \
	.requirement = {.kind = REQUIREMENT_VALUE, .value = (text), .manage_live = true, .manage_boot = true}
#define READ(text) .live = {.state = LIVE_READ, .value = (text)}
#define MISSING(what) .live = {.state = LIVE_MISSING, .gap = (what)}
#define UNREADABLE(why) .live = {.state = LIVE_UNREADABLE, .number = (why)}

static const char *algorithms[] = {"bbr", "cubic"};

/* boot NULL: no file sets it. */
static const struct {
	const char *name, *path;
	enum desired_state state;
	struct requirement requirement;
	struct observed_live live;
	const char *boot;
	bool read_only;
	enum outcome_status status;
	enum outcome_reason reason;
	enum outcome_live live_found;
	enum outcome_boot boot_found;
} cases[] = {
	{"in line", "net/ipv4/tcp_fin_timeout",
	 .requirement = {.value = "30", .manage_live = true, .manage_boot = true}, READ("30"), "0x1e", false,
	 STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_MATCH},
	{"live differs", "net/ipv4/tcp_fin_timeout", VALUE("30"), READ("60"), "30", false, STATUS_DRIFT, REASON_NONE,
	 OUTCOME_LIVE_DIFFER, OUTCOME_BOOT_MATCH},
	{"boot differs", "net/ipv4/tcp_fin_timeout", VALUE("30"), READ("30"), "60", false, STATUS_DRIFT, REASON_NONE,
	 OUTCOME_LIVE_MATCH, OUTCOME_BOOT_DIFFER},
	{"boot unset is drift", "net/ipv4/tcp_fin_timeout", VALUE("30"), READ("30"), NULL, false, STATUS_DRIFT,
	 REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_UNSET},
	{"boot would be refused", "net/ipv4/tcp_fin_timeout", VALUE("30"), READ("30"), "30s", false, STATUS_DRIFT,
	 REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_DIFFER},
	{"live only", "net/ipv4/tcp_fin_timeout", .requirement = {.value = "30", .manage_live = true}, READ("30"), NULL,
	 false, STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_UNMANAGED},
	{"boot only", "net/ipv4/tcp_fin_timeout", .requirement = {.value = "30", .manage_boot = true},
	 .live = {.state = LIVE_UNASKED}, "30", false, STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_UNMANAGED,
	 OUTCOME_BOOT_MATCH},
	{"boot only, live read all the same", "net/ipv4/tcp_fin_timeout",
	 .requirement = {.value = "30", .manage_boot = true}, READ("60"), "30", false, STATUS_COMPLIANT, REASON_NONE,
	 OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_MATCH},
	{"above the least", "net/core/somaxconn",
	 .requirement = {.kind = REQUIREMENT_BOUNDS, .min = "4096", .manage_live = true, .manage_boot = true},
	 READ("65535"), "9000", false, STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_MATCH},
	{"above the least, boot unset", "net/core/somaxconn",
	 .requirement = {.kind = REQUIREMENT_BOUNDS, .min = "4096", .manage_live = true, .manage_boot = true},
	 READ("65535"), NULL, false, STATUS_DRIFT, REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_UNSET},
	{"one of", "net/ipv4/tcp_congestion_control",
	 .requirement =
		 {.kind = REQUIREMENT_ONE_OF, .one_of = {algorithms, 2, 2}, .manage_live = true, .manage_boot = true},
	 READ("cubic"), "bbr", false, STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_MATCH, OUTCOME_BOOT_MATCH},
	{"an image has no kernel", "net/ipv4/tcp_fin_timeout", VALUE("30"), .live = {.state = LIVE_UNASKED}, "30",
	 false, STATUS_COMPLIANT, REASON_NONE, OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_MATCH},
	{"an image without the line", "net/ipv4/tcp_fin_timeout", VALUE("30"), .live = {.state = LIVE_UNASKED}, NULL,
	 false, STATUS_DRIFT, REASON_NONE, OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_UNSET},
	{"removed", "net/ipv4/tcp_tw_recycle", VALUE("1"), MISSING(GAP_KEY), NULL, false, STATUS_NOT_APPLICABLE,
	 REASON_REMOVED_IN_KERNEL, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"removed, and the condition says so", "net/ipv4/tcp_tw_recycle", DESIRED_CONDITION_FALSE, VALUE("1"),
	 .live = {.state = LIVE_UNASKED}, NULL, false, STATUS_NOT_APPLICABLE, REASON_REMOVED_IN_KERNEL,
	 OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_UNMANAGED},
	{"condition false", "net/ipv4/tcp_fin_timeout", DESIRED_CONDITION_FALSE, VALUE("30"), READ("60"), NULL, false,
	 STATUS_NOT_APPLICABLE, REASON_CONDITION_FALSE, OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_UNMANAGED},
	{"unknown key", "net/ipv4/nosuch", VALUE("1"), MISSING(GAP_KEY), NULL, false, STATUS_ERROR, REASON_UNKNOWN_KEY,
	 OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"unknown key, optional", "net/ipv4/nosuch",
	 .requirement = {.value = "1", .manage_live = true, .manage_boot = true, .optional = true}, MISSING(GAP_KEY),
	 NULL, false, STATUS_NOT_APPLICABLE, REASON_UNKNOWN_KEY, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"module absent", "net/netfilter/nf_conntrack_max", VALUE("9"),
	 .live = {.state = LIVE_MISSING, .gap = GAP_FAMILY, .module = "nf_conntrack"}, "9", false, STATUS_PENDING,
	 REASON_MODULE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_MATCH},
	{"module absent, boot unset", "net/netfilter/nf_conntrack_max", VALUE("9"),
	 .live = {.state = LIVE_MISSING, .gap = GAP_FAMILY, .module = "nf_conntrack"}, NULL, false, STATUS_DRIFT,
	 REASON_MODULE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNSET},
	/* net/netfilter/nf_log and nf_hooks_lwtunnel are there without nf_conntrack. */
	{"module absent, its folder there", "net/netfilter/nf_conntrack_max", VALUE("9"), MISSING(GAP_KEY), "9", false,
	 STATUS_PENDING, REASON_MODULE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_MATCH},
	{"unknown key of a module", "net/bridge/nosuch", VALUE("9"),
	 .live = {.state = LIVE_MISSING, .gap = GAP_FAMILY, .module = "br_netfilter"}, "9", false, STATUS_PENDING,
	 REASON_MODULE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_MATCH},
	{"interface absent", "net/ipv4/conf/eth9/rp_filter", VALUE("1"), MISSING(GAP_INSTANCE), "1", false,
	 STATUS_PENDING, REASON_INTERFACE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_MATCH},
	{"interface absent, live only", "net/ipv4/conf/eth9/rp_filter",
	 .requirement = {.value = "1", .manage_live = true}, MISSING(GAP_INSTANCE), NULL, false, STATUS_PENDING,
	 REASON_INTERFACE_ABSENT, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"interface absent, optional", "net/ipv4/conf/eth9/rp_filter",
	 .requirement = {.value = "1", .manage_live = true, .manage_boot = true, .optional = true},
	 MISSING(GAP_INSTANCE), "1", false, STATUS_PENDING, REASON_INTERFACE_ABSENT, OUTCOME_LIVE_MISSING,
	 OUTCOME_BOOT_MATCH},
	{"stack disabled", "net/ipv6/conf/all/accept_ra", VALUE("0"), MISSING(GAP_FAMILY), NULL, false,
	 STATUS_NOT_APPLICABLE, REASON_STACK_DISABLED, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"wildcard for nothing", "net/ipv4/conf/ppp*/rp_filter", DESIRED_NO_INSTANCE, VALUE("1"),
	 .live = {.state = LIVE_UNASKED}, NULL, false, STATUS_NOT_APPLICABLE, REASON_INTERFACE_ABSENT,
	 OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_UNMANAGED},
	{"wildcard of a disabled stack", "net/ipv6/conf/*/accept_ra", DESIRED_NO_INSTANCE, VALUE("0"),
	 .live = {.state = LIVE_UNASKED, .gap = GAP_FAMILY}, NULL, false, STATUS_NOT_APPLICABLE, REASON_STACK_DISABLED,
	 OUTCOME_LIVE_UNMANAGED, OUTCOME_BOOT_UNMANAGED},
	{"not shown in a namespace", "net/ipv4/tcp_mem", VALUE("1 2 3"), MISSING(GAP_KEY), NULL, false,
	 STATUS_NOT_SETTABLE, REASON_READ_ONLY_HERE, OUTCOME_LIVE_MISSING, OUTCOME_BOOT_UNMANAGED},
	{"not shown in a namespace, without a first version", "net/core/netdev_max_backlog", VALUE("1"),
	 MISSING(GAP_KEY), NULL, false, STATUS_NOT_SETTABLE, REASON_READ_ONLY_HERE, OUTCOME_LIVE_MISSING,
	 OUTCOME_BOOT_UNMANAGED},
	{"read-only and not in line", "net/core/rmem_max", VALUE("9"), READ("212992"), "9", true, STATUS_NOT_SETTABLE,
	 REASON_READ_ONLY_HERE, OUTCOME_LIVE_DIFFER, OUTCOME_BOOT_UNMANAGED},
	{"read-only and in line", "net/core/rmem_max", VALUE("9"), READ("9"), "9", true, STATUS_COMPLIANT, REASON_NONE,
	 OUTCOME_LIVE_MATCH, OUTCOME_BOOT_MATCH},
	{"write-only", "net/ipv4/nosuch", VALUE("9"),
	 .live = {.state = LIVE_UNREADABLE, .number = EACCES, .write_only = true}, NULL, false, STATUS_ERROR,
	 REASON_WRITE_ONLY, OUTCOME_LIVE_UNREADABLE, OUTCOME_BOOT_UNMANAGED},
	{"no permission", "net/ipv4/nosuch", VALUE("9"), UNREADABLE(EACCES), NULL, false, STATUS_ERROR,
	 REASON_NO_PERMISSION, OUTCOME_LIVE_UNREADABLE, OUTCOME_BOOT_UNMANAGED},
	{"not permitted", "net/ipv4/nosuch", VALUE("9"), UNREADABLE(EPERM), NULL, false, STATUS_ERROR,
	 REASON_NO_PERMISSION, OUTCOME_LIVE_UNREADABLE, OUTCOME_BOOT_UNMANAGED},
	{"unreadable", "net/ipv4/nosuch", VALUE("9"), UNREADABLE(EIO), NULL, false, STATUS_ERROR, REASON_UNREADABLE,
	 OUTCOME_LIVE_UNREADABLE, OUTCOME_BOOT_UNMANAGED},
};

static bool answer(void *context, const char *path)
{
	(void)path;
	return *(bool *)context;
}

/* One item judged; the outcome points into what the arena holds. */
static const struct outcome *judged(struct unit *unit, size_t row, const struct config *config)
{
	static const struct facts facts = {.kernel = "6.18.44", .kernel_version = {6, 18, 44, 3}};
	struct desired_item *item = arena_alloc(&unit->arena, sizeof(*item));
	struct desired *desired = arena_alloc(&unit->arena, sizeof(*desired));
	struct observed *observed = arena_alloc(&unit->arena, sizeof(*observed));
	struct boot_line *line = arena_alloc(&unit->arena, sizeof(*line));
	struct outcome *outcome = arena_alloc(&unit->arena, sizeof(*outcome));
	bool read_only = cases[row].read_only;

	*item = (struct desired_item){.path = cases[row].path,
				      .requirement = &cases[row].requirement,
				      .row = catalogue_find(cases[row].path),
				      .state = cases[row].state};
	HOLDS(unit, cases[row].name, wanted_resolve(&unit->arena, &cases[row].requirement, &facts, &item->wanted));
	*desired = (struct desired){.items = item, .count = 1};
	observed->live = arena_alloc(&unit->arena, sizeof(*observed->live));
	observed->boot = arena_alloc(&unit->arena, sizeof(*observed->boot));
	observed->live[0] = cases[row].live;
	line->value = cases[row].boot;
	observed->boot[0].winner = cases[row].boot != NULL ? line : NULL;
	outcome_judge(&unit->arena,
		      &(struct outcome_case){desired, observed, &facts, config, "2026-11-22", {&read_only, answer}},
		      outcome);
	return outcome;
}

static void every_state_has_its_own_word(struct unit *unit)
{
	static const struct config config = {0};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct outcome *outcome = judged(unit, i, &config);
		const struct outcome_parameter *found = &outcome->items[0];
		const char *reason = outcome_reason_names[found->reason],
			   *wanted = outcome_reason_names[cases[i].reason];

		SAME_TEXT(unit, cases[i].name, outcome_status_names[found->status],
			  outcome_status_names[cases[i].status]);
		SAME_TEXT(unit, cases[i].name, reason, wanted);
		SAME_TEXT(unit, cases[i].name, outcome_live_names[found->live],
			  outcome_live_names[cases[i].live_found]);
		SAME_TEXT(unit, cases[i].name, outcome_boot_names[found->boot],
			  outcome_boot_names[cases[i].boot_found]);
		SAME_NUMBER(unit, cases[i].name, outcome->counts[found->status], 1);
		HOLDS(unit, cases[i].name,
		      (outcome_reason_text(&unit->arena, found) == NULL) == (found->reason == REASON_NONE));
		HOLDS(unit, cases[i].name, found->waiver == NULL);
	}
}

static void waivers_cover_what_is_not_in_line_until_they_expire(struct unit *unit)
{
	static const struct {
		const char *name, *until;
		size_t row; /* of cases */
		enum outcome_status status;
		bool waiver, expired;
	} rows[] = {
		{"drift", "2026-12-31", 1, STATUS_WAIVED, true, false},
		{"boot unset", "2026-12-31", 3, STATUS_WAIVED, true, false},
		{"the last day", "2026-11-22", 1, STATUS_WAIVED, true, false},
		{"expired", "2026-11-21", 1, STATUS_DRIFT, true, true},
		{"in line", "2026-12-31", 0, STATUS_COMPLIANT, false, false},
		{"in line, expired", "2026-11-21", 0, STATUS_COMPLIANT, false, false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct config_waiver waiver = {.key = {"net/ipv4/tcp_fin_timeout", false}, .until = rows[i].until};
		struct config config = {.waivers = {&waiver, 1, 1}};
		const struct outcome *outcome = judged(unit, rows[i].row, &config);

		SAME_TEXT(unit, rows[i].name, outcome_status_names[outcome->items[0].status],
			  outcome_status_names[rows[i].status]);
		HOLDS(unit, rows[i].name, (outcome->items[0].waiver == &waiver) == rows[i].waiver);
		HOLDS(unit, rows[i].name, outcome->items[0].waiver_expired == rows[i].expired);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(every_state_has_its_own_word),
	UNIT(waivers_cover_what_is_not_in_line_until_they_expire),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
