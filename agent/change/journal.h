/*
 * What each transaction found, on disk before it changes anything: /var/lib/holdfast/journal/<id>.json, and the old bytes
 * of each file beside it as <id>.<name of the file>. The id is a UUIDv7, so names sort by time. A link `open` names the one
 * that is not over; only the holder of the lock (change/lock) makes or ends one.
 *
 *	          open, old files, entry
 *	(nothing) ----------------------> begun
 *
 *	begun   --- values set, files written, all of it looked at -------------------> done
 *	begun   --- the same without the files, for `apply --confirm` ----------------> waiting
 *	waiting --- `holdfast confirm`: files written --------------------------------> done
 *	begun, waiting --- refused, failed, killed, deadline, probe, `rollback` ------> undoing
 *	undoing --- files, then values, are as they were; what is not is named -------> undone
 *
 *	begun    everything old is on disk; any part of the new values and files may be there
 *	waiting  all new values are set; the files are old, but while `confirm` is at work any of them may be new. What they
 *	         are to say lies beside the entry as <id>.<name>.next; it goes first when the change is taken back, so a waiting
 *	         entry without it counts as undoing
 *	undoing  any part of the old values and files may be back
 *	done     every step has its result, and `open` is gone or about to go
 *	undone   the same; `kept` names what is not as it was
 *
 * So there is one rule for whoever finds `open`: what is not over is undone, unless it is waiting and has time left. A link
 * that leads nowhere, or to an entry that is over, is all that a death left; it only has to go.
 */
#ifndef HOLDFAST_CHANGE_JOURNAL_H
#define HOLDFAST_CHANGE_JOURNAL_H

#include "../core/entry.h"
#include "../system/tree.h"

extern const char journal_open_path[]; /* of `open` */

/*
 * Puts a new entry on disk, its old files first, and `open`; makes the folders where they are missing. After true all of it
 * is there. After false nothing has to be undone.
 */
bool journal_begin(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err) MUST_CHECK;
/* The entry anew: in another state, with more steps before they are carried out, with results. */
bool journal_update(struct arena *arena, const struct tree *tree, const struct entry *entry, struct error *err)
	MUST_CHECK;
/* The same for an entry whose files are others now: their old bytes first. */
bool journal_again(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err) MUST_CHECK;
/* Keeps what `confirm` is to write, and names it in the entry; journal_update follows. */
bool journal_keep_next(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err) MUST_CHECK;
/* Whether all that was kept for `confirm` is still there. */
bool journal_has_next(struct arena *arena, const struct tree *tree, const struct entry *entry);
/* Takes away what was kept for `confirm`, so that none can come; as well as it goes. */
void journal_drop_next(const struct tree *tree, const struct entry *entry);
/* The last update of an entry that is over; then `open` and what was kept for `confirm` go. */
bool journal_end(struct arena *arena, const struct tree *tree, const struct entry *entry, struct error *err) MUST_CHECK;

enum journal_found { JOURNAL_FOUND, JOURNAL_NONE, JOURNAL_FAILED };
/* The entry that `open` names. JOURNAL_NONE: there is none, or it is over, or nothing was ever begun. */
enum journal_found journal_open(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
	MUST_CHECK;
/* When nothing is open: takes away an `open` that names nothing or an entry that is over, and what was kept for `confirm`. */
bool journal_tidy(struct arena *arena, const struct tree *tree, struct error *err) MUST_CHECK;
/* The newest of all, over or not. JOURNAL_NONE: there is none, or it cannot be read as one. */
enum journal_found journal_newest(struct arena *arena, const struct tree *tree, struct entry *entry, struct error *err)
	MUST_CHECK;
/* All entries, newest first. One that cannot be read is ENTRY_DAMAGED, and `why` says what is wrong with it. */
bool journal_list(struct arena *arena, const struct tree *tree, struct entries *entries, struct error *err) MUST_CHECK;
/* The text of an entry as it lies on disk. */
bool journal_text(struct arena *arena, const struct tree *tree, const char *id, const char **text, struct error *err)
	MUST_CHECK;
/* The bytes of a copy, held against their SHA-256. */
bool journal_copy(struct arena *arena, const struct tree *tree, const char *name, const char *digest,
		  struct file_state *state, struct error *err) MUST_CHECK;
/*
 * The time for the id of a new entry, under the lock: now, or just after the newest one. Names sort by the order in which
 * the lock was had, whatever was done to the clock.
 */
bool journal_next_ms(struct arena *arena, const struct tree *tree, int64_t now_ms, int64_t *next_ms, struct error *err)
	MUST_CHECK;
/* Whether nobody but this user can write the journal: what it says is carried out. */
bool journal_trusted(struct arena *arena, const struct tree *tree, struct error *err) MUST_CHECK;
/* Takes away what a killed holdfast left in the journal's folder. */
void journal_sweep(struct arena *arena, const struct tree *tree);

#endif
