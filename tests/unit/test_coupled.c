#include "change/coupled.h"

#include "base/fd.h"
#include "base/text.h"
#include "unit.h"

#define CONF "net/ipv4/conf/"

/* found: "path=from>asked" of each coupled key, in the order of the table; "?" where it is not known what the kernel makes of it. */
static const struct {
	const char *name, *path, *to;
	const char *also; /* another key of the plan, NULL: none */
	const char *found;
} cases[] = {
	{"nothing moves along", "vm/swappiness", "10", NULL, ""},
	{"a key that nobody knows", "vendor/some/key", "1", NULL, ""},
	{"the twin", "vm/dirty_bytes", "8192", NULL, "vm/dirty_ratio=20>0 "},
	{"the twin, the other way round", "vm/dirty_ratio", "10", NULL, "vm/dirty_bytes=0>0 "},
	{"a twin that is written too", "vm/dirty_bytes", "8192", "vm/dirty_ratio", ""},
	{"a twin that is not there", "vm/overcommit_ratio", "10", NULL, ""},
	{"what follows default", CONF "default/rp_filter", "2", NULL,
	 CONF "eth0/rp_filter=0>2 " CONF "lo/rp_filter=1>2 "},
	{"nothing follows an interface", CONF "eth0/rp_filter", "2", NULL, ""},
	{"what forwarding sets", "net/ipv4/ip_forward", "1", NULL,
	 CONF "default/forwarding=0>1 " CONF "eth0/forwarding=0>1 " CONF "all/accept_redirects=1>0 "},
	{"and the other way round", "net/ipv4/ip_forward", "0", NULL,
	 CONF "default/forwarding=0>0 " CONF "eth0/forwarding=0>0 " CONF "all/accept_redirects=1>1 "},
};

static void plant(struct unit *unit)
{
	static const char *const values[][2] = {
		{"vm/swappiness", "60"},
		{"vm/dirty_bytes", "0"},
		{"vm/dirty_ratio", "20"},
		{"vm/overcommit_ratio", "50"},
		{"net/ipv4/ip_forward", "0"},
		{CONF "all/rp_filter", "0"},
		{CONF "default/rp_filter", "0"},
		{CONF "eth0/rp_filter", "0"},
		{CONF "lo/rp_filter", "1"},
		{CONF "all/forwarding", "0"},
		{CONF "default/forwarding", "0"},
		{CONF "eth0/forwarding", "0"},
		{CONF "all/accept_redirects", "1"},
		{CONF "eth0/accept_redirects", "1"},
	};

	for (size_t i = 0; i < COUNT_OF(values); i++)
		unit_write(unit, arena_printf(&unit->arena, "proc/sys/%s", values[i][0]),
			   arena_printf(&unit->arena, "%s\n", values[i][1]));
}

static void finds_what_the_kernel_moves_along(struct unit *unit)
{
	struct proc_sys proc_sys;
	struct error err = {0};

	plant(unit);
	if (!HOLDS(unit, "open", proc_sys_open(unit_tree(unit), &proc_sys, &err)))
		return;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text text = {.arena = &unit->arena};
		struct plan plan = {0};
		struct entry entry = {.plan = &plan};

		*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = cases[i].path, .to = cases[i].to};
		if (cases[i].also != NULL)
			*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){.path = cases[i].also, .to = "1"};
		*ARRAY_ADD(&unit->arena, &plan) = (struct plan_step){
			.kind = PLAN_WRITE_DROP_IN, .path = CONF "default/rp_filter", .file = "x", .to = "1"};
		HOLDS(unit, cases[i].name, coupled_find(&unit->arena, &proc_sys, &entry, 0, &err));
		text_string(&text, "");
		for (size_t j = 0; j < entry.coupled.count; j++) {
			const struct entry_coupled *item = &entry.coupled.items[j];

			text_format(&text, "%s=%s>%s ", item->path, item->from,
				    item->asked != NULL ? item->asked : "?");
			SAME_TEXT(unit, cases[i].name, item->by, cases[i].path);
			SAME_TEXT(unit, cases[i].name, item->found, NULL);
		}
		SAME_TEXT(unit, cases[i].name, text.bytes == NULL ? "" : text.bytes, cases[i].found);
		size_t count = entry.coupled.count;
		HOLDS(unit, cases[i].name, coupled_find(&unit->arena, &proc_sys, &entry, 0, &err));
		SAME_NUMBER(unit, "each once", entry.coupled.count, count);
	}
	fd_close(&proc_sys.fd);
}

static void looks_at_what_came_of_it(struct unit *unit)
{
	struct plan plan = {0};
	struct entry entry = {.plan = &plan};
	struct proc_sys proc_sys;
	struct error err;

	plant(unit);
	if (!HOLDS(unit, "open", proc_sys_open(unit_tree(unit), &proc_sys, &err)))
		return;
	*ARRAY_ADD(&unit->arena, &plan) =
		(struct plan_step){.path = "vm/dirty_bytes", .to = "8192", .result = PLAN_CHANGED};
	*ARRAY_ADD(&unit->arena, &plan) =
		(struct plan_step){.path = "vm/swappiness", .to = "999", .result = PLAN_REFUSED, .found = "then"};
	HOLDS(unit, "find", coupled_find(&unit->arena, &proc_sys, &entry, 0, &err));
	unit_write(unit, "proc/sys/vm/dirty_ratio", "0\n");
	unit_write(unit, "proc/sys/vm/dirty_bytes", "8192\n");
	coupled_look(&unit->arena, &proc_sys, &entry);
	SAME_TEXT(unit, "coupled: from", entry.coupled.items[0].from, "20");
	SAME_TEXT(unit, "coupled: found", entry.coupled.items[0].found, "0");
	SAME_TEXT(unit, "the step", plan.items[0].found, "8192");
	SAME_TEXT(unit, "a refused one keeps what was seen", plan.items[1].found, "then");
	fd_close(&proc_sys.fd);
}

static const struct CMUnitTest tests[] = {
	UNIT(finds_what_the_kernel_moves_along),
	UNIT(looks_at_what_came_of_it),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
