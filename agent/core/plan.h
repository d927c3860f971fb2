/*
 * The ordered steps that remove the drift. Made from an outcome, carried out by change/apply, shown by report/.
 *
 * Live writes come first, in an order that the kernel accepts; then the files. A step keeps what it found and what it
 * will leave, so that a plan can be read, saved and held against the host later.
 */
#ifndef HOLDFAST_CORE_PLAN_H
#define HOLDFAST_CORE_PLAN_H

#include "outcome.h"

enum plan_kind { PLAN_WRITE_LIVE, PLAN_WRITE_DROP_IN, PLAN_EDIT_LINE, PLAN_KINDS };
enum plan_result {
	PLAN_NOT_TRIED,
	PLAN_CHANGED,
	PLAN_ALREADY,
	PLAN_REFUSED,
	PLAN_ALTERED,
	PLAN_ROLLED_BACK,
	PLAN_RESULTS
};

extern const char *const plan_kind_names[PLAN_KINDS];
extern const char *const plan_result_names[PLAN_RESULTS];

struct plan_step {
	enum plan_kind kind;
	const char *path;      /* the key; may be a wildcard in a file */
	const char *file;      /* NULL for live */
	unsigned line;         /* PLAN_EDIT_LINE */
	const char *from, *to; /* NULL: nothing there; in a file also: the line goes, or is an exclusion */
	const char *note;      /* what else to know, NULL for nothing */
	struct outcome_parameter *parameter; /* the one that asks for it, NULL when none does any more */
	/* Filled in by an apply. */
	enum plan_result result;
	enum outcome_reason reason;
	const char *found; /* read back after the write */
};

struct file_state;

/* A file to be written whole. */
struct plan_file {
	const char *path;   /* as the host names it */
	const char *before; /* NULL: there is none yet */
	size_t before_length;
	const char *after; /* NULL: the file goes */
	size_t after_length;
	bool secret;                 /* it is for its owner alone from now on (plan_mark_secrets) */
	bool told_secret;            /* it told one, and does not any more: its mode is that of `as` again */
	const struct file_state *as; /* whose owner, mode and attributes a new file takes (core/entry.h); may be NULL */
};

/* A file that the plan rests on. */
struct plan_evidence {
	const char *path;
	const char *digest; /* SHA-256, NULL: there is no such file */
};

struct plan {
	struct plan_step *items;
	size_t count, capacity;
	struct {
		struct plan_file *items;
		size_t count, capacity;
	} files;
	struct {
		struct plan_evidence *items;
		size_t count, capacity;
	} evidence;
};

/* Takes the steps on a file out again. */
void plan_drop_file(struct plan *plan, const char *file);
/* Whether the kernel refused the step, or made something else of it. */
bool plan_failed(const struct plan_step *step);
/* Why a step was refused, in words: "the kernel does not take this value". */
const char *plan_refusal(const struct plan_step *step);
/* Adds the live writes of an outcome, in order. */
void plan_live(struct arena *arena, const struct outcome *outcome, struct plan *plan);
/*
 * Closes the file to others when it comes to tell a secret; the drop-in, which is ours, whenever it tells one. Who has put one
 * into /etc/sysctl.conf by hand has chosen who reads it.
 */
void plan_mark_secrets(struct arena *arena, struct plan_file *file);
/* Puts a plan of live writes alone into an order that the kernel accepts; what cannot be taken back comes last. */
void plan_arrange(struct plan *plan);
/* Whether the key, once it has the value, cannot be set back before the next boot. */
bool plan_one_way(const char *path, const char *value);

#endif
