/*
 * The command line of holdfast-send.
 */
#ifndef HOLDFAST_SEND_ARGUMENTS_H
#define HOLDFAST_SEND_ARGUMENTS_H

#include <stdint.h>

#include "../base/error.h"
#include "../base/text.h"

struct arguments {
	const char *root, *destination; /* destination: NULL = all */
	int64_t splay_s;
	bool now, test, json, quiet, help, version;
};

bool arguments_read(struct arena *arena, char **argv, struct arguments *arguments, struct error *err) MUST_CHECK;
void arguments_help(struct text *out);

#endif
