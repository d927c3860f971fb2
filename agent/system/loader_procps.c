#include "loader_procps.h"

#include "../base/text.h"
#include "../core/key.h"
#include "../core/value.h"

/* isspace of the C locale. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One line with its newline, if it has one, from start to end. False: it assigns nothing. */
static bool parse_line(struct arena *arena, const struct loader *loader, const char *bytes, size_t start, size_t end,
		       struct assignment *assignment)
{
	const char *zero = memchr(bytes + start, '\0', end - start);
	size_t least = 2;

	if (end - start < least)
		return false;
	end = zero != NULL ? (size_t)(zero - bytes) : end; /* the rest of the line is lost */
	while (start < end && is_blank(bytes[start]))
		start++;
	if (end - start < least || bytes[start] == '#' || bytes[start] == ';')
		return false;
	const char *equals = memchr(bytes + start, '=', end - start);
	size_t key_end = equals != NULL ? (size_t)(equals - bytes) : end;
	if (bytes[start] == '-')
		start++;
	else if (equals == NULL)
		return false; /* "invalid syntax" */
	if (equals != NULL) {
		size_t value_start = key_end + 1, value_end = end;

		while (value_start < value_end && is_blank(bytes[value_start]))
			value_start++;
		while (value_end > value_start && is_blank(bytes[value_end - 1]))
			value_end--;
		/* 3.3.x calls an empty value a fault. */
		if (value_start == value_end && loader->major < 4)
			return false;
		assignment->value_start = value_start;
		assignment->value_end = value_end;
		assignment->value = arena_copy(arena, bytes + value_start, value_end - value_start);
	}
	while (key_end > start && is_blank(bytes[key_end - 1]))
		key_end--;
	if (start < key_end && bytes[start] == '-')
		start++; /* a second dash is dropped as well */
	char *path = arena_copy(arena, bytes + start, key_end - start);
	key_swap(path);
	const char *as_written = arena_string(arena, path);
	if (!sysctl_fold_path(path, true) || path[0] == '\0')
		return false;
	assignment->path = path;
	assignment->glob = text_is_glob(path);
	assignment->exact = strcmp(path, as_written) == 0;
	if (assignment->glob && loader->major < 4)
		return false; /* no wildcards: the key is not found */
	return true;
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
		if (parse_line(arena, loader, file->bytes, start, next, &assignment))
			*ARRAY_ADD(arena, assignments) = assignment;
		start = next;
	}
}

const struct assignment *loader_procps_winner(const struct loader *loader, const struct catalogue_row *row,
					      const struct assignment *const *own, size_t own_count,
					      const struct assignment *const *globs, size_t glob_count)
{
	const struct assignment *accepted = NULL, *refused = NULL;
	bool shielded = false;

	/* Any line with the very name, an exclusion too, keeps wildcards away; exclusions by pattern since 4.0.5. */
	for (size_t i = 0; i < own_count; i++)
		shielded = shielded || own[i]->exact;
	for (size_t i = 0; i < glob_count; i++)
		shielded = shielded || (globs[i]->value == NULL && loader_at_least(loader, 4, 0, 5));
	for (size_t i = 0, j = 0; i < own_count || j < glob_count;) {
		const struct assignment *next;

		if (j == glob_count || (i < own_count && own[i] < globs[j])) {
			next = own[i++];
		} else {
			next = globs[j++];
			if (shielded)
				continue;
		}
		if (next->value == NULL)
			continue;
		if (value_accepted(row, next->value))
			accepted = next;
		else
			refused = next;
	}
	return accepted != NULL ? accepted : refused;
}
