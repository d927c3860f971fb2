/*
 * procps hands the name of each sysctl file to glob(3) with braces, so a file called 50-[ab].conf makes it read 50-a.conf,
 * and {20,10}-a.conf two others. Nobody should have such files; where they are, the forecast has to follow.
 */
#ifndef HOLDFAST_SYSTEM_PROCPS_NAMES_H
#define HOLDFAST_SYSTEM_PROCPS_NAMES_H

#include "../base/array.h"

struct procps_names {
	const char **items;
	size_t count, capacity;
};

/*
 * The names in a folder that the name stands for, in the order in which they are read: itself for a plain one, and for a
 * pattern that matches nothing. `folder` has all names of the folder, sorted.
 */
void procps_names_expand(struct arena *arena, const char *name, const struct procps_names *folder,
			 struct procps_names *result);

#endif
