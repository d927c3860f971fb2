/*
 * Keys whose next boot is decided by a file that is read after holdfast's own, which holdfast does not touch.
 */
#ifndef HOLDFAST_CMD_LOST_H
#define HOLDFAST_CMD_LOST_H

#include "pipeline.h"

/* How many. After pipeline_judged. */
size_t lost_count(const struct run *run);
/* Says on stderr which line to change. */
void lost_tell(const struct run *run);

#endif
