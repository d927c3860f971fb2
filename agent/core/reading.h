/*
 * What a census means, in plain words: whether what was counted matters, and which parameter would help. At most a few lines;
 * when nothing is wrong one that says so. What a reading is; which there are: core/reading_rules.
 */
#ifndef HOLDFAST_CORE_READING_H
#define HOLDFAST_CORE_READING_H

#include "census.h"
#include "findings.h"
#include "profile.h"
#include "tcp_counters.h"

/* What is read. */
struct reading_case {
	const struct census *census;
	const struct tcp_settings *settings;
	const struct tcp_counters *counters;
	const struct tcp_counters *before; /* an earlier look; NULL = none: growth is since the namespace was made */
	double seconds;                    /* between the two */
	const struct tcp_sockstat *sockstat;
	uint64_t page_bytes;
};

/* What a reading is about: a closed list, for machines (schema/tcp.schema.json). */
enum reading_kind {
	READING_PORTS,          /* ports towards a peer are running out */
	READING_SOURCE_PORTS,   /* ports of a local address are, for sockets bound before they connect */
	READING_ACCEPT_QUEUE,   /* a listener's queue is or was full */
	READING_SYN_QUEUE,      /* half-open connections found no room */
	READING_TIME_WAIT_MOST, /* net.ipv4.tcp_max_tw_buckets is near or was reached */
	READING_ORPHANS,        /* too many sockets without an owner */
	READING_MEMORY,         /* TCP's memory is used up */
	READING_CLOSE_WAIT,
	READING_FIN_WAIT_2,
	READING_SYN_SENT,
	READING_ACCEPTING,  /* TIME-WAIT on the side that accepts */
	READING_CONNECTING, /* TIME-WAIT on the side that connects, with ports to spare */
	READING_WELL,       /* nothing stands out */
	READING_KINDS,
};
extern const char *const reading_kind_names[READING_KINDS];

struct reading {
	enum reading_kind kind;
	enum finding_severity severity; /* FINDING_NOTE: nothing to do */
	const char *text;               /* one sentence without a full stop */
	const char *key;                /* the path of the parameter that would help; NULL = none would */
	const char *value;              /* what to set it to; NULL = a matter of judgement */
	struct text_list profiles;      /* names of profiles that set it; filled in by cmd */
};
struct readings {
	struct reading *items;
	size_t count, capacity;
};

/* What is being made (core/reading_ports, core/reading_rules). */
struct reading_draft {
	struct arena *arena;
	const struct reading_case *given;
	struct readings *readings;
};

/* Adds a reading without a parameter. */
void reading_add(const struct reading_draft *draft, enum reading_kind kind, enum finding_severity severity,
		 const char *text);
/* The parameter that the last reading is about. */
void reading_add_key(const struct reading_draft *draft, enum catalogue_tcp setting, const char *value);
/* For texts: the parameter's dotted name; a count as 12,000. */
const char *reading_key(const struct reading_draft *draft, enum catalogue_tcp setting) RETURNS_NONNULL;
const char *reading_count(const struct reading_draft *draft, uint64_t value) RETURNS_NONNULL;

#endif
