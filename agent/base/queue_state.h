/*
 * How far the sender is with one destination: the file state.json of its queue. Written by the sender alone; the agent reads
 * it, and takes what does not look right for not being there.
 */
#ifndef HOLDFAST_BASE_QUEUE_STATE_H
#define HOLDFAST_BASE_QUEUE_STATE_H

#include <stdint.h>

#include "arena.h"
#include "error.h"

/* All times are ms since 1970; 0 is never. */
struct queue_state {
	int64_t next_try, decided; /* not before next_try, as was decided then */
	int64_t failures;          /* in a row */
	bool fault;                /* somebody has to mend something before the next one can go better */
	bool plain;                /* it does not take gzip */
	const char *url_digest;    /* whose state it is */
	const char *fingerprint;   /* of the last full report that it took; NULL: none, or it wants a full one */
	int64_t last_full, last_delivery;
	int64_t last_status;      /* of HTTP; 0: no answer */
	const char *last_error;   /* NULL: the last delivery went well */
	int64_t refused;          /* reports that it will never take, in all */
	const char *last_refused; /* why the last of them; NULL = none */
};

/* What cannot be read, or is of another url, is as if nothing had happened yet. */
void queue_state_read(struct arena *arena, int folder, const char *url, struct queue_state *state);
/* synced: on disk before this returns. */
bool queue_state_write(struct arena *arena, int folder, const struct queue_state *state, bool synced, struct error *err)
	MUST_CHECK;
/* Whether the time to try has come. A clock that was set cannot put it off: no wait is longer than six hours. */
bool queue_state_is_due(const struct queue_state *state, int64_t now_ms);
enum { QUEUE_WAIT_MOST_S = 6 * 3600 };

#endif
