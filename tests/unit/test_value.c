#include "core/value.h"

#include "unit.h"

static const struct catalogue_row integer = {.key = "a/integer", .class = VALUE_INTEGER};
static const struct catalogue_row triple = {.key = "a/vector", .class = VALUE_VECTOR, .arity = 3};
static const struct catalogue_row ports = {.key = "a/set", .class = VALUE_RANGE_SET};
static const struct catalogue_row mask = {.key = "a/mask", .class = VALUE_MASK};
static const struct catalogue_row string = {.key = "a/string", .class = VALUE_STRING};

/* semantics.md 2; what is marked so was measured on Linux 6.18.44. */
static const struct {
	const char *name;
	const struct catalogue_row *row;
	const char *written, *shown;
	bool equal;
} pairs[] = {
	{"integer", &integer, "30", "30", true},
	{"integer, other", &integer, "30", "31", false},
	{"integer, hexadecimal", &integer, "0x1e", "30", true},
	{"integer, octal", &integer, "036", "30", true},
	{"integer, octal is not decimal", &integer, "010", "10", false},
	{"integer, 08 is none", &integer, "08", "8", false},
	{"integer, text after a blank", &integer, "31 # text", "31", true},
	{"integer, text without a blank", &integer, "31# text", "31", false},
	{"integer, blanks at both ends", &integer, " \t30\n", "30", true},
	{"integer, second number", &integer, "30 31", "30", true},
	{"integer, plus", &integer, "+28", "28", false},
	{"integer, exponent", &integer, "1e1", "10", false},
	{"integer, letters", &integer, "29abc", "29", false},
	{"integer, quoted", &integer, "\"30\"", "30", false},
	{"integer, empty", &integer, "", "0", false},
	{"integer, blank", &integer, " ", "0", false},
	{"integer, negative", &integer, "-1", "-1\n", true},
	{"integer, minus one is not the most", &integer, "-1", "18446744073709551615", false},
	{"integer, minus one is not 32 bits of ones", &integer, "-1", "4294967295", false},
	{"integer, too many digits", &integer, "36893488147419103262", "30", false},
#ifdef __SIZEOF_INT128__
	{"integer, most", &integer, "0xffffffffffffffff", "18446744073709551615", true},
#endif
	{"vector, tabs", &triple, "4096 131072 6291456", "4096\t131072\t6291456", true},
	{"vector, many blanks", &triple, "  4096 \t 131072   6291456\t", "4096\t131072\t6291456", true},
	{"vector, notations", &triple, "0x1000 0400000 6291456", "4096\t131072\t6291456", true},
	{"vector, too short", &triple, "4096 131072", "4096\t131072\t6291456", false},
	{"vector, one of three", &triple, "4096", "4096\t131072\t6291456", false},
	{"vector, more are ignored", &triple, "4096 131072 6291456 9", "4096\t131072\t6291456", true},
	{"vector, text behind", &triple, "4096 131072 6291456 # x", "4096\t131072\t6291456", true},
	{"vector, text within", &triple, "4096 x 6291456", "4096\t131072\t6291456", false},
	{"vector, the last differs", &triple, "4096 131072 1", "4096\t131072\t6291456", false},
	{"vector, other order", &triple, "131072 4096 6291456", "4096\t131072\t6291456", false},
	{"vector, both too short", &triple, "4096 131072", "4096\t131072", false},
	{"vector, empty", &triple, "", "4096\t131072\t6291456", false},
	{"set, other order", &ports, "3,1,2", "1-3", true},
	{"set, ranges that touch", &ports, "1-2,3-4", "1-4", true},
	{"set, ranges that overlap", &ports, "1-3,2-4,2", "1-4", true},
	{"set, twice the same", &ports, "8080,8080", "8080", true},
	{"set, comma at the end (measured)", &ports, "8080,", "8080", true},
	{"set, one more", &ports, "1-4", "1-3", false},
	{"set, one less", &ports, "1,3", "1-3", false},
	{"set, empty", &ports, "", "\n", true},
	{"set, empty and not", &ports, "", "1", false},
	{"set, range of one", &ports, "7-7", "7", true},
	{"set, all", &ports, "0-65535", "0-32767,32768-65535", true},
	{"set, octal (measured)", &ports, "0100", "64", true},
	{"set, octal is not decimal (measured)", &ports, "0100", "100", false},
	{"set, hexadecimal (measured)", &ports, "0x10-0x12", "16-18", true},
	{"set, beyond the last", &ports, "65536", "0", false},
	{"set, wraps", &ports, "4294967297", "1", false},
	{"set, blanks between", &ports, "1, 2", "1-2", false},
	{"set, empty part", &ports, "7,,8", "7-8", false},
	{"set, backwards", &ports, "3-1", "1-3", false},
	{"set, backwards is not nothing", &ports, "3-1", "\n", false},
	{"set, text", &ports, "http", "80", false},
	{"mask, groups", &mask, "3", "00000000,00000003", true},
	{"mask, capitals", &mask, "FF", "ff", true},
	{"mask, leading zeros", &mask, "0000f", "f", true},
	{"mask, other", &mask, "3", "4", false},
	{"mask, zero", &mask, "0", "00000000,00000000", true},
	{"mask, a group is 32 bits", &mask, "1,0", "00000001,00000000", true},
	{"mask, a comma is not nothing", &mask, "1,0", "10", false},
	{"mask, no digits", &mask, "g", "0", false},
	{"string", &string, "cubic", "cubic", true},
	{"string, blank in front", &string, " reno", "reno", false},
	{"string, blank behind", &string, "reno ", "reno", false},
	{"string, tab inside", &string, "a\tb", "a b", false},
	{"string, two blanks", &string, "a  b", "a b", false},
	{"string, case", &string, "BBR", "bbr", false},
	{"string, numbers are text", &string, "010", "8", false},
	{"string, empty", &string, "", "", true},
	{"unknown, blanks", NULL, "1 2", "1\t2", true},
	{"unknown, notations", NULL, "0x1e 036", "30 30", true},
	{"unknown, words", NULL, " a  b ", "a b", true},
	{"unknown, other word", NULL, "on", "1", false},
	{"unknown, 08 is text", NULL, "08", "8", false},
	{"unknown, one more", NULL, "1 2", "1", false},
	{"unknown, empty and blank", NULL, "", " \t", true},
	{"unknown, empty and zero", NULL, "", "0", false},
	{"unknown, beginning of a word", NULL, "ab", "abc", false},
	{"unknown, minus zero", NULL, "-0", "0", true},
};

static void compares_by_meaning(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		HOLDS(unit, pairs[i].name,
		      value_equal(pairs[i].row, pairs[i].written, pairs[i].shown) == pairs[i].equal);
		/* Either may come from a file, /proc or a profile. */
		HOLDS(unit, pairs[i].name,
		      value_equal(pairs[i].row, pairs[i].shown, pairs[i].written) == pairs[i].equal);
	}
}

/* n times "1 ", without the last blank. */
static const char *ones(struct unit *unit, size_t count)
{
	char *text = arena_alloc(&unit->arena, count * 2 + 1);

	for (size_t i = 0; i < count; i++)
		memcpy(text + 2 * i, "1 ", 2);
	if (count > 0)
		text[2 * count - 1] = '\0';
	return text;
}

static const struct {
	const char *name, *text;
	bool whole, good;
	size_t count;
	long long last;
} lists[] = {
	{"one", "5", true, true, 1, 5},
	{"three", "1 2\t-3", true, true, 3, -3},
	{"blanks around", " \t\n\v\f\r1 \n", true, true, 1, 1},
	{"text behind, whole", "1 # x", true, false, 0, 0},
	{"text behind", "1 # x 2", false, true, 1, 1},
	{"text first", "# 1", false, false, 0, 0},
	{"octal that is none, whole", "1 08", true, false, 0, 0},
	{"empty", "", true, false, 0, 0},
	{"blank", " \t ", false, false, 0, 0},
	{"commas", "1,2", true, false, 0, 0},
};

static void reads_lists_of_numbers(struct unit *unit)
{
	number numbers[VALUE_FIELDS];
	size_t count;

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		count = 0;
		bool good = value_numbers(lists[i].text, lists[i].whole, numbers, &count);

		if (HOLDS(unit, lists[i].name, good == lists[i].good) && good &&
		    SAME_NUMBER(unit, lists[i].name, count, lists[i].count))
			HOLDS(unit, lists[i].name, numbers[count - 1] == lists[i].last);
	}
	HOLDS(unit, "as many as fit",
	      value_numbers(ones(unit, VALUE_FIELDS), true, numbers, &count) && count == VALUE_FIELDS);
	HOLDS(unit, "one too many", !value_numbers(ones(unit, VALUE_FIELDS + 1), true, numbers, &count));
	HOLDS(unit, "one too many, not whole", !value_numbers(ones(unit, VALUE_FIELDS + 1), false, numbers, &count));
	HOLDS(unit, "very many", !value_numbers(ones(unit, 30000), false, numbers, &count));
}

static void takes_single_fields(struct unit *unit)
{
	static const struct {
		const char *text;
		size_t index;
		bool good;
		long long wanted;
	} cases[] = {
		{"30", 0, true, 30},
		{"30", 1, false, 0},
		{"1024\t65535", 0, true, 1024},
		{"1024\t65535", 1, true, 65535},
		{"1024\t65535", 2, false, 0},
		{"", 0, false, 0},
		{"x", 0, false, 0},
		{"1 x", 1, false, 0},
		{"1 2", SIZE_MAX, false, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		number found = 4711;
		bool good = value_element(cases[i].text, cases[i].index, &found);

		HOLDS(unit, cases[i].text, good == cases[i].good && found == (good ? cases[i].wanted : 4711));
	}
}

static const struct {
	const char *name, *text, *min, *max;
	bool within;
} bounds[] = {
	{"at the least", "4096", "4096", NULL, true},
	{"above the least", "65535", "4096", NULL, true},
	{"below the least", "4095", "4096", NULL, false},
	{"at the most", "60", NULL, "60", true},
	{"above the most", "61", NULL, "60", false},
	{"between", "45", "30", "60", true},
	{"no bounds", "45", NULL, NULL, true},
	{"notations", "0x1000", "4096", "010000", true},
	{"negative", "-1", "0", NULL, false},
	{"minus one is not large", "-1", NULL, "0", true},
#ifdef __SIZEOF_INT128__
	{"the most of 64 bits", "18446744073709551615", "9223372036854775807", NULL, true},
#endif
	{"each field against one", "4096\t131072\t6291456", "4096", NULL, true},
	{"one field below", "4096\t1\t6291456", "4096", NULL, false},
	{"field by field", "4096 131072 6291456", "4096 131072 6291456", "8192 131072 9000000", true},
	{"field by field, last below", "4096 131072 6291455", "4096 131072 6291456", NULL, false},
	{"field by field, first above", "8193 131072 6291456", NULL, "8192 131072 9000000", false},
	{"fewer fields than the bound", "4096 131072", "4096 131072 6291456", NULL, false},
	{"more fields than the bound", "1 2 3", "1 1", NULL, false},
	{"not numbers", "bbr", "1", NULL, false},
	{"empty", "", "0", NULL, false},
	{"text behind", "31 # text", "30", NULL, true},
	{"a bound that is none", "31", "x", NULL, false},
	{"an empty bound", "31", "", NULL, false},
};

static void holds_values_to_bounds(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bounds); i++)
		HOLDS(unit, bounds[i].name,
		      value_within(NULL, bounds[i].text, bounds[i].min, bounds[i].max) == bounds[i].within);
}

static void long_values_are_compared_whole(struct unit *unit)
{
	enum { LONG = 30000 };
	char *one = arena_alloc(&unit->arena, LONG + 2), *two = arena_alloc(&unit->arena, LONG + 2);

	memset(one, 'f', LONG);
	memset(two, 'f', LONG);
	one[LONG - 1] = 'e';
	HOLDS(unit, "a word", !value_equal(NULL, one, two));
	HOLDS(unit, "a mask", !value_equal(&mask, one, two));
	memset(one, '0', LONG);
	memcpy(one + LONG - 1, "7", 2);
	HOLDS(unit, "zeros", value_equal(NULL, one, "7"));
	struct error err;
	one[LONG - 1] = '8';
	HOLDS(unit, "an octal eight", !value_check(&integer, one, NULL, &err));
	HOLDS(unit, "the message is bounded", strlen(err.text) < 300);
}

static const struct CMUnitTest tests[] = {
	UNIT(compares_by_meaning),    UNIT(reads_lists_of_numbers),         UNIT(takes_single_fields),
	UNIT(holds_values_to_bounds), UNIT(long_values_are_compared_whole),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
