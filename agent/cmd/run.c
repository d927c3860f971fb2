/*
 * run: the cron entry. Checks or applies as agent.yaml and the rollout say, keeps the report, and starts the sender.
 *
 * Whatever becomes of the reporting does not change what it found or did: the exit status is that of check or apply.
 */
#include <unistd.h>

#include "../core/rollout.h"
#include "../system/host.h"
#include "applying.h"
#include "commands.h"
#include "output.h"
#include "recovery.h"
#include "sender.h"
#include "spooling.h"

/* systemd names each start of a unit; cron gives no terminal. */
static const char *trigger(void)
{
	if (getenv("INVOCATION_ID") != NULL && isatty(STDIN_FILENO) != 1)
		return "timer";
	return isatty(STDIN_FILENO) == 1 ? "manual" : "cron";
}

/* A host without an id has its name; without both it stays out until everybody is in. */
static bool is_in_rollout(struct run *run)
{
	const struct config *config = &run->config;

	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	const char *host = run->facts.host_id != NULL ? run->facts.host_id : run->facts.host_name;
	return config->rollout_percent >= 100 ||
	       (host != NULL && rollout_includes(run->arena, config->rollout_percent, config->rollout_seed, host));
}

/* A host of which nobody has said what it should be is not changed by what it falls back to. */
static bool is_told(const struct config *config)
{
	return config->enforce || config->profiles.count > 0 || config->assign.count > 0;
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

enum exit_code run_command(struct run *run)
{
	struct error err = {0};

	run->terse = true;
	run->trigger = trigger();
	if (!pipeline_settings(run))
		return run->exit;
	run->keeps = true;
	run->audit = run->config.audit || !is_told(&run->config) || !is_in_rollout(run);
	enum exit_code code = run->audit ? audit(run) : enforce(run);
	if (!run->told && code != EXIT_BUSY)
		keep_failure(run, code);
	lock_release(&run->lock);
	int64_t splay_s = run->options->splay_s >= 0 ? run->options->splay_s : run->config.splay_s;
	if (run->config.reports.count > 0 && !run->options->no_send && !sender_start(run, splay_s, &err))
		pipeline_complain(err.text);
	return code;
}
