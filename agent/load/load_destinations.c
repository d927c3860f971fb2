#include "load_destinations.h"

#include "../base/text.h"

static struct config_report *report_of(void *target)
{
	return target;
}

static void report_name(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	const char *text = NULL;

	fields_word(reader, name, node, &text);
	if (text != NULL && !fields_is_name(text))
		findings_error(reader->findings, node->source, "'%s' is %s, found '%.80s'", name->text,
			       fields_name_rule, text);
	/* The spool keeps files of its own beside the folders of destinations. */
	if (text != NULL && (text_ends(text, ".json") || text_ends(text, ".gz") || text_ends(text, ".lock") ||
			     strcmp(text, "lock") == 0))
		findings_error(reader->findings, node->source,
			       "'%s' names a folder of the spool, and a file there may be called '%s'", name->text,
			       text);
	report_of(target)->name = text;
}

/* The host of an address of http://, when it is this machine. */
static bool is_loopback(const char *url)
{
	const char *host = url + strlen("http://");
	size_t length = strcspn(host, "/?#");

	if (memchr(host, '@', length) != NULL)
		return false;
	if (text_starts(host, "[::1]"))
		return length == 5 || host[5] == ':';
	const char *colon = memchr(host, ':', length);
	length = colon != NULL ? (size_t)(colon - host) : length;
	bool named = length == strlen("localhost") && text_starts(host, "localhost");
	return named || (text_starts(host, "127.") && strspn(host, "0123456789.") == length);
}

static void report_url(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	const char *text = NULL;

	fields_word(reader, name, node, &text);
	if (text == NULL)
		return;
	size_t kind = text_starts(text, "https://")  ? strlen("https://")
		      : text_starts(text, "http://") ? strlen("http://")
						     : 0;
	if (memchr(text + kind, '@', strcspn(text + kind, "/?#")) != NULL) {
		findings_error(reader->findings, node->source,
			       "'%s' may carry no user and no password; a token goes into a file: 'token_file'",
			       name->text);
		return;
	}
	if (kind == 0 || text[kind] == '\0' || strchr(text, ' ') != NULL)
		findings_error(reader->findings, node->source,
			       "'%s' is an address that begins with https://, found '%s'", name->text, text);
	report_of(target)->url = text;
	report_of(target)->url_source = node->source;
}

/* One field of the destination that names a file. */
#define REPORT_FILE(member) \
	static void report_##member(struct fields_reader *reader, const struct yaml_node *name, \
				    const struct yaml_node *node, void *target) \
	{ \
		fields_path(reader, name, node, &report_of(target)->member); \
	}
REPORT_FILE(token_file)
REPORT_FILE(ca_file)
REPORT_FILE(cert_file)
REPORT_FILE(key_file)

static void report_insecure(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			    void *target)
{
	fields_boolean(reader, name, node, &report_of(target)->insecure);
}

static void report_mode(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	static const char *const words[] = {"full", "changes"};
	unsigned index = 0;

	fields_choice(reader, name, node, words, COUNT_OF(words), &index);
	report_of(target)->changes_only = index == 1;
}

void load_destination(struct fields_reader *reader, const struct yaml_node *node, struct config_report *report)
{
	static const struct field fields[] = {
		{"name", report_name, true},
		{"url", report_url, true},
		{"token_file", report_token_file, false},
		{"ca_file", report_ca_file, false},
		{"cert_file", report_cert_file, false},
		{"key_file", report_key_file, false},
		{"insecure", report_insecure, false},
		{"mode", report_mode, false},
	};

	fields_read(reader, node, fields, COUNT_OF(fields), "a destination of 'reports'", report);
}

void load_destinations_check(struct findings *findings, const struct config *config)
{
	for (size_t i = 0; i < config->reports.count; i++) {
		const struct config_report *report = &config->reports.items[i];

		if (report->url != NULL && text_starts(report->url, "http://") && !report->insecure &&
		    !is_loopback(report->url))
			findings_error(findings, report->url_source,
				       "'%s' would send reports in clear text; use https://, or add 'insecure: true'",
				       report->url);
		for (size_t j = 0; j < i; j++) {
			if (text_equal(config->reports.items[j].name, report->name) && report->name != NULL)
				findings_error(findings, report->url_source,
					       "two destinations of 'reports' are called '%s'", report->name);
		}
	}
}
