#include "core/rollout.h"

#include "base/digest.h"
#include "unit.h"

enum { HOSTS = 10000 };

static const char *host_id(struct unit *unit, int number)
{
	return digest_uuid(&unit->arena, "holdfast host id", arena_printf(&unit->arena, "machine %d", number));
}

/* What percent of the hosts are in, to the nearest whole one; the places themselves are in hundredths. */
static void the_share_is_what_was_asked_for(struct unit *unit)
{
	static const unsigned percents[] = {0, 1, 5, 25, 50, 99, 100};
	const char *ids[HOSTS];

	for (int i = 0; i < HOSTS; i++)
		ids[i] = host_id(unit, i);
	for (size_t p = 0; p < COUNT_OF(percents); p++) {
		const char *name = arena_printf(&unit->arena, "%u percent", percents[p]);
		int in = 0;

		for (int i = 0; i < HOSTS; i++)
			in += rollout_includes(&unit->arena, percents[p], "2026-11", ids[i]);
		/* Five standard deviations of a fair draw: at most 250 of 10,000. */
		int wanted = (int)percents[p] * (HOSTS / 100), off = in > wanted ? in - wanted : wanted - in;
		HOLDS(unit, name, off <= 250);
		if (percents[p] == 0 || percents[p] == 100)
			SAME_NUMBER(unit, name, in, wanted);
	}
}

static void who_is_in_stays_in_when_it_grows(struct unit *unit)
{
	for (int i = 0; i < 500; i++) {
		const char *id = host_id(unit, i);
		bool before = false;

		for (unsigned percent = 0; percent <= 100; percent++) {
			bool in = rollout_includes(&unit->arena, percent, "seed", id);

			HOLDS(unit, arena_printf(&unit->arena, "%s at %u percent", id, percent), in || !before);
			before = in;
		}
		HOLDS(unit, id, before);
	}
}

static void another_seed_picks_other_hosts(struct unit *unit)
{
	static const char *const seeds[] = {"2026-12", "2026-1", "", "2026-11 "};

	for (size_t s = 0; s < COUNT_OF(seeds); s++) {
		int both = 0, first = 0;

		for (int i = 0; i < HOSTS; i++) {
			const char *id = host_id(unit, i);
			bool in = rollout_includes(&unit->arena, 20, "2026-11", id);

			first += in;
			both += in && rollout_includes(&unit->arena, 20, seeds[s], id);
		}
		/* A fifth of the fifth, if they are independent: 400. */
		HOLDS(unit, seeds[s], first > 1700 && both > 300 && both < 500);
	}
	/* Seed and host do not run into each other. */
	int same = 0;
	for (int i = 0; i < 1000; i++) {
		const char *digit = arena_printf(&unit->arena, "%d", i);
		const char *joined = arena_printf(&unit->arena, "1%s", digit);

		same += rollout_includes(&unit->arena, 50, "1", digit) ==
			rollout_includes(&unit->arena, 50, "", joined);
	}
	HOLDS(unit, "seed and host are kept apart", same < 650);
}

/* By Python's hashlib: sha256("SEED\nHOST"), the first 32 bits modulo 10,000. */
static const struct {
	const char *name, *seed, *host;
	unsigned percent; /* the smallest that has it in */
	unsigned place;
} places[] = {
	{"an id", "2026-11", "88e1e575-62f4-8cb7-a882-7e436d3600f1", 87, 8604},
	{"another seed", "2026-12", "88e1e575-62f4-8cb7-a882-7e436d3600f1", 55, 5404},
	{"just outside", "s", "host-66", 21, 2000},
	{"a name", "s", "web-07", 23, 2298},
	{"no seed", "", "db-1", 81, 8090},
};

static void a_host_keeps_its_place_over_releases(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		HOLDS(unit, places[i].name,
		      rollout_includes(&unit->arena, places[i].percent, places[i].seed, places[i].host));
		HOLDS(unit, places[i].name,
		      !rollout_includes(&unit->arena, places[i].percent - 1, places[i].seed, places[i].host));
		SAME_NUMBER(unit, places[i].name, rollout_place(&unit->arena, places[i].seed, places[i].host),
			    places[i].place);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(the_share_is_what_was_asked_for),
	UNIT(who_is_in_stays_in_when_it_grows),
	UNIT(another_seed_picks_other_hosts),
	UNIT(a_host_keeps_its_place_over_releases),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
