/*
 * A destination's queue in the temporary host, and reports in it.
 */
#ifndef HOLDFAST_TESTS_QUEUE_FOLDER_H
#define HOLDFAST_TESTS_QUEUE_FOLDER_H

#include "base/queue.h"
#include "unit.h"

/* The folder `path` of the temporary host, made and opened; the caller closes it. */
int queue_folder_open(struct unit *unit, const char *path);
/* The id of a report that was made at ms; the number tells those of one moment apart. */
const char *queue_folder_id(struct unit *unit, int64_t ms, unsigned number);
/* Puts a packed report of that id; fields: more fields as JSON, "" or "\"kind\":\"full\"". */
void queue_folder_put(struct unit *unit, int folder, const char *id, const char *fields);
/* Puts any bytes under any name. */
void queue_folder_write(struct unit *unit, int folder, const char *name, const char *bytes, size_t length);
bool queue_folder_has(int folder, const char *name);
/* The numbers of the reports that wait, in the order of queue_list: "1 2 3". */
const char *queue_folder_numbers(struct unit *unit, int folder);

#endif
