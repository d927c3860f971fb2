/* The agent's settings from anybody: read or refused with a reason; what was read chooses profiles and waivers. */
#include "core/config.h"
#include "fuzz.h"
#include "load/load_config.h"

static void use(const struct config *config)
{
	struct facts facts = {
		.host_name = "web-07",
		.kernel = "6.18.44",
		.kernel_version = {6, 18, 44, 3},
		.memory_bytes = 24ULL << 30,
		.cpus = 2,
		.os_id = "debian",
		.arch = "x86_64",
		.virtualization = "vm",
		.tags = config->tags,
		.uptime_s = -1,
	};

	HOLD(config->rollout_percent <= 100);
	HOLD(config->interval_s > 0);
	HOLD(config_profiles(config, &facts) != NULL);
	(void)config_needs(config);
	for (size_t i = 0; i < config->waivers.count; i++) {
		const struct config_waiver *waiver = &config->waivers.items[i];
		size_t start = 0, end = 0;

		HOLD(waiver->until != NULL && waiver->reason != NULL);
		if (waiver->key.glob)
			key_wildcard(waiver->key.path, &start, &end);
		else
			HOLD(config_waiver(config, waiver->key.path, "2026-11-22") != NULL);
		HOLD(start <= end);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct findings findings = {.arena = &arena};
	struct config config;
	char *text = arena_copy(&arena, (const char *)data, size);

	load_config_defaults(&config);
	if (load_config(&arena, "agent.yaml", text, size, &findings, &config)) {
		HOLD(findings.errors == 0);
		use(&config);
	} else {
		fuzz_refused(&findings);
	}
	arena_free(&arena);
	return 0;
}
