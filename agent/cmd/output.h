/*
 * What goes to stdout, and how: colour and width of the terminal, one write at the end.
 */
#ifndef HOLDFAST_CMD_OUTPUT_H
#define HOLDFAST_CMD_OUTPUT_H

#include "../report/report.h"
#include "../report/table.h"
#include "pipeline.h"

struct table_style output_style(const struct options *options);
/* Writes the text to stdout, unless -q. False: stdout is full or closed. */
bool output_print(const struct run *run, const struct text *text, struct error *err) MUST_CHECK;
/* The report of a run so far: identity, time, facts, outcome. plan and transaction may be NULL. */
bool output_report(struct run *run, const struct plan *plan, const char *transaction, struct report *report,
		   struct error *err) MUST_CHECK;
/* A word as a shell would take it back. */
const char *output_word(struct arena *arena, const char *word);
/* "apply -p high-churn-web": a command with the options that this one was given; without -p when it brings its own. */
const char *output_mend(const struct run *run, const char *command, bool profiles);
/* What was changed, as a table on stdout. */
bool output_changes(struct run *run, const struct plan *plan, const char *transaction, struct error *err) MUST_CHECK;
/* The report on stdout as --json, -v or by default. `mend`: as in report_text_counts. */
bool output_outcome(struct run *run, const struct plan *plan, const char *transaction, const char *mend,
		    struct error *err) MUST_CHECK;

#endif
