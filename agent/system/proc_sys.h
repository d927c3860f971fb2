/*
 * The live values: /proc/sys of a tree. The only module that opens a kernel key.
 *
 * A key is looked up beneath the folder (openat2(2), RESOLVE_BENEATH, no links). It is read in one read; short reads lose
 * the rest. A write is one write(2) at offset 0: the kernel ignores or corrupts anything else (docs/values.md).
 */
#ifndef HOLDFAST_SYSTEM_PROC_SYS_H
#define HOLDFAST_SYSTEM_PROC_SYS_H

#include "../core/desired.h"
#include "../core/observed.h"
#include "tree.h"

struct proc_sys {
	int fd;         /* of proc/sys; -1 when the tree has none (an image without a kernel) */
	bool read_only; /* mounted so */
	uint64_t mount; /* its id, to tell keys that are mounted over */
};

/* The caller closes proc_sys->fd. No /proc/sys in the tree is no error. */
bool proc_sys_open(const struct tree *tree, struct proc_sys *proc_sys, struct error *err) MUST_CHECK;

/* Fills in the paths that each wildcard stands for, as far as the instances exist; sorted. */
bool proc_sys_expand(struct arena *arena, const struct proc_sys *proc_sys, struct desired_expansions *expansions,
		     struct error *err) MUST_CHECK;

/* The value, or why there is none. Never fails as a whole. */
void proc_sys_read(struct arena *arena, const struct proc_sys *proc_sys, const char *path, struct observed_live *live);
/* As many reads; paths that follow each other in one folder cost less. */
void proc_sys_read_all(struct arena *arena, const struct proc_sys *proc_sys, const struct desired *desired,
		       struct observed_live *live);
/* Nobody can write the key here: no write bit, which binds root too, or a read-only mount. context: struct proc_sys. */
bool proc_sys_read_only(void *context, const char *path);

/* False: this process may not open the key for writing. Nothing is written; some keys refuse only then. */
bool proc_sys_may_write(const struct proc_sys *proc_sys, const char *path);
/* Writes value and a newline in one write. errno is in err->number. */
bool proc_sys_write(struct arena *arena, const struct proc_sys *proc_sys, const char *path, const char *value,
		    struct error *err) MUST_CHECK;

#endif
