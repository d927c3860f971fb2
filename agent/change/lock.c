#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "replace.h"

static const char folder[] = "/run/lock", name[] = "holdfast.lock", own_folder[] = "/var/lib/holdfast";

enum { TRIES = 10 };

static int open_lock(int directory)
{
	return openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

/* What stands in the place of the lock file is another user's. */
static bool is_foreign(int directory)
{
	struct stat status;

	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid != geteuid();
}

/* Root moves such a thing aside; in a folder with the sticky bit only it and the owner can. */
static bool move_aside(int directory)
{
	char aside[64];

	snprintf(aside, sizeof(aside), "%s.foreign-%ld", name, (long)getpid());
	return renameat(directory, name, directory, aside) == 0 || errno == ENOENT;
}

/* Whether the descriptor is still what the name stands for. */
static bool is_there(int directory, int file)
{
	struct stat own, there;

	return fstat(file, &own) == 0 && fstatat(directory, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

static enum lock_result held(int file, const char *path, struct error *err)
{
	if (flock(file, LOCK_EX | LOCK_NB) == 0)
		return LOCK_HELD;
	if (errno == EWOULDBLOCK) {
		error_set(err, "another holdfast is changing this host; try again in a moment");
		return LOCK_BUSY;
	}
	error_system(err, errno, "lock %s", path);
	return LOCK_FAILED;
}

/*
 * Who can open it can hold the lock. A fresh file system that is mounted there, say, is open to all. One that others could have
 * written stays as it is, to be refused (journal_trusted).
 */
static void close_to_others(int directory)
{
	struct stat status;

	if (fstat(directory, &status) == 0 && status.st_uid == geteuid() &&
	    (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		(void)!fchmod(directory, S_IRWXU);
}

/* Before the first change there is no such folder, and nobody to be kept away from it. */
static enum lock_result take_folder(const struct tree *tree, int *fd, struct error *err)
{
	CLEANUP(fd_close) int file = tree_open_file(tree, own_folder, O_RDONLY | O_DIRECTORY);

	if (file < 0 && errno == ENOENT)
		return LOCK_HELD;
	if (file < 0) {
		error_system(err, errno, "open %s%s", own_folder,
			     geteuid() != 0 ? " (who changes a host has to be root)" : "");
		error_wrap(err, "nothing was changed, since the journal cannot be reached");
		return LOCK_FAILED;
	}
	close_to_others(file);
	enum lock_result result = held(file, own_folder, err);
	if (result == LOCK_HELD)
		*fd = fd_take(&file);
	return result;
}

/*
 * Another's thing is only moved by the one who holds the folder, which is made for that where it is missing: two that move
 * at once could take each other's lock file for it.
 */
static enum lock_result clear_foreign(struct arena *arena, const struct tree *tree, int directory, struct lock *lock,
				      struct error *err)
{
	CLEANUP(fd_close) int made = -1;

	if (lock->folder >= 0) {
		if (!is_foreign(directory) || move_aside(directory))
			return LOCK_HELD;
		error_system(err, errno, "move %s/%s aside", folder, name);
		return LOCK_FAILED;
	}
	if (!replace_open_folder(arena, tree, own_folder, 0700, &made, err))
		return LOCK_FAILED;
	return take_folder(tree, &lock->folder, err);
}

static enum lock_result take_file(struct arena *arena, const struct tree *tree, int directory, struct lock *lock,
				  struct error *err)
{
	for (int try = 0; try < TRIES; try++) {
		if (geteuid() == 0 && is_foreign(directory)) {
			enum lock_result cleared = clear_foreign(arena, tree, directory, lock, err);

			if (cleared != LOCK_HELD)
				return cleared;
			continue;
		}
		CLEANUP(fd_close) int file = open_lock(directory);
		if (file < 0)
			break;
		enum lock_result result = held(file, "/run/lock/holdfast.lock", err);
		if (result != LOCK_HELD)
			return result;
		if (!is_there(directory, file))
			continue; /* moved aside by another root in the same moment */
		lock->file = fd_take(&file);
		return LOCK_HELD;
	}
	error_system(err, errno, "open %s/%s%s", folder, name,
		     geteuid() != 0 ? " (who changes a host has to be root)" : "");
	return LOCK_FAILED;
}

enum lock_result lock_take(struct arena *arena, const struct tree *tree, struct lock *lock, struct error *err)
{
	CLEANUP(fd_close) int directory = -1;
	CLEANUP(lock_release) struct lock taken = LOCK_NONE;
	enum lock_result result = take_folder(tree, &taken.folder, err);

	if (result != LOCK_HELD)
		return result;
	if (!replace_open_folder(arena, tree, folder, 0755, &directory, err))
		return LOCK_FAILED;
	result = take_file(arena, tree, directory, &taken, err);
	if (result != LOCK_HELD)
		return result;
	*lock = (struct lock){.file = fd_take(&taken.file), .folder = fd_take(&taken.folder)};
	return LOCK_HELD;
}

static void release(int *fd)
{
	if (*fd >= 0)
		(void)flock(*fd, LOCK_UN);
	fd_close(fd);
}

void lock_release(struct lock *lock)
{
	release(&lock->file);
	release(&lock->folder);
}

void lock_forget(struct lock *lock)
{
	fd_close(&lock->file);
	fd_close(&lock->folder);
}
