#include "options.h"

#include <stddef.h>

#include "../base/array.h"
#include "../base/number.h"

enum { CONFIRM_LONGEST_S = 86400, TOP_USUAL = 10, TOP_MOST = 1000, INTERVAL_LONGEST_S = 86400, LOOKS_MOST = 1000000 };
enum { SPLAY_LONGEST_S = 86400, TIME_LIMIT_LONGEST_S = 86400, TIME_LIMIT_USUAL_S = 300 };

/* The index of the word among words; `shown` names the option and what it takes. */
static bool choose(const char *const *words, unsigned count, const char *word, const char *shown, unsigned *index,
		   struct error *err)
{
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0) {
			*index = i;
			return true;
		}
	}
	return error_set(err, "%s, not '%s'", shown, word);
}

static bool set_colour(struct options *options, const char *word, struct error *err)
{
	static const char *const words[] = {
		[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};
	unsigned index = 0;

	if (!choose(words, COUNT_OF(words), word, "--color is auto, always or never", &index, err))
		return false;
	options->colour = (enum options_colour)index;
	return true;
}

static bool set_fail_on(struct options *options, const char *word, struct error *err)
{
	unsigned index = 0;

	if (!choose(finding_severity_names, FINDING_SEVERITIES, word, "--fail-on is error, warning or note", &index,
		    err))
		return false;
	options->fail_on = (enum finding_severity)index;
	return true;
}

/* A whole number for the option; `least` to `most`. */
static bool set_number(const char *shown, const char *word, uint64_t least, uint64_t most, uint64_t *value,
		       struct error *err)
{
	uint64_t found;

	if (!number_decimal(word, strlen(word), most, &found) || found < least)
		return error_set(err, "%s from %llu to %llu, not '%s'", shown, (unsigned long long)least,
				 (unsigned long long)most, word);
	*value = found;
	return true;
}

static bool set_seconds(const char *shown, const char *word, uint64_t least, uint64_t most, int64_t *value,
			struct error *err)
{
	uint64_t seconds = 0;

	if (!set_number(shown, word, least, most, &seconds, err))
		return false;
	*value = (int64_t)seconds;
	return true;
}

static bool set_format(struct options *options, const char *word, struct error *err)
{
	static const char *const words[] = {"json", "hdf", "csv", "metrics", "openmetrics"};
	unsigned index = 0;

	if (!choose(words, COUNT_OF(words), word, "--format is json, hdf, csv, metrics or openmetrics", &index, err))
		return false;
	options->format = (enum options_format)(FORMAT_JSON + index);
	return true;
}

/* The options that are there or not; help and version are told apart by the caller. */
static const struct {
	enum option_name name;
	size_t flag; /* where the bool is */
} flags[] = {
	{NAME_JSON, offsetof(struct options, json)},
	{NAME_QUIET, offsetof(struct options, quiet)},
	{NAME_VERBOSE, offsetof(struct options, verbose)},
	{NAME_DRY_RUN, offsetof(struct options, dry_run)},
	{NAME_SARIF, offsetof(struct options, sarif)},
	{NAME_LIVE, offsetof(struct options, live)},
	{NAME_KEEP_GOING, offsetof(struct options, keep_going)},
	{NAME_FORCE, offsetof(struct options, force)},
	{NAME_TOTALS, offsetof(struct options, totals)},
	{NAME_TIME_WAIT, offsetof(struct options, time_wait)},
	{NAME_FLUSH, offsetof(struct options, flush)},
	{NAME_TEST, offsetof(struct options, test)},
	{NAME_CENSUS, offsetof(struct options, census)},
	{NAME_NO_SEND, offsetof(struct options, no_send)},
	{NAME_EXPLAIN, offsetof(struct options, explain)},
};

static void set_flag(struct options *options, enum option_name name)
{
	for (size_t i = 0; i < COUNT_OF(flags); i++) {
		if (flags[i].name == name)
			*(bool *)((char *)options + flags[i].flag) = true;
	}
}

/* The options whose argument is kept as it is. */
static const struct {
	enum option_name name;
	size_t text;       /* where the pointer is */
	const char *wants; /* what is said to an empty one; NULL = it may be empty */
} texts[] = {
	{NAME_CONFIG, offsetof(struct options, config), NULL},
	{NAME_ROOT, offsetof(struct options, root), NULL},
	{NAME_LOADER, offsetof(struct options, loader), NULL},
	{NAME_OUTPUT, offsetof(struct options, output), NULL},
	{NAME_NAME, offsetof(struct options, name), NULL},
	{NAME_PROBE, offsetof(struct options, probe), "--probe wants a command"},
	{NAME_NETNS, offsetof(struct options, namespace), "--netns wants a name or the number of a process"},
};

/* True: it is one of them. */
static bool set_text(struct options *options, enum option_name name, const char *argument, const char **wants)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (texts[i].name != name)
			continue;
		*(const char **)((char *)options + texts[i].text) = argument;
		*wants = argument[0] == '\0' ? texts[i].wants : NULL;
		return true;
	}
	return false;
}

static bool set_numeric(struct options *options, enum option_name name, const char *argument, struct error *err)
{
	if (name == NAME_SPLAY)
		return set_seconds("--splay wants a number of seconds", argument, 0, SPLAY_LONGEST_S, &options->splay_s,
				   err);
	if (name == NAME_CONFIRM)
		return set_seconds("--confirm wants a number of seconds", argument, 1, CONFIRM_LONGEST_S,
				   &options->confirm_s, err);
	if (name == NAME_INTERVAL)
		return set_number("--interval wants a number of seconds", argument, 1, INTERVAL_LONGEST_S,
				  &options->interval_s, err);
	if (name == NAME_COUNT)
		return set_number("--count wants a number", argument, 1, LOOKS_MOST, &options->looks, err);
	if (name == NAME_TIME_LIMIT)
		return set_number("--time-limit wants a number of seconds", argument, 1, TIME_LIMIT_LONGEST_S,
				  &options->time_limit_s, err);
	options->top_given = true;
	return set_number("--top wants a number", argument, 0, TOP_MOST, &options->top, err);
}

static bool set_option(struct arena *arena, struct options *options, enum option_name name, const char *argument,
		       struct error *err)
{
	const char *wants = NULL;

	if (argument == NULL) {
		set_flag(options, name);
		return true;
	}
	if (set_text(options, name, argument, &wants))
		return wants == NULL || error_set(err, "%s", wants);
	if (name == NAME_PROFILE) {
		*ARRAY_ADD(arena, &options->profiles) = argument;
		return argument[0] != '\0' || error_set(err, "-p wants the name or the file of a profile");
	}
	if (name == NAME_KERNEL) {
		options->kernel = argument;
		return facts_version_read(argument).parts >= 2 ||
		       error_set(err, "--kernel wants a version such as 5.10, not '%s'", argument);
	}
	if (name == NAME_COLOUR)
		return set_colour(options, argument, err);
	if (name == NAME_FAIL_ON)
		return set_fail_on(options, argument, err);
	if (name == NAME_FORMAT)
		return set_format(options, argument, err);
	return set_numeric(options, name, argument, err);
}

static const struct option_row *row_by_word(const char *word, size_t length, struct arena *arena, struct error *err)
{
	const char **words = arena_array(arena, option_row_count, sizeof(*words));

	for (size_t i = 0; i < option_row_count; i++) {
		if (strlen(option_rows[i].word) == length && memcmp(option_rows[i].word, word, length) == 0)
			return &option_rows[i];
		words[i] = option_rows[i].word;
	}
	const char *nearest = text_nearest(arena_copy(arena, word, length), words, option_row_count);
	if (nearest != NULL)
		error_set(err, "there is no option --%.*s; did you mean --%s?", (int)length, word, nearest);
	else
		error_set(err, "there is no option --%.*s; 'holdfast --help' lists them", (int)length, word);
	return NULL;
}

static const struct option_row *row_by_letter(char letter, struct error *err)
{
	for (size_t i = 0; i < option_row_count; i++) {
		if (letter != '\0' && option_rows[i].letter == letter)
			return &option_rows[i];
	}
	error_set(err, "there is no option -%c; 'holdfast --help' lists them", letter);
	return NULL;
}

/* What is read so far. */
struct walk {
	struct arena *arena;
	const struct commands *commands;
	struct options *options;
	char **next;       /* arguments not read yet, NULL at the end */
	unsigned extras;   /* options that only some commands take, seen so far */
	const char *extra; /* one of them, for the message */
	bool help, version;
};

static bool take(struct walk *walk, const struct option_row *row, const char *argument, const char *shown,
		 struct error *err)
{
	if (row->argument == NULL && argument != NULL)
		return error_set(err, "%s takes no argument", shown);
	if (row->argument != NULL && argument == NULL) {
		if (*walk->next == NULL)
			return error_set(err, "%s wants an argument: %s", shown, row->argument);
		argument = *walk->next++;
	}
	walk->help = walk->help || row->name == NAME_HELP;
	walk->version = walk->version || row->name == NAME_VERSION;
	if (row->extra != 0) {
		walk->extras |= row->extra;
		walk->extra = shown;
	}
	return set_option(walk->arena, walk->options, row->name, argument, err);
}

/* -qv, -p NAME, -pNAME */
static bool take_letters(struct walk *walk, const char *letters, struct error *err)
{
	for (; *letters != '\0'; letters++) {
		const struct option_row *row = row_by_letter(*letters, err);

		if (row == NULL)
			return false;
		const char *shown = arena_printf(walk->arena, "-%c", *letters);
		bool attached = row->argument != NULL && letters[1] != '\0';
		if (!take(walk, row, attached ? letters + 1 : NULL, shown, err))
			return false;
		if (row->argument != NULL)
			break;
	}
	return true;
}

static bool take_word(struct walk *walk, const char *word, struct error *err)
{
	size_t length = strcspn(word, "=");
	const struct option_row *row = row_by_word(word, length, walk->arena, err);

	return row != NULL && take(walk, row, word[length] == '=' ? word + length + 1 : NULL,
				   arena_printf(walk->arena, "--%.*s", (int)length, word), err);
}

static bool take_operand(struct walk *walk, const char *word, struct error *err)
{
	struct options *options = walk->options;
	const char **names = arena_array(walk->arena, walk->commands->count, sizeof(*names));

	if (options->command == NULL) {
		for (size_t i = 0; i < walk->commands->count; i++) {
			names[i] = walk->commands->items[i].name;
			if (strcmp(names[i], word) == 0)
				options->command = &walk->commands->items[i];
		}
		if (options->command == NULL && strcmp(word, "help") == 0)
			walk->help = true;
		if (options->command != NULL || walk->help)
			return true;
		const char *nearest = text_nearest(word, names, walk->commands->count);
		if (nearest != NULL)
			return error_set(err, "there is no command '%s'; did you mean '%s'?", word, nearest);
		return error_set(err, "there is no command '%s'; 'holdfast --help' lists them", word);
	}
	if (options->command->operand == NULL)
		return error_set(err, "'%s' takes no argument '%s'%s", options->command->name, word,
				 (options->command->extras & OPTION_NO_PROFILE) != 0 ? ""
										     : "; a profile is given by -p");
	bool several = strstr(options->command->operand, "...") != NULL;
	if (options->operands.count > 0 && !several)
		return error_set(err, "'%s' takes one argument, not also '%s'", options->command->name, word);
	*ARRAY_ADD(walk->arena, &options->operands) = word;
	return true;
}

/* Of `report`. */
static bool report_fits(const struct options *options, struct error *err)
{
	bool saved = options->operands.count > 0, metrics = options->format >= FORMAT_METRICS;

	if (options->json && options->format > FORMAT_JSON)
		return error_set(err, "--json and another --format do not go together");
	if (options->flush && options->test)
		return error_set(err, "--flush and --test do not go together: one sends, the other tries");
	if ((options->flush || options->test) && (saved || options->format != FORMAT_NONE || options->census))
		return error_set(err,
				 "--flush and --test send and print no report: no FILE, --format or --tcp with them");
	if (saved && (options->namespace != NULL || options->census || strcmp(options->root, "/") != 0))
		return error_set(err, "a saved document is printed as it is: no --tcp, --netns or --root with it");
	if (options->census && !metrics)
		return error_set(err, "--tcp only goes with --format metrics or openmetrics; else see 'holdfast tcp'");
	if (options->namespace != NULL && !options->census)
		return error_set(err, "--netns only goes with --tcp");
	return true;
}

/* Options that make sense only with, or never with, another one. */
static bool fits_together(const struct options *options, struct error *err)
{
	if (options->profiles.count > 0 && (options->command->extras & OPTION_SEND) != 0)
		return error_set(err, "'%s' takes no -p: agent.yaml says which profile", options->command->name);
	if (options->profiles.count > 0 && (options->command->extras & OPTION_NO_PROFILE) != 0)
		return error_set(err, "'%s' takes no -p: it does not go by a profile", options->command->name);
	if (options->json && (options->command->extras & OPTION_NO_JSON) != 0)
		return error_set(err, "'%s' takes no --json: it prints a profile as YAML", options->command->name);
	if (options->confirm_s > 0 && options->dry_run)
		return error_set(err, "--confirm and --dry-run do not go together");
	if (options->probe != NULL && options->confirm_s == 0)
		return error_set(err, "--probe only goes with --confirm");
	if (options->looks > 0 && options->interval_s == 0)
		return error_set(err, "--count only goes with --interval");
	if (options->totals && options->time_wait)
		return error_set(err, "--totals and --time-wait do not go together");
	if (options->top_given && (options->totals || options->time_wait))
		return error_set(err,
				 "--top only goes without --totals and --time-wait: those have no tables of peers");
	if ((options->command->extras & OPTION_FORMAT) != 0 && !report_fits(options, err))
		return false;
	if (options->namespace != NULL && strcmp(options->root, "/") != 0)
		return error_set(err, "--netns and --root do not go together: a folder has no network namespaces");
	return true;
}

enum options_result options_read(struct arena *arena, const struct commands *commands, int argc, char **argv,
				 struct options *options, struct error *err)
{
	struct walk walk = {
		.arena = arena, .commands = commands, .options = options, .next = argc > 0 ? argv + 1 : argv};
	bool words_only = false;

	*options = (struct options){.root = "/",
				    .fail_on = FINDING_WARNING,
				    .top = TOP_USUAL,
				    .splay_s = -1,
				    .time_limit_s = TIME_LIMIT_USUAL_S};
	while (*walk.next != NULL) {
		const char *word = *walk.next++;
		bool good;

		if (!words_only && strcmp(word, "--") == 0) {
			words_only = true;
			continue;
		}
		if (!words_only && word[0] == '-' && word[1] == '-')
			good = take_word(&walk, word + 2, err);
		else if (!words_only && word[0] == '-' && word[1] != '\0')
			good = take_letters(&walk, word + 1, err);
		else
			good = take_operand(&walk, word, err);
		if (!good)
			return OPTIONS_WRONG;
	}
	if (walk.help)
		return OPTIONS_HELP;
	if (walk.version)
		return OPTIONS_VERSION;
	if (options->command == NULL) {
		error_set(err, "a command is missing; 'holdfast --help' lists them");
		return OPTIONS_WRONG;
	}
	if ((walk.extras & ~options->command->extras) != 0) {
		error_set(err, "'%s' does not take %s", options->command->name, walk.extra);
		return OPTIONS_WRONG;
	}
	return fits_together(options, err) ? OPTIONS_RUN : OPTIONS_WRONG;
}
