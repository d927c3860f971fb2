#include "sysctl_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/text.h"

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

static bool list_folder(struct arena *arena, const struct tree *tree, const struct loader *loader, const char *folder,
			struct candidates *candidates, struct error *err)
{
	size_t before = candidates->count;
	int fd = tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return true;
	DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
	if (listing == NULL) {
		int cause = errno;

		fd_close(&fd);
		return error_system(err, cause, "list %s", tree_shown(arena, tree, folder));
	}
	struct dirent *entry;
	while ((entry = readdir(listing)) != NULL) {
		bool hidden = entry->d_name[0] == '.';

		if (!text_ends(entry->d_name, ".conf") || (hidden && loader->kind == LOADER_SYSTEMD))
			continue;
		add_candidate(arena, candidates, before, folder, entry->d_name);
	}
	closedir(listing);
	return true;
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
	switch (fd_read_all(arena, fd, SYSCTL_FILE_LONGEST, &bytes, &file->length)) {
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

bool sysctl_files_read(struct arena *arena, const struct tree *tree, const struct loader *loader,
		       struct findings *findings, struct sysctl_files *files, struct error *err)
{
	struct candidates candidates = {0};
	size_t count;
	const char *const *folders = folders_of(loader, &count);

	for (size_t i = 0; i < count; i++) {
		if (!list_folder(arena, tree, loader, folders[i], &candidates, err))
			return false;
	}
	if (candidates.count > 0)
		qsort(candidates.items, candidates.count, sizeof(*candidates.items), by_name);
	for (size_t i = 0; i < candidates.count; i++) {
		struct sysctl_file file;

		if (!sysctl_file_read(arena, tree, candidates.items[i].path, &file, err))
			return false;
		if (!file.present)
			note_odd(arena, tree, file.path, findings);
		*ARRAY_ADD(arena, files) = file;
	}
	if (loader->kind == LOADER_PROCPS) {
		struct sysctl_file file;

		/* Read last, if a regular file behind all links; with a link in sysctl.d it is read twice. */
		if (!sysctl_file_read(arena, tree, main_file, &file, err))
			return false;
		if (file.present)
			*ARRAY_ADD(arena, files) = file;
	}
	return true;
}

static const char *base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

struct sysctl_files sysctl_files_with(struct arena *arena, const struct sysctl_files *files,
				      const struct sysctl_file *changed)
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
	if (!placed)
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
