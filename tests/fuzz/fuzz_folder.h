/*
 * A folder for targets that read files: one for the whole run, taken away at its end. libFuzzer calls a function without a
 * context, so this is a place where one has to be kept.
 */
#ifndef HOLDFAST_TESTS_FUZZ_FOLDER_H
#define HOLDFAST_TESTS_FUZZ_FOLDER_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "fuzz.h"

/* In memory where there is such a place: thousands of files come and go in a second. */
static char fuzz_folder_path[] = "/dev/shm/holdfast-fuzz.XXXXXX";
static const char fuzz_folder_other[] = "/tmp/holdfast-fuzz.XXXXXX";

static void fuzz_folder_remove(void)
{
	(void)!rmdir(fuzz_folder_path);
}

static inline int fuzz_folder(void)
{
	static int folder = -1;

	if (folder < 0) {
		bool made = mkdtemp(fuzz_folder_path) != NULL;
		if (!made)
			memcpy(fuzz_folder_path, fuzz_folder_other, sizeof(fuzz_folder_other));
		HOLD(made || mkdtemp(fuzz_folder_path) != NULL);
		folder = open(fuzz_folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		HOLD(folder >= 0 && atexit(fuzz_folder_remove) == 0);
	}
	return folder;
}

/* A file that is there for one input. */
static inline void fuzz_folder_write(const char *name, const void *bytes, size_t length)
{
	CLEANUP(fd_close)
	int fd = openat(fuzz_folder(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	HOLD(fd >= 0 && fd_write_all(fd, bytes, length));
}

static inline void fuzz_folder_take_away(const char *name)
{
	HOLD(unlinkat(fuzz_folder(), name, 0) == 0);
}

#endif
