#include "system/sysctl_files.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "unit.h"

static const struct loader systemd = {.kind = LOADER_SYSTEMD}, procps = {.kind = LOADER_PROCPS, .major = 4, .patch = 2},
			   older = {.kind = LOADER_PROCPS, .major = 3, .minor = 3, .patch = 16};

/* An entry is "path", "path -> target" or "path/" for a folder; a file's text is its own path. */
static void plant(struct unit *unit, const char *const *entries, size_t count)
{
	unit_clear(unit);
	unit_make_folder(unit, "etc");
	for (size_t i = 0; i < count && entries[i] != NULL; i++) {
		const char *arrow = strstr(entries[i], " -> "), *empty = strstr(entries[i], " empty");
		size_t length = strlen(entries[i]);

		if (arrow != NULL)
			unit_link(unit, arena_copy(&unit->arena, entries[i], (size_t)(arrow - entries[i])), arrow + 4);
		else if (empty != NULL)
			unit_write(unit, arena_copy(&unit->arena, entries[i], (size_t)(empty - entries[i])), "");
		else if (entries[i][length - 1] == '/')
			unit_make_folder(unit, arena_copy(&unit->arena, entries[i], length - 1));
		else
			unit_write(unit, entries[i], entries[i]);
	}
}

/*
 * The rows of semantics.md section 1 that concern folders and files: what each loader reads, in order, as the texts of
 * the files; what masks has none. warnings: how many for each.
 */
static const struct {
	const char *name;
	const char *entries[7];
	const char *procps, *systemd;
	size_t procps_warnings, systemd_warnings;
} rows[] = {
	{"folders, high to low",
	 {"lib/sysctl.d/d.conf", "usr/lib/sysctl.d/d.conf", "usr/lib/sysctl.d/c.conf", "usr/local/lib/sysctl.d/c.conf",
	  "usr/local/lib/sysctl.d/b.conf", "run/sysctl.d/b.conf", "run/sysctl.d/a.conf"},
	 "run/sysctl.d/a.conf run/sysctl.d/b.conf usr/local/lib/sysctl.d/c.conf usr/lib/sysctl.d/d.conf",
	 "run/sysctl.d/a.conf run/sysctl.d/b.conf usr/local/lib/sysctl.d/c.conf usr/lib/sysctl.d/d.conf",
	 0,
	 0},
	{"folders: /etc over /run",
	 {"run/sysctl.d/a.conf", "etc/sysctl.d/a.conf"},
	 "etc/sysctl.d/a.conf",
	 "etc/sysctl.d/a.conf",
	 0,
	 0},
	{"folders: no other one",
	 {"etc/sysctl.conf.d/a.conf", "usr/share/sysctl.d/a.conf", "etc/systemd/sysctl.d/a.conf"},
	 "",
	 "",
	 0,
	 0},
	{"folders: a linked one", {"run/sysctl.d -> /srv/x", "srv/x/a.conf"}, "srv/x/a.conf", "srv/x/a.conf", 0, 0},
	{"folders: a file in its place",
	 {"run/sysctl.d", "etc/sysctl.d/a.conf"},
	 "etc/sysctl.d/a.conf",
	 "etc/sysctl.d/a.conf",
	 0,
	 0},
	{"/etc/sysctl.conf",
	 {"etc/sysctl.conf", "etc/sysctl.d/zz.conf"},
	 "etc/sysctl.d/zz.conf etc/sysctl.conf",
	 "etc/sysctl.d/zz.conf",
	 0,
	 0},
	{"/etc/sysctl.conf is a link", {"etc/sysctl.conf -> ../srv/x", "srv/x"}, "srv/x", "", 0, 0},
	{"/etc/sysctl.conf dangles",
	 {"etc/sysctl.conf -> nowhere", "etc/sysctl.d/a.conf"},
	 "etc/sysctl.d/a.conf",
	 "etc/sysctl.d/a.conf",
	 0,
	 0},
	{"/etc/sysctl.conf is a folder",
	 {"etc/sysctl.conf/", "etc/sysctl.d/a.conf"},
	 "etc/sysctl.d/a.conf",
	 "etc/sysctl.d/a.conf",
	 0,
	 0},
	{"/etc/sysctl.conf with a 99-sysctl.conf link is read twice",
	 {"etc/sysctl.conf", "etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf", "etc/sysctl.d/99-z.conf"},
	 "etc/sysctl.conf etc/sysctl.d/99-z.conf etc/sysctl.conf",
	 "etc/sysctl.conf etc/sysctl.d/99-z.conf",
	 0,
	 0},
	{"/etc/sysctl.conf is not masked by its name",
	 {"etc/sysctl.conf", "etc/sysctl.d/sysctl.conf -> /dev/null"},
	 "etc/sysctl.conf",
	 "",
	 0,
	 0},
	{"names",
	 {"etc/sysctl.d/a.conf~", "etc/sysctl.d/b.CONF", "etc/sysctl.d/conf", "etc/sysctl.d/d.conf.bak",
	  "etc/sysctl.d/e"},
	 "",
	 "",
	 0,
	 0},
	{"names: hidden",
	 {"etc/sysctl.d/.a.conf", "etc/sysctl.d/.conf"},
	 "etc/sysctl.d/.a.conf etc/sysctl.d/.conf",
	 "",
	 0,
	 0},
	{"same base name in two folders",
	 {"usr/lib/sysctl.d/m.conf", "etc/sysctl.d/m.conf"},
	 "etc/sysctl.d/m.conf",
	 "etc/sysctl.d/m.conf",
	 0,
	 0},
	{"order",
	 {"usr/lib/sysctl.d/99-x.conf", "etc/sysctl.d/100-x.conf", "run/sysctl.d/Z.conf", "usr/lib/sysctl.d/a.conf",
	  "etc/sysctl.d/a-b.conf"},
	 "etc/sysctl.d/100-x.conf usr/lib/sysctl.d/99-x.conf run/sysctl.d/Z.conf etc/sysctl.d/a-b.conf usr/lib/sysctl.d/a.conf",
	 "etc/sysctl.d/100-x.conf usr/lib/sysctl.d/99-x.conf run/sysctl.d/Z.conf etc/sysctl.d/a-b.conf usr/lib/sysctl.d/a.conf",
	 0,
	 0},
	{"order: bytes beyond ASCII",
	 {"etc/sysctl.d/\xc3\xa9.conf", "etc/sysctl.d/z.conf"},
	 "etc/sysctl.d/z.conf etc/sysctl.d/\xc3\xa9.conf",
	 "etc/sysctl.d/z.conf etc/sysctl.d/\xc3\xa9.conf",
	 0,
	 0},
	{"masking: a link to /dev/null", {"etc/sysctl.d/m.conf -> /dev/null", "usr/lib/sysctl.d/m.conf"}, "", "", 0, 0},
	{"masking: an empty file", {"etc/sysctl.d/m.conf empty", "usr/lib/sysctl.d/m.conf"}, "", "", 0, 0},
	{"masking: in a lower folder does nothing",
	 {"run/sysctl.d/m.conf -> /dev/null", "etc/sysctl.d/m.conf"},
	 "etc/sysctl.d/m.conf",
	 "etc/sysctl.d/m.conf",
	 0,
	 0},
	{"dangling link", {"etc/sysctl.d/m.conf -> nowhere", "usr/lib/sysctl.d/m.conf"}, "", "", 1, 1},
	{"dangling link: a circle", {"etc/sysctl.d/m.conf -> m.conf", "usr/lib/sysctl.d/m.conf"}, "", "", 1, 1},
	{"a folder named x.conf",
	 {"etc/sysctl.d/x.conf/", "usr/lib/sysctl.d/x.conf", "etc/sysctl.d/y.conf"},
	 "etc/sysctl.d/y.conf",
	 "etc/sysctl.d/y.conf",
	 1,
	 1},
	{"a file under two names",
	 {"etc/sysctl.d/a.conf", "etc/sysctl.d/c.conf -> a.conf"},
	 "etc/sysctl.d/a.conf etc/sysctl.d/a.conf",
	 "etc/sysctl.d/a.conf etc/sysctl.d/a.conf",
	 0,
	 0},
	{"nothing at all", {NULL}, "", "", 0, 0},
};

static const char *texts(struct unit *unit, const struct sysctl_files *files)
{
	struct text text = {.arena = &unit->arena};

	text_string(&text, "");
	for (size_t i = 0; i < files->count; i++) {
		if (files->items[i].length > 0)
			text_format(&text, "%s%s", text.length > 0 ? " " : "", files->items[i].bytes);
	}
	return text.bytes;
}

static void check_row(struct unit *unit, size_t row, const struct loader *loader, const char *wanted, size_t warnings)
{
	const char *name = arena_printf(&unit->arena, "%s, %s", rows[row].name, loader_name(loader));
	struct findings findings = {.arena = &unit->arena};
	struct sysctl_files files = {0};
	struct error err = {.text = ""};

	HOLDS(unit, name, sysctl_files_read(&unit->arena, unit_tree(unit), loader, &findings, &files, &err));
	SAME_TEXT(unit, name, err.text, "");
	SAME_TEXT(unit, name, texts(unit, &files), wanted);
	SAME_NUMBER(unit, name, findings.count, warnings);
	SAME_NUMBER(unit, name, findings.errors, 0);
	for (size_t i = 0; i < files.count; i++)
		HOLDS(unit, name, files.items[i].path[0] == '/' && files.items[i].bytes != NULL);
}

static void each_loader_reads_its_files_in_its_order(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		plant(unit, rows[i].entries, COUNT_OF(rows[i].entries));
		check_row(unit, i, &procps, rows[i].procps, rows[i].procps_warnings);
		check_row(unit, i, &systemd, rows[i].systemd, rows[i].systemd_warnings);
	}
}

static void until_3_3_16_run_was_above_etc(struct unit *unit)
{
	static const char *const entries[] = {"etc/sysctl.d/a.conf", "run/sysctl.d/a.conf"};
	struct findings findings = {.arena = &unit->arena};
	struct sysctl_files files = {0};
	struct error err;

	plant(unit, entries, COUNT_OF(entries));
	HOLDS(unit, "read", sysctl_files_read(&unit->arena, unit_tree(unit), &older, &findings, &files, &err));
	SAME_TEXT(unit, "folders, procps 3.3.16", texts(unit, &files), "run/sysctl.d/a.conf");
}

static void single_files_are_read_whatever_they_are(struct unit *unit)
{
	static const struct {
		const char *path;
		bool good, present;
		const char *bytes;
	} cases[] = {
		{"/etc/a", true, true, "etc/a"},  {"/etc/link", true, true, "etc/a"},
		{"/etc/nosuch", true, false, ""}, {"/etc/dangling", true, false, ""},
		{"/etc/folder", true, false, ""}, {"/etc/a/b", true, false, ""},
		{"/etc/empty", true, true, ""},   {"/etc/pipe", true, false, ""},
		{"/etc/null", true, false, ""},   {"/etc/large", false, false, NULL},
	};
	static const char *const entries[] = {"etc/a",       "etc/link -> a",   "etc/dangling -> nowhere",
					      "etc/folder/", "etc/empty empty", "etc/null -> /dev/null"};

	plant(unit, entries, COUNT_OF(entries));
	HOLDS(unit, "pipe", mkfifo(unit_path(unit, "etc/pipe"), 0600) == 0);
	CLEANUP(fd_close) int large = open(unit_path(unit, "etc/large"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	HOLDS(unit, "large", ftruncate(large, SYSCTL_FILE_LONGEST + 1) == 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sysctl_file file = {.bytes = NULL};
		struct error err = {.text = ""};

		HOLDS(unit, cases[i].path,
		      sysctl_file_read(&unit->arena, unit_tree(unit), cases[i].path, &file, &err) == cases[i].good);
		HOLDS(unit, cases[i].path, (err.text[0] == '\0') == cases[i].good);
		if (!cases[i].good)
			continue;
		HOLDS(unit, cases[i].path, file.present == cases[i].present);
		SAME_TEXT(unit, cases[i].path, file.bytes, cases[i].bytes);
	}
}

static const struct {
	const char *name;
	const char *entries[5];
	const struct loader *loader;
	const char *changed, *texts;
} changes[] = {
	{"a new drop-in in its place",
	 {"etc/sysctl.d/10.conf", "etc/sysctl.d/zz.conf"},
	 &systemd,
	 "/etc/sysctl.d/99-zz-holdfast.conf",
	 "etc/sysctl.d/10.conf NEW etc/sysctl.d/zz.conf"},
	{"the first", {"etc/sysctl.d/b.conf"}, &systemd, "/etc/sysctl.d/a.conf", "NEW etc/sysctl.d/b.conf"},
	{"the last", {"etc/sysctl.d/b.conf"}, &systemd, "/etc/sysctl.d/c.conf", "etc/sysctl.d/b.conf NEW"},
	{"the only one", {NULL}, &systemd, "/etc/sysctl.d/c.conf", "NEW"},
	{"before /etc/sysctl.conf",
	 {"etc/sysctl.conf", "etc/sysctl.d/b.conf"},
	 &procps,
	 "/etc/sysctl.d/zz.conf",
	 "etc/sysctl.d/b.conf NEW etc/sysctl.conf"},
	{"it is there already",
	 {"etc/sysctl.d/b.conf", "etc/sysctl.d/c.conf"},
	 &systemd,
	 "/etc/sysctl.d/b.conf",
	 "NEW etc/sysctl.d/c.conf"},
	{"it replaces the vendor's",
	 {"usr/lib/sysctl.d/b.conf", "etc/sysctl.d/c.conf"},
	 &systemd,
	 "/etc/sysctl.d/b.conf",
	 "NEW etc/sysctl.d/c.conf"},
	{"it is masked",
	 {"etc/sysctl.d/b.conf -> /dev/null", "etc/sysctl.d/c.conf"},
	 &systemd,
	 "/etc/sysctl.d/b.conf",
	 "NEW etc/sysctl.d/c.conf"},
	{"every path of the file",
	 {"etc/sysctl.conf", "etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf", "etc/sysctl.d/99-z.conf"},
	 &procps,
	 "/etc/sysctl.conf",
	 "NEW etc/sysctl.d/99-z.conf NEW"},
	{"a new /etc/sysctl.conf", {"etc/sysctl.d/zz.conf"}, &procps, "/etc/sysctl.conf", "etc/sysctl.d/zz.conf NEW"},
	{"/etc/sysctl.conf, which systemd never reads",
	 {"etc/sysctl.conf", "etc/sysctl.d/b.conf"},
	 &systemd,
	 "/etc/sysctl.conf",
	 "etc/sysctl.d/b.conf"},
	{"/etc/sysctl.conf by its link alone",
	 {"etc/sysctl.conf", "etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf"},
	 &systemd,
	 "/etc/sysctl.conf",
	 "NEW"},
};

static void a_change_can_be_tried_before_it_is_written(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct sysctl_files files = {0};
		struct sysctl_file changed;
		struct error err;

		plant(unit, changes[i].entries, COUNT_OF(changes[i].entries));
		const struct tree *tree = unit_tree(unit);
		HOLDS(unit, changes[i].name,
		      sysctl_files_read(&unit->arena, tree, changes[i].loader, &findings, &files, &err));
		HOLDS(unit, changes[i].name, sysctl_file_read(&unit->arena, tree, changes[i].changed, &changed, &err));
		const char *before = texts(unit, &files);
		changed.bytes = "NEW";
		changed.length = 3;
		struct sysctl_files after = sysctl_files_with(&unit->arena, changes[i].loader, &files, &changed);
		SAME_TEXT(unit, changes[i].name, texts(unit, &after), changes[i].texts);
		SAME_TEXT(unit, "the list that was given stays", texts(unit, &files), before);
	}
}

static const struct {
	const char *path, *down, *up; /* NULL: refused */
} folds[] = {
	{"net/ipv4/x", "net/ipv4/x", "net/ipv4/x"},
	{"/net/ipv4/x", "net/ipv4/x", "net/ipv4/x"},
	{"//net///ipv4//x/", "net/ipv4/x", "net/ipv4/x"},
	{"net/./ipv4/././x", "net/ipv4/x", "net/ipv4/x"},
	{"./net/x", "net/x", "net/x"},
	{"net/ipv4/../ipv4/x", NULL, "net/ipv4/x"},
	{"net/../kernel/x", NULL, "kernel/x"},
	{"a/b/c/../../d", NULL, "a/d"},
	{"a/..", NULL, ""},
	{"..", NULL, NULL},
	{"../net/x", NULL, NULL},
	{"net/../../etc/x", NULL, NULL},
	{"a/../../a/x", NULL, NULL},
	{"...", "...", "..."},
	{"a/..b/c..", "a/..b/c..", "a/..b/c.."},
	{".hidden/x", ".hidden/x", ".hidden/x"},
	{"", "", ""},
	{"/", "", ""},
	{"././", "", ""},
};

static void paths_are_folded_and_never_leave(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(folds); i++) {
		for (int up = 0; up < 2; up++) {
			char *path = arena_string(&unit->arena, folds[i].path);
			const char *wanted = up ? folds[i].up : folds[i].down;
			bool good = sysctl_fold_path(path, up != 0);

			SAME_TEXT(unit, folds[i].path, good ? path : NULL, wanted);
		}
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(each_loader_reads_its_files_in_its_order), UNIT(until_3_3_16_run_was_above_etc),
	UNIT(single_files_are_read_whatever_they_are),  UNIT(a_change_can_be_tried_before_it_is_written),
	UNIT(paths_are_folded_and_never_leave),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
