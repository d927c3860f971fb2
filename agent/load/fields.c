#include "fields.h"

#include "../base/number.h"
#include "../base/text.h"

const char fields_name_rule[] = "up to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit";

bool fields_is_name(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 64 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length &&
	       strchr("._-", text[0]) == NULL;
}

static const char *nearest_hint(struct fields_reader *reader, const char *word, const char *const *known, size_t count)
{
	const char *nearest = text_nearest(word, known, count);

	return nearest == NULL ? "" : arena_printf(reader->arena, "; did you mean '%s'?", nearest);
}

static void unknown_field(struct fields_reader *reader, const struct yaml_node *key, const struct field *fields,
			  size_t count, const char *what)
{
	const char **names = arena_array(reader->arena, count, sizeof(*names));
	struct text known = {.arena = reader->arena};

	for (size_t i = 0; i < count; i++) {
		names[i] = fields[i].name;
		text_format(&known, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	const char *hint = nearest_hint(reader, key->text, names, count);
	if (hint[0] == '\0')
		hint = arena_printf(reader->arena, "; known are %s", known.bytes);
	findings_error(reader->findings, key->source, "unknown field %s in %s%s", yaml_describe(reader->arena, key),
		       what, hint);
}

void fields_read(struct fields_reader *reader, const struct yaml_node *node, const struct field *fields, size_t count,
		 const char *what, void *target)
{
	if (node->kind != YAML_KIND_MAP) {
		findings_error(reader->findings, node->source, "%s is a map, found %s", what,
			       yaml_describe(reader->arena, node));
		return;
	}
	bool seen[64] = {0};
	for (size_t i = 0; i < node->map.count; i++) {
		const struct yaml_pair *pair = &node->map.items[i];
		size_t j = 0;

		while (j < count &&
		       (strcmp(fields[j].name, pair->key->text) != 0 || strlen(fields[j].name) != pair->key->length))
			j++;
		if (j == count) {
			unknown_field(reader, pair->key, fields, count, what);
		} else if (!seen[j]) { /* a second one is an error already */
			seen[j] = true;
			fields[j].read(reader, pair->key, pair->value, target);
		}
	}
	for (size_t j = 0; j < count; j++) {
		if (fields[j].required && !seen[j])
			findings_error(reader->findings, node->source, "%s needs the field '%s'", what, fields[j].name);
	}
}

static bool clean_text(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->length; i++) {
		unsigned char c = (unsigned char)node->text[i];

		if (c == '\0' || c == 0x7f || (c < ' ' && c != '\t' && c != '\n')) {
			findings_error(reader->findings, node->source, "'%s' holds the control character 0x%02x",
				       name->text, c);
			return false;
		}
	}
	return true;
}

void fields_text(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **text)
{
	bool ignored;

	if (node->kind != YAML_KIND_SCALAR || yaml_is_null(node) || yaml_is_boolean(node, &ignored) ||
	    yaml_is_integer(node) || yaml_is_fraction(node))
		findings_error(reader->findings, node->source, "'%s' wants text, found %s%s", name->text,
			       yaml_describe(reader->arena, node),
			       node->kind == YAML_KIND_SCALAR && node->length > 0 ? "; quote it if it is meant as text"
										  : "");
	else if (clean_text(reader, name, node))
		*text = node->text;
}

void fields_word(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **text)
{
	const char *found = NULL;

	fields_text(reader, name, node, &found);
	if (found == NULL)
		return;
	if (found[0] == '\0' || strpbrk(found, "\t\n") != NULL)
		findings_error(reader->findings, node->source, "'%s' %s", name->text,
			       found[0] == '\0' ? "is empty" : "is one line, without tabs");
	else
		*text = found;
}

void fields_boolean(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		    bool *value)
{
	bool found;

	if (yaml_is_boolean(node, &found))
		*value = found;
	else
		findings_error(reader->findings, node->source, "'%s' is true or false, found %s", name->text,
			       yaml_describe(reader->arena, node));
}

void fields_number(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		   int64_t least, int64_t most, int64_t *value)
{
	number found;
	size_t sign = node->kind == YAML_KIND_SCALAR && node->text[0] == '-';
	bool decimal = node->kind == YAML_KIND_SCALAR && node->plain &&
		       (node->text[sign] != '0' || node->length == sign + 1);

	if (decimal && number_read(node->text, node->length, &found) && found >= least && found <= most)
		*value = (int64_t)found;
	else
		findings_error(reader->findings, node->source, "'%s' wants a whole number from %lld to %lld, found %s",
			       name->text, (long long)least, (long long)most, yaml_describe(reader->arena, node));
}

void fields_choice(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		   const char *const *words, size_t count, unsigned *index)
{
	struct text known = {.arena = reader->arena};

	for (unsigned i = 0; i < count; i++) {
		if (node->kind == YAML_KIND_SCALAR && strcmp(words[i], node->text) == 0 &&
		    strlen(words[i]) == node->length) {
			*index = i;
			return;
		}
		text_format(&known, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
	}
	findings_error(reader->findings, node->source, "'%s' is %s, found %s%s", name->text, known.bytes,
		       yaml_describe(reader->arena, node),
		       node->kind == YAML_KIND_SCALAR ? nearest_hint(reader, node->text, words, count) : "");
}

void fields_texts(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node, bool single,
		  struct text_list *list)
{
	const char *text = NULL;

	if (node->kind == YAML_KIND_SCALAR && single) {
		fields_word(reader, name, node, &text);
		if (text != NULL)
			*ARRAY_ADD(reader->arena, list) = text;
		return;
	}
	if (node->kind != YAML_KIND_LIST) {
		findings_error(reader->findings, node->source, "'%s' wants a list of texts, found %s", name->text,
			       yaml_describe(reader->arena, node));
		return;
	}
	if (node->list.count == 0 && single)
		findings_error(reader->findings, node->source, "'%s' is an empty list; leave it out", name->text);
	for (size_t i = 0; i < node->list.count; i++) {
		text = NULL;
		fields_word(reader, name, node->list.items[i], &text);
		if (text != NULL)
			*ARRAY_ADD(reader->arena, list) = text;
	}
}

static void add_condition(struct fields_reader *reader, const struct yaml_pair *pair, enum condition_subject subject,
			  struct condition *condition)
{
	struct condition_entry entry = {.subject = subject};
	struct text_list texts = {0};
	struct error err;

	fields_texts(reader, pair->key, pair->value, true, &texts);
	for (size_t i = 0; i < texts.count; i++) {
		const struct yaml_node *node = pair->value->kind == YAML_KIND_LIST ? pair->value->list.items[i]
										   : pair->value;

		if (condition_check(subject, texts.items[i], &err))
			*ARRAY_ADD(reader->arena, &entry) = texts.items[i];
		else
			findings_error(reader->findings, node->source, "'%s' %s, found '%s'", pair->key->text, err.text,
				       texts.items[i]);
	}
	*ARRAY_ADD(reader->arena, condition) = entry;
}

void fields_condition(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	if (node->kind != YAML_KIND_MAP || node->map.count == 0) {
		findings_error(reader->findings, node->source, "'%s' is a map such as {kernel: \">= 4.12\"}, found %s",
			       name->text,
			       node->kind == YAML_KIND_MAP ? "an empty one" : yaml_describe(reader->arena, node));
		return;
	}
	for (size_t i = 0; i < node->map.count; i++) {
		const struct yaml_pair *pair = &node->map.items[i];
		unsigned subject = CONDITION_SUBJECTS;

		for (unsigned j = 0; j < CONDITION_SUBJECTS; j++) {
			if (strcmp(condition_names[j], pair->key->text) == 0 &&
			    strlen(condition_names[j]) == pair->key->length)
				subject = j;
		}
		if (subject == CONDITION_SUBJECTS)
			findings_error(reader->findings, pair->key->source, "unknown field %s in '%s'%s",
				       yaml_describe(reader->arena, pair->key), name->text,
				       nearest_hint(reader, pair->key->text, condition_names, CONDITION_SUBJECTS));
		else
			add_condition(reader, pair, (enum condition_subject)subject, target);
	}
}

void fields_path(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **path)
{
	fields_word(reader, name, node, path);
	if (*path != NULL && ((*path)[0] != '/' || (*path)[1] == '\0'))
		findings_error(reader->findings, node->source, "'%s' is a path that begins with '/', found '%s'",
			       name->text, *path);
}
