#include "sysctl_files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/text.h"
#include "procps_names.h"

static const char main_file[] = "/etc/sysctl.conf";

struct candidate {
	const char *name, *path;
};
struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

static const char *const *folders_of(const struct loader *loader, size_t *count)
{
	/* sysctl.d(5). Debian's systemd reads /lib/sysctl.d too, lowest; where /usr is merged it is the same folder. */
	static const char *const usual[] = {"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
					    "/usr/lib/sysctl.d", "/lib/sysctl.d"};
	/* Up to procps 3.3.16. */
	static const char *const older[] = {"/run/sysctl.d", "/etc/sysctl.d", "/usr/local/lib/sysctl.d",
					    "/usr/lib/sysctl.d", "/lib/sysctl.d"};

	*count = COUNT_OF(usual);
	return loader->kind == LOADER_PROCPS && !loader_at_least(loader, 3, 3, 17) ? older : usual;
}

/* A higher folder's file replaces a lower one of the same name whole, whatever it is. */
static void add_candidate(struct arena *arena, struct candidates *candidates, size_t before, const char *folder,
			  const char *name)
{
	for (size_t i = 0; i < before; i++) {
		if (strcmp(candidates->items[i].name, name) == 0)
			return;
	}
	*ARRAY_ADD(arena, candidates) = (struct candidate){.name = arena_string(arena, name),
							   .path = arena_printf(arena, "%s/%s", folder, name)};
}

/* The names ending in .conf; none when there is no such folder. */
static bool folder_names(struct arena *arena, const struct tree *tree, const char *folder, struct procps_names *names,
			 struct error *err)
{
	CLEANUP(fd_list_close) DIR *list = fd_list(tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY));
	const char *name;

	if (list == NULL)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
		       error_system(err, errno, "list %s", tree_shown(arena, tree, folder));
	while ((name = fd_list_next(list)) != NULL) {
		if (text_ends(name, ".conf"))
			*ARRAY_ADD(arena, names) = arena_string(arena, name);
	}
	if (errno != 0)
		return error_system(err, errno, "list %s", tree_shown(arena, tree, folder));
	return true;
}

static bool list_folder(struct arena *arena, const struct tree *tree, const struct loader *loader, const char *folder,
			struct candidates *candidates, struct error *err)
{
	struct procps_names names = {0};
	size_t before = candidates->count;

	if (!folder_names(arena, tree, folder, &names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		if (names.items[i][0] != '.' || loader->kind == LOADER_PROCPS)
			add_candidate(arena, candidates, before, folder, names.items[i]);
	}
	return true;
}

static int by_text(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

static int by_name(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return strcmp(a->name, b->name);
}

bool sysctl_file_read(struct arena *arena, const struct tree *tree, const char *path, struct sysctl_file *file,
		      struct error *err)
{
	struct stat status;
	char *bytes;
	CLEANUP(fd_close) int fd = tree_open_file(tree, path, O_RDONLY);

	*file = (struct sysctl_file){.path = path, .bytes = ""};
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENXIO ||
		       error_system(err, errno, "open %s", tree_shown(arena, tree, path));
	if (fstat(fd, &status) != 0)
		return error_system(err, errno, "look at %s", tree_shown(arena, tree, path));
	if (!S_ISREG(status.st_mode))
		return true;
	switch (fd_read_sized(arena, fd, status.st_size, SYSCTL_FILE_LONGEST,
			      (struct fd_text){&bytes, &file->length})) {
	case FD_DONE:
		break;
	case FD_TOO_LONG:
		return error_set(err, "%s is larger than %d MiB", tree_shown(arena, tree, path),
				 SYSCTL_FILE_LONGEST >> 20);
	case FD_FAILED:
		return error_system(err, errno, "read %s", tree_shown(arena, tree, path));
	}
	file->bytes = bytes;
	file->present = true;
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return true;
}

/* Says what the loader would make of a name that is no readable file. */
static void note_odd(struct arena *arena, const struct tree *tree, const char *path, struct findings *findings)
{
	struct source source = {.file = tree_shown(arena, tree, path)};
	const char *target = tree_link(arena, tree, path);
	struct stat status;

	if (text_equal(target, "/dev/null"))
		return; /* masked, on purpose */
	if (!tree_stat(tree, path, &status))
		findings_warning(findings, source,
				 "the link leads nowhere; it masks files of the same name in lower folders");
	else if (S_ISDIR(status.st_mode))
		findings_warning(findings, source, "is a folder; no loader reads it");
	else
		findings_warning(findings, source, "is no regular file; not read here, and a loader may wait on it");
}

/* Says what would be lost of a file that is no clean text. */
static void note_unclean(const struct loader *loader, const struct sysctl_file *file, const char *shown,
			 struct findings *findings)
{
	enum { SYSTEMD_LINE = 1 << 20 };
	struct source source = {.file = shown, .line = 1};

	for (size_t start = 0; start < file->length; source.line++) {
		const char *newline = memchr(file->bytes + start, '\n', file->length - start);
		size_t end = newline != NULL ? (size_t)(newline - file->bytes) : file->length;

		source.column = 1;
		if (memchr(file->bytes + start, '\0', end - start) != NULL) {
			findings_warning(findings, source, "the line holds a NUL, where loaders cut it");
			return;
		}
		if (loader->kind == LOADER_SYSTEMD && end - start >= SYSTEMD_LINE) {
			findings_warning(findings, source,
					 "the line is longer than 1 MiB; systemd drops the rest of the file from here");
			return;
		}
		start = end + 1;
	}
}

struct reading {
	struct arena *arena;
	const struct tree *tree;
	const struct loader *loader;
	struct findings *findings;
	struct sysctl_files *files;
};

/* False: it is another failure, or one of this kind ends the reading. */
static bool goes_on(const struct reading *reading, const char *path, const struct error *err)
{
	struct source source = {.file = tree_shown(reading->arena, reading->tree, path)};

	if (!reading->files->go_on || (err->number != EACCES && err->number != EPERM))
		return false;
	findings_warning(reading->findings, source,
			 "%s; what it sets at boot is not known to this user, and counts as nothing (root sees it)",
			 strerror(err->number));
	reading->files->unread++;
	return true;
}

static bool add_file(const struct reading *reading, const char *path, struct error *err)
{
	struct sysctl_file file;
	bool read = sysctl_file_read(reading->arena, reading->tree, path, &file, err);

	if (!read && !goes_on(reading, path, err))
		return false;
	if (read && !file.present)
		note_odd(reading->arena, reading->tree, path, reading->findings);
	note_unclean(reading->loader, &file, path, reading->findings);
	*ARRAY_ADD(reading->arena, reading->files) = file;
	return true;
}

/* procps takes the name for a pattern, and reads what that finds. */
static bool add_pattern(const struct reading *reading, const struct candidate *candidate, struct error *err)
{
	struct arena *arena = reading->arena;
	struct procps_names folder = {0}, found = {0};
	size_t prefix = strlen(candidate->path) - strlen(candidate->name);

	if (!folder_names(arena, reading->tree, arena_copy(arena, candidate->path, prefix), &folder, err))
		return false;
	if (folder.count > 0)
		qsort(folder.items, folder.count, sizeof(*folder.items), by_text);
	procps_names_expand(arena, candidate->name, &folder, &found);
	if (found.count != 1 || strcmp(found.items[0], candidate->name) != 0)
		findings_warning(reading->findings, (struct source){.file = candidate->path},
				 "procps takes this name for a pattern, and reads other files in its place");
	for (size_t i = 0; i < found.count; i++) {
		if (!add_file(reading, arena_printf(arena, "%.*s%s", (int)prefix, candidate->path, found.items[i]),
			      err))
			return false;
	}
	return true;
}

bool sysctl_files_read(struct arena *arena, const struct tree *tree, const struct loader *loader,
		       struct findings *findings, struct sysctl_files *files, struct error *err)
{
	const struct reading reading = {
		.arena = arena, .tree = tree, .loader = loader, .findings = findings, .files = files};
	struct candidates candidates = {0};
	struct sysctl_file main;
	size_t count;
	const char *const *folders = folders_of(loader, &count);

	/* The last is /lib: where it is a link to /usr/lib, it was listed already. */
	const char *lib = tree_link(arena, tree, "/lib");
	count -= lib != NULL && text_ends(lib, "usr/lib");
	for (size_t i = 0; i < count; i++) {
		if (!list_folder(arena, tree, loader, folders[i], &candidates, err) &&
		    !goes_on(&reading, folders[i], err))
			return false;
	}
	if (candidates.count > 0)
		qsort(candidates.items, candidates.count, sizeof(*candidates.items), by_name);
	for (size_t i = 0; i < candidates.count; i++) {
		const struct candidate *candidate = &candidates.items[i];
		bool pattern = loader->kind == LOADER_PROCPS && strpbrk(candidate->name, "*?[{") != NULL;

		if (pattern ? !add_pattern(&reading, candidate, err) : !add_file(&reading, candidate->path, err))
			return false;
	}
	/* Read last, if a regular file behind all links; with a link in sysctl.d it is read twice. */
	if (loader->kind == LOADER_PROCPS && !sysctl_file_read(arena, tree, main_file, &main, err) &&
	    !goes_on(&reading, main_file, err))
		return false;
	if (loader->kind == LOADER_PROCPS && main.present)
		*ARRAY_ADD(arena, files) = main;
	return true;
}

static const char *base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

struct sysctl_files sysctl_files_with(struct arena *arena, const struct loader *loader,
				      const struct sysctl_files *files, const struct sysctl_file *changed)
{
	struct sysctl_files result = {0};
	bool placed = false, drop_in = text_starts(changed->path, "/etc/sysctl.d/");

	for (size_t i = 0; i < files->count; i++) {
		struct sysctl_file file = files->items[i];
		bool main = strcmp(file.path, main_file) == 0;
		bool same = strcmp(file.path, changed->path) == 0 ||
			    (changed->present && file.present && file.device == changed->device &&
			     file.inode == changed->inode);
		/* The same base name in a lower folder is replaced whole. */
		bool replaced = drop_in && !main && strcmp(base_name(file.path), base_name(changed->path)) == 0;

		if (drop_in && !placed && !same && !replaced &&
		    (main || strcmp(base_name(file.path), base_name(changed->path)) > 0)) {
			*ARRAY_ADD(arena, &result) = *changed;
			placed = true;
		}
		if (same || replaced) {
			file.bytes = changed->bytes;
			file.length = changed->length;
			file.path = replaced ? changed->path : file.path;
			placed = true;
		}
		*ARRAY_ADD(arena, &result) = file;
	}
	if (!placed && (drop_in || loader->kind == LOADER_PROCPS))
		*ARRAY_ADD(arena, &result) = *changed;
	return result;
}

bool sysctl_fold_path(char *path, bool up)
{
	char *end = path;

	for (const char *start = path;;) {
		size_t length = strcspn(start, "/");
		const char *next = start[length] == '/' ? start + length + 1 : NULL;

		if (length == 2 && start[0] == '.' && start[1] == '.') {
			if (!up || end == path)
				return false;
			do
				end--;
			while (end > path && *end != '/');
		} else if (length > 0 && !(length == 1 && start[0] == '.')) {
			if (end != path)
				*end++ = '/';
			memmove(end, start, length);
			end += length;
		}
		if (next == NULL)
			break;
		start = next;
	}
	*end = '\0';
	return true;
}
