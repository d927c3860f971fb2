#include "core/entry.h"

#include <stdlib.h>
#include <time.h>

#include "base/number.h"
#include "base/text.h"
#include "unit.h"

enum { ENTRIES = 6, NESTED = 500, LONGEST_MS = 500 };

/* One letter names an entry, and later ones sort higher. A rollback undoes the letters behind it; newest first. */
static const struct {
	const char *name;
	struct {
		const char *id, *undoes; /* undoes NULL: an apply */
		enum entry_state state;
	} entries[ENTRIES];
	const char *stand; /* those that do */
} cases[] = {
	{"an apply", {{"a", NULL, ENTRY_DONE}}, "a"},
	{"what is not over does not",
	 {{"c", NULL, ENTRY_BEGUN}, {"b", NULL, ENTRY_WAITING}, {"a", NULL, ENTRY_UNDOING}},
	 ""},
	{"what was undone does not", {{"b", NULL, ENTRY_UNDONE}, {"a", NULL, ENTRY_DONE}}, "a"},
	{"nor a damaged one", {{"b", NULL, ENTRY_DAMAGED}, {"a", NULL, ENTRY_DONE}}, "a"},
	{"taken back", {{"r", "a", ENTRY_DONE}, {"a", NULL, ENTRY_DONE}}, "r"},
	{"a rollback that was undone takes nothing back", {{"r", "a", ENTRY_UNDONE}, {"a", NULL, ENTRY_DONE}}, "a"},
	{"the one before it still stands",
	 {{"r", "b", ENTRY_DONE}, {"b", NULL, ENTRY_DONE}, {"a", NULL, ENTRY_DONE}},
	 "ra"},
	{"several at once", {{"r", "ba", ENTRY_DONE}, {"b", NULL, ENTRY_DONE}, {"a", NULL, ENTRY_DONE}}, "r"},
	{"a rollback taken back brings it back",
	 {{"s", "r", ENTRY_DONE}, {"r", "a", ENTRY_DONE}, {"a", NULL, ENTRY_DONE}},
	 "sa"},
	{"and once more",
	 {{"t", "sra", ENTRY_DONE}, {"s", "r", ENTRY_DONE}, {"r", "a", ENTRY_DONE}, {"a", NULL, ENTRY_DONE}},
	 "t"},
	{"what was taken back stays so when one before it is too",
	 {{"s", "rba", ENTRY_DONE}, {"r", "b", ENTRY_DONE}, {"b", NULL, ENTRY_DONE}, {"a", NULL, ENTRY_DONE}},
	 "s"},
	{"until that one is taken back",
	 {{"t", "s", ENTRY_DONE},
	  {"s", "rba", ENTRY_DONE},
	  {"r", "b", ENTRY_DONE},
	  {"b", NULL, ENTRY_DONE},
	  {"a", NULL, ENTRY_DONE}},
	 "tra"},
	{"what is not in the journal any more", {{"r", "xa", ENTRY_DONE}, {"a", NULL, ENTRY_DONE}}, "r"},
};

static void tells_what_still_stands(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct entries entries = {0};
		struct text found = {.arena = &unit->arena};

		for (size_t j = 0; j < ENTRIES && cases[i].entries[j].id != NULL; j++) {
			struct entry *entry = ARRAY_ADD(&unit->arena, &entries);
			const char *undoes = cases[i].entries[j].undoes;

			*entry = (struct entry){.id = cases[i].entries[j].id,
						.kind = undoes != NULL ? ENTRY_ROLLBACK : ENTRY_APPLY,
						.state = cases[i].entries[j].state};
			for (; undoes != NULL && *undoes != '\0'; undoes++)
				*ARRAY_ADD(&unit->arena, &entry->undoes) = arena_copy(&unit->arena, undoes, 1);
		}
		text_string(&found, "");
		entries_judge(&unit->arena, &entries);
		for (size_t j = 0; j < entries.count; j++) {
			if (entries.items[j].stands)
				text_string(&found, entries.items[j].id);
		}
		SAME_TEXT(unit, cases[i].name, found.bytes == NULL ? "" : found.bytes, cases[i].stand);
	}
}

/* Of the processor, in milliseconds: what others do on the machine meanwhile does not count. */
static int64_t worked_ms(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
	return (int64_t)spent.tv_sec * 1000 + spent.tv_nsec / 1000000;
}

/* How many times longer a program may take that is slower by itself (tools/check-variant). */
static int64_t patience(void)
{
	const char *given = getenv("HOLDFAST_PATIENCE");
	uint64_t times = 1;

	return given != NULL && number_decimal(given, strlen(given), 1000, &times) && times > 1 ? (int64_t)times : 1;
}

/* Each takes back all before it, as a forced rollback of the first does every time: no work that doubles with each. */
static void judges_many_that_take_back_each_other(struct unit *unit)
{
	struct entries entries = {0};
	size_t stand = 0;

	for (int i = NESTED; i-- > 0;) {
		struct entry *entry = ARRAY_ADD(&unit->arena, &entries);

		*entry = (struct entry){.id = arena_printf(&unit->arena, "%04d", i),
					.kind = i > 0 ? ENTRY_ROLLBACK : ENTRY_APPLY,
					.state = ENTRY_DONE};
		for (int j = i; j-- > 0;)
			*ARRAY_ADD(&unit->arena, &entry->undoes) = arena_printf(&unit->arena, "%04d", j);
	}
	int64_t start = worked_ms();
	entries_judge(&unit->arena, &entries);
	HOLDS(unit, "in no time", worked_ms() - start < LONGEST_MS * patience());
	for (size_t i = 0; i < entries.count; i++)
		stand += entries.items[i].stands;
	SAME_NUMBER(unit, "so many stand", stand, 1);
	HOLDS(unit, "the newest", entries.items[0].stands);
}

static void knows_what_is_over(struct unit *unit)
{
	static const bool over[ENTRY_STATES] = {[ENTRY_DONE] = true, [ENTRY_UNDONE] = true, [ENTRY_DAMAGED] = true};

	for (unsigned i = 0; i < ENTRY_STATES; i++) {
		struct entry entry = {.state = (enum entry_state)i};

		if (i != ENTRY_PLANNED)
			SAME_NUMBER(unit, entry_state_names[i], entry_is_over(&entry), over[i]);
	}
}

static void knows_another_boot(struct unit *unit)
{
	HOLDS(unit, "the same", !entry_is_of_another_boot(&(struct entry){.boot_id = "a"}, "a"));
	HOLDS(unit, "another", entry_is_of_another_boot(&(struct entry){.boot_id = "a"}, "b"));
	HOLDS(unit, "then not known", entry_is_of_another_boot(&(struct entry){.boot_id = NULL}, "b"));
	HOLDS(unit, "now not known", entry_is_of_another_boot(&(struct entry){.boot_id = "a"}, NULL));
	HOLDS(unit, "a tree without a kernel", !entry_is_of_another_boot(&(struct entry){.boot_id = NULL}, NULL));
}

/* --- what several have changed ------------------------------------------------------------------------------------- */

#define SWAP "vm/swappiness"
#define MAIN "/etc/sysctl.conf"
#define DROP_IN "/etc/sysctl.d/99-zz-holdfast.conf"

static struct entry *add(struct unit *unit, struct entries *entries, enum entry_state state)
{
	struct entry *entry = ARRAY_ADD(&unit->arena, entries);

	*entry = (struct entry){.id = "x", .state = state, .plan = arena_alloc(&unit->arena, sizeof(*entry->plan))};
	return entry;
}

static void add_step(struct unit *unit, struct entry *entry, struct plan_step step)
{
	*ARRAY_ADD(&unit->arena, entry->plan) = step;
}

static void joins_the_values_of_several(struct unit *unit)
{
	struct entries entries = {0};
	struct undo_values values = {0};
	struct entry *newest = add(unit, &entries, ENTRY_DONE);
	add_step(unit, newest, (struct plan_step){.path = SWAP, .from = "30", .to = "20", .found = "20"});
	/* Another key's write moved it, and it was written once more. */
	add_step(unit, newest, (struct plan_step){.path = SWAP, .from = "25", .to = "20", .found = "21"});
	*ARRAY_ADD(&unit->arena, &newest->coupled) = (struct entry_coupled){
		.path = "vm/dirty_ratio", .by = "vm/dirty_bytes", .from = "20", .asked = "0", .found = "0"};
	struct entry *undone = add(unit, &entries, ENTRY_UNDONE);
	add_step(unit, undone, (struct plan_step){.path = SWAP, .from = "30", .to = "5", .found = "30"});
	struct entry *oldest = add(unit, &entries, ENTRY_DONE);
	add_step(unit, oldest, (struct plan_step){.path = SWAP, .from = "60", .to = "30", .found = "30"});
	add_step(unit, oldest,
		 (struct plan_step){.kind = PLAN_WRITE_DROP_IN, .path = "kernel/panic", .file = DROP_IN, .to = "5"});

	entry_values(&unit->arena, &entries, 3, &values);
	SAME_NUMBER(unit, "values", values.count, 2);
	SAME_TEXT(unit, "of the oldest", values.items[0].was, "60");
	SAME_TEXT(unit, "of the newest, its last write", values.items[0].left, "21");
	HOLDS(unit, "it came to its end", !values.items[0].torn);
	SAME_TEXT(unit, "coupled", values.items[1].path, "vm/dirty_ratio");
	SAME_TEXT(unit, "coupled: was", values.items[1].was, "20");

	values = (struct undo_values){0};
	entry_values(&unit->arena, &(struct entries){.items = undone, .count = 1}, 1, &values);
	SAME_NUMBER(unit, "what was undone has left nothing", values.count, 0);
	undone->state = ENTRY_BEGUN;
	entry_values(&unit->arena, &(struct entries){.items = undone, .count = 1}, 1, &values);
	HOLDS(unit, "what did not come to its end may be torn", values.count == 1 && values.items[0].torn);
}

static void joins_the_files_of_several(struct unit *unit)
{
	struct entries entries = {0};
	struct entry merged = {0};
	struct entry *newest = add(unit, &entries, ENTRY_DONE);
	*ARRAY_ADD(&unit->arena, &newest->files) = (struct entry_file){
		.path = DROP_IN, .was = {.present = true, .mode = 0600}, .before = "b", .after = "c", .copy = "newer"};
	struct entry *undone = add(unit, &entries, ENTRY_UNDONE);
	*ARRAY_ADD(&unit->arena, &undone->files) = (struct entry_file){
		.path = MAIN, .was = {.present = true}, .before = "m", .after = "n", .copy = "undone"};
	struct entry *oldest = add(unit, &entries, ENTRY_DONE);
	*ARRAY_ADD(&unit->arena, &oldest->files) = (struct entry_file){.path = DROP_IN, .before = NULL, .after = "b"};

	entry_files(&unit->arena, &entries, 3, &merged);
	SAME_NUMBER(unit, "files", merged.files.count, 1);
	SAME_TEXT(unit, "before: of the oldest", merged.files.items[0].before, NULL);
	SAME_TEXT(unit, "copy: of the oldest", merged.files.items[0].copy, NULL);
	HOLDS(unit, "there was none", !merged.files.items[0].was.present);
	SAME_TEXT(unit, "after: of the newest", merged.files.items[0].after, "c");
	HOLDS(unit, "each found what the one before it left", !merged.files.items[0].broken);

	merged = (struct entry){0};
	oldest->files.items[0].after = "another hand has made b of it";
	entry_files(&unit->arena, &entries, 3, &merged);
	HOLDS(unit, "another hand between the two", merged.files.items[0].broken);
}

static void has_left_what_the_kernel_refused(struct unit *unit)
{
	struct entries entries = {0};
	struct undo_values values = {0};
	struct entry *undone = add(unit, &entries, ENTRY_UNDONE);

	add_step(unit, undone, (struct plan_step){.path = SWAP, .from = "60", .to = "30", .found = "30"});
	add_step(unit, undone, (struct plan_step){.path = "kernel/panic", .from = "0", .to = "5", .found = "7"});
	*ARRAY_ADD(&unit->arena, &undone->kept) = (struct entry_kept){.path = SWAP, .hold = "refused"};
	*ARRAY_ADD(&unit->arena, &undone->kept) = (struct entry_kept){.path = "kernel/panic", .hold = "moved"};
	entry_values(&unit->arena, &entries, 1, &values);
	SAME_NUMBER(unit, "values: what another hand has set is not ours", values.count, 1);
	SAME_TEXT(unit, "path", values.items[0].path, SWAP);
	SAME_TEXT(unit, "was", values.items[0].was, "60");
}

static void shows_each_line_once(struct unit *unit)
{
	struct entries entries = {0};
	struct plan plan = {0};
	struct entry *newest = add(unit, &entries, ENTRY_DONE);
	add_step(unit, newest, (struct plan_step){.path = SWAP, .from = "30", .to = "20", .result = PLAN_CHANGED});
	add_step(unit, newest,
		 (struct plan_step){.kind = PLAN_WRITE_DROP_IN,
				    .path = SWAP,
				    .file = DROP_IN,
				    .from = "30",
				    .to = "20",
				    .result = PLAN_CHANGED});
	add_step(unit, newest,
		 (struct plan_step){.kind = PLAN_EDIT_LINE,
				    .path = "kernel/panic",
				    .file = MAIN,
				    .line = 7,
				    .from = "5",
				    .to = "0",
				    .result = PLAN_CHANGED});
	add_step(unit, newest,
		 (struct plan_step){.kind = PLAN_WRITE_DROP_IN,
				    .path = "kernel/sysrq",
				    .file = DROP_IN,
				    .to = "1",
				    .result = PLAN_REFUSED});
	struct entry *oldest = add(unit, &entries, ENTRY_DONE);
	add_step(
		unit, oldest,
		(struct plan_step){
			.kind = PLAN_WRITE_DROP_IN, .path = SWAP, .file = DROP_IN, .to = "30", .result = PLAN_CHANGED});
	add_step(unit, oldest,
		 (struct plan_step){.kind = PLAN_EDIT_LINE,
				    .path = "kernel/panic",
				    .file = MAIN,
				    .line = 7,
				    .from = "0",
				    .to = "5",
				    .result = PLAN_CHANGED});

	entry_file_steps(&unit->arena, &entries, 2, &plan);
	SAME_NUMBER(unit, "steps: none for what is where it was, was refused, or is live", plan.count, 1);
	SAME_TEXT(unit, "path", plan.items[0].path, SWAP);
	SAME_TEXT(unit, "from", plan.items[0].from, "20");
	SAME_TEXT(unit, "to: it goes", plan.items[0].to, NULL);
}

static const struct CMUnitTest tests[] = {
	UNIT(tells_what_still_stands),
	UNIT(judges_many_that_take_back_each_other),
	UNIT(knows_what_is_over),
	UNIT(knows_another_boot),
	UNIT(joins_the_values_of_several),
	UNIT(joins_the_files_of_several),
	UNIT(has_left_what_the_kernel_refused),
	UNIT(shows_each_line_once),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
