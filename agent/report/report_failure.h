/*
 * A run that could not do its work has no parameters; in formats that are made of them it must not look like a host on which
 * nothing is wrong. So there it is one itself.
 */
#ifndef HOLDFAST_REPORT_REPORT_FAILURE_H
#define HOLDFAST_REPORT_REPORT_FAILURE_H

#include <jansson.h>

#include "../base/arena.h"

/* What is said to a document that has no parameters, such as a heartbeat. */
extern const char report_no_parameters[];

/* The parameters of the document, or one that stands for the run that failed. A new reference; NULL: it has none. */
json_t *report_failure_or_parameters(struct arena *arena, const json_t *document);

#endif
