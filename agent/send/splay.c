#include "splay.h"

#include <string.h>

#include "../base/digest.h"

enum { DIGITS = 12 };

int64_t splay_ms(struct arena *arena, const char *host_id, int64_t splay_s)
{
	uint64_t place = 0;

	if (host_id == NULL || splay_s <= 0)
		return 0;
	const char *hex = digest_hex(arena, host_id, strlen(host_id));
	for (size_t i = 0; i < DIGITS; i++)
		place = place * 16 + (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
	return (int64_t)(place % ((uint64_t)splay_s * 1000));
}
