/*
 * What a report document asks of a parameter, in one line: "30", ">= 4096", ">= 1 and <= 9", "bbr or cubic".
 */
#ifndef HOLDFAST_REPORT_REPORT_WANTED_H
#define HOLDFAST_REPORT_REPORT_WANTED_H

#include <jansson.h>

#include "../base/text.h"

/* Of the object `wanted`; empty when it says nothing. */
const char *report_wanted_text(struct arena *arena, const json_t *wanted);

#endif
