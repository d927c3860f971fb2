#include "value.h"

#include "../base/text.h"

/* What the kernel's readers skip before a number (isspace), and what may stand behind one (measured on 6.18). */
static const char blanks[] = " \t\n\v\f\r", ends[] = " \t\n";

/* The next token of *cursor, which moves behind it; false at the end. */
static bool token_next(const char **cursor, const char **token, size_t *length)
{
	*token = *cursor + strspn(*cursor, blanks);
	*length = strcspn(*token, ends);
	*cursor = *token + *length;
	return *length > 0;
}

bool value_numbers(const char *text, bool whole, number numbers[VALUE_FIELDS], size_t *count)
{
	const char *cursor = text, *token;
	size_t length, found = 0;

	while (token_next(&cursor, &token, &length)) {
		if (found == VALUE_FIELDS)
			return false;
		if (!number_read(token, length, &numbers[found])) {
			if (whole || found == 0)
				return false;
			break;
		}
		found++;
	}
	*count = found;
	return found > 0;
}

bool value_element(const char *text, size_t index, number *result)
{
	number numbers[VALUE_FIELDS];
	size_t count;

	if (!value_numbers(text, false, numbers, &count) || index >= count)
		return false;
	*result = numbers[index];
	return true;
}

static bool integers_equal(const char *a, const char *b)
{
	number x, y;

	return value_element(a, 0, &x) && value_element(b, 0, &y) && x == y;
}

static bool vectors_equal(size_t arity, const char *a, const char *b)
{
	number x[VALUE_FIELDS], y[VALUE_FIELDS];
	size_t x_count, y_count;

	if (!value_numbers(a, false, x, &x_count) || !value_numbers(b, false, y, &y_count))
		return false;
	/* Fields beyond the arity are ignored by the kernel; missing ones keep what was there, so they equal nothing. */
	x_count = arity > 0 && x_count > arity ? arity : x_count;
	y_count = arity > 0 && y_count > arity ? arity : y_count;
	if (x_count != y_count || (arity > 0 && x_count != arity))
		return false;
	for (size_t i = 0; i < x_count; i++) {
		if (x[i] != y[i])
			return false;
	}
	return true;
}

/* A set of ports (or small numbers) as the kernel reads it: "8080, 9000-9010". */
enum { SET_SIZE = 65536 };
struct set {
	unsigned char bits[SET_SIZE / 8];
};

/* Base 0, as every number for the kernel. */
static bool set_number(const char **cursor, uint64_t *value)
{
	size_t length = strspn(*cursor, "0123456789abcdefABCDEFxX");
	number found;

	if (!number_read(*cursor, length, &found) || found < 0 || found >= SET_SIZE)
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

static bool sets_equal(const char *a, const char *b)
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

static bool masks_equal(const char *a, const char *b)
{
	char x[2048], y[2048];

	return text_equal(mask_digits(a, x, sizeof(x)), mask_digits(b, y, sizeof(y))) &&
	       mask_digits(a, x, sizeof(x)) != NULL;
}

/* Token by token: as numbers where both are numbers, else as text. */
static bool tokens_equal(const char *a, const char *b)
{
	for (;;) {
		const char *x, *y;
		size_t x_length, y_length;
		bool x_more = token_next(&a, &x, &x_length), y_more = token_next(&b, &y, &y_length);
		number x_number, y_number;

		if (!x_more || !y_more)
			return x_more == y_more;
		if (number_read(x, x_length, &x_number) && number_read(y, y_length, &y_number)) {
			if (x_number != y_number)
				return false;
		} else if (x_length != y_length || memcmp(x, y, x_length) != 0) {
			return false;
		}
	}
}

bool value_equal(const struct catalogue_row *row, const char *written, const char *shown)
{
	if (strcmp(written, shown) == 0)
		return true;
	switch (row != NULL ? row->class : VALUE_UNKNOWN) {
	case VALUE_UNKNOWN:
		return tokens_equal(written, shown);
	case VALUE_INTEGER:
		return integers_equal(written, shown);
	case VALUE_VECTOR:
		return vectors_equal(row->arity, written, shown);
	case VALUE_RANGE_SET:
		return sets_equal(written, shown);
	case VALUE_MASK:
		return masks_equal(written, shown);
	case VALUE_STRING:
		return false;
	}
	return false;
}

/* False when the bound is absent. */
static bool bound_number(struct catalogue_bound bound, number *result)
{
	/* INT_MAX / HZ at HZ = 100, the lowest that kernels are built with: beyond it every kernel refuses. */
	enum { WIDEST_SECONDS = 2147483647 / 100 };

	switch (bound.kind) {
	case BOUND_ABSENT:
		return false;
	case BOUND_NUMBER:
		*result = bound.number;
		return true;
	case BOUND_SECONDS_IN_TICKS:
		*result = (number)bound.number * WIDEST_SECONDS;
		return true;
	}
	return false;
}

static bool range_holds(const struct catalogue_range *range, number value)
{
	number limit;

	return (!bound_number(range->min, &limit) || value >= limit) &&
	       (!bound_number(range->max, &limit) || value <= limit);
}

/* "0 to 65535", "at least 1", "at most 255". Only for a range that something can be outside of. */
static void range_describe(const struct catalogue_range *range, char *room, size_t size)
{
	number least = 0, most = 0;
	bool has_least = bound_number(range->min, &least), has_most = bound_number(range->max, &most);

	if (has_least && has_most)
		snprintf(room, size, "%lld to %lld", (long long)least, (long long)most);
	else
		snprintf(room, size, "at %s %lld", has_least ? "least" : "most", (long long)(has_least ? least : most));
}

static bool is_ascending(const char *text)
{
	number values[VALUE_FIELDS];
	size_t count;

	if (!value_numbers(text, true, values, &count))
		return true; /* another fault, told by the caller */
	for (size_t i = 1; i < count; i++) {
		if (values[i] < values[i - 1])
			return false;
	}
	return true;
}

static bool check_numbers(const struct catalogue_row *row, const char *text, struct error *err)
{
	size_t wanted = row->class == VALUE_INTEGER ? 1 : row->arity;
	size_t found = 0, length;
	const char *cursor = text, *token;
	char range[64];

	while (token_next(&cursor, &token, &length)) {
		number value;
		int shown = length > 40 ? 40 : (int)length;

		found++;
		if (!number_read(token, length, &value))
			return error_set(err, "wants %s, found '%.*s'", wanted == 1 ? "an integer" : "integers", shown,
					 token);
		if (!range_holds(&row->kernel, value)) {
			range_describe(&row->kernel, range, sizeof(range));
			return error_set(err, "wants %s, found %.*s", range, shown, token);
		}
	}
	if (wanted > 0 && found != wanted)
		return error_set(err, "wants %zu number%s, found %zu", wanted, wanted == 1 ? "" : "s", found);
	if (row->ascending && !is_ascending(text) && (row->none == NULL || !tokens_equal(row->none, text)))
		return error_set(err, "wants its numbers in ascending order, found '%.60s'", text);
	return true;
}

bool value_check(const struct catalogue_row *row, const char *text, struct error *err)
{
	struct set set;
	char room[2048];

	switch (row != NULL ? row->class : VALUE_UNKNOWN) {
	case VALUE_UNKNOWN:
	case VALUE_STRING:
		return true;
	case VALUE_INTEGER:
	case VALUE_VECTOR:
		return check_numbers(row, text, err);
	case VALUE_RANGE_SET:
		return set_read(text, &set) ||
		       error_set(err, "wants numbers and ranges up to %d, such as 8080,9000-9010, found '%.60s'",
				 SET_SIZE - 1, text);
	case VALUE_MASK:
		return mask_digits(text, room, sizeof(room)) != NULL ||
		       error_set(err, "wants a hexadecimal mask, such as f or ff,ffffffff, found '%.60s'", text);
	}
	return true;
}

bool value_hazardous(const struct catalogue_row *row, const char *text)
{
	number value;

	if (row == NULL || row->hazard == HAZARD_NONE)
		return false;
	if (row->hazardous.min.kind == BOUND_ABSENT && row->hazardous.max.kind == BOUND_ABSENT)
		return true;
	return value_element(text, 0, &value) && range_holds(&row->hazardous, value);
}

/* The kernel reads as many fields as the key has and ignores the rest; each must be a number in range. */
static bool numbers_accepted(const struct catalogue_row *row, const char *text)
{
	size_t most = row->class == VALUE_INTEGER ? 1 : row->arity > 0 ? row->arity : VALUE_FIELDS;
	size_t found = 0, length;
	const char *cursor = text, *token;
	number value;

	while (found < most && token_next(&cursor, &token, &length)) {
		if (!number_read(token, length, &value) || !range_holds(&row->kernel, value))
			return false;
		found++;
	}
	return found > 0;
}

bool value_accepted(const struct catalogue_row *row, const char *text)
{
	struct set set;

	switch (row != NULL ? row->class : VALUE_UNKNOWN) {
	case VALUE_UNKNOWN:
	case VALUE_STRING:
	case VALUE_MASK:
		return strlen(text) <= VALUE_ONE_PIECE;
	case VALUE_INTEGER:
	case VALUE_VECTOR:
		return numbers_accepted(row, text);
	case VALUE_RANGE_SET:
		return strlen(text) <= VALUE_ONE_PIECE && set_read(text, &set);
	}
	return true;
}

bool value_within(const struct catalogue_row *row, const char *text, const char *min, const char *max)
{
	size_t fields = row == NULL ? 0 : row->class == VALUE_INTEGER ? 1 : row->class == VALUE_VECTOR ? row->arity : 0;

	number values[VALUE_FIELDS], bounds[VALUE_FIELDS];
	size_t count, bound_count;

	if (!value_numbers(text, false, values, &count) || count < fields)
		return false;
	count = fields > 0 ? fields : count;
	for (int side = 0; side < 2; side++) {
		const char *bound = side == 0 ? min : max;

		if (bound == NULL)
			continue;
		if (!value_numbers(bound, true, bounds, &bound_count) || (bound_count != 1 && bound_count != count))
			return false;
		for (size_t i = 0; i < count; i++) {
			number limit = bounds[bound_count == 1 ? 0 : i];

			if (side == 0 ? values[i] < limit : values[i] > limit)
				return false;
		}
	}
	return true;
}
