/*
 * The user that reports are sent as, by the host's own list of users: `holdfast`, which the package makes, or else `nobody`.
 */
#ifndef HOLDFAST_SYSTEM_ACCOUNT_H
#define HOLDFAST_SYSTEM_ACCOUNT_H

#include <sys/types.h>

#include "tree.h"

struct account {
	uid_t user;
	gid_t group;
};

/* Looks at /etc/passwd only, since a name service is no part of a static program; without either name it is 65534. */
struct account account_find(struct arena *arena, const struct tree *tree);
/* The one that has nothing of its own, and that others share. */
struct account account_nobody(struct arena *arena, const struct tree *tree);

#endif
