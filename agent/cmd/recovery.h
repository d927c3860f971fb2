/*
 * The turn of one changing command: the lock, and what an earlier one left unfinished. The rule is that of
 * change/journal.h: what is not over is undone, unless it waits for `confirm` and has time left.
 */
#ifndef HOLDFAST_CMD_RECOVERY_H
#define HOLDFAST_CMD_RECOVERY_H

#include "../change/rollback.h"
#include "pipeline.h"

enum recovery {
	RECOVERY_CLEAR,   /* nothing is open */
	RECOVERY_UNDONE,  /* something was, and has been undone; what stays of it is on stderr */
	RECOVERY_WAITING, /* something waits for `confirm`, and has time left */
	RECOVERY_STOP,    /* run->exit is set */
};

/* Where a transaction of this run takes place. Opens what is needed; false: run->exit is set. */
bool recovery_place(struct run *run, struct rollback_place *place) MUST_CHECK;
/*
 * Takes the lock (run->lock), clears up, and looks for what is open. RECOVERY_UNDONE and
 * RECOVERY_WAITING fill in *entry.
 */
enum recovery recovery_turn(struct run *run, struct entry *entry) MUST_CHECK;
/* The same for a command that cannot go on while something waits: that is RECOVERY_STOP with exit 75 then. */
bool recovery_clear(struct run *run) MUST_CHECK;
/* Why an open entry is to be undone: a clause for its journal. */
const char *recovery_reason(const struct run *run, const struct entry *entry);
/* Says on stderr what waits, until when, and what to do about it. */
void recovery_tell_waiting(const struct run *run, const struct entry *entry);
/* Undoes what is open and says so. False: it is still open, and run->exit is set. */
bool recovery_undo(struct run *run, struct entry *entry, const char *why, enum rollback_try last) MUST_CHECK;
/*
 * For commands that change nothing: one line on stderr when something is open, as far as this user may look. The command
 * that comes next then, NULL when nothing is open.
 */
const char *recovery_tell(struct run *run);

/* Whether the time of a waiting entry has come, or it has begun to be taken back. */
bool recovery_expired(struct arena *arena, const struct run *run, const struct entry *entry);
/* "apply of 2026-11-23T00:38:28Z (0193...)" */
const char *recovery_name(struct arena *arena, const struct entry *entry);
/* Names each value and file of an undone entry that is not as it was, on stderr. */
void recovery_tell_kept(const struct run *run, const struct entry *entry);

#endif
