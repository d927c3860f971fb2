/*
 * Maps with known fields: the one way in which profile and settings are taken apart. A table names the fields and what
 * reads each; unknown ones are errors with the nearest known name.
 */
#ifndef HOLDFAST_LOAD_FIELDS_H
#define HOLDFAST_LOAD_FIELDS_H

#include "../core/profile.h"
#include "yaml.h"

struct fields_reader {
	struct arena *arena;
	struct findings *findings;
};

struct field {
	const char *name;
	/* Reads node into target; what is wrong goes to the findings. name is the field's key, for messages and places. */
	void (*read)(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		     void *target);
	bool required;
};

/* Walks a map; anything else is an error that calls it `what`. */
void fields_read(struct fields_reader *reader, const struct yaml_node *node, const struct field *fields, size_t count,
		 const char *what, void *target);

/* One scalar each; on a fault an error is found and the output stays. */
void fields_text(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **text);
/* One line, not empty. */
void fields_word(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **text);
void fields_boolean(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		    bool *value);
void fields_number(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		   int64_t least, int64_t most, int64_t *value);
/* The index of the word among words, or an error with the nearest. */
void fields_choice(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		   const char *const *words, size_t count, unsigned *index);
/* A list of words; a single one counts as a list of one when `single`. */
void fields_texts(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node, bool single,
		  struct text_list *list);
/* Whether text is a name as profiles and destinations have it, and the rule in words. */
bool fields_is_name(const char *text);
extern const char fields_name_rule[];
/* A `when` map. target is a struct condition. */
void fields_condition(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target);
/* An absolute path. */
void fields_path(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		 const char **path);

#endif
