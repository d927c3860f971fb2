#include "core/plan.h"

#include "base/text.h"
#include "unit.h"

enum { STEPS = 5 };

/* order: the paths' last components after plan_arrange. */
static const struct {
	const char *name;
	struct {
		const char *path, *from, *to;
	} steps[STEPS];
	const char *order;
} cases[] = {
	{"nothing", {{0}}, ""},
	{"one", {{"vm/swappiness", "60", "10"}}, "swappiness"},
	{"by path where nothing else counts",
	 {{"vm/swappiness", "60", "10"}, {"kernel/panic", "0", "5"}, {"net/core/somaxconn", "1", "2"}},
	 "panic somaxconn swappiness"},
	{"one way comes last",
	 {{"kernel/modules_disabled", "0", "1"}, {"vm/swappiness", "60", "10"}, {"kernel/panic", "0", "5"}},
	 "panic swappiness modules_disabled"},
	{"two of them, in their own order",
	 {{"kernel/modules_disabled", "0", "1"},
	  {"kernel/kexec_load_disabled", "0", "1"},
	  {"vm/swappiness", "60", "10"}},
	 "swappiness kexec_load_disabled modules_disabled"},
	{"not at a value that can be taken back",
	 {{"kernel/yama/ptrace_scope", "1", "2"}, {"vm/swappiness", "60", "10"}},
	 "ptrace_scope swappiness"},
	{"but at the one that cannot",
	 {{"kernel/yama/ptrace_scope", "1", "3"}, {"vm/swappiness", "60", "10"}},
	 "swappiness ptrace_scope"},
	{"a ceiling goes up before the key",
	 {{"net/ipv4/ipfrag_low_thresh", "10", "1000"}, {"net/ipv4/ipfrag_high_thresh", "100", "2000"}},
	 "ipfrag_high_thresh ipfrag_low_thresh"},
	{"and down after it",
	 {{"net/ipv4/ipfrag_low_thresh", "1000", "10"}, {"net/ipv4/ipfrag_high_thresh", "2000", "100"}},
	 "ipfrag_low_thresh ipfrag_high_thresh"},
};

static const char *order_of(struct unit *unit, const struct plan *plan)
{
	struct text text = {.arena = &unit->arena};

	text_string(&text, "");
	for (size_t i = 0; i < plan->count; i++)
		text_format(&text, "%s%s", i > 0 ? " " : "", strrchr(plan->items[i].path, '/') + 1);
	return text.bytes == NULL ? "" : text.bytes;
}

static void arranges_writes_as_the_kernel_takes_them(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan plan = {0};

		for (size_t j = 0; j < STEPS && cases[i].steps[j].path != NULL; j++)
			*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = cases[i].steps[j].path,
									     .from = cases[i].steps[j].from,
									     .to = cases[i].steps[j].to};
		plan_arrange(&plan);
		SAME_TEXT(unit, cases[i].name, order_of(unit, &plan), cases[i].order);
	}
}

/* Each key of the catalogue with a ceiling: never above it, at no moment, whichever way both go. */
static void no_key_is_ever_above_its_ceiling(struct unit *unit)
{
	static const struct {
		const char *name, *low_from, *low_to, *high_from, *high_to;
		bool ceiling_first;
	} ways[] = {
		{"both up", "10", "1000", "100", "2000", true},
		{"both down", "1000", "10", "2000", "100", false},
	};
	size_t found = 0;

	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (row->ceiling[0] == '\0' || row->ceiling_element != 0)
			continue;
		found++;
		for (size_t j = 0; j < COUNT_OF(ways) * 2; j++) {
			size_t way = j / 2;
			struct plan_step low = {.path = row->key, .from = ways[way].low_from, .to = ways[way].low_to};
			struct plan_step high = {
				.path = row->ceiling, .from = ways[way].high_from, .to = ways[way].high_to};
			struct plan plan = {0};

			*ARRAY_ADD(&unit->arena, &plan) = j % 2 == 0 ? low : high;
			*ARRAY_ADD(&unit->arena, &plan) = j % 2 == 0 ? high : low;
			plan_arrange(&plan);
			SAME_TEXT(unit, arena_printf(&unit->arena, "%s, %s", row->key, ways[way].name),
				  plan.items[0].path, ways[way].ceiling_first ? row->ceiling : row->key);
		}
	}
	HOLDS(unit, "there are some", found > 0);
}

static void knows_what_cannot_be_taken_back(struct unit *unit)
{
	static const struct {
		const char *path, *value;
		bool one_way;
	} rows[] = {
		{"kernel/modules_disabled", "1", true},
		{"kernel/modules_disabled", NULL, false},
		{"kernel/yama/ptrace_scope", "3", true},
		{"kernel/yama/ptrace_scope", "2", false},
		{"kernel/unprivileged_bpf_disabled", "1", true},
		{"kernel/unprivileged_bpf_disabled", "2", false},
		{"vm/swappiness", "1", false},
		{"vendor/unknown/key", "1", false},
		{"net/ipv4/tcp_fastopen_key", "1-2-3-4", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		SAME_NUMBER(unit,
			    arena_printf(&unit->arena, "%s = %s", rows[i].path,
					 rows[i].value != NULL ? rows[i].value : "?"),
			    plan_one_way(rows[i].path, rows[i].value), rows[i].one_way);
}

static void says_why_a_step_was_refused(struct unit *unit)
{
	static const struct {
		enum plan_kind kind;
		enum outcome_reason reason;
		const char *said;
	} rows[] = {
		{PLAN_WRITE_LIVE, REASON_NO_PERMISSION, "not permitted"},
		{PLAN_WRITE_LIVE, REASON_READ_ONLY_HERE, "read-only"},
		{PLAN_WRITE_LIVE, REASON_UNREADABLE, "cannot be read"},
		{PLAN_WRITE_LIVE, REASON_VALUE_REJECTED, "kernel does not take this value"},
		{PLAN_WRITE_DROP_IN, REASON_NONE, "could not be written"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		HAS_TEXT(unit, rows[i].said,
			 plan_refusal(&(struct plan_step){.kind = rows[i].kind, .reason = rows[i].reason}),
			 rows[i].said);
}

static void takes_the_steps_on_one_file_out(struct unit *unit)
{
	struct plan plan = {0};

	*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = "a/a"};
	*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = "a/b", .file = "/etc/x"};
	*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = "a/c", .file = "/etc/y"};
	*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = "a/d", .file = "/etc/x"};
	plan_drop_file(&plan, "/etc/x");
	SAME_TEXT(unit, "left", order_of(unit, &plan), "a c");
}

static const struct CMUnitTest tests[] = {
	UNIT(arranges_writes_as_the_kernel_takes_them), UNIT(no_key_is_ever_above_its_ceiling),
	UNIT(knows_what_cannot_be_taken_back),          UNIT(says_why_a_step_was_refused),
	UNIT(takes_the_steps_on_one_file_out),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
