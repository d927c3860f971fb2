#include "report_json.h"

#include "../base/digest.h"
#include "report_tcp_json.h"

/* As many as a double keeps of what people write. */
enum { REAL_DIGITS = 15 };

json_t *report_json_text(const char *text)
{
	struct arena arena = {0};
	json_t *json = text == NULL ? json_null() : json_string(text);

	if (json == NULL)
		json = json_string(text_repaired(&arena, text));
	arena_free(&arena);
	return json;
}

static json_t *texts_json(const char *const *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, report_json_text(items[i]));
	return array;
}

json_t *report_json_wanted(const struct wanted *wanted)
{
	json_t *object = json_object();

	switch (wanted->kind) {
	case WANTED_VALUE:
		json_object_set_new(object, "value", report_json_text(wanted->value));
		break;
	case WANTED_BOUNDS:
		if (wanted->min != NULL)
			json_object_set_new(object, "min", report_json_text(wanted->min));
		if (wanted->max != NULL)
			json_object_set_new(object, "max", report_json_text(wanted->max));
		break;
	case WANTED_ONE_OF:
		json_object_set_new(object, "one_of", texts_json(wanted->one_of.items, wanted->one_of.count));
		break;
	}
	return object;
}

static json_t *place_json(struct source source)
{
	return json_pack("{s:o, s:i}", "file", report_json_text(source.file), "line", (int)source.line);
}

static json_t *live_json(const struct outcome_parameter *parameter, bool secret)
{
	json_t *object = json_pack("{s:s}", "state", outcome_live_names[parameter->live]);

	if (parameter->live_seen->state == LIVE_READ && !secret)
		json_object_set_new(object, "value", report_json_text(parameter->live_seen->value));
	return object;
}

static json_t *boot_json(const struct outcome_parameter *parameter, bool secret)
{
	const struct observed_boot *boot = parameter->boot_seen;
	json_t *object = json_pack("{s:s}", "state", outcome_boot_names[parameter->boot]);

	if (boot->winner != NULL) {
		if (!secret)
			json_object_set_new(object, "value", report_json_text(boot->winner->value));
		json_object_set_new(object, "from", place_json(boot->winner->source));
	}
	if (boot->shadowed_count == 0)
		return object;
	json_t *shadowed = json_array();
	for (size_t i = 0; i < boot->shadowed_count; i++) {
		json_t *line = place_json(boot->shadowed[i]->source);

		if (!secret)
			json_object_set_new(line, "value", report_json_text(boot->shadowed[i]->value));
		json_array_append_new(shadowed, line);
	}
	json_object_set_new(object, "shadowed", shadowed);
	return object;
}

static bool wanted_known(const struct desired_item *item)
{
	return item->wanted.kind != WANTED_VALUE || item->wanted.value != NULL;
}

/* The fields that a key has in every document. */
static json_t *item_json(struct arena *arena, const struct desired_item *item)
{
	const struct requirement *requirement = item->requirement;
	json_t *object = json_pack("{s:o, s:s, s:o}", "key", report_json_text(key_name(arena, item->path)), "severity",
				   severity_names[requirement->severity], "source", place_json(requirement->source));

	if (requirement->controls.count > 0)
		json_object_set_new(object, "controls",
				    texts_json(requirement->controls.items, requirement->controls.count));
	if (requirement->why != NULL)
		json_object_set_new(object, "why", report_json_text(requirement->why));
	if (wanted_known(item) && !report_is_secret(item))
		json_object_set_new(object, "wanted", report_json_wanted(&item->wanted));
	return object;
}

static json_t *parameter_json(struct arena *arena, const struct outcome_parameter *parameter)
{
	bool secret = report_is_secret(parameter->item);
	json_t *object = item_json(arena, parameter->item);

	json_object_set_new(object, "status", json_string(outcome_status_names[parameter->status]));
	if (outcome_reason_names[parameter->reason] != NULL)
		json_object_set_new(object, "reason", json_string(outcome_reason_names[parameter->reason]));
	json_object_set_new(object, "live", live_json(parameter, secret));
	json_object_set_new(object, "boot", boot_json(parameter, secret));
	if (parameter->waiver != NULL)
		json_object_set_new(object, "waiver",
				    json_pack("{s:o, s:o}", "until", report_json_text(parameter->waiver->until),
					      "reason", report_json_text(parameter->waiver->reason)));
	return object;
}

static json_t *change_json(struct arena *arena, const struct plan_step *step)
{
	bool secret = report_hides(step);
	json_t *object = json_pack("{s:o, s:s}", "key", report_json_text(key_name(arena, step->path)), "kind",
				   plan_kind_names[step->kind]);

	if (step->file != NULL)
		json_object_set_new(object, "file", report_json_text(step->file));
	if (step->line > 0)
		json_object_set_new(object, "line", json_integer((json_int_t)step->line));
	if (step->from != NULL && !secret)
		json_object_set_new(object, "from", report_json_text(step->from));
	if (step->to != NULL && !secret)
		json_object_set_new(object, "to", report_json_text(step->to));
	json_object_set_new(object, "result", json_string(plan_result_names[step->result]));
	if (outcome_reason_names[step->reason] != NULL)
		json_object_set_new(object, "reason", json_string(outcome_reason_names[step->reason]));
	return object;
}

static json_t *host_json(const struct report *report)
{
	const struct facts *facts = report->facts;

	return json_pack("{s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:s, s:o, s:o}", "id", report_json_text(facts->host_id),
			 "name", report_json_text(facts_shown(facts->host_name)), "kernel",
			 report_json_text(facts_shown(facts->kernel)), "os", "id", report_json_text(facts->os_id),
			 "version", report_json_text(facts->os_version), "arch",
			 report_json_text(facts_shown(facts->arch)), "virtualization",
			 facts->virtualization != NULL ? facts->virtualization : "none", "boot_id",
			 report_json_text(facts->boot_id), "tags", texts_json(facts->tags.items, facts->tags.count));
}

static json_t *run_json(const struct report *report)
{
	const struct config *config = report->config;
	enum facts_clock clock = report->facts->clock;
	json_t *errors = report->errors != NULL ? texts_json(report->errors->items, report->errors->count)
						: json_array();

	return json_pack("{s:o, s:I, s:s, s:s, s:o, s:o, s:o, s:I, s:o}", "seq",
			 report->seq > 0 ? json_integer((json_int_t)report->seq) : json_null(), "duration_ms",
			 (json_int_t)report->duration_ms, "mode", report->audit ? "audit" : "enforce", "trigger",
			 report->trigger, "interval_s",
			 config->interval_s > 0 ? json_integer((json_int_t)config->interval_s) : json_null(),
			 "uptime_s",
			 report->facts->uptime_s >= 0 ? json_integer((json_int_t)report->facts->uptime_s) : json_null(),
			 "clock_synchronized",
			 clock == FACTS_CLOCK_UNKNOWN ? json_null() : json_boolean(clock == FACTS_CLOCK_SET),
			 "dropped_reports", (json_int_t)report->dropped_reports, "errors", errors);
}

static json_t *profile_json(struct arena *arena, const struct report *report)
{
	const struct profile *profile = report_profile(report);
	json_t *layers = json_array();

	if (profile == NULL) {
		json_decref(layers);
		return json_null();
	}
	for (size_t i = 0; i < report->layers->count; i++) {
		const struct profile *layer = report->layers->items[i];

		json_array_append_new(layers, json_pack("{s:s, s:o, s:s}", "name", layer->name, "file",
							report_json_text(layer->file), "digest",
							digest_hex(arena, layer->bytes, layer->length)));
	}
	return json_pack("{s:s, s:I, s:s, s:o}", "name", profile->name, "version", (json_int_t)profile->version,
			 "digest", report->digest, "layers", layers);
}

static json_t *counts_json(const struct outcome *outcome)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < STATUSES; i++)
		json_object_set_new(object, outcome_status_names[i], json_integer((json_int_t)outcome->counts[i]));
	return object;
}

static bool print(struct text *out, json_t *document, size_t flags, struct error *err)
{
	char *text = document == NULL ? NULL : json_dumps(document, flags | JSON_REAL_PRECISION(REAL_DIGITS));

	json_decref(document);
	if (text == NULL)
		return error_set(err, "the report cannot be written as JSON");
	text_string(out, text);
	text_string(out, "\n");
	free(text);
	return true;
}

bool report_json_print(struct text *out, json_t *document, struct error *err)
{
	return print(out, document, JSON_INDENT(2), err);
}

bool report_json_line(struct text *out, json_t *document, struct error *err)
{
	return print(out, document, JSON_COMPACT, err);
}

json_t *report_json_document(struct arena *arena, const struct report *report)
{
	json_t *parameters = json_array(), *changes = json_array();

	for (size_t i = 0; i < report->outcome->count; i++)
		json_array_append_new(parameters, parameter_json(arena, &report->outcome->items[i]));
	for (size_t i = 0; report->plan != NULL && i < report->plan->count; i++) {
		if (report->plan->items[i].result != PLAN_NOT_TRIED)
			json_array_append_new(changes, change_json(arena, &report->plan->items[i]));
	}
	json_t *document = json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:{s:s, s:s}, s:o, s:o, s:s, s:s, s:o, s:s, s:o, s:o, s:o}", "schema",
		"holdfast.report/1", "id", report->id, "time", report->time, "kind", "full", "host", host_json(report),
		"agent", "version", report->agent_version, "command", report->command, "run", run_json(report),
		"profile", profile_json(arena, report), "loader", report->loader, "verdict",
		outcome_verdict_name(report->outcome->verdict), "counts", counts_json(report->outcome), "fingerprint",
		outcome_fingerprint(arena, report->outcome), "parameters", parameters, "changes", changes,
		"transaction", report_json_text(report->transaction));
	if (report->tcp_before != NULL)
		json_object_set_new(document, "tcp_before", report_tcp_json(arena, report->tcp_before));
	if (report->tcp != NULL)
		json_object_set_new(document, "tcp", report_tcp_json(arena, report->tcp));
	return document;
}

bool report_json(struct text *out, const struct report *report, struct error *err)
{
	return report_json_print(out, report_json_document(out->arena, report), err);
}

bool report_json_desired(struct text *out, const struct report *report, const struct desired *desired,
			 struct error *err)
{
	json_t *parameters = json_array();

	for (size_t i = 0; i < desired->count; i++) {
		const struct desired_item *item = &desired->items[i];
		json_t *object = item_json(out->arena, item);

		json_object_set_new(object, "layer", json_string(item->layer->name));
		json_object_set_new(object, "applies", json_boolean(item->state == DESIRED_WANTED));
		json_array_append_new(parameters, object);
	}
	return report_json_print(out,
				 json_pack("{s:s, s:o, s:o}", "schema", "holdfast.desired/1", "profile",
					   profile_json(out->arena, report), "parameters", parameters),
				 err);
}
