#include "core/catalogue.h"

#include "unit.h"

static const struct {
	const char *name, *path, *row; /* NULL: nothing is known */
} finds[] = {
	{"a plain key", "net/ipv4/tcp_fin_timeout", "net/ipv4/tcp_fin_timeout"},
	{"an interface", "net/ipv4/conf/eth0/rp_filter", "net/ipv4/conf/<if>/rp_filter"},
	{"an interface with a dot", "net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/<if>/rp_filter"},
	{"all", "net/ipv4/conf/all/rp_filter", "net/ipv4/conf/<if>/rp_filter"},
	{"all, with a row of its own", "net/ipv4/conf/all/forwarding", "net/ipv4/conf/all/forwarding"},
	{"default of a key where all has its own", "net/ipv4/conf/default/forwarding", "net/ipv4/conf/<if>/forwarding"},
	{"a wildcard", "net/ipv4/conf/*/rp_filter", "net/ipv4/conf/<if>/rp_filter"},
	{"the pattern itself", "net/ipv4/conf/<if>/rp_filter", "net/ipv4/conf/<if>/rp_filter"},
	{"the first row", "fs/aio-max-nr", "fs/aio-max-nr"},
	{"the last row", "vm/swappiness", "vm/swappiness"},
	{"unknown", "net/ipv4/nosuch", NULL},
	{"unknown of an interface", "net/ipv4/conf/eth0/nosuch", NULL},
	{"a folder", "net/ipv4", NULL},
	{"the instances' folder", "net/ipv4/conf", NULL},
	{"an instance's folder", "net/ipv4/conf/eth0", NULL},
	{"dotted", "net.ipv4.tcp_fin_timeout", NULL},
	{"empty", "", NULL},
	{"longer than a known one", "net/ipv4/tcp_fin_timeout/x", NULL},
	{"the beginning of a known one", "net/ipv4/tcp_fin_timeou", NULL},
	{"deeper below an interface", "net/ipv4/conf/eth0/x/rp_filter", NULL},
	{"beside the family", "net/ipv4/confx/eth0/rp_filter", NULL},
};

static void finds_rows_whatever_the_interface_is_called(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(finds); i++) {
		const struct catalogue_row *row = catalogue_find(finds[i].path);

		SAME_TEXT(unit, finds[i].name, row != NULL ? row->key : NULL, finds[i].row);
	}
	for (size_t length = 400; length < 5000; length += 37) {
		const char *instance = arena_printf(&unit->arena, "%0*d", (int)length, 0);
		const char *path = arena_printf(&unit->arena, "net/ipv4/conf/%s/rp_filter", instance);
		const struct catalogue_row *row = catalogue_find(path);

		HOLDS(unit, "a very long interface",
		      row == NULL || strcmp(row->key, "net/ipv4/conf/<if>/rp_filter") == 0);
	}
}

static const struct {
	const char *name, *path;
	int kind;
	const char *prefix;
} families[] = {
	{"module", "net/netfilter/nf_conntrack_max", FAMILY_MODULE, "net/netfilter"},
	{"module's folder", "net/netfilter", FAMILY_MODULE, "net/netfilter"},
	{"beside a module", "net/netfilterx/y", FAMILY_MODULE, NULL},
	{"stack", "net/ipv6/conf/eth0/accept_ra", FAMILY_STACK, "net/ipv6"},
	{"instances in a stack", "net/ipv6/conf/eth0/accept_ra", FAMILY_INSTANCES, "net/ipv6/conf"},
	{"unknown key of a stack", "net/ipv6/nosuch", FAMILY_STACK, "net/ipv6"},
	{"neighbours", "net/ipv4/neigh/eth0/gc_stale_time", FAMILY_INSTANCES, "net/ipv4/neigh"},
	{"IPv4 is always there", "net/ipv4/tcp_rmem", FAMILY_STACK, NULL},
	{"bridge", "net/bridge/bridge-nf-call-iptables", FAMILY_MODULE, "net/bridge"},
	{"none", "kernel/panic", FAMILY_MODULE, NULL},
	{"empty", "", FAMILY_STACK, NULL},
	{"above a family", "net", FAMILY_STACK, NULL},
};

static void tells_which_part_of_the_kernel_a_key_lies_in(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		const struct catalogue_family *family = catalogue_family_of(families[i].path, families[i].kind);

		SAME_TEXT(unit, families[i].name, family != NULL ? family->prefix : NULL, families[i].prefix);
	}
}

static void two_names_of_one_storage_are_one_key(struct unit *unit)
{
	static const struct {
		const char *name, *path, *canonical, *other;
	} cases[] = {
		{"forwarding", "net/ipv4/conf/all/forwarding", "net/ipv4/ip_forward", NULL},
		{"ip_forward", "net/ipv4/ip_forward", "net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding"},
		{"conntrack", "net/nf_conntrack_max", "net/netfilter/nf_conntrack_max", NULL},
		{"conntrack, canonical", "net/netfilter/nf_conntrack_max", "net/netfilter/nf_conntrack_max",
		 "net/nf_conntrack_max"},
		{"another interface", "net/ipv4/conf/eth0/forwarding", "net/ipv4/conf/eth0/forwarding", NULL},
		{"a wildcard has none", "net/ipv4/conf/*/forwarding", "net/ipv4/conf/*/forwarding", NULL},
		{"IPv6 has no such alias", "net/ipv6/conf/all/forwarding", "net/ipv6/conf/all/forwarding", NULL},
		{"unknown", "net/nosuch", "net/nosuch", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SAME_TEXT(unit, cases[i].name, catalogue_canonical(cases[i].path), cases[i].canonical);
		SAME_TEXT(unit, cases[i].name, catalogue_other_name(cases[i].path), cases[i].other);
	}
}

static void suggests_the_nearest_known_key(struct unit *unit)
{
	static const struct {
		const char *path, *nearest;
	} cases[] = {
		{"net/ipv4/tcp_fin_timout", "net.ipv4.tcp_fin_timeout"},
		{"net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout"},
		{"net/core/somaxcon", "net.core.somaxconn"},
		{"net/ipv4/conf/eth0/rp_fliter", "net.ipv4.conf.eth0.rp_filter"},
		{"net/ipv4/conf/eth0.100/rp_fliter", "net.ipv4.conf.eth0/100.rp_filter"},
		{"net/ipv4/conf/*/rp_fliter", "net.ipv4.conf.*.rp_filter"},
		{"vm/swapiness", "vm.swappiness"},
		{"zzzz/qqqqqqqqqqqqqqqqqqqqqqqqqq", NULL},
		{"a/b", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].path, catalogue_nearest(&unit->arena, cases[i].path), cases[i].nearest);
	const char *huge = arena_printf(&unit->arena, "net/ipv4/conf/%05000d/rp_fliter", 0);
	HOLDS(unit, "a very long interface",
	      catalogue_nearest(&unit->arena, huge) == NULL ||
		      strstr(catalogue_nearest(&unit->arena, huge), "rp_filter") != NULL);
}

static void patterns_name_every_instance(struct unit *unit)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/eth0/forwarding", true},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/eth0.100/forwarding", true},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/all/forwarding", true},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/eth0/forwarding2", false},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/a/b/forwarding", false},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv6/conf/eth0/forwarding", false},
		{"net/ipv4/conf/<if>/forwarding", "net/ipv4/conf/", false},
		{"net/ipv4/conf/<if>/forwarding", "", false},
		{"net/ipv4/ip_forward", "net/ipv4/ip_forward", true},
		{"net/ipv4/ip_forward", "net/ipv4/ip_forward2", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		HOLDS(unit, cases[i].path,
		      catalogue_pattern_matches(cases[i].pattern, cases[i].path) == cases[i].matches);
}

static const struct CMUnitTest tests[] = {
	UNIT(finds_rows_whatever_the_interface_is_called),
	UNIT(tells_which_part_of_the_kernel_a_key_lies_in),
	UNIT(two_names_of_one_storage_are_one_key),
	UNIT(suggests_the_nearest_known_key),
	UNIT(patterns_name_every_instance),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
