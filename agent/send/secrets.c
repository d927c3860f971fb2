#include "secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/fd.h"

enum { SECRET_MOST = 64 << 10, PEM_MOST = 4 << 20 };
/* Nobody but owner and group, and the group only to read. */
enum { SECRET_MODE = S_IWGRP | S_IXGRP | S_IXUSR | S_IRWXO };

int secrets_open(int root, const char *path, int flags)
{
	struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK),
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static bool read_file(struct arena *arena, int root, const char *path, bool secret, struct secrets_file *file,
		      struct error *err)
{
	struct stat status;
	size_t most = secret ? SECRET_MOST : PEM_MOST;

	if (path == NULL)
		return true;
	CLEANUP(fd_close) int fd = secrets_open(root, path, O_RDONLY);
	if (fd < 0 || fstat(fd, &status) != 0)
		return error_system(err, errno, "open %s", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "%s is no file", path);
	if (secret && status.st_uid != 0 && status.st_uid != geteuid())
		return error_set(err, "%s belongs to another user", path);
	if (secret && (status.st_mode & SECRET_MODE) != 0)
		return error_set(err, "%s may be read by others (mode %04o): chmod 0600 or 0640", path,
				 (unsigned)status.st_mode & 07777);
	switch (fd_read_all(arena, fd, most, &file->bytes, &file->length)) {
	case FD_DONE:
		return file->length > 0 || error_set(err, "%s is empty", path);
	case FD_TOO_LONG:
		return error_set(err, "%s has more than %zu bytes", path, most);
	case FD_FAILED:
		break;
	}
	return error_system(err, errno, "read %s", path);
}

/* One line of what a header may carry. */
static bool take_token(struct arena *arena, const char *path, const struct secrets_file *file, const char **header,
		       struct error *err)
{
	size_t length = strcspn(file->bytes, "\r\n");

	if (strspn(file->bytes + length, "\r\n") != file->length - length)
		return error_set(err, "%s has more than one line", path);
	for (size_t i = 0; i < length; i++) {
		if (file->bytes[i] <= ' ' || file->bytes[i] > '~')
			return error_set(err, "%s has a character that no token has", path);
	}
	if (length == 0)
		return error_set(err, "%s is empty", path);
	*header = arena_printf(arena, "Authorization: Bearer %.*s", (int)length, file->bytes);
	return true;
}

/* Without a key file it has to hold the key as well, and is as secret as one. */
static bool read_certificate(struct arena *arena, int root, const struct settings_destination *destination,
			     struct secrets *secrets, struct error *err)
{
	const char *path = destination->cert_file;

	if (!read_file(arena, root, path, false, &secrets->cert, err))
		return false;
	if (path == NULL || destination->key_file != NULL)
		return true;
	if (strstr(secrets->cert.bytes, "PRIVATE KEY") == NULL)
		return error_set(err, "%s has no private key; name the file that has it in 'key_file'", path);
	return read_file(arena, root, path, true, &secrets->cert, err);
}

bool secrets_read(struct arena *arena, int root, const struct settings_destination *destination,
		  struct secrets *secrets, struct error *err)
{
	struct secrets_file token = {0};

	*secrets = (struct secrets){0};
	return read_file(arena, root, destination->token_file, true, &token, err) &&
	       (token.bytes == NULL ||
		take_token(arena, destination->token_file, &token, &secrets->authorization, err)) &&
	       read_file(arena, root, destination->ca_file, false, &secrets->ca, err) &&
	       read_certificate(arena, root, destination, secrets, err) &&
	       read_file(arena, root, destination->key_file, true, &secrets->key, err);
}
