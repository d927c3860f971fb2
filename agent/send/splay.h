/*
 * When a host delivers: its own moment within the splay, always the same, so that a fleet whose cron starts in one second
 * arrives spread out.
 */
#ifndef HOLDFAST_SEND_SPLAY_H
#define HOLDFAST_SEND_SPLAY_H

#include <stdint.h>

#include "../base/arena.h"

/* 0 to splay_s seconds, in ms. host_id: NULL = not known, which is 0. */
int64_t splay_ms(struct arena *arena, const char *host_id, int64_t splay_s);

#endif
