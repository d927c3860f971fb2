/* outcome: counts, verdict, fingerprint and words, over statuses that are given. */
#include "core/outcome.h"

#include "unit.h"

static void the_worst_status_decides_the_verdict(struct unit *unit)
{
	static const struct {
		const char *name;
		enum outcome_status statuses[4];
		size_t count;
		const char *verdict;
	} cases[] = {
		{"nothing", {0}, 0, "compliant"},
		{"compliant", {STATUS_COMPLIANT, STATUS_COMPLIANT}, 2, "compliant"},
		{"waived and not applicable", {STATUS_WAIVED, STATUS_NOT_APPLICABLE}, 2, "compliant"},
		{"pending", {STATUS_COMPLIANT, STATUS_PENDING}, 2, "pending"},
		{"drift over pending", {STATUS_PENDING, STATUS_DRIFT}, 2, "drift"},
		{"error over drift", {STATUS_DRIFT, STATUS_ERROR, STATUS_PENDING, STATUS_COMPLIANT}, 4, "error"},
		{"not settable is not in line", {STATUS_COMPLIANT, STATUS_NOT_SETTABLE}, 2, "drift"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome_parameter parameters[4] = {0};
		struct outcome outcome = {
			.items = parameters, .count = cases[i].count, .counts = {9, 9, 9, 9, 9, 9, 9}};
		size_t sum = 0;

		for (size_t j = 0; j < cases[i].count; j++)
			parameters[j].status = cases[i].statuses[j];
		outcome_count(&outcome);
		SAME_TEXT(unit, cases[i].name, outcome_verdict_name(outcome.verdict), cases[i].verdict);
		for (size_t j = 0; j < STATUSES; j++)
			sum += outcome.counts[j];
		SAME_NUMBER(unit, cases[i].name, sum, cases[i].count);
		HOLDS(unit, cases[i].name, cases[i].count == 0 || outcome.counts[cases[i].statuses[0]] > 0);
	}
	struct outcome_parameter wrong[] = {{.status = STATUS_ERROR, .reason = REASON_UNKNOWN_KEY},
					    {.status = STATUS_ERROR, .reason = REASON_UNREADABLE},
					    {.status = STATUS_NOT_APPLICABLE, .reason = REASON_UNKNOWN_KEY}};
	struct outcome outcome = {.items = wrong, .count = 3};
	outcome_count(&outcome);
	SAME_NUMBER(unit, "the profile is to blame", outcome.unknown_keys, 1);
}

struct state {
	const char *path;
	struct wanted wanted;
	const char *live, *boot;
	unsigned line;
	enum outcome_status status;
};

static const char *fingerprint_of(struct unit *unit, const struct state *states, size_t count)
{
	struct outcome outcome = {.items = arena_array(&unit->arena, count, sizeof(*outcome.items)), .count = count};

	for (size_t i = 0; i < count; i++) {
		struct desired_item *item = arena_alloc(&unit->arena, sizeof(*item));
		struct observed_live *live = arena_alloc(&unit->arena, sizeof(*live));
		struct observed_boot *boot = arena_alloc(&unit->arena, sizeof(*boot));
		struct boot_line *line = arena_alloc(&unit->arena, sizeof(*line));

		*item = (struct desired_item){.path = states[i].path, .wanted = states[i].wanted};
		*live = (struct observed_live){.state = states[i].live != NULL ? LIVE_READ : LIVE_MISSING,
					       .value = states[i].live};
		*line = (struct boot_line){.value = states[i].boot,
					   .source = {.file = "/etc/sysctl.conf", .line = states[i].line}};
		boot->winner = states[i].boot != NULL ? line : NULL;
		outcome.items[i] = (struct outcome_parameter){
			.item = item,
			.live_seen = live,
			.boot_seen = boot,
			.status = states[i].status,
			.live = states[i].live != NULL ? OUTCOME_LIVE_MATCH : OUTCOME_LIVE_MISSING,
			.boot = states[i].boot != NULL ? OUTCOME_BOOT_MATCH : OUTCOME_BOOT_UNSET,
		};
	}
	return outcome_fingerprint(&unit->arena, &outcome);
}

static void equal_state_has_an_equal_fingerprint_and_other_state_has_not(struct unit *unit)
{
	static const char *two[] = {"a", "b"}, *joined[] = {"a or b"};
	static const struct state base = {"net/ipv4/x", {.value = "1"}, "1", "1", 12, STATUS_COMPLIANT};
	static const struct {
		const char *name;
		struct state one, other;
		bool equal;
	} cases[] = {
		{"the same", {"k/x", {.value = "1"}, "1", "1", 12}, {"k/x", {.value = "1"}, "1", "1", 12}, true},
		{"another line of the file",
		 {"k/x", {.value = "1"}, "1", "1", 12},
		 {"k/x", {.value = "1"}, "1", "1", 13},
		 true},
		{"another key", {"k/x", {.value = "1"}, "1", "1", 12}, {"k/y", {.value = "1"}, "1", "1", 12}, false},
		{"another wish", {"k/x", {.value = "1"}, "1", "1", 12}, {"k/x", {.value = "2"}, "1", "1", 12}, false},
		{"another live value",
		 {"k/x", {.value = "1"}, "1", "1", 12},
		 {"k/x", {.value = "1"}, "01", "1", 12},
		 false},
		{"another boot value",
		 {"k/x", {.value = "1"}, "1", "1", 12},
		 {"k/x", {.value = "1"}, "1", "01", 12},
		 false},
		{"live missing", {"k/x", {.value = "1"}, "1", "1", 12}, {"k/x", {.value = "1"}, NULL, "1", 12}, false},
		{"boot unset", {"k/x", {.value = "1"}, "1", "", 12}, {"k/x", {.value = "1"}, "1", NULL, 12}, false},
		{"another status",
		 {"k/x", {.value = "1"}, "1", "1", 12},
		 {"k/x", {.value = "1"}, "1", "1", 12, STATUS_WAIVED},
		 false},
		{"a bound is no value",
		 {"k/x", {.value = ">= 1"}, "1", "1", 12},
		 {"k/x", {.kind = WANTED_BOUNDS, .min = "1"}, "1", "1", 12},
		 false},
		{"a choice is no value",
		 {"k/x", {.value = "a or b"}, "a", "a", 12},
		 {"k/x", {.kind = WANTED_ONE_OF, .one_of = {two, 2, 2}}, "a", "a", 12},
		 false},
		{"a choice of one",
		 {"k/x", {.kind = WANTED_ONE_OF, .one_of = {joined, 1, 1}}, "a", "a", 12},
		 {"k/x", {.kind = WANTED_ONE_OF, .one_of = {two, 2, 2}}, "a", "a", 12},
		 false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *one = fingerprint_of(unit, &cases[i].one, 1),
			   *other = fingerprint_of(unit, &cases[i].other, 1);

		HOLDS(unit, cases[i].name, strlen(one) == 64 && (strcmp(one, other) == 0) == cases[i].equal);
	}
	struct state both[] = {base, base};
	HOLDS(unit, "one and two", strcmp(fingerprint_of(unit, both, 1), fingerprint_of(unit, both, 2)) != 0);
	HOLDS(unit, "none", strlen(fingerprint_of(unit, both, 0)) == 64);
}

/* interface.md, "Report". */
static void the_words_are_those_of_the_contract(struct unit *unit)
{
	static const char *const statuses[] = {"compliant",      "drift",        "pending", "waived",
					       "not_applicable", "not_settable", "error"};
	static const char *const reasons[] = {"condition_false",      "removed_in_kernel", "unknown_key",
					      "module_absent",        "interface_absent",  "stack_disabled",
					      "read_only_here",       "value_rejected",    "value_altered",
					      "changed_by_other_key", "write_only",        "unreadable",
					      "no_permission"};
	static const char *const lives[] = {"match", "differ", "missing", "unreadable", "unmanaged"};
	static const char *const boots[] = {"match", "differ", "unset", "unmanaged"};
	const struct {
		const char *const *found, *const *wanted;
		size_t found_count, wanted_count;
	} lists[] = {
		{outcome_status_names, statuses, STATUSES, COUNT_OF(statuses)},
		{outcome_reason_names + 1, reasons, REASONS - 1, COUNT_OF(reasons)},
		{outcome_live_names, lives, OUTCOME_LIVES, COUNT_OF(lives)},
		{outcome_boot_names, boots, OUTCOME_BOOTS, COUNT_OF(boots)},
	};

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		SAME_NUMBER(unit, "a list", lists[i].found_count, lists[i].wanted_count);
		for (size_t j = 0; j < lists[i].wanted_count; j++) {
			bool there = false;

			for (size_t k = 0; k < lists[i].found_count; k++)
				there = there || (lists[i].found[k] != NULL &&
						  strcmp(lists[i].found[k], lists[i].wanted[j]) == 0);
			HOLDS(unit, lists[i].wanted[j], there);
		}
	}
	HOLDS(unit, "no reason has no name", outcome_reason_names[REASON_NONE] == NULL);
}

static void every_reason_is_one_clause_for_people(struct unit *unit)
{
	static const struct requirement requirement = {.kind = REQUIREMENT_VALUE, .value = "1"};
	const struct desired_item items[] = {
		{.path = "net/ipv4/nosuch", .requirement = &requirement},
		{.path = "net/ipv4/tcp_tw_recycle",
		 .requirement = &requirement,
		 .row = catalogue_find("net/ipv4/tcp_tw_recycle")},
		{.path = "net/netfilter/nf_conntrack_max",
		 .requirement = &requirement,
		 .row = catalogue_find("net/netfilter/nf_conntrack_max")},
	};
	const struct observed_live live = {.state = LIVE_MISSING};
	const struct observed_boot boot = {0};

	for (size_t i = 0; i < COUNT_OF(items); i++) {
		for (unsigned reason = REASON_NONE + 1; reason < REASONS; reason++) {
			struct outcome_parameter parameter = {.item = &items[i],
							      .live_seen = &live,
							      .boot_seen = &boot,
							      .reason = (enum outcome_reason)reason};
			const char *text = outcome_reason_text(&unit->arena, &parameter);

			if (PRESENT(unit, outcome_reason_names[reason], text))
				HOLDS(unit, outcome_reason_names[reason],
				      text[0] != '\0' && text[strlen(text) - 1] != '.');
			if (reason == REASON_REMOVED_IN_KERNEL && i == 1)
				SAME_TEXT(unit, "removed", text, "removed in Linux 4.12");
			if (reason == REASON_MODULE_ABSENT && i == 2)
				HAS_TEXT(unit, "module", text, "nf_conntrack");
		}
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(the_worst_status_decides_the_verdict),
	UNIT(equal_state_has_an_equal_fingerprint_and_other_state_has_not),
	UNIT(the_words_are_those_of_the_contract),
	UNIT(every_reason_is_one_clause_for_people),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
