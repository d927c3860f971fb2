/*
 * Values from anybody. The input is the key, then two texts, a NUL byte between each. Held to: a value that a profile may ask
 * for is taken by a boot loader and equals itself in every way of writing it; equality of two such values has no sides, and
 * bounds agree with it.
 */
#include "base/text.h"
#include "core/value.h"
#include "fuzz.h"

/* As the kernel prints it: decimal, tabs between. */
static const char *as_printed(struct arena *arena, const char *text)
{
	struct text printed = {.arena = arena};
	number numbers[VALUE_FIELDS];
	size_t count;

	if (!value_numbers(text, false, numbers, &count))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		number element;

		HOLD(value_element(text, i, &element) && element == numbers[i]);
		text_format(&printed, "%s%s", i > 0 ? "\t" : "", number_text(arena, numbers[i]));
	}
	HOLD(!value_element(text, count, &numbers[0]));
	return printed.bytes;
}

static bool of_numbers(const struct catalogue_row *row)
{
	return row != NULL && (row->class == VALUE_INTEGER || row->class == VALUE_VECTOR);
}

static void one(struct arena *arena, const struct catalogue_row *row, const char *a)
{
	struct error err = {0};

	HOLD(value_equal(row, a, a));
	(void)value_hazardous(row, a);
	if (!value_check(row, a, NULL, &err)) {
		HOLD(err.text[0] != '\0');
		return;
	}
	/* Longer values are written in pieces by the loaders; load_value refuses them on its own. */
	HOLD(value_accepted(row, a) || strlen(a) > 4095);
	if (!of_numbers(row))
		return;
	const char *printed = as_printed(arena, a);
	HOLD(printed != NULL);
	HOLD(value_equal(row, a, printed) && value_equal(row, printed, a));
	HOLD(value_check(row, printed, NULL, &err));
	HOLD(value_within(NULL, a, printed, printed) && value_within(NULL, a, a, a));
}

static void two(const struct catalogue_row *row, const char *a, const char *b)
{
	struct error err;
	bool equal = value_equal(row, a, b);

	/* What the kernel rounds is one value only as written and then read. */
	bool rounds = row != NULL && row->readback != READBACK_AS_WRITTEN;
	HOLD(rounds || equal == value_equal(row, b, a));
	if (!of_numbers(row) || !value_check(row, a, NULL, &err) || !value_check(row, b, NULL, &err))
		return;
	if (rounds)
		return;
	HOLD(equal == value_within(NULL, a, b, b));
	HOLD(equal == (value_within(NULL, a, b, NULL) && value_within(NULL, a, NULL, b)));
	if (row->class == VALUE_INTEGER)
		HOLD(value_within(NULL, a, b, NULL) || value_within(NULL, b, a, NULL));
}

/* The part up to the next NUL byte. */
static const char *part(struct arena *arena, const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size > 0 ? memchr(*data, '\0', *size) : NULL;
	size_t length = end != NULL ? (size_t)(end - *data) : *size;
	const char *text = arena_copy(arena, (const char *)*data, length);

	*data += end != NULL ? length + 1 : length;
	*size -= end != NULL ? length + 1 : length;
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	const struct catalogue_row *row = catalogue_find(part(&arena, &data, &size));
	const char *a = part(&arena, &data, &size), *b = part(&arena, &data, &size);

	one(&arena, row, a);
	one(&arena, row, b);
	two(row, a, b);
	arena_free(&arena);
	return 0;
}
