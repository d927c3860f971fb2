/*
 * Sysctl files before lint's rules: files that were named, and all those of a host.
 */
#ifndef HOLDFAST_CMD_LINTING_FILES_H
#define HOLDFAST_CMD_LINTING_FILES_H

#include "linting.h"

/* Sysctl files, as if the boot loader read them in this order. */
void linting_files(struct linting *linting, const struct text_list *paths);
/* All of the host's sysctl files, those beside them that are not read, and other owners of the same keys. */
bool linting_host(struct linting *linting, struct error *err) MUST_CHECK;

#endif
