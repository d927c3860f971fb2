#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "../base/calls.h"
#include "../base/capabilities.h"
#include "../base/landlock.h"
#include "../change/journal.h"
#include "../core/persist.h"
#include "rights.h"

enum { MAIN_FILE_MOST = 16 << 20 };

/* Those of the command that its options and agent.yaml call for. */
static unsigned rights_of(const struct fence *fence)
{
	const struct options *options = fence->options;
	unsigned rights = options->command->rights;

	if (options->explain)
		return 0;
	if (options->dry_run)
		rights &= ~(unsigned)(RIGHTS_CALLS | RIGHT_PROBE);
	if (options->output == NULL)
		rights &= ~(unsigned)RIGHT_OUTPUT;
	if (options->namespace == NULL)
		rights &= ~(unsigned)RIGHT_NETNS;
	if (fence->config->metrics_textfile == NULL)
		rights &= ~(unsigned)RIGHT_TEXTFILE;
	if (fence->audit && (rights & RIGHT_SENDER) != 0)
		rights &= ~(unsigned)RIGHTS_CHANGING;
	return rights;
}

/* --- folders ------------------------------------------------------------------------------------------------------ */

/* The folder, or the nearest one above it that is there: in that it will be made. */
static bool allow_in(const struct fence *fence, const struct landlock *rules, const char *path, uint64_t access,
		     struct error *err)
{
	char folder[PATH_MAX];
	CLEANUP(fd_close) int fd = -1;

	snprintf(folder, sizeof(folder), "%s", path);
	while ((fd = tree_open_file(fence->tree, folder, O_PATH | O_DIRECTORY)) < 0) {
		char *slash = strrchr(folder, '/');

		if (slash == NULL || strcmp(folder, "/") == 0)
			return true;
		slash[slash == folder ? 1 : 0] = '\0';
	}
	return landlock_allow(rules, fd, access, err);
}

static bool allow_folder(const struct fence *fence, const struct landlock *rules, const char *path, struct error *err)
{
	return allow_in(fence, rules, path, LANDLOCK_WRITING, err);
}

/* What others have put in the place of the lock file is moved aside, whatever it is. */
static bool allow_lock(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	return allow_in(fence, rules, "/run/lock",
			LANDLOCK_WRITING | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SOCK, err);
}

/* The folder itself, which may be a link to another disk. */
static bool allow_there(const struct fence *fence, const struct landlock *rules, const char *path, struct error *err)
{
	CLEANUP(fd_close) int fd = tree_open_file(fence->tree, path, O_PATH | O_DIRECTORY);

	return fd < 0 || landlock_allow(rules, fd, LANDLOCK_WRITING, err);
}

static bool allow_state(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	return allow_folder(fence, rules, "/var/lib/holdfast", err) &&
	       allow_there(fence, rules, "/var/lib/holdfast/journal", err);
}

/* Once it is there, it is all that a run in audit writes to. */
static bool allow_spool(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	static const char spool[] = "/var/lib/holdfast/spool";

	return tree_exists(fence->tree, spool) ? allow_there(fence, rules, spool, err)
					       : allow_folder(fence, rules, "/var/lib/holdfast", err);
}

/* Where the file lies that stands behind all links. */
static bool allow_folder_of(const struct fence *fence, const struct landlock *rules, const char *path,
			    struct error *err)
{
	const char *real = tree_real_path(fence->arena, fence->tree, path);
	const char *file = real != NULL ? real : path, *slash = strrchr(file, '/');

	return allow_folder(fence, rules,
			    slash == file ? "/" : arena_printf(fence->arena, "%.*s", (int)(slash - file), file), err);
}

/* The folder must be there: it is not ours to make. */
static bool allow_textfile(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	const char *path = fence->config->metrics_textfile, *slash = strrchr(path, '/');
	const char *folder = slash == path ? "/" : arena_printf(fence->arena, "%.*s", (int)(slash - path), path);

	return allow_there(fence, rules, folder, err);
}

/* What the user has named is seen from where he stands, not from the tree. */
static bool allow_output(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	const char *path = fence->options->output, *slash = strrchr(path, '/');
	CLEANUP(fd_close) int file = open(path, O_PATH | O_CLOEXEC);
	CLEANUP(fd_close)
	int folder = open(slash == NULL ? "." : arena_printf(fence->arena, "%.*s", (int)(slash - path) + 1, path),
			  O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (file >= 0)
		return landlock_allow(rules, file, LANDLOCK_WRITING, err);
	return folder < 0 || landlock_allow(rules, folder, LANDLOCK_WRITING, err);
}

static bool allow_nothing(const struct landlock *rules, struct error *err)
{
	CLEANUP(fd_close) int fd = open("/dev/null", O_PATH | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT || error_system(err, errno, "open /dev/null");
	return landlock_allow(rules, fd, LANDLOCK_ACCESS_FS_WRITE_FILE, err);
}

/* Whether the file says anything that may have to be corrected. One that cannot be read may. */
static bool says_something(const struct fence *fence, const char *path)
{
	CLEANUP(fd_close) int fd = tree_open_file(fence->tree, path, O_RDONLY);
	char *text;
	size_t length;

	if (fd < 0)
		return tree_exists(fence->tree, path);
	/* What a crash has left of zeros may stand before lines. */
	if (fd_read_all(fence->arena, fd, MAIN_FILE_MOST, &text, &length) != FD_DONE ||
	    memchr(text, '\0', length) != NULL)
		return true;
	while (*text != '\0') {
		text += strspn(text, " \t\r\n");
		if (*text != '\0' && *text != '#' && *text != ';')
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}

/*
 * The folder of /etc/sysctl.conf, which is /etc, only where a line there may be corrected or added, or put back from a change
 * that was cut short; a command that goes by a journal, and has not read agent.yaml, may want to.
 */
static bool allow_files(const struct fence *fence, const struct landlock *rules, struct error *err)
{
	bool main_file = (fence->options->command->rights & RIGHTS_REPORTING) == 0 ||
			 fence->config->persist_in_sysctl_conf || says_something(fence, persist_main_file) ||
			 tree_link(fence->arena, fence->tree, journal_open_path) != NULL;

	return allow_folder_of(fence, rules, persist_drop_in, err) &&
	       (!main_file || allow_folder_of(fence, rules, persist_main_file, err));
}

static bool allow(const struct fence *fence, unsigned rights, const struct landlock *rules, struct error *err)
{
	if ((rights & RIGHT_KERNEL) != 0 && !allow_there(fence, rules, "/proc/sys", err))
		return false;
	if ((rights & RIGHT_FILES) != 0 && !allow_files(fence, rules, err))
		return false;
	if ((rights & RIGHT_STATE) != 0 && !(allow_lock(fence, rules, err) && allow_state(fence, rules, err)))
		return false;
	if ((rights & RIGHT_SPOOL) != 0 && !allow_spool(fence, rules, err))
		return false;
	if ((rights & RIGHT_TEXTFILE) != 0 && !allow_textfile(fence, rules, err))
		return false;
	if ((rights & RIGHT_OUTPUT) != 0 && !allow_output(fence, rules, err))
		return false;
	return allow_nothing(rules, err);
}

static bool fence_files(const struct fence *fence, unsigned rights, struct error *err)
{
	CLEANUP(landlock_close) struct landlock rules = LANDLOCK_NONE;

	return landlock_make(LANDLOCK_WRITES, 1, &rules, err) && allow(fence, rights, &rules, err) &&
	       landlock_enter(&rules, err);
}

static bool fence_calls(bool changes, struct error *err)
{
	return calls_limit(&calls_no_socketcall, err) && calls_limit(changes ? &calls_changing : &calls_reading, err);
}

bool fence_enter(const struct fence *fence, struct error *err)
{
	unsigned rights = rights_of(fence);

	return (capabilities_keep(rights_capabilities(rights), err) && fence_files(fence, rights, err) &&
		fence_calls((rights & RIGHTS_CALLS) != 0, err)) ||
	       error_wrap(err, "shutting ourselves in, so nothing was done");
}
