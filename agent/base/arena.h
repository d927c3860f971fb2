/*
 * Memory for one run. Everything that a run learns lives in one arena and goes with it; nothing in it is freed alone.
 *
 * Memory is zeroed. There is no failure to handle: when the system has no more, the process says so and exits 1. That
 * is safe at every moment because nothing is written before the journal is on disk (change/journal.h).
 */
#ifndef HOLDFAST_BASE_ARENA_H
#define HOLDFAST_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "attributes.h"

struct arena_block;
struct arena {
	struct arena_block *block; /* the newest; older ones hang behind it */
	size_t used;               /* bytes taken in the newest block */
};

/* `struct arena arena = {0};` is an empty arena. Frees everything; the arena is empty again. */
void arena_free(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size) RETURNS_NONNULL;
/* Room for count items; exits when count * size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size) RETURNS_NONNULL;
/* The first length bytes of text, NUL-terminated. */
char *arena_copy(struct arena *arena, const char *text, size_t length) RETURNS_NONNULL;
char *arena_string(struct arena *arena, const char *text) RETURNS_NONNULL;
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) RETURNS_NONNULL;
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) PRINTF_LIKE(2, 0) RETURNS_NONNULL;

#endif
