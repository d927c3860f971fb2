#include "system/loader_procps.h"

#include "base/text.h"
#include "loader_lines.h"
#include "unit.h"

static const struct loader four = {.kind = LOADER_PROCPS, .major = 4, .patch = 2};
static const struct loader patterns = {.kind = LOADER_PROCPS, .major = 4, .patch = 5};
static const struct loader three = {.kind = LOADER_PROCPS, .major = 3, .minor = 3, .patch = 17};

/* A file exactly as long as its text, so that reading behind the end is seen. */
static const char *parsed(struct unit *unit, const struct loader *loader, const char *name, const char *text,
			  size_t length)
{
	char *exact = malloc(length + 1);
	struct sysctl_file file = {.path = "/etc/sysctl.conf", .bytes = exact, .length = length, .present = true};
	struct assignments assignments = {0};

	memcpy(exact, text, length);
	exact[length] = '\0'; /* sysctl_files.h: NUL-terminated */
	loader_procps_parse(&unit->arena, loader, &file, 7, &assignments);
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
		const char *name = arena_printf(&unit->arena, "%s, procps", row->name);

		SAME_TEXT(unit, name, parsed(unit, &four, name, row->text, length), row->procps);
	}
}

static void lines_have_no_limit(struct unit *unit)
{
	struct text text = {.arena = &unit->arena};
	char *blanks = arena_alloc(&unit->arena, (2 << 20) + 1);

	memset(blanks, ' ', 2 << 20);
	text_format(&text, "# %s\nk.x =%s11%s\nk.y = 12\n", blanks, blanks, blanks);
	SAME_TEXT(unit, "line length, procps", parsed(unit, &four, "line length", text.bytes, text.length),
		  "k/x=11@2 k/y=12@3 ");
}

static void version_3_has_no_wildcards_at_all(struct unit *unit)
{
	static const struct {
		const char *name, *text, *found;
	} cases[] = {
		{"such a line sets nothing", "k.*.x = 1\nk.y = 2\n", "k/y=2@2 "},
		{"question and set", "k.?.x = 1\nk.[ab].x = 1\n", ""},
		{"plain lines", "k.x = 1\nk/y = 2\n", "k/x=1@1 k/y=2@2 "},
		{"dash", "-k.x = 1\n", "k/x=1@1 "},
		{"comments", "# x\n;k.x = 1\n", ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].name,
			  parsed(unit, &three, cases[i].name, cases[i].text, strlen(cases[i].text)), cases[i].found);
}

/* All lines of the text concern k/a/x: those without a wildcard are its own, the others reach it by pattern. */
static const struct {
	const char *name, *text;
	const struct loader *loader;
	enum value_class class;
	unsigned line; /* of the winner, 0: none */
} winners[] = {
	{"one line", "k.a.x = 1\n", &four, VALUE_UNKNOWN, 1},
	{"the same key twice", "k.a.x = 1\nk.a.x = 2\n", &four, VALUE_UNKNOWN, 2},
	{"the same key twice, every one is written", "k.a.x = 1\nk.a.x = abc\n", &four, VALUE_INTEGER, 1},
	{"the same key twice, none is taken", "k.a.x = abc\nk.a.x = 1.5\n", &four, VALUE_INTEGER, 0},
	{"x = 31 # text", "k.a.x = 30\nk.a.x = 31 # text\n", &four, VALUE_INTEGER, 2},
	{"empty value, integer", "k.a.x = 30\nk.a.x =\n", &four, VALUE_INTEGER, 1},
	{"empty value, text", "k.a.x = 30\nk.a.x =\n", &four, VALUE_STRING, 2},
	{"empty value, list", "k.a.x = 30\nk.a.x =\n", &four, VALUE_RANGE_SET, 2},
	{"glob", "k.*.x = 1\n", &four, VALUE_UNKNOWN, 1},
	{"globs in order", "k.a*.x = 1\nk.*.x = 2\n", &four, VALUE_UNKNOWN, 2},
	{"glob against explicit, before", "k.a.x = 1\nk.*.x = 2\n", &four, VALUE_UNKNOWN, 1},
	{"glob against explicit, behind", "k.*.x = 2\nk.a.x = 1\n", &four, VALUE_UNKNOWN, 2},
	{"glob against explicit, in the other spelling", "k/a/x = 1\nk.*.x = 2\n", &four, VALUE_UNKNOWN, 1},
	{"glob against an explicit that is refused", "k.a.x = abc\nk.*.x = 2\n", &four, VALUE_INTEGER, 0},
	{"-key without = excludes from globs", "-k.a.x\nk.*.x = 2\n", &four, VALUE_UNKNOWN, 0},
	{"-key without = excludes from globs, behind", "k.*.x = 2\n-k.a.x\n", &four, VALUE_UNKNOWN, 0},
	{"-key without = excludes from globs only", "k.a.x = 1\n-k.a.x\n", &four, VALUE_UNKNOWN, 1},
	{"-key without =, an explicit one behind", "-k.a.x\nk.a.x = 1\nk.*.x = 2\n", &four, VALUE_UNKNOWN, 2},
	{"-pattern without = in 4.0.2", "k.*.x = 2\n-k.a*.x\n", &four, VALUE_UNKNOWN, 1},
	{"-pattern without = in 4.0.5", "k.*.x = 2\n-k.a*.x\n", &patterns, VALUE_UNKNOWN, 0},
	{"-pattern without = spares an explicit one", "k.a.x = 1\n-k.a*.x\n", &patterns, VALUE_UNKNOWN, 1},
	{"-key = value", "-k.a.x = 1\n", &four, VALUE_UNKNOWN, 1},
	{"nothing", "", &four, VALUE_UNKNOWN, 0},
};

static void the_last_value_that_the_kernel_takes_stays(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(winners); i++) {
		struct catalogue_row row = {.key = "k/a/x", .class = winners[i].class};
		struct sysctl_file file = {.path = "/x", .bytes = winners[i].text, .length = strlen(winners[i].text)};
		struct assignments all = {0};

		loader_procps_parse(&unit->arena, winners[i].loader, &file, 0, &all);
		const struct assignment **own = arena_array(&unit->arena, all.count, sizeof(const struct assignment *));
		const struct assignment **globs =
			arena_array(&unit->arena, all.count, sizeof(const struct assignment *));
		struct claim_list own_list = {.items = own}, glob_list = {.items = globs};

		for (size_t j = 0; j < all.count; j++) {
			if (all.items[j].glob)
				globs[glob_list.count++] = &all.items[j];
			else
				own[own_list.count++] = &all.items[j];
		}
		const struct assignment *winner = loader_procps_winner(winners[i].loader, &row, &own_list, &glob_list);
		SAME_NUMBER(unit, winners[i].name, winner != NULL ? winner->line : 0, winners[i].line);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_lines_as_the_table_says),
	UNIT(lines_have_no_limit),
	UNIT(version_3_has_no_wildcards_at_all),
	UNIT(the_last_value_that_the_kernel_takes_stays),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
