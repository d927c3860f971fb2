#include "table.h"

static const char *colour_code(enum table_colour colour)
{
	switch (colour) {
	case TABLE_PLAIN:
		return "";
	case TABLE_RED:
		return "\033[31m";
	case TABLE_YELLOW:
		return "\033[33m";
	case TABLE_GREEN:
		return "\033[32m";
	case TABLE_DIM:
		return "\033[2m";
	case TABLE_BOLD:
		return "\033[1m";
	}
	return "";
}

const char *table_coloured(struct arena *arena, const struct table_style *style, enum table_colour colour,
			   const char *text)
{
	return !style->colour || colour == TABLE_PLAIN ? text
						       : arena_printf(arena, "%s%s\033[0m", colour_code(colour), text);
}

static void measure(const struct table *table, const struct table_style *style, unsigned widths[TABLE_COLUMNS])
{
	unsigned total = 2;

	for (size_t i = 0; i < table->column_count; i++) {
		size_t widest = text_columns(table->columns[i].title);

		for (size_t j = 0; j < table->count; j++) {
			const char *cell = table->items[j].cells[i];
			size_t columns = cell == NULL ? 0 : text_columns(cell);

			widest = columns > widest ? columns : widest;
		}
		widths[i] = widest > 1000 ? 1000 : (unsigned)widest;
		total += widths[i] + (i > 0 ? 3 : 0);
	}
	/* The columns that may shrink give way, the last one first. */
	for (size_t i = table->column_count; i-- > 0 && style->width > 0 && total > style->width;) {
		unsigned least = table->columns[i].least, over = total - style->width;

		if (least == 0 || widths[i] <= least)
			continue;
		unsigned give = widths[i] - least < over ? widths[i] - least : over;
		widths[i] -= give;
		total -= give;
	}
}

static void pad(struct text *out, size_t columns)
{
	while (columns-- > 0)
		text_add(out, " ", 1);
}

/* The first or the last width - 1 characters, and a mark for what is left out. */
static void print_part(struct text *out, const char *cell, unsigned width, bool keep_end, const char *mark)
{
	size_t skip = keep_end ? text_columns(cell) - width + 1 : 0, shown = width - 1;
	const char *start = cell, *end;

	for (; skip > 0; skip--)
		start += text_utf8(start) > 0 ? text_utf8(start) : 1;
	for (end = start; shown > 0 && *end != '\0'; shown--)
		end += text_utf8(end) > 0 ? text_utf8(end) : 1;
	text_string(out, keep_end ? mark : "");
	text_add(out, start, (size_t)(end - start));
	text_string(out, keep_end ? "" : mark);
}

static void print_cell(struct text *out, const struct table *table, const struct table_style *style, size_t column,
		       const char *cell, unsigned width)
{
	size_t columns = text_columns(cell);
	bool last = column + 1 == table->column_count, cut = columns > width;

	if (cut)
		columns = width;
	if (table->columns[column].right)
		pad(out, width - columns);
	if (cut)
		print_part(out, cell, width, table->columns[column].keep_end && strchr(cell, ' ') == NULL,
			   style->ascii ? "~" : "…");
	else
		text_string(out, cell);
	if (!table->columns[column].right && !last)
		pad(out, width - columns);
}

static void print_row(struct text *out, const struct table *table, const struct table_style *style,
		      const struct table_row *row, const unsigned widths[TABLE_COLUMNS])
{
	struct text line = {.arena = out->arena};
	size_t last = 0;

	for (size_t i = 0; i < table->column_count; i++)
		last = row->cells[i] != NULL && row->cells[i][0] != '\0' ? i : last;
	text_format(&line, "%s ", row->mark);
	for (size_t i = 0; i <= last; i++) {
		const char *cell = row->cells[i] != NULL ? row->cells[i] : "";

		if (i > 0)
			text_string(&line, "   ");
		print_cell(&line, table, style, i, cell, widths[i]);
	}
	/* A left-aligned last cell that is not the table's last column was padded for nothing. */
	while (line.length > 0 && line.bytes[line.length - 1] == ' ')
		line.bytes[--line.length] = '\0';
	text_format(out, "%s\n", table_coloured(out->arena, style, row->colour, line.bytes));
}

void table_print(struct text *out, const struct table *table, const struct table_style *style)
{
	unsigned widths[TABLE_COLUMNS] = {0};
	struct table_row head = {.mark = " ", .colour = TABLE_BOLD};

	measure(table, style, widths);
	for (size_t i = 0; i < table->column_count; i++)
		head.cells[i] = table->columns[i].title;
	print_row(out, table, style, &head, widths);
	for (size_t i = 0; i < table->count; i++)
		print_row(out, table, style, &table->items[i], widths);
}

void table_paragraph(struct text *out, const struct table_style *style, unsigned indent, const char *text)
{
	enum { WIDEST = 100, NARROWEST = 24 };
	unsigned width = style->width == 0 || style->width > WIDEST ? WIDEST : style->width;
	size_t column = indent;

	if (width < indent + NARROWEST)
		width = indent + NARROWEST;
	for (const char *word = text + strspn(text, " "); *word != '\0'; word += strspn(word, " ")) {
		size_t length = strcspn(word, " ");
		size_t columns = text_columns(arena_copy(out->arena, word, length));

		if (column > indent && column + 1 + columns > width) {
			text_format(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			text_string(out, " ");
			column++;
		}
		text_add(out, word, length);
		column += columns;
		word += length;
	}
	text_string(out, "\n");
}
