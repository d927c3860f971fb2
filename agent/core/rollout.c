#include "rollout.h"

#include "../base/digest.h"

enum { DIGITS = 8 };

unsigned rollout_place(struct arena *arena, const char *seed, const char *host)
{
	const char *text = arena_printf(arena, "%s\n%s", seed, host);

	return (unsigned)(digest_number(arena, text, DIGITS) % ROLLOUT_PLACES);
}

bool rollout_includes(struct arena *arena, unsigned percent, const char *seed, const char *host)
{
	return rollout_place(arena, seed, host) < percent * (ROLLOUT_PLACES / 100);
}
