#include "entry_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "../base/digest.h"
#include "../base/text.h"

const char entry_json_schema[] = "holdfast.journal/1";

/* Bytes that are no UTF-8 are kept one by one, as {"latin1": ...}: a journal must not lose anything. */
static json_t *bytes_json(struct arena *arena, const char *bytes, size_t length)
{
	struct text text = {.arena = arena};
	json_t *plain = json_stringn(bytes, length);

	if (plain != NULL)
		return plain;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte < 0x80)
			text_add(&text, &bytes[i], 1);
		else
			text_format(&text, "%c%c", 0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
	}
	return json_pack("{s:s%}", "latin1", text.bytes, text.length);
}

static json_t *text_json(struct arena *arena, const char *text)
{
	return text == NULL ? json_null() : bytes_json(arena, text, strlen(text));
}

static json_t *value_json(struct arena *arena, const char *path, const char *value)
{
	return text_json(arena, catalogue_is_secret(path) ? NULL : value);
}

static json_t *steps_json(struct arena *arena, const struct plan *plan)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];

		json_array_append_new(
			steps,
			json_pack("{s:s, s:o, s:s?, s:i, s:o, s:o, s:s, s:s?, s:o}", "kind",
				  plan_kind_names[step->kind], "path", text_json(arena, step->path), "file", step->file,
				  "line", (int)step->line, "from", value_json(arena, step->path, step->from), "to",
				  value_json(arena, step->path, step->to), "result", plan_result_names[step->result],
				  "reason", outcome_reason_names[step->reason], "found",
				  value_json(arena, step->path, step->found)));
	}
	return steps;
}

static json_t *coupled_json(struct arena *arena, const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->coupled.count; i++) {
		const struct entry_coupled *item = &entry->coupled.items[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "path", text_json(arena, item->path),
						      "by", text_json(arena, item->by), "from",
						      value_json(arena, item->path, item->from), "asked",
						      value_json(arena, item->path, item->asked), "found",
						      value_json(arena, item->path, item->found)));
	}
	return list;
}

static json_t *attributes_json(struct arena *arena, const struct file_state *was)
{
	json_t *attributes = json_object();

	for (size_t i = 0; i < was->attributes.count; i++) {
		const struct file_attribute *attribute = &was->attributes.items[i];

		json_object_set_new(attributes, attribute->name,
				    bytes_json(arena, attribute->value, attribute->length));
	}
	return attributes;
}

static json_t *files_json(struct arena *arena, const struct entry *entry)
{
	json_t *files = json_array();

	for (size_t i = 0; i < entry->files.count; i++) {
		const struct entry_file *file = &entry->files.items[i];
		json_t *object = json_pack("{s:s, s:s?, s:s?, s:s?, s:s?}", "file", file->path, "before", file->before,
					   "after", file->after, "copy", file->copy, "next", file->next);

		if (file->was.present)
			json_object_set_new(object, "was",
					    json_pack("{s:I, s:I, s:i, s:o}", "owner", (json_int_t)file->was.owner,
						      "group", (json_int_t)file->was.group, "mode", (int)file->was.mode,
						      "attributes", attributes_json(arena, &file->was)));
		json_array_append_new(files, object);
	}
	return files;
}

static json_t *texts_json(struct arena *arena, const struct text_list *list)
{
	json_t *texts = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(texts, text_json(arena, list->items[i]));
	return texts;
}

static json_t *kept_json(struct arena *arena, const struct entry *entry)
{
	json_t *kept = json_array();

	for (size_t i = 0; i < entry->kept.count; i++)
		json_array_append_new(kept, json_pack("{s:o, s:s}", "path", text_json(arena, entry->kept.items[i].path),
						      "hold", entry->kept.items[i].hold));
	return kept;
}

/* What the steps ask for, whatever became of them. */
static const char *plan_digest(struct arena *arena, const struct plan *plan)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		bool secret = catalogue_is_secret(step->path);

		text_format(&text, "%s\n%s\n%s:%u\n%s\n%s\n", plan_kind_names[step->kind], step->path,
			    step->file != NULL ? step->file : "", step->line,
			    secret || step->from == NULL ? "" : step->from, secret || step->to == NULL ? "" : step->to);
	}
	return digest_hex(arena, text.bytes != NULL ? text.bytes : "", text.length);
}

bool entry_json_write(struct text *out, const struct entry *entry, struct error *err)
{
	struct arena *arena = out->arena;
	json_t *confirm = entry->confirm.seconds == 0
				  ? json_null()
				  : json_pack("{s:I, s:s?, s:I, s:o}", "seconds", (json_int_t)entry->confirm.seconds,
					      "deadline", entry->confirm.deadline, "deadline_ms",
					      (json_int_t)entry->confirm.deadline_ms, "probe",
					      text_json(arena, entry->confirm.probe));
	json_t *document = json_pack(
		"{s:s, s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s?, s:s, s:o, s:s?, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", entry_json_schema, "id", entry->id, "kind", entry_kind_names[entry->kind], "state",
		entry_state_names[entry->state], "why", entry->why == NULL ? NULL : text_repaired(arena, entry->why),
		"time", entry->time, "ended", entry->ended, "boot_id", entry->boot_id, "network", entry->network,
		"agent", entry->agent_version, "profiles", texts_json(arena, &entry->profiles), "digest", entry->digest,
		"plan_digest", plan_digest(arena, entry->plan), "undoes", texts_json(arena, &entry->undoes), "confirm",
		confirm, "steps", steps_json(arena, entry->plan), "coupled", coupled_json(arena, entry), "files",
		files_json(arena, entry), "kept", kept_json(arena, entry), "off", texts_json(arena, &entry->off));
	char *dumped = document == NULL ? NULL : json_dumps(document, JSON_INDENT(1));

	json_decref(document);
	if (dumped == NULL)
		return error_set(err, "the journal entry cannot be written as JSON");
	text_string(out, dumped);
	text_string(out, "\n");
	free(dumped);
	return true;
}
