/*
 * Files beside the ones that a boot loader reads, which look as if they were read.
 */
#ifndef HOLDFAST_SYSTEM_UNREAD_H
#define HOLDFAST_SYSTEM_UNREAD_H

#include "sysctl_files.h"

struct unread_file {
	const char *path;
	const char *why; /* a clause: "systemd does not read /etc/sysctl.conf" */
	const char *remedy;
};
struct unread_files {
	struct unread_file *items;
	size_t count, capacity;
};

/* All such files of a host; `read` are those that are read. */
void unread_find(struct arena *arena, const struct tree *tree, const struct loader *loader,
		 const struct sysctl_files *read, struct unread_files *files);
/* The same judgement of one path by its name alone, for a file that is not in place yet. False: it would be read. */
bool unread_name(const struct loader *loader, const char *path, struct unread_file *file);

#endif
