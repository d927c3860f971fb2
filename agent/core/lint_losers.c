#include "key.h"
#include "lint.h"
#include "value.h"

static bool same_key(const struct lint_setting *a, const struct lint_setting *b)
{
	return strcmp(a->canonical, b->canonical) == 0;
}

/* The line that wins over a loser: of the same key, else a wildcard that reaches it. */
static const struct lint_setting *winner_over(const struct lint_settings *settings, const struct lint_setting *loser)
{
	const struct lint_setting *found = NULL;

	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *other = &settings->items[i];

		if (!other->wins || other->value == NULL)
			continue;
		if (same_key(other, loser))
			return other;
		if (other->glob && !loser->glob && key_matches(other->path, loser->path))
			found = other;
		if (loser->glob && !other->glob && key_matches(loser->path, other->path))
			found = other;
	}
	return found;
}

/* A later `-key` takes it back (systemd). */
static const struct lint_setting *cancelled_by(const struct lint *lint, const struct lint_settings *settings,
					       const struct lint_setting *setting)
{
	for (const struct lint_setting *other = setting + 1; other < settings->items + settings->count; other++) {
		if (lint->systemd && other->exclusion && strcmp(other->path, setting->path) == 0)
			return other;
	}
	return NULL;
}

static void tell_loser(const struct lint *lint, const struct lint_settings *settings, const struct lint_setting *loser)
{
	const struct lint_setting *winner = winner_over(settings, loser);
	const struct lint_setting *cancel = winner == NULL ? cancelled_by(lint, settings, loser) : NULL;
	struct finding finding = {.source = loser->source, .rule = RULE_DEAD_LINE, .severity = FINDING_NOTE};

	if (cancel != NULL) {
		finding.rule = RULE_CANCELLED_LINE;
		finding.severity = FINDING_WARNING;
		finding.remedy = "Delete one of the two lines.";
		lint_add(lint, &finding, loser->path, "the exclusion at %s takes it back", lint_place(lint, cancel));
		return;
	}
	struct error unheard;
	if (!loser->glob && catalogue_find(loser->path) != NULL &&
	    !value_check(catalogue_find(loser->path), loser->value, NULL, &unheard))
		return; /* told already: whatever wins, this line sets nothing that is meant */
	if (winner == NULL) {
		const struct catalogue_row *row = catalogue_find(loser->path);

		/* A wildcard without a match and a key that is gone are told already. */
		if (loser->glob || row == NULL || row->access != ACCESS_READ_WRITE)
			return;
		finding.severity = FINDING_WARNING;
		finding.remedy = "Mend or delete the later line.";
		lint_add(lint, &finding, loser->path,
			 "a later line of the key has a value that the kernel refuses, so nothing is set at boot");
		return;
	}
	bool equal = value_equal(catalogue_find(loser->path), loser->value, winner->value);
	bool one_file = strcmp(loser->source.file, winner->source.file) == 0;
	if (one_file && !loser->glob && !winner->glob) {
		finding.rule = RULE_DUPLICATE;
		finding.severity = equal ? FINDING_NOTE : FINDING_WARNING;
		finding.remedy = "Keep one of the two lines.";
		lint_add(lint, &finding, loser->path,
			 equal ? "set again, to the same value, at %s"
			       : "set again, to another value, at %s, which wins",
			 lint_place(lint, winner));
		return;
	}
	if (!equal && !loser->vendor && !winner->vendor && !loser->glob && !winner->glob) {
		finding.rule = RULE_FILES_DISAGREE;
		finding.severity = FINDING_WARNING;
		finding.remedy = "Keep one of the two lines.";
		lint_add(lint, &finding, loser->path, "another file sets another value: %s wins at boot",
			 lint_place(lint, winner));
		return;
	}
	finding.remedy = loser->vendor ? NULL : "Delete it.";
	lint_add(lint, &finding, loser->path, "never takes effect at boot: %s wins", lint_place(lint, winner));
}

/* What an exclusion is there for: a wildcard of any file that would reach the key. */
static void check_exclusion(const struct lint *lint, const struct lint_settings *settings,
			    const struct lint_setting *exclusion)
{
	const struct finding finding = {
		.source = exclusion->source,
		.rule = RULE_USELESS_EXCLUSION,
		.severity = FINDING_NOTE,
		.remedy = "Delete it.",
	};

	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *other = &settings->items[i];
		bool same = strcmp(other->path, exclusion->path) == 0;

		if (other->exclusion)
			continue;
		if (other->glob ? key_matches(other->path, exclusion->path) || exclusion->glob : same && lint->systemd)
			return;
	}
	lint_add(lint, &finding, exclusion->path, "no wildcard reaches the key, so there is nothing to keep away");
}

void lint_losers(const struct lint *lint, const struct lint_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *setting = &settings->items[i];

		if (setting->exclusion)
			check_exclusion(lint, settings, setting);
		else if (!setting->wins && setting->value != NULL && setting->requirement == NULL)
			tell_loser(lint, settings, setting);
	}
}
