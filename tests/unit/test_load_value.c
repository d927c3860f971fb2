#include "load/load_value.h"

#include "base/text.h"
#include "unit.h"

static const struct yaml_node *node_of(struct unit *unit, const char *text, struct findings *findings)
{
	const char *bytes = arena_printf(&unit->arena, "v: %s\n", text);
	const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", bytes, strlen(bytes), findings);

	return PRESENT(unit, text, root) && root->map.count == 1 ? root->map.items[0].value : NULL;
}

static const struct {
	const char *name, *path, *text;
	const char *value; /* NULL: refused */
	const char *words; /* of the refusal */
} values[] = {
	{"number", "net/ipv4/tcp_fin_timeout", "30", "30", NULL},
	{"verbatim hexadecimal", "net/ipv4/tcp_fin_timeout", "0x1e", "0x1e", NULL},
	{"verbatim octal", "net/ipv4/tcp_fin_timeout", "036", "036", NULL},
	{"quoted", "net/ipv4/tcp_fin_timeout", "'30'", "30", NULL},
	{"octal that is none", "net/ipv4/tcp_fin_timeout", "08", NULL, "octal"},
	{"negative", "kernel/panic", "-1", "-1", NULL},
	{"a comment is no part", "net/ipv4/tcp_fin_timeout", "30 # seconds", "30", NULL},
	{"a comment in quotes", "net/ipv4/tcp_fin_timeout", "'30 # seconds'", NULL, "wants"},
	{"boolean", "net/ipv4/tcp_syncookies", "true", NULL, "true; write 1"},
	{"boolean, false", "net/ipv4/tcp_syncookies", "False", NULL, "False; write 0"},
	{"yes", "net/ipv4/tcp_syncookies", "yes", NULL, "1 and 0"},
	{"quoted boolean", "net/ipv4/tcp_syncookies", "'true'", NULL, "wants"},
	{"null", "net/ipv4/tcp_syncookies", "~", NULL, "''"},
	{"nothing", "net/ipv4/tcp_syncookies", "", NULL, "''"},
	{"fraction", "net/ipv4/tcp_fin_timeout", "30.5", NULL, "'30.5'"},
	{"fraction of zero", "net/ipv4/tcp_fin_timeout", "30.0", NULL, "'30.0'"},
	{"exponent", "net/ipv4/tcp_fin_timeout", "3e1", NULL, "'3e1'"},
	{"infinite", "net/ipv4/tcp_fin_timeout", ".inf", NULL, "'.inf'"},
	{"underscores", "net/ipv4/tcp_fin_timeout", "1_000", NULL, "'1_000'"},
	{"unit", "net/ipv4/tcp_fin_timeout", "30s", NULL, "'30s'"},
	{"YAML's octal", "net/ipv4/tcp_fin_timeout", "0o36", NULL, "'0o36'"},
	{"map", "net/ipv4/tcp_fin_timeout", "{a: b}", NULL, "a map"},
	{"over 64 bits, unknown key", "kernel/nosuch", "18446744073709551616", NULL, "64 bits"},
	{"under 64 bits, unknown key", "kernel/nosuch", "-9223372036854775809", NULL, "64 bits"},
#ifdef __SIZEOF_INT128__
	{"most of 64 bits", "kernel/nosuch", "18446744073709551615", "18446744073709551615", NULL},
#endif
	{"many digits as text", "kernel/nosuch", "'18446744073709551616'", "18446744073709551616", NULL},
	{"outside the kernel's range", "net/ipv4/ip_local_port_range", "[1, 70000]", NULL, "70000"},
	{"vector", "net/ipv4/tcp_rmem", "[4096, 131072, 6291456]", "4096 131072 6291456", NULL},
	{"vector as text, byte for byte", "net/ipv4/tcp_rmem", "\"4096\\t131072  6291456\"", "4096\t131072  6291456",
	 NULL},
	{"vector of texts", "net/ipv4/tcp_rmem", "['4096', '0x20000', '6291456']", "4096 0x20000 6291456", NULL},
	{"vector, too short", "net/ipv4/tcp_rmem", "[4096, 131072]", NULL, "wants 3 numbers, found 2"},
	{"vector, too long", "net/ipv4/tcp_rmem", "[1, 2, 3, 4]", NULL, "wants 3 numbers, found 4"},
	{"vector, one alone", "net/ipv4/tcp_rmem", "8192", NULL, "wants 3 numbers, found 1"},
	{"vector, a word", "net/ipv4/tcp_rmem", "[4096, lots, 6291456]", NULL, "'lots'"},
	{"vector, a boolean", "net/ipv4/tcp_rmem", "[4096, 131072, true]", NULL, "true"},
	{"vector, a null", "net/ipv4/tcp_rmem", "[4096, ~, 1]", NULL, "''"},
	{"vector, nested", "net/ipv4/tcp_rmem", "[[4096, 1, 1]]", NULL, "a list"},
	{"vector, empty", "net/ipv4/tcp_rmem", "[]", NULL, "empty"},
	{"list for one", "net/ipv4/tcp_fin_timeout", "[30, 31]", NULL, "found 2"},
	{"list of one for one", "net/ipv4/tcp_fin_timeout", "[30]", "30", NULL},
	{"set", "net/ipv4/ip_local_reserved_ports", "[8080, 9000-9010]", "8080,9000-9010", NULL},
	{"set as text", "net/ipv4/ip_local_reserved_ports", "'8080,9000-9010'", "8080,9000-9010", NULL},
	{"set, one", "net/ipv4/ip_local_reserved_ports", "8080", "8080", NULL},
	{"set, emptied", "net/ipv4/ip_local_reserved_ports", "''", "", NULL},
	{"set, out of range", "net/ipv4/ip_local_reserved_ports", "[8080, 70000]", NULL, "65535"},
	{"string", "net/ipv4/tcp_congestion_control", "bbr", "bbr", NULL},
	{"list of words", "net/ipv4/tcp_allowed_congestion_control", "[reno, cubic]", "reno cubic", NULL},
	{"empty string", "kernel/modprobe", "\"\"", "", NULL},
	{"tab inside", "kernel/core_pattern", "\"core\\t%e\"", "core\t%e", NULL},
	{"line break", "kernel/core_pattern", "\"a\\nkernel.modprobe = /x\"", NULL, "line break"},
	{"line break at the end", "kernel/core_pattern", "\"a\\n\"", NULL, "line break"},
	{"carriage return", "kernel/core_pattern", "\"a\\rb\"", NULL, "line break"},
	{"NUL", "kernel/core_pattern", "\"a\\0b\"", NULL, "0x00"},
	{"escape", "kernel/core_pattern", "\"a\\eb\"", NULL, "0x1b"},
	{"delete", "kernel/core_pattern", "\"a\\x7f\"", NULL, "0x7f"},
	{"vertical tab", "kernel/core_pattern", "\"\\va\"", NULL, "0x0b"},
	{"line break in a list", "net/ipv4/tcp_rmem", "[\"4096\\n\", 1, 1]", NULL, "line break"},
	{"hash and equals sign in a text", "kernel/core_pattern", "\"a # b = c\"", "a # b = c", NULL},
	{"letters beyond ASCII", "kernel/core_pattern", "\"\xc3\xbc\"", "\xc3\xbc", NULL},
};

static void values_become_the_text_that_is_written(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct fields_reader reader = {.arena = &unit->arena, .findings = &findings};
		const struct yaml_node *node = node_of(unit, values[i].text, &findings);

		if (node == NULL)
			continue;
		struct load_target target = {
			.row = catalogue_find(values[i].path), .name = "a.key", .what = "the value of a.key"};
		SAME_TEXT(unit, values[i].name, load_value(&reader, &target, node), values[i].value);
		if (!SAME_NUMBER(unit, values[i].name, findings.errors, values[i].value == NULL) || findings.count == 0)
			continue;
		HAS_TEXT(unit, values[i].name, findings.items[0].text, values[i].words);
		HAS_TEXT(unit, values[i].name, findings.items[0].text, "a.key");
		HOLDS(unit, values[i].name, findings.items[0].source.line == 1 && findings.items[0].source.column >= 3);
	}
}

static const struct {
	const char *name, *path, *text;
	const char *bound, *words;
} bounds[] = {
	{"number", "net/core/somaxconn", "4096", "4096", NULL},
	{"hexadecimal", "net/core/somaxconn", "0x1000", "0x1000", NULL},
	{"zero", "net/core/somaxconn", "0", "0", NULL},
	{"negative", "kernel/panic", "-1", "-1", NULL},
	{"one for each field", "net/ipv4/tcp_rmem", "[4096, 131072, 6291456]", "4096 131072 6291456", NULL},
	{"as text", "net/ipv4/tcp_rmem", "'4096 131072 6291456'", "4096 131072 6291456", NULL},
	{"too few", "net/ipv4/tcp_rmem", "[4096, 131072]", NULL, "wants 3 numbers"},
	{"two for one", "net/core/somaxconn", "[1, 2]", NULL, "found 2"},
	{"outside the kernel's range", "net/core/somaxconn", "-1", NULL, "-1"},
	{"one for all fields, outside the kernel's range", "net/ipv4/ip_local_port_range", "70000", NULL, "70000"},
	{"word", "net/core/somaxconn", "many", NULL, "'many'"},
	{"empty", "net/core/somaxconn", "''", NULL, "number"},
	{"octal that is none", "net/core/somaxconn", "08", NULL, "'08'"},
	{"boolean", "net/core/somaxconn", "true", NULL, "true"},
	{"null", "net/core/somaxconn", "~", NULL, "''"},
	{"map", "net/core/somaxconn", "{a: b}", NULL, "a map"},
	{"list of words", "net/ipv4/tcp_rmem", "[a, b, c]", NULL, ""},
	{"empty list", "net/ipv4/tcp_rmem", "[]", NULL, "empty"},
	{"of a string", "net/ipv4/tcp_congestion_control", "5", NULL, "no number"},
	{"of a set", "net/ipv4/ip_local_reserved_ports", "5", NULL, "no number"},
	{"unknown key", "kernel/nosuch", "5", "5", NULL},
	{"unknown key, word", "kernel/nosuch", "five", NULL, "'five'"},
	{"over 64 bits", "kernel/nosuch", "18446744073709551616", NULL, "64 bits"},
};

static void bounds_are_numbers_in_the_kernels_range(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct fields_reader reader = {.arena = &unit->arena, .findings = &findings};
		const struct yaml_node *node = node_of(unit, bounds[i].text, &findings);

		if (node == NULL)
			continue;
		struct load_target target = {
			.row = catalogue_find(bounds[i].path), .name = "a.key", .what = "the min of a.key"};
		const char *bound = load_bound(&reader, &target, node);
		HOLDS(unit, bounds[i].name, (bound == NULL) == (bounds[i].bound == NULL));
		if (bound != NULL && bounds[i].bound != NULL)
			HAS_TEXT(unit, bounds[i].name, bound, bounds[i].bound);
		if (HOLDS(unit, bounds[i].name, (findings.errors > 0) == (bounds[i].bound == NULL)) &&
		    findings.count > 0)
			HAS_TEXT(unit, bounds[i].name, findings.items[0].text, bounds[i].words);
	}
}

static const struct {
	const char *text;
	bool good, of_cpus;
	uint64_t numerator, denominator;
} scales[] = {
	{"{of: memory, ratio: 1/16384, min: 65536, max: 2097152}", true, false, 1, 16384},
	{"{of: cpus, ratio: 512}", true, true, 512, 1},
	{"{of: cpus, ratio: '3/2'}", true, true, 3, 2},
	{"{of: memory, ratio: 1/9223372036854775807}", true, false, 1, INT64_MAX},
	{"{of: memory, ratio: 1, min: -5, max: -5}", true, false, 1, 1},
	{"{of: memory}", false, false, 0, 0},
	{"{ratio: 1}", false, false, 0, 0},
	{"{}", false, false, 0, 0},
	{"5", false, false, 0, 0},
	{"[1]", false, false, 0, 0},
	{"{of: disk, ratio: 1}", false, false, 0, 0},
	{"{of: memory, ratio: 0}", false, false, 0, 0},
	{"{of: memory, ratio: 0/5}", false, false, 0, 0},
	{"{of: memory, ratio: 1/0}", false, false, 0, 0},
	{"{of: memory, ratio: 1/}", false, false, 0, 0},
	{"{of: memory, ratio: /2}", false, false, 0, 0},
	{"{of: memory, ratio: 1/2/3}", false, false, 0, 0},
	{"{of: memory, ratio: 1 / 2}", false, false, 0, 0},
	{"{of: memory, ratio: 0.5}", false, false, 0, 0},
	{"{of: memory, ratio: -1}", false, false, 0, 0},
	{"{of: memory, ratio: 1/-2}", false, false, 0, 0},
	{"{of: memory, ratio: 01/2}", false, false, 0, 0},
	{"{of: memory, ratio: 1/99999999999999999999}", false, false, 0, 0},
	{"{of: memory, ratio: 99999999999999999999}", false, false, 0, 0},
	{"{of: memory, ratio: \"1\\0\"}", false, false, 0, 0},
	{"{of: memory, ratio: [1]}", false, false, 0, 0},
	{"{of: memory, ratio: 1, min: 5, max: 4}", false, false, 0, 0},
	{"{of: memory, ratio: 1, min: many}", false, false, 0, 0},
	{"{of: memory, ratio: 1, min: 9223372036854775808}", false, false, 0, 0},
	{"{of: memory, ratio: 1, least: 4}", false, false, 0, 0},
};

static void scales_are_a_positive_ratio_of_something(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(scales); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct fields_reader reader = {.arena = &unit->arena, .findings = &findings};
		struct requirement_scale scale = {.numerator = 4711};
		const struct yaml_node *node = node_of(unit, scales[i].text, &findings);

		if (node == NULL)
			continue;
		HOLDS(unit, scales[i].text, load_scale(&reader, node, &scale) == scales[i].good);
		HOLDS(unit, scales[i].text, (findings.errors == 0) == scales[i].good);
		HOLDS(unit, scales[i].text, scale.numerator == (scales[i].good ? scales[i].numerator : 4711));
		if (scales[i].good)
			HOLDS(unit, scales[i].text,
			      scale.of_cpus == scales[i].of_cpus && scale.denominator == scales[i].denominator);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(values_become_the_text_that_is_written),
	UNIT(bounds_are_numbers_in_the_kernels_range),
	UNIT(scales_are_a_positive_ratio_of_something),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
