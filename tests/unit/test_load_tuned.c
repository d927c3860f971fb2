#include "load/load_tuned.h"

#include "base/text.h"
#include "unit.h"

/*
 * What is read, as one line: "summary S; include I; LINE: key=value; OTHER". How tuned reads: it is Python's configparser
 * with '#' for comments behind a value (tuned/profiles/loader.py), and each value may be quoted.
 */
static const struct {
	const char *name, *text, *read;
	size_t warnings;
} files[] = {
	{"empty", "", "", 0},
	{"comments", "# x\n; y\n\n \t\n", "", 0},
	{"main", "[main]\nsummary=Some text\ninclude=base\n", "summary Some text; include base; ", 0},
	{"no section is main", "include=base\n", "include base; ", 0},
	{"summary in quotes", "[main]\nsummary=\"a b\"\n", "summary a b; ", 0},
	{"other fields of main", "[main]\nprofile_dir=x\n", "", 0},
	{"includes", "[main]\ninclude=a, b;c ,,d\n", "include a; include b; include c; include d; ", 0},
	{"includes twice", "[main]\ninclude=a\ninclude=b\n", "include a; include b; ", 0},
	{"includes in quotes", "[main]\ninclude=\"a,b\"\n", "include a; include b; ", 0},
	{"setting", "[sysctl]\nvm.swappiness=10\n", "2: vm.swappiness=10; ", 0},
	{"blanks", "  [sysctl]  \n\tvm.swappiness  =  10  \n", "2: vm.swappiness=10; ", 0},
	{"carriage returns", "[sysctl]\r\nvm.swappiness=10\r\n", "2: vm.swappiness=10; ", 0},
	{"no last newline", "[sysctl]\nvm.swappiness=10", "2: vm.swappiness=10; ", 0},
	{"at least", "[sysctl]\na.b=>10\n", "2: a.b>10; ", 0},
	{"at most", "[sysctl]\na.b = < 10\n", "2: a.b<10; ", 0},
	{"at least, quoted", "[sysctl]\na.b=>\"1 2\"\n", "2: a.b>1 2; ", 0},
	{"a quoted sign is text", "[sysctl]\na.b=\">1\"\n", "2: a.b=>1; ", 0},
	{"quotes", "[sysctl]\na.b=\"1 2\"\nc.d='x'\n", "2: a.b=1 2; 3: c.d=x; ", 0},
	{"one quote", "[sysctl]\na.b=\"\n", "2: a.b=\"; ", 0},
	{"empty quotes", "[sysctl]\na.b=\"\"\n", "2: a.b=; ", 0},
	{"unlike quotes", "[sysctl]\na.b=\"x'\n", "2: a.b=\"x'; ", 0},
	{"empty value", "[sysctl]\na.b=\n", "2: a.b=; ", 0},
	{"equals in value", "[sysctl]\na.b=c=d\n", "2: a.b=c=d; ", 0},
	{"hash without a blank", "[sysctl]\na.b=c#d\n", "2: a.b=c#d; ", 0},
	{"comment behind", "[sysctl]\na.b=c # d\n", "2: a.b=c; ", 0},
	{"comment behind quotes", "[sysctl]\na.b=\"c\" # d\n", "2: a.b=c; ", 0},
	{"comment behind a section", "[sysctl] # x\na.b=c\n", "2: a.b=c; ", 0},
	{"variable", "[sysctl]\na.b=${x}\n", "2: a.b=${x}; ", 0},
	{"options of the section", "[sysctl]\ntype=sysctl\npriority=1\na.b=1\n", "4: a.b=1; ", 0},
	{"two sections", "[sysctl]\na.b=1\n[cpu]\nc=2\n[sysctl]\nd.e=3\n", "2: a.b=1; 6: d.e=3; [cpu] c", 0},
	{"other section", "[disk]\nreadahead=>4096\n", "[disk] readahead", 0},
	{"no pair", "[sysctl]\nnothing\n=1\n[\n", "", 3},
	{"broken section", "[sysctl\na.b=1\n", "", 1},
	{"empty section", "[]\na.b=1\n", "[] a.b", 0},
	{"same key twice", "[sysctl]\na.b=1\na.b=2\n", "2: a.b=1; 3: a.b=2; ", 0},
};

static const char *shown(struct arena *arena, const struct tuned_profile *profile)
{
	static const char signs[] = {[TUNED_VALUE] = '=', [TUNED_AT_LEAST] = '>', [TUNED_AT_MOST] = '<'};
	struct text text = {.arena = arena};

	text_string(&text, "");
	if (profile->summary != NULL)
		text_format(&text, "summary %s; ", profile->summary);
	for (size_t i = 0; i < profile->includes.count; i++)
		text_format(&text, "include %s; ", profile->includes.items[i]);
	for (size_t i = 0; i < profile->count; i++)
		text_format(&text, "%u: %s%c%s; ", profile->items[i].source.line, profile->items[i].key,
			    signs[profile->items[i].form], profile->items[i].value);
	for (size_t i = 0; i < profile->others.count; i++)
		text_string(&text, profile->others.items[i]);
	return text.bytes != NULL ? text.bytes : "";
}

/* The bytes alone, so that a sanitizer sees who reads behind them. */
static const char *exactly(const char *text, size_t length)
{
	char *bytes = test_malloc(length > 0 ? length : 1);

	memcpy(bytes, text, length);
	return bytes;
}

static void reads_profiles(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct tuned_profile profile;
		size_t length = strlen(files[i].text);
		const char *bytes = exactly(files[i].text, length);

		load_tuned(&unit->arena, "p/tuned.conf", bytes, length, &findings, &profile);
		SAME_TEXT(unit, files[i].name, shown(&unit->arena, &profile), files[i].read);
		SAME_NUMBER(unit, files[i].name, findings.count, files[i].warnings);
		SAME_NUMBER(unit, files[i].name, findings.errors, 0);
		for (size_t j = 0; j < profile.count; j++)
			SAME_TEXT(unit, files[i].name, profile.items[j].source.file, "p/tuned.conf");
		test_free((void *)(uintptr_t)bytes);
	}
}

/* NULs, other bytes, long lines, very many of them. */
static void reads_anything(struct unit *unit)
{
	enum { MANY = 100000 };
	struct findings findings = {.arena = &unit->arena};
	struct tuned_profile profile;
	struct text text = {.arena = &unit->arena};
	static const char odd[] = "[sysctl]\na\0b=1\n\0=\0\n\xff\xfe=\xc3\n[\0]\nc.d=\0";

	load_tuned(&unit->arena, "x", odd, sizeof(odd) - 1, &findings, &profile);
	HOLDS(unit, "it comes to an end", profile.count < 10);
	text_string(&text, "[sysctl]\n");
	for (size_t i = 0; i < MANY; i++)
		text_string(&text, "a.b=1\n");
	load_tuned(&unit->arena, "x", text.bytes, text.length, &findings, &profile);
	SAME_NUMBER(unit, "many", profile.count, MANY);
	SAME_NUMBER(unit, "the last line", profile.items[MANY - 1].source.line, MANY + 1);
	text_string(&text, "nothing\n");
	findings = (struct findings){.arena = &unit->arena};
	load_tuned(&unit->arena, "x", text.bytes, text.length, &findings, &profile);
	if (SAME_NUMBER(unit, "one warning", findings.count, 1))
		SAME_NUMBER(unit, "its line", findings.items[0].source.line, MANY + 2);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_profiles),
	UNIT(reads_anything),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
