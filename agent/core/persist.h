/*
 * What holdfast's own part of the sysctl files should say: just the lines that are needed so that the next boot gives
 * what is desired, given what all other files say. Equal state, equal lines: a second look changes nothing.
 *
 * A wildcard requirement becomes a wildcard line where the loader can express it, so that interfaces which come later get
 * it too; else one line an instance.
 */
#ifndef HOLDFAST_CORE_PERSIST_H
#define HOLDFAST_CORE_PERSIST_H

#include "outcome.h"

/* The drop-in that holdfast owns whole, and the file of which it only corrects lines. It writes no other sysctl file. */
extern const char persist_drop_in[], persist_main_file[];

struct persist_line {
	const char *path;  /* may be a wildcard */
	const char *value; /* NULL: an exclusion from the wildcards, `-key` */
	const char *why;   /* may be NULL */
};
struct persist_lines {
	struct persist_line *items;
	size_t count, capacity;
};

/* All that the lines rest on. The boot arrays are in the order of the outcome's items. */
struct persist_case {
	const struct outcome *outcome;
	const struct desired *desired;
	const struct desired_expansions *expansions;
	const struct observed_boot *foreign; /* the forecast without our own part */
	const struct observed_boot *own;     /* the forecast of our own part alone, as it is now */
	const struct boot_ability *ability;
	void *context;
	bool (*named)(void *context, const char *path); /* a line of another file names this very key */
};

/* Whether the key's boot value is ours to see to, and others' files do not give it. */
bool persist_needed(const struct persist_case *given, size_t index);
void persist_choose(struct arena *arena, const struct persist_case *given, struct persist_lines *lines);
/*
 * Where, by the forecast `with` the lines, a wildcard of ours does not reach a key: a line for the key itself. True when
 * lines were added.
 */
bool persist_add_missed(struct arena *arena, const struct persist_case *given, const struct observed_boot *with,
			struct persist_lines *lines);

/* The lines as text, each with its why; `head` is a comment for the top, without a line break. */
const char *persist_text(struct arena *arena, const struct persist_lines *lines, const char *head);
/* Whether a line of the file has the value of a secret. */
bool persist_tells_secret(struct arena *arena, const char *bytes, size_t length);
/* The file with [start, end) replaced by value; a comment that the kernel does not read stays behind a number. */
const char *persist_edit(struct arena *arena, const char *bytes, size_t *length, const struct boot_line *line,
			 const char *value);

#endif
