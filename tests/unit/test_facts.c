#include "core/facts.h"

#include "unit.h"

static const struct {
	const char *text;
	unsigned major, minor, patch, parts;
} versions[] = {
	{"6.18.44-fc", 6, 18, 44, 3},
	{"6.1.0-18-amd64", 6, 1, 0, 3},
	{"4.12", 4, 12, 0, 2},
	{"5.15.0-1051-aws", 5, 15, 0, 3},
	{"3.10.0-1160.el7.x86_64", 3, 10, 0, 3},
	{"6.18.44.7", 6, 18, 44, 3},
	{"6.18-rc3", 6, 18, 0, 2},
	{"6.18rc3", 6, 18, 0, 2},
	{"6", 6, 0, 0, 1},
	{"6.", 6, 0, 0, 1},
	{"6.x", 6, 0, 0, 1},
	{"06.018", 6, 18, 0, 2},
	{"", 0, 0, 0, 0},
	{"unknown", 0, 0, 0, 0},
	{".1", 0, 0, 0, 0},
	{"-1.2", 0, 0, 0, 0},
	{" 6.1", 0, 0, 0, 0},
	{"99999999999999999999.1", 0, 0, 0, 0},
};

static void reads_the_leading_numbers_of_a_release(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		struct facts_version found = facts_version_read(versions[i].text);

		SAME_NUMBER(unit, versions[i].text, found.parts, versions[i].parts);
		SAME_NUMBER(unit, versions[i].text, found.major, versions[i].major);
		SAME_NUMBER(unit, versions[i].text, found.minor, versions[i].minor);
		SAME_NUMBER(unit, versions[i].text, found.patch, versions[i].patch);
	}
}

static void compares_as_many_parts_as_the_second_has(struct unit *unit)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{"4.12", "4.12", 0},       {"4.12.5", "4.12", 0},      {"4.11.99", "4.12", -1},
		{"4.9", "4.12", -1},       {"4.12", "4.9", 1},         {"5.0", "4.20", 1},
		{"6.18.44", "6.18.44", 0}, {"6.18.43", "6.18.44", -1}, {"6.18.100", "6.18.44", 1},
		{"6.18", "6.18.1", -1},    {"10.0", "9.9", 1},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int found = facts_version_compare(facts_version_read(cases[i].a), facts_version_read(cases[i].b));

		SAME_NUMBER(unit, cases[i].a, (found > 0) - (found < 0), cases[i].order);
	}
}

static void parts_are_bits_of_their_own(struct unit *unit)
{
	static const unsigned parts[] = {FACTS_MEMORY,  FACTS_CPUS,       FACTS_OS,      FACTS_VIRTUALIZATION,
					 FACTS_MODULES, FACTS_INTERFACES, FACTS_IDENTITY};
	unsigned all = 0;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		HOLDS(unit, "one bit", parts[i] != 0 && (parts[i] & (parts[i] - 1)) == 0 && (all & parts[i]) == 0);
		all |= parts[i];
	}
	SAME_NUMBER(unit, "all", all, FACTS_ALL);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_the_leading_numbers_of_a_release),
	UNIT(compares_as_many_parts_as_the_second_has),
	UNIT(parts_are_bits_of_their_own),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
