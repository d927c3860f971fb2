/*
 * The agent's settings as /etc/holdfast/agent.yaml has them (schema/agent.schema.json), with defaults filled in.
 */
#ifndef HOLDFAST_CORE_CONFIG_H
#define HOLDFAST_CORE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "profile.h"

struct config_assignment {
	struct source source;
	struct condition when;
	struct text_list profiles;
};

struct config_waiver {
	struct key key;
	struct source source;
	const char *until; /* 2026-12-31: the last day it holds; ISO dates sort as text */
	const char *reason;
};

struct config_report {
	const char *name, *url, *token_file, *ca_file, *cert_file, *key_file;
	struct source url_source;
	bool insecure, changes_only;
};

struct config {
	const char *file; /* NULL: there is none, all is default */
	struct text_list profiles;
	struct {
		struct config_assignment *items;
		size_t count, capacity;
	} assign;
	bool audit;   /* mode: audit */
	bool enforce; /* mode: enforce is said */
	unsigned rollout_percent;
	const char *rollout_seed;
	unsigned splay_s;
	unsigned interval_s; /* 0 = nothing is said */
	struct facts_names tags;
	bool persist_in_sysctl_conf;
	struct {
		struct config_waiver *items;
		size_t count, capacity;
	} waivers;
	struct {
		struct config_report *items;
		size_t count, capacity;
	} reports;
	const char *metrics_textfile;
	bool metrics_tcp; /* with the census of TCP sockets */
};

/* The first rule of assign that fits this host, NULL when there is none. */
const struct config_assignment *config_assigned(const struct config *config, const struct facts *facts);
/* The profiles that the settings choose for this host: those of that rule, else profiles; may be empty. */
const struct text_list *config_profiles(const struct config *config, const struct facts *facts);
unsigned config_needs(const struct config *config);
/* The waiver for path, expired or not, NULL when there is none; one that still holds on `today` is preferred. */
const struct config_waiver *config_waiver(const struct config *config, const char *path, const char *today);

#endif
