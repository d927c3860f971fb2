/*
 * The process of one destination: it opens what it needs, shuts itself in, and only then talks to the receiver. Each
 * destination has a process of its own, so none ever holds the secrets of another.
 */
#ifndef HOLDFAST_SEND_WORKER_H
#define HOLDFAST_SEND_WORKER_H

#include "arguments.h"
#include "settings.h"

enum worker_exit { WORKER_DONE = 0, WORKER_LEFT = 1, WORKER_USAGE = 64, WORKER_BUSY = 75 };

/* root and spool are folders. */
struct worker {
	const struct arguments *arguments;
	const struct settings_destination *destination;
	int root, spool;
};
enum worker_exit worker_run(struct arena *arena, const struct worker *worker);

#endif
