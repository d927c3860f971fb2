/* show: the desired state after layers and conditions, each key with its origin. */
#include "../core/condition.h"
#include "../report/report_json.h"
#include "commands.h"
#include "output.h"

static void show_text(struct run *run, struct text *text)
{
	static const struct table_column columns[] = {
		{"PARAMETER", false, 14, true},
		{"WANTED", true, 6, false},
		{"FROM", false, 8, true},
		{"NOTE", false, 6, false},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	struct table_style style = output_style(run->options);

	for (size_t i = 0; i < run->desired.count; i++) {
		const struct desired_item *item = &run->desired.items[i];
		const struct requirement *requirement = item->requirement;
		bool known = item->wanted.kind != WANTED_VALUE || item->wanted.value != NULL;
		const char *note = NULL;

		if (item->state == DESIRED_CONDITION_FALSE)
			note = arena_printf(run->arena, "not here: only when %s",
					    text_printable(run->arena, condition_text(run->arena, &requirement->when)));
		else if (item->state == DESIRED_NO_INSTANCE)
			note = "stands for nothing here";
		else if (!requirement->manage_live || !requirement->manage_boot)
			note = requirement->manage_live ? "live only" : "boot only";
		*ARRAY_ADD(run->arena, &table) = (struct table_row){
			.mark = " ",
			.colour = item->state == DESIRED_WANTED ? TABLE_PLAIN : TABLE_DIM,
			.cells = {text_printable(run->arena, key_name(run->arena, item->path)),
				  !known ? "-"
				  : report_is_secret(item)
					  ? "(secret)"
					  : text_printable(run->arena, wanted_text(run->arena, &item->wanted)),
				  arena_printf(run->arena, "%s:%u", requirement->source.file, requirement->source.line),
				  note},
		};
	}
	table_print(text, &table, &style);
}

enum exit_code show_command(struct run *run)
{
	struct text text = {.arena = run->arena};
	struct report report;
	struct error err;

	if (!pipeline_settings(run) || !pipeline_desired(run))
		return run->exit;
	if (!run->options->json)
		show_text(run, &text);
	else if (!output_report(run, NULL, NULL, &report, &err) ||
		 !report_json_desired(&text, &report, &run->desired, &err))
		return pipeline_fail(&err);
	return output_print(run, &text, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
}
