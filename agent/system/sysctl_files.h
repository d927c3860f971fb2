/*
 * The sysctl files of a host, as its loader finds them: which folders, which names, in which order, which ones are
 * masked. And what their lines assign; each loader reads lines in its own way (loader_systemd, loader_procps).
 */
#ifndef HOLDFAST_SYSTEM_SYSCTL_FILES_H
#define HOLDFAST_SYSTEM_SYSCTL_FILES_H

#include <sys/types.h>

#include "../base/array.h"
#include "../core/findings.h"
#include "loader.h"

/* A file over this size is refused: no real one is, and a loader would choke on it as well. */
enum { SYSCTL_FILE_LONGEST = 32 << 20 };

struct sysctl_file {
	const char *path;  /* as the host names it: /etc/sysctl.d/99-sysctl.conf */
	const char *bytes; /* NUL-terminated, may hold NULs; empty when masked or not readable */
	size_t length;
	bool present; /* it is a regular file behind all links */
	dev_t device; /* with present: to tell that two paths are one file */
	ino_t inode;
};
struct sysctl_files {
	struct sysctl_file *items; /* in the order in which the loader reads them */
	size_t count, capacity;
	bool go_on;    /* given: what this user may not read becomes a warning, and counts as empty */
	size_t unread; /* how many that were */
};

/* All files that the loader would read. What it would stumble over becomes a finding. False: too big, or not permitted (but for go_on). */
bool sysctl_files_read(struct arena *arena, const struct tree *tree, const struct loader *loader,
		       struct findings *findings, struct sysctl_files *files, struct error *err) MUST_CHECK;
/* One file by its path, whether the loader reads it or not; present is false when there is none. */
bool sysctl_file_read(struct arena *arena, const struct tree *tree, const char *path, struct sysctl_file *file,
		      struct error *err) MUST_CHECK;
/*
 * A copy of the list as it would be if the file `changed` had these bytes: every path that is the same file gets them; a
 * new file of /etc/sysctl.d takes its place in the order, a new /etc/sysctl.conf is read last by procps and never by systemd.
 */
struct sysctl_files sysctl_files_with(struct arena *arena, const struct loader *loader,
				      const struct sysctl_files *files, const struct sysctl_file *changed);

/* What a line assigns. */
struct assignment {
	const char *path;  /* the key below /proc/sys, folded: no empty, '.' or '..' components */
	const char *value; /* NULL: an exclusion (-key) */
	bool glob;
	const char *raw; /* the path before it was folded: procps compares those when it looks for names of their own */
	size_t file;     /* index in the list */
	unsigned line;
	size_t value_start, value_end; /* bytes in the file */
};
struct assignments {
	struct assignment *items; /* in the order in which they are read */
	size_t count, capacity;
};

/* The assignments that concern one key, in reading order. */
struct claim_list {
	const struct assignment *const *items;
	size_t count;
};

/* Folds empty and '.' components away, and '..' where `up` allows it. False: the path leaves /proc/sys or has a '..'. */
bool sysctl_fold_path(char *path, bool up);

#endif
