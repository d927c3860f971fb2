#include "base/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "queue_folder.h"

#define ID "01a204f9-53ae-734a-8c52-f7826d871244"
static const char id[] = ID, name[] = ID ".json.gz";

static const struct {
	const char *name;
	bool good;
	int64_t ms;
} names[] = {
	{ID ".json.gz", true, 0x01a204f953ae},
	{"00000000-0000-7000-8000-000000000000.json.gz", true, 0},
	{"00000000-0001-7000-8000-000000000000.json.gz", true, 1},
	{"ffffffff-ffff-7fff-bfff-ffffffffffff.json.gz", true, 0xffffffffffff},
	{"0a0b0c0d-0e0f-7abc-9def-0123456789ab.json.gz", true, 0x0a0b0c0d0e0f},
	{ID, false, 0},
	{ID ".json", false, 0},
	{ID ".json.gz.tmp", false, 0},
	{ID ".JSON.gz", false, 0},
	{ID "-json.gz", false, 0},
	{".tmp-" ID ".json.gz", false, 0},
	{"01A204F9-53AE-734A-8C52-F7826D871244.json.gz", false, 0},
	{"01a204f9-53ae-434a-8c52-f7826d871244.json.gz", false, 0}, /* of version 4 */
	{"01a204f9-53ae-734a-cc52-f7826d871244.json.gz", false, 0}, /* of another variant */
	{"01a204f9-53ae-734a-7c52-f7826d871244.json.gz", false, 0},
	{"01a204f953ae-734a-8c52-f7826d8712440.json.gz", false, 0},
	{"01a204f9-53ae-734a-8c52-f7826d87124.json.gz", false, 0},
	{"01a204f9-53ae-734a-8c52-f7826d8712444.json.gz", false, 0},
	{"01a204f9-53ae-734a-8c52-f7826d87124g.json.gz", false, 0},
	{"01a204f9 53ae 734a 8c52 f7826d871244.json.gz", false, 0},
	{"full.json.gz", false, 0},
	{"state.json", false, 0},
	{"bad", false, 0},
	{"..", false, 0},
	{"", false, 0},
};

static void names_are_ids_that_sort_by_time(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		HOLDS(unit, names[i].name, queue_is_name(names[i].name) == names[i].good);
		if (names[i].good)
			SAME_NUMBER(unit, names[i].name, queue_name_ms(names[i].name), names[i].ms);
	}
	SAME_TEXT(unit, "name", queue_name(&unit->arena, id), name);
}

static void lists_the_oldest_first_and_nothing_else(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	static const char *const others[] = {"full.json.gz", "state.json",
					     "lock",         ".tmp-" ID ".json.gz",
					     "readme",       "01a204f9-53ae-434a-8c52-f7826d871244.json.gz"};
	struct queue_files files;
	struct error err;

	SAME_TEXT(unit, "empty", queue_folder_numbers(unit, folder), "");
	/* In no order; two of one moment; one from 1970, one from the year 10889. */
	static const struct {
		int64_t ms;
		unsigned number;
	} put[] = {{1795417504123, 4},          {1, 1}, {1795417504124, 5}, {1795417504122, 2}, {1795417504123, 3},
		   {(int64_t)0xffffffffffff, 6}};
	for (size_t i = 0; i < COUNT_OF(put); i++)
		queue_folder_put(unit, folder, queue_folder_id(unit, put[i].ms, put[i].number), "");
	for (size_t i = 0; i < COUNT_OF(others); i++)
		queue_folder_write(unit, folder, others[i], "x", 1);
	/* What is no file is no report, whatever its name. */
	HOLDS(unit, "a folder", mkdirat(folder, "01a204f9-53ae-7000-8000-000000000007.json.gz", 0700) == 0);
	HOLDS(unit, "a fifo", mkfifoat(folder, "01a204f9-53ae-7000-8000-000000000008.json.gz", 0600) == 0);
	HOLDS(unit, "a link", symlinkat("readme", folder, "01a204f9-53ae-7000-8000-000000000009.json.gz") == 0);
	SAME_TEXT(unit, "sorted", queue_folder_numbers(unit, folder), "1 2 3 4 5 6");
	if (HOLDS(unit, "sizes", queue_list(&unit->arena, folder, &files, &err)) && files.count > 0)
		HOLDS(unit, "sizes", files.items[0].size > 20 && files.items[0].size < 200);
	CLEANUP(fd_close) int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	HOLDS(unit, "no folder", !queue_list(&unit->arena, none, &files, &err) && err.number == ENOTDIR);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* The text packed under the name of our id. */
static void put_packed(struct unit *unit, int folder, const char *json, size_t length)
{
	struct gzip_bytes packed;
	struct error err;

	if (HOLDS(unit, "packed", gzip_pack(&unit->arena, json, length, &packed, &err)))
		queue_folder_write(unit, folder, name, packed.items, packed.length);
}

static const struct {
	const char *name, *json;
	const char *words; /* of why it is none; NULL: it is one */
} documents[] = {
	{"a report", "{\"id\":\"" ID "\",\"kind\":\"full\"}", NULL},
	{"blanks round it", " \n{\"id\":\"" ID "\"}\n\n", NULL},
	{"no JSON", "{\"id\":", "no JSON"},
	{"nothing", "", "no JSON"},
	{"something behind it", "{\"id\":\"" ID "\"} x", "no JSON"},
	{"a field twice", "{\"id\":\"" ID "\",\"id\":\"" ID "\"}", "no JSON"},
	{"no UTF-8", "{\"id\":\"" ID "\",\"x\":\"\xff\"}", "no JSON"},
	{"an escaped NUL", "{\"id\":\"" ID "\",\"x\":\"\\u0000\"}", "no JSON"},
	{"a list", "[\"" ID "\"]", "its id"},
	{"no id", "{\"kind\":\"full\"}", "its id"},
	{"an id that is no text", "{\"id\":7}", "its id"},
	{"another id", "{\"id\":\"01a204f9-53ae-734a-8c52-f7826d871245\"}", "its id"},
	{"the beginning of the id", "{\"id\":\"01a204f9\"}", "its id"},
	{"an empty id", "{\"id\":\"\"}", "its id"},
	{"a longer id", "{\"id\":\"" ID ".json\"}", "its id"},
};

static void reads_a_report_and_says_what_is_none(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");

	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		const char *row = documents[i].name;
		struct queue_report report = {0};
		struct error err = {.text = ""};

		put_packed(unit, folder, documents[i].json, strlen(documents[i].json));
		enum queue_read read = queue_read(&unit->arena, folder, name, &report, &err);
		SAME_NUMBER(unit, row, read, documents[i].words == NULL ? QUEUE_READ : QUEUE_SPOILED);
		if (documents[i].words != NULL) {
			HAS_TEXT(unit, row, err.text, documents[i].words);
			continue;
		}
		SAME_TEXT(unit, row, json_string_value(json_object_get(report.document, "id")), id);
		SAME_TEXT(unit, row, report.plain.items, documents[i].json);
		HOLDS(unit, row, report.packed.length > 20);
		json_decref(report.document);
	}
}

/* full.json.gz and last.json.gz have an id that is not their name. */
static void a_file_of_another_name_may_have_any_id(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct queue_report report = {0};
	struct error err;

	put_packed(unit, folder, "{\"id\":\"any\"}", strlen("{\"id\":\"any\"}"));
	HOLDS(unit, "renamed", queue_rename(folder, name, queue_full_name, &err));
	if (SAME_NUMBER(unit, "full", queue_read(&unit->arena, folder, queue_full_name, &report, &err), QUEUE_READ))
		json_decref(report.document);
	SAME_NUMBER(unit, "gone", queue_read(&unit->arena, folder, name, &report, &err), QUEUE_GONE);
}

/* What somebody else could lay there under the name of a report, and what reading it comes to. */
static void make_link(struct unit *unit, int folder)
{
	queue_folder_write(unit, folder, "target", "x", 1);
	HOLDS(unit, "link", symlinkat("target", folder, name) == 0);
}
static void make_link_out(struct unit *unit, int folder)
{
	HOLDS(unit, "link", symlinkat("/etc/passwd", folder, name) == 0);
}
static void make_dead_link(struct unit *unit, int folder)
{
	HOLDS(unit, "link", symlinkat("nowhere", folder, name) == 0);
}
static void make_fifo(struct unit *unit, int folder)
{
	HOLDS(unit, "fifo", mkfifoat(folder, name, 0600) == 0);
}
static void make_folder(struct unit *unit, int folder)
{
	HOLDS(unit, "folder", mkdirat(folder, name, 0700) == 0);
}
static void make_text(struct unit *unit, int folder)
{
	queue_folder_write(unit, folder, name, "{\"id\":\"" ID "\"}", strlen("{\"id\":\"" ID "\"}"));
}
static void make_empty(struct unit *unit, int folder)
{
	queue_folder_write(unit, folder, name, "", 0);
}
static void make_too_long(struct unit *unit, int folder)
{
	char *bytes = arena_alloc(&unit->arena, QUEUE_PACKED_MOST + 1);

	queue_folder_write(unit, folder, name, bytes, QUEUE_PACKED_MOST + 1);
}
static void make_bomb(struct unit *unit, int folder)
{
	enum { LARGE = QUEUE_PLAIN_MOST + 1 };
	char *json = arena_alloc(&unit->arena, LARGE + 1);

	memset(json, ' ', LARGE);
	memcpy(json, documents[0].json, strlen(documents[0].json));
	put_packed(unit, folder, json, LARGE);
}
static void make_deep(struct unit *unit, int folder)
{
	enum { DEPTH = 100000 };
	char *json = arena_alloc(&unit->arena, DEPTH + 1);

	memset(json, '[', DEPTH);
	put_packed(unit, folder, json, DEPTH);
}

static const struct {
	const char *name;
	void (*make)(struct unit *unit, int folder);
	const char *words;
} foreign[] = {
	{"a link within", make_link, "no file"},
	{"a link out of it", make_link_out, "no file"},
	{"a link to nowhere", make_dead_link, "no file"},
	{"a fifo", make_fifo, "no file"},
	{"a folder", make_folder, "no file"},
	{"no gzip", make_text, "no whole gzip"},
	{"an empty file", make_empty, "no whole gzip"},
	{"a file that is too long", make_too_long, "more than 1048576 bytes"},
	{"a bomb", make_bomb, "at most 8388608 bytes"},
	{"a hundred thousand brackets", make_deep, "no JSON"},
};

static void foreign_files_are_spoiled_and_hold_nobody_up(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		const char *row = foreign[i].name;
		const char *path = arena_printf(&unit->arena, "q%zu", i);
		CLEANUP(fd_close) int folder = queue_folder_open(unit, path);
		struct queue_report report = {0};
		struct error err = {.text = ""};

		foreign[i].make(unit, folder);
		SAME_NUMBER(unit, row, queue_read(&unit->arena, folder, name, &report, &err), QUEUE_SPOILED);
		HAS_TEXT(unit, row, err.text, foreign[i].words);
		/* It is out of the way in one step, whatever it is. */
		HOLDS(unit, row, queue_spoil(&unit->arena, folder, name, &err));
		SAME_TEXT(unit, row, queue_folder_numbers(unit, folder), "");
		HOLDS(unit, row, queue_folder_has(folder, "bad/" ID ".json.gz"));
	}
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void a_file_is_written_whole_or_not_at_all(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct error err = {0};
	struct stat status = {0}, owner = {0};

	/* What a killed writer left is no hindrance. */
	queue_folder_write(unit, folder, ".tmp-" ID ".json.gz", "half", 4);
	HOLDS(unit, "written", queue_write(folder, name, "first", 5, &err));
	HOLDS(unit, "over it", queue_write_lightly(folder, name, "second", 6, &err));
	HOLDS(unit, "no temporary file", !queue_folder_has(folder, ".tmp-" ID ".json.gz"));
	if (HOLDS(unit, "there", fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) &&
	    HOLDS(unit, "folder", fstat(folder, &owner) == 0)) {
		SAME_NUMBER(unit, "size", status.st_size, 6);
		SAME_NUMBER(unit, "mode", status.st_mode, S_IFREG | 0600);
		HOLDS(unit, "owner", status.st_uid == owner.st_uid && status.st_gid == owner.st_gid);
	}
	/* A link in the way is replaced, never followed. */
	queue_folder_write(unit, folder, "target", "kept", 4);
	HOLDS(unit, "link", symlinkat("target", folder, "state.json") == 0);
	HOLDS(unit, "link", symlinkat("target", folder, ".tmp-state.json") == 0);
	HOLDS(unit, "over a link", queue_write(folder, "state.json", "new", 3, &err));
	if (HOLDS(unit, "target", fstatat(folder, "target", &status, 0) == 0))
		SAME_NUMBER(unit, "target", status.st_size, 4);
	HOLDS(unit, "no link",
	      fstatat(folder, "state.json", &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode));
	/* Over a folder it fails, and leaves nothing behind. */
	HOLDS(unit, "folder", mkdirat(folder, "full.json.gz", 0700) == 0);
	HOLDS(unit, "over a folder", !queue_write(folder, queue_full_name, "x", 1, &err));
	HAS_TEXT(unit, "over a folder", err.text, "write full.json.gz");
	HOLDS(unit, "no temporary file", !queue_folder_has(folder, ".tmp-full.json.gz"));
}

/* As root only: a queue belongs to the sender's user, and what root puts there does too. */
static void a_file_belongs_to_whom_the_folder_does(struct unit *unit)
{
	enum { NOBODY = 65534 };
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct error err = {0};
	struct stat status = {0};

	bool given = geteuid() == 0 && fchown(folder, NOBODY, NOBODY) == 0;
	HOLDS(unit, "written", queue_write(folder, name, "x", 1, &err));
	if (HOLDS(unit, "there", fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0))
		SAME_NUMBER(unit, "owner", status.st_uid, given ? NOBODY : geteuid());
}

static void the_sweep_takes_reports_that_are_not_there_yet(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	static const struct {
		const char *name;
		bool swept;
	} cases[] = {
		{".tmp-" ID ".json.gz", true}, {".tmp-full.json.gz", true},
		{".tmp-state.json", false}, /* the sender's */
		{".tmp-other", false},         {".tmp-", false},
		{ID ".json.gz", false},        {"full.json.gz", false},
		{"state.json", false},         {"tmp-" ID ".json.gz", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		queue_folder_write(unit, folder, cases[i].name, "x", 1);
	queue_sweep(folder);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		HOLDS(unit, cases[i].name, queue_folder_has(folder, cases[i].name) != cases[i].swept);
}

static void what_has_gone_is_no_fault(struct unit *unit)
{
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct error err = {0};

	HOLDS(unit, "rename", queue_rename(folder, name, "other", &err));
	HOLDS(unit, "remove", queue_remove(folder, name, &err));
	HOLDS(unit, "spoil", queue_spoil(&unit->arena, folder, name, &err));
	queue_folder_put(unit, folder, id, "");
	HOLDS(unit, "remove", queue_remove(folder, name, &err));
	SAME_TEXT(unit, "removed", queue_folder_numbers(unit, folder), "");
}

static void bad_keeps_the_newest_sixteen(struct unit *unit)
{
	enum { MANY = QUEUE_BAD_MOST + 5 };
	CLEANUP(fd_close) int folder = queue_folder_open(unit, "q");
	struct error err = {0};

	for (unsigned i = 0; i < MANY; i++)
		queue_folder_put(unit, folder, queue_folder_id(unit, 1000 + i, i + 1), "");
	for (unsigned i = 0; i < MANY; i++) {
		const char *each = queue_name(&unit->arena, queue_folder_id(unit, 1000 + i, i + 1));

		HOLDS(unit, each, queue_spoil(&unit->arena, folder, each, &err));
	}
	CLEANUP(fd_close) int bad = queue_folder_open(unit, "q/bad");
	SAME_TEXT(unit, "bad", queue_folder_numbers(unit, bad), "6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21");
	SAME_TEXT(unit, "queue", queue_folder_numbers(unit, folder), "");
	/* A link called bad/ leads nowhere. */
	CLEANUP(fd_close) int other = queue_folder_open(unit, "other");
	queue_folder_put(unit, other, id, "");
	HOLDS(unit, "link", symlinkat("../q", other, "bad") == 0);
	HOLDS(unit, "link", !queue_spoil(&unit->arena, other, name, &err));
	HAS_TEXT(unit, "link", err.text, "bad/");
	HOLDS(unit, "still there", queue_folder_has(other, name));
}

static const struct CMUnitTest tests[] = {
	UNIT(names_are_ids_that_sort_by_time),
	UNIT(lists_the_oldest_first_and_nothing_else),
	UNIT(reads_a_report_and_says_what_is_none),
	UNIT(a_file_of_another_name_may_have_any_id),
	UNIT(foreign_files_are_spoiled_and_hold_nobody_up),
	UNIT(a_file_is_written_whole_or_not_at_all),
	UNIT(a_file_belongs_to_whom_the_folder_does),
	UNIT(the_sweep_takes_reports_that_are_not_there_yet),
	UNIT(what_has_gone_is_no_fault),
	UNIT(bad_keeps_the_newest_sixteen),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
