#include "clock.h"

#include <errno.h>

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

int64_t clock_boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

struct date {
	int64_t year;
	int month, day;
};

/* Division that rounds down, for times before 1970: a clock may never have been set. */
static int64_t floor_of(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

/*
 * The date of a day since 1970-01-01, in the Gregorian calendar. Not gmtime_r(3), which reads the zone files first. Years
 * begin in March here, so that the leap day comes last; 146097 days are 400 years.
 */
static struct date date_of(int64_t day)
{
	int64_t from_march = day + 719468; /* since 0000-03-01 */
	int64_t era = floor_of(from_march, 146097), in_era = from_march - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	return (struct date){
		.year = era * 400 + year + (month >= 10),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(in_year - (153 * month + 2) / 5 + 1),
	};
}

enum { DAY_MS = 24 * 3600 * 1000 };

const char *clock_text(struct arena *arena, int64_t time_ms)
{
	struct date date = date_of(floor_of(time_ms, DAY_MS));
	int in_day = (int)(time_ms - floor_of(time_ms, DAY_MS) * DAY_MS);

	return arena_printf(arena, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)date.year, date.month, date.day,
			    in_day / 3600000, in_day / 60000 % 60, in_day / 1000 % 60, in_day % 1000);
}

const char *clock_date(struct arena *arena, int64_t time_ms)
{
	struct date date = date_of(floor_of(time_ms, DAY_MS));

	return arena_printf(arena, "%04lld-%02d-%02d", (long long)date.year, date.month, date.day);
}

void clock_pause_ms(int64_t ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
		;
}

bool clock_end_after(int64_t seconds, struct error *err)
{
	struct sigevent end = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
	const struct itimerspec after = {.it_value.tv_sec = (time_t)seconds};
	timer_t timer;

	return (timer_create(CLOCK_MONOTONIC, &end, &timer) == 0 && timer_settime(timer, 0, &after, NULL) == 0) ||
	       error_system(err, errno, "set a timer");
}
