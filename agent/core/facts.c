#include "facts.h"

#include "../base/number.h"

const char *facts_shown(const char *text)
{
	return text != NULL ? text : "unknown";
}

struct facts_version facts_version_read(const char *text)
{
	unsigned numbers[3] = {0};
	unsigned parts = 0;

	while (parts < 3) {
		size_t length = strspn(text, "0123456789");
		uint64_t value;

		if (!number_decimal(text, length, 65535, &value))
			break;
		numbers[parts++] = (unsigned)value;
		text += length;
		if (*text != '.')
			break;
		text++;
	}
	return (struct facts_version){.major = numbers[0], .minor = numbers[1], .patch = numbers[2], .parts = parts};
}

int facts_version_compare(struct facts_version a, struct facts_version b)
{
	const unsigned left[] = {a.major, a.minor, a.patch}, right[] = {b.major, b.minor, b.patch};

	for (unsigned i = 0; i < b.parts && i < COUNT_OF(left); i++) {
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	}
	return 0;
}
