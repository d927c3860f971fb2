#include "advice.h"
#include "key.h"
#include "lint.h"
#include "value.h"

/* The setting that gives the key its value, NULL when none does. */
static const struct lint_setting *setter(const struct lint_settings *settings, const char *path)
{
	const char *canonical = catalogue_canonical(path);
	const struct lint_setting *found = NULL;

	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *setting = &settings->items[i];

		if (!setting->wins || setting->value == NULL)
			continue;
		if (strcmp(setting->canonical, canonical) == 0)
			return setting;
		if (setting->glob && key_matches(setting->path, path))
			found = setting;
	}
	return found;
}

/* What the key will be: as set here, else as it is, else as every kernel begins. NULL when nobody can tell. */
static const char *effective(const struct lint *lint, const struct lint_settings *settings, const char *path)
{
	const struct lint_setting *setting = setter(settings, path);
	const struct catalogue_row *row = catalogue_find(path);
	const char *live = NULL;

	if (setting != NULL)
		return setting->value;
	if (lint->live != NULL)
		live = lint->live(lint->context, path);
	return live != NULL ? live : row != NULL ? catalogue_initial(row) : NULL;
}

/* --- advice ------------------------------------------------------------------------------------------------------- */

static bool advice_holds(const struct lint *lint, const struct lint_settings *settings, const struct advice *advice,
			 const char *value)
{
	bool ranged = advice->range.min.kind != BOUND_ABSENT || advice->range.max.kind != BOUND_ABSENT;
	number ours, others;

	if (!value_element(value, advice->element, &ours) || (ranged && !value_in_range(&advice->range, ours)))
		return false;
	const char *other = advice->other != NULL ? effective(lint, settings, advice->other) : NULL;
	if (advice->test != ADVICE_ALWAYS && other == NULL)
		return false;
	switch (advice->test) {
	case ADVICE_ALWAYS:
		return true;
	case ADVICE_OTHER_OUTSIDE:
		return value_element(other, advice->other_element, &others) &&
		       !value_in_range(&advice->other_range, others);
	case ADVICE_OTHER_WITHIN:
		return value_element(other, advice->other_element, &others) &&
		       value_in_range(&advice->other_range, others);
	case ADVICE_OTHER_LESS:
		return value_element(other, advice->other_element, &others) && others < ours;
	case ADVICE_OTHER_EMPTY:
		return other[strspn(other, " \t\n")] == '\0';
	}
	return false;
}

static void check_advice(const struct lint *lint, const struct lint_settings *settings,
			 const struct lint_setting *setting)
{
	for (size_t i = 0; i < advice_row_count; i++) {
		const struct advice *advice = &advice_rows[i];
		const struct finding finding = {
			.source = setting->source,
			.rule = advice->rule,
			.severity = advice->severity,
			.remedy = advice->remedy,
		};

		if (catalogue_pattern_matches(advice->key, setting->path) &&
		    advice_holds(lint, settings, advice, setting->value))
			lint_add(lint, &finding, setting->path, "%s", advice->text);
	}
}

/* --- couplings ---------------------------------------------------------------------------------------------------- */

static bool is_zero(const char *value)
{
	number found;

	return value_element(value, 0, &found) && found == 0;
}

static const char *place(const struct lint *lint, const struct lint_setting *setting)
{
	return arena_printf(lint->arena, "%s:%u", setting->source.file, setting->source.line);
}

static void check_twin(const struct lint *lint, const struct lint_settings *settings,
		       const struct lint_setting *setting, const struct catalogue_row *row)
{
	const struct lint_setting *twin = row->twin[0] != '\0' ? setter(settings, row->twin) : NULL;
	const struct finding finding = {
		.source = setting->source,
		.rule = RULE_TWINS,
		.severity = FINDING_WARNING,
		.remedy = "Keep one of the two.",
	};

	/* Told once, at the one that is written first and so is lost. */
	if (twin == NULL || twin < setting || is_zero(setting->value) || is_zero(twin->value))
		return;
	lint_add(lint, &finding, setting->path, "the kernel sets it to 0 when %s is written, at %s",
		 key_name(lint->arena, twin->path), place(lint, twin));
}

static void check_ceiling(const struct lint *lint, const struct lint_settings *settings,
			  const struct lint_setting *setting, const struct catalogue_row *row)
{
	const char *above = row->ceiling[0] != '\0' ? effective(lint, settings, row->ceiling) : NULL;
	const struct lint_setting *other = row->ceiling[0] != '\0' ? setter(settings, row->ceiling) : NULL;
	struct finding finding = {.source = setting->source, .rule = RULE_IMPOSSIBLE_ORDER, .severity = FINDING_ERROR};
	number ours, most;

	if (above == NULL || !value_element(setting->value, 0, &ours) ||
	    !value_element(above, row->ceiling_element, &most))
		return;
	const char *name = key_name(lint->arena, row->ceiling);
	if (ours > most) {
		finding.remedy = arena_printf(lint->arena, "Lower it, or raise %s.", name);
		lint_add(lint, &finding, setting->path, "the kernel refuses %s, since %s is %s%s%s", setting->value,
			 name, number_text(lint->arena, most), other != NULL ? " by " : "",
			 other != NULL ? place(lint, other) : "");
		return;
	}
	/* Raised together on later lines: this one is refused while the old ceiling stands. */
	const struct catalogue_row *ceiling = catalogue_find(row->ceiling);
	number before;
	if (setting->requirement != NULL || other == NULL || other < setting || ceiling == NULL ||
	    ceiling->initial[0] == '\0' || !value_element(ceiling->initial, row->ceiling_element, &before) ||
	    ours <= before)
		return;
	finding.remedy = arena_printf(lint->arena, "Put the line of %s before it.", name);
	lint_add(lint, &finding, setting->path, "the kernel refuses %s at this point: %s is raised only later, at %s",
		 setting->value, name, place(lint, other));
}

/* At boot, a key that others follow changes only when it leaves the value that kernels begin with. */
static void check_resets(const struct lint *lint, const struct lint_settings *settings,
			 const struct lint_setting *setting, const struct catalogue_row *row)
{
	const struct catalogue_row *known = catalogue_find(setting->canonical);
	const char *resets = catalogue_text(row)->resets;
	char pattern[KEY_LONGEST];

	if (resets[0] == '\0' || setting->requirement != NULL || known == NULL || catalogue_initial(known) == NULL ||
	    value_equal(known, setting->value, catalogue_initial(known)))
		return;
	for (const struct lint_setting *earlier = settings->items; earlier < setting; earlier++) {
		bool reset = false;

		const char *rest = resets;
		while (catalogue_next(&rest, pattern))
			reset = reset || catalogue_pattern_matches(pattern, earlier->path);
		if (!reset || !earlier->wins || earlier->value == NULL ||
		    strcmp(earlier->canonical, setting->canonical) == 0)
			continue;
		const struct finding finding = {
			.source = earlier->source,
			.rule = RULE_RESET_LATER,
			.severity = FINDING_WARNING,
			.remedy = arena_printf(lint->arena, "Move the line behind %s.", place(lint, setting)),
		};
		lint_add(lint, &finding, earlier->path, "the kernel sets it anew when %s changes, at %s",
			 key_name(lint->arena, setting->path), place(lint, setting));
	}
}

/* `all` set to 0, while a value of the interface's own is enough to keep it on. */
static void check_all(const struct lint *lint, const struct lint_settings *settings, const struct lint_setting *setting,
		      const struct catalogue_row *row)
{
	const struct catalogue_family *family = catalogue_family_of(setting->path, FAMILY_INSTANCES);
	const struct finding finding = {
		.source = setting->source,
		.rule = RULE_NO_EFFECT,
		.severity = FINDING_WARNING,
		.remedy = "Set it for default and for the interfaces too; in a profile, with a wildcard.",
	};

	if (family == NULL || (row->combine != COMBINE_OR && row->combine != COMBINE_MAX) || !is_zero(setting->value))
		return;
	size_t prefix = strlen(family->prefix);
	if (strncmp(setting->path + prefix, "/all/", 5) != 0)
		return;
	const char *others = arena_printf(lint->arena, "%s/default/%s", family->prefix, setting->path + prefix + 5);
	const struct lint_setting *other = setter(settings, others);
	const char *value = other != NULL ? other->value : catalogue_initial(row);
	if (value == NULL || is_zero(value))
		return;
	lint_add(lint, &finding, setting->path, "%s: with conf.all alone at 0 every interface keeps its own %s",
		 row->combine == COMBINE_OR ? "either value is enough to turn it on" : "the greater value holds",
		 value);
}

void lint_set(const struct lint *lint, const struct lint_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *setting = &settings->items[i];
		const struct catalogue_row *row = catalogue_find(setting->path);

		if (row == NULL || !setting->wins || setting->value == NULL)
			continue;
		check_advice(lint, settings, setting);
		check_twin(lint, settings, setting, row);
		check_ceiling(lint, settings, setting, row);
		check_resets(lint, settings, setting, row);
		check_all(lint, settings, setting, row);
	}
}
