/*
 * Growing arrays in an arena. A list is any struct with the members items, count and capacity:
 *
 *	struct names { const char **items; size_t count, capacity; };
 *	*ARRAY_ADD(arena, &names) = "lo";
 *
 * Growing leaves the old room behind in the arena; it goes with the run.
 */
#ifndef HOLDFAST_BASE_ARRAY_H
#define HOLDFAST_BASE_ARRAY_H

#include "arena.h"

/* A pointer to one new, zeroed item at the end. */
#define ARRAY_ADD(arena, list) \
	(array_grow((arena), (void **)&(list)->items, (list)->count, &(list)->capacity, sizeof(*(list)->items)), \
	 &(list)->items[(list)->count++])

/* Makes room for one more item behind count. */
void array_grow(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size);

#endif
