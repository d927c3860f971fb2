#include "core/key.h"

#include "unit.h"

static const struct {
	const char *name, *text;
	size_t length; /* 0: as long as the text */
	const char *path, *shown;
	bool glob;
} good[] = {
	{"dots", "net.ipv4.tcp_fin_timeout", 0, "net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", false},
	{"slashes", "net/ipv4/tcp_fin_timeout", 0, "net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", false},
	{"interface, swapped", "net.ipv4.conf.eth0/100.rp_filter", 0, "net/ipv4/conf/eth0.100/rp_filter",
	 "net.ipv4.conf.eth0/100.rp_filter", false},
	{"interface, slashes", "net/ipv4/conf/eth0.100/rp_filter", 0, "net/ipv4/conf/eth0.100/rp_filter",
	 "net.ipv4.conf.eth0/100.rp_filter", false},
	{"two components", "kernel.panic", 0, "kernel/panic", "kernel.panic", false},
	{"the length counts", "kernel.panic_on_oops", 12, "kernel/panic", "kernel.panic", false},
	{"wildcard", "net.ipv4.conf.*.rp_filter", 0, "net/ipv4/conf/*/rp_filter", "net.ipv4.conf.*.rp_filter", true},
	{"wildcard in the last", "net.ipv4.tcp_*", 0, "net/ipv4/tcp_*", "net.ipv4.tcp_*", true},
	{"question and set in one", "net/ipv4/conf/v?[0-9]*/rp_filter", 0, "net/ipv4/conf/v?[0-9]*/rp_filter",
	 "net.ipv4.conf.v?[0-9]*.rp_filter", true},
	{"wildcard with a swapped dot", "net.ipv4.conf.eth0/*.rp_filter", 0, "net/ipv4/conf/eth0.*/rp_filter",
	 "net.ipv4.conf.eth0/*.rp_filter", true},
	{"three dots are a name", "net/ipv4/conf/.../rp_filter", 0, "net/ipv4/conf/.../rp_filter",
	 "net.ipv4.conf.///.rp_filter", false},
	{"a hidden name", "net/ipv4/conf/.x/rp_filter", 0, "net/ipv4/conf/.x/rp_filter", "net.ipv4.conf./x.rp_filter",
	 false},
	{"dash inside", "net.bridge.bridge-nf-call-iptables", 0, "net/bridge/bridge-nf-call-iptables",
	 "net.bridge.bridge-nf-call-iptables", false},
	{"colon and at sign", "net.ipv4.conf.a:b@c.x", 0, "net/ipv4/conf/a:b@c/x", "net.ipv4.conf.a:b@c.x", false},
	{"letters beyond ASCII", "net.ipv4.conf.\xc3\xbc.x", 0, "net/ipv4/conf/\xc3\xbc/x", "net.ipv4.conf.\xc3\xbc.x",
	 false},
};

static void both_spellings_are_one_key(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct key key = {0}, again = {0};
		struct error err = {.text = ""};
		size_t length = good[i].length > 0 ? good[i].length : strlen(good[i].text);

		HOLDS(unit, good[i].name, key_parse(&unit->arena, good[i].text, length, &key, &err));
		SAME_TEXT(unit, good[i].name, err.text, "");
		SAME_TEXT(unit, good[i].name, key.path, good[i].path);
		HOLDS(unit, good[i].name, key.glob == good[i].glob);
		const char *name = key_name(&unit->arena, good[i].path);
		SAME_TEXT(unit, good[i].name, name, good[i].shown);
		HOLDS(unit, good[i].name, key_parse(&unit->arena, name, strlen(name), &again, &err));
		SAME_TEXT(unit, "the dotted form read again", again.path, good[i].path);
	}
}

static const struct {
	const char *name, *text;
	size_t length;
} bad[] = {
	{"empty", "", 0},
	{"one component", "kernel", 0},
	{"only a dot", ".", 0},
	{"only a slash", "/", 0},
	{"leading dot", ".net.ipv4.x", 0},
	{"leading slash", "/net/ipv4/x", 0},
	{"the whole path", "/proc/sys/net/ipv4/x", 0},
	{"last dot", "net.ipv4.", 0},
	{"last slash", "net/ipv4/", 0},
	{"empty component", "net..x", 0},
	{"empty component by slashes", "net//x", 0},
	{"this folder", "net/./x", 0},
	{"parent folder", "net/../x", 0},
	{"parent folder first", "../net/x", 0},
	{"parent folder last", "net/ipv4/..", 0},
	{"parent folder, dotted", "net.ipv4.//.x", 0},
	{"this folder, dotted", "net./.x", 0},
	{"parent folder after a wildcard", "net/*/../x", 0},
	{"blank in front", " net.ipv4.x", 0},
	{"blank behind", "net.ipv4.x ", 0},
	{"blank inside", "net.ipv4.x y", 0},
	{"tab", "net.ipv4.\tx", 0},
	{"newline behind", "net.ipv4.x\n", 0},
	{"newline and an assignment", "net.ipv4.x\nkernel.core_pattern", 0},
	{"carriage return", "net.ipv4.x\r", 0},
	{"vertical tab", "net.ipv4.x\v", 0},
	{"NUL inside", "net.ipv4.x\0y", 12},
	{"NUL behind", "net.ipv4.x\0", 11},
	{"escape", "net.ipv4.\x1b[1m", 0},
	{"delete", "net.ipv4.\x7f", 0},
	{"broken UTF-8", "net.ipv4.\xc3(", 0},
	{"UTF-8 cut at the end", "net.ipv4.x\xc3", 0},
	{"UTF-8 cut by the length", "net.ipv4.x\xc3\xbc", 11},
	{"dash, an exclusion", "-net.ipv4.x", 0},
	{"hash, a comment", "#net.ipv4.x", 0},
	{"semicolon, a comment", ";net.ipv4.x", 0},
	{"equals sign", "net.ipv4.x=1", 0},
	{"quotes", "\"net.ipv4.x\"", 0},
	{"single quote", "net.ipv4.'x", 0},
	{"backslash", "net.ipv4.\\x", 0},
	{"braces", "net.ipv4.{x,y}", 0},
	{"wildcard first", "*.ipv4.x", 0},
	{"set first", "[kn]et.ipv4.x", 0},
	{"wildcard alone", "*", 0},
	{"two wildcards", "net.*.conf.*.x", 0},
	{"question and star apart", "net.ipv?.tcp_*", 0},
};

static void refuses_what_means_something_else_in_a_sysctl_file(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct key key = {.path = "untouched"};
		struct error err = {.text = ""};
		size_t length = bad[i].length > 0 ? bad[i].length : strlen(bad[i].text);

		HOLDS(unit, bad[i].name, !key_parse(&unit->arena, bad[i].text, length, &key, &err));
		SAME_TEXT(unit, bad[i].name, key.path, "untouched");
		HOLDS(unit, bad[i].name, err.text[0] != '\0');
	}
}

static void bounds_the_length(struct unit *unit)
{
	char text[KEY_LONGEST + 2];
	struct key key;
	struct error err;

	memset(text, 'a', sizeof(text));
	memcpy(text, "net.", 4);
	HOLDS(unit, "the longest", key_parse(&unit->arena, text, KEY_LONGEST, &key, &err));
	HOLDS(unit, "one more", !key_parse(&unit->arena, text, KEY_LONGEST + 1, &key, &err));
	for (size_t i = 1; i < sizeof(text) - 1; i += 2)
		text[i] = '.';
	HOLDS(unit, "as many components as fit", key_parse(&unit->arena, text, KEY_LONGEST - 1, &key, &err));
	char *huge = arena_alloc(&unit->arena, 1 << 20);
	memset(huge, 'a', 1 << 20);
	HOLDS(unit, "a megabyte", !key_parse(&unit->arena, huge, 1 << 20, &key, &err));
}

static const struct {
	const char *text, *swapped;
} swaps[] = {
	{"", ""},           {"a", "a"},           {"a.b", "a/b"},         {"a/b", "a/b"},
	{"a.b/c", "a/b.c"}, {"a/b.c", "a/b.c"},   {".a/b", "/a.b"},       {"/a.b", "/a.b"},
	{"..", "//"},       {"a.//.b", "a/../b"}, {"a b.c=d", "a b/c=d"},
};

static void the_first_separator_decides(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(swaps); i++) {
		char *text = arena_string(&unit->arena, swaps[i].text);

		key_swap(text);
		SAME_TEXT(unit, swaps[i].text, text, swaps[i].swapped);
	}
}

static const struct {
	const char *name, *glob, *path, *instance; /* NULL: does not match */
} instances[] = {
	{"interface", "net/ipv4/conf/*/rp_filter", "net/ipv4/conf/eth0/rp_filter", "eth0"},
	{"interface with a dot", "net/ipv4/conf/*/rp_filter", "net/ipv4/conf/eth0.100/rp_filter", "eth0.100"},
	{"all is an instance too", "net/ipv4/conf/*/rp_filter", "net/ipv4/conf/all/rp_filter", "all"},
	{"a part of the name", "net/ipv4/conf/veth*/rp_filter", "net/ipv4/conf/veth12/rp_filter", "veth12"},
	{"wildcard in the middle", "net/ipv4/conf/e*0/x", "net/ipv4/conf/eth0/x", "eth0"},
	{"wildcard at the end", "net/ipv4/tcp_*", "net/ipv4/tcp_rmem", "tcp_rmem"},
	{"set", "net/ipv[46]/conf", "net/ipv6/conf", "ipv6"},
	{"other name", "net/ipv4/conf/veth*/rp_filter", "net/ipv4/conf/eth0/rp_filter", NULL},
	{"other key", "net/ipv4/conf/*/rp_filter", "net/ipv4/conf/eth0/log_martians", NULL},
	{"other folder", "net/ipv4/conf/*/x", "net/ipv6/conf/eth0/x", NULL},
	{"deeper", "net/ipv4/conf/*", "net/ipv4/conf/eth0/x", NULL},
	{"higher", "net/ipv4/conf/*/x", "net/ipv4/conf/x", NULL},
};

static void wildcards_stand_for_one_component(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(instances); i++) {
		bool matches = key_matches(instances[i].glob, instances[i].path);

		HOLDS(unit, instances[i].name, matches == (instances[i].instance != NULL));
		if (matches && instances[i].instance != NULL)
			SAME_TEXT(unit, instances[i].name,
				  key_instance(&unit->arena, instances[i].glob, instances[i].path),
				  instances[i].instance);
	}
}

static void finds_the_component_with_the_wildcard(struct unit *unit)
{
	static const struct {
		const char *path, *component;
	} cases[] = {
		{"net/ipv4/conf/*/rp_filter", "*"}, {"net/ipv4/conf/eth0.*/rp_filter", "eth0.*"},
		{"net/ipv4/tcp_*", "tcp_*"},        {"net/[ab]c", "[ab]c"},
		{"net/a?b*c/d", "a?b*c"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t start = 4711, end = 4711;

		key_wildcard(cases[i].path, &start, &end);
		if (HOLDS(unit, cases[i].path, start <= end && end <= strlen(cases[i].path)))
			SAME_TEXT(unit, cases[i].path, arena_copy(&unit->arena, cases[i].path + start, end - start),
				  cases[i].component);
	}
}

static const struct CMUnitTest tests[] = {
	UNIT(both_spellings_are_one_key),
	UNIT(refuses_what_means_something_else_in_a_sysctl_file),
	UNIT(bounds_the_length),
	UNIT(the_first_separator_decides),
	UNIT(wildcards_stand_for_one_component),
	UNIT(finds_the_component_with_the_wildcard),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
