/*
 * A fence round a process by Landlock (landlock(7)): what is not allowed below some folder, or on some port, is refused from
 * then on, whoever we are. It is for good, and holds for every child. A kernel that does not have it goes without.
 *
 *	CLEANUP(landlock_close) struct landlock fence = LANDLOCK_NONE;
 *	landlock_make(LANDLOCK_WRITES, 1, &fence, err) && landlock_allow(&fence, folder, LANDLOCK_WRITING, err) && ... &&
 *		landlock_enter(&fence, err)
 */
#ifndef HOLDFAST_BASE_LANDLOCK_H
#define HOLDFAST_BASE_LANDLOCK_H

#include <linux/landlock.h>
#include <stdint.h>

#include "error.h"
#include "fd.h"

/* Newer than some headers; a kernel that does not know a right is not asked for it. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define LANDLOCK_READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Files, folders and links are made, written, replaced and removed. */
#define LANDLOCK_WRITING \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

enum landlock_kind {
	LANDLOCK_WRITES, /* refuses to write files and to start programs; reading is free */
	LANDLOCK_ALL,    /* refuses reading too */
};

struct landlock {
	int rules;        /* -1: the kernel has none, and nothing is refused */
	unsigned version; /* of the kernel's interface */
	uint64_t files;   /* what is refused where it is not allowed */
};
#define LANDLOCK_NONE \
	{ \
		.rules = -1 \
	}

/* From `least` on a version of the kernel's interface is made use of. TCP is refused as a whole where it can be. */
bool landlock_make(enum landlock_kind kind, unsigned least, struct landlock *fence, struct error *err) MUST_CHECK;
/* Below the folder, or on the one file. */
bool landlock_allow(const struct landlock *fence, int file, uint64_t access, struct error *err) MUST_CHECK;
bool landlock_allow_port(const struct landlock *fence, uint16_t port, struct error *err) MUST_CHECK;
/* For good. New privileges have been given up before (capabilities_keep). */
bool landlock_enter(const struct landlock *fence, struct error *err) MUST_CHECK;
void landlock_close(struct landlock *fence);

#endif
