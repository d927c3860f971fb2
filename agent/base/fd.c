#include "fd.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void fd_close(int *fd)
{
	int kept = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = kept;
}

DIR *fd_list(int folder)
{
	DIR *list = folder < 0 ? NULL : fdopendir(folder);

	if (list == NULL)
		fd_close(&folder);
	return list;
}

void fd_list_close(DIR **list)
{
	int kept = errno;

	if (*list != NULL)
		closedir(*list);
	*list = NULL;
	errno = kept;
}

const char *fd_list_next(DIR *list)
{
	const struct dirent *entry;

	do {
		errno = 0;
		entry = list == NULL ? NULL : readdir(list);
	} while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry == NULL ? NULL : entry->d_name;
}

/* Before Linux 5.9 there is no such call, and the usual few have to do. */
static void close_from_to(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0U) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < 1024; fd++)
		close((int)fd);
}

void fd_close_others(const int *kept, size_t count)
{
	unsigned first = 3;

	for (;;) {
		unsigned next = ~0U;

		for (size_t i = 0; i < count; i++) {
			if (kept[i] >= (int)first && (unsigned)kept[i] < next)
				next = (unsigned)kept[i];
		}
		close_from_to(first, next == ~0U ? next : next - 1);
		if (next == ~0U)
			return;
		first = next + 1;
	}
}

int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

enum fd_result fd_read_all(struct arena *arena, int fd, size_t most, char **bytes, size_t *length)
{
	struct stat status;
	off_t size = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;

	return fd_read_sized(arena, fd, size, most, (struct fd_text){bytes, length});
}

enum fd_result fd_read_sized(struct arena *arena, int fd, off_t size, size_t most, struct fd_text text)
{
	/* One byte more than is there, so that the usual file ends in two reads and no second buffer. */
	size_t room = size > 0 && (size_t)size < most ? (size_t)size + 1 : 4096;
	size_t have = 0;
	char *buffer = arena_alloc(arena, room + 1);

	for (;;) {
		ssize_t got = read(fd, buffer + have, room - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FD_FAILED;
		if (got == 0)
			break;
		bool end = size > 0 && (size_t)got < room - have;
		have += (size_t)got;
		if (have > most)
			return FD_TOO_LONG;
		if (end)
			break; /* a short read of a real file is its end; kernel files have no size */
		if (have == room) {
			char *wider = arena_alloc(arena, room * 2 + 1);

			memcpy(wider, buffer, have);
			buffer = wider;
			room *= 2;
		}
	}
	buffer[have] = '\0';
	*text.bytes = buffer;
	*text.length = have;
	return FD_DONE;
}

bool fd_write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = write(fd, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		length -= (size_t)done;
	}
	return true;
}
