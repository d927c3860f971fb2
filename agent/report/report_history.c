#include "report_history.h"

#include "report_json.h"

/* "done", or "taken back" when a rollback that stands has undone it since; "undone, 1 kept" when not all went back. */
static const char *state_text(struct arena *arena, const struct entries *entries, size_t index)
{
	const struct entry *entry = &entries->items[index];
	const char *state = entry->state == ENTRY_DONE && !entry->stands ? "taken back"
									 : entry_state_names[entry->state];

	return entry->kept.count == 0 ? state : arena_printf(arena, "%s, %zu kept", state, entry->kept.count);
}

/* Nothing is known of a damaged one. */
static const char *kind_text(const struct entry *entry)
{
	return entry->state == ENTRY_DAMAGED ? NULL : entry_kind_names[entry->kind];
}

static size_t count_steps(const struct entry *entry, bool live)
{
	size_t count = 0;

	for (size_t i = 0; i < entry->plan->count; i++)
		count += (entry->plan->items[i].kind == PLAN_WRITE_LIVE) == live &&
			 entry->plan->items[i].result != PLAN_ALREADY;
	return count;
}

/* What it was about: the profiles, or what a rollback took back. */
static const char *about(struct arena *arena, const struct entry *entry)
{
	struct text text = {.arena = arena};

	if (entry->state == ENTRY_DAMAGED)
		return text_printable(arena, entry->why);
	const struct text_list *list = entry->kind == ENTRY_ROLLBACK ? &entry->undoes : &entry->profiles;

	for (size_t i = 0; i < list->count; i++)
		text_format(&text, "%s%s", i > 0 ? " " : "", list->items[i]);
	return text.bytes == NULL ? "" : text_printable(arena, text.bytes);
}

void report_history(struct text *out, const struct entries *entries, const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"ID", false, 0, false},    {"TIME", false, 0, false},  {"KIND", false, 0, false},
		{"STATE", false, 0, false}, {"VALUES", true, 0, false}, {"LINES", true, 0, false},
		{"OF", false, 12, true},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	struct arena *arena = out->arena;

	if (entries->count == 0) {
		text_string(out, "Nothing has been changed on this host.\n");
		return;
	}
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];
		bool off = !entry_is_over(entry);

		*ARRAY_ADD(arena, &table) = (struct table_row){
			.mark = off ? "!" : " ",
			.colour = off                        ? TABLE_RED
				  : entries->items[i].stands ? TABLE_PLAIN
							     : TABLE_DIM,
			.cells = {entry->id, text_printable(arena, entry->time), kind_text(entry),
				  state_text(arena, entries, i), arena_printf(arena, "%zu", count_steps(entry, true)),
				  arena_printf(arena, "%zu", count_steps(entry, false)), about(arena, entry)},
		};
	}
	table_print(out, &table, style);
}

static json_t *summary_json(const struct entries *entries, size_t index)
{
	const struct entry *entry = &entries->items[index];
	json_t *profiles = json_array(), *undoes = json_array();

	for (size_t i = 0; i < entry->profiles.count; i++)
		json_array_append_new(profiles, report_json_text(entry->profiles.items[i]));
	for (size_t i = 0; i < entry->undoes.count; i++)
		json_array_append_new(undoes, report_json_text(entry->undoes.items[i]));
	return json_pack("{s:s, s:s?, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:I}", "id", entry->id, "kind",
			 kind_text(entry), "state", entry_state_names[entry->state], "why",
			 report_json_text(entry->why), "stands", (int)entry->stands, "time",
			 report_json_text(entry->time[0] == '\0' ? NULL : entry->time), "ended",
			 report_json_text(entry->ended), "profiles", profiles, "undoes", undoes, "values",
			 (json_int_t)count_steps(entry, true), "lines", (json_int_t)count_steps(entry, false), "kept",
			 (json_int_t)entry->kept.count);
}

bool report_history_json(struct text *out, const struct entries *entries, struct error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entries->count; i++)
		json_array_append_new(list, summary_json(entries, i));
	return report_json_print(out, json_pack("{s:s, s:o}", "schema", "holdfast.history/1", "transactions", list),
				 err);
}

static void add_line(struct text *out, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		text_format(out, "  %-12s %s\n", name, text_printable(out->arena, value));
}

static const char *cell(struct arena *arena, const char *path, const char *value, const struct table_style *style)
{
	if (value == NULL)
		return catalogue_is_secret(path) ? "(secret)" : style->ascii ? "-" : "–";
	return value[0] == '\0' ? "''" : text_printable(arena, value);
}

static void add_steps(struct text *out, const struct entry *entry, const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"PARAMETER", false, 14, true}, {"BEFORE", true, 6, false},  {"SET TO", true, 6, false},
		{"LEFT AT", true, 7, false},    {"RESULT", false, 0, false}, {"WHERE", false, 7, true},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	struct arena *arena = out->arena;

	for (size_t i = 0; i < entry->plan->count; i++) {
		const struct plan_step *step = &entry->plan->items[i];
		const char *place = step->file == NULL ? "live"
				    : step->line > 0   ? arena_printf(arena, "%s:%u", step->file, step->line)
						       : step->file;

		*ARRAY_ADD(arena, &table) = (struct table_row){
			.mark = " ",
			.colour = plan_failed(step) ? TABLE_RED : TABLE_PLAIN,
			.cells = {text_printable(arena, key_name(arena, step->path)),
				  cell(arena, step->path, step->from, style), cell(arena, step->path, step->to, style),
				  step->kind == PLAN_WRITE_LIVE ? cell(arena, step->path, step->found, style) : NULL,
				  plan_result_names[step->result], place},
		};
	}
	if (table.count > 0) {
		text_string(out, "\n");
		table_print(out, &table, style);
	}
}

void report_history_entry(struct text *out, const struct entries *entries, size_t index,
			  const struct table_style *style)
{
	const struct entry *entry = &entries->items[index];
	struct arena *arena = out->arena;

	text_format(out, "%s%s%s: %s\n\n", kind_text(entry) != NULL ? kind_text(entry) : "",
		    kind_text(entry) != NULL ? " " : "", entry->id, state_text(arena, entries, index));
	if (entry->state == ENTRY_DAMAGED) {
		text_format(out, "  %s\n", text_printable(arena, entry->why));
		return;
	}
	add_line(out, "begun", entry->time);
	add_line(out, "ended", entry->ended);
	add_line(out, "undone, for", entry->why);
	add_line(out, entry->kind == ENTRY_ROLLBACK ? "took back" : "profiles", about(arena, entry));
	add_line(out, "boot", entry->boot_id);
	if (entry->confirm.seconds > 0)
		add_line(out, "confirm by", entry->confirm.deadline);
	add_line(out, "probe", entry->confirm.probe);
	for (size_t i = 0; i < entry->files.count; i++)
		add_line(out, "file",
			 arena_printf(arena, "%s%s%s", entry->files.items[i].path,
				      entry->files.items[i].copy != NULL ? ", as it was before: "
									 : ", was not there before",
				      entry->files.items[i].copy != NULL ? entry->files.items[i].copy : ""));
	add_steps(out, entry, style);
	for (size_t i = 0; i < entry->kept.count; i++) {
		const struct entry_kept *kept = &entry->kept.items[i];

		text_format(out, "%s%s is not as it was before: %s\n", i == 0 ? "\n" : "",
			    text_printable(arena, kept->path[0] == '/' ? kept->path : key_name(arena, kept->path)),
			    text_printable(arena, undo_hold_text(kept->hold)));
	}
}
