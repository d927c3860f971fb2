#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/calls.h"
#include "../base/capabilities.h"
#include "../base/landlock.h"

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

/* Changing the user has forgotten both, if they were asked for before. */
static void stand_apart(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* With whoever started us we end. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
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

/* From this version of it on a file can be moved from one folder to another (bad/). */
enum { VERSION_REFER = 2 };

/* What the queue's own files need. */
#define QUEUE \
	(LANDLOCK_READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_REFER)

/* To read, and for libraries to be loaded from; what is not there needs no rule. */
static bool allow_reading(const struct landlock *fence, const char *path, struct error *err)
{
	CLEANUP(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 || landlock_allow(fence, fd, LANDLOCK_READING | LANDLOCK_ACCESS_FS_EXECUTE, err);
}

/* Where names, certificates and libraries lie; those that are often links to elsewhere by themselves. */
static bool allow_system(const struct landlock *fence, struct error *err)
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
		if (!allow_reading(fence, paths[i], err))
			return false;
	}
	return true;
}

/* A kernel without it, or with its first version, goes without. */
static bool fence_files(const struct sandbox *sandbox, struct error *err)
{
	CLEANUP(landlock_close) struct landlock fence = LANDLOCK_NONE;

	return landlock_make(LANDLOCK_ALL, VERSION_REFER, &fence, err) && allow_system(&fence, err) &&
	       (sandbox->queue < 0 || landlock_allow(&fence, sandbox->queue, QUEUE, err)) &&
	       landlock_allow_port(&fence, sandbox->port, err) && landlock_allow_port(&fence, DNS_PORT, err) &&
	       landlock_enter(&fence, err);
}

bool sandbox_enter(const struct sandbox *sandbox, struct error *err)
{
	/* Nothing of what root has opened goes along: the spool, the root folder, what a shell has handed down. */
	const int kept[] = {sandbox->queue};
	fd_close_others(kept, COUNT_OF(kept));
	if (geteuid() == 0 && !become_owner(sandbox->queue, err))
		return false;
	if (!capabilities_keep(0, err))
		return false;
	stand_apart();
	return set_bounds(err) && fence_files(sandbox, err) && calls_limit(&calls_sending, err);
}
