#include "procps_names.h"

#include "../base/text.h"

enum { DEEPEST = 8, MOST = 1000 };

/* The brace that closes the one at open, NULL when there is none. */
static const char *closing(const char *open)
{
	unsigned depth = 0;

	for (const char *c = open; *c != '\0'; c++) {
		depth += *c == '{';
		depth -= *c == '}';
		if (depth == 0)
			return c;
	}
	return NULL;
}

static void match(struct arena *arena, const char *pattern, const struct procps_names *folder,
		  struct procps_names *result)
{
	for (size_t i = 0; i < folder->count && result->count < MOST; i++) {
		const char *name = folder->items[i];

		if (text_is_glob(pattern) ? text_matches(pattern, name) : strcmp(pattern, name) == 0)
			*ARRAY_ADD(arena, result) = name;
	}
}

static void expand(struct arena *arena, const char *pattern, const struct procps_names *folder, unsigned depth,
		   struct procps_names *result)
{
	const char *open = strchr(pattern, '{');

	while (open != NULL && open[1] == '}')
		open = strchr(open + 2, '{');
	const char *close = open == NULL ? NULL : closing(open);
	if (close == NULL || depth == DEEPEST) {
		match(arena, pattern, folder, result);
		return;
	}
	for (const char *start = open + 1; start <= close && result->count < MOST;) {
		const char *end = start;
		unsigned inner = 0;

		while (end < close && (inner > 0 || *end != ',')) {
			inner += *end == '{';
			inner -= *end == '}';
			end++;
		}
		expand(arena,
		       arena_printf(arena, "%.*s%.*s%s", (int)(open - pattern), pattern, (int)(end - start), start,
				    close + 1),
		       folder, depth + 1, result);
		start = end + 1;
	}
}

void procps_names_expand(struct arena *arena, const char *name, const struct procps_names *folder,
			 struct procps_names *result)
{
	size_t before = result->count;

	if (strpbrk(name, "*?[{") != NULL)
		expand(arena, name, folder, 0, result);
	if (result->count == before)
		*ARRAY_ADD(arena, result) = name;
}
