#include "core/undo.h"

#include "base/text.h"
#include "unit.h"

enum { VALUES = 3 };

/* hold: its words in the order of the values; writes: "path=value" of the plan, in order. */
static const struct {
	const char *name;
	bool restarted, force;
	struct undo_value values[VALUES];
	const char *holds, *writes;
} cases[] = {
	{"what is as it was left goes back", .values = {{"vm/swappiness", "60", "10", "10", "10"}}, .holds = "goes",
	 .writes = "vm/swappiness=60 "},
	{"what was asked for counts as ours", .values = {{"vm/swappiness", "60", "10", NULL, "10"}}, .holds = "goes",
	 .writes = "vm/swappiness=60 "},
	{"what the kernel made of it counts as ours", .values = {{"vm/swappiness", "60", "1000", "100", "100"}},
	 .holds = "goes", .writes = "vm/swappiness=60 "},
	{"in another spelling", .values = {{"vm/swappiness", "60", "0x0a", NULL, "10"}}, .holds = "goes",
	 .writes = "vm/swappiness=60 "},
	{"what is there already stays", .values = {{"vm/swappiness", "60", "10", "10", "60"}}, .holds = "there",
	 .writes = ""},
	{"what is there by meaning stays", .values = {{"net/ipv4/tcp_rmem", "1\t2\t3", "4 5 6", "4\t5\t6", "1 2 3"}},
	 .holds = "there", .writes = ""},
	{"another hand's value stays", .values = {{"vm/swappiness", "60", "10", "10", "45"}}, .holds = "moved",
	 .writes = ""},
	{"but for force", .force = true, .values = {{"vm/swappiness", "60", "10", "10", "45"}}, .holds = "goes",
	 .writes = "vm/swappiness=60 "},
	{"a key that is gone", .values = {{"vm/swappiness", "60", "10", "10", NULL}}, .holds = "missing", .writes = ""},
	{"a key that is gone, with force", .force = true, .values = {{"vm/swappiness", "60", "10", "10", NULL}},
	 .holds = "missing", .writes = ""},
	{"an old value that is not known", .values = {{"vm/swappiness", NULL, "10", "10", "10"}}, .holds = "missing",
	 .writes = ""},
	{"a secret", .force = true, .values = {{"net/ipv4/tcp_fastopen_key", NULL, NULL, NULL, "1-2-3-4"}},
	 .holds = "secret", .writes = ""},
	{"one way", .values = {{"kernel/modules_disabled", "0", "1", "1", "1"}}, .holds = "one_way", .writes = ""},
	{"one way, with force", .force = true, .values = {{"kernel/modules_disabled", "0", "1", "1", "1"}},
	 .holds = "one_way", .writes = ""},
	{"one way, never done", .values = {{"kernel/modules_disabled", "0", "1", NULL, "0"}}, .holds = "there",
	 .writes = ""},
	{"one way, at a value that can still be left", .values = {{"kernel/yama/ptrace_scope", "1", "2", "2", "2"}},
	 .holds = "goes", .writes = "kernel/yama/ptrace_scope=1 "},
	{"after a restart", .restarted = true, .values = {{"vm/swappiness", "60", "10", "10", "10"}},
	 .holds = "restarted", .writes = ""},
	{"after a restart, and as it was", .restarted = true, .values = {{"vm/swappiness", "60", "10", "10", "60"}},
	 .holds = "there", .writes = ""},
	{"a torn vector: the first field is new",
	 .values = {{"net/ipv4/tcp_rmem", "1 2 3", "4 5 6", NULL, "4\t2\t3", true}}, .holds = "goes",
	 .writes = "net/ipv4/tcp_rmem=1 2 3 "},
	{"a torn vector: one field is nobody's",
	 .values = {{"net/ipv4/tcp_rmem", "1 2 3", "4 5 6", NULL, "4\t7\t3", true}}, .holds = "moved", .writes = ""},
	{"a mixture of one that came to its end is another hand's",
	 .values = {{"net/ipv4/tcp_rmem", "1 2 3", "4 5 6", "4 5 6", "4\t2\t3", false}}, .holds = "moved",
	 .writes = ""},
	{"fewer fields were asked for", .values = {{"net/ipv4/tcp_rmem", "1 2 3", "4", NULL, "4\t2\t9", true}},
	 .holds = "moved", .writes = ""},
	{"anything is ours when nobody knows what came of it",
	 .values = {{"vm/overcommit_ratio", "50", NULL, NULL, "7"}}, .holds = "goes",
	 .writes = "vm/overcommit_ratio=50 "},
	{"of twins the one that was not 0",
	 .values = {{"vm/dirty_bytes", "0", "8192", "8192", "8192"}, {"vm/dirty_ratio", "20", "0", "0", "0"}},
	 .holds = "goes goes", .writes = "vm/dirty_ratio=20 "},
	{"of twins, the other way round",
	 .values = {{"vm/dirty_ratio", "0", "20", "20", "20"}, {"vm/dirty_bytes", "8192", "0", "0", "0"}},
	 .holds = "goes goes", .writes = "vm/dirty_bytes=8192 "},
	{"a twin that is back lets the other alone",
	 .values = {{"vm/dirty_bytes", "0", "8192", "8192", "0"}, {"vm/dirty_ratio", "20", "0", "0", "20"}},
	 .holds = "there there", .writes = ""},
	{"the ceiling goes down last",
	 .values = {{"net/ipv4/ipfrag_high_thresh", "100", "2000", "2000", "2000"},
		    {"net/ipv4/ipfrag_low_thresh", "10", "1000", "1000", "1000"}},
	 .holds = "goes goes", .writes = "net/ipv4/ipfrag_low_thresh=10 net/ipv4/ipfrag_high_thresh=100 "},
	{"each for itself",
	 .values = {{"vm/swappiness", "60", "10", "10", "45"},
		    {"net/core/somaxconn", "4096", "8192", "8192", "8192"},
		    {"kernel/modules_disabled", "0", "1", "1", "1"}},
	 .holds = "moved goes one_way", .writes = "net/core/somaxconn=4096 "},
};

static void take(struct unit *unit, const struct undo_value *from, struct undo_values *values)
{
	for (size_t i = 0; i < VALUES && from[i].path != NULL; i++)
		undo_add(&unit->arena, values, &from[i]);
}

static const char *writes_of(struct unit *unit, const struct undo_values *values)
{
	struct text text = {.arena = &unit->arena};
	struct plan plan = {0};

	undo_plan(&unit->arena, values, &plan);
	text_string(&text, "");
	for (size_t i = 0; i < plan.count; i++)
		text_format(&text, "%s=%s ", plan.items[i].path, plan.items[i].to);
	return text.bytes == NULL ? "" : text.bytes;
}

static void judges_each_value_and_plans_the_way_back(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct undo_values values = {0};
		struct text holds = {.arena = &unit->arena};

		take(unit, cases[i].values, &values);
		undo_judge(&values, cases[i].restarted, cases[i].force);
		for (size_t j = 0; j < values.count; j++)
			text_format(&holds, "%s%s", j > 0 ? " " : "", undo_hold_names[values.items[j].hold]);
		SAME_TEXT(unit, cases[i].name, holds.bytes, cases[i].holds);
		SAME_TEXT(unit, cases[i].name, writes_of(unit, &values), cases[i].writes);
	}
}

static void older_values_win_and_newer_ones_tell_what_is_ours(struct unit *unit)
{
	static const struct undo_value newer = {"vm/swappiness", "30", "20", "20", NULL},
				       older = {"vm/swappiness", "60", "30", "30", NULL};
	struct undo_values values = {0};

	undo_add(&unit->arena, &values, &newer);
	undo_add(&unit->arena, &values, &older);
	SAME_NUMBER(unit, "values", values.count, 1);
	SAME_TEXT(unit, "was", values.items[0].was, "60");
	SAME_TEXT(unit, "left", values.items[0].left, "20");
	values.items[0].now = "30";
	undo_judge(&values, false, false);
	SAME_TEXT(unit, "the older one's value is not ours any more", undo_hold_names[values.items[0].hold], "moved");
}

static void gives_up_what_is_still_off(struct unit *unit)
{
	static const struct undo_value from[VALUES] = {{"vm/swappiness", "60", "10", "10", "10"},
						       {"net/core/somaxconn", "4096", "8192", "8192", "8192"}};
	struct undo_values values = {0};

	take(unit, from, &values);
	undo_judge(&values, false, false);
	values.items[0].now = "60";
	HOLDS(unit, "one is off", !undo_give_up(&values));
	SAME_TEXT(unit, "the one that is back", undo_hold_names[values.items[0].hold], "goes");
	SAME_TEXT(unit, "the other one", undo_hold_names[values.items[1].hold], "refused");
	SAME_TEXT(unit, "nothing is tried again", writes_of(unit, &values), "");
	HOLDS(unit, "then there is none", undo_give_up(&values));
}

static void names_every_hold_in_words(struct unit *unit)
{
	for (unsigned i = 0; i < UNDO_HOLDS; i++) {
		HOLDS(unit, undo_hold_names[i], strchr(undo_hold_text(undo_hold_names[i]), ' ') != NULL);
		for (unsigned j = 0; j < i; j++)
			HOLDS(unit, undo_hold_names[i], strcmp(undo_hold_names[i], undo_hold_names[j]) != 0);
	}
	SAME_TEXT(unit, "a word of a later version", undo_hold_text("eaten"), "eaten");
}

static const struct CMUnitTest tests[] = {
	UNIT(judges_each_value_and_plans_the_way_back),
	UNIT(older_values_win_and_newer_ones_tell_what_is_ours),
	UNIT(gives_up_what_is_still_off),
	UNIT(names_every_hold_in_words),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
