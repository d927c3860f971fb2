#include "report_mode.h"

#include <jansson.h>

#include "../core/rollout.h"
#include "report_json.h"

/* The first whole percent with which the host is in. */
static unsigned in_from(const struct mode *mode)
{
	return mode->place / (ROLLOUT_PLACES / 100) + 1;
}

static bool has_expired(const struct report_mode *report, const struct config_waiver *waiver)
{
	return strcmp(report->today, waiver->until) > 0;
}

/* Without its query, in which some receivers want a secret. */
static const char *address(struct arena *arena, const char *url)
{
	return arena_printf(arena, "%.*s", (int)strcspn(url, "?#"), url);
}

/* --- for people --------------------------------------------------------------------------------------------------- */

static const char *shown(struct arena *arena, const char *text)
{
	return text == NULL ? "?" : text_printable(arena, text);
}

static const char *list(struct arena *arena, const struct text_list *words)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < words->count; i++)
		text_format(&text, "%s%s", i > 0 ? ", " : "", shown(arena, words->items[i]));
	return text.bytes != NULL ? text.bytes : "none";
}

static const char *reason(struct arena *arena, const struct report_mode *report)
{
	const struct mode *mode = report->mode;

	switch (mode->why) {
	case MODE_ENFORCED:
		return "";
	case MODE_IN_SHARE:
		return ", since this host is in the share of the rollout";
	case MODE_AUDIT_SAID:
		return ", since agent.yaml says 'mode: audit'";
	case MODE_NOT_TOLD:
		return report->config->assign.count > 0
			       ? ", since agent.yaml names no profile for this host: no rule of 'assign' fits it"
			       : ", since agent.yaml names no profile for this host and does not say 'mode: enforce'";
	case MODE_OUT_OF_SHARE:
		return arena_printf(arena, ", since this host is in the rollout only from %u %% on", in_from(mode));
	case MODE_NO_IDENTITY:
		return ", since a host without /etc/machine-id and a name is in the rollout only at 100 %";
	case MODE_WHYS:
		break;
	}
	return "";
}

static void rollout(struct text *out, const struct report_mode *report)
{
	const struct mode *mode = report->mode;
	const struct config *config = report->config;

	if (config->rollout_percent >= 100) {
		text_string(out, "  rollout    all hosts\n");
		return;
	}
	text_format(out, "  rollout    %u %%", config->rollout_percent);
	if (config->rollout_seed[0] != '\0')
		text_format(out, ", seed '%s'", shown(out->arena, config->rollout_seed));
	if (mode->host != NULL)
		text_format(out, "; this host is number %u of %d, in from %u %% on", mode->place, ROLLOUT_PLACES,
			    in_from(mode));
	text_string(out, "\n");
}

static void profiles(struct text *out, const struct report_mode *report)
{
	const struct config_assignment *rule = config_assigned(report->config, report->facts);

	text_format(out, "  profiles   %s", list(out->arena, report->profiles));
	if (rule != NULL)
		text_format(out, ", by the rule of 'assign' in %s:%u", shown(out->arena, rule->source.file),
			    rule->source.line);
	else if (report->config->profiles.count == 0)
		text_format(out, ", since %s",
			    report->config->assign.count > 0 ? "no rule of 'assign' fits this host"
							     : "agent.yaml names none");
	text_string(out, "\n");
}

static void waivers(struct text *out, const struct report_mode *report)
{
	for (size_t i = 0; i < report->config->waivers.count; i++) {
		const struct config_waiver *waiver = &report->config->waivers.items[i];

		text_format(out, "  %-10s %s, %s %s: %s\n", i == 0 ? "waivers" : "",
			    key_name(out->arena, waiver->key.path),
			    has_expired(report, waiver) ? "expired, it was until" : "until", waiver->until,
			    shown(out->arena, waiver->reason));
	}
}

static void destinations(struct text *out, const struct report_mode *report)
{
	const struct config *config = report->config;

	for (size_t i = 0; i < config->reports.count; i++)
		text_format(out, "  %-10s %s, %s\n", i == 0 ? "reports" : "",
			    shown(out->arena, config->reports.items[i].name),
			    shown(out->arena, address(out->arena, config->reports.items[i].url)));
	if (config->reports.count > 0)
		text_format(out, "  %-10s sent within %u s, at this host's own moment\n", "", report->splay_s);
	if (config->metrics_textfile != NULL)
		text_format(out, "  metrics    %s\n", shown(out->arena, config->metrics_textfile));
}

void report_mode(struct text *out, const struct report_mode *report)
{
	const struct facts *facts = report->facts;

	text_format(out, "holdfast run on %s %s%s.\n\n", shown(out->arena, facts->host_name),
		    report->mode->audit ? "only looks" : "changes what differs", reason(out->arena, report));
	if (facts->host_id != NULL)
		text_format(out, "  host       %s\n", shown(out->arena, facts->host_id));
	text_format(out, "  settings   %s\n",
		    report->config->file != NULL ? shown(out->arena, report->config->file)
						 : "none, so the defaults hold");
	profiles(out, report);
	rollout(out, report);
	waivers(out, report);
	destinations(out, report);
	text_format(out, "  limit      a run is ended after %u s\n", report->time_limit_s);
}

/* --- for programs ------------------------------------------------------------------------------------------------- */

static json_t *texts(const struct text_list *words)
{
	json_t *array = json_array();

	for (size_t i = 0; i < words->count; i++)
		json_array_append_new(array, report_json_text(words->items[i]));
	return array;
}

static json_t *waivers_json(struct arena *arena, const struct report_mode *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->config->waivers.count; i++) {
		const struct config_waiver *waiver = &report->config->waivers.items[i];

		json_array_append_new(array, json_pack("{s:o, s:o, s:o, s:b}", "key",
						       report_json_text(key_name(arena, waiver->key.path)), "until",
						       report_json_text(waiver->until), "reason",
						       report_json_text(waiver->reason), "expired",
						       has_expired(report, waiver)));
	}
	return array;
}

static json_t *destinations_json(struct arena *arena, const struct config *config)
{
	json_t *array = json_array();

	for (size_t i = 0; i < config->reports.count; i++)
		json_array_append_new(array,
				      json_pack("{s:o, s:o}", "name", report_json_text(config->reports.items[i].name),
						"url", report_json_text(address(arena, config->reports.items[i].url))));
	return array;
}

static json_t *rollout_json(const struct report_mode *report)
{
	const struct mode *mode = report->mode;
	json_t *object = json_pack("{s:i, s:o}", "percent", (int)report->config->rollout_percent, "seed",
				   report_json_text(report->config->rollout_seed));

	json_object_set_new(object, "place", mode->host == NULL ? json_null() : json_integer(mode->place));
	json_object_set_new(object, "in_from_percent",
			    mode->host == NULL ? json_integer(100) : json_integer(in_from(mode)));
	return object;
}

bool report_mode_json(struct text *out, const struct report_mode *report, struct error *err)
{
	const struct config *config = report->config;
	const struct config_assignment *rule = config_assigned(config, report->facts);
	json_t *object = json_object();

	json_object_set_new(object, "schema", json_string("holdfast.mode/1"));
	json_object_set_new(object, "host",
			    json_pack("{s:o, s:o}", "id", report_json_text(report->facts->host_id), "name",
				      report_json_text(report->facts->host_name)));
	json_object_set_new(object, "settings", report_json_text(config->file));
	json_object_set_new(object, "profiles", texts(report->profiles));
	json_object_set_new(object, "rule",
			    rule == NULL ? json_null()
					 : json_pack("{s:o, s:i}", "file", report_json_text(rule->source.file), "line",
						     (int)rule->source.line));
	json_object_set_new(object, "mode", json_string(report->mode->audit ? "audit" : "enforce"));
	json_object_set_new(object, "why", json_string(mode_why_names[report->mode->why]));
	json_object_set_new(object, "rollout", rollout_json(report));
	json_object_set_new(object, "waivers", waivers_json(out->arena, report));
	json_object_set_new(object, "reports", destinations_json(out->arena, config));
	json_object_set_new(object, "splay_s", json_integer(report->splay_s));
	json_object_set_new(object, "metrics", report_json_text(config->metrics_textfile));
	json_object_set_new(object, "time_limit_s", json_integer(report->time_limit_s));
	return report_json_print(out, object, err);
}
