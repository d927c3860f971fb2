#include "spooling.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "../base/array.h"
#include "../base/clock.h"
#include "../change/replace.h"
#include "../report/destinations.h"
#include "../system/host.h"
#include "giving.h"

static const char own_folder[] = "/var/lib/holdfast", spool_folder[] = "/var/lib/holdfast/spool";
static const char lock_name[] = "lock", counters_name[] = "counters.json", destinations_name[] = "destinations.json",
		  last_name[] = "last.json.gz";

/* As far as JSON's readers agree. */
static const json_int_t seq_most = (json_int_t)1 << 53;

enum { COUNTERS_MOST = 4 << 20, DESTINATIONS_MOST = 1 << 20, LOCK_TRIES = 100, LOCK_PAUSE_MS = 20 };

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* Another agent is done in milliseconds; one that hangs must not hold us up. Nobody else can open the file. */
static bool lock(struct spooling *spooling, struct error *err)
{
	spooling->lock = openat(spooling->folder, lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (spooling->lock < 0)
		return error_system(err, errno, "open the lock of the spool");
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(spooling->lock, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK)
			return error_system(err, errno, "lock the spool");
		clock_pause_ms(LOCK_PAUSE_MS);
	}
	return error_set(err, "another holdfast has held the spool for too long");
}

/* The folder of one destination, made for the sender's user. */
static bool open_queue(struct spooling *spooling, const char *name, bool making, int *folder, struct error *err)
{
	if (making)
		(void)mkdirat(spooling->folder, name, 0700);
	CLEANUP(fd_close)
	int fd = openat(spooling->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		error_system(err, errno, "open the queue");
	bool ready = fd >= 0 && (!making || giving_queue(spooling->run, spooling->folder, fd, err));
	if (!ready)
		return error_wrap(err, "%s/%s", spool_folder, name);
	*folder = fd_take(&fd);
	return true;
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
		queue_state_read(run->arena, queue.folder, report->url, &queue.state);
		(void)counters_of(run->arena, &spooling->counters, queue.name);
		spooling->queues[spooling->count++] = queue;
	}
	/* Only now they stay where they are. */
	for (size_t i = 0; i < spooling->count; i++)
		spooling->queues[i].memory = counters_of(run->arena, &spooling->counters, spooling->queues[i].name);
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

/* Numbers and names go on from those of the last report; what was counted over the runs begins anew. */
static void count_anew(struct spooling *spooling)
{
	struct run *run = spooling->run;
	struct queue_report last;
	struct error err = {0};

	pipeline_complain("counters.json of the spool is damaged; counting begins anew, but for the number of the run");
	spooling->counters = (struct counters){0};
	if (queue_read(run->arena, spooling->folder, last_name, &last, &err) != QUEUE_READ)
		return;
	const char *name = queue_name(run->arena, json_string_value(json_object_get(last.document, "id")));
	json_int_t seq = json_integer_value(json_object_get(json_object_get(last.document, "run"), "seq"));
	spooling->counters.seq = seq > 0 && seq < seq_most ? seq : 0;
	spooling->counters.last_ms = queue_is_name(name) ? queue_name_ms(name) : 0;
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
	*spooling = (struct spooling){.run = run, .folder = -1, .lock = -1};
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
	fd_close(&spooling->lock);
	fd_close(&spooling->folder);
}

/* --- what others ask for ------------------------------------------------------------------------------------------ */

bool spooling_write_counters(struct spooling *spooling, struct error *err)
{
	struct text text = {.arena = spooling->run->arena};

	return counters_print(&text, &spooling->counters, err) &&
	       queue_write(spooling->folder, counters_name, text.bytes, text.length, err);
}

bool spooling_write_last(struct spooling *spooling, const struct gzip_bytes *packed, struct error *err)
{
	return queue_write_lightly(spooling->folder, last_name, packed->items, packed->length, err);
}

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
