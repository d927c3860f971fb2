#include "changing.h"

#include <errno.h>
#include <signal.h>

#include "../base/clock.h"
#include "../base/digest.h"
#include "../change/journal.h"
#include "output.h"
#include "recovery.h"

bool changing_open(struct run *run, enum entry_kind kind, struct plan *plan, struct changing *changing)
{
	struct error err;
	int64_t now_ms = clock_now_ms(), id_ms;

	*changing = (struct changing){.run = run};
	struct entry *entry = &changing->transaction.entry;
	if (!recovery_place(run, &changing->transaction.place))
		return false;
	*entry = (struct entry){
		.kind = kind,
		.state = ENTRY_BEGUN,
		.time = clock_text(run->arena, now_ms),
		.boot_id = run->facts.boot_id,
		.network = run->facts.network,
		.agent_version = HOLDFAST_VERSION,
		.plan = plan,
	};
	if (journal_next_ms(run->arena, &run->tree, now_ms, &id_ms, &err) &&
	    digest_uuid7(run->arena, id_ms, &entry->id, &err))
		return true;
	run->exit = pipeline_fail(&err);
	return false;
}

/* A closed terminal or Ctrl-C in the middle would leave the rest to the next start; the change takes milliseconds. */
static void mask_signals(int how)
{
	static const int held[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGTTOU};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT_OF(held); i++)
		sigaddset(&set, held[i]);
	sigprocmask(how, &set, NULL);
}

void changing_hold_signals(void)
{
	mask_signals(SIG_BLOCK);
}

void changing_let_signals(void)
{
	mask_signals(SIG_UNBLOCK);
}

bool changing_begin(struct changing *changing, bool files_later)
{
	struct error err;

	changing_hold_signals();
	if (transaction_begin(&changing->transaction, files_later, &err))
		return true;
	error_wrap(&err, "nothing was changed");
	changing->run->exit = pipeline_fail(&err);
	return false;
}

const struct plan_step *changing_failure(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan_failed(&plan->items[i]))
			return &plan->items[i];
	}
	return NULL;
}

bool changing_fail(struct changing *changing, const struct error *err)
{
	struct run *run = changing->run;
	struct error back;
	const char *why = arena_string(run->arena, err->text);

	*ARRAY_ADD(run->arena, &run->errors) = why;
	run->exit = err->number == EACCES || err->number == EPERM ? EXIT_DENIED : EXIT_WORK;
	changing->undone = transaction_undo(&changing->transaction, why, clock_text(run->arena, clock_now_ms()), &back);
	changing->open = !changing->undone;
	pipeline_complain(why);
	if (changing->undone) {
		pipeline_complain(changing->transaction.entry.kept.count == 0
					  ? "everything was put back as it was"
					  : "everything else was put back as it was");
		recovery_tell_kept(run, &changing->transaction.entry);
		return false;
	}
	pipeline_complain(arena_printf(run->arena, "%s; 'holdfast %s' tries again", back.text,
				       output_mend(run, "recover", false)));
	return false;
}

/* "net.ipv4.tcp_fin_timeout stays at '60' instead of '30': not permitted" */
static const char *failure_text(const struct run *run, const struct plan_step *step)
{
	bool secret = catalogue_is_secret(step->path);
	const char *seen = secret ? "a secret" : step->found != NULL ? step->found : "?";

	return arena_printf(run->arena, "%s %s '%s' instead of '%s': %s", key_name(run->arena, step->path),
			    step->result == PLAN_REFUSED ? "stays at" : "became", seen, secret ? "a secret" : step->to,
			    step->result == PLAN_REFUSED ? plan_refusal(step) : "the kernel made something else of it");
}

bool changing_refused(struct changing *changing, const struct plan_step *step)
{
	struct error err = {0};

	error_set(&err, "%s", failure_text(changing->run, step));
	if (step->reason == REASON_NO_PERMISSION)
		err.number = EPERM;
	return changing_fail(changing, &err);
}

void changing_complain(const struct changing *changing)
{
	const struct plan *plan = changing->transaction.entry.plan;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == PLAN_WRITE_LIVE && plan_failed(&plan->items[i]))
			pipeline_complain(failure_text(changing->run, &plan->items[i]));
	}
}

bool changing_denied(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].result == PLAN_REFUSED && plan->items[i].reason == REASON_NO_PERMISSION)
			return true;
	}
	return false;
}

void changing_warn(const struct run *run, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count && !run->options->quiet; i++) {
		const struct plan_step *step = &plan->items[i];

		if (step->kind == PLAN_WRITE_LIVE && plan_one_way(step->path, step->to))
			pipeline_complain(arena_printf(run->arena,
						       "warning: %s = %s cannot be taken back before the next boot",
						       key_name(run->arena, step->path), step->to));
	}
}
