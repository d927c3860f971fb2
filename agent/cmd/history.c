/* history: the transactions of this host, newest first, or one of them whole. Writes nothing. */
#include "../change/journal.h"
#include "../report/report_history.h"
#include "commands.h"
#include "output.h"
#include "recovery.h"
#include "transactions.h"

static bool print_one(struct run *run, const struct entries *entries, size_t index, struct error *err)
{
	struct text text = {.arena = run->arena};
	struct table_style style = output_style(run->options);
	const char *document;

	if (run->options->json) {
		if (!journal_text(run->arena, &run->tree, entries->items[index].id, &document, err))
			return false;
		text_string(&text, document);
	} else {
		report_history_entry(&text, entries, index, &style);
	}
	return output_print(run, &text, err);
}

static bool print_all(struct run *run, const struct entries *entries, struct error *err)
{
	struct text text = {.arena = run->arena};
	struct table_style style = output_style(run->options);

	if (run->options->json && !report_history_json(&text, entries, err))
		return false;
	if (!run->options->json)
		report_history(&text, entries, &style);
	return output_print(run, &text, err);
}

enum exit_code history_command(struct run *run)
{
	struct entries entries;
	struct error err;
	size_t index;

	if (!pipeline_tree(run))
		return run->exit;
	if (!journal_list(run->arena, &run->tree, &entries, &err))
		return pipeline_fail(&err);
	if (run->options->operands.count == 0) {
		(void)recovery_tell(run);
		return print_all(run, &entries, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
	}
	if (!transactions_choose(run, &entries, &index))
		return run->exit;
	return print_one(run, &entries, index, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
}
