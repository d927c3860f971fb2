#include "metrics_run.h"

#include "../base/array.h"
#include "../core/outcome.h"

/* One metric whose sample is 1, with what it says in its labels. */
struct info {
	const char *label;
	const json_t *object;
	const char *field;
};

static void info(const struct metrics *metrics, const char *name, const char *help, const struct info *parts,
		 size_t count)
{
	metrics_head(metrics, name, "gauge", NULL, help);
	text_string(metrics->text, name);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(parts[i].object, parts[i].field);
		char digits[32];

		snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		const char *text = json_is_integer(value) ? digits : json_string_value(value);
		metrics_label(metrics, i == 0 ? "{" : ",", parts[i].label, text != NULL ? text : "");
	}
	text_string(metrics->text, "} 1\n");
}

static void sample(const struct metrics *metrics, const char *name, const char *help, double value)
{
	metrics_head(metrics, name, "gauge", NULL, help);
	text_format(metrics->text, "%s %.15g\n", name, value);
}

static void identity(const struct metrics *metrics, const json_t *document)
{
	const json_t *host = json_object_get(document, "host"), *profile = json_object_get(document, "profile");
	const struct info build[] = {{"version", json_object_get(document, "agent"), "version"}};
	const struct info machine[] = {
		{"host_id", host, "id"},
		{"os", json_object_get(host, "os"), "id"},
		{"os_version", json_object_get(host, "os"), "version"},
		{"kernel", host, "kernel"},
	};
	const struct info measure[] = {
		{"profile", profile, "name"}, {"version", profile, "version"}, {"digest", profile, "digest"}};

	info(metrics, "holdfast_build_info", "The agent that made the last report.", build, COUNT_OF(build));
	info(metrics, "holdfast_host_info", "The host, by the id that its reports carry.", machine, COUNT_OF(machine));
	if (json_is_object(profile))
		info(metrics, "holdfast_profile_info", "The profile that the host is measured by.", measure,
		     COUNT_OF(measure));
}

/* "2026-11-23T07:05:04.123Z" in seconds since 1970; false: it is not such a text. */
static bool seconds_of(const char *time, double *seconds)
{
	struct tm parts = {0};
	const char *rest = time == NULL ? NULL : strptime(time, "%Y-%m-%dT%H:%M:%S", &parts);

	if (rest == NULL)
		return false;
	*seconds = (double)timegm(&parts);
	return *seconds >= 0;
}

static void run_itself(const struct metrics *metrics, const json_t *document)
{
	const json_t *run = json_object_get(document, "run");
	const char *mode = metrics_text_of(run, "mode"), *verdict = metrics_text_of(document, "verdict");
	const json_t *clock = json_object_get(run, "clock_synchronized");
	bool failed = json_array_size(json_object_get(run, "errors")) > 0 ||
		      (verdict != NULL && strcmp(verdict, "error") == 0);
	double value;

	if (mode != NULL)
		sample(metrics, "holdfast_enforcing", "Whether drift is removed, and not only reported.",
		       strcmp(mode, "enforce") == 0);
	metrics_plain(metrics, run, "interval_s", "holdfast_run_interval_seconds", "seconds",
		      "Time between two runs, as agent.yaml has it.");
	if (metrics_number_of(run, "seq", &value)) {
		metrics_head(metrics, "holdfast_runs", "counter", NULL, "Runs of this host so far.");
		text_format(metrics->text, "holdfast_runs_total %.15g\n", value);
	}
	if (seconds_of(metrics_text_of(document, "time"), &value))
		sample(metrics, "holdfast_last_run_timestamp_seconds", "When the last run was.", value);
	if (metrics_number_of(run, "duration_ms", &value))
		sample(metrics, "holdfast_last_run_duration_seconds", "How long it took, without the delivery.",
		       value / 1000);
	sample(metrics, "holdfast_last_run_success", "0: the run could not do its work; its report says why.", !failed);
	if (json_is_boolean(clock))
		sample(metrics, "holdfast_clock_synchronized", "Whether the kernel calls its clock synchronised.",
		       json_is_true(clock));
}

static void verdicts(const struct metrics *metrics, const json_t *document)
{
	static const char *const words[] = {"compliant", "drift", "pending", "error"};
	const char *verdict = metrics_text_of(document, "verdict");

	if (verdict == NULL)
		return;
	metrics_head(metrics, "holdfast_verdict", "gauge", NULL, "The verdict of the last run: one of them is 1.");
	for (size_t i = 0; i < COUNT_OF(words); i++)
		text_format(metrics->text, "holdfast_verdict{verdict=\"%s\"} %d\n", words[i],
			    strcmp(verdict, words[i]) == 0);
}

static void counts(const struct metrics *metrics, const json_t *document)
{
	const char *profile = metrics_text_of(json_object_get(document, "profile"), "name");
	double value;

	metrics_head(metrics, "holdfast_parameters", "gauge", NULL, "Parameters of the profile by status.");
	for (size_t i = 0; i < STATUSES; i++) {
		if (!metrics_number_of(json_object_get(document, "counts"), outcome_status_names[i], &value))
			continue;
		text_string(metrics->text, "holdfast_parameters");
		metrics_label(metrics, "{", "profile", profile != NULL ? profile : "");
		metrics_label(metrics, ",", "status", outcome_status_names[i]);
		text_format(metrics->text, "} %.15g\n", value);
	}
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; word != NULL && i < count; i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

/* Where the drift is: a boot side alone comes back with the next boot, a live side alone goes with it. */
static void sides(const struct metrics *metrics, const json_t *parameters)
{
	static const char *const drift[] = {"drift"}, *const off[] = {"differ", "unset"},
				 *const names[] = {"live", "boot"};
	const json_t *one;
	size_t i;

	metrics_head(metrics, "holdfast_drift_sides", "gauge", NULL,
		     "Parameters that have drifted, by side: the running kernel, or what the next boot would set.");
	for (size_t side = 0; side < COUNT_OF(names); side++) {
		size_t count = 0;

		json_array_foreach(parameters, i, one)
		{
			const char *state = metrics_text_of(json_object_get(one, names[side]), "state");

			count += is_one_of(metrics_text_of(one, "status"), drift, COUNT_OF(drift)) &&
				 is_one_of(state, off, COUNT_OF(off));
		}
		text_format(metrics->text, "holdfast_drift_sides{side=\"%s\"} %zu\n", names[side], count);
	}
}

static void named(const struct metrics *metrics, const json_t *parameters)
{
	static const char *const off[] = {"drift", "error", "not_settable"};
	static const char *const labels[] = {"key", "status", "severity"};
	const json_t *one;
	size_t i;

	metrics_head(metrics, "holdfast_parameter_off", "gauge", NULL, "The parameters that are off, by name.");
	json_array_foreach(parameters, i, one)
	{
		if (!is_one_of(metrics_text_of(one, "status"), off, COUNT_OF(off)))
			continue;
		text_string(metrics->text, "holdfast_parameter_off");
		for (size_t j = 0; j < COUNT_OF(labels); j++) {
			const char *text = metrics_text_of(one, labels[j]);

			metrics_label(metrics, j == 0 ? "{" : ",", labels[j], text != NULL ? text : "");
		}
		text_string(metrics->text, "} 1\n");
	}
}

static void waivers(const struct metrics *metrics, const json_t *document)
{
	metrics_plain(metrics, json_object_get(document, "counts"), "waived", "holdfast_waivers_active", NULL,
		      "Parameters that differ and may, by a waiver that still holds.");
}

/* --- the spool ---------------------------------------------------------------------------------------------------- */

/* One metric with a sample for each destination. */
struct row {
	const char *name, *type, *unit, *help;
	double (*value)(const struct spool_queue *queue, const struct spool_waiting *waiting); /* negative: none */
};

static double reports_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)queue;
	return (double)waiting->reports;
}

static double bytes_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)queue;
	return (double)waiting->bytes;
}

static double oldest_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)queue;
	return waiting->oldest_ms > 0 ? (double)waiting->oldest_ms / 1000 : -1;
}

static double failures_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)waiting;
	return (double)queue->state.failures;
}

static double refused_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)waiting;
	return (double)queue->state.refused;
}

static double delivery_of(const struct spool_queue *queue, const struct spool_waiting *waiting)
{
	(void)waiting;
	return queue->state.last_delivery > 0 ? (double)queue->state.last_delivery / 1000 : -1;
}

static const struct row rows[] = {
	{"holdfast_spool_reports", "gauge", NULL, "Reports that wait for delivery.", reports_of},
	{"holdfast_spool_bytes", "gauge", "bytes", "Their size.", bytes_of},
	{"holdfast_spool_oldest_timestamp_seconds", "gauge", "seconds", "When the oldest of them was made.", oldest_of},
	{"holdfast_reports_refused", "gauge", NULL,
	 "Reports that the receiver will never take, so far; a few lie in bad/.", refused_of},
	{"holdfast_delivery_failures", "gauge", NULL, "Deliveries that failed since the last one that did not.",
	 failures_of},
	{"holdfast_last_delivery_timestamp_seconds", "gauge", "seconds", "When a report was last delivered.",
	 delivery_of},
};

static void by_destination(const struct metrics *metrics, const struct metrics_spool *spool)
{
	struct arena *arena = metrics->text->arena;
	struct spool_waiting *waiting = arena_array(arena, spool->count, sizeof(*waiting));

	for (size_t i = 0; i < spool->count; i++)
		spool_look(arena, &spool->queues[i], &waiting[i]);
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		metrics_head(metrics, rows[r].name, rows[r].type, rows[r].unit, rows[r].help);
		for (size_t i = 0; i < spool->count; i++) {
			double value = rows[r].value(&spool->queues[i], &waiting[i]);

			if (value < 0)
				continue;
			text_string(metrics->text, rows[r].name);
			metrics_label(metrics, "{", "destination", spool->queues[i].name);
			text_format(metrics->text, "} %.15g\n", value);
		}
	}
	metrics_head(metrics, "holdfast_reports_dropped", "counter", NULL, "Reports that the spool had to give up.");
	for (size_t i = 0; i < spool->count; i++) {
		text_string(metrics->text, "holdfast_reports_dropped_total");
		metrics_label(metrics, "{", "destination", spool->queues[i].name);
		text_format(metrics->text, "} %llu\n",
			    (unsigned long long)counters_of(arena, spool->counters, spool->queues[i].name)->dropped);
	}
}

void metrics_run(const struct metrics *metrics, const json_t *document, const struct metrics_spool *spool)
{
	const json_t *parameters = json_object_get(document, "parameters");

	identity(metrics, document);
	run_itself(metrics, document);
	verdicts(metrics, document);
	counts(metrics, document);
	sides(metrics, parameters);
	named(metrics, parameters);
	waivers(metrics, document);
	if (spool == NULL)
		return;
	metrics_head(metrics, "holdfast_drift_corrected", "counter", NULL,
		     "Values and lines that were put right, over all runs.");
	text_format(metrics->text, "holdfast_drift_corrected_total %lld\n", (long long)spool->counters->corrected);
	if (spool->count > 0)
		by_destination(metrics, spool);
}
