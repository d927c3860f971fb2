#include "tuned.h"

#include "../base/text.h"

enum { LAYERS_MOST = 32, DROPS_MOST = 50, BYTES_MOST = 1 << 20 };

static const char *const folders[] = {"/etc/tuned/profiles", "/etc/tuned", "/usr/lib/tuned/profiles", "/usr/lib/tuned"};

struct walk {
	struct arena *arena;
	const struct tree *tree;
	struct findings *findings;
	struct tuned_layers *layers;
	const char *beside;     /* a folder of the caller to look in first; NULL: none */
	struct text_list names; /* asked for so far */
	struct text_list seen;  /* paths, so that a circle ends */
	size_t bytes;           /* of all of them */
};

static void add_bytes(struct walk *walk, const char *file, const char *bytes, size_t length);

static bool find(struct walk *walk, const char *name, struct input *input)
{
	struct error err;

	if (strchr(name, '/') != NULL || name[0] == '.')
		return false;
	if (walk->beside != NULL &&
	    input_read(walk->arena, NULL, arena_printf(walk->arena, "%s/%s/tuned.conf", walk->beside, name), false,
		       input, &err) == INPUT_READ)
		return true;
	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		const char *path = arena_printf(walk->arena, "%s/%s/tuned.conf", folders[i], name);

		if (input_read(walk->arena, walk->tree, path, false, input, &err) == INPUT_READ)
			return true;
	}
	return false;
}

static void add_named(struct walk *walk, const char *name)
{
	struct input input;

	/* Each name once, and not without end, whatever the files say. */
	for (size_t i = 0; i < walk->names.count; i++) {
		if (strcmp(walk->names.items[i], name) == 0)
			return;
	}
	if (walk->names.count >= LAYERS_MOST) {
		if (walk->names.count == LAYERS_MOST)
			*ARRAY_ADD(walk->arena, &walk->layers->missing) = name;
		return;
	}
	*ARRAY_ADD(walk->arena, &walk->names) = name;
	if (find(walk, name, &input))
		add_bytes(walk, input.shown, input.bytes, input.length);
	else
		*ARRAY_ADD(walk->arena, &walk->layers->missing) = name;
}

static void drop_settings(struct tuned_profile *profile, const struct text_list *keys)
{
	for (size_t i = 0; i < profile->count; i++) {
		for (size_t j = 0; j < keys->count && j < DROPS_MOST; j++)
			profile->items[i].dropped = profile->items[i].dropped ||
						    strcmp(profile->items[i].key, keys->items[j]) == 0;
	}
}

static void add_bytes(struct walk *walk, const char *file, const char *bytes, size_t length)
{
	struct tuned_profile profile;

	for (size_t i = 0; i < walk->seen.count; i++) {
		if (strcmp(walk->seen.items[i], file) == 0)
			return;
	}
	walk->bytes += length;
	if (walk->seen.count >= LAYERS_MOST || walk->bytes > BYTES_MOST) {
		*ARRAY_ADD(walk->arena, &walk->layers->missing) = file;
		return;
	}
	*ARRAY_ADD(walk->arena, &walk->seen) = file;
	load_tuned(walk->arena, file, bytes, length, walk->findings, &profile);
	for (size_t i = 0; i < profile.includes.count; i++)
		add_named(walk, profile.includes.items[i]);
	for (size_t i = 0; i < walk->layers->count; i++) {
		walk->layers->items[i].disabled = walk->layers->items[i].disabled || profile.replaces;
		drop_settings(&walk->layers->items[i], &profile.drops);
	}
	*ARRAY_ADD(walk->arena, walk->layers) = profile;
}

void tuned_add(struct arena *arena, const struct tree *tree, const char *name, struct findings *findings,
	       struct tuned_layers *layers)
{
	struct walk walk = {.arena = arena, .tree = tree, .findings = findings, .layers = layers};

	add_named(&walk, name);
}

void tuned_add_file(struct arena *arena, const struct tree *tree, const struct input *input, struct findings *findings,
		    struct tuned_layers *layers)
{
	struct walk walk = {.arena = arena, .tree = tree, .findings = findings, .layers = layers};
	const char *slash = strrchr(input->shown, '/');

	/* NAME/tuned.conf: others lie in folders beside NAME. */
	walk.beside = slash == NULL ? ".." : arena_printf(arena, "%.*s/..", (int)(slash - input->shown), input->shown);
	add_bytes(&walk, input->shown, input->bytes, input->length);
}

const char *tuned_active(struct arena *arena, const struct tree *tree)
{
	const char *line = tree_read_line(arena, tree, "/etc/tuned/active_profile");

	return line != NULL && line[strspn(line, " \t")] != '\0' ? line : NULL;
}
