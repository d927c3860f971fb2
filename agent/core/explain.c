#include "explain.h"

#include <fnmatch.h>

#include "../base/text.h"

static const char place[] = "<if>";

const char *explain_wildcard(struct arena *arena, const char *path)
{
	const char *gap = strstr(path, place);

	return gap == NULL ? path : arena_printf(arena, "%.*s*%s", (int)(gap - path), path, gap + strlen(place));
}

static void add_page(struct arena *arena, struct explain_pages *pages, const char *path)
{
	for (size_t i = 0; i < pages->count; i++) {
		if (strcmp(pages->items[i].path, path) == 0)
			return;
	}
	*ARRAY_ADD(arena, pages) = (struct explain_page){.path = path, .row = catalogue_find(path)};
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Every row that the pattern fits, by its dotted name, its path, or its last part where the pattern has but one. */
static bool find_pattern(struct arena *arena, const char *word, struct explain_pages *pages)
{
	bool whole = strpbrk(word, "./") != NULL, found = false;

	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		bool fits = whole ? fnmatch(word, key_name(arena, row->key), 0) == 0 || fnmatch(word, row->key, 0) == 0
				  : fnmatch(word, last_part(row->key), 0) == 0 || strcmp(word, "*") == 0;

		if (fits)
			add_page(arena, pages, row->key);
		found = found || fits;
	}
	return found;
}

static bool find_last_part(struct arena *arena, const char *word, struct explain_pages *pages)
{
	bool found = false;

	for (size_t i = 0; i < catalogue_row_count; i++) {
		if (strcmp(last_part(catalogue_rows[i].key), word) != 0)
			continue;
		add_page(arena, pages, catalogue_rows[i].key);
		found = true;
	}
	return found;
}

static bool guess_last_part(struct arena *arena, const char *word, struct explain_pages *pages, const char **guess)
{
	const char **parts = arena_array(arena, catalogue_row_count, sizeof(*parts));

	for (size_t i = 0; i < catalogue_row_count; i++)
		parts[i] = last_part(catalogue_rows[i].key);
	const char *nearest = text_nearest(word, parts, catalogue_row_count);
	if (nearest == NULL || !find_last_part(arena, nearest, pages))
		return false;
	*guess = arena_printf(arena, "this is %s", nearest);
	return true;
}

/* Every row whose last part holds the word. */
static bool find_part(struct arena *arena, const char *word, struct explain_pages *pages, const char **guess)
{
	size_t before = pages->count;

	for (size_t i = 0; i < catalogue_row_count && strlen(word) >= 3; i++) {
		if (strstr(last_part(catalogue_rows[i].key), word) != NULL)
			add_page(arena, pages, catalogue_rows[i].key);
	}
	if (pages->count == before)
		return false;
	*guess = pages->count == before + 1
			 ? arena_printf(arena, "this is %s", key_name(arena, pages->items[before].path))
			 : "these have it in their names";
	return true;
}

bool explain_find(struct arena *arena, const char *word, struct explain_pages *pages, const char **guess,
		  const char **path, struct error *err)
{
	static const char folder[] = "/proc/sys/";
	struct key key;

	*guess = NULL;
	*path = NULL;
	if (text_starts(word, folder))
		word += strlen(folder);
	if (text_is_glob(word))
		return find_pattern(arena, word, pages) ||
		       error_set(err, "no key of the catalogue fits '%s'; 'holdfast explain \"*\"' lists them", word);
	if (strpbrk(word, "./") == NULL)
		return find_last_part(arena, word, pages) || find_part(arena, word, pages, guess) ||
		       guess_last_part(arena, word, pages, guess) ||
		       error_set(err, "there is no key '%s' in the catalogue; 'holdfast explain \"*\"' lists them",
				 word);
	/* <if> is how pages and lists name the place of an interface. */
	if (strstr(word, place) != NULL && find_pattern(arena, word, pages))
		return true;
	if (!key_parse(arena, word, strlen(word), &key, err))
		return false;
	if (catalogue_find(key.path) != NULL) {
		add_page(arena, pages, key.path);
		return true;
	}
	const char *nearest = catalogue_nearest(arena, key.path);
	struct key near_key;
	if (nearest != NULL && key_parse(arena, nearest, strlen(nearest), &near_key, err)) {
		*guess = arena_printf(arena, "this is %s", nearest);
		*path = key.path;
		add_page(arena, pages, near_key.path);
		return true;
	}
	*path = key.path;
	return error_set(err, "there is no key '%s', neither in the catalogue nor in this kernel", word);
}
