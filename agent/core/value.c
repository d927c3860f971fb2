#include "value.h"

#include "../base/text.h"
#include "value_sets.h"

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

static bool integers_equal(enum catalogue_readback readback, const char *written, const char *shown)
{
	number x, y;

	return value_element(written, 0, &x) && value_element(shown, 0, &y) && value_rounds_to(readback, x, y);
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
		return integers_equal(row->readback, written, shown);
	case VALUE_VECTOR:
		return vectors_equal(row->arity, written, shown);
	case VALUE_RANGE_SET:
		return value_ports_equal(written, shown);
	case VALUE_MASK:
		return value_masks_equal(written, shown);
	case VALUE_WORDS:
		return value_words_equal(written, shown);
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

bool value_in_range(const struct catalogue_range *range, number value)
{
	number limit;

	return (!bound_number(range->min, &limit) || value >= limit) &&
	       (!bound_number(range->max, &limit) || value <= limit);
}

void value_describe_range(const struct catalogue_range *range, char *room, size_t size)
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

static bool check_numbers(const struct catalogue_row *row, const char *text, enum rule *rule, struct error *err)
{
	size_t wanted = row->class == VALUE_INTEGER ? 1 : row->arity;
	size_t found = 0, length;
	const char *cursor = text, *token;
	char range[64];

	while (token_next(&cursor, &token, &length)) {
		number value;
		int shown = length > 40 ? 40 : (int)length;

		found++;
		*rule = RULE_NOT_A_VALUE;
		if (!number_read(token, length, &value))
			return error_set(err, "wants %s, found '%.*s'", wanted == 1 ? "an integer" : "integers", shown,
					 token);
		*rule = RULE_OUTSIDE_KERNEL_RANGE;
		if (!value_in_range(&row->kernel, value)) {
			value_describe_range(&row->kernel, range, sizeof(range));
			return error_set(err, "wants %s, found %.*s", range, shown, token);
		}
	}
	*rule = RULE_WRONG_ARITY;
	if (wanted > 0 && found != wanted)
		return error_set(err, "wants %zu number%s, found %zu", wanted, wanted == 1 ? "" : "s", found);
	*rule = RULE_DESCENDING;
	if (row->ascending && !is_ascending(text) && (row->none[0] == '\0' || !tokens_equal(row->none, text)))
		return error_set(err, "wants its numbers in ascending order, found '%.60s'", text);
	return true;
}

bool value_check(const struct catalogue_row *row, const char *text, enum rule *rule, struct error *err)
{
	enum rule unheard = RULE_INVALID;

	rule = rule != NULL ? rule : &unheard;
	*rule = RULE_NOT_A_VALUE;
	switch (row != NULL ? row->class : VALUE_UNKNOWN) {
	case VALUE_UNKNOWN:
	case VALUE_STRING:
	case VALUE_WORDS:
		return true;
	case VALUE_INTEGER:
	case VALUE_VECTOR:
		return check_numbers(row, text, rule, err);
	case VALUE_RANGE_SET:
		return value_is_ports(text) ||
		       error_set(err, "wants numbers and ranges up to %d, such as 8080,9000-9010, found '%.60s'",
				 VALUE_SET_SIZE - 1, text);
	case VALUE_MASK:
		return value_is_mask(text) ||
		       error_set(err, "wants a hexadecimal mask, such as f or ff,ffffffff, found '%.60s'", text);
	}
	return true;
}

bool value_is_latest(struct facts_version kernel)
{
	return kernel.parts >= 2 && kernel.major == catalogue_latest.major && kernel.minor == catalogue_latest.minor;
}

bool value_check_latest(const struct catalogue_row *row, const char *text, struct error *err)
{
	number numbers[VALUE_FIELDS];
	size_t count;
	char range[64];

	if (row == NULL || (row->latest.min.kind == BOUND_ABSENT && row->latest.max.kind == BOUND_ABSENT) ||
	    !value_numbers(text, false, numbers, &count))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (value_in_range(&row->latest, numbers[i]))
			continue;
		value_describe_range(&row->latest, range, sizeof(range));
		return error_set(err, "Linux %u.%u takes %s, found %.60s", catalogue_latest.major,
				 catalogue_latest.minor, range, text);
	}
	return true;
}

size_t value_before_comment(const char *text, size_t length)
{
	for (size_t i = 1; i < length; i++) {
		if ((text[i] != '#' && text[i] != ';') || (text[i - 1] != ' ' && text[i - 1] != '\t'))
			continue;
		while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t'))
			i--;
		return i;
	}
	return length;
}

bool value_is_numeric(const struct catalogue_row *row)
{
	return row != NULL && (row->class == VALUE_INTEGER || row->class == VALUE_VECTOR);
}

bool value_hazardous(const struct catalogue_row *row, const char *text)
{
	number value;

	if (row == NULL || row->hazard == HAZARD_NONE)
		return false;
	if (row->hazardous_start[0] != '\0')
		return text_starts(text, row->hazardous_start);
	if (row->hazardous.min.kind == BOUND_ABSENT && row->hazardous.max.kind == BOUND_ABSENT)
		return true;
	return value_element(text, 0, &value) && value_in_range(&row->hazardous, value);
}

/* The kernel reads as many fields as the key has and ignores the rest; each must be a number in range. */
static bool numbers_accepted(const struct catalogue_row *row, const char *text)
{
	size_t most = row->class == VALUE_INTEGER ? 1 : row->arity > 0 ? row->arity : VALUE_FIELDS;
	size_t found = 0, length;
	const char *cursor = text, *token;
	number value;

	while (found < most && token_next(&cursor, &token, &length)) {
		if (!number_read(token, length, &value) || !value_in_range(&row->kernel, value))
			return false;
		found++;
	}
	return found > 0;
}

bool value_accepted(const struct catalogue_row *row, const char *text)
{
	switch (row != NULL ? row->class : VALUE_UNKNOWN) {
	case VALUE_UNKNOWN:
	case VALUE_STRING:
	case VALUE_MASK:
	case VALUE_WORDS:
		return strlen(text) <= VALUE_ONE_PIECE;
	case VALUE_INTEGER:
	case VALUE_VECTOR:
		return numbers_accepted(row, text);
	case VALUE_RANGE_SET:
		return strlen(text) <= VALUE_ONE_PIECE && value_is_ports(text);
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
