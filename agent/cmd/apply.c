/*
 * apply: carries the plan out as one transaction under the lock, and reads everything back.
 *
 *	lock -> plan -> journal -> live writes -> files -> a second look -> journal
 *
 * What the kernel refuses or alters is not persisted. Nothing to do means nothing is touched: no journal, no file.
 */
#include "../change/apply.h"
#include <limits.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/digest.h"
#include "../change/journal.h"
#include "../change/lock.h"
#include "../change/replace.h"
#include "../system/host.h"
#include "commands.h"
#include "layers.h"
#include "output.h"
#include "planning.h"
#include "promise.h"
#include "steps.h"

enum { LOOKS = 3, DROP_IN_MODE = 0644, SECRET_MODE = 0600 };

struct transaction {
	struct run *run;
	struct plan plan;
	struct journal journal;
	bool failed; /* something besides a refused value went wrong; it is on stderr */
};

static bool is_failure(const struct plan_step *step)
{
	return step->result == PLAN_REFUSED || step->result == PLAN_ALTERED;
}

/* What the writes met becomes the status of their parameters in the outcome as it is now. */
static void take_results(struct transaction *transaction)
{
	struct outcome *outcome = &transaction->run->outcome;

	for (size_t i = 0; i < transaction->plan.count; i++) {
		const struct plan_step *step = &transaction->plan.items[i];
		const struct desired_item *item = step->kind == PLAN_WRITE_LIVE && is_failure(step)
							  ? desired_find(&transaction->run->desired, step->path)
							  : NULL;

		if (item == NULL)
			continue;
		struct outcome_parameter *parameter = &outcome->items[item - transaction->run->desired.items];
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
		bool file = layers_is_file(word) && realpath(word, real) != NULL;

		*ARRAY_ADD(run->arena, &words) = file ? arena_string(run->arena, real) : word;
	}
	return words;
}

static bool begin(struct transaction *transaction)
{
	struct run *run = transaction->run;
	struct journal *journal = &transaction->journal;
	struct error err;

	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	*journal = (struct journal){
		.time = clock_text(run->arena, run->now_ms),
		.state = "begun",
		.boot_id = run->facts.boot_id,
		.agent_version = HOLDFAST_VERSION,
		.profiles = absolute_words(run),
		.digest = desired_digest(run->arena, &run->desired),
		.plan = &transaction->plan,
	};
	if (digest_uuid7(run->arena, run->now_ms, &journal->id, &err) &&
	    journal_begin(run->arena, &run->tree, journal, &err))
		return true;
	error_wrap(&err, "nothing was changed, since the journal could not be written");
	run->exit = pipeline_fail(&err);
	return false;
}

static void fail(struct transaction *transaction, const struct error *err)
{
	transaction->run->exit = pipeline_fail(err);
	transaction->failed = true;
}

static void journal_state(struct transaction *transaction, const char *state)
{
	struct error err;

	transaction->journal.state = state;
	if (!journal_update(transaction->run->arena, &transaction->run->tree, &transaction->journal, &err))
		fail(transaction, &err);
}

/* Plans the files anew where a write failed: what the kernel does not take is not persisted. */
static bool plan_files_again(struct transaction *transaction)
{
	struct plan files = {0};
	struct plan *plan = &transaction->plan;
	size_t live = 0;
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		any = any || is_failure(&plan->items[i]);
		if (plan->items[i].kind == PLAN_WRITE_LIVE)
			plan->items[live++] = plan->items[i];
		else if (!any)
			live++;
	}
	if (!any)
		return true;
	live = 0;
	while (live < plan->count && plan->items[live].kind == PLAN_WRITE_LIVE)
		live++;
	if (!planning_files(transaction->run, &files))
		return false;
	plan->count = live;
	for (size_t i = 0; i < files.count; i++)
		*ARRAY_ADD(transaction->run->arena, plan) = files.items[i];
	plan->files.items = files.files.items;
	plan->files.count = files.files.count;
	plan->files.capacity = files.files.capacity;
	return true;
}

/* A new file is for all to read, unless it would tell a secret. */
static mode_t mode_of(const struct plan *plan, const struct plan_file *file)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];

		if (text_equal(step->file, file->path) && step->parameter != NULL &&
		    report_is_secret(step->parameter->item))
			return SECRET_MODE;
	}
	return DROP_IN_MODE;
}

static void write_files(struct transaction *transaction)
{
	struct run *run = transaction->run;
	struct plan *plan = &transaction->plan;

	for (size_t i = 0; i < plan->files.count; i++) {
		const struct plan_file *file = &plan->files.items[i];
		struct replace_file replace = {
			.path = file->path,
			.before = file->before,
			.before_length = file->before_length,
			.after = file->after,
			.after_length = file->after_length,
			.mode = mode_of(plan, file),
		};
		struct error err;
		bool done = replace_write(run->arena, &run->tree, &replace, &err);

		if (!done)
			fail(transaction, &err);
		for (size_t j = 0; j < plan->count; j++) {
			if (text_equal(plan->items[j].file, file->path))
				plan->items[j].result = done ? PLAN_CHANGED : PLAN_REFUSED;
		}
	}
}

static bool look_again(struct transaction *transaction)
{
	if (!pipeline_observed(transaction->run))
		return false;
	pipeline_judged(transaction->run);
	take_results(transaction);
	return true;
}

/* Keys that another write moved are written once more, after it; true when there were any. */
static bool write_moved(struct transaction *transaction)
{
	struct run *run = transaction->run;
	struct plan more = {0};
	size_t first = transaction->plan.count;

	plan_live(run->arena, &run->outcome, &more);
	for (size_t i = 0; i < more.count; i++)
		*ARRAY_ADD(run->arena, &transaction->plan) = more.items[i];
	if (transaction->plan.count == first)
		return false;
	journal_state(transaction, "begun");
	if (!transaction->failed)
		apply_live(run->arena, &run->proc_sys, &transaction->plan, first);
	return true;
}

static void blame_other_keys(struct transaction *transaction)
{
	struct outcome *outcome = &transaction->run->outcome;

	for (size_t i = 0; i < transaction->plan.count; i++) {
		const struct plan_step *step = &transaction->plan.items[i];
		const struct desired_item *item = step->kind == PLAN_WRITE_LIVE && step->result == PLAN_CHANGED
							  ? desired_find(&transaction->run->desired, step->path)
							  : NULL;
		struct outcome_parameter *parameter =
			item == NULL ? NULL : &outcome->items[item - transaction->run->desired.items];

		if (parameter != NULL && parameter->status == STATUS_DRIFT && parameter->live == OUTCOME_LIVE_DIFFER)
			parameter->reason = REASON_CHANGED_BY_OTHER_KEY;
	}
}

/* What was not in line at the end, for a later verify: that has not moved since. */
static void note_off(struct transaction *transaction)
{
	const struct outcome *outcome = &transaction->run->outcome;

	for (size_t i = 0; i < outcome->count; i++) {
		const struct outcome_parameter *parameter = &outcome->items[i];

		if (parameter->status != STATUS_COMPLIANT && parameter->status != STATUS_NOT_APPLICABLE)
			*ARRAY_ADD(transaction->run->arena, &transaction->journal.off) = parameter->item->path;
	}
}

static bool carry_out(struct transaction *transaction)
{
	struct run *run = transaction->run;

	apply_live(run->arena, &run->proc_sys, &transaction->plan, 0);
	take_results(transaction);
	if (!plan_files_again(transaction))
		return false;
	write_files(transaction);
	if (!look_again(transaction))
		return false;
	for (int i = 1; i < LOOKS && !transaction->failed && write_moved(transaction); i++) {
		if (!look_again(transaction))
			return false;
	}
	blame_other_keys(transaction);
	note_off(transaction);
	journal_state(transaction, "done");
	return true;
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

/* What did not work goes to stderr, so that a quiet run from cron is not silent about it. */
static void complain(struct run *run, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		bool secret = step->parameter != NULL && report_is_secret(step->parameter->item);

		if (step->kind != PLAN_WRITE_LIVE || !is_failure(step))
			continue;
		pipeline_complain(arena_printf(
			run->arena, "%s stays at '%s' instead of '%s': %s", key_name(run->arena, step->path),
			secret                ? "a secret"
			: step->found != NULL ? step->found
					      : "?",
			secret ? "a secret" : step->to,
			step->result == PLAN_REFUSED ? plan_refusal(step) : "the kernel made something else of it"));
	}
	pipeline_tell_lost(run);
}

static bool was_denied(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].result == PLAN_REFUSED && plan->items[i].reason == REASON_NO_PERMISSION)
			return true;
	}
	return false;
}

/* Under the lock. */
static enum exit_code apply_locked(struct run *run, const struct load_plan *promise)
{
	struct transaction transaction = {.run = run};
	struct error err;

	if (!pipeline_desired(run) || !pipeline_observed(run))
		return run->exit;
	pipeline_judged(run);
	if (!pipeline_tell(run) || !planning_make(run, &transaction.plan))
		return run->exit;
	if (promise != NULL && !promise_holds(run, promise, &transaction.plan))
		return run->exit;
	if (run->options->dry_run) {
		bool printed = steps_print(run, &transaction.plan, "Nothing was changed.", &err);

		return !printed ? pipeline_fail(&err) : transaction.plan.count > 0 ? EXIT_DRIFT : pipeline_exit(run);
	}
	if (!may_begin(run, &transaction.plan))
		return run->exit;
	if (transaction.plan.count > 0 && (!begin(&transaction) || !carry_out(&transaction)))
		return run->exit;
	if (!output_outcome(run, &transaction.plan, transaction.journal.id, NULL, &err))
		return pipeline_fail(&err);
	complain(run, &transaction.plan);
	if (transaction.failed)
		return run->exit;
	(void)!pipeline_tell(run);
	return was_denied(&transaction.plan) ? EXIT_DENIED : pipeline_exit(run);
}

enum exit_code apply_command(struct run *run)
{
	struct load_plan promise;
	struct error err;
	CLEANUP(fd_close) int lock = -1;

	if (!pipeline_settings(run) || (run->options->operands.count > 0 && !promise_read(run, &promise)))
		return run->exit;
	if (!run->options->dry_run) {
		switch (lock_take(run->arena, &run->tree, &lock, &err)) {
		case LOCK_HELD:
			break;
		case LOCK_BUSY:
			(void)pipeline_fail(&err);
			return EXIT_BUSY;
		case LOCK_FAILED:
			return pipeline_fail(&err);
		}
	}
	return apply_locked(run, run->options->operands.count > 0 ? &promise : NULL);
}
