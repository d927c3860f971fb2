#include "setters.h"

#include "layers.h"

enum { PROFILES_MOST = 64, NAMED_MOST = 3 };

/* What the profile makes of the key in the end; NULL when it does not set it. */
static const struct requirement *last_word(const struct profile_layers *layers, const char *path)
{
	for (size_t i = layers->count; i-- > 0;) {
		const struct profile *layer = layers->items[i];

		for (size_t j = 0; j < layer->count; j++) {
			const struct requirement *requirement = &layer->items[j];

			if (strcmp(requirement->key.path, path) == 0)
				return requirement->kind == REQUIREMENT_UNMANAGED ? NULL : requirement;
		}
	}
	return NULL;
}

static bool helps(const struct profile_layers *layers, const struct reading *reading)
{
	const struct requirement *requirement = last_word(layers, reading->key);

	if (requirement == NULL || reading->value == NULL)
		return requirement != NULL;
	return requirement->kind == REQUIREMENT_VALUE && strcmp(requirement->value, reading->value) == 0;
}

static void add_profile(struct arena *arena, const struct tree *tree, const char *name, struct readings *readings)
{
	const struct layers_case given = {.tree = tree};
	struct findings findings = {.arena = arena};
	struct text_list words = {.items = &name, .count = 1, .capacity = 1};
	struct profile_layers layers = {0};
	int cause;

	if (!layers_load(arena, &given, &words, &findings, &layers, &cause))
		return;
	for (size_t i = 0; i < readings->count; i++) {
		struct reading *reading = &readings->items[i];

		if (reading->key != NULL && reading->profiles.count < NAMED_MOST && helps(&layers, reading))
			*ARRAY_ADD(arena, &reading->profiles) = name;
	}
}

void setters_find(struct arena *arena, const struct tree *tree, struct readings *readings)
{
	struct text_list names = {0};
	bool asked = false;

	for (size_t i = 0; i < readings->count; i++)
		asked = asked || readings->items[i].key != NULL;
	if (!asked)
		return;
	layers_names(arena, tree, &names);
	for (size_t i = 0; i < names.count && i < PROFILES_MOST; i++)
		add_profile(arena, tree, names.items[i], readings);
}
