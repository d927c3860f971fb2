/* recover: undoes what a killed command left, or what was not confirmed in time; for a boot unit, cron, and people. */
#include "commands.h"
#include "recovery.h"
#include "transactions.h"

enum exit_code recover_command(struct run *run)
{
	struct entry entry;
	struct error err;
	enum recovery found = recovery_turn(run, &entry);

	if (found == RECOVERY_STOP)
		return run->exit;
	if (!transactions_print(run, found == RECOVERY_CLEAR ? NULL : &entry, &err))
		return pipeline_fail(&err);
	if (found == RECOVERY_WAITING && !run->options->quiet)
		pipeline_complain(arena_printf(run->arena, "the %s waits for 'holdfast confirm' until %s",
					       recovery_name(run->arena, &entry), entry.confirm.deadline));
	return found == RECOVERY_UNDONE && entry.kept.count > 0 ? EXIT_DRIFT : EXIT_IN_LINE;
}
