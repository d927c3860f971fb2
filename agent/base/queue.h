/*
 * A destination's queue: a folder with one file for each report that waits, as the agent puts them and the sender takes them.
 *
 *	<id>.json.gz    a report; the id is a UUIDv7, so the names sort by time
 *	full.json.gz    the full report that stands behind the newest heartbeat (mode: changes)
 *	state.json      how far the sender is (base/queue_state)
 *	bad/            what no receiver will ever take, a few of them
 *	.tmp-*          not there yet; a killed writer leaves one behind
 *
 * The one sender that works on it holds a lock on the folder (flock(2)). The folder belongs to the sender's user, who may
 * not be trusted with more than this. So nothing in it is followed, waited for or read without a bound, and whatever does
 * not look like this is left alone.
 */
#ifndef HOLDFAST_BASE_QUEUE_H
#define HOLDFAST_BASE_QUEUE_H

#include <jansson.h>
#include <sys/types.h>

#include "gzip.h"

enum { QUEUE_PACKED_MOST = 1 << 20, QUEUE_PLAIN_MOST = 8 << 20, QUEUE_BAD_MOST = 16, QUEUE_ID_LENGTH = 36 };

extern const char queue_full_name[]; /* "full.json.gz" */

struct queue_file {
	const char *name;
	off_t size;
};
struct queue_files {
	struct queue_file *items;
	size_t count, capacity;
};

/* The reports that wait, the oldest first. */
bool queue_list(struct arena *arena, int folder, struct queue_files *files, struct error *err) MUST_CHECK;
/* "<id>.json.gz" for the id of a report. */
const char *queue_name(struct arena *arena, const char *id);
bool queue_is_name(const char *name);
/* When the file with this name was made, by its maker's clock. */
int64_t queue_name_ms(const char *name);

/* A report, read. */
struct queue_report {
	struct gzip_bytes packed, plain;
	json_t *document; /* an object; the caller lets go of it */
};
enum queue_read { QUEUE_READ, QUEUE_GONE, QUEUE_SPOILED, QUEUE_FAILED };
/* QUEUE_SPOILED: it is no report, and err says why. QUEUE_FAILED: it could not be read now. */
enum queue_read queue_read(struct arena *arena, int folder, const char *name, struct queue_report *report,
			   struct error *err) MUST_CHECK;

/*
 * Puts a whole file in place: a temporary one is written and on disk before it takes the name, and the folder is before this
 * returns. It belongs to whom the folder does. Whoever dies in between leaves the old file and a temporary one.
 */
bool queue_write(int folder, const char *name, const char *bytes, size_t length, struct error *err) MUST_CHECK;
/* The same for what may be lost with the power: nothing is synced. */
bool queue_write_lightly(int folder, const char *name, const char *bytes, size_t length, struct error *err) MUST_CHECK;
/* Takes away what a killed agent left of reports. Only while no other agent writes here. */
void queue_sweep(int folder);
/* Gives a file of the queue another name in it; one that has gone is no fault. */
bool queue_rename(int folder, const char *name, const char *new_name, struct error *err) MUST_CHECK;
/* Takes a report away for good; one that has gone is no fault. */
bool queue_remove(int folder, const char *name, struct error *err) MUST_CHECK;
/* Moves it to bad/, where the oldest go when there are too many. */
bool queue_spoil(struct arena *arena, int folder, const char *name, struct error *err) MUST_CHECK;

#endif
