#include "catalogue.h"

#include "../base/text.h"

static const char any_instance[] = "<if>";

static const struct catalogue_row *row_exactly(const char *path)
{
	size_t low = 0, high = catalogue_row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(path, catalogue_rows[middle].key);

		if (order == 0)
			return &catalogue_rows[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The length of a family's prefix with its slash, when path lies in it; else 0. */
static size_t family_prefix(const struct catalogue_family *family, const char *path)
{
	size_t length = strlen(family->prefix);

	return strncmp(path, family->prefix, length) == 0 && (path[length] == '/' || path[length] == '\0') ? length + 1
													   : 0;
}

const struct catalogue_family *catalogue_family_of(const char *path, int kind)
{
	const struct catalogue_family *innermost = NULL;

	for (size_t i = 0; i < catalogue_family_count; i++) {
		const struct catalogue_family *family = &catalogue_families[i];

		if ((int)family->kind == kind && family_prefix(family, path) > 0 &&
		    (innermost == NULL || strlen(family->prefix) > strlen(innermost->prefix)))
			innermost = family;
	}
	return innermost;
}

/* path with <if> for its instance in room; false when it has none or does not fit. */
static bool with_any_instance(const char *path, char *room, size_t size)
{
	const struct catalogue_family *family = catalogue_family_of(path, FAMILY_INSTANCES);

	if (family == NULL || path[strlen(family->prefix)] == '\0')
		return false;
	size_t prefix = family_prefix(family, path);
	const char *rest = strchr(path + prefix, '/');
	if (rest == NULL)
		return false;
	int length = snprintf(room, size, "%.*s%s%s", (int)prefix, path, any_instance, rest);
	return length > 0 && (size_t)length < size;
}

const struct catalogue_row *catalogue_find(const char *path)
{
	char generic[KEY_LONGEST + sizeof(any_instance)];
	const struct catalogue_row *row = row_exactly(path);

	if (row == NULL && with_any_instance(path, generic, sizeof(generic)))
		row = row_exactly(generic);
	return row;
}

const char *catalogue_canonical(const char *path)
{
	const struct catalogue_row *row = row_exactly(path);

	return row != NULL && row->alias[0] != '\0' ? row->alias : path;
}

const char *catalogue_other_name(const char *path)
{
	const struct catalogue_row *row = row_exactly(path);

	return row != NULL && row->other_name[0] != '\0' ? row->other_name : NULL;
}

const char *catalogue_secret_end(const char *text)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const char *name = strrchr(catalogue_rows[i].key, '/') + 1;
		const char *found = catalogue_rows[i].hazard == HAZARD_SECRET ? strcasestr(text, name) : NULL;

		if (found != NULL)
			return found + strlen(name);
	}
	return NULL;
}

/* Where a key stands among those of its kind: `all` sets others, `default` shapes some, interfaces come last. */
static int instance_rank(const char *path)
{
	const struct catalogue_family *family = catalogue_family_of(path, FAMILY_INSTANCES);

	if (family == NULL || !family->ordered)
		return 0;
	const char *instance = path + strlen(family->prefix) + 1;
	if (text_starts(instance, "all/") || text_is_glob(instance))
		return 1;
	return text_starts(instance, "default/") ? 2 : 3;
}

int catalogue_write_order(const char *left, const char *right)
{
	const struct catalogue_row *a = catalogue_find(left), *b = catalogue_find(right);
	int a_order = a != NULL ? a->order : 0, b_order = b != NULL ? b->order : 0;

	if (a_order != b_order)
		return a_order < b_order ? -1 : 1;
	int a_rank = instance_rank(left), b_rank = instance_rank(right);
	return a_rank != b_rank ? a_rank - b_rank : strcmp(left, right);
}

const char *catalogue_nearest(struct arena *arena, const char *path)
{
	char generic[KEY_LONGEST + sizeof(any_instance)];
	bool instance = with_any_instance(path, generic, sizeof(generic));
	const char **names = arena_array(arena, catalogue_row_count, sizeof(*names));

	for (size_t i = 0; i < catalogue_row_count; i++)
		names[i] = catalogue_rows[i].key;
	const char *nearest = text_nearest(instance ? generic : path, names, catalogue_row_count);
	if (nearest == NULL)
		return NULL;
	const char *gap = strstr(nearest, any_instance);
	if (gap == NULL)
		return key_name(arena, nearest);
	if (!instance)
		return NULL;
	const char *start = path + (strstr(generic, any_instance) - generic);
	return key_name(arena, arena_printf(arena, "%.*s%.*s%s", (int)(gap - nearest), nearest,
					    (int)strcspn(start, "/"), start, gap + strlen(any_instance)));
}

/* Whether one component of a wildcard path fits one of a row's key. */
static bool component_fits(const char *glob, size_t glob_length, const char *key, size_t key_length)
{
	char glob_part[KEY_LONGEST + 1], key_part[KEY_LONGEST + 1];

	if (glob_length == key_length && memcmp(glob, key, key_length) == 0)
		return true;
	if (key_length == strlen(any_instance) && memcmp(key, any_instance, key_length) == 0)
		return true;
	bool wild = memchr(glob, '*', glob_length) != NULL || memchr(glob, '?', glob_length) != NULL ||
		    memchr(glob, '[', glob_length) != NULL;
	if (!wild || glob_length > KEY_LONGEST || key_length > KEY_LONGEST)
		return false;
	memcpy(glob_part, glob, glob_length);
	memcpy(key_part, key, key_length);
	glob_part[glob_length] = key_part[key_length] = '\0';
	return text_matches(glob_part, key_part);
}

bool catalogue_glob_reaches(const char *glob_path, const struct catalogue_row *row)
{
	const char *glob = glob_path, *key = row->key;
	size_t same = 0;

	/* Most rows are told apart by their first characters. */
	while (glob[same] != '\0' && glob[same] == key[same])
		same++;
	if (strchr("*?[", glob[same]) == NULL && key[same] != '<' && memchr(key, '<', same) == NULL)
		return false;
	for (;;) {
		size_t glob_length = strcspn(glob, "/"), key_length = strcspn(key, "/");

		if (!component_fits(glob, glob_length, key, key_length))
			return false;
		glob += glob_length;
		key += key_length;
		if (*glob == '\0' || *key == '\0')
			return *glob == *key;
		glob++;
		key++;
	}
}

bool catalogue_pattern_matches(const char *pattern, const char *path)
{
	const char *gap = strstr(pattern, any_instance);

	if (gap == NULL)
		return strcmp(pattern, path) == 0;
	size_t before = (size_t)(gap - pattern);
	if (strncmp(pattern, path, before) != 0)
		return false;
	const char *rest = path + before + strcspn(path + before, "/");
	return strcmp(rest, gap + strlen(any_instance)) == 0;
}

bool catalogue_is_secret(const char *path)
{
	const struct catalogue_row *row = catalogue_find(path);

	return row != NULL && row->hazard == HAZARD_SECRET;
}

const struct catalogue_text *catalogue_text(const struct catalogue_row *row)
{
	return &catalogue_texts[row - catalogue_rows];
}

bool catalogue_next(const char **list, char room[KEY_LONGEST])
{
	const char *start = *list + strspn(*list, " ");
	size_t length = strcspn(start, " ");

	if (length == 0 || length >= KEY_LONGEST)
		return false;
	memcpy(room, start, length);
	room[length] = '\0';
	*list = start + length;
	return true;
}

bool catalogue_next_reset(const char **list, char room[KEY_LONGEST], bool *inverted)
{
	if (!catalogue_next(list, room))
		return false;
	*inverted = room[0] == '!';
	if (*inverted)
		memmove(room, room + 1, strlen(room));
	return true;
}

bool catalogue_next_word(struct arena *arena, const char **words, char room[KEY_LONGEST], const char **meaning)
{
	const char *line = *words, *end = strchr(line, '\n');

	if (end == NULL || !catalogue_next(&line, room))
		return false;
	*meaning = arena_copy(arena, line + 1, (size_t)(end - line - 1));
	*words = end + 1;
	return true;
}

const char *catalogue_initial(const struct catalogue_row *row)
{
	return row->initial[0] != '\0' || row->initial_empty ? row->initial : NULL;
}

const char *catalogue_tcp_word(enum catalogue_tcp key)
{
	const char *slash = strrchr(catalogue_tcp_keys[key], '/');

	return slash == NULL ? catalogue_tcp_keys[key] : slash + 1;
}

bool catalogue_is_tcp(const char *path)
{
	/* What all other parameters of TCP begin with; IPv6 has them in the same place. */
	static const char family[] = "net/ipv4/tcp_";

	for (unsigned i = 0; i < CATALOGUE_TCPS; i++) {
		if (strcmp(catalogue_tcp_keys[i], path) == 0)
			return true;
	}
	return strncmp(path, family, sizeof(family) - 1) == 0;
}
