#include "loader_procps.h"

#include "../base/text.h"
#include "../core/key.h"
#include "../core/value.h"

/* 4.x: isspace of the C locale; 3.3.x: its own list. */
static bool is_blank(const struct loader *loader, char c)
{
	return loader->major < 4 ? strchr(" \t\n\r", c) != NULL && c != '\0' : c == ' ' || (c >= '\t' && c <= '\r');
}

/* A part of a line. */
struct span {
	size_t start, end;
};

/* The end first: an empty span then begins where the text would, not behind the line. */
static void trim(const struct loader *loader, const char *bytes, struct span *span, bool front)
{
	while (span->end > span->start && is_blank(loader, bytes[span->end - 1]))
		span->end--;
	while (front && span->start < span->end && is_blank(loader, bytes[span->start]))
		span->start++;
}

/* Where an assignment's value stands, between the sign and the end of the line. False: 3.3.x calls an empty one a fault. */
static bool find_value(const struct loader *loader, const char *bytes, struct span *value)
{
	/* 3.3.x ends a value at a CR too. */
	const char *carriage = loader->major < 4 ? memchr(bytes + value->start, '\r', value->end - value->start) : NULL;

	if (carriage != NULL)
		value->end = (size_t)(carriage - bytes);
	trim(loader, bytes, value, true);
	return loader->major >= 4 || value->start < value->end;
}

/*
 * The key's path. What leaves /proc/sys and comes back is found; a path that ends in a slash is no file, and a wildcard at
 * its end stands for folders only. False: no such key.
 */
static bool find_path(struct arena *arena, const char *bytes, struct span key, struct assignment *assignment)
{
	static const char top[] = "proc/sys/";
	char *path = arena_copy(arena, bytes + key.start, key.end - key.start);

	key_swap(path);
	char *last = strrchr(path, '/');
	bool slash = last != NULL && last[1] == '\0';
	if (slash && (!text_is_glob(path) || strpbrk(path + strcspn(path, "/"), "*?[") == NULL))
		return false;
	const char *name = path;
	for (const char *c = path; slash && c < last; c++)
		name = *c == '/' ? c + 1 : name;
	if (slash && text_is_glob(name))
		return false;
	char *folded = arena_printf(arena, "%s%s", top, path);
	if (!sysctl_fold_path(folded, true) || !text_starts(folded, top) || folded[sizeof(top) - 1] == '\0')
		return false;
	assignment->path = folded + sizeof(top) - 1;
	assignment->glob = text_is_glob(assignment->path);
	/* glob(3) finds it without the slash. */
	while (slash && last >= path && *last == '/')
		*last-- = '\0';
	assignment->raw = path;
	return true;
}

/* One line with its newline, if it has one. False: it assigns nothing. */
static bool parse_line(struct arena *arena, const struct loader *loader, const char *bytes, struct span line,
		       struct assignment *assignment)
{
	enum { SHORTEST = 2 };
	const char *zero = memchr(bytes + line.start, '\0', line.end - line.start);

	if (line.end - line.start < SHORTEST)
		return false;
	line.end = zero != NULL ? (size_t)(zero - bytes) : line.end; /* the rest of the line is lost */
	while (line.start < line.end && is_blank(loader, bytes[line.start]))
		line.start++;
	if (line.end - line.start < SHORTEST || bytes[line.start] == '#' || bytes[line.start] == ';')
		return false;
	const char *equals = memchr(bytes + line.start, '=', line.end - line.start);
	struct span key = {line.start, equals != NULL ? (size_t)(equals - bytes) : line.end};
	bool dash = bytes[key.start] == '-';
	/* "invalid syntax"; 3.3.x has no exclusions */
	if (equals == NULL && (!dash || loader->major < 4))
		return false;
	key.start += dash;
	if (equals != NULL) {
		struct span value = {key.end + 1, line.end};

		if (!find_value(loader, bytes, &value))
			return false;
		assignment->value_start = value.start;
		assignment->value_end = value.end;
		assignment->value = arena_copy(arena, bytes + value.start, value.end - value.start);
	}
	trim(loader, bytes, &key, false);
	key.start += key.start < key.end && bytes[key.start] == '-' &&
		     loader->major >= 4; /* a second dash is dropped as well */
	/* 3.3.x has no wildcards: such a key is not found. */
	return find_path(arena, bytes, key, assignment) && (!assignment->glob || loader->major >= 4);
}

void loader_procps_parse(struct arena *arena, const struct loader *loader, const struct sysctl_file *file, size_t index,
			 struct assignments *assignments)
{
	unsigned line = 0;

	for (size_t start = 0; start < file->length;) {
		const char *newline = memchr(file->bytes + start, '\n', file->length - start);
		size_t next = newline != NULL ? (size_t)(newline - file->bytes) + 1 : file->length;

		line++;
		struct assignment assignment = {.file = index, .line = line};
		if (parse_line(arena, loader, file->bytes, (struct span){start, next}, &assignment))
			*ARRAY_ADD(arena, assignments) = assignment;
		start = next;
	}
}

/*
 * A line with the very name that the wildcard found, an exclusion too, keeps it away; names are compared as text, so one
 * that is written in a roundabout way meets only a wildcard written in the same. Exclusions by pattern since 4.0.5.
 */
static bool is_shielded(const struct loader *loader, const struct assignment *glob, const struct claim_list *own,
			const struct claim_list *globs)
{
	for (size_t i = 0; i < own->count; i++) {
		if (text_matches(glob->raw, own->items[i]->raw))
			return true;
	}
	for (size_t i = 0; i < globs->count && loader_at_least(loader, 4, 0, 5); i++) {
		if (globs->items[i]->value == NULL)
			return true;
	}
	return false;
}

const struct assignment *loader_procps_winner(const struct loader *loader, const struct catalogue_row *row,
					      const struct claim_list *own, const struct claim_list *globs)
{
	const struct assignment *accepted = NULL;

	for (size_t i = 0, j = 0; i < own->count || j < globs->count;) {
		const struct assignment *next;

		if (j == globs->count || (i < own->count && own->items[i] < globs->items[j])) {
			next = own->items[i++];
		} else {
			next = globs->items[j++];
			if (is_shielded(loader, next, own, globs))
				continue;
		}
		if (next->value != NULL && value_accepted(row, next->value))
			accepted = next;
	}
	return accepted;
}
