/*
 * The keys that the kernel sets by itself when others are written, as the catalogue knows them: what a key resets, its
 * twin, the finer name of its storage, and what interfaces without an address take from `default` (docs/values.md). Their
 * old values belong into the journal as much as those of the keys that are written.
 */
#ifndef HOLDFAST_CHANGE_COUPLED_H
#define HOLDFAST_CHANGE_COUPLED_H

#include "../core/entry.h"
#include "../system/proc_sys.h"

/* Adds those of the live steps from index `first` on, each with its value now, but for keys that the entry has already. */
bool coupled_find(struct arena *arena, const struct proc_sys *proc_sys, struct entry *entry, size_t first,
		  struct error *err) MUST_CHECK;
/* What is there at the end, of the coupled keys and of the steps that came to something. */
void coupled_look(struct arena *arena, const struct proc_sys *proc_sys, struct entry *entry);

#endif
