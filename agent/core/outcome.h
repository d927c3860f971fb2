/*
 * Desired against observed: the status of each key, the counts and the verdict. The words are those of the report
 * (schema/report.schema.json) and of docs/report.md.
 */
#ifndef HOLDFAST_CORE_OUTCOME_H
#define HOLDFAST_CORE_OUTCOME_H

#include "config.h"
#include "desired.h"
#include "observed.h"

enum outcome_status {
	STATUS_COMPLIANT,
	STATUS_DRIFT,
	STATUS_PENDING, /* waits for a module or an interface */
	STATUS_WAIVED,
	STATUS_NOT_APPLICABLE,
	STATUS_NOT_SETTABLE, /* not in line, and nobody can change it here */
	STATUS_ERROR,
	STATUSES,
};

enum outcome_reason {
	REASON_NONE,
	REASON_CONDITION_FALSE,
	REASON_REMOVED_IN_KERNEL,
	REASON_UNKNOWN_KEY,
	REASON_MODULE_ABSENT,
	REASON_INTERFACE_ABSENT,
	REASON_STACK_DISABLED,
	REASON_READ_ONLY_HERE,
	REASON_VALUE_REJECTED,
	REASON_VALUE_ALTERED,
	REASON_CHANGED_BY_OTHER_KEY,
	REASON_WRITE_ONLY,
	REASON_UNREADABLE,
	REASON_NO_PERMISSION,
	REASONS,
};

enum outcome_live {
	OUTCOME_LIVE_MATCH,
	OUTCOME_LIVE_DIFFER,
	OUTCOME_LIVE_MISSING,
	OUTCOME_LIVE_UNREADABLE,
	OUTCOME_LIVE_UNMANAGED,
	OUTCOME_LIVES
};
enum outcome_boot {
	OUTCOME_BOOT_MATCH,
	OUTCOME_BOOT_DIFFER,
	OUTCOME_BOOT_UNSET,
	OUTCOME_BOOT_UNMANAGED,
	OUTCOME_BOOTS
};

extern const char *const outcome_status_names[STATUSES];
extern const char *const outcome_reason_names[REASONS]; /* NULL for REASON_NONE */
extern const char *const outcome_live_names[OUTCOME_LIVES];
extern const char *const outcome_boot_names[OUTCOME_BOOTS];

struct outcome_parameter {
	const struct desired_item *item;
	const struct observed_live *live_seen;
	const struct observed_boot *boot_seen;
	enum outcome_status status;
	enum outcome_reason reason;
	enum outcome_live live;
	enum outcome_boot boot;
	const struct config_waiver *waiver; /* set when waived, or when it has expired and the key is not in line */
	bool waiver_expired;
};

enum outcome_verdict { VERDICT_COMPLIANT, VERDICT_DRIFT, VERDICT_PENDING, VERDICT_ERROR };

struct outcome {
	struct outcome_parameter *items; /* in the order of the desired state */
	size_t count;
	size_t counts[STATUSES];
	size_t unknown_keys; /* errors for which the profile is to blame */
	enum outcome_verdict verdict;
};

/* Where the judging of keys that are not in line needs one more fact: whether anybody can write them here. */
struct outcome_ask {
	void *context;
	bool (*read_only)(void *context, const char *path);
};

/* All that a judgement rests on. */
struct outcome_case {
	const struct desired *desired;
	const struct observed *observed;
	const struct facts *facts;
	const struct config *config; /* for the waivers */
	const char *today;           /* 2026-11-22 */
	struct outcome_ask ask;
};

void outcome_judge(struct arena *arena, const struct outcome_case *given, struct outcome *outcome);
/* Counts and verdict anew, after statuses were changed by what an apply met. */
void outcome_count(struct outcome *outcome);
const char *outcome_verdict_name(enum outcome_verdict verdict);
/* SHA-256 over the states of all keys, without times: equal state, equal fingerprint (docs/report.md has the recipe). */
const char *outcome_fingerprint(struct arena *arena, const struct outcome *outcome);
/* "removed in Linux 4.12", "needs the module nf_conntrack": one clause for people, NULL when there is no reason. */
const char *outcome_reason_text(struct arena *arena, const struct outcome_parameter *parameter);

#endif
