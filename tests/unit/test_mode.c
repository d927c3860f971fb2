#include "core/mode.h"

#include "core/rollout.h"
#include "unit.h"

/* By Python's hashlib (test_rollout.c): number 2298 of 10,000, so in from 23 % on. */
#define WEB "web-07"
#define SEED "s"
enum { IN = 23 };

static const char profile[] = "web";

/* What agent.yaml says, who the host is, and what comes of it. */
static const struct {
	const char *name;
	bool audit, enforce, profiles, assign;
	unsigned percent;
	const char *id, *host;
	enum mode_why why;
	bool looks;
} cases[] = {
	{"nothing is said", 0, 0, 0, 0, 100, NULL, WEB, MODE_NOT_TOLD, true},
	{"nothing is said, and a share", 0, 0, 0, 0, 0, NULL, WEB, MODE_NOT_TOLD, true},
	{"profiles", 0, 0, 1, 0, 100, NULL, WEB, MODE_ENFORCED, false},
	{"assign", 0, 0, 0, 1, 100, NULL, WEB, MODE_ENFORCED, false},
	{"mode: enforce", 0, 1, 0, 0, 100, NULL, WEB, MODE_ENFORCED, false},
	{"mode: audit", 1, 0, 0, 0, 100, NULL, WEB, MODE_AUDIT_SAID, true},
	{"mode: audit, and profiles", 1, 0, 1, 1, 100, NULL, WEB, MODE_AUDIT_SAID, true},
	{"mode: audit, within the share", 1, 0, 1, 0, IN, NULL, WEB, MODE_AUDIT_SAID, true},
	{"mode: audit, no identity", 1, 0, 1, 0, 50, NULL, NULL, MODE_AUDIT_SAID, true},
	{"the last share without it", 0, 0, 1, 0, IN - 1, NULL, WEB, MODE_OUT_OF_SHARE, true},
	{"the first share with it", 0, 0, 1, 0, IN, NULL, WEB, MODE_IN_SHARE, false},
	{"nearly everybody", 0, 0, 1, 0, 99, NULL, WEB, MODE_IN_SHARE, false},
	{"nobody", 0, 0, 1, 0, 0, NULL, WEB, MODE_OUT_OF_SHARE, true},
	{"mode: enforce and a share", 0, 1, 0, 0, IN - 1, NULL, WEB, MODE_OUT_OF_SHARE, true},
	{"an id goes before the name", 0, 0, 1, 0, IN - 1, WEB, "another", MODE_OUT_OF_SHARE, true},
	{"an id goes before the name, in", 0, 0, 1, 0, IN, WEB, "another", MODE_IN_SHARE, false},
	{"no identity", 0, 0, 1, 0, 99, NULL, NULL, MODE_NO_IDENTITY, true},
	{"no identity, everybody", 0, 0, 1, 0, 100, NULL, NULL, MODE_ENFORCED, false},
	{"no identity, nothing said", 0, 0, 0, 0, 50, NULL, NULL, MODE_NOT_TOLD, true},
};

/* A rule that fits every host. */
static struct config_assignment assigned(struct arena *arena)
{
	struct config_assignment rule = {.source = {.line = 2}};

	*ARRAY_ADD(arena, &rule.profiles) = profile;
	return rule;
}

static void says_why_a_host_changes_or_looks(struct unit *unit)
{
	bool seen[MODE_WHYS] = {false};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct config config = {.audit = cases[i].audit,
					.enforce = cases[i].enforce,
					.rollout_percent = cases[i].percent,
					.rollout_seed = SEED};
		const struct facts facts = {.host_id = cases[i].id, .host_name = cases[i].host};
		struct mode mode;

		if (cases[i].profiles)
			*ARRAY_ADD(&unit->arena, &config.profiles) = profile;
		if (cases[i].assign)
			*ARRAY_ADD(&unit->arena, &config.assign) = assigned(&unit->arena);
		mode_decide(&unit->arena, &config, &facts, &mode);
		SAME_NUMBER(unit, cases[i].name, mode.why, cases[i].why);
		SAME_NUMBER(unit, cases[i].name, mode.audit, cases[i].looks);
		SAME_TEXT(unit, cases[i].name, mode.host, cases[i].id != NULL ? cases[i].id : cases[i].host);
		if (mode.host != NULL)
			SAME_NUMBER(unit, cases[i].name, mode.place, rollout_place(&unit->arena, SEED, mode.host));
		seen[cases[i].why] = true;
	}
	for (size_t i = 0; i < MODE_WHYS; i++)
		HOLDS(unit, mode_why_names[i], seen[i]);
}

static void each_reason_has_a_name_of_its_own(struct unit *unit)
{
	for (size_t i = 0; i < MODE_WHYS; i++) {
		if (!PRESENT(unit, "a name", mode_why_names[i]))
			continue;
		for (size_t j = 0; j < i; j++)
			HOLDS(unit, mode_why_names[i], strcmp(mode_why_names[i], mode_why_names[j]) != 0);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(says_why_a_host_changes_or_looks),
	UNIT(each_reason_has_a_name_of_its_own),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
