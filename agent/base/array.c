#include "array.h"

void array_grow(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return;
	size_t wider = *capacity == 0 ? 8 : *capacity * 2;
	void *room = arena_array(arena, wider, size);

	if (count > 0)
		memcpy(room, *items, count * size);
	*items = room;
	*capacity = wider;
}
