#include "load_value.h"

#include "../base/text.h"

/* What a value must not hold: it would end its line in the sysctl file, or be lost there. */
static bool fits_a_line(struct fields_reader *reader, const char *what, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->length; i++) {
		unsigned char c = (unsigned char)node->text[i];

		if (c == '\n' || c == '\r') {
			findings_error(reader->findings, node->source,
				       "%s holds a line break, which would add a line of its own to the sysctl file",
				       what);
			return false;
		}
		if ((c < ' ' && c != '\t') || c == 0x7f) {
			findings_error(reader->findings, node->source, "%s holds the control character 0x%02x", what,
				       c);
			return false;
		}
	}
	if (node->length > 0 &&
	    (strchr(" \t", node->text[0]) != NULL || strchr(" \t", node->text[node->length - 1]) != NULL)) {
		findings_error(reader->findings, node->source,
			       "%s begins or ends with a blank, which no sysctl file keeps", what);
		return false;
	}
	return true;
}

/* A plain scalar of digits that no 64 bits hold. */
static bool too_large(const struct yaml_node *node)
{
	number value;
	size_t sign = node->text[0] == '-';

	return node->plain && node->length > sign + 10 &&
	       strspn(node->text + sign, "0123456789") == node->length - sign && node->text[sign] != '0' &&
	       !number_read(node->text, node->length, &value);
}

static const char *scalar(struct fields_reader *reader, const char *what, const struct yaml_node *node)
{
	struct findings *findings = reader->findings;
	bool word;

	if (node->kind != YAML_KIND_SCALAR)
		findings_error(findings, node->source, "%s is a number or text, found %s", what,
			       yaml_describe(reader->arena, node));
	else if (yaml_is_null(node))
		findings_error(findings, node->source, "%s is missing; an empty one is written ''", what);
	else if (yaml_is_boolean(node, &word))
		findings_error(findings, node->source,
			       "%s is a number or text, found %s; write %d, or quote it if it is text", what,
			       node->text, word);
	else if (yaml_is_fraction(node))
		findings_error(findings, node->source, "%s is a whole number or text, found %s; quote it if it is text",
			       what, yaml_describe(reader->arena, node));
	else if (too_large(node))
		findings_error(findings, node->source, "%s is %.40s, which does not fit in 64 bits", what, node->text);
	else if (fits_a_line(reader, what, node))
		return node->text;
	return NULL;
}

static const char *joined(struct fields_reader *reader, const char *separator, const char *what,
			  const struct yaml_node *node)
{
	struct text text = {.arena = reader->arena};
	bool good = true;

	if (node->list.count == 0) {
		findings_error(reader->findings, node->source, "%s is an empty list", what);
		return NULL;
	}
	for (size_t i = 0; i < node->list.count; i++) {
		const char *item = scalar(reader, what, node->list.items[i]);

		if (item == NULL)
			good = false;
		else
			text_format(&text, "%s%s", i > 0 ? separator : "", item);
	}
	return good ? text.bytes : NULL;
}

const char *load_value(struct fields_reader *reader, const struct load_target *target, const struct yaml_node *node)
{
	const struct catalogue_row *row = target->row;
	struct error err;
	enum rule rule;
	const char *separator = row != NULL && row->class == VALUE_RANGE_SET ? "," : " ";
	const char *value = node->kind == YAML_KIND_LIST ? joined(reader, separator, target->what, node)
							 : scalar(reader, target->what, node);

	if (value == NULL)
		return NULL;
	if (value_check(row, value, &rule, &err))
		return value;
	bool word = node->kind == YAML_KIND_SCALAR && row != NULL && row->class == VALUE_INTEGER &&
		    (text_equal(value, "yes") || text_equal(value, "no") || text_equal(value, "on") ||
		     text_equal(value, "off"));
	bool octal = node->kind == YAML_KIND_SCALAR && value[0] == '0' && strpbrk(value, "89") != NULL;
	findings_ruled(reader->findings, rule, node->source, "%s %s%s", target->name, err.text,
		       word    ? "; switches are written 1 and 0"
		       : octal ? "; the kernel reads a leading 0 as octal"
			       : "");
	return NULL;
}

/* Each item of a bound must be a number of its own, and is complained about in its own place. */
static bool bound_items(struct fields_reader *reader, const struct load_target *target, const struct yaml_node *node)
{
	bool good = true;
	number value;

	for (size_t i = 0; i < node->list.count; i++) {
		const struct yaml_node *item = node->list.items[i];

		if (number_read(item->text, item->length, &value))
			continue;
		findings_error(reader->findings, item->source, "%s is made of numbers, found %s", target->what,
			       yaml_describe(reader->arena, item));
		good = false;
	}
	return good;
}

const char *load_bound(struct fields_reader *reader, const struct load_target *target, const struct yaml_node *node)
{
	const struct catalogue_row *row = target->row;
	number numbers[VALUE_FIELDS];
	size_t count;
	struct error err;
	enum rule rule;
	const char *bound = node->kind == YAML_KIND_LIST ? joined(reader, " ", target->what, node)
							 : scalar(reader, target->what, node);

	if (bound == NULL || (node->kind == YAML_KIND_LIST && !bound_items(reader, target, node)))
		return NULL;
	if (row != NULL && !load_is_numeric(row)) {
		findings_error(reader->findings, node->source,
			       "%s cannot be: the parameter is no number; use value or one_of", target->what);
		return NULL;
	}
	if (!value_numbers(bound, true, numbers, &count)) {
		findings_error(reader->findings, node->source, "%s is a number, found %s", target->what,
			       yaml_describe(reader->arena, node));
		return NULL;
	}
	/* One number stands for every field of a vector. */
	struct text whole = {.arena = reader->arena};
	for (size_t i = 0; i < (row != NULL && row->class == VALUE_VECTOR && count == 1 ? row->arity : 1); i++)
		text_format(&whole, "%s%s", i > 0 ? " " : "", bound);
	if (row != NULL && !value_check(row, whole.bytes, &rule, &err)) {
		findings_ruled(reader->findings, rule, node->source, "%s: %s", target->what, err.text);
		return NULL;
	}
	return bound;
}

bool load_is_numeric(const struct catalogue_row *row)
{
	return row->class == VALUE_INTEGER || row->class == VALUE_VECTOR || row->class == VALUE_UNKNOWN;
}

struct scale_target {
	struct requirement_scale scale;
	const struct yaml_node *max; /* for the place of a fault */
};

static void scale_of(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		     void *target)
{
	static const char *const words[] = {"memory", "cpus"};
	struct scale_target *scale = target;
	unsigned index = 0;

	fields_choice(reader, name, node, words, COUNT_OF(words), &index);
	scale->scale.of_cpus = index == 1;
}

static void scale_ratio(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	struct requirement_scale *scale = &((struct scale_target *)target)->scale;
	bool good = node->kind == YAML_KIND_SCALAR;

	if (good) {
		size_t slash = strcspn(node->text, "/");

		scale->denominator = 1;
		good = node->text[0] != '0' && node->text[slash + (slash < node->length)] != '0' &&
		       number_decimal(node->text, slash, UINT32_MAX, &scale->numerator) && scale->numerator > 0 &&
		       (slash == node->length || (number_decimal(node->text + slash + 1, node->length - slash - 1,
								 INT64_MAX, &scale->denominator) &&
						  scale->denominator > 0));
	}
	if (!good)
		findings_error(reader->findings, node->source,
			       "'%s' is a whole number or a fraction such as 1/16384, found %s", name->text,
			       yaml_describe(reader->arena, node));
}

static void scale_min(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	struct requirement_scale *scale = &((struct scale_target *)target)->scale;

	scale->has_min = true;
	fields_number(reader, name, node, INT64_MIN, INT64_MAX, &scale->min);
}

static void scale_max(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	struct requirement_scale *scale = &((struct scale_target *)target)->scale;

	scale->has_max = true;
	((struct scale_target *)target)->max = node;
	fields_number(reader, name, node, INT64_MIN, INT64_MAX, &scale->max);
}

bool load_scale(struct fields_reader *reader, const struct yaml_node *node, struct requirement_scale *scale)
{
	static const struct field fields[] = {
		{"of", scale_of, true},
		{"ratio", scale_ratio, true},
		{"min", scale_min, false},
		{"max", scale_max, false},
	};
	struct scale_target target = {.scale = {.denominator = 1}};
	size_t before = reader->findings->errors;

	fields_read(reader, node, fields, COUNT_OF(fields), "'scale'", &target);
	if (reader->findings->errors == before && target.scale.has_min && target.scale.has_max &&
	    target.scale.min > target.scale.max)
		findings_error(reader->findings, target.max->source, "the max of the scale is below its min");
	if (reader->findings->errors > before)
		return false;
	*scale = target.scale;
	return true;
}
