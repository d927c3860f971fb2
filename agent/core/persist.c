#include "persist.h"

#include "../base/text.h"

const char persist_drop_in[] = "/etc/sysctl.d/99-zz-holdfast.conf", persist_main_file[] = "/etc/sysctl.conf";

static bool satisfied(const struct outcome_parameter *parameter, const struct observed_boot *boot)
{
	return boot->winner != NULL &&
	       wanted_satisfied(parameter->item->row, &parameter->item->wanted, boot->winner->value);
}

/* Its boot side is ours to see to. A wildcard for interfaces to come is not applicable now, and persisted all the same. */
static bool is_settled(const struct outcome_parameter *parameter)
{
	return parameter->status == STATUS_COMPLIANT || parameter->status == STATUS_DRIFT ||
	       parameter->status == STATUS_PENDING || parameter->status == STATUS_NOT_APPLICABLE;
}

bool persist_needed(const struct persist_case *given, size_t index)
{
	const struct outcome_parameter *parameter = &given->outcome->items[index];

	return parameter->boot != OUTCOME_BOOT_UNMANAGED && is_settled(parameter) &&
	       !satisfied(parameter, &given->foreign[index]);
}

static void add(struct arena *arena, struct persist_lines *lines, const char *path, const char *value, const char *why)
{
	*ARRAY_ADD(arena, lines) = (struct persist_line){.path = path, .value = value, .why = why};
}

static bool has_line(const struct persist_lines *lines, const char *path)
{
	for (size_t i = 0; i < lines->count; i++) {
		if (strcmp(lines->items[i].path, path) == 0)
			return true;
	}
	return false;
}

/*
 * Between two bounds: what our own line says already, else the value that is live, of which the bound becomes that it has
 * crossed, so that the next boot sets what is set now. NULL: neither is known, or it is in line and a bound will do.
 */
static const char *between(const struct outcome_parameter *parameter)
{
	const struct wanted *wanted = &parameter->item->wanted;

	if (wanted->min == NULL || wanted->max == NULL)
		return NULL;
	if (parameter->boot == OUTCOME_BOOT_MATCH && parameter->boot_seen->winner != NULL)
		return parameter->boot_seen->winner->value;
	return parameter->live == OUTCOME_LIVE_DIFFER && parameter->live_seen->state == LIVE_READ
		       ? parameter->live_seen->value
		       : NULL;
}

/* Where no file sets it, a bound is what is persisted; one bound for all fields of a vector is laid over what is live. */
static const char *boot_target(struct arena *arena, const struct outcome_parameter *parameter,
			       const struct observed_boot *foreign)
{
	const struct catalogue_row *row = parameter->item->row;
	const char *current = foreign->winner != NULL ? foreign->winner->value : between(parameter);

	const char *bound = parameter->item->wanted.min != NULL ? parameter->item->wanted.min
								: parameter->item->wanted.max;
	bool single = bound != NULL && strpbrk(bound, " \t") == NULL;
	if (current == NULL && single && row != NULL && row->class == VALUE_VECTOR &&
	    parameter->live_seen->state == LIVE_READ)
		current = parameter->live_seen->value;
	return wanted_target(arena, row, &parameter->item->wanted, current);
}

static bool governed(const struct persist_case *given, const struct desired_pattern *pattern, size_t index)
{
	return given->desired->items[index].requirement == pattern->requirement &&
	       given->desired->items[index].state != DESIRED_CONDITION_FALSE;
}

/* glob_path with the wildcard component replaced. */
static const char *with_instance(struct arena *arena, const char *glob_path, const char *instance)
{
	size_t start, end;

	key_wildcard(glob_path, &start, &end);
	return arena_printf(arena, "%.*s%s%s", (int)start, glob_path, instance, glob_path + end);
}

/* An exclusion where a line of others names the key would take that line back (systemd-sysctl), and is not needed. */
static void exclude(struct arena *arena, const struct persist_case *given, const char *path,
		    struct persist_lines *lines)
{
	const struct desired_item *item = desired_find(given->desired, catalogue_canonical(path));
	bool wanted = item != NULL && item->state == DESIRED_WANTED; /* its own line keeps the wildcard away */

	if (!wanted && !given->named(given->context, path) && !has_line(lines, path))
		add(arena, lines, path, NULL, NULL);
}

/* What the wildcard must not reach: the exceptions, and instances that no requirement wants or the profile let go. */
static void exclude_all(struct arena *arena, const struct persist_case *given, const struct desired_pattern *pattern,
			struct persist_lines *lines)
{
	const struct text_list *except = &pattern->requirement->except;

	for (size_t i = 0; i < except->count; i++)
		exclude(arena, given, with_instance(arena, pattern->path, except->items[i]), lines);
	for (size_t i = 0; i < given->expansions->count; i++) {
		const struct desired_expansion *expansion = &given->expansions->items[i];

		for (size_t j = 0; strcmp(expansion->glob, pattern->path) == 0 && j < expansion->count; j++) {
			exclude(arena, given, expansion->items[j], lines);
		}
	}
}

static void choose_pattern(struct arena *arena, const struct persist_case *given, const struct desired_pattern *pattern,
			   struct persist_lines *lines)
{
	for (size_t i = 0; i < given->desired->count; i++) {
		if (!governed(given, pattern, i) || !persist_needed(given, i))
			continue;
		const struct outcome_parameter *parameter = &given->outcome->items[i];
		if (!observed_expressible(given->ability, pattern->requirement)) {
			add(arena, lines, parameter->item->path, boot_target(arena, parameter, &given->foreign[i]),
			    NULL);
			continue;
		}
		add(arena, lines, pattern->path,
		    wanted_target(arena, catalogue_find(pattern->path), &pattern->wanted, NULL),
		    pattern->requirement->why);
		exclude_all(arena, given, pattern, lines);
		return;
	}
}

/* Loaders write in the order of the lines, and a key can reset others: the same order as for live writes. */
static int line_order(const void *left, const void *right)
{
	const struct persist_line *a = left, *b = right;

	return catalogue_write_order(a->path, b->path);
}

/*
 * At boot each key begins at its default. The key goes first where it stays below its ceiling's default, else the ceiling
 * does; whichever is meant to be higher is then never in the way.
 */
static void respect_ceilings(struct persist_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct catalogue_row *row = catalogue_find(lines->items[i].path);
		const struct catalogue_row *above =
			row != NULL && row->ceiling[0] != '\0' ? catalogue_find(row->ceiling) : NULL;
		struct persist_line line = lines->items[i];
		number low, most;
		size_t j = 0;

		while (above != NULL && j < lines->count && strcmp(lines->items[j].path, row->ceiling) != 0)
			j++;
		if (above == NULL || j == lines->count || j > i || above->initial[0] == '\0' || line.value == NULL ||
		    !value_element(line.value, 0, &low) ||
		    !value_element(above->initial, row->ceiling_element, &most) || low > most)
			continue;
		memmove(&lines->items[j + 1], &lines->items[j], (i - j) * sizeof(line));
		lines->items[j] = line;
	}
}

static void put_in_order(struct persist_lines *lines)
{
	if (lines->count > 0)
		qsort(lines->items, lines->count, sizeof(*lines->items), line_order);
	respect_ceilings(lines);
}

void persist_choose(struct arena *arena, const struct persist_case *given, struct persist_lines *lines)
{
	for (size_t i = 0; i < given->desired->patterns.count; i++)
		choose_pattern(arena, given, &given->desired->patterns.items[i], lines);
	for (size_t i = 0; i < given->outcome->count; i++) {
		const struct outcome_parameter *parameter = &given->outcome->items[i];
		const struct requirement *requirement = parameter->item->requirement;
		/* What cannot be settled now is neither added nor taken away. */
		bool keep = (parameter->status == STATUS_WAIVED || parameter->status == STATUS_ERROR ||
			     parameter->status == STATUS_NOT_SETTABLE) &&
			    given->own[i].winner != NULL && !has_line(lines, parameter->item->path);
		bool own_name = !requirement->key.glob || strcmp(requirement->key.path, parameter->item->path) == 0;

		if (keep)
			add(arena, lines, parameter->item->path, given->own[i].winner->value, NULL);
		else if (own_name && persist_needed(given, i) && !has_line(lines, parameter->item->path))
			add(arena, lines, parameter->item->path, boot_target(arena, parameter, &given->foreign[i]),
			    requirement->why);
	}
	put_in_order(lines);
}

bool persist_add_missed(struct arena *arena, const struct persist_case *given, const struct observed_boot *with,
			struct persist_lines *lines)
{
	size_t before = lines->count;

	for (size_t i = 0; i < given->outcome->count; i++) {
		const struct outcome_parameter *parameter = &given->outcome->items[i];
		bool managed = parameter->boot != OUTCOME_BOOT_UNMANAGED && is_settled(parameter);

		if (managed && !satisfied(parameter, &with[i]) && !has_line(lines, parameter->item->path))
			add(arena, lines, parameter->item->path, boot_target(arena, parameter, &given->foreign[i]),
			    parameter->item->requirement->why);
	}
	put_in_order(lines);
	return lines->count > before;
}

/* A comment of one line, whatever the text holds. */
static void add_comment(struct text *text, const char *comment)
{
	text_string(text, "# ");
	for (; *comment != '\0'; comment++) {
		char c = (unsigned char)*comment < ' ' || *comment == 0x7f ? ' ' : *comment;

		text_add(text, &c, 1);
	}
	text_string(text, "\n");
}

const char *persist_text(struct arena *arena, const struct persist_lines *lines, const char *head)
{
	struct text text = {.arena = arena};

	add_comment(&text, head);
	for (size_t i = 0; i < lines->count; i++) {
		const struct persist_line *line = &lines->items[i];

		if (line->why != NULL) {
			text_string(&text, "\n");
			add_comment(&text, line->why);
		}
		if (line->value == NULL)
			text_format(&text, "-%s\n", key_name(arena, line->path));
		else
			text_format(&text, "%s = %s\n", key_name(arena, line->path), line->value);
	}
	return text.bytes;
}

static bool line_tells_secret(struct arena *arena, const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);
	struct key key;
	struct error ignored;

	if (equals == NULL)
		return false;
	while (line < equals && strchr(" \t\r-", *line) != NULL)
		line++;
	while (equals > line && strchr(" \t", equals[-1]) != NULL)
		equals--;
	return key_parse(arena, line, (size_t)(equals - line), &key, &ignored) && catalogue_is_secret(key.path);
}

bool persist_tells_secret(struct arena *arena, const char *bytes, size_t length)
{
	for (size_t start = 0, end; start < length; start = end + 1) {
		const char *newline = memchr(bytes + start, '\n', length - start);

		end = newline == NULL ? length : (size_t)(newline - bytes);
		if (line_tells_secret(arena, bytes + start, end - start))
			return true;
	}
	return false;
}

const char *persist_edit(struct arena *arena, const char *bytes, size_t *length, const struct boot_line *line,
			 const char *value)
{
	struct text text = {.arena = arena};
	size_t end = line->value_end, hash = line->value_start;

	/* `60 # how long`: the kernel stops at the blank, and the remark stays where its author put it. */
	while (hash < end && bytes[hash] != '#' && bytes[hash] != ';')
		hash++;
	number only;
	bool remark = hash < end && hash > line->value_start && strchr(" \t", bytes[hash - 1]) != NULL &&
		      number_read(value, strlen(value), &only);
	while (remark && hash > line->value_start && strchr(" \t", bytes[hash - 1]) != NULL)
		hash--;
	end = remark ? hash : end;
	text_add(&text, bytes, line->value_start);
	if (line->value_start == line->value_end && line->value_start > 0 && bytes[line->value_start - 1] == '=')
		text_string(&text, " ");
	text_string(&text, value);
	text_add(&text, bytes + end, *length - end);
	*length = text.length;
	return text.bytes;
}
