#include "base/text.h"

#include "unit.h"

static void buffers_grow_and_stay_terminated(struct unit *unit)
{
	struct text text = {.arena = &unit->arena};
	char wanted[5001] = "";

	HOLDS(unit, "empty", text.bytes == NULL && text.length == 0);
	text_add(&text, "", 0);
	SAME_TEXT(unit, "nothing added", text.bytes, "");
	for (size_t i = 0; i < 5000; i++) {
		char c = (char)('a' + i % 26);

		text_add(&text, &c, 1);
		wanted[i] = c;
		if (text.length != i + 1 || text.bytes[text.length] != '\0')
			HOLDS(unit, "one byte more", false);
	}
	SAME_TEXT(unit, "5000 bytes", text.bytes, wanted);
	text_add(&text, "x\0y", 3);
	SAME_NUMBER(unit, "a NUL is a byte", text.length, 5003);
	HOLDS(unit, "a NUL is a byte", memcmp(text.bytes + 5000, "x\0y", 4) == 0);
	text_string(&text, "z");
	HOLDS(unit, "a string", text.length == 5004 && memcmp(text.bytes + 5000, "x\0yz", 5) == 0);
}

static void formats_of_any_length_fit(struct unit *unit)
{
	static const int lengths[] = {0, 1, 255, 256, 510, 511, 512, 513, 1024, 70000};

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		const char *name = arena_printf(&unit->arena, "%d bytes", lengths[i]);
		struct text text = {.arena = &unit->arena};

		text_string(&text, "<");
		text_format(&text, "%*s%s", lengths[i], "", ">");
		SAME_NUMBER(unit, name, text.length, lengths[i] + 2);
		SAME_NUMBER(unit, name, strlen(text.bytes), lengths[i] + 2);
		HOLDS(unit, name, text.bytes[0] == '<' && text.bytes[text.length - 1] == '>');
	}
}

static void compares_whole_texts_and_ends(struct unit *unit)
{
	HOLDS(unit, "nothing and nothing", text_equal(NULL, NULL));
	HOLDS(unit, "nothing and empty", !text_equal(NULL, "") && !text_equal("", NULL));
	HOLDS(unit, "equal", text_equal("ab", "ab") && !text_equal("ab", "a"));
	HOLDS(unit, "starts", text_starts("abc", "ab") && text_starts("abc", "") && text_starts("", ""));
	HOLDS(unit, "does not start", !text_starts("abc", "abcd") && !text_starts("abc", "b"));
	HOLDS(unit, "ends", text_ends("a.conf", ".conf") && text_ends("abc", "") && text_ends(".conf", ".conf"));
	HOLDS(unit, "does not end", !text_ends("conf", ".conf") && !text_ends("a.confx", ".conf"));
}

static const struct {
	const char *name, *text;
	bool glob;
} globs[] = {
	{"star", "conf/*/x", true}, {"question", "a?", true},     {"bracket", "a[", true},
	{"empty", "", false},       {"plain", "net/ipv4", false}, {"closing bracket", "a]", false},
	{"braces", "{a,b}", false}, {"backslash", "a\\b", false}, {"bang", "!a", false},
	{"only a star", "*", true}, {"tilde", "~", false},
};

static void knows_the_loaders_wild_characters(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(globs); i++)
		HOLDS(unit, globs[i].name, text_is_glob(globs[i].text) == globs[i].glob);
}

static const struct {
	const char *name, *glob, *text;
	bool matches;
} matches[] = {
	{"star", "*", "eth0", true},
	{"star and nothing", "*", "", true},
	{"star does not match a leading dot", "*", ".hidden", false},
	{"dot matches a leading dot", ".*", ".hidden", true},
	{"question does not match a leading dot", "?x", ".x", false},
	{"set does not match a leading dot", "[.]x", ".x", false},
	{"star matches a dot inside", "eth0.*", "eth0.100", true},
	{"star stops at a slash", "*", "a/b", false},
	{"question stops at a slash", "a?b", "a/b", false},
	{"set stops at a slash", "a[/]b", "a/b", false},
	{"a slash in the glob", "conf/*/rp_filter", "conf/eth0.100/rp_filter", true},
	{"one level too deep", "conf/*", "conf/eth0/rp_filter", false},
	{"one level too high", "conf/*/*", "conf/eth0", false},
	{"leading dot of a later component", "conf/*", "conf/.x", false},
	{"prefix", "veth*", "veth1", true},
	{"prefix alone", "veth*", "veth", true},
	{"other prefix", "veth*", "eth1", false},
	{"the whole text counts", "veth", "veth1", false},
	{"two stars", "**", "ab", true},
	{"set", "[ab]", "b", true},
	{"range", "[a-c]*", "cx", true},
	{"range that misses", "[a-c]*", "dx", false},
	{"negated set", "[!a]*", "b", true},
	{"negated by caret", "[^a]*", "a", false},
	{"class", "eth[[:digit:]]", "eth7", true},
	{"an open bracket is literal", "[lo", "lo", false},
	{"braces are literal", "{lo,eth0}", "lo", false},
	{"case counts", "ETH*", "eth0", false},
	{"empty glob", "", "", true},
	{"empty glob and a text", "", "a", false},
	{"many stars", "*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

static void matches_component_by_component(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(matches); i++)
		HOLDS(unit, matches[i].name, text_matches(matches[i].glob, matches[i].text) == matches[i].matches);
}

static void finds_the_nearest_word(struct unit *unit)
{
	static const char *const words[] = {"value", "severity", "min", "max", "one_of", "unmanaged", "accept_hazard"};
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{"vaule", "value"},
		{"valu", "value"},
		{"values", "value"},
		{"severty", "severity"},
		{"unmanged", "unmanaged"},
		{"accept-hazard", "accept_hazard"},
		{"oneof", "one_of"},
		{"value", "value"},
		{"", NULL},
		{"profile", NULL},
		{"x", NULL},
		{"qqqqq", NULL},
		{"completely different words", NULL},
	};
	char longest[4097];

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_TEXT(unit, cases[i].word, text_nearest(cases[i].word, words, COUNT_OF(words)), cases[i].nearest);
	memset(longest, 'v', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	const char *const huge[] = {longest, "vvvv"};
	SAME_TEXT(unit, "a word of 4096 letters", text_nearest(longest, words, COUNT_OF(words)), NULL);
	SAME_TEXT(unit, "a candidate of 4096 letters", text_nearest("vvv", huge, COUNT_OF(huge)), "vvvv");
	SAME_TEXT(unit, "no candidates", text_nearest("value", words, 0), NULL);
	for (size_t length = 126; length <= 130; length++) {
		longest[length] = '\0';
		const char *found = text_nearest(longest, huge, 1);
		HOLDS(unit, "at the bound", found == NULL || found == longest);
		longest[length] = 'v';
	}
}

static const struct {
	const char *name, *text, *shown;
} shown[] = {
	{"plain", "a b~", "a b~"},
	{"empty", "", ""},
	{"letters beyond ASCII", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	{"tab", "4096\t8192", "4096 8192"},
	{"newline", "a\nb", "a\\x0ab"},
	{"carriage return", "a\rb", "a\\x0db"},
	{"escape", "\x1b[31mred", "\\x1b[31mred"},
	{"bell at the end", "a\a", "a\\x07"},
	{"delete", "a\x7f", "a\\x7f"},
	{"control of two bytes",
	 "a\xc2\x9b"
	 "31m",
	 "a\\xc2\\x9b31m"},
	{"first and last of C1", "\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0"},
	{"lonely follower", "\x80", "\\x80"},
	{"cut at the end", "a\xc3", "a\\xc3"},
	{"cut in the middle", "\xe2\x82z", "\\xe2\\x82z"},
	{"overlong slash", "\xc0\xaf", "\\xc0\\xaf"},
	{"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
	{"beyond Unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	{"never in UTF-8", "\xfe\xff", "\\xfe\\xff"},
	{"only a tab", "\t", " "},
};

static void shows_nothing_that_steers_a_terminal(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		SAME_TEXT(unit, shown[i].name, text_printable(&unit->arena, shown[i].text), shown[i].shown);
	for (int c = 1; c < 256; c++) {
		const char text[] = {'a', (char)c, 'b', '\0'};
		const char *found = text_printable(&unit->arena, text);

		for (const char *each = found; *each != '\0'; each++) {
			if (*each < ' ' || *each == 0x7f)
				HOLDS(unit, arena_printf(&unit->arena, "byte 0x%02x", (unsigned)c), false);
		}
	}
}

static const struct {
	const char *name, *bytes;
	size_t length;
} characters[] = {
	{"ASCII", "a", 1},
	{"two bytes", "\xc3\xa9", 2},
	{"least of two", "\xc2\x80", 2},
	{"three bytes", "\xe2\x82\xac", 3},
	{"least of three", "\xe0\xa0\x80", 3},
	{"below the surrogates", "\xed\x9f\xbf", 3},
	{"four bytes", "\xf0\x9f\x98\x80", 4},
	{"least of four", "\xf0\x90\x80\x80", 4},
	{"the last of Unicode", "\xf4\x8f\xbf\xbf", 4},
	{"beyond the last", "\xf4\x90\x80\x80", 0},
	{"first surrogate", "\xed\xa0\x80", 0},
	{"last surrogate", "\xed\xbf\xbf", 0},
	{"overlong NUL", "\xc0\x80", 0},
	{"overlong of two", "\xc1\xbf", 0},
	{"overlong of three", "\xe0\x9f\xbf", 0},
	{"overlong of four", "\xf0\x8f\xbf\xbf", 0},
	{"five bytes", "\xf8\x88\x80\x80\x80", 0},
	{"follower alone", "\x80", 0},
	{"0xff", "\xff", 0},
	{"cut after one of two", "\xc3", 0},
	{"cut after two of three", "\xe2\x82", 0},
	{"cut after three of four", "\xf0\x9f\x98", 0},
	{"no follower", "\xc3(", 0},
};

static void measures_well_formed_characters(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(characters); i++) {
		/* A copy of its own, so that reading on behind the NUL is seen. */
		char *exact = malloc(strlen(characters[i].bytes) + 1);

		memcpy(exact, characters[i].bytes, strlen(characters[i].bytes) + 1);
		SAME_NUMBER(unit, characters[i].name, text_utf8(exact), characters[i].length);
		free(exact);
	}
}

static void counts_columns_by_character(struct unit *unit)
{
	SAME_NUMBER(unit, "empty", text_columns(""), 0);
	SAME_NUMBER(unit, "ASCII", text_columns("abc"), 3);
	SAME_NUMBER(unit, "umlaut", text_columns("gr\xc3\xbc\xc3\x9f"), 4);
	SAME_NUMBER(unit, "euro and smile", text_columns("\xe2\x82\xac\xf0\x9f\x98\x80"), 2);
}

static const struct CMUnitTest tests[] = {
	UNIT(buffers_grow_and_stay_terminated),     UNIT(formats_of_any_length_fit),
	UNIT(compares_whole_texts_and_ends),        UNIT(knows_the_loaders_wild_characters),
	UNIT(matches_component_by_component),       UNIT(finds_the_nearest_word),
	UNIT(shows_nothing_that_steers_a_terminal), UNIT(measures_well_formed_characters),
	UNIT(counts_columns_by_character),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
