#include "system/loader_systemd.h"

#include "base/text.h"
#include "loader_lines.h"
#include "unit.h"

static const char *parsed(struct unit *unit, const char *name, const char *text, size_t length)
{
	char *exact = malloc(length + 1);
	struct sysctl_file file = {.path = "/etc/sysctl.d/x.conf", .bytes = exact, .length = length, .present = true};
	struct assignments assignments = {0};

	memcpy(exact, text, length);
	exact[length] = '\0'; /* sysctl_files.h: NUL-terminated */
	loader_systemd_parse(&unit->arena, &file, 7, &assignments);
	const char *found = loader_lines_describe(unit, name, &file, &assignments);
	for (size_t i = 0; i < assignments.count; i++)
		HOLDS(unit, name, assignments.items[i].file == 7);
	free(exact);
	return found;
}

static void reads_lines_as_the_table_says(struct unit *unit)
{
	for (size_t i = 0; i < loader_lines_count; i++) {
		const struct loader_lines *row = &loader_lines[i];
		size_t length = row->length > 0 ? row->length : strlen(row->text);
		const char *name = arena_printf(&unit->arena, "%s, systemd", row->name);

		SAME_TEXT(unit, name, parsed(unit, name, row->text, length), row->systemd);
	}
}

static void a_line_of_a_mebibyte_ends_the_file(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t length; /* of the comment */
		const char *found;
	} cases[] = {
		{"short", 100, "k/x=11@1 k/y=12@3 "},
		{"one less", (1 << 20) - 1, "k/x=11@1 k/y=12@3 "},
		{"more", (1 << 20) + 1, "k/x=11@1 "},
		{"twice as much", 2 << 20, "k/x=11@1 "},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text text = {.arena = &unit->arena};
		char *comment = arena_alloc(&unit->arena, cases[i].length + 1);

		memset(comment, '#', cases[i].length);
		text_format(&text, "k.x = 11\n%s\nk.y = 12\n", comment);
		SAME_TEXT(unit, cases[i].name, parsed(unit, cases[i].name, text.bytes, text.length), cases[i].found);
	}
}

/* All lines of the text concern k/a/x: those without a wildcard are its own, the others reach it by pattern. */
static const struct {
	const char *name, *text;
	enum value_class class;
	unsigned line;     /* of the winner, 0: none */
	unsigned position; /* the line whose turn it is written in */
} winners[] = {
	{"one line", "k.a.x = 1\n", VALUE_UNKNOWN, 1, 1},
	{"the same key twice", "k.a.x = 1\nk.a.x = 2\n", VALUE_UNKNOWN, 2, 2},
	{"the same key twice, the last alone is written", "k.a.x = 1\nk.a.x = abc\n", VALUE_INTEGER, 0, 0},
	{"the same key twice, an equal value keeps the position", "k.a.x = 1\nk.a.x = 1\n", VALUE_UNKNOWN, 2, 1},
	{"the same key thrice, back to the first value", "k.a.x = 1\nk.a.x = 2\nk.a.x = 1\n", VALUE_UNKNOWN, 3, 3},
	{"the same value in another notation is another", "k.a.x = 8\nk.a.x = 010\n", VALUE_INTEGER, 2, 2},
	{"x = 31 # text", "k.a.x = 30\nk.a.x = 31 # text\n", VALUE_INTEGER, 2, 2},
	{"empty value, integer", "k.a.x = 30\nk.a.x =\n", VALUE_INTEGER, 0, 0},
	{"empty value, text", "k.a.x = 30\nk.a.x =\n", VALUE_STRING, 2, 2},
	{"glob", "k.*.x = 1\n", VALUE_UNKNOWN, 1, 1},
	{"globs in order", "k.a*.x = 1\nk.*.x = 2\n", VALUE_UNKNOWN, 2, 2},
	{"globs, a repeated one moves back", "k.*.x = 1\nk.a*.x = 2\nk.*.x = 3\n", VALUE_UNKNOWN, 3, 3},
	{"globs, an equal one keeps its place", "k.*.x = 1\nk.a*.x = 2\nk.*.x = 1\n", VALUE_UNKNOWN, 2, 2},
	{"globs, excluded and repeated keeps the late place", "k.*.x = 1\n-k.*.x\nk.a*.x = 2\nk.*.x = 1\n",
	 VALUE_UNKNOWN, 4, 4},
	{"glob against explicit, before", "k.a.x = 1\nk.*.x = 2\n", VALUE_UNKNOWN, 1, 1},
	{"glob against explicit, behind", "k.*.x = 2\nk.a.x = 1\n", VALUE_UNKNOWN, 2, 2},
	{"glob against explicit, in the other spelling", "k/a/x = 1\nk.*.x = 2\n", VALUE_UNKNOWN, 1, 1},
	{"glob against explicit, with a leading slash", "/k/a/x = 1\nk.*.x = 2\n", VALUE_UNKNOWN, 1, 1},
	{"glob against an explicit that is refused", "k.a.x = abc\nk.*.x = 2\n", VALUE_INTEGER, 0, 0},
	{"-key without = excludes from globs", "-k.a.x\nk.*.x = 2\n", VALUE_UNKNOWN, 0, 0},
	{"-key without = cancels an earlier assignment", "k.a.x = 1\n-k.a.x\n", VALUE_UNKNOWN, 0, 0},
	{"-key without =, a later assignment wins again", "k.a.x = 1\n-k.a.x\nk.a.x = 2\n", VALUE_UNKNOWN, 3, 3},
	{"-key without = in the other spelling", "k.a.x = 1\n-k/a/x\n", VALUE_UNKNOWN, 0, 0},
	{"-pattern without =: exact key only", "k.*.x = 2\n-k.a*.x\n", VALUE_UNKNOWN, 1, 1},
	{"-pattern without = cancels the very pattern", "k.*.x = 2\n-k/*/x\n", VALUE_UNKNOWN, 0, 0},
	{"-key = value", "-k.a.x = 1\n", VALUE_UNKNOWN, 1, 1},
	{"- key = value", "- k.a.x = 1\n", VALUE_UNKNOWN, 1, 1},
	{"nothing", "", VALUE_UNKNOWN, 0, 0},
};

static void the_last_assignment_wins_in_its_turn(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(winners); i++) {
		struct catalogue_row row = {.key = "k/a/x", .class = winners[i].class};
		struct sysctl_file file = {.path = "/x", .bytes = winners[i].text, .length = strlen(winners[i].text)};
		struct assignments all = {0};
		const struct assignment *position = NULL;

		loader_systemd_parse(&unit->arena, &file, 0, &all);
		const struct assignment **own = arena_array(&unit->arena, all.count, sizeof(const struct assignment *));
		const struct assignment **globs =
			arena_array(&unit->arena, all.count, sizeof(const struct assignment *));
		struct claim_list own_list = {.items = own}, glob_list = {.items = globs};

		for (size_t j = 0; j < all.count; j++) {
			bool reaches = text_matches(all.items[j].path, "k/a/x");

			if (all.items[j].glob && reaches)
				globs[glob_list.count++] = &all.items[j];
			else if (reaches)
				own[own_list.count++] = &all.items[j];
		}
		const struct assignment *winner = loader_systemd_winner(&row, &own_list, &glob_list, &position);
		SAME_NUMBER(unit, winners[i].name, winner != NULL ? winner->line : 0, winners[i].line);
		if (winner != NULL && PRESENT(unit, winners[i].name, position))
			SAME_NUMBER(unit, winners[i].name, position->line, winners[i].position);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_lines_as_the_table_says),
	UNIT(a_line_of_a_mebibyte_ends_the_file),
	UNIT(the_last_assignment_wins_in_its_turn),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
