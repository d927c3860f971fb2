#include "host.h"

#include <fcntl.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/digest.h"
#include "../base/number.h"
#include "../base/text.h"

/* Only this program derives identifiers with this key, so nobody can tell the machine-id from one (machine-id(5)). */
static const char application_key[] = "holdfast.host-id/1:c3d1c0de-6f5d-4f4e-9a4c-3b2d6f1f0b7a:";

enum { BIG_FILE = 4 << 20 };

static void name_of_tree(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *version = tree_read_line(arena, tree, "/proc/version");

	facts->host_name = tree_read_line(arena, tree, "/etc/hostname");
	/* "Linux version 6.1.0-18-amd64 (debian-kernel@...) ..." */
	if (version != NULL && text_starts(version, "Linux version ")) {
		const char *release = version + strlen("Linux version ");

		facts->kernel = arena_copy(arena, release, strcspn(release, " "));
	}
}

static void names_and_kernel(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	struct utsname uts;

	if (!tree->is_host) {
		name_of_tree(arena, tree, facts);
	} else if (uname(&uts) == 0) {
		facts->host_name = arena_string(arena, uts.nodename);
		facts->kernel = arena_string(arena, uts.release);
		facts->arch = arena_string(arena, uts.machine);
	}
	if (facts->host_name != NULL && facts->host_name[0] == '\0')
		facts->host_name = NULL;
	if (facts->kernel != NULL)
		facts->kernel_version = facts_version_read(facts->kernel);
}

static void memory(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *text = tree_read_text(arena, tree, "/proc/meminfo", BIG_FILE);
	const char *total = text == NULL ? NULL : strstr(text, "MemTotal:");

	if (total == NULL)
		return;
	total += strlen("MemTotal:");
	total += strspn(total, " ");
	uint64_t kilobytes;
	if (number_decimal(total, strspn(total, "0123456789"), UINT64_MAX / 1024, &kilobytes))
		facts->memory_bytes = kilobytes * 1024;
}

/* "0-3,8" is five. */
static void cpus(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *text = tree_read_line(arena, tree, "/sys/devices/system/cpu/online");

	while (text != NULL && *text != '\0') {
		uint64_t first, last;
		size_t length = strspn(text, "0123456789");

		if (!number_decimal(text, length, 65535, &first))
			return;
		last = first;
		text += length;
		if (*text == '-') {
			length = strspn(text + 1, "0123456789");
			if (!number_decimal(text + 1, length, 65535, &last) || last < first)
				return;
			text += 1 + length;
		}
		facts->cpus += (unsigned)(last - first + 1);
		text += *text == ',';
	}
}

/* The value of NAME=value or NAME="value" (os-release(5)). */
static const char *assigned(struct arena *arena, const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0 || line[length] != '=')
			continue;
		const char *value = line + length + 1;
		size_t end = strcspn(value, "\n");
		bool quoted = end >= 2 && (value[0] == '"' || value[0] == '\'') && value[end - 1] == value[0];

		return quoted ? arena_copy(arena, value + 1, end - 2) : arena_copy(arena, value, end);
	}
	return NULL;
}

static void os(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *text = tree_read_text(arena, tree, "/etc/os-release", BIG_FILE);

	if (text == NULL)
		text = tree_read_text(arena, tree, "/usr/lib/os-release", BIG_FILE);
	if (text == NULL)
		return;
	facts->os_id = assigned(arena, text, "ID");
	facts->os_version = assigned(arena, text, "VERSION_ID");
}

static void virtualization(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	static const char *const marks[] = {"/run/systemd/container", "/.dockerenv", "/run/.containerenv"};

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		if (tree_exists(tree, marks[i])) {
			facts->virtualization = "container";
			return;
		}
	}
	const char *flags = tree_read_text(arena, tree, "/proc/cpuinfo", BIG_FILE);
	bool guest = tree_exists(tree, "/sys/hypervisor/type") ||
		     (flags != NULL && strstr(flags, " hypervisor") != NULL);
	facts->virtualization = guest ? "vm" : "none";
}

static void add_name(struct arena *arena, struct facts_names *names, const char *text, size_t length, bool module)
{
	char *name = arena_copy(arena, text, length);

	for (char *c = name; module && *c != '\0'; c++)
		*c = *c == '-' ? '_' : *c;
	*ARRAY_ADD(arena, names) = name;
}

static void modules(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *line = tree_read_text(arena, tree, "/proc/modules", BIG_FILE);

	for (; line != NULL && *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
		add_name(arena, &facts->modules, line, strcspn(line, " \n"), true);
	struct tree_names names;
	tree_list(arena, tree, "/sys/module", &names);
	for (size_t i = 0; i < names.count; i++)
		add_name(arena, &facts->modules, names.items[i], strlen(names.items[i]), true);
}

/* /proc/net/dev is of the caller's network namespace; /sys/class/net need not be. */
static void interfaces(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *line = tree_read_text(arena, tree, "/proc/net/dev", BIG_FILE);

	for (; line != NULL && *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *name = line + strspn(line, " ");
		size_t length = strcspn(name, ":|\n");

		if (name[length] == ':')
			add_name(arena, &facts->interfaces, name, length, false);
	}
}

/* As ip-netns(8) tells them apart. The folder of another host has no processes, and so none. */
static const char *network_namespace(struct arena *arena)
{
	struct stat status;

	return stat("/proc/self/ns/net", &status) != 0
		       ? NULL
		       : arena_printf(arena, "%llu:%llu", (unsigned long long)status.st_dev,
				      (unsigned long long)status.st_ino);
}

/* Asking changes nothing and needs no right (adjtimex(2)). */
static enum facts_clock clock_state(void)
{
	struct timex asked = {0};
	int state = adjtimex(&asked);

	return state < 0 ? FACTS_CLOCK_UNKNOWN : state == TIME_ERROR ? FACTS_CLOCK_UNSET : FACTS_CLOCK_SET;
}

static void identity(struct arena *arena, const struct tree *tree, struct facts *facts)
{
	const char *machine = tree_read_line(arena, tree, "/etc/machine-id");
	const char *uptime = tree_read_line(arena, tree, "/proc/uptime");
	uint64_t seconds;

	if (machine != NULL && strlen(machine) == 32 && strspn(machine, "0123456789abcdef") == 32)
		facts->host_id = digest_uuid(arena, application_key, machine);
	facts->network = tree->is_host ? network_namespace(arena) : NULL;
	facts->boot_id = tree_read_line(arena, tree, "/proc/sys/kernel/random/boot_id");
	facts->clock = tree->is_host ? clock_state() : FACTS_CLOCK_UNKNOWN;
	facts->uptime_s = -1;
	if (uptime != NULL && number_decimal(uptime, strspn(uptime, "0123456789"), INT64_MAX, &seconds))
		facts->uptime_s = (double)seconds;
}

void host_facts(struct arena *arena, const struct tree *tree, unsigned parts, struct facts *facts)
{
	static const struct {
		enum facts_part part;
		void (*collect)(struct arena *arena, const struct tree *tree, struct facts *facts);
	} collectors[] = {
		{FACTS_MEMORY, memory},
		{FACTS_CPUS, cpus},
		{FACTS_OS, os},
		{FACTS_VIRTUALIZATION, virtualization},
		{FACTS_MODULES, modules},
		{FACTS_INTERFACES, interfaces},
		{FACTS_IDENTITY, identity},
	};

	if (facts->kernel == NULL && facts->host_name == NULL)
		names_and_kernel(arena, tree, facts);
	for (size_t i = 0; i < COUNT_OF(collectors); i++) {
		if ((parts & collectors[i].part) != 0)
			collectors[i].collect(arena, tree, facts);
	}
}
