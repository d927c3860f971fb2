/*
 * Who sets sysctls at boot on this host: systemd-sysctl, or procps' `sysctl --system` from an init script. Found by
 * looking, never by running anything; what each does with the files is in loader_systemd, loader_procps and forecast.
 */
#ifndef HOLDFAST_SYSTEM_LOADER_H
#define HOLDFAST_SYSTEM_LOADER_H

#include "tree.h"

enum loader_kind { LOADER_SYSTEMD, LOADER_PROCPS };

struct loader {
	enum loader_kind kind;
	/* procps only; 3 has no wildcards, 4.0.5 and later exclude by pattern, up to 3.3.16 /run came before /etc. */
	unsigned major, minor, patch;
	bool given;      /* the version is what --loader says */
	const char *why; /* one clause: what told us */
};

const char *loader_name(const struct loader *loader);
/* The argument of --loader: auto, systemd, procps, procps:3 or procps:4.0.2. */
bool loader_choose(struct arena *arena, const struct tree *tree, const char *word, struct loader *loader,
		   struct error *err) MUST_CHECK;
/*
 * The exact version of a procps from the package database, which is long: only where a rule depends on it, that is, where
 * an exclusion is a pattern or /run/sysctl.d is there.
 */
void loader_refine(struct arena *arena, const struct tree *tree, struct loader *loader);
/* Whether a procps is at least this version. */
bool loader_at_least(const struct loader *loader, unsigned major, unsigned minor, unsigned patch);

#endif
