/*
 * What `holdfast run --explain` prints: what a run would do on this host, and which line of agent.yaml or which place in the
 * rollout is the reason.
 */
#ifndef HOLDFAST_REPORT_REPORT_MODE_H
#define HOLDFAST_REPORT_REPORT_MODE_H

#include "../base/text.h"
#include "../core/mode.h"

struct report_mode {
	const struct mode *mode;
	const struct config *config;
	const struct facts *facts;        /* with FACTS_IDENTITY */
	const struct text_list *profiles; /* that the host gets */
	const char *today;
	unsigned time_limit_s, splay_s;
};

void report_mode(struct text *out, const struct report_mode *report);
bool report_mode_json(struct text *out, const struct report_mode *report, struct error *err) MUST_CHECK;

#endif
