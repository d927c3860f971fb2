#include "arguments.h"

#include <stddef.h>

#include "../base/number.h"

enum { SPLAY_LONGEST_S = 86400 };

/* Where an option goes: a bool, or a text or number that it takes. */
static const struct row {
	const char *word, *argument, *help;
	size_t flag; /* offset of the bool; unused with an argument */
} rows[] = {
	{"--now", NULL, "all that waits, whatever the last try said; shows how far it is",
	 offsetof(struct arguments, now)},
	{"--test", NULL, "try each destination: name, connection, TLS, answer, what to do",
	 offsetof(struct arguments, test)},
	{"--splay", "SECONDS", "wait for this host's own moment within so long", 0},
	{"--destination", "NAME", "only this one", 0},
	{"--root", "DIR", "the spool of the host in this folder", 0},
	{"--json", NULL, "print JSON, a line for each destination", offsetof(struct arguments, json)},
	{"--quiet", NULL, "print nothing, tell by the exit status", offsetof(struct arguments, quiet)},
	{"--help", NULL, "print this", offsetof(struct arguments, help)},
	{"--version", NULL, "print the version", offsetof(struct arguments, version)},
};

void arguments_help(struct text *out)
{
	text_string(out,
		    "Usage: holdfast-send [options]\n"
		    "Delivers the reports that wait in the spool, without any right but to do that.\n\nOptions:\n");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *argument = rows[i].argument != NULL ? rows[i].argument : "";

		text_format(out, "  %s%s%-*s %s\n", rows[i].word, rows[i].argument != NULL ? " " : "",
			    (int)(24 - strlen(rows[i].word) - (rows[i].argument != NULL)), argument, rows[i].help);
	}
	text_string(out,
		    "\nExit status: 0 all that could be sent is; 1 something stays; 75 another sender is at work.\n");
}

static bool take_value(struct arguments *arguments, const char *word, const char *value, struct error *err)
{
	uint64_t seconds;

	if (strcmp(word, "--root") == 0) {
		arguments->root = value;
		return true;
	}
	if (strcmp(word, "--destination") == 0) {
		arguments->destination = value;
		return true;
	}
	if (!number_decimal(value, strlen(value), SPLAY_LONGEST_S, &seconds))
		return error_set(err, "--splay wants a number of seconds up to %d, not '%s'", SPLAY_LONGEST_S, value);
	arguments->splay_s = (int64_t)seconds;
	return true;
}

static bool take(struct arena *arena, char ***next, struct arguments *arguments, struct error *err)
{
	const char *given = *(*next)++;
	const char *word = arena_copy(arena, given, strcspn(given, "="));

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool attached = given[strlen(word)] == '=';

		if (strcmp(rows[i].word, word) != 0 || (attached && rows[i].argument == NULL))
			continue;
		if (rows[i].argument == NULL) {
			*(bool *)((char *)arguments + rows[i].flag) = true;
			return true;
		}
		if (!attached && **next == NULL)
			return error_set(err, "%s wants an argument: %s", word, rows[i].argument);
		return take_value(arguments, word, attached ? given + strlen(word) + 1 : *(*next)++, err);
	}
	return error_set(err, "there is no option '%s'; 'holdfast-send --help' lists them", given);
}

bool arguments_read(struct arena *arena, char **argv, struct arguments *arguments, struct error *err)
{
	*arguments = (struct arguments){.root = "/"};
	while (*argv != NULL) {
		if (!take(arena, &argv, arguments, err))
			return false;
	}
	if (arguments->now && arguments->test)
		return error_set(err, "--now and --test do not go together");
	return true;
}
