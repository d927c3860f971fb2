#include "report_capture.h"

#include "../core/value.h"

/* The code point of a well-formed character of several bytes. */
static unsigned code_point(const unsigned char *c, size_t length)
{
	return length == 2   ? (c[0] & 0x1fu) << 6 | (c[1] & 0x3fu)
	       : length == 3 ? (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu)
			     : (c[0] & 0x07u) << 18 | (c[1] & 0x3fu) << 12 | (c[2] & 0x3fu) << 6 | (c[3] & 0x3fu);
}

/* Text as a double-quoted scalar of YAML. */
static const char *quoted(struct arena *arena, const char *text)
{
	struct text out = {.arena = arena};

	text_string(&out, "\"");
	for (size_t length; *text != '\0'; text += length) {
		unsigned char c = (unsigned char)*text;

		length = text_utf8(text);
		if (length == 0) {
			length = 1;
			text_format(&out, "\\x%02X", c);
		} else if (c == '"' || c == '\\') {
			text_format(&out, "\\%c", c);
		} else if (c < ' ' || c == 0x7f) {
			text_format(&out, "\\x%02X", c);
		} else if (text_unseen(text, length)) {
			text_format(&out, "\\U%08X", code_point((const unsigned char *)text, length));
		} else {
			text_add(&out, text, length);
		}
	}
	text_string(&out, "\"");
	return out.bytes;
}

/* Whether YAML takes the word for the number that it is written as. */
static bool is_plain_number(const char *word, size_t length)
{
	size_t sign = length > 0 && word[0] == '-';

	return length > sign && length - sign <= 18 && strspn(word + sign, "0123456789") >= length - sign &&
	       (word[sign] != '0' || length == sign + 1);
}

static const char *scalar(struct arena *arena, const struct catalogue_row *row, const char *value)
{
	struct text list = {.arena = arena};
	size_t count = 0;

	if (is_plain_number(value, strlen(value)))
		return value;
	for (const char *word = value + strspn(value, " \t"); *word != '\0'; word += strspn(word, " \t")) {
		size_t length = strcspn(word, " \t");

		if (row == NULL || row->class != VALUE_VECTOR || !is_plain_number(word, length))
			return quoted(arena, value);
		text_format(&list, "%s%.*s", count++ > 0 ? ", " : "", (int)length, word);
		word += length;
	}
	return count > 1 ? arena_printf(arena, "[%s]", list.bytes) : quoted(arena, value);
}

static const char *key_text(struct arena *arena, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/*-";
	const char *name = key_name(arena, path);

	return strspn(name, plain) == strlen(name) ? name : quoted(arena, name);
}

static void comment(struct text *out, const char *indent, const char *text)
{
	text_format(out, "%s# %s\n", indent, text_printable(out->arena, text));
}

/* A name that YAML would take for a number or a word of its own is quoted. */
static const char *name_text(struct arena *arena, const char *name)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
	bool plain = strpbrk(name, "abcdefghijklmnopqrstuvwxyz") == name;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		plain = plain && strcmp(name, words[i]) != 0;
	return plain ? name : quoted(arena, name);
}

static void add_except(struct text *out, const struct text_list *except)
{
	text_string(out, ", except: [");
	for (size_t i = 0; i < except->count; i++)
		text_format(out, "%s%s", i > 0 ? ", " : "", quoted(out->arena, except->items[i]));
	text_string(out, "]");
}

static void add_item(struct text *out, const struct capture_item *item)
{
	static const char *const forms[] = {[CAPTURE_VALUE] = "value", [CAPTURE_MIN] = "min", [CAPTURE_MAX] = "max"};
	struct arena *arena = out->arena;
	const char *value = scalar(arena, item->row, item->value);
	const char *place = item->source.file == NULL ? NULL
			    : item->source.line > 0 ? arena_printf(arena, "%s:%u", item->source.file, item->source.line)
						    : item->source.file;

	if (place != NULL || item->remark != NULL)
		comment(out, "  ",
			arena_printf(arena, "%s%s%s", place != NULL ? place : "",
				     place != NULL && item->remark != NULL ? "; " : "",
				     item->remark != NULL ? item->remark : ""));
	text_format(out, "  %s: ", key_text(arena, item->key.path));
	if (item->form == CAPTURE_VALUE && item->manage == CAPTURE_BOTH && item->except.count == 0 && !item->optional &&
	    !item->hazardous) {
		text_format(out, "%s\n", value);
		return;
	}
	text_format(out, "{%s: %s", forms[item->form], value);
	if (item->except.count > 0)
		add_except(out, &item->except);
	if (item->manage != CAPTURE_BOTH)
		text_format(out, ", manage: [%s]", item->manage == CAPTURE_LIVE_ONLY ? "live" : "boot");
	if (item->optional)
		text_string(out, ", optional: true");
	if (item->hazardous)
		text_string(out, ", accept_hazard: true");
	text_string(out, "}\n");
}

void report_capture(struct text *out, const struct report_capture *report)
{
	const struct capture *capture = report->capture;

	comment(out, "", report->head);
	comment(out, "",
		"Say why each value is wanted (why: ...), drop what is not, and give the profile a name of its own.");
	text_format(out, "profile: %s\nversion: 1\nsummary: %s\n", name_text(out->arena, report->name),
		    quoted(out->arena, text_printable(out->arena, report->summary)));
	text_string(out, capture->count > 0 ? "parameters:\n" : "parameters: {}\n");
	for (size_t i = 0; i < capture->count; i++)
		add_item(out, &capture->items[i]);
	if (capture->refused.count == 0)
		return;
	text_string(out, "\n");
	comment(out, "", "Not carried over:");
	for (size_t i = 0; i < capture->refused.count; i++) {
		const struct capture_refusal *refusal = &capture->refused.items[i];

		if (refusal->source.file != NULL)
			comment(out, "",
				arena_printf(out->arena, "  %s (%s:%u): %s", refusal->text, refusal->source.file,
					     refusal->source.line, refusal->why));
		else
			comment(out, "", arena_printf(out->arena, "  %s: %s", refusal->text, refusal->why));
	}
}
