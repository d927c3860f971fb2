#include "unread.h"

#include <fcntl.h>

#include "../base/array.h"
#include "../base/text.h"

static const char main_file[] = "/etc/sysctl.conf";
static const char *const folders[] = {"/etc/sysctl.d", "/run/sysctl.d"};

bool unread_name(const struct loader *loader, const char *path, struct unread_file *file)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	bool systemd = loader->kind == LOADER_SYSTEMD;

	*file = (struct unread_file){.path = path};
	if (strcmp(name, "sysctl.conf") == 0 && strstr(path, "sysctl.d/") == NULL) {
		file->why = "systemd-sysctl does not read /etc/sysctl.conf; only a link in sysctl.d makes it";
		file->remedy = "Move the lines to a file in /etc/sysctl.d, or link /etc/sysctl.d/99-sysctl.conf to it.";
		return systemd;
	}
	if (!text_ends(name, ".conf")) {
		file->why = "no loader reads a file whose name does not end in .conf";
		file->remedy = "Rename it to end in .conf, or delete it.";
		return true;
	}
	file->why = "systemd-sysctl does not read a file whose name begins with a dot";
	file->remedy = "Rename it.";
	return systemd && name[0] == '.';
}

static bool is_read(const struct sysctl_files *read, const struct sysctl_file *file)
{
	for (size_t i = 0; i < read->count; i++) {
		if (read->items[i].present && read->items[i].device == file->device &&
		    read->items[i].inode == file->inode)
			return true;
	}
	return false;
}

static void consider(struct arena *arena, const struct tree *tree, const struct loader *loader,
		     const struct sysctl_files *read, const char *path, struct unread_files *files)
{
	struct unread_file unread;
	struct sysctl_file file;
	struct error err;

	if (!unread_name(loader, path, &unread) || !sysctl_file_read(arena, tree, path, &file, &err) || !file.present ||
	    file.length == 0 || is_read(read, &file))
		return;
	*ARRAY_ADD(arena, files) = unread;
}

static int by_path(const void *left, const void *right)
{
	const struct unread_file *a = left, *b = right;

	return strcmp(a->path, b->path);
}

void unread_find(struct arena *arena, const struct tree *tree, const struct loader *loader,
		 const struct sysctl_files *read, struct unread_files *files)
{
	consider(arena, tree, loader, read, main_file, files);
	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		struct tree_names names;

		tree_list(arena, tree, folders[i], &names);
		for (size_t j = 0; j < names.count; j++) {
			/* Temporary files of our own and the usual note on the folder are no mistakes. */
			if (!text_starts(names.items[j], "README") && !text_starts(names.items[j], ".holdfast-"))
				consider(arena, tree, loader, read,
					 arena_printf(arena, "%s/%s", folders[i], names.items[j]), files);
		}
	}
	if (files->count > 0)
		qsort(files->items, files->count, sizeof(*files->items), by_path);
}
