/*
 * YAML to nodes, each with its line and column. The only module that knows libyaml.
 *
 * What a profile has no use for is refused, not guessed at: a byte order mark, anchors and aliases (they can blow a small
 * file up), tags, a second document, nesting over 16, keys that are not plain text, the same key twice.
 */
#ifndef HOLDFAST_LOAD_YAML_H
#define HOLDFAST_LOAD_YAML_H

#include <stdbool.h>

#include "../core/findings.h"

enum { YAML_FILE_LONGEST = 1 << 20, YAML_DEEPEST = 16 };

struct yaml_node;
struct yaml_pair {
	const struct yaml_node *key; /* always a scalar */
	const struct yaml_node *value;
};

enum yaml_kind { YAML_KIND_SCALAR, YAML_KIND_LIST, YAML_KIND_MAP };

struct yaml_node {
	enum yaml_kind kind;
	struct source source;
	const char *text; /* scalar; may hold NULs, see length */
	size_t length;
	bool plain; /* scalar without quotes: null, true and 1.5 mean something only then */
	struct {
		const struct yaml_node **items;
		size_t count, capacity;
	} list;
	struct {
		struct yaml_pair *items;
		size_t count, capacity;
	} map;
};

/*
 * The root of the document, NULL when there is none: then findings has at least one error more. Faults that leave a tree
 * (such as a key given twice) are added to findings as well, and the tree is returned.
 */
const struct yaml_node *yaml_read(struct arena *arena, const char *file, const char *bytes, size_t length,
				  struct findings *findings);

/* Plain and one of: nothing, ~, null. */
bool yaml_is_null(const struct yaml_node *node);
/* Plain true or false; *value says which. */
bool yaml_is_boolean(const struct yaml_node *node, bool *value);
/* Plain and a whole number, in decimal, octal (0o17) or hexadecimal (0x1f). */
bool yaml_is_integer(const struct yaml_node *node);
/* Plain and a number with a fraction or an exponent, or not a number at all (.inf, .nan). */
bool yaml_is_fraction(const struct yaml_node *node);
/* "a list", "a map", "'text'": what was found, for messages. */
const char *yaml_describe(struct arena *arena, const struct yaml_node *node);

#endif
