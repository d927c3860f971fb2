#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "replace.h"

static const char folder[] = "/run/lock", name[] = "holdfast.lock";

enum lock_result lock_take(struct arena *arena, const struct tree *tree, int *fd, struct error *err)
{
	CLEANUP(fd_close) int directory = -1;

	if (!replace_open_folder(arena, tree, folder, 0755, &directory, err))
		return LOCK_FAILED;
	/* The folder may be open to all (it is on Debian): a link or somebody else's file there is not followed. */
	CLEANUP(fd_close)
	int file = openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
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
