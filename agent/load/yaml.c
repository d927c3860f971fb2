#include "yaml.h"

#include <yaml.h>

#include "../base/text.h"

struct reader {
	struct arena *arena;
	const char *file;
	const char *bytes;
	size_t length;
	struct findings *findings;
	yaml_parser_t parser;
};

static void parser_close(yaml_parser_t *const *parser)
{
	yaml_parser_delete(*parser);
}

static struct source at(const struct reader *reader, yaml_mark_t mark)
{
	return (struct source){
		.file = reader->file, .line = (unsigned)mark.line + 1, .column = (unsigned)mark.column + 1};
}

/* The place of a byte; columns count characters. */
static struct source at_offset(const struct reader *reader, size_t offset)
{
	struct source source = {.file = reader->file, .line = 1, .column = 1};

	for (size_t i = 0; i < offset && i < reader->length; i++) {
		source.column += ((unsigned char)reader->bytes[i] & 0xc0) != 0x80;
		if (reader->bytes[i] == '\n') {
			source.line++;
			source.column = 1;
		}
	}
	return source;
}

/* Whether a tab stands at a mark. libyaml counts marks in characters. */
static bool tab_at(const struct reader *reader, yaml_mark_t mark)
{
	size_t i = 0;

	for (size_t left = mark.index; i < reader->length && left > 0; left--) {
		i++;
		while (i < reader->length && ((unsigned char)reader->bytes[i] & 0xc0) == 0x80)
			i++;
	}
	return i < reader->length && reader->bytes[i] == '\t';
}

static void report_problem(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct source source = at(reader, parser->problem_mark);

	switch (parser->error) {
	case YAML_READER_ERROR:
		source = at_offset(reader, parser->problem_offset);
		findings_error(reader->findings, source, "not YAML: %s (0x%02x)", parser->problem,
			       (unsigned)parser->problem_value & 0xffu);
		return;
	case YAML_MEMORY_ERROR:
		findings_error(reader->findings, source, "not YAML: no memory to read it");
		return;
	case YAML_NO_ERROR:
	case YAML_SCANNER_ERROR:
	case YAML_PARSER_ERROR:
	case YAML_COMPOSER_ERROR:
	case YAML_WRITER_ERROR:
	case YAML_EMITTER_ERROR:
		break;
	}
	bool tab = tab_at(reader, parser->problem_mark);
	findings_error(reader->findings, source, "not YAML: %s%s%s%s",
		       parser->problem != NULL ? parser->problem : "cannot be read",
		       parser->context != NULL ? ", " : "", parser->context != NULL ? parser->context : "",
		       tab ? "; a tab stands here, indent with blanks" : "");
}

/* False: the document ends here, with an error found. */
static bool next_event(struct reader *reader, yaml_event_t *event)
{
	if (yaml_parser_parse(&reader->parser, event))
		return true;
	report_problem(reader);
	return false;
}

/* What a profile has no use for. The reading goes on, to find the other faults. */
static void refuse_marks(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
			 const yaml_char_t *tag)
{
	if (anchor != NULL)
		findings_error(reader->findings, at(reader, event->start_mark),
			       "anchors and aliases are not allowed ('&%s'); write the value out",
			       (const char *)anchor);
	if (tag != NULL)
		findings_error(reader->findings, at(reader, event->start_mark),
			       "tags are not allowed ('%s'); quote the value if it is text", (const char *)tag);
}

static const struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, unsigned depth);

static bool read_list(struct reader *reader, struct yaml_node *node, unsigned depth)
{
	yaml_event_t event;

	for (;;) {
		if (!next_event(reader, &event))
			return false;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return true;
		}
		const struct yaml_node *item = read_node(reader, &event, depth + 1);
		if (item == NULL)
			return false;
		*ARRAY_ADD(reader->arena, &node->list) = item;
	}
}

static void add_pair(struct reader *reader, struct yaml_node *node, const struct yaml_node *key,
		     const struct yaml_node *value)
{
	if (key->kind != YAML_KIND_SCALAR) {
		findings_error(reader->findings, key->source, "a key is text, not %s",
			       yaml_describe(reader->arena, key));
		return;
	}
	*ARRAY_ADD(reader->arena, &node->map) = (struct yaml_pair){.key = key, .value = value};
}

static int by_key(const void *left, const void *right)
{
	const struct yaml_node *a = (*(const struct yaml_pair *const *)left)->key,
			       *b = (*(const struct yaml_pair *const *)right)->key;
	int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);

	if (order != 0 || a->length != b->length)
		return order != 0 ? order : a->length < b->length ? -1 : 1;
	if (a->source.line != b->source.line)
		return a->source.line > b->source.line ? 1 : -1;
	return (a->source.column > b->source.column) - (a->source.column < b->source.column);
}

/* The later one is the fault; both keep their place in the map. */
static void find_doubles(struct reader *reader, const struct yaml_node *node)
{
	const struct yaml_pair **sorted = arena_array(reader->arena, node->map.count, sizeof(*sorted));

	for (size_t i = 0; i < node->map.count; i++)
		sorted[i] = &node->map.items[i];
	if (node->map.count > 1)
		qsort(sorted, node->map.count, sizeof(*sorted), by_key);
	for (size_t i = 1; i < node->map.count; i++) {
		const struct yaml_node *first = sorted[i - 1]->key, *second = sorted[i]->key;

		if (first->length == second->length && memcmp(first->text, second->text, first->length) == 0)
			findings_error(reader->findings, second->source, "'%.*s' stands twice; the first is in line %u",
				       (int)(second->length > 80 ? 80 : second->length), second->text,
				       first->source.line);
	}
}

static bool read_map(struct reader *reader, struct yaml_node *node, unsigned depth)
{
	yaml_event_t event;

	for (;;) {
		if (!next_event(reader, &event))
			return false;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			find_doubles(reader, node);
			return true;
		}
		const struct yaml_node *key = read_node(reader, &event, depth + 1);
		if (key == NULL || !next_event(reader, &event))
			return false;
		const struct yaml_node *value = read_node(reader, &event, depth + 1);
		if (value == NULL)
			return false;
		add_pair(reader, node, key, value);
	}
}

static void take_scalar(struct reader *reader, const yaml_event_t *event, struct yaml_node *node)
{
	refuse_marks(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
	node->kind = YAML_KIND_SCALAR;
	node->length = event->data.scalar.length;
	node->text = arena_copy(reader->arena, (const char *)event->data.scalar.value, node->length);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* Takes the event. NULL: an error was found that ends the reading. depth: of lists and maps, this one included. */
static const struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, unsigned depth)
{
	struct yaml_node *node = arena_alloc(reader->arena, sizeof(*node));
	bool good = true;

	node->source = at(reader, event->start_mark);
	if (event->type == YAML_SCALAR_EVENT) {
		take_scalar(reader, event, node);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		refuse_marks(reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
		node->kind = YAML_KIND_LIST;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		refuse_marks(reader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
		node->kind = YAML_KIND_MAP;
	} else if (event->type == YAML_ALIAS_EVENT) {
		findings_error(reader->findings, node->source,
			       "anchors and aliases are not allowed ('*%s'); write the value out",
			       (const char *)event->data.alias.anchor);
		node->kind = YAML_KIND_SCALAR;
		node->text = "";
	} else {
		findings_error(reader->findings, node->source, "the document has no content");
		good = false;
	}
	yaml_event_delete(event);
	if (good && node->kind != YAML_KIND_SCALAR && depth > YAML_DEEPEST) {
		findings_error(reader->findings, node->source, "nested deeper than %d levels", YAML_DEEPEST);
		good = false;
	}
	if (!good || (node->kind == YAML_KIND_LIST && !read_list(reader, node, depth)) ||
	    (node->kind == YAML_KIND_MAP && !read_map(reader, node, depth)))
		return NULL;
	return node;
}

/* Reads and drops one event, which must be of the type. */
static bool skip_event(struct reader *reader, yaml_event_type_t type)
{
	yaml_event_t event;

	if (!next_event(reader, &event))
		return false;
	bool fits = event.type == type;
	if (!fits && event.type == YAML_DOCUMENT_START_EVENT)
		findings_error(reader->findings, at(reader, event.start_mark),
			       "a second document begins here; a file has one");
	else if (!fits)
		findings_error(reader->findings, at(reader, event.start_mark), "the file is empty");
	yaml_event_delete(&event);
	return fits;
}

static bool has_mark(const char *bytes, size_t length)
{
	static const struct {
		const char *bytes;
		size_t length;
	} marks[] = {{"\xef\xbb\xbf", 3}, {"\xff\xfe", 2}, {"\xfe\xff", 2}};

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		if (length >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0)
			return true;
	}
	return false;
}

const struct yaml_node *yaml_read(struct arena *arena, const char *file, const char *bytes, size_t length,
				  struct findings *findings)
{
	struct reader reader = {.arena = arena, .file = file, .bytes = bytes, .length = length, .findings = findings};
	struct source start = {.file = file, .line = 1, .column = 1};
	yaml_event_t event;

	if (has_mark(bytes, length)) {
		findings_error(findings, start, "begins with a byte order mark; save it as UTF-8 without one");
		return NULL;
	}
	if (!yaml_parser_initialize(&reader.parser)) {
		findings_error(findings, start, "no memory to read it");
		return NULL;
	}
	CLEANUP(parser_close) yaml_parser_t *closing = &reader.parser;
	yaml_parser_set_encoding(closing, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, length);
	if (!skip_event(&reader, YAML_STREAM_START_EVENT) || !skip_event(&reader, YAML_DOCUMENT_START_EVENT) ||
	    !next_event(&reader, &event))
		return NULL;
	const struct yaml_node *root = read_node(&reader, &event, 1);
	if (root == NULL || !skip_event(&reader, YAML_DOCUMENT_END_EVENT) ||
	    !skip_event(&reader, YAML_STREAM_END_EVENT))
		return NULL;
	return root;
}

static bool plain_word(const struct yaml_node *node, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (node->kind == YAML_KIND_SCALAR && node->plain && strcmp(node->text, words[i]) == 0 &&
		    strlen(words[i]) == node->length)
			return true;
	}
	return false;
}

bool yaml_is_null(const struct yaml_node *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	return plain_word(node, words, COUNT_OF(words));
}

bool yaml_is_boolean(const struct yaml_node *node, bool *value)
{
	static const char *const yes[] = {"true", "True", "TRUE"}, *const no[] = {"false", "False", "FALSE"};

	*value = plain_word(node, yes, COUNT_OF(yes));
	return *value || plain_word(node, no, COUNT_OF(no));
}

bool yaml_is_integer(const struct yaml_node *node)
{
	if (node->kind != YAML_KIND_SCALAR || !node->plain || node->length == 0)
		return false;
	const char *digits = node->text + (node->text[0] == '-' || node->text[0] == '+');
	bool hex = text_starts(node->text, "0x"), octal = text_starts(node->text, "0o");
	if (hex || octal)
		return node->text[2] != '\0' &&
		       node->text[2 + strspn(node->text + 2, hex ? "0123456789abcdefABCDEF" : "01234567")] == '\0';
	return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

bool yaml_is_fraction(const struct yaml_node *node)
{
	static const char *const words[] = {".inf", "-.inf", "+.inf", ".Inf", "-.Inf", "+.Inf",
					    ".INF", "-.INF", "+.INF", ".nan", ".NaN",  ".NAN"};

	if (plain_word(node, words, COUNT_OF(words)))
		return true;
	if (node->kind != YAML_KIND_SCALAR || !node->plain)
		return false;
	const char *c = node->text + (node->text[0] == '-' || node->text[0] == '+');
	size_t whole = strspn(c, "0123456789"), fraction = 0;
	bool dot = c[whole] == '.', exponent = false;
	c += whole;
	if (dot) {
		fraction = strspn(c + 1, "0123456789");
		c += 1 + fraction;
	}
	if (whole + fraction > 0 && (*c == 'e' || *c == 'E')) {
		const char *digits = c + 1 + (c[1] == '-' || c[1] == '+');

		exponent = strspn(digits, "0123456789") > 0;
		c = exponent ? digits + strspn(digits, "0123456789") : c;
	}
	return whole + fraction > 0 && (dot || exponent) && *c == '\0';
}

const char *yaml_describe(struct arena *arena, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_KIND_SCALAR:
		return yaml_is_null(node) ? "nothing"
					  : arena_printf(arena, "'%.*s'", (int)(node->length > 60 ? 60 : node->length),
							 node->text);
	case YAML_KIND_LIST:
		return "a list";
	case YAML_KIND_MAP:
		return "a map";
	}
	return "something else";
}
