#include "system/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

static const struct {
	const char *name, *path;
	const char *line; /* NULL: cannot be read */
	const char *real; /* NULL: cannot be found */
} reads[] = {
	{"a file", "/etc/hostname", "web-07", "/etc/hostname"},
	{"without the first slash", "etc/hostname", "web-07", "/etc/hostname"},
	{"many slashes", "///etc//hostname", "web-07", "/etc/hostname"},
	{"first of several lines", "/etc/lines", "one", "/etc/lines"},
	{"no newline", "/etc/bare", "bare", "/etc/bare"},
	{"empty", "/etc/empty", "", "/etc/empty"},
	{"only a newline", "/etc/newline", "", "/etc/newline"},
	{"a link", "/etc/relative", "web-07", "/etc/hostname"},
	{"an absolute link stays inside", "/etc/absolute", "web-07", "/etc/hostname"},
	{"a link that climbs stays inside", "/etc/climbing", "web-07", "/etc/hostname"},
	{"a link to a link", "/etc/twice", "web-07", "/etc/hostname"},
	{"a linked folder", "/lib/x.conf", "x", "/usr/lib/x.conf"},
	{"climbing in the path", "/../../../etc/hostname", "web-07", "/etc/hostname"},
	{"climbing in the middle", "/usr/lib/../../../../etc/hostname", "web-07", "/etc/hostname"},
	{"a file of this machine alone", "/etc/passwd", NULL, NULL},
	{"a link to a file of this machine alone", "/etc/outside", NULL, NULL},
	{"a link into /proc", "/etc/magic", NULL, NULL},
	{"a dangling link", "/etc/dangling", NULL, NULL},
	{"a circle", "/etc/circle", NULL, NULL},
	{"a folder", "/etc", NULL, "/etc"},
	{"the root", "/", NULL, "/"},
	{"nothing", "/etc/nosuch", NULL, NULL},
	{"below a file", "/etc/hostname/x", NULL, NULL},
	{"too long for a line", "/etc/large", NULL, "/etc/large"},
};

static void plant(struct unit *unit)
{
	char *large = arena_alloc(&unit->arena, 1 << 20);

	memset(large, 'x', 1 << 20);
	unit_write(unit, "etc/hostname", "web-07\n");
	unit_write(unit, "etc/lines", "one\ntwo\n");
	unit_write(unit, "etc/bare", "bare");
	unit_write(unit, "etc/empty", "");
	unit_write(unit, "etc/newline", "\n");
	unit_write_bytes(unit, "etc/large", large, 1 << 20);
	unit_write(unit, "usr/lib/x.conf", "x\n");
	unit_link(unit, "lib", "usr/lib");
	unit_link(unit, "etc/relative", "hostname");
	unit_link(unit, "etc/absolute", "/etc/hostname");
	unit_link(unit, "etc/climbing", "../../../../../../etc/hostname");
	unit_link(unit, "etc/twice", "absolute");
	unit_link(unit, "etc/outside", "/etc/passwd");
	unit_link(unit, "etc/magic", "/proc/self/root/etc/passwd");
	unit_link(unit, "etc/dangling", "nowhere");
	unit_link(unit, "etc/circle", "circle");
}

static void nothing_leads_out_of_the_folder(struct unit *unit)
{
	plant(unit);
	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		const struct tree *tree = unit_tree(unit);
		struct stat status;

		SAME_TEXT(unit, reads[i].name, tree_read_line(&unit->arena, tree, reads[i].path), reads[i].line);
		SAME_TEXT(unit, reads[i].name, tree_real_path(&unit->arena, tree, reads[i].path), reads[i].real);
		bool there = reads[i].real != NULL;
		HOLDS(unit, reads[i].name, tree_exists(tree, reads[i].path) == there);
		HOLDS(unit, reads[i].name, tree_stat(tree, reads[i].path, &status) == there);
	}
}

static void links_are_shown_as_they_are_written(struct unit *unit)
{
	static const struct {
		const char *path, *target;
	} cases[] = {
		{"/etc/relative", "hostname"},
		{"/etc/absolute", "/etc/hostname"},
		{"/etc/dangling", "nowhere"},
		{"/etc/circle", "circle"},
		{"/etc/climbing", "../../../../../../etc/hostname"},
		{"/lib", "usr/lib"},
		{"/etc/hostname", NULL},
		{"/etc", NULL},
		{"/etc/nosuch", NULL},
		{"/", NULL},
		{"/lib/x.conf", NULL},
	};

	plant(unit);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].path, tree_link(&unit->arena, unit_tree(unit), cases[i].path),
			  cases[i].target);
}

static void whole_files_are_read_up_to_a_bound(struct unit *unit)
{
	static const struct {
		const char *name, *path;
		size_t most;
		bool good;
	} cases[] = {
		{"at the bound", "/etc/lines", 8, true}, {"over the bound", "/etc/lines", 7, false},
		{"large", "/etc/large", 1 << 20, true},  {"large, one less", "/etc/large", (1 << 20) - 1, false},
		{"empty", "/etc/empty", 0, true},        {"nothing", "/etc/nosuch", 100, false},
	};

	plant(unit);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *text = tree_read_text(&unit->arena, unit_tree(unit), cases[i].path, cases[i].most);

		HOLDS(unit, cases[i].name, (text != NULL) == cases[i].good);
	}
	SAME_TEXT(unit, "text", tree_read_text(&unit->arena, unit_tree(unit), "/etc/lines", 8), "one\ntwo\n");
}

static void opening_never_waits_and_is_not_inherited(struct unit *unit)
{
	plant(unit);
	HOLDS(unit, "pipe", mkfifo(unit_path(unit, "etc/pipe"), 0600) == 0);
	CLEANUP(fd_close) int pipe = tree_open_file(unit_tree(unit), "/etc/pipe", O_RDONLY);
	HOLDS(unit, "a pipe that nobody writes", pipe >= 0);
	CLEANUP(fd_close) int file = tree_open_file(unit_tree(unit), "/etc/hostname", O_RDONLY);
	HOLDS(unit, "closed at exec", file >= 0 && (fcntl(file, F_GETFD) & FD_CLOEXEC) != 0);
	CLEANUP(fd_close) int folder = tree_open_file(unit_tree(unit), "/etc/hostname", O_RDONLY | O_DIRECTORY);
	HOLDS(unit, "no folder", folder == -1 && errno == ENOTDIR);
	CLEANUP(fd_close) int none = tree_open_file(unit_tree(unit), "/etc/nosuch", O_RDONLY);
	HOLDS(unit, "errno", none == -1 && errno == ENOENT);
	CLEANUP(fd_close) int root = tree_open_file(unit_tree(unit), "/", O_RDONLY | O_DIRECTORY);
	HOLDS(unit, "the root", root >= 0);
}

static void this_host_is_known_by_any_name(struct unit *unit)
{
	const struct {
		const char *name, *path;
		bool is_host;
		const char *shown; /* of /etc/x */
	} cases[] = {
		{"/", "/", true, "/etc/x"},
		{"many slashes", "///", true, "/etc/x"},
		{"by a detour", "/etc/..", true, "/etc/x"},
		{"a folder", unit_path(unit, "."), false, unit_path(unit, "./etc/x")},
		{"a slash behind", unit_path(unit, ""), false, unit_path(unit, "etc/x")},
		{"slashes behind", unit_path(unit, "//"), false, unit_path(unit, "etc/x")},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tree tree = {.fd = -1};
		struct error err;

		if (!HOLDS(unit, cases[i].name, tree_open(&unit->arena, cases[i].path, &tree, &err)))
			continue;
		HOLDS(unit, cases[i].name, tree.is_host == cases[i].is_host);
		SAME_TEXT(unit, cases[i].name, tree_shown(&unit->arena, &tree, "/etc/x"), cases[i].shown);
		fd_close(&tree.fd);
	}
}

static void a_root_that_is_no_folder_is_refused(struct unit *unit)
{
	static const struct {
		const char *path;
		int number;
	} cases[] = {{"etc/hostname", ENOTDIR}, {"nosuch", ENOENT}, {"etc/circle", ELOOP}};

	plant(unit);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tree tree = {.fd = 4711};
		struct error err = {.text = ""};

		HOLDS(unit, cases[i].path, !tree_open(&unit->arena, unit_path(unit, cases[i].path), &tree, &err));
		SAME_NUMBER(unit, cases[i].path, err.number, cases[i].number);
		HAS_TEXT(unit, cases[i].path, err.text, cases[i].path);
		SAME_NUMBER(unit, "untouched", tree.fd, 4711);
	}
	struct tree tree;
	struct error err;
	HOLDS(unit, "empty", !tree_open(&unit->arena, "", &tree, &err));
}

/* The names, a blank behind each. */
static const char *listed(struct unit *unit, const char *path)
{
	struct tree_names names = {.count = 4711};
	char *text = arena_string(&unit->arena, "");

	tree_list(&unit->arena, unit_tree(unit), path, &names);
	for (size_t i = 0; i < names.count; i++)
		text = arena_printf(&unit->arena, "%s%s ", text, names.items[i]);
	return text;
}

static void folders_are_listed_in_order(struct unit *unit)
{
	static const struct {
		const char *name, *path, *wanted;
	} cases[] = {
		{"files, folders, links and what is hidden", "/list", ".hidden 10 9 B a b folder link "},
		{"a slash behind", "/list/", ".hidden 10 9 B a b folder link "},
		{"through a link that stays inside", "/way", ".hidden 10 9 B a b folder link "},
		{"climbing stays inside", "/../../list", ".hidden 10 9 B a b folder link "},
		{"an empty folder", "/list/folder", ""},
		{"no folder", "/list/a", ""},
		{"a link to nowhere", "/list/link", ""},
		{"nothing", "/nosuch", ""},
		{"a circle", "/etc/circle", ""},
		{"out of the folder by a link into /proc", "/etc/magic-folder", ""},
	};
	static const char *const files[] = {"list/b", "list/a", "list/10", "list/B", "list/9", "list/.hidden"};

	plant(unit);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		unit_write(unit, files[i], "x");
	unit_make_folder(unit, "list/folder");
	unit_link(unit, "list/link", "nowhere");
	unit_link(unit, "way", "/list");
	unit_link(unit, "etc/magic-folder", "/proc/self/root/etc");
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].name, listed(unit, cases[i].path), cases[i].wanted);
}

/* A descriptor that stays open would be seen by the next one that is given. */
static void listing_leaves_nothing_open(struct unit *unit)
{
	static const char *const paths[] = {"/etc", "/etc/hostname", "/nosuch"};

	plant(unit);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		CLEANUP(fd_close) int before = open("/dev/null", O_RDONLY | O_CLOEXEC);

		fd_close(&before);
		before = open("/dev/null", O_RDONLY | O_CLOEXEC);
		int lowest = before;
		(void)listed(unit, paths[i]);
		CLEANUP(fd_close) int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
		HOLDS(unit, paths[i], lowest >= 0 && after == lowest + 1);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(nothing_leads_out_of_the_folder),    UNIT(links_are_shown_as_they_are_written),
	UNIT(whole_files_are_read_up_to_a_bound), UNIT(opening_never_waits_and_is_not_inherited),
	UNIT(this_host_is_known_by_any_name),     UNIT(a_root_that_is_no_folder_is_refused),
	UNIT(folders_are_listed_in_order),        UNIT(listing_leaves_nothing_open),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
