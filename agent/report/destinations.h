/*
 * What the sender has to know of agent.yaml: the file destinations.json of the spool. Only root writes it, since it names the
 * files that the sender reads before it drops its rights.
 */
#ifndef HOLDFAST_REPORT_DESTINATIONS_H
#define HOLDFAST_REPORT_DESTINATIONS_H

#include "../base/error.h"
#include "../base/text.h"
#include "../core/config.h"

/* host_id may be NULL. */
bool destinations_print(struct text *out, const struct config *config, const char *host_id, struct error *err)
	MUST_CHECK;

#endif
