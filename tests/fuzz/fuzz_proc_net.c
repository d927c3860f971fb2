/*
 * /proc/net of a fake host from anybody. The input is six texts with the byte 0x1e between: the settings, one a line in their
 * order; snmp, netstat, sockstat, tcp and tcp6. Held to: whatever was read is counted once or left out, in every table; nothing
 * is taken that is not used; a percentage is one; and readings and metrics can be made of it.
 */
#include "core/reading_rules.h"
#include "fuzz.h"
#include "report/report_metrics.h"
#include "report/report_tcp_json.h"
#include "system/proc_net.h"

enum { PARTS = 6, SNMP = 1, NETSTAT, SOCKSTAT, TCP, TCP6 };

struct added {
	struct tcp_socket *items;
	size_t count, capacity;
};

static void read_settings(struct arena *arena, const char *text, struct tcp_settings *settings)
{
	tcp_settings_defaults(settings, (struct facts_version){0});
	for (unsigned i = 0; i < CATALOGUE_TCPS && *text != '\0'; i++) {
		size_t length = strcspn(text, "\n");

		tcp_settings_take(settings, (enum catalogue_tcp)i, arena_copy(arena, text, length));
		text += length + (text[length] == '\n');
	}
	HOLD(settings->range_first >= 1 && settings->range_first <= settings->range_last);
}

/* Each line in memory of its own, so that one that is read too far is seen. */
static void read_sockets(struct arena *arena, const char *text, size_t length, bool ipv6, struct added *added)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t here = (size_t)((newline != NULL ? newline : end) - text);
		struct tcp_socket socket = {.queue = 4711};
		char *line = malloc(here > 0 ? here : 1);

		HOLD(line != NULL);
		memcpy(line, text, here);
		if (proc_net_line(line, here, ipv6, &socket)) {
			HOLD(socket.state > TCP_STATE_NONE && socket.state < TCP_STATES);
			HOLD(socket.ipv6 == ipv6 && !socket.bound && !socket.backlog_known && socket.backlog == 0);
			HOLD(socket.ownerless || socket.expires_ms == 0);
			*ARRAY_ADD(arena, added) = socket;
		} else {
			HOLD(socket.queue == 4711);
		}
		free(line);
		text += here + (newline != NULL);
	}
}

static bool same_connection(const struct tcp_socket *a, const struct tcp_socket *b)
{
	return memcmp(&a->local.address, &b->local.address, sizeof(a->local.address)) == 0 &&
	       memcmp(&a->remote.address, &b->remote.address, sizeof(a->remote.address)) == 0 &&
	       a->local.port == b->local.port && a->remote.port == b->remote.port;
}

static bool any_twice(const struct added *added)
{
	for (size_t i = 0; i < added->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (same_connection(&added->items[i], &added->items[j]))
				return true;
		}
	}
	return false;
}

static void look_at_ports(const struct headroom *headroom, uint64_t connected, bool twice)
{
	const struct tcp_settings *settings = headroom->settings;
	uint32_t size = settings->range_last - settings->range_first + 1u;
	uint64_t used = 0;

	HOLD(headroom->room <= size && headroom->first_half <= headroom->room);
	HOLD(headroom->held <= headroom->room && headroom->capacity == headroom->room - headroom->held);
	HOLD(headroom->tuples.count <= headroom->tuples.most && headroom->sources.count <= headroom->sources.most);
	for (size_t i = 0; i < headroom->tuples.count; i++) {
		const struct headroom_tuple *tuple = tally_item(&headroom->tuples, i);

		HOLD(tuple->used > 0 && (twice || tuple->used <= size));
		HOLD(tuple->first_half <= tuple->used && tuple->time_wait <= tuple->used);
		HOLD(tuple->ripe <= tuple->time_wait && tuple->ripe_first_half <= tuple->ripe);
		HOLD(tuple->time_wait_first_half <= tuple->time_wait &&
		     tuple->ripe_first_half <= tuple->time_wait_first_half);
		HOLD(tuple->waiting <= tuple->time_wait && !(headroom_is_unclear(headroom, tuple) && tuple->early > 0));
		HOLD(tuple->early <= tuple->used && tuple->taken <= headroom->room);
		HOLD(headroom->held > 0 || tuple->taken <= tuple->used);
		HOLD(headroom_percent(headroom, tuple) <= 100);
		used += tuple->used;
	}
	HOLD(used + headroom->tuples.left_out == connected);
	for (size_t i = 0; i < headroom->sources.count; i++) {
		const struct headroom_source *source = tally_item(&headroom->sources, i);
		uint64_t ports = 0;

		for (size_t byte = 0; byte < VALUE_SET_SIZE / 8; byte++)
			ports += (unsigned)__builtin_popcount(source->ports[byte]);
		HOLD(source->used == ports && source->used <= size);
		HOLD(headroom_source_percent(headroom, source) <= 100);
	}
}

static void look_at_census(const struct census *census, const struct added *added)
{
	uint64_t listeners = census_count(census, TCP_STATE_LISTEN), closed = census_count(census, TCP_STATE_CLOSED);
	uint64_t by_peer = census->peers.left_out, served = census->services.left_out, accepted = 0, connected = 0;
	uint64_t waits[CENSUS_SIDES] = {0}, listening = 0;

	HOLD(census_total(census) == added->count);
	HOLD(census->waits[CENSUS_CONNECTS] + census->waits[CENSUS_ACCEPTS] == census->time_wait);
	HOLD(census->time_wait == census_count(census, TCP_STATE_TIME_WAIT));
	HOLD(census->orphans <= census_count(census, TCP_STATE_FIN_WAIT_2));
	HOLD(census->owned + census->orphans + census_count(census, TCP_STATE_SYN_RECEIVED) <= added->count);
	HOLD(census->peers.count <= census->peers.most && census->services.count <= census->services.most);
	for (size_t i = 0; i < census->peers.count; i++) {
		const struct census_peer *peer = tally_item(&census->peers, i);

		HOLD(peer->side < CENSUS_SIDES && peer->sockets > 0 && peer->time_wait <= peer->sockets);
		HOLD(peer->side == CENSUS_CONNECTS || peer->port == 0);
		by_peer += peer->sockets;
		waits[peer->side] += peer->time_wait;
		*(peer->side == CENSUS_CONNECTS ? &connected : &accepted) += peer->sockets;
	}
	HOLD(by_peer == added->count - listeners - closed);
	for (size_t i = 0; i < census->services.count; i++) {
		const struct census_service *service = tally_item(&census->services, i);

		HOLD(service->time_wait <= service->sockets && !service->backlog_known);
		served += service->sockets;
		listening += service->listeners;
	}
	if (census->peers.left_out == 0) {
		HOLD(waits[CENSUS_CONNECTS] == census->waits[CENSUS_CONNECTS]);
		HOLD(waits[CENSUS_ACCEPTS] == census->waits[CENSUS_ACCEPTS]);
		HOLD(served + listening == accepted + listeners);
		HOLD(connected + accepted == by_peer);
	}
}

/* How many of the sockets were added to the headroom: by what the census says of sides, from the sockets themselves. */
static uint64_t count_connected(const struct census *census, const struct added *added)
{
	const struct tcp_settings *settings = census->headroom.settings;
	uint64_t count = 0;

	for (size_t i = 0; i < added->count; i++) {
		const struct tcp_socket *socket = &added->items[i];
		uint16_t port = socket->local.port;
		/* Who sends a SYN connects, also from a port that another socket listens on. */
		bool listens = socket->state != TCP_STATE_SYN_SENT &&
			       (census->listening[port / 8] >> (port % 8) & 1) != 0;

		count += socket->state != TCP_STATE_LISTEN && socket->state != TCP_STATE_CLOSED &&
			 socket->state != TCP_STATE_SYN_RECEIVED && !listens && headroom_in_range(settings, port);
	}
	return count;
}

/* Who listens first, as cmd/looking asks the kernel; then the second look, which counts nothing. */
static void count_all(struct census *census, const struct added *added)
{
	bool twice = any_twice(added);

	for (unsigned others = 0; others < 2; others++) {
		for (size_t i = 0; i < added->count; i++) {
			if ((added->items[i].state != TCP_STATE_LISTEN) == (others == 1))
				census_add(census, &added->items[i]);
		}
	}
	census_end(census);
	uint64_t connected = count_connected(census, added);
	look_at_census(census, added);
	look_at_ports(&census->headroom, connected, twice);
	(void)headroom_wants_marks(&census->headroom);
	for (size_t i = 0; i < added->count; i++)
		census_mark(census, &added->items[i]);
	census_end(census);
	look_at_census(census, added);
	look_at_ports(&census->headroom, connected, twice);
}

static void print_all(struct arena *arena, const struct report_tcp *report)
{
	struct text metrics = {.arena = arena};
	struct error err = {0};
	json_t *document = report_tcp_json(arena, report);

	HOLD(report->readings->count > 0);
	for (size_t i = 0; i < report->readings->count; i++) {
		const struct reading *reading = &report->readings->items[i];

		HOLD(reading->kind < READING_KINDS && reading->text[0] != '\0');
		HOLD(i == 0 || report->readings->items[i - 1].severity <= reading->severity);
		HOLD(reading->value == NULL || reading->key != NULL);
	}
	const struct metrics openmetrics = {.text = &metrics, .openmetrics = true};
	HOLD(document != NULL && report_metrics(&openmetrics, document, &err));
	json_decref(document);
}

static void use(struct arena *arena, const char *const parts[PARTS], const size_t lengths[PARTS])
{
	struct tcp_settings settings;
	struct tcp_counters counters = {0}, before = {0};
	struct tcp_sockstat sockstat = {0};
	struct added added = {0};
	struct readings readings;
	struct census *census = arena_alloc(arena, sizeof(*census));

	read_settings(arena, parts[0], &settings);
	settings.halves = lengths[0] % 2 == 0;
	tcp_counters_take(&counters, "/proc/net/snmp", parts[SNMP]);
	tcp_counters_take(&counters, "/proc/net/netstat", parts[NETSTAT]);
	HOLD(tcp_sockstat_take(&sockstat, parts[SOCKSTAT]) == sockstat.known);
	for (unsigned i = 0; i < TCP_COUNTERS; i++)
		HOLD(tcp_counters_grown(&before, &counters, (enum tcp_counter)i) == 0 &&
		     (counters.known[i] || counters.values[i] == 0));
	read_sockets(arena, parts[TCP], lengths[TCP], false, &added);
	read_sockets(arena, parts[TCP6], lengths[TCP6], true, &added);
	census_begin(arena, &settings, 42, census);
	census->source = CENSUS_PROC;
	census->detailed = true;
	count_all(census, &added);
	const struct reading_case given = {.census = census,
					   .settings = &settings,
					   .counters = &counters,
					   .sockstat = &sockstat,
					   .page_bytes = 4096};
	reading_make(arena, &given, &readings);
	print_all(arena, &(const struct report_tcp){
				 .time = "2026-11-23T04:00:00Z", .seen = given, .readings = &readings, .top = 10});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	const char *parts[PARTS];
	size_t lengths[PARTS];

	for (unsigned i = 0; i < PARTS; i++) {
		const uint8_t *end = i + 1 < PARTS && size > 0 ? memchr(data, 0x1e, size) : NULL;
		size_t length = end == NULL ? size : (size_t)(end - data);

		parts[i] = arena_copy(&arena, (const char *)data, length);
		lengths[i] = length;
		data += length + (end != NULL);
		size -= length + (end != NULL);
	}
	use(&arena, parts, lengths);
	arena_free(&arena);
	return 0;
}
