#include "report_hdf.h"

#include "../base/digest.h"
#include "../base/text.h"
#include "report_failure.h"
#include "report_json.h"
#include "report_wanted.h"

/* How the viewer's impact stands for our severities; 0 would mean that the control does not apply. */
static const struct {
	const char *severity;
	double impact;
} impacts[] = {{"info", 0.05}, {"low", 0.3}, {"medium", 0.5}, {"high", 0.7}, {"critical", 1.0}};

/* For a parameter whose profile names no control of NIST SP 800-53: configuration settings, which each of them is. */
static const char any_control[] = "CM-6 b";

static const char nist[] = "NIST ";

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static bool is(const json_t *object, const char *name, const char *word)
{
	return strcmp(text_of(object, name), word) == 0;
}

static double impact_of(const json_t *parameter)
{
	if (is(parameter, "status", "not_applicable"))
		return 0;
	for (size_t i = 0; i < COUNT_OF(impacts); i++) {
		if (is(parameter, "severity", impacts[i].severity))
			return impacts[i].impact;
	}
	return 0.5;
}

/* The controls that the profile names: NIST's drive the viewer's tree map, the others stand beside them. */
static json_t *tags_of(const json_t *parameter)
{
	json_t *tags = json_object(), *families = json_array(), *others = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(parameter, "controls"), i, one)
	{
		const char *control = json_string_value(one);

		if (control == NULL)
			continue;
		bool ours = text_starts(control, nist);
		json_array_append_new(ours ? families : others, json_string(ours ? control + strlen(nist) : control));
	}
	if (json_array_size(families) == 0)
		json_array_append_new(families, json_string(any_control));
	json_object_set_new(tags, "nist", families);
	json_object_set_new(tags, "severity", json_string(text_of(parameter, "severity")));
	json_object_set_new(tags, "controls", others);
	return tags;
}

/* What one side has, in words: "live: 60". */
static const char *found(struct arena *arena, const char *side, const json_t *seen)
{
	const json_t *from = json_object_get(seen, "from"), *value = json_object_get(seen, "value");
	struct text text = {.arena = arena};

	text_format(&text, "%s: %s", side,
		    json_is_string(value) ? text_printable(arena, json_string_value(value)) : text_of(seen, "state"));
	if (json_is_object(from))
		text_format(&text, " (%s:%" JSON_INTEGER_FORMAT ")", text_printable(arena, text_of(from, "file")),
			    json_integer_value(json_object_get(from, "line")));
	return text.bytes;
}

static json_t *result_new(struct arena *arena, const char *status, const char *described, const char *time)
{
	json_t *result = json_pack("{s:s, s:o, s:s, s:f}", "status", status, "code_desc",
				   report_json_text(text_repaired(arena, described)), "start_time", time, "run_time",
				   0.0);

	return result;
}

/* What a secret should be is not told. */
static const char *demand(struct arena *arena, const char *key, const char *wanted, const char *where)
{
	if (wanted[0] == '\0')
		return arena_printf(arena, "%s is as the profile wants it in %s", key, where);
	return arena_printf(arena, "%s is %s in %s", key, wanted, where);
}

static const char *complaint(struct arena *arena, const char *wanted, const char *what)
{
	return wanted[0] == '\0' ? arena_printf(arena, "found %s", what)
				 : arena_printf(arena, "wanted %s, found %s", wanted, what);
}

/* A side that is managed: passed when it matches, failed when not. */
static void add_side(struct arena *arena, json_t *results, const json_t *parameter, const char *side, const char *time)
{
	const json_t *seen = json_object_get(parameter, side);
	const char *state = text_of(seen, "state"), *key = text_of(parameter, "key");
	const char *wanted = report_wanted_text(arena, json_object_get(parameter, "wanted"));

	if (!json_is_object(seen) || strcmp(state, "unmanaged") == 0)
		return;
	bool passed = strcmp(state, "match") == 0;
	const char *what = strcmp(side, "live") == 0 ? "the running kernel" : "the next boot";
	json_t *result = result_new(arena, passed ? "passed" : "failed", demand(arena, key, wanted, what), time);
	if (!passed)
		json_object_set_new(result, "message",
				    report_json_text(complaint(arena, wanted, found(arena, side, seen))));
	json_array_append_new(results, result);
}

static json_t *skipped(struct arena *arena, const json_t *parameter, const char *time)
{
	json_t *result = result_new(arena, "skipped", text_of(parameter, "key"), time);

	json_object_set_new(result, "skip_message",
			    report_json_text(arena_printf(arena, "%s: %s", text_of(parameter, "status"),
							  text_of(parameter, "reason"))));
	return result;
}

static json_t *results_of(struct arena *arena, const json_t *parameter, const char *time)
{
	json_t *results = json_array();

	if (is(parameter, "status", "not_applicable") || is(parameter, "status", "pending") ||
	    is(parameter, "status", "waived")) {
		json_array_append_new(results, skipped(arena, parameter, time));
		return results;
	}
	add_side(arena, results, parameter, "live", time);
	add_side(arena, results, parameter, "boot", time);
	if (is(parameter, "status", "compliant") && json_array_size(results) == 0)
		json_array_append_new(results, result_new(arena, "passed", text_of(parameter, "key"), time));
	if (is(parameter, "status", "error") || json_array_size(results) == 0) {
		json_t *result = result_new(arena, "failed", text_of(parameter, "key"), time);
		const char *why =
			arena_printf(arena, "%s: %s", text_of(parameter, "status"), text_of(parameter, "reason"));

		json_object_set_new(result, "message", report_json_text(why));
		if (is(parameter, "status", "error"))
			json_object_set_new(result, "backtrace", json_pack("[s]", why));
		json_array_append_new(results, result);
	}
	return results;
}

static json_t *descriptions_of(struct arena *arena, const json_t *parameter)
{
	json_t *descriptions = json_array();
	const char *wanted = report_wanted_text(arena, json_object_get(parameter, "wanted"));
	const struct {
		const char *label, *data;
	} all[] = {
		{"check", arena_printf(arena, "sysctl %s; %s; %s", text_of(parameter, "key"),
				       found(arena, "live", json_object_get(parameter, "live")),
				       found(arena, "boot", json_object_get(parameter, "boot")))},
		{"fix", arena_printf(arena, "set %s%s%s: holdfast apply", text_of(parameter, "key"),
				     wanted[0] != '\0' ? " to " : "", wanted)},
	};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		json_array_append_new(descriptions, json_pack("{s:s, s:o}", "label", all[i].label, "data",
							      report_json_text(all[i].data)));
	return descriptions;
}

static void add_waiver(const json_t *parameter, json_t *control)
{
	const json_t *waiver = json_object_get(parameter, "waiver");
	bool holds = is(parameter, "status", "waived");

	if (!json_is_object(waiver))
		return;
	json_object_set_new(control, "waiver_data",
			    json_pack("{s:s, s:s, s:b, s:b, s:s}", "expiration_date", text_of(waiver, "until"),
				      "justification", text_of(waiver, "reason"), "run", !holds,
				      "skipped_due_to_waiver", holds, "message",
				      holds ? "" : "the waiver has expired"));
}

static json_t *control_of(struct arena *arena, const json_t *parameter, const char *time)
{
	const char *key = text_of(parameter, "key"), *why = text_of(parameter, "why");
	const char *wanted = report_wanted_text(arena, json_object_get(parameter, "wanted"));
	const json_t *source = json_object_get(parameter, "source");
	bool applies = !is(parameter, "status", "not_applicable");
	const char *title = wanted[0] != '\0' ? arena_printf(arena, "%s is %s", key, wanted) : key;
	const char *described =
		applies ? why : arena_printf(arena, "Not applicable (%s). %s", text_of(parameter, "reason"), why);
	json_t *control = json_object();

	json_object_set_new(control, "id", report_json_text(key));
	json_object_set_new(control, "title", report_json_text(text_printable(arena, title)));
	json_object_set_new(control, "desc", report_json_text(described));
	json_object_set_new(control, "descriptions", descriptions_of(arena, parameter));
	json_object_set_new(control, "impact", json_real(impact_of(parameter)));
	json_object_set_new(control, "refs", json_array());
	json_object_set_new(control, "tags", tags_of(parameter));
	json_object_set_new(control, "code", json_string(""));
	json_object_set_new(control, "source_location",
			    json_pack("{s:s, s:I}", "ref", text_of(source, "file"), "line",
				      json_integer_value(json_object_get(source, "line"))));
	add_waiver(parameter, control);
	json_object_set_new(control, "results", results_of(arena, parameter, time));
	return control;
}

static json_t *profile_of(struct arena *arena, const json_t *document, json_t *controls)
{
	const json_t *profile = json_object_get(document, "profile");
	const char *version =
		arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(profile, "version")));
	/* The same parameters of the same profile are the same profile, whatever this host makes of them. */
	const char *digest = text_of(profile, "digest");

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[], s:[], s:[], s:s, s:o}", "name", text_of(profile, "name"),
			 "title", arena_printf(arena, "holdfast profile %s", text_of(profile, "name")), "version",
			 version, "sha256", digest, "summary",
			 "Kernel parameters: the running kernel and the next boot", "supports", "attributes", "groups",
			 "status", "loaded", "controls", controls);
}

json_t *report_hdf(struct arena *arena, const json_t *document, struct error *err)
{
	json_t *parameters = report_failure_or_parameters(arena, document);
	const json_t *one, *host = json_object_get(document, "host"), *duration;
	json_t *controls = json_array();
	size_t i;

	if (parameters == NULL) {
		json_decref(controls);
		error_set(err, "%s", report_no_parameters);
		return NULL;
	}
	json_array_foreach(parameters, i, one)
	{
		json_array_append_new(controls, control_of(arena, one, text_of(document, "time")));
	}
	json_decref(parameters);
	duration = json_object_get(json_object_get(document, "run"), "duration_ms");
	/* The viewer prints name and release with nothing between. */
	const char *release = arena_printf(arena, " %s %s, Linux %s", text_of(json_object_get(host, "os"), "id"),
					   text_of(json_object_get(host, "os"), "version"), text_of(host, "kernel"));
	return json_pack("{s:{s:s, s:s, s:s}, s:s, s:{s:f}, s:[o]}", "platform", "name", text_of(host, "name"),
			 "release", release, "target_id", text_of(host, "id"), "version",
			 text_of(json_object_get(document, "agent"), "version"), "statistics", "duration",
			 (double)json_integer_value(duration) / 1000, "profiles",
			 profile_of(arena, document, controls));
}
