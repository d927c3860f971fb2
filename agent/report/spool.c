#include "spool.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "../base/array.h"
#include "../base/digest.h"

static const int64_t hour_ms = 3600000, day_ms = 86400000;
/* No clock of ours has ever said this (the year 6429): such a name somebody has made up. */
static const int64_t latest_ms = (int64_t)1 << 47;

/* --- room --------------------------------------------------------------------------------------------------------- */

/* The queue while it is looked at for what has to go. */
struct room {
	struct arena *arena;
	struct spool_queue *queue;
	struct queue_files files; /* a name of NULL: it goes */
	size_t count;
	uint64_t bytes;
};

/* What is larger than any report is none, and no reason for others to go; the sender sets it aside. */
static uint64_t counted(const struct queue_file *file)
{
	return file->size > QUEUE_PACKED_MOST ? 0 : (uint64_t)file->size;
}

static void choose(struct room *room, size_t i)
{
	struct queue_file *file = &room->files.items[i];

	*ARRAY_ADD(room->arena, &room->queue->given_up) = file->name;
	room->count--;
	room->bytes -= counted(file);
	file->name = NULL;
}

/* Whether a report that waits is so; what cannot be read is not. */
static bool report_is(const struct spool_queue *queue, const char *name, bool (*so)(const json_t *document))
{
	struct arena arena = {0};
	struct queue_report report;
	struct error err = {0};
	bool answer = false;

	if (queue_read(&arena, queue->folder, name, &report, &err) == QUEUE_READ) {
		answer = so(report.document);
		json_decref(report.document);
	}
	arena_free(&arena);
	return answer;
}

/* A board without a battery begins in 1970: such a date says nothing of how old a report is. */
static bool is_undated(const json_t *document)
{
	return json_is_false(json_object_get(json_object_get(document, "run"), "clock_synchronized"));
}

/* The oldest without changes, or else the oldest. */
static void choose_one(struct room *room, size_t *from)
{
	for (; *from < room->files.count; ++*from) {
		const char *name = room->files.items[*from].name;

		if (name == NULL || report_is(room->queue, name, document_has_changes))
			continue;
		choose(room, *from);
		return;
	}
	for (size_t i = 0; i < room->files.count; i++) {
		if (room->files.items[i].name == NULL)
			continue;
		choose(room, i);
		return;
	}
}

static void choose_old(struct room *room, const struct spool_clock *clock)
{
	for (size_t i = 0; clock->trusted && i < room->files.count; i++) {
		const char *name = room->files.items[i].name;

		if (queue_name_ms(name) + SPOOL_DAYS_MOST * day_ms < clock->now_ms &&
		    !report_is(room->queue, name, is_undated))
			choose(room, i);
	}
}

/* Whether the disk has less than its share free with so many bytes more. */
static bool disk_is_low(int folder, size_t incoming)
{
	struct statvfs disk;

	if (fstatvfs(folder, &disk) != 0 || disk.f_blocks == 0 || disk.f_frsize == 0)
		return false;
	uint64_t needed = (uint64_t)incoming / disk.f_frsize + 1, free = disk.f_bavail;
	return free < needed || (free - needed) * 100 < (uint64_t)disk.f_blocks * SPOOL_FREE_PERCENT;
}

static void choose_for_bounds(struct room *room, size_t incoming)
{
	size_t from = 0;

	while (room->count > 0 && (room->count + 1 > SPOOL_FILES_MOST || room->bytes + incoming > SPOOL_BYTES_MOST))
		choose_one(room, &from);
	if (!disk_is_low(room->queue->folder, incoming))
		return;
	/* The disk may be full because of others: as much goes as comes, and no more. */
	uint64_t before = room->bytes;
	while (room->count > 0 && before - room->bytes < incoming)
		choose_one(room, &from);
}

bool spool_choose(struct arena *arena, struct spool_queue *queue, const struct spool_clock *clock, size_t incoming,
		  struct error *err)
{
	struct room room = {.arena = arena, .queue = queue};

	if (!queue_list(arena, queue->folder, &room.files, err))
		return false;
	room.count = room.files.count;
	for (size_t i = 0; i < room.files.count; i++)
		room.bytes += counted(&room.files.items[i]);
	queue->full = room.count == 0 && disk_is_low(queue->folder, incoming);
	choose_old(&room, clock);
	choose_for_bounds(&room, incoming);
	return true;
}

bool spool_give_up(const struct spool_queue *queue, struct error *err)
{
	for (size_t i = 0; i < queue->given_up.count; i++) {
		if (!queue_remove(queue->folder, queue->given_up.items[i], err))
			return false;
	}
	return true;
}

/* --- putting ------------------------------------------------------------------------------------------------------ */

int64_t spool_next_ms(struct arena *arena, const struct spool_queue *queues, size_t count, int64_t now_ms,
		      int64_t last_ms)
{
	int64_t next = last_ms >= now_ms && last_ms - now_ms < hour_ms ? last_ms + 1 : now_ms;

	for (size_t i = 0; i < count; i++) {
		struct queue_files files;
		struct error err = {0};

		if (!queue_list(arena, queues[i].folder, &files, &err) || files.count == 0)
			continue;
		int64_t newest = queue_name_ms(files.items[files.count - 1].name);
		if (newest >= next && newest < latest_ms)
			next = newest + 1;
	}
	return next;
}

/* Whether the newest report that waits, if one does, is of this state: else the receiver will have another by then. */
static bool will_be_known(struct arena *arena, const struct spool_queue *queue, const char *fingerprint)
{
	struct queue_files files;
	struct queue_report report;
	struct error err = {0};

	if (!queue_list(arena, queue->folder, &files, &err))
		return false;
	if (files.count == 0)
		return true;
	if (queue_read(arena, queue->folder, files.items[files.count - 1].name, &report, &err) != QUEUE_READ)
		return false;
	const char *waiting = json_string_value(json_object_get(report.document, "fingerprint"));
	bool same = waiting != NULL && strcmp(waiting, fingerprint) == 0;
	json_decref(report.document);
	return same;
}

/* Whether a sign of life says all: the receiver has this very state, and not for too long. */
static bool is_known(struct arena *arena, const struct spool_queue *queue, const json_t *document, int64_t now_ms)
{
	const char *fingerprint = json_string_value(json_object_get(document, "fingerprint"));
	const struct queue_state *state = &queue->state;
	int64_t age_ms = now_ms - state->last_full;

	return queue->changes_only && fingerprint != NULL && state->fingerprint != NULL &&
	       strcmp(fingerprint, state->fingerprint) == 0 && !document_has_changes(document) && age_ms >= 0 &&
	       age_ms < SPOOL_FULL_HOURS * hour_ms && will_be_known(arena, queue, fingerprint);
}

static bool put(struct arena *arena, const struct spool_queue *queue, const json_t *document, struct error *err)
{
	const char *id = json_string_value(json_object_get(document, "id"));
	struct gzip_bytes plain, packed;

	return document_pack(arena, document, &plain, &packed, err) &&
	       queue_write(queue->folder, queue_name(arena, id), packed.items, packed.length, err);
}

static bool put_heartbeat(struct arena *arena, const struct spool_queue *queue, json_t *document, struct error *err)
{
	struct gzip_bytes plain, packed;
	const char *id, *full_id = json_string_value(json_object_get(document, "id"));

	/* Made in the same moment, whatever the clock says by now. */
	if (!digest_uuid7(arena, queue_name_ms(full_id), &id, err) ||
	    !document_pack(arena, document, &plain, &packed, err))
		return false;
	json_t *heartbeat = document_heartbeat(document, id);
	bool done = queue_write_lightly(queue->folder, queue_full_name, packed.items, packed.length, err) &&
		    put(arena, queue, heartbeat, err);
	json_decref(heartbeat);
	return done;
}

bool spool_put(struct arena *arena, const struct spool_queue *queue, json_t *document, int64_t now_ms,
	       struct error *err)
{
	if (queue->full)
		return true;
	if (is_known(arena, queue, document, now_ms))
		return put_heartbeat(arena, queue, document, err);
	return put(arena, queue, document, err);
}

void spool_look(struct arena *arena, const struct spool_queue *queue, struct spool_waiting *waiting)
{
	struct queue_files files;
	struct error err = {0};

	*waiting = (struct spool_waiting){0};
	if (!queue_list(arena, queue->folder, &files, &err))
		return;
	waiting->reports = files.count;
	waiting->oldest_ms = files.count > 0 ? queue_name_ms(files.items[0].name) : 0;
	for (size_t i = 0; i < files.count; i++)
		waiting->bytes += (uint64_t)files.items[i].size;
}
