#include "desired.h"

#include "../base/digest.h"
#include "../base/text.h"

/* One requirement's claim on one concrete key. */
struct claim {
	const char *path;
	const struct requirement *requirement;
	const struct profile *layer;
	size_t rank;    /* of the layer; later is stronger */
	size_t literal; /* characters that are not wild; a concrete key has the most */
	bool holds;
};
struct claims {
	struct claim *items;
	size_t count, capacity;
};

void desired_globs(struct arena *arena, const struct profile_layers *layers, struct desired_expansions *expansions)
{
	for (size_t i = 0; i < layers->count; i++) {
		for (size_t j = 0; j < layers->items[i]->count; j++) {
			const struct key *key = &layers->items[i]->items[j].key;
			bool known = !key->glob;

			for (size_t k = 0; k < expansions->count && !known; k++)
				known = strcmp(expansions->items[k].glob, key->path) == 0;
			if (!known)
				*ARRAY_ADD(arena, expansions) = (struct desired_expansion){.glob = key->path};
		}
	}
}

static bool excepted(struct arena *arena, const struct requirement *requirement, const char *path)
{
	if (requirement->except.count == 0)
		return false;
	const char *instance = key_instance(arena, requirement->key.path, path);
	for (size_t i = 0; i < requirement->except.count; i++) {
		if (text_matches(requirement->except.items[i], instance))
			return true;
	}
	return false;
}

static size_t literal_characters(const char *glob)
{
	size_t count = 0;

	for (; *glob != '\0'; glob++)
		count += strchr("*?[]", *glob) == NULL;
	return count;
}

static void claim_wildcard(struct arena *arena, const struct claim *claim, const struct desired_expansions *expansions,
			   struct claims *claims)
{
	const struct requirement *requirement = claim->requirement;
	size_t before = claims->count;

	for (size_t i = 0; i < expansions->count; i++) {
		const struct desired_expansion *expansion = &expansions->items[i];

		if (strcmp(expansion->glob, requirement->key.path) != 0)
			continue;
		for (size_t j = 0; j < expansion->count; j++) {
			if (excepted(arena, requirement, expansion->items[j]))
				continue;
			struct claim *added = ARRAY_ADD(arena, claims);
			*added = *claim;
			added->path = catalogue_canonical(expansion->items[j]);
		}
		break;
	}
	if (claims->count == before)
		*ARRAY_ADD(arena, claims) = *claim; /* under its own wildcard name: shown as standing for nothing */
}

static void collect(struct arena *arena, const struct profile_layers *layers,
		    const struct desired_expansions *expansions, const struct facts *facts, struct claims *claims)
{
	for (size_t i = 0; i < layers->count; i++) {
		for (size_t j = 0; j < layers->items[i]->count; j++) {
			const struct requirement *requirement = &layers->items[i]->items[j];
			struct claim claim = {
				.path = requirement->key.path,
				.requirement = requirement,
				.layer = layers->items[i],
				.rank = i,
				.holds = condition_holds(&requirement->when, facts),
			};

			if (requirement->key.glob) {
				claim.literal = literal_characters(claim.path);
				claim_wildcard(arena, &claim, expansions, claims);
			} else {
				claim.literal = SIZE_MAX;
				claim.path = catalogue_canonical(claim.path);
				*ARRAY_ADD(arena, claims) = claim;
			}
		}
	}
}

/* By path; among claims on the same path the strongest first. */
static int claim_order(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int path = strcmp(a->path, b->path);

	if (path != 0)
		return path;
	if (a->holds != b->holds)
		return a->holds ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (a->literal != b->literal)
		return a->literal > b->literal ? -1 : 1;
	return (a->requirement < b->requirement) - (a->requirement > b->requirement);
}

static void note_pattern(struct arena *arena, struct desired *desired, const struct desired_item *item)
{
	for (size_t i = 0; i < desired->patterns.count; i++) {
		if (desired->patterns.items[i].requirement == item->requirement)
			return;
	}
	*ARRAY_ADD(arena, &desired->patterns) = (struct desired_pattern){
		.path = item->requirement->key.path,
		.requirement = item->requirement,
		.wanted = item->wanted,
	};
}

static void decide(struct arena *arena, const struct claim *claim, const struct facts *facts, struct desired *desired)
{
	const struct requirement *requirement = claim->requirement;
	struct desired_item item = {
		.path = claim->path,
		.requirement = requirement,
		.layer = claim->layer,
		.row = catalogue_find(claim->path),
		.state = DESIRED_WANTED,
	};

	if (requirement->kind == REQUIREMENT_UNMANAGED)
		return;
	if (!wanted_resolve(arena, requirement, facts, &item.wanted) || !claim->holds)
		item.state = DESIRED_CONDITION_FALSE;
	else if (requirement->key.glob && strcmp(claim->path, requirement->key.path) == 0)
		item.state = DESIRED_NO_INSTANCE;
	if (requirement->key.glob && item.state != DESIRED_CONDITION_FALSE)
		note_pattern(arena, desired, &item);
	*ARRAY_ADD(arena, desired) = item;
}

void desired_build(struct arena *arena, const struct profile_layers *layers,
		   const struct desired_expansions *expansions, const struct facts *facts, struct desired *desired)
{
	struct claims claims = {0};

	collect(arena, layers, expansions, facts, &claims);
	if (claims.count > 0)
		qsort(claims.items, claims.count, sizeof(*claims.items), claim_order);
	for (size_t i = 0; i < claims.count; i++) {
		if (i == 0 || strcmp(claims.items[i].path, claims.items[i - 1].path) != 0)
			decide(arena, &claims.items[i], facts, desired);
	}
}

const char *desired_digest(struct arena *arena, const struct desired *desired)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < desired->count; i++) {
		const struct desired_item *item = &desired->items[i];

		text_format(&text, "%s\n%d %d%d\n", item->path, (int)item->state, item->requirement->manage_live,
			    item->requirement->manage_boot);
		if (item->state != DESIRED_CONDITION_FALSE)
			wanted_spell(&text, &item->wanted);
	}
	return digest_hex(arena, text.bytes != NULL ? text.bytes : "", text.length);
}

const struct desired_item *desired_find(const struct desired *desired, const char *path)
{
	size_t low = 0, high = desired->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(path, desired->items[middle].path);

		if (order == 0)
			return &desired->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
