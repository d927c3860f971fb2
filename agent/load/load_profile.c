#include "load_profile.h"

#include "../base/text.h"
#include "load_requirement.h"

static int by_key(const void *left, const void *right)
{
	const struct requirement *a = *(const struct requirement *const *)left,
				 *b = *(const struct requirement *const *)right;
	int order = strcmp(catalogue_canonical(a->key.path), catalogue_canonical(b->key.path));

	return order != 0 ? order : (a > b) - (a < b);
}

/* The same key in both spellings, or under both names of one storage; the same spelling twice is found by the reader. */
static void find_doubles(struct fields_reader *reader, const struct profile *profile)
{
	const struct requirement **sorted = arena_array(reader->arena, profile->count, sizeof(*sorted));

	for (size_t i = 0; i < profile->count; i++)
		sorted[i] = &profile->items[i];
	if (profile->count > 1)
		qsort(sorted, profile->count, sizeof(*sorted), by_key);
	for (size_t i = 1; i < profile->count; i++) {
		const struct requirement *first = sorted[i - 1], *second = sorted[i];

		if (strcmp(catalogue_canonical(first->key.path), catalogue_canonical(second->key.path)) == 0)
			findings_error(reader->findings, second->source,
				       "%s is asked for twice in this file; the first is in line %u",
				       key_name(reader->arena, second->key.path), first->source.line);
	}
}

static void read_name(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	const char *text = NULL;

	fields_text(reader, name, node, &text);
	if (text == NULL)
		return;
	if (!fields_is_name(text))
		findings_error(reader->findings, node->source, "'%s' is %s, found '%.80s'", name->text,
			       fields_name_rule, text);
	((struct profile *)target)->name = text;
}

static void read_version(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	fields_number(reader, name, node, 1, INT64_MAX, &((struct profile *)target)->version);
}

static void read_summary(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	fields_text(reader, name, node, &((struct profile *)target)->summary);
}

static void read_extends(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	struct profile *profile = target;
	struct text_list names = {0};
	size_t before = reader->findings->errors;

	fields_texts(reader, name, node, false, &names);
	if (reader->findings->errors > before)
		return;
	for (size_t i = 0; i < names.count; i++) {
		struct source source = node->list.items[i]->source;

		if (!fields_is_name(names.items[i]))
			findings_error(reader->findings, source,
				       "'%s' wants the names of profiles, not files; found '%.80s'", name->text,
				       names.items[i]);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(names.items[j], names.items[i]) == 0) {
				findings_error(reader->findings, source, "'%s' names '%s' twice", name->text,
					       names.items[i]);
				break;
			}
		}
		*ARRAY_ADD(reader->arena, &profile->extends) =
			(struct profile_parent){.name = names.items[i], .source = source};
	}
}

enum { WILDCARDS_MOST = 500 };

static bool same_text(const struct yaml_node *a, const struct yaml_node *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void read_parameters(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			    void *target)
{
	struct profile *profile = target;

	if (node->kind != YAML_KIND_MAP) {
		findings_error(reader->findings, node->source, "'%s' is a map of keys, found %s", name->text,
			       yaml_describe(reader->arena, node));
		return;
	}
	for (size_t i = 0; i < node->map.count; i++) {
		bool again = false;

		/* The reader found these already; one requirement each is enough to go on with. */
		for (size_t j = 0; j < i && node->map.count < 2000 && !again; j++)
			again = same_text(node->map.items[j].key, node->map.items[i].key);
		if (!again)
			load_requirement(reader, &node->map.items[i], profile);
	}
	size_t wild = 0;
	for (size_t i = 0; i < profile->count; i++)
		wild += profile->items[i].key.glob;
	if (wild > WILDCARDS_MOST)
		findings_error(reader->findings, name->source, "more than %d keys with a wildcard", WILDCARDS_MOST);
	find_doubles(reader, profile);
}

/* A requirement whose value was refused asks for nothing. */
static void drop_incomplete(struct profile *profile)
{
	size_t kept = 0;

	for (size_t i = 0; i < profile->count; i++) {
		const struct requirement *requirement = &profile->items[i];
		bool complete = true;

		switch (requirement->kind) {
		case REQUIREMENT_VALUE:
			complete = requirement->value != NULL;
			break;
		case REQUIREMENT_BOUNDS:
			complete = requirement->min != NULL || requirement->max != NULL;
			break;
		case REQUIREMENT_ONE_OF:
			complete = requirement->one_of.count > 0;
			break;
		case REQUIREMENT_SCALE:
		case REQUIREMENT_UNMANAGED:
			break;
		}
		if (complete)
			profile->items[kept++] = *requirement;
	}
	profile->count = kept;
}

bool load_profile(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		  struct profile *profile)
{
	static const struct field fields[] = {
		{"profile", read_name, true},          {"version", read_version, true},
		{"summary", read_summary, false},      {"extends", read_extends, false},
		{"parameters", read_parameters, true},
	};
	struct fields_reader reader = {.arena = arena, .findings = findings};
	size_t before = findings->errors;

	*profile = (struct profile){.file = file};
	const struct yaml_node *root = yaml_read(arena, file, bytes, length, findings);
	if (root != NULL)
		fields_read(&reader, root, fields, COUNT_OF(fields), "a profile", profile);
	profile->bytes = bytes;
	profile->length = length;
	drop_incomplete(profile);
	return findings->errors == before;
}
