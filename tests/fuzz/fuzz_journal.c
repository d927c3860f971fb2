/*
 * A journal entry from a bad disk or a bad hand: read or refused with a reason. What was read is written, and what was
 * written reads back as the same text; and it can do nothing that an apply could not: no key but those below /proc/sys, no
 * file but the two of sysctl, no copy but the entry's own.
 */
#include "change/entry_json.h"
#include "change/entry_parse.h"
#include "core/persist.h"
#include "fuzz.h"

/* Relative, with a folder, and no component that leads up, nowhere or stays. */
static bool is_beneath(const char *path)
{
	bool folder = path != NULL && strchr(path, '/') != NULL;

	for (const char *part = path; folder && part != NULL;) {
		size_t length = strcspn(part, "/");

		if (length == 0 || (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))))
			return false;
		part = part[length] == '/' ? part + length + 1 : NULL;
	}
	return folder;
}

static bool is_own(const struct entry *entry, const char *copy)
{
	return copy == NULL || (strchr(copy, '/') == NULL && strncmp(copy, entry->id, strlen(entry->id)) == 0);
}

static bool is_sysctl_file(const char *path)
{
	return strcmp(path, persist_drop_in) == 0 || strcmp(path, persist_main_file) == 0;
}

static void hold_to_account(const struct entry *entry)
{
	HOLD(entry->id != NULL && entry->time != NULL && entry->agent_version != NULL && entry->plan != NULL);
	HOLD(entry->kind < ENTRY_KINDS && entry->state < ENTRY_PLANNED);
	for (size_t i = 0; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];

		HOLD(is_beneath(step->path));
		HOLD((step->file == NULL) == (step->kind == PLAN_WRITE_LIVE));
		HOLD(step->file == NULL || is_sysctl_file(step->file));
	}
	for (size_t i = 0; i < entry->coupled.count; i++)
		HOLD(is_beneath(entry->coupled.items[i].path) && is_beneath(entry->coupled.items[i].by));
	for (size_t i = 0; i < entry->files.count; i++) {
		const struct entry_file *file = &entry->files.items[i];

		HOLD(is_sysctl_file(file->path) && is_own(entry, file->copy) && is_own(entry, file->next));
		HOLD(file->was.present == (file->before != NULL) && (file->was.mode & ~(mode_t)07777) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct entry entry, again;
	struct error err = {0};

	if (entry_parse(&arena, (const char *)data, size, &entry, &err)) {
		struct text first = {.arena = &arena}, second = {.arena = &arena};

		hold_to_account(&entry);
		HOLD(entry_json_write(&first, &entry, &err));
		HOLD(entry_parse(&arena, first.bytes, first.length, &again, &err));
		hold_to_account(&again);
		HOLD(entry_json_write(&second, &again, &err));
		HOLD(first.length == second.length && memcmp(first.bytes, second.bytes, first.length) == 0);
		HOLD(again.plan->count == entry.plan->count && again.files.count == entry.files.count &&
		     again.coupled.count == entry.coupled.count && again.kept.count == entry.kept.count);
	} else {
		HOLD(err.text[0] != '\0');
	}
	arena_free(&arena);
	return 0;
}
