#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/digest.h"
#include "../base/number.h"
#include "../base/text.h"
#include "entry_json.h"
#include "entry_parse.h"
#include "replace.h"

const char journal_open_path[] = "/var/lib/holdfast/journal/open";
static const char state_folder[] = "/var/lib/holdfast", folder[] = "/var/lib/holdfast/journal";
static const char id_letters[] = "0123456789abcdef-", open_name[] = "open", entry_end[] = ".json", next_end[] = ".next";

enum { ENTRY_LONGEST = 64 << 20, ID_LENGTH = 36 };

static const char *path_of(struct arena *arena, const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name);
}

static const char *entry_path(struct arena *arena, const char *id)
{
	return arena_printf(arena, "%s/%s%s", folder, id, entry_end);
}

static bool open_folder(struct arena *arena, const struct tree *tree, int *fd, struct error *err)
{
	CLEANUP(fd_close) int above = -1;

	return replace_open_folder(arena, tree, state_folder, 0700, &above, err) &&
	       replace_open_folder(arena, tree, folder, 0700, fd, err);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static bool put(struct arena *arena, const struct tree *tree, const char *path, const char *bytes, size_t length,
		struct error *err)
{
	struct file_state now;

	if (!replace_look(arena, tree, path, &now, err))
		return false;
	struct replace_file file = {
		.path = path,
		.before = now.present ? now.bytes : NULL,
		.before_length = now.length,
		.after = bytes,
		.after_length = length,
		.mode = 0600,
	};
	return replace_write(arena, tree, &file, err);
}

static const char *copy_name(struct arena *arena, const struct entry *entry, const struct entry_file *file,
			     const char *end)
{
	return arena_printf(arena, "%s.%s%s", entry->id, strrchr(file->path, '/') + 1, end);
}

static bool put_copies(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		struct entry_file *file = &entry->files.items[i];

		if (!file->was.present)
			continue;
		file->copy = copy_name(arena, entry, file, "");
		if (!put(arena, tree, path_of(arena, file->copy), file->was.bytes, file->was.length, err))
			return false;
	}
	return true;
}

static bool put_entry(struct arena *arena, const struct tree *tree, const struct entry *entry, struct error *err)
{
	struct text text = {.arena = arena};

	return entry_json_write(&text, entry, err) &&
	       put(arena, tree, entry_path(arena, entry->id), text.bytes, text.length, err);
}

static bool remove_open(struct arena *arena, const struct tree *tree, int directory, struct error *err)
{
	if (unlinkat(directory, open_name, 0) != 0 && errno != ENOENT)
		return error_system(err, errno, "remove %s", tree_shown(arena, tree, journal_open_path));
	return fsync(directory) == 0 || error_system(err, errno, "sync %s", tree_shown(arena, tree, folder));
}

bool journal_begin(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	CLEANUP(fd_close) int directory = -1;
	struct error ignored;

	if (!open_folder(arena, tree, &directory, err))
		return false;
	/* A link that leads nowhere yet: if this is the end of us, there is nothing to undo. */
	if (symlinkat(arena_printf(arena, "%s%s", entry->id, entry_end), directory, open_name) != 0)
		return error_system(err, errno, "make %s", tree_shown(arena, tree, journal_open_path));
	if (put_copies(arena, tree, entry, err) && put_entry(arena, tree, entry, err))
		return true;
	/* The entry first: `open` must not be the one that is lost. */
	(void)!unlinkat(directory, arena_printf(arena, "%s%s", entry->id, entry_end), 0);
	for (size_t i = 0; i < entry->files.count; i++) {
		if (entry->files.items[i].copy != NULL)
			(void)!unlinkat(directory, entry->files.items[i].copy, 0);
	}
	(void)!remove_open(arena, tree, directory, &ignored);
	return false;
}

bool journal_update(struct arena *arena, const struct tree *tree, const struct entry *entry, struct error *err)
{
	const char *path = entry_path(arena, entry->id);

	if (!tree_exists(tree, path))
		return error_set(err, "the journal entry %s is gone", tree_shown(arena, tree, path));
	return put_entry(arena, tree, entry, err);
}

bool journal_again(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	return put_copies(arena, tree, entry, err) && journal_update(arena, tree, entry, err);
}

bool journal_keep_next(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		struct entry_file *file = &entry->files.items[i];
		const struct plan_file *planned = &entry->plan->files.items[i];

		if (planned->after == NULL)
			continue;
		file->next = copy_name(arena, entry, file, next_end);
		if (!put(arena, tree, path_of(arena, file->next), planned->after, planned->after_length, err))
			return false;
	}
	return true;
}

static void drop_next(int directory, const struct entry *entry)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		if (entry->files.items[i].next != NULL)
			unlinkat(directory, entry->files.items[i].next, 0);
	}
}

bool journal_has_next(struct arena *arena, const struct tree *tree, const struct entry *entry)
{
	for (size_t i = 0; i < entry->files.count; i++) {
		const char *next = entry->files.items[i].next;

		if (next != NULL && !tree_exists(tree, path_of(arena, next)) && errno == ENOENT)
			return false;
	}
	return true;
}

void journal_drop_next(const struct tree *tree, const struct entry *entry)
{
	CLEANUP(fd_close) int directory = tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY);

	if (directory >= 0)
		drop_next(directory, entry);
}

bool journal_end(struct arena *arena, const struct tree *tree, const struct entry *entry, struct error *err)
{
	CLEANUP(fd_close) int directory = tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY);
	struct error ignored;

	if (directory < 0)
		return error_system(err, errno, "open %s", tree_shown(arena, tree, folder));
	if (!journal_update(arena, tree, entry, err))
		return false;
	/* The entry says that it is over. What is left behind now, the next one tidies up. */
	drop_next(directory, entry);
	(void)!remove_open(arena, tree, directory, &ignored);
	return true;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

bool journal_text(struct arena *arena, const struct tree *tree, const char *id, const char **text, struct error *err)
{
	const char *path = entry_path(arena, id);
	struct file_state state;

	if (!replace_look(arena, tree, path, &state, err))
		return false;
	if (!state.present)
		return error_set(err, "there is no %s", tree_shown(arena, tree, path));
	if (state.length > ENTRY_LONGEST)
		return error_set(err, "%s is too large", tree_shown(arena, tree, path));
	*text = state.bytes;
	return true;
}

static bool read_entry(struct arena *arena, const struct tree *tree, const char *id, struct entry *entry,
		       struct error *err)
{
	const char *text = "";

	if (!journal_text(arena, tree, id, &text, err))
		return false;
	if (!entry_parse(arena, text, strlen(text), entry, err))
		return error_wrap(err, "%s", tree_shown(arena, tree, entry_path(arena, id)));
	return strcmp(entry->id, id) == 0 || error_set(err, "%s says that it is the entry '%s'",
						       tree_shown(arena, tree, entry_path(arena, id)), entry->id);
}

/* The name of an entry: a UUID and the end; anything else in the folder is a stranger's. */
static bool is_entry(const char *name)
{
	size_t length = strspn(name, id_letters);

	return length == ID_LENGTH && strcmp(name + length, entry_end) == 0;
}

/* The id that `open` names, NULL when there is none; *broken: it names no entry. */
static const char *open_id(struct arena *arena, const struct tree *tree, bool *broken)
{
	const char *target = tree_link(arena, tree, journal_open_path);

	*broken = false;
	if (target == NULL)
		return NULL;
	*broken = !is_entry(target) || (!tree_exists(tree, path_of(arena, target)) && errno == ENOENT);
	return *broken ? NULL : arena_copy(arena, target, strlen(target) - strlen(entry_end));
}

enum journal_found journal_open(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	bool broken;
	const char *id = open_id(arena, tree, &broken);

	if (id == NULL && (broken || errno == ENOENT || errno == ENOTDIR))
		return JOURNAL_NONE;
	if (id == NULL) {
		error_system(err, errno, "read %s", tree_shown(arena, tree, journal_open_path));
		return JOURNAL_FAILED;
	}
	if (!read_entry(arena, tree, id, entry, err))
		return JOURNAL_FAILED;
	return entry_is_over(entry) ? JOURNAL_NONE : JOURNAL_FOUND;
}

bool journal_tidy(struct arena *arena, const struct tree *tree, struct error *err)
{
	bool broken;
	const char *id = open_id(arena, tree, &broken);
	CLEANUP(fd_close) int directory = tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY);
	CLEANUP(fd_list_close) DIR *list = fd_list(directory < 0 ? -1 : fcntl(directory, F_DUPFD_CLOEXEC, 3));
	const char *name;

	/* Copies of old files are never removed, whatever has become of their entry. */
	while ((name = fd_list_next(list)) != NULL) {
		if (strspn(name, id_letters) == ID_LENGTH && text_ends(name, next_end))
			unlinkat(directory, name, 0);
	}
	return (id == NULL && !broken) || remove_open(arena, tree, directory, err);
}

static int newest_first(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*b, *a);
}

static bool list_ids(struct arena *arena, const struct tree *tree, struct text_list *ids, struct error *err)
{
	CLEANUP(fd_list_close) DIR *list = fd_list(tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY));
	const char *name;

	if (list == NULL)
		return errno == ENOENT || errno == ENOTDIR ||
		       error_system(err, errno, "open %s", tree_shown(arena, tree, folder));
	while ((name = fd_list_next(list)) != NULL) {
		if (is_entry(name))
			*ARRAY_ADD(arena, ids) = arena_copy(arena, name, strlen(name) - strlen(entry_end));
	}
	if (errno != 0)
		return error_system(err, errno, "list %s", tree_shown(arena, tree, folder));
	if (ids->count > 0)
		qsort(ids->items, ids->count, sizeof(*ids->items), newest_first);
	return true;
}

bool journal_next_ms(struct arena *arena, const struct tree *tree, int64_t now_ms, int64_t *next_ms, struct error *err)
{
	struct text_list ids = {0};
	number newest = -1;

	if (!list_ids(arena, tree, &ids, err))
		return false;
	/* A UUIDv7 begins with its 48 bits of milliseconds. */
	if (ids.count > 0 &&
	    !number_read(arena_printf(arena, "0x%.8s%.4s", ids.items[0], ids.items[0] + 9), 14, &newest))
		newest = -1;
	*next_ms = now_ms > newest ? now_ms : (int64_t)newest + 1;
	return *next_ms < (int64_t)1 << 48 ||
	       error_set(err, "the name of %s is of the end of time, and none can come after it; move it away",
			 tree_shown(arena, tree, entry_path(arena, ids.items[0])));
}

enum journal_found journal_newest(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
{
	struct text_list ids = {0};

	if (!list_ids(arena, tree, &ids, err))
		return JOURNAL_FAILED;
	return ids.count > 0 && read_entry(arena, tree, ids.items[0], entry, err) ? JOURNAL_FOUND : JOURNAL_NONE;
}

bool journal_list(struct arena *arena, const struct tree *tree, struct entries *entries, struct error *err)
{
	struct text_list ids = {0};

	*entries = (struct entries){0};
	if (!list_ids(arena, tree, &ids, err))
		return false;
	for (size_t i = 0; i < ids.count; i++) {
		struct entry *entry = ARRAY_ADD(arena, entries);

		if (!read_entry(arena, tree, ids.items[i], entry, err))
			*entry = (struct entry){
				.id = ids.items[i],
				.state = ENTRY_DAMAGED,
				.why = arena_string(arena, err->text),
				.time = "",
				.plan = arena_alloc(arena, sizeof(*entry->plan)),
			};
	}
	entries_judge(arena, entries);
	return true;
}

bool journal_copy(struct arena *arena, const struct tree *tree, const char *name, const char *digest,
		  struct file_state *state, struct error *err)
{
	const char *path = path_of(arena, name);

	if (!replace_look(arena, tree, path, state, err))
		return false;
	if (!state->present)
		return error_set(err, "the copy %s is gone", tree_shown(arena, tree, path));
	return text_equal(digest_hex(arena, state->bytes, state->length), digest) ||
	       error_set(err, "the copy %s is damaged: it is not what was kept", tree_shown(arena, tree, path));
}

bool journal_trusted(struct arena *arena, const struct tree *tree, struct error *err)
{
	static const char *const folders[] = {state_folder, folder};

	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		struct stat status;

		if (tree_stat(tree, folders[i], &status) &&
		    (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0))
			return error_set(err,
					 "%s could be written by others, and what the journal says is carried out: it "
					 "must belong to this user, with mode 0700",
					 tree_shown(arena, tree, folders[i]));
	}
	return true;
}

void journal_sweep(struct arena *arena, const struct tree *tree)
{
	replace_sweep(arena, tree, journal_open_path);
}
