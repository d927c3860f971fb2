/*
 * The layers resolved for one host: one requirement per concrete key, sorted by path, each with its origin.
 *
 * For a key, the last layer whose condition holds decides; within a layer a concrete key is stronger than a wildcard, and
 * a wildcard with more literal characters stronger than one with fewer, then the later line. Wildcards stand for the
 * keys that system/snapshot found. Two names of one storage are one key (catalogue.h, alias).
 */
#ifndef HOLDFAST_CORE_DESIRED_H
#define HOLDFAST_CORE_DESIRED_H

#include "profile.h"
#include "wanted.h"

/* The concrete paths that a wildcard path stands for on this host. */
struct desired_expansion {
	const char *glob;
	const char **items;
	size_t count, capacity;
};
struct desired_expansions {
	struct desired_expansion *items;
	size_t count, capacity;
};

enum desired_state {
	DESIRED_WANTED,
	DESIRED_CONDITION_FALSE, /* no layer's condition holds; wanted is what the last layer would ask for, if it can be told */
	DESIRED_NO_INSTANCE, /* a wildcard that stands for nothing here; path is the wildcard */
};

struct desired_item {
	const char *path;
	const struct requirement *requirement;
	const struct profile *layer;
	const struct catalogue_row *row; /* NULL: an unknown key */
	enum desired_state state;
	struct wanted wanted;
};

/* A wildcard requirement that decides for at least one key: it is persisted as a wildcard where the loader can. */
struct desired_pattern {
	const char *path;
	const struct requirement *requirement;
	struct wanted wanted;
};

struct desired {
	struct desired_item *items;
	size_t count, capacity;
	struct {
		struct desired_pattern *items;
		size_t count, capacity;
	} patterns;
};

/* The distinct wildcard paths of all layers, with no items yet: to be filled by system/snapshot. */
void desired_globs(struct arena *arena, const struct profile_layers *layers, struct desired_expansions *expansions);
void desired_build(struct arena *arena, const struct profile_layers *layers,
		   const struct desired_expansions *expansions, const struct facts *facts, struct desired *desired);
/* SHA-256 over every key, what is wanted of it and how: equal when two hosts are asked for the same. */
const char *desired_digest(struct arena *arena, const struct desired *desired);
/* The item of a path, NULL when there is none. */
const struct desired_item *desired_find(const struct desired *desired, const char *path);

#endif
