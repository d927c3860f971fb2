#include "applying.h"

#include <limits.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../change/apply.h"
#include "changing.h"
#include "effect.h"
#include "layers.h"
#include "lost.h"
#include "output.h"
#include "planning.h"
#include "recovery.h"
#include "refused.h"
#include "steps.h"
#include "waiting.h"

enum { LOOKS = 3 };

/* What the writes met becomes the status of their parameters in the outcome as it is now. */
static void take_results(struct changing *changing)
{
	struct outcome *outcome = &changing->run->outcome;

	for (size_t i = 0; i < changing->transaction.entry.plan->count; i++) {
		const struct plan_step *step = &changing->transaction.entry.plan->items[i];
		const struct desired_item *item = step->kind == PLAN_WRITE_LIVE && plan_failed(step)
							  ? desired_find(&changing->run->desired, step->path)
							  : NULL;

		if (item == NULL)
			continue;
		struct outcome_parameter *parameter = &outcome->items[item - changing->run->desired.items];
		bool denied = step->reason == REASON_NO_PERMISSION || step->reason == REASON_READ_ONLY_HERE;
		if (parameter->live == OUTCOME_LIVE_MATCH)
			continue;
		parameter->status = denied ? STATUS_NOT_SETTABLE : STATUS_ERROR;
		parameter->reason = step->reason;
	}
	outcome_count(outcome);
}

/* The profiles as they were given, files with their whole path: verify may be called from another folder. */
static struct text_list absolute_words(struct run *run)
{
	struct text_list words = {0};

	for (size_t i = 0; i < run->profile_words.count; i++) {
		const char *word = run->profile_words.items[i];
		char real[PATH_MAX];
		bool file = !run->words_of_settings && layers_is_file(word) && realpath(word, real) != NULL;

		*ARRAY_ADD(run->arena, &words) = file ? arena_string(run->arena, real) : word;
	}
	return words;
}

/* Plans the files anew after a failed step: what the kernel does not take is not persisted. */
static bool files_again(struct changing *changing, struct error *err)
{
	struct plan files = {0};
	struct plan *plan = changing->transaction.entry.plan;
	size_t live = 0;

	take_results(changing);
	while (live < plan->count && plan->items[live].kind == PLAN_WRITE_LIVE)
		live++;
	if (!planning_files(changing->run, &files))
		return error_set(err, "the files could not be planned anew");
	plan->count = live;
	for (size_t i = 0; i < files.count; i++)
		*ARRAY_ADD(changing->run->arena, plan) = files.items[i];
	plan->files.items = files.files.items;
	plan->files.count = files.files.count;
	plan->files.capacity = files.files.capacity;
	return transaction_plan_files(&changing->transaction, err);
}

/* What was set and does not let itself be read any more is not known to be in line. */
static bool can_be_read(const struct changing *changing, struct error *err)
{
	const struct run *run = changing->run;
	const struct plan *plan = changing->transaction.entry.plan;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		const struct desired_item *item = step->kind == PLAN_WRITE_LIVE && step->result == PLAN_CHANGED
							  ? desired_find(&run->desired, step->path)
							  : NULL;
		const struct observed_live *live =
			item == NULL ? NULL : run->outcome.items[item - run->desired.items].live_seen;

		if (live != NULL && live->state == LIVE_UNREADABLE)
			return error_system(err, live->number, "read %s again", key_name(run->arena, step->path));
	}
	return true;
}

static bool look_again(struct changing *changing, struct error *err)
{
	if (!pipeline_observed(changing->run))
		return error_set(err, "the host could not be looked at again");
	pipeline_judged(changing->run);
	take_results(changing);
	return can_be_read(changing, err);
}

/* Keys that another write moved are written once more, after it; *any: there were some. */
static bool write_moved(struct changing *changing, bool *any, struct error *err)
{
	struct plan more = {0};

	plan_live(changing->run->arena, &changing->run->outcome, &more);
	*any = more.count > 0;
	return more.count == 0 ||
	       transaction_more(&changing->transaction, &more, changing->run->options->keep_going, err);
}

static void blame_other_keys(struct changing *changing)
{
	struct outcome *outcome = &changing->run->outcome;

	for (size_t i = 0; i < changing->transaction.entry.plan->count; i++) {
		const struct plan_step *step = &changing->transaction.entry.plan->items[i];
		const struct desired_item *item = step->kind == PLAN_WRITE_LIVE && step->result == PLAN_CHANGED
							  ? desired_find(&changing->run->desired, step->path)
							  : NULL;
		struct outcome_parameter *parameter =
			item == NULL ? NULL : &outcome->items[item - changing->run->desired.items];

		if (parameter != NULL && parameter->status == STATUS_DRIFT && parameter->live == OUTCOME_LIVE_DIFFER)
			parameter->reason = REASON_CHANGED_BY_OTHER_KEY;
	}
}

/* What was not in line at the end, for a later verify: that has not moved since. */
static void note_off(struct changing *changing)
{
	const struct outcome *outcome = &changing->run->outcome;

	for (size_t i = 0; i < outcome->count; i++) {
		const struct outcome_parameter *parameter = &outcome->items[i];

		if (parameter->status != STATUS_COMPLIANT && parameter->status != STATUS_NOT_APPLICABLE)
			*ARRAY_ADD(changing->run->arena, &changing->transaction.entry.off) = parameter->item->path;
	}
}

/* Everything that changes the host. False: it was taken back, or could not be; run->exit is set. */
static bool carry_out(struct changing *changing)
{
	struct run *run = changing->run;
	struct plan *plan = changing->transaction.entry.plan;
	struct error err;

	apply_live(run->arena, &run->proc_sys, plan, 0, run->options->keep_going);
	const struct plan_step *failure = changing_failure(plan);
	if (failure != NULL && !run->options->keep_going)
		return changing_refused(changing, failure);
	if (failure != NULL && !files_again(changing, &err))
		return changing_fail(changing, &err);
	if (run->options->confirm_s == 0 && !transaction_files(&changing->transaction, &err))
		return changing_fail(changing, &err);
	if (!look_again(changing, &err))
		return changing_fail(changing, &err);
	for (int i = 1; i < LOOKS; i++) {
		bool any;

		if (!write_moved(changing, &any, &err))
			return changing_fail(changing, &err);
		failure = changing_failure(plan);
		if (failure != NULL && !run->options->keep_going)
			return changing_refused(changing, failure);
		if (!any)
			break;
		if (!look_again(changing, &err))
			return changing_fail(changing, &err);
	}
	blame_other_keys(changing);
	note_off(changing);
	transaction_look(&changing->transaction);
	if (run->options->confirm_s > 0)
		return waiting_begin(changing, &err) || changing_fail(changing, &err);
	return transaction_done(&changing->transaction, clock_text(run->arena, clock_now_ms()), &err) ||
	       changing_fail(changing, &err);
}

/* Somebody without the right is told before anything happens. Root goes on with what it may do. */
static bool may_begin(struct run *run, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];

		if (step->kind != PLAN_WRITE_LIVE || geteuid() == 0 || proc_sys_may_write(&run->proc_sys, step->path))
			continue;
		fprintf(stderr,
			"holdfast: not permitted to write %s; needs root, or CAP_NET_ADMIN for keys of the network; nothing was changed\n",
			key_name(run->arena, step->path));
		run->exit = EXIT_DENIED;
		return false;
	}
	return true;
}

static bool dry_run(struct run *run, const struct plan *plan, enum exit_code *code)
{
	struct error err;

	if (!run->options->dry_run)
		return false;
	bool printed = steps_print(run, plan, "Nothing was changed.", &err);
	*code = !printed ? pipeline_fail(&err) : plan->count > 0 ? EXIT_DRIFT : pipeline_exit(run);
	return true;
}

/* The transaction, from the entry to its end. False: it failed, and run->exit is set. */
static bool change(struct changing *changing, struct plan *plan)
{
	struct run *run = changing->run;
	struct entry *entry = &changing->transaction.entry;
	bool confirm = run->options->confirm_s > 0;
	CLEANUP(fd_close) int watcher = -1;

	if (!changing_open(run, ENTRY_APPLY, plan, changing))
		return false;
	entry->profiles = absolute_words(run);
	entry->digest = desired_digest(run->arena, &run->desired);
	if (confirm && !waiting_prepare(changing, &watcher))
		return false;
	changing_warn(run, plan);
	effect_begin(run, plan);
	if (!changing_begin(changing, confirm))
		return false;
	if (carry_out(changing))
		return entry->state == ENTRY_DONE || entry->state == ENTRY_WAITING;
	if (changing->undone && pipeline_observed(run)) {
		pipeline_judged(run);
		take_results(changing);
	}
	return false;
}

static enum exit_code finish(struct changing *changing, bool changed)
{
	struct run *run = changing->run;
	const struct plan *plan = changing->transaction.entry.plan;
	struct error err;

	if (!output_outcome(run, plan, changing->transaction.entry.id, NULL, &err))
		return pipeline_fail(&err);
	if (!changed)
		return run->exit;
	changing_complain(changing);
	lost_tell(run);
	(void)!pipeline_tell(run);
	return changing_denied(plan) ? EXIT_DENIED : pipeline_exit(run);
}

/* A run does not set values and take them back each time because of the same one. */
static bool leave_it(struct changing *changing, const struct plan *plan)
{
	struct run *run = changing->run;
	struct entry *entry = &changing->transaction.entry;
	struct error err;
	const struct plan_step *step = run->terse ? refused_lately(run, plan, entry) : NULL;

	if (step == NULL)
		return false;
	const char *why = arena_printf(
		run->arena,
		"%s was refused at %s (%s)%s; a run tries it again after %d hours, after a boot, and when the profile changes%s",
		key_name(run->arena, step->path), entry->time,
		step->result == PLAN_REFUSED ? plan_refusal(step) : "the kernel made something else of it",
		run->options->keep_going ? "" : ", so nothing was set", REFUSED_HOURS,
		run->options->keep_going ? "" : "; with --keep-going it sets the rest");
	pipeline_complain(why);
	*ARRAY_ADD(run->arena, &run->errors) = why;
	take_results(changing);
	run->exit = changing_denied(entry->plan) ? EXIT_DENIED : EXIT_WORK;
	if (!output_outcome(run, NULL, NULL, NULL, &err))
		run->exit = pipeline_fail(&err);
	return true;
}

enum exit_code applying_carry_out(struct run *run, const struct load_plan *promise)
{
	struct changing changing = {.run = run};
	struct plan plan = {0};
	struct error err;
	enum exit_code code;

	if (!pipeline_desired(run) || !pipeline_observed(run))
		return run->exit;
	pipeline_judged(run);
	if (!pipeline_tell(run) || !planning_make(run, &plan))
		return run->exit;
	if (promise != NULL && !promise_holds(run, promise, &plan))
		return run->exit;
	if (dry_run(run, &plan, &code))
		return code;
	if (plan.count == 0) {
		if (!output_outcome(run, &plan, NULL, NULL, &err))
			return pipeline_fail(&err);
		lost_tell(run);
		(void)!pipeline_tell(run);
		return pipeline_exit(run);
	}
	if (!may_begin(run, &plan) || leave_it(&changing, &plan))
		return run->exit;
	bool changed = change(&changing, &plan);
	if (changed) {
		/* All that is left is to look and to tell. */
		lock_release(&run->lock);
		effect_end(run);
	}
	if (changing.transaction.entry.state == ENTRY_WAITING && changed)
		return waiting_follow(&changing);
	if (!changed && !changing.undone && !changing.open)
		return run->exit;
	return finish(&changing, changed);
}
