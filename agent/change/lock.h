/*
 * One change at a time: an flock(2) on /run/lock/holdfast.lock. The kernel lets go of it with the process, however that
 * ends, so a stale file never blocks.
 */
#ifndef HOLDFAST_CHANGE_LOCK_H
#define HOLDFAST_CHANGE_LOCK_H

#include "../system/tree.h"

enum lock_result { LOCK_HELD, LOCK_BUSY, LOCK_FAILED };

/* LOCK_HELD: *fd is the lock; close it to let go. LOCK_BUSY: another holdfast is changing this host. */
enum lock_result lock_take(struct arena *arena, const struct tree *tree, int *fd, struct error *err) MUST_CHECK;

/* Lets go of the lock and closes *fd, also where a child has inherited it. Nothing when it is not held. */
void lock_release(int *fd);

#endif
