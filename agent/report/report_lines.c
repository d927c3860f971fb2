#include "report_lines.h"

#include "report_text.h"

/* So many keys are named; the report has them all. */
enum { NAMED_MOST = 5 };

static const char *shown(struct arena *arena, const char *value)
{
	return value != NULL ? text_printable(arena, value) : "nothing";
}

static void changes(struct text *out, const struct report *report)
{
	for (size_t i = 0; report->plan != NULL && i < report->plan->count; i++) {
		const struct plan_step *step = &report->plan->items[i];

		if (step->result == PLAN_NOT_TRIED || step->result == PLAN_ALREADY)
			continue;
		text_format(out, "%s: ", plan_result_names[step->result]);
		if (step->path != NULL)
			text_format(out, "%s ", text_printable(out->arena, key_name(out->arena, step->path)));
		if (step->path != NULL && !report_hides(step))
			text_format(out, "%s -> %s ", shown(out->arena, step->from), shown(out->arena, step->to));
		text_format(out, "(%s)\n", step->file != NULL ? text_printable(out->arena, step->file) : "live");
	}
}

void report_lines(struct text *out, const struct report *report)
{
	const struct outcome *outcome = report->outcome;
	size_t off = 0;

	changes(out, report);
	for (size_t i = 0; i < outcome->count; i++) {
		const struct outcome_parameter *parameter = &outcome->items[i];

		if (parameter->status != STATUS_DRIFT && parameter->status != STATUS_NOT_SETTABLE &&
		    parameter->status != STATUS_ERROR)
			continue;
		if (off < NAMED_MOST)
			text_format(out, "%s: %s\n", outcome_status_names[parameter->status],
				    report_text_line(out->arena, parameter));
		off++;
	}
	if (off > NAMED_MOST)
		text_format(out, "and %zu more\n", off - NAMED_MOST);
	if (off > 0)
		text_format(out, "'holdfast check' shows them all%s\n",
			    report->audit ? ", 'holdfast plan' what an apply would do; this run only looked" : "");
}
