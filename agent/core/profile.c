#include "profile.h"

const char *const severity_names[SEVERITIES] = {
	[SEVERITY_INFO] = "info", [SEVERITY_LOW] = "low",           [SEVERITY_MEDIUM] = "medium",
	[SEVERITY_HIGH] = "high", [SEVERITY_CRITICAL] = "critical",
};

unsigned profile_needs(const struct profile_layers *layers)
{
	unsigned needs = 0;

	for (size_t i = 0; i < layers->count; i++) {
		for (size_t j = 0; j < layers->items[i]->count; j++) {
			const struct requirement *requirement = &layers->items[i]->items[j];

			needs |= condition_needs(&requirement->when);
			if (requirement->kind == REQUIREMENT_SCALE)
				needs |= requirement->scale.of_cpus ? FACTS_CPUS : FACTS_MEMORY;
		}
	}
	return needs;
}
