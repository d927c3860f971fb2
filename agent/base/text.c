#include "text.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdint.h>

enum { NEAREST_LONGEST = 128 };

void text_add(struct text *text, const char *bytes, size_t length)
{
	if (text->capacity - text->length <= length || text->bytes == NULL) {
		size_t wider = text->capacity * 2 + length + 256;
		char *room = arena_alloc(text->arena, wider);

		if (text->bytes != NULL)
			memcpy(room, text->bytes, text->length);
		text->bytes = room;
		text->capacity = wider;
	}
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_string(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
	char room[512];
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(room, sizeof(room), format, arguments);
	if (length >= 0 && (size_t)length < sizeof(room))
		text_add(text, room, (size_t)length);
	else
		text_string(text, arena_vprintf(text->arena, format, again));
	va_end(again);
	va_end(arguments);
}

bool text_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool text_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool text_ends(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && memcmp(text + length - tail, end, tail) == 0;
}

bool text_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

bool text_matches(const char *glob, const char *text)
{
	return fnmatch(glob, text, FNM_PATHNAME | FNM_PERIOD) == 0;
}

/* Edit distance with swaps of neighbours (optimal string alignment), the usual slips of the fingers. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][NEAREST_LONGEST + 1];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3], *over = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && over[j - 2] + 1 < best)
				best = over[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a_length % 3][b_length];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strlen(word);
	unsigned best = UINT_MAX;
	const char *nearest = NULL;

	if (length == 0 || length > NEAREST_LONGEST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(candidates[i]);

		if (other > NEAREST_LONGEST || other > length + 4 || length > other + 4)
			continue;
		unsigned steps = distance(word, length, candidates[i], other);
		if (steps < best) {
			best = steps;
			nearest = candidates[i];
		}
	}
	return best <= 1 + length / 4 && best <= 4 ? nearest : NULL;
}

size_t text_utf8(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;
	size_t length = b[0] < 0x80             ? 1
			: (b[0] & 0xe0) == 0xc0 ? 2
			: (b[0] & 0xf0) == 0xe0 ? 3
			: (b[0] & 0xf8) == 0xf0 ? 4
						: 0;
	uint32_t code = b[0] & (0xffu >> (length + (length > 1)));

	for (size_t i = 1; i < length; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (b[i] & 0x3f);
	}
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (length > 1 && (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
		return 0;
	return length;
}

bool text_unseen(const char *bytes, size_t length)
{
	const unsigned char *c = (const unsigned char *)bytes;
	unsigned point = length == 2   ? (c[0] & 0x1fu) << 6 | (c[1] & 0x3fu)
			 : length == 3 ? (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu)
			 : length == 4
				 ? (c[0] & 0x07u) << 18 | (c[1] & 0x3fu) << 12 | (c[2] & 0x3fu) << 6 | (c[3] & 0x3fu)
				 : 0;

	return (point >= 0x80 && point < 0xa0) || point == 0xad || point == 0x61c ||
	       (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point & 0xfffe) == 0xfffe ||
	       (point >= 0xe0000 && point <= 0xe0fff);
}

const char *text_printable(struct arena *arena, const char *text)
{
	bool plain = true;

	for (const char *c = text; *c != '\0' && plain; c++)
		plain = *c >= ' ' && *c < 0x7f;
	if (plain)
		return text;
	struct text shown = {.arena = arena};
	for (const char *c = text; *c != '\0';) {
		size_t length = text_utf8(c);
		unsigned char first = (unsigned char)*c;
		/* C1 controls (U+0080 to U+009F) steer terminals too. */
		bool control = first < ' ' || first == 0x7f || (first == 0xc2 && (unsigned char)c[1] < 0xa0);

		if (*c == '\t')
			text_add(&shown, " ", 1);
		else if (length == 0 || control)
			text_format(&shown, "\\x%02x", first);
		else if (text_unseen(c, length)) {
			for (size_t i = 0; i < length; i++)
				text_format(&shown, "\\x%02x", (unsigned char)c[i]);
		} else {
			text_add(&shown, c, length);
		}
		c += length == 0 || control ? 1 : length;
	}
	return shown.bytes != NULL ? shown.bytes : "";
}

const char *text_repaired(struct arena *arena, const char *text)
{
	struct text repaired = {.arena = arena};
	const char *c = text;

	while (*c != '\0' && text_utf8(c) > 0)
		c += text_utf8(c);
	if (*c == '\0')
		return text;
	for (c = text; *c != '\0';) {
		size_t length = text_utf8(c);

		text_add(&repaired, length > 0 ? c : "\xef\xbf\xbd", length > 0 ? length : 3);
		c += length > 0 ? length : 1;
	}
	return repaired.bytes;
}

size_t text_columns(const char *text)
{
	size_t columns = 0;

	for (; *text != '\0'; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}
