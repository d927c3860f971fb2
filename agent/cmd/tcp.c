/*
 * tcp: TCP sockets by state, who is in TIME-WAIT, the ports that are left, the counters that matter, and what it means.
 * Writes nothing.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "../report/report_json.h"
#include "../report/report_tcp_json.h"
#include "commands.h"
#include "looking.h"
#include "output.h"
#include "setters.h"

static enum look_depth depth_of(const struct options *options)
{
	return options->time_wait ? LOOK_TIME_WAIT : options->totals ? LOOK_TOTALS : LOOK_ALL;
}

static bool print_look(struct run *run, struct look *look, const struct look *before, struct error *err)
{
	struct text text = {.arena = look->arena};
	struct report_tcp report;

	if (depth_of(run->options) != LOOK_TIME_WAIT) {
		looking_read(look, before);
		setters_find(look->arena, &run->tree, &look->readings);
	}
	looking_report(run, look, before, &report);
	if (run->options->json) {
		json_t *document = report_tcp_json(look->arena, &report);

		if (!(run->options->interval_s > 0 ? report_json_line(&text, document, err)
						   : report_json_print(&text, document, err)))
			return false;
	} else if (depth_of(run->options) == LOOK_TIME_WAIT) {
		text_format(&text, "%llu\n", (unsigned long long)look->census.time_wait);
	} else {
		const struct table_style style = output_style(run->options);

		report_tcp(&text, &report, &style, run->options->verbose);
	}
	return output_print(run, &text, err);
}

/* To the moment itself, so that many looks do not drift; when one came late (a stop, a long look) they begin anew. */
static bool sleep_until(struct timespec *next, uint64_t seconds, struct error *err)
{
	struct timespec now;
	int cause;

	next->tv_sec += (time_t)seconds;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double left_s = (double)(next->tv_sec - now.tv_sec) + (double)(next->tv_nsec - now.tv_nsec) / 1e9;
	if (left_s < (double)seconds / 2)
		*next = (struct timespec){.tv_sec = now.tv_sec + (time_t)seconds, .tv_nsec = now.tv_nsec};
	do {
		cause = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
	} while (cause == EINTR);
	return cause == 0 || error_system(err, cause, "wait for the next look");
}

/* Each look lives in an arena of its own, and of the one before only what rates need is kept. */
static bool look_on(struct run *run, struct look *before, struct error *err)
{
	const struct options *options = run->options;
	struct timespec next;
	bool done = true;

	clock_gettime(CLOCK_MONOTONIC, &next);
	if (isatty(STDERR_FILENO) == 1 && !options->quiet)
		fprintf(stderr, "holdfast: rates over %llu s; the first in as long%s\n",
			(unsigned long long)options->interval_s, options->looks == 0 ? ", Ctrl-C ends it" : "");
	for (uint64_t i = 0; done && (options->looks == 0 || i < options->looks); i++) {
		struct arena arena = {0};
		struct look look;

		done = sleep_until(&next, options->interval_s, err) &&
		       looking_take(&arena, run, depth_of(options), &look, err) && print_look(run, &look, before, err);
		if (done && !options->json && !options->time_wait && i + 1 != options->looks)
			done = output_print(run, &(const struct text){.bytes = (char[]){"\n"}, .length = 1}, err);
		if (done) {
			before->counters = look.counters;
			before->steady_ms = look.steady_ms;
		}
		arena_free(&arena);
	}
	return done;
}

enum exit_code tcp_command(struct run *run)
{
	struct look look;
	struct error err;

	if (!looking_prepare(run, depth_of(run->options)))
		return run->exit;
	if (!looking_take(run->arena, run, depth_of(run->options), &look, &err))
		return pipeline_fail(&err);
	bool done = run->options->interval_s > 0 ? look_on(run, &look, &err) : print_look(run, &look, NULL, &err);
	return done ? EXIT_IN_LINE : pipeline_fail(&err);
}
