#include "entry.h"

#include "../base/digest.h"
#include "../base/text.h"

const char *const entry_kind_names[ENTRY_KINDS] = {[ENTRY_APPLY] = "apply", [ENTRY_ROLLBACK] = "rollback"};
const char *const entry_state_names[ENTRY_STATES] = {
	[ENTRY_BEGUN] = "begun",   [ENTRY_WAITING] = "waiting", [ENTRY_UNDOING] = "undoing", [ENTRY_DONE] = "done",
	[ENTRY_UNDONE] = "undone", [ENTRY_PLANNED] = "planned", [ENTRY_DAMAGED] = "damaged",
};

bool entry_is_over(const struct entry *entry)
{
	return entry->state == ENTRY_DONE || entry->state == ENTRY_UNDONE || entry->state == ENTRY_DAMAGED;
}

bool entry_is_of_another_boot(const struct entry *entry, const char *boot_id)
{
	return !text_equal(entry->boot_id, boot_id);
}

const char *entry_digest(struct arena *arena, const struct file_state *state)
{
	return state->present ? digest_hex(arena, state->bytes, state->length) : NULL;
}

/* The index of an id among entries that are sorted, newest first; count when there is none. */
static size_t index_of(const struct entries *entries, const char *id)
{
	size_t low = 0, high = entries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(entries->items[middle].id, id);

		if (order == 0)
			return middle;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return entries->count;
}

void entries_judge(struct arena *arena, struct entries *entries)
{
	bool *taken = arena_array(arena, entries->count + 1, sizeof(*taken));

	/* From the newest on, so that whether a rollback stands is known before what it has taken back is looked at. */
	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->items[i];

		entry->stands = entry->state == ENTRY_DONE && !taken[i];
		for (size_t j = 0; entry->stands && entry->kind == ENTRY_ROLLBACK && j < entry->undoes.count; j++)
			taken[index_of(entries, entry->undoes.items[j])] = true;
	}
}

/* What was undone is as it was before, but for values that the kernel did not take back. */
static bool has_left_nothing(const struct entry *entry)
{
	return entry->state == ENTRY_UNDONE || entry->state == ENTRY_DAMAGED;
}

static bool was_refused(const struct entry *entry, const char *path)
{
	for (size_t i = 0; i < entry->kept.count; i++) {
		if (strcmp(entry->kept.items[i].path, path) == 0)
			return strcmp(entry->kept.items[i].hold, undo_hold_names[UNDO_REFUSED]) == 0;
	}
	return false;
}

static void add_step(struct arena *arena, const struct entry *entry, const struct plan_step *step,
		     struct undo_values *values)
{
	struct undo_value value = {
		.path = step->path,
		.was = step->from,
		.asked = step->to,
		.left = step->found,
		.torn = !entry_is_over(entry),
	};

	if (step->kind == PLAN_WRITE_LIVE && (!has_left_nothing(entry) || was_refused(entry, step->path)))
		undo_add(arena, values, &value);
}

void entry_values(struct arena *arena, const struct entries *entries, size_t count, struct undo_values *values)
{
	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries->items[i];

		/* From the end: of two writes of one key the last has left what is there, the first has found what was. */
		for (size_t j = entry->plan->count; j-- > 0;)
			add_step(arena, entry, &entry->plan->items[j], values);
		for (size_t j = 0; !has_left_nothing(entry) && j < entry->coupled.count; j++) {
			const struct entry_coupled *coupled = &entry->coupled.items[j];
			struct undo_value value = {.path = coupled->path,
						   .was = coupled->from,
						   .asked = coupled->asked,
						   .left = coupled->found};

			undo_add(arena, values, &value);
		}
	}
}

void entry_files(struct arena *arena, const struct entries *entries, size_t count, struct entry *merged)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; !has_left_nothing(&entries->items[i]) && j < entries->items[i].files.count; j++) {
			const struct entry_file *file = &entries->items[i].files.items[j];
			struct entry_file *there = NULL;

			for (size_t k = 0; k < merged->files.count && there == NULL; k++)
				there = strcmp(merged->files.items[k].path, file->path) == 0 ? &merged->files.items[k]
											     : NULL;
			if (there == NULL) {
				*ARRAY_ADD(arena, &merged->files) = *file;
				continue;
			}
			there->broken = there->broken || !text_equal(file->after, there->before);
			there->was = file->was;
			there->before = file->before;
			there->copy = file->copy;
		}
	}
}

static struct plan_step *line_step(struct plan *plan, const struct plan_step *step)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_step *other = &plan->items[i];

		if (text_equal(other->file, step->file) && other->kind == step->kind &&
		    strcmp(other->path, step->path) == 0)
			return other;
	}
	return NULL;
}

void entry_file_steps(struct arena *arena, const struct entries *entries, size_t count, struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct plan *then = entries->items[i].plan;

		for (size_t j = then->count; j-- > 0;) {
			const struct plan_step *step = &then->items[j];
			struct plan_step *there = line_step(plan, step);

			if (has_left_nothing(&entries->items[i]) || step->kind == PLAN_WRITE_LIVE ||
			    (step->result != PLAN_CHANGED && step->result != PLAN_NOT_TRIED))
				continue;
			if (there != NULL)
				there->to = step->from;
			else
				*ARRAY_ADD(arena, plan) = (struct plan_step){.kind = step->kind,
									     .path = step->path,
									     .file = step->file,
									     .line = step->line,
									     .from = step->to,
									     .to = step->from};
		}
	}
	/* What several transactions have moved to and fro may be where it was. */
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_WRITE_LIVE || !text_equal(plan->items[i].from, plan->items[i].to))
			plan->items[kept++] = plan->items[i];
	}
	plan->count = kept;
}
