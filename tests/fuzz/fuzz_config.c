/*
 * The agent's settings from anybody: read or refused with a reason; what was read chooses profiles and waivers, and tells the
 * sender of destinations that it can take.
 */
#include "core/config.h"
#include "fuzz.h"
#include "load/load_config.h"
#include "report/destinations.h"

/* A destination names a folder of the spool, and has an address without a secret in it. */
static void use_destinations(struct arena *arena, const struct config *config)
{
	struct text text = {.arena = arena};
	struct error err;

	for (size_t i = 0; i < config->reports.count; i++) {
		const struct config_report *report = &config->reports.items[i];
		size_t scheme = text_starts(report->url, "https://") ? strlen("https://") : strlen("http://");

		HOLD(report->name[0] != '\0' && report->name[0] != '.' && strchr(report->name, '/') == NULL);
		HOLD(!text_ends(report->name, ".json") && !text_ends(report->name, ".gz"));
		HOLD(text_starts(report->url, "http") && strpbrk(report->url, "\r\n ") == NULL);
		HOLD(memchr(report->url + scheme, '@', strcspn(report->url + scheme, "/?#")) == NULL);
		for (size_t j = 0; j < i; j++)
			HOLD(strcmp(config->reports.items[j].name, report->name) != 0);
	}
	HOLD(destinations_print(&text, config, NULL, &err));
}

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
		use_destinations(&arena, &config);
	} else {
		fuzz_refused(&findings);
	}
	arena_free(&arena);
	return 0;
}
