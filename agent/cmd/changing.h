/*
 * What apply and rollback share when they change the host: the entry for the journal, the way back when a step fails, and
 * peace from signals meanwhile.
 */
#ifndef HOLDFAST_CMD_CHANGING_H
#define HOLDFAST_CMD_CHANGING_H

#include "../change/transaction.h"
#include "pipeline.h"

struct changing {
	struct run *run;
	struct transaction transaction;
	bool undone; /* a step failed, and everything was put back */
	bool open;   /* the way back did not come to its end either */
};

/* Fills in place, id, times and plan. The caller adds what is its own. False: run->exit is set. */
bool changing_open(struct run *run, enum entry_kind kind, struct plan *plan, struct changing *changing) MUST_CHECK;
/* transaction_begin. From here on the terminal's signals wait, until the process ends. False: nothing was changed. */
bool changing_begin(struct changing *changing, bool files_later) MUST_CHECK;
/* The first step that failed, NULL when there is none. */
const struct plan_step *changing_failure(const struct plan *plan);
/* Takes everything back, and says so on stderr. run->exit becomes that of the failure. Always false. */
bool changing_fail(struct changing *changing, const struct error *err);
/* The same because of a failed step. */
bool changing_refused(struct changing *changing, const struct plan_step *step);
/* One line on stderr for each step that failed. */
void changing_complain(const struct changing *changing);
/* Whether a step failed for want of a right. */
bool changing_denied(const struct plan *plan);
/* The terminal's signals wait; and come through again, for a command that goes on to wait itself. */
void changing_hold_signals(void);
void changing_let_signals(void);
/* What cannot be taken back is named on stderr before anything happens. */
void changing_warn(const struct run *run, const struct plan *plan);

#endif
