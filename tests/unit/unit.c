#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	if (place->level == 0)
		return 0;
	return kind == FTW_DP ? rmdir(path) : unlink(path);
}

void unit_clear(struct unit *unit)
{
	if (unit->folder == NULL)
		return;
	HOLDS(unit, unit->folder, nftw(unit->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void unit_run(void **function)
{
	struct unit unit = {.tree = {.fd = -1}};
	unit_function *test = (unit_function *)*function;

	test(&unit);
	if (unit.folder != NULL) {
		unit_clear(&unit);
		HOLDS(&unit, unit.folder, rmdir(unit.folder) == 0);
	}
	if (unit.tree.fd >= 0)
		close(unit.tree.fd);
	unsigned checks = unit.checks, failures = unit.failures;
	arena_free(&unit.arena);
	if (checks == 0)
		fail_msg("nothing was checked");
	if (failures > 0)
		fail_msg("%u of %u checks failed", failures, checks);
}

bool unit_holds(struct unit *unit, const char *row, bool condition, const char *what, const char *file, int line)
{
	unit->checks++;
	if (condition)
		return true;
	unit->failures++;
	print_error("%s:%d: row '%s': does not hold: %s\n", file, line, row, what);
	return false;
}

bool unit_same_text(struct unit *unit, const char *row, const char *found, const char *wanted, const char *file,
		    int line)
{
	unit->checks++;
	if (found == wanted || (found != NULL && wanted != NULL && strcmp(found, wanted) == 0))
		return true;
	unit->failures++;
	print_error("%s:%d: row '%s': found %s%s%s, wanted %s%s%s\n", file, line, row, found != NULL ? "'" : "",
		    found != NULL ? found : "nothing", found != NULL ? "'" : "", wanted != NULL ? "'" : "",
		    wanted != NULL ? wanted : "nothing", wanted != NULL ? "'" : "");
	return false;
}

bool unit_has_text(struct unit *unit, const char *row, const char *found, const char *wanted, const char *file,
		   int line)
{
	if (found == NULL || wanted == NULL)
		return unit_same_text(unit, row, found, wanted, file, line);
	unit->checks++;
	if (strstr(found, wanted) != NULL)
		return true;
	unit->failures++;
	print_error("%s:%d: row '%s': '%s' has no '%s'\n", file, line, row, found, wanted);
	return false;
}

bool unit_same_number(struct unit *unit, const char *row, long long found, long long wanted, const char *file, int line)
{
	unit->checks++;
	if (found == wanted)
		return true;
	unit->failures++;
	print_error("%s:%d: row '%s': found %lld, wanted %lld\n", file, line, row, found, wanted);
	return false;
}

const struct tree *unit_tree(struct unit *unit)
{
	struct error err;

	if (unit->folder == NULL) {
		char *folder = arena_string(&unit->arena, "/tmp/holdfast.XXXXXX");

		if (!HOLDS(unit, "mkdtemp", mkdtemp(folder) != NULL))
			return &unit->tree;
		unit->folder = folder;
		HOLDS(unit, folder, tree_open(&unit->arena, folder, &unit->tree, &err));
	}
	return &unit->tree;
}

const char *unit_path(struct unit *unit, const char *path)
{
	(void)unit_tree(unit);
	return arena_printf(&unit->arena, "%s/%s", unit->folder, path);
}

/* Makes the folders on the way to path, and path itself when `whole`. */
static void make_folders(struct unit *unit, const char *path, bool whole)
{
	char *room = arena_string(&unit->arena, path);

	for (char *c = room + 1; *c != '\0'; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		(void)!mkdir(room, 0755);
		*c = '/';
	}
	if (whole)
		HOLDS(unit, path, mkdir(room, 0755) == 0 || errno == EEXIST);
}

void unit_write_bytes(struct unit *unit, const char *path, const char *bytes, size_t length)
{
	const char *whole = unit_path(unit, path);

	make_folders(unit, whole, false);
	CLEANUP(fd_close) int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	HOLDS(unit, whole, fd >= 0 && fd_write_all(fd, bytes, length));
}

void unit_write(struct unit *unit, const char *path, const char *text)
{
	unit_write_bytes(unit, path, text, strlen(text));
}

void unit_link(struct unit *unit, const char *path, const char *target)
{
	const char *whole = unit_path(unit, path);

	make_folders(unit, whole, false);
	HOLDS(unit, whole, symlink(target, whole) == 0);
}

void unit_make_folder(struct unit *unit, const char *path)
{
	make_folders(unit, unit_path(unit, path), true);
}
