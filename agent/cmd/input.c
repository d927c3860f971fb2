#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/text.h"
#include "../load/yaml.h"

/* In a user namespace, files of users that it does not know show as this one; they cannot be told from root's. */
enum { OVERFLOW_USER = 65534 };

static bool in_user_namespace(void)
{
	char map[128] = "";
	CLEANUP(fd_close) int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, map, sizeof(map) - 1);

	return length > 0 && strstr(map, "4294967295") == NULL;
}

static bool trusted_owner(uid_t owner)
{
	return owner == 0 || owner == geteuid() || (owner == OVERFLOW_USER && in_user_namespace());
}

/* As sudo and ssh look at it: the owner, and who else may write. A sticky folder, as /tmp, lets nobody swap files. */
static bool check_one(const char *shown, const struct stat *status, struct error *err)
{
	bool sticky = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX) != 0;

	if (!trusted_owner(status->st_uid))
		return error_set(err, "%s belongs to user %u; root only applies what root wrote (chown root)", shown,
				 (unsigned)status->st_uid);
	if ((status->st_mode & S_IWOTH) != 0 && !sticky)
		return error_set(
			err, "%s may be written by everybody; root only applies what nobody else can write (chmod o-w)",
			shown);
	if ((status->st_mode & S_IWGRP) != 0 && status->st_gid != 0 && !sticky)
		return error_set(
			err, "%s may be written by group %u; root only applies what nobody else can write (chmod g-w)",
			shown, (unsigned)status->st_gid);
	return true;
}

/* Every folder above a real, absolute path, up to the root of the tree. */
static bool check_above(struct arena *arena, const char *real, struct error *err)
{
	for (size_t length = strlen(real); length > 1;) {
		struct stat status;

		while (length > 1 && real[length - 1] != '/')
			length--;
		const char *folder = length > 1 ? arena_copy(arena, real, length - 1) : "/";
		if (stat(folder, &status) != 0)
			return error_system(err, errno, "look at %s", folder);
		if (!check_one(folder, &status, err))
			return false;
		length -= length > 1;
	}
	return true;
}

static bool check_trust(struct arena *arena, int fd, const struct stat *status, const char *shown, struct error *err)
{
	char own[64], real[4096];

	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(own, real, sizeof(real) - 1);
	if (length <= 0)
		return error_system(err, errno, "find the path of %s", shown);
	real[length] = '\0';
	return check_one(shown, status, err) && check_above(arena, real, err);
}

static bool read_open(struct arena *arena, int fd, bool trusted, struct input *input, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return error_system(err, errno, "look at %s", input->shown);
	if (S_ISDIR(status.st_mode))
		return error_set(err, "%s is a folder, not a file", input->shown);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "%s is no regular file", input->shown);
	if (trusted && geteuid() == 0 && !check_trust(arena, fd, &status, input->shown, err))
		return false;
	switch (fd_read_sized(arena, fd, status.st_size, YAML_FILE_LONGEST,
			      (struct fd_text){&input->bytes, &input->length})) {
	case FD_DONE:
		return true;
	case FD_TOO_LONG:
		return error_set(err, "%s is larger than %d MiB", input->shown, YAML_FILE_LONGEST >> 20);
	case FD_FAILED:
		return error_system(err, errno, "read %s", input->shown);
	}
	return false;
}

enum input_result input_read(struct arena *arena, const struct tree *tree, const char *path, bool trusted,
			     struct input *input, struct error *err)
{
	CLEANUP(fd_close)
	int fd = tree != NULL ? tree_open_file(tree, path, O_RDONLY)
			      : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*input = (struct input){.shown = path};
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return INPUT_ABSENT;
	if (fd < 0) {
		error_system(err, errno, "open %s", input->shown);
		return INPUT_REFUSED;
	}
	return read_open(arena, fd, trusted, input, err) ? INPUT_READ : INPUT_REFUSED;
}
