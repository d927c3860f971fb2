#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "../base/digest.h"
#include "../base/text.h"
#include "replace.h"

static const char state_folder[] = "/var/lib/holdfast", folder[] = "/var/lib/holdfast/journal";
static const char schema[] = "holdfast.journal/1";

enum { ENTRY_LONGEST = 64 << 20 };

/* Values are bytes; what is not UTF-8 is kept byte by byte, as {"latin1": ...}: a journal must not lose anything. */
static json_t *value_json(struct arena *arena, const char *value)
{
	struct text text = {.arena = arena};

	if (value == NULL)
		return json_null();
	json_t *plain = json_string(value);
	if (plain != NULL)
		return plain;
	for (const char *c = value; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte < 0x80)
			text_add(&text, c, 1);
		else
			text_format(&text, "%c%c", 0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
	}
	return json_pack("{s:s}", "latin1", text.bytes);
}

static json_t *steps_json(struct arena *arena, const struct plan *plan)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		const struct catalogue_row *row = catalogue_find(step->path);
		bool secret = row != NULL && row->hazard == HAZARD_SECRET;

		json_array_append_new(
			steps, json_pack("{s:s, s:s, s:s?, s:i, s:o, s:o, s:s, s:s?, s:o}", "kind",
					 plan_kind_names[step->kind], "path", step->path, "file", step->file, "line",
					 (int)step->line, "from", value_json(arena, secret ? NULL : step->from), "to",
					 value_json(arena, secret ? NULL : step->to), "result",
					 plan_result_names[step->result], "reason", outcome_reason_names[step->reason],
					 "found", value_json(arena, secret ? NULL : step->found)));
	}
	return steps;
}

/* The old bytes of a file, beside the entry: <id>.sysctl.conf */
static const char *copy_name(struct arena *arena, const struct journal *journal, const struct plan_file *file)
{
	return arena_printf(arena, "%s.%s", journal->id, strrchr(file->path, '/') + 1);
}

static json_t *files_json(struct arena *arena, const struct journal *journal)
{
	json_t *files = json_array();

	for (size_t i = 0; i < journal->plan->files.count; i++) {
		const struct plan_file *file = &journal->plan->files.items[i];
		const char *copy = file->before == NULL ? NULL : copy_name(arena, journal, file);

		json_array_append_new(
			files,
			json_pack("{s:s, s:s?, s:s?, s:s}", "file", file->path, "before",
				  file->before == NULL ? NULL : digest_hex(arena, file->before, file->before_length),
				  "copy", copy, "after", digest_hex(arena, file->after, file->after_length)));
	}
	return files;
}

static const char *entry_text(struct arena *arena, const struct journal *journal)
{
	json_t *profiles = json_array(), *off = json_array();

	for (size_t i = 0; i < journal->profiles.count; i++)
		json_array_append_new(profiles, json_string(journal->profiles.items[i]));
	for (size_t i = 0; i < journal->off.count; i++)
		json_array_append_new(off, json_string(journal->off.items[i]));
	json_t *entry = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:o, s:s, s:o, s:o, s:o}", "schema", schema, "id",
				  journal->id, "time", journal->time, "state", journal->state, "boot_id",
				  journal->boot_id, "agent", journal->agent_version, "profiles", profiles, "digest",
				  journal->digest, "steps", steps_json(arena, journal->plan), "files",
				  files_json(arena, journal), "off", off);
	char *dumped = entry == NULL ? NULL : json_dumps(entry, JSON_INDENT(1));
	const char *text = dumped == NULL ? NULL : arena_printf(arena, "%s\n", dumped);

	free(dumped);
	json_decref(entry);
	return text;
}

static const char *entry_path(struct arena *arena, const struct journal *journal)
{
	return arena_printf(arena, "%s/%s.json", folder, journal->id);
}

static bool open_folder(struct arena *arena, const struct tree *tree, int *fd, struct error *err)
{
	CLEANUP(fd_close) int above = -1;

	return replace_open_folder(arena, tree, state_folder, 0700, &above, err) &&
	       replace_open_folder(arena, tree, folder, 0700, fd, err);
}

static bool put(struct arena *arena, const struct tree *tree, const char *path, const char *bytes, size_t length,
		struct error *err)
{
	struct replace_file file = {.path = path, .after = bytes, .after_length = length, .mode = 0600};

	return replace_write(arena, tree, &file, err);
}

bool journal_begin(struct arena *arena, const struct tree *tree, const struct journal *journal, struct error *err)
{
	CLEANUP(fd_close) int directory = -1;
	const char *text = entry_text(arena, journal);

	if (text == NULL)
		return error_set(err, "the journal entry cannot be written as JSON");
	if (!open_folder(arena, tree, &directory, err))
		return false;
	for (size_t i = 0; i < journal->plan->files.count; i++) {
		const struct plan_file *file = &journal->plan->files.items[i];

		if (file->before != NULL &&
		    !put(arena, tree, arena_printf(arena, "%s/%s", folder, copy_name(arena, journal, file)),
			 file->before, file->before_length, err))
			return false;
	}
	return put(arena, tree, entry_path(arena, journal), text, strlen(text), err);
}

bool journal_update(struct arena *arena, const struct tree *tree, const struct journal *journal, struct error *err)
{
	const char *text = entry_text(arena, journal);
	const char *before = tree_read_text(arena, tree, entry_path(arena, journal), ENTRY_LONGEST);

	if (text == NULL || before == NULL)
		return error_set(err, "the journal entry %s cannot be read again", journal->id);
	struct replace_file file = {
		.path = entry_path(arena, journal),
		.before = before,
		.before_length = strlen(before),
		.after = text,
		.after_length = strlen(text),
	};
	return replace_write(arena, tree, &file, err);
}

static const char *newest(struct arena *arena, int directory)
{
	const char *found = NULL;
	DIR *listing = fdopendir(dup(directory));
	struct dirent *entry;

	while (listing != NULL && (entry = readdir(listing)) != NULL) {
		if (entry->d_name[0] != '.' && text_ends(entry->d_name, ".json") &&
		    (found == NULL || strcmp(entry->d_name, found) > 0))
			found = arena_string(arena, entry->d_name);
	}
	if (listing != NULL)
		closedir(listing);
	return found;
}

static const char *text_of(struct arena *arena, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? NULL : arena_string(arena, text);
}

static void read_steps(struct arena *arena, const json_t *entry, struct plan *plan)
{
	size_t index;
	json_t *item;

	json_array_foreach(json_object_get(entry, "steps"), index, item)
	{
		const char *kind = text_of(arena, item, "kind"), *result = text_of(arena, item, "result");
		struct plan_step step = {.path = text_of(arena, item, "path"),
					 .from = text_of(arena, item, "from"),
					 .to = text_of(arena, item, "to")};

		for (unsigned i = 0; i < PLAN_KINDS; i++)
			step.kind = text_equal(kind, plan_kind_names[i]) ? (enum plan_kind)i : step.kind;
		for (unsigned i = 0; i < PLAN_RESULTS; i++)
			step.result = text_equal(result, plan_result_names[i]) ? (enum plan_result)i : step.result;
		if (step.path != NULL)
			*ARRAY_ADD(arena, plan) = step;
	}
}

static void read_texts(struct arena *arena, const json_t *entry, const char *name, struct text_list *list)
{
	size_t index;
	json_t *item;

	json_array_foreach(json_object_get(entry, name), index, item)
	{
		if (json_is_string(item))
			*ARRAY_ADD(arena, list) = arena_string(arena, json_string_value(item));
	}
}

enum journal_found journal_last(struct arena *arena, const struct tree *tree, struct journal *journal,
				struct error *err)
{
	CLEANUP(fd_close) int directory = tree_open_file(tree, folder, O_RDONLY | O_DIRECTORY);

	if (directory < 0 && errno == ENOENT)
		return JOURNAL_NONE;
	if (directory < 0) {
		error_system(err, errno, "open %s", tree_shown(arena, tree, folder));
		return JOURNAL_FAILED;
	}
	const char *name = newest(arena, directory);
	if (name == NULL)
		return JOURNAL_NONE;
	const char *path = arena_printf(arena, "%s/%s", folder, name);
	const char *text = tree_read_text(arena, tree, path, ENTRY_LONGEST);
	json_error_t fault;
	json_t *entry = text == NULL ? NULL : json_loads(text, JSON_REJECT_DUPLICATES, &fault);
	if (!text_equal(json_string_value(json_object_get(entry, "schema")), schema)) {
		error_set(err, "%s is no journal entry of this version", tree_shown(arena, tree, path));
		json_decref(entry);
		return JOURNAL_FAILED;
	}
	struct plan *plan = arena_alloc(arena, sizeof(*plan));
	read_steps(arena, entry, plan);
	*journal = (struct journal){
		.id = text_of(arena, entry, "id"),
		.time = text_of(arena, entry, "time"),
		.state = text_of(arena, entry, "state"),
		.boot_id = text_of(arena, entry, "boot_id"),
		.agent_version = text_of(arena, entry, "agent"),
		.digest = text_of(arena, entry, "digest"),
		.plan = plan,
	};
	read_texts(arena, entry, "profiles", &journal->profiles);
	read_texts(arena, entry, "off", &journal->off);
	json_decref(entry);
	if (journal->id == NULL || journal->time == NULL || journal->state == NULL || journal->digest == NULL ||
	    journal->profiles.count == 0) {
		error_set(err, "the journal entry %s is damaged", tree_shown(arena, tree, path));
		return JOURNAL_FAILED;
	}
	return JOURNAL_FOUND;
}
