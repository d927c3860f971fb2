/*
 * A document that a command has printed with --json, and that came back from a file: read as JSON, and the census in it found.
 * Whatever it holds is anybody's; who goes by a field looks at its kind first.
 */
#ifndef HOLDFAST_LOAD_LOAD_REPORT_H
#define HOLDFAST_LOAD_LOAD_REPORT_H

#include <jansson.h>

#include "../base/error.h"

/* A new reference. err names the place in `shown`, the file as the user knows it. */
bool load_report(const char *shown, const char *bytes, size_t length, json_t **document, struct error *err) MUST_CHECK;
/* Whether it is a report of a host, by its schema. */
bool load_report_is_one(const json_t *document) MUST_CHECK;
/* The document itself when it is a census, or the census within a report; NULL when there is none. */
const json_t *load_report_census(const json_t *document);

#endif
