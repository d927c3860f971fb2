#include "delivery.h"

#include <sys/random.h>

#include "../base/clock.h"
#include "../base/document.h"
#include "../base/queue.h"
#include "../base/text.h"
#include "answer.h"

enum { RUN_MS = 60000, REQUEST_MS = 20000, REQUEST_LEAST_MS = 5000, QUICK_LEAST_MS = 1000, QUICK_MOST_MS = 3000 };

/* What this run remembers between reports. */
struct walk {
	struct delivery *delivery;
	struct arena arena; /* of the report in hand */
	const struct request_line *line;
	int64_t started_ms;
	size_t requests;
	bool retried; /* the one quick retry of a connection is spent */
};

/* What becomes of the walk after a report. */
enum next { NEXT_REPORT, NEXT_STOP, NEXT_FAILED };

static void complain(const struct delivery *delivery, const char *text)
{
	if (!delivery->quiet)
		fprintf(stderr, "holdfast-send: %s: %s\n", delivery->name, text_printable(delivery->arena, text));
}

static uint64_t chance(void)
{
	uint64_t bits = 0;

	/* Without it all hosts would wait alike, and that is all. */
	(void)!getrandom(&bits, sizeof(bits), 0);
	return bits;
}

/* Of the run's time. */
static int64_t left_ms(const struct walk *walk)
{
	return RUN_MS - (clock_steady_ms() - walk->started_ms);
}

/* --- one request -------------------------------------------------------------------------------------------------- */

/* One that is over with the run's time, at the latest. */
static bool post_once(struct walk *walk, struct request *request, struct request_result *result, struct error *err)
{
	int64_t most_ms = left_ms(walk);

	if (most_ms > REQUEST_MS)
		most_ms = REQUEST_MS;
	walk->requests++;
	request->timeout_ms = most_ms < REQUEST_LEAST_MS ? REQUEST_LEAST_MS : (long)most_ms;
	return request_send(&walk->arena, walk->line, request, result, err);
}

static bool post(struct walk *walk, struct request *request, struct request_result *result, struct error *err)
{
	if (!post_once(walk, request, result, err))
		return false;
	bool unconnected = result->status == 0 && result->stage < REQUEST_TLS;
	if (!unconnected || walk->retried)
		return true;
	walk->retried = true;
	clock_pause_ms(QUICK_LEAST_MS + (int64_t)(chance() % (QUICK_MOST_MS - QUICK_LEAST_MS + 1)));
	return post_once(walk, request, result, err);
}

/* As the destination takes it: plain when it does not take gzip. */
static bool post_bytes(struct walk *walk, const json_t *document, const struct gzip_bytes *plain,
		       const struct gzip_bytes *packed, struct request_result *result, struct error *err)
{
	bool unpacked = walk->delivery->state.plain;
	struct request request = {.body = unpacked ? plain : packed, .packed = !unpacked, .document = document};

	return post(walk, &request, result, err);
}

static bool post_shorter(struct walk *walk, json_t *document, struct request_result *result, struct error *err)
{
	struct gzip_bytes plain, packed;
	json_t *shorter = document_shorter(document);
	bool done = document_pack(&walk->arena, shorter, &plain, &packed, err) &&
		    post_bytes(walk, shorter, &plain, &packed, result, err);

	json_decref(shorter);
	return done;
}

/* The report, and what the answer asks to be tried at once: another encoding, a shorter form. */
static bool post_report(struct walk *walk, const struct queue_report *report, struct request_result *result,
			struct error *err)
{
	struct queue_state *state = &walk->delivery->state;

	if (!post_bytes(walk, report->document, &report->plain, &report->packed, result, err))
		return false;
	if (result->status == 415 && !state->plain) {
		state->plain = true;
		if (!post_bytes(walk, report->document, &report->plain, &report->packed, result, err))
			return false;
		/* It was not the encoding, then. */
		state->plain = result->status != 415;
	}
	if (result->status == 413)
		return post_shorter(walk, report->document, result, err);
	return true;
}

/* --- what becomes of it ------------------------------------------------------------------------------------------- */

static bool save(struct delivery *delivery, struct error *err)
{
	return queue_state_write(delivery->arena, delivery->queue, &delivery->state, false, err);
}

static enum next taken(struct delivery *delivery, const char *name, const json_t *document, struct error *err)
{
	struct queue_state *state = &delivery->state;
	const char *kind = json_string_value(json_object_get(document, "kind"));
	const char *fingerprint = json_string_value(json_object_get(document, "fingerprint"));

	if (!queue_remove(delivery->queue, name, err))
		return NEXT_FAILED;
	delivery->delivered++;
	delivery->waiting -= delivery->waiting > 0;
	state->last_delivery = clock_now_ms();
	state->failures = 0;
	state->fault = false;
	state->next_try = 0;
	state->last_error = NULL;
	if (kind != NULL && strcmp(kind, "full") == 0) {
		state->fingerprint = fingerprint != NULL ? arena_string(delivery->arena, fingerprint) : NULL;
		state->last_full = state->last_delivery;
	}
	return NEXT_REPORT;
}

static enum next spoil(struct delivery *delivery, const char *name, const char *why, struct error *err)
{
	/* What cannot be set aside must not hold up those behind it. */
	if (!queue_spoil(delivery->arena, delivery->queue, name, err)) {
		complain(delivery, err->text);
		return NEXT_REPORT;
	}
	delivery->spoiled++;
	delivery->waiting -= delivery->waiting > 0;
	delivery->state.refused++;
	delivery->state.last_refused = arena_printf(delivery->arena, "%s: %s", name, why);
	complain(delivery,
		 arena_printf(delivery->arena, "%s; it lies in bad/ of the queue", delivery->state.last_refused));
	return NEXT_REPORT;
}

/* The words of a failure, for people and for state.json. */
static const char *failure_text(struct arena *arena, const struct request_result *result, const struct answer *answer)
{
	if (result->status == 0)
		return arena_string(arena, text_printable(arena, result->failure));
	return arena_printf(arena, "it answers %ld: %s", result->status, answer->meaning);
}

static enum next wait(struct delivery *delivery, const struct request_result *result, const struct answer *answer)
{
	struct queue_state *state = &delivery->state;
	const struct answer_wait rule = {
		.failures = state->failures,
		.fault = answer->action != ANSWER_LATER,
		.retry_after_s = result->retry_after_s,
		.chance = chance(),
	};

	delivery->failure = failure_text(delivery->arena, result, answer);
	delivery->advice = answer->advice;
	delivery->fault = rule.fault;
	state->fault = rule.fault;
	state->decided = clock_now_ms();
	state->next_try = state->decided + answer_wait_ms(&rule);
	state->failures++;
	state->last_error = delivery->failure;
	return NEXT_STOP;
}

/* The sign of life goes, and the full report behind it takes its place in the queue. */
static enum next need_full(struct walk *walk, const char *name, struct error *err);

static enum next settle(struct walk *walk, const char *name, const struct queue_report *report,
			const struct request_result *result, struct error *err)
{
	struct delivery *delivery = walk->delivery;
	const struct answer_case given = {result->status, result->need_full, result->is_page};
	const struct answer answer = answer_of(&given);
	const char *kind = json_string_value(json_object_get(report->document, "kind"));

	delivery->state.last_status = result->status;
	switch (answer.action) {
	case ANSWER_TAKEN:
		return taken(delivery, name, report->document, err);
	case ANSWER_NEVER:
	case ANSWER_SHORTER:
		return spoil(delivery, name, failure_text(delivery->arena, result, &answer), err);
	case ANSWER_FULL:
		if (kind != NULL && strcmp(kind, "heartbeat") == 0)
			return need_full(walk, name, err);
		break;
	case ANSWER_LATER:
	case ANSWER_FAULT:
	case ANSWER_PLAIN:
		break;
	}
	return wait(delivery, result, &answer);
}

/*
 * Before a full report of another state goes out: whenever we die from here on, the agent must not believe that the receiver
 * still has the old one, and send signs of life for it.
 */
static void forget_state(struct delivery *delivery, const json_t *document)
{
	struct queue_state *state = &delivery->state;
	const char *kind = json_string_value(json_object_get(document, "kind"));
	const char *fingerprint = json_string_value(json_object_get(document, "fingerprint"));
	bool full = kind != NULL && strcmp(kind, "full") == 0;
	struct error err = {0};

	if (!full || state->fingerprint == NULL ||
	    (fingerprint != NULL && strcmp(fingerprint, state->fingerprint) == 0))
		return;
	state->fingerprint = NULL;
	/* On a full disk it is more to deliver: that makes room. */
	(void)!queue_state_write(delivery->arena, delivery->queue, state, true, &err);
}

static enum next deliver(struct walk *walk, const char *name, struct error *err)
{
	struct delivery *delivery = walk->delivery;
	struct queue_report report;
	struct request_result result;
	struct error why = {0};

	arena_free(&walk->arena);
	switch (queue_read(&walk->arena, delivery->queue, name, &report, &why)) {
	case QUEUE_READ:
		break;
	case QUEUE_GONE:
		delivery->waiting -= delivery->waiting > 0;
		return NEXT_REPORT;
	case QUEUE_SPOILED:
		return spoil(delivery, name, why.text, err);
	case QUEUE_FAILED:
		complain(delivery, why.text);
		return NEXT_REPORT;
	}
	forget_state(delivery, report.document);
	enum next next = post_report(walk, &report, &result, err) ? settle(walk, name, &report, &result, err)
								  : NEXT_FAILED;
	json_decref(report.document);
	return next;
}

static enum next need_full(struct walk *walk, const char *name, struct error *err)
{
	struct delivery *delivery = walk->delivery;
	struct queue_report full;
	struct error why = {0};

	delivery->state.fingerprint = NULL;
	if (!save(delivery, err))
		return NEXT_FAILED;
	enum queue_read read = queue_read(delivery->arena, delivery->queue, queue_full_name, &full, &why);
	/* Without one the next run makes it: it finds no fingerprint that the receiver has. */
	if (read != QUEUE_READ) {
		if (!queue_remove(delivery->queue, name, err))
			return NEXT_FAILED;
		delivery->waiting -= delivery->waiting > 0;
		return NEXT_REPORT;
	}
	const char *id = json_string_value(json_object_get(full.document, "id"));
	const char *full_name = arena_string(delivery->arena, queue_name(delivery->arena, id));
	json_decref(full.document);
	bool usable = queue_is_name(full_name);
	if (usable && !queue_rename(delivery->queue, queue_full_name, full_name, err))
		return NEXT_FAILED;
	if (!queue_remove(delivery->queue, name, err))
		return NEXT_FAILED;
	return usable ? deliver(walk, full_name, err) : NEXT_REPORT;
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

static bool has_time(const struct walk *walk)
{
	return walk->requests < walk->delivery->most && left_ms(walk) >= REQUEST_LEAST_MS;
}

static bool walk_through(struct walk *walk, const struct queue_files *files, struct error *err)
{
	struct delivery *delivery = walk->delivery;

	for (size_t i = 0; i < files->count && has_time(walk); i++) {
		enum next next = deliver(walk, files->items[i].name, err);

		if (next == NEXT_FAILED)
			return false;
		if (delivery->progress != NULL)
			delivery->progress(delivery);
		if (next == NEXT_STOP)
			break;
	}
	return (walk->requests == 0 && delivery->spoiled == 0) || save(delivery, err);
}

bool delivery_run(struct delivery *delivery, const struct request_line *line, struct error *err)
{
	struct walk walk = {.delivery = delivery, .line = line, .started_ms = clock_steady_ms()};
	struct queue_files files;

	if (!queue_list(delivery->arena, delivery->queue, &files, err))
		return false;
	delivery->waiting = files.count;
	bool walked = walk_through(&walk, &files, err);
	arena_free(&walk.arena);
	return walked;
}

void delivery_fail(struct delivery *delivery, const char *why)
{
	const struct answer_wait rule = {.failures = delivery->state.failures, .fault = true, .chance = chance()};
	struct error err = {0};

	delivery->failure = why;
	delivery->fault = true;
	delivery->state.fault = true;
	delivery->state.decided = clock_now_ms();
	delivery->state.next_try = delivery->state.decided + answer_wait_ms(&rule);
	delivery->state.failures++;
	delivery->state.last_status = 0;
	delivery->state.last_error = why;
	(void)!save(delivery, &err);
}
