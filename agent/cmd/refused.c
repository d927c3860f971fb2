#include "refused.h"

#include "../base/clock.h"
#include "../change/journal.h"

static const int64_t hour_ms = 3600000;

static bool is_of_this_state(struct run *run, const struct entry *entry)
{
	/* Times of the journal are UTC in one form, so they sort as text. */
	return entry->kind == ENTRY_APPLY && entry_is_over(entry) &&
	       !entry_is_of_another_boot(entry, run->facts.boot_id) && text_equal(entry->network, run->facts.network) &&
	       text_equal(entry->digest, desired_digest(run->arena, &run->desired)) &&
	       strcmp(entry->time, clock_text(run->arena, run->now_ms - REFUSED_HOURS * hour_ms)) >= 0 &&
	       strcmp(entry->time, clock_text(run->arena, run->now_ms)) <= 0;
}

/* The write of this path that failed, or NULL. */
static const struct plan_step *failed_write(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];

		if (step->kind == PLAN_WRITE_LIVE && plan_failed(step) && strcmp(step->path, path) == 0)
			return step;
	}
	return NULL;
}

const struct plan_step *refused_lately(struct run *run, const struct plan *plan, struct entry *entry)
{
	const struct plan_step *refused = NULL;
	size_t again = 0;
	struct error ignored;

	if (journal_newest(run->arena, &run->tree, entry, &ignored) != JOURNAL_FOUND || !is_of_this_state(run, entry))
		return NULL;
	for (size_t i = 0; i < plan->count; i++) {
		/* Its line in a file is planned too, until the value is refused. */
		const struct plan_step *step = failed_write(entry->plan, plan->items[i].path);

		again += step != NULL;
		refused = refused != NULL ? refused : step;
	}
	return run->options->keep_going && again < plan->count ? NULL : refused;
}
