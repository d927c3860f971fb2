/*
 * Text: slices, a growing buffer, matching and the nearest known word.
 */
#ifndef HOLDFAST_BASE_TEXT_H
#define HOLDFAST_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* A growing, always NUL-terminated buffer in an arena. `struct text text = {.arena = arena};` is an empty one. */
struct text {
	struct arena *arena;
	char *bytes; /* NULL while empty */
	size_t length, capacity;
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_string(struct text *text, const char *string);
void text_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *start);
bool text_ends(const char *text, const char *end);
/* Whether text has one of * ? [, the characters that both boot loaders take for a pattern. */
bool text_is_glob(const char *text);
/* Matches one component: * and ? do not match '/', and a leading dot only by a dot, as glob(3) does. */
bool text_matches(const char *glob, const char *text);
/* The candidate nearest to word, or NULL when none is near enough to be a slip of the fingers. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);
/* text without control characters and broken UTF-8, which show as \xNN; a tab shows as a blank. For terminals. */
const char *text_printable(struct arena *arena, const char *text);
/* Whether a well-formed character of several bytes ends lines, turns their direction or is not to be seen at all. */
bool text_unseen(const char *bytes, size_t length);
/* text with broken UTF-8 as U+FFFD, for JSON; itself when there is none. */
const char *text_repaired(struct arena *arena, const char *text);
/* Columns that text takes on a terminal, at one per character. */
size_t text_columns(const char *text);
/* Length of the well-formed UTF-8 character at bytes, 0 when it is none. */
size_t text_utf8(const char *bytes);

#endif
