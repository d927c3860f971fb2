#include "load_config.h"

#include "../base/number.h"
#include "../base/text.h"
#include "load_destinations.h"

static struct config *config_of(void *target)
{
	return target;
}

/* Names of profiles, or files. */
static void read_words(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       struct text_list *words)
{
	size_t before = reader->findings->errors;

	fields_texts(reader, name, node, false, words);
	if (words->count == 0 && reader->findings->errors == before)
		findings_error(reader->findings, node->source,
			       "'%s' names none; leave it out for the profile 'default'", name->text);
	for (size_t i = 0; i < words->count && reader->findings->errors == before; i++) {
		const char *word = words->items[i];
		bool file = strchr(word, '/') != NULL || text_ends(word, ".yaml") || text_ends(word, ".yml");

		if (!file && !fields_is_name(word))
			findings_error(reader->findings, node->list.items[i]->source,
				       "'%.80s' is no name of a profile, which is %s", word, fields_name_rule);
	}
}

static void read_profiles(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	read_words(reader, name, node, &config_of(target)->profiles);
}

static void rule_when(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	fields_condition(reader, name, node, &((struct config_assignment *)target)->when);
}

static void rule_profiles(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	read_words(reader, name, node, &((struct config_assignment *)target)->profiles);
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
	for (size_t i = 0; i < node->list.count; i++) {
		struct config_assignment *rule = ARRAY_ADD(reader->arena, &config_of(target)->assign);

		rule->source = node->list.items[i]->source;
		fields_read(reader, node->list.items[i], fields, COUNT_OF(fields), "a rule of 'assign'", rule);
	}
}

static void read_mode(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	static const char *const words[] = {"enforce", "audit"};
	unsigned index = 0;

	fields_choice(reader, name, node, words, COUNT_OF(words), &index);
	config_of(target)->audit = index == 1;
	config_of(target)->enforce = index == 0;
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
	fields_word(reader, name, node, &config_of(target)->rollout_seed);
}

static void read_rollout(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {{"percent", rollout_percent, true}, {"seed", rollout_seed, false}};

	(void)name;
	fields_read(reader, node, fields, COUNT_OF(fields), "'rollout'", target);
}

static void read_seconds(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 const int64_t range[2], unsigned *seconds)
{
	int64_t value = *seconds;

	fields_number(reader, name, node, range[0], range[1], &value);
	*seconds = (unsigned)value;
}

static void read_splay(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	static const int64_t up_to_a_day[] = {0, 86400};

	read_seconds(reader, name, node, up_to_a_day, &config_of(target)->splay_s);
}

static void read_interval(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			  void *target)
{
	static const int64_t up_to_a_year[] = {1, 31536000};

	read_seconds(reader, name, node, up_to_a_year, &config_of(target)->interval_s);
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
	static const struct field fields[] = {{"target", persist_target, false}};

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
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	uint64_t year, month, day;

	if (strlen(text) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == '-' && text[i] != '-')
			return false;
	}
	if (!number_decimal(text, 4, 9999, &year) || !number_decimal(text + 5, 2, 12, &month) ||
	    !number_decimal(text + 8, 2, 31, &day))
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month > 0 && day > 0 && day <= (uint64_t)days[month - 1] + (leap && month == 2);
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
	fields_word(reader, name, node, &((struct config_waiver *)target)->reason);
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

static void read_reports(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	if (!is_list(reader, name, node))
		return;
	for (size_t i = 0; i < node->list.count; i++)
		load_destination(reader, node->list.items[i], ARRAY_ADD(reader->arena, &config_of(target)->reports));
}

static void metrics_textfile(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			     void *target)
{
	const char *path = NULL;

	fields_path(reader, name, node, &path);
	if (path != NULL && !text_ends(path, ".prom"))
		findings_error(reader->findings, node->source,
			       "'%s' ends in .prom, as node_exporter wants it, found '%s'", name->text, path);
	config_of(target)->metrics_textfile = path;
}

static void metrics_tcp(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	fields_boolean(reader, name, node, &config_of(target)->metrics_tcp);
}

static void read_metrics(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	static const struct field fields[] = {{"textfile", metrics_textfile, false}, {"tcp", metrics_tcp, false}};

	(void)name;
	fields_read(reader, node, fields, COUNT_OF(fields), "'metrics'", target);
}

void load_config_defaults(struct config *config)
{
	*config = (struct config){.rollout_percent = 100, .rollout_seed = ""};
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
	load_destinations_check(findings, config);
	return findings->errors == before;
}
