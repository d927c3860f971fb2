/*
 * The way back: from the values as they are now to those before one or more transactions. Pure: what is now is looked up
 * by change/rollback, which also carries the steps out.
 *
 * Only what is still as the transaction left it goes back; what another hand has set since stays, unless forced. The kernel
 * sets some keys by itself when others are written, and refuses some old values. So the steps are made anew after each
 * round of writes, until there are none:
 *
 *	- of two keys that reset each other, only the one that was not 0 is written; the kernel sees to the other
 *	- of two names of one storage, only the finer is written
 *	- what cannot be taken back before the next boot is not tried, and named
 */
#ifndef HOLDFAST_CORE_UNDO_H
#define HOLDFAST_CORE_UNDO_H

#include "plan.h"

enum undo_hold {
	UNDO_GOES,
	UNDO_THERE,     /* it is as it was before */
	UNDO_MOVED,     /* another hand has set it since */
	UNDO_ONE_WAY,   /* not before the next boot */
	UNDO_SECRET,    /* its old value is kept nowhere */
	UNDO_MISSING,   /* the key is not there, or was not to be read before */
	UNDO_RESTART,   /* the host has been started anew since: it has what the boot gave it */
	UNDO_ELSEWHERE, /* it was set in another network namespace */
	UNDO_UNREAD,    /* it could not be looked at this time */
	UNDO_REFUSED,   /* the kernel does not take the old value (set by change/rollback) */
	UNDO_HOLDS
};
extern const char *const undo_hold_names[UNDO_HOLDS];

struct undo_value {
	const char *path;
	const char *was;   /* before; NULL: not known */
	const char *asked; /* what was written, or what the kernel was to make of it; NULL: anything */
	const char *left;  /* what was seen there at the end; NULL: nobody looked */
	const char *now;   /* NULL: not there, or not readable */
	bool torn;         /* a write of it may have been cut short */
	enum undo_hold hold;
	const char *to; /* what it shall be: `was`, or what another hand has set; NULL: it is let alone */
	bool elsewhere; /* of another network namespace than this */
	bool unread;    /* now is not known, for it could not be read this time */
};
struct undo_values {
	struct undo_value *items;
	size_t count, capacity;
};

/* Adds the value, or lets an older transaction's `was` win over what is there for its path: newest first. */
void undo_add(struct arena *arena, struct undo_values *values, const struct undo_value *value);
/* After the first look: says of each value whether it goes back. restarted: the host was started anew since. */
void undo_judge(struct undo_values *values, bool restarted, bool force);
/* The writes that are needed now, in order; none: all is as it shall be. After each look. */
void undo_plan(struct arena *arena, const struct undo_values *values, struct plan *plan);
/* After the last look: what is still not as it shall be is given up. True when there was nothing of that kind. */
bool undo_give_up(struct undo_values *values);
/* A word of undo_hold_names as a clause: "another hand has set it since". The word itself when it is none of them. */
const char *undo_hold_text(const char *word);

#endif
