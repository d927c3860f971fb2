/*
 * Where reports go, as the agent has written it down for the sender: destinations.json of the spool. Only root writes that
 * file, and it is read before any right is dropped: it names the files with secrets.
 */
#ifndef HOLDFAST_SEND_SETTINGS_H
#define HOLDFAST_SEND_SETTINGS_H

#include "../base/arena.h"
#include "../base/error.h"

struct settings_destination {
	const char *name, *url;
	const char *token_file, *ca_file, *cert_file, *key_file; /* NULL = none */
};

struct settings {
	const char *host_id; /* NULL = not known */
	struct {
		struct settings_destination *items;
		size_t count, capacity;
	} destinations;
};

/* spool: the folder. Fails with err->number ENOENT when the agent has written nothing yet. */
bool settings_read(struct arena *arena, int spool, struct settings *settings, struct error *err) MUST_CHECK;
/* The url without what may be a secret in it: up to its query. */
const char *settings_shown_url(struct arena *arena, const char *url);

#endif
