#include "transactions.h"

#include "../base/text.h"
#include "../report/report_history.h"
#include "output.h"

bool transactions_standing(const struct entries *entries, size_t *index)
{
	for (size_t i = 0; i < entries->count; i++) {
		if (entries->items[i].kind == ENTRY_APPLY && entries->items[i].stands) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool refuse(struct run *run, enum exit_code code, const char *text)
{
	pipeline_complain(text);
	run->exit = code;
	return false;
}

static const char *none_text(struct run *run, const struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		if (entries->items[i].state == ENTRY_DAMAGED)
			return arena_printf(run->arena,
					    "there is no apply to take back, as far as the journal can be read: %s",
					    entries->items[i].why);
	}
	return "there is no apply to take back; 'holdfast history' lists the transactions";
}

bool transactions_choose(struct run *run, const struct entries *entries, size_t *index)
{
	const char *word = run->options->operands.count > 0 ? run->options->operands.items[0] : NULL;
	size_t found = 0;

	if (word == NULL)
		return transactions_standing(entries, index) || refuse(run, EXIT_WORK, none_text(run, entries));
	for (size_t i = 0; i < entries->count; i++) {
		if (!text_starts(entries->items[i].id, word))
			continue;
		*index = i;
		found++;
	}
	if (found == 0 || word[0] == '\0')
		return refuse(run, EXIT_USAGE,
			      arena_printf(run->arena, "there is no transaction '%s'; 'holdfast history' lists them",
					   word));
	return found == 1 ||
	       refuse(run, EXIT_USAGE,
		      arena_printf(run->arena, "%zu transactions begin with '%s'; give more of the ID", found, word));
}

bool transactions_print(struct run *run, const struct entry *entry, struct error *err)
{
	struct entry copy = entry != NULL ? *entry : (struct entry){0};
	const struct entries one = {.items = &copy, .count = entry != NULL};
	struct text text = {.arena = run->arena};

	if (!run->options->json)
		return true;
	return report_history_json(&text, &one, err) && output_print(run, &text, err);
}
