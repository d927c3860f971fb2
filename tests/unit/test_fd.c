#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static void closing_keeps_errno_and_forgets_the_number(struct unit *unit)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), copy = fd;

	errno = ENOTTY;
	fd_close(&fd);
	SAME_NUMBER(unit, "forgotten", fd, -1);
	SAME_NUMBER(unit, "errno", errno, ENOTTY);
	SAME_NUMBER(unit, "really closed", fcntl(copy, F_GETFD), -1);
	errno = ENOTTY;
	fd_close(&fd);
	SAME_NUMBER(unit, "twice", errno, ENOTTY);
	fd = 1 << 20;
	fd_close(&fd);
	SAME_NUMBER(unit, "a number that is not open", errno, ENOTTY);
}

static void taken_descriptors_stay_open(struct unit *unit)
{
	int outside = -1;
	{
		CLEANUP(fd_close) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		outside = fd_take(&fd);
		SAME_NUMBER(unit, "the owner has none", fd, -1);
	}
	HOLDS(unit, "open", fcntl(outside, F_GETFD) >= 0);
	fd_close(&outside);
	int none = -1;
	SAME_NUMBER(unit, "nothing to take", fd_take(&none), -1);
}

static const struct {
	const char *name;
	size_t size, most;
	enum fd_result result;
} sizes[] = {
	{"empty", 0, 100, FD_DONE},
	{"empty, and nothing allowed", 0, 0, FD_DONE},
	{"one byte too many for nothing", 1, 0, FD_TOO_LONG},
	{"one byte", 1, 1, FD_DONE},
	{"one short of the bound", 99, 100, FD_DONE},
	{"the bound", 100, 100, FD_DONE},
	{"one over the bound", 101, 100, FD_TOO_LONG},
	{"far over the bound", 100000, 100, FD_TOO_LONG},
	{"a page", 4096, 1 << 20, FD_DONE},
	{"a page and one", 4097, 1 << 20, FD_DONE},
	{"a page as the bound", 4096, 4096, FD_DONE},
	{"a page as the bound and one", 4097, 4096, FD_TOO_LONG},
	{"a megabyte", 1 << 20, 1 << 20, FD_DONE},
	{"a megabyte and one", (1 << 20) + 1, 1 << 20, FD_TOO_LONG},
	{"no bound at all", 300000, SIZE_MAX, FD_DONE},
};

static char *pattern(struct unit *unit, size_t size)
{
	char *bytes = arena_alloc(&unit->arena, size + 1);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 7); /* NULs too */
	return bytes;
}

static void check_read(struct unit *unit, size_t row, int fd)
{
	const char *name = sizes[row].name;
	char *bytes = NULL;
	size_t length = 4711;

	SAME_NUMBER(unit, name, fd_read_all(&unit->arena, fd, sizes[row].most, &bytes, &length), sizes[row].result);
	if (sizes[row].result == FD_DONE) {
		if (HOLDS(unit, name, bytes != NULL) && SAME_NUMBER(unit, name, length, sizes[row].size))
			HOLDS(unit, name, memcmp(bytes, pattern(unit, length), length) == 0 && bytes[length] == '\0');
	} else {
		HOLDS(unit, name, bytes == NULL && length == 4711);
	}
}

static void reads_files_up_to_the_bound(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		unit_write_bytes(unit, "file", pattern(unit, sizes[i].size), sizes[i].size);
		CLEANUP(fd_close) int fd = open(unit_path(unit, "file"), O_RDONLY | O_CLOEXEC);

		check_read(unit, i, fd);
	}
}

static void reads_pipes_up_to_the_bound(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		int ends[2];

		if (!HOLDS(unit, "pipe", pipe2(ends, O_CLOEXEC) == 0))
			return;
		pid_t child = fork();
		if (child == 0) {
			close(ends[0]);
			_exit(fd_write_all(ends[1], pattern(unit, sizes[i].size), sizes[i].size) ? 0 : 1);
		}
		fd_close(&ends[1]);
		check_read(unit, i, ends[0]);
		fd_close(&ends[0]); /* a child that still writes dies of SIGPIPE */
		HOLDS(unit, "child", child > 0 && waitpid(child, NULL, 0) == child);
	}
}

static void reads_what_is_left_and_files_that_lie_about_their_size(struct unit *unit)
{
	char *bytes = NULL;
	size_t length = 0;

	unit_write(unit, "file", "0123456789");
	CLEANUP(fd_close) int fd = open(unit_path(unit, "file"), O_RDONLY | O_CLOEXEC);
	lseek(fd, 4, SEEK_SET);
	SAME_NUMBER(unit, "what is left", fd_read_all(&unit->arena, fd, 6, &bytes, &length), FD_DONE);
	SAME_TEXT(unit, "what is left", bytes, "456789");
	CLEANUP(fd_close) int proc = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	SAME_NUMBER(unit, "/proc says 0 bytes", fd_read_all(&unit->arena, proc, 1 << 20, &bytes, &length), FD_DONE);
	HOLDS(unit, "/proc says 0 bytes", length > 100 && strncmp(bytes, "Name:", 5) == 0);
	CLEANUP(fd_close) int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	SAME_NUMBER(unit, "without end", fd_read_all(&unit->arena, zero, 100000, &bytes, &length), FD_TOO_LONG);
}

static void failed_reads_leave_the_outputs(struct unit *unit)
{
	CLEANUP(fd_close) int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct {
		const char *name;
		int fd, number;
	} cases[] = {{"not open", -1, EBADF}, {"a folder", folder, EISDIR}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *bytes = NULL;
		size_t length = 4711;

		SAME_NUMBER(unit, cases[i].name, fd_read_all(&unit->arena, cases[i].fd, 100, &bytes, &length),
			    FD_FAILED);
		SAME_NUMBER(unit, cases[i].name, errno, cases[i].number);
		HOLDS(unit, cases[i].name, bytes == NULL && length == 4711);
	}
}

static void failed_writes_say_why(struct unit *unit)
{
	CLEANUP(fd_close) int reading = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CLEANUP(fd_close) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	const struct {
		const char *name;
		int fd, number;
	} cases[] = {{"not open", -1, EBADF}, {"open for reading", reading, EBADF}, {"a full disk", full, ENOSPC}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		HOLDS(unit, cases[i].name, !fd_write_all(cases[i].fd, "x", 1));
		SAME_NUMBER(unit, cases[i].name, errno, cases[i].number);
	}
	HOLDS(unit, "nothing to write", fd_write_all(-1, "", 0));
}

static void lists_each_name_once(struct unit *unit)
{
	static const char *const names[] = {"a", ".b", "..c"};
	const char *folder = unit_path(unit, "folder"), *name;
	unsigned seen[COUNT_OF(names)] = {0}, others = 0;

	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		unit_write(unit, arena_printf(&unit->arena, "folder/%s", names[i]), "");
	CLEANUP(fd_list_close) DIR *list = fd_list(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	while ((name = fd_list_next(list)) != NULL) {
		size_t i = 0;

		while (i < COUNT_OF(names) && strcmp(name, names[i]) != 0)
			i++;
		(*(i < COUNT_OF(names) ? &seen[i] : &others))++;
	}
	SAME_NUMBER(unit, "the end is no error", errno, 0);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		SAME_NUMBER(unit, names[i], seen[i], 1);
	SAME_NUMBER(unit, "others", others, 0);
	fd_list_close(&list);
	HOLDS(unit, "closed", list == NULL);
	fd_list_close(&list);
}

static void a_folder_that_cannot_be_listed_says_why(struct unit *unit)
{
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC), copy = file;

	errno = ENOTTY;
	HOLDS(unit, "not open", fd_list(-1) == NULL);
	SAME_NUMBER(unit, "why it is not", errno, ENOTTY);
	HOLDS(unit, "no folder", fd_list(file) == NULL);
	SAME_NUMBER(unit, "what it is", errno, ENOTDIR);
	SAME_NUMBER(unit, "taken over all the same", fcntl(copy, F_GETFD), -1);
	HOLDS(unit, "no list has no names", fd_list_next(NULL) == NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(closing_keeps_errno_and_forgets_the_number),
	UNIT(taken_descriptors_stay_open),
	UNIT(reads_files_up_to_the_bound),
	UNIT(reads_pipes_up_to_the_bound),
	UNIT(reads_what_is_left_and_files_that_lie_about_their_size),
	UNIT(failed_reads_leave_the_outputs),
	UNIT(failed_writes_say_why),
	UNIT(lists_each_name_once),
	UNIT(a_folder_that_cannot_be_listed_says_why),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
