#include "report_metrics.h"

#include "../base/attributes.h"

/* From so many percent on a peer is named. */
enum { NAMED_PERCENT = 50 };

static void states(const struct metrics *out, const json_t *array)
{
	static const char *const families[] = {"ipv4", "ipv6"};
	static const char name[] = "holdfast_tcp_sockets";
	size_t i;
	const json_t *one;

	metrics_head(out, name, "gauge", NULL, "TCP sockets by state; the family is empty where it is not told apart.");
	json_array_foreach(array, i, one)
	{
		const char *state = metrics_text_of(one, "state");
		double value;
		bool apart = false;

		for (size_t j = 0; state != NULL && j < COUNT_OF(families); j++) {
			if (!metrics_number_of(one, families[j], &value))
				continue;
			apart = true;
			text_string(out->text, name);
			metrics_label(out, "{", "state", state);
			metrics_label(out, ",", "family", families[j]);
			text_format(out->text, "} %.15g\n", value);
		}
		if (state == NULL || apart || !metrics_number_of(one, "sockets", &value))
			continue;
		text_string(out->text, name);
		metrics_label(out, "{", "state", state);
		metrics_label(out, ",", "family", "");
		text_format(out->text, "} %.15g\n", value);
	}
}

static void sides(const struct metrics *out, const json_t *time_wait)
{
	static const char *const names[] = {"connects", "accepts"};
	double value;

	if (!metrics_number_of(time_wait, names[0], &value))
		return;
	metrics_head(out, "holdfast_tcp_time_wait_sockets", "gauge", NULL,
		     "Sockets in TIME-WAIT by what this side did.");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (metrics_number_of(time_wait, names[i], &value))
			text_format(out->text, "holdfast_tcp_time_wait_sockets{side=\"%s\"} %.15g\n", names[i], value);
	}
}

static void ports(const struct metrics *out, const json_t *ports_object)
{
	static const char name[] = "holdfast_tcp_ports_taken_ratio";
	const json_t *tuples = json_object_get(ports_object, "tuples"), *one;
	double percent, port;
	size_t i;

	if (!json_is_array(tuples))
		return;
	metrics_plain(out, ports_object, "capacity", "holdfast_tcp_ports", NULL,
		      "Local ports that connect() has for each peer.");
	if (metrics_number_of(ports_object, "percent_max", &percent)) {
		metrics_head(out, "holdfast_tcp_ports_taken_max_ratio", "gauge", "ratio",
			     "Part of the ports that is taken towards the peer with the fewest left.");
		text_format(out->text, "holdfast_tcp_ports_taken_max_ratio %.15g\n", percent / 100);
	}
	metrics_head(out, name, "gauge", "ratio", "The same by peer, for those with half of the ports taken or more.");
	json_array_foreach(tuples, i, one)
	{
		const char *source = metrics_text_of(one, "source"), *destination = metrics_text_of(one, "destination");

		if (source == NULL || destination == NULL || !metrics_number_of(one, "port", &port) ||
		    !metrics_number_of(one, "percent", &percent) || percent < NAMED_PERCENT)
			continue;
		text_string(out->text, name);
		metrics_label(out, "{", "source", source);
		metrics_label(out, ",", "destination", destination);
		text_format(out->text, ",port=\"%.0f\"} %.15g\n", port, percent / 100);
	}
}

/* "TCPReqQFullDrop" is the kernel's name, and the one that people search for. */
static void counters(const struct metrics *out, const json_t *array)
{
	size_t i;
	const json_t *one;

	if (json_array_size(array) == 0)
		return;
	metrics_head(out, "holdfast_tcp_events", "counter", NULL,
		     "The kernel's counters that matter here, by their names in /proc/net/snmp and netstat.");
	json_array_foreach(array, i, one)
	{
		const char *name = metrics_text_of(one, "name");
		double value;

		if (name == NULL || !metrics_number_of(one, "value", &value))
			continue;
		text_string(out->text, "holdfast_tcp_events_total");
		metrics_label(out, "{", "counter", name);
		text_format(out->text, "} %.15g\n", value);
	}
}

/* How many readings there are of each severity: what an alert goes by. */
static void readings(const struct metrics *out, const json_t *array)
{
	static const char *const severities[] = {"error", "warning", "note"};
	const json_t *one;
	size_t i;

	if (!json_is_array(array))
		return;
	metrics_head(out, "holdfast_tcp_readings", "gauge", NULL, "What 'holdfast tcp' has to say, by severity.");
	for (size_t j = 0; j < COUNT_OF(severities); j++) {
		size_t count = 0;

		json_array_foreach(array, i, one)
		{
			const char *severity = metrics_text_of(one, "severity");

			count += severity != NULL && strcmp(severity, severities[j]) == 0;
		}
		text_format(out->text, "holdfast_tcp_readings{severity=\"%s\"} %zu\n", severities[j], count);
	}
}

bool report_metrics(const struct metrics *out, const json_t *census, struct error *err)
{
	const json_t *time_wait = json_object_get(census, "time_wait");

	if (!json_is_array(json_object_get(census, "states")))
		return error_set(err, "the census has no 'states'");
	states(out, json_object_get(census, "states"));
	sides(out, time_wait);
	metrics_plain(out, time_wait, "bytes", "holdfast_tcp_time_wait_bytes", "bytes",
		      "Memory of the sockets in TIME-WAIT.");
	metrics_plain(out, time_wait, "limit", "holdfast_tcp_time_wait_limit", NULL,
		      "How many the kernel keeps at most.");
	metrics_plain(out, census, "fin_wait_2_orphans", "holdfast_tcp_fin_wait_2_orphans", NULL,
		      "Closed sockets whose peer has not closed yet.");
	metrics_plain(out, census, "bound", "holdfast_tcp_bound_sockets", NULL,
		      "Sockets with a port that are not connected.");
	ports(out, json_object_get(census, "ports"));
	counters(out, json_object_get(census, "counters"));
	readings(out, json_object_get(census, "readings"));
	return true;
}
