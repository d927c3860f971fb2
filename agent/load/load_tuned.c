#include "load_tuned.h"

#include <strings.h>

#include "../base/text.h"

static const char blanks[] = " \t\r";

/* The part of [start, end) without blanks at both ends. */
static const char *slice(struct arena *arena, const char *start, const char *end)
{
	while (start < end && strchr(blanks, *start) != NULL && *start != '\0')
		start++;
	while (end > start && end[-1] != '\0' && strchr(blanks, end[-1]) != NULL)
		end--;
	return arena_copy(arena, start, (size_t)(end - start));
}

/* The value without its quotes and without a comment behind it. */
static const char *unquoted(struct arena *arena, const char *value)
{
	const char *end = value[0] == '"' || value[0] == '\'' ? strchr(value + 1, value[0]) : NULL;

	if (end != NULL) {
		const char *rest = end + 1 + strspn(end + 1, blanks);

		return *rest == '\0' || *rest == '#' ? arena_copy(arena, value + 1, (size_t)(end - value - 1)) : value;
	}
	for (const char *hash = strchr(value, '#'); hash != NULL; hash = strchr(hash + 1, '#')) {
		if (hash > value && strchr(blanks, hash[-1]) != NULL)
			return slice(arena, value, hash);
	}
	return value;
}

static bool is_no(const char *value)
{
	static const char *const words[] = {"0", "false", "no", "off"};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (strcasecmp(value, words[i]) == 0)
			return true;
	}
	return false;
}

static void take_names(struct arena *arena, struct text_list *names, const char *value)
{
	while (*value != '\0') {
		size_t length = strcspn(value, ",;");
		const char *name = slice(arena, value, value + length);

		if (name[0] != '\0')
			*ARRAY_ADD(arena, names) = name;
		value += length;
		value += *value != '\0';
	}
}

static void take_sysctl(struct arena *arena, struct tuned_profile *profile, const char *key, const char *value,
			struct source source)
{
	enum tuned_form form = value[0] == '>' ? TUNED_AT_LEAST : value[0] == '<' ? TUNED_AT_MOST : TUNED_VALUE;

	if (form != TUNED_VALUE)
		value = slice(arena, value + 1, value + strlen(value));
	*ARRAY_ADD(arena, profile) =
		(struct tuned_setting){.key = key, .value = unquoted(arena, value), .form = form, .source = source};
}

static void take_line(struct arena *arena, struct tuned_profile *profile, const char *section, const char *key,
		      const char *value, struct source source)
{
	/* How a section is treated, not what it sets; the same for every section. */
	static const char *const options[] = {"type", "devices", "replace", "drop", "enabled", "priority"};

	if (strcmp(section, "main") == 0 && strcmp(key, "include") == 0)
		take_names(arena, &profile->includes, unquoted(arena, value));
	else if (strcmp(section, "main") == 0 && strcmp(key, "summary") == 0)
		profile->summary = unquoted(arena, value);
	else if (strcmp(section, "main") == 0)
		return;
	else if (strcmp(section, "sysctl") == 0) {
		if (strcmp(key, "enabled") == 0)
			profile->disabled = is_no(unquoted(arena, value));
		if (strcmp(key, "drop") == 0)
			take_names(arena, &profile->drops, unquoted(arena, value));
		if (strcmp(key, "replace") == 0)
			profile->replaces = !is_no(unquoted(arena, value));
		for (size_t i = 0; i < COUNT_OF(options); i++) {
			if (strcmp(key, options[i]) == 0)
				return;
		}
		take_sysctl(arena, profile, key, value, source);
	} else {
		*ARRAY_ADD(arena, &profile->others) = arena_printf(arena, "[%s] %s", section, key);
	}
}

void load_tuned(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		struct tuned_profile *profile)
{
	const char *section = "main", *end = bytes + length;
	struct source source = {.file = file, .column = 1};

	*profile = (struct tuned_profile){0};
	for (const char *start = bytes; start < end;) {
		const char *newline = memchr(start, '\n', (size_t)(end - start));
		const char *line = slice(arena, start, newline != NULL ? newline : end), *equals = strchr(line, '=');
		size_t count = strlen(line);

		source.line++;
		start = newline != NULL ? newline + 1 : end;
		if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
			continue;
		const char *bracket = line[0] == '[' ? strchr(line, ']') : NULL;
		const char *behind = bracket != NULL ? bracket + 1 + strspn(bracket + 1, blanks) : NULL;

		if (behind != NULL && (*behind == '\0' || *behind == '#' || *behind == ';'))
			section = slice(arena, line + 1, bracket);
		else if (equals != NULL && equals > line)
			take_line(arena, profile, section, slice(arena, line, equals),
				  slice(arena, equals + 1, line + count), source);
		else
			findings_warning(findings, source, "this is neither a section nor 'key = value'");
	}
}
