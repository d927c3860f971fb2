#include "report_plan.h"

#include "report_json.h"

static json_t *step_json(struct arena *arena, const struct plan_step *step)
{
	bool secret = report_hides(step);

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", plan_kind_names[step->kind], "key",
			 report_json_text(key_name(arena, step->path)), "file", report_json_text(step->file), "line",
			 step->line > 0 ? json_integer((json_int_t)step->line) : json_null(), "from",
			 report_json_text(secret ? NULL : step->from), "to", report_json_text(secret ? NULL : step->to),
			 "note", report_json_text(step->note));
}

bool report_plan_json(struct text *out, const struct report *report, const struct text_list *words, struct error *err)
{
	const struct plan *plan = report->plan;
	json_t *steps = json_array(), *files = json_array(), *profiles = json_array();

	for (size_t i = 0; i < plan->count; i++)
		json_array_append_new(steps, step_json(out->arena, &plan->items[i]));
	for (size_t i = 0; i < plan->evidence.count; i++)
		json_array_append_new(files,
				      json_pack("{s:o, s:s?}", "file", report_json_text(plan->evidence.items[i].path),
						"sha256", plan->evidence.items[i].digest));
	for (size_t i = 0; i < words->count; i++)
		json_array_append_new(profiles, report_json_text(words->items[i]));
	return report_json_print(out,
				 json_pack("{s:s, s:s, s:s, s:{s:o, s:o, s:o}, s:{s:s}, s:o, s:s, s:s, s:o, s:o}",
					   "schema", "holdfast.plan/1", "id", report->id, "time", report->time, "host",
					   "id", report_json_text(report->facts->host_id), "name",
					   report_json_text(facts_shown(report->facts->host_name)), "kernel",
					   report_json_text(facts_shown(report->facts->kernel)), "agent", "version",
					   report->agent_version, "profiles", profiles, "digest", report->digest,
					   "loader", report->loader, "steps", steps, "files", files),
				 err);
}

static const char *value_cell(struct arena *arena, const struct plan_step *step, const char *value,
			      const struct table_style *style)
{
	if (value == NULL)
		return style->ascii ? "-" : "–";
	if (report_hides(step))
		return "(secret)";
	return value[0] == '\0' ? "''" : text_printable(arena, value);
}

void report_plan_text(struct text *out, const struct report *report, const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"STEP", true, 0, false}, {"PARAMETER", false, 14, true}, {"FROM", true, 5, false},
		{"TO", true, 5, false},   {"WHERE", false, 7, true},      {"NOTE", false, 4, false},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	const struct plan *plan = report->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		const char *place = step->file == NULL ? "live"
				    : step->line > 0   ? arena_printf(out->arena, "%s:%u", step->file, step->line)
						       : step->file;

		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = " ",
			.cells = {arena_printf(out->arena, "%zu", i + 1),
				  text_printable(out->arena, key_name(out->arena, step->path)),
				  value_cell(out->arena, step, step->from, style),
				  value_cell(out->arena, step, step->to, style), place, step->note},
		};
	}
	if (table.count > 0) {
		table_print(out, &table, style);
		text_string(out, "\n");
	}
}
