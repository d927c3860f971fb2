#include "tcp_settings.h"

#include <string.h>

#include "../base/attributes.h"

/* What the answers are reckoned with where a kernel, or an image without one, does not tell. */
static const int64_t defaults[CATALOGUE_TCPS] = {
	[CATALOGUE_TCP_RANGE] = 32768,  [CATALOGUE_TCP_REUSE_DELAY] = TCP_REUSE_DELAY_MS,
	[CATALOGUE_TCP_TIMESTAMPS] = 1, [CATALOGUE_TCP_FIN_TIMEOUT] = 60,
	[CATALOGUE_TCP_SYNCOOKIES] = 1,
};
enum { RANGE_LAST = 60999 };
/* No parameter here means anything beyond it, and a hundred times as much still fits into 64 bits. */
static const number magnitude_most = (number)1 << 48;

void tcp_settings_defaults(struct tcp_settings *settings, struct facts_version kernel)
{
	static const struct facts_version halves_since = {.major = 4, .minor = 2, .parts = 2};

	*settings =
		(struct tcp_settings){.range_first = (uint16_t)defaults[CATALOGUE_TCP_RANGE], .range_last = RANGE_LAST};
	settings->halves = facts_version_compare(kernel, halves_since) >= 0;
	memcpy(settings->numbers, defaults, sizeof(defaults));
}

/* The numbers of a text, blanks between; how many there are, at most `most` are kept. */
static size_t numbers_of(const char *text, number *numbers, size_t most)
{
	static const char blanks[] = " \t\n";
	size_t count = 0;

	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);

		if (count == most || !number_read(text, length, &numbers[count]))
			return 0;
		count++;
		text += length;
	}
	return count;
}

void tcp_settings_take(struct tcp_settings *settings, enum catalogue_tcp setting, const char *text)
{
	number numbers[3];
	size_t count;

	if (setting == CATALOGUE_TCP_RESERVED) {
		settings->known[setting] = value_ports_read(text, settings->reserved);
		return;
	}
	count = numbers_of(text, numbers, COUNT_OF(numbers));
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] < -magnitude_most || numbers[i] > magnitude_most)
			return;
	}
	if (count == 0)
		return;
	if (setting == CATALOGUE_TCP_RANGE) {
		if (count != 2 || numbers[0] < 1 || numbers[1] < numbers[0] || numbers[1] > UINT16_MAX)
			return;
		settings->range_first = (uint16_t)numbers[0];
		settings->range_last = (uint16_t)numbers[1];
	}
	settings->numbers[setting] = (int64_t)numbers[0];
	/* Of net.ipv4.tcp_mem the last number is the limit, in pages. */
	if (setting == CATALOGUE_TCP_MEMORY && count == 3)
		settings->numbers[setting] = (int64_t)numbers[2];
	settings->known[setting] = true;
}

bool tcp_settings_reuse(const struct tcp_settings *settings, bool loopback)
{
	int64_t reuse = settings->numbers[CATALOGUE_TCP_REUSE];

	return settings->numbers[CATALOGUE_TCP_TIMESTAMPS] != 0 && (reuse == 1 || (reuse == 2 && loopback));
}
