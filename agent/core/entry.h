/*
 * One transaction as the journal keeps it (change/journal.h says what each state means for the host), and what follows
 * from several of them: which still stand, and what is to be put back.
 */
#ifndef HOLDFAST_CORE_ENTRY_H
#define HOLDFAST_CORE_ENTRY_H

#include <sys/types.h>

#include "plan.h"
#include "undo.h"

enum entry_kind { ENTRY_APPLY, ENTRY_ROLLBACK, ENTRY_KINDS };
/* The last two are never on disk: ENTRY_PLANNED is what a dry run shows, ENTRY_DAMAGED what cannot be read. */
enum entry_state {
	ENTRY_BEGUN,
	ENTRY_WAITING,
	ENTRY_UNDOING,
	ENTRY_DONE,
	ENTRY_UNDONE,
	ENTRY_PLANNED,
	ENTRY_DAMAGED,
	ENTRY_STATES
};
extern const char *const entry_kind_names[ENTRY_KINDS];
extern const char *const entry_state_names[ENTRY_STATES];

struct file_attribute {
	const char *name, *value;
	size_t length;
};

/* A file as it is, with all that a replacement keeps. */
struct file_state {
	bool present;
	const char *bytes; /* NULL in an entry that was read from disk: they lie beside it */
	size_t length;
	uid_t owner;
	gid_t group;
	mode_t mode;
	struct {
		struct file_attribute *items; /* extended ones */
		size_t count, capacity;
	} attributes;
};

/* A key that the kernel may set by itself when one of the steps is carried out. */
struct entry_coupled {
	const char *path, *by; /* by: the path of the step */
	const char *from;      /* NULL: it could not be read */
	const char *asked;     /* what the kernel is known to make of it, NULL: not known */
	const char *found;     /* at the end; NULL: nobody looked */
};

struct entry_file {
	const char *path;
	struct file_state was;
	const char *before; /* SHA-256 of the old bytes, NULL: there was no file */
	const char *after;  /* of the new ones, NULL: it goes */
	const char *copy;   /* name of the old bytes in the journal's folder, NULL: there was no file */
	const char *next;   /* name of the new bytes there, while the entry waits for `confirm`; else NULL */
	bool broken;        /* merged: another hand has changed it between two of the entries */
};

/* A value or file that was not put back. */
struct entry_kept {
	const char *path; /* of a key, or of a file when it begins with '/' */
	const char *hold; /* a word of undo_hold_names */
};

struct entry {
	const char *id; /* UUIDv7: names sort by time */
	enum entry_kind kind;
	enum entry_state state;
	const char *why;  /* why it was undone, or what is wrong with a damaged one: one clause; else NULL */
	const char *time; /* RFC 3339, of the beginning */
	const char *ended;
	const char *boot_id; /* NULL = not known */
	const char *network; /* the network namespace, of that boot; NULL = not known */
	bool stands;         /* done, and no later rollback that stands has taken it back (entries_judge) */
	const char *agent_version;
	struct text_list profiles; /* names and files as they were given; none for a rollback */
	const char *digest;        /* of the desired state; NULL for a rollback */
	struct text_list undoes;   /* ENTRY_ROLLBACK: every done one of the time it goes back over, newest first */
	struct {
		int64_t seconds; /* 0: no confirmation is asked for */
		const char *deadline;
		int64_t deadline_ms; /* by the clock of that boot (clock_boot_ms) */
		const char *probe;   /* NULL = none */
	} confirm;
	struct plan *plan; /* the steps with their results; the files only while it is carried out */
	struct {
		struct entry_coupled *items;
		size_t count, capacity;
	} coupled;
	struct {
		struct entry_file *items;
		size_t count, capacity;
	} files;
	struct {
		struct entry_kept *items;
		size_t count, capacity;
	} kept;
	struct text_list off; /* at the end of an apply: paths that were not in line */
};

struct entries {
	struct entry *items; /* newest first */
	size_t count, capacity;
};

/* Done or undone, or damaged: nothing is left to do for it, or can be. */
bool entry_is_over(const struct entry *entry);
/* Whether another boot has begun since. Where neither has a boot id, as in a tree without a kernel, it is the same. */
bool entry_is_of_another_boot(const struct entry *entry, const char *boot_id);
/* Finds out which stand. The entries are sorted by id. */
void entries_judge(struct arena *arena, struct entries *entries);
/* SHA-256 of a file, NULL when there is none. */
const char *entry_digest(struct arena *arena, const struct file_state *state);
/* What the first `count` entries have changed: one value a key, from before the oldest to after the newest. */
void entry_values(struct arena *arena, const struct entries *entries, size_t count, struct undo_values *values);
/* The same for the files: `was` and `before` of the oldest, `after` of the newest. Files of entries that are over. */
void entry_files(struct arena *arena, const struct entries *entries, size_t count, struct entry *merged);

/* Adds the steps that take their lines in files back, each once, for people to read. */
void entry_file_steps(struct arena *arena, const struct entries *entries, size_t count, struct plan *plan);

#endif
