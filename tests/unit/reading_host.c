#include "reading_host.h"

struct reading_host *reading_host_make(struct unit *unit)
{
	struct reading_host *host = arena_alloc(&unit->arena, sizeof(*host));

	tcp_settings_defaults(&host->settings, (struct facts_version){0});
	host->settings.range_first = 40000;
	host->settings.range_last = 40099;
	host->settings.halves = true;
	census_begin(&unit->arena, &host->settings, 42, &host->census);
	host->census.detailed = true;
	return host;
}

struct tcp_address reading_host_address(uint8_t c, uint8_t d)
{
	const uint8_t bytes[4] = {10, 0, c, d};
	struct tcp_address address;

	tcp_address_v4(&address, bytes);
	return address;
}

void reading_host_read(struct unit *unit, struct reading_host *host)
{
	const struct reading_case given = {
		.census = &host->census,
		.settings = &host->settings,
		.counters = &host->counters,
		.before = host->has_before ? &host->before : NULL,
		.seconds = host->seconds,
		.sockstat = &host->sockstat,
		.page_bytes = 4096,
	};

	reading_make(&unit->arena, &given, &host->readings);
}

const struct reading *reading_host_find(const struct reading_host *host, enum reading_kind kind)
{
	for (size_t i = 0; i < host->readings.count; i++) {
		if (host->readings.items[i].kind == kind)
			return &host->readings.items[i];
	}
	return NULL;
}

const struct reading *reading_host_expect(struct unit *unit, const char *row, const struct reading_host *host,
					  enum reading_kind kind, enum finding_severity severity, const char *key,
					  const char *value)
{
	const struct reading *found = reading_host_find(host, kind);

	if (severity == FINDING_SEVERITIES) {
		HOLDS(unit, row, found == NULL);
		/* Where nothing is said that is said. */
		HOLDS(unit, row, host->readings.count > 0);
		return NULL;
	}
	if (!PRESENT(unit, row, found))
		return NULL;
	SAME_NUMBER(unit, row, found->severity, severity);
	SAME_TEXT(unit, row, found->key, key);
	SAME_TEXT(unit, row, found->value, value);
	HOLDS(unit, row, reading_host_find(host, READING_WELL) == NULL);
	return found;
}

void reading_host_connect(struct reading_host *host, uint8_t peer, unsigned count, enum tcp_state state,
			  uint32_t expires_ms)
{
	for (unsigned i = 0; i < count; i++) {
		const struct tcp_socket socket = {
			.state = state,
			.expires_ms = expires_ms,
			.local = {.address = reading_host_address(0, 1),
				  .port = (uint16_t)(i < 50 ? 40000 + 2 * i : 40001 + 2 * (i - 50))},
			.remote = {.address = reading_host_address(1, peer), .port = 8080}};

		census_add(&host->census, &socket);
	}
}
