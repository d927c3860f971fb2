/*
 * What an apply does to the sockets that are there: the census before and after it, and what only new sockets get.
 *
 * A change is never held up by it: where the census cannot be taken, there is none.
 */
#ifndef HOLDFAST_CMD_EFFECT_H
#define HOLDFAST_CMD_EFFECT_H

#include "looking.h"

struct effect {
	struct look before, after;
	struct report_tcp before_report, after_report; /* of both, once they are there */
	bool taken;                                    /* both are there */
};

/* Takes the census before the plan is carried out, if it changes something for TCP; else run->effect stays NULL. */
void effect_begin(struct run *run, const struct plan *plan);
/* And after it. */
void effect_end(struct run *run);

#endif
