/*
 * What becomes of a finished report document on its way to the endpoint: a shorter form of it, and its bytes. Both the agent,
 * which puts it in a queue, and the sender, whose receiver may want less of it, come here.
 */
#ifndef HOLDFAST_BASE_DOCUMENT_H
#define HOLDFAST_BASE_DOCUMENT_H

#include <jansson.h>

#include "gzip.h"

/* Cuts the values of parameters and changes that are longer than 4 KiB, and says how long they were. */
void document_cut(struct arena *arena, json_t *document);
/* The same report as a sign of life, with an id of its own: without parameters, changes and census. A new reference. */
json_t *document_heartbeat(json_t *full, const char *id);
/* The same report without the parameters that are in line; how many were left out stands in it. A new reference. */
json_t *document_shorter(json_t *full);
/* And without any parameter, change or census. A new reference. */
json_t *document_counts_only(json_t *full);
/* As it is sent: on one line, plain and packed. False: it is larger than a queue takes (base/queue). */
bool document_pack(struct arena *arena, const json_t *document, struct gzip_bytes *plain, struct gzip_bytes *packed,
		   struct error *err) MUST_CHECK;
/* Whether something was changed on the host. */
bool document_has_changes(const json_t *document);

#endif
