#include "splay.h"

#include "../base/digest.h"

enum { DIGITS = 12 };

int64_t splay_ms(struct arena *arena, const char *host_id, int64_t splay_s)
{
	if (host_id == NULL || splay_s <= 0)
		return 0;
	return (int64_t)(digest_number(arena, host_id, DIGITS) % ((uint64_t)splay_s * 1000));
}
