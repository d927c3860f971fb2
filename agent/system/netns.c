#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "../base/fd.h"

enum { PATH_SIZE = 512 };

/* A name wins over the number of a process: ip-netns(8) takes names of digits too. */
static int open_namespace(const char *word)
{
	char path[PATH_SIZE];
	int fd;

	if (strchr(word, '/') != NULL)
		return open(word, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (strlen(word) > PATH_SIZE / 2 || word[0] == '\0' || strcmp(word, ".") == 0 || strcmp(word, "..") == 0) {
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "/run/netns/%s", word);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 || errno != ENOENT || strspn(word, "0123456789") != strlen(word))
		return fd;
	snprintf(path, sizeof(path), "/proc/%s/ns/net", word);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool netns_enter(const char *word, struct error *err)
{
	CLEANUP(fd_close) int fd = open_namespace(word);

	if (fd < 0 && errno == ENOENT)
		return error_set(
			err, "there is no network namespace and no process '%.100s'; 'ip netns' lists the names", word);
	if (fd < 0)
		return error_system(err, errno, "open the network namespace '%.100s'", word);
	if (setns(fd, CLONE_NEWNET) == 0)
		return true;
	if (errno == EINVAL)
		return error_set(err, "'%.100s' is no network namespace", word);
	return error_system(err, errno, "enter the network namespace '%.100s'", word);
}
