/*
 * What an apply did to the sockets that were there: the census before and after, and what only new sockets get.
 */
#ifndef HOLDFAST_REPORT_REPORT_EFFECT_H
#define HOLDFAST_REPORT_REPORT_EFFECT_H

#include "../core/plan.h"
#include "report_tcp.h"

/* plan with results, NULL when nothing was to be changed. */
void report_effect(struct text *out, const struct report_tcp *before, const struct report_tcp *after,
		   const struct plan *plan, const struct table_style *style);

#endif
