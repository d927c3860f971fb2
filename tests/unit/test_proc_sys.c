#include "system/proc_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

static void plant(struct unit *unit)
{
	unit_write(unit, "proc/sys/net/ipv4/tcp_fin_timeout", "60\n");
	unit_write(unit, "proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
	unit_write(unit, "proc/sys/net/ipv4/bare", "1");
	unit_write(unit, "proc/sys/net/ipv4/empty", "");
	unit_write(unit, "proc/sys/net/ipv4/newline", "\n");
	unit_write(unit, "proc/sys/net/ipv4/newlines", "a\n\n");
	unit_write(unit, "proc/sys/net/ipv4/lines", "a\nb\n");
	unit_write(unit, "proc/sys/net/ipv4/blanks", " a \n");
	unit_write(unit, "proc/sys/net/ipv4/conf/all/rp_filter", "0\n");
	unit_write(unit, "proc/sys/net/ipv4/conf/eth0.100/rp_filter", "2\n");
	unit_write(unit, "proc/sys/net/ipv4/conf/eth0/rp_filter", "1\n");
	unit_write(unit, "proc/sys/net/ipv4/conf/eth0/log_martians", "0\n");
	unit_write(unit, "proc/sys/net/ipv4/conf/lo/rp_filter", "0\n");
	unit_write(unit, "proc/sys/net/netfilter/nf_log/0", "NONE\n");
	unit_write(unit, "etc/secret", "not a key\n");
	unit_link(unit, "proc/sys/net/ipv4/link", "tcp_fin_timeout");
	unit_link(unit, "proc/sys/net/ipv4/outside", "/etc/secret");
	unit_link(unit, "proc/sys/net/linked", "ipv4");
}

static bool open_proc_sys(struct unit *unit, struct proc_sys *proc_sys)
{
	struct error err;

	return HOLDS(unit, "open", proc_sys_open(unit_tree(unit), proc_sys, &err));
}

static const struct {
	const char *name, *path;
	enum live_state state;
	const char *value;
	enum live_gap gap;
	const char *module;
} reads[] = {
	{"a value", "net/ipv4/tcp_fin_timeout", LIVE_READ, "60", GAP_KEY, NULL},
	{"tabs are kept", "net/ipv4/tcp_rmem", LIVE_READ, "4096\t131072\t6291456", GAP_KEY, NULL},
	{"no newline", "net/ipv4/bare", LIVE_READ, "1", GAP_KEY, NULL},
	{"empty", "net/ipv4/empty", LIVE_READ, "", GAP_KEY, NULL},
	{"only a newline", "net/ipv4/newline", LIVE_READ, "", GAP_KEY, NULL},
	{"only the final newline goes", "net/ipv4/newlines", LIVE_READ, "a\n", GAP_KEY, NULL},
	{"several lines", "net/ipv4/lines", LIVE_READ, "a\nb", GAP_KEY, NULL},
	{"blanks are kept", "net/ipv4/blanks", LIVE_READ, " a ", GAP_KEY, NULL},
	{"an interface with a dot", "net/ipv4/conf/eth0.100/rp_filter", LIVE_READ, "2", GAP_KEY, NULL},
	{"only the file is missing", "net/ipv4/nosuch", LIVE_MISSING, NULL, GAP_KEY, NULL},
	{"the file of an interface", "net/ipv4/conf/lo/log_martians", LIVE_MISSING, NULL, GAP_KEY, NULL},
	{"the interface", "net/ipv4/conf/eth9/rp_filter", LIVE_MISSING, NULL, GAP_INSTANCE, NULL},
	{"the stack", "net/ipv6/conf/all/accept_ra", LIVE_MISSING, NULL, GAP_FAMILY, NULL},
	{"an interface of a missing stack", "net/ipv6/conf/eth9/accept_ra", LIVE_MISSING, NULL, GAP_FAMILY, NULL},
	{"the module's folder", "net/bridge/bridge-nf-call-iptables", LIVE_MISSING, NULL, GAP_FAMILY, "br_netfilter"},
	{"a folder on the way", "abi/x/y", LIVE_MISSING, NULL, GAP_KEY, NULL},
	{"below a file", "net/ipv4/tcp_rmem/x", LIVE_MISSING, NULL, GAP_KEY, NULL},
};

static void values_are_read_whole_or_the_gap_is_told(struct unit *unit)
{
	struct proc_sys proc_sys;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		struct observed_live live = {.state = LIVE_UNASKED};

		proc_sys_read(&unit->arena, &proc_sys, reads[i].path, &live);
		SAME_NUMBER(unit, reads[i].name, live.state, reads[i].state);
		SAME_TEXT(unit, reads[i].name, live.value, reads[i].value);
		if (reads[i].state == LIVE_MISSING) {
			SAME_NUMBER(unit, reads[i].name, live.gap, reads[i].gap);
			SAME_TEXT(unit, reads[i].name, live.module, reads[i].module);
		}
	}
	fd_close(&proc_sys.fd);
}

static void nothing_but_keys_is_read_or_written(struct unit *unit)
{
	static const char *const paths[] = {
		"net/ipv4/link",
		"net/ipv4/outside",
		"net/linked/tcp_fin_timeout",
		"net/ipv4/conf",
		"../../etc/secret",
		"/etc/secret",
		"net/../../../etc/secret",
		"net/ipv4/../../../../etc/secret",
		"",
		".",
		"/proc/self/root",
		"net/ipv4/tcp_fin_timeout/",
	};
	struct proc_sys proc_sys;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		struct observed_live live = {.state = LIVE_UNASKED};
		struct error err = {.text = ""};

		proc_sys_read(&unit->arena, &proc_sys, paths[i], &live);
		HOLDS(unit, paths[i], live.state == LIVE_MISSING || live.state == LIVE_UNREADABLE);
		HOLDS(unit, paths[i], live.value == NULL && (live.state == LIVE_MISSING || live.number != 0));
		HOLDS(unit, paths[i], !proc_sys_write(&unit->arena, &proc_sys, paths[i], "gone", &err));
		HOLDS(unit, paths[i], err.number != 0 && err.text[0] != '\0');
	}
	const struct tree *tree = unit_tree(unit);
	SAME_TEXT(unit, "outside", tree_read_line(&unit->arena, tree, "/etc/secret"), "not a key");
	SAME_TEXT(unit, "behind a link", tree_read_line(&unit->arena, tree, "/proc/sys/net/ipv4/tcp_fin_timeout"),
		  "60");
	fd_close(&proc_sys.fd);
}

static void values_of_any_length_come_whole(struct unit *unit)
{
	static const size_t lengths[] = {1,
					 254,
					 255,
					 256,
					 257,
					 511,
					 512,
					 4095,
					 4096,
					 4097,
					 30000,
					 VALUE_LONGEST - 1,
					 VALUE_LONGEST,
					 VALUE_LONGEST + 1,
					 100 * 1024,
					 (1 << 20) - 2};
	struct proc_sys proc_sys;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(lengths) * 2; i++) {
		size_t length = lengths[i / 2];
		const char *name =
			arena_printf(&unit->arena, "%zu bytes%s", length, i % 2 == 0 ? "" : " and a newline");
		char *value = arena_alloc(&unit->arena, length + 2);
		struct observed_live live;

		for (size_t j = 0; j < length; j++)
			value[j] = (char)('a' + j % 23);
		unit_write(unit, "proc/sys/net/ipv4/large",
			   i % 2 == 0 ? value : arena_printf(&unit->arena, "%s\n", value));
		proc_sys_read(&unit->arena, &proc_sys, "net/ipv4/large", &live);
		HOLDS(unit, name, live.state == LIVE_READ && live.value != NULL && strcmp(live.value, value) == 0);
	}
	fd_close(&proc_sys.fd);
}

/* Rather none than a part, which would be another value. */
static void what_is_too_long_is_not_read_at_all(struct unit *unit)
{
	static const size_t lengths[] = {1 << 20, (1 << 20) + 1, 3 << 20};
	struct proc_sys proc_sys;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		const char *name = arena_printf(&unit->arena, "%zu bytes", lengths[i]);
		char *value = arena_alloc(&unit->arena, lengths[i]);
		struct observed_live live = {.state = LIVE_UNASKED};

		memset(value, '1', lengths[i]);
		unit_write_bytes(unit, "proc/sys/net/ipv4/large", value, lengths[i]);
		proc_sys_read(&unit->arena, &proc_sys, "net/ipv4/large", &live);
		SAME_NUMBER(unit, name, live.state, LIVE_UNREADABLE);
		SAME_NUMBER(unit, name, live.number, EOVERFLOW);
		HOLDS(unit, name, live.value == NULL);
	}
	fd_close(&proc_sys.fd);
}

static void writes_are_the_value_and_a_newline(struct unit *unit)
{
	static const struct {
		const char *name, *value, *file;
	} cases[] = {
		{"a number", "30", "30\n"},  {"longer", "123456789", "123456789\n"},          {"shorter", "1", "1\n"},
		{"clears a text", "", "\n"}, {"byte for byte", " 0x1e\t# x", " 0x1e\t# x\n"},
	};
	struct proc_sys proc_sys;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = {.text = ""};

		HOLDS(unit, cases[i].name,
		      proc_sys_write(&unit->arena, &proc_sys, "net/ipv4/tcp_fin_timeout", cases[i].value, &err));
		SAME_TEXT(unit, cases[i].name,
			  tree_read_text(&unit->arena, unit_tree(unit), "/proc/sys/net/ipv4/tcp_fin_timeout", 4096),
			  cases[i].file);
	}
	struct error err;
	HOLDS(unit, "missing", !proc_sys_write(&unit->arena, &proc_sys, "net/ipv4/nosuch", "1", &err));
	SAME_NUMBER(unit, "missing", err.number, ENOENT);
	HAS_TEXT(unit, "missing", err.text, "net/ipv4/nosuch");
	HOLDS(unit, "no file was made", !tree_exists(unit_tree(unit), "/proc/sys/net/ipv4/nosuch"));
	HOLDS(unit, "a folder", !proc_sys_write(&unit->arena, &proc_sys, "net/ipv4/conf", "1", &err));
	SAME_NUMBER(unit, "a folder", err.number, EISDIR);
	fd_close(&proc_sys.fd);
}

static void mode_bits_bind_root_too(struct unit *unit)
{
	static const struct {
		const char *name, *path;
		mode_t mode;
		bool read_only;
	} cases[] = {
		{"writable", "net/ipv4/tcp_fin_timeout", 0644, false},
		{"no write bit", "net/ipv4/tcp_rmem", 0444, true},
		{"write only", "net/ipv4/bare", 0200, false},
		{"secret", "net/ipv4/empty", 0600, false},
		{"missing", "net/ipv4/nosuch", 0, false},
	};
	struct proc_sys proc_sys, none = {.fd = -1};

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (cases[i].mode != 0)
			HOLDS(unit, cases[i].name,
			      chmod(unit_path(unit, arena_printf(&unit->arena, "proc/sys/%s", cases[i].path)),
				    cases[i].mode) == 0);
		HOLDS(unit, cases[i].name, proc_sys_read_only(&proc_sys, cases[i].path) == cases[i].read_only);
	}
	HOLDS(unit, "no kernel", !proc_sys_read_only(&none, "net/ipv4/tcp_rmem"));
	fd_close(&proc_sys.fd);
}

static void wildcards_stand_for_what_is_there(struct unit *unit)
{
	static const struct {
		const char *glob, *paths;
	} cases[] = {
		{"net/ipv4/conf/*/rp_filter",
		 "net/ipv4/conf/all/rp_filter net/ipv4/conf/eth0.100/rp_filter net/ipv4/conf/eth0/rp_filter net/ipv4/conf/lo/rp_filter"},
		{"net/ipv4/conf/eth*/rp_filter", "net/ipv4/conf/eth0.100/rp_filter net/ipv4/conf/eth0/rp_filter"},
		{"net/ipv4/conf/l?/rp_filter", "net/ipv4/conf/lo/rp_filter"},
		{"net/ipv4/conf/ppp*/rp_filter", ""},
		{"net/ipv4/tcp_*", "net/ipv4/tcp_fin_timeout net/ipv4/tcp_rmem"},
		{"net/ipv6/conf/*/accept_ra", ""},
		{"net/ipv4/tcp_rmem/*", ""},
		{"net/linked/tcp_*", ""},
	};
	struct proc_sys proc_sys;
	struct error err;

	plant(unit);
	if (!open_proc_sys(unit, &proc_sys))
		return;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct desired_expansion expansion = {.glob = cases[i].glob};
		struct desired_expansions expansions = {&expansion, 1, 1};
		const char *found = "";

		HOLDS(unit, cases[i].glob, proc_sys_expand(&unit->arena, &proc_sys, &expansions, &err));
		for (size_t j = 0; j < expansion.count; j++)
			found = arena_printf(&unit->arena, "%s%s%s", found, j > 0 ? " " : "", expansion.items[j]);
		SAME_TEXT(unit, cases[i].glob, found, cases[i].paths);
	}
	fd_close(&proc_sys.fd);
}

static void a_tree_without_a_kernel_is_no_error(struct unit *unit)
{
	struct proc_sys proc_sys = {.fd = 4711};
	struct error err;
	struct desired_expansion expansion = {.glob = "net/ipv4/conf/*/rp_filter"};
	struct desired_expansions expansions = {&expansion, 1, 1};

	unit_write(unit, "etc/hostname", "image\n");
	HOLDS(unit, "no proc", proc_sys_open(unit_tree(unit), &proc_sys, &err));
	SAME_NUMBER(unit, "no proc", proc_sys.fd, -1);
	HOLDS(unit, "nothing to expand",
	      proc_sys_expand(&unit->arena, &proc_sys, &expansions, &err) && expansion.count == 0);
	unit_write(unit, "proc/sys", "a file\n");
	HOLDS(unit, "a file", proc_sys_open(unit_tree(unit), &proc_sys, &err));
	SAME_NUMBER(unit, "a file", proc_sys.fd, -1);
}

/* Of this machine: mode 0200 binds root, so opening it for reading fails, and nothing is done. */
static void write_only_keys_are_told_apart(struct unit *unit)
{
	struct tree tree = {.fd = -1};
	struct proc_sys proc_sys = {.fd = -1};
	struct observed_live live = {.state = LIVE_UNASKED};
	struct error err;

	if (!HOLDS(unit, "this host",
		   tree_open(&unit->arena, "/", &tree, &err) && proc_sys_open(&tree, &proc_sys, &err)))
		return;
	proc_sys_read(&unit->arena, &proc_sys, "net/ipv4/route/flush", &live);
	HOLDS(unit, "net.ipv4.route.flush",
	      live.state == LIVE_MISSING ||
		      (live.state == LIVE_UNREADABLE && live.number == EACCES && live.write_only));
	proc_sys_read(&unit->arena, &proc_sys, "kernel/ostype", &live);
	SAME_TEXT(unit, "kernel.ostype", live.value, "Linux");
	HOLDS(unit, "kernel.ostype", proc_sys_read_only(&proc_sys, "kernel/ostype"));
	fd_close(&proc_sys.fd);
	fd_close(&tree.fd);
}

static const struct CMUnitTest tests[] = {
	UNIT(values_are_read_whole_or_the_gap_is_told), UNIT(nothing_but_keys_is_read_or_written),
	UNIT(values_of_any_length_come_whole),          UNIT(what_is_too_long_is_not_read_at_all),
	UNIT(writes_are_the_value_and_a_newline),       UNIT(mode_bits_bind_root_too),
	UNIT(wildcards_stand_for_what_is_there),        UNIT(a_tree_without_a_kernel_is_no_error),
	UNIT(write_only_keys_are_told_apart),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
