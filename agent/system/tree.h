/*
 * A host as a folder: "/" for this one, any other folder for a fake host or an image (--root).
 *
 * Every path is looked up inside the folder: `..` and links, absolute ones too, cannot lead out of it (openat2(2) with
 * RESOLVE_IN_ROOT). Paths are given as the host itself would name them: /etc/sysctl.conf.
 */
#ifndef HOLDFAST_SYSTEM_TREE_H
#define HOLDFAST_SYSTEM_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "../base/error.h"
#include "../base/fd.h"

struct tree {
	int fd;           /* of the folder */
	const char *path; /* as given, "/" for this host */
	bool is_host;     /* it is this machine's own root */
};

/* The caller closes tree->fd. */
bool tree_open(struct arena *arena, const char *path, struct tree *tree, struct error *err) MUST_CHECK;
/* A descriptor, or -1 with errno. O_CLOEXEC, O_NOCTTY and O_NONBLOCK are added: opening never waits. */
int tree_open_file(const struct tree *tree, const char *path, int flags) MUST_CHECK;
bool tree_stat(const struct tree *tree, const char *path, struct stat *status) MUST_CHECK;
bool tree_exists(const struct tree *tree, const char *path);
/* The first line of a small file, NULL when it cannot be read. */
const char *tree_read_line(struct arena *arena, const struct tree *tree, const char *path);
/* All of a file up to `most` bytes, NULL when it cannot be read or is longer. */
const char *tree_read_text(struct arena *arena, const struct tree *tree, const char *path, size_t most);
/* The names in a folder but for "." and "..", sorted; none when it cannot be listed. */
struct tree_names {
	const char **items;
	size_t count, capacity;
};
void tree_list(struct arena *arena, const struct tree *tree, const char *path, struct tree_names *names);
/* The target of a link as it is written there; NULL when there is no path (errno ENOENT), or it is no link (EINVAL). */
const char *tree_link(struct arena *arena, const struct tree *tree, const char *path);
/* The path behind all links, still as the host would name it; NULL with errno when it cannot be found. */
const char *tree_real_path(struct arena *arena, const struct tree *tree, const char *path);
/* How the user would name the path from outside: DIR/etc/sysctl.conf, or as it is when the tree is this host. */
const char *tree_shown(struct arena *arena, const struct tree *tree, const char *path);

#endif
