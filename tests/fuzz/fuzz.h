/*
 * What the fuzz targets share. libFuzzer calls LLVMFuzzerTestOneInput with one input after the other; the sanitizers watch
 * the memory, HOLD watches the rest.
 */
#ifndef HOLDFAST_TESTS_FUZZ_H
#define HOLDFAST_TESTS_FUZZ_H

#include <stdint.h>

#include "core/findings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLD(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* A text was refused: at least one fault says why. */
static inline void fuzz_refused(const struct findings *findings)
{
	size_t errors = 0;

	HOLD(findings->errors > 0);
	for (size_t i = 0; i < findings->count; i++) {
		errors += findings->items[i].severity == FINDING_ERROR;
		HOLD(findings->items[i].text != NULL && findings->items[i].text[0] != '\0');
	}
	HOLD(errors > 0 || findings->unlisted > 0);
}

#endif
