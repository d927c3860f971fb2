#include "clock.h"

static int64_t clock_ms(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t clock_steady_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static struct tm broken_down(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm parts = {0};

	gmtime_r(&seconds, &parts);
	return parts;
}

const char *clock_text(struct arena *arena, int64_t time_ms)
{
	struct tm parts = broken_down(time_ms);

	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
			    parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(time_ms % 1000));
}

const char *clock_date(struct arena *arena, int64_t time_ms)
{
	struct tm parts = broken_down(time_ms);

	return arena_printf(arena, "%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}
