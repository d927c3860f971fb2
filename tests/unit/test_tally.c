#include "core/tally.h"

#include "unit.h"

struct item {
	uint64_t key[2];
	uint64_t hits;
};

static struct tally tally_of(struct unit *unit, size_t most, uint64_t seed)
{
	return (struct tally){.arena = &unit->arena,
			      .key_size = sizeof(((struct item *)NULL)->key),
			      .item_size = sizeof(struct item),
			      .most = most,
			      .seed = seed};
}

/* Counts one; false when there was no room. */
static bool hit(struct tally *tally, uint64_t first, uint64_t second)
{
	const uint64_t key[2] = {first, second};
	struct item *item = tally_at(tally, key);

	if (item == NULL) {
		tally->left_out++;
		return false;
	}
	item->hits++;
	return true;
}

static uint64_t hits(const struct tally *tally, uint64_t first, uint64_t second)
{
	for (size_t i = 0; i < tally->count; i++) {
		const struct item *item = tally_item(tally, i);

		if (item->key[0] == first && item->key[1] == second)
			return item->hits;
	}
	return 0;
}

static void a_new_item_is_zero_but_for_its_key(struct unit *unit)
{
	struct tally tally = tally_of(unit, 10, 7);
	const uint64_t key[2] = {1, 2};
	const struct item *item = tally_at(&tally, key);

	if (!PRESENT(unit, "new", item))
		return;
	HOLDS(unit, "key", item->key[0] == 1 && item->key[1] == 2);
	SAME_NUMBER(unit, "zeroed", item->hits, 0);
	HOLDS(unit, "the same again", tally_at(&tally, key) == item);
	SAME_NUMBER(unit, "one item", tally.count, 1);
}

/* 256, 1024, 4096 and 16384 are where the table grows. */
static void growing_loses_and_mixes_nothing(struct unit *unit)
{
	enum { KEYS = 20000 };
	struct tally tally = tally_of(unit, KEYS, 0x1234);

	for (uint64_t i = 0; i < KEYS; i++) {
		HOLDS(unit, "new", hit(&tally, i, i / 3));
		HOLDS(unit, "an old one", hit(&tally, i / 2, i / 2 / 3));
	}
	SAME_NUMBER(unit, "all", tally.count, KEYS);
	uint64_t sum = 0;
	for (uint64_t i = 0; i < KEYS; i++) {
		const struct item *item = tally_item(&tally, i);

		sum += item->hits;
		HOLDS(unit, "in the order in which they came", item->key[0] == i && item->key[1] == i / 3);
		SAME_NUMBER(unit, "hits", item->hits, i < KEYS / 2 ? 3 : 1);
	}
	SAME_NUMBER(unit, "every hit", sum, 2 * KEYS);
}

static void the_bound_holds_and_what_has_a_place_keeps_it(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t most;
	} cases[] = {{"one", 1},       {"below the first size", 255}, {"the first size", 256}, {"one more", 257},
		     {"between", 300}, {"the second size", 1024},     {"above", 1025}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t most = cases[i].most;
		struct tally tally = tally_of(unit, most, i);
		size_t added = 0;

		for (uint64_t key = 0; key < most + 50; key++)
			added += hit(&tally, key, 0);
		SAME_NUMBER(unit, cases[i].name, added, most);
		SAME_NUMBER(unit, cases[i].name, tally.count, most);
		SAME_NUMBER(unit, cases[i].name, tally.left_out, 50);
		for (uint64_t key = 0; key < most; key++)
			HOLDS(unit, cases[i].name, hit(&tally, key, 0) && hits(&tally, key, 0) == 2);
		HOLDS(unit, cases[i].name, !hit(&tally, most, 0) && !hit(&tally, 0, 1));
		SAME_NUMBER(unit, cases[i].name, tally.count, most);
	}
}

#ifdef __SIZEOF_INT128__
static uint64_t folded_product(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}
#else
static uint64_t folded_product(uint64_t a, uint64_t b)
{
	uint64_t high = 0;

	for (int bit = 63; bit >= 0; bit--) /* as on paper: what a << bit loses at the top */
		high += (b >> bit & 1) != 0 && bit > 0 ? a >> (64 - bit) : 0;
	uint64_t low = 0; /* and the carries of the sums of what it keeps */
	for (int bit = 0; bit < 64; bit++)
		high += (b >> bit & 1) != 0 && __builtin_add_overflow(low, a << bit, &low);
	return low ^ high;
}
#endif

/* tally.c's own hash of one word; that the keys below collide is checked by where they lie. */
static uint64_t step(uint64_t hash, uint64_t word, uint64_t seed)
{
	return folded_product(hash ^ word, 0x9e3779b97f4a7c15u) + seed;
}

/* Keys of one hash, whose slot is the last one of the first table: the walk goes round its end. */
static void keys_of_one_hash_stay_apart(struct unit *unit)
{
	enum { SLOTS = 512, KEYS = 100 };
	const uint64_t seed = 99;
	struct tally tally = tally_of(unit, KEYS, seed);
	uint64_t both = 1, keys[KEYS];
	size_t taken = 0;

	while ((step(both, 0, seed) & (SLOTS - 1)) != SLOTS - 1)
		both++;
	for (uint64_t i = 0; i < KEYS; i++) {
		keys[i] = step(seed, i, seed) ^ both;
		HOLDS(unit, "new", hit(&tally, i, keys[i]));
	}
	SAME_NUMBER(unit, "each is one", tally.count, KEYS);
	for (uint64_t i = 0; i < KEYS; i += 2)
		HOLDS(unit, "again", hit(&tally, i, keys[i]));
	for (uint64_t i = 0; i < KEYS; i++)
		SAME_NUMBER(unit, "its own count", hits(&tally, i, keys[i]), i % 2 == 0 ? 2 : 1);
	/* They did collide: they lie in a row, from the last slot on. */
	HOLDS(unit, "the last slot", tally.slots[SLOTS - 1] == 1);
	while (taken < SLOTS && tally.slots[taken] != 0)
		taken++;
	SAME_NUMBER(unit, "the rest from the first slot on", taken, KEYS - 1);
	HOLDS(unit, "no room for one of that hash",
	      !hit(&tally, KEYS, step(seed, KEYS, seed) ^ both) && tally.count == KEYS);
}

static void keys_that_differ_in_any_byte_are_two(struct unit *unit)
{
	struct tally tally = tally_of(unit, 1000, 5);

	HOLDS(unit, "none", hit(&tally, 0, 0));
	for (unsigned bit = 0; bit < 64; bit++)
		HOLDS(unit, "bit", hit(&tally, (uint64_t)1 << bit, 0) && hit(&tally, 0, (uint64_t)1 << bit));
	SAME_NUMBER(unit, "each is one", tally.count, 129);
}

static int by_hits(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->hits != b->hits)
		return a->hits > b->hits ? -1 : 1;
	return memcmp(a->key, b->key, sizeof(a->key));
}

static void the_top_is_sorted_and_no_longer_than_asked_for(struct unit *unit)
{
	static const struct {
		size_t most, wanted;
	} cases[] = {{0, 0}, {1, 1}, {2, 2}, {39, 39}, {40, 40}, {41, 40}, {1000, 40}};
	struct tally tally = tally_of(unit, 100, 3);
	size_t count = 4711;

	tally_top(&unit->arena, &tally, by_hits, 10, &count);
	SAME_NUMBER(unit, "of none", count, 0);
	/* 7 shuffles 0..39; each key i has i / 2 + 1 hits, so that every two are equal. */
	for (uint64_t i = 0; i < 40; i++) {
		for (uint64_t j = 0; j < (i * 7 % 40) / 2 + 1; j++)
			(void)hit(&tally, i * 7 % 40, 0);
	}
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *row = arena_printf(&unit->arena, "%zu", cases[i].most);
		const struct item **top =
			(const struct item **)tally_top(&unit->arena, &tally, by_hits, cases[i].most, &count);

		SAME_NUMBER(unit, row, count, cases[i].wanted);
		for (size_t j = 0; j < count; j++) {
			/* The most hits first, and of equal ones the smaller key. */
			SAME_NUMBER(unit, row, top[j]->hits, 20 - j / 2);
			SAME_NUMBER(unit, row, top[j]->key[0], 38 - j / 2 * 2 + j % 2);
		}
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(a_new_item_is_zero_but_for_its_key),
	UNIT(growing_loses_and_mixes_nothing),
	UNIT(the_bound_holds_and_what_has_a_place_keeps_it),
	UNIT(keys_of_one_hash_stay_apart),
	UNIT(keys_that_differ_in_any_byte_are_two),
	UNIT(the_top_is_sorted_and_no_longer_than_asked_for),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
