#include "send/arguments.h"

#include "unit.h"

enum { WORDS_MOST = 6 };

static const struct {
	const char *name, *words[WORDS_MOST];
	struct arguments wanted; /* root NULL: "/" */
} good[] = {
	{"nothing", {NULL}, {0}},
	{"now", {"--now"}, {.now = true}},
	{"test as JSON", {"--test", "--json"}, {.test = true, .json = true}},
	{"a splay", {"--splay", "300"}, {.splay_s = 300}},
	{"a splay, attached", {"--splay=300"}, {.splay_s = 300}},
	{"no splay", {"--splay", "0"}, {.splay_s = 0}},
	{"a day of splay", {"--splay", "86400"}, {.splay_s = 86400}},
	{"a destination", {"--destination", "central"}, {.destination = "central"}},
	{"a destination, attached", {"--destination=a=b"}, {.destination = "a=b"}},
	{"another root", {"--root", "/srv/image", "--quiet"}, {.root = "/srv/image", .quiet = true}},
	{"what the agent gives",
	 {"--root", "r", "--splay", "5", "--quiet"},
	 {.root = "r", .splay_s = 5, .quiet = true}},
	{"the last one counts", {"--splay", "5", "--splay", "7"}, {.splay_s = 7}},
	{"an argument that looks like an option", {"--root", "--now"}, {.root = "--now"}},
	{"help", {"--help"}, {.help = true}},
	{"version", {"--version"}, {.version = true}},
};

static void reads_its_options(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		const char *name = good[i].name;
		const char *words[WORDS_MOST + 1] = {NULL};
		const struct arguments *wanted = &good[i].wanted;
		struct arguments found;
		struct error err = {.text = ""};

		memcpy(words, good[i].words, sizeof(good[i].words));
		if (!HOLDS(unit, name, arguments_read(&unit->arena, (char **)(uintptr_t)words, &found, &err))) {
			SAME_TEXT(unit, name, err.text, "");
			continue;
		}
		SAME_TEXT(unit, name, found.root, wanted->root != NULL ? wanted->root : "/");
		SAME_TEXT(unit, name, found.destination, wanted->destination);
		SAME_NUMBER(unit, name, found.splay_s, wanted->splay_s);
		HOLDS(unit, name,
		      found.now == wanted->now && found.test == wanted->test && found.json == wanted->json &&
			      found.quiet == wanted->quiet && found.help == wanted->help &&
			      found.version == wanted->version);
	}
}

static const struct {
	const char *name, *words[WORDS_MOST], *complaint;
} bad[] = {
	{"an unknown option", {"--later"}, "there is no option '--later'; 'holdfast-send --help' lists them"},
	{"the beginning of an option", {"--no"}, "'--no'"},
	{"a letter", {"-n"}, "'-n'"},
	{"a word", {"central"}, "'central'"},
	{"an empty word", {""}, "''"},
	{"dashes", {"--"}, "'--'"},
	{"an argument too many", {"--now=yes"}, "'--now=yes'"},
	{"an empty argument too many", {"--now="}, "'--now='"},
	{"no argument for a splay", {"--splay"}, "--splay wants an argument: SECONDS"},
	{"no argument for a root", {"--now", "--root"}, "--root wants an argument: DIR"},
	{"a splay of words", {"--splay", "5m"}, "not '5m'"},
	{"an empty splay", {"--splay="}, "not ''"},
	{"a negative splay", {"--splay", "-1"}, "not '-1'"},
	{"more than a day", {"--splay", "86401"}, "up to 86400"},
	{"more than 64 bits", {"--splay", "99999999999999999999"}, "--splay"},
	{"now and test", {"--now", "--test"}, "do not go together"},
	{"test and now", {"--test", "--json", "--now"}, "do not go together"},
	{"the second is wrong", {"--now", "--thest"}, "'--thest'"},
};

static void says_which_word_is_wrong(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *words[WORDS_MOST + 1] = {NULL};
		struct arguments found;
		struct error err = {.text = ""};

		memcpy(words, bad[i].words, sizeof(bad[i].words));
		HOLDS(unit, bad[i].name, !arguments_read(&unit->arena, (char **)(uintptr_t)words, &found, &err));
		HAS_TEXT(unit, bad[i].name, err.text, bad[i].complaint);
	}
}

static void help_names_every_option_on_lines_of_a_terminal(struct unit *unit)
{
	static const char *const options[] = {"--now",      "--test",        "--splay SECONDS", "--destination NAME",
					      "--root DIR", "--json",        "--quiet",         "--help",
					      "--version",  "Exit status: 0"};
	struct text help = {.arena = &unit->arena};

	arguments_help(&help);
	for (size_t i = 0; i < COUNT_OF(options); i++)
		HAS_TEXT(unit, options[i], help.bytes, options[i]);
	for (const char *line = help.bytes; *line != '\0'; line += strcspn(line, "\n") + 1)
		HOLDS(unit, line, strcspn(line, "\n") <= 100);
	HOLDS(unit, "it ends in a newline", text_ends(help.bytes, "\n"));
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_its_options),
	UNIT(says_which_word_is_wrong),
	UNIT(help_names_every_option_on_lines_of_a_terminal),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
