/*
 * apply --confirm: everything is set, and undone at the deadline unless `holdfast confirm` comes.
 *
 * The watcher is a process of its own, started before anything is changed and in a session of its own: the end of the
 * terminal does not reach it. It goes by the journal alone. When the apply dies half-way it undoes what is there; when the
 * deadline comes or the probe fails it undoes all of it. Should the watcher be killed, the next changing command or
 * `holdfast recover` does the same; should the host be started anew, the files are still the old ones.
 */
#ifndef HOLDFAST_CMD_WAITING_H
#define HOLDFAST_CMD_WAITING_H

#include "changing.h"

/*
 * Refuses what could not be undone, tries the probe once, starts the watcher. *hold: as long as it is open, the watcher lets
 * the apply do its work. False: nothing was changed, and run->exit is set.
 */
bool waiting_prepare(struct changing *changing, int *hold) MUST_CHECK;
/* Starts the clock: the entry waits from now on. */
bool waiting_begin(struct changing *changing, struct error *err) MUST_CHECK;
/* Says what was set and what comes next; on a terminal counts down until it is decided. After the lock was let go. */
enum exit_code waiting_follow(struct changing *changing);

#endif
