#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/text.h"

enum { FILE_LONGEST = 64 << 20, ATTRIBUTE_LONGEST = 64 << 10, FILE_MODE = 0644, SECRET_MODE = 0600 };

static const char temporary_start[] = ".holdfast-", temporary_end[] = ".tmp";

/* The folder that holds path, and the name in it. */
static const char *split(struct arena *arena, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash + 1;
	return slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
}

bool replace_open_folder(struct arena *arena, const struct tree *tree, const char *path, mode_t mode, int *fd,
			 struct error *err)
{
	const char *name;
	CLEANUP(fd_close) int found = tree_open_file(tree, path, O_RDONLY | O_DIRECTORY);

	if (found < 0 && errno == ENOENT && strcmp(path, "/") != 0) {
		CLEANUP(fd_close) int above = -1;

		if (!replace_open_folder(arena, tree, split(arena, path, &name), 0755, &above, err))
			return false;
		if (mkdirat(above, name, mode) != 0 && errno != EEXIST)
			return error_system(err, errno, "make the folder %s", tree_shown(arena, tree, path));
		if (fsync(above) != 0)
			return error_system(err, errno, "sync the folder above %s", tree_shown(arena, tree, path));
		found = tree_open_file(tree, path, O_RDONLY | O_DIRECTORY);
	}
	if (found < 0)
		return error_system(err, errno, "open the folder %s", tree_shown(arena, tree, path));
	*fd = fd_take(&found);
	return true;
}

struct replace_file replace_of(const struct plan_file *file)
{
	return (struct replace_file){
		.path = file->path,
		.before = file->before,
		.before_length = file->before_length,
		.after = file->after,
		.after_length = file->after_length,
		.mode = file->secret ? SECRET_MODE : FILE_MODE,
		.secret = file->secret,
		.as_before = file->told_secret,
		.as = file->as,
	};
}

/* --- the old file ------------------------------------------------------------------------------------------------- */

static bool read_attributes(struct arena *arena, int fd, const char *path, struct file_state *state, struct error *err)
{
	ssize_t size = flistxattr(fd, NULL, 0);

	if (size == 0 || (size < 0 && errno == ENOTSUP))
		return true; /* none, or the file system has none */
	char *names = size < 0 ? NULL : arena_alloc(arena, (size_t)size + 1);
	size = size < 0 ? size : flistxattr(fd, names, (size_t)size);
	if (size < 0)
		return error_system(err, errno, "list the attributes of %s", path);
	for (const char *name = names; size > 0 && name < names + size; name += strlen(name) + 1) {
		char *value = arena_alloc(arena, ATTRIBUTE_LONGEST);
		ssize_t length = fgetxattr(fd, name, value, ATTRIBUTE_LONGEST);

		if (length < 0)
			return error_system(err, errno, "read the attribute %s of %s", name, path);
		*ARRAY_ADD(arena, &state->attributes) =
			(struct file_attribute){.name = name, .value = value, .length = (size_t)length};
	}
	return true;
}

static bool look_in(struct arena *arena, int folder, const char *name, const char *path, struct file_state *state,
		    struct error *err)
{
	struct stat status;
	char *bytes;
	CLEANUP(fd_close) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	*state = (struct file_state){0};
	if (fd < 0)
		return errno == ENOENT || error_system(err, errno, "open %s", path);
	if (fstat(fd, &status) != 0)
		return error_system(err, errno, "look at %s", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "%s is no regular file", path);
	if (fd_read_all(arena, fd, FILE_LONGEST, &bytes, &state->length) != FD_DONE)
		return error_system(err, errno, "read %s", path);
	state->present = true;
	state->bytes = bytes;
	state->owner = status.st_uid;
	state->group = status.st_gid;
	state->mode = status.st_mode & 07777;
	return read_attributes(arena, fd, path, state, err);
}

/* The file as it is now must be what the plan saw. */
static bool still_the_same(struct arena *arena, const struct replace_pending *pending, struct file_state *state,
			   struct error *err)
{
	const struct replace_file *file = pending->file;

	if (!look_in(arena, pending->folder, pending->name, file->path, state, err))
		return false;
	if (state->present != (file->before != NULL) ||
	    (state->present &&
	     (state->length != file->before_length || memcmp(state->bytes, file->before, file->before_length) != 0)))
		return error_set(err, "it has been changed by another hand since it was read; run the command again");
	return true;
}

/* Opens the folder of the file behind path, links followed; *name is the file's in it. */
static bool open_behind(struct arena *arena, const struct tree *tree, const char *path, int *fd, const char **name,
			struct error *err)
{
	const char *real = tree_real_path(arena, tree, path);

	if (real == NULL && errno != ENOENT)
		return error_system(err, errno, "find %s", tree_shown(arena, tree, path));
	return replace_open_folder(arena, tree, split(arena, real != NULL ? real : path, name), 0755, fd, err);
}

bool replace_look(struct arena *arena, const struct tree *tree, const char *path, struct file_state *state,
		  struct error *err)
{
	const char *name, *real = tree_real_path(arena, tree, path);

	*state = (struct file_state){0};
	if (real == NULL)
		return errno == ENOENT || error_system(err, errno, "find %s", tree_shown(arena, tree, path));
	CLEANUP(fd_close) int folder = tree_open_file(tree, split(arena, real, &name), O_RDONLY | O_DIRECTORY);
	if (folder < 0)
		return error_system(err, errno, "open the folder of %s", tree_shown(arena, tree, path));
	return look_in(arena, folder, name, tree_shown(arena, tree, path), state, err);
}

/* --- the new one -------------------------------------------------------------------------------------------------- */

/* A list of who else may read it (acl(5)). */
static bool lets_others_in(const struct file_attribute *attribute)
{
	return text_starts(attribute->name, "system.posix_acl_");
}

/* Owner, mode and extended attributes (such as the SELinux label). */
static bool take_over(const struct file_state *state, bool secret, int fd, struct error *err)
{
	struct stat own;

	if (fstat(fd, &own) != 0)
		return error_system(err, errno, "look at the temporary file");
	if ((own.st_uid != state->owner || own.st_gid != state->group) && fchown(fd, state->owner, state->group) != 0)
		return error_system(err, errno, "keep the owner");
	if (fchmod(fd, secret ? state->mode & SECRET_MODE : state->mode) != 0)
		return error_system(err, errno, "keep the mode");
	for (size_t i = 0; i < state->attributes.count; i++) {
		const struct file_attribute *attribute = &state->attributes.items[i];

		if (secret && lets_others_in(attribute))
			continue;
		if (fsetxattr(fd, attribute->name, attribute->value, attribute->length, 0) != 0 && errno != ENOTSUP &&
		    errno != EPERM)
			return error_system(err, errno, "keep the attribute %s", attribute->name);
	}
	return true;
}

static bool name_temporary(struct replace_pending *pending, struct error *err)
{
	unsigned long long chance;

	if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		return error_system(err, errno, "ask the kernel for random numbers");
	/* Hidden and without .conf: no loader reads it, whatever becomes of us. */
	snprintf(pending->temporary, sizeof(pending->temporary), "%s%016llx%s", temporary_start, chance, temporary_end);
	return true;
}

static bool create_temporary(struct replace_pending *pending, mode_t mode, int *fd, struct error *err)
{
	if (!name_temporary(pending, err))
		return false;
	*fd = openat(pending->folder, pending->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (*fd >= 0)
		return true;
	pending->temporary[0] = '\0';
	return error_system(err, errno, "make a temporary file");
}

static bool write_beside(struct arena *arena, struct replace_pending *pending, struct error *err)
{
	const struct replace_file *file = pending->file;
	struct file_state state;
	CLEANUP(fd_close) int fd = -1;

	if (!still_the_same(arena, pending, &state, err))
		return false;
	if (file->after == NULL) /* only to see that the folder can be written to */
		return file->before == NULL || create_temporary(pending, 0600, &fd, err);
	const struct file_state *as = state.present && !file->as_before ? &state : file->as;
	if (!create_temporary(pending, as == NULL ? file->mode : 0600, &fd, err))
		return false;
	if (!fd_write_all(fd, file->after, file->after_length))
		return error_system(err, errno, "write");
	if (as != NULL && !take_over(as, file->secret, fd, err))
		return false;
	return fsync(fd) == 0 || error_system(err, errno, "sync");
}

bool replace_prepare(struct arena *arena, const struct tree *tree, const struct replace_file *file,
		     struct replace_pending *pending, struct error *err)
{
	*pending = (struct replace_pending){.folder = -1, .name = "", .file = file};
	if (open_behind(arena, tree, file->path, &pending->folder, &pending->name, err) &&
	    write_beside(arena, pending, err))
		return true;
	replace_abandon(pending);
	return error_wrap(err, "replace %s", tree_shown(arena, tree, file->path));
}

static bool failed(const char *what, struct error *err)
{
	return error_system(err, errno, "%s%s", what, errno == EPERM ? " (is it immutable? lsattr tells)" : "");
}

static bool move(const struct replace_pending *pending, const char *from, const char *to, unsigned flag)
{
	return syscall(SYS_renameat2, pending->folder, from, pending->folder, to, flag) == 0;
}

/* Not every file system knows the flags of renameat2(2). */
static bool flag_unknown(void)
{
	return errno == EINVAL || errno == ENOSYS;
}

/* The file that has the temporary name now must be what the plan saw. */
static bool moved_the_same(struct arena *arena, const struct replace_pending *pending, struct error *err)
{
	struct replace_pending moved = *pending;
	struct file_state state;

	moved.name = pending->temporary;
	return still_the_same(arena, &moved, &state, err);
}

/* What another hand has written in the last moment must not go with the temporary name: that is swept away. */
static bool keep_aside(struct replace_pending *pending, struct error *err)
{
	char kept[sizeof(pending->temporary)];

	snprintf(kept, sizeof(kept), "%.*s.kept", (int)(strlen(pending->temporary) - strlen(temporary_end)),
		 pending->temporary);
	error_wrap(err, "what was there lies in %s now",
		   renameat(pending->folder, pending->temporary, pending->folder, kept) == 0 ? kept
											     : pending->temporary);
	pending->temporary[0] = '\0';
	return false;
}

/* The new file for the old one, which comes to lie under the temporary name. */
static bool swap(struct arena *arena, struct replace_pending *pending, struct error *err)
{
	if (move(pending, pending->temporary, pending->name, RENAME_EXCHANGE))
		return moved_the_same(arena, pending, err) ||
		       (!move(pending, pending->temporary, pending->name, RENAME_EXCHANGE) && keep_aside(pending, err));
	if (!flag_unknown())
		return failed("rename", err);
	return move(pending, pending->temporary, pending->name, 0) || failed("rename", err);
}

/* A new file where there was none. */
static bool place(struct replace_pending *pending, struct error *err)
{
	if (move(pending, pending->temporary, pending->name, RENAME_NOREPLACE) ||
	    (flag_unknown() && move(pending, pending->temporary, pending->name, 0)))
		return true;
	if (errno == EEXIST)
		return error_set(err, "it has been made by another hand since; run the command again");
	return failed("rename", err);
}

/* Aside first, and then away. */
static bool remove_old(struct arena *arena, struct replace_pending *pending, struct error *err)
{
	if (!move(pending, pending->name, pending->temporary, 0))
		return failed("remove", err);
	if (moved_the_same(arena, pending, err))
		return true;
	if (!move(pending, pending->temporary, pending->name, RENAME_NOREPLACE) &&
	    (!flag_unknown() || !move(pending, pending->temporary, pending->name, 0)))
		return keep_aside(pending, err);
	pending->temporary[0] = '\0';
	return false;
}

/*
 * The last look before the name changes hands; and one after it, at the old file, since an editor may write in between.
 * Only then the old one goes (replace_abandon).
 */
static bool take_name(struct arena *arena, struct replace_pending *pending, struct error *err)
{
	const struct replace_file *file = pending->file;
	struct file_state state;
	bool done;

	if (!still_the_same(arena, pending, &state, err))
		return false;
	if (file->after == NULL)
		done = file->before == NULL || remove_old(arena, pending, err);
	else
		done = file->before == NULL ? place(pending, err) : swap(arena, pending, err);
	return done && (fsync(pending->folder) == 0 || error_system(err, errno, "sync the folder"));
}

bool replace_finish(struct arena *arena, const struct tree *tree, struct replace_pending *pending, struct error *err)
{
	bool done = take_name(arena, pending, err) ||
		    error_wrap(err, "replace %s", tree_shown(arena, tree, pending->file->path));

	replace_abandon(pending);
	return done;
}

void replace_abandon(struct replace_pending *pending)
{
	int kept = errno;

	if (pending->folder >= 0 && pending->temporary[0] != '\0')
		unlinkat(pending->folder, pending->temporary, 0);
	pending->temporary[0] = '\0';
	fd_close(&pending->folder);
	errno = kept;
}

bool replace_write(struct arena *arena, const struct tree *tree, const struct replace_file *file, struct error *err)
{
	CLEANUP(replace_abandon) struct replace_pending pending = {.folder = -1, .name = ""};

	return replace_prepare(arena, tree, file, &pending, err) && replace_finish(arena, tree, &pending, err);
}

void replace_sweep(struct arena *arena, const struct tree *tree, const char *path)
{
	const char *name, *real = tree_real_path(arena, tree, path);
	int folder = tree_open_file(tree, split(arena, real != NULL ? real : path, &name), O_RDONLY | O_DIRECTORY);
	CLEANUP(fd_list_close) DIR *list = fd_list(folder);

	while ((name = fd_list_next(list)) != NULL) {
		if (text_starts(name, temporary_start) && text_ends(name, temporary_end))
			unlinkat(folder, name, 0);
	}
}
