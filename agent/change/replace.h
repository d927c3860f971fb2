/*
 * Whole files, replaced in one step: whoever looks sees the old or the new one, never a part, whenever we die.
 *
 * A temporary file in the same folder gets the bytes, the owner, the mode and the extended attributes of the old one; it
 * is on disk before it takes the name, and the folder is on disk before we go on. Preparing and finishing are two calls,
 * so that whatever can go wrong with a file (no room, no right, read-only) shows before a kernel parameter is written.
 */
#ifndef HOLDFAST_CHANGE_REPLACE_H
#define HOLDFAST_CHANGE_REPLACE_H

#include "../core/entry.h"
#include "../system/tree.h"

struct replace_file {
	const char *path;   /* as the host names it; links are followed, and the file behind them is replaced */
	const char *before; /* what it must still say; NULL: it must not exist */
	size_t before_length;
	const char *after; /* NULL: the file goes */
	size_t after_length;
	mode_t mode;                 /* for a new file */
	bool secret;                 /* one that was there already is for its owner alone too */
	bool as_before;              /* the mode of `as` also where the file is there */
	const struct file_state *as; /* for a new file: owner, mode and attributes instead; may be NULL */
};

/* A file of a plan; one that is made is for all to read, unless it tells a secret; that, only its owner reads. */
struct replace_file replace_of(const struct plan_file *file);

/* A file that only has to take its name. `struct replace_pending pending = {.folder = -1};` is none. */
struct replace_pending {
	int folder;
	const char *name;
	char temporary[64]; /* empty: none */
	const struct replace_file *file;
};

/* Everything up to the rename. Fails, and leaves nothing behind, when the file does not say `before` any more. */
bool replace_prepare(struct arena *arena, const struct tree *tree, const struct replace_file *file,
		     struct replace_pending *pending, struct error *err) MUST_CHECK;
/* One more look at the old file, then the new one takes its name. *pending is done with, however it ends. */
bool replace_finish(struct arena *arena, const struct tree *tree, struct replace_pending *pending, struct error *err)
	MUST_CHECK;
/* Takes the temporary file away again. Harmless on one that is finished. */
void replace_abandon(struct replace_pending *pending);
/* Both at once. */
bool replace_write(struct arena *arena, const struct tree *tree, const struct replace_file *file, struct error *err)
	MUST_CHECK;

/* The file behind path as it is now. A missing one is no error. */
bool replace_look(struct arena *arena, const struct tree *tree, const char *path, struct file_state *state,
		  struct error *err) MUST_CHECK;
/* Takes away what a killed holdfast left in the folder of path. Only under the lock. */
void replace_sweep(struct arena *arena, const struct tree *tree, const char *path);

/* Opens a folder of the tree, made with the mode where it or one above it is missing. The caller closes *fd. */
bool replace_open_folder(struct arena *arena, const struct tree *tree, const char *path, mode_t mode, int *fd,
			 struct error *err) MUST_CHECK;

#endif
