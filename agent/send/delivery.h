/*
 * One destination's queue, delivered: oldest first, over one connection, until it is empty, the receiver does not want
 * more, or the run has had its share (50 reports or 60 seconds). A report leaves the queue when the receiver says that it
 * has it, and not before; whenever we die, it is sent again under the same id.
 */
#ifndef HOLDFAST_SEND_DELIVERY_H
#define HOLDFAST_SEND_DELIVERY_H

#include "../base/queue_state.h"
#include "request.h"

struct delivery {
	struct arena *arena;
	const char *name; /* of the destination */
	const char *shown_url;
	int queue;
	size_t most; /* requests in this run */
	bool quiet;  /* stderr stays empty */
	/* Called after each report; NULL = nobody wants to know. */
	void (*progress)(const struct delivery *delivery);

	struct queue_state state;
	size_t waiting, delivered, spoiled; /* waiting: what is left */
	const char *failure;                /* why it stopped before the queue was empty; NULL = it did not */
	const char *advice;                 /* what to do about it; may be NULL */
	bool fault;                         /* somebody has to mend something */
};

/* Needs arena, name, shown_url, queue, most, quiet and progress. False: the queue could not be worked on. */
bool delivery_run(struct delivery *delivery, const struct request_line *line, struct error *err) MUST_CHECK;
/* The same bookkeeping when it could not even begin (no token to be read): as somebody's fault. */
void delivery_fail(struct delivery *delivery, const char *why);

#endif
