/*
 * From the names of profiles to layers: finds the files, reads them and what they extend, lowest first.
 *
 * A name is looked for in /etc/holdfast/profiles, /usr/local/share/holdfast/profiles and /usr/share/holdfast/profiles of
 * the tree; a word with a slash or ending in .yaml is a file of the caller, and what that extends is looked for beside it
 * first.
 */
#ifndef HOLDFAST_CMD_LAYERS_H
#define HOLDFAST_CMD_LAYERS_H

#include "../core/findings.h"
#include "../core/profile.h"
#include "../system/tree.h"

struct layers_case {
	const struct tree *tree;
	bool trusted; /* for a change: see input.h */
	bool of_tree; /* files among the words are of the tree: agent.yaml names them, not the caller */
	bool lenient; /* for lint: a profile counts whose only errors have a rule of their own, without what they are of */
};

/* Whether the word on the command line is a file, not a name. */
bool layers_is_file(const char *word);
/* Whether a file or a profile of that name is there to be read. */
bool layers_exists(struct arena *arena, const struct tree *tree, const char *word);
/* The names of all profiles of the host, each once, sorted within a folder. */
void layers_names(struct arena *arena, const struct tree *tree, struct text_list *names);
/* False: findings has the errors, all of them, of every file. *cause: the errno of the last file that could not be read, 0 for none. */
bool layers_load(struct arena *arena, const struct layers_case *given, const struct text_list *words,
		 struct findings *findings, struct profile_layers *layers, int *cause) MUST_CHECK;

#endif
