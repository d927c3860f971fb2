/*
 * A captured profile as YAML that load_profile reads back, with where each value came from as comments.
 */
#ifndef HOLDFAST_REPORT_REPORT_CAPTURE_H
#define HOLDFAST_REPORT_REPORT_CAPTURE_H

#include "../base/text.h"
#include "../core/capture.h"

struct report_capture {
	const struct capture *capture;
	const char *name;
	const char *summary;
	const char *head; /* a comment for the top: what it was made from; no line break */
};

void report_capture(struct text *out, const struct report_capture *report);

#endif
