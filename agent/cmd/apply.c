/* apply: carries the steps out, those of a saved plan or those that the profile needs now. */
#include "../system/probe.h"
#include "applying.h"
#include "commands.h"
#include "recovery.h"

enum exit_code apply_command(struct run *run)
{
	const struct options *options = run->options;
	struct load_plan promise;
	bool promised = options->operands.count > 0;
	struct error err;

	/* While we are still free to start one. */
	if (options->probe != NULL && !probe_start(options->probe, &run->prober, &err))
		return pipeline_fail(&err);
	if (!pipeline_settings(run) || (promised && !promise_read(run, &promise)))
		return run->exit;
	/* What may still be taken back is not reported: the next run tells what has become of it. */
	bool wanted = run->config.reports.count > 0 || run->config.metrics_textfile != NULL;
	run->keeps = wanted && !options->dry_run && options->confirm_s == 0;
	if (options->dry_run)
		(void)recovery_tell(run);
	else if (!recovery_clear(run))
		return run->exit;
	return applying_carry_out(run, promised ? &promise : NULL);
}
