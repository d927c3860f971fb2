#include "loader_lines.h"

#include "base/text.h"

const struct loader_lines loader_lines[] = {
	{"comments", "# a\n; b\n  # k.c = 1\n\t;k.d = 1\n#k.e = 2\nk.x = 11\n", 0, "k/x=11@6 ", "k/x=11@6 "},
	{"comments: none inline in a key", "k.x # y = 11\n", 0, "k/x # y=11@1 ", "k/x # y=11@1 "},
	{"x = 31 # text", "k.x = 31 # text\nk.y = 32 ; text\n", 0, "k/x=31 # text@1 k/y=32 ; text@2 ",
	 "k/x=31 # text@1 k/y=32 ; text@2 "},
	{"blanks", " \t k.x\t = \t 11 \t \nk.y=12\n", 0, "k/x=11@1 k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"blanks: inside a value they stay", "k.x = 1\t 2\n", 0, "k/x=1\t 2@1 ", "k/x=1\t 2@1 "},
	{"blanks: CR", "k.x = 11\r\n# x\r\n\r\nk.y = 12\r\n", 0, "k/x=11@1 k/y=12@4 ", "k/x=11@1 k/y=12@4 "},
	{"blanks: vertical tab and form feed", "k.x =\v11\f\n\fk.y\v= 12\n", 0, "k/x=11@1 k/y=12@2 ",
	 "k/x=\v11\f@1 \fk/y\v=12@2 "},
	{"blanks: lines under 2 characters", "\n \nx\n=\n-\nk.x = 11\n", 0, "k/x=11@6 ", "k/x=11@6 "},
	{"-key = value", "-k.x = 11\n", 0, "k/x=11@1 ", "k/x=11@1 "},
	{"- key = value", "- k.x = 11\n", 0, " k/x=11@1 ", "k/x=11@1 "},
	{"-key without =", "-k.x\n  -k.y \t\r\n", 0, "-k/x@1 -k/y@2 ", "-k/x@1 -k/y@2 "},
	{"-key without =: blank behind the dash", "- k.x\n", 0, "- k/x@1 ", "-k/x@1 "},
	{"-key without =: a comment behind", "-k.x # no\n", 0, "-k/x # no@1 ", "-k/x # no@1 "},
	{"line without = and dash", "k.x 11\nk.y\nk.z: 5\nk.a = 1\n", 0, "k/a=1@4 ", "k/a=1@4 "},
	{"the same key twice", "k.x = 11\nk.y = 12\nk/x = 13\n", 0, "k/x=11@1 k/y=12@2 k/x=13@3 ",
	 "k/x=11@1 k/y=12@2 k/x=13@3 "},
	{"separators: dots and slashes",
	 "net.ipv4.conf.eth0/100.x = 1\nnet/ipv4/conf/eth0.100/x = 2\nnet.ipv4.conf.eth0.100.x = 3\n", 0,
	 "net/ipv4/conf/eth0.100/x=1@1 net/ipv4/conf/eth0.100/x=2@2 net/ipv4/conf/eth0/100/x=3@3 ",
	 "net/ipv4/conf/eth0.100/x=1@1 net/ipv4/conf/eth0.100/x=2@2 net/ipv4/conf/eth0/100/x=3@3 "},
	{"separators: mixed", "k/a.x = 1\nk.a/x = 2\n", 0, "k/a.x=1@1 k/a.x=2@2 ", "k/a.x=1@1 k/a.x=2@2 "},
	{"separators: a leading slash", "/k/x = 1\n//k/y = 2\n/k.z = 3\n.k.a = 4\n", 0,
	 "k/x=1@1 k/y=2@2 k.z=3@3 k/a=4@4 ", "k/x=1@1 k/y=2@2 k.z=3@3 k/a=4@4 "},
	{"separators: doubled", "k//x = 1\nk..y = 2\nk/./z = 3\nk./.a = 4\n", 0, "k/x=1@1 k/y=2@2 k/z=3@3 k/a=4@4 ",
	 "k/x=1@1 k/y=2@2 k/z=3@3 k/a=4@4 "},
	{".. in a key", "k/../k/x = 1\nk.//.k.y = 2\n", 0, "k/x=1@1 k/y=2@2 ", ""},
	{".. in a key: above /proc/sys", "k/../../x = 1\n/../../etc/x = 2\n", 0, "", ""},
	{".. in a key: out and back", "/../sys/k/x = 1\nk/../../sys/k/y = 2\n", 0, "k/x=1@1 k/y=2@2 ", ""},
	{"globs", "k.*.x = 1\nk.?.x = 2\nk.[ab].x = 3\n-k.*.x\n", 0, "k/*/x=1@1 k/?/x=2@2 k/[ab]/x=3@3 -k/*/x@4 ",
	 "k/*/x=1@1 k/?/x=2@2 k/[ab]/x=3@3 -k/*/x@4 "},
	{"quotes", "k.x = \"11\"\nk.y = 'a b'\n\"k.z\" = 1\n", 0, "k/x=\"11\"@1 k/y='a b'@2 \"k/z\"=1@3 ",
	 "k/x=\"11\"@1 k/y='a b'@2 \"k/z\"=1@3 "},
	{"= in the value", "k.x = a = b\nk.y == 13\n", 0, "k/x=a = b@1 k/y== 13@2 ", "k/x=a = b@1 k/y== 13@2 "},
	{"empty value", "k.x =\nk.y=\nk.z = \t\n", 0, "k/x=@1 k/y=@2 k/z=@3 ", "k/x=@1 k/y=@2 k/z=@3 "},
	{"empty key", "= 5\n-= 6\n - = 7\n", 0, "", ""},
	{"byte order mark", "\xef\xbb\xbfk.x = 11\nk.y = 12\n", 0, "\xef\xbb\xbfk/x=11@1 k/y=12@2 ",
	 "\xef\xbb\xbfk/x=11@1 k/y=12@2 "},
	{"byte order mark before a comment", "\xef\xbb\xbf# x\nk.y = 12\n", 0, "k/y=12@2 ", "k/y=12@2 "},
	{"last line without newline", "k.x = 11\nk.y = 12", 0, "k/x=11@1 k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"last line of two characters", "k.x = 11\n=1", 0, "k/x=11@1 ", "k/x=11@1 "},
	{"nothing", "", 0, "", ""},
	{"only newlines", "\n\n\n", 0, "", ""},
	/* Measured (tests/differential), not in the table. */
	{"a lone CR ends a line for systemd", "# comment\rk.x = 11\nk.y = 12\n", 0, "k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"CR in front", "k.x = 11\n\rk.y = 12\n", 0, "k/x=11@1 k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"NUL in a value", "k.x = 11\00022\nk.y = 12\n", 21, "k/x=11@1 k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"NUL in a comment", "# x\0k.x = 11\nk.y = 12\n", 22, "k/y=12@2 ", "k/x=11@1 k/y=12@2 "},
	{"two dashes", "--k.x = 11\n", 0, "k/x=11@1 ", "-k/x=11@1 "},
};
const size_t loader_lines_count = COUNT_OF(loader_lines);

const char *loader_lines_describe(struct unit *unit, const char *name, const struct sysctl_file *file,
				  const struct assignments *assignments)
{
	struct text text = {.arena = &unit->arena};

	text_string(&text, "");
	for (size_t i = 0; i < assignments->count; i++) {
		const struct assignment *each = &assignments->items[i];
		size_t length = each->value_end - each->value_start;

		text_format(&text, "%s%s%s%s@%u ", each->value == NULL ? "-" : "", each->path,
			    each->value == NULL ? "" : "=", each->value == NULL ? "" : each->value, each->line);
		HOLDS(unit, name, each->glob == text_is_glob(each->path));
		if (each->value == NULL)
			continue;
		HOLDS(unit, name, each->value_start <= each->value_end && each->value_end <= file->length);
		HOLDS(unit, name,
		      strlen(each->value) == length &&
			      memcmp(file->bytes + each->value_start, each->value, length) == 0);
	}
	return text.bytes;
}
