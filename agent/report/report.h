/*
 * All that one run has to say, gathered for whoever writes it down: report_text for people, report_json for machines. The
 * words and fields are those of docs/report.md and schema/report.schema.json.
 */
#ifndef HOLDFAST_REPORT_REPORT_H
#define HOLDFAST_REPORT_REPORT_H

#include "../core/config.h"
#include "../core/outcome.h"
#include "../core/plan.h"
#include "report_tcp.h"

struct report {
	const char *id;   /* UUIDv7 */
	const char *time; /* RFC 3339 */
	const char *agent_version;
	const char *command; /* "check", "apply", ... */
	const char *trigger; /* what started it: "manual", "cron", "timer" */
	bool audit;          /* drift is only reported */
	int64_t seq;         /* 0 = it keeps no count */
	uint64_t dropped_reports;
	int64_t duration_ms;
	const struct facts *facts; /* with FACTS_IDENTITY, FACTS_OS and FACTS_VIRTUALIZATION for JSON */
	const struct config *config;
	const struct profile_layers *layers;
	const char *digest; /* of the desired state */
	const char *loader, *loader_why;
	const struct outcome *outcome;
	const struct plan *plan;             /* with results; NULL when nothing was to be changed */
	const char *transaction;             /* NULL = none */
	const struct report_tcp *tcp;        /* the census; of an apply that after it. NULL = not taken */
	const struct report_tcp *tcp_before; /* of an apply; NULL = not taken */
	const struct text_list *errors;      /* what went wrong besides the parameters; may be NULL */
};

/* The profile that a run is called by: the last layer. */
const struct profile *report_profile(const struct report *report);
bool report_is_secret(const struct desired_item *item);
/* The same for a step, also for one that takes away what no profile asks for any more. */
bool report_hides(const struct plan_step *step);

#endif
