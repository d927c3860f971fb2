#include "giving.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "../system/account.h"

/* More than this are none of ours. */
enum { FILES_MOST = 10000 };

/* Whom a queue may be taken from. */
struct giving {
	struct account to, nobody;
};

static bool is_given(const struct giving *giving, const struct stat *status)
{
	return status->st_uid == 0 || status->st_gid == 0 ||
	       (status->st_uid == giving->nobody.user && giving->to.user != giving->nobody.user);
}

/*
 * What is held by a descriptor is what was looked at. A file with a second name may be one of root's that whoever has had the
 * folder has linked into it.
 */
static void give_file(const struct giving *giving, int folder, const char *name)
{
	CLEANUP(fd_close) int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !is_given(giving, &status))
		return;
	if (S_ISDIR(status.st_mode) || (S_ISREG(status.st_mode) && status.st_nlink == 1))
		(void)!fchownat(fd, "", giving->to.user, giving->to.group, AT_EMPTY_PATH);
}

static void give_files(const struct giving *giving, int folder)
{
	CLEANUP(fd_list_close) DIR *list = fd_list(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const char *name;

	for (int i = 0; i < FILES_MOST && (name = fd_list_next(list)) != NULL; i++)
		give_file(giving, folder, name);
}

static bool give(const struct giving *giving, int spool, int folder, struct error *err)
{
	CLEANUP(fd_close) int bad = openat(folder, "bad", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (bad >= 0)
		give_files(giving, bad);
	give_files(giving, folder);
	/* The folder last, so that a death before it is made good. A user namespace may have no other user (EINVAL). */
	if (fchown(folder, giving->to.user, giving->to.group) != 0 && errno != EINVAL)
		return error_system(err, errno, "give it to the sender's user");
	return fsync(spool) == 0 || error_system(err, errno, "sync the spool");
}

bool giving_queue(struct run *run, int spool, int folder, struct error *err)
{
	struct giving giving = {.to = account_find(run->arena, &run->tree)};
	struct stat status;

	if (geteuid() != 0 || fstat(folder, &status) != 0 || (status.st_uid == giving.to.user && status.st_gid != 0))
		return true;
	giving.nobody = account_nobody(run->arena, &run->tree);
	if (!is_given(&giving, &status) || flock(folder, LOCK_EX | LOCK_NB) != 0)
		return true;
	bool given = give(&giving, spool, folder, err);
	(void)!flock(folder, LOCK_UN);
	return given;
}
