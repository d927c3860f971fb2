#include "rollout.h"

#include "../base/digest.h"

/* Places of the hosts: hundredths of a percent. */
enum { PLACES = 10000, DIGITS = 8 };

bool rollout_includes(struct arena *arena, unsigned percent, const char *seed, const char *host)
{
	const char *text = arena_printf(arena, "%s\n%s", seed, host);

	return digest_number(arena, text, DIGITS) % PLACES < (uint64_t)percent * (PLACES / 100);
}
