#include "core/wanted.h"

#include "unit.h"

static const struct facts host = {.memory_bytes = 8ULL << 30, .cpus = 6};

static const struct {
	const char *name;
	struct requirement_scale scale;
	uint64_t memory_bytes;
	unsigned cpus;
	const char *value; /* NULL: cannot be told */
} scales[] = {
	{"a fraction of the memory", {.numerator = 1, .denominator = 16384}, 8ULL << 30, 6, "524288"},
	{"all of the memory", {.numerator = 1, .denominator = 1}, 8ULL << 30, 6, "8589934592"},
	{"processors", {.of_cpus = true, .numerator = 512, .denominator = 1}, 0, 6, "3072"},
	{"rounded down", {.of_cpus = true, .numerator = 2, .denominator = 5}, 0, 6, "2"},
	{"rounded down to nothing", {.of_cpus = true, .numerator = 1, .denominator = 7}, 0, 6, "0"},
	{"held up", {.numerator = 1, .denominator = 16384, .has_min = true, .min = 600000}, 8ULL << 30, 6, "600000"},
	{"held down", {.numerator = 1, .denominator = 16384, .has_max = true, .max = 65536}, 8ULL << 30, 6, "65536"},
	{"between",
	 {.numerator = 1, .denominator = 16384, .has_min = true, .has_max = true, .min = 65536, .max = 2097152},
	 8ULL << 30,
	 6,
	 "524288"},
	{"at the ends",
	 {.of_cpus = true, .numerator = 1, .denominator = 1, .has_min = true, .has_max = true, .min = 6, .max = 6},
	 0,
	 6,
	 "6"},
	{"a bound of zero is a bound", {.numerator = 1, .denominator = 1, .has_max = true, .max = 0}, 4096, 6, "0"},
	{"a bound that is not given is none", {.numerator = 1, .denominator = 1, .min = 99, .max = 1}, 4096, 6, "4096"},
	{"a negative bound", {.numerator = 1, .denominator = 1, .has_max = true, .max = -5}, 4096, 6, "-5"},
	{"memory is not known", {.numerator = 1, .denominator = 1, .has_min = true, .min = 5}, 0, 6, NULL},
	{"processors are not known", {.of_cpus = true, .numerator = 1, .denominator = 1}, 4096, 0, NULL},
#ifdef __SIZEOF_INT128__
	{"beyond 64 bits", {.numerator = 1ULL << 40, .denominator = 1}, 1ULL << 40, 6, "18446744073709551615"},
#endif
	{"beyond 64 bits, but held",
	 {.numerator = 1ULL << 40, .denominator = 1, .has_max = true, .max = INT64_MAX},
	 1ULL << 40,
	 6,
	 "9223372036854775807"},
	{"large over large", {.numerator = INT64_MAX, .denominator = INT64_MAX}, 1ULL << 50, 6, "1125899906842624"},
#ifdef __SIZEOF_INT128__
	{"the largest ratio and memory",
	 {.numerator = UINT64_MAX, .denominator = UINT64_MAX},
	 UINT64_MAX,
	 6,
	 "18446744073709551615"},
#endif
};

static void scales_with_the_size_of_the_host(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(scales); i++) {
		struct requirement requirement = {.kind = REQUIREMENT_SCALE, .scale = scales[i].scale};
		struct facts facts = {.memory_bytes = scales[i].memory_bytes, .cpus = scales[i].cpus};
		struct wanted wanted = {0};
		bool done = wanted_resolve(&unit->arena, &requirement, &facts, &wanted);

		HOLDS(unit, scales[i].name, done == (scales[i].value != NULL));
		HOLDS(unit, scales[i].name, wanted.kind == WANTED_VALUE);
		SAME_TEXT(unit, scales[i].name, done ? wanted.value : NULL, scales[i].value);
	}
}

static void resolves_every_kind_of_requirement(struct unit *unit)
{
	static const char *words[] = {"bbr", "cubic"};
	struct wanted wanted = {0};
	struct requirement value = {.kind = REQUIREMENT_VALUE, .value = "0x1e"};
	struct requirement bounds = {.kind = REQUIREMENT_BOUNDS, .min = "1", .max = "2"};
	struct requirement one_of = {.kind = REQUIREMENT_ONE_OF, .one_of = {words, 2, 2}};
	struct requirement unmanaged = {.kind = REQUIREMENT_UNMANAGED};

	HOLDS(unit, "value", wanted_resolve(&unit->arena, &value, &host, &wanted) && wanted.kind == WANTED_VALUE);
	SAME_TEXT(unit, "value, byte for byte", wanted.value, "0x1e");
	HOLDS(unit, "bounds", wanted_resolve(&unit->arena, &bounds, &host, &wanted) && wanted.kind == WANTED_BOUNDS);
	SAME_TEXT(unit, "bounds", wanted.min, "1");
	SAME_TEXT(unit, "bounds", wanted.max, "2");
	HOLDS(unit, "one of", wanted_resolve(&unit->arena, &one_of, &host, &wanted) && wanted.kind == WANTED_ONE_OF);
	SAME_NUMBER(unit, "one of", wanted.one_of.count, 2);
	HOLDS(unit, "unmanaged", !wanted_resolve(&unit->arena, &unmanaged, &host, &wanted));
}

static const char *algorithms[] = {"bbr", "cubic"}, *numbers[] = {"0x1e", "60"};
static const struct {
	const char *name, *path;
	struct wanted wanted;
	const char *value;
	bool satisfied;
} judged[] = {
	{"value", "net/ipv4/tcp_fin_timeout", {.value = "0x1e"}, "30", true},
	{"other value", "net/ipv4/tcp_fin_timeout", {.value = "0x1e"}, "31", false},
	{"value with a comment behind", "net/ipv4/tcp_fin_timeout", {.value = "31"}, "31 # text", true},
	{"least", "net/core/somaxconn", {.kind = WANTED_BOUNDS, .min = "4096"}, "65535", true},
	{"below", "net/core/somaxconn", {.kind = WANTED_BOUNDS, .min = "4096"}, "128", false},
	{"empty", "net/core/somaxconn", {.kind = WANTED_BOUNDS, .min = "0"}, "", false},
	{"the kernel takes the first of several",
	 "net/core/somaxconn",
	 {.kind = WANTED_BOUNDS, .min = "4096"},
	 "4096 1",
	 true},
	{"the first of several is what counts",
	 "net/core/somaxconn",
	 {.kind = WANTED_BOUNDS, .max = "100"},
	 "50 200",
	 true},
	{"vector", "net/ipv4/tcp_rmem", {.kind = WANTED_BOUNDS, .min = "4096"}, "4096\t131072\t6291456", true},
	{"a short vector sets one field of three",
	 "net/ipv4/tcp_rmem",
	 {.kind = WANTED_BOUNDS, .min = "4096"},
	 "8192",
	 false},
	{"more than the fields are ignored",
	 "net/ipv4/tcp_rmem",
	 {.kind = WANTED_BOUNDS, .min = "4096"},
	 "4096 8192 9000 1",
	 true},
	{"field by field",
	 "net/ipv4/tcp_rmem",
	 {.kind = WANTED_BOUNDS, .min = "4096 131072 4194304"},
	 "4096 131072 6291456",
	 true},
	{"one of",
	 "net/ipv4/tcp_congestion_control",
	 {.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}},
	 "cubic",
	 true},
	{"none of",
	 "net/ipv4/tcp_congestion_control",
	 {.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}},
	 "reno",
	 false},
	{"one of, by meaning",
	 "net/ipv4/tcp_fin_timeout",
	 {.kind = WANTED_ONE_OF, .one_of = {numbers, 2, 2}},
	 "30",
	 true},
	{"unknown key", "net/ipv4/nosuch", {.kind = WANTED_BOUNDS, .min = "1 2"}, "1\t2", true},
};

static void values_from_the_kernel_and_from_files_are_judged_by_meaning(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(judged); i++)
		HOLDS(unit, judged[i].name,
		      wanted_satisfied(catalogue_find(judged[i].path), &judged[i].wanted, judged[i].value) ==
			      judged[i].satisfied);
}

static const struct {
	const char *name;
	struct wanted wanted;
	const char *current, *target;
} targets[] = {
	{"value", {.value = "0x1e"}, "60", "0x1e"},
	{"value, nothing there", {.value = "0x1e"}, NULL, "0x1e"},
	{"first of the list", {.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}}, "reno", "bbr"},
	{"first of the list, nothing there", {.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}}, NULL, "bbr"},
	{"the least", {.kind = WANTED_BOUNDS, .min = "4096"}, "128", "4096"},
	{"the least, nothing there", {.kind = WANTED_BOUNDS, .min = "4096"}, NULL, "4096"},
	{"the most", {.kind = WANTED_BOUNDS, .max = "60"}, "61", "60"},
	{"the most, nothing there", {.kind = WANTED_BOUNDS, .max = "60"}, NULL, "60"},
	{"both, below", {.kind = WANTED_BOUNDS, .min = "30", .max = "60"}, "5", "30"},
	{"both, above", {.kind = WANTED_BOUNDS, .min = "30", .max = "60"}, "99", "60"},
	{"within", {.kind = WANTED_BOUNDS, .min = "30", .max = "60"}, "45", "45"},
	{"no number there", {.kind = WANTED_BOUNDS, .min = "30"}, "abc", "30"},
	{"empty there", {.kind = WANTED_BOUNDS, .max = "60"}, "", "60"},
	{"element by element", {.kind = WANTED_BOUNDS, .min = "8192"}, "4096\t131072\t6291456", "8192 131072 6291456"},
	{"element by element, both",
	 {.kind = WANTED_BOUNDS, .min = "8192 0 0", .max = "9000 9000 9000"},
	 "4096\t8999\t9001",
	 "8192 8999 9000"},
	{"fewer there than the bound has", {.kind = WANTED_BOUNDS, .min = "1 2 3"}, "5", "1 2 3"},
#ifdef __SIZEOF_INT128__
	{"large", {.kind = WANTED_BOUNDS, .min = "18446744073709551615"}, "-1", "18446744073709551615"},
#endif
};

static void moves_no_further_than_the_bound(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		const char *target = wanted_target(&unit->arena, NULL, &targets[i].wanted, targets[i].current);

		SAME_TEXT(unit, targets[i].name, target, targets[i].target);
		HOLDS(unit, targets[i].name, wanted_satisfied(NULL, &targets[i].wanted, target));
	}
}

static void says_what_is_wanted_in_words(struct unit *unit)
{
	static const struct {
		struct wanted wanted;
		const char *text;
	} cases[] = {
		{{.value = "30"}, "30"},
		{{.value = ""}, ""},
		{{.kind = WANTED_BOUNDS, .min = "4096"}, ">= 4096"},
		{{.kind = WANTED_BOUNDS, .max = "60"}, "<= 60"},
		{{.kind = WANTED_BOUNDS, .min = "30", .max = "60"}, "30..60"},
		{{.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}}, "bbr or cubic"},
		{{.kind = WANTED_ONE_OF, .one_of = {algorithms, 1, 2}}, "bbr"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].text, wanted_text(&unit->arena, &cases[i].wanted), cases[i].text);
}

static void tells_whether_two_ask_for_the_same(struct unit *unit)
{
	static const char *reversed[] = {"cubic", "bbr"}, *joined[] = {"bbr or cubic"};
	static const struct wanted all[] = {
		{.value = "30"},
		{.value = "31"},
		{.value = ""},
		{.value = "bbr or cubic"},
		{.kind = WANTED_BOUNDS, .min = "30"},
		{.kind = WANTED_BOUNDS, .max = "30"},
		{.kind = WANTED_BOUNDS, .min = "30", .max = "30"},
		{.kind = WANTED_ONE_OF, .one_of = {algorithms, 2, 2}},
		{.kind = WANTED_ONE_OF, .one_of = {algorithms, 1, 2}},
		{.kind = WANTED_ONE_OF, .one_of = {reversed, 2, 2}},
		{.kind = WANTED_ONE_OF, .one_of = {joined, 1, 1}},
	};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		for (size_t j = 0; j < COUNT_OF(all); j++)
			HOLDS(unit, arena_printf(&unit->arena, "%zu and %zu", i, j),
			      wanted_equal(&all[i], &all[j]) == (i == j));
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(resolves_every_kind_of_requirement),
	UNIT(values_from_the_kernel_and_from_files_are_judged_by_meaning),
	UNIT(moves_no_further_than_the_bound),
	UNIT(says_what_is_wanted_in_words),
	UNIT(tells_whether_two_ask_for_the_same),
	UNIT(scales_with_the_size_of_the_host), /* last: an overflow ends the program */
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
