#include "tally.h"

#include <string.h>

enum { FIRST_CAPACITY = 256 };

/* The product of 128 bits, its halves folded into one: every bit of a reaches every bit. By halves, as a 32-bit compiler must. */
static uint64_t folded_product(uint64_t a, uint64_t b)
{
	uint64_t low = (uint64_t)(uint32_t)a * (uint32_t)b, middle = (a >> 32) * (uint32_t)b,
		 other = (uint32_t)a * (b >> 32);
	uint64_t carry = ((low >> 32) + (uint32_t)middle + (uint32_t)other) >> 32;

	return a * b ^ ((a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32) + carry);
}

static uint64_t hash_of(const struct tally *tally, const void *key)
{
	const uint8_t *bytes = key;
	uint64_t hash = tally->seed;

	for (size_t i = 0; i < tally->key_size; i += sizeof(hash)) {
		uint64_t word;

		memcpy(&word, bytes + i, sizeof(word));
		hash = folded_product(hash ^ word, 0x9e3779b97f4a7c15u) + tally->seed;
	}
	return hash;
}

/* Twice as many slots as items, a power of two: a walk from a slot on meets a free one soon. */
static uint32_t *slot_of(const struct tally *tally, const void *key)
{
	size_t mask = tally->capacity * 2 - 1;
	size_t at = (size_t)hash_of(tally, key) & mask;

	while (tally->slots[at] != 0 && memcmp(tally_item(tally, tally->slots[at] - 1), key, tally->key_size) != 0)
		at = (at + 1) & mask;
	return &tally->slots[at];
}

static void grow(struct tally *tally)
{
	const uint8_t *old = tally->items;

	tally->capacity = tally->capacity == 0 ? FIRST_CAPACITY : tally->capacity * 4;
	tally->items = arena_array(tally->arena, tally->capacity, tally->item_size);
	tally->slots = arena_array(tally->arena, tally->capacity * 2, sizeof(*tally->slots));
	if (tally->count > 0)
		memcpy(tally->items, old, tally->count * tally->item_size);
	for (size_t i = 0; i < tally->count; i++)
		*slot_of(tally, tally_item(tally, i)) = (uint32_t)(i + 1);
}

void *tally_at(struct tally *tally, const void *key)
{
	if (tally->count == tally->capacity && tally->count < tally->most)
		grow(tally);
	uint32_t *slot = slot_of(tally, key);
	if (*slot != 0)
		return tally_item(tally, *slot - 1);
	if (tally->count >= tally->most)
		return NULL;
	*slot = (uint32_t)++tally->count;
	void *item = tally_item(tally, tally->count - 1);
	memcpy(item, key, tally->key_size);
	return item;
}

const void *tally_find(const struct tally *tally, const void *key)
{
	const uint32_t *slot = tally->capacity == 0 ? NULL : slot_of(tally, key);

	return slot == NULL || *slot == 0 ? NULL : tally_item(tally, *slot - 1);
}

void *tally_item(const struct tally *tally, size_t i)
{
	return tally->items + i * tally->item_size;
}

const void **tally_top(struct arena *arena, const struct tally *tally, int (*order)(const void *, const void *),
		       size_t most, size_t *count)
{
	const void **top = arena_array(arena, most + 1, sizeof(*top));

	*count = 0;
	for (size_t i = 0; i < tally->count; i++) {
		const void *item = tally_item(tally, i);
		size_t at = *count;

		for (; at > 0 && order(item, top[at - 1]) < 0; at--)
			top[at] = top[at - 1];
		top[at] = item;
		*count = *count < most ? *count + 1 : most;
	}
	return top;
}
