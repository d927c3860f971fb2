/*
 * The rows of semantics.md section 1 that concern the reading of lines: for both loaders' tests, each with what procps
 * and what systemd make of the text. An assignment is "path=value@line ", an exclusion "-path@line ".
 */
#ifndef HOLDFAST_TESTS_LOADER_LINES_H
#define HOLDFAST_TESTS_LOADER_LINES_H

#include "system/sysctl_files.h"
#include "unit.h"

struct loader_lines {
	const char *name, *text;
	size_t length; /* 0: as long as the text */
	const char *procps, *systemd;
};
extern const struct loader_lines loader_lines[];
extern const size_t loader_lines_count;

/* The assignments in the form of the rows; also holds each value to the place in the file that it claims. */
const char *loader_lines_describe(struct unit *unit, const char *name, const struct sysctl_file *file,
				  const struct assignments *assignments);

#endif
