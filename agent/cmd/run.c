/*
 * run: the cron entry. Checks or applies as agent.yaml and the rollout say, keeps the report, and starts the sender.
 *
 * The work is done by a child (cmd/bounded), which is shut in and ended when it takes too long. What is left, the parent, has
 * read agent.yaml and nothing else: it tells of a child that came to no end, and starts the sender. Whatever becomes of the
 * reporting does not change what was found or done: the exit status is that of check or apply.
 */
#include <unistd.h>

#include "../base/clock.h"
#include "../core/mode.h"
#include "../report/report_mode.h"
#include "../system/host.h"
#include "applying.h"
#include "bounded.h"
#include "commands.h"
#include "output.h"
#include "recovery.h"
#include "sender.h"
#include "spooling.h"

/* For the report of a run that came to no end; and for all that the parent does beside waiting for its two children. */
enum { TELL_S = 30, PARENT_S = 60 };

/* systemd names each start of a unit; cron gives no terminal. */
static const char *trigger(void)
{
	if (getenv("INVOCATION_ID") != NULL && isatty(STDIN_FILENO) != 1)
		return "timer";
	return isatty(STDIN_FILENO) == 1 ? "manual" : "cron";
}

static unsigned splay_of(const struct run *run)
{
	return run->options->splay_s >= 0 ? (unsigned)run->options->splay_s : run->config.splay_s;
}

static enum exit_code audit(struct run *run)
{
	struct error err = {0};

	(void)recovery_tell(run);
	if (!pipeline_desired(run) || !pipeline_observed(run))
		return run->exit;
	pipeline_judged(run);
	if (!output_outcome(run, NULL, NULL, NULL, &err))
		return pipeline_fail(&err);
	(void)!pipeline_tell(run);
	return pipeline_exit(run);
}

static enum exit_code enforce(struct run *run)
{
	return recovery_clear(run) ? applying_carry_out(run, NULL) : run->exit;
}

/* A run that could not do its work is worth a report of its own: the centre asks where and why. */
static void keep_failure(struct run *run, enum exit_code code)
{
	struct error err = {0};

	for (size_t i = 0; i < run->findings.count; i++) {
		const struct finding *finding = &run->findings.items[i];

		if (finding->severity == FINDING_ERROR)
			*ARRAY_ADD(run->arena, &run->errors) =
				finding->source.file == NULL
					? finding->text
					: arena_printf(run->arena, "%s:%u:%u: %s", finding->source.file,
						       finding->source.line, finding->source.column, finding->text);
	}
	if (run->errors.count == 0)
		*ARRAY_ADD(run->arena, &run->errors) = arena_printf(run->arena, "the run ended with %d", (int)code);
	run->outcome.verdict = VERDICT_ERROR;
	if (!pipeline_host(run) || !output_outcome(run, NULL, NULL, NULL, &err))
		pipeline_complain("nothing of this is reported");
}

/* In the child. */
static enum exit_code work(struct run *run)
{
	if (!pipeline_settings(run))
		return run->exit;
	enum exit_code code = run->audit ? audit(run) : enforce(run);
	if (!run->told && code != EXIT_BUSY)
		keep_failure(run, code);
	return code;
}

/* In a second child, after the first came to no end. */
static enum exit_code tell_of_end(struct run *run)
{
	if (pipeline_shut_in(run))
		keep_failure(run, EXIT_WORK);
	return EXIT_WORK;
}

/* *end: what became of a run that came to no end, to be said when all else is done, for nobody may be reading. */
static enum exit_code work_in_time(struct run *run, const char **end)
{
	enum exit_code code = EXIT_WORK;
	struct error err = {0}, untold = {0};

	if (bounded_run(run, work, run->options->time_limit_s, &code, &err))
		return code;
	*ARRAY_ADD(run->arena, &run->errors) = arena_string(run->arena, err.text);
	bool told = bounded_run(run, tell_of_end, TELL_S, &code, &untold);
	*end = arena_printf(run->arena, "%s; what it may have left undone, the next one undoes%s%s", err.text,
			    told ? "" : "; nor is it reported: ", untold.text);
	return EXIT_WORK;
}

static enum exit_code explain(struct run *run, const struct mode *mode)
{
	struct text text = {.arena = run->arena};
	struct error err = {0};

	if (!pipeline_settings(run))
		return run->exit;
	const struct report_mode report = {
		.mode = mode,
		.config = &run->config,
		.facts = &run->facts,
		.profiles = &run->profile_words,
		.today = clock_date(run->arena, run->now_ms),
		.time_limit_s = (unsigned)run->options->time_limit_s,
		.splay_s = splay_of(run),
	};

	if (!run->options->json)
		report_mode(&text, &report);
	else if (!report_mode_json(&text, &report, &err))
		return pipeline_fail(&err);
	if (!output_print(run, &text, &err))
		return pipeline_fail(&err);
	/* What would keep the run from it: an unfinished change, a profile that is not there or not valid. */
	(void)recovery_tell(run);
	return pipeline_desired(run) ? EXIT_IN_LINE : run->exit;
}

enum exit_code run_command(struct run *run)
{
	const char *end = NULL;
	struct mode mode;
	struct error err = {0};

	run->terse = true;
	run->trigger = trigger();
	/* Whatever stands still, even the reader of what we print: no start of cron stays for ever. */
	if (!run->options->explain && !clock_end_after((int64_t)(run->options->time_limit_s + TELL_S + PARENT_S), &err))
		return pipeline_fail(&err);
	if (!pipeline_config(run))
		return run->exit;
	host_facts(run->arena, &run->tree, FACTS_IDENTITY | config_needs(&run->config), &run->facts);
	mode_decide(run->arena, &run->config, &run->facts, &mode);
	run->audit = mode.audit;
	run->outside = mode.why == MODE_OUT_OF_SHARE || mode.why == MODE_NO_IDENTITY;
	if (run->options->explain)
		return explain(run, &mode);
	run->keeps = true;
	enum exit_code code = work_in_time(run, &end);
	bool started = run->config.reports.count == 0 || run->options->no_send ||
		       sender_start(run, splay_of(run), &err);
	if (end != NULL)
		pipeline_complain(end);
	if (!started)
		pipeline_complain(err.text);
	return code;
}
