/*
 * File descriptors that close themselves, and whole reads with a bound.
 *
 *	CLEANUP(fd_close) int fd = openat(...);
 *	...
 *	return fd_take(&fd);	// ownership leaves
 */
#ifndef HOLDFAST_BASE_FD_H
#define HOLDFAST_BASE_FD_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "arena.h"
#include "error.h"

/* Closes *fd if it is open. Does not change errno. */
void fd_close(int *fd);
/* Closes whatever this process has inherited or opened, from 3 on, but for the `kept` ones (-1 is none). */
void fd_close_others(const int *kept, size_t count);
/* The descriptor, which the caller now owns; *fd becomes -1. */
int fd_take(int *fd) MUST_CHECK;

/*
 * The names in a folder, in no order. Takes `folder` over, also where it fails: NULL, and errno says why; -1 is an open that has
 * failed.
 *
 *	CLEANUP(fd_list_close) DIR *list = fd_list(openat(...));
 *	const char *name;
 *	while ((name = fd_list_next(list)) != NULL) ...
 */
DIR *fd_list(int folder) MUST_CHECK;
void fd_list_close(DIR **list);
/* Neither "." nor "..", valid until the next call; NULL at the end, then errno is 0 or says why there may be more. NULL has none. */
const char *fd_list_next(DIR *list);

enum fd_result { FD_DONE, FD_TOO_LONG, FD_FAILED };
/*
 * Reads everything that is left, at most `most` bytes, as a NUL-terminated text that may hold NULs itself. FD_TOO_LONG:
 * there was more. FD_FAILED: errno says why. The outputs are set only by FD_DONE.
 */
enum fd_result fd_read_all(struct arena *arena, int fd, size_t most, char **bytes, size_t *length) MUST_CHECK;
/* Where a text goes. */
struct fd_text {
	char **bytes;
	size_t *length;
};
/* The same for a descriptor whose size fstat(2) has told; 0 for what has none, such as kernel files. */
enum fd_result fd_read_sized(struct arena *arena, int fd, off_t size, size_t most, struct fd_text text) MUST_CHECK;
/* Writes all of it, in as many writes as it takes: for files, never for /proc/sys. errno says why not. */
bool fd_write_all(int fd, const char *bytes, size_t length) MUST_CHECK;

#endif
