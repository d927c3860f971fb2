#include "load_tuned.h"

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

static const char *unquoted(struct arena *arena, const char *value)
{
	size_t length = strlen(value);

	if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0])
		return arena_copy(arena, value + 1, length - 2);
	return value;
}

static void take_includes(struct arena *arena, struct tuned_profile *profile, const char *value)
{
	while (*value != '\0') {
		size_t length = strcspn(value, ",;");
		const char *name = slice(arena, value, value + length);

		if (name[0] != '\0')
			*ARRAY_ADD(arena, &profile->includes) = name;
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
	static const char *const options[] = {"type", "devices", "replace", "enabled", "priority"};

	if (strcmp(section, "main") == 0 && strcmp(key, "include") == 0)
		take_includes(arena, profile, unquoted(arena, value));
	else if (strcmp(section, "main") == 0 && strcmp(key, "summary") == 0)
		profile->summary = unquoted(arena, value);
	else if (strcmp(section, "main") == 0)
		return;
	else if (strcmp(section, "sysctl") == 0) {
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
		if (line[0] == '[' && line[count - 1] == ']')
			section = slice(arena, line + 1, line + count - 1);
		else if (equals != NULL && equals > line)
			take_line(arena, profile, section, slice(arena, line, equals),
				  slice(arena, equals + 1, line + count), source);
		else
			findings_warning(findings, source, "this is neither a section nor 'key = value'");
	}
}
