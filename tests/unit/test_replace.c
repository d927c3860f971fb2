#include "change/replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "unit.h"

#define FILE_PATH "/etc/x.conf"

/* The file's text on disk; NULL when there is none. */
static const char *text_of(struct unit *unit, const char *path)
{
	CLEANUP(fd_close) int fd = open(unit_path(unit, path), O_RDONLY | O_CLOEXEC);
	char *bytes;
	size_t length;

	return fd < 0 || fd_read_all(&unit->arena, fd, 1 << 20, &bytes, &length) != FD_DONE
		       ? NULL
		       : arena_copy(&unit->arena, bytes, length);
}

static size_t temporaries(struct unit *unit, const char *folder)
{
	struct error err;
	size_t count = 0;
	const struct tree *tree = unit_tree(unit);
	CLEANUP(fd_close) int fd = -1;

	if (!HOLDS(unit, folder, replace_open_folder(&unit->arena, tree, folder, 0755, &fd, &err)))
		return 0;
	DIR *listing = fdopendir(fd_take(&fd));
	const struct dirent *entry;
	while (listing != NULL && (entry = readdir(listing)) != NULL)
		count += text_starts(entry->d_name, ".holdfast-");
	if (listing != NULL)
		closedir(listing);
	return count;
}

/* now NULL: there is no file; before NULL: there must be none; after NULL: it goes. */
static const struct {
	const char *name, *now, *before, *after;
	const char *said; /* NULL: it is done */
} cases[] = {
	{"another text", "a\n", "a\n", "b\n", NULL},
	{"a new file", NULL, NULL, "b\n", NULL},
	{"it goes", "a\n", "a\n", NULL, NULL},
	{"it is gone already", NULL, NULL, NULL, NULL},
	{"an empty text", "a\n", "a\n", "", NULL},
	{"from an empty text", "", "", "b\n", NULL},
	{"another hand changed it", "x\n", "a\n", "b\n", "has been changed by another hand"},
	{"another hand made it longer", "a\nb\n", "a\n", "b\n", "has been changed by another hand"},
	{"another hand emptied it", "", "a\n", "b\n", "has been changed by another hand"},
	{"another hand made it", "x\n", NULL, "b\n", "has been changed by another hand"},
	{"another hand made an empty one", "", NULL, "b\n", "has been changed by another hand"},
	{"another hand removed it", NULL, "a\n", "b\n", "has been changed by another hand"},
	{"another hand changed it before it goes", "x\n", "a\n", NULL, "has been changed by another hand"},
};

static struct replace_file file_of(size_t i)
{
	return (struct replace_file){.path = FILE_PATH,
				     .before = cases[i].before,
				     .before_length = cases[i].before == NULL ? 0 : strlen(cases[i].before),
				     .after = cases[i].after,
				     .after_length = cases[i].after == NULL ? 0 : strlen(cases[i].after),
				     .mode = 0640};
}

static void plant(struct unit *unit, const char *text)
{
	unit_clear(unit);
	unit_make_folder(unit, "etc");
	if (text != NULL)
		unit_write(unit, "etc/x.conf", text);
}

static void replaces_only_what_it_has_seen(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct replace_file file = file_of(i);
		struct error err = {0};

		plant(unit, cases[i].now);
		bool done = replace_write(&unit->arena, unit_tree(unit), &file, &err);
		SAME_NUMBER(unit, cases[i].name, done, cases[i].said == NULL);
		if (cases[i].said != NULL)
			HAS_TEXT(unit, cases[i].name, err.text, cases[i].said);
		SAME_TEXT(unit, cases[i].name, text_of(unit, "etc/x.conf"), done ? cases[i].after : cases[i].now);
		SAME_NUMBER(unit, cases[i].name, temporaries(unit, "/etc"), 0);
	}
}

/* The same faults, when they come between preparing and finishing. */
static void looks_once_more_before_the_rename(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct replace_file file = file_of(i);
		struct replace_pending pending = {.folder = -1};
		struct error err = {0};

		plant(unit, cases[i].before);
		if (!HOLDS(unit, cases[i].name, replace_prepare(&unit->arena, unit_tree(unit), &file, &pending, &err)))
			continue;
		SAME_TEXT(unit, cases[i].name, text_of(unit, "etc/x.conf"), cases[i].before);
		SAME_NUMBER(unit, cases[i].name, temporaries(unit, "/etc"),
			    cases[i].after != NULL || cases[i].before != NULL);
		(void)!unlink(unit_path(unit, "etc/x.conf"));
		if (cases[i].now != NULL)
			unit_write(unit, "etc/x.conf", cases[i].now);
		bool done = replace_finish(&unit->arena, unit_tree(unit), &pending, &err);
		SAME_NUMBER(unit, cases[i].name, done, cases[i].said == NULL);
		SAME_TEXT(unit, cases[i].name, text_of(unit, "etc/x.conf"), done ? cases[i].after : cases[i].now);
		SAME_NUMBER(unit, cases[i].name, temporaries(unit, "/etc"), 0);
		replace_abandon(&pending);
	}
}

static void abandons_what_was_prepared(struct unit *unit)
{
	const struct replace_file file = file_of(0);
	struct replace_pending pending = {.folder = -1};
	struct error err;

	replace_abandon(&pending);
	plant(unit, "a\n");
	HOLDS(unit, "prepare", replace_prepare(&unit->arena, unit_tree(unit), &file, &pending, &err));
	SAME_NUMBER(unit, "it lies ready", temporaries(unit, "/etc"), 1);
	errno = ENOSPC;
	replace_abandon(&pending);
	SAME_NUMBER(unit, "errno is kept", errno, ENOSPC);
	SAME_NUMBER(unit, "gone", temporaries(unit, "/etc"), 0);
	SAME_NUMBER(unit, "folder", pending.folder, -1);
	replace_abandon(&pending);
	SAME_TEXT(unit, "the file", text_of(unit, "etc/x.conf"), "a\n");
}

static void keeps_mode_owner_and_attributes(struct unit *unit)
{
	const struct replace_file file = file_of(0);
	struct file_state now;
	struct stat status;
	struct error err;
	bool root = geteuid() == 0;

	plant(unit, "a\n");
	const char *path = unit_path(unit, "etc/x.conf");
	bool owned = root && chown(path, 3, 4) == 0;
	HOLDS(unit, "chmod", chmod(path, 0604) == 0);
	bool attributes = setxattr(path, "user.x", "a\0\xff", 3, 0) == 0;
	HOLDS(unit, "write", replace_write(&unit->arena, unit_tree(unit), &file, &err));
	HOLDS(unit, "stat", stat(path, &status) == 0);
	SAME_NUMBER(unit, "mode", status.st_mode & 07777, 0604);
	if (owned)
		SAME_NUMBER(unit, "owner", status.st_uid * 10 + status.st_gid, 34);
	if (HOLDS(unit, "look", replace_look(&unit->arena, unit_tree(unit), FILE_PATH, &now, &err)) && attributes) {
		SAME_NUMBER(unit, "attributes", now.attributes.count, 1);
		HOLDS(unit, "attribute",
		      now.attributes.items[0].length == 3 && memcmp(now.attributes.items[0].value, "a\0\xff", 3) == 0);
	}
}

static void a_new_file_is_made_as_it_was_asked(struct unit *unit)
{
	const struct file_state as = {.present = true, .mode = 0604, .owner = geteuid(), .group = getegid()};
	struct replace_file file = file_of(1);
	struct stat status;
	struct error err;
	mode_t mask = umask(0022); /* as the program sets it */

	plant(unit, NULL);
	HOLDS(unit, "by mode", replace_write(&unit->arena, unit_tree(unit), &file, &err));
	HOLDS(unit, "stat", stat(unit_path(unit, "etc/x.conf"), &status) == 0);
	SAME_NUMBER(unit, "mode", status.st_mode & 07777, 0640);
	plant(unit, NULL);
	file.as = &as;
	umask(0077);
	HOLDS(unit, "as another was, whatever the umask", replace_write(&unit->arena, unit_tree(unit), &file, &err));
	HOLDS(unit, "stat", stat(unit_path(unit, "etc/x.conf"), &status) == 0);
	SAME_NUMBER(unit, "mode of the other", status.st_mode & 07777, 0604);
	umask(mask);
}

static void follows_links_and_replaces_the_file_behind(struct unit *unit)
{
	const struct replace_file file = file_of(0);
	struct stat status;
	struct error err;

	plant(unit, NULL);
	unit_write(unit, "srv/real.conf", "a\n");
	unit_link(unit, "etc/x.conf", "/srv/real.conf");
	HOLDS(unit, "write", replace_write(&unit->arena, unit_tree(unit), &file, &err));
	SAME_TEXT(unit, "behind it", text_of(unit, "srv/real.conf"), "b\n");
	HOLDS(unit, "the link stays", lstat(unit_path(unit, "etc/x.conf"), &status) == 0 && S_ISLNK(status.st_mode));
}

static void looks_at_regular_files_alone(struct unit *unit)
{
	struct file_state state;
	struct error err;

	plant(unit, NULL);
	HOLDS(unit, "a missing one is no error", replace_look(&unit->arena, unit_tree(unit), FILE_PATH, &state, &err));
	HOLDS(unit, "a missing one", !state.present);
	HOLDS(unit, "a missing folder",
	      replace_look(&unit->arena, unit_tree(unit), "/no/such/file", &state, &err) && !state.present);
	unit_make_folder(unit, "etc/x.conf");
	HOLDS(unit, "a folder", !replace_look(&unit->arena, unit_tree(unit), FILE_PATH, &state, &err));
	plant(unit, NULL);
	HOLDS(unit, "mkfifo", mkfifo(unit_path(unit, "etc/x.conf"), 0600) == 0);
	HOLDS(unit, "a fifo", !replace_look(&unit->arena, unit_tree(unit), FILE_PATH, &state, &err));
	plant(unit, NULL);
	unit_write_bytes(unit, "etc/x.conf", "a\0b", 3);
	HOLDS(unit, "a NUL", replace_look(&unit->arena, unit_tree(unit), FILE_PATH, &state, &err) && state.present);
	SAME_NUMBER(unit, "length", state.length, 3);
}

static void sweeps_only_its_own_leftovers(struct unit *unit)
{
	static const struct {
		const char *name;
		bool goes;
	} files[] = {
		{"etc/.holdfast-0123456789abcdef.tmp", true},
		{"etc/.holdfast-.tmp", true},
		{"etc/.holdfast-x", false},
		{"etc/holdfast-1.tmp", false},
		{"etc/x.tmp", false},
		{"srv/.holdfast-1.tmp", false},
	};

	plant(unit, NULL);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		unit_write(unit, files[i].name, "x");
	replace_sweep(&unit->arena, unit_tree(unit), FILE_PATH);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		SAME_TEXT(unit, files[i].name, text_of(unit, files[i].name), files[i].goes ? NULL : "x");
	replace_sweep(&unit->arena, unit_tree(unit), "/no/such/folder/x");
	unit_write(unit, "srv/x.conf", "");
	unit_link(unit, "etc/x.conf", "../srv/x.conf");
	replace_sweep(&unit->arena, unit_tree(unit), FILE_PATH);
	SAME_TEXT(unit, "in the folder behind a link", text_of(unit, "srv/.holdfast-1.tmp"), NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(replaces_only_what_it_has_seen),     UNIT(looks_once_more_before_the_rename),
	UNIT(abandons_what_was_prepared),         UNIT(keeps_mode_owner_and_attributes),
	UNIT(a_new_file_is_made_as_it_was_asked), UNIT(follows_links_and_replaces_the_file_behind),
	UNIT(looks_at_regular_files_alone),       UNIT(sweeps_only_its_own_leftovers),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
