/*
 * A profile from anybody: it is read or refused, never half of each, and what was read can be resolved for a host. Held to:
 * refused means at least one fault with a text; the desired state is sorted, each key once; made twice, it is the same.
 */
#include "core/desired.h"
#include "fuzz.h"
#include "load/load_profile.h"

/* Instances for any wildcard, with the dot that makes spelling matter. */
static void expand(struct arena *arena, struct desired_expansions *expansions)
{
	static const char *const instances[] = {"all", "default", "eth0", "eth0.100", "lo"};

	for (size_t i = 0; i < expansions->count; i++) {
		struct desired_expansion *expansion = &expansions->items[i];
		size_t start, end;

		key_wildcard(expansion->glob, &start, &end);
		for (size_t j = 0; j < COUNT_OF(instances); j++) {
			const char *path = arena_printf(arena, "%.*s%s%s", (int)start, expansion->glob, instances[j],
							expansion->glob + end);

			if (key_matches(expansion->glob, path))
				*ARRAY_ADD(arena, expansion) = path;
		}
	}
}

static void resolve(struct arena *arena, const struct profile *profile, struct desired *desired)
{
	static const char *names[] = {"eth0", "eth0.100", "lo"};
	struct facts facts = {
		.host_name = "web-07",
		.kernel = "6.18.44",
		.kernel_version = {6, 18, 44, 3},
		.memory_bytes = 24ULL << 30,
		.cpus = 2,
		.os_id = "debian",
		.os_version = "12",
		.arch = "x86_64",
		.virtualization = "vm",
		.interfaces = {.items = names, .count = COUNT_OF(names)},
		.tags = {.items = names, .count = 1},
		.uptime_s = -1,
	};
	struct profile_layers layers = {0};
	struct desired_expansions expansions = {0};

	*ARRAY_ADD(arena, &layers) = profile;
	desired_globs(arena, &layers, &expansions);
	expand(arena, &expansions);
	*desired = (struct desired){0};
	desired_build(arena, &layers, &expansions, &facts, desired);
}

static void look_at(struct arena *arena, const struct desired *desired)
{
	for (size_t i = 0; i < desired->count; i++) {
		const struct desired_item *item = &desired->items[i];

		HOLD(i == 0 || strcmp(desired->items[i - 1].path, item->path) < 0);
		HOLD(desired_find(desired, item->path) == item);
		if (item->state != DESIRED_WANTED)
			continue;
		const char *target = wanted_target(arena, item->row, &item->wanted, NULL);
		HOLD(target != NULL && strchr(target, '\n') == NULL);
		HOLD(wanted_satisfied(item->row, &item->wanted, target));
		HOLD(wanted_text(arena, &item->wanted)[0] != '\0' || target[0] == '\0');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct findings findings = {.arena = &arena};
	struct profile profile = {0};
	char *text = arena_copy(&arena, (const char *)data, size);

	if (load_profile(&arena, "fuzz.yaml", text, size, &findings, &profile)) {
		struct desired desired, again;

		HOLD(findings.errors == 0);
		HOLD(profile.name != NULL && profile.version > 0);
		resolve(&arena, &profile, &desired);
		look_at(&arena, &desired);
		resolve(&arena, &profile, &again);
		HOLD(strcmp(desired_digest(&arena, &desired), desired_digest(&arena, &again)) == 0);
	} else {
		fuzz_refused(&findings);
	}
	arena_free(&arena);
	return 0;
}
