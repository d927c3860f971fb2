/*
 * Carries out a plan's live writes. The only module that changes a kernel parameter.
 */
#ifndef HOLDFAST_CHANGE_APPLY_H
#define HOLDFAST_CHANGE_APPLY_H

#include "../core/plan.h"
#include "../system/proc_sys.h"

/*
 * Each live step from index `first` on: nothing when the value is there already; else one write, and a look at what the
 * kernel made of it. A refused write leaves the old value: where the kernel took a part of a vector before it said no,
 * the old value is written back. Every step that was tried has a result afterwards; behind one that failed the others are
 * tried only to `go_on`.
 */
void apply_live(struct arena *arena, const struct proc_sys *proc_sys, struct plan *plan, size_t first, bool go_on);

#endif
