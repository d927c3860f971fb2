/*
 * What a destination wants to see of us: token, certificate, key, and the certificates that we want to see of it. Read anew in
 * each run, by the user who may read them, and kept in memory only.
 */
#ifndef HOLDFAST_SEND_SECRETS_H
#define HOLDFAST_SEND_SECRETS_H

#include "settings.h"

struct secrets_file {
	char *bytes; /* NULL = none */
	size_t length;
};

struct secrets {
	const char *authorization; /* the header; NULL = none */
	struct secrets_file ca, cert, key;
};

/* root: the folder that the paths are looked up in, as --root has it. */
bool secrets_read(struct arena *arena, int root, const struct settings_destination *destination,
		  struct secrets *secrets, struct error *err) MUST_CHECK;
/* Opens a path within the root; a link cannot lead out of it. -1 with errno. */
int secrets_open(int root, const char *path, int flags);

#endif
