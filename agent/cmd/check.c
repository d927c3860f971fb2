/* check: compares profile, boot and live, and prints the table. Writes nothing. */
#include "commands.h"
#include "lost.h"
#include "output.h"
#include "recovery.h"

enum exit_code check_command(struct run *run)
{
	struct error err;

	if (!pipeline_all(run))
		return run->exit;
	const char *next = recovery_tell(run);
	if (next == NULL && lost_count(run) < run->outcome.counts[STATUS_DRIFT])
		next = output_mend(run, "apply", true);
	if (!output_outcome(run, NULL, NULL, next, &err))
		return pipeline_fail(&err);
	(void)!pipeline_tell(run);
	return pipeline_exit(run);
}
