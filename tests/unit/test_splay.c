#include "send/splay.h"

#include "base/digest.h"
#include "unit.h"

enum { HOSTS = 10000, SPLAY_S = 300, PARTS = 30 };

static const char *host_id(struct unit *unit, int number)
{
	return digest_uuid(&unit->arena, "holdfast host id", arena_printf(&unit->arena, "machine %d", number));
}

static void a_fleet_arrives_evenly(struct unit *unit)
{
	int parts[PARTS] = {0};
	int64_t least = INT64_MAX, most = -1;

	for (int i = 0; i < HOSTS; i++) {
		int64_t ms = splay_ms(&unit->arena, host_id(unit, i), SPLAY_S);

		if (!HOLDS(unit, "within the splay", ms >= 0 && ms < SPLAY_S * 1000))
			return;
		parts[ms / (SPLAY_S * 1000 / PARTS)]++;
		least = ms < least ? ms : least;
		most = ms > most ? ms : most;
	}
	/* 333 in each tenth of a minute; five standard deviations are 90. */
	for (int i = 0; i < PARTS; i++)
		HOLDS(unit, arena_printf(&unit->arena, "part %d: %d hosts", i, parts[i]),
		      parts[i] > 243 && parts[i] < 423);
	HOLDS(unit, "from end to end", least < 1000 && most > (SPLAY_S - 1) * 1000);
}

static void the_moment_of_a_host_is_its_own_for_ever(struct unit *unit)
{
	/* By Python's hashlib: the first 48 bits of sha256(id), modulo the splay in ms. */
	static const struct {
		const char *name, *id;
		int64_t splay_s, ms;
	} cases[] = {
		{"five minutes", "88e1e575-62f4-8cb7-a882-7e436d3600f1", 300, 269590},
		{"a day", "88e1e575-62f4-8cb7-a882-7e436d3600f1", 86400, 74369590},
		{"a second", "e3b0c442-98fc-8c14-9afb-f4c8996fb924", 1, 699},
		{"an empty id", "", 300, 48124},
		{"no splay", "88e1e575-62f4-8cb7-a882-7e436d3600f1", 0, 0},
		{"a negative one", "88e1e575-62f4-8cb7-a882-7e436d3600f1", -5, 0},
		{"no id", NULL, 300, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SAME_NUMBER(unit, cases[i].name, splay_ms(&unit->arena, cases[i].id, cases[i].splay_s), cases[i].ms);
		SAME_NUMBER(unit, cases[i].name, splay_ms(&unit->arena, cases[i].id, cases[i].splay_s), cases[i].ms);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(a_fleet_arrives_evenly),
	UNIT(the_moment_of_a_host_is_its_own_for_ever),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
