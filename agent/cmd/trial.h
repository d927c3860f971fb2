/*
 * The search for what the files must say: our part is taken out, lines are chosen, the loader's view of the result is
 * forecast, and what still loses is put right, until nothing moves. Nothing is written; planning.c makes steps of it.
 */
#ifndef HOLDFAST_CMD_TRIAL_H
#define HOLDFAST_CMD_TRIAL_H

#include "../core/persist.h"
#include "pipeline.h"

struct trial {
	struct run *run;
	bool main_is_target;              /* persist: {target: sysctl.conf} */
	struct sysctl_file drop_in, main; /* as they are on disk */
	const char *main_text;            /* the main file without our block, with the corrections so far */
	size_t main_length;
	bool had_block; /* the main file on disk has one */
	struct sysctl_files foreign_files;
	struct forecast foreign;
	struct observed_boot *foreign_boot, *own_boot, *with_boot; /* in the order of the desired items */
	struct persist_lines lines;                                /* what our part should say */
	struct {
		struct plan_step *items;
		size_t count, capacity;
	} edits; /* corrections in the main file */
};

/* Reads what is there. */
bool trial_open(struct run *run, struct trial *trial, struct error *err) MUST_CHECK;
/* What our part assigns now; also fills in trial->own_boot. */
void trial_read_own(struct trial *trial, struct assignments *own);
/* Chooses lines and corrections until the forecast is what is wanted, or nothing helps any more. */
void trial_settle(struct trial *trial);
/* The file of our part with the lines chosen: the drop-in, or the main file with our block at its end. */
struct sysctl_file trial_own_file(const struct trial *trial);

#endif
