#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../base/text.h"

enum { FILE_LONGEST = 64 << 20 };

/* The folder that holds path, and the name in it. */
static const char *split(struct arena *arena, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash + 1;
	return slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
}

bool replace_open_folder(struct arena *arena, const struct tree *tree, const char *path, mode_t mode, int *fd,
			 struct error *err)
{
	const char *name;
	CLEANUP(fd_close) int found = tree_open_file(tree, path, O_RDONLY | O_DIRECTORY);

	if (found < 0 && errno == ENOENT && strcmp(path, "/") != 0) {
		CLEANUP(fd_close) int above = -1;

		if (!replace_open_folder(arena, tree, split(arena, path, &name), 0755, &above, err))
			return false;
		if (mkdirat(above, name, mode) != 0 && errno != EEXIST)
			return error_system(err, errno, "make the folder %s", tree_shown(arena, tree, path));
		if (fsync(above) != 0)
			return error_system(err, errno, "sync the folder above %s", tree_shown(arena, tree, path));
		found = tree_open_file(tree, path, O_RDONLY | O_DIRECTORY);
	}
	if (found < 0)
		return error_system(err, errno, "open the folder %s", tree_shown(arena, tree, path));
	*fd = fd_take(&found);
	return true;
}

/* The file as it is now must be what the plan saw. *status is its, when there is one. */
static bool still_the_same(struct arena *arena, int folder, const char *name, const struct replace_file *file,
			   struct stat *status, struct error *err)
{
	char *bytes;
	size_t length;
	CLEANUP(fd_close) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT && file->before == NULL)
		return true;
	if (fd < 0)
		return error_system(err, errno, "open %s", file->path);
	if (fstat(fd, status) != 0)
		return error_system(err, errno, "look at %s", file->path);
	if (fd_read_all(arena, fd, FILE_LONGEST, &bytes, &length) != FD_DONE)
		return error_system(err, errno, "read %s", file->path);
	if (file->before == NULL || length != file->before_length || memcmp(bytes, file->before, length) != 0)
		return error_set(err, "%s has been changed by another hand since it was read; run the command again",
				 file->path);
	return true;
}

/* Owner, mode and extended attributes (such as the SELinux label) as the old file had them. */
static bool take_over(struct arena *arena, int folder, const char *name, const struct stat *status, int fd,
		      struct error *err)
{
	CLEANUP(fd_close) int old = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat own;

	if (old < 0 || fstat(fd, &own) != 0)
		return error_system(err, errno, "open %s", name);
	if ((own.st_uid != status->st_uid || own.st_gid != status->st_gid) &&
	    fchown(fd, status->st_uid, status->st_gid) != 0)
		return error_system(err, errno, "keep the owner of %s", name);
	if (fchmod(fd, status->st_mode & 07777) != 0)
		return error_system(err, errno, "keep the mode of %s", name);
	ssize_t size = flistxattr(old, NULL, 0);
	if (size <= 0)
		return true; /* none, or the file system has none */
	char *names = arena_alloc(arena, (size_t)size + 1);
	size = flistxattr(old, names, (size_t)size);
	for (const char *attribute = names; size > 0 && attribute < names + size; attribute += strlen(attribute) + 1) {
		char value[65536];
		ssize_t length = fgetxattr(old, attribute, value, sizeof(value));

		if (length < 0 ||
		    (fsetxattr(fd, attribute, value, (size_t)length, 0) != 0 && errno != ENOTSUP && errno != EPERM))
			return error_system(err, errno, "keep the attribute %s of %s", attribute, name);
	}
	return true;
}

struct temporary {
	int folder;
	char name[64];
	bool there;
};

static void temporary_remove(struct temporary *temporary)
{
	if (temporary->there)
		unlinkat(temporary->folder, temporary->name, 0);
}

static bool temporary_create(struct temporary *temporary, mode_t mode, int *fd, struct error *err)
{
	unsigned long long chance;

	if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		return error_system(err, errno, "ask the kernel for random numbers");
	/* Hidden and without .conf: no loader reads it, whatever becomes of us. */
	snprintf(temporary->name, sizeof(temporary->name), ".holdfast-%016llx.tmp", chance);
	*fd = openat(temporary->folder, temporary->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (*fd < 0)
		return error_system(err, errno, "make a temporary file");
	temporary->there = true;
	return true;
}

static bool write_beside(struct arena *arena, int folder, const char *name, const struct replace_file *file,
			 struct error *err)
{
	CLEANUP(temporary_remove) struct temporary temporary = {.folder = folder};
	struct stat status = {0}, again = {0};
	CLEANUP(fd_close) int fd = -1;

	if (!still_the_same(arena, folder, name, file, &status, err))
		return false;
	if (!temporary_create(&temporary, file->before == NULL ? file->mode : 0600, &fd, err))
		return false;
	if (!fd_write_all(fd, file->after, file->after_length))
		return error_system(err, errno, "write");
	if (file->before != NULL && !take_over(arena, folder, name, &status, fd, err))
		return false;
	if (fsync(fd) != 0)
		return error_system(err, errno, "sync");
	/* The last look before the name changes hands: the window for another editor is as small as it can be. */
	if (!still_the_same(arena, folder, name, file, &again, err))
		return false;
	if (renameat(folder, temporary.name, folder, name) != 0)
		return error_system(err, errno, "rename");
	temporary.there = false;
	if (fsync(folder) != 0)
		return error_system(err, errno, "sync the folder");
	return true;
}

bool replace_write(struct arena *arena, const struct tree *tree, const struct replace_file *file, struct error *err)
{
	CLEANUP(fd_close) int folder = -1;
	const char *name;
	const char *real = tree_real_path(arena, tree, file->path);

	if (real == NULL && errno != ENOENT)
		return error_system(err, errno, "find %s", tree_shown(arena, tree, file->path));
	const char *above = split(arena, real != NULL ? real : file->path, &name);
	if (!replace_open_folder(arena, tree, above, 0755, &folder, err))
		return false;
	return write_beside(arena, folder, name, file, err) ||
	       error_wrap(err, "replace %s", tree_shown(arena, tree, file->path));
}
