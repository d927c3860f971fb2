#include "send/answer.h"

#include "base/queue_state.h"
#include "base/text.h"
#include "unit.h"

static const char *const actions[] = {
	[ANSWER_TAKEN] = "taken",     [ANSWER_LATER] = "later", [ANSWER_FAULT] = "fault", [ANSWER_NEVER] = "never",
	[ANSWER_SHORTER] = "shorter", [ANSWER_PLAIN] = "plain", [ANSWER_FULL] = "full",
};

/* Each row of the table in docs/report.md. */
static const struct {
	const char *name;
	struct answer_case given;
	enum answer_action action;
	bool advised;
} answers[] = {
	{"no answer", {.status = 0}, ANSWER_LATER, false},
	{"no answer, with a lie behind it", {.status = 0, .need_full = true, .is_page = true}, ANSWER_LATER, false},
	{"a negative status", {.status = -1}, ANSWER_LATER, false},
	{"a status of two digits", {.status = 99}, ANSWER_LATER, false},
	{"interim", {.status = 100}, ANSWER_LATER, false},
	{"early hints", {.status = 103}, ANSWER_LATER, false},
	{"it has it already", {.status = 200}, ANSWER_TAKEN, false},
	{"created", {.status = 201}, ANSWER_TAKEN, false},
	{"accepted", {.status = 202}, ANSWER_TAKEN, false},
	{"no content", {.status = 204}, ANSWER_TAKEN, false},
	{"taken, with HTML", {.status = 200, .is_page = true}, ANSWER_TAKEN, false},
	{"taken, and it wants the full one", {.status = 200, .need_full = true}, ANSWER_TAKEN, false},
	{"any other success", {.status = 299}, ANSWER_TAKEN, false},
	{"choices", {.status = 300}, ANSWER_FAULT, true},
	{"moved", {.status = 301}, ANSWER_FAULT, true},
	{"found", {.status = 302}, ANSWER_FAULT, true},
	{"see other", {.status = 303}, ANSWER_FAULT, true},
	{"not modified", {.status = 304}, ANSWER_FAULT, true},
	{"moved for now", {.status = 307}, ANSWER_FAULT, true},
	{"moved for good", {.status = 308}, ANSWER_FAULT, true},
	{"malformed", {.status = 400}, ANSWER_NEVER, true},
	{"malformed, says a page", {.status = 400, .is_page = true}, ANSWER_FAULT, true},
	{"unauthorized", {.status = 401}, ANSWER_FAULT, true},
	{"unauthorized, says a page", {.status = 401, .is_page = true}, ANSWER_FAULT, true},
	{"payment", {.status = 402}, ANSWER_FAULT, true},
	{"forbidden", {.status = 403}, ANSWER_FAULT, true},
	{"not found", {.status = 404}, ANSWER_FAULT, true},
	{"method", {.status = 405}, ANSWER_FAULT, true},
	{"too slow", {.status = 408}, ANSWER_LATER, false},
	{"in progress", {.status = 409}, ANSWER_LATER, false},
	{"in progress, says a page", {.status = 409, .is_page = true}, ANSWER_LATER, false},
	{"wants the full one", {.status = 409, .need_full = true}, ANSWER_FULL, false},
	{"wants the full one, with another status", {.status = 400, .need_full = true}, ANSWER_NEVER, true},
	{"gone", {.status = 410}, ANSWER_FAULT, true},
	{"too large", {.status = 413}, ANSWER_SHORTER, true},
	{"too large, says a page", {.status = 413, .is_page = true}, ANSWER_SHORTER, true},
	{"encoding", {.status = 415}, ANSWER_PLAIN, false},
	{"teapot", {.status = 418}, ANSWER_FAULT, true},
	{"another content", {.status = 422}, ANSWER_NEVER, true},
	{"another content, says a page", {.status = 422, .is_page = true}, ANSWER_FAULT, true},
	{"too early", {.status = 425}, ANSWER_LATER, false},
	{"slow down", {.status = 429}, ANSWER_LATER, true},
	{"too long headers", {.status = 431}, ANSWER_FAULT, true},
	{"any other fault of ours", {.status = 499}, ANSWER_FAULT, true},
	{"trouble", {.status = 500}, ANSWER_LATER, false},
	{"not implemented", {.status = 501}, ANSWER_FAULT, true},
	{"bad gateway", {.status = 502}, ANSWER_LATER, false},
	{"unavailable", {.status = 503}, ANSWER_LATER, false},
	{"gateway", {.status = 504}, ANSWER_LATER, false},
	{"a full disk there", {.status = 507}, ANSWER_LATER, false},
	{"a full disk there, says a page", {.status = 507, .is_page = true}, ANSWER_LATER, false},
	{"the last trouble", {.status = 599}, ANSWER_LATER, false},
	{"a status of no class", {.status = 600}, ANSWER_LATER, false},
	{"a status of ten digits", {.status = 2147483647}, ANSWER_LATER, false},
};

static void each_status_has_its_meaning(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		const struct answer found = answer_of(&answers[i].given);

		SAME_TEXT(unit, answers[i].name, actions[found.action], actions[answers[i].action]);
		SAME_NUMBER(unit, answers[i].name, found.advice != NULL, answers[i].advised);
		HOLDS(unit, answers[i].name, found.meaning != NULL && !text_ends(found.meaning, "."));
	}
}

/* Whatever a receiver says: only a 2xx takes a report away as delivered, and nothing of 5xx ever spoils one. */
static void no_status_loses_a_report_by_accident(struct unit *unit)
{
	for (long status = -1; status < 1000; status++) {
		for (int flags = 0; flags < 4; flags++) {
			const struct answer_case given = {status, (flags & 1) != 0, (flags & 2) != 0};
			const char *name = arena_printf(&unit->arena, "%ld, %d", status, flags);
			enum answer_action action = answer_of(&given).action;
			bool lost = action == ANSWER_NEVER || action == ANSWER_SHORTER;

			SAME_NUMBER(unit, name, action == ANSWER_TAKEN, status >= 200 && status <= 299);
			HOLDS(unit, name, !lost || status == 400 || status == 413 || status == 422);
			SAME_NUMBER(unit, name, action == ANSWER_FULL, status == 409 && given.need_full);
		}
	}
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

enum { SECOND = 1000, SIX_HOURS = 6 * 3600 * SECOND, DRAWS = 20000 };

static const struct {
	const char *name;
	int64_t failures, retry_after_s;
	bool fault;
	int64_t least_ms, most_ms;
} waits[] = {
	{"the first failure", 0, 0, false, 0, 30 * SECOND},
	{"the second", 1, 0, false, 0, 60 * SECOND},
	{"the third", 2, 0, false, 0, 120 * SECOND},
	{"the seventh", 6, 0, false, 0, 1920 * SECOND},
	{"the eighth is an hour", 7, 0, false, 0, 3600 * SECOND},
	{"the hundredth", 99, 0, false, 0, 3600 * SECOND},
	{"as many as there can be", INT64_MAX, 0, false, 0, 3600 * SECOND},
	{"somebody's fault, the first", 0, 0, true, 900 * SECOND, 1080 * SECOND},
	{"somebody's fault, often", 20, 0, true, 900 * SECOND, 3600 * SECOND},
	{"asked for a minute", 0, 60, false, 60 * SECOND, 72 * SECOND},
	{"asked for a minute, often", 20, 60, false, 60 * SECOND, 3600 * SECOND},
	{"asked for a minute, somebody's fault", 0, 60, true, 900 * SECOND, 1080 * SECOND},
	{"asked for an hour, somebody's fault", 0, 3600, true, 3600 * SECOND, 4320 * SECOND},
	{"asked for five hours", 0, 5 * 3600, false, 5 * 3600 * SECOND, SIX_HOURS},
	{"asked for six hours", 0, 6 * 3600, false, SIX_HOURS, SIX_HOURS},
	{"asked for a year", 0, 365 * 86400, false, SIX_HOURS, SIX_HOURS},
	{"asked for the largest number", 0, INT64_MAX, false, SIX_HOURS, SIX_HOURS},
	{"asked for less than nothing", 0, -60, false, 0, 30 * SECOND},
	{"asked for the least number", 0, INT64_MIN, true, 900 * SECOND, 1080 * SECOND},
};

/* Draws enough that both ends are nearly met, and the waits of many hosts are spread between. */
static void waits_are_drawn_between_their_bounds(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		const char *name = waits[i].name;
		struct answer_wait wait = {waits[i].failures, waits[i].fault, waits[i].retry_after_s, 0};
		int64_t least = INT64_MAX, most = INT64_MIN, range = waits[i].most_ms - waits[i].least_ms;
		uint64_t state = 88172645463325252u;

		for (int draw = 0; draw < DRAWS; draw++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			wait.chance = state;
			int64_t found = answer_wait_ms(&wait);
			least = found < least ? found : least;
			most = found > most ? found : most;
		}
		HOLDS(unit, name, least >= waits[i].least_ms && most <= waits[i].most_ms);
		HOLDS(unit, name, least <= waits[i].least_ms + range / 10 && most >= waits[i].most_ms - range / 10);
		static const uint64_t ends[] = {0, UINT64_MAX, 0xffffffffu, 0xffffffffu << 31};
		for (size_t end = 0; end < COUNT_OF(ends); end++) {
			wait.chance = ends[end];
			int64_t found = answer_wait_ms(&wait);
			HOLDS(unit, name, found >= waits[i].least_ms && found <= waits[i].most_ms);
		}
	}
	/* What the state's reader calls due at the latest is what is decided here at most. */
	SAME_NUMBER(unit, "six hours", (int64_t)QUEUE_WAIT_MOST_S * SECOND, SIX_HOURS);
}

static const struct CMUnitTest tests[] = {
	UNIT(each_status_has_its_meaning),
	UNIT(no_status_loses_a_report_by_accident),
	UNIT(waits_are_drawn_between_their_bounds),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
