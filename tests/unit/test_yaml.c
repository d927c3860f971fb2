#include "load/yaml.h"

#include "base/text.h"
#include "unit.h"

/* The tree in one line: [a 'b'] for lists, {k:v} for maps, quotes round what was quoted. */
static void describe(struct text *text, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_KIND_SCALAR:
		text_format(text, node->plain ? "%s" : "'%s'", node->text);
		break;
	case YAML_KIND_LIST:
		text_string(text, "[");
		for (size_t i = 0; i < node->list.count; i++) {
			text_string(text, i > 0 ? " " : "");
			describe(text, node->list.items[i]);
		}
		text_string(text, "]");
		break;
	case YAML_KIND_MAP:
		text_string(text, "{");
		for (size_t i = 0; i < node->map.count; i++) {
			text_string(text, i > 0 ? " " : "");
			describe(text, node->map.items[i].key);
			text_string(text, ":");
			describe(text, node->map.items[i].value);
		}
		text_string(text, "}");
		break;
	}
}

static const struct {
	const char *name, *bytes, *tree;
} good[] = {
	{"scalar", "abc\n", "abc"},
	{"map", "a: 1\nb: two\n", "{a:1 b:two}"},
	{"nested", "a: {b: [1, 'x', \"y\"]}\n", "{a:{b:[1 'x' 'y']}}"},
	{"block list", "a:\n  - 1\n  - b: 2\n", "{a:[1 {b:2}]}"},
	{"comments", "# x\na: 1 # y\n", "{a:1}"},
	{"a hash in a value", "a: 1#2\n", "{a:1#2}"},
	{"no newline at the end", "a: 1", "{a:1}"},
	{"carriage returns", "a: 1\r\nb: 2\r\n", "{a:1 b:2}"},
	{"document marks", "---\na: 1\n...\n", "{a:1}"},
	{"JSON", "{\"a\": [1, null, true]}", "{'a':[1 null true]}"},
	{"empty collections", "a: {}\nb: []\n", "{a:{} b:[]}"},
	{"nothing as a value", "a:\nb: ~\n", "{a: b:~}"},
	{"folded", "a: >\n  x\n  y\n", "{a:'x y\n'}"},
	{"literal", "a: |\n  x\n  y\n", "{a:'x\ny\n'}"},
	{"letters beyond ASCII", "a: gr\xc3\xbc\xc3\x9f\n", "{a:gr\xc3\xbc\xc3\x9f}"},
	{"escapes", "a: \"\\x41\\u00fc\\t\"\n", "{a:'A\xc3\xbc\t'}"},
	{"a key like a number", "1: 2\n", "{1:2}"},
	{"a version directive", "%YAML 1.2\n---\na: 1\n", "{a:1}"},
	{"nothing but a null", "---\n", ""},
};

static void reads_trees(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct findings findings = {.arena = &unit->arena};
		struct text text = {.arena = &unit->arena};
		const struct yaml_node *root =
			yaml_read(&unit->arena, "a.yaml", good[i].bytes, strlen(good[i].bytes), &findings);

		SAME_NUMBER(unit, good[i].name, findings.count, 0);
		text_string(&text, "");
		if (PRESENT(unit, good[i].name, root))
			describe(&text, root);
		SAME_TEXT(unit, good[i].name, text.bytes, good[i].tree);
	}
}

static const struct {
	const char *name, *bytes;
	size_t length; /* 0: as long as the text */
	unsigned line, column;
	const char *words;
	bool tree; /* a fault that leaves a tree for sure; others may */
} bad[] = {
	{"nothing at all", "", 0, 0, 0, "empty", false},
	{"comments only", "# x\n# y\n", 0, 0, 0, "empty", false},
	{"anchor", "a: &x 1\n", 0, 1, 4, "anchor", false},
	{"anchor on a map", "a: &x {b: 1}\n", 0, 1, 4, "anchor", false},
	{"anchor on a list", "a: &x [1]\n", 0, 1, 4, "anchor", false},
	{"anchor on a key", "&x a: 1\n", 0, 1, 1, "anchor", false},
	{"alias", "a: *x\n", 0, 1, 4, "alias", false},
	{"tag", "a: !!str 1\n", 0, 1, 4, "tag", false},
	{"own tag", "a: !x 1\n", 0, 1, 4, "tag", false},
	{"tag on a map", "!x {a: 1}\n", 0, 1, 1, "tag", false},
	{"a tag that says nothing", "a: ! 1\n", 0, 1, 4, "tag", false},
	{"second document", "a: 1\n---\nb: 2\n", 0, 2, 1, "second document", false},
	{"second document, empty", "a: 1\n---\n", 0, 2, 1, "second document", false},
	{"second document behind an end", "a: 1\n...\n---\nb: 2\n", 0, 3, 1, "second document", false},
	{"byte order mark",
	 "\xef\xbb\xbf"
	 "a: 1\n",
	 0, 1, 1, "byte order mark", false},
	{"UTF-16, little",
	 "\xff\xfe"
	 "a\0",
	 4, 1, 1, "byte order mark", false},
	{"UTF-16, big", "\xfe\xff\0a", 4, 1, 1, "byte order mark", false},
	{"UTF-16 without a mark", "a\0:\0 \0001\0", 8, 1, 2, "", false},
	{"NUL", "a: 1\0 2\n", 8, 1, 5, "", false},
	{"escape character", "a: \x1b[1m\n", 0, 1, 4, "", false},
	{"broken UTF-8, at the byte that does not fit", "a: \xc3(\n", 0, 1, 5, "", false},
	{"broken UTF-8 behind other letters", "a: \xc3\xa9\xff\n", 0, 1, 5, "", false},
	{"broken UTF-8 in a later line", "a: 1\nb: \xff\n", 0, 2, 4, "", false},
	{"tab as indentation", "a:\n\tb: 1\n", 0, 2, 1, "indent with blanks", false},
	{"tab as indentation behind other letters", "# \xc3\xa9\xc3\xa9\xc3\xa9\na:\n\tb: 1\n", 0, 3, 1,
	 "indent with blanks", false},
	{"open quote", "a: \"b\n", 0, 0, 0, "", false},
	{"open list", "a: [1, 2\n", 0, 0, 0, "", false},
	{"open map", "a: {b: 1\n", 0, 0, 0, "", false},
	{"wrong escape", "a: \"\\q\"\n", 0, 1, 5, "", false},
	{"colon in a plain text", "a: b: c\n", 0, 1, 5, "", false},
	{"a list as a key", "[a]: 1\n", 0, 1, 1, "a list", true},
	{"a map as a key", "? {a: 1}\n: 2\n", 0, 1, 3, "a map", true},
	{"the same key twice", "a: 1\nb: 2\na: 3\n", 0, 3, 1, "line 1", true},
	{"the same key twice in one line", "{b: 0, a: 1, a: 2}\n", 0, 1, 14, "'a'", true},
	{"the same key, plain and quoted", "a: 1\n'a': 2\n", 0, 2, 1, "'a'", true},
	{"the same key, deep inside", "x:\n  - {y: {a: 1,\n     a: 2}}\n", 0, 3, 6, "line 2", true},
	{"the empty key twice", "? \n: 1\n'': 2\n", 0, 3, 1, "line 1", true},
};

static void refuses_what_a_profile_has_no_use_for(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct findings findings = {.arena = &unit->arena};
		size_t length = bad[i].length > 0 ? bad[i].length : strlen(bad[i].bytes);
		/* Exactly as long, so that reading behind the end is seen. */
		char *exact = malloc(length + 1);

		memcpy(exact, bad[i].bytes, length);
		const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", exact, length, &findings);
		free(exact);
		HOLDS(unit, bad[i].name, root != NULL || !bad[i].tree);
		if (!SAME_NUMBER(unit, bad[i].name, findings.errors, 1))
			continue;
		HAS_TEXT(unit, bad[i].name, findings.items[0].text, bad[i].words);
		SAME_TEXT(unit, bad[i].name, findings.items[0].source.file, "a.yaml");
		if (bad[i].line == 0)
			continue;
		SAME_NUMBER(unit, bad[i].name, findings.items[0].source.line, bad[i].line);
		SAME_NUMBER(unit, bad[i].name, findings.items[0].source.column, bad[i].column);
	}
}

static void keys_with_a_nul_are_other_keys(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	static const char bytes[] = "{\"a\\0b\": 1, \"a\\0c\": 2, a: 3}";
	const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", bytes, sizeof(bytes) - 1, &findings);

	SAME_NUMBER(unit, "no doubles", findings.count, 0);
	if (PRESENT(unit, "tree", root) && SAME_NUMBER(unit, "three", root->map.count, 3))
		SAME_NUMBER(unit, "the length is told", root->map.items[0].key->length, 3);
}

static void every_node_knows_its_place(struct unit *unit)
{
	struct findings findings = {.arena = &unit->arena};
	static const char bytes[] = "a: 1\n\xc3\xbc\xc3\xbc: [x, 'y']\nlast:\n    deep: z\n";
	const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", bytes, sizeof(bytes) - 1, &findings);

	if (!PRESENT(unit, "tree", root) || !SAME_NUMBER(unit, "three", root->map.count, 3))
		return;
	const struct yaml_node *list = root->map.items[1].value, *map = root->map.items[2].value;
	const struct {
		const char *name;
		const struct yaml_node *node;
		unsigned line, column;
	} places[] = {
		{"first key", root->map.items[0].key, 1, 1},  {"first value", root->map.items[0].value, 1, 4},
		{"second key", root->map.items[1].key, 2, 1}, {"columns are characters", list, 2, 5},
		{"item", list->list.items[1], 2, 9},          {"map", map, 4, 5},
		{"deep key", map->map.items[0].key, 4, 5},    {"deep value", map->map.items[0].value, 4, 11},
	};
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		SAME_NUMBER(unit, places[i].name, places[i].node->source.line, places[i].line);
		SAME_NUMBER(unit, places[i].name, places[i].node->source.column, places[i].column);
		SAME_TEXT(unit, places[i].name, places[i].node->source.file, "a.yaml");
	}
}

/* "[[[1]]]" with so many brackets. */
static const char *nested(struct unit *unit, size_t depth, const char *inner)
{
	struct text text = {.arena = &unit->arena};

	for (size_t i = 0; i < depth; i++)
		text_string(&text, "[");
	text_string(&text, inner);
	for (size_t i = 0; i < depth; i++)
		text_string(&text, "]");
	return text.bytes;
}

/* tests/schema/bad/nesting.yaml: the sixteenth level is the last one allowed. */
static void bounds_the_depth(struct unit *unit)
{
	static const struct {
		const char *name, *inner;
		size_t depth;
		bool good;
	} cases[] = {
		{"one", "1", 1, true},
		{"fifteen", "1", 15, true},
		{"sixteen", "1", 16, true},
		{"sixteen, empty", "", 16, true},
		{"seventeen", "1", 17, false},
		{"seventeen, empty", "", 17, false},
		{"very many", "", 200000, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct findings findings = {.arena = &unit->arena};
		const char *bytes = nested(unit, cases[i].depth, cases[i].inner);
		const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", bytes, strlen(bytes), &findings);

		HOLDS(unit, cases[i].name, (root != NULL) == cases[i].good && (findings.errors == 0) == cases[i].good);
		if (findings.count == 0)
			continue;
		HAS_TEXT(unit, cases[i].name, findings.items[0].text, "nest");
		SAME_NUMBER(unit, cases[i].name, findings.items[0].source.column, 17);
	}
	SAME_NUMBER(unit, "the bound of a file", YAML_FILE_LONGEST, 1048576);
}

static void large_files_take_no_long_time(struct unit *unit)
{
	struct text many = {.arena = &unit->arena}, same = {.arena = &unit->arena};
	struct findings findings = {.arena = &unit->arena}, doubles = {.arena = &unit->arena};

	for (unsigned i = 0; many.length < YAML_FILE_LONGEST - 64; i++)
		text_format(&many, "k%u: 1\n", i);
	while (same.length < YAML_FILE_LONGEST - 64)
		text_string(&same, "a: 1\n");
	HOLDS(unit, "many keys", yaml_read(&unit->arena, "a.yaml", many.bytes, many.length, &findings) != NULL);
	SAME_NUMBER(unit, "many keys", findings.errors, 0);
	HOLDS(unit, "one key", yaml_read(&unit->arena, "a.yaml", same.bytes, same.length, &doubles) != NULL);
	SAME_NUMBER(unit, "one key", doubles.errors, same.length / 5 - 1);
	SAME_NUMBER(unit, "one key", doubles.count, FINDINGS_LISTED);
}

static const struct {
	const char *text;
	bool null, boolean, value, fraction;
} words[] = {
	{"~", true, false, false, false},         {"null", true, false, false, false},
	{"NULL", true, false, false, false},      {"''", false, false, false, false},
	{"'null'", false, false, false, false},   {"nul", false, false, false, false},
	{"true", false, true, true, false},       {"False", false, true, false, false},
	{"'true'", false, false, false, false},   {"yes", false, false, false, false},
	{"on", false, false, false, false},       {"tRue", false, false, false, false},
	{"1", false, false, false, false},        {"1.5", false, false, false, true},
	{"1.", false, false, false, true},        {".5", false, false, false, true},
	{"1e3", false, false, false, true},       {"-1.5E-3", false, false, false, true},
	{"+1.0", false, false, false, true},      {".inf", false, false, false, true},
	{"-.INF", false, false, false, true},     {".nan", false, false, false, true},
	{"'1.5'", false, false, false, false},    {"1.5.2", false, false, false, false},
	{"1e", false, false, false, false},       {".", false, false, false, false},
	{"e5", false, false, false, false},       {"1.5 ms", false, false, false, false},
	{"0x1e", false, false, false, false},     {"1_000.5", false, false, false, false},
	{"4.12-rc1", false, false, false, false},
};

static void plain_words_mean_something_and_quoted_ones_do_not(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct findings findings = {.arena = &unit->arena};
		const char *bytes = arena_printf(&unit->arena, "a: %s\n", words[i].text);
		const struct yaml_node *root = yaml_read(&unit->arena, "a.yaml", bytes, strlen(bytes), &findings);
		bool value = false;

		if (!PRESENT(unit, words[i].text, root))
			continue;
		const struct yaml_node *node = root->map.items[0].value;
		HOLDS(unit, words[i].text, yaml_is_null(node) == words[i].null);
		HOLDS(unit, words[i].text,
		      yaml_is_boolean(node, &value) == words[i].boolean && value == words[i].value);
		HOLDS(unit, words[i].text, yaml_is_fraction(node) == words[i].fraction);
		HOLDS(unit, words[i].text, yaml_describe(&unit->arena, node)[0] != '\0');
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_trees),
	UNIT(refuses_what_a_profile_has_no_use_for),
	UNIT(keys_with_a_nul_are_other_keys),
	UNIT(every_node_knows_its_place),
	UNIT(bounds_the_depth),
	UNIT(large_files_take_no_long_time),
	UNIT(plain_words_mean_something_and_quoted_ones_do_not),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
