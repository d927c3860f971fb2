#include "base/clock.h"

#include "unit.h"

static const struct {
	const char *name;
	int64_t time_ms;
	const char *text, *date;
} times[] = {
	{"the epoch", 0, "1970-01-01T00:00:00.000Z", "1970-01-01"},
	{"the header's example", 1795372801250, "2026-11-22T18:40:01.250Z", "2026-11-22"},
	{"one millisecond", 1, "1970-01-01T00:00:00.001Z", "1970-01-01"},
	{"the last of a day", 86399999, "1970-01-01T23:59:59.999Z", "1970-01-01"},
	{"the first of a day", 86400000, "1970-01-02T00:00:00.000Z", "1970-01-02"},
	{"29 February", 1709208000000, "2024-02-29T12:00:00.000Z", "2024-02-29"},
	{"no leap year", 4107542399000, "2100-02-28T23:59:59.000Z", "2100-02-28"},
	{"the day after", 4107542400000, "2100-03-01T00:00:00.000Z", "2100-03-01"},
	{"beyond 32 bits", 2147483648000, "2038-01-19T03:14:08.000Z", "2038-01-19"},
	{"the end of a year", 1798761599999, "2026-12-31T23:59:59.999Z", "2026-12-31"},
	{"the last of four digits", 253402300799999, "9999-12-31T23:59:59.999Z", "9999-12-31"},
	{"a clock that was never set", -1, "1969-12-31T23:59:59.999Z", "1969-12-31"},
	{"a whole second before the epoch", -1000, "1969-12-31T23:59:59.000Z", "1969-12-31"},
	{"a second and a bit before the epoch", -1500, "1969-12-31T23:59:58.500Z", "1969-12-31"},
};

static void times_are_written_as_rfc_3339(struct unit *unit)
{
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		SAME_TEXT(unit, times[i].name, clock_text(&unit->arena, times[i].time_ms), times[i].text);
		SAME_TEXT(unit, times[i].name, clock_date(&unit->arena, times[i].time_ms), times[i].date);
	}
}

static void times_are_utc_wherever_the_host_stands(struct unit *unit)
{
	setenv("TZ", "Pacific/Kiritimati", 1);
	tzset();
	SAME_TEXT(unit, "the epoch", clock_text(&unit->arena, 0), "1970-01-01T00:00:00.000Z");
	SAME_TEXT(unit, "the epoch's date", clock_date(&unit->arena, 0), "1970-01-01");
	unsetenv("TZ");
	tzset();
}

static void dates_sort_as_text(struct unit *unit)
{
	const char *before = clock_date(&unit->arena, 0);

	for (int64_t day = 1; day < 40000; day += 13) {
		const char *date = clock_date(&unit->arena, day * 86400000);

		if (strlen(date) != 10 || strcmp(before, date) >= 0)
			HOLDS(unit, date, false);
		before = date;
	}
	HOLDS(unit, "the last", strcmp(before, "2079-01-01") > 0);
}

static void clocks_run_forward(struct unit *unit)
{
	struct timespec now;
	int64_t steady = clock_steady_ms();

	clock_gettime(CLOCK_REALTIME, &now);
	int64_t known = (int64_t)now.tv_sec * 1000;
	HOLDS(unit, "now", clock_now_ms() >= known && clock_now_ms() < known + 60000);
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	int64_t later = clock_steady_ms();
	HOLDS(unit, "milliseconds", later - steady >= 20 && later - steady < 60000);
}

static const struct CMUnitTest tests[] = {
	UNIT(times_are_written_as_rfc_3339),
	UNIT(times_are_utc_wherever_the_host_stands),
	UNIT(dates_sort_as_text),
	UNIT(clocks_run_forward),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
