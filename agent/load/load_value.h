/*
 * A requirement's values: from YAML nodes to the text that will be written, held to what the catalogue knows of the key.
 */
#ifndef HOLDFAST_LOAD_LOAD_VALUE_H
#define HOLDFAST_LOAD_LOAD_VALUE_H

#include "../core/value.h"
#include "fields.h"

/* What a value is for. */
struct load_target {
	const struct catalogue_row *row; /* may be NULL */
	const char *name;                /* the key, dotted */
	const char *what;                /* "the value of net.core.somaxconn", for messages */
};

/* Whether values of the row can be compared as numbers. */
bool load_is_numeric(const struct catalogue_row *row);
/* A scalar or a list of scalars; lists become "a b c", for range sets "a,b,c". NULL when an error was found. */
const char *load_value(struct fields_reader *reader, const struct load_target *target, const struct yaml_node *node);
/* One or more numbers for min or max. NULL when an error was found. */
const char *load_bound(struct fields_reader *reader, const struct load_target *target, const struct yaml_node *node);
/* Reads {of: memory, ratio: 1/16384, min: 1, max: 2}; false when an error was found. */
bool load_scale(struct fields_reader *reader, const struct yaml_node *node, struct requirement_scale *scale);

#endif
