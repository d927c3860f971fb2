#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/fd.h"
#include "sandbox_calls.h"

enum { NOBODY = 65534, DNS_PORT = 53 };

/* --- user --------------------------------------------------------------------------------------------------------- */

/* Who owns the queue; in a user namespace that has no other user, nobody does, and to have no capability must be enough. */
static bool become_owner(int queue, struct error *err)
{
	struct stat owner = {.st_uid = NOBODY, .st_gid = NOBODY};

	if (queue >= 0 && fstat(queue, &owner) != 0)
		return error_system(err, errno, "look at the queue");
	bool groups = setgroups(0, NULL) == 0;
	if (owner.st_uid == 0 || owner.st_gid == 0) {
		/* A real root may become anybody, and must stay neither what it is nor in its group. */
		if (setresuid(NOBODY, NOBODY, NOBODY) == 0)
			return error_set(err,
					 "the queue belongs to root; the next 'holdfast run' gives it to another user");
		return errno == EINVAL || error_system(err, errno, "become nobody");
	}
	if (!groups)
		return error_system(err, errno, "drop the groups");
	if (setresgid(owner.st_gid, owner.st_gid, owner.st_gid) != 0 ||
	    setresuid(owner.st_uid, owner.st_uid, owner.st_uid) != 0)
		return error_system(err, errno, "become the user of the queue");
	return setresuid(0, 0, 0) != 0 || error_set(err, "the way back to root is open");
}

static bool drop_rights(struct error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(err, errno, "give up new privileges");
	if (syscall(SYS_capset, &header, none) != 0)
		return error_system(err, errno, "drop all capabilities");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* With whoever started us we end; changing the user has forgotten it if it was asked for before. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	return true;
}

/* --- bounds ------------------------------------------------------------------------------------------------------- */

static bool set_bounds(struct error *err)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} bounds[] = {
		{RLIMIT_CORE, 0},         {RLIMIT_NOFILE, 64}, {RLIMIT_FSIZE, 4 << 20}, {RLIMIT_CPU, 60},
#ifndef __SANITIZE_ADDRESS__
		{RLIMIT_DATA, 512 << 20},
#endif
	};

	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		struct rlimit limit;

		/* A bound that is lower already may stay, and could not be raised. */
		if (getrlimit(bounds[i].what, &limit) != 0)
			return error_system(err, errno, "ask for a bound");
		if (limit.rlim_max > bounds[i].most)
			limit.rlim_max = bounds[i].most;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(bounds[i].what, &limit) != 0)
			return error_system(err, errno, "set a bound");
	}
	return true;
}

/* --- Landlock ----------------------------------------------------------------------------------------------------- */

/* As later kernels have it (landlock(7)); older headers do not. */
struct ruleset {
	uint64_t files, net;
};
struct net_rule {
	uint64_t access, port;
};
enum { RULE_NET_PORT = 2, NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1 };
/* From this version of it on a file can be moved from one folder to another (bad/). */
enum { VERSION_REFER = 2, VERSION_NET = 4 };
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif

enum {
	READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	WRITING = READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REFER,
	/* All that its second version knows. */
	FILES = (1 << 14) - 1,
};

static bool allow_folder(int rules, int folder, uint64_t access)
{
	const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = folder};

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* To read, and for libraries to be loaded from; what is not there needs no rule. */
static bool allow_reading(int rules, const char *path)
{
	struct stat status;
	CLEANUP(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) != 0)
		return true;
	uint64_t access = LANDLOCK_ACCESS_FS_READ_FILE;
	if (S_ISDIR(status.st_mode))
		access |= LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;
	return allow_folder(rules, fd, access);
}

/* Where names, certificates and libraries lie; those that are often links to elsewhere by themselves. */
static bool allow_system(int rules)
{
	static const char *const paths[] = {
		"/etc",
		"/usr",
		"/lib",
		"/lib64",
		"/run/systemd/resolve",
		"/etc/resolv.conf",
		"/etc/hosts",
		"/etc/nsswitch.conf",
		"/etc/ssl/certs",
		"/var/lib/ca-certificates",
		"/var/lib/extrausers",
		"/dev/urandom",
	};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		if (!allow_reading(rules, paths[i]))
			return false;
	}
	return true;
}

static bool allow_port(int rules, uint16_t port)
{
	const struct net_rule rule = {.access = NET_CONNECT_TCP, .port = port};

	return syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &rule, 0) == 0;
}

/* A kernel without it, or with its first version, goes without. */
static bool fence_files(const struct sandbox *sandbox, struct error *err)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < VERSION_REFER)
		return true;
	bool net = version >= VERSION_NET;
	const struct ruleset ruleset = {.files = FILES, .net = NET_BIND_TCP | NET_CONNECT_TCP};
	size_t size = net ? sizeof(ruleset) : sizeof(ruleset.files);
	CLEANUP(fd_close) int rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
	if (rules < 0)
		return error_system(err, errno, "make rules of Landlock");
	bool allowed = allow_system(rules) && (sandbox->queue < 0 || allow_folder(rules, sandbox->queue, WRITING)) &&
		       (!net || (allow_port(rules, sandbox->port) && allow_port(rules, DNS_PORT)));
	if (!allowed)
		return error_system(err, errno, "add a rule of Landlock");
	return syscall(SYS_landlock_restrict_self, rules, 0) == 0 ||
	       error_system(err, errno, "enter the rules of Landlock");
}

bool sandbox_enter(const struct sandbox *sandbox, struct error *err)
{
	/* Nothing of what root has opened goes along: the spool, the root folder, what a shell has handed down. */
	const int kept[] = {sandbox->queue};
	fd_close_others(kept, COUNT_OF(kept));
	if (geteuid() == 0 && !become_owner(sandbox->queue, err))
		return false;
	return drop_rights(err) && set_bounds(err) && fence_files(sandbox, err) && sandbox_calls(err);
}
