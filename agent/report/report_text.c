#include "report_text.h"

static const char *shown(struct arena *arena, const char *value)
{
	return value[0] == '\0' ? "''" : text_printable(arena, value);
}

static const char *none(const struct table_style *style)
{
	return style->ascii ? "-" : "–";
}

static const char *mark_of(const struct outcome_parameter *parameter, const struct table_style *style,
			   enum table_colour *colour)
{
	switch (parameter->status) {
	case STATUS_COMPLIANT:
		*colour = TABLE_PLAIN;
		return style->ascii ? "." : "✓";
	case STATUS_DRIFT:
		*colour = TABLE_RED;
		return style->ascii ? "x" : "✗";
	case STATUS_ERROR:
	case STATUS_NOT_SETTABLE:
		*colour = TABLE_RED;
		return "!";
	case STATUS_PENDING:
		*colour = TABLE_YELLOW;
		return style->ascii ? "?" : "…";
	case STATUS_WAIVED:
		*colour = TABLE_YELLOW;
		return "~";
	case STATUS_NOT_APPLICABLE:
	case STATUSES:
		break;
	}
	*colour = TABLE_DIM;
	return none(style);
}

static const char *live_cell(struct arena *arena, const struct outcome_parameter *parameter,
			     const struct table_style *style)
{
	if (parameter->live_seen->state != LIVE_READ)
		return parameter->live == OUTCOME_LIVE_UNREADABLE ? "?" : none(style);
	return report_is_secret(parameter->item) ? "(secret)" : shown(arena, parameter->live_seen->value);
}

static const char *boot_cell(struct arena *arena, const struct outcome_parameter *parameter,
			     const struct table_style *style)
{
	const struct boot_line *winner = parameter->boot_seen->winner;

	if (winner == NULL)
		return none(style);
	return report_is_secret(parameter->item) ? "(secret)" : shown(arena, winner->value);
}

/* Where to look: the reason when there is one, else the line that decides the next boot. */
static const char *where_cell(struct arena *arena, const struct outcome_parameter *parameter, bool all)
{
	const char *reason = outcome_reason_text(arena, parameter);
	const struct boot_line *winner = parameter->boot_seen->winner;

	if (parameter->waiver != NULL)
		return arena_printf(arena, "%s %s: %s", parameter->waiver_expired ? "waiver expired" : "waived until",
				    parameter->waiver->until, text_printable(arena, parameter->waiver->reason));
	if (reason != NULL)
		return text_printable(arena, reason);
	if (parameter->boot == OUTCOME_BOOT_UNSET)
		return "not set in any file";
	if (parameter->boot == OUTCOME_BOOT_UNMANAGED || winner == NULL)
		return NULL;
	return all || parameter->boot == OUTCOME_BOOT_DIFFER
		       ? arena_printf(arena, "%s:%u", winner->source.file, winner->source.line)
		       : NULL;
}

/* What a condition keeps away from this host is no news; a key that the kernel lost is. */
static bool is_news(const struct outcome_parameter *parameter)
{
	switch (parameter->status) {
	case STATUS_COMPLIANT:
	case STATUSES:
		return false;
	case STATUS_NOT_APPLICABLE:
		return parameter->reason != REASON_CONDITION_FALSE && parameter->reason != REASON_STACK_DISABLED &&
		       parameter->item->state != DESIRED_NO_INSTANCE;
	case STATUS_DRIFT:
	case STATUS_PENDING:
	case STATUS_WAIVED:
	case STATUS_NOT_SETTABLE:
	case STATUS_ERROR:
		return true;
	}
	return true;
}

static const char *wanted_cell(struct arena *arena, const struct outcome_parameter *parameter,
			       const struct table_style *style)
{
	const struct wanted *wanted = &parameter->item->wanted;

	if (wanted->kind == WANTED_VALUE && wanted->value == NULL)
		return none(style);
	return report_is_secret(parameter->item) ? "(secret)" : shown(arena, wanted_text(arena, wanted));
}

const char *report_text_line(struct arena *arena, const struct outcome_parameter *parameter)
{
	static const struct table_style plain = {.ascii = true};
	const char *where = where_cell(arena, parameter, false);
	struct text text = {.arena = arena};

	bool now = parameter->live == OUTCOME_LIVE_MATCH && parameter->status == STATUS_DRIFT;
	text_format(&text, "%s is %s, %s %s", text_printable(arena, key_name(arena, parameter->item->path)),
		    live_cell(arena, parameter, &plain), now ? "as wanted" : "wanted",
		    wanted_cell(arena, parameter, &plain));
	if (parameter->boot_seen->winner != NULL)
		text_format(&text, ", at boot %s", boot_cell(arena, parameter, &plain));
	else if (now)
		text_string(&text, ", until the next boot");
	if (where != NULL)
		text_format(&text, " (%s)", text_printable(arena, where));
	return text.bytes;
}

void report_text_head(struct text *out, const struct report *report, const struct table_style *style, bool all)
{
	const struct profile *profile = report_profile(report);
	const char *dot = style->ascii ? "|" : "·";
	const char *name = profile == NULL
				   ? "no profile"
				   : arena_printf(out->arena, "%s %lld", profile->name, (long long)profile->version);

	text_format(out, "%s on %s %s Linux %s %s boot by %s\n", table_coloured(out->arena, style, TABLE_BOLD, name),
		    text_printable(out->arena, facts_shown(report->facts->host_name)), dot,
		    text_printable(out->arena, facts_shown(report->facts->kernel)), dot, report->loader);
	if (all)
		text_format(out, "%s: %s\n", report->loader, report->loader_why);
	text_string(out, "\n");
}

void report_text(struct text *out, const struct report *report, const struct table_style *style, bool all)
{
	static const struct table_column columns[] = {
		{"PARAMETER", false, 14, true}, {"WANTED", true, 6, false}, {"LIVE", true, 5, false},
		{"AT BOOT", true, 7, false},    {"WHERE", false, 8, true},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};

	for (size_t i = 0; i < report->outcome->count; i++) {
		const struct outcome_parameter *parameter = &report->outcome->items[i];
		enum table_colour colour;

		if (!all && !is_news(parameter))
			continue;
		const char *mark = mark_of(parameter, style, &colour);
		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = mark,
			.colour = colour,
			.cells = {text_printable(out->arena, key_name(out->arena, parameter->item->path)),
				  wanted_cell(out->arena, parameter, style), live_cell(out->arena, parameter, style),
				  boot_cell(out->arena, parameter, style), where_cell(out->arena, parameter, all)},
		};
	}
	if (table.count > 0) {
		table_print(out, &table, style);
		text_string(out, "\n");
	}
}

void report_text_counts(struct text *out, const struct report *report, const struct table_style *style,
			const char *mend)
{
	static const struct {
		enum outcome_status status;
		const char *word;
	} words[] = {
		{STATUS_DRIFT, "drift"},   {STATUS_NOT_SETTABLE, "not settable"},
		{STATUS_ERROR, "error"},   {STATUS_PENDING, "pending"},
		{STATUS_WAIVED, "waived"}, {STATUS_NOT_APPLICABLE, "not applicable"},
	};
	const size_t *counts = report->outcome->counts;
	struct text line = {.arena = out->arena};
	enum table_colour colour = report->outcome->verdict == VERDICT_COMPLIANT ? TABLE_GREEN
				   : report->outcome->verdict == VERDICT_PENDING ? TABLE_YELLOW
										 : TABLE_RED;

	text_format(&line, "%zu in line", counts[STATUS_COMPLIANT]);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (counts[words[i].status] > 0)
			text_format(&line, ", %zu %s", counts[words[i].status], words[i].word);
	}
	text_string(out, table_coloured(out->arena, style, colour, line.bytes));
	text_string(out, ".");
	if (mend != NULL && counts[STATUS_DRIFT] > 0)
		text_format(out, "  To mend: holdfast %s", mend);
	text_string(out, "\n");
}

static const char *step_cell(struct arena *arena, const struct plan_step *step, const char *value,
			     const struct table_style *style)
{
	if (value == NULL)
		return none(style);
	return report_hides(step) ? "(secret)" : shown(arena, value);
}

void report_text_changes(struct text *out, const struct report *report, const struct table_style *style, bool all)
{
	static const struct table_column columns[] = {
		{"CHANGED", false, 14, true}, {"FROM", true, 5, false}, {"TO", true, 5, false},
		{"WHERE", false, 8, true},    {"", false, 6, false},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};

	for (size_t i = 0; report->plan != NULL && i < report->plan->count; i++) {
		const struct plan_step *step = &report->plan->items[i];
		bool failed = step->result == PLAN_REFUSED || step->result == PLAN_ALTERED;
		const char *place = step->file == NULL ? "live"
				    : step->line > 0   ? arena_printf(out->arena, "%s:%u", step->file, step->line)
						       : step->file;

		if (!all && step->result == PLAN_ALREADY)
			continue;
		const char *note = step->result == PLAN_ROLLED_BACK ? "put back"
				   : step->result == PLAN_NOT_TRIED ? "not done"
								    : step->note;
		if (failed)
			note = step->result == PLAN_REFUSED
				       ? arena_printf(out->arena, "refused: %s", plan_refusal(step))
				       : arena_printf(out->arena, "the kernel made %s of it",
						      step_cell(out->arena, step, step->found, style));
		*ARRAY_ADD(out->arena, &table) = (struct table_row){
			.mark = failed                         ? "!"
				: step->result == PLAN_CHANGED ? (style->ascii ? "*" : "✓")
							       : " ",
			.colour = failed ? TABLE_RED : TABLE_PLAIN,
			.cells = {text_printable(out->arena, key_name(out->arena, step->path)),
				  step_cell(out->arena, step, step->from, style),
				  step_cell(out->arena, step, step->to, style), place, note},
		};
	}
	if (table.count > 0) {
		table_print(out, &table, style);
		text_string(out, "\n");
	}
}
