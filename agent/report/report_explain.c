#include "report_explain.h"

#include "catalogue_words.h"

enum { LABEL = 15 };

static void item(struct text *out, const struct table_style *style, const char *label, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	text_format(out, "  %s%*s", table_coloured(out->arena, style, TABLE_BOLD, label),
		    (int)(LABEL - 2 - strlen(label)), "");
	table_paragraph(out, style, LABEL, text);
}

static const char *dotted_list(struct arena *arena, const char *paths)
{
	struct text text = {.arena = arena};
	char path[KEY_LONGEST];

	while (catalogue_next(&paths, path))
		text_format(&text, "%s%s", text.length > 0 ? ", " : "", key_name(arena, path));
	return text.bytes;
}

static const char *reset_list(struct arena *arena, const char *paths)
{
	struct text text = {.arena = arena};
	char path[KEY_LONGEST];
	bool inverted;

	while (catalogue_next_reset(&paths, path, &inverted))
		text_format(&text, "%s%s%s", text.length > 0 ? ", " : "", key_name(arena, path),
			    inverted ? " (to the opposite)" : "");
	return text.bytes;
}

static const char *value_kind(struct arena *arena, const struct catalogue_row *row)
{
	struct text text = {.arena = arena};

	if (row->class == VALUE_VECTOR && row->arity > 0)
		text_format(&text, "%u ", row->arity);
	text_string(&text, catalogue_class_words[row->class].clause);
	if (row->unit[0] != '\0')
		text_format(&text, ", in %s", row->unit);
	if (row->ascending)
		text_string(&text, ", in ascending order");
	if (row->none[0] != '\0')
		text_format(&text, "; '%s' stands for none", row->none);
	return text.bytes;
}

static const char *range(struct arena *arena, const struct catalogue_row *row)
{
	struct text text = {.arena = arena};
	const char *kernel = catalogue_range_text(arena, row, &row->kernel);
	const char *latest = catalogue_range_text(arena, row, &row->latest);
	const char *sane = catalogue_range_text(arena, row, &row->sane);

	if (latest != NULL)
		text_format(&text, "%s on Linux %u.%u", latest, catalogue_latest.major, catalogue_latest.minor);
	if (kernel != NULL)
		text_format(&text, "%s%s%s", latest != NULL ? "; other kernels may take " : "", kernel,
			    latest == NULL && row->class == VALUE_VECTOR ? ", each" : "");
	if (sane != NULL)
		text_format(&text, "%ssensible: %s", text.length > 0 ? "; " : "", sane);
	return text.bytes;
}

static const char *initial(struct arena *arena, const struct catalogue_row *row)
{
	struct text text = {.arena = arena};

	if (catalogue_initial(row) != NULL)
		text_string(&text, row->initial_empty ? "empty" : row->initial);
	if (text.length > 0 && row->initial_since.major > 0)
		text_format(&text, " since Linux %s", catalogue_version_text(arena, row->initial_since));
	if (catalogue_text(row)->initial_note[0] != '\0')
		text_format(&text, "%s%s", text.length > 0 ? "; " : "", catalogue_text(row)->initial_note);
	return text.bytes;
}

static const char *lifetime(struct arena *arena, const struct catalogue_row *row)
{
	struct text text = {.arena = arena};
	const char *since = catalogue_version_text(arena, row->since);
	const char *removed = catalogue_version_text(arena, row->removed);

	if (since != NULL)
		text_format(&text, "since %s", since);
	if (removed != NULL)
		text_format(&text, "%sremoved in %s", text.length > 0 ? ", " : "", removed);
	if (row->module[0] != '\0')
		text_format(&text, "%swith the module %s", text.length > 0 ? ", " : "", row->module);
	return text.bytes;
}

static const char *words(struct arena *arena, const struct catalogue_row *row)
{
	const char *lines = catalogue_text(row)->words, *meaning;
	struct text text = {.arena = arena};
	char value[KEY_LONGEST];

	while (catalogue_next_word(arena, &lines, value, &meaning))
		text_format(&text, "%s%s %s", text.length > 0 ? "; " : "", value, meaning);
	if (text.length > 0 && row->bits)
		text_string(&text, " (bits, to be added up)");
	return text.bytes;
}

static const char *coupling(struct arena *arena, const struct catalogue_row *row)
{
	struct text text = {.arena = arena};
	const char *resets = reset_list(arena, catalogue_text(row)->resets);

	if (row->alias[0] != '\0')
		text_format(&text, "Another name of %s. ", key_name(arena, row->alias));
	if (row->twin[0] != '\0')
		text_format(&text, "Writing it sets %s to 0, and the other way round. ", key_name(arena, row->twin));
	if (row->finer[0] != '\0')
		text_format(&text, "An older, coarser view of %s: manage that one. ", key_name(arena, row->finer));
	if (row->ceiling[0] != '\0')
		text_format(&text, "The kernel refuses a value above %s. ", key_name(arena, row->ceiling));
	if (resets != NULL)
		text_format(&text, "Changing it makes the kernel set %s. ", resets);
	return text.bytes;
}

static void catalogue_part(struct text *out, const struct catalogue_row *row, const struct table_style *style)
{
	struct arena *arena = out->arena;

	item(out, style, "Value", value_kind(arena, row));
	item(out, style, "Meaning", words(arena, row));
	item(out, style, "Range", range(arena, row));
	item(out, style, "Default", initial(arena, row));
	item(out, style, "Linux", lifetime(arena, row));
	item(out, style, "Belongs to", catalogue_scope_words[row->scope].clause);
	item(out, style, "Access", catalogue_access_words[row->access].clause);
	if (row->access == ACCESS_READ_WRITE)
		item(out, style, "Takes effect", catalogue_effect_words[row->effect].clause);
	item(out, style, "all and <if>", catalogue_combine_words[row->combine].clause);
	item(out, style, "Reads back", catalogue_readback_words[row->readback].clause);
	item(out, style, "Coupled", coupling(arena, row));
	item(out, style, "Hazard", row->hazard == HAZARD_NONE ? NULL : catalogue_text(row)->hazard_note);
	item(out, style, "Note", catalogue_text(row)->note);
	item(out, style, "Myth", catalogue_text(row)->myth);
	item(out, style, "See also", dotted_list(arena, catalogue_text(row)->related));
	item(out, style, "Source", catalogue_text(row)->source);
}

/* --- this host ---------------------------------------------------------------------------------------------------- */

static const char *live_cell(struct arena *arena, const struct explain_instance *here, bool secret)
{
	switch (here->live.state) {
	case LIVE_READ:
		return secret ? "(secret)" : text_printable(arena, here->live.value);
	case LIVE_MISSING:
		return "not there";
	case LIVE_UNREADABLE:
		return here->live.write_only ? "write-only" : "unreadable";
	case LIVE_UNASKED:
		return "-";
	}
	return "-";
}

static const char *desired_cells(struct arena *arena, const struct explain_instance *here, bool secret,
				 const char **where)
{
	const struct desired_item *desired = here->desired;

	if (desired == NULL)
		return "-";
	*where = arena_printf(arena, "%s:%u", desired->requirement->source.file, desired->requirement->source.line);
	if (desired->state == DESIRED_CONDITION_FALSE)
		return arena_printf(arena, "not here: only when %s",
				    condition_text(arena, &desired->requirement->when));
	return secret ? "(secret)" : wanted_text(arena, &desired->wanted);
}

static void add_line(struct table *table, struct arena *arena, const char *cells[4], enum table_colour colour)
{
	*ARRAY_ADD(arena, table) = (struct table_row){
		.mark = " ",
		.colour = colour,
		.cells = {cells[0], cells[2], cells[1] != NULL ? text_printable(arena, cells[1]) : NULL,
			  cells[3] != NULL ? text_printable(arena, cells[3]) : NULL},
	};
}

static void add_instance(struct table *table, struct arena *arena, const struct explain_instance *here, bool secret)
{
	const char *name = text_printable(arena, key_name(arena, here->path)), *where = NULL;
	const char *wanted = desired_cells(arena, here, secret, &where);

	add_line(table, arena, (const char *[]){name, live_cell(arena, here, secret), "live", NULL}, TABLE_PLAIN);
	if (here->desired != NULL)
		add_line(table, arena, (const char *[]){NULL, wanted, "wanted", where}, TABLE_PLAIN);
	const struct boot_line *winner = here->boot.winner;
	if (winner != NULL)
		add_line(table, arena,
			 (const char *[]){NULL, secret ? "(secret)" : winner->value, "at boot",
					  arena_printf(arena, "%s:%u", winner->source.file, winner->source.line)},
			 TABLE_PLAIN);
	for (size_t i = 0; i < here->boot.shadowed_count; i++) {
		const struct boot_line *line = here->boot.shadowed[i];

		add_line(table, arena,
			 (const char *[]){NULL, secret ? "(secret)" : line->value, "shadowed",
					  arena_printf(arena, "%s:%u", line->source.file, line->source.line)},
			 TABLE_DIM);
	}
}

void report_explain_page(struct text *out, const struct explain_page *page, const struct explain_host *host,
			 const struct table_style *style)
{
	static const struct table_column columns[] = {
		{"ON THIS HOST", false, 14, true},
		{"", false, 0, false},
		{"VALUE", false, 6, false},
		{"WHERE", false, 8, true},
	};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	struct arena *arena = out->arena;
	bool secret = page->row != NULL && page->row->hazard == HAZARD_SECRET;
	const char *name = text_printable(arena, key_name(arena, page->path));

	text_format(out, "%s\n  ", table_coloured(arena, style, TABLE_BOLD, name));
	table_paragraph(out, style, 2,
			page->row != NULL ? catalogue_text(page->row)->help
					  : "The catalogue does not know this key; this kernel has it.");
	text_string(out, "\n");
	if (page->row != NULL)
		catalogue_part(out, page->row, style);
	text_string(out, "\n");
	for (size_t i = 0; i < page->here.count; i++)
		add_instance(&table, arena, &page->here.items[i], secret);
	if (table.count > 0)
		table_print(out, &table, style);
	else
		text_string(out, "  no interface here has it\n");
	text_format(out, "  Linux %s, boot by %s%s%s%s\n", text_printable(arena, facts_shown(host->facts->kernel)),
		    host->loader, host->profile != NULL ? ", profile " : "", host->profile != NULL ? host->profile : "",
		    host->kernel ? "" : "; no kernel is looked at");
}

void report_explain_list(struct text *out, const struct explain_pages *pages, const struct table_style *style)
{
	static const struct table_column columns[] = {{"PARAMETER", false, 14, true},
						      {"DEFAULT", true, 5, false},
						      {"LIVE", true, 5, false},
						      {"WHAT IT DOES", false, 10, false}};
	struct table table = {.columns = columns, .column_count = COUNT_OF(columns)};
	struct arena *arena = out->arena;

	for (size_t i = 0; i < pages->count; i++) {
		const struct explain_page *page = &pages->items[i];
		bool one = page->here.count == 1, secret = page->row != NULL && page->row->hazard == HAZARD_SECRET;

		*ARRAY_ADD(arena, &table) = (struct table_row){
			.mark = " ",
			.cells = {text_printable(arena, key_name(arena, page->path)),
				  page->row != NULL && catalogue_initial(page->row) != NULL
					  ? catalogue_initial(page->row)
					  : "-",
				  one ? live_cell(arena, &page->here.items[0], secret)
				      : arena_printf(arena, "(%zu)", page->here.count),
				  page->row != NULL ? catalogue_text(page->row)->help : NULL},
		};
	}
	table_print(out, &table, style);
}
