#include "../base/text.h"
#include "advice.h"
#include "key.h"
#include "lint.h"
#include "value.h"

/* --- the key ------------------------------------------------------------------------------------------------------ */

/* net.ipv4.conf.eth0.100.rp_filter: the interface's own dot was taken for a separator. */
static bool is_dotted_vlan(const char *path, const char **meant, struct arena *arena)
{
	const struct catalogue_family *family = catalogue_family_of(path, FAMILY_INSTANCES);
	const char *last = strrchr(path, '/');

	if (family == NULL || catalogue_find(path) != NULL)
		return false;
	const char *name = path + strlen(family->prefix) + 1, *dot = strchr(name, '/');
	/* VLANs have numbers: eth0.100, eth0.100.200. */
	if (dot == NULL || dot >= last || strspn(dot, "0123456789/") < (size_t)(last - dot))
		return false;
	char *joined = arena_string(arena, path);
	for (size_t i = (size_t)(dot - path); i < (size_t)(last - path); i++)
		joined[i] = joined[i] == '/' ? '.' : joined[i];
	if (catalogue_find(joined) == NULL)
		return false;
	*meant = key_name(arena, joined);
	return true;
}

static void check_presence(const struct lint *lint, const struct lint_setting *setting)
{
	struct finding finding = {.source = setting->source, .rule = RULE_UNKNOWN_KEY, .severity = FINDING_WARNING};
	enum lint_presence present = lint->present != NULL ? lint->present(lint->context, setting->path)
							   : LINT_NOT_KNOWN;
	const char *meant;
	bool optional = setting->requirement != NULL && setting->requirement->optional;

	if (present == LINT_READ_ONLY) {
		finding.rule = RULE_READ_ONLY_KEY;
		lint_add(lint, &finding, setting->path, "the kernel looked at only lets it be read");
	}
	if (present == LINT_PRESENT || present == LINT_READ_ONLY || optional)
		return;
	if (text_starts(setting->path, "proc/sys/")) {
		finding.remedy = arena_printf(lint->arena, "Write %s.",
					      key_name(lint->arena, setting->path + strlen("proc/sys/")));
		lint_add(lint, &finding, setting->path, "keys are named below /proc/sys");
		return;
	}
	if (is_dotted_vlan(setting->path, &meant, lint->arena)) {
		finding.rule = RULE_DOTTED_VLAN;
		finding.remedy = arena_printf(lint->arena, "Write %s.", meant);
		lint_add(lint, &finding, setting->path,
			 "a dot in an interface's name separates like any other, so no "
			 "loader finds this key");
		return;
	}
	/* The search is long; a file that has so many strange keys is none that was mistyped. */
	const char *nearest = lint->findings->count < FINDINGS_LISTED ? catalogue_nearest(lint->arena, setting->path)
								      : NULL;
	if (nearest != NULL)
		finding.remedy = arena_printf(lint->arena, "Did you mean %s?", nearest);
	else if (present == LINT_NOT_KNOWN)
		return;
	else
		finding.severity = FINDING_NOTE;
	lint_add(lint, &finding, setting->path,
		 present == LINT_ABSENT ? "neither the catalogue nor this kernel knows the key"
					: "the catalogue does not know the key");
}

/* False: the kernel looked at does not have the key, and nothing more is to be said of it. */
static bool check_lifetime(const struct lint *lint, const struct lint_setting *setting, const struct catalogue_row *row)
{
	struct finding finding = {.source = setting->source, .rule = RULE_REMOVED_KEY, .severity = FINDING_ERROR};
	bool optional = setting->requirement != NULL && setting->requirement->optional;

	if (lint->kernel.parts == 0)
		return true;
	if (row->removed.major > 0 && !lint_older(lint->kernel, row->removed)) {
		if (optional)
			return false;
		finding.remedy = catalogue_text(row)->note[0] != '\0'
					 ? arena_printf(lint->arena, "Delete it. %s", catalogue_text(row)->note)
					 : "Delete it.";
		lint_add(lint, &finding, setting->path, "Linux %u.%u took it out; Linux %u.%u does not have it",
			 row->removed.major, row->removed.minor, lint->kernel.major, lint->kernel.minor);
		return false;
	}
	if (row->since.major > 0 && lint_older(lint->kernel, row->since)) {
		if (optional)
			return false;
		finding.rule = RULE_FUTURE_KEY;
		finding.severity = FINDING_WARNING;
		finding.remedy = setting->requirement == NULL
					 ? "Delete it, or know that older kernels pass it over."
					 : arena_printf(lint->arena, "Say so: when: {kernel: \">= %u.%u\"}.",
							row->since.major, row->since.minor);
		lint_add(lint, &finding, setting->path, "it came with Linux %u.%u; Linux %u.%u does not have it",
			 row->since.major, row->since.minor, lint->kernel.major, lint->kernel.minor);
		return false;
	}
	return true;
}

/* False: it is nothing that can be set. */
static bool check_access(const struct lint *lint, const struct lint_setting *setting, const struct catalogue_row *row)
{
	struct finding finding = {.source = setting->source, .rule = RULE_ACTION_KEY, .severity = FINDING_ERROR};

	if (row->access == ACCESS_READ_WRITE)
		return true;
	if (setting->requirement != NULL)
		return false; /* the profile was refused for it already */
	finding.remedy = row->access == ACCESS_READ_ONLY ? "Delete it."
							 : "Delete it; run it by hand where it is wanted.";
	if (row->access == ACCESS_READ_ONLY) {
		finding.rule = RULE_READ_ONLY_KEY;
		lint_add(lint, &finding, setting->path, "it can only be read");
	} else {
		lint_add(lint, &finding, setting->path,
			 "writing it does something at once, at every boot, and keeps nothing");
	}
	return false;
}

/* --- the value ---------------------------------------------------------------------------------------------------- */

static bool is_octal(const char *value)
{
	for (const char *token = value + strspn(value, " \t"); *token != '\0'; token += strspn(token, " \t")) {
		size_t length = strcspn(token, " \t"), sign = token[0] == '-';

		if (length > sign + 1 && token[sign] == '0' && strspn(token + sign, "0123456789") >= length - sign)
			return true;
		token += length;
	}
	return false;
}

/* Whether the range, absent or not, has room for the value; a text lies in none. */
static bool in_range(const struct catalogue_row *row, const struct catalogue_range *range, const char *value)
{
	number ours;

	if (range->min.kind == BOUND_ABSENT && range->max.kind == BOUND_ABSENT)
		return true;
	return value_is_numeric(row) && value != NULL && value_element(value, 0, &ours) && value_in_range(range, ours);
}

static bool out_of(const struct catalogue_row *row, const struct catalogue_range *range, const char *value)
{
	number numbers[VALUE_FIELDS];
	size_t count;

	if (!value_is_numeric(row) || !value_numbers(value, false, numbers, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!value_in_range(range, numbers[i]))
			return true;
	}
	return false;
}

/* False: the kernel would not take it, or not as it is meant. */
static bool check_grammar(const struct lint *lint, const struct lint_setting *setting, const struct catalogue_row *row,
			  const char *value)
{
	struct finding finding = {.source = setting->source, .severity = FINDING_ERROR};
	struct error err;

	if (is_octal(value) && value_is_numeric(row)) {
		number read;

		finding.rule = RULE_OCTAL;
		finding.severity = FINDING_WARNING;
		finding.remedy = "Write it without the leading zero.";
		if (value_element(value, 0, &read))
			lint_add(lint, &finding, setting->path, "a leading zero makes a number octal: '%s' is %s",
				 lint_quoted(lint, row, value), number_text(lint->arena, read));
		else
			lint_add(lint, &finding, setting->path, "a leading zero makes a number octal, and '%s' is none",
				 lint_quoted(lint, row, value));
	}
	finding.severity = FINDING_ERROR;
	finding.remedy = NULL;
	if (!value_check(row, value, &finding.rule, &err)) {
		/* A loader's line is taken all the same: too few fields set the first ones, too many are dropped. */
		if (setting->requirement == NULL && value_accepted(row, value))
			finding.severity = FINDING_WARNING;
		lint_add(lint, &finding, setting->path, "it %s",
			 row->hazard == HAZARD_SECRET ? "has another form" : err.text);
		return false;
	}
	finding.rule = RULE_OUTSIDE_KERNEL_RANGE;
	if (!value_check_latest(row, value, &err)) {
		finding.severity = value_is_latest(lint->kernel) ? FINDING_ERROR : FINDING_WARNING;
		lint_add(lint, &finding, setting->path, "%s", err.text);
		return false;
	}
	return true;
}

static const char *as_read_back(const struct catalogue_row *row, const char *value)
{
	number written;

	if (row->readback == READBACK_AS_WRITTEN || row->class != VALUE_INTEGER || !value_element(value, 0, &written))
		return NULL;
	switch (row->readback) {
	case READBACK_AS_WRITTEN:
	case READBACK_POSSIBLE:
	case READBACK_DRIFTS:
		return NULL;
	case READBACK_TICKS:
		return written % 20 == 0
			       ? NULL
			       : "it is rounded up to a tick of the kernel's timer: 101 ms become 104 at 250 Hz";
	case READBACK_CLOCK_TICKS:
		return written % 2 == 0 ? NULL : "it is rounded down to a tick of the kernel's timer";
	case READBACK_ONE:
		return written == 0 || written == 1 ? NULL : "any number but 0 reads back 1";
	case READBACK_POWER_OF_TWO:
		return written > 0 && (written & (written - 1)) == 0 ? NULL
								     : "the kernel rounds it up to a power of two";
	case READBACK_MULTIPLE:
		return written % 512 == 0 ? NULL : "the kernel rounds it up to a multiple of 512";
	}
	return NULL;
}

/* A range of values that has a finding of its own (core/advice). */
static bool is_trap(const struct catalogue_row *row, const char *value)
{
	number ours;

	for (size_t i = 0; i < advice_row_count; i++) {
		const struct advice *advice = &advice_rows[i];

		if (advice->test == ADVICE_ALWAYS && strcmp(advice->key, row->key) == 0 &&
		    value_element(value, advice->element, &ours) && value_in_range(&advice->range, ours))
			return true;
	}
	return false;
}

static void check_worth(const struct lint *lint, const struct lint_setting *setting, const struct catalogue_row *row,
			const char *value)
{
	struct finding finding = {.source = setting->source, .severity = FINDING_WARNING};
	bool bounded = row->sane.min.kind != BOUND_ABSENT || row->sane.max.kind != BOUND_ABSENT;
	char room[64];

	if (bounded && !is_trap(row, value) && out_of(row, &row->sane, value)) {
		finding.rule = RULE_OUTSIDE_SANE_RANGE;
		value_describe_range(&row->sane, room, sizeof(room));
		lint_add(lint, &finding, setting->path, "the kernel takes %s, but sensible is %s",
			 lint_quoted(lint, row, value), room);
	}
	const char *rounded = as_read_back(row, value);
	if (rounded != NULL) {
		finding.rule = RULE_READS_BACK_OTHERWISE;
		finding.severity = FINDING_NOTE;
		finding.remedy = NULL;
		lint_add(lint, &finding, setting->path, "%s", rounded);
	}
	/* A profile was refused for it already, or says that it is meant. */
	if (setting->requirement == NULL && !setting->vendor && row->hazard != HAZARD_SECRET &&
	    value_hazardous(row, value)) {
		finding.rule = RULE_HAZARD;
		finding.remedy = "Delete it unless it is meant.";
		lint_add(lint, &finding, setting->path, "hazardous: %s", catalogue_text(row)->hazard_note);
	}
}

static void check_knowledge(const struct lint *lint, const struct lint_setting *setting,
			    const struct catalogue_row *row)
{
	struct finding finding = {.source = setting->source, .severity = FINDING_NOTE};

	if (row->finer[0] != '\0') {
		finding.rule = RULE_COARSE_KEY;
		finding.severity = FINDING_WARNING;
		finding.remedy = arena_printf(lint->arena, "Set %s instead.", key_name(lint->arena, row->finer));
		lint_add(lint, &finding, setting->path, "it is an older, coarser view of another parameter");
	}
	if (row->effect == EFFECT_NEXT_LISTEN) {
		finding.rule = RULE_TAKES_EFFECT_LATER;
		finding.severity = FINDING_NOTE;
		finding.remedy = "Restart the listening services after a change.";
		lint_add(lint, &finding, setting->path,
			 "it is read at listen(): services that run keep what they have");
	}
	/* Whoever says why has a reason of their own; a package's file and a line that loses are nobody's mistake. */
	bool explained = setting->requirement != NULL && setting->requirement->why != NULL;
	bool told = in_range(row, &row->myth_range, setting->value);
	bool untouched = setting->value != NULL && catalogue_initial(row) != NULL &&
			 value_equal(row, setting->value, catalogue_initial(row));
	if (told && !untouched && catalogue_text(row)->myth[0] != '\0' && !explained && !setting->vendor &&
	    setting->wins) {
		finding.rule = RULE_MYTH;
		finding.severity = FINDING_NOTE;
		finding.remedy = NULL;
		lint_add(lint, &finding, setting->path, "%s", catalogue_text(row)->myth);
	}
}

/* A number of a sysctl file as the kernel reads it: without a comment behind it. NULL: quoted, which is told elsewhere. */
static const char *as_read(const struct lint *lint, const char *value)
{
	size_t length = strlen(value), kept = value_before_comment(value, length);

	if (strpbrk(value, "\"'") != NULL)
		return NULL;
	return kept < length ? arena_copy(lint->arena, value, kept) : value;
}

static void check_text(const struct lint *lint, const struct lint_setting *setting, const struct catalogue_row *row,
		       const char *value)
{
	if (value != NULL && setting->requirement == NULL && value_is_numeric(row))
		value = as_read(lint, value);
	if (value == NULL)
		return;
	if (check_grammar(lint, setting, row, value))
		check_worth(lint, setting, row, value);
}

void lint_value(const struct lint *lint, const struct lint_setting *setting)
{
	const struct catalogue_row *row = catalogue_find(setting->path);
	const struct requirement *requirement = setting->requirement;

	if (row == NULL) {
		/* A byte order mark before the first key is told as such. */
		if (!setting->glob && !text_starts(setting->path, "\xef\xbb\xbf"))
			check_presence(lint, setting);
		return;
	}
	if (!check_lifetime(lint, setting, row) || !check_access(lint, setting, row))
		return;
	if (requirement != NULL && requirement->kind == REQUIREMENT_BOUNDS) {
		check_text(lint, setting, row, row->class == VALUE_INTEGER ? requirement->min : NULL);
		check_text(lint, setting, row, row->class == VALUE_INTEGER ? requirement->max : NULL);
	} else if (requirement != NULL && requirement->kind == REQUIREMENT_ONE_OF) {
		for (size_t i = 0; i < requirement->one_of.count; i++)
			check_text(lint, setting, row, requirement->one_of.items[i]);
	} else if (setting->value != NULL && (setting->value[0] != '\0' || !value_is_numeric(row))) {
		check_text(lint, setting, row, setting->value);
	}
	check_knowledge(lint, setting, row);
}
