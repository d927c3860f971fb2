#include "config.h"

const struct config_assignment *config_assigned(const struct config *config, const struct facts *facts)
{
	for (size_t i = 0; i < config->assign.count; i++) {
		if (condition_holds(&config->assign.items[i].when, facts))
			return &config->assign.items[i];
	}
	return NULL;
}

const struct text_list *config_profiles(const struct config *config, const struct facts *facts)
{
	const struct config_assignment *rule = config_assigned(config, facts);

	return rule != NULL ? &rule->profiles : &config->profiles;
}

unsigned config_needs(const struct config *config)
{
	unsigned needs = 0;

	for (size_t i = 0; i < config->assign.count; i++)
		needs |= condition_needs(&config->assign.items[i].when);
	return needs;
}

const struct config_waiver *config_waiver(const struct config *config, const char *path, const char *today)
{
	const struct config_waiver *found = NULL;

	for (size_t i = 0; i < config->waivers.count; i++) {
		const struct config_waiver *waiver = &config->waivers.items[i];
		const char *other = catalogue_other_name(path);
		bool names = waiver->key.glob ? key_matches(waiver->key.path, path) ||
							(other != NULL && key_matches(waiver->key.path, other))
					      : strcmp(catalogue_canonical(waiver->key.path), path) == 0;

		if (!names)
			continue;
		if (strcmp(today, waiver->until) <= 0)
			return waiver;
		found = waiver;
	}
	return found;
}
