#include "base/number.h"

#include "unit.h"

/* In hex, so that no row is checked by the code under test. */
#define LARGE(low) ((number)(uint64_t)(low))

static const struct {
	const char *name, *text;
	size_t length; /* 0: as long as the text */
	bool good;
	bool negative;
	uint64_t magnitude;
} reads[] = {
	{"zero", "0", 0, true, false, 0},
	{"decimal", "30", 0, true, false, 30},
	{"hexadecimal", "0x1e", 0, true, false, 30},
	{"hexadecimal in capitals", "0X1E", 0, true, false, 30},
	{"octal", "036", 0, true, false, 30},
	{"octal 10 is 8", "010", 0, true, false, 8},
	{"two zeros", "00", 0, true, false, 0},
	{"octal after many zeros", "0000000000000000000000000000017", 0, true, false, 15},
	{"negative", "-1", 0, true, true, 1},
	{"negative zero", "-0", 0, true, false, 0},
	{"negative hexadecimal", "-0x10", 0, true, true, 16},
	{"negative octal", "-010", 0, true, true, 8},
	{"least of 64 bits", "-9223372036854775808", 0, true, true, 0x8000000000000000},
	{"below the least", "-9223372036854775809", 0, false, false, 0},
	{"least in hexadecimal", "-0x8000000000000000", 0, true, true, 0x8000000000000000},
	{"below the least in hexadecimal", "-0x8000000000000001", 0, false, false, 0},
	{"most of signed", "9223372036854775807", 0, true, false, 0x7fffffffffffffff},
#ifdef __SIZEOF_INT128__
	{"most of unsigned", "18446744073709551615", 0, true, false, UINT64_MAX},
#endif
	{"above the most", "18446744073709551616", 0, false, false, 0},
#ifdef __SIZEOF_INT128__
	{"most in hexadecimal", "0xffffffffffffffff", 0, true, false, UINT64_MAX},
#endif
	{"above the most in hexadecimal", "0x10000000000000000", 0, false, false, 0},
#ifdef __SIZEOF_INT128__
	{"most in octal", "01777777777777777777777", 0, true, false, UINT64_MAX},
#endif
	{"above the most in octal", "02000000000000000000000", 0, false, false, 0},
	{"twenty-one digits", "100000000000000000000", 0, false, false, 0},
	{"wraps to a small number", "340282366920938463463374607431768211457", 0, false, false, 0},
	{"the length counts, not the text", "123", 2, true, false, 12},
	{"a NUL within", "1\0002", 3, false, false, 0},
	{"empty", "", 0, false, false, 0},
	{"only a sign", "-", 0, false, false, 0},
	{"plus", "+28", 0, false, false, 0},
	{"two signs", "--1", 0, false, false, 0},
	{"plus behind minus", "-+1", 0, false, false, 0},
	{"08", "08", 0, false, false, 0},
	{"0x alone", "0x", 0, false, false, 0},
	{"x alone", "x1", 0, false, false, 0},
	{"no hexadecimal digit", "0xg", 0, false, false, 0},
	{"minus behind 0x", "0x-1", 0, false, false, 0},
	{"letters behind", "29abc", 0, false, false, 0},
	{"exponent", "1e1", 0, false, false, 0},
	{"fraction", "1.5", 0, false, false, 0},
	{"binary", "0b1", 0, false, false, 0},
	{"YAML's octal", "0o17", 0, false, false, 0},
	{"underscore", "1_000", 0, false, false, 0},
	{"comma", "1,000", 0, false, false, 0},
	{"blank in front", " 1", 0, false, false, 0},
	{"blank behind", "1 ", 0, false, false, 0},
	{"newline behind", "1\n", 0, false, false, 0},
	{"other digits", "\xd9\xa1", 0, false, false, 0},
};

static void reads_numbers_as_the_kernel_does(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		size_t length = reads[i].length > 0 ? reads[i].length : strlen(reads[i].text);
		number wanted = reads[i].negative ? -(number)reads[i].magnitude : (number)reads[i].magnitude;
		number found = 4711;
		bool good = number_read(reads[i].text, length, &found);

		HOLDS(unit, reads[i].name, good == reads[i].good);
		HOLDS(unit, reads[i].name, found == (reads[i].good ? wanted : 4711));
	}
}

static const struct {
	const char *name, *text;
	uint64_t most;
	bool good;
	uint64_t wanted;
} decimals[] = {
	{"zero", "0", 0, true, 0},
	{"one over zero", "1", 0, false, 0},
	{"the most", "65535", 65535, true, 65535},
	{"one above", "65536", 65535, false, 0},
	{"leading zeros are no octal", "0010", 10, true, 10},
	{"08 is eight", "08", 10, true, 8},
	{"most of 64 bits", "18446744073709551615", UINT64_MAX, true, UINT64_MAX},
	{"above 64 bits", "18446744073709551616", UINT64_MAX, false, 0},
	{"wraps", "36893488147419103232", UINT64_MAX, false, 0},
	{"wraps to a small number", "18446744073709551617", 10, false, 0},
	{"empty", "", 10, false, 0},
	{"negative", "-1", UINT64_MAX, false, 0},
	{"plus", "+1", UINT64_MAX, false, 0},
	{"hexadecimal", "0x1", UINT64_MAX, false, 0},
	{"letter", "a", UINT64_MAX, false, 0},
	{"blank", "1 ", UINT64_MAX, false, 0},
};

static void reads_whole_decimals_up_to_a_bound(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(decimals); i++) {
		uint64_t found = 4711;
		bool good = number_decimal(decimals[i].text, strlen(decimals[i].text), decimals[i].most, &found);

		HOLDS(unit, decimals[i].name, good == decimals[i].good);
		HOLDS(unit, decimals[i].name, found == (decimals[i].good ? decimals[i].wanted : 4711));
	}
}

static void writes_every_number_that_it_reads(struct unit *unit)
{
	const struct {
		number value;
		const char *wanted;
	} cases[] = {
		{0, "0"},
		{1, "1"},
		{-1, "-1"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
#ifdef __SIZEOF_INT128__
		{LARGE(0x8000000000000000), "9223372036854775808"},
		{LARGE(UINT64_MAX), "18446744073709551615"},
#endif
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *text = number_text(&unit->arena, cases[i].value);
		number again = 0;

		SAME_TEXT(unit, cases[i].wanted, text, cases[i].wanted);
		HOLDS(unit, cases[i].wanted, number_read(text, strlen(text), &again) && again == cases[i].value);
	}
}

static void groups_digits_by_three(struct unit *unit)
{
	static const struct {
		uint64_t value;
		const char *wanted;
	} cases[] = {
		{0, "0"},
		{9, "9"},
		{999, "999"},
		{1000, "1,000"},
		{12000, "12,000"},
		{999999, "999,999"},
		{1000000, "1,000,000"},
		{100000001, "100,000,001"},
		{UINT64_MAX, "18,446,744,073,709,551,615"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].wanted, number_grouped(&unit->arena, cases[i].value), cases[i].wanted);
}

/* Never more than there is: the last digit is cut, not rounded. */
static void writes_bytes_with_the_unit_that_fits(struct unit *unit)
{
	static const struct {
		uint64_t bytes;
		const char *wanted;
	} cases[] = {
		{0, "0 B"},
		{1, "1 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{1535, "1.4 KiB"},
		{1536, "1.5 KiB"},
		{10240, "10.0 KiB"},
		{1048575, "1023.9 KiB"},
		{1048576, "1.0 MiB"},
		{3072000, "2.9 MiB"},
		{1073741823, "1023.9 MiB"},
		{1073741824, "1.0 GiB"},
		{(uint64_t)1 << 40, "1.0 TiB"},
		{(uint64_t)1 << 50, "1.0 PiB"},
		{(uint64_t)1 << 60, "1.0 EiB"},
		{((uint64_t)1 << 60) - 1, "1023.9 PiB"},
		{UINT64_MAX, "15.9 EiB"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].wanted, number_bytes(&unit->arena, cases[i].bytes), cases[i].wanted);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_numbers_as_the_kernel_does),     UNIT(reads_whole_decimals_up_to_a_bound),
	UNIT(writes_every_number_that_it_reads),    UNIT(groups_digits_by_three),
	UNIT(writes_bytes_with_the_unit_that_fits),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
