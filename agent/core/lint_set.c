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
		 key_name(lint->arena, twin->path), lint_place(lint, twin));
}

/* Two settings that the kernel holds against each other, and what each is before either is written. */
struct pair {
	const struct lint_setting *low, *high;
	number low_now, high_now;
	bool low_known, high_known;
};

static bool pair_read(const struct lint *lint, const struct lint_settings *settings, const struct catalogue_row *row,
		      struct pair *pair)
{
	const struct catalogue_row *above = catalogue_find(row->ceiling);
	const char *low = NULL, *high = NULL;

	*pair = (struct pair){.low = setter(settings, row->key), .high = setter(settings, row->ceiling)};
	if (above == NULL || (pair->low == NULL && pair->high == NULL))
		return false;
	if (lint->live != NULL) {
		low = lint->live(lint->context, row->key);
		high = lint->live(lint->context, row->ceiling);
	}
	low = low != NULL ? low : catalogue_initial(row);
	high = high != NULL ? high : catalogue_initial(above);
	pair->low_known = low != NULL && value_element(low, 0, &pair->low_now);
	pair->high_known = high != NULL && value_element(high, row->ceiling_element, &pair->high_now);
	return true;
}

static void refused(const struct lint *lint, const struct lint_setting *setting, const char *other, number value,
		    const struct lint_setting *later)
{
	struct finding finding = {.source = setting->source, .rule = RULE_IMPOSSIBLE_ORDER, .severity = FINDING_ERROR};

	if (setting->requirement != NULL)
		finding.remedy = arena_printf(lint->arena, "Change it, or %s with it.", other);
	else if (later == NULL)
		finding.remedy = arena_printf(lint->arena, "Change %s too, on an earlier line.", other);
	else
		finding.remedy = arena_printf(lint->arena, "Put %s before it.", lint_place(lint, later));

	lint_add(lint, &finding, setting->path, "the kernel refuses %s, since %s is %s%s", setting->value, other,
		 number_text(lint->arena, value), later == NULL ? "" : " at this point");
}

/* In a profile the order is the plan's affair, and only what comes out of it counts. */
static void check_final(const struct lint *lint, const struct catalogue_row *row, const struct pair *pair)
{
	number low = pair->low_now, high = pair->high_now;
	bool low_known = pair->low != NULL ? value_element(pair->low->value, 0, &low) : pair->low_known;
	bool high_known = pair->high != NULL ? value_element(pair->high->value, row->ceiling_element, &high)
					     : pair->high_known;

	if (low_known && high_known && low > high && pair->low != NULL)
		refused(lint, pair->low, key_name(lint->arena, row->ceiling), high, NULL);
}

/*
 * Where systemd writes the key of a winner: it writes each once, and a line with the value that it has already keeps the
 * place of the first.
 */
static const struct lint_setting *written_at(const struct lint_settings *settings, const struct lint_setting *winner)
{
	const struct lint_setting *first = winner;

	if (winner == NULL)
		return NULL;
	for (const struct lint_setting *earlier = winner; earlier-- > settings->items;) {
		if (strcmp(earlier->canonical, winner->canonical) != 0)
			continue;
		if (earlier->value == NULL || strcmp(earlier->value, winner->value) != 0)
			break;
		first = earlier;
	}
	return first;
}

/* Writes the setting, if the other value lets it. False: the kernel refuses it. */
static bool pair_write(struct pair *pair, const struct catalogue_row *row, const struct lint_setting *setting, bool low)
{
	bool checked = (low || row->ceiling_checks) && (low ? pair->high_known : pair->low_known);
	number ours;

	if (!value_element(setting->value, low ? 0 : row->ceiling_element, &ours))
		return true;
	if (checked && (low ? ours > pair->high_now : ours < pair->low_now))
		return false;
	*(low ? &pair->low_now : &pair->high_now) = ours;
	*(low ? &pair->low_known : &pair->high_known) = true;
	return true;
}

/* The writes in the order in which the loader makes them, each against what is there by then. */
static void check_ceiling(const struct lint *lint, const struct lint_settings *settings,
			  const struct catalogue_row *row)
{
	struct pair pair;

	if (!pair_read(lint, settings, row, &pair))
		return;
	if ((pair.low != NULL ? pair.low : pair.high)->requirement != NULL) {
		check_final(lint, row, &pair);
		return;
	}
	const struct lint_setting *low_at = written_at(settings, pair.low), *high_at = written_at(settings, pair.high);
	for (const struct lint_setting *setting = settings->items; setting < settings->items + settings->count;
	     setting++) {
		bool low = strcmp(setting->canonical, row->key) == 0;

		if ((!low && strcmp(setting->canonical, row->ceiling) != 0) || setting->glob ||
		    setting->value == NULL || (lint->systemd && setting != low_at && setting != high_at) ||
		    !value_accepted(catalogue_find(setting->path), setting->value))
			continue;
		const struct lint_setting *winner = low ? pair.low : pair.high, *other = low ? pair.high : pair.low;
		number now = low ? pair.high_now : pair.low_now, ours, then = now;

		/* Whether the other line, put first, would let this one through. */
		bool helps = other != NULL && other > setting &&
			     value_element(setting->value, low ? 0 : row->ceiling_element, &ours) &&
			     value_element(other->value, low ? row->ceiling_element : 0, &then) &&
			     (low ? ours <= then : ours >= then);
		/* Of the refused ones, those matter that should have had the last word. */
		if (!pair_write(&pair, row, setting, low) && winner != NULL && (setting == winner || lint->systemd))
			refused(lint, winner, key_name(lint->arena, low ? row->ceiling : row->key), now,
				helps ? other : NULL);
	}
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
		const char *rest = resets;
		bool reset = false, inverted = false;

		while (!reset && catalogue_next_reset(&rest, pattern, &inverted))
			reset = catalogue_pattern_matches(pattern, earlier->path);
		/* What the kernel sets is what the line wants anyway. */
		const char *set = inverted ? is_zero(setting->value) ? "1" : "0" : setting->value;
		if (!reset ||
		    (earlier->value != NULL && value_equal(catalogue_find(earlier->path), earlier->value, set)) ||
		    !earlier->wins || earlier->value == NULL || strcmp(earlier->canonical, setting->canonical) == 0)
			continue;
		const struct finding finding = {
			.source = earlier->source,
			.rule = RULE_RESET_LATER,
			.severity = FINDING_WARNING,
			.remedy = arena_printf(lint->arena, "Move the line behind %s.", lint_place(lint, setting)),
		};
		lint_add(lint, &finding, earlier->path, "the kernel sets it anew when %s changes, at %s",
			 key_name(lint->arena, setting->path), lint_place(lint, setting));
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
	for (size_t i = 0; i < catalogue_row_count; i++) {
		if (catalogue_rows[i].ceiling[0] != '\0' && lint_has(lint, &catalogue_rows[i]))
			check_ceiling(lint, settings, &catalogue_rows[i]);
	}
	for (size_t i = 0; i < settings->count; i++) {
		const struct lint_setting *setting = &settings->items[i];
		const struct catalogue_row *row = catalogue_find(setting->path);

		if (row == NULL || !setting->wins || setting->value == NULL || !lint_has(lint, row))
			continue;
		check_advice(lint, settings, setting);
		check_twin(lint, settings, setting, row);
		check_resets(lint, settings, setting, row);
		check_all(lint, settings, setting, row);
	}
}
