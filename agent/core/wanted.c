#include "wanted.h"

#include "../base/text.h"

/* Adds to the rest of a division by c, which stays below c: true when c went into it. */
static bool carries(uint64_t *rest, uint64_t more, uint64_t c)
{
	bool over = __builtin_add_overflow(*rest, more, rest) || *rest >= c;

	*rest -= over ? c : 0;
	return over;
}

/* a * b / c, rounded down, at most `most`; c > 0. Bit by bit, as the product may have 128 of them. */
static uint64_t share(uint64_t a, uint64_t b, uint64_t c, uint64_t most)
{
	uint64_t whole = 0, rest = 0;

	for (int bit = 63; bit >= 0; bit--) {
		uint64_t more = carries(&rest, rest, c);

		if ((a >> bit & 1) != 0 && __builtin_add_overflow(more, b / c + carries(&rest, b % c, c), &more))
			return most;
		if (whole > most / 2 || __builtin_add_overflow(whole * 2, more, &whole) || whole > most)
			return most;
	}
	return whole;
}

static const char *scaled(struct arena *arena, const struct requirement_scale *scale, const struct facts *facts)
{
	uint64_t base = scale->of_cpus ? facts->cpus : facts->memory_bytes;

	if (base == 0)
		return NULL;
	number value = (number)share(base, (uint64_t)scale->numerator, (uint64_t)scale->denominator, NUMBER_MOST);
	if (scale->has_min && value < scale->min)
		value = scale->min;
	if (scale->has_max && value > scale->max)
		value = scale->max;
	return number_text(arena, value);
}

bool wanted_resolve(struct arena *arena, const struct requirement *requirement, const struct facts *facts,
		    struct wanted *wanted)
{
	const char *value;

	switch (requirement->kind) {
	case REQUIREMENT_VALUE:
		*wanted = (struct wanted){.kind = WANTED_VALUE, .value = requirement->value};
		return true;
	case REQUIREMENT_BOUNDS:
		*wanted = (struct wanted){.kind = WANTED_BOUNDS, .min = requirement->min, .max = requirement->max};
		return true;
	case REQUIREMENT_ONE_OF:
		*wanted = (struct wanted){.kind = WANTED_ONE_OF, .one_of = requirement->one_of};
		return true;
	case REQUIREMENT_SCALE:
		value = scaled(arena, &requirement->scale, facts);
		if (value == NULL)
			return false;
		*wanted = (struct wanted){.kind = WANTED_VALUE, .value = value};
		return true;
	case REQUIREMENT_UNMANAGED:
		return false;
	}
	return false;
}

bool wanted_satisfied(const struct catalogue_row *row, const struct wanted *wanted, const char *value)
{
	switch (wanted->kind) {
	case WANTED_VALUE:
		return value_equal(row, wanted->value, value);
	case WANTED_BOUNDS:
		return value_within(row, value, wanted->min, wanted->max);
	case WANTED_ONE_OF:
		for (size_t i = 0; i < wanted->one_of.count; i++) {
			if (value_equal(row, wanted->one_of.items[i], value))
				return true;
		}
		return false;
	}
	return false;
}

/* The bound as a whole value: one number stands for each field of a vector. */
static const char *bound_value(struct arena *arena, const struct catalogue_row *row, const struct wanted *wanted)
{
	const char *bound = wanted->min != NULL ? wanted->min : wanted->max;
	struct text text = {.arena = arena};

	number numbers[VALUE_FIELDS];
	size_t count = 1;
	if (row != NULL && row->class == VALUE_VECTOR)
		count = row->arity;
	else if (row == NULL && wanted->min != NULL && wanted->max != NULL &&
		 !value_numbers(wanted->max, true, numbers, &count))
		count = 1; /* an unknown key has as many fields as its other bound */
	if (strpbrk(bound, " \t") != NULL)
		return bound;
	for (size_t i = 0; i < count; i++)
		text_format(&text, "%s%s", i > 0 ? " " : "", bound);
	return text.bytes != NULL ? text.bytes : bound;
}

static const char *clamped(struct arena *arena, const struct catalogue_row *row, const struct wanted *wanted,
			   const char *current)
{
	const char *bound = bound_value(arena, row, wanted);
	number values[VALUE_FIELDS], least[VALUE_FIELDS], most[VALUE_FIELDS];
	size_t count, least_count = 0, most_count = 0;
	struct text text = {.arena = arena};

	if (current == NULL || !value_numbers(current, false, values, &count))
		return bound;
	if ((wanted->min != NULL && !value_numbers(wanted->min, true, least, &least_count)) ||
	    (wanted->max != NULL && !value_numbers(wanted->max, true, most, &most_count)))
		return bound;
	if ((least_count > 1 && least_count != count) || (most_count > 1 && most_count != count))
		return bound;
	for (size_t i = 0; i < count; i++) {
		if (least_count > 0 && values[i] < least[least_count > 1 ? i : 0])
			values[i] = least[least_count > 1 ? i : 0];
		if (most_count > 0 && values[i] > most[most_count > 1 ? i : 0])
			values[i] = most[most_count > 1 ? i : 0];
		text_format(&text, "%s%s", i > 0 ? " " : "", number_text(arena, values[i]));
	}
	return text.bytes;
}

const char *wanted_target(struct arena *arena, const struct catalogue_row *row, const struct wanted *wanted,
			  const char *current)
{
	switch (wanted->kind) {
	case WANTED_VALUE:
		return wanted->value;
	case WANTED_BOUNDS:
		return clamped(arena, row, wanted, current);
	case WANTED_ONE_OF:
		return wanted->one_of.items[0];
	}
	return wanted->value;
}

const char *wanted_text(struct arena *arena, const struct wanted *wanted)
{
	struct text text = {.arena = arena};

	switch (wanted->kind) {
	case WANTED_VALUE:
		return wanted->value;
	case WANTED_BOUNDS:
		if (wanted->min != NULL && wanted->max != NULL)
			return arena_printf(arena, "%s..%s", wanted->min, wanted->max);
		return arena_printf(arena, "%s %s",
				    wanted->min != NULL ? ">=" : "<=", wanted->min != NULL ? wanted->min : wanted->max);
	case WANTED_ONE_OF:
		for (size_t i = 0; i < wanted->one_of.count; i++)
			text_format(&text, "%s%s", i > 0 ? " or " : "", wanted->one_of.items[i]);
		return text.bytes;
	}
	return "";
}

void wanted_spell(struct text *text, const struct wanted *wanted)
{
	const struct {
		const char *name, *value;
	} parts[] = {{"value", wanted->value}, {"min", wanted->min}, {"max", wanted->max}};

	/* No value holds a line break, so the lines cannot run into each other. */
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (parts[i].value != NULL)
			text_format(text, "%s %s\n", parts[i].name, parts[i].value);
	}
	for (size_t i = 0; i < wanted->one_of.count; i++)
		text_format(text, "one_of %s\n", wanted->one_of.items[i]);
}

bool wanted_equal(const struct wanted *a, const struct wanted *b)
{
	if (a->kind != b->kind || !text_equal(a->value, b->value) || !text_equal(a->min, b->min) ||
	    !text_equal(a->max, b->max) || a->one_of.count != b->one_of.count)
		return false;
	for (size_t i = 0; i < a->one_of.count; i++) {
		if (!text_equal(a->one_of.items[i], b->one_of.items[i]))
			return false;
	}
	return true;
}
