#include "spooling.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/clock.h"
#include "../base/digest.h"
#include "../change/replace.h"
#include "../report/destinations.h"
#include "../report/report_json.h"
#include "../system/account.h"
#include "../system/host.h"
#include "textfile.h"

static const char own_folder[] = "/var/lib/holdfast", spool_folder[] = "/var/lib/holdfast/spool";
static const char counters_name[] = "counters.json", destinations_name[] = "destinations.json",
		  last_name[] = "last.json.gz";

enum { COUNTERS_MOST = 64 << 10, DESTINATIONS_MOST = 1 << 20, LOCK_TRIES = 100, LOCK_PAUSE_MS = 20 };

static void pause_ms(int64_t ms)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* Another agent is done in milliseconds; one that hangs must not hold us up. */
static bool lock(struct spooling *spooling, struct error *err)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(spooling->folder, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK)
			return error_system(err, errno, "lock the spool");
		pause_ms(LOCK_PAUSE_MS);
	}
	return error_set(err, "another holdfast has held the spool for too long");
}

/* The folder of one destination, made for the sender's user. */
static bool open_queue(struct spooling *spooling, const char *name, bool making, int *folder, struct error *err)
{
	struct run *run = spooling->run;
	bool made = making && mkdirat(spooling->folder, name, 0700) == 0;
	CLEANUP(fd_close)
	int fd = openat(spooling->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return error_system(err, errno, "open %s/%s", spool_folder, name);
	const struct account account = account_find(run->arena, &run->tree);
	/* A user namespace may have no such user (EINVAL). */
	if (made && geteuid() == 0 && fchown(fd, account.user, account.group) != 0 && errno != EINVAL)
		return error_system(err, errno, "give %s/%s to the sender's user", spool_folder, name);
	if (made && fsync(spooling->folder) != 0)
		return error_system(err, errno, "sync %s", spool_folder);
	*folder = fd_take(&fd);
	return true;
}

/* The sender has nobody to talk to, so the next run says what it met; ever more rarely, since it may take a while to mend. */
static void tell_fault(const struct run *run, const struct spool_queue *queue)
{
	const struct queue_state *state = &queue->state;
	bool power_of_two = (state->failures & (state->failures - 1)) == 0;

	if (state->fault && state->last_error != NULL && power_of_two)
		pipeline_complain(arena_printf(
			run->arena, "reports to '%s' are kept, not delivered: %s; 'holdfast report --test' says more",
			queue->name, state->last_error));
}

static void open_queues(struct spooling *spooling, bool making)
{
	struct run *run = spooling->run;
	const struct config *config = &run->config;
	struct error err = {0};

	spooling->queues = arena_array(run->arena, config->reports.count, sizeof(*spooling->queues));
	for (size_t i = 0; i < config->reports.count; i++) {
		const struct config_report *report = &config->reports.items[i];
		struct spool_queue queue = {.name = report->name, .changes_only = report->changes_only};

		if (!open_queue(spooling, report->name, making, &queue.folder, &err)) {
			if (making)
				pipeline_complain(err.text);
			continue;
		}
		if (making)
			queue_sweep(queue.folder);
		queue_state_read(run->arena, queue.folder, &queue.state);
		if (making)
			tell_fault(run, &queue);
		spooling->queues[spooling->count++] = queue;
	}
}

/* A file of the spool; NULL with errno when it is not there or not to be read. */
static const char *read_file(const struct spooling *spooling, const char *name, size_t most, size_t *length)
{
	char *bytes;
	CLEANUP(fd_close)
	int fd = openat(spooling->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return NULL;
	switch (fd_read_all(spooling->run->arena, fd, most, &bytes, length)) {
	case FD_DONE:
		return bytes;
	case FD_TOO_LONG:
		*length = 0; /* damaged, then */
		return "";
	case FD_FAILED:
		return NULL;
	}
	return NULL;
}

/* The number goes on from that of the last report, and so does what it told of drops. */
static void count_anew(struct spooling *spooling)
{
	struct run *run = spooling->run;
	struct queue_report last;
	struct error err = {0};

	pipeline_complain("counters.json of the spool is damaged; counting goes on from the last report");
	spooling->counters = (struct counters){0};
	if (queue_read(run->arena, spooling->folder, last_name, &last, &err) != QUEUE_READ)
		return;
	json_int_t seq = json_integer_value(json_object_get(json_object_get(last.document, "run"), "seq"));
	spooling->counters.seq = seq > 0 ? seq : 0;
	json_decref(last.document);
}

/* What is there and cannot be read now must not be begun anew: a number would be given twice. */
static bool read_counters(struct spooling *spooling, struct error *err)
{
	size_t length;
	const char *bytes = read_file(spooling, counters_name, COUNTERS_MOST, &length);

	if (bytes == NULL && errno != ENOENT)
		return error_system(err, errno, "read %s of the spool", counters_name);
	if (bytes != NULL && !counters_read(spooling->run->arena, bytes, length, &spooling->counters))
		count_anew(spooling);
	return true;
}

bool spooling_open(struct run *run, bool making, struct spooling *spooling, struct error *err)
{
	*spooling = (struct spooling){.run = run, .folder = -1};
	if (making) {
		CLEANUP(fd_close) int own = -1;

		if (!replace_open_folder(run->arena, &run->tree, own_folder, 0700, &own, err) ||
		    !replace_open_folder(run->arena, &run->tree, spool_folder, 0700, &spooling->folder, err))
			return false;
		if (!lock(spooling, err)) {
			spooling_close(spooling);
			return false;
		}
		queue_sweep(spooling->folder);
	} else {
		spooling->folder = tree_open_file(&run->tree, spool_folder, O_RDONLY | O_DIRECTORY);
		if (spooling->folder < 0)
			return error_system(err, errno, "open %s", tree_shown(run->arena, &run->tree, spool_folder));
	}
	if (!read_counters(spooling, err)) {
		spooling_close(spooling);
		return false;
	}
	open_queues(spooling, making);
	return true;
}

void spooling_close(struct spooling *spooling)
{
	for (size_t i = 0; i < spooling->count; i++)
		fd_close(&spooling->queues[i].folder);
	spooling->count = 0;
	fd_close(&spooling->folder);
}

/* --- keeping ------------------------------------------------------------------------------------------------------ */

static int64_t corrected(const struct plan *plan)
{
	int64_t count = 0;

	for (size_t i = 0; plan != NULL && i < plan->count; i++)
		count += plan->items[i].result == PLAN_CHANGED;
	return count;
}

/* Once for the first, and then ever more rarely: an outage may last, and cron makes a mail of each line. */
static void tell_given_up(const struct run *run, const struct spool_queue *queue, uint64_t before, uint64_t now)
{
	if ((before ^ now) > before)
		pipeline_complain(arena_printf(
			run->arena,
			"the queue of '%s' is full: %llu report%s given up so far; 'holdfast report --test' says why it is not taken",
			queue->name, (unsigned long long)now, now == 1 ? "" : "s"));
}

/* What has to go for a report of the size that this one has; counted, and not gone yet. */
static void choose(struct spooling *spooling, const struct report *report, json_t *document)
{
	struct arena *arena = spooling->run->arena;
	const struct spool_clock clock = {clock_now_ms(), report->facts->clock != FACTS_CLOCK_UNSET};
	struct gzip_bytes plain, packed;
	struct error err = {0};
	size_t size = document_pack(arena, document, &plain, &packed, &err) ? packed.length : QUEUE_PACKED_MOST;

	for (size_t i = 0; i < spooling->count; i++) {
		struct spool_queue *queue = &spooling->queues[i];
		uint64_t *dropped = counters_dropped(arena, &spooling->counters, queue->name), before = *dropped;

		if (!spool_choose(arena, queue, &clock, size, &err))
			pipeline_complain(arena_printf(arena, "the queue of '%s': %s", queue->name, err.text));
		*dropped += queue->given_up.count + queue->full;
		tell_given_up(spooling->run, queue, before, *dropped);
	}
}

static void give_up(const struct spooling *spooling)
{
	struct error err = {0};

	for (size_t i = 0; i < spooling->count; i++) {
		if (!spool_give_up(&spooling->queues[i], &err))
			pipeline_complain(arena_printf(spooling->run->arena, "the queue of '%s': %s",
						       spooling->queues[i].name, err.text));
	}
}

static bool write_counters(struct spooling *spooling, struct error *err)
{
	struct text text = {.arena = spooling->run->arena};

	return counters_print(&text, &spooling->counters, err) &&
	       queue_write(spooling->folder, counters_name, text.bytes, text.length, err);
}

static bool fits(struct arena *arena, const json_t *document)
{
	struct gzip_bytes plain, packed;
	struct error err = {0};

	return document_pack(arena, document, &plain, &packed, &err);
}

/* One that is too large goes without what is in line, and if that is not enough with its counts alone. */
static json_t *fitting(struct run *run, json_t *document)
{
	if (fits(run->arena, document))
		return document;
	json_t *shorter = document_shorter(document);
	if (!fits(run->arena, shorter)) {
		static const char why[] = "the report is larger than a queue takes: only its counts are sent";

		json_decref(shorter);
		shorter = document_heartbeat(document, json_string_value(json_object_get(document, "id")));
		json_array_append_new(json_object_get(json_object_get(shorter, "run"), "errors"), json_string(why));
		pipeline_complain(why);
	}
	json_decref(document);
	return shorter;
}

static void put(struct spooling *spooling, json_t *document)
{
	struct arena *arena = spooling->run->arena;
	struct gzip_bytes plain, packed;
	struct error err = {0};

	for (size_t i = 0; i < spooling->count; i++) {
		if (!spool_put(arena, &spooling->queues[i], document, clock_now_ms(), &err))
			pipeline_complain(arena_printf(arena, "the report is not queued for '%s': %s",
						       spooling->queues[i].name, err.text));
	}
	/* It may be lost with the power: the next run makes another. */
	if (!document_pack(arena, document, &plain, &packed, &err) ||
	    !queue_write_lightly(spooling->folder, last_name, packed.items, packed.length, &err))
		pipeline_complain(arena_printf(arena, "the report is not kept: %s", err.text));
}

static json_t *document_of(struct spooling *spooling, struct report *report, struct error *err)
{
	struct run *run = spooling->run;
	/* Asked now, under the lock of the spool: runs that began together are numbered and named in one order. */
	int64_t id_ms = spool_next_ms(run->arena, spooling->queues, spooling->count, clock_now_ms(),
				      spooling->counters.last_ms);

	host_facts(run->arena, &run->tree, FACTS_IDENTITY | FACTS_OS | FACTS_VIRTUALIZATION, &run->facts);
	if (!digest_uuid7(run->arena, id_ms, &report->id, err))
		return NULL;
	report->digest = desired_digest(run->arena, &run->desired);
	report->seq = spooling->counters.seq + 1;
	return fitting(run, report_json_document(run->arena, report));
}

/* The counters are on disk before the report is: a number is never given twice. */
static bool keep(struct spooling *spooling, struct report *report, json_t **document, struct error *err)
{
	json_t *made = document_of(spooling, report, err);

	if (made == NULL)
		return false;
	choose(spooling, report, made);
	spooling->counters.seq = report->seq;
	spooling->counters.last_ms = queue_name_ms(report->id);
	spooling->counters.corrected += corrected(report->plan);
	report->dropped_reports = counters_dropped_sum(&spooling->counters);
	json_object_set_new(json_object_get(made, "run"), "dropped_reports",
			    json_integer((json_int_t)report->dropped_reports));
	*document = made;
	if (!write_counters(spooling, err))
		return false;
	give_up(spooling);
	put(spooling, made);
	return spooling_tell_sender(spooling, err);
}

void spooling_keep(struct run *run, struct report *report, json_t **document)
{
	struct spooling spooling;
	struct error err = {0};

	*document = NULL;
	if (!spooling_open(run, true, &spooling, &err)) {
		pipeline_complain(arena_printf(run->arena, "the report is not kept: %s", err.text));
		return;
	}
	if (!keep(&spooling, report, document, &err))
		pipeline_complain(arena_printf(run->arena, "the report is not kept: %s", err.text));
	const struct metrics_spool spool = {spooling.queues, spooling.count, &spooling.counters};
	if (run->config.metrics_textfile != NULL && *document != NULL)
		textfile_write(run, *document, &spool);
	spooling_close(&spooling);
}

/* --- what others ask for ------------------------------------------------------------------------------------------ */

bool spooling_tell_sender(struct spooling *spooling, struct error *err)
{
	struct run *run = spooling->run;
	struct text text = {.arena = run->arena};
	size_t length;
	const char *before = read_file(spooling, destinations_name, DESTINATIONS_MOST, &length);

	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	if (!destinations_print(&text, &run->config, run->facts.host_id, err))
		return false;
	if (before != NULL && length == text.length && memcmp(before, text.bytes, length) == 0)
		return true;
	if (before == NULL && run->config.reports.count == 0)
		return true;
	return queue_write(spooling->folder, destinations_name, text.bytes, text.length, err);
}

json_t *spooling_last(struct run *run, struct error *err)
{
	struct spooling spooling;
	struct queue_report report;
	json_t *document = NULL;

	if (!spooling_open(run, false, &spooling, err)) {
		if (err->number == ENOENT)
			error_set(err, "no report has been kept yet: 'holdfast run' makes one, "
				       "'holdfast check --json' prints what it would say");
		return NULL;
	}
	switch (queue_read(run->arena, spooling.folder, last_name, &report, err)) {
	case QUEUE_READ:
		document = report.document;
		break;
	case QUEUE_GONE:
		error_set(err, "no report has been kept yet: 'holdfast run' makes one, "
			       "'holdfast check --json' prints what it would say");
		break;
	case QUEUE_SPOILED:
	case QUEUE_FAILED:
		error_wrap(err, "%s/%s", spool_folder, last_name);
		break;
	}
	spooling_close(&spooling);
	return document;
}
