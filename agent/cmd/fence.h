/*
 * Shutting a command in before it parses a profile or a journal: the capabilities of its rights and no other, Landlock round the
 * folders that they let it write to, and few system calls, more of them for what changes the host. What the kernel lacks is
 * gone without; what it has and refuses ends the command.
 */
#ifndef HOLDFAST_CMD_FENCE_H
#define HOLDFAST_CMD_FENCE_H

#include "../core/config.h"
#include "../system/tree.h"
#include "options.h"

struct fence {
	struct arena *arena;
	const struct tree *tree;
	const struct options *options;
	const struct config *config; /* as far as it has been read */
	bool audit;                  /* of `run` */
};

/*
 * After the tree is open, and agent.yaml read where it names a file to write. False: we are not shut in, and must not go on.
 */
bool fence_enter(const struct fence *fence, struct error *err) MUST_CHECK;

#endif
