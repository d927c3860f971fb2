#include "key.h"

#include "../base/text.h"

void key_swap(char *text)
{
	char *first = strpbrk(text, "./");

	if (first == NULL || *first == '/')
		return;
	for (char *c = first; *c != '\0'; c++) {
		if (*c == '.')
			*c = '/';
		else if (*c == '/')
			*c = '.';
	}
}

const char *key_name(struct arena *arena, const char *path)
{
	char *name = arena_string(arena, path);

	for (char *c = name; *c != '\0'; c++) {
		if (*c == '/')
			*c = '.';
		else if (*c == '.')
			*c = '/';
	}
	return name;
}

static bool characters_fit(const char *text, size_t length, struct error *err)
{
	for (size_t i = 0; i < length;) {
		unsigned char c = (unsigned char)text[i];
		size_t width = text_utf8(text + i);

		if (c == '\0')
			return error_set(err, "the key holds a NUL character");
		if (c == ' ' || c == '\t')
			return error_set(err, "the key holds a blank");
		if (c < ' ' || c == 0x7f || width == 0)
			return error_set(err, "the key holds the character 0x%02x", c);
		if (strchr("=#;\"'\\{}", c) != NULL)
			return error_set(err, "the key holds '%c', which no kernel parameter has", c);
		i += width;
	}
	return true;
}

static bool components_fit(const char *path, bool *glob, struct error *err)
{
	unsigned count = 0, wild = 0;

	for (const char *start = path;; count++) {
		const char *end = strchrnul(start, '/');
		size_t length = (size_t)(end - start);

		if (length == 0)
			return error_set(err, "the key has an empty component");
		if (start[0] == '.' && (length == 1 || (length == 2 && start[1] == '.')))
			return error_set(err, "'%.*s' is not allowed in a key", (int)length, start);
		if (memchr(start, '*', length) || memchr(start, '?', length) || memchr(start, '[', length)) {
			wild++;
			if (count == 0)
				return error_set(err, "a wildcard cannot stand in the first component");
		}
		if (*end == '\0')
			break;
		start = end + 1;
	}
	if (count == 0)
		return error_set(err, "a key has at least two components, such as kernel.panic");
	if (wild > 1)
		return error_set(err, "only one component of a key can have a wildcard");
	*glob = wild == 1;
	return true;
}

bool key_parse(struct arena *arena, const char *text, size_t length, struct key *key, struct error *err)
{
	bool glob = false;

	if (length == 0)
		return error_set(err, "the key is empty");
	if (length > KEY_LONGEST)
		return error_set(err, "the key is longer than %d characters", KEY_LONGEST);
	if (text[0] == '/')
		return error_set(err,
				 "the key is an absolute path; write it as below /proc/sys: net/ipv4/tcp_fin_timeout");
	char *path = arena_copy(arena, text, length);
	if (!characters_fit(path, length, err))
		return false;
	if (path[0] == '-' || path[0] == '.')
		return error_set(err, "a key cannot begin with '%c'", path[0]);
	key_swap(path);
	if (!components_fit(path, &glob, err))
		return false;
	*key = (struct key){.path = path, .glob = glob};
	return true;
}

void key_wildcard(const char *path, size_t *start, size_t *end)
{
	size_t wild = strcspn(path, "*?[");

	*start = wild;
	while (*start > 0 && path[*start - 1] != '/')
		--*start;
	*end = wild + strcspn(path + wild, "/");
}

bool key_matches(const char *glob_path, const char *path)
{
	return text_matches(glob_path, path);
}

const char *key_instance(struct arena *arena, const char *glob_path, const char *path)
{
	size_t start, end;

	/* Components before the wildcard are literal, so the instance begins where the wildcard does. */
	key_wildcard(glob_path, &start, &end);
	return arena_copy(arena, path + start, strcspn(path + start, "/"));
}
