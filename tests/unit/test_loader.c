#include "system/loader.h"

#include "unit.h"

/* An entry is "path", "path -> target" or "path/" for a folder. */
static void plant(struct unit *unit, const char *const *entries, size_t count)
{
	unit_clear(unit);
	unit_make_folder(unit, "etc");
	for (size_t i = 0; i < count && entries[i] != NULL; i++) {
		const char *arrow = strstr(entries[i], " -> ");
		size_t length = strlen(entries[i]);

		if (arrow != NULL)
			unit_link(unit, arena_copy(&unit->arena, entries[i], (size_t)(arrow - entries[i])), arrow + 4);
		else if (entries[i][length - 1] == '/')
			unit_make_folder(unit, arena_copy(&unit->arena, entries[i], length - 1));
		else
			unit_write(unit, entries[i], "");
	}
}

static const struct {
	const char *name;
	const char *entries[6];
	const char *loader;
} detected[] = {
	{"systemd is running", {"run/systemd/system/", "usr/sbin/sysctl", "etc/sysctl.conf"}, "systemd"},
	{"an image of systemd",
	 {"sbin/init -> /lib/systemd/systemd", "lib/systemd/systemd-sysctl", "etc/init.d/procps"},
	 "systemd"},
	{"an image with /usr merged",
	 {"sbin -> usr/sbin", "usr/sbin/init -> ../lib/systemd/systemd", "usr/lib/systemd/systemd-sysctl",
	  "usr/sbin/sysctl"},
	 "systemd"},
	{"another init",
	 {"sbin/init -> /sbin/openrc-init", "usr/lib/systemd/systemd-sysctl", "etc/init.d/procps"},
	 "procps"},
	{"an init script", {"etc/init.d/procps", "etc/sysctl.conf"}, "procps"},
	{"systemd, its loader masked",
	 {"run/systemd/system/", "etc/systemd/system/systemd-sysctl.service -> /dev/null", "usr/sbin/sysctl"},
	 "procps"},
	{"sysctl alone", {"usr/sbin/sysctl"}, "procps"},
};

static void finds_the_loader_by_looking(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(detected); i++) {
		struct loader loader = {.why = NULL};
		struct error err;

		plant(unit, detected[i].entries, COUNT_OF(detected[i].entries));
		for (int j = 0; j < 2; j++) {
			HOLDS(unit, detected[i].name,
			      loader_choose(&unit->arena, unit_tree(unit), j == 0 ? NULL : "auto", &loader, &err));
			SAME_TEXT(unit, detected[i].name, loader_name(&loader), detected[i].loader);
			HOLDS(unit, detected[i].name, loader.why != NULL && loader.why[0] != '\0');
		}
	}
}

static const struct {
	const char *name;
	const char *entries[4];
	const char *status; /* of dpkg */
	unsigned major, minor, patch;
} versions[] = {
	{"Debian 12", {"usr/lib/x86_64-linux-gnu/libproc2.so.0"}, NULL, 4, 0, 0},
	{"Debian 11", {"lib/x86_64-linux-gnu/libprocps.so.8"}, NULL, 3, 3, 17},
	{"another machine", {"usr/lib/aarch64-linux-gnu/libproc2.so.0"}, NULL, 4, 0, 0},
	{"a plain folder", {"usr/lib64/libproc2.so.0"}, NULL, 4, 0, 0},
	{"nothing tells", {NULL}, NULL, 4, 0, 0},
	{"the package database",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0", "run/sysctl.d/"},
	 "Package: adduser\nVersion: 3.1\n\nPackage: procps\nStatus: install ok installed\nVersion: 2:4.0.6-1\n\nPackage: zlib\n",
	 4,
	 0,
	 6},
	{"the package database, without /run",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0"},
	 "Package: adduser\nVersion: 3.1\n\nPackage: procps\nVersion: 2:4.0.6-1\n\nPackage: zlib\n",
	 4,
	 0,
	 6},
	{"the first package",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0", "run/sysctl.d/"},
	 "Package: procps\nVersion: 2:4.0.6-1\n",
	 4,
	 0,
	 6},
	{"no epoch",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0", "run/sysctl.d/"},
	 "Package: a\n\nPackage: procps\nVersion: 4.0.6-1\nArchitecture: amd64\n\nPackage: b\n",
	 4,
	 0,
	 6},
	{"older than the library's first",
	 {"usr/lib/x86_64-linux-gnu/libprocps.so.8", "run/sysctl.d/"},
	 "Package: a\n\nPackage: procps\nVersion: 2:3.3.16-5\n\n",
	 3,
	 3,
	 16},
	{"another package's version",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0", "run/sysctl.d/"},
	 "Package: a\n\nPackage: procps\nStatus: x\n\nPackage: procps-extra\nVersion: 9.9.9\n",
	 4,
	 0,
	 0},
	{"another package alone",
	 {"usr/lib/x86_64-linux-gnu/libproc2.so.0", "run/sysctl.d/"},
	 "Package: a\n\nPackage: procps-extra\nVersion: 2:9.9.9\n",
	 4,
	 0,
	 0},
};

static void finds_the_version_of_procps_in_the_tree(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		struct loader loader = {0};
		struct error err;

		plant(unit, versions[i].entries, COUNT_OF(versions[i].entries));
		if (versions[i].status != NULL)
			unit_write(unit, "var/lib/dpkg/status", versions[i].status);
		HOLDS(unit, versions[i].name, loader_choose(&unit->arena, unit_tree(unit), "procps", &loader, &err));
		loader_refine(&unit->arena, unit_tree(unit), &loader);
		SAME_TEXT(unit, versions[i].name, loader_name(&loader), "procps");
		SAME_NUMBER(unit, versions[i].name, loader.major, versions[i].major);
		/* What the version decides: wildcards, exclusions by pattern, and whether /run is above /etc. */
		HOLDS(unit, versions[i].name,
		      loader_at_least(&loader, 4, 0, 5) == (versions[i].major == 4 && versions[i].patch >= 5));
		HOLDS(unit, versions[i].name,
		      loader_at_least(&loader, 3, 3, 17) == (versions[i].major == 4 || versions[i].patch >= 17));
	}
}

static const struct {
	const char *word;
	const char *loader; /* NULL: refused */
	unsigned major;
	bool wildcards, patterns, run_below_etc;
} words[] = {
	{"systemd", "systemd", 0, false, false, false},
	{"procps:3", "procps", 3, false, false, true},
	{"procps:3.3.17", "procps", 3, false, false, true},
	{"procps:3.3.16", "procps", 3, false, false, false},
	{"procps:4", "procps", 4, true, false, true},
	{"procps:4.0.2", "procps", 4, true, false, true},
	{"procps:4.0.5", "procps", 4, true, true, true},
	{"procps:4.1", "procps", 4, true, true, true},
	{"procps:5", "procps", 5, true, true, true},
	{"procps:", NULL, 0, false, false, false},
	{"procps:0", NULL, 0, false, false, false},
	{"procps:.", NULL, 0, false, false, false},
	{"procps:x", NULL, 0, false, false, false},
	{"procps:3x", NULL, 0, false, false, false},
	{"procps:-3", NULL, 0, false, false, false},
	{"procps: 3", NULL, 0, false, false, false},
	{"procps:99999999999999999999", NULL, 0, false, false, false},
	{"procps4", NULL, 0, false, false, false},
	{"Systemd", NULL, 0, false, false, false},
	{"systemd:252", NULL, 0, false, false, false},
	{"", NULL, 0, false, false, false},
};

static void takes_the_word_of_the_command_line(struct unit *unit)
{
	/* What the tree would say is the opposite, and does not count. */
	static const char *const entries[] = {"run/systemd/system/", "usr/lib/x86_64-linux-gnu/libproc2.so.1"};

	plant(unit, entries, COUNT_OF(entries));
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct loader loader = {0};
		struct error err = {.text = ""};
		bool good = loader_choose(&unit->arena, unit_tree(unit), words[i].word, &loader, &err);

		HOLDS(unit, words[i].word, good == (words[i].loader != NULL) && good == (err.text[0] == '\0'));
		if (!good || words[i].loader == NULL)
			continue;
		SAME_TEXT(unit, words[i].word, loader_name(&loader), words[i].loader);
		if (words[i].major == 0)
			continue;
		HOLDS(unit, words[i].word, loader_at_least(&loader, 4, 0, 0) == words[i].wildcards);
		HOLDS(unit, words[i].word, loader_at_least(&loader, 4, 0, 5) == words[i].patterns);
		HOLDS(unit, words[i].word, loader_at_least(&loader, 3, 3, 17) == words[i].run_below_etc);
	}
}

static void compares_versions_part_by_part(struct unit *unit)
{
	static const struct {
		unsigned a[3], b[3];
		bool at_least;
	} cases[] = {
		{{4, 0, 5}, {4, 0, 5}, true},    {{4, 0, 4}, {4, 0, 5}, false}, {{4, 1, 0}, {4, 0, 5}, true},
		{{3, 9, 99}, {4, 0, 0}, false},  {{5, 0, 0}, {4, 9, 9}, true},  {{3, 3, 17}, {3, 3, 17}, true},
		{{3, 3, 16}, {3, 3, 17}, false}, {{4, 0, 10}, {4, 0, 9}, true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct loader loader = {
			.kind = LOADER_PROCPS, .major = cases[i].a[0], .minor = cases[i].a[1], .patch = cases[i].a[2]};

		HOLDS(unit, arena_printf(&unit->arena, "case %zu", i),
		      loader_at_least(&loader, cases[i].b[0], cases[i].b[1], cases[i].b[2]) == cases[i].at_least);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(finds_the_loader_by_looking),
	UNIT(finds_the_version_of_procps_in_the_tree),
	UNIT(takes_the_word_of_the_command_line),
	UNIT(compares_versions_part_by_part),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
