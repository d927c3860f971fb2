/* verify: as check, for the profile of the last apply, and says what has moved since. Writes nothing. */
#include "../change/journal.h"
#include "commands.h"
#include "lost.h"
#include "output.h"
#include "recovery.h"
#include "transactions.h"

/* The value that the apply left, by its journal: the last step on the key that had a result. NULL: it did not touch it. */
static const char *left_by(const struct entry *entry, const struct outcome_parameter *parameter)
{
	const char *value = NULL;

	for (size_t i = 0; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];

		if (step->kind == PLAN_WRITE_LIVE && (step->result == PLAN_CHANGED || step->result == PLAN_ALREADY) &&
		    text_equal(step->path, parameter->item->path))
			value = step->to;
	}
	return value;
}

static bool was_off(const struct entry *entry, const char *path)
{
	for (size_t i = 0; i < entry->off.count; i++) {
		if (strcmp(entry->off.items[i], path) == 0)
			return true;
	}
	return false;
}

static void tell_moves(struct run *run, const struct entry *entry)
{
	struct text text = {.arena = run->arena};

	for (size_t i = 0; i < run->outcome.count; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];
		const char *left = left_by(entry, parameter);
		const char *name = key_name(run->arena, parameter->item->path);
		bool secret = report_is_secret(parameter->item);

		if (was_off(entry, parameter->item->path))
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
	printf("Last apply: %s (%s)\n", entry->time != NULL ? entry->time : "?", entry->id != NULL ? entry->id : "?");
	if (entry->digest != NULL && strcmp(entry->digest, desired_digest(run->arena, &run->desired)) != 0)
		printf("The profile asks for something else now than it did then.\n");
	printf("%s%s\n", text.length > 0 ? "Moved since:\n" : "Nothing that it set has moved.\n",
	       text.length > 0 ? text.bytes : "");
	fflush(stdout);
}

/* The newest apply that stands; where there is none, one that is not over. A damaged one before it may be newer. */
static const struct entry *last_of(const struct entries *entries)
{
	size_t index;

	if (entries->count > 0 && entries->items[0].state == ENTRY_DAMAGED)
		return &entries->items[0];
	if (transactions_standing(entries, &index))
		return &entries->items[index];
	return entries->count > 0 && entries->items[0].kind == ENTRY_APPLY && !entry_is_over(&entries->items[0])
		       ? &entries->items[0]
		       : NULL;
}

static bool same_words(const struct text_list *a, const struct text_list *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = strcmp(a->items[i], b->items[i]) == 0;
	return same;
}

enum exit_code verify_command(struct run *run)
{
	struct entries entries;
	const struct entry *entry;
	struct error err;

	if (!pipeline_settings(run))
		return run->exit;
	if (!journal_list(run->arena, &run->tree, &entries, &err))
		return pipeline_fail(&err);
	entry = last_of(&entries);
	if (entry == NULL) {
		error_set(
			&err, "%s",
			entries.count == 0
				? "nothing has been applied on this host yet; 'holdfast check' compares it with a profile"
				: "nothing that was applied on this host stands any more; 'holdfast history' tells");
		return pipeline_fail(&err);
	}
	if (entry->state == ENTRY_DAMAGED) {
		error_set(&err, "%s", entry->why);
		return pipeline_fail(&err);
	}
	const char *next = recovery_tell(run);
	if (run->options->profiles.count == 0 && entry->profiles.count > 0) {
		run->words_of_settings = same_words(&entry->profiles, &run->profile_words);
		run->words_given = true;
		run->profile_words = entry->profiles;
	}
	if (!pipeline_desired(run) || !pipeline_observed(run))
		return run->exit;
	pipeline_judged(run);
	tell_moves(run, entry);
	if (next == NULL && lost_count(run) < run->outcome.counts[STATUS_DRIFT])
		next = output_mend(run, "apply", true);
	if (!output_outcome(run, NULL, entry->id, next, &err))
		return pipeline_fail(&err);
	(void)!pipeline_tell(run);
	return pipeline_exit(run);
}
