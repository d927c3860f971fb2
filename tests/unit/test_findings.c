#include "core/findings.h"

#include "unit.h"

static void findings_keep_place_text_and_order(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	struct source first = {.file = "web.yaml", .line = 12, .column = 5};

	findings_error(&findings, first, "wants %d numbers, found %d", 3, 2);
	findings_warning(&findings, (struct source){.file = "a.conf"}, "%s", "%n is odd");
	findings_error(&findings, (struct source){0}, "x");
	if (!SAME_NUMBER(unit, "count", findings.count, 3))
		return;
	SAME_NUMBER(unit, "errors", findings.errors, 2);
	SAME_NUMBER(unit, "unlisted", findings.unlisted, 0);
	SAME_TEXT(unit, "first", findings.items[0].text, "wants 3 numbers, found 2");
	SAME_TEXT(unit, "first", findings.items[0].source.file, "web.yaml");
	SAME_NUMBER(unit, "first", findings.items[0].source.line, 12);
	SAME_NUMBER(unit, "first", findings.items[0].source.column, 5);
	HOLDS(unit, "first", findings.items[0].severity == FINDING_ERROR);
	SAME_TEXT(unit, "second", findings.items[1].text, "%n is odd");
	HOLDS(unit, "second", findings.items[1].severity == FINDING_WARNING);
	HOLDS(unit, "third", findings.items[2].source.file == NULL && findings.items[2].severity == FINDING_ERROR);
}

static void the_list_is_bounded_and_the_rest_is_counted(struct unit *unit)
{
	static const struct {
		const char *name;
		size_t warnings, errors;
		size_t listed, unlisted;
	} cases[] = {
		{"none", 0, 0, 0, 0},
		{"one short", 0, FINDINGS_LISTED - 1, FINDINGS_LISTED - 1, 0},
		{"the bound", 0, FINDINGS_LISTED, FINDINGS_LISTED, 0},
		{"one over", 0, FINDINGS_LISTED + 1, FINDINGS_LISTED, 1},
		{"warnings fill it, errors still count", FINDINGS_LISTED, 7, FINDINGS_LISTED, 7},
		{"very many", 1000, 100000, FINDINGS_LISTED, 101000 - FINDINGS_LISTED},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena = {0};
		struct findings findings = {.arena = &arena};

		for (size_t j = 0; j < cases[i].warnings; j++)
			findings_warning(&findings, (struct source){0}, "warning %zu", j);
		for (size_t j = 0; j < cases[i].errors; j++)
			findings_error(&findings, (struct source){0}, "error %zu", j);
		SAME_NUMBER(unit, cases[i].name, findings.count, cases[i].listed);
		SAME_NUMBER(unit, cases[i].name, findings.errors, cases[i].errors);
		SAME_NUMBER(unit, cases[i].name, findings.unlisted, cases[i].unlisted);
		arena_free(&arena);
	}
}

static void long_texts_are_kept_whole(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};

	findings_error(&findings, (struct source){0}, "%70000s", "");
	SAME_NUMBER(unit, "70000 bytes", strlen(findings.items[0].text), 70000);
}

static const struct CMUnitTest tests[] = {
	UNIT(findings_keep_place_text_and_order),
	UNIT(the_list_is_bounded_and_the_rest_is_counted),
	UNIT(long_texts_are_kept_whole),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
