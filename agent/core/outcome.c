#include "outcome.h"

#include <errno.h>

#include "../base/digest.h"
#include "../base/text.h"

const char *const outcome_status_names[STATUSES] = {
	[STATUS_COMPLIANT] = "compliant",
	[STATUS_DRIFT] = "drift",
	[STATUS_PENDING] = "pending",
	[STATUS_WAIVED] = "waived",
	[STATUS_NOT_APPLICABLE] = "not_applicable",
	[STATUS_NOT_SETTABLE] = "not_settable",
	[STATUS_ERROR] = "error",
};
const char *const outcome_reason_names[REASONS] = {
	[REASON_CONDITION_FALSE] = "condition_false",
	[REASON_REMOVED_IN_KERNEL] = "removed_in_kernel",
	[REASON_UNKNOWN_KEY] = "unknown_key",
	[REASON_MODULE_ABSENT] = "module_absent",
	[REASON_INTERFACE_ABSENT] = "interface_absent",
	[REASON_STACK_DISABLED] = "stack_disabled",
	[REASON_READ_ONLY_HERE] = "read_only_here",
	[REASON_VALUE_REJECTED] = "value_rejected",
	[REASON_VALUE_ALTERED] = "value_altered",
	[REASON_CHANGED_BY_OTHER_KEY] = "changed_by_other_key",
	[REASON_WRITE_ONLY] = "write_only",
	[REASON_UNREADABLE] = "unreadable",
	[REASON_NO_PERMISSION] = "no_permission",
};
const char *const outcome_live_names[OUTCOME_LIVES] = {
	[OUTCOME_LIVE_MATCH] = "match",         [OUTCOME_LIVE_DIFFER] = "differ",
	[OUTCOME_LIVE_MISSING] = "missing",     [OUTCOME_LIVE_UNREADABLE] = "unreadable",
	[OUTCOME_LIVE_UNMANAGED] = "unmanaged",
};
const char *const outcome_boot_names[OUTCOME_BOOTS] = {
	[OUTCOME_BOOT_MATCH] = "match",
	[OUTCOME_BOOT_DIFFER] = "differ",
	[OUTCOME_BOOT_UNSET] = "unset",
	[OUTCOME_BOOT_UNMANAGED] = "unmanaged",
};

static bool removed(const struct catalogue_row *row, const struct facts *facts)
{
	if (row == NULL || row->removed.major == 0 || facts->kernel_version.parts == 0)
		return false;
	struct facts_version since = {.major = row->removed.major, .minor = row->removed.minor, .parts = 2};
	return facts_version_compare(facts->kernel_version, since) >= 0;
}

/* Whether this kernel is new enough for the key, as far as we know. */
static bool has_come(const struct catalogue_row *row, const struct facts *facts)
{
	struct facts_version since = {.major = row->since.major, .minor = row->since.minor, .parts = 2};

	return row->since.major == 0 || facts->kernel_version.parts == 0 ||
	       facts_version_compare(facts->kernel_version, since) >= 0;
}

static void set(struct outcome_parameter *parameter, enum outcome_status status, enum outcome_reason reason)
{
	parameter->status = status;
	parameter->reason = reason;
}

static void compare(struct outcome_parameter *parameter)
{
	const struct desired_item *item = parameter->item;
	const struct observed_live *live = parameter->live_seen;
	const struct observed_boot *boot = parameter->boot_seen;

	parameter->live = OUTCOME_LIVE_UNMANAGED;
	parameter->boot = OUTCOME_BOOT_UNMANAGED;
	if (item->requirement->manage_live) {
		switch (live->state) {
		case LIVE_UNASKED:
			break;
		case LIVE_READ:
			parameter->live = wanted_satisfied(item->row, &item->wanted, live->value) ? OUTCOME_LIVE_MATCH
												  : OUTCOME_LIVE_DIFFER;
			break;
		case LIVE_MISSING:
			parameter->live = OUTCOME_LIVE_MISSING;
			break;
		case LIVE_UNREADABLE:
			parameter->live = OUTCOME_LIVE_UNREADABLE;
			break;
		}
	}
	if (!item->requirement->manage_boot)
		return;
	if (boot->winner == NULL)
		parameter->boot = OUTCOME_BOOT_UNSET;
	else
		parameter->boot = wanted_satisfied(item->row, &item->wanted, boot->winner->value) ? OUTCOME_BOOT_MATCH
												  : OUTCOME_BOOT_DIFFER;
}

/* A key that is not there: each cause has its own word, and only waiting ones are worth persisting. */
static void judge_missing(struct outcome_parameter *parameter, const struct facts *facts)
{
	const struct desired_item *item = parameter->item;
	const struct catalogue_row *row = item->row;
	const struct observed_live *live = parameter->live_seen;
	bool module = live->module != NULL || (row != NULL && row->module[0] != '\0');

	if (removed(row, facts))
		set(parameter, STATUS_NOT_APPLICABLE, REASON_REMOVED_IN_KERNEL);
	else if (live->gap == GAP_FAMILY && !module)
		set(parameter, STATUS_NOT_APPLICABLE, REASON_STACK_DISABLED);
	else if (live->gap == GAP_INSTANCE)
		set(parameter, STATUS_PENDING, REASON_INTERFACE_ABSENT);
	else if (module)
		set(parameter, STATUS_PENDING, REASON_MODULE_ABSENT);
	else if (item->requirement->optional)
		set(parameter, STATUS_NOT_APPLICABLE, REASON_UNKNOWN_KEY);
	else if (row != NULL && row->scope == SCOPE_HOST && has_come(row, facts))
		/* A key of the whole host that this namespace does not show, such as tcp_mem in a container. */
		set(parameter, STATUS_NOT_SETTABLE, REASON_READ_ONLY_HERE);
	else
		set(parameter, STATUS_ERROR, REASON_UNKNOWN_KEY);
	if (parameter->status != STATUS_PENDING)
		parameter->boot = OUTCOME_BOOT_UNMANAGED;
	else if (parameter->boot == OUTCOME_BOOT_UNSET || parameter->boot == OUTCOME_BOOT_DIFFER)
		parameter->status = STATUS_DRIFT; /* the files can be put right now, for when it comes */
}

static void judge_present(struct outcome_parameter *parameter, const struct outcome_ask *ask)
{
	bool live_off = parameter->live == OUTCOME_LIVE_DIFFER;
	bool boot_off = parameter->boot == OUTCOME_BOOT_DIFFER || parameter->boot == OUTCOME_BOOT_UNSET;

	/* What nobody could look at (a live value in an image without a kernel) is not in line, either. */
	bool unseen = parameter->live == OUTCOME_LIVE_UNMANAGED && parameter->boot == OUTCOME_BOOT_UNMANAGED;

	set(parameter, unseen ? STATUS_NOT_APPLICABLE : STATUS_COMPLIANT, REASON_NONE);
	if (!live_off && !boot_off)
		return;
	if (parameter->live != OUTCOME_LIVE_UNMANAGED && ask->read_only(ask->context, parameter->item->path)) {
		/* The loader could not write it either. */
		parameter->boot = OUTCOME_BOOT_UNMANAGED;
		if (live_off)
			set(parameter, STATUS_NOT_SETTABLE, REASON_READ_ONLY_HERE);
		return;
	}
	set(parameter, STATUS_DRIFT, REASON_NONE);
}

/* A wildcard that stands for nothing now can be persisted for what comes later. */
static void judge_no_instance(struct outcome_parameter *parameter, const struct boot_ability *ability)
{
	const struct requirement *requirement = parameter->item->requirement;

	if (parameter->live_seen->gap == GAP_FAMILY && parameter->live_seen->module == NULL) {
		set(parameter, STATUS_NOT_APPLICABLE, REASON_STACK_DISABLED);
		return;
	}
	set(parameter, STATUS_NOT_APPLICABLE, REASON_INTERFACE_ABSENT);
	if (!observed_expressible(ability, requirement))
		return;
	compare(parameter);
	parameter->live = OUTCOME_LIVE_UNMANAGED;
	if (parameter->boot == OUTCOME_BOOT_UNSET || parameter->boot == OUTCOME_BOOT_DIFFER)
		set(parameter, STATUS_DRIFT, REASON_NONE);
}

static void judge(struct outcome_parameter *parameter, const struct outcome_case *given)
{
	const struct desired_item *item = parameter->item;
	const struct facts *facts = given->facts;
	const struct outcome_ask *ask = &given->ask;
	const struct boot_ability *ability = &given->observed->ability;
	int cause = parameter->live_seen->number;

	parameter->live = OUTCOME_LIVE_UNMANAGED;
	parameter->boot = OUTCOME_BOOT_UNMANAGED;
	if (item->state == DESIRED_CONDITION_FALSE) {
		set(parameter, STATUS_NOT_APPLICABLE,
		    removed(item->row, facts) ? REASON_REMOVED_IN_KERNEL : REASON_CONDITION_FALSE);
		return;
	}
	if (item->state == DESIRED_NO_INSTANCE) {
		judge_no_instance(parameter, ability);
		return;
	}
	compare(parameter);
	switch (parameter->live) {
	case OUTCOME_LIVE_MISSING:
		judge_missing(parameter, facts);
		break;
	case OUTCOME_LIVE_UNREADABLE:
		set(parameter, STATUS_ERROR,
		    parameter->live_seen->write_only    ? REASON_WRITE_ONLY
		    : cause == EACCES || cause == EPERM ? REASON_NO_PERMISSION
							: REASON_UNREADABLE);
		parameter->boot = OUTCOME_BOOT_UNMANAGED;
		break;
	case OUTCOME_LIVE_MATCH:
	case OUTCOME_LIVE_DIFFER:
	case OUTCOME_LIVE_UNMANAGED:
	case OUTCOME_LIVES:
		judge_present(parameter, ask);
		break;
	}
}

static void waive(struct outcome_parameter *parameter, const struct config *config, const char *today)
{
	if (parameter->status == STATUS_COMPLIANT || parameter->status == STATUS_NOT_APPLICABLE ||
	    config->waivers.count == 0)
		return;
	parameter->waiver = config_waiver(config, parameter->item->path, today);
	if (parameter->waiver == NULL)
		return;
	parameter->waiver_expired = strcmp(today, parameter->waiver->until) > 0;
	if (!parameter->waiver_expired)
		parameter->status = STATUS_WAIVED;
}

void outcome_judge(struct arena *arena, const struct outcome_case *given, struct outcome *outcome)
{
	const struct desired *desired = given->desired;

	*outcome = (struct outcome){
		.items = arena_array(arena, desired->count, sizeof(*outcome->items)),
		.count = desired->count,
	};
	for (size_t i = 0; i < desired->count; i++) {
		struct outcome_parameter *parameter = &outcome->items[i];

		parameter->item = &desired->items[i];
		parameter->live_seen = &given->observed->live[i];
		parameter->boot_seen = &given->observed->boot[i];
		judge(parameter, given);
		waive(parameter, given->config, given->today);
	}
	outcome_count(outcome);
}

void outcome_count(struct outcome *outcome)
{
	memset(outcome->counts, 0, sizeof(outcome->counts));
	outcome->unknown_keys = 0;
	for (size_t i = 0; i < outcome->count; i++) {
		const struct outcome_parameter *parameter = &outcome->items[i];

		outcome->counts[parameter->status]++;
		if (parameter->status == STATUS_ERROR && parameter->reason == REASON_UNKNOWN_KEY)
			outcome->unknown_keys++;
	}
	if (outcome->counts[STATUS_ERROR] > 0)
		outcome->verdict = VERDICT_ERROR;
	else if (outcome->counts[STATUS_DRIFT] > 0 || outcome->counts[STATUS_NOT_SETTABLE] > 0)
		outcome->verdict = VERDICT_DRIFT;
	else if (outcome->counts[STATUS_PENDING] > 0)
		outcome->verdict = VERDICT_PENDING;
	else
		outcome->verdict = VERDICT_COMPLIANT;
}

const char *outcome_verdict_name(enum outcome_verdict verdict)
{
	switch (verdict) {
	case VERDICT_COMPLIANT:
		return "compliant";
	case VERDICT_DRIFT:
		return "drift";
	case VERDICT_PENDING:
		return "pending";
	case VERDICT_ERROR:
		return "error";
	}
	return "error";
}

const char *outcome_fingerprint(struct arena *arena, const struct outcome *outcome)
{
	struct text text = {.arena = arena};

	for (size_t i = 0; i < outcome->count; i++) {
		const struct outcome_parameter *parameter = &outcome->items[i];
		const struct boot_line *winner = parameter->boot_seen->winner;

		text_format(&text, "%s\n%s\n", key_name(arena, parameter->item->path),
			    outcome_status_names[parameter->status]);
		if (parameter->item->state == DESIRED_WANTED)
			wanted_spell(&text, &parameter->item->wanted);
		text_format(&text, "live %s %s\n", outcome_live_names[parameter->live],
			    parameter->live_seen->state == LIVE_READ ? parameter->live_seen->value : "");
		text_format(&text, "boot %s %s\n", outcome_boot_names[parameter->boot],
			    winner != NULL ? winner->value : "");
	}
	return digest_hex(arena, text.bytes != NULL ? text.bytes : "", text.length);
}

const char *outcome_reason_text(struct arena *arena, const struct outcome_parameter *parameter)
{
	const struct catalogue_row *row = parameter->item->row;
	const char *module = parameter->live_seen->module != NULL    ? parameter->live_seen->module
			     : row != NULL && row->module[0] != '\0' ? row->module
								     : NULL;

	switch (parameter->reason) {
	case REASON_NONE:
	case REASONS:
		return NULL;
	case REASON_CONDITION_FALSE:
		if (parameter->item->requirement->when.count == 0)
			return "the memory or the cpus of this host are not known";
		return arena_printf(arena, "only when %s", condition_text(arena, &parameter->item->requirement->when));
	case REASON_REMOVED_IN_KERNEL:
		return row == NULL
			       ? "removed from the kernel"
			       : arena_printf(arena, "removed in Linux %u.%u", row->removed.major, row->removed.minor);
	case REASON_UNKNOWN_KEY:
		if (row != NULL && row->since.major > 0)
			return arena_printf(arena, "not in this kernel; known since Linux %u.%u", row->since.major,
					    row->since.minor);
		return "no such key in this kernel";
	case REASON_MODULE_ABSENT:
		return module == NULL ? "its module is not loaded"
				      : arena_printf(arena, "waits for the module %s", module);
	case REASON_INTERFACE_ABSENT:
		return parameter->item->state == DESIRED_NO_INSTANCE ? "no such interface" : "waits for the interface";
	case REASON_STACK_DISABLED:
		return "this part of the kernel is switched off";
	case REASON_READ_ONLY_HERE:
		return "cannot be set in this namespace or container";
	case REASON_VALUE_REJECTED:
		return "the kernel refused the value";
	case REASON_VALUE_ALTERED:
		return "the kernel stored another value";
	case REASON_CHANGED_BY_OTHER_KEY:
		return "another key changed it again";
	case REASON_WRITE_ONLY:
		return "can only be written";
	case REASON_UNREADABLE:
		return "cannot be read";
	case REASON_NO_PERMISSION:
		return "not permitted";
	}
	return NULL;
}
