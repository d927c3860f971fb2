/*
 * Files that the user names or keeps in /etc/holdfast, read with care: regular, not larger than a profile has any reason
 * to be, never waited on; and for a change made by root, only such as nobody else could have written.
 */
#ifndef HOLDFAST_CMD_INPUT_H
#define HOLDFAST_CMD_INPUT_H

#include "../system/tree.h"

struct input {
	const char *shown; /* how the user knows it */
	char *bytes;
	size_t length;
};

enum input_result { INPUT_READ, INPUT_ABSENT, INPUT_REFUSED };

/*
 * path is looked up in the tree when there is one, else from the current folder. `trusted`: refuse a file that others may
 * write, or whose folder they may. INPUT_ABSENT: there is no such file. INPUT_REFUSED: err says why.
 */
enum input_result input_read(struct arena *arena, const struct tree *tree, const char *path, bool trusted,
			     struct input *input, struct error *err) MUST_CHECK;

#endif
