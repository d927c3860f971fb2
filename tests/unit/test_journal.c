#include "change/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fd.h"
#include "base/text.h"
#include "unit.h"

#define FOLDER "var/lib/holdfast/journal/"
#define OLD_ID "019ab000-0000-7000-8000-000000000000"
#define ID "019ab000-0000-7000-8000-000000000001"
#define NEW_ID "019ab000-0000-7000-8000-000000000002"
#define DROP_IN "/etc/sysctl.d/99-zz-holdfast.conf"
#define MAIN "/etc/sysctl.conf"
#define COPY FOLDER ID ".sysctl.conf"

static const char *text_of(struct unit *unit, const char *path)
{
	CLEANUP(fd_close) int fd = open(unit_path(unit, path), O_RDONLY | O_CLOEXEC);
	char *bytes;
	size_t length;

	return fd < 0 || fd_read_all(&unit->arena, fd, 1 << 20, &bytes, &length) != FD_DONE
		       ? NULL
		       : arena_copy(&unit->arena, bytes, length);
}

static const char *open_of(struct unit *unit)
{
	return tree_link(&unit->arena, unit_tree(unit), "/" FOLDER "open");
}

/* One that replaces MAIN and makes DROP_IN. */
static struct entry *make(struct unit *unit, const char *id)
{
	static const char old[] = "old\n", new[] = "new\n";
	struct entry *entry = arena_alloc(&unit->arena, sizeof(*entry));
	struct arena *arena = &unit->arena;

	*entry = (struct entry){.id = id,
				.time = "t",
				.agent_version = "1",
				.digest = "d",
				.plan = arena_alloc(arena, sizeof(struct plan))};
	*ARRAY_ADD(arena, &entry->files) =
		(struct entry_file){.path = MAIN,
				    .was = {.present = true, .bytes = old, .length = sizeof(old) - 1, .mode = 0644},
				    .before = digest_hex(arena, old, sizeof(old) - 1),
				    .after = digest_hex(arena, new, sizeof(new) - 1)};
	*ARRAY_ADD(arena, &entry->files) =
		(struct entry_file){.path = DROP_IN, .after = digest_hex(arena, new, sizeof(new) - 1)};
	for (size_t i = 0; i < 2; i++)
		*ARRAY_ADD(arena, &entry->plan->files) = (struct plan_file){
			.path = entry->files.items[i].path, .after = new, .after_length = sizeof(new) - 1};
	return entry;
}

static struct entry *begin(struct unit *unit, const char *id)
{
	struct entry *entry = make(unit, id);
	struct error err = {0};

	HOLDS(unit, err.text, journal_begin(&unit->arena, unit_tree(unit), entry, &err));
	return entry;
}

static void begins_with_all_of_the_old_state(struct unit *unit)
{
	struct entry found;
	struct stat status;
	struct error err = {0};

	begin(unit, ID);
	SAME_TEXT(unit, "open", open_of(unit), ID ".json");
	SAME_TEXT(unit, "the old bytes", text_of(unit, COPY), "old\n");
	SAME_NUMBER(unit, "state", journal_open(&unit->arena, unit_tree(unit), &found, &err), JOURNAL_FOUND);
	SAME_NUMBER(unit, "state", found.state, ENTRY_BEGUN);
	SAME_TEXT(unit, "copy", found.files.items[0].copy, ID ".sysctl.conf");
	SAME_TEXT(unit, "of a new file", found.files.items[1].copy, NULL);
	static const struct {
		const char *path;
		mode_t mode;
	} modes[] = {
		{"var/lib", 0755}, {"var/lib/holdfast", 0700}, {FOLDER, 0700}, {FOLDER ID ".json", 0600}, {COPY, 0600}};
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		HOLDS(unit, modes[i].path, stat(unit_path(unit, modes[i].path), &status) == 0);
		SAME_NUMBER(unit, modes[i].path, status.st_mode & 07777, modes[i].mode);
	}
}

static void begins_none_beside_an_open_one(struct unit *unit)
{
	struct error err = {0};

	begin(unit, ID);
	HOLDS(unit, "a second one", !journal_begin(&unit->arena, unit_tree(unit), make(unit, NEW_ID), &err));
	HAS_TEXT(unit, "why", err.text, "open");
	SAME_TEXT(unit, "the first one", open_of(unit), ID ".json");
	SAME_TEXT(unit, "no entry of the second", text_of(unit, FOLDER NEW_ID ".json"), NULL);
}

static void leaves_nothing_when_it_cannot_begin(struct unit *unit)
{
	struct error err = {0};

	unit_make_folder(unit, FOLDER ID ".json"); /* the entry cannot be written */
	HOLDS(unit, "begin", !journal_begin(&unit->arena, unit_tree(unit), make(unit, ID), &err));
	SAME_TEXT(unit, "open", open_of(unit), NULL);
	SAME_TEXT(unit, "copy", text_of(unit, COPY), NULL);
}

static void updates_and_ends(struct unit *unit)
{
	struct entry *entry = begin(unit, ID), found;
	struct error err = {0};

	entry->state = ENTRY_WAITING;
	entry->confirm.seconds = 5;
	HOLDS(unit, "next", journal_keep_next(&unit->arena, unit_tree(unit), entry, &err));
	HOLDS(unit, "update", journal_update(&unit->arena, unit_tree(unit), entry, &err));
	SAME_TEXT(unit, "the new bytes", text_of(unit, COPY ".next"), "new\n");
	SAME_TEXT(unit, "and of a new file", text_of(unit, FOLDER ID ".99-zz-holdfast.conf.next"), "new\n");
	SAME_NUMBER(unit, "open", journal_open(&unit->arena, unit_tree(unit), &found, &err), JOURNAL_FOUND);
	SAME_NUMBER(unit, "state", found.state, ENTRY_WAITING);
	SAME_TEXT(unit, "next", found.files.items[0].next, ID ".sysctl.conf.next");

	entry->state = ENTRY_DONE;
	HOLDS(unit, "end", journal_end(&unit->arena, unit_tree(unit), entry, &err));
	SAME_TEXT(unit, "open", open_of(unit), NULL);
	SAME_TEXT(unit, "what was kept for confirm", text_of(unit, COPY ".next"), NULL);
	SAME_TEXT(unit, "the old bytes stay", text_of(unit, COPY), "old\n");
	SAME_NUMBER(unit, "then", journal_open(&unit->arena, unit_tree(unit), &found, &err), JOURNAL_NONE);

	HOLDS(unit, "unlink", unlink(unit_path(unit, FOLDER ID ".json")) == 0);
	HOLDS(unit, "one that is gone", !journal_update(&unit->arena, unit_tree(unit), entry, &err));
	HAS_TEXT(unit, "one that is gone", err.text, "gone");
}

/* target: of `open`, NULL: none. entry: what lies under ID. left: of `open` after tidying. */
static const struct {
	const char *name, *target;
	enum { NO_ENTRY, BEGUN, DONE, UNDONE, BROKEN } entry;
	enum journal_found found;
} opens[] = {
	{"none", NULL, BEGUN, JOURNAL_NONE},
	{"no journal at all", NULL, NO_ENTRY, JOURNAL_NONE},
	{"begun", ID ".json", BEGUN, JOURNAL_FOUND},
	{"done", ID ".json", DONE, JOURNAL_NONE},
	{"undone", ID ".json", UNDONE, JOURNAL_NONE},
	{"leads nowhere", NEW_ID ".json", BEGUN, JOURNAL_NONE},
	{"leads elsewhere", "../x.json", BEGUN, JOURNAL_NONE},
	{"to itself", "open", BEGUN, JOURNAL_NONE},
	{"damaged", ID ".json", BROKEN, JOURNAL_FAILED},
};

static void finds_what_is_open(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(opens); i++) {
		struct entry found;
		struct error err = {0};

		unit_clear(unit);
		if (opens[i].entry != NO_ENTRY) {
			struct entry *entry = begin(unit, ID);

			entry->state = opens[i].entry == DONE     ? ENTRY_DONE
				       : opens[i].entry == UNDONE ? ENTRY_UNDONE
								  : ENTRY_BEGUN;
			HOLDS(unit, opens[i].name, journal_update(&unit->arena, unit_tree(unit), entry, &err));
			HOLDS(unit, opens[i].name, unlink(unit_path(unit, FOLDER "open")) == 0);
		}
		if (opens[i].entry == BROKEN)
			unit_write(unit, FOLDER ID ".json", "{");
		if (opens[i].target != NULL)
			unit_link(unit, FOLDER "open", opens[i].target);
		SAME_NUMBER(unit, opens[i].name, journal_open(&unit->arena, unit_tree(unit), &found, &err),
			    opens[i].found);
		if (opens[i].found != JOURNAL_NONE)
			continue;
		HOLDS(unit, opens[i].name, journal_tidy(&unit->arena, unit_tree(unit), &err));
		SAME_TEXT(unit, opens[i].name, open_of(unit), NULL);
		HOLDS(unit, "twice", journal_tidy(&unit->arena, unit_tree(unit), &err));
	}
}

static void end(struct unit *unit, const char *id)
{
	struct entry *entry = begin(unit, id);
	struct error err;

	entry->state = ENTRY_DONE;
	HOLDS(unit, id, journal_end(&unit->arena, unit_tree(unit), entry, &err));
}

static void lists_the_newest_first(struct unit *unit)
{
	struct entries entries;
	struct error err;

	HOLDS(unit, "none", journal_list(&unit->arena, unit_tree(unit), &entries, &err) && entries.count == 0);
	end(unit, NEW_ID);
	end(unit, OLD_ID);
	end(unit, ID);
	unit_write(unit, FOLDER ID ".json", "{}");
	unit_write(unit, FOLDER "note.json", "{}");
	unit_write(unit, FOLDER "." ID ".json", "{}");
	if (!HOLDS(unit, "list", journal_list(&unit->arena, unit_tree(unit), &entries, &err)) ||
	    !HOLDS(unit, "three", entries.count == 3))
		return;
	SAME_TEXT(unit, "first", entries.items[0].id, NEW_ID);
	SAME_TEXT(unit, "second", entries.items[1].id, ID);
	SAME_TEXT(unit, "third", entries.items[2].id, OLD_ID);
	SAME_NUMBER(unit, "damaged", entries.items[1].state, ENTRY_DAMAGED);
	HAS_TEXT(unit, "damaged", entries.items[1].why, ID);
	HOLDS(unit, "a damaged one has a plan, of nothing", entries.items[1].plan->count == 0);
	unit_write(unit, FOLDER ID ".json", text_of(unit, FOLDER OLD_ID ".json"));
	HOLDS(unit, "list", journal_list(&unit->arena, unit_tree(unit), &entries, &err));
	HAS_TEXT(unit, "one that says that it is another", entries.items[1].why,
		 "says that it is the entry '" OLD_ID "'");
}

static void holds_copies_against_their_digest(struct unit *unit)
{
	struct entry *entry = begin(unit, ID);
	const struct entry_file *file = &entry->files.items[0];
	struct file_state state;
	struct error err = {0};

	HOLDS(unit, "sound", journal_copy(&unit->arena, unit_tree(unit), file->copy, file->before, &state, &err));
	SAME_TEXT(unit, "bytes", state.bytes, "old\n");
	unit_write(unit, COPY, "olf\n");
	HOLDS(unit, "damaged", !journal_copy(&unit->arena, unit_tree(unit), file->copy, file->before, &state, &err));
	HAS_TEXT(unit, "damaged", err.text, "is damaged");
	HOLDS(unit, "unlink", unlink(unit_path(unit, COPY)) == 0);
	HOLDS(unit, "gone", !journal_copy(&unit->arena, unit_tree(unit), file->copy, file->before, &state, &err));
	HAS_TEXT(unit, "gone", err.text, "is gone");
}

static void trusts_no_folder_that_others_can_write(struct unit *unit)
{
	struct error err = {0};
	static const struct {
		const char *path;
		mode_t mode;
		bool trusted;
	} rows[] = {
		{FOLDER, 0700, true},
		{FOLDER, 0770, false},
		{FOLDER, 0702, false},
		{FOLDER, 0755, true},
		{"var/lib/holdfast", 0777, false},
		{"var/lib/holdfast", 0750, true},
	};

	HOLDS(unit, "none yet", journal_trusted(&unit->arena, unit_tree(unit), &err));
	begin(unit, ID);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *row = arena_printf(&unit->arena, "%s %o", rows[i].path, (unsigned)rows[i].mode);

		HOLDS(unit, row, chmod(unit_path(unit, rows[i].path), rows[i].mode) == 0);
		SAME_NUMBER(unit, row, journal_trusted(&unit->arena, unit_tree(unit), &err), rows[i].trusted);
		HOLDS(unit, row, chmod(unit_path(unit, rows[i].path), 0700) == 0);
	}
	if (geteuid() == 0 && chown(unit_path(unit, FOLDER), 65534, 65534) == 0)
		HOLDS(unit, "another's", !journal_trusted(&unit->arena, unit_tree(unit), &err));
}

static void names_never_go_back_in_time(struct unit *unit)
{
	enum { NEWEST_MS = 0x019ab0000000 };
	static const struct {
		int64_t now, next;
	} rows[] = {{0, NEWEST_MS + 1LL},
		    {NEWEST_MS - 1LL, NEWEST_MS + 1LL},
		    {NEWEST_MS, NEWEST_MS + 1LL},
		    {NEWEST_MS + 1LL, NEWEST_MS + 1LL},
		    {NEWEST_MS + 50LL, NEWEST_MS + 50LL}};
	struct error err;
	int64_t next = 0;

	HOLDS(unit, "none", journal_next_ms(&unit->arena, unit_tree(unit), 7, &next, &err) && next == 7);
	end(unit, OLD_ID);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		HOLDS(unit, "next", journal_next_ms(&unit->arena, unit_tree(unit), rows[i].now, &next, &err));
		SAME_NUMBER(unit, arena_printf(&unit->arena, "row %zu", i), next, rows[i].next);
	}
}

static void sweeps_its_own_folder(struct unit *unit)
{
	begin(unit, ID);
	unit_write(unit, FOLDER ".holdfast-1.tmp", "x");
	journal_sweep(&unit->arena, unit_tree(unit));
	SAME_TEXT(unit, "left over", text_of(unit, FOLDER ".holdfast-1.tmp"), NULL);
	SAME_TEXT(unit, "the copy", text_of(unit, COPY), "old\n");
}

static const struct CMUnitTest tests[] = {
	UNIT(begins_with_all_of_the_old_state),
	UNIT(begins_none_beside_an_open_one),
	UNIT(leaves_nothing_when_it_cannot_begin),
	UNIT(updates_and_ends),
	UNIT(finds_what_is_open),
	UNIT(lists_the_newest_first),
	UNIT(holds_copies_against_their_digest),
	UNIT(trusts_no_folder_that_others_can_write),
	UNIT(names_never_go_back_in_time),
	UNIT(sweeps_its_own_folder),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
