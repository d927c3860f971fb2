#include "system/account.h"

#include "unit.h"

#define ROOT "root:x:0:0:root:/root:/bin/bash\n"
#define NOBODY "nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n"
#define HOLDFAST "holdfast:x:991:990:holdfast:/nonexistent:/usr/sbin/nologin\n"

static const struct {
	const char *name, *passwd; /* NULL: there is no file */
	long long user, group;
} cases[] = {
	{"no file", NULL, 65534, 65534},
	{"an empty file", "", 65534, 65534},
	{"its own user", ROOT NOBODY HOLDFAST, 991, 990},
	{"its own user, in front", HOLDFAST NOBODY ROOT, 991, 990},
	{"no newline at the end", ROOT "holdfast:x:991:990:::", 991, 990},
	{"nobody", ROOT NOBODY, 65534, 65533},
	{"neither", ROOT "daemon:x:1:1::/:/bin/sh\n", 65534, 65534},
	{"a longer name", "holdfast2:x:5:5:::\n" NOBODY, 65534, 65533},
	{"a shorter name", "holdfas:x:5:5:::\n" NOBODY, 65534, 65533},
	{"the name within a line", "a:x:5:5:holdfast:x:7:7:\n" NOBODY, 65534, 65533},
	{"the name as a home", "a:x:5:5::\n#holdfast:x:7:7:\n" NOBODY, 65534, 65533},
	{"root under its name", "holdfast:x:0:990:::\n" NOBODY, 65534, 65533},
	{"root's group under its name", "holdfast:x:991:0:::\n" NOBODY, 65534, 65533},
	{"root as nobody", "nobody:x:0:0:::\n", 65534, 65534},
	{"no number", "holdfast:x:abc:990:::\n" NOBODY, 65534, 65533},
	{"a number with letters behind", "holdfast:x:991a:990:::\n" NOBODY, 65534, 65533},
	{"a negative number", "holdfast:x:-1:990:::\n" NOBODY, 65534, 65533},
	{"the number that means none", "holdfast:x:4294967295:990:::\n" NOBODY, 65534, 65533},
	{"the largest number", "holdfast:x:4294967294:4294967294:::\n", 4294967294, 4294967294},
	{"more than 32 bits", "holdfast:x:4294967296:990:::\n" NOBODY, 65534, 65533},
	{"a cut line", "holdfast:x\n" NOBODY, 65534, 65533},
	{"a line that ends behind the user", "holdfast:x:991\n990:::\n" NOBODY, 65534, 65533},
	{"a line of the name alone", "holdfast\n" NOBODY, 65534, 65533},
	{"no group", "holdfast:x:991::::\n" NOBODY, 65534, 65533},
	{"the first of two", "holdfast:x:991:990:::\nholdfast:x:5:5:::\n", 991, 990},
	{"the first that is good", "holdfast:x:0:0:::\nholdfast:x:5:6:::\n", 5, 6},
	{"no password field", "holdfast::991:990:::\n", 991, 990},
	{"a line of NIS", "+::::::\n" NOBODY, 65534, 65533},
};

static void the_sender_is_its_own_user_or_nobody_and_never_root(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct tree *tree = unit_tree(unit);

		if (cases[i].passwd != NULL)
			unit_write(unit, "etc/passwd", cases[i].passwd);
		const struct account found = account_find(&unit->arena, tree);
		SAME_NUMBER(unit, cases[i].name, found.user, cases[i].user);
		SAME_NUMBER(unit, cases[i].name, found.group, cases[i].group);
		HOLDS(unit, cases[i].name, found.user != 0 && found.group != 0);
		unit_clear(unit);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(the_sender_is_its_own_user_or_nobody_and_never_root),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
