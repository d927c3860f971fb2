#include "loader_systemd.h"

#include "../base/text.h"
#include "../core/key.h"
#include "../core/value.h"

/* systemd gives a file up at the first line that is longer. */
enum { LINE_LONGEST = 1 << 20 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * The end of the line that begins at start, and where the next one begins. A line ends at LF, CR or NUL; a CR and an LF in
 * either order are one end, a NUL ends at once.
 */
static size_t line_end(const struct sysctl_file *file, size_t start, size_t *next)
{
	size_t end = start;

	while (end < file->length && file->bytes[end] != '\n' && file->bytes[end] != '\r' && file->bytes[end] != '\0')
		end++;
	bool newline = false, carriage = false, zero = false;
	size_t behind = end;
	while (behind < file->length && !zero) {
		char c = file->bytes[behind];

		if ((c == '\n' && newline) || (c == '\r' && carriage) || (c != '\n' && c != '\r' && c != '\0'))
			break;
		newline = newline || c == '\n';
		carriage = carriage || c == '\r';
		zero = c == '\0';
		behind++;
	}
	*next = behind;
	return end;
}

/* One line, from start to end. False: it assigns nothing. */
static bool parse_line(struct arena *arena, const char *bytes, size_t start, size_t end, struct assignment *assignment)
{
	while (start < end && is_blank(bytes[start]))
		start++;
	while (end > start && is_blank(bytes[end - 1]))
		end--;
	if (start == end || bytes[start] == '#' || bytes[start] == ';')
		return false;
	const char *equals = memchr(bytes + start, '=', end - start);
	size_t key_end = equals != NULL ? (size_t)(equals - bytes) : end;
	if (bytes[start] == '-')
		start++;
	else if (equals == NULL)
		return false; /* "Line is not an assignment" */
	if (equals != NULL) {
		assignment->value_start = key_end + 1;
		assignment->value_end = end;
		while (assignment->value_start < end && is_blank(bytes[assignment->value_start]))
			assignment->value_start++;
		assignment->value = arena_copy(arena, bytes + assignment->value_start, end - assignment->value_start);
	}
	while (start < key_end && is_blank(bytes[start]))
		start++;
	while (key_end > start && is_blank(bytes[key_end - 1]))
		key_end--;
	char *path = arena_copy(arena, bytes + start, key_end - start);
	key_swap(path);
	if (!sysctl_fold_path(path, false) || path[0] == '\0')
		return false;
	assignment->path = path;
	assignment->glob = text_is_glob(path);
	assignment->raw = path;
	return true;
}

void loader_systemd_parse(struct arena *arena, const struct sysctl_file *file, size_t index,
			  struct assignments *assignments)
{
	/* Lines are counted by LF, as an editor does, though CR and NUL end one for systemd too. */
	unsigned line = 1;
	size_t next;

	for (size_t start = 0; start < file->length; start = next) {
		size_t end = line_end(file, start, &next);

		if (end - start >= LINE_LONGEST)
			return;
		struct assignment assignment = {.file = index, .line = line};
		if (parse_line(arena, file->bytes, start, end, &assignment))
			*ARRAY_ADD(arena, assignments) = assignment;
		for (size_t i = start; i < next; i++)
			line += file->bytes[i] == '\n';
	}
}

/* The table slot that a series of assignments to one name leaves: an equal value keeps the position, another takes it. */
struct slot {
	const struct assignment *held, *position;
};

static void slot_take(struct slot *slot, const struct assignment *assignment)
{
	if (slot->held == NULL || !text_equal(slot->held->value, assignment->value))
		slot->position = assignment;
	slot->held = assignment;
}

/* Every wildcard writes in its turn; of those that the kernel takes, the last stays. */
static struct slot last_glob(const struct catalogue_row *row, const struct claim_list *globs)
{
	struct slot best = {0};

	for (size_t i = 0; i < globs->count; i++) {
		struct slot slot = {0};
		bool seen = false;

		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(globs->items[j]->path, globs->items[i]->path) == 0;
		for (size_t j = i; j < globs->count && !seen; j++) {
			if (strcmp(globs->items[j]->path, globs->items[i]->path) == 0)
				slot_take(&slot, globs->items[j]);
		}
		if (slot.held != NULL && slot.held->value != NULL && value_accepted(row, slot.held->value) &&
		    (best.held == NULL || slot.position > best.position))
			best = slot;
	}
	return best;
}

const struct assignment *loader_systemd_winner(const struct catalogue_row *row, const struct claim_list *own,
					       const struct claim_list *globs, const struct assignment **position)
{
	struct slot best = {0};

	/* A name of its own, be it an exclusion, keeps every wildcard away. */
	for (size_t i = 0; i < own->count; i++)
		slot_take(&best, own->items[i]);
	if (own->count == 0)
		best = last_glob(row, globs);
	if (best.held == NULL || best.held->value == NULL || !value_accepted(row, best.held->value))
		return NULL;
	*position = best.position;
	return best.held;
}
