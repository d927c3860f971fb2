#include "core/advice.h"
#include "core/catalogue.h"
#include "core/key.h"
#include "core/value.h"
#include "unit.h"

/* A row's path with a real interface in it. */
static const char *concrete(struct unit *unit, const struct catalogue_row *row)
{
	const char *gap = strstr(row->key, "<if>");

	if (gap == NULL)
		return row->key;
	return arena_printf(&unit->arena, "%.*seth0%s", (int)(gap - row->key), row->key, gap + strlen("<if>"));
}

static const struct catalogue_row *row_named(const char *key)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		if (strcmp(catalogue_rows[i].key, key) == 0)
			return &catalogue_rows[i];
	}
	return NULL;
}

static void rows_are_sorted_by_key_without_doubles(struct unit *unit)
{
	HOLDS(unit, "rows", catalogue_row_count > 100);
	for (size_t i = 1; i < catalogue_row_count; i++)
		HOLDS(unit, catalogue_rows[i].key, strcmp(catalogue_rows[i - 1].key, catalogue_rows[i].key) < 0);
}

static void every_row_is_found_by_a_name_that_a_profile_may_use(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		const char *path = concrete(unit, row), *name = key_name(&unit->arena, path);
		struct key key = {0};
		struct error err = {.text = ""};

		HOLDS(unit, row->key, key_parse(&unit->arena, name, strlen(name), &key, &err));
		SAME_TEXT(unit, row->key, key.path, path);
		HOLDS(unit, row->key, catalogue_find(path) == row);
	}
}

static bool said(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static void every_row_has_help_and_a_source(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		HOLDS(unit, row->key,
		      said(catalogue_text(row)->help) &&
			      catalogue_text(row)->help[strlen(catalogue_text(row)->help) - 1] == '.');
		HOLDS(unit, row->key, said(catalogue_text(row)->source));
		HOLDS(unit, row->key, catalogue_text(row)->note[0] == '\0' || said(catalogue_text(row)->note));
		HOLDS(unit, row->key,
		      catalogue_text(row)->initial_note[0] == '\0' || said(catalogue_text(row)->initial_note));
		HOLDS(unit, row->key, row->unit[0] == '\0' || said(row->unit));
	}
}

static void every_hazard_has_a_note_and_no_other_row_has(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		bool limited = row->hazardous.min.kind != BOUND_ABSENT || row->hazardous.max.kind != BOUND_ABSENT;

		HOLDS(unit, row->key, (row->hazard != HAZARD_NONE) == said(catalogue_text(row)->hazard_note));
		HOLDS(unit, row->key, row->hazard != HAZARD_NONE || !limited);
	}
}

static void only_vectors_have_fields(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		HOLDS(unit, row->key, row->class == VALUE_VECTOR || row->arity == 0);
		HOLDS(unit, row->key, row->arity != 1 && row->arity <= VALUE_FIELDS);
		bool numbers = row->class == VALUE_INTEGER || row->class == VALUE_VECTOR ||
			       row->class == VALUE_RANGE_SET;
		bool limited = row->kernel.min.kind != BOUND_ABSENT || row->kernel.max.kind != BOUND_ABSENT ||
			       row->sane.min.kind != BOUND_ABSENT || row->sane.max.kind != BOUND_ABSENT;
		HOLDS(unit, row->key, numbers || !limited);
	}
}

/* Seconds that the kernel keeps as ticks: at 100 Hz, the widest. */
static int64_t limit(const struct catalogue_bound *bound, int64_t absent)
{
	switch (bound->kind) {
	case BOUND_ABSENT:
		return absent;
	case BOUND_NUMBER:
		return bound->number;
	case BOUND_SECONDS_IN_TICKS:
		return bound->number * 21474836;
	}
	return absent;
}

static void ranges_are_not_empty_and_lie_within_each_other(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		int64_t least = limit(&row->kernel.min, INT64_MIN), most = limit(&row->kernel.max, INT64_MAX);
		const struct catalogue_range *inner[] = {&row->sane, &row->hazardous};

		HOLDS(unit, row->key, least <= most);
		for (size_t j = 0; j < COUNT_OF(inner); j++) {
			int64_t low = limit(&inner[j]->min, least), high = limit(&inner[j]->max, most);

			HOLDS(unit, row->key, low <= high);
			HOLDS(unit, row->key, low >= least && high <= most);
		}
		for (int side = 0; side < 2; side++) {
			const struct catalogue_bound *bound = side == 0 ? &row->kernel.min : &row->kernel.max;

			HOLDS(unit, row->key,
			      bound->kind != BOUND_SECONDS_IN_TICKS || bound->number == 1 || bound->number == -1);
		}
	}
}

static void check_alias(struct unit *unit, const struct catalogue_row *row)
{
	const struct catalogue_row *real = row_named(row->alias);

	if (!PRESENT(unit, row->key, real))
		return;
	HOLDS(unit, row->key, real != row && real->alias[0] == '\0');
	HOLDS(unit, row->key, real->class == row->class && real->arity == row->arity);
	HOLDS(unit, row->key, real->scope == row->scope && real->order == row->order);
	SAME_TEXT(unit, row->key, catalogue_text(real)->resets, catalogue_text(row)->resets);
	SAME_TEXT(unit, row->key, catalogue_other_name(row->alias), row->key);
}

static void check_twin(struct unit *unit, const struct catalogue_row *row)
{
	const struct catalogue_row *twin = row_named(row->twin);

	if (!PRESENT(unit, row->key, twin))
		return;
	HOLDS(unit, row->key, twin != row);
	SAME_TEXT(unit, row->key, twin->twin, row->key);
}

static void check_ceiling(struct unit *unit, const struct catalogue_row *row)
{
	const struct catalogue_row *ceiling = row_named(row->ceiling);

	if (!PRESENT(unit, row->key, ceiling))
		return;
	HOLDS(unit, row->key, ceiling != row);
	HOLDS(unit, row->key, row->ceiling_element < (ceiling->arity > 0 ? ceiling->arity : 1));
}

static void other_keys_that_a_row_names_exist(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (row->alias[0] != '\0')
			check_alias(unit, row);
		if (row->twin[0] != '\0')
			check_twin(unit, row);
		if (row->ceiling[0] != '\0')
			check_ceiling(unit, row);
		if (row->other_name[0] != '\0' && PRESENT(unit, row->key, row_named(row->other_name)))
			SAME_TEXT(unit, row->key, row_named(row->other_name)->alias, row->key);
		if (row->finer[0] != '\0' && PRESENT(unit, row->key, row_named(row->finer)))
			HOLDS(unit, row->key, row_named(row->finer)->finer[0] == '\0');
		const char *related = catalogue_text(row)->related, *resets = catalogue_text(row)->resets;
		char path[KEY_LONGEST];
		while (catalogue_next(&related, path))
			HOLDS(unit, row->key, row_named(path) != NULL && row_named(path) != row);
		HOLDS(unit, row->key, related[0] == '\0');
		HOLDS(unit, row->key, row->ceiling[0] != '\0' || row->ceiling_element == 0);
		bool inverted;
		while (catalogue_next_reset(&resets, path, &inverted)) {
			HOLDS(unit, path, catalogue_find(path) != NULL);
			HOLDS(unit, path, strcmp(path, row->key) != 0);
		}
	}
}

static void versions_are_in_order_and_modules_agree_with_their_folder(struct unit *unit)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		const struct catalogue_family *family = catalogue_family_of(row->key, FAMILY_MODULE);

		if (row->removed.major > 0 && row->since.major > 0)
			HOLDS(unit, row->key,
			      row->removed.major * 256 + row->removed.minor >
				      row->since.major * 256 + row->since.minor);
		HOLDS(unit, row->key, row->since.major <= 7 && row->removed.major <= 7);
		if (family != NULL && row->module[0] != '\0')
			SAME_TEXT(unit, row->key, row->module, family->module);
	}
	for (size_t i = 0; i < catalogue_family_count; i++) {
		const struct catalogue_family *family = &catalogue_families[i];

		HOLDS(unit, family->prefix,
		      family->prefix[0] != '/' && family->prefix[strlen(family->prefix) - 1] != '/');
		HOLDS(unit, family->prefix, (family->kind == FAMILY_MODULE) == said(family->module));
		HOLDS(unit, family->prefix, family->kind == FAMILY_INSTANCES || !family->ordered);
	}
}

/* kernel-facts.md 4.4: what must not be set without a word. */
static const struct {
	const char *path;
	enum catalogue_hazard hazard;
	enum catalogue_access access;
} dangers[] = {
	{"vm/drop_caches", HAZARD_NONE, ACCESS_ACTION},
	{"vm/compact_memory", HAZARD_NONE, ACCESS_ACTION},
	{"vm/stat_refresh", HAZARD_NONE, ACCESS_ACTION},
	{"net/ipv4/route/flush", HAZARD_NONE, ACCESS_ACTION},
	{"net/ipv6/route/flush", HAZARD_NONE, ACCESS_ACTION},
	{"kernel/modules_disabled", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"kernel/kexec_load_disabled", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"kernel/unprivileged_bpf_disabled", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"kernel/yama/ptrace_scope", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"net/netfilter/nf_hooks_lwtunnel", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"kernel/tainted", HAZARD_ONE_WAY, ACCESS_READ_WRITE},
	{"kernel/core_pattern", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"kernel/modprobe", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"kernel/hotplug", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"kernel/poweroff_cmd", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"kernel/usermodehelper/bset", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"kernel/usermodehelper/inheritable", HAZARD_CODE_EXECUTION, ACCESS_READ_WRITE},
	{"net/ipv4/tcp_tw_recycle", HAZARD_BREAKS_CLIENTS, ACCESS_READ_WRITE},
	{"net/ipv4/tcp_fastopen_key", HAZARD_SECRET, ACCESS_READ_WRITE},
	{"net/ipv6/conf/eth0/stable_secret", HAZARD_SECRET, ACCESS_READ_WRITE},
};

static void what_the_documents_call_dangerous_is_marked(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(dangers); i++) {
		const struct catalogue_row *row = catalogue_find(dangers[i].path);

		if (!PRESENT(unit, dangers[i].path, row))
			continue;
		SAME_NUMBER(unit, dangers[i].path, row->hazard, dangers[i].hazard);
		SAME_NUMBER(unit, dangers[i].path, row->access, dangers[i].access);
	}
}

/* kernel-facts.md 3: what is coupled. */
static void what_the_documents_call_coupled_is_marked(struct unit *unit)
{
	static const struct {
		const char *path, *twin, *ceiling, *alias;
	} cases[] = {
		{"vm/dirty_ratio", "vm/dirty_bytes", "", ""},
		{"vm/dirty_background_bytes", "vm/dirty_background_ratio", "", ""},
		{"vm/overcommit_ratio", "vm/overcommit_kbytes", "", ""},
		{"net/ipv4/ip_unprivileged_port_start", "", "net/ipv4/ip_local_port_range", ""},
		{"net/ipv4/ipfrag_low_thresh", "", "net/ipv4/ipfrag_high_thresh", ""},
		{"net/ipv4/tcp_reordering", "", "net/ipv4/tcp_max_reordering", ""},
		{"net/ipv4/conf/all/forwarding", "", "", "net/ipv4/ip_forward"},
		{"net/nf_conntrack_max", "", "", "net/netfilter/nf_conntrack_max"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct catalogue_row *row = catalogue_find(cases[i].path);

		if (!PRESENT(unit, cases[i].path, row))
			continue;
		SAME_TEXT(unit, cases[i].path, row->twin, cases[i].twin);
		SAME_TEXT(unit, cases[i].path, row->ceiling, cases[i].ceiling);
		SAME_TEXT(unit, cases[i].path, row->alias, cases[i].alias);
	}
	const struct catalogue_row *recycle = row_named("net/ipv4/tcp_tw_recycle");
	const struct catalogue_row *ratio = row_named("vm/overcommit_ratio"), *mode = row_named("vm/overcommit_memory");
	const struct catalogue_row *buckets = row_named("net/netfilter/nf_conntrack_buckets");
	const struct catalogue_row *most = row_named("net/netfilter/nf_conntrack_max");
	if (PRESENT(unit, "tcp_tw_recycle", recycle))
		HOLDS(unit, "tcp_tw_recycle", recycle->removed.major == 4 && recycle->removed.minor == 12);
	if (PRESENT(unit, "ratio", ratio) && PRESENT(unit, "mode", mode))
		HOLDS(unit, "the ratio before the mode", ratio->order < mode->order);
	if (PRESENT(unit, "buckets", buckets) && PRESENT(unit, "most", most))
		HOLDS(unit, "buckets before max", buckets->order < most->order);
}

static void advice_and_owners_name_keys_of_the_table(struct unit *unit)
{
	for (size_t i = 0; i < advice_row_count; i++) {
		const struct advice *advice = &advice_rows[i];

		HOLDS(unit, advice->key, catalogue_find(advice->key) != NULL);
		HOLDS(unit, advice->key, (advice->other != NULL) == (advice->test != ADVICE_ALWAYS));
		HOLDS(unit, advice->key, advice->other == NULL || catalogue_find(advice->other) != NULL);
		HOLDS(unit, advice->key, said(advice->text) && said(advice->remedy));
	}
	for (size_t i = 0; i < advice_owner_count; i++) {
		for (size_t j = 0; advice_owners[i].keys[j] != NULL; j++)
			HOLDS(unit, advice_owners[i].name, catalogue_find(advice_owners[i].keys[j]) != NULL);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(rows_are_sorted_by_key_without_doubles),
	UNIT(every_row_is_found_by_a_name_that_a_profile_may_use),
	UNIT(every_row_has_help_and_a_source),
	UNIT(every_hazard_has_a_note_and_no_other_row_has),
	UNIT(only_vectors_have_fields),
	UNIT(ranges_are_not_empty_and_lie_within_each_other),
	UNIT(other_keys_that_a_row_names_exist),
	UNIT(versions_are_in_order_and_modules_agree_with_their_folder),
	UNIT(what_the_documents_call_dangerous_is_marked),
	UNIT(what_the_documents_call_coupled_is_marked),
	UNIT(advice_and_owners_name_keys_of_the_table),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
