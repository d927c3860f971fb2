#include "entry.h"

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
	/* A tree without a kernel has no boot: nothing of it can have been lost. */
	return !text_equal(entry->boot_id, boot_id);
}

static bool takes_back(const struct entry *rollback, const char *id)
{
	for (size_t i = 0; rollback->kind == ENTRY_ROLLBACK && i < rollback->undoes.count; i++) {
		if (strcmp(rollback->undoes.items[i], id) == 0)
			return true;
	}
	return false;
}

bool entry_stands(const struct entries *entries, size_t index)
{
	if (entries->items[index].state != ENTRY_DONE)
		return false;
	/* The newest that takes this one back decides: nothing later has taken that one back, or it would stand for both. */
	for (size_t i = index; i-- > 0;) {
		if (takes_back(&entries->items[i], entries->items[index].id) && entry_stands(entries, i))
			return false;
	}
	return true;
}

/* What was undone is as it was before; what of it is not is somebody else's, or cannot be helped. */
static bool has_left_nothing(const struct entry *entry)
{
	return entry->state == ENTRY_UNDONE || entry->state == ENTRY_DAMAGED;
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

	if (step->kind == PLAN_WRITE_LIVE)
		undo_add(arena, values, &value);
}

void entry_values(struct arena *arena, const struct entries *entries, size_t count, struct undo_values *values)
{
	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries->items[i];

		if (has_left_nothing(entry))
			continue;
		/* From the end: of two writes of one key the last has left what is there, the first has found what was. */
		for (size_t j = entry->plan->count; j-- > 0;)
			add_step(arena, entry, &entry->plan->items[j], values);
		for (size_t j = 0; j < entry->coupled.count; j++) {
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
