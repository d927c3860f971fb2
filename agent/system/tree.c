#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/text.h"

enum { SMALL_FILE = 64 * 1024, MOST_TRIES = 1000 };

static int open_in(const struct tree *tree, const char *path, int flags, unsigned long long resolve)
{
	struct open_how how = {
		.flags = (unsigned long long)(flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY | O_NONBLOCK)),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};

	while (*path == '/')
		path++;
	/* EAGAIN: something was renamed or mounted while a '..' was walked; the kernel could not rule out an escape. */
	for (int try = 0;; try++) {
		int fd = (int)syscall(SYS_openat2, tree->fd, *path != '\0' ? path : ".", &how, sizeof(how));

		if (fd >= 0 || errno != EAGAIN || try == MOST_TRIES)
			return fd;
	}
}

/* Before anything else is opened: without openat2(2) no path could be held to the folder. */
static bool can_open(const struct tree *tree, struct error *err)
{
	CLEANUP(fd_close) int fd = open_in(tree, "/", O_PATH, 0);

	/* EPERM is no matter of rights here, but what some filters answer. */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return true;
	return error_set(
		err, "openat2(2) is not to be had here: holdfast needs Linux 5.6, and no seccomp filter that hides the "
		     "call (such as systemd's RestrictSUIDSGID=, or an old container runtime's)");
}

bool tree_open(struct arena *arena, const char *path, struct tree *tree, struct error *err)
{
	struct stat own = {0}, other = {0};
	CLEANUP(fd_close) int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_system(err, errno, "open the root folder '%s'", path);
	bool is_host = strcmp(path, "/") == 0;
	if (!is_host && (fstat(fd, &own) != 0 || stat("/", &other) != 0))
		return error_system(err, errno, "look at the root folder '%s'", path);
	is_host = is_host || (own.st_dev == other.st_dev && own.st_ino == other.st_ino);
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	*tree = (struct tree){
		.fd = fd_take(&fd), .path = is_host ? "/" : arena_copy(arena, path, length), .is_host = is_host};
	if (can_open(tree, err))
		return true;
	fd_close(&tree->fd);
	return false;
}

int tree_open_file(const struct tree *tree, const char *path, int flags)
{
	return open_in(tree, path, flags, 0);
}

bool tree_stat(const struct tree *tree, const char *path, struct stat *status)
{
	CLEANUP(fd_close) int fd = open_in(tree, path, O_PATH, 0);

	return fd >= 0 && fstat(fd, status) == 0;
}

bool tree_exists(const struct tree *tree, const char *path)
{
	CLEANUP(fd_close) int fd = open_in(tree, path, O_PATH, 0);

	return fd >= 0;
}

const char *tree_read_text(struct arena *arena, const struct tree *tree, const char *path, size_t most)
{
	char *bytes;
	size_t length;
	CLEANUP(fd_close) int fd = open_in(tree, path, O_RDONLY, 0);

	if (fd < 0 || fd_read_all(arena, fd, most, &bytes, &length) != FD_DONE)
		return NULL;
	return bytes;
}

const char *tree_read_line(struct arena *arena, const struct tree *tree, const char *path)
{
	const char *text = tree_read_text(arena, tree, path, SMALL_FILE);

	return text == NULL ? NULL : arena_copy(arena, text, strcspn(text, "\n"));
}

static int by_text(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

void tree_list(struct arena *arena, const struct tree *tree, const char *path, struct tree_names *names)
{
	CLEANUP(fd_list_close) DIR *list = fd_list(tree_open_file(tree, path, O_RDONLY | O_DIRECTORY));
	const char *name;

	*names = (struct tree_names){0};
	while ((name = fd_list_next(list)) != NULL)
		*ARRAY_ADD(arena, names) = arena_string(arena, name);
	if (names->count > 0)
		qsort(names->items, names->count, sizeof(*names->items), by_text);
}

const char *tree_link(struct arena *arena, const struct tree *tree, const char *path)
{
	char target[4096];
	CLEANUP(fd_close) int fd = open_in(tree, path, O_PATH | O_NOFOLLOW, 0);

	if (fd < 0)
		return NULL;
	ssize_t length = readlinkat(fd, "", target, sizeof(target));
	if (length > 0 && (size_t)length < sizeof(target))
		return arena_copy(arena, target, (size_t)length);
	errno = EINVAL; /* the kernel says ENOENT of a descriptor that is no link */
	return NULL;
}

const char *tree_real_path(struct arena *arena, const struct tree *tree, const char *path)
{
	char own[64], found[4096], root[4096];
	CLEANUP(fd_close) int fd = open_in(tree, path, O_PATH, 0);

	if (fd < 0)
		return NULL;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(own, found, sizeof(found) - 1);
	snprintf(own, sizeof(own), "/proc/self/fd/%d", tree->fd);
	ssize_t root_length = readlink(own, root, sizeof(root) - 1);
	if (length <= 0 || root_length <= 0)
		return NULL;
	found[length] = '\0';
	root[root_length] = '\0';
	if (root_length == 1)
		return arena_string(arena, found);
	if (strcmp(found, root) == 0)
		return "/";
	if (!text_starts(found, root) || found[root_length] != '/') {
		errno = EXDEV;
		return NULL;
	}
	return arena_string(arena, found + root_length);
}

const char *tree_shown(struct arena *arena, const struct tree *tree, const char *path)
{
	return tree->is_host ? path : arena_printf(arena, "%s%s", tree->path, path);
}
