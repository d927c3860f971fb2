/*
 * A run's report on its way out: counted, put into the queue of each destination, kept as the last one, and written down as
 * metrics. Nothing here can make a run fail; what goes wrong is said on stderr.
 */
#ifndef HOLDFAST_CMD_REPORTING_H
#define HOLDFAST_CMD_REPORTING_H

#include <jansson.h>

#include "../report/report.h"
#include "pipeline.h"

/* *document is the whole of it, as it was put; a new reference, NULL when it could not be made. */
void reporting_keep(struct run *run, struct report *report, json_t **document);

#endif
