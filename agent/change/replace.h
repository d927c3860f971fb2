/*
 * Whole files, replaced in one step: whoever looks sees the old or the new one, never a part, whenever we die.
 *
 * A temporary file in the same folder gets the bytes, the owner, the mode and the extended attributes of the old one; it
 * is on disk before it takes the name, and the folder is on disk before we go on.
 */
#ifndef HOLDFAST_CHANGE_REPLACE_H
#define HOLDFAST_CHANGE_REPLACE_H

#include "../system/tree.h"

struct replace_file {
	const char *path;   /* as the host names it; links are followed, and the file behind them is replaced */
	const char *before; /* what it must still say; NULL: it must not exist */
	size_t before_length;
	const char *after;
	size_t after_length;
	mode_t mode; /* for a new file */
};

/* Fails, and changes nothing, when the file does not say `before` any more: somebody else was there. */
bool replace_write(struct arena *arena, const struct tree *tree, const struct replace_file *file, struct error *err)
	MUST_CHECK;

/* Opens a folder of the tree, made with the mode where it or one above it is missing. The caller closes *fd. */
bool replace_open_folder(struct arena *arena, const struct tree *tree, const char *path, mode_t mode, int *fd,
			 struct error *err) MUST_CHECK;

#endif
