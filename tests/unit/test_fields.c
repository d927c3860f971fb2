#include "load/fields.h"

#include "unit.h"

struct target {
	const char *text;
	bool boolean;
	int64_t number;
	unsigned choice;
	struct text_list list, single;
	struct condition when;
};

static void read_text(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	fields_text(reader, name, node, &((struct target *)target)->text);
}

static void read_boolean(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			 void *target)
{
	fields_boolean(reader, name, node, &((struct target *)target)->boolean);
}

static void read_number(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	fields_number(reader, name, node, -5, 100, &((struct target *)target)->number);
}

static void read_large(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		       void *target)
{
	fields_number(reader, name, node, INT64_MIN, INT64_MAX, &((struct target *)target)->number);
}

static void read_choice(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	static const char *const words[] = {"enforce", "audit"};

	fields_choice(reader, name, node, words, COUNT_OF(words), &((struct target *)target)->choice);
}

static void read_list(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	fields_texts(reader, name, node, false, &((struct target *)target)->list);
}

static void read_single(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
			void *target)
{
	fields_texts(reader, name, node, true, &((struct target *)target)->single);
}

static void read_when(struct fields_reader *reader, const struct yaml_node *name, const struct yaml_node *node,
		      void *target)
{
	fields_condition(reader, name, node, &((struct target *)target)->when);
}

static const struct field fields[] = {
	{"text", read_text, false},     {"boolean", read_boolean, false}, {"number", read_number, false},
	{"large", read_large, false},   {"choice", read_choice, false},   {"list", read_list, false},
	{"single", read_single, false}, {"when", read_when, false},
};

static void read_map(struct unit *unit, const char *text, struct findings *findings, struct target *target)
{
	struct fields_reader reader = {.arena = &unit->arena, .findings = findings};
	const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", text, strlen(text), findings);

	if (PRESENT(unit, text, root))
		fields_read(&reader, root, fields, COUNT_OF(fields), "the test", target);
}

static const struct {
	const char *text;
	unsigned column;
	const char *words;
} bad[] = {
	{"txet: a", 1, "'text'"},
	{"zzzzz: a", 1, "known are"},
	{"? \"text\\0x\"\n: a", 3, "unknown field"},
	{"[a]", 1, "the test is a map"},
	{"abc", 1, "the test is a map"},
	{"text: [a]", 7, "a list"},
	{"text: {a: b}", 7, "a map"},
	{"text:", 6, "nothing"},
	{"text: ~", 7, "nothing"},
	{"text: true", 7, "'true'"},
	{"text: 1.5", 7, "'1.5'"},
	{"text: 5", 7, "'5'"},
	{"text: -5", 7, "'-5'"},
	{"text: 0x1e", 7, "'0x1e'"},
	{"text: \"a\\x1bb\"", 7, "0x1b"},
	{"text: \"a\\0b\"", 7, "0x00"},
	{"text: \"a\\x7f\"", 7, "0x7f"},
	{"boolean: yes", 10, "'yes'"},
	{"boolean: 1", 10, "'1'"},
	{"boolean: 'true'", 10, "'true'"},
	{"boolean: [true]", 10, "a list"},
	{"number: 101", 9, "-5 to 100"},
	{"number: -6", 9, "-5 to 100"},
	{"number: '5'", 9, "'5'"},
	{"number: 5.0", 9, "'5.0'"},
	{"number: 010", 9, "'010'"},
	{"number: -010", 9, "'-010'"},
	{"large: -010", 8, "'-010'"},
	{"number: 5m", 9, "'5m'"},
	{"number:", 8, "nothing"},
	{"number: [5]", 9, "a list"},
	{"number: 18446744073709551621", 9, "-5 to 100"},
	{"large: 9223372036854775808", 8, "9223372036854775807"},
	{"large: -9223372036854775809", 8, "-9223372036854775808"},
	{"choice: aduit", 9, "'audit'"},
	{"choice: Audit", 9, "'audit'"},
	{"choice: [audit]", 9, "a list"},
	{"choice: \"audit\\0x\"", 9, "enforce or audit"},
	{"choice: ''", 9, "enforce or audit"},
	{"list: a", 7, "list"},
	{"list: [a, [b]]", 11, "a list"},
	{"list: [a, 5]", 11, "'5'"},
	{"list: [a, ]\ntext: 1.0", 7, "'1.0'"},
	{"single: {a: b}", 9, "a map"},
	{"when: {}", 7, "empty"},
	{"when: 'kernel > 4.12'", 7, "a map"},
	{"when: {kernal: '>= 4.12'}", 8, "'kernel'"},
	{"when: {kernel: '4.12'}", 16, "'4.12'"},
	{"when: {kernel: 4.12}", 16, "4.12"},
	{"when: {kernel: ['>= 4.12', 'x']}", 28, "'x'"},
	{"when: {kernel: []}", 16, "empty"},
	{"when: {cpus: 4}", 14, "4"},
	{"when: {host: ''}", 14, "empty"},
	{"when: {host: \"a\\nb\"}", 14, "one line"},
	{"when: {\"kernel\\0x\": '>= 4.12'}", 8, "unknown field"},
	{"when: {virtualization: kvm}", 24, "none, vm or container"},
};

static void refuses_the_wrong_type_at_its_place(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct target target = {.boolean = false, .number = 4711, .choice = 4711};

		read_map(unit, bad[i].text, &findings, &target);
		HOLDS(unit, bad[i].text,
		      target.text == NULL && !target.boolean && target.number == 4711 && target.choice == 4711);
		if (!SAME_NUMBER(unit, bad[i].text, findings.errors, 1))
			continue;
		HAS_TEXT(unit, bad[i].text, findings.items[0].text, bad[i].words);
		SAME_NUMBER(unit, bad[i].text, findings.items[0].source.column, bad[i].column);
	}
}

static void takes_every_field_of_the_right_type(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	struct target target = {0};

	read_map(unit,
		 "text: no\nboolean: True\nnumber: -5\nchoice: audit\nlist: [a, '5', 'true']\nsingle: b\n"
		 "when: {kernel: ['< 4.12', '>= 6.1'], host: web-*}\n",
		 &findings, &target);
	SAME_NUMBER(unit, "findings", findings.count, 0);
	SAME_TEXT(unit, "no is a text in YAML 1.2", target.text, "no");
	HOLDS(unit, "boolean", target.boolean);
	SAME_NUMBER(unit, "number", target.number, -5);
	SAME_NUMBER(unit, "choice", target.choice, 1);
	if (SAME_NUMBER(unit, "list", target.list.count, 3)) {
		SAME_TEXT(unit, "list", target.list.items[1], "5");
		SAME_TEXT(unit, "list", target.list.items[2], "true");
	}
	if (SAME_NUMBER(unit, "single", target.single.count, 1))
		SAME_TEXT(unit, "single", target.single.items[0], "b");
	if (SAME_NUMBER(unit, "when", target.when.count, 2)) {
		SAME_NUMBER(unit, "when", target.when.items[0].subject, CONDITION_KERNEL);
		SAME_NUMBER(unit, "when", target.when.items[0].count, 2);
		SAME_TEXT(unit, "when", target.when.items[1].items[0], "web-*");
	}
}

static const struct {
	const char *text;
	int64_t number;
} numbers[] = {
	{"large: 0", 0},
	{"large: 9223372036854775807", INT64_MAX},
	{"large: -9223372036854775808", INT64_MIN},
	{"large: 100", 100},
	{"number: 100", 100},
	{"number: -5", -5},
	{"number: 8", 8},
};

static void takes_numbers_to_the_ends(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct target target = {.number = 4711};

		read_map(unit, numbers[i].text, &findings, &target);
		SAME_NUMBER(unit, numbers[i].text, findings.errors, 0);
		SAME_NUMBER(unit, numbers[i].text, target.number, numbers[i].number);
	}
}

static void finds_every_fault_in_one_run(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	struct target target = {0};

	read_map(unit, "text: [a]\nboolean: yes\nnunber: 5\nlist: [1, 2, a]\nwhen: {kernel: x, hots: y}\n", &findings,
		 &target);
	SAME_NUMBER(unit, "faults", findings.errors, 7);
	for (size_t i = 1; i < findings.count; i++)
		HOLDS(unit, findings.items[i].text, findings.items[i - 1].source.line <= findings.items[i].source.line);
}

static void a_field_that_is_needed_is_missed(struct unit *unit)
{
	static const struct field needed[] = {{"text", read_text, true}, {"number", read_number, true}};
	static const struct {
		const char *text;
		size_t errors;
	} cases[] = {{"{}", 2},
		     {"text: a", 1},
		     {"number: 5\ntext: a", 0},
		     {"text: 1.5\nnumber: 1", 1},
		     {"number: 5\ntxt: a", 2}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct fields_reader reader = {.arena = &unit->arena, .findings = &findings};
		struct target target = {0};
		const struct yaml_node *root =
			yaml_read(&unit->arena, "a.yaml", cases[i].text, strlen(cases[i].text), &findings);

		if (!PRESENT(unit, cases[i].text, root))
			continue;
		fields_read(&reader, root, needed, COUNT_OF(needed), "the test", &target);
		SAME_NUMBER(unit, cases[i].text, findings.errors, cases[i].errors);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(refuses_the_wrong_type_at_its_place), UNIT(takes_every_field_of_the_right_type),
	UNIT(takes_numbers_to_the_ends),           UNIT(finds_every_fault_in_one_run),
	UNIT(a_field_that_is_needed_is_missed),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
