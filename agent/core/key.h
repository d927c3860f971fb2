/*
 * The name of a kernel parameter, in one canonical form.
 *
 * The first of '.' and '/' in the text decides which one separates; if it is '.', both are swapped everywhere
 * (sysctl.d(5); both loaders do so). So net.ipv4.conf.eth0/100.rp_filter and net/ipv4/conf/eth0.100/rp_filter are the
 * same key of the interface eth0.100. The path form is kept; the dotted form is for people.
 */
#ifndef HOLDFAST_CORE_KEY_H
#define HOLDFAST_CORE_KEY_H

#include <stdbool.h>

#include "../base/arena.h"
#include "../base/error.h"

struct key {
	const char *path; /* below /proc/sys, '/' separates: net/ipv4/conf/eth0.100/rp_filter */
	bool glob;        /* one component has a wildcard */
};

enum { KEY_LONGEST = 512 };

/*
 * A key as a profile may name it: at least two components, none of them empty, '.' or '..', no leading separator, no
 * blanks, no control characters, nothing that would mean something else in a sysctl file, wildcards in at most one
 * component and not in the first.
 */
bool key_parse(struct arena *arena, const char *text, size_t length, struct key *key, struct error *err) MUST_CHECK;
/* The dotted form of a path: net.ipv4.conf.eth0/100.rp_filter. */
const char *key_name(struct arena *arena, const char *path);
/* Swaps '.' and '/' everywhere when the first of them is '.': what both loaders do to the keys in their files. */
void key_swap(char *text);
/* Where the component with the wildcard begins and ends in the path of a glob key. */
void key_wildcard(const char *path, size_t *start, size_t *end);
/* Whether path is one that the glob key's path stands for. */
bool key_matches(const char *glob_path, const char *path);
/* What the wildcard component of glob_path matched in path: "eth0". Only after key_matches. */
const char *key_instance(struct arena *arena, const char *glob_path, const char *path);

#endif
