#include "lint.h"

#include "key.h"

/* No key has a blank, and what stands behind one, or behind the name of a secret, may be its value. */
static const char *shown_key(const struct lint *lint, const char *path)
{
	if (path == NULL)
		return NULL;
	path += strspn(path, " \t");
	size_t length = strcspn(path, " \t");
	const char *secret = catalogue_find(path) == NULL ? catalogue_secret_end(path) : NULL;
	if (secret != NULL && (size_t)(secret - path) < length)
		length = (size_t)(secret - path);
	return length > 0 ? key_name(lint->arena, arena_copy(lint->arena, path, length)) : NULL;
}

void lint_add(const struct lint *lint, const struct finding *what, const char *path, const char *format, ...)
{
	struct finding finding = *what;
	va_list arguments;

	va_start(arguments, format);
	finding.text = arena_vprintf(lint->arena, format, arguments);
	va_end(arguments);
	finding.key = shown_key(lint, path);
	findings_add(lint->findings, &finding);
}

const char *lint_place(const struct lint *lint, const struct lint_setting *setting)
{
	return arena_printf(lint->arena, "%s:%u", setting->source.file, setting->source.line);
}

const char *lint_quoted(const struct lint *lint, const struct catalogue_row *row, const char *value)
{
	if (row != NULL && row->hazard == HAZARD_SECRET)
		return "(secret)";
	return strlen(value) > 60 ? arena_printf(lint->arena, "%.57s...", value) : value;
}

bool lint_older(struct facts_version kernel, struct catalogue_version version)
{
	return facts_version_compare(
		       kernel, (struct facts_version){.major = version.major, .minor = version.minor, .parts = 2}) < 0;
}

bool lint_has(const struct lint *lint, const struct catalogue_row *row)
{
	return lint->kernel.parts == 0 || ((row->removed.major == 0 || lint_older(lint->kernel, row->removed)) &&
					   (row->since.major == 0 || !lint_older(lint->kernel, row->since)));
}
