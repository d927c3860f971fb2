#include "value_sets.h"

#include "../base/attributes.h"
#include "../base/text.h"

static const char blanks[] = " \t\n\v\f\r";

/* A set of ports (or small numbers) as the kernel reads it: "8080, 9000-9010". */
struct set {
	unsigned char bits[VALUE_SET_SIZE / 8];
};

/* Base 0, as every number for the kernel. */
static bool set_number(const char **cursor, uint64_t *value)
{
	size_t length = strspn(*cursor, "0123456789abcdefABCDEFxX");
	number found;

	if (!number_read(*cursor, length, &found) || found < 0 || found >= VALUE_SET_SIZE)
		return false;
	*value = (uint64_t)found;
	*cursor += length;
	return true;
}

/* Whole bytes at a time: a text can name the whole set many thousand times. */
static void set_fill(struct set *set, size_t first, size_t last)
{
	for (; first <= last && first % 8 != 0; first++)
		set->bits[first / 8] |= (unsigned char)(1u << (first % 8));
	if (first + 8 <= last) {
		size_t bytes = (last + 1 - first) / 8;

		memset(set->bits + first / 8, 0xff, bytes);
		first += bytes * 8;
	}
	for (; first <= last; first++)
		set->bits[first / 8] |= (unsigned char)(1u << (first % 8));
}

static bool set_read(const char *text, struct set *set)
{
	const char *cursor = text + strspn(text, blanks);

	memset(set, 0, sizeof(*set));
	while (*cursor != '\0') {
		uint64_t first, last;

		if (!set_number(&cursor, &first))
			return false;
		last = first;
		if (*cursor == '-') {
			cursor++;
			if (!set_number(&cursor, &last))
				return false;
		}
		if (last < first)
			return false;
		set_fill(set, (size_t)first, (size_t)last);
		if (*cursor != ',')
			break;
		cursor++;
	}
	return cursor[strspn(cursor, blanks)] == '\0';
}

bool value_ports_read(const char *text, uint8_t ports[VALUE_SET_SIZE / 8])
{
	struct set set;

	if (!set_read(text, &set))
		return false;
	memcpy(ports, set.bits, sizeof(set.bits));
	return true;
}

bool value_ports_equal(const char *a, const char *b)
{
	struct set x, y;

	return set_read(a, &x) && set_read(b, &y) && memcmp(&x, &y, sizeof(x)) == 0;
}

/*
 * The hex digits of a mask without commas, leading zeros and 0x; NULL when it is none. Groups behind a comma are 32 bits:
 * 1,0 is 100000000.
 */
static const char *mask_digits(const char *text, char *room, size_t size)
{
	enum { GROUP = 8 };
	size_t length = 0;

	text += strspn(text, blanks);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	for (bool first = true;; first = false) {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");

		if (digits == 0 || (digits > GROUP && (!first || text[digits] == ',')) ||
		    length + digits + GROUP >= size)
			return NULL;
		for (size_t i = digits; !first && i < GROUP && length > 0; i++)
			room[length++] = '0';
		for (size_t i = 0; i < digits; i++) {
			if (length > 0 || text[i] != '0')
				room[length++] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a')
										  : text[i];
		}
		text += digits;
		if (*text != ',')
			break;
		text++;
	}
	room[length] = '\0';
	return text[strspn(text, blanks)] == '\0' ? room : NULL;
}

bool value_masks_equal(const char *a, const char *b)
{
	char x[2048], y[2048];

	return text_equal(mask_digits(a, x, sizeof(x)), mask_digits(b, y, sizeof(y))) &&
	       mask_digits(a, x, sizeof(x)) != NULL;
}

bool value_is_ports(const char *text)
{
	struct set set;

	return set_read(text, &set);
}

bool value_is_mask(const char *text)
{
	char room[2048];

	return mask_digits(text, room, sizeof(room)) != NULL;
}

/* Whether every word of a is one of b. */
static bool words_within(const char *a, const char *b)
{
	for (a += strspn(a, blanks); *a != '\0'; a += strspn(a, blanks)) {
		size_t length = strcspn(a, blanks);
		const char *other = b + strspn(b, blanks);

		while (*other != '\0' && (strcspn(other, blanks) != length || memcmp(a, other, length) != 0)) {
			other += strcspn(other, blanks);
			other += strspn(other, blanks);
		}
		if (*other == '\0')
			return false;
		a += length;
	}
	return true;
}

bool value_words_equal(const char *a, const char *b)
{
	return words_within(a, b) && words_within(b, a);
}

/* HZ of the kernels that distributions build. */
static const int tick_rates[] = {100, 250, 300, 1000};

static bool is_ticks(number written, number shown)
{
	for (size_t i = 0; i < COUNT_OF(tick_rates); i++) {
		number ticks;

		if (written >= 0 && !__builtin_mul_overflow(written, tick_rates[i], &ticks) &&
		    !__builtin_add_overflow(ticks, 999, &ticks) && shown == ticks / 1000 * 1000 / tick_rates[i])
			return true;
	}
	return false;
}

static bool is_clock_ticks(number written, number shown)
{
	enum { USER_HZ = 100 };

	for (size_t i = 0; i < COUNT_OF(tick_rates); i++) {
		number ticks;

		if (written >= 0 && !__builtin_mul_overflow(written, tick_rates[i], &ticks) &&
		    shown == ticks / USER_HZ * USER_HZ / tick_rates[i])
			return true;
	}
	return false;
}

bool value_rounds_to(enum catalogue_readback readback, number written, number shown)
{
	enum { BUCKETS_A_PAGE = 512, PAGE = 4096 };
	number power = 1;

	switch (readback) {
	case READBACK_AS_WRITTEN:
	case READBACK_POSSIBLE:
	case READBACK_DRIFTS:
		return written == shown;
	case READBACK_TICKS:
		return written == shown || is_ticks(written, shown);
	case READBACK_CLOCK_TICKS:
		return written == shown || is_clock_ticks(written, shown);
	case READBACK_ONE:
		return (written != 0) == (shown != 0) && (shown == 0 || shown == 1 || written == shown);
	case READBACK_POWER_OF_TWO:
		while (power < written && power > 0 && power < ((number)1 << 62))
			power *= 2;
		return written == shown ||
		       (written > 0 && ((power >= written && shown == power) || (written <= PAGE && shown == PAGE)));
	case READBACK_MULTIPLE:
		return written == shown || (written > 0 && shown >= written && shown % BUCKETS_A_PAGE == 0 &&
					    shown - written < BUCKETS_A_PAGE);
	}
	return false;
}
