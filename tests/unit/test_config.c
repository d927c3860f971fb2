#include "core/config.h"

#include "unit.h"

static const char *web[] = {"high-churn-web"}, *database[] = {"database"}, *fallback[] = {"default"};
static const char *web_hosts[] = {"web-*"}, *large[] = {">= 64 GiB"};
static struct condition_entry on_web[] = {{CONDITION_HOST, web_hosts, 1, 1}},
			      on_large[] = {{CONDITION_MEMORY, large, 1, 1}};

static void the_first_rule_that_fits_decides(struct unit *unit)
{
	struct config_assignment rules[] = {
		{.when = {on_web, 1, 1}, .profiles = {web, 1, 1}},
		{.when = {on_large, 1, 1}, .profiles = {database, 1, 1}},
		{.profiles = {fallback, 1, 1}},
	};
	static const struct {
		const char *name, *host;
		uint64_t memory_bytes;
		size_t rules;
		const char *profile; /* NULL: none */
	} cases[] = {
		{"first", "web-1", 1ULL << 40, 3, "high-churn-web"},
		{"second", "db-1", 1ULL << 40, 3, "database"},
		{"without a condition", "db-1", 1, 3, "default"},
		{"an unknown fact fits no rule", "db-1", 0, 2, "plain"},
		{"no rule fits", "db-1", 1, 1, "plain"},
		{"no rules", "web-1", 1, 0, "plain"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *plain[] = {"plain"};
		struct config config = {.profiles = {plain, 1, 1}, .assign = {rules, cases[i].rules, 3}};
		struct facts facts = {.host_name = cases[i].host, .memory_bytes = cases[i].memory_bytes};
		const struct text_list *found = config_profiles(&config, &facts);

		if (SAME_NUMBER(unit, cases[i].name, found->count, 1))
			SAME_TEXT(unit, cases[i].name, found->items[0], cases[i].profile);
	}
	struct config empty = {0};
	SAME_NUMBER(unit, "nothing at all", config_profiles(&empty, &(struct facts){0})->count, 0);
	struct config config = {.assign = {rules, 3, 3}};
	SAME_NUMBER(unit, "needs", config_needs(&config), FACTS_MEMORY);
	SAME_NUMBER(unit, "needs nothing", config_needs(&empty), 0);
}

static const struct {
	const char *name, *path, *today, *until; /* of the waiver that is found; NULL: none */
} waived[] = {
	{"before the last day", "net/ipv4/tcp_fin_timeout", "2026-12-30", "2026-12-31"},
	{"the last day", "net/ipv4/tcp_fin_timeout", "2026-12-31", "2026-12-31"},
	{"the day after", "net/ipv4/tcp_fin_timeout", "2027-01-01", "2026-12-31"},
	{"another key", "net/ipv4/tcp_rmem", "2026-01-01", NULL},
	{"the beginning of a key", "net/ipv4/tcp_fin", "2026-01-01", NULL},
	{"two, the second still holds", "net/core/somaxconn", "2026-06-01", "2026-07-01"},
	{"two, the first holds to its last day", "vm/swappiness", "2026-07-01", "2026-07-01"},
	{"two, both are over", "net/core/somaxconn", "2026-08-01", NULL},
	{"by the other name of the storage", "net/ipv4/ip_forward", "2026-01-01", "2026-02-02"},
	{"a wildcard", "net/ipv4/conf/veth3/rp_filter", "2026-01-01", "2026-03-03"},
	{"a wildcard that misses", "net/ipv4/conf/eth0/rp_filter", "2026-01-01", NULL},
	{"a wildcard of all instances", "net/ipv6/conf/all/accept_ra", "2026-01-01", "2026-04-04"},
};

static void waivers_hold_to_the_end_of_their_last_day(struct unit *unit)
{
	struct config_waiver waivers[] = {
		{.key = {"net/ipv4/tcp_fin_timeout", false}, .until = "2026-12-31"},
		{.key = {"net/core/somaxconn", false}, .until = "2026-05-01"},
		{.key = {"net/core/somaxconn", false}, .until = "2026-07-01"},
		{.key = {"vm/swappiness", false}, .until = "2026-07-01"},
		{.key = {"vm/swappiness", false}, .until = "2026-05-01"},
		{.key = {"net/ipv4/conf/all/forwarding", false}, .until = "2026-02-02"},
		{.key = {"net/ipv4/conf/veth*/rp_filter", true}, .until = "2026-03-03"},
		{.key = {"net/ipv6/conf/*/accept_ra", true}, .until = "2026-04-04"},
	};
	struct config config = {.waivers = {waivers, COUNT_OF(waivers), COUNT_OF(waivers)}};

	for (size_t i = 0; i < COUNT_OF(waived); i++) {
		const struct config_waiver *found = config_waiver(&config, waived[i].path, waived[i].today);

		if (strcmp(waived[i].name, "two, both are over") == 0)
			HOLDS(unit, waived[i].name, found == &waivers[1] || found == &waivers[2]);
		else
			SAME_TEXT(unit, waived[i].name, found != NULL ? found->until : NULL, waived[i].until);
	}
	struct config_waiver forwarding[] = {{.key = {"net/ipv4/conf/*/forwarding", true}, .until = "2026-05-05"}};
	struct config other = {.waivers = {forwarding, 1, 1}};
	HOLDS(unit, "a wildcard reaches conf.all.forwarding, which is ip_forward",
	      config_waiver(&other, "net/ipv4/ip_forward", "2026-01-01") != NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(the_first_rule_that_fits_decides),
	UNIT(waivers_hold_to_the_end_of_their_last_day),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
