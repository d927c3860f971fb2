#include "report_effect.h"

static void print_counts(struct text *out, const struct census *before, const struct census *after,
			 const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"TCP SOCKETS", false, 0, false}, {"BEFORE", true, 0, false}, {"AFTER", true, 0, false}};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};

	for (unsigned i = 0; i < TCP_STATES_SHOWN; i++) {
		enum tcp_state state = tcp_state_order[i];
		uint64_t was = census_count(before, state), is = census_count(after, state);

		if (was == 0 && is == 0)
			continue;
		*ARRAY_ADD(out->arena, &table) =
			(struct table_row){.mark = " ",
					   .cells = {tcp_state_names[state].standard, number_grouped(out->arena, was),
						     number_grouped(out->arena, is)}};
	}
	if (table.count > 0)
		table_print(out, &table, style);
}

/* "net.core.somaxconn, net.ipv4.tcp_rto_max_ms": what was set live and takes effect so. NULL when nothing does. */
static const char *keys_with(struct text *out, const struct plan *plan, enum catalogue_effect effect)
{
	struct text text = {.arena = out->arena};

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->items[i];
		const struct catalogue_row *row = catalogue_find(step->path);

		if (step->kind == PLAN_WRITE_LIVE && step->result == PLAN_CHANGED && row != NULL &&
		    row->effect == effect)
			text_format(&text, "%s%s", text.length > 0 ? ", " : "", key_name(out->arena, step->path));
	}
	return text.bytes;
}

static void print_later(struct text *out, const struct table_style *style, uint64_t sockets, const char *what,
			const char *keys)
{
	if (keys == NULL || sockets == 0)
		return;
	text_string(out, "  ");
	table_paragraph(out, style, 2,
			arena_printf(out->arena, "%s %s: %s.", number_grouped(out->arena, sockets), what, keys));
}

void report_effect(struct text *out, const struct report_tcp *before, const struct report_tcp *after,
		   const struct plan *plan, const struct table_style *style)
{
	const struct census *census = after->seen.census;
	uint64_t listeners = census_count(census, TCP_STATE_LISTEN);
	uint64_t open = census_total(census) - listeners - census_count(census, TCP_STATE_TIME_WAIT);

	if (census_total(before->seen.census) + census_total(census) == 0)
		return;
	print_counts(out, before->seen.census, census, style);
	if (plan != NULL) {
		print_later(out, style, open, "open connections stay as they are; new ones get",
			    keys_with(out, plan, EFFECT_NEW_SOCKETS));
		print_later(out, style, listeners, "listeners stay as they are until their programs start anew",
			    keys_with(out, plan, EFFECT_NEXT_LISTEN));
	}
	text_string(out, "\n");
}
