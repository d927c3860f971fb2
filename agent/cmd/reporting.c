#include "reporting.h"

#include "../base/array.h"
#include "../base/clock.h"
#include "../base/digest.h"
#include "../report/report_json.h"
#include "../system/host.h"
#include "spooling.h"
#include "textfile.h"

/* --- what people are told ----------------------------------------------------------------------------------------- */

/* Whether a count has reached another power of two: an outage may last, and cron makes a mail of each line. */
static bool worth_a_word(uint64_t before, uint64_t now)
{
	return now > before && (before ^ now) > before;
}

static void tell_given_up(const struct run *run, const struct spool_queue *queue, uint64_t before)
{
	uint64_t now = queue->memory->dropped;

	if (worth_a_word(before, now))
		pipeline_complain(arena_printf(
			run->arena,
			"the queue of '%s' is full: %llu report%s given up so far; 'holdfast report --test' says why it is not taken",
			queue->name, (unsigned long long)now, now == 1 ? "" : "s"));
}

/* Once a day, from the second one on. */
static void tell_outage(const struct run *run, const struct spool_queue *queue, int64_t last_ms)
{
	static const int64_t day_ms = 86400000;
	struct spool_waiting waiting;

	spool_look(run->arena, queue, &waiting);
	int64_t days = (clock_now_ms() - waiting.oldest_ms) / day_ms, told = (last_ms - waiting.oldest_ms) / day_ms;
	if (waiting.oldest_ms > 0 && days > 0 && days > told)
		pipeline_complain(arena_printf(run->arena,
					       "nothing was delivered to '%s' for %lld day%s, and %zu report%s: %s; "
					       "'holdfast report --test' says more",
					       queue->name, (long long)days, days == 1 ? "" : "s", waiting.reports,
					       waiting.reports == 1 ? " waits" : "s wait",
					       queue->state.last_error != NULL ? queue->state.last_error
									       : "no sender has tried"));
}

/* The sender has nobody to talk to, so the next run says what it has met since the last one. */
static void tell_fault(const struct run *run, const struct spool_queue *queue, int64_t last_ms)
{
	const struct queue_state *state = &queue->state;
	uint64_t failures = (uint64_t)state->failures;
	bool news = state->decided > last_ms && worth_a_word(failures - 1, failures);

	if (state->fault && state->last_error != NULL && news)
		pipeline_complain(arena_printf(
			run->arena, "reports to '%s' are kept, not delivered: %s; 'holdfast report --test' says more",
			queue->name, state->last_error));
	tell_outage(run, queue, last_ms);
	int64_t news_count = state->refused - queue->memory->refused_told;
	if (news_count > 0 && state->last_refused != NULL)
		pipeline_complain(arena_printf(
			run->arena, "%lld report%s will never be delivered to '%s', now in bad/ of its queue: %s",
			(long long)news_count, news_count == 1 ? "" : "s", queue->name, state->last_refused));
	queue->memory->refused_told = state->refused;
}

/* --- the document ------------------------------------------------------------------------------------------------- */

static void complete(struct run *run, struct report *report)
{
	host_facts(run->arena, &run->tree, FACTS_IDENTITY | FACTS_OS | FACTS_VIRTUALIZATION, &run->facts);
	report->digest = desired_digest(run->arena, &run->desired);
}

static bool fits(struct arena *arena, const json_t *document, size_t *length)
{
	struct gzip_bytes plain, packed;
	struct error err = {0};

	if (!document_pack(arena, document, &plain, &packed, &err))
		return false;
	*length = packed.length;
	return true;
}

/* One that is too large goes without what is in line, and if that is not enough with its counts alone. */
static json_t *fitting(struct run *run, json_t *document, size_t *length)
{
	static const char why[] = "the report is larger than a queue takes: only its counts are sent";

	if (fits(run->arena, document, length))
		return document;
	json_t *shorter = document_shorter(document);
	if (!fits(run->arena, shorter, length)) {
		json_decref(shorter);
		shorter = document_counts_only(document);
		json_array_append_new(json_object_get(json_object_get(shorter, "run"), "errors"), json_string(why));
		pipeline_complain(why);
		*length = 0;
	}
	json_decref(document);
	return shorter;
}

static json_t *document_of(struct spooling *spooling, struct report *report, size_t *length, struct error *err)
{
	struct run *run = spooling->run;
	/* Asked now, under the lock of the spool: runs that began together are numbered and named in one order. */
	int64_t id_ms = spool_next_ms(run->arena, spooling->queues, spooling->count, clock_now_ms(),
				      spooling->counters.last_ms);

	if (!digest_uuid7(run->arena, id_ms, &report->id, err))
		return NULL;
	complete(run, report);
	report->seq = spooling->counters.seq + 1;
	json_t *document = report_json_document(run->arena, report);
	document_cut(run->arena, document);
	return fitting(run, document, length);
}

/* --- the spool ---------------------------------------------------------------------------------------------------- */

static int64_t corrected(const struct plan *plan)
{
	int64_t count = 0;

	for (size_t i = 0; plan != NULL && i < plan->count; i++)
		count += plan->items[i].result == PLAN_CHANGED;
	return count;
}

static void complain(const struct spooling *spooling, const struct spool_queue *queue, const struct error *err)
{
	pipeline_complain(arena_printf(spooling->run->arena, "the queue of '%s': %s", queue->name, err->text));
}

/* What has to go for this report, and what goes in of it: decided, counted and remembered, and nothing done yet. */
static void decide(struct spooling *spooling, const struct report *report, json_t *document, size_t length)
{
	struct arena *arena = spooling->run->arena;
	struct counters *counters = &spooling->counters;
	struct error err = {0};

	for (size_t i = 0; i < spooling->count; i++) {
		struct spool_queue *queue = &spooling->queues[i];

		if (!spool_choose(arena, queue, clock_now_ms(), length, &err))
			complain(spooling, queue, &err);
		queue->memory->dropped += queue->given_up.count + queue->full;
		if (!spool_prepare(arena, queue, document, clock_now_ms(), &err))
			complain(spooling, queue, &err);
	}
	counters->seq = report->seq;
	counters->last_ms = queue_name_ms(report->id);
	counters->corrected += corrected(report->plan);
}

static void give_up(const struct spooling *spooling)
{
	struct error err = {0};

	for (size_t i = 0; i < spooling->count; i++) {
		if (!spool_give_up(&spooling->queues[i], &err))
			complain(spooling, &spooling->queues[i], &err);
	}
}

/* On disk before the report is, so that a number is never given twice. On a full disk room is made first. */
static bool count(struct spooling *spooling, struct error *err)
{
	if (spooling_write_counters(spooling, err)) {
		give_up(spooling);
		return true;
	}
	give_up(spooling);
	return spooling_write_counters(spooling, err);
}

static void put(struct spooling *spooling, json_t *document)
{
	struct arena *arena = spooling->run->arena;
	struct gzip_bytes plain, packed;
	struct error err = {0};

	if (!document_pack(arena, document, &plain, &packed, &err)) {
		pipeline_complain(arena_printf(arena, "the report is not kept: %s", err.text));
		return;
	}
	for (size_t i = 0; i < spooling->count; i++) {
		if (!spool_put(arena, &spooling->queues[i], document, &packed, &err))
			complain(spooling, &spooling->queues[i], &err);
	}
	if (!spooling_write_last(spooling, &packed, &err))
		pipeline_complain(arena_printf(arena, "the report is not kept: %s", err.text));
}

static bool keep(struct spooling *spooling, struct report *report, json_t **document, struct error *err)
{
	uint64_t *before = arena_array(spooling->run->arena, spooling->count, sizeof(*before));
	int64_t last_ms = spooling->counters.last_ms;
	size_t length = 0;

	for (size_t i = 0; i < spooling->count; i++) {
		before[i] = spooling->queues[i].memory->dropped;
		tell_fault(spooling->run, &spooling->queues[i], last_ms);
	}
	json_t *made = document_of(spooling, report, &length, err);
	if (made == NULL)
		return false;
	decide(spooling, report, made, length);
	report->dropped_reports = counters_dropped(&spooling->counters);
	json_object_set_new(json_object_get(made, "run"), "dropped_reports",
			    json_integer((json_int_t)report->dropped_reports));
	*document = made;
	if (!count(spooling, err))
		return false;
	for (size_t i = 0; i < spooling->count; i++)
		tell_given_up(spooling->run, &spooling->queues[i], before[i]);
	put(spooling, made);
	return spooling_tell_sender(spooling, err);
}

/* A spool that cannot be reached keeps nobody from the metrics, which would tell of it. */
static void go_without(struct run *run, struct report *report, json_t **document)
{
	struct error err = {0};

	if (!digest_uuid7(run->arena, clock_now_ms(), &report->id, &err))
		return;
	complete(run, report);
	*document = report_json_document(run->arena, report);
	if (run->config.metrics_textfile != NULL)
		textfile_write(run, *document, NULL);
}

void reporting_keep(struct run *run, struct report *report, json_t **document)
{
	struct spooling spooling;
	struct error err = {0};

	*document = NULL;
	if (!spooling_open(run, true, &spooling, &err)) {
		pipeline_complain(arena_printf(run->arena, "the report is not kept: %s", err.text));
		go_without(run, report, document);
		return;
	}
	if (!keep(&spooling, report, document, &err))
		pipeline_complain(arena_printf(run->arena, "the report is not kept: %s", err.text));
	const struct metrics_spool spool = {spooling.queues, spooling.count, &spooling.counters};
	if (run->config.metrics_textfile != NULL && *document != NULL)
		textfile_write(run, *document, &spool);
	spooling_close(&spooling);
}
