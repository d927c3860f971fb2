#include "../base/text.h"
#include "key.h"
#include "lint.h"
#include "value.h"

static const char blanks[] = " \t\r";

/* One line, cut into its parts; the slices lie in the file. */
struct line {
	const char *bytes;
	size_t length;
	const char *key, *value; /* value: NULL when there is no '=' */
	const char *path;        /* of the key, up to its first blank: what stands behind one may be a secret */
	size_t key_length, value_length;
	bool dash, blank_behind_dash;
	struct source source;
};

static size_t skip(const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < length && strchr(blanks, bytes[count]) != NULL && bytes[count] != '\0')
		count++;
	return count;
}

static size_t trimmed(const char *bytes, size_t length)
{
	while (length > 0 && bytes[length - 1] != '\0' && strchr(blanks, bytes[length - 1]) != NULL)
		length--;
	return length;
}

/* False: nothing but blanks or a comment. */
static bool line_cut(struct line *line)
{
	size_t start = skip(line->bytes, line->length), end = trimmed(line->bytes, line->length);

	if (start >= end || line->bytes[start] == '#' || line->bytes[start] == ';')
		return false;
	line->source.column = (unsigned)start + 1;
	const char *equals = memchr(line->bytes + start, '=', end - start);
	size_t key_end = equals != NULL ? (size_t)(equals - line->bytes) : end;
	line->dash = line->bytes[start] == '-';
	start += line->dash;
	line->blank_behind_dash = line->dash && start < key_end && strchr(blanks, line->bytes[start]) != NULL;
	start += skip(line->bytes + start, key_end - start);
	line->key = line->bytes + start;
	line->key_length = trimmed(line->key, key_end - start);
	if (equals == NULL)
		return true;
	size_t value = key_end + 1;
	value += skip(line->bytes + value, end - value);
	line->value = line->bytes + value;
	line->value_length = end - value;
	return true;
}

static void add(const struct lint *lint, const struct line *line, enum rule rule, enum finding_severity severity,
		const char *text, const char *remedy)
{
	const struct finding finding = {.source = line->source, .rule = rule, .severity = severity, .remedy = remedy};

	lint_add(lint, &finding, line->path[0] != '\0' ? line->path : NULL, "%s", text);
}

/* Of a line that is no assignment, nothing is repeated: it may be the rest of a secret. */
static void add_bare(const struct lint *lint, const struct line *line, const char *text, const char *remedy)
{
	const struct finding finding = {
		.source = line->source, .rule = RULE_NOT_AN_ASSIGNMENT, .severity = FINDING_WARNING, .remedy = remedy};

	lint_add(lint, &finding, NULL, "%s", text);
}

static void check_value(const struct lint *lint, const struct line *line)
{
	const struct catalogue_row *row = catalogue_find(line->path);
	const char *value = line->value;
	size_t length = line->value_length;
	bool numeric = value_is_numeric(row);
	bool open = length > 0 && (value[0] == '"' || value[0] == '\'');
	bool shut = length > 0 && (value[length - 1] == '"' || value[length - 1] == '\'');

	if (numeric ? open || shut : open && length >= 2 && value[length - 1] == value[0])
		add(lint, line, RULE_QUOTED_VALUE, numeric ? FINDING_ERROR : FINDING_WARNING,
		    numeric ? "the quotes are part of the value, and the kernel refuses it"
			    : "the quotes become part of the value",
		    "Write the value without quotes.");
	else if (value_before_comment(value, length) < length)
		add(lint, line, RULE_INLINE_COMMENT, numeric ? FINDING_WARNING : FINDING_ERROR,
		    numeric ? "comments stand on lines of their own; this one is ignored only because the kernel stops "
			      "reading a number at a blank"
			    : "comments stand on lines of their own; this one becomes part of the value",
		    "Put the comment on a line of its own.");
	if (length == 0 && numeric)
		add(lint, line, RULE_EMPTY_VALUE, FINDING_ERROR,
		    "the value is empty, which the kernel refuses for a number",
		    "Give it a value, or delete the line.");
}

static void check_line(const struct lint *lint, struct line *line)
{
	line->path = "";
	if (!line_cut(line))
		return;
	size_t length = 0;
	while (length < line->key_length && strchr(" \t\r", line->key[length]) == NULL)
		length++;
	char *path = arena_copy(lint->arena, line->key, length);
	key_swap(path);
	line->path = path;
	if (memchr(line->bytes, '\r', line->length) != NULL)
		add(lint, line, RULE_CARRIAGE_RETURN, FINDING_NOTE,
		    "the line has a carriage return; loaders differ in what they make of one",
		    "Save the file with Unix line ends.");
	if (line->blank_behind_dash)
		add(lint, line, RULE_BLANK_AFTER_DASH, lint->systemd ? FINDING_NOTE : FINDING_WARNING,
		    "with a blank behind the dash, procps looks for a key that begins with that blank",
		    "Write -key without a blank.");
	if (memchr(line->bytes, '\0', line->length) != NULL)
		add(lint, line, RULE_NOT_AN_ASSIGNMENT, FINDING_ERROR,
		    "the line holds a NUL, where each loader cuts it elsewhere", "Save the file as plain text.");
	else if (line->value != NULL && line->key_length == 0)
		add(lint, line, RULE_NOT_AN_ASSIGNMENT, FINDING_WARNING, "there is no key before the '='",
		    "Complete it, or put a # before it.");
	else if (line->value != NULL && !line->dash && memchr(line->key, ' ', line->key_length) != NULL)
		add(lint, line, RULE_NOT_AN_ASSIGNMENT, FINDING_WARNING, "the key holds a blank, so no loader finds it",
		    "Write 'key = value', and nothing before it.");
	else if (line->value == NULL && !line->dash)
		add_bare(lint, line, "this is neither 'key = value' nor a comment",
			 "Complete it, or put a # before it.");
	else if (line->value != NULL)
		check_value(lint, line);
	if (!lint->wildcards && line->value != NULL && text_is_glob(line->path))
		add(lint, line, RULE_GLOB_WITHOUT_MATCH, FINDING_WARNING,
		    "procps before version 4 knows no wildcards, so the line sets nothing",
		    "Write a line for each key.");
}

void lint_lines(const struct lint *lint, const char *file, const char *bytes, size_t length)
{
	struct line line = {.source = {.file = file}};
	size_t start = 0;

	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		line.source.line = line.source.column = 1;
		line.path = "";
		add(lint, &line, RULE_BYTE_ORDER_MARK, FINDING_ERROR,
		    "the file begins with a byte order mark, which becomes part of the first key",
		    "Save it without one.");
		start = 3;
	}
	for (unsigned count = 1; start < length; count++) {
		const char *newline = memchr(bytes + start, '\n', length - start);
		size_t end = newline != NULL ? (size_t)(newline - bytes) : length;

		line = (struct line){
			.bytes = bytes + start, .length = end - start, .source = {.file = file, .line = count}};
		check_line(lint, &line);
		start = end + 1;
	}
}
