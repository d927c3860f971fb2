/*
 * procps' `sysctl --system`: how it reads lines and which assignment is in effect at the end. Behaviour as of 4.0.2, with
 * the differences of 3.3.x and 4.0.5; held to the real program by tests/differential.
 */
#ifndef HOLDFAST_SYSTEM_LOADER_PROCPS_H
#define HOLDFAST_SYSTEM_LOADER_PROCPS_H

#include "../core/catalogue.h"
#include "sysctl_files.h"

void loader_procps_parse(struct arena *arena, const struct loader *loader, const struct sysctl_file *file, size_t index,
			 struct assignments *assignments);

/*
 * Of the assignments on one key (by its own names; by wildcards that match it; exclusions among both), each in reading
 * order: the last whose value the kernel takes, since every line is written; NULL when there is none.
 */
const struct assignment *loader_procps_winner(const struct loader *loader, const struct catalogue_row *row,
					      const struct claim_list *own, const struct claim_list *globs);

#endif
