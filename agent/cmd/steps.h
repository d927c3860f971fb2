/*
 * A plan on stdout and as a document, for plan and for apply --dry-run.
 */
#ifndef HOLDFAST_CMD_STEPS_H
#define HOLDFAST_CMD_STEPS_H

#include "pipeline.h"

/* The plan as its JSON document. */
bool steps_document(struct run *run, const struct plan *plan, struct text *text, struct error *err) MUST_CHECK;
/* As the options say: JSON, text or nothing. `next`: the sentence after the count of steps. */
bool steps_print(struct run *run, const struct plan *plan, const char *next, struct error *err) MUST_CHECK;

#endif
