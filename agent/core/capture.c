#include "capture.h"

#include "../base/text.h"
#include "catalogue.h"
#include "value.h"

static const char blanks[] = " \t";

void capture_refuse(struct capture *capture, struct source source, const char *text, const char *why)
{
	*ARRAY_ADD(capture->arena, &capture->refused) =
		(struct capture_refusal){.text = text, .why = why, .source = source};
}

/* The value less what no profile can hold or the kernel does not read: blanks around it, a comment behind a number. */
static const char *cleaned(struct arena *arena, const struct catalogue_row *row, const char *value)
{
	size_t length = strlen(value);

	while (length > 0 && strchr(blanks, value[0]) != NULL) {
		value++;
		length--;
	}
	if (value_is_numeric(row))
		length = value_before_comment(value, length);
	while (length > 0 && strchr(" \t\r", value[length - 1]) != NULL)
		length--;
	return arena_copy(arena, value, length);
}

/* What YAML can say: well-formed UTF-8 without control characters. */
static bool is_clean(const char *value)
{
	for (size_t length; *value != '\0'; value += length) {
		length = text_utf8(value);
		if (length == 0 || ((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7f)
			return false;
	}
	return true;
}

/* Why the row's key or the value cannot stand in a profile; NULL when it can. */
static const char *fault(struct capture *capture, const struct catalogue_row *row, const char *value,
			 enum capture_form form)
{
	struct error err;
	bool known = capture->kernel.parts > 0;

	if (!is_clean(value))
		return "it holds control characters or bytes that are no text";
	if (value[0] == '\0' && (row == NULL || value_is_numeric(row)))
		return "it is empty";
	if (strlen(value) > VALUE_ONE_PIECE)
		return "it is longer than what a boot loader writes in one piece";
	number numbers[VALUE_FIELDS];
	size_t count;
	if (row == NULL)
		return form == CAPTURE_VALUE || value_numbers(value, true, numbers, &count)
			       ? NULL
			       : "it is no number, and has no least or greatest value";
	if (row->removed.major > 0 && known &&
	    facts_version_compare(capture->kernel,
				  (struct facts_version){row->removed.major, row->removed.minor, 0, 2}) >= 0)
		return arena_printf(capture->arena, "Linux %u.%u took it out", row->removed.major, row->removed.minor);
	if (row->access == ACCESS_READ_ONLY)
		return "it can only be read";
	if (row->access != ACCESS_READ_WRITE)
		return "it is an action, not a setting";
	if (row->hazard == HAZARD_SECRET)
		return "it is a secret";
	if (form != CAPTURE_VALUE && !value_is_numeric(row))
		return "it is no number, and has no least or greatest value";
	if (!value_check(row, value, NULL, &err))
		return arena_printf(capture->arena, "it %s", err.text);
	return NULL;
}

/* Why a wildcard cannot stand in a profile: a key that it can reach cannot. */
static const char *reached_fault(struct capture *capture, const char *path, const char *value, enum capture_form form,
				 bool *hazardous)
{
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (!catalogue_glob_reaches(path, row))
			continue;
		*hazardous = *hazardous || value_hazardous(row, value);
		if (row->access == ACCESS_READ_WRITE && row->hazard != HAZARD_SECRET)
			continue;
		return arena_printf(capture->arena, "of %s, which it can reach: %s", key_name(capture->arena, row->key),
				    fault(capture, row, value, form));
	}
	return NULL;
}

/* Whether the text names a secret, in whatever spelling, reaches one, or nearly is called as one. */
static bool is_secret(struct arena *arena, const char *key)
{
	char *path = arena_copy(arena, key, strcspn(key, " \t:"));
	struct text_list names = {0};
	bool reached = catalogue_secret_end(key) != NULL;

	key_swap(path);
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (row->hazard != HAZARD_SECRET)
			continue;
		*ARRAY_ADD(arena, &names) = strrchr(row->key, '/') + 1;
		reached = reached || catalogue_glob_reaches(path, row);
	}
	const char *slash = strrchr(path, '/');
	return reached || text_nearest(slash != NULL ? slash + 1 : path, names.items, names.count) != NULL;
}

const char *capture_text(struct arena *arena, const char *key, const char *value)
{
	const char *end = catalogue_secret_end(key);

	if (end != NULL)
		return arena_printf(arena, "%.*s = (secret)", (int)(end - key), key);
	return is_secret(arena, key) ? arena_printf(arena, "%.*s = (secret)", (int)strcspn(key, " \t:"), key)
				     : arena_printf(arena, "%s = %s", key, value);
}

struct capture_item *capture_add(struct capture *capture, const struct capture_line *line)
{
	struct arena *arena = capture->arena;
	struct error err;
	struct key key;
	const char *text = capture_text(arena, line->key, line->value);

	if (!key_parse(arena, line->key, strlen(line->key), &key, &err)) {
		capture_refuse(capture, line->source, text, arena_string(arena, err.text));
		return NULL;
	}
	const struct catalogue_row *row = catalogue_find(key.path);
	const char *value = cleaned(arena, row, line->value);
	const char *why = fault(capture, row, value, line->form);
	bool hazardous = row != NULL && value_hazardous(row, value);
	if (why == NULL && row == NULL && is_secret(arena, line->key))
		why = "its name is nearly that of a secret";
	if (why == NULL && key.glob)
		why = reached_fault(capture, key.path, value, line->form, &hazardous);
	if (why != NULL) {
		capture_refuse(capture, line->source, text, why);
		return NULL;
	}
	struct capture_item *item = ARRAY_ADD(arena, capture);
	*item = (struct capture_item){.key = key,
				      .row = row,
				      .form = line->form,
				      .value = value,
				      .source = line->source,
				      .index = capture->count};
	item->hazardous = hazardous;
	if (row != NULL && hazardous)
		item->remark = arena_printf(arena, "hazardous: %s", catalogue_text(row)->hazard_note);
	return item;
}

/* What an exclusion keeps away of a wildcard: the instance, or its own pattern in the same place; NULL: nothing. */
static const char *excluded_part(struct arena *arena, const struct key *wild, const struct key *excluded)
{
	size_t start, end, other_start, other_end;

	if (!excluded->glob)
		return key_matches(wild->path, excluded->path) ? key_instance(arena, wild->path, excluded->path) : NULL;
	key_wildcard(wild->path, &start, &end);
	key_wildcard(excluded->path, &other_start, &other_end);
	if (start != other_start || strncmp(wild->path, excluded->path, start) != 0 ||
	    strcmp(wild->path + end, excluded->path + other_end) != 0)
		return NULL;
	return arena_copy(arena, excluded->path + other_start, other_end - other_start);
}

void capture_exclude(struct capture *capture, const char *key, struct source source)
{
	const char *end = catalogue_secret_end(key);
	const char *text =
		arena_printf(capture->arena, "-%.*s", (int)(end != NULL ? (size_t)(end - key) : strlen(key)), key);
	struct error err;
	struct key parsed;

	if (!key_parse(capture->arena, key, strlen(key), &parsed, &err))
		capture_refuse(capture, source, text, arena_string(capture->arena, err.text));
	else if (parsed.glob && !capture->exclusion_patterns)
		capture_refuse(capture, source, text, "the boot loader here takes no wildcard in an exclusion");
	else
		*ARRAY_ADD(capture->arena, &capture->exclusions) =
			(struct capture_exclusion){.key = parsed, .text = text, .source = source};
}

/* --- putting them together ---------------------------------------------------------------------------------------- */

/* By storage, so that an alias counts as its key; the last one given comes first. */
static int by_storage(const void *left, const void *right)
{
	const struct capture_item *a = left, *b = right;
	int order = strcmp(catalogue_canonical(a->key.path), catalogue_canonical(b->key.path));

	return order != 0 ? order : a->index > b->index ? -1 : a->index < b->index;
}

static void keep_last(struct capture *capture)
{
	size_t kept = 0;

	qsort(capture->items, capture->count, sizeof(*capture->items), by_storage);
	for (size_t i = 0; i < capture->count; i++) {
		if (kept == 0 || strcmp(catalogue_canonical(capture->items[kept - 1].key.path),
					catalogue_canonical(capture->items[i].key.path)) != 0)
			capture->items[kept++] = capture->items[i];
	}
	capture->count = kept;
}

static bool lists(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

/* A profile takes so many entries in one list; of more nobody can say what they are for. */
enum { EXCEPT_MOST = 200 };

static void apply_exclusion(struct capture *capture, const struct capture_exclusion *exclusion)
{
	bool used = false;

	for (size_t i = 0; i < capture->count; i++) {
		struct capture_item *item = &capture->items[i];
		const char *part = item->key.glob ? excluded_part(capture->arena, &item->key, &exclusion->key) : NULL;

		if (part == NULL)
			continue;
		used = true;
		if (item->except.count < EXCEPT_MOST && !lists(&item->except, part))
			*ARRAY_ADD(capture->arena, &item->except) = part;
	}
	if (!used)
		capture_refuse(capture, exclusion->source, exclusion->text, "no wildcard here reaches the key");
}

static int by_key(const void *left, const void *right)
{
	const struct capture_item *a = left, *b = right;

	return strcmp(a->key.path, b->key.path);
}

/* Of two keys that set each other to 0, the one that is written last stays. */
static void drop_twins(struct capture *capture)
{
	size_t kept = 0;

	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_item *item = &capture->items[i], *lost_to = NULL;
		number ours, theirs;

		for (size_t j = 0; j < capture->count && item->row != NULL && item->row->twin[0] != '\0'; j++) {
			const struct capture_item *other = &capture->items[j];

			if (strcmp(other->key.path, item->row->twin) == 0 && other->index > item->index &&
			    value_element(other->value, 0, &theirs) && theirs != 0 &&
			    value_element(item->value, 0, &ours) && ours != 0)
				lost_to = other;
		}
		if (lost_to != NULL)
			capture_refuse(capture, item->source,
				       arena_printf(capture->arena, "%s = %s", key_name(capture->arena, item->key.path),
						    item->value),
				       arena_printf(capture->arena, "the kernel sets it to 0 when %s is written",
						    key_name(capture->arena, lost_to->key.path)));
		else
			capture->items[kept++] = *item;
	}
	capture->count = kept;
}

void capture_finish(struct capture *capture)
{
	if (capture->count > 0)
		keep_last(capture);
	drop_twins(capture);
	for (size_t i = 0; i < capture->exclusions.count; i++) {
		if (i < EXCEPT_MOST)
			apply_exclusion(capture, &capture->exclusions.items[i]);
		else
			capture_refuse(capture, capture->exclusions.items[i].source, capture->exclusions.items[i].text,
				       "there are too many exclusions");
	}
	if (capture->count > 0)
		qsort(capture->items, capture->count, sizeof(*capture->items), by_key);
}
