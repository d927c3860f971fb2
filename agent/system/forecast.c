#include "forecast.h"

#include "../base/text.h"
#include "../core/key.h"
#include "loader_procps.h"
#include "loader_systemd.h"

static int by_path(const void *left, const void *right)
{
	const struct assignment *const *a = left, *const *b = right;
	int path = strcmp((*a)->path, (*b)->path);

	return path != 0 ? path : (*a > *b) - (*a < *b);
}

void forecast_build(struct arena *arena, const struct loader *loader, const struct sysctl_files *files,
		    struct forecast *forecast)
{
	*forecast = (struct forecast){.loader = loader, .files = files};
	for (size_t i = 0; i < files->count; i++) {
		if (loader->kind == LOADER_SYSTEMD)
			loader_systemd_parse(arena, &files->items[i], i, &forecast->all);
		else
			loader_procps_parse(arena, loader, &files->items[i], i, &forecast->all);
	}
	forecast->named = arena_array(arena, forecast->all.count, sizeof(*forecast->named));
	forecast->globs = arena_array(arena, forecast->all.count, sizeof(*forecast->globs));
	for (size_t i = 0; i < forecast->all.count; i++) {
		const struct assignment *assignment = &forecast->all.items[i];

		if (assignment->glob)
			forecast->globs[forecast->glob_count++] = assignment;
		else
			forecast->named[forecast->named_count++] = assignment;
	}
	if (forecast->named_count > 0)
		qsort(forecast->named, forecast->named_count, sizeof(*forecast->named), by_path);
}

/* The assignments that concern one name of a key. */
struct claims {
	struct claim_list own, globs;
};

static void claims_find(struct arena *arena, const struct forecast *forecast, const char *path, struct claims *claims)
{
	size_t low = 0, high = forecast->named_count;
	const struct assignment **globs = NULL;
	bool wild = text_is_glob(path);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(forecast->named[middle]->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*claims = (struct claims){.own = {.items = forecast->named + low}};
	while (low + claims->own.count < forecast->named_count &&
	       strcmp(claims->own.items[claims->own.count]->path, path) == 0)
		claims->own.count++;
	for (size_t i = 0; i < forecast->glob_count; i++) {
		const char *glob = forecast->globs[i]->path;

		if (wild ? strcmp(glob, path) != 0 : !text_matches(glob, path))
			continue;
		if (globs == NULL)
			globs = arena_array(arena, forecast->glob_count, sizeof(const struct assignment *));
		globs[claims->globs.count++] = forecast->globs[i];
	}
	claims->globs.items = globs;
}

bool forecast_names(struct arena *arena, const struct forecast *forecast, const char *path)
{
	struct claims claims;

	claims_find(arena, forecast, path, &claims);
	return claims.own.count > 0;
}

static const struct assignment *winner_of(const struct forecast *forecast, const char *path,
					  const struct claims *claims, const struct assignment **position)
{
	if (forecast->loader->kind == LOADER_SYSTEMD)
		return loader_systemd_winner(catalogue_find(path), &claims->own, &claims->globs, position);
	*position = loader_procps_winner(forecast->loader, catalogue_find(path), &claims->own, &claims->globs);
	return *position;
}

static const struct boot_line *line_of(struct arena *arena, const struct forecast *forecast,
				       const struct assignment *assignment)
{
	struct boot_line *line = arena_alloc(arena, sizeof(*line));

	*line = (struct boot_line){
		.value = assignment->value,
		.source = {.file = forecast->files->items[assignment->file].path, .line = assignment->line},
		.file = assignment->file,
		.value_start = assignment->value_start,
		.value_end = assignment->value_end,
		.glob = assignment->glob,
	};
	return line;
}

static int by_reading(const void *left, const void *right)
{
	const struct assignment *const *a = left, *const *b = right;

	return (*a > *b) - (*a < *b);
}

/* Every line with a value but the winner, in reading order. */
static void list_shadowed(struct arena *arena, const struct forecast *forecast, const struct claims *claims,
			  size_t count, const struct assignment *winner, struct observed_boot *boot)
{
	struct {
		const struct assignment **items;
		size_t count, capacity;
	} losers = {0};

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < claims[i].own.count + claims[i].globs.count; j++) {
			const struct assignment *assignment = j < claims[i].own.count
								      ? claims[i].own.items[j]
								      : claims[i].globs.items[j - claims[i].own.count];

			if (assignment != winner && assignment->value != NULL)
				*ARRAY_ADD(arena, &losers) = assignment;
		}
	}
	if (losers.count == 0)
		return;
	qsort(losers.items, losers.count, sizeof(*losers.items), by_reading);
	const struct boot_line **lines = arena_array(arena, losers.count, sizeof(*lines));
	for (size_t i = 0; i < losers.count; i++)
		lines[i] = line_of(arena, forecast, losers.items[i]);
	boot->shadowed = lines;
	boot->shadowed_count = losers.count;
}

enum { NAMES = 2 };

static const struct assignment *find_winner(struct arena *arena, const struct forecast *forecast, const char *path,
					    struct claims claims[NAMES])
{
	const char *names[NAMES] = {path, catalogue_other_name(path)};
	const struct assignment *winner = NULL, *latest = NULL, *position = NULL;

	for (size_t i = 0; i < NAMES && names[i] != NULL; i++) {
		claims_find(arena, forecast, names[i], &claims[i]);
		const struct assignment *found = winner_of(forecast, names[i], &claims[i], &position);
		/* Two names of one storage: the one that is written later stays. */
		if (found != NULL && (winner == NULL || position > latest)) {
			winner = found;
			latest = position;
		}
	}
	return winner;
}

void forecast_key(struct arena *arena, const struct forecast *forecast, const char *path, struct observed_boot *boot)
{
	struct claims claims[NAMES] = {0};
	const struct assignment *winner = find_winner(arena, forecast, path, claims);

	*boot = (struct observed_boot){0};
	if (winner != NULL)
		boot->winner = line_of(arena, forecast, winner);
	list_shadowed(arena, forecast, claims, NAMES, winner, boot);
}

const struct assignment *forecast_winner(struct arena *arena, const struct forecast *forecast, const char *path)
{
	struct claims claims[NAMES] = {0};

	return find_winner(arena, forecast, path, claims);
}

const struct assignment **forecast_winners(struct arena *arena, const struct forecast *forecast)
{
	const struct assignment **winners = arena_array(arena, forecast->all.count + 1, sizeof(*winners));

	for (size_t i = 0, next; i < forecast->named_count; i = next) {
		const char *path = forecast->named[i]->path;
		struct arena scratch = {0};
		const struct assignment *winner = forecast_winner(&scratch, forecast, catalogue_canonical(path));

		arena_free(&scratch);
		for (next = i; next < forecast->named_count && strcmp(forecast->named[next]->path, path) == 0; next++)
			winners[forecast->named[next] - forecast->all.items] = winner;
	}
	return winners;
}
