#include "options.h"

#include "../base/array.h"
#include "../base/number.h"

enum { CONFIRM_LONGEST_S = 86400 };

enum option_name {
	NAME_PROFILE,
	NAME_CONFIG,
	NAME_ROOT,
	NAME_LOADER,
	NAME_JSON,
	NAME_COLOUR,
	NAME_QUIET,
	NAME_VERBOSE,
	NAME_OUTPUT,
	NAME_DRY_RUN,
	NAME_KERNEL,
	NAME_FAIL_ON,
	NAME_SARIF,
	NAME_LIVE,
	NAME_NAME,
	NAME_CONFIRM,
	NAME_PROBE,
	NAME_KEEP_GOING,
	NAME_FORCE,
	NAME_HELP,
	NAME_VERSION,
};

static const struct option_row {
	enum option_name name;
	char letter;
	const char *word;
	const char *argument; /* NULL: takes none */
	unsigned extra;       /* 0: every command takes it */
	const char *help;
} rows[] = {
	{NAME_PROFILE, 'p', "profile", "NAME|FILE", 0,
	 "the profile, by name or file; may be given several times, later ones win"},
	{NAME_OUTPUT, 'o', "output", "FILE", OPTION_OUTPUT, "save the plan as JSON, for 'holdfast apply FILE'"},
	{NAME_DRY_RUN, 0, "dry-run", NULL, OPTION_DRY_RUN, "print the steps, change nothing"},
	{NAME_CONFIRM, 0, "confirm", "SECONDS", OPTION_CONFIRM,
	 "take everything back after so long, unless 'holdfast confirm' comes"},
	{NAME_PROBE, 0, "probe", "COMMAND", OPTION_PROBE,
	 "with --confirm: take it back at once when this shell command fails; run as nobody"},
	{NAME_KEEP_GOING, 0, "keep-going", NULL, OPTION_KEEP_GOING,
	 "when the kernel refuses a value, keep the others instead of taking all back"},
	{NAME_FORCE, 0, "force", NULL, OPTION_FORCE, "also take back what another hand has changed since"},
	{NAME_KERNEL, 0, "kernel", "VERSION", OPTION_KERNEL,
	 "judge for this kernel, such as 5.10, instead of the one that runs"},
	{NAME_FAIL_ON, 0, "fail-on", "error|warning|note", OPTION_FAIL_ON,
	 "the least severity that makes the exit status 2 (warning)"},
	{NAME_SARIF, 0, "sarif", NULL, OPTION_SARIF, "print SARIF 2.1.0, for code review"},
	{NAME_LIVE, 0, "live", NULL, OPTION_LIVE, "take the live values that differ from the kernel's defaults"},
	{NAME_NAME, 0, "name", "NAME", OPTION_NAME, "how to call the profile"},
	{NAME_CONFIG, 0, "config", "FILE", 0, "the agent's settings instead of /etc/holdfast/agent.yaml"},
	{NAME_ROOT, 0, "root", "DIR", 0, "look at the host in this folder instead of this one"},
	{NAME_LOADER, 0, "loader", "auto|systemd|procps[:VERSION]", 0,
	 "who sets sysctls at boot, when looking is not enough"},
	{NAME_JSON, 0, "json", NULL, 0, "print JSON"},
	{NAME_COLOUR, 0, "color", "auto|always|never", 0, "colour the output (NO_COLOR is obeyed)"},
	{NAME_QUIET, 'q', "quiet", NULL, 0, "print nothing, tell by the exit status"},
	{NAME_VERBOSE, 'v', "verbose", NULL, 0, "show every parameter"},
	{NAME_HELP, 'h', "help", NULL, 0, "print this"},
	{NAME_VERSION, 0, "version", NULL, 0, "print the version"},
};

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

static bool set_confirm(struct options *options, const char *word, struct error *err)
{
	uint64_t seconds;

	if (!number_decimal(word, strlen(word), CONFIRM_LONGEST_S, &seconds) || seconds == 0)
		return error_set(err, "--confirm wants a number of seconds from 1 to %d, not '%s'", CONFIRM_LONGEST_S,
				 word);
	options->confirm_s = (int64_t)seconds;
	return true;
}

/* The options that are there or not; help and version are told apart by the caller. */
static void set_flag(struct options *options, enum option_name name)
{
	options->json = options->json || name == NAME_JSON;
	options->quiet = options->quiet || name == NAME_QUIET;
	options->verbose = options->verbose || name == NAME_VERBOSE;
	options->dry_run = options->dry_run || name == NAME_DRY_RUN;
	options->sarif = options->sarif || name == NAME_SARIF;
	options->live = options->live || name == NAME_LIVE;
	options->keep_going = options->keep_going || name == NAME_KEEP_GOING;
	options->force = options->force || name == NAME_FORCE;
}

static bool set_option(struct arena *arena, struct options *options, enum option_name name, const char *argument,
		       struct error *err)
{
	if (argument == NULL)
		argument = "";
	switch (name) {
	case NAME_PROFILE:
		*ARRAY_ADD(arena, &options->profiles) = argument;
		return argument[0] != '\0' || error_set(err, "-p wants the name or the file of a profile");
	case NAME_CONFIG:
		options->config = argument;
		return true;
	case NAME_ROOT:
		options->root = argument;
		return true;
	case NAME_LOADER:
		options->loader = argument;
		return true;
	case NAME_COLOUR:
		return set_colour(options, argument, err);
	case NAME_OUTPUT:
		options->output = argument;
		return true;
	case NAME_KERNEL:
		options->kernel = argument;
		return facts_version_read(argument).parts >= 2 ||
		       error_set(err, "--kernel wants a version such as 5.10, not '%s'", argument);
	case NAME_FAIL_ON:
		return set_fail_on(options, argument, err);
	case NAME_NAME:
		options->name = argument;
		return true;
	case NAME_CONFIRM:
		return set_confirm(options, argument, err);
	case NAME_PROBE:
		options->probe = argument;
		return argument[0] != '\0' || error_set(err, "--probe wants a command");
	case NAME_JSON:
	case NAME_QUIET:
	case NAME_VERBOSE:
	case NAME_DRY_RUN:
	case NAME_SARIF:
	case NAME_LIVE:
	case NAME_KEEP_GOING:
	case NAME_FORCE:
	case NAME_HELP:
	case NAME_VERSION:
		set_flag(options, name);
		return true;
	}
	return true;
}

static const struct option_row *row_by_word(const char *word, size_t length, struct arena *arena, struct error *err)
{
	const char *words[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strlen(rows[i].word) == length && memcmp(rows[i].word, word, length) == 0)
			return &rows[i];
		words[i] = rows[i].word;
	}
	const char *nearest = text_nearest(arena_copy(arena, word, length), words, COUNT_OF(words));
	if (nearest != NULL)
		error_set(err, "there is no option --%.*s; did you mean --%s?", (int)length, word, nearest);
	else
		error_set(err, "there is no option --%.*s; 'holdfast --help' lists them", (int)length, word);
	return NULL;
}

static const struct option_row *row_by_letter(char letter, struct error *err)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (letter != '\0' && rows[i].letter == letter)
			return &rows[i];
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

enum options_result options_read(struct arena *arena, const struct commands *commands, int argc, char **argv,
				 struct options *options, struct error *err)
{
	struct walk walk = {
		.arena = arena, .commands = commands, .options = options, .next = argc > 0 ? argv + 1 : argv};
	bool words_only = false;

	*options = (struct options){.root = "/", .fail_on = FINDING_WARNING};
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
	if (options->profiles.count > 0 && (options->command->extras & OPTION_NO_PROFILE) != 0) {
		error_set(err, "'%s' takes no -p: it goes by the journal", options->command->name);
		return OPTIONS_WRONG;
	}
	if ((options->probe != NULL && options->confirm_s == 0) || (options->confirm_s > 0 && options->dry_run)) {
		error_set(err, options->dry_run ? "--confirm and --dry-run do not go together"
						: "--probe only goes with --confirm");
		return OPTIONS_WRONG;
	}
	return OPTIONS_RUN;
}

void options_help(struct text *out, const struct commands *commands, const struct command *command)
{
	if (command != NULL) {
		text_format(out, "Usage: holdfast %s%s%s [options]\n%s\n\nOptions:\n", command->name,
			    command->operand != NULL ? " " : "", command->operand != NULL ? command->operand : "",
			    command->summary);
	} else {
		text_string(
			out,
			"Usage: holdfast COMMAND [options]\n"
			"Keeps kernel parameters on the profile that was declared: in /proc/sys and in the sysctl files.\n\nCommands:\n");
		for (size_t i = 0; i < commands->count; i++)
			text_format(out, "  %-10s %s\n", commands->items[i].name, commands->items[i].summary);
		text_string(out, "\nOptions:\n");
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct option_row *row = &rows[i];

		if (row->extra != 0 && (command == NULL || (command->extras & row->extra) == 0))
			continue;
		if (row->name == NAME_PROFILE && command != NULL && (command->extras & OPTION_NO_PROFILE) != 0)
			continue;
		const char *word = arena_printf(out->arena, "--%s%s%s", row->word, row->argument != NULL ? " " : "",
						row->argument != NULL ? row->argument : "");
		if (row->letter != 0)
			text_format(out, "  -%c, %-24s ", row->letter, word);
		else
			text_format(out, "      %-24s ", word);
		if (strlen(word) > 24)
			text_format(out, "\n%31s", "");
		text_format(out, "%s\n", row->help);
	}
	text_string(out,
		    "\nExit status: 0 in line, 2 drift or findings, 3 waiting for a module or interface, 1 failed,\n"
		    "64 wrong use, 65 invalid profile or settings, 75 another holdfast is at work, 77 not permitted.\n"
		    "More: man holdfast\n");
}
