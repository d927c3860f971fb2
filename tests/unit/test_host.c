#include "system/host.h"

#include "core/condition.h"
#include "unit.h"

static void plant(struct unit *unit)
{
	unit_write(unit, "etc/hostname", "web-07\n");
	unit_write(unit, "proc/version",
		   "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP\n");
	unit_write(unit, "proc/meminfo", "MemTotal:       24576000 kB\nMemFree:        1000 kB\n");
	unit_write(unit, "sys/devices/system/cpu/online", "0-3,8\n");
	unit_write(unit, "etc/os-release", "PRETTY_NAME=\"Debian\"\nVERSION_ID=\"12\"\nNOID=x\nID=debian\n");
	unit_write(unit, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	unit_write(unit, "proc/uptime", "86400.53 12345.67\n");
	unit_write(unit, "proc/sys/kernel/random/boot_id", "5b2a0c4e-0000-4000-8000-000000000000\n");
	unit_write(unit, "proc/modules", "nf_conntrack 172032 1 nf_nat, Live 0x0\nsnd-hda 5 0 - Live 0x0\n");
	unit_make_folder(unit, "sys/module/br_netfilter");
	unit_make_folder(unit, "sys/module/x-y");
	unit_write(unit, "proc/net/dev",
		   "Inter-|   Receive                                                |  Transmit\n"
		   " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
		   "    lo:  100  1 0 0\n  eth0:123456 1 0 0\neth0.100: 0 0 0\n");
	unit_write(unit, "proc/cpuinfo", "flags\t\t: fpu vme\n");
}

static const char *joined(struct unit *unit, const struct facts_names *names)
{
	const char *text = "";

	for (size_t i = 0; i < names->count; i++)
		text = arena_printf(&unit->arena, "%s%s%s", text, i > 0 ? " " : "", names->items[i]);
	return text;
}

static bool has(const struct facts_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}

static void reads_the_facts_of_a_tree(struct unit *unit)
{
	struct facts facts = {0};

	plant(unit);
	host_facts(&unit->arena, unit_tree(unit), FACTS_ALL, &facts);
	SAME_TEXT(unit, "name", facts.host_name, "web-07");
	SAME_TEXT(unit, "kernel", facts.kernel, "6.1.0-18-amd64");
	SAME_NUMBER(unit, "kernel", facts.kernel_version.major * 100 + facts.kernel_version.minor, 601);
	SAME_NUMBER(unit, "memory", facts.memory_bytes, 24576000LL * 1024);
	SAME_NUMBER(unit, "processors", facts.cpus, 5);
	SAME_TEXT(unit, "distribution", facts.os_id, "debian");
	SAME_TEXT(unit, "its version", facts.os_version, "12");
	SAME_TEXT(unit, "virtualization", facts.virtualization, "none");
	SAME_TEXT(unit, "boot", facts.boot_id, "5b2a0c4e-0000-4000-8000-000000000000");
	HOLDS(unit, "uptime", facts.uptime_s >= 86400 && facts.uptime_s < 86401);
	SAME_TEXT(unit, "interfaces", joined(unit, &facts.interfaces), "lo eth0 eth0.100");
	HOLDS(unit, "loaded module", has(&facts.modules, "nf_conntrack") && has(&facts.modules, "snd_hda"));
	HOLDS(unit, "module built in", has(&facts.modules, "br_netfilter") && has(&facts.modules, "x_y"));
	HOLDS(unit, "dashes are written as underscores",
	      !has(&facts.modules, "snd-hda") && !has(&facts.modules, "x-y"));
}

static void what_is_not_asked_for_is_not_collected(struct unit *unit)
{
	struct facts facts = {0};

	plant(unit);
	host_facts(&unit->arena, unit_tree(unit), 0, &facts);
	SAME_TEXT(unit, "always", facts.kernel, "6.1.0-18-amd64");
	HOLDS(unit, "nothing else",
	      facts.memory_bytes == 0 && facts.cpus == 0 && facts.os_id == NULL && facts.virtualization == NULL &&
		      facts.modules.count == 0 && facts.interfaces.count == 0 && facts.host_id == NULL);
	host_facts(&unit->arena, unit_tree(unit), FACTS_CPUS, &facts);
	SAME_NUMBER(unit, "added later", facts.cpus, 5);
	HOLDS(unit, "and no more", facts.memory_bytes == 0);
}

static void an_empty_tree_has_unknown_facts(struct unit *unit)
{
	struct facts facts = {0};
	static const enum condition_subject subjects[] = {CONDITION_KERNEL, CONDITION_HOST,   CONDITION_ARCH,
							  CONDITION_OS,     CONDITION_MODULE, CONDITION_INTERFACE};

	unit_make_folder(unit, "etc");
	host_facts(&unit->arena, unit_tree(unit), FACTS_ALL, &facts);
	HOLDS(unit, "numbers", facts.memory_bytes == 0 && facts.cpus == 0 && facts.uptime_s < 0);
	HOLDS(unit, "names",
	      facts.os_id == NULL && facts.os_version == NULL && facts.host_id == NULL && facts.boot_id == NULL);
	SAME_NUMBER(unit, "kernel", facts.kernel_version.parts, 0);
	/* condition.h: an unknown fact makes a test false. */
	for (size_t i = 0; i < COUNT_OF(subjects); i++) {
		const char *text = subjects[i] == CONDITION_KERNEL ? ">= 0.0" : "*";
		struct condition_entry entry = {subjects[i], &text, 1, 1};
		struct condition condition = {&entry, 1, 1};

		HOLDS(unit, condition_names[subjects[i]], !condition_holds(&condition, &facts));
	}
}

static const struct {
	const char *text;
	unsigned cpus;
} processors[] = {
	{"0\n", 1}, {"0-1\n", 2}, {"0-3,8\n", 5}, {"0,2,4\n", 3}, {"0-127\n", 128}, {"5-5\n", 1}, {"0-3,8-11,16", 9},
};

static void counts_processors_in_ranges(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(processors); i++) {
		struct facts facts = {0};

		unit_write(unit, "sys/devices/system/cpu/online", processors[i].text);
		host_facts(&unit->arena, unit_tree(unit), FACTS_CPUS, &facts);
		SAME_NUMBER(unit, processors[i].text, facts.cpus, processors[i].cpus);
	}
	static const char *const odd[] = {"", "\n", "x", "3-1\n", "0-", "-1", "0-99999999999999999999", "0 1", ",,,"};
	for (size_t i = 0; i < COUNT_OF(odd); i++) {
		struct facts facts = {0};

		unit_write(unit, "sys/devices/system/cpu/online", odd[i]);
		host_facts(&unit->arena, unit_tree(unit), FACTS_CPUS, &facts);
		HOLDS(unit, "ends, with no absurd number", facts.cpus < 65536);
	}
}

static const struct {
	const char *name, *text, *id, *version;
} releases[] = {
	{"plain", "ID=debian\nVERSION_ID=12\n", "debian", "12"},
	{"double quotes", "ID=\"centos\"\nVERSION_ID=\"7\"\n", "centos", "7"},
	{"single quotes", "ID='alpine'\n", "alpine", NULL},
	{"other names around", "ID_LIKE=debian\nBUG_ID=x\nVERSION_ID=1\nID=ubuntu\n", "ubuntu", "1"},
	{"no newline at the end", "ID=arch", "arch", NULL},
	{"a comment", "#ID=x\nID=arch\n", "arch", NULL},
	{"empty", "", NULL, NULL},
	{"an empty value", "ID=\nVERSION_ID=\"\"\n", "", ""},
	{"a lone quote", "ID=\"\n", "\"", NULL},
	{"no such line", "NAME=x\n", NULL, NULL},
};

static void reads_os_release(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(releases); i++) {
		struct facts facts = {0};

		unit_write(unit, "etc/os-release", releases[i].text);
		host_facts(&unit->arena, unit_tree(unit), FACTS_OS, &facts);
		SAME_TEXT(unit, releases[i].name, facts.os_id, releases[i].id);
		SAME_TEXT(unit, releases[i].name, facts.os_version, releases[i].version);
	}
	unit_clear(unit);
	unit_write(unit, "usr/lib/os-release", "ID=fedora\n");
	struct facts facts = {0};
	host_facts(&unit->arena, unit_tree(unit), FACTS_OS, &facts);
	SAME_TEXT(unit, "the vendor's", facts.os_id, "fedora");
	unit_link(unit, "etc/os-release", "../usr/lib/os-release");
	host_facts(&unit->arena, unit_tree(unit), FACTS_OS, &facts);
	SAME_TEXT(unit, "by a link", facts.os_id, "fedora");
}

static void the_machine_id_never_shows(struct unit *unit)
{
	static const struct {
		const char *name, *text;
		bool known;
	} cases[] = {
		{"whole", "0123456789abcdef0123456789abcdef\n", true},
		{"another", "0123456789abcdef0123456789abcdee\n", true},
		{"too short", "0123456789abcdef\n", false},
		{"too long", "0123456789abcdef0123456789abcdef0\n", false},
		{"letters behind", "0123456789abcdef0123456789abcdefx\n", false},
		{"not set yet", "uninitialized\n", false},
		{"empty", "", false},
		{"capitals", "0123456789ABCDEF0123456789ABCDEF\n", false},
	};
	const char *before = "";

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct facts facts = {0}, again = {0};

		unit_write(unit, "etc/machine-id", cases[i].text);
		host_facts(&unit->arena, unit_tree(unit), FACTS_IDENTITY, &facts);
		host_facts(&unit->arena, unit_tree(unit), FACTS_IDENTITY, &again);
		HOLDS(unit, cases[i].name, (facts.host_id != NULL) == cases[i].known);
		SAME_TEXT(unit, "stable", again.host_id, facts.host_id);
		if (facts.host_id == NULL)
			continue;
		SAME_NUMBER(unit, cases[i].name, strlen(facts.host_id), 36);
		HOLDS(unit, cases[i].name, strcmp(before, facts.host_id) != 0 && strstr(facts.host_id, "0123") == NULL);
		before = facts.host_id;
	}
}

static void tells_containers_and_guests(struct unit *unit)
{
	static const struct {
		const char *name, *path, *text, *kind;
	} cases[] = {
		{"bare", "proc/cpuinfo", "flags : fpu\n", "none"},
		{"guest", "proc/cpuinfo", "flags : fpu hypervisor vme\n", "vm"},
		{"Xen", "sys/hypervisor/type", "xen\n", "vm"},
		{"docker", ".dockerenv", "", "container"},
		{"podman", "run/.containerenv", "", "container"},
		{"nspawn", "run/systemd/container", "systemd-nspawn\n", "container"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct facts facts = {0};

		unit_clear(unit);
		unit_write(unit, "proc/cpuinfo", "flags : fpu\n");
		unit_write(unit, cases[i].path, cases[i].text);
		host_facts(&unit->arena, unit_tree(unit), FACTS_VIRTUALIZATION, &facts);
		SAME_TEXT(unit, cases[i].name, facts.virtualization, cases[i].kind);
	}
}

static void this_host_has_facts(struct unit *unit)
{
	struct tree tree = {.fd = -1};
	struct facts facts = {0};
	struct error err;

	if (!HOLDS(unit, "open", tree_open(&unit->arena, "/", &tree, &err)))
		return;
	host_facts(&unit->arena, &tree, FACTS_ALL, &facts);
	HOLDS(unit, "kernel", facts.kernel_version.parts >= 2 && facts.kernel_version.major >= 3);
	HOLDS(unit, "size", facts.cpus >= 1 && facts.memory_bytes > 1 << 20);
	HOLDS(unit, "loopback", has(&facts.interfaces, "lo"));
	HOLDS(unit, "uptime", facts.uptime_s > 0);
	fd_close(&tree.fd);
}

static const struct CMUnitTest tests[] = {
	UNIT(reads_the_facts_of_a_tree),
	UNIT(what_is_not_asked_for_is_not_collected),
	UNIT(an_empty_tree_has_unknown_facts),
	UNIT(counts_processors_in_ranges),
	UNIT(reads_os_release),
	UNIT(the_machine_id_never_shows),
	UNIT(tells_containers_and_guests),
	UNIT(this_host_has_facts),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
