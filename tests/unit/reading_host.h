/*
 * A host before the readings: what test_reading_ports and test_reading_rules begin with.
 */
#ifndef HOLDFAST_TESTS_READING_HOST_H
#define HOLDFAST_TESTS_READING_HOST_H

#include "core/reading_rules.h"
#include "unit.h"

/* A host on which nothing stands out; a row changes one thing. */
struct reading_host {
	struct tcp_settings settings;
	struct census census;
	struct tcp_counters counters, before;
	struct tcp_sockstat sockstat;
	bool has_before;
	double seconds;
	struct readings readings;
};

struct reading_host *reading_host_make(struct unit *unit);
struct tcp_address reading_host_address(uint8_t c, uint8_t d);
void reading_host_read(struct unit *unit, struct reading_host *host);
const struct reading *reading_host_find(const struct reading_host *host, enum reading_kind kind);
/* Of the kind there is none (severity FINDING_SEVERITIES), or one of that severity, key and value. */
const struct reading *reading_host_expect(struct unit *unit, const char *row, const struct reading_host *host,
					  enum reading_kind kind, enum finding_severity severity, const char *key,
					  const char *value);
/* Connections from 10.0.0.1 to 10.0.1.peer:8080 on the ports from 40000 on, the first half before the second. */
void reading_host_connect(struct reading_host *host, uint8_t peer, unsigned count, enum tcp_state state,
			  uint32_t expires_ms);

#endif
