#include "report_tcp_json.h"

static json_t *whole(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* Text of a user's, which may be no UTF-8; null for NULL. */
static json_t *foreign(struct arena *arena, const char *text)
{
	return text == NULL ? json_null() : json_string(text_repaired(arena, text));
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static void set_address(struct arena *arena, json_t *object, const char *name, const struct tcp_address *address)
{
	set(object, name, json_string(tcp_address_text(arena, address)));
}

static json_t *states_json(const struct census *census)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < TCP_STATES_SHOWN; i++) {
		enum tcp_state state = tcp_state_order[i];
		const struct census_count *count = &census->states[state];
		json_t *object;

		if (census->source == CENSUS_SOCKSTAT && state != TCP_STATE_TIME_WAIT)
			continue;
		object = json_object();
		set(object, "state", json_string(tcp_state_names[state].standard));
		set(object, "netstat", json_string(tcp_state_names[state].netstat));
		set(object, "sockets", whole(census_count(census, state)));
		if (state != TCP_STATE_TIME_WAIT || census->detailed) {
			set(object, "ipv4", whole(count->ipv4));
			set(object, "ipv6", whole(count->ipv6));
			set(object, "ipv4_mapped", whole(count->mapped));
		}
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *time_wait_json(const struct report_tcp *report)
{
	const struct census *census = report->seen.census;
	json_t *object = json_object();

	set(object, "sockets", whole(census->time_wait));
	set(object, "bytes", whole(census->time_wait * TCP_TIME_WAIT_BYTES));
	if (report->seen.settings->known[CATALOGUE_TCP_TIME_WAIT_MOST])
		set(object, "limit", json_integer(report->seen.settings->numbers[CATALOGUE_TCP_TIME_WAIT_MOST]));
	for (unsigned side = 0; census->detailed && side < CENSUS_SIDES; side++)
		set(object, census_side_names[side], whole(census->waits[side]));
	return object;
}

static json_t *peers_json(struct arena *arena, const struct report_tcp *report)
{
	json_t *array = json_array();
	size_t count;
	const struct census_peer **top = census_top_peers(arena, report->seen.census, report->top, &count);

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		set_address(arena, object, "address", &top[i]->address);
		if (top[i]->side == CENSUS_CONNECTS)
			set(object, "port", whole(top[i]->port));
		set(object, "side", json_string(census_side_names[top[i]->side]));
		set(object, "time_wait", whole(top[i]->time_wait));
		set(object, "sockets", whole(top[i]->sockets));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *services_json(struct arena *arena, const struct report_tcp *report)
{
	json_t *array = json_array();
	size_t count;
	const struct census_service **top = census_top_services(arena, report->seen.census, report->top, &count);

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		if (!tcp_address_is_any(&top[i]->address))
			set_address(arena, object, "address", &top[i]->address);
		set(object, "port", whole(top[i]->port));
		set(object, "listeners", whole(top[i]->listeners));
		if (top[i]->backlog_known) {
			set(object, "queue", whole(top[i]->queue));
			set(object, "backlog", whole(top[i]->backlog));
		}
		set(object, "time_wait", whole(top[i]->time_wait));
		set(object, "sockets", whole(top[i]->sockets));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *tuple_json(struct arena *arena, const struct headroom *headroom, const struct headroom_tuple *tuple)
{
	json_t *object = json_object();

	set_address(arena, object, "source", &tuple->source);
	set_address(arena, object, "destination", &tuple->destination);
	set(object, "port", whole(tuple->destination_port));
	set(object, "used", whole(tuple->used));
	set(object, "first_half", whole(tuple->first_half));
	set(object, "time_wait", whole(tuple->time_wait));
	set(object, "reusable", whole(tuple->ripe));
	set(object, "reuses", json_boolean(tuple->reuses));
	set(object, "taken", whole(tuple->taken));
	set(object, "percent", whole(headroom_percent(headroom, tuple)));
	set(object, "bound_early", whole(tuple->early));
	return object;
}

static json_t *ports_json(struct arena *arena, const struct report_tcp *report)
{
	const struct headroom *headroom = &report->seen.census->headroom;
	const struct tcp_settings *settings = report->seen.settings;
	json_t *tuples = json_array(), *sources = json_array(), *object = json_object();
	size_t count;
	const struct headroom_tuple **top = headroom_top(arena, headroom, report->top, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(tuples, tuple_json(arena, headroom, top[i]));
	const struct headroom_source **above = headroom_top_sources(arena, headroom, report->top, &count);
	for (size_t i = 0; i < count; i++) {
		json_t *source = json_object();

		set_address(arena, source, "address", &above[i]->address);
		set(source, "used", whole(above[i]->used));
		set(source, "percent", whole(headroom_source_percent(headroom, above[i])));
		set(source, "bound", whole(above[i]->bound));
		json_array_append_new(sources, source);
	}
	set(object, "first", whole(settings->range_first));
	set(object, "last", whole(settings->range_last));
	set(object, "room", whole(headroom->room));
	set(object, "held", whole(headroom->held));
	set(object, "capacity", whole(headroom->capacity));
	set(object, "first_half", whole(headroom->first_half));
	set(object, "tw_reuse", json_integer(settings->numbers[CATALOGUE_TCP_REUSE]));
	set(object, "tw_reuse_delay_ms", json_integer(settings->numbers[CATALOGUE_TCP_REUSE_DELAY]));
	set(object, "timestamps", json_integer(settings->numbers[CATALOGUE_TCP_TIMESTAMPS]));
	set(object, "percent_max", whole(headroom_percent_most(headroom)));
	set(object, "tuples", tuples);
	set(object, "sources", sources);
	return object;
}

static json_t *left_out_json(const struct census *census)
{
	json_t *object = json_object();

	set(object, "peers", whole(census->peers.left_out));
	set(object, "services", whole(census->services.left_out));
	set(object, "tuples", whole(census->headroom.tuples.left_out));
	set(object, "sources", whole(census->headroom.sources.left_out));
	return object;
}

static json_t *counters_json(const struct report_tcp *report)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < TCP_COUNTERS; i++) {
		if (!report->seen.counters->known[i])
			continue;
		json_t *object = json_object();
		set(object, "name", json_string(tcp_counter_rows[i].name));
		set(object, "value", whole(report->seen.counters->values[i]));
		if (report->seen.before != NULL)
			set(object, "per_second",
			    json_real((double)tcp_counters_grown(report->seen.before, report->seen.counters,
								 (enum tcp_counter)i) /
				      report->seen.seconds));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *readings_json(struct arena *arena, const struct readings *readings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < readings->count; i++) {
		const struct reading *reading = &readings->items[i];
		json_t *object = json_object(), *profiles = json_array();

		for (size_t j = 0; j < reading->profiles.count; j++)
			json_array_append_new(profiles, foreign(arena, reading->profiles.items[j]));
		set(object, "kind", json_string(reading_kind_names[reading->kind]));
		set(object, "severity", json_string(finding_severity_names[reading->severity]));
		set(object, "text", json_string(reading->text));
		if (reading->key != NULL)
			set(object, "key", json_string(key_name(arena, reading->key)));
		if (reading->value != NULL)
			set(object, "value", json_string(reading->value));
		set(object, "profiles", profiles);
		json_array_append_new(array, object);
	}
	return array;
}

json_t *report_tcp_json(struct arena *arena, const struct report_tcp *report)
{
	const struct census *census = report->seen.census;
	json_t *object = json_object();

	set(object, "schema", json_string("holdfast.tcp/1"));
	set(object, "time", json_string(report->time));
	set(object, "namespace", foreign(arena, report->namespace));
	set(object, "source", json_string(census_source_names[census->source]));
	set(object, "whole", json_boolean(census->whole));
	set(object, "sockets", whole(census_total(census)));
	set(object, "states", states_json(census));
	set(object, "time_wait", time_wait_json(report));
	if (census->source != CENSUS_SOCKSTAT)
		set(object, "fin_wait_2_orphans", whole(census->orphans));
	if (census->bound_known)
		set(object, "bound", whole(census->bound));
	if (report->seen.sockstat->known) {
		set(object, "host_orphans", whole(report->seen.sockstat->orphans));
		set(object, "host_buffer_bytes", whole(report->seen.sockstat->pages * report->seen.page_bytes));
	}
	if (census->detailed) {
		set(object, "peers", peers_json(arena, report));
		set(object, "services", services_json(arena, report));
		set(object, "ports", ports_json(arena, report));
		set(object, "left_out", left_out_json(census));
	}
	if (report->seen.before != NULL)
		set(object, "interval_s", json_real(report->seen.seconds));
	set(object, "counters", counters_json(report));
	set(object, "readings", readings_json(arena, report->readings));
	return object;
}
