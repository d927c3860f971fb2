#include "rollout.h"

#include <string.h>

#include "../base/digest.h"

/* Places of the hosts: hundredths of a percent. */
enum { PLACES = 10000, DIGITS = 8 };

bool rollout_includes(struct arena *arena, unsigned percent, const char *seed, const char *host)
{
	const char *text = arena_printf(arena, "%s\n%s", seed, host);
	const char *hex = digest_hex(arena, text, strlen(text));
	uint64_t place = 0;

	for (size_t i = 0; i < DIGITS; i++)
		place = place * 16 + (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
	return place % PLACES < (uint64_t)percent * (PLACES / 100);
}
