#include "loader.h"

#include <fcntl.h>

#include "../base/number.h"
#include "../base/text.h"

const char *loader_name(const struct loader *loader)
{
	return loader->kind == LOADER_SYSTEMD ? "systemd" : "procps";
}

bool loader_at_least(const struct loader *loader, unsigned major, unsigned minor, unsigned patch)
{
	if (loader->major != major)
		return loader->major > major;
	if (loader->minor != minor)
		return loader->minor > minor;
	return loader->patch >= patch;
}

/* "4.0.2", "2:3.3.17-5": the numbers after an epoch. */
static void version_read(const char *text, struct loader *loader)
{
	unsigned *const parts[] = {&loader->major, &loader->minor, &loader->patch};
	size_t epoch = strcspn(text, ":\n");

	text += text[epoch] == ':' ? epoch + 1 : 0;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		size_t length = strspn(text, "0123456789");
		uint64_t value;

		if (!number_decimal(text, length, 65535, &value))
			return;
		*parts[i] = (unsigned)value;
		text += length;
		if (*text != '.')
			return;
		text++;
	}
}

/* The library of procps in a folder. Asked for by name: the folders are long. */
static bool library_in(const struct tree *tree, const char *folder, struct loader *loader)
{
	static const struct {
		const char *name;
		unsigned major, minor, patch;
	} libraries[] = {
		{"libproc2.so.0", 4, 0, 0},   {"libproc2.so.1", 4, 0, 5},   {"libprocps.so.8", 3, 3, 17},
		{"libprocps.so.7", 3, 3, 15}, {"libprocps.so.6", 3, 3, 12},
	};

	for (size_t i = 0; i < COUNT_OF(libraries); i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, libraries[i].name);
		if (!tree_exists(tree, path))
			continue;
		loader->major = libraries[i].major;
		loader->minor = libraries[i].minor;
		loader->patch = libraries[i].patch;
		return true;
	}
	return false;
}

/* procps ships one library: libproc2 with 4.x, libprocps with 3.3.x; where Debian's other architectures keep theirs, too. */
static bool library_version(const struct tree *tree, struct loader *loader)
{
	static const char *const folders[] = {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib64", "/lib"};
	static const char *const above[] = {"/usr/lib", "/lib"};
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(folders) && !found; i++)
		found = library_in(tree, folders[i], loader);
	for (size_t i = 0; i < COUNT_OF(above) && !found; i++) {
		CLEANUP(fd_list_close) DIR *list = fd_list(tree_open_file(tree, above[i], O_RDONLY | O_DIRECTORY));
		const char *name;

		while (!found && (name = fd_list_next(list)) != NULL) {
			char path[300];

			snprintf(path, sizeof(path), "%s/%s", above[i], name);
			found = strstr(name, "-linux-") != NULL && library_in(tree, path, loader);
		}
	}
	return found;
}

void loader_refine(struct arena *arena, const struct tree *tree, struct loader *loader)
{
	if (loader->given)
		return;
	enum { DATABASE = 64 << 20 };
	const char *status = tree_read_text(arena, tree, "/var/lib/dpkg/status", DATABASE);
	const char *entry = status == NULL                             ? NULL
			    : text_starts(status, "Package: procps\n") ? status
								       : strstr(status, "\nPackage: procps\n");

	if (entry == NULL)
		return;
	const char *end = strstr(entry, "\n\n");
	const char *version = strstr(entry, "\nVersion: ");
	if (version != NULL && (end == NULL || version < end))
		version_read(version + strlen("\nVersion: "), loader);
}

static const char *systemd_binary(const struct tree *tree)
{
	static const char *const paths[] = {"/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		if (tree_exists(tree, paths[i]))
			return paths[i];
	}
	return NULL;
}

/* NULL when systemd would not set sysctls in this tree, else what says so. */
static const char *systemd_runs(struct arena *arena, const struct tree *tree)
{
	bool booted = tree_exists(tree, "/run/systemd/system");

	if (!booted && tree->is_host)
		return NULL; /* this host is up, and systemd did not start it */
	if (text_equal(tree_link(arena, tree, "/etc/systemd/system/systemd-sysctl.service"), "/dev/null"))
		return NULL;
	if (booted)
		return "/run/systemd/system is there";
	const char *init = tree_link(arena, tree, "/sbin/init");
	if (init == NULL)
		init = tree_link(arena, tree, "/usr/sbin/init");
	if (init != NULL && text_ends(init, "/systemd") && systemd_binary(tree) != NULL)
		return "/sbin/init is systemd";
	return NULL;
}

static const char *procps_runs(const struct tree *tree)
{
	if (tree_exists(tree, "/etc/init.d/procps"))
		return "systemd did not start this host, /etc/init.d/procps is there";
	if (tree_exists(tree, "/sbin/sysctl") || tree_exists(tree, "/usr/sbin/sysctl"))
		return "systemd did not start this host, sysctl is there";
	return NULL;
}

static void detect(struct arena *arena, const struct tree *tree, struct loader *loader)
{
	const char *why = systemd_runs(arena, tree);

	*loader = (struct loader){.kind = LOADER_SYSTEMD, .why = why};
	if (why != NULL)
		return;
	why = procps_runs(tree);
	if (why == NULL && systemd_binary(tree) != NULL) {
		loader->why = "systemd-sysctl is there";
		return;
	}
	if (why == NULL && !tree_exists(tree, "/etc/sysctl.conf")) {
		loader->why = "nothing tells; most hosts boot by it";
		return;
	}
	*loader = (struct loader){
		.kind = LOADER_PROCPS, .major = 4, .why = why != NULL ? why : "/etc/sysctl.conf is there"};
}

bool loader_choose(struct arena *arena, const struct tree *tree, const char *word, struct loader *loader,
		   struct error *err)
{
	static const char procps[] = "procps";

	if (word == NULL || strcmp(word, "auto") == 0) {
		detect(arena, tree, loader);
	} else if (strcmp(word, "systemd") == 0) {
		*loader = (struct loader){.kind = LOADER_SYSTEMD, .why = "--loader says so"};
	} else if (strcmp(word, procps) == 0) {
		*loader = (struct loader){.kind = LOADER_PROCPS, .major = 4, .why = "--loader says so"};
	} else if (text_starts(word, "procps:") && word[strlen("procps:")] != '\0' &&
		   word[strlen("procps:") + strspn(word + strlen("procps:"), "0123456789.")] == '\0') {
		*loader = (struct loader){.kind = LOADER_PROCPS, .given = true, .why = "--loader says so"};
		version_read(word + strlen("procps:"), loader);
		if (loader->major == 3 && loader->minor == 0)
			*loader = (struct loader){.kind = LOADER_PROCPS,
						  .major = 3,
						  .minor = 3,
						  .patch = 17,
						  .given = true,
						  .why = loader->why};
		return loader->major > 0 ||
		       error_set(err, "--loader procps:VERSION wants a version such as procps:3 or procps:4.0.2");
	} else {
		return error_set(err, "--loader is auto, systemd, procps or procps:VERSION, not '%s'", word);
	}
	if (loader->kind == LOADER_PROCPS)
		(void)!library_version(tree, loader);
	return true;
}
