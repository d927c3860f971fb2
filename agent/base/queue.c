#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "fd.h"
#include "text.h"

const char queue_full_name[] = "full.json.gz";

static const char ending[] = ".json.gz", temporary[] = ".tmp-", bad[] = "bad";

/* More entries than this are not looked at; nobody who keeps to the bounds makes them. */
enum { ENTRIES_MOST = 10000 };

bool queue_is_name(const char *name)
{
	static const char form[] = "xxxxxxxx-xxxx-7xxx-yxxx-xxxxxxxxxxxx";

	if (strlen(name) != QUEUE_ID_LENGTH + strlen(ending) || strcmp(name + QUEUE_ID_LENGTH, ending) != 0)
		return false;
	for (size_t i = 0; i < QUEUE_ID_LENGTH; i++) {
		const char *allowed = form[i] == 'x' ? "0123456789abcdef" : form[i] == 'y' ? "89ab" : NULL;

		if (allowed == NULL ? name[i] != form[i] : strchr(allowed, name[i]) == NULL)
			return false;
	}
	return true;
}

const char *queue_name(struct arena *arena, const char *id)
{
	return arena_printf(arena, "%s%s", id, ending);
}

int64_t queue_name_ms(const char *name)
{
	int64_t ms = 0;

	for (size_t i = 0; i < strlen("xxxxxxxx-xxxx"); i++) {
		if (name[i] != '-')
			ms = ms * 16 + (name[i] <= '9' ? name[i] - '0' : name[i] - 'a' + 10);
	}
	return ms;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct queue_file *)left)->name, ((const struct queue_file *)right)->name);
}

/* The names in the folder that `wanted` likes, sorted. */
static bool list(struct arena *arena, int folder, bool (*wanted)(const char *name), struct queue_files *files,
		 struct error *err)
{
	CLEANUP(fd_list_close) DIR *names = fd_list(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const char *name;

	*files = (struct queue_files){0};
	if (names == NULL)
		return error_system(err, errno, "list the queue");
	for (size_t i = 0; i < ENTRIES_MOST && (name = fd_list_next(names)) != NULL; i++) {
		struct stat status;

		/* Links, pipes and folders with such a name are not ours. */
		if (!wanted(name) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(status.st_mode))
			continue;
		*ARRAY_ADD(arena, files) = (struct queue_file){arena_string(arena, name), status.st_size};
	}
	if (files->count > 1)
		qsort(files->items, files->count, sizeof(*files->items), by_name);
	return true;
}

bool queue_list(struct arena *arena, int folder, struct queue_files *files, struct error *err)
{
	return list(arena, folder, queue_is_name, files, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static enum queue_read spoiled(const struct error *why, struct error *err)
{
	error_set(err, "%s", why->text);
	return QUEUE_SPOILED;
}

static enum queue_read parse(const char *name, struct queue_report *report, struct error *err)
{
	json_error_t flaw;
	json_t *document = json_loadb(report->plain.items, report->plain.length, JSON_REJECT_DUPLICATES, &flaw);
	const char *id = json_string_value(json_object_get(document, "id"));
	bool named = id != NULL && (!queue_is_name(name) || (strlen(id) == QUEUE_ID_LENGTH && text_starts(name, id)));

	if (named) {
		report->document = document;
		return QUEUE_READ;
	}
	if (document == NULL)
		error_set(err, "%d:%d: no JSON: %s", flaw.line, flaw.column, flaw.text);
	else
		error_set(err, "its id is not that of its name");
	json_decref(document);
	return QUEUE_SPOILED;
}

enum queue_read queue_read(struct arena *arena, int folder, const char *name, struct queue_report *report,
			   struct error *err)
{
	struct error why = {0};
	struct stat status;
	CLEANUP(fd_close) int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT)
		return QUEUE_GONE;
	if (fd < 0 && errno != ELOOP && errno != ENXIO) {
		error_system(err, errno, "open %s", name);
		return QUEUE_FAILED;
	}
	if (fd >= 0 && fstat(fd, &status) != 0) {
		error_system(err, errno, "look at %s", name);
		return QUEUE_FAILED;
	}
	if (fd < 0 || !S_ISREG(status.st_mode)) {
		error_set(&why, "it is no file");
		return spoiled(&why, err);
	}
	*report = (struct queue_report){0};
	switch (fd_read_sized(arena, fd, status.st_size, QUEUE_PACKED_MOST,
			      (struct fd_text){&report->packed.items, &report->packed.length})) {
	case FD_DONE:
		break;
	case FD_TOO_LONG:
		error_set(&why, "it has more than %d bytes", QUEUE_PACKED_MOST);
		return spoiled(&why, err);
	case FD_FAILED:
		error_system(err, errno, "read %s", name);
		return QUEUE_FAILED;
	}
	if (!gzip_unpack(arena, &report->packed, QUEUE_PLAIN_MOST, &report->plain, &why))
		return spoiled(&why, err);
	return parse(name, report, err);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static bool write_temporary(int folder, const char *temporary_name, const char *bytes, size_t length, bool sync)
{
	struct stat owner;

	/* What a killed writer left under this name is ours to take: writers of a folder take turns. */
	if (unlinkat(folder, temporary_name, 0) != 0 && errno != ENOENT)
		return false;
	CLEANUP(fd_close)
	int fd = openat(folder, temporary_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(folder, &owner) != 0)
		return false;
	if (owner.st_uid != geteuid() && fchown(fd, owner.st_uid, owner.st_gid) != 0)
		return false;
	return fd_write_all(fd, bytes, length) && (!sync || fsync(fd) == 0);
}

static bool write_file(int folder, const char *name, const char *bytes, size_t length, bool sync)
{
	char temporary_name[64];

	snprintf(temporary_name, sizeof(temporary_name), "%s%s", temporary, name);
	if (write_temporary(folder, temporary_name, bytes, length, sync) &&
	    renameat(folder, temporary_name, folder, name) == 0)
		return !sync || fsync(folder) == 0;
	int kept = errno;
	(void)unlinkat(folder, temporary_name, 0);
	errno = kept;
	return false;
}

bool queue_write(int folder, const char *name, const char *bytes, size_t length, struct error *err)
{
	return write_file(folder, name, bytes, length, true) || error_system(err, errno, "write %s", name);
}

bool queue_write_lightly(int folder, const char *name, const char *bytes, size_t length, struct error *err)
{
	return write_file(folder, name, bytes, length, false) || error_system(err, errno, "write %s", name);
}

/* Of a report: the sender's own files are not the agent's to sweep. */
static bool is_temporary(const char *name)
{
	const char *behind = text_starts(name, temporary) ? name + strlen(temporary) : "";

	return queue_is_name(behind) || strcmp(behind, queue_full_name) == 0;
}

void queue_sweep(int folder)
{
	struct arena arena = {0};
	struct queue_files files;
	struct error err = {0};

	if (list(&arena, folder, is_temporary, &files, &err)) {
		for (size_t i = 0; i < files.count; i++)
			(void)unlinkat(folder, files.items[i].name, 0);
	}
	arena_free(&arena);
}

bool queue_rename(int folder, const char *name, const char *new_name, struct error *err)
{
	return renameat(folder, name, folder, new_name) == 0 || errno == ENOENT ||
	       error_system(err, errno, "rename %s", name);
}

bool queue_remove(int folder, const char *name, struct error *err)
{
	return unlinkat(folder, name, 0) == 0 || errno == ENOENT || error_system(err, errno, "remove %s", name);
}

bool queue_spoil(struct arena *arena, int folder, const char *name, struct error *err)
{
	struct queue_files files;

	(void)mkdirat(folder, bad, 0700);
	CLEANUP(fd_close) int aside = openat(folder, bad, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (aside < 0)
		return error_system(err, errno, "open bad/ of the queue");
	if (renameat(folder, name, aside, name) != 0 && errno != ENOENT)
		return error_system(err, errno, "move %s to bad/", name);
	if (!queue_list(arena, aside, &files, err))
		return false;
	for (size_t i = 0; i + QUEUE_BAD_MOST < files.count; i++)
		(void)unlinkat(aside, files.items[i].name, 0);
	return true;
}
