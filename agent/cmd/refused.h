/*
 * What the kernel has refused once it will refuse again. A run that tried all the same would set the other values and take them
 * back, each time that cron starts it.
 */
#ifndef HOLDFAST_CMD_REFUSED_H
#define HOLDFAST_CMD_REFUSED_H

#include "../core/entry.h"
#include "pipeline.h"

enum { REFUSED_HOURS = 24 };

/*
 * The step for which the plan would come to nothing: the newest transaction, not older than a day, of this boot and for the
 * same desired state, has met it, and it is in the plan again. With --keep-going it must be all that the plan asks for. *entry
 * is that transaction. NULL: the plan is worth a try. After recovery_clear, which has found out what boot this is.
 */
const struct plan_step *refused_lately(struct run *run, const struct plan *plan, struct entry *entry);

#endif
