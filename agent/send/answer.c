#include "answer.h"

#include "../base/queue_state.h"

enum { SLOT_S = 30, LONGEST_S = 3600, FAULT_S = 15 * 60, DOUBLINGS_MOST = 7 };

static const struct row {
	long first, last;
	struct answer answer;
} rows[] = {
	{200, 299, {ANSWER_TAKEN, "it is delivered", NULL}},
	{300, 399, {ANSWER_FAULT, "it redirects, which is not followed", "set 'url' in agent.yaml to where it points"}},
	{400, 400, {ANSWER_NEVER, "it finds the report malformed", "ask who runs it why; the report lies in bad/"}},
	{401, 401, {ANSWER_FAULT, "it does not know the token", "put a valid one into 'token_file'"}},
	{403, 403, {ANSWER_FAULT, "it does not permit this host", "look at the token, or at the client certificate"}},
	{404, 405, {ANSWER_FAULT, "it takes no reports at this address", "look at 'url' in agent.yaml"}},
	{408, 408, {ANSWER_LATER, "it was too slow", NULL}},
	{409, 409, {ANSWER_LATER, "it is still at work on this report", NULL}},
	{410, 410, {ANSWER_FAULT, "it takes no reports at this address any more", "look at 'url' in agent.yaml"}},
	{413, 413, {ANSWER_SHORTER, "the report is too large for it", "let it take 8 MiB"}},
	{415, 415, {ANSWER_PLAIN, "it does not take gzip", NULL}},
	{422,
	 422,
	 {ANSWER_NEVER, "it has this report with another content, or finds it malformed",
	  "ask who runs it why; the report lies in bad/"}},
	{425, 425, {ANSWER_LATER, "it is too early for it", NULL}},
	{429, 429, {ANSWER_LATER, "it wants fewer requests", "a longer 'splay' or 'interval' spreads them"}},
	{400, 499, {ANSWER_FAULT, "it refuses the request", "look at 'url' in agent.yaml, and into its log"}},
	{501, 501, {ANSWER_FAULT, "it takes no reports at this address", "look at 'url' in agent.yaml"}},
	{500, 599, {ANSWER_LATER, "it has trouble of its own", NULL}},
};

/*
 * Who answers for people has not read the report: nginx says 400 in HTML to a client certificate that it does not like, and to
 * plain HTTP on a port of TLS. The report is not to blame for that.
 */
static const struct answer in_front = {ANSWER_FAULT, "a server in front refuses the request",
				       "look at 'url', 'cert_file' and 'key_file' in agent.yaml, and into its log"};

struct answer answer_of(const struct answer_case *given)
{
	if (given->status == 409 && given->need_full)
		return (struct answer){ANSWER_FULL, "it wants the full report", NULL};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (given->status < rows[i].first || given->status > rows[i].last)
			continue;
		return rows[i].answer.action == ANSWER_NEVER && given->is_page ? in_front : rows[i].answer;
	}
	return (struct answer){ANSWER_LATER, "no answer has come", NULL};
}

int64_t answer_wait_ms(const struct answer_wait *wait)
{
	int64_t doublings = wait->failures < DOUBLINGS_MOST ? wait->failures : DOUBLINGS_MOST;
	int64_t most_s = SLOT_S << doublings, floor_s = wait->fault ? FAULT_S : 0;
	uint64_t low = wait->chance & 0xffffffffu, high = wait->chance >> 32;

	if (most_s > LONGEST_S)
		most_s = LONGEST_S;
	int64_t delay_ms = (int64_t)(low % ((uint64_t)most_s * 1000 + 1));
	if (wait->retry_after_s > floor_s)
		floor_s = wait->retry_after_s < QUEUE_WAIT_MOST_S ? wait->retry_after_s : QUEUE_WAIT_MOST_S;
	/* Up to a fifth more than the floor, so that not all hosts come back in the same second. */
	int64_t floor_ms = floor_s * 1000 + (int64_t)(high % ((uint64_t)floor_s * 200 + 1));
	int64_t wait_ms = delay_ms > floor_ms ? delay_ms : floor_ms;
	return wait_ms < (int64_t)QUEUE_WAIT_MOST_S * 1000 ? wait_ms : (int64_t)QUEUE_WAIT_MOST_S * 1000;
}
