/*
 * Things counted by a key of fixed size, in a bounded table: memory stays flat however many different keys come.
 *
 * A key that comes when the table is full is not counted; the caller adds it to left_out. The kernel's walk of the socket
 * table is in the order of a keyed hash, so what comes first is a fair sample: what is heavy has a place early, and no count
 * of what has a place is ever wrong.
 */
#ifndef HOLDFAST_CORE_TALLY_H
#define HOLDFAST_CORE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"

struct tally {
	struct arena *arena;
	size_t key_size;  /* a multiple of 8; the key is the first part of an item */
	size_t item_size; /* a multiple of 8 */
	size_t most;      /* no more items than so */
	uint64_t seed;    /* chance, so that nobody can choose keys that collide */
	uint8_t *items;   /* in the order in which they came */
	size_t count, capacity;
	uint32_t *slots;   /* number of an item + 1, 0 = free; open addressing */
	uint64_t left_out; /* the caller's count of what found no room */
};

/* The item with the key, zeroed but for the key when it is new; NULL when there is no room. Valid until the next call. */
void *tally_at(struct tally *tally, const void *key);
/* The item with the key; NULL when there is none. */
const void *tally_find(const struct tally *tally, const void *key);
/* The `most` first items by the order, sorted; *count of them. The order must tell any two items apart. */
const void **tally_top(struct arena *arena, const struct tally *tally, int (*order)(const void *, const void *),
		       size_t most, size_t *count) RETURNS_NONNULL;
/* The i-th item. */
void *tally_item(const struct tally *tally, size_t i) RETURNS_NONNULL;

#endif
