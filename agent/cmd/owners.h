/*
 * Others on a host that set parameters beside its boot loader: tuned, ufw, the kernel command line, container runtimes.
 * They are named by lint, not modelled: when each of them writes is its own affair.
 */
#ifndef HOLDFAST_CMD_OWNERS_H
#define HOLDFAST_CMD_OWNERS_H

#include "../core/findings.h"
#include "../system/tree.h"

struct owned {
	const char *path;     /* of the key, may be a wildcard */
	const char *value;    /* NULL: not known */
	const char *owner;    /* "tuned's profile throughput-performance" */
	const char *text;     /* what it does: "sets it when it starts" */
	struct source source; /* where it says so */
};
struct owners {
	struct owned *items;
	size_t count, capacity;
};

void owners_find(struct arena *arena, const struct tree *tree, struct owners *owners);

#endif
