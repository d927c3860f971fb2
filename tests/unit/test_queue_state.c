#include "base/queue_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fd.h"
#include "queue_folder.h"

static const char url[] = "https://compliance.example/v1/reports";
static const char fingerprint[] = "e9d1240feb6bf22deb4512d6976e2502411cf15f2cc729b36ef41e2312924ab6";

static void same_state(struct unit *unit, const char *row, const struct queue_state *found,
		       const struct queue_state *wanted)
{
	SAME_NUMBER(unit, row, found->next_try, wanted->next_try);
	SAME_NUMBER(unit, row, found->decided, wanted->decided);
	SAME_NUMBER(unit, row, found->failures, wanted->failures);
	SAME_NUMBER(unit, row, found->fault, wanted->fault);
	SAME_NUMBER(unit, row, found->plain, wanted->plain);
	SAME_TEXT(unit, row, found->fingerprint, wanted->fingerprint);
	SAME_NUMBER(unit, row, found->last_full, wanted->last_full);
	SAME_NUMBER(unit, row, found->last_delivery, wanted->last_delivery);
	SAME_NUMBER(unit, row, found->last_status, wanted->last_status);
	SAME_TEXT(unit, row, found->last_error, wanted->last_error);
	SAME_NUMBER(unit, row, found->refused, wanted->refused);
	SAME_TEXT(unit, row, found->last_refused, wanted->last_refused);
}

static const char *digest(struct unit *unit)
{
	return digest_hex(&unit->arena, url, strlen(url));
}

static void what_is_written_comes_back(struct unit *unit)
{
	static const struct {
		const char *name;
		struct queue_state state;
	} cases[] = {
		{"nothing yet", {0}},
		{"delivered", {.fingerprint = fingerprint, .last_full = 1, .last_delivery = 2, .last_status = 201}},
		{"failing",
		 {.next_try = 1763881504123,
		  .decided = 1763881500000,
		  .failures = 7,
		  .last_status = 503,
		  .last_error = "it answers 503: it has trouble of its own"}},
		{"a fault that somebody has to mend", {.failures = 1, .fault = true, .last_status = 401}},
		{"plain", {.plain = true}},
		{"refused", {.refused = 3, .last_refused = "01a2...json.gz: it answers 400"}},
		{"the largest that counts", {.next_try = ((int64_t)1 << 53) - 1, .failures = ((int64_t)1 << 53) - 1}},
		{"odd letters", {.last_error = "\"\\\n\t\x01 \xc3\xa4\xf0\x9f\x98\x80"}},
	};
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct queue_state found = {.failures = 99}, state = cases[i].state;
		struct error err = {0};

		state.url_digest = digest(unit);
		HOLDS(unit, cases[i].name, queue_state_write(&unit->arena, folder, &state, i % 2 == 0, &err));
		queue_state_read(&unit->arena, folder, url, &found);
		same_state(unit, cases[i].name, &found, &cases[i].state);
	}
}

/* Words of a failure come from anywhere; they may be cut, and never keep the state from being written. */
static void any_words_of_a_failure_can_be_kept(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t blanks; /* in front of the rest */
		const char *rest;
	} cases[] = {
		{"long", 5000, "x"},
		{"cut within a letter", 999, "\xc3\xa4\xc3\xa4"},
		{"cut within a long letter", 998, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"},
		{"no UTF-8", 0, "open /etc/\xff\xfe: no such file"},
		{"half a letter at the end", 0, "open /etc/\xc3"},
		{"control characters only", 0, "\x01\x02\x03\x1b[2J\x7f"},
	};
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct queue_state found;
		struct error err = {.text = ""};
		const char *words = arena_printf(&unit->arena, "%*s%s", (int)cases[i].blanks, "", cases[i].rest);
		const struct queue_state state = {
			.url_digest = digest(unit), .failures = 3 + (int64_t)i, .last_error = words};

		if (!HOLDS(unit, cases[i].name, queue_state_write(&unit->arena, folder, &state, false, &err)))
			SAME_TEXT(unit, cases[i].name, err.text, "");
		queue_state_read(&unit->arena, folder, url, &found);
		SAME_NUMBER(unit, cases[i].name, found.failures, state.failures);
		HOLDS(unit, cases[i].name, found.last_error != NULL && strlen(found.last_error) <= 1010);
	}
	/* The longest texts that there can be, all of it escaped, are still read again. */
	static const char fillers[] = {1, (char)0xff};
	for (size_t i = 0; i < COUNT_OF(fillers); i++) {
		struct queue_state found;
		struct error err;
		char *words = arena_alloc(&unit->arena, 1024);

		memset(words, fillers[i], 1023);
		const struct queue_state state = {.url_digest = digest(unit),
						  .failures = 1,
						  .fingerprint = fingerprint,
						  .last_error = words,
						  .last_refused = words};
		HOLDS(unit, "both texts escaped", queue_state_write(&unit->arena, folder, &state, false, &err));
		queue_state_read(&unit->arena, folder, url, &found);
		SAME_NUMBER(unit, "both texts escaped", found.failures, 1);
	}
}

static const struct {
	const char *name, *json;
	struct queue_state state;
} damaged[] = {
	{"nothing", "", {0}},
	{"no JSON", "{\"failures\":3", {0}},
	{"a list", "[3]", {0}},
	{"a field twice", "{\"failures\":3,\"failures\":4}", {0}},
	{"something behind it", "{\"failures\":3} {}", {0}},
	{"other fields", "{\"failures\":3,\"mood\":\"good\"}", {.failures = 3}},
	{"a negative number", "{\"failures\":-3,\"next_try\":-1,\"last_full\":5}", {.last_full = 5}},
	{"the largest number", "{\"failures\":9223372036854775807,\"last_full\":5}", {.last_full = 5}},
	{"a number beyond 64 bits", "{\"failures\":9223372036854775808,\"last_full\":5}", {0}},
	{"2^53", "{\"failures\":9007199254740992,\"decided\":9007199254740991}", {.decided = 9007199254740991}},
	{"a fraction", "{\"failures\":2.5,\"last_full\":5}", {.last_full = 5}},
	{"a text for a number", "{\"failures\":\"3\",\"last_full\":5}", {.last_full = 5}},
	{"a number for a text", "{\"fingerprint\":3,\"last_error\":[],\"last_full\":5}", {.last_full = 5}},
	{"a number for yes", "{\"plain\":1,\"fault\":\"true\",\"last_full\":5}", {.last_full = 5}},
	{"empty texts", "{\"fingerprint\":\"\",\"last_error\":\"\"}", {0}},
};

static void what_is_damaged_counts_for_nothing(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct queue_state found = {.failures = 99};

	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "no file", &found, &(struct queue_state){0});
	for (size_t i = 0; i < COUNT_OF(damaged); i++) {
		/* Whose state it is stands in front of all that is an object. */
		const char *json = damaged[i].json[0] != '{' || damaged[i].json[1] == '}'
					   ? damaged[i].json
					   : arena_printf(&unit->arena, "{\"url_digest\":\"%s\",%s", digest(unit),
							  damaged[i].json + 1);

		queue_folder_write(unit, folder, "state.json", json, strlen(json));
		found.failures = 99;
		queue_state_read(&unit->arena, folder, url, &found);
		same_state(unit, damaged[i].name, &found, &damaged[i].state);
	}
	char *large = arena_printf(&unit->arena, "{\"url_digest\":\"%s\",\"failures\":3,\"x\":\"%*s\"}", digest(unit),
				   70000, "");
	queue_folder_write(unit, folder, "state.json", large, strlen(large));
	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "70 KB", &found, &(struct queue_state){0});
}

/* A destination that got another address begins anew: what the old one took or said is nothing to it. */
static void the_state_of_another_address_counts_for_nothing(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	const struct queue_state state = {
		.url_digest = digest(unit), .failures = 3, .plain = true, .fingerprint = fingerprint};
	static const char *const others[] = {"https://compliance.example/v1/report",
					     "https://compliance.example/v1/reports/", ""};
	struct queue_state found = {.failures = 99};
	struct error err;

	HOLDS(unit, "written", queue_state_write(&unit->arena, folder, &state, true, &err));
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		queue_state_read(&unit->arena, folder, others[i], &found);
		same_state(unit, others[i], &found, &(struct queue_state){0});
		SAME_TEXT(unit, others[i], found.url_digest, digest_hex(&unit->arena, others[i], strlen(others[i])));
	}
	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "the same", &found, &state);
	static const char nobodys[] = "{\"failures\":3}";
	queue_folder_write(unit, folder, "state.json", nobodys, strlen(nobodys));
	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "nobody's", &found, &(struct queue_state){0});
}

static void no_link_and_no_fifo_is_read(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct queue_state found = {.failures = 99};
	const char *json = arena_printf(&unit->arena, "{\"url_digest\":\"%s\",\"failures\":3}", digest(unit));

	queue_folder_write(unit, folder, "other.json", json, strlen(json));
	HOLDS(unit, "link", symlinkat("other.json", folder, "state.json") == 0);
	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "link", &found, &(struct queue_state){0});
	HOLDS(unit, "unlink", unlinkat(folder, "state.json", 0) == 0);
	HOLDS(unit, "fifo", mkfifoat(folder, "state.json", 0600) == 0);
	found.failures = 99;
	queue_state_read(&unit->arena, folder, url, &found);
	same_state(unit, "fifo", &found, &(struct queue_state){0});
}

enum { NOW = 1000000000, SECOND = 1000, HOUR = 3600 * SECOND };

static const struct {
	const char *name;
	int64_t next_try, decided, now;
	bool due;
} times[] = {
	{"never tried", 0, 0, NOW, true},
	{"not yet", NOW + SECOND, NOW - SECOND, NOW, false},
	{"one millisecond early", NOW + 1, NOW - SECOND, NOW, false},
	{"to the millisecond", NOW, NOW - SECOND, NOW, true},
	{"long over", NOW - HOUR, NOW - 2 * HOUR, NOW, true},
	{"in the same moment as it was decided", NOW + SECOND, NOW, NOW, false},
	{"the clock was set back behind the decision", NOW + SECOND, NOW + 1, NOW, true},
	{"the clock was set back by years", NOW + SECOND, NOW, SECOND, true},
	{"six hours", NOW + 6 * HOUR, NOW, NOW, false},
	{"more than six hours are nobody's", NOW + 6 * HOUR + 1, NOW, NOW, true},
	{"it was decided while the clock was years ahead", (int64_t)NOW * 50, (int64_t)NOW * 50 - HOUR, NOW, true},
	{"the largest number", ((int64_t)1 << 53) - 1, 0, NOW, true},
	{"a clock before 1970", NOW + SECOND, NOW, -SECOND, true},
	{"a clock of 1970", SECOND, 0, 0, false},
};

static void no_clock_puts_a_try_off_for_longer_than_six_hours(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		const struct queue_state state = {.next_try = times[i].next_try, .decided = times[i].decided};

		SAME_NUMBER(unit, times[i].name, queue_state_is_due(&state, times[i].now), times[i].due);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(what_is_written_comes_back),         UNIT(any_words_of_a_failure_can_be_kept),
	UNIT(what_is_damaged_counts_for_nothing), UNIT(the_state_of_another_address_counts_for_nothing),
	UNIT(no_link_and_no_fifo_is_read),        UNIT(no_clock_puts_a_try_off_for_longer_than_six_hours),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
