/*
 * The facts of a host, from the files of its tree; of this machine also from the kernel directly. What cannot be told
 * stays unknown.
 */
#ifndef HOLDFAST_SYSTEM_HOST_H
#define HOLDFAST_SYSTEM_HOST_H

#include "../core/facts.h"
#include "tree.h"

/* Name, kernel and architecture always; the other parts (enum facts_part) when asked for. Adds to what facts has. */
void host_facts(struct arena *arena, const struct tree *tree, unsigned parts, struct facts *facts);

#endif
