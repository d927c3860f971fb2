/*
 * systemd-sysctl: how it reads lines and which assignment wins. Behaviour as of 252, the same in 247 and 257; held to the
 * real program by tests/differential.
 */
#ifndef HOLDFAST_SYSTEM_LOADER_SYSTEMD_H
#define HOLDFAST_SYSTEM_LOADER_SYSTEMD_H

#include "../core/catalogue.h"
#include "sysctl_files.h"

void loader_systemd_parse(struct arena *arena, const struct sysctl_file *file, size_t index,
			  struct assignments *assignments);

/*
 * Of the assignments on one key (those by its own name first, those by wildcards that match it behind), in reading order:
 * the one that is written, or NULL (also when the kernel would refuse its value). *position orders it against a key that is the same storage: later is written later.
 */
const struct assignment *loader_systemd_winner(const struct catalogue_row *row, const struct claim_list *own,
					       const struct claim_list *globs, const struct assignment **position);

#endif
