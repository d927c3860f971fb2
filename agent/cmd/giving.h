/*
 * A queue is given to the user that sends: one that is root's, for it is new or its maker was killed, and one that is nobody's,
 * for it was made before the package of the sender had made its user.
 */
#ifndef HOLDFAST_CMD_GIVING_H
#define HOLDFAST_CMD_GIVING_H

#include "pipeline.h"

/*
 * The folder, which lies in `spool`, and what root or nobody has put into it; true also where there is nothing to give. What a
 * sender works on is left to the next time.
 */
bool giving_queue(struct run *run, int spool, int folder, struct error *err) MUST_CHECK;

#endif
