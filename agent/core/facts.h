/*
 * What is known of this host: what conditions ask for and what a report says. Collected by system/host.
 */
#ifndef HOLDFAST_CORE_FACTS_H
#define HOLDFAST_CORE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"

struct facts_version {
	unsigned major, minor, patch;
	unsigned parts; /* how many of the three are given; 0 = not known */
};

struct facts_names {
	const char **items;
	size_t count, capacity;
};

/* What the kernel says of its clock. */
enum facts_clock { FACTS_CLOCK_UNKNOWN, FACTS_CLOCK_SET, FACTS_CLOCK_UNSET };

struct facts {
	const char *host_name;
	const char *kernel; /* the release as uname prints it: 6.18.44-fc */
	struct facts_version kernel_version;
	uint64_t memory_bytes;          /* 0 = not known */
	unsigned cpus;                  /* 0 = not known */
	const char *os_id, *os_version; /* of os-release; NULL = not known */
	const char *arch;
	const char *virtualization; /* "none", "vm" or "container" */
	const char *host_id;        /* UUID derived from machine-id; NULL when that is missing */
	const char *boot_id;        /* NULL = not known */
	const char *network;        /* which network namespace, of this machine alone; NULL = not known */
	struct facts_names modules; /* loaded or built in with parameters; '-' is written '_' */
	struct facts_names interfaces;
	struct facts_names tags; /* from agent.yaml */
	double uptime_s;         /* negative = not known */
	enum facts_clock clock;
};

/* Facts that cost something and are collected only when asked for, as bits of a set. */
enum facts_part {
	FACTS_MEMORY = 1 << 0,
	FACTS_CPUS = 1 << 1,
	FACTS_OS = 1 << 2,
	FACTS_VIRTUALIZATION = 1 << 3,
	FACTS_MODULES = 1 << 4,
	FACTS_INTERFACES = 1 << 5,
	FACTS_IDENTITY = 1 << 6, /* host_id, boot_id, uptime, clock */
	FACTS_ALL = (1 << 7) - 1,
};

/* The text, or "unknown". */
const char *facts_shown(const char *text);
/* Reads the leading numbers of 6.18.44-fc; parts = 0 when there are none. */
struct facts_version facts_version_read(const char *text);
/* Less than, equal to or greater than 0, on as many parts as b has. */
int facts_version_compare(struct facts_version a, struct facts_version b);

#endif
