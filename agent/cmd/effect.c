#include "effect.h"

#include "setters.h"

static bool concerns_sockets(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_WRITE_LIVE && catalogue_is_tcp(plan->items[i].path))
			return true;
	}
	return false;
}

void effect_begin(struct run *run, const struct plan *plan)
{
	struct effect *effect;
	struct error ignored = {0};

	if (run->options->quiet || !concerns_sockets(plan))
		return;
	effect = arena_alloc(run->arena, sizeof(*effect));
	if (looking_take(run->arena, run, LOOK_TOTALS, &effect->before, &ignored))
		run->effect = effect;
}

void effect_end(struct run *run)
{
	struct error ignored = {0};

	if (run->effect == NULL)
		return;
	run->effect->taken = looking_take(run->arena, run, LOOK_TOTALS, &run->effect->after, &ignored);
	if (!run->effect->taken)
		return;
	looking_read(&run->effect->before, NULL);
	looking_read(&run->effect->after, NULL);
	setters_find(run->arena, &run->tree, &run->effect->before.readings);
	setters_find(run->arena, &run->tree, &run->effect->after.readings);
	looking_report(run, &run->effect->before, NULL, &run->effect->before_report);
	looking_report(run, &run->effect->after, NULL, &run->effect->after_report);
}
