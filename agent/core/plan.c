#include "plan.h"

#include "../base/text.h"
#include "persist.h"

const char *const plan_kind_names[PLAN_KINDS] = {
	[PLAN_WRITE_LIVE] = "write_live",
	[PLAN_WRITE_DROP_IN] = "write_drop_in",
	[PLAN_EDIT_LINE] = "edit_line",
};
const char *const plan_result_names[PLAN_RESULTS] = {
	[PLAN_NOT_TRIED] = "not_tried", [PLAN_CHANGED] = "changed", [PLAN_ALREADY] = "already",
	[PLAN_REFUSED] = "refused",     [PLAN_ALTERED] = "altered", [PLAN_ROLLED_BACK] = "rolled_back",
};

void plan_drop_file(struct plan *plan, const char *file)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->count; i++) {
		if (!text_equal(plan->items[i].file, file))
			plan->items[kept++] = plan->items[i];
	}
	plan->count = kept;
}

bool plan_failed(const struct plan_step *step)
{
	return step->result == PLAN_REFUSED || step->result == PLAN_ALTERED;
}

const char *plan_refusal(const struct plan_step *step)
{
	if (step->kind != PLAN_WRITE_LIVE)
		return "the file could not be written";
	if (step->reason == REASON_NO_PERMISSION)
		return "not permitted";
	if (step->reason == REASON_READ_ONLY_HERE)
		return "it is read-only here";
	return step->reason == REASON_UNREADABLE ? "it cannot be read any more" : "the kernel does not take this value";
}

static const char *live_value(const struct outcome_parameter *parameter)
{
	return parameter->live_seen->state == LIVE_READ ? parameter->live_seen->value : NULL;
}

bool plan_one_way(const char *path, const char *value)
{
	const struct catalogue_row *row = catalogue_find(path);

	return row != NULL && row->hazard == HAZARD_ONE_WAY && value != NULL && value_hazardous(row, value);
}

/* What cannot be taken back comes last: when anything before it fails, it was never done. */
static int step_order(const void *left, const void *right)
{
	const struct plan_step *a = left, *b = right;
	int last = plan_one_way(a->path, a->to) - plan_one_way(b->path, b->to);

	return last != 0 ? last : catalogue_write_order(a->path, b->path);
}

static size_t step_of(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (strcmp(plan->items[i].path, path) == 0)
			return i;
	}
	return plan->count;
}

/* Moves the step at `from` to stand right before the one at `to`; to < from. */
static void move_before(struct plan *plan, size_t from, size_t to)
{
	struct plan_step moved = plan->items[from];

	memmove(&plan->items[to + 1], &plan->items[to], (from - to) * sizeof(moved));
	plan->items[to] = moved;
}

/*
 * A key must never reach above its ceiling, at no moment. Raising both, the ceiling goes first; lowering both, the key
 * does. When neither order is forced, the order stays.
 */
static void respect_ceilings(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		const struct catalogue_row *row = catalogue_find(step->path);
		number low_new, high_old;

		if (row == NULL || row->ceiling[0] == '\0')
			continue;
		size_t ceiling = step_of(plan, row->ceiling);
		if (ceiling == plan->count || plan->items[ceiling].from == NULL ||
		    !value_element(step->to, 0, &low_new) ||
		    !value_element(plan->items[ceiling].from, row->ceiling_element, &high_old))
			continue;
		bool ceiling_first = low_new > high_old;
		if (ceiling_first && ceiling > i)
			move_before(plan, ceiling, i);
		else if (!ceiling_first && ceiling < i)
			move_before(plan, i, ceiling);
	}
}

static bool is_reset(const struct catalogue_row *row, const char *path)
{
	const char *resets = catalogue_text(row)->resets;
	char pattern[KEY_LONGEST];
	bool inverted;

	while (catalogue_next_reset(&resets, pattern, &inverted)) {
		if (catalogue_pattern_matches(pattern, path))
			return true;
	}
	return false;
}

/* Keys that are in line now, but that the kernel will touch when a planned key changes: looked at again afterwards. */
static void hold_resets(struct arena *arena, const struct outcome *outcome, struct plan *plan)
{
	size_t writes = plan->count;

	for (size_t i = 0; i < writes; i++) {
		const struct catalogue_row *row = plan->items[i].parameter->item->row;

		for (size_t j = 0; row != NULL && catalogue_text(row)->resets[0] != '\0' && j < outcome->count; j++) {
			struct outcome_parameter *parameter = &outcome->items[j];

			if (parameter->live != OUTCOME_LIVE_MATCH || !is_reset(row, parameter->item->path) ||
			    step_of(plan, parameter->item->path) < plan->count)
				continue;
			*ARRAY_ADD(arena, plan) = (struct plan_step){
				.kind = PLAN_WRITE_LIVE,
				.path = parameter->item->path,
				.from = live_value(parameter),
				.to = live_value(parameter),
				.note = arena_printf(arena, "the kernel may set it when %s changes",
						     key_name(arena, plan->items[i].path)),
				.parameter = parameter,
			};
		}
	}
}

static const char *effect_note(const struct catalogue_row *row, const char *path, const char *to)
{
	if (row == NULL)
		return NULL;
	if (plan_one_way(path, to))
		return "cannot be taken back before the next boot";
	switch (row->effect) {
	case EFFECT_NOW:
		return NULL;
	case EFFECT_NEXT_LISTEN:
		return "for listeners that start after it";
	case EFFECT_NEW_SOCKETS:
		return "for new sockets";
	case EFFECT_NEW_INTERFACES:
		return "for interfaces that come after it";
	case EFFECT_NEW_NAMESPACES:
		return "for namespaces that are made after it";
	case EFFECT_NEW_PROCESSES:
		return "for processes that start after it";
	}
	return NULL;
}

void plan_arrange(struct plan *plan)
{
	if (plan->count > 0)
		qsort(plan->items, plan->count, sizeof(*plan->items), step_order);
	respect_ceilings(plan);
}

void plan_live(struct arena *arena, const struct outcome *outcome, struct plan *plan)
{
	for (size_t i = 0; i < outcome->count; i++) {
		struct outcome_parameter *parameter = &outcome->items[i];

		if (parameter->status != STATUS_DRIFT || parameter->live != OUTCOME_LIVE_DIFFER)
			continue;
		const struct desired_item *item = parameter->item;
		const char *to = wanted_target(arena, item->row, &item->wanted, live_value(parameter));
		*ARRAY_ADD(arena, plan) = (struct plan_step){
			.kind = PLAN_WRITE_LIVE,
			.path = item->path,
			.from = live_value(parameter),
			.to = to,
			.note = effect_note(item->row, item->path, to),
			.parameter = parameter,
		};
	}
	plan_arrange(plan);
	hold_resets(arena, outcome, plan);
}

void plan_mark_secrets(struct arena *arena, struct plan_file *file)
{
	bool tells = file->after != NULL && persist_tells_secret(arena, file->after, file->after_length);
	bool told = file->before != NULL && persist_tells_secret(arena, file->before, file->before_length);

	file->secret = tells && (!told || strcmp(file->path, persist_drop_in) == 0);
	file->told_secret = told && !tells && file->after != NULL && file->as != NULL;
}
