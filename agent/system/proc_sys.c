#include "proc_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/text.h"

/* The kernel clears a buffer as large as we ask for on each read, so the first try is small; few values are longer. */
enum { FIRST_READ = 256 };

/* struct statx of the kernel: not every C library has it, or the mount in it. */
struct status {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, owner, group;
	uint16_t mode, unused;
	uint64_t rest[14];
	uint64_t mount;
	uint64_t more[13];
};
_Static_assert(offsetof(struct status, mount) == 144 && sizeof(struct status) == 256, "as in linux/stat.h");
enum { HAS_MODE = 0x2, HAS_MOUNT = 0x1000 };

static bool look(int folder, const char *path, int flags, unsigned wanted, struct status *status)
{
	return syscall(SYS_statx, folder, path, flags, wanted, status) == 0;
}

static int open_key(int folder, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned long long)(flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY | O_NONBLOCK)),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

bool proc_sys_open(const struct tree *tree, struct proc_sys *proc_sys, struct error *err)
{
	struct statvfs status;
	struct status mount;
	int fd = tree_open_file(tree, "/proc/sys", O_PATH | O_DIRECTORY);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*proc_sys = (struct proc_sys){.fd = -1};
		return true;
	}
	if (fd < 0)
		return error_system(err, errno, "open /proc/sys");
	*proc_sys = (struct proc_sys){
		.fd = fd,
		.read_only = fstatvfs(fd, &status) == 0 && (status.f_flag & ST_RDONLY) != 0,
		.mount = look(fd, "", AT_EMPTY_PATH, HAS_MOUNT, &mount) ? mount.mount : 0,
	};
	return true;
}

static int by_name(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

static bool expand_one(struct arena *arena, const struct proc_sys *proc_sys, struct desired_expansion *expansion,
		       struct error *err)
{
	size_t start, end;

	key_wildcard(expansion->glob, &start, &end);
	const char *folder = arena_copy(arena, expansion->glob, start > 0 ? start - 1 : 0);
	const char *wild = arena_copy(arena, expansion->glob + start, end - start);
	int fd = open_key(proc_sys->fd, folder, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
		       error_system(err, errno, "list /proc/sys/%s", folder);
	CLEANUP(fd_list_close) DIR *names = fd_list(fd);
	const char *name;
	if (names == NULL)
		return error_system(err, errno, "list /proc/sys/%s", folder);
	while ((name = fd_list_next(names)) != NULL) {
		if (!text_matches(wild, name))
			continue;
		/* A name that no sysctl file can hold is no key for us. */
		char *path = arena_printf(arena, "%s/%s%s", folder, name, expansion->glob + end);
		struct key key;
		struct error ignored;
		if (key_parse(arena, path, strlen(path), &key, &ignored) && !key.glob)
			*ARRAY_ADD(arena, expansion) = path;
	}
	if (errno != 0)
		return error_system(err, errno, "list /proc/sys/%s", folder);
	if (expansion->count > 0)
		qsort(expansion->items, expansion->count, sizeof(*expansion->items), by_name);
	return true;
}

bool proc_sys_expand(struct arena *arena, const struct proc_sys *proc_sys, struct desired_expansions *expansions,
		     struct error *err)
{
	for (size_t i = 0; i < expansions->count && proc_sys->fd >= 0; i++) {
		if (!expand_one(arena, proc_sys, &expansions->items[i], err))
			return false;
	}
	return true;
}

static bool exists(const struct proc_sys *proc_sys, const char *path)
{
	CLEANUP(fd_close) int fd = open_key(proc_sys->fd, path, O_PATH);

	return fd >= 0;
}

/* How much of the path is missing, outermost first. */
static void explain_missing(struct arena *arena, const struct proc_sys *proc_sys, const char *path,
			    struct observed_live *live)
{
	static const int kinds[] = {FAMILY_STACK, FAMILY_MODULE};
	const struct catalogue_family *family;

	live->gap = GAP_KEY;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		family = catalogue_family_of(path, kinds[i]);
		if (family != NULL && !exists(proc_sys, family->prefix)) {
			live->gap = GAP_FAMILY;
			live->module = family->module;
			return;
		}
	}
	family = catalogue_family_of(path, FAMILY_INSTANCES);
	if (family == NULL || strlen(path) <= strlen(family->prefix) + 1)
		return;
	size_t instance = strlen(family->prefix) + 1;
	size_t end = instance + strcspn(path + instance, "/");
	const char *name = arena_copy(arena, path + instance, end - instance);
	/* These are no interfaces that could still come: a namespace of its own does not show all of them. */
	bool comes = strcmp(name, "all") != 0 && strcmp(name, "default") != 0;
	if (comes && !exists(proc_sys, arena_copy(arena, path, end)))
		live->gap = GAP_INSTANCE;
}

static void not_read(struct arena *arena, const struct proc_sys *proc_sys, const char *path, int cause,
		     struct observed_live *live)
{
	struct stat status;

	if (cause == ENOENT || cause == ENOTDIR) {
		live->state = LIVE_MISSING;
		explain_missing(arena, proc_sys, path, live);
		return;
	}
	live->state = LIVE_UNREADABLE;
	live->number = cause;
	CLEANUP(fd_close) int fd = open_key(proc_sys->fd, path, O_PATH);
	live->write_only = fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0444) == 0;
}

/* The kernel gives the whole value to one read or cuts it off: a list of single ports takes up to 400 KiB. */
static ssize_t read_long(struct arena *arena, int fd, const char **bytes)
{
	static const size_t sizes[] = {VALUE_LONGEST, 1 << 20};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		char *room = arena_alloc(arena, sizes[i]);
		ssize_t length = pread(fd, room, sizes[i], 0);

		*bytes = room;
		if (length < (ssize_t)sizes[i])
			return length;
	}
	errno = EOVERFLOW;
	return -1;
}

/* path below folder; full is the same key below /proc/sys. */
static void read_key(struct arena *arena, const struct proc_sys *proc_sys, int folder, const char *path,
		     const char *full, struct observed_live *live)
{
	char small[FIRST_READ];
	const char *bytes = small;

	*live = (struct observed_live){.state = LIVE_READ};
	CLEANUP(fd_close) int fd = open_key(folder, path, O_RDONLY);
	if (fd < 0) {
		not_read(arena, proc_sys, full, errno, live);
		return;
	}
	ssize_t length = read(fd, small, sizeof(small));
	if (length == (ssize_t)sizeof(small))
		length = read_long(arena, fd, &bytes);
	if (length < 0) {
		not_read(arena, proc_sys, full, errno, live);
		return;
	}
	if (length > 0 && bytes[length - 1] == '\n')
		length--;
	live->value = arena_copy(arena, bytes, (size_t)length);
}

void proc_sys_read(struct arena *arena, const struct proc_sys *proc_sys, const char *path, struct observed_live *live)
{
	read_key(arena, proc_sys, proc_sys->fd, path, path, live);
}

/* The length of path without its last two components and the slash before them; 0 when it has fewer than three. */
static size_t grandparent(const char *path)
{
	size_t length = strlen(path);

	for (int i = 0; i < 2; i++) {
		while (length > 0 && path[length - 1] != '/')
			length--;
		if (length == 0)
			return 0;
		length--;
	}
	return length;
}

void proc_sys_read_all(struct arena *arena, const struct proc_sys *proc_sys, const struct desired *desired,
		       struct observed_live *live)
{
	/* The folder above the interfaces' folders stays open: a thousand interfaces then cost two lookups a key, not five. */
	CLEANUP(fd_close) int folder = -1;
	size_t folder_length = 0;
	const char *folder_path = "";

	for (size_t i = 0; i < desired->count; i++) {
		const struct desired_item *item = &desired->items[i];
		size_t length = grandparent(item->path);

		live[i] = (struct observed_live){.state = LIVE_UNASKED};
		if (proc_sys->fd < 0)
			continue;
		if (item->state == DESIRED_NO_INSTANCE)
			explain_missing(arena, proc_sys, item->path, &live[i]);
		if (item->state != DESIRED_WANTED || !item->requirement->manage_live)
			continue;
		bool same = length > 0 && folder_length == length && memcmp(folder_path, item->path, length) == 0;
		bool worth = !same && length > 0 && i + 1 < desired->count &&
			     strncmp(item->path, desired->items[i + 1].path, length + 1) == 0;
		if (worth) {
			fd_close(&folder);
			folder = open_key(proc_sys->fd, arena_copy(arena, item->path, length), O_PATH | O_DIRECTORY);
			folder_path = item->path;
			folder_length = length;
			same = true;
		}
		if (same && folder >= 0)
			read_key(arena, proc_sys, folder, item->path + length + 1, item->path, &live[i]);
		else
			proc_sys_read(arena, proc_sys, item->path, &live[i]);
	}
}

/* Whether the mount that holds the key is read-only: containers mount single keys or folders so. */
static bool on_read_only_mount(const struct proc_sys *proc_sys, const char *path)
{
	struct statvfs mount;
	CLEANUP(fd_close) int fd = open_key(proc_sys->fd, path, O_PATH);

	return fd >= 0 && fstatvfs(fd, &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0;
}

bool proc_sys_read_only(void *context, const char *path)
{
	const struct proc_sys *proc_sys = context;
	struct status status;

	if (proc_sys->fd < 0)
		return false;
	if (!look(proc_sys->fd, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, HAS_MODE | HAS_MOUNT, &status))
		return false;
	if ((status.mode & 0222) == 0)
		return true;
	/* A container may have the whole of it read-only and parts writable, or the other way round. */
	bool same = (status.mask & HAS_MOUNT) != 0 && status.mount == proc_sys->mount;
	return same ? proc_sys->read_only : on_read_only_mount(proc_sys, path);
}

bool proc_sys_may_write(const struct proc_sys *proc_sys, const char *path)
{
	/* Without O_TRUNC, which would empty the file of a fake host. */
	CLEANUP(fd_close) int fd = open_key(proc_sys->fd, path, O_WRONLY);

	return fd >= 0 || (errno != EACCES && errno != EPERM);
}

bool proc_sys_write(struct arena *arena, const struct proc_sys *proc_sys, const char *path, const char *value,
		    struct error *err)
{
	size_t length = strlen(value) + 1;
	const char *line = arena_printf(arena, "%s\n", value);
	/* O_TRUNC does nothing to a kernel key; the file of a fake host needs it. */
	CLEANUP(fd_close) int fd = open_key(proc_sys->fd, path, O_WRONLY | O_TRUNC);

	if (fd < 0)
		return error_system(err, errno, "open /proc/sys/%s for writing", path);
	ssize_t written;
	do
		written = write(fd, line, length);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return error_system(err, errno, "write to /proc/sys/%s", path);
	if ((size_t)written != length)
		return error_system(err, EIO, "write to /proc/sys/%s: only %zd of %zu bytes were taken", path, written,
				    length);
	return true;
}
