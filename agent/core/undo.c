#include "undo.h"

#include "../base/text.h"

const char *const undo_hold_names[UNDO_HOLDS] = {
	[UNDO_GOES] = "goes",         [UNDO_THERE] = "there",     [UNDO_MOVED] = "moved",
	[UNDO_ONE_WAY] = "one_way",   [UNDO_SECRET] = "secret",   [UNDO_MISSING] = "missing",
	[UNDO_RESTART] = "restarted", [UNDO_REFUSED] = "refused", [UNDO_ELSEWHERE] = "elsewhere",
	[UNDO_UNREAD] = "unread",
};

static struct undo_value *find(const struct undo_values *values, const char *path)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->items[i].path, path) == 0)
			return &values->items[i];
	}
	return NULL;
}

void undo_add(struct arena *arena, struct undo_values *values, const struct undo_value *value)
{
	struct undo_value *there = find(values, value->path);

	if (there != NULL)
		there->was = value->was;
	else
		*ARRAY_ADD(arena, values) = *value;
}

static bool same(const char *path, const char *value, const char *now)
{
	return value != NULL && (strcmp(value, now) == 0 || value_equal(catalogue_find(path), value, now));
}

/* A vector of which the kernel took only the first fields: each field is the old or the new one. */
static bool is_mixture(const struct undo_value *value)
{
	number was[VALUE_FIELDS], asked[VALUE_FIELDS], now[VALUE_FIELDS];
	size_t was_count, asked_count, count;

	if (!value->torn || value->was == NULL || value->asked == NULL ||
	    !value_numbers(value->was, true, was, &was_count) ||
	    !value_numbers(value->asked, false, asked, &asked_count) || !value_numbers(value->now, true, now, &count) ||
	    count != was_count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (now[i] != was[i] && (i >= asked_count || now[i] != asked[i]))
			return false;
	}
	return true;
}

static bool is_ours(const struct undo_value *value)
{
	/* The file of a fake host is emptied before it is written. */
	if ((value->left == NULL && value->asked == NULL) || (value->torn && value->now[0] == '\0'))
		return true;
	return same(value->path, value->left, value->now) || same(value->path, value->asked, value->now) ||
	       is_mixture(value);
}

static enum undo_hold judge(const struct undo_value *value, bool restarted, bool force)
{
	if (value->elsewhere)
		return UNDO_ELSEWHERE;
	if (value->unread)
		return UNDO_UNREAD;
	if (value->now == NULL)
		return UNDO_MISSING;
	if (value->was == NULL)
		return catalogue_is_secret(value->path) ? UNDO_SECRET : UNDO_MISSING;
	if (same(value->path, value->was, value->now))
		return UNDO_THERE;
	if (restarted)
		return UNDO_RESTART;
	if (plan_one_way(value->path, value->now))
		return UNDO_ONE_WAY;
	return force || is_ours(value) ? UNDO_GOES : UNDO_MOVED;
}

void undo_judge(struct undo_values *values, bool restarted, bool force)
{
	for (size_t i = 0; i < values->count; i++) {
		struct undo_value *value = &values->items[i];

		value->hold = judge(value, restarted, force);
		value->to = value->hold == UNDO_GOES || value->hold == UNDO_THERE ? value->was
			    : value->hold == UNDO_MOVED                           ? value->now
										  : NULL;
	}
}

static bool is_off(const struct undo_value *value)
{
	return value->to != NULL && value->now != NULL && !same(value->path, value->to, value->now);
}

static bool is_zero(const char *value)
{
	number only;

	return value_element(value, 0, &only) && only == 0;
}

/* The path of the finer name for the same instance; NULL when the key has none. */
static const struct undo_value *finer_of(const struct undo_values *values, const struct catalogue_row *row,
					 const char *path)
{
	for (size_t i = 0; row != NULL && row->finer[0] != '\0' && i < values->count; i++) {
		const struct undo_value *other = &values->items[i];

		/* Both end in their last component, below one folder. */
		size_t folder = (size_t)(strrchr(path, '/') - path);
		if (catalogue_pattern_matches(row->finer, other->path) && strncmp(path, other->path, folder + 1) == 0 &&
		    strchr(other->path + folder + 1, '/') == NULL)
			return other;
	}
	return NULL;
}

/* Writing the other key brings this one back, and writing this one would do harm or be refused. */
static bool left_to_other(const struct undo_values *values, const struct undo_value *value)
{
	const struct catalogue_row *row = catalogue_find(value->path);
	const struct undo_value *twin = row == NULL || row->twin[0] == '\0' ? NULL : find(values, row->twin);
	const struct undo_value *finer = finer_of(values, row, value->path);

	return (twin != NULL && is_off(twin) && is_zero(value->to) && !is_zero(twin->to)) ||
	       (finer != NULL && is_off(finer));
}

void undo_plan(struct arena *arena, const struct undo_values *values, struct plan *plan)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct undo_value *value = &values->items[i];

		if (is_off(value) && !left_to_other(values, value))
			*ARRAY_ADD(arena, plan) = (struct plan_step){
				.kind = PLAN_WRITE_LIVE, .path = value->path, .from = value->now, .to = value->to};
	}
	plan_arrange(plan);
}

bool undo_give_up(struct undo_values *values)
{
	bool none = true;

	for (size_t i = 0; i < values->count; i++) {
		struct undo_value *value = &values->items[i];

		if (!is_off(value))
			continue;
		value->hold = UNDO_REFUSED;
		value->to = NULL;
		none = false;
	}
	return none;
}

const char *undo_hold_text(const char *word)
{
	static const char *const texts[UNDO_HOLDS] = {
		[UNDO_GOES] = "it goes back",
		[UNDO_THERE] = "it is as it was",
		[UNDO_MOVED] = "another hand has set it since",
		[UNDO_ONE_WAY] = "it cannot be taken back before the next boot",
		[UNDO_SECRET] = "it is a secret, and its old value is kept nowhere",
		[UNDO_MISSING] = "its old value could not be read",
		[UNDO_RESTART] = "the host has been started anew since, and the boot has set it",
		[UNDO_ELSEWHERE] = "it was set in another network namespace",
		[UNDO_UNREAD] = "it could not be read",
		[UNDO_REFUSED] = "the kernel does not take the old value, or another key moves it",
	};

	for (unsigned i = 0; i < UNDO_HOLDS; i++) {
		if (strcmp(word, undo_hold_names[i]) == 0)
			return texts[i];
	}
	return word;
}
