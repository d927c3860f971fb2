#include "spool.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "../base/digest.h"
#include "../base/text.h"

static const int64_t hour_ms = 3600000, day_ms = 86400000;
/* No clock of ours has ever said this (the year 6429): such a name somebody has made up. */
static const int64_t latest_ms = (int64_t)1 << 47;
/* 2026-01-01 */
static const int64_t written_ms = 1767225600000;

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

/* The oldest without changes, or else the oldest. */
static void choose_one(struct room *room, size_t *from)
{
	for (; *from < room->files.count; ++*from) {
		const char *name = room->files.items[*from].name;

		if (name == NULL || counters_has(&room->queue->memory->changed, name))
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

/*
 * A board without a battery begins in 1970: a date from before this was written says nothing of how old a report is. Nor does a
 * clock that has leapt ahead, so between the newest one and now there is a day at most.
 */
static void choose_old(struct room *room, int64_t now_ms)
{
	int64_t newest_ms = room->files.count > 0 ? queue_name_ms(room->files.items[room->files.count - 1].name)
						  : now_ms;

	if (now_ms > newest_ms + day_ms)
		now_ms = newest_ms + day_ms;
	for (size_t i = 0; i < room->files.count; i++) {
		int64_t made_ms = queue_name_ms(room->files.items[i].name);

		if (made_ms >= written_ms && made_ms + SPOOL_DAYS_MOST * day_ms < now_ms)
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

bool spool_choose(struct arena *arena, struct spool_queue *queue, int64_t now_ms, size_t incoming, struct error *err)
{
	struct room room = {.arena = arena, .queue = queue};

	if (!queue_list(arena, queue->folder, &room.files, err))
		return false;
	room.count = room.files.count;
	for (size_t i = 0; i < room.files.count; i++)
		room.bytes += counted(&room.files.items[i]);
	queue->full = room.count == 0 && disk_is_low(queue->folder, incoming);
	choose_old(&room, now_ms);
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
	const struct counters_queue *memory = queue->memory;
	struct queue_files files;
	struct error err = {0};

	if (!queue_list(arena, queue->folder, &files, &err))
		return false;
	return files.count == 0 || (text_equal(files.items[files.count - 1].name, memory->newest) &&
				    text_equal(fingerprint, memory->fingerprint));
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

/* Names of what has gone are forgotten. */
static void keep_waiting(struct counters_names *names, const struct queue_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		bool waits = false;

		for (size_t j = 0; j < files->count && !waits; j++)
			waits = strcmp(files->items[j].name, names->items[i]) == 0;
		if (waits)
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
}

/* Before it is put: whoever dies in between remembers one too many, which is forgotten again. */
static void remember(struct arena *arena, const struct spool_queue *queue, const json_t *document, const char *name)
{
	struct counters_queue *memory = queue->memory;
	const char *fingerprint = json_string_value(json_object_get(document, "fingerprint"));
	struct queue_files files;
	struct error err = {0};

	if (queue_list(arena, queue->folder, &files, &err))
		keep_waiting(&memory->changed, &files);
	if (document_has_changes(document))
		*ARRAY_ADD(arena, &memory->changed) = name;
	memory->newest = name;
	memory->fingerprint = fingerprint != NULL ? arena_string(arena, fingerprint) : NULL;
}

bool spool_prepare(struct arena *arena, struct spool_queue *queue, json_t *document, int64_t now_ms, struct error *err)
{
	const char *id = json_string_value(json_object_get(document, "id"));

	if (queue->full)
		return true;
	queue->heartbeat = is_known(arena, queue, document, now_ms);
	/* Made in the same moment, whatever the clock says by now. */
	if (queue->heartbeat && !digest_uuid7(arena, queue_name_ms(id), &id, err))
		return false;
	queue->id = arena_string(arena, id);
	remember(arena, queue, document, queue_name(arena, queue->id));
	return true;
}

static bool put(struct arena *arena, const struct spool_queue *queue, const struct gzip_bytes *packed,
		struct error *err)
{
	return queue_write(queue->folder, queue_name(arena, queue->id), packed->items, packed->length, err);
}

bool spool_put(struct arena *arena, const struct spool_queue *queue, json_t *document, const struct gzip_bytes *packed,
	       struct error *err)
{
	struct gzip_bytes plain, short_packed;

	if (queue->full || queue->id == NULL)
		return true;
	if (!queue->heartbeat)
		return put(arena, queue, packed, err);
	json_t *heartbeat = document_heartbeat(document, queue->id);
	bool done = queue_write_lightly(queue->folder, queue_full_name, packed->items, packed->length, err) &&
		    document_pack(arena, heartbeat, &plain, &short_packed, err) &&
		    put(arena, queue, &short_packed, err);
	json_decref(heartbeat);
	return done;
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
