/*
 * Starting holdfast-send, the program that lies beside this one: it opens the sockets that this one never does.
 */
#ifndef HOLDFAST_CMD_SENDER_H
#define HOLDFAST_CMD_SENDER_H

#include "pipeline.h"

/* In the background, in a session of its own and with nothing of ours open: whoever waits for us does not wait for it. */
bool sender_start(const struct run *run, int64_t splay_s, struct error *err) MUST_CHECK;
/* In our place, with its own words and exit status; argument is "--now" or "--test". Returns only when that failed. */
enum exit_code sender_become(const struct run *run, const char *argument);

#endif
