#include "number.h"

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool digits_read(const char *text, size_t length, int base, uint64_t most, uint64_t *result)
{
	uint64_t value = 0;

	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++) {
		int digit = digit_of(text[i]);

		if (digit >= base || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value) || value > most)
			return false;
	}
	*result = value;
	return true;
}

bool number_read(const char *text, size_t length, number *result)
{
	bool negative = length > 0 && text[0] == '-';
	int base = 10;
	uint64_t magnitude;

	if (negative) {
		text++;
		length--;
	}
	if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
		length -= 2;
	} else if (length > 1 && text[0] == '0') {
		base = 8;
		text++;
		length--;
	}
	if (!digits_read(text, length, base, negative ? (uint64_t)INT64_MAX + 1 : NUMBER_MOST, &magnitude))
		return false;
	*result = negative && magnitude > 0 ? -(number)(magnitude - 1) - 1 : (number)magnitude;
	return true;
}

bool number_decimal(const char *text, size_t length, uint64_t most, uint64_t *result)
{
	return digits_read(text, length, 10, most, result);
}

const char *number_text(struct arena *arena, number value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	return arena_printf(arena, "%s%llu", value < 0 ? "-" : "", (unsigned long long)magnitude);
}

const char *number_grouped(struct arena *arena, uint64_t value)
{
	char digits[32];
	size_t at = sizeof(digits) - 1;
	unsigned count = 0;

	digits[at] = '\0';
	do {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
		count++;
	} while (value > 0);
	return arena_copy(arena, digits + at, sizeof(digits) - 1 - at);
}

const char *number_bytes(struct arena *arena, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned unit = 0;
	uint64_t whole = bytes;

	if (bytes < 1024)
		return arena_printf(arena, "%llu B", (unsigned long long)bytes);
	for (; whole >= (uint64_t)1024 * 1024 && unit + 1 < COUNT_OF(units); unit++)
		whole /= 1024;
	return arena_printf(arena, "%llu.%llu %s", (unsigned long long)(whole / 1024),
			    (unsigned long long)(whole % 1024 * 10 / 1024), units[unit]);
}
