/*
 * What an answer means, and what becomes of the report then: a table, and nothing else. It rests on the status alone, so a body
 * that floods, drips or lies changes nothing.
 */
#ifndef HOLDFAST_SEND_ANSWER_H
#define HOLDFAST_SEND_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/attributes.h"

enum answer_action {
	ANSWER_TAKEN,   /* it is the receiver's now: delete it */
	ANSWER_LATER,   /* passing: keep it, back off */
	ANSWER_FAULT,   /* somebody has to mend something: keep it, back off for a quarter of an hour or more */
	ANSWER_NEVER,   /* no receiver will ever take it: to bad/ */
	ANSWER_SHORTER, /* once without what is in line */
	ANSWER_PLAIN,   /* once unpacked, and so from now on */
	ANSWER_FULL,    /* a sign of life is not enough: the full report */
};

struct answer {
	enum answer_action action;
	const char *meaning; /* a clause */
	const char *advice;  /* what to do; NULL = nothing */
};

struct answer_case {
	long status;    /* of HTTP, 0 when none has come */
	bool need_full; /* it said so, with 409 */
	bool is_page;   /* what it said is HTML */
};
struct answer answer_of(const struct answer_case *given);

/* How long to wait, in ms: 30 s doubled with each failure up to an hour, a random part of it. chance: any 64 bits. */
struct answer_wait {
	int64_t failures;      /* in a row, this one not counted */
	bool fault;            /* ANSWER_FAULT */
	int64_t retry_after_s; /* what the receiver asked for; 0 or less = nothing */
	uint64_t chance;
};
int64_t answer_wait_ms(const struct answer_wait *wait);

#endif
