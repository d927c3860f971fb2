/* verify: as check, for the profile of the last apply, and says what has moved since. Writes nothing. */
#include "../change/journal.h"
#include "commands.h"
#include "output.h"

/* The value that the apply left, by its journal: the last step on the key that had a result. NULL: it did not touch it. */
static const char *left_by(const struct journal *journal, const struct outcome_parameter *parameter)
{
	const char *value = NULL;

	for (size_t i = 0; i < journal->plan->count; i++) {
		const struct plan_step *step = &journal->plan->items[i];

		if (step->kind == PLAN_WRITE_LIVE && (step->result == PLAN_CHANGED || step->result == PLAN_ALREADY) &&
		    text_equal(step->path, parameter->item->path))
			value = step->to;
	}
	return value;
}

static bool was_off(const struct journal *journal, const char *path)
{
	for (size_t i = 0; i < journal->off.count; i++) {
		if (strcmp(journal->off.items[i], path) == 0)
			return true;
	}
	return false;
}

static void tell_moves(struct run *run, const struct journal *journal)
{
	struct text text = {.arena = run->arena};

	for (size_t i = 0; i < run->outcome.count; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];
		const char *left = left_by(journal, parameter);
		const char *name = key_name(run->arena, parameter->item->path);
		bool secret = report_is_secret(parameter->item);

		if (was_off(journal, parameter->item->path))
			continue;
		if (left != NULL && parameter->live == OUTCOME_LIVE_DIFFER)
			text_format(&text, "  %s was set to %s and is %s now\n", name,
				    secret ? "a secret" : text_printable(run->arena, left),
				    secret ? "another one" : text_printable(run->arena, parameter->live_seen->value));
		else if (parameter->status == STATUS_DRIFT && parameter->boot == OUTCOME_BOOT_DIFFER)
			text_format(&text, "  %s: the next boot would take it from %s:%u\n", name,
				    parameter->boot_seen->winner->source.file,
				    parameter->boot_seen->winner->source.line);
		else if (parameter->status == STATUS_DRIFT && parameter->boot == OUTCOME_BOOT_UNSET)
			text_format(&text, "  %s: no file sets it any more\n", name);
	}
	if (run->options->quiet || run->options->json)
		return;
	printf("Last apply: %s (%s)\n", journal->time != NULL ? journal->time : "?",
	       journal->id != NULL ? journal->id : "?");
	if (text_equal(journal->state, "begun"))
		printf("It did not come to its end.\n");
	if (journal->digest != NULL && strcmp(journal->digest, desired_digest(run->arena, &run->desired)) != 0)
		printf("The profile asks for something else now than it did then.\n");
	printf("%s%s\n", text.length > 0 ? "Moved since:\n" : "Nothing that it set has moved.\n",
	       text.length > 0 ? text.bytes : "");
	fflush(stdout);
}

enum exit_code verify_command(struct run *run)
{
	struct journal journal;
	struct error err;

	if (!pipeline_settings(run))
		return run->exit;
	switch (journal_last(run->arena, &run->tree, &journal, &err)) {
	case JOURNAL_FOUND:
		break;
	case JOURNAL_NONE:
		error_set(&err,
			  "nothing has been applied on this host yet; 'holdfast check' compares it with a profile");
		return pipeline_fail(&err);
	case JOURNAL_FAILED:
		return pipeline_fail(&err);
	}
	if (run->options->profiles.count == 0 && journal.profiles.count > 0) {
		run->profile_words = journal.profiles;
		run->words_given = true;
	}
	if (!pipeline_desired(run) || !pipeline_observed(run))
		return run->exit;
	pipeline_judged(run);
	tell_moves(run, &journal);
	if (!output_outcome(run, NULL, journal.id,
			    pipeline_lost(run) < run->outcome.counts[STATUS_DRIFT] ? output_mend(run, "apply", true)
										   : NULL,
			    &err))
		return pipeline_fail(&err);
	(void)!pipeline_tell(run);
	return pipeline_exit(run);
}
