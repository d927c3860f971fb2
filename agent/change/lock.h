/*
 * One change at a time: an flock(2) on /run/lock/holdfast.lock. The kernel lets go of it with the process, however that
 * ends, so a stale file never blocks.
 *
 * On Debian everybody may make things in that folder. So where holdfast's own folder exists, that is locked first: nobody
 * else can open it, and what others have put in the place of the lock file can be moved out of the way.
 */
#ifndef HOLDFAST_CHANGE_LOCK_H
#define HOLDFAST_CHANGE_LOCK_H

#include "../system/tree.h"

struct lock {
	int file, folder; /* -1: not held */
};
#define LOCK_NONE \
	{ \
		.file = -1, .folder = -1 \
	}

enum lock_result { LOCK_HELD, LOCK_BUSY, LOCK_FAILED };

/* LOCK_HELD: *lock is. LOCK_BUSY: another holdfast is changing this host. */
enum lock_result lock_take(struct arena *arena, const struct tree *tree, struct lock *lock, struct error *err)
	MUST_CHECK;
/* Lets go of the lock, also where a child has inherited it. Nothing when it is not held. */
void lock_release(struct lock *lock);
/* Closes the descriptors of a lock that was inherited: it stays whose it is. */
void lock_forget(struct lock *lock);

#endif
