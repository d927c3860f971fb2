/*
 * Takes transactions back: looks at what is now, judges it (core/undo), puts files and values back.
 *
 * Files go first: should we die in between, the next boot gives the old values.
 */
#ifndef HOLDFAST_CHANGE_ROLLBACK_H
#define HOLDFAST_CHANGE_ROLLBACK_H

#include "../core/entry.h"
#include "../system/proc_sys.h"

struct rollback_file {
	const struct entry_file *file;
	struct file_state now, old; /* old: with its bytes */
	enum undo_hold hold;        /* UNDO_GOES, UNDO_THERE, UNDO_MOVED or UNDO_UNREAD */
};

struct rollback {
	bool whole;         /* all could be looked at */
	struct error fault; /* else the first thing that could not */
	struct undo_values values;
	struct {
		struct rollback_file *items;
		size_t count, capacity;
	} files;
};

struct rollback_place {
	struct arena *arena;
	const struct tree *tree;
	const struct proc_sys *proc_sys;
	const char *boot_id; /* of now */
	const char *network;
};

/*
 * What it takes to go back behind the first `count` entries (newest first). What cannot be looked at stays out of it:
 * rollback->whole.
 */
void rollback_look(const struct rollback_place *place, const struct entries *entries, size_t count, bool force,
		   struct rollback *rollback);
/* Reads the values once more, after writes. */
bool rollback_look_again(const struct rollback_place *place, struct rollback *rollback, struct error *err) MUST_CHECK;
/* A file that goes back, for a plan. */
struct plan_file rollback_plan_file(struct arena *arena, const struct rollback_file *file);
/* Puts the files back that go. The first error; all are tried. */
bool rollback_files(const struct rollback_place *place, const struct rollback *rollback, struct error *err) MUST_CHECK;
/* Gives those up that the kernel refused to take back in these steps; true when there were none. */
bool rollback_refused(struct rollback *rollback, const struct plan *plan);
/* Names in the entry what is not as it was. */
void rollback_note_kept(struct arena *arena, const struct rollback *rollback, struct entry *entry);

/* Whether an open entry has values of another network namespace of this boot: they can only go back there. */
bool rollback_is_elsewhere(const struct rollback_place *place, const struct entry *entry);

enum rollback_try { ROLLBACK_TRY_AGAIN, ROLLBACK_LAST_TRY };

/*
 * Takes an entry back that is not over: `why` is the clause for its journal. True: it is undone, and entry->kept names what
 * stays as it is. False: it could not be brought to its end, and is still open; what could go back is back. With
 * ROLLBACK_LAST_TRY a value that the kernel refuses is no reason for another one.
 */
bool rollback_in_place(const struct rollback_place *place, struct entry *entry, const char *why, enum rollback_try last,
		       const char *now, struct error *err) MUST_CHECK;

#endif
