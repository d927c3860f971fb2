#include "apply.h"

#include <errno.h>

#include "../core/value.h"

static enum outcome_reason reason_of(int cause)
{
	if (cause == EROFS)
		return REASON_READ_ONLY_HERE;
	return cause == EACCES || cause == EPERM ? REASON_NO_PERMISSION : REASON_VALUE_REJECTED;
}

static bool in_line(const struct plan_step *step, const char *value)
{
	const struct desired_item *item = step->parameter == NULL ? NULL : step->parameter->item;

	return value_equal(catalogue_find(step->path), step->to, value) ||
	       (item != NULL && wanted_satisfied(item->row, &item->wanted, value));
}

/* A write that failed may have changed the first fields of a vector (docs/values.md). */
static void put_back(struct arena *arena, const struct proc_sys *proc_sys, struct plan_step *step, const char *before)
{
	struct observed_live now;
	struct error ignored;

	proc_sys_read(arena, proc_sys, step->path, &now);
	if (now.state == LIVE_READ && strcmp(now.value, before) != 0 &&
	    proc_sys_write(arena, proc_sys, step->path, before, &ignored))
		proc_sys_read(arena, proc_sys, step->path, &now);
	step->found = now.state == LIVE_READ ? now.value : NULL;
}

static void apply_step(struct arena *arena, const struct proc_sys *proc_sys, struct plan_step *step)
{
	struct observed_live before, after;
	struct error err;

	proc_sys_read(arena, proc_sys, step->path, &before);
	if (before.state != LIVE_READ) {
		step->result = PLAN_REFUSED;
		step->reason = REASON_UNREADABLE;
		return;
	}
	if (in_line(step, before.value)) {
		step->result = PLAN_ALREADY;
		step->found = before.value;
		return;
	}
	if (!proc_sys_write(arena, proc_sys, step->path, step->to, &err)) {
		step->result = PLAN_REFUSED;
		step->reason = reason_of(err.number);
		put_back(arena, proc_sys, step, before.value);
		return;
	}
	proc_sys_read(arena, proc_sys, step->path, &after);
	step->found = after.state == LIVE_READ ? after.value : NULL;
	if (step->found != NULL && in_line(step, step->found)) {
		step->result = PLAN_CHANGED;
		return;
	}
	step->result = PLAN_ALTERED;
	step->reason = REASON_VALUE_ALTERED;
}

void apply_live(struct arena *arena, const struct proc_sys *proc_sys, struct plan *plan, size_t first, bool go_on)
{
	for (size_t i = first; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_WRITE_LIVE)
			apply_step(arena, proc_sys, &plan->items[i]);
		if (plan_failed(&plan->items[i]) && !go_on)
			return;
	}
}
