/* proc_sys_read_all: the same as one read after the other, whatever the order of the keys. */
#include "system/proc_sys.h"

#include "unit.h"

static const struct requirement live_and_boot = {.value = "1", .manage_live = true, .manage_boot = true};
static const struct requirement boot_only = {.value = "1", .manage_boot = true};

static struct desired_item item(const char *path)
{
	return (struct desired_item){.path = path, .requirement = &live_and_boot, .state = DESIRED_WANTED};
}

static bool same(const struct observed_live *a, const struct observed_live *b)
{
	bool values = a->value == b->value || (a->value != NULL && b->value != NULL && strcmp(a->value, b->value) == 0);

	return values && a->state == b->state && a->number == b->number && a->gap == b->gap && a->module == b->module;
}

static void all_keys_are_read_as_each_alone(struct unit *unit)
{
	enum { INTERFACES = 40 };
	struct proc_sys proc_sys;
	struct error err;
	struct desired desired = {0};

	for (int i = 0; i < INTERFACES; i++)
		unit_write(unit, arena_printf(&unit->arena, "proc/sys/net/ipv4/conf/if%02d/rp_filter", i),
			   arena_printf(&unit->arena, "%d\n", i));
	unit_write(unit, "proc/sys/kernel/panic", "5\n");
	unit_write(unit, "proc/sys/net/core/somaxconn", "4096\n");
	unit_write(unit, "proc/sys/net/ipv4/tcp_fin_timeout", "60\n");
	*ARRAY_ADD(&unit->arena, &desired) = item("kernel/panic");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/core/nosuch");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/core/somaxconn");
	for (int i = 0; i < INTERFACES; i++) {
		*ARRAY_ADD(&unit->arena, &desired) =
			item(arena_printf(&unit->arena, "net/ipv4/conf/if%02d/log_martians", i));
		*ARRAY_ADD(&unit->arena, &desired) =
			item(arena_printf(&unit->arena, "net/ipv4/conf/if%02d/rp_filter", i));
	}
	*ARRAY_ADD(&unit->arena, &desired) = item("net/ipv4/conf/if99/rp_filter");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/ipv4/confused/if01/rp_filter");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/ipv4/tcp_fin_timeout");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/ipv6/conf/all/accept_ra");
	*ARRAY_ADD(&unit->arena, &desired) = item("net/ipv6/conf/default/accept_ra");
	*ARRAY_ADD(&unit->arena, &desired) = item("nosuch/a/b/c");
	*ARRAY_ADD(&unit->arena, &desired) = item("nosuch/a/d/c");
	if (!HOLDS(unit, "open", proc_sys_open(unit_tree(unit), &proc_sys, &err)))
		return;
	struct observed_live *live = arena_array(&unit->arena, desired.count, sizeof(*live));
	proc_sys_read_all(&unit->arena, &proc_sys, &desired, live);
	for (size_t i = 0; i < desired.count; i++) {
		struct observed_live alone;

		proc_sys_read(&unit->arena, &proc_sys, desired.items[i].path, &alone);
		HOLDS(unit, desired.items[i].path, same(&live[i], &alone));
	}
	SAME_TEXT(unit, "one of the interfaces", live[3 + 2 * 7 + 1].value, "7");
	fd_close(&proc_sys.fd);
}

static void only_what_is_wanted_live_is_read(struct unit *unit)
{
	struct desired_item items[] = {item("kernel/panic"), item("kernel/panic"), item("kernel/panic"),
				       item("net/ipv6/conf/*/accept_ra"), item("net/ipv4/conf/ppp*/rp_filter")};
	struct desired desired = {.items = items, .count = COUNT_OF(items)};
	struct observed_live live[COUNT_OF(items)];
	struct proc_sys proc_sys, none = {.fd = -1};
	struct error err;

	unit_write(unit, "proc/sys/kernel/panic", "5\n");
	unit_make_folder(unit, "proc/sys/net/ipv4/conf/lo");
	items[1].requirement = &boot_only;
	items[2].state = DESIRED_CONDITION_FALSE;
	items[3].state = items[4].state = DESIRED_NO_INSTANCE;
	if (!HOLDS(unit, "open", proc_sys_open(unit_tree(unit), &proc_sys, &err)))
		return;
	proc_sys_read_all(&unit->arena, &proc_sys, &desired, live);
	SAME_NUMBER(unit, "wanted", live[0].state, LIVE_READ);
	SAME_NUMBER(unit, "boot only", live[1].state, LIVE_UNASKED);
	SAME_NUMBER(unit, "condition false", live[2].state, LIVE_UNASKED);
	SAME_NUMBER(unit, "a wildcard of a missing stack", live[3].gap, GAP_FAMILY);
	HOLDS(unit, "a wildcard for nothing", live[4].gap != GAP_FAMILY);
	proc_sys_read_all(&unit->arena, &none, &desired, live);
	for (size_t i = 0; i < COUNT_OF(items); i++)
		SAME_NUMBER(unit, "no kernel", live[i].state, LIVE_UNASKED);
	fd_close(&proc_sys.fd);
}

static const struct CMUnitTest tests[] = {
	UNIT(all_keys_are_read_as_each_alone),
	UNIT(only_what_is_wanted_live_is_read),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
