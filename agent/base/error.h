/*
 * One failed operation: a sentence for a person and, where the system said no, its errno.
 *
 * A function that can fail returns bool, true for done, and takes `struct error *err` last. Faults in the user's text
 * are not errors but findings (core/findings.h): there can be many, each with a place.
 *
 * The text is lower case, has no full stop, quotes user text in 'single quotes' and says what to do next if we know.
 */
#ifndef HOLDFAST_BASE_ERROR_H
#define HOLDFAST_BASE_ERROR_H

#include <stdbool.h>

#include "attributes.h"

struct error {
	int number;      /* errno of the failed call, or 0 */
	char text[1024]; /* never empty after a failure; cut, never overrun */
};

/* All three return false, so that a failing function can end in `return error_set(...)`. */
bool error_set(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* As error_set, with ": <meaning of cause>" behind; cause is kept in err->number. */
bool error_system(struct error *err, int cause, const char *format, ...) PRINTF_LIKE(3, 4);
/* Puts "<format>: " before the text that err already has. */
bool error_wrap(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
