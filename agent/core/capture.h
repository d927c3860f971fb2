/*
 * A profile made from what is there: sysctl files, a tuned profile, live values. Each source brings its settings here,
 * later ones win; what a profile cannot say is kept with the reason, for a comment.
 */
#ifndef HOLDFAST_CORE_CAPTURE_H
#define HOLDFAST_CORE_CAPTURE_H

#include "../base/error.h"
#include "facts.h"
#include "profile.h"

enum capture_form { CAPTURE_VALUE, CAPTURE_MIN, CAPTURE_MAX };
enum capture_manage { CAPTURE_BOTH, CAPTURE_LIVE_ONLY, CAPTURE_BOOT_ONLY };

struct capture_item {
	struct key key;
	const struct catalogue_row *row; /* NULL: an unknown key */
	enum capture_form form;
	const char *value;
	struct source source; /* nowhere for a live value */
	enum capture_manage manage;
	struct text_list except; /* of a wildcard */
	bool optional;           /* the kernel looked at does not have the key */
	bool hazardous;          /* the profile has to accept it */
	size_t index;            /* the order in which they came */
	const char *remark;      /* for a comment, NULL: none */
};
struct capture_refusal {
	const char *text; /* "net.ipv4.tcp_tw_recycle = 1" */
	const char *why;
	struct source source;
};

struct capture_exclusion {
	struct key key;
	const char *text; /* "-net.ipv4.conf.eth0.rp_filter" */
	struct source source;
};

struct capture {
	struct arena *arena;
	struct facts_version kernel; /* keys that this kernel no longer has are refused; parts = 0: none is */
	bool exclusion_patterns;     /* the loader takes a wildcard in `-key`; else such a line does nothing */
	struct capture_item *items;  /* capture_finish sorts them by key, and leaves the last of each */
	size_t count, capacity;
	struct {
		struct capture_exclusion *items;
		size_t count, capacity;
	} exclusions;
	struct {
		struct capture_refusal *items;
		size_t count, capacity;
	} refused;
};

/* One assignment as a file has it: key in either spelling, value with whatever stands behind the '='. */
struct capture_line {
	const char *key, *value;
	enum capture_form form;
	struct source source;
};

/* The item that came of it, to be filled in further; NULL: it was refused, and why is kept. */
struct capture_item *capture_add(struct capture *capture, const struct capture_line *line);
/* `-key`: keeps the wildcards of all lines away from a key. */
void capture_exclude(struct capture *capture, const char *key, struct source source);
/* "key = value" for a refusal, a secret by its key alone. */
const char *capture_text(struct arena *arena, const char *key, const char *value);
/* What cannot be carried over for a reason of the source's own. */
void capture_refuse(struct capture *capture, struct source source, const char *text, const char *why);
void capture_finish(struct capture *capture);

#endif
