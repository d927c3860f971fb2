#include "load_requirement.h"

#include "../base/text.h"
#include "load_value.h"

enum { EXCEPTIONS_MOST = 1000 };

/* One requirement while its fields are read: the forms are counted, and read when the whole map has been seen. */
struct pending {
	struct requirement requirement;
	const struct catalogue_row *row;
	const char *name; /* the key as people write it */
	const struct yaml_node *key;
	const struct yaml_node *value, *min, *max, *one_of, *scale, *unmanaged, *except;
	const struct yaml_node *form, *second_form; /* the fields that name a form; only one may */
	const struct yaml_node *option;             /* the first that an unmanaged parameter has no use for */
};

/* min and max are one form together. */
static void take_form(struct pending *pending, const struct yaml_node *name)
{
	bool bounds = pending->form != NULL &&
		      (text_equal(pending->form->text, "min") || text_equal(pending->form->text, "max")) &&
		      (text_equal(name->text, "min") || text_equal(name->text, "max"));

	if (pending->form == NULL)
		pending->form = name;
	else if (!bounds && pending->second_form == NULL)
		pending->second_form = name;
}

static void pending_value(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	(void)reader;
	take_form(target, name);
	((struct pending *)target)->value = node;
}

static void pending_min(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	(void)reader;
	take_form(target, name);
	((struct pending *)target)->min = node;
}

static void pending_max(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	(void)reader;
	take_form(target, name);
	((struct pending *)target)->max = node;
}

static void pending_one_of(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			   void *target)
{
	(void)reader;
	take_form(target, name);
	((struct pending *)target)->one_of = node;
}

static void pending_scale(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	(void)reader;
	take_form(target, name);
	((struct pending *)target)->scale = node;
}

static void pending_unmanaged(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			      void *target)
{
	bool yes = false;

	if (!yaml_is_boolean(node, &yes) || !yes)
		findings_error(reader->findings, node->source, "'%s' can only be true, found %s", name->text,
			       yaml_describe(reader->arena, node));
	take_form(target, name);
	((struct pending *)target)->unmanaged = node;
}

static void take_option(struct pending *pending, const struct yaml_node *name)
{
	if (pending->option == NULL)
		pending->option = name;
}

static void pending_why(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	fields_text(reader, name, node, &((struct pending *)target)->requirement.why);
}

static void pending_severity(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			     void *target)
{
	unsigned index = SEVERITY_MEDIUM;

	take_option(target, name);
	fields_choice(reader, name, node, severity_names, SEVERITIES, &index);
	((struct pending *)target)->requirement.severity = (enum severity)index;
}

static void pending_controls(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			     void *target)
{
	take_option(target, name);
	fields_texts(reader, name, node, false, &((struct pending *)target)->requirement.controls);
}

static void pending_when(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	fields_condition(reader, name, node, &((struct pending *)target)->requirement.when);
}

static void pending_except(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			   void *target)
{
	struct pending *pending = target;

	take_option(target, name);
	pending->except = name;
	fields_texts(reader, name, node, false, &pending->requirement.except);
	if (pending->requirement.except.count > EXCEPTIONS_MOST)
		findings_error(reader->findings, name->source, "'except' has more than %d entries", EXCEPTIONS_MOST);
	for (size_t i = 0; i < pending->requirement.except.count; i++) {
		if (strpbrk(pending->requirement.except.items[i], "=#;\"'\\{}/ ") != NULL)
			findings_error(reader->findings, name->source,
				       "'except' names interfaces, and none is called '%s'",
				       pending->requirement.except.items[i]);
	}
}

static void pending_optional(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			     void *target)
{
	take_option(target, name);
	fields_boolean(reader, name, node, &((struct pending *)target)->requirement.optional);
}

static void pending_accept(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			   void *target)
{
	take_option(target, name);
	fields_boolean(reader, name, node, &((struct pending *)target)->requirement.accept_hazard);
}

static void pending_manage(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			   void *target)
{
	static const char *const sides[] = {"live", "boot"};
	struct requirement *requirement = &((struct pending *)target)->requirement;
	bool given[COUNT_OF(sides)] = {false, false};

	if (node->kind != YAML_KIND_LIST || node->list.count == 0) {
		findings_error(reader->findings, node->source, "'%s' is a list of live and boot, found %s", name->text,
			       node->kind == YAML_KIND_LIST ? "an empty one" : yaml_describe(reader->arena, node));
		return;
	}
	for (size_t i = 0; i < node->list.count; i++) {
		unsigned index = COUNT_OF(sides);

		fields_choice(reader, name, node->list.items[i], sides, COUNT_OF(sides), &index);
		if (index < COUNT_OF(sides) && given[index])
			findings_error(reader->findings, node->list.items[i]->source, "'%s' names %s twice", name->text,
				       sides[index]);
		if (index < COUNT_OF(sides))
			given[index] = true;
	}
	take_option(target, name);
	requirement->manage_live = given[0];
	requirement->manage_boot = given[1];
}

static const struct field requirement_fields[] = {
	{"value", pending_value, false},       {"min", pending_min, false},
	{"max", pending_max, false},           {"one_of", pending_one_of, false},
	{"scale", pending_scale, false},       {"unmanaged", pending_unmanaged, false},
	{"why", pending_why, false},           {"severity", pending_severity, false},
	{"controls", pending_controls, false}, {"when", pending_when, false},
	{"except", pending_except, false},     {"optional", pending_optional, false},
	{"manage", pending_manage, false},     {"accept_hazard", pending_accept, false},
};

static struct load_target target_of(struct fields_reader *reader, const struct pending *pending, const char *what)
{
	return (struct load_target){
		.row = pending->row,
		.name = pending->name,
		.what = arena_printf(reader->arena, "%s %s", what, pending->name),
	};
}

static void read_bounds(struct fields_reader *reader, struct pending *pending)
{
	struct requirement *requirement = &pending->requirement;

	struct load_target min = target_of(reader, pending, "the min of");
	struct load_target max = target_of(reader, pending, "the max of");

	requirement->kind = REQUIREMENT_BOUNDS;
	if (pending->min != NULL)
		requirement->min = load_bound(reader, &min, pending->min);
	if (pending->max != NULL)
		requirement->max = load_bound(reader, &max, pending->max);
	if (pending->min == NULL || requirement->min == NULL || requirement->max == NULL)
		return;
	number numbers[VALUE_FIELDS];
	size_t low_count, high_count;
	if (value_numbers(requirement->min, true, numbers, &low_count) &&
	    value_numbers(requirement->max, true, numbers, &high_count) && low_count != high_count && low_count > 1 &&
	    high_count > 1)
		findings_error(reader->findings, pending->min->source,
			       "the min and the max of %s have %zu and %zu numbers", pending->name, low_count,
			       high_count);
	else if (low_count > 1 ? !value_within(NULL, requirement->min, NULL, requirement->max)
			       : !value_within(NULL, requirement->max, requirement->min, NULL))
		findings_error(reader->findings, pending->min->source, "the min of %s is above its max: %s > %s",
			       pending->name, requirement->min, requirement->max);
}

static void read_one_of(struct fields_reader *reader, struct pending *pending)
{
	const struct yaml_node *node = pending->one_of;

	struct load_target target = target_of(reader, pending, "an entry in one_of of");

	pending->requirement.kind = REQUIREMENT_ONE_OF;
	if (node->kind != YAML_KIND_LIST || node->list.count == 0) {
		findings_error(reader->findings, node->source, "'one_of' is a list of values, found %s",
			       node->kind == YAML_KIND_LIST ? "an empty one" : yaml_describe(reader->arena, node));
		return;
	}
	for (size_t i = 0; i < node->list.count; i++) {
		const char *value = load_value(reader, &target, node->list.items[i]);

		if (value != NULL)
			*ARRAY_ADD(reader->arena, &pending->requirement.one_of) = value;
	}
}

static void read_value(struct fields_reader *reader, struct pending *pending)
{
	struct load_target target = target_of(reader, pending, "the value of");

	pending->requirement.kind = REQUIREMENT_VALUE;
	pending->requirement.value = load_value(reader, &target, pending->value);
}

static void read_scale(struct fields_reader *reader, struct pending *pending)
{
	pending->requirement.kind = REQUIREMENT_SCALE;
	if (load_scale(reader, pending->scale, &pending->requirement.scale) && pending->row != NULL &&
	    (!load_is_numeric(pending->row) || pending->row->class == VALUE_VECTOR))
		findings_error(reader->findings, pending->scale->source,
			       "%s is not one number and has no scale; use value or one_of", pending->name);
}

/* Exactly one form, or an error. */
static void read_form(struct fields_reader *reader, struct pending *pending, const struct yaml_node *node)
{
	static const char forms[] = "value, min or max, one_of, scale and unmanaged";

	if (pending->form == NULL)
		findings_error(reader->findings, node->source, "%s wants one of %s", pending->name, forms);
	else if (pending->second_form != NULL)
		findings_error(reader->findings, pending->second_form->source,
			       "'%s' beside '%s': %s wants only one of %s", pending->second_form->text,
			       pending->form->text, pending->name, forms);
	else if (pending->value != NULL)
		read_value(reader, pending);
	else if (pending->one_of != NULL)
		read_one_of(reader, pending);
	else if (pending->scale != NULL)
		read_scale(reader, pending);
	else if (pending->unmanaged != NULL)
		pending->requirement.kind = REQUIREMENT_UNMANAGED;
	else
		read_bounds(reader, pending);
}

static bool hazardous(const struct requirement *requirement, const struct catalogue_row *row)
{
	switch (requirement->kind) {
	case REQUIREMENT_VALUE:
		return requirement->value != NULL && value_hazardous(row, requirement->value);
	case REQUIREMENT_BOUNDS:
		return (requirement->min != NULL && value_hazardous(row, requirement->min)) ||
		       (requirement->max != NULL && value_hazardous(row, requirement->max));
	case REQUIREMENT_ONE_OF:
		for (size_t i = 0; i < requirement->one_of.count; i++) {
			if (value_hazardous(row, requirement->one_of.items[i]))
				return true;
		}
		return false;
	case REQUIREMENT_SCALE:
		return row->hazard != HAZARD_NONE;
	case REQUIREMENT_UNMANAGED:
		return false;
	}
	return false;
}

/* `reached`: how to call the row's key, which is not the parameter's own name for a wildcard. */
static void check_row(struct fields_reader *reader, const struct pending *pending, const struct catalogue_row *row,
		      const char *reached)
{
	struct source source = pending->key->source;

	switch (row->access) {
	case ACCESS_READ_WRITE:
		break;
	case ACCESS_READ_ONLY:
		findings_ruled(reader->findings, RULE_READ_ONLY_KEY, source, "%s can only be read", reached);
		return;
	case ACCESS_WRITE_ONLY:
	case ACCESS_ACTION:
		findings_ruled(reader->findings, RULE_ACTION_KEY, source,
			       "%s is an action, not a setting: writing it does something at once and keeps nothing",
			       reached);
		return;
	}
	if (!pending->requirement.accept_hazard && hazardous(&pending->requirement, row))
		findings_ruled(reader->findings, RULE_HAZARD, source,
			       "%s is hazardous: %s; add 'accept_hazard: true' if it is meant", reached,
			       catalogue_text(row)->hazard_note);
}

/* What the catalogue forbids: of the key itself, and of every key that a wildcard can reach. */
static void check_access(struct fields_reader *reader, const struct pending *pending)
{
	if (pending->requirement.kind == REQUIREMENT_UNMANAGED)
		return;
	if (pending->row != NULL)
		check_row(reader, pending, pending->row, pending->name);
	for (size_t i = 0; i < catalogue_row_count && pending->requirement.key.glob; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (row != pending->row && catalogue_glob_reaches(pending->requirement.key.path, row))
			check_row(reader, pending, row,
				  arena_printf(reader->arena, "%s reaches %s, which", pending->name,
					       key_name(reader->arena, row->key)));
	}
}

static void check_options(struct fields_reader *reader, const struct pending *pending)
{
	const struct requirement *requirement = &pending->requirement;

	if (pending->except != NULL && !requirement->key.glob)
		findings_error(reader->findings, pending->except->source,
			       "'except' needs a wildcard in the key; %s has none", pending->name);
	if (requirement->kind == REQUIREMENT_UNMANAGED && pending->option != NULL)
		findings_error(reader->findings, pending->option->source,
			       "'%s' means nothing for an unmanaged parameter; only 'why' and 'when' go with it",
			       pending->option->text);
	/* Longer values would come out of the next boot as something else. */
	const char *longest = requirement->kind == REQUIREMENT_VALUE ? requirement->value
			      : requirement->one_of.count > 0        ? requirement->one_of.items[0]
								     : NULL;
	if (requirement->manage_boot && longest != NULL && strlen(longest) > VALUE_ONE_PIECE)
		findings_error(
			reader->findings, pending->value != NULL ? pending->value->source : pending->key->source,
			"the value of %s has %zu bytes; boot loaders write at most %d in one piece, so add 'manage: [live]'",
			pending->name, strlen(longest), VALUE_ONE_PIECE);
}

void load_requirement(struct fields_reader *reader, const struct yaml_pair *pair, struct profile *profile)
{
	struct pending pending = {
		.key = pair->key,
		.requirement = {.source = pair->key->source,
				.severity = SEVERITY_MEDIUM,
				.manage_live = true,
				.manage_boot = true},
	};
	struct error err;

	if (!key_parse(reader->arena, pair->key->text, pair->key->length, &pending.requirement.key, &err)) {
		findings_error(reader->findings, pair->key->source, "%s: %s", yaml_describe(reader->arena, pair->key),
			       err.text);
		return;
	}
	pending.row = catalogue_find(pending.requirement.key.path);
	pending.name = key_name(reader->arena, pending.requirement.key.path);
	if (pair->value->kind == YAML_KIND_MAP) {
		fields_read(reader, pair->value, requirement_fields, COUNT_OF(requirement_fields), pending.name,
			    &pending);
		read_form(reader, &pending, pair->value);
	} else {
		pending.value = pair->value;
		read_value(reader, &pending);
	}
	check_access(reader, &pending);
	check_options(reader, &pending);
	*ARRAY_ADD(reader->arena, profile) = pending.requirement;
}
