#include "destinations.h"

#include <jansson.h>

static void set_text(json_t *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, name, json_string(text));
}

bool destinations_print(struct text *out, const struct config *config, const char *host_id, struct error *err)
{
	json_t *items = json_array();

	for (size_t i = 0; i < config->reports.count; i++) {
		const struct config_report *report = &config->reports.items[i];
		json_t *item = json_object();

		set_text(item, "name", report->name);
		set_text(item, "url", report->url);
		set_text(item, "token_file", report->token_file);
		set_text(item, "ca_file", report->ca_file);
		set_text(item, "cert_file", report->cert_file);
		set_text(item, "key_file", report->key_file);
		json_array_append_new(items, item);
	}
	json_t *object = json_pack("{s:s, s:o}", "agent", HOLDFAST_VERSION, "destinations", items);
	set_text(object, "host_id", host_id);
	char *text = json_dumps(object, JSON_INDENT(2));
	json_decref(object);
	if (text == NULL)
		return error_set(err, "the destinations cannot be written as JSON");
	text_format(out, "%s\n", text);
	free(text);
	return true;
}
