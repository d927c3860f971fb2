/*
 * A report in the Heimdall Data Format, version 1: the JSON that InSpec prints, and that MITRE's Heimdall shows and `saf`
 * converts for auditors. One control for each parameter, one result for each side of it (the running kernel, the next boot).
 *
 * The viewer works the status out itself: any result failed = Failed, all passed = Passed, only skipped = Not Reviewed, a
 * backtrace = Profile Error, impact 0 = Not Applicable, a waiver that skips = Not Applicable. Made from the document,
 * which may come from anywhere.
 */
#ifndef HOLDFAST_REPORT_REPORT_HDF_H
#define HOLDFAST_REPORT_REPORT_HDF_H

#include <jansson.h>

#include "../base/arena.h"
#include "../base/error.h"

/* A new reference, NULL with *err when it has no parameters. */
json_t *report_hdf(struct arena *arena, const json_t *document, struct error *err);

#endif
