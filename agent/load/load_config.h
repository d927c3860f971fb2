/*
 * The text of /etc/holdfast/agent.yaml to struct config, with defaults filled in; the same rules as
 * schema/agent.schema.json.
 */
#ifndef HOLDFAST_LOAD_LOAD_CONFIG_H
#define HOLDFAST_LOAD_LOAD_CONFIG_H

#include "../core/config.h"
#include "../core/findings.h"

/* What holds without a file. */
void load_config_defaults(struct config *config);
/* False when at least one error was found; *config is then not to be used. */
bool load_config(struct arena *arena, const char *file, const char *bytes, size_t length, struct findings *findings,
		 struct config *config) MUST_CHECK;

#endif
