#include "landlock.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As later kernels have it (landlock(7)); older headers do not. */
struct ruleset {
	uint64_t files, net;
};
struct net_rule {
	uint64_t access, port;
};
enum { RULE_NET_PORT = 2, NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1 };
/* The versions from which on files move between folders, are truncated by a right of its own, and TCP has rules. */
enum { VERSION_REFER = 2, VERSION_TRUNCATE = 3, VERSION_NET = 4 };

/* All that the version knows of files. */
static uint64_t known(unsigned version)
{
	uint64_t first = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;

	return first | (version >= VERSION_REFER ? LANDLOCK_ACCESS_FS_REFER : 0) |
	       (version >= VERSION_TRUNCATE ? LANDLOCK_ACCESS_FS_TRUNCATE : 0);
}

bool landlock_make(enum landlock_kind kind, unsigned least, struct landlock *fence, struct error *err)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1 || version < (long)least)
		return true;
	uint64_t files = known((unsigned)version) & ~(kind == LANDLOCK_WRITES ? LANDLOCK_READING : 0);
	const struct ruleset ruleset = {.files = files, .net = NET_BIND_TCP | NET_CONNECT_TCP};
	size_t size = version >= VERSION_NET ? sizeof(ruleset) : sizeof(ruleset.files);
	int rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
	if (rules < 0)
		return error_system(err, errno, "make rules of Landlock");
	*fence = (struct landlock){.rules = rules, .version = (unsigned)version, .files = files};
	return true;
}

bool landlock_allow(const struct landlock *fence, int file, uint64_t access, struct error *err)
{
	static const uint64_t for_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
					  LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_EXECUTE;
	struct stat status;

	if (fence->rules < 0)
		return true;
	if (fstat(file, &status) != 0)
		return error_system(err, errno, "look at what Landlock is to allow");
	if (!S_ISDIR(status.st_mode))
		access &= for_files;
	const struct landlock_path_beneath_attr rule = {.allowed_access = access & fence->files, .parent_fd = file};
	/* EBADFD: a pipe or the like, which lies in no folder, and which no rule is asked for. */
	return rule.allowed_access == 0 ||
	       syscall(SYS_landlock_add_rule, fence->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
	       errno == EBADFD || error_system(err, errno, "add a rule of Landlock");
}

bool landlock_allow_port(const struct landlock *fence, uint16_t port, struct error *err)
{
	const struct net_rule rule = {.access = NET_CONNECT_TCP, .port = port};

	return fence->rules < 0 || fence->version < VERSION_NET ||
	       syscall(SYS_landlock_add_rule, fence->rules, RULE_NET_PORT, &rule, 0) == 0 ||
	       error_system(err, errno, "add a rule of Landlock for a port");
}

bool landlock_enter(const struct landlock *fence, struct error *err)
{
	return fence->rules < 0 || syscall(SYS_landlock_restrict_self, fence->rules, 0) == 0 ||
	       error_system(err, errno, "enter the rules of Landlock");
}

void landlock_close(struct landlock *fence)
{
	fd_close(&fence->rules);
}
