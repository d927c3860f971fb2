#include "layers.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "../base/text.h"
#include "../load/load_profile.h"
#include "input.h"

/* Of the tree; the first wins. */
static const char *const folders[] = {"/etc/holdfast/profiles", "/usr/local/share/holdfast/profiles",
				      "/usr/share/holdfast/profiles"};

enum { LAYERS_MOST = 64 };

/* A profile that is being read, and the one that asked for it. */
struct chain {
	const struct chain *asker;
	const char *file;
};

/* A file that has been read, good or bad: it is read and complained about once. */
struct seen {
	const char *file;
	bool good;
};

struct walk {
	struct {
		struct seen *items;
		size_t count, capacity;
	} seen;
	struct arena *arena;
	const struct layers_case *given;
	struct findings *findings;
	struct profile_layers *layers;
	int *cause;
};

static bool load_file(struct walk *walk, const struct input *input, const char *folder, const struct chain *asker,
		      struct source source);

/* Beside the program, where `make install` has put them: PREFIX/share/holdfast/profiles of PREFIX/sbin; NULL = not installed. */
static const char *own_folder(struct arena *arena, const struct tree *tree)
{
	static const char *const ends[] = {"/sbin", "/bin"};
	char path[PATH_MAX];
	ssize_t length = tree->is_host ? readlink("/proc/self/exe", path, sizeof(path) - 1) : -1;

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	*strrchr(path, '/') = '\0';
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (text_ends(path, ends[i]))
			return arena_printf(arena, "%.*s/share/holdfast/profiles",
					    (int)(strlen(path) - strlen(ends[i])), path);
	}
	return NULL;
}

/* All of them, in order. */
static struct text_list all_folders(struct arena *arena, const struct tree *tree)
{
	struct text_list list = {0};
	const char *own = own_folder(arena, tree);

	for (size_t i = 0; i < COUNT_OF(folders); i++)
		*ARRAY_ADD(arena, &list) = folders[i];
	if (own != NULL)
		*ARRAY_ADD(arena, &list) = own;
	return list;
}

bool layers_is_file(const char *word)
{
	return strchr(word, '/') != NULL || text_ends(word, ".yaml") || text_ends(word, ".yml");
}

bool layers_exists(struct arena *arena, const struct tree *tree, const char *word)
{
	const struct text_list list = all_folders(arena, tree);
	bool found = layers_is_file(word);

	for (size_t i = 0; i < list.count && !found; i++)
		found = tree_exists(tree, arena_printf(arena, "%s/%s.yaml", list.items[i], word));
	return found;
}

static bool has_name(const struct text_list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}

void layers_names(struct arena *arena, const struct tree *tree, struct text_list *names)
{
	const struct text_list list = all_folders(arena, tree);

	for (size_t i = 0; i < list.count; i++) {
		struct tree_names files;

		tree_list(arena, tree, list.items[i], &files);
		for (size_t j = 0; j < files.count; j++) {
			size_t length = strlen(files.items[j]);

			if (!text_ends(files.items[j], ".yaml") || files.items[j][0] == '.')
				continue;
			const char *name = arena_copy(arena, files.items[j], length - strlen(".yaml"));
			if (!has_name(names, name))
				*ARRAY_ADD(arena, names) = name;
		}
	}
}

/* The folder of a file of the caller, for its parents; NULL for a file of the tree. */
static const char *folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? "." : slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
}

static enum input_result find_named(struct walk *walk, const char *name, const char *folder, struct input *input,
				    struct error *err)
{
	enum input_result result = INPUT_ABSENT;

	if (folder != NULL)
		result = input_read(walk->arena, NULL, arena_printf(walk->arena, "%s/%s.yaml", folder, name),
				    walk->given->trusted, input, err);
	const struct text_list list = all_folders(walk->arena, walk->given->tree);
	for (size_t i = 0; i < list.count && result == INPUT_ABSENT; i++)
		result = input_read(walk->arena, walk->given->tree,
				    arena_printf(walk->arena, "%s/%s.yaml", list.items[i], name), walk->given->trusted,
				    input, err);
	return result;
}

/* Loads what a word names. source is where the word stands, nowhere for the command line; folder is the asker's. */
static bool load_word(struct walk *walk, const char *word, const char *folder, const struct chain *asker,
		      struct source source)
{
	struct input input;
	struct error err;
	bool file = asker == NULL && layers_is_file(word);
	const struct tree *tree = walk->given->of_tree ? walk->given->tree : NULL;
	enum input_result result = file ? input_read(walk->arena, tree, word, walk->given->trusted, &input, &err)
					: find_named(walk, word, folder, &input, &err);

	if (result == INPUT_REFUSED) {
		*walk->cause = err.number;
		findings_error(walk->findings, source, "%s", err.text);
		return false;
	}
	if (result == INPUT_ABSENT) {
		if (file)
			findings_error(walk->findings, source, "there is no file '%s'", word);
		else if (strpbrk(word, " \t\n") != NULL || strlen(word) > 64)
			findings_error(walk->findings, source, "'%.80s' is no name of a profile", word);
		else
			findings_error(walk->findings, source,
				       "there is no profile '%s'; looked for %s%s%s.yaml in %s, %s and %s%s", word,
				       folder != NULL ? folder : "", folder != NULL ? "/" : "", word, folders[0],
				       folders[1], folders[2],
				       file || asker != NULL ? "" : " (a file is given with its path: -p ./NAME.yaml)");
		return false;
	}
	bool beside = file ||
		      (folder != NULL && text_starts(input.shown, folder) && !text_starts(input.shown, folders[0]));
	return load_file(walk, &input, beside ? folder_of(walk->arena, input.shown) : NULL, asker, source);
}

static bool load_parents(struct walk *walk, const struct profile *profile, const char *folder, const struct chain *self)
{
	bool good = true;

	for (size_t i = 0; i < profile->extends.count; i++)
		good = load_word(walk, profile->extends.items[i].name, folder, self,
				 profile->extends.items[i].source) &&
		       good;
	return good;
}

static bool load_file(struct walk *walk, const struct input *input, const char *folder, const struct chain *asker,
		      struct source source)
{
	struct chain self = {.asker = asker, .file = input->shown};
	struct profile *profile = arena_alloc(walk->arena, sizeof(*profile));

	for (const struct chain *link = asker; link != NULL; link = link->asker) {
		if (strcmp(link->file, input->shown) == 0) {
			findings_error(walk->findings, source,
				       "the profiles extend each other in a circle: %s asks for %s again", asker->file,
				       input->shown);
			return false;
		}
	}
	/* Two ways to one parent: it lies where the first way put it. */
	for (size_t i = 0; i < walk->seen.count; i++) {
		if (strcmp(walk->seen.items[i].file, input->shown) == 0)
			return walk->seen.items[i].good;
	}
	if (walk->seen.count >= LAYERS_MOST) {
		findings_error(walk->findings, source, "more than %d profiles are laid over each other", LAYERS_MOST);
		return false;
	}
	size_t invalid = walk->findings->invalid;
	bool good = load_profile(walk->arena, input->shown, input->bytes, input->length, walk->findings, profile) ||
		    (walk->given->lenient && walk->findings->invalid == invalid);
	/* Parents are looked at even when this file has faults, so that one run shows all. */
	good = load_parents(walk, profile, folder, &self) && good;
	*ARRAY_ADD(walk->arena, &walk->seen) = (struct seen){.file = input->shown, .good = good};
	if (good)
		*ARRAY_ADD(walk->arena, walk->layers) = profile;
	return good;
}

bool layers_load(struct arena *arena, const struct layers_case *given, const struct text_list *words,
		 struct findings *findings, struct profile_layers *layers, int *cause)
{
	struct walk walk = {.arena = arena, .given = given, .findings = findings, .layers = layers, .cause = cause};
	bool good = true;

	for (size_t i = 0; i < words->count; i++)
		good = load_word(&walk, words->items[i], NULL, NULL, (struct source){0}) && good;
	return good;
}
