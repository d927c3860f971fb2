#include "load_config.h"

#include "../base/text.h"
#include "fields.h"

enum { DEFAULT_INTERVAL_S = 900 };

static struct config *config_of(void *target)
{
	return target;
}

static void read_profiles(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	fields_texts(reader, name, node, false, &config_of(target)->profiles);
}

static void rule_when(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	fields_condition(reader, name, node, &((struct config_assignment *)target)->when);
}

static void rule_profiles(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	fields_texts(reader, name, node, false, &((struct config_assignment *)target)->profiles);
}

static bool is_list(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node)
{
	if (node->kind != YAML_KIND_LIST)
		findings_error(reader->findings, node->source, "'%s' is a list, found %s", name->text,
			       yaml_describe(reader->arena, node));
	return node->kind == YAML_KIND_LIST;
}

static void read_assign(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	static const struct field fields[] = {{"when", rule_when, false}, {"profiles", rule_profiles, true}};

	if (!is_list(reader, name, node))
		return;
	for (size_t i = 0; i < node->list.count; i++)
		fields_read(reader, node->list.items[i], fields, COUNT_OF(fields), "a rule of 'assign'",
			    ARRAY_ADD(reader->arena, &config_of(target)->assign));
}

static void read_mode(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	static const char *const words[] = {"enforce", "audit"};
	unsigned index = 0;

	fields_choice(reader, name, node, words, COUNT_OF(words), &index);
	config_of(target)->audit = index == 1;
}

static void rollout_percent(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			    void *target)
{
	int64_t value = 100;

	fields_number(reader, name, node, 0, 100, &value);
	config_of(target)->rollout_percent = (unsigned)value;
}

static void rollout_seed(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	fields_text(reader, name, node, &config_of(target)->rollout_seed);
}

static void read_rollout(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {{"percent", rollout_percent, true}, {"seed", rollout_seed, false}};

	(void)name;
	fields_read(reader, node, fields, COUNT_OF(fields), "'rollout'", target);
}

static void read_seconds(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 unsigned *seconds)
{
	int64_t value = *seconds;

	fields_number(reader, name, node, 0, (int64_t)7 * 24 * 3600, &value);
	*seconds = (unsigned)value;
}

static void read_splay(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	read_seconds(reader, name, node, &config_of(target)->splay_s);
}

static void read_interval(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	read_seconds(reader, name, node, &config_of(target)->interval_s);
}

static void read_tags(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	struct text_list tags = {0};

	fields_texts(reader, name, node, false, &tags);
	for (size_t i = 0; i < tags.count; i++)
		*ARRAY_ADD(reader->arena, &config_of(target)->tags) = tags.items[i];
}

static void persist_target(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			   void *target)
{
	static const char *const words[] = {"drop-in", "sysctl.conf"};
	unsigned index = 0;

	fields_choice(reader, name, node, words, COUNT_OF(words), &index);
	config_of(target)->persist_in_sysctl_conf = index == 1;
}

static void read_persist(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {{"target", persist_target, true}};

	(void)name;
	fields_read(reader, node, fields, COUNT_OF(fields), "'persist'", target);
}

static void waiver_key(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	struct config_waiver *waiver = target;
	const char *text = NULL;
	struct error err;

	fields_text(reader, name, node, &text);
	waiver->source = node->source;
	if (text != NULL && !key_parse(reader->arena, text, strlen(text), &waiver->key, &err))
		findings_error(reader->findings, node->source, "'%s': %s", text, err.text);
}

static bool is_date(const char *text)
{
	static const char shape[] = "dddd-dd-dd";

	if (strlen(text) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	}
	int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static void waiver_until(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	const char *text = NULL;

	fields_text(reader, name, node, &text);
	if (text != NULL && !is_date(text))
		findings_error(reader->findings, node->source, "'%s' wants a date such as 2026-12-31, found '%s'",
			       name->text, text);
	((struct config_waiver *)target)->until = text;
}

static void waiver_reason(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	fields_text(reader, name, node, &((struct config_waiver *)target)->reason);
}

static void read_waivers(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {
		{"key", waiver_key, true}, {"until", waiver_until, true}, {"reason", waiver_reason, true}};

	if (!is_list(reader, name, node))
		return;
	for (size_t i = 0; i < node->list.count; i++)
		fields_read(reader, node->list.items[i], fields, COUNT_OF(fields), "a waiver",
			    ARRAY_ADD(reader->arena, &config_of(target)->waivers));
}

static struct config_report *report_of(void *target)
{
	return target;
}

static void report_name(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	fields_text(reader, name, node, &report_of(target)->name);
}

static void report_url(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	const char *text = NULL;

	fields_text(reader, name, node, &text);
	if (text != NULL && !text_starts(text, "https://") && !text_starts(text, "http://"))
		findings_error(reader->findings, node->source, "'%s' begins with https:// or http://, found '%s'",
			       name->text, text);
	report_of(target)->url = text;
}

/* One field of the destination that names a file. */
#define REPORT_FILE(member) \
	static void report_##member(struct fields_reader *reader, const struct yaml_node *name, \
				    const struct yaml_node *node, void *target) \
	{ \
		fields_text(reader, name, node, &report_of(target)->member); \
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

static void read_reports(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
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

	if (!is_list(reader, name, node))
		return;
	for (size_t i = 0; i < node->list.count; i++)
		fields_read(reader, node->list.items[i], fields, COUNT_OF(fields), "a destination of 'reports'",
			    ARRAY_ADD(reader->arena, &config_of(target)->reports));
}

static void metrics_textfile(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			     void *target)
{
	fields_text(reader, name, node, &config_of(target)->metrics_textfile);
}

static void read_metrics(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {{"textfile", metrics_textfile, false}};

	(void)name;
	fields_read(reader, node, fields, COUNT_OF(fields), "'metrics'", target);
}

void load_config_defaults(struct config *config)
{
	*config = (struct config){.rollout_percent = 100, .rollout_seed = "", .interval_s = DEFAULT_INTERVAL_S};
}

bool load_config(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		 struct config *config)
{
	static const struct field fields[] = {
		{"profiles", read_profiles, false}, {"assign", read_assign, false},
		{"mode", read_mode, false},         {"rollout", read_rollout, false},
		{"splay", read_splay, false},       {"interval", read_interval, false},
		{"tags", read_tags, false},         {"persist", read_persist, false},
		{"waivers", read_waivers, false},   {"reports", read_reports, false},
		{"metrics", read_metrics, false},
	};
	struct fields_reader reader = {.arena = arena, .findings = findings};
	size_t before = findings->errors;

	load_config_defaults(config);
	config->file = file;
	const struct yaml_node *root = yaml_read(arena, file, bytes, length, findings);
	if (root != NULL)
		fields_read(&reader, root, fields, COUNT_OF(fields), "the settings", config);
	return findings->errors == before;
}
