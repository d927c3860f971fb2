#include "report/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "queue_folder.h"

static const int64_t now_ms = 1795417504123, day_ms = 86400000;
enum { MIB = 1 << 20 };

/* A file of that size and no content, which counts as a report without changes. */
static void put_sized(struct unit *unit, int folder, int64_t ms, unsigned number, off_t size)
{
	const char *name = queue_name(&unit->arena, queue_folder_id(unit, ms, number));
	CLEANUP(fd_close) int fd = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	HOLDS(unit, name, fd >= 0 && ftruncate(fd, size) == 0);
}

/* The numbers of what is given up, in the order in which it was chosen: "1 2". */
static const char *given_up(struct unit *unit, const struct spool_queue *queue)
{
	struct text text = {.arena = &unit->arena};

	for (size_t i = 0; i < queue->given_up.count; i++) {
		unsigned number = 0;

		for (const char *c = queue->given_up.items[i] + 24; *c != '.'; c++)
			number = number * 16 + (unsigned)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
		text_format(&text, "%s%u", i > 0 ? " " : "", number);
	}
	return text.length > 0 ? text.bytes : "";
}

/* Chooses, gives up, and says what went. */
static const char *make_room(struct unit *unit, const char *row, struct spool_queue *queue, size_t incoming)
{
	struct error err = {.text = ""};

	HOLDS(unit, row, spool_choose(&unit->arena, queue, now_ms, incoming, &err));
	HOLDS(unit, row, !queue->full);
	HOLDS(unit, row, spool_give_up(queue, &err));
	return given_up(unit, queue);
}

/* --- room --------------------------------------------------------------------------------------------------------- */

static void with_a_new_one_there_are_two_hundred_at_most(struct unit *unit)
{
	static const struct {
		const char *name;
		unsigned waiting;
		const char *given_up;
	} cases[] = {
		{"none", 0, ""},
		{"one", 1, ""},
		{"one place left", 199, ""},
		{"no place left", 200, "1"},
		{"one too many", 201, "1 2"},
		{"five too many", 205, "1 2 3 4 5 6"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		struct counters_queue memory = {0};
		struct spool_queue queue = {.folder = folder, .memory = &memory};

		for (unsigned number = 1; number <= cases[i].waiting; number++)
			put_sized(unit, folder, now_ms - 1000 + number, number, 100);
		SAME_TEXT(unit, cases[i].name, make_room(unit, cases[i].name, &queue, 100), cases[i].given_up);
		struct spool_waiting waiting;
		spool_look(&unit->arena, &queue, &waiting);
		SAME_NUMBER(unit, cases[i].name, waiting.reports, cases[i].waiting < 200 ? cases[i].waiting : 199);
	}
}

static void with_a_new_one_there_are_sixteen_mebibytes_at_most(struct unit *unit)
{
	static const struct {
		const char *name;
		unsigned waiting;
		off_t size;
		size_t incoming;
		const char *given_up;
	} cases[] = {
		{"to the byte", 15, MIB, MIB, ""},
		{"one byte more", 15, MIB, MIB + 1, "1"},
		{"full", 16, MIB, 1, "1"},
		{"full of larger ones", 16, MIB, MIB, "1"},
		{"many small ones", 160, MIB / 10, 200000, "1 2"},
		{"what is larger than any report counts for nothing", 30, MIB + 1, 1000, ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		struct counters_queue memory = {0};
		struct spool_queue queue = {.folder = folder, .memory = &memory};

		for (unsigned number = 1; number <= cases[i].waiting; number++)
			put_sized(unit, folder, now_ms - 1000 + number, number, cases[i].size);
		SAME_TEXT(unit, cases[i].name, make_room(unit, cases[i].name, &queue, cases[i].incoming),
			  cases[i].given_up);
	}
}

/* A report for each letter, c: it tells of changes, as the agent remembers; s: it does not; number 1 first. */
static void put_letters(struct unit *unit, struct spool_queue *queue, const char *letters, unsigned first,
			int64_t first_ms)
{
	for (unsigned i = 0; letters[i] != '\0'; i++) {
		put_sized(unit, queue->folder, first_ms + i, first + i, 10);
		if (letters[i] == 'c')
			*ARRAY_ADD(&unit->arena, &queue->memory->changed) =
				queue_name(&unit->arena, queue_folder_id(unit, first_ms + i, first + i));
	}
}

static void what_tells_of_changes_goes_last(struct unit *unit)
{
	enum { FRONT = 195 };
	static const struct {
		const char *name, *letters; /* behind those in front, which all tell of changes */
		const char *given_up;
	} cases[] = {
		{"the oldest without", "ccsss", "198"},
		{"the newest, when it alone is without", "ccccs", "200"},
		{"the oldest, when all have changes", "ccccc", "1"},
		{"first those without, then the oldest", "ccsccscc", "198 201 1 2"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		struct counters_queue memory = {0};
		struct spool_queue queue = {.folder = folder, .memory = &memory};
		char front[FRONT + 1] = "";

		memset(front, 'c', FRONT);
		put_letters(unit, &queue, front, 1, now_ms - 1000);
		put_letters(unit, &queue, cases[i].letters, FRONT + 1, now_ms - 100);
		SAME_TEXT(unit, cases[i].name, make_room(unit, cases[i].name, &queue, 100), cases[i].given_up);
	}
}

static const struct {
	const char *name;
	int64_t made_ms;
	bool goes;
} ages[] = {
	{"of this moment", 1795417504123, false},
	{"seven days to the millisecond", 1795417504123 - 604800000, false},
	{"a millisecond older", 1795417504123 - 604800001, true},
	{"of the first day that a clock may have said", 1767225600000, true},
	{"of the day before, when no release had been made", 1767225599999, false},
	{"of 1970, by a board without a battery", 1000, false},
	{"of tomorrow", 1795417504123 + 86400000, false},
	{"of the next century", 1795417504123 + 3155760000000, false},
};

static void what_is_older_than_seven_days_goes(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		struct counters_queue memory = {0};
		struct spool_queue queue = {.folder = folder, .memory = &memory};
		const char *name = queue_name(&unit->arena, queue_folder_id(unit, ages[i].made_ms, 1));
		struct error err;

		put_sized(unit, folder, ages[i].made_ms, 1, 10);
		put_sized(unit, folder, now_ms - 5, 2, 10);
		HOLDS(unit, ages[i].name, spool_choose(&unit->arena, &queue, now_ms, 100, &err));
		SAME_TEXT(unit, ages[i].name, given_up(unit, &queue), ages[i].goes ? "1" : "");
		/* Nothing is gone before it is counted. */
		HOLDS(unit, ages[i].name, queue_folder_has(folder, name));
		HOLDS(unit, ages[i].name, spool_give_up(&queue, &err) && spool_give_up(&queue, &err));
		SAME_NUMBER(unit, ages[i].name, queue_folder_has(folder, name), !ages[i].goes);
	}
}

static void a_clock_that_leaps_makes_nothing_old(struct unit *unit)
{
	static const struct {
		const char *name;
		int64_t newest_before_ms;
		const char *gone;
	} cases[] = {
		{"the newest is of today", 0, "1 2"},
		{"a day ago", day_ms, "1 2"},
		{"seven days ago: the one before it was made is a day older", 7 * day_ms, "1"},
		{"a year ago", 365 * day_ms, ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "leap%zu", i));
		struct counters_queue memory = {0};
		struct spool_queue queue = {.folder = folder, .memory = &memory};
		struct error err;

		int64_t newest_ms = now_ms - cases[i].newest_before_ms;
		put_sized(unit, folder, now_ms - 14 * day_ms, 1, 10);
		put_sized(unit, folder, now_ms - 8 * day_ms, 2, 10);
		put_sized(unit, folder, newest_ms, 3, 10);
		HOLDS(unit, cases[i].name, spool_choose(&unit->arena, &queue, now_ms, 100, &err));
		SAME_TEXT(unit, cases[i].name, given_up(unit, &queue), cases[i].gone);
	}
}

/* A week without a receiver: bounds, and what is left at the end. */
static void a_week_of_outage_leaves_the_newest_and_the_changes(struct unit *unit)
{
	enum { RUNS = 672, QUARTER_MS = 900000 };
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct counters_queue memory = {0};
	size_t dropped = 0;

	for (unsigned run = 1; run <= RUNS; run++) {
		struct spool_queue queue = {.folder = folder, .memory = &memory};
		int64_t at_ms = now_ms + (int64_t)run * QUARTER_MS;
		struct gzip_bytes packed = {(char *)(uintptr_t) "x", 1};
		json_t *document = json_pack("{s:s, s:[]}", "id", queue_folder_id(unit, at_ms, run), "changes");
		struct error err;

		if (run % 96 == 1)
			json_array_append_new(json_object_get(document, "changes"), json_object());
		bool done = spool_choose(&unit->arena, &queue, at_ms, 100, &err) &&
			    spool_prepare(&unit->arena, &queue, document, at_ms, &err) && spool_give_up(&queue, &err) &&
			    spool_put(&unit->arena, &queue, document, &packed, &err);
		json_decref(document);
		dropped += queue.given_up.count;
		if (!HOLDS(unit, "run", done))
			return;
	}
	SAME_NUMBER(unit, "given up", dropped, RUNS - 200);
	const char *numbers = queue_folder_numbers(unit, folder);
	HOLDS(unit, numbers, text_starts(numbers, "1 97 193 289 385 ") && text_ends(numbers, " 671 672"));
	/* Only of what waits is anything remembered. */
	SAME_NUMBER(unit, "names", memory.changed.count, 7);
	SAME_TEXT(unit, "newest", memory.newest,
		  queue_name(&unit->arena, queue_folder_id(unit, now_ms + (int64_t)RUNS * QUARTER_MS, RUNS)));
}

/* --- ids ---------------------------------------------------------------------------------------------------------- */

static void a_new_id_sorts_behind_all_that_wait(struct unit *unit)
{
	enum { T = 1000000000 };
	static const struct {
		const char *name;
		int64_t newest, last, next; /* newest: in a queue, -1 = none waits */
	} cases[] = {
		{"nothing yet", -1, 0, T},
		{"older ones wait", T - 5, T - 5, T},
		{"one of this moment waits", T, T, T + 1},
		{"the clock was set back a little", T + 100, T + 100, T + 101},
		{"set back a little, and all is delivered", -1, T + 100, T + 101},
		{"set back an hour, and all is delivered", -1, T + 3600000, T},
		{"set back by years, and one waits", (int64_t)T * 9, (int64_t)T * 9, (int64_t)T * 9 + 1},
		{"set back by years, and all is delivered", -1, (int64_t)T * 9, T},
		{"two runs in one millisecond, and all is delivered", -1, T, T + 1},
		{"a name that no clock has made", (int64_t)0xffffffffffff, 0, T},
		{"the first that none has made", (int64_t)1 << 47, 0, T},
		{"the last that one may have made", ((int64_t)1 << 47) - 1, 0, (int64_t)1 << 47},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CLEANUP(fd_close) int empty = queue_folder_open(unit, arena_printf(&unit->arena, "e%zu", i));
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		const struct spool_queue queues[] = {{.folder = folder}, {.folder = empty}};

		if (cases[i].newest >= 0)
			put_sized(unit, folder, cases[i].newest, 1, 10);
		SAME_NUMBER(unit, cases[i].name,
			    spool_next_ms(&unit->arena, queues, COUNT_OF(queues), T, cases[i].last), cases[i].next);
	}
	SAME_NUMBER(unit, "no queues", spool_next_ms(&unit->arena, NULL, 0, T, 0), T);
}

/* --- putting ------------------------------------------------------------------------------------------------------ */

enum waits { NOTHING, NEWEST, ANOTHER };

static const struct {
	const char *name;
	bool changes_only;
	const char *acknowledged; /* the fingerprint */
	int64_t age_ms;           /* of the last full report */
	const char *fields;       /* of the document, beside fingerprint "A" */
	enum waits waits;         /* what does: the one that was put last, or a name that nobody knows */
	const char *remembered;   /* the fingerprint of the one that was put last */
	bool heartbeat;
} beats[] = {
	{"the receiver has this state", true, "A", 1000, "", NOTHING, "A", true},
	{"in mode full", false, "A", 1000, "", NOTHING, "A", false},
	{"the receiver has none", true, NULL, 1000, "", NOTHING, "A", false},
	{"the receiver has another state", true, "B", 1000, "", NOTHING, "B", false},
	{"something was changed", true, "A", 1000, "\"changes\":[{}]", NOTHING, "A", false},
	{"nothing was changed", true, "A", 1000, "\"changes\":[]", NOTHING, "A", true},
	{"the full one is nearly a day old", true, "A", 86399999, "", NOTHING, "A", true},
	{"the full one is a day old", true, "A", 86400000, "", NOTHING, "A", false},
	{"the full one is from the future", true, "A", -1, "", NOTHING, "A", false},
	{"the full one is of this moment", true, "A", 0, "", NOTHING, "A", true},
	{"another was put last, and is delivered", true, "A", 1000, "", NOTHING, "B", true},
	{"nothing is remembered, and nothing waits", true, "A", 1000, "", NOTHING, NULL, true},
	{"a report of this state waits", true, "A", 1000, "", NEWEST, "A", true},
	{"a report of another state waits", true, "A", 1000, "", NEWEST, "B", false},
	{"a report without a state waits", true, "A", 1000, "", NEWEST, NULL, false},
	{"what waits is not what was put last", true, "A", 1000, "", ANOTHER, "A", false},
};

static const char *kind_of(struct unit *unit, const char *row, int folder, const char *name, const char **id)
{
	struct queue_report report;
	struct error err;

	if (!SAME_NUMBER(unit, row, queue_read(&unit->arena, folder, name, &report, &err), QUEUE_READ))
		return NULL;
	const char *kind = json_string_value(json_object_get(report.document, "kind"));
	*id = arena_string(&unit->arena, json_string_value(json_object_get(report.document, "id")));
	kind = kind != NULL ? arena_string(&unit->arena, kind) : "none";
	json_decref(report.document);
	return kind;
}

static json_t *document_of(struct unit *unit, const char *id, const char *fields)
{
	return json_loads(arena_printf(&unit->arena,
				       "{\"id\":\"%s\",\"kind\":\"full\",\"fingerprint\":\"A\",\"parameters\":[1]%s%s}",
				       id, fields[0] != '\0' ? "," : "", fields),
			  0, NULL);
}

/* Prepares and puts it, as a run does. */
static bool put(struct unit *unit, struct spool_queue *queue, json_t *document)
{
	struct gzip_bytes plain, packed;
	struct error err;

	return document_pack(&unit->arena, document, &plain, &packed, &err) &&
	       spool_prepare(&unit->arena, queue, document, now_ms, &err) &&
	       spool_put(&unit->arena, queue, document, &packed, &err);
}

static void a_sign_of_life_stands_only_for_what_the_receiver_will_have(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(beats); i++) {
		const char *row = beats[i].name, *id = queue_folder_id(unit, now_ms, 7), *full_id = "", *put_id = "";
		CLEANUP(fd_close) int folder = queue_folder_open(unit, arena_printf(&unit->arena, "q%zu", i));
		struct counters_queue memory = {.fingerprint = beats[i].remembered,
						.newest = queue_name(&unit->arena,
								     queue_folder_id(unit, now_ms - 1000, 1))};
		struct spool_queue queue = {.folder = folder,
					    .changes_only = beats[i].changes_only,
					    .memory = &memory,
					    .state = {.fingerprint = beats[i].acknowledged,
						      .last_full = now_ms - beats[i].age_ms}};
		json_t *document = document_of(unit, id, beats[i].fields);
		struct queue_files files = {0};
		struct error err;

		if (beats[i].waits != NOTHING)
			put_sized(unit, folder, now_ms - (beats[i].waits == NEWEST ? 1000 : 999), 1, 10);
		HOLDS(unit, row, put(unit, &queue, document));
		json_decref(document);
		if (!HOLDS(unit, row, queue_list(&unit->arena, folder, &files, &err)) ||
		    !SAME_NUMBER(unit, row, files.count, beats[i].waits != NOTHING ? 2 : 1))
			continue;
		const char *newest = files.items[files.count - 1].name;
		SAME_TEXT(unit, row, kind_of(unit, row, folder, newest, &put_id),
			  beats[i].heartbeat ? "heartbeat" : "full");
		SAME_NUMBER(unit, row, queue_name_ms(newest), now_ms);
		SAME_NUMBER(unit, row, queue_folder_has(folder, queue_full_name), beats[i].heartbeat);
		SAME_NUMBER(unit, row, strcmp(put_id, id) == 0, !beats[i].heartbeat);
		if (beats[i].heartbeat &&
		    SAME_TEXT(unit, row, kind_of(unit, row, folder, queue_full_name, &full_id), "full"))
			SAME_TEXT(unit, row, full_id, id);
		/* What the next run rests on. */
		SAME_TEXT(unit, row, memory.newest, newest);
		SAME_TEXT(unit, row, memory.fingerprint, "A");
		SAME_NUMBER(unit, row, counters_has(&memory.changed, newest),
			    strcmp(beats[i].fields, "\"changes\":[{}]") == 0);
	}
}

static void a_queue_without_room_takes_and_remembers_nothing(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct counters_queue memory = {0};
	struct spool_queue full = {.folder = folder, .full = true, .memory = &memory};
	json_t *document = document_of(unit, queue_folder_id(unit, now_ms, 1), "\"changes\":[{}]");

	HOLDS(unit, "full", put(unit, &full, document));
	SAME_TEXT(unit, "full", queue_folder_numbers(unit, folder), "");
	HOLDS(unit, "full", memory.newest == NULL && memory.changed.count == 0);
	/* What was never prepared is not put. */
	struct spool_queue unprepared = {.folder = folder, .memory = &memory};
	struct gzip_bytes packed = {(char *)(uintptr_t) "x", 1};
	struct error err;
	HOLDS(unit, "not prepared", spool_put(&unit->arena, &unprepared, document, &packed, &err));
	SAME_TEXT(unit, "not prepared", queue_folder_numbers(unit, folder), "");
	json_decref(document);
}

/* What was delivered, or given up, is remembered no longer; else the file would grow for ever. */
static void names_of_what_has_gone_are_forgotten(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct counters_queue memory = {0};
	struct error err;

	for (unsigned number = 1; number <= 5; number++) {
		struct spool_queue queue = {.folder = folder, .memory = &memory};
		const char *id = queue_folder_id(unit, now_ms + number, number);
		json_t *document = document_of(unit, id, "\"changes\":[{}]");

		HOLDS(unit, id, put(unit, &queue, document));
		json_decref(document);
		HOLDS(unit, id, counters_has(&memory.changed, queue_name(&unit->arena, id)));
		/* The second and the fourth stay. */
		if (number % 2 == 1)
			HOLDS(unit, id, queue_remove(folder, queue_name(&unit->arena, id), &err));
	}
	SAME_TEXT(unit, "waiting", queue_folder_numbers(unit, folder), "2 4");
	if (SAME_NUMBER(unit, "remembered", memory.changed.count, 3)) {
		HOLDS(unit, "the second", strstr(memory.changed.items[0], "-000000000002.") != NULL);
		HOLDS(unit, "the fourth", strstr(memory.changed.items[1], "-000000000004.") != NULL);
		HOLDS(unit, "the last, which went only now", strstr(memory.changed.items[2], "-000000000005.") != NULL);
	}
}

/* The queue is the sender's, who may not be trusted: a bomb in it costs the agent nothing. */
static void nothing_of_what_waits_is_read(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct counters_queue memory = {0};
	struct spool_queue queue = {.folder = folder,
				    .memory = &memory,
				    .changes_only = true,
				    .state = {.fingerprint = "A", .last_full = now_ms}};
	json_t *document = document_of(unit, queue_folder_id(unit, now_ms, 999), "");
	struct error err;

	for (unsigned number = 1; number <= 250; number++) {
		put_sized(unit, folder, now_ms - 1000 + number, number, 1000);
		const char *name = queue_name(&unit->arena, queue_folder_id(unit, now_ms - 1000 + number, number));
		/* Made at the beginning of all times, so that reading it would show. */
		const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 2000000000}};
		HOLDS(unit, name, utimensat(folder, name, times, 0) == 0);
	}
	HOLDS(unit, "room", spool_choose(&unit->arena, &queue, now_ms, 100, &err));
	SAME_NUMBER(unit, "room", queue.given_up.count, 51);
	HOLDS(unit, "put", put(unit, &queue, document));
	json_decref(document);
	for (unsigned number = 1; number <= 250; number++) {
		const char *name = queue_name(&unit->arena, queue_folder_id(unit, now_ms - 1000 + number, number));
		struct stat status = {0};

		HOLDS(unit, name, fstatat(folder, name, &status, 0) == 0 && status.st_atim.tv_sec == 1);
	}
}

static void what_waits_is_counted(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	const struct spool_queue queue = {.folder = folder};
	struct spool_waiting waiting = {.reports = 99};

	spool_look(&unit->arena, &queue, &waiting);
	HOLDS(unit, "empty", waiting.reports == 0 && waiting.bytes == 0 && waiting.oldest_ms == 0);
	put_sized(unit, folder, now_ms, 1, 100);
	put_sized(unit, folder, now_ms - day_ms, 2, 20);
	queue_folder_write(unit, folder, "full.json.gz", "not counted", 11);
	spool_look(&unit->arena, &queue, &waiting);
	SAME_NUMBER(unit, "two", waiting.reports, 2);
	SAME_NUMBER(unit, "two", waiting.bytes, 120);
	SAME_NUMBER(unit, "two", waiting.oldest_ms, now_ms - day_ms);
}

static const struct CMUnitTest tests[] = {
	UNIT(with_a_new_one_there_are_two_hundred_at_most),
	UNIT(with_a_new_one_there_are_sixteen_mebibytes_at_most),
	UNIT(what_tells_of_changes_goes_last),
	UNIT(what_is_older_than_seven_days_goes),
	UNIT(a_clock_that_leaps_makes_nothing_old),
	UNIT(a_week_of_outage_leaves_the_newest_and_the_changes),
	UNIT(a_new_id_sorts_behind_all_that_wait),
	UNIT(a_sign_of_life_stands_only_for_what_the_receiver_will_have),
	UNIT(a_queue_without_room_takes_and_remembers_nothing),
	UNIT(names_of_what_has_gone_are_forgotten),
	UNIT(nothing_of_what_waits_is_read),
	UNIT(what_waits_is_counted),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
