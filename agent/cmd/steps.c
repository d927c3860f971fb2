#include "steps.h"

#include "../base/digest.h"
#include "../report/report_plan.h"
#include "../system/host.h"
#include "output.h"

/* What a document needs whatever the options: id, digest, the host's identity. */
static bool identify(struct run *run, struct report *report, struct error *err)
{
	if (report->id != NULL)
		return true;
	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	report->digest = desired_digest(run->arena, &run->desired);
	return digest_uuid7(run->arena, run->now_ms, &report->id, err);
}

bool steps_document(struct run *run, const struct plan *plan, struct text *text, struct error *err)
{
	struct report report;

	if (!output_report(run, plan, NULL, &report, err))
		return false;
	return identify(run, &report, err) && report_plan_json(text, &report, &run->profile_words, err);
}

bool steps_print(struct run *run, const struct plan *plan, const char *next, struct error *err)
{
	struct text text = {.arena = run->arena};
	struct report report;
	struct table_style style = output_style(run->options);

	if (run->options->json)
		return steps_document(run, plan, &text, err) && output_print(run, &text, err);
	if (!output_report(run, plan, NULL, &report, err))
		return false;
	report_plan_text(&text, &report, &style);
	if (plan->count > 0)
		text_format(&text, "%zu step%s.  %s\n", plan->count, plan->count == 1 ? "" : "s", next);
	else
		text_string(&text, "Nothing to do.\n");
	return output_print(run, &text, err);
}
