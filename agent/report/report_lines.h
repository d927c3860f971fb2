/*
 * What a run has to say in a mail of cron: a line for each change, and one for what is off. Nothing when all is well.
 */
#ifndef HOLDFAST_REPORT_REPORT_LINES_H
#define HOLDFAST_REPORT_REPORT_LINES_H

#include "../base/text.h"
#include "report.h"

void report_lines(struct text *out, const struct report *report);

#endif
