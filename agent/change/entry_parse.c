#include "entry_parse.h"

#include <jansson.h>

#include "../base/text.h"
#include "../core/persist.h"
#include "entry_json.h"

/* What is read so far, and whether all of it was what it should be. */
struct parse {
	struct arena *arena;
	struct entry *entry;
	const char *wrong; /* the first member that is not what it should be; NULL: none */
};

static void blame(struct parse *parse, const char *name)
{
	if (parse->wrong == NULL)
		parse->wrong = name;
}

static const char *optional(struct parse *parse, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (value == NULL || json_is_null(value))
		return NULL;
	if (!json_is_string(value)) {
		blame(parse, name);
		return NULL;
	}
	return arena_copy(parse->arena, json_string_value(value), json_string_length(value));
}

static const char *needed(struct parse *parse, const json_t *object, const char *name)
{
	const char *text = optional(parse, object, name);

	if (text == NULL)
		blame(parse, name);
	return text == NULL ? "" : text;
}

/* A time or an identifier: nothing in it that a terminal could be steered by. */
static const char *plain(struct parse *parse, const json_t *object, const char *name)
{
	const char *text = optional(parse, object, name);

	if (text != NULL && strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzTZ.:+-") != strlen(text))
		blame(parse, name);
	return text;
}

static int64_t integer(struct parse *parse, const json_t *object, const char *name, int64_t most)
{
	const json_t *value = json_object_get(object, name);

	if (json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= most)
		return json_integer_value(value);
	blame(parse, name);
	return 0;
}

/* The index of the word among words; a fault and 0 when it is none of them. */
static unsigned choice(struct parse *parse, const json_t *object, const char *name, const char *const *words,
		       unsigned count)
{
	const char *text = needed(parse, object, name);

	for (unsigned i = 0; i < count; i++) {
		if (text_equal(text, words[i]))
			return i;
	}
	blame(parse, name);
	return 0;
}

/* The bytes of a text, or of {"latin1": text}, in which each character is one. */
static const char *bytes_of(struct parse *parse, const json_t *value, const char *name, size_t *length)
{
	const json_t *latin = json_is_object(value) ? json_object_get(value, "latin1") : value;
	struct text text = {.arena = parse->arena};

	*length = 0;
	if (value == NULL || json_is_null(value))
		return NULL;
	if (!json_is_string(latin)) {
		blame(parse, name);
		return NULL;
	}
	const char *from = json_string_value(latin);
	size_t size = json_string_length(latin);
	text_add(&text, "", 0);
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)from[i];

		if (latin != value && byte >= 0xc0 && i + 1 < size)
			text_format(&text, "%c", (byte & 0x03) << 6 | ((unsigned char)from[++i] & 0x3f));
		else
			text_add(&text, &from[i], 1);
	}
	*length = text.length;
	return text.bytes == NULL ? "" : text.bytes;
}

static const char *value_of(struct parse *parse, const json_t *object, const char *name)
{
	size_t length;
	const char *value = bytes_of(parse, json_object_get(object, name), name, &length);

	if (value != NULL && strlen(value) != length)
		blame(parse, name);
	return value;
}

static const char *present(struct parse *parse, const json_t *object, const char *name)
{
	const char *value = value_of(parse, object, name);

	if (value == NULL)
		blame(parse, name);
	return value == NULL ? "" : value;
}

/* A key as a profile could name it, in the path form. */
static const char *path_of(struct parse *parse, const json_t *object, const char *name, bool wildcard)
{
	const char *path = present(parse, object, name);
	struct key key;
	struct error ignored;

	if (strchr(path, '/') == NULL || !key_parse(parse->arena, path, strlen(path), &key, &ignored) ||
	    (key.glob && !wildcard) || strcmp(key.path, path) != 0)
		blame(parse, name);
	return path;
}

static bool is_sysctl_file(const char *path)
{
	return strcmp(path, persist_drop_in) == 0 || strcmp(path, persist_main_file) == 0;
}

static void read_step(struct parse *parse, const json_t *item)
{
	struct plan_step step = {
		.kind = (enum plan_kind)choice(parse, item, "kind", plan_kind_names, PLAN_KINDS),
		.result = (enum plan_result)choice(parse, item, "result", plan_result_names, PLAN_RESULTS),
		.file = optional(parse, item, "file"),
		.line = (unsigned)integer(parse, item, "line", INT32_MAX),
		.from = value_of(parse, item, "from"),
		.to = value_of(parse, item, "to"),
		.found = value_of(parse, item, "found"),
	};
	const char *reason = optional(parse, item, "reason");

	step.path = path_of(parse, item, "path", step.kind != PLAN_WRITE_LIVE);
	if ((step.file != NULL) != (step.kind != PLAN_WRITE_LIVE) || (step.file != NULL && !is_sysctl_file(step.file)))
		blame(parse, "file");
	for (unsigned i = 1; reason != NULL && i < REASONS; i++)
		step.reason = strcmp(reason, outcome_reason_names[i]) == 0 ? (enum outcome_reason)i : step.reason;
	*ARRAY_ADD(parse->arena, parse->entry->plan) = step;
}

static void read_coupled(struct parse *parse, const json_t *item)
{
	*ARRAY_ADD(parse->arena, &parse->entry->coupled) = (struct entry_coupled){
		.path = path_of(parse, item, "path", false),
		.by = path_of(parse, item, "by", false),
		.from = value_of(parse, item, "from"),
		.asked = value_of(parse, item, "asked"),
		.found = value_of(parse, item, "found"),
	};
}

/* A file in the journal's own folder, and one that belongs to this entry. */
static const char *copy_of(struct parse *parse, const json_t *object, const char *name)
{
	const char *copy = optional(parse, object, name);

	if (copy != NULL && (strchr(copy, '/') != NULL || !text_starts(copy, parse->entry->id)))
		blame(parse, name);
	return copy;
}

static void read_was(struct parse *parse, const json_t *was, struct file_state *state)
{
	const char *name;
	json_t *value;

	if (was == NULL)
		return;
	state->present = true;
	state->owner = (uid_t)integer(parse, was, "owner", UINT32_MAX);
	state->group = (gid_t)integer(parse, was, "group", UINT32_MAX);
	state->mode = (mode_t)integer(parse, was, "mode", 07777);
	json_object_foreach(json_object_get(was, "attributes"), name, value)
	{
		struct file_attribute attribute = {.name = arena_string(parse->arena, name)};

		attribute.value = bytes_of(parse, value, "attributes", &attribute.length);
		if (attribute.value != NULL)
			*ARRAY_ADD(parse->arena, &state->attributes) = attribute;
	}
}

static void read_file(struct parse *parse, const json_t *item)
{
	struct entry_file file = {
		.path = needed(parse, item, "file"),
		.before = optional(parse, item, "before"),
		.after = optional(parse, item, "after"),
		.copy = copy_of(parse, item, "copy"),
		.next = copy_of(parse, item, "next"),
	};

	read_was(parse, json_object_get(item, "was"), &file.was);
	if (!is_sysctl_file(file.path))
		blame(parse, "file");
	if ((file.copy != NULL) != (file.before != NULL) || file.was.present != (file.before != NULL))
		blame(parse, "copy");
	*ARRAY_ADD(parse->arena, &parse->entry->files) = file;
}

static void read_kept(struct parse *parse, const json_t *item)
{
	*ARRAY_ADD(parse->arena, &parse->entry->kept) =
		(struct entry_kept){.path = present(parse, item, "path"),
				    .hold = undo_hold_names[choice(parse, item, "hold", undo_hold_names, UNDO_HOLDS)]};
}

static void read_list(struct parse *parse, const json_t *root, const char *name,
		      void (*read)(struct parse *parse, const json_t *item))
{
	json_t *list = json_object_get(root, name);
	size_t index;
	json_t *item;

	if (!json_is_array(list))
		blame(parse, name);
	json_array_foreach(list, index, item)
	{
		read(parse, item);
	}
}

static void read_texts(struct parse *parse, const json_t *root, const char *name, struct text_list *list)
{
	size_t index;
	json_t *item;

	if (!json_is_array(json_object_get(root, name)))
		blame(parse, name);
	json_array_foreach(json_object_get(root, name), index, item)
	{
		size_t length;
		const char *text = bytes_of(parse, item, name, &length);

		if (text == NULL || strlen(text) != length)
			blame(parse, name);
		else
			*ARRAY_ADD(parse->arena, list) = text;
	}
}

static void read_confirm(struct parse *parse, const json_t *confirm)
{
	struct entry *entry = parse->entry;

	if (confirm == NULL || json_is_null(confirm))
		return;
	entry->confirm.seconds = integer(parse, confirm, "seconds", INT32_MAX);
	entry->confirm.deadline = plain(parse, confirm, "deadline");
	entry->confirm.deadline_ms = integer(parse, confirm, "deadline_ms", INT64_MAX);
	entry->confirm.probe = value_of(parse, confirm, "probe");
}

static void read_root(struct parse *parse, const json_t *root)
{
	struct entry *entry = parse->entry;

	entry->id = needed(parse, root, "id");
	entry->kind = (enum entry_kind)choice(parse, root, "kind", entry_kind_names, ENTRY_KINDS);
	entry->state = (enum entry_state)choice(parse, root, "state", entry_state_names, ENTRY_PLANNED);
	entry->why = optional(parse, root, "why");
	entry->time = plain(parse, root, "time");
	entry->ended = plain(parse, root, "ended");
	if (entry->time == NULL)
		blame(parse, "time");
	entry->boot_id = plain(parse, root, "boot_id");
	entry->network = plain(parse, root, "network");
	entry->agent_version = needed(parse, root, "agent");
	entry->digest = optional(parse, root, "digest");
	read_texts(parse, root, "profiles", &entry->profiles);
	read_texts(parse, root, "undoes", &entry->undoes);
	read_texts(parse, root, "off", &entry->off);
	read_confirm(parse, json_object_get(root, "confirm"));
	read_list(parse, root, "steps", read_step);
	read_list(parse, root, "coupled", read_coupled);
	read_list(parse, root, "files", read_file);
	read_list(parse, root, "kept", read_kept);
}

static void reference_drop(json_t **reference)
{
	json_decref(*reference);
}

bool entry_parse(struct arena *arena, const char *bytes, size_t length, struct entry *entry, struct error *err)
{
	json_error_t fault;
	CLEANUP(reference_drop)
	json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &fault);
	struct parse parse = {.arena = arena, .entry = entry};

	*entry = (struct entry){.plan = arena_alloc(arena, sizeof(*entry->plan))};
	if (root == NULL)
		return error_set(err, "not JSON: %s, line %d", fault.text, fault.line);
	if (!text_equal(json_string_value(json_object_get(root, "schema")), entry_json_schema))
		return error_set(err, "is no journal entry of this version (\"schema\": \"%s\")", entry_json_schema);
	read_root(&parse, root);
	return parse.wrong == NULL || error_set(err, "is damaged at \"%s\"", parse.wrong);
}
