#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "replace.h"

static const char folder[] = "/run/lock", name[] = "holdfast.lock";

static int open_lock(int directory)
{
	return openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

/*
 * The folder is open to all on Debian. A file there that somebody else made could be held by them for ever, so root takes
 * it away and makes its own; fs.protected_regular shows such a file as EACCES.
 */
static int open_own(int directory)
{
	struct stat status;
	CLEANUP(fd_close) int file = open_lock(directory);
	bool foreign = file >= 0 ? fstat(file, &status) == 0 && status.st_uid != geteuid() : errno == EACCES;

	if (!foreign || geteuid() != 0)
		return fd_take(&file);
	fd_close(&file);
	if (unlinkat(directory, name, 0) != 0 && errno != ENOENT)
		return -1;
	return open_lock(directory);
}

enum lock_result lock_take(struct arena *arena, const struct tree *tree, int *fd, struct error *err)
{
	CLEANUP(fd_close) int directory = -1;

	if (!replace_open_folder(arena, tree, folder, 0755, &directory, err))
		return LOCK_FAILED;
	CLEANUP(fd_close) int file = open_own(directory);
	if (file < 0) {
		error_system(err, errno, "open %s/%s", folder, name);
		return LOCK_FAILED;
	}
	if (flock(file, LOCK_EX | LOCK_NB) == 0) {
		*fd = fd_take(&file);
		return LOCK_HELD;
	}
	if (errno == EWOULDBLOCK) {
		error_set(err, "another holdfast is changing this host; try again in a moment");
		return LOCK_BUSY;
	}
	error_system(err, errno, "lock %s/%s", folder, name);
	return LOCK_FAILED;
}

void lock_release(int *fd)
{
	if (*fd >= 0)
		(void)flock(*fd, LOCK_UN);
	fd_close(fd);
}
