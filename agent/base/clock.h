/*
 * The time, asked for once at the edge of the program and handed down as a number.
 */
#ifndef HOLDFAST_BASE_CLOCK_H
#define HOLDFAST_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "error.h"

int64_t clock_now_ms(void);    /* since 1970-01-01 UTC */
int64_t clock_steady_ms(void); /* for durations; its start has no meaning */
/* Sleeps so long, whatever signals come. */
void clock_pause_ms(int64_t ms);
/* Kills this process after so long, also one that has been stopped. For good; children do not inherit it. */
bool clock_end_after(int64_t seconds, struct error *err) MUST_CHECK;
int64_t clock_boot_ms(void); /* since the boot, sleep counted; nobody can set it */
/* RFC 3339 in UTC to the millisecond: 2026-11-22T18:40:01.250Z */
const char *clock_text(struct arena *arena, int64_t time_ms);
/* 2026-11-22, for comparing with dates that people write. */
const char *clock_date(struct arena *arena, int64_t time_ms);

#endif
