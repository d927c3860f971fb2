/*
 * Trying one destination: a sign of life, made from the last report, and how far it came: name, connection, TLS, answer. What
 * to do is said where somebody can do something.
 */
#ifndef HOLDFAST_SEND_TRIAL_H
#define HOLDFAST_SEND_TRIAL_H

#include "request.h"

struct trial {
	const char *name, *shown_url;
	bool json;
	json_t *last; /* the last full report; NULL = none has been kept */
};

/* Prints to stdout. True: the destination took it. */
bool trial_run(struct arena *arena, const struct trial *trial, const struct request_line *line);
/* The same for one that could not even be tried. */
void trial_fail(struct arena *arena, const struct trial *trial, const char *why);

#endif
