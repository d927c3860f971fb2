#include "core/condition.h"

#include "unit.h"

static const struct {
	enum condition_subject subject;
	const char *text;
	bool good;
} texts[] = {
	{CONDITION_KERNEL, ">= 4.12", true},
	{CONDITION_KERNEL, ">= 4.12, < 6.14", true},
	{CONDITION_KERNEL, ">=4.12,<6.14", true},
	{CONDITION_KERNEL, "  >=  4.12  ,  <  6.14.2  ", true},
	{CONDITION_KERNEL, "= 6.1", true},
	{CONDITION_KERNEL, "== 6.1.0", true},
	{CONDITION_KERNEL, "<= 6.18.44", true},
	{CONDITION_KERNEL, "4.12", false},
	{CONDITION_KERNEL, "", false},
	{CONDITION_KERNEL, " ", false},
	{CONDITION_KERNEL, ">=", false},
	{CONDITION_KERNEL, ">= 4", false},
	{CONDITION_KERNEL, ">= 4.", false},
	{CONDITION_KERNEL, ">= .4", false},
	{CONDITION_KERNEL, ">= 4.12.", false},
	{CONDITION_KERNEL, ">= 4..12", false},
	{CONDITION_KERNEL, ">= 4.12.1.2", false},
	{CONDITION_KERNEL, ">= 4.12-rc1", false},
	{CONDITION_KERNEL, ">= 4.12 < 6.14", false},
	{CONDITION_KERNEL, ">= 4.12,", false},
	{CONDITION_KERNEL, ", >= 4.12", false},
	{CONDITION_KERNEL, ">= 4.12,, < 6.14", false},
	{CONDITION_KERNEL, "=> 4.12", false},
	{CONDITION_KERNEL, "> = 4.12", false},
	{CONDITION_KERNEL, "=< 4.12", false},
	{CONDITION_KERNEL, "<> 4.12", false},
	{CONDITION_KERNEL, "!= 4.12", false},
	{CONDITION_KERNEL, "~ 4.12", false},
	{CONDITION_KERNEL, ">= four", false},
	{CONDITION_KERNEL, ">= 4.12\n", false},
	{CONDITION_KERNEL, ">= -4.12", false},
	{CONDITION_KERNEL, ">= 4.99999999999999999999", false},
	{CONDITION_KERNEL, ">= 4.000000000000000000000000000000000000000000000000000000000012", false},
	{CONDITION_MEMORY, ">= 8 GiB", true},
	{CONDITION_MEMORY, ">= 8GiB", true},
	{CONDITION_MEMORY, "< 1024 KiB, > 5 B", true},
	{CONDITION_MEMORY, ">= 16777215 TiB", true},
	{CONDITION_MEMORY, ">= 16777216 TiB", false},
	{CONDITION_MEMORY, ">= 18446744073709551616 B", false},
	{CONDITION_MEMORY, ">= 8", false},
	{CONDITION_MEMORY, ">= GiB", false},
	{CONDITION_MEMORY, ">= 8 GB", false},
	{CONDITION_MEMORY, ">= 8 gib", false},
	{CONDITION_MEMORY, ">= 8 GiB x", false},
	{CONDITION_MEMORY, ">= 8 Gi", false},
	{CONDITION_MEMORY, ">= 8.5 GiB", false},
	{CONDITION_MEMORY, ">= -8 GiB", false},
	{CONDITION_MEMORY, ">= 0x8 GiB", false},
	{CONDITION_CPUS, ">= 4", true},
	{CONDITION_CPUS, "> 2, < 64", true},
	{CONDITION_CPUS, "4", false},
	{CONDITION_CPUS, ">= 4 cpus", false},
	{CONDITION_CPUS, ">= 4.5", false},
	{CONDITION_CPUS, ">= 99999999999999999999", false},
	{CONDITION_VIRTUALIZATION, "none", true},
	{CONDITION_VIRTUALIZATION, "vm", true},
	{CONDITION_VIRTUALIZATION, "container", true},
	{CONDITION_VIRTUALIZATION, "kvm", false},
	{CONDITION_VIRTUALIZATION, "*", false},
	{CONDITION_VIRTUALIZATION, "", false},
	{CONDITION_HOST, "web-*", true},
	{CONDITION_HOST, "", false},
	{CONDITION_OS, "", false},
	{CONDITION_ARCH, "", false},
	{CONDITION_MODULE, "", false},
	{CONDITION_INTERFACE, "wg*", true},
	{CONDITION_TAG, "", false},
};

static void refuses_tests_that_are_not_well_formed(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct error err = {.text = ""};
		const char *name =
			arena_printf(&unit->arena, "%s: %s", condition_names[texts[i].subject], texts[i].text);

		HOLDS(unit, name, condition_check(texts[i].subject, texts[i].text, &err) == texts[i].good);
		HOLDS(unit, name, (err.text[0] == '\0') == texts[i].good);
	}
}

static const char *modules[] = {"nf_conntrack", "br_netfilter"};
static const char *interfaces[] = {"lo", "eth0", "wg0", "eth0.100"};
static const char *tags[] = {"prod", "fra1"};
static const struct facts known = {
	.host_name = "web-07",
	.kernel = "6.14.3",
	.kernel_version = {.major = 6, .minor = 14, .patch = 3, .parts = 3},
	.memory_bytes = 8ULL << 30,
	.cpus = 4,
	.os_id = "debian",
	.arch = "x86_64",
	.virtualization = "vm",
	.modules = {modules, 2, 2},
	.interfaces = {interfaces, 4, 4},
	.tags = {tags, 2, 2},
};

static const struct {
	enum condition_subject subject;
	const char *text;
	bool holds;
} tried[] = {
	{CONDITION_KERNEL, ">= 6.14", true},
	{CONDITION_KERNEL, "<= 6.14", true}, /* 6.14.3 is a 6.14 */
	{CONDITION_KERNEL, "= 6.14", true},
	{CONDITION_KERNEL, "> 6.14", false},
	{CONDITION_KERNEL, "< 6.14", false},
	{CONDITION_KERNEL, ">= 4.12, < 6.14", false},
	{CONDITION_KERNEL, ">= 4.12, < 6.15", true},
	{CONDITION_KERNEL, "> 6.14.2", true},
	{CONDITION_KERNEL, "== 6.14.3", true},
	{CONDITION_KERNEL, "< 6.14.3", false},
	{CONDITION_KERNEL, "< 6.9", false},
	{CONDITION_KERNEL, ">= 10.0", false},
	{CONDITION_MEMORY, ">= 8 GiB", true},
	{CONDITION_MEMORY, "> 8 GiB", false},
	{CONDITION_MEMORY, "<= 8192 MiB", true},
	{CONDITION_MEMORY, "< 8589934592 B", false},
	{CONDITION_MEMORY, ">= 1 TiB", false},
	{CONDITION_CPUS, ">= 4", true},
	{CONDITION_CPUS, "> 2, < 4", false},
	{CONDITION_CPUS, "=4", true},
	{CONDITION_HOST, "web-*", true},
	{CONDITION_HOST, "web-0?", true},
	{CONDITION_HOST, "db-*", false},
	{CONDITION_HOST, "web", false},
	{CONDITION_OS, "debian", true},
	{CONDITION_OS, "deb*", true},
	{CONDITION_OS, "fedora", false},
	{CONDITION_ARCH, "x86_64", true},
	{CONDITION_ARCH, "aarch64", false},
	{CONDITION_VIRTUALIZATION, "vm", true},
	{CONDITION_VIRTUALIZATION, "none", false},
	{CONDITION_MODULE, "nf_conntrack", true},
	{CONDITION_MODULE, "nf_nat", false},
	{CONDITION_INTERFACE, "wg*", true},
	{CONDITION_INTERFACE, "eth0.*", true},
	{CONDITION_INTERFACE, "ppp*", false},
	{CONDITION_TAG, "prod", true},
	{CONDITION_TAG, "test", false},
};

static struct condition single(struct condition_entry *entry, enum condition_subject subject, const char **text)
{
	*entry = (struct condition_entry){.subject = subject, .items = text, .count = 1, .capacity = 1};
	return (struct condition){.items = entry, .count = 1, .capacity = 1};
}

static void holds_for_what_the_host_is(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(tried); i++) {
		const char *text = tried[i].text;
		struct condition_entry entry;
		struct condition condition = single(&entry, tried[i].subject, &text);
		const char *name = arena_printf(&unit->arena, "%s: %s", condition_names[tried[i].subject], text);

		HOLDS(unit, name, condition_holds(&condition, &known) == tried[i].holds);
	}
}

static void an_unknown_fact_makes_every_test_false(struct unit *unit)
{
	static const struct facts unknown = {.uptime_s = -1};
	static const struct {
		enum condition_subject subject;
		const char *text;
	} cases[] = {
		{CONDITION_KERNEL, ">= 0.0"}, {CONDITION_KERNEL, "< 99.0"},
		{CONDITION_MEMORY, ">= 0 B"}, {CONDITION_MEMORY, "< 1 TiB"},
		{CONDITION_CPUS, ">= 0"},     {CONDITION_CPUS, "< 1000"},
		{CONDITION_HOST, "*"},        {CONDITION_OS, "*"},
		{CONDITION_ARCH, "*"},        {CONDITION_VIRTUALIZATION, "none"},
		{CONDITION_MODULE, "*"},      {CONDITION_INTERFACE, "*"},
		{CONDITION_TAG, "*"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *text = cases[i].text;
		struct condition_entry entry;
		struct condition condition = single(&entry, cases[i].subject, &text);

		HOLDS(unit, condition_names[cases[i].subject], !condition_holds(&condition, &unknown));
	}
}

static void all_entries_must_hold_and_any_of_a_list(struct unit *unit)
{
	static const char *hosts[] = {"db-*", "web-*"}, *none[] = {"db-*", "mail-*"}, *kernels[] = {"< 4.0", ">= 6.0"};
	struct condition_entry entries[] = {
		{CONDITION_HOST, hosts, 2, 2}, {CONDITION_KERNEL, kernels, 2, 2}, {CONDITION_TAG, none, 2, 2}};
	struct condition condition = {entries, 0, 3};

	HOLDS(unit, "no entries: always", condition_holds(&condition, &known));
	condition.count = 1;
	HOLDS(unit, "the second of a list", condition_holds(&condition, &known));
	condition.count = 2;
	HOLDS(unit, "two entries", condition_holds(&condition, &known));
	condition.count = 3;
	HOLDS(unit, "one entry fails", !condition_holds(&condition, &known));
	HOLDS(unit, "in words", strstr(condition_text(&unit->arena, &condition), "host") != NULL);
	HAS_TEXT(unit, "in words", condition_text(&unit->arena, &condition), "db-* or web-*");
	HAS_TEXT(unit, "in words", condition_text(&unit->arena, &condition), "kernel < 4.0 or >= 6.0");
	condition.count = 0;
	SAME_TEXT(unit, "nothing in words", condition_text(&unit->arena, &condition), "");
}

static void asks_only_for_the_facts_that_it_needs(struct unit *unit)
{
	static const unsigned needs[CONDITION_SUBJECTS] = {
		[CONDITION_MEMORY] = FACTS_MEMORY,  [CONDITION_CPUS] = FACTS_CPUS,
		[CONDITION_OS] = FACTS_OS,          [CONDITION_VIRTUALIZATION] = FACTS_VIRTUALIZATION,
		[CONDITION_MODULE] = FACTS_MODULES, [CONDITION_INTERFACE] = FACTS_INTERFACES,
	};
	struct condition_entry entries[CONDITION_SUBJECTS] = {0};
	unsigned all = 0;

	for (unsigned i = 0; i < CONDITION_SUBJECTS; i++) {
		struct condition condition = {&entries[i], 1, 1};

		entries[i].subject = (enum condition_subject)i;
		HOLDS(unit, "a name", condition_names[i] != NULL);
		SAME_NUMBER(unit, condition_names[i], condition_needs(&condition), needs[i]);
		all |= needs[i];
	}
	struct condition condition = {entries, CONDITION_SUBJECTS, CONDITION_SUBJECTS};
	SAME_NUMBER(unit, "all", condition_needs(&condition), all);
}

static const struct CMUnitTest tests[] = {
	UNIT(refuses_tests_that_are_not_well_formed), UNIT(holds_for_what_the_host_is),
	UNIT(an_unknown_fact_makes_every_test_false), UNIT(all_entries_must_hold_and_any_of_a_list),
	UNIT(asks_only_for_the_facts_that_it_needs),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
