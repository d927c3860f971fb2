/*
 * Tables for people: columns that line up, fit the terminal and are coloured only there.
 */
#ifndef HOLDFAST_REPORT_TABLE_H
#define HOLDFAST_REPORT_TABLE_H

#include "../base/array.h"
#include "../base/text.h"

enum { TABLE_COLUMNS = 8 };

enum table_colour { TABLE_PLAIN, TABLE_RED, TABLE_YELLOW, TABLE_GREEN, TABLE_DIM, TABLE_BOLD };

/* How and where things are printed. */
struct table_style {
	bool colour;
	bool ascii;     /* the terminal's character set has no ✗, – and … */
	unsigned width; /* columns of the terminal; 0 = no bound */
};

struct table_column {
	const char *title;
	bool right;     /* numbers */
	unsigned least; /* it is cut to this before the line gets too long; 0 = never cut */
	bool keep_end;  /* of a cell without blanks the beginning is cut: keys and paths differ at their ends */
};

struct table_row {
	const char *mark; /* one character before the first column */
	enum table_colour colour;
	const char *cells[TABLE_COLUMNS]; /* NULL is an empty cell */
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct table_row *items;
	size_t count, capacity;
};

void table_print(struct text *out, const struct table *table, const struct table_style *style);
/*
 * text as a paragraph: broken at blanks so that it ends before the terminal does (at 100 columns where that is wider or
 * not known), every line but the first behind `indent` blanks. The first begins where the caller is, at `indent`.
 */
void table_paragraph(struct text *out, const struct table_style *style, unsigned indent, const char *text);
/* text in a colour, if the style has any. */
const char *table_coloured(struct arena *arena, const struct table_style *style, enum table_colour colour,
			   const char *text);

#endif
