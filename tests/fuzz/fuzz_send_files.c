/*
 * The files between agent and sender from anybody: destinations.json, state.json and counters.json. Held to: what is read is
 * within bounds, names no folder but one of the spool, and is the same after it was written and read again; no wait is longer than
 * six hours whatever the clock says.
 */
#include "base/queue_state.h"
#include "base/text.h"
#include "fuzz_folder.h"
#include "report/counters.h"
#include "send/settings.h"

static const char url[] = "https://a/";
static const int64_t number_most = (int64_t)1 << 53;

static bool in_bounds(int64_t number)
{
	return number >= 0 && number < number_most;
}

static void check_due(const struct queue_state *state)
{
	const int64_t clocks[] = {
		0, 1, state->decided, state->next_try - 1, state->next_try, 1795417504123, number_most - 1, -1};

	for (size_t i = 0; i < COUNT_OF(clocks); i++) {
		if (!queue_state_is_due(state, clocks[i]))
			HOLD(state->next_try > clocks[i] &&
			     state->next_try - clocks[i] <= (int64_t)QUEUE_WAIT_MOST_S * 1000);
	}
	HOLD(queue_state_is_due(state, state->next_try));
}

static void check_state(struct arena *arena)
{
	struct queue_state state, again;
	struct error err = {.text = ""};

	queue_state_read(arena, fuzz_folder(), url, &state);
	HOLD(in_bounds(state.next_try) && in_bounds(state.decided) && in_bounds(state.failures));
	HOLD(in_bounds(state.last_full) && in_bounds(state.last_delivery) && in_bounds(state.last_status));
	check_due(&state);
	HOLD(queue_state_write(arena, fuzz_folder(), &state, false, &err));
	queue_state_read(arena, fuzz_folder(), url, &again);
	HOLD(again.next_try == state.next_try && again.failures == state.failures && again.plain == state.plain);
	HOLD(again.last_full == state.last_full && again.last_status == state.last_status);
	HOLD(text_equal(again.fingerprint, state.fingerprint));
	HOLD((again.last_error == NULL) == (state.last_error == NULL) && again.refused == state.refused);
}

static void check_settings(struct arena *arena)
{
	struct settings settings;
	struct error err = {.text = ""};

	if (!settings_read(arena, fuzz_folder(), &settings, &err)) {
		HOLD(err.text[0] != '\0' && err.number == 0);
		return;
	}
	for (size_t i = 0; i < settings.destinations.count; i++) {
		const struct settings_destination *one = &settings.destinations.items[i];
		const char *shown = settings_shown_url(arena, one->url);

		HOLD(one->name[0] != '\0' && one->name[0] != '.' && strchr(one->name, '/') == NULL);
		HOLD(strpbrk(shown, "?#\n\x1b") == NULL && text_repaired(arena, shown) == shown);
	}
}

static void check_counters(struct arena *arena, const char *bytes, size_t length)
{
	struct counters counters, again;
	struct text text = {.arena = arena};
	struct error err = {.text = ""};
	bool whole = counters_read(arena, bytes, length, &counters);

	HOLD(in_bounds(counters.seq) && in_bounds(counters.corrected) && in_bounds(counters.last_ms));
	HOLD(whole || (counters.seq == 0 && counters.queues.count == 0));
	for (size_t i = 0; i < counters.queues.count; i++) {
		HOLD(in_bounds((int64_t)counters.queues.items[i].dropped));
		HOLD(in_bounds(counters.queues.items[i].refused_told));
	}
	HOLD(counters_print(&text, &counters, &err));
	HOLD(counters_read(arena, text.bytes, text.length, &again));
	HOLD(again.seq == counters.seq && again.corrected == counters.corrected && again.last_ms == counters.last_ms);
	HOLD(counters_dropped(&again) == counters_dropped(&counters) && again.queues.count == counters.queues.count);
	for (size_t i = 0; i < counters.queues.count; i++) {
		const struct counters_queue *one = &counters.queues.items[i], *two = &again.queues.items[i];

		HOLD(strcmp(one->destination, two->destination) == 0 && one->changed.count == two->changed.count);
		HOLD(text_equal(one->newest, two->newest) && text_equal(one->fingerprint, two->fingerprint));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};

	fuzz_folder_write("state.json", data, size);
	fuzz_folder_write("destinations.json", data, size);
	check_state(&arena);
	check_settings(&arena);
	check_counters(&arena, (const char *)data, size);
	fuzz_folder_take_away("state.json");
	fuzz_folder_take_away("destinations.json");
	arena_free(&arena);
	return 0;
}
