/* recover: undoes what a killed command left, or what was not confirmed in time; for a boot unit, cron, and people. */
#include "commands.h"
#include "recovery.h"

enum exit_code recover_command(struct run *run)
{
	struct entry entry;

	switch (recovery_turn(run, &entry)) {
	case RECOVERY_CLEAR:
		return EXIT_IN_LINE;
	case RECOVERY_UNDONE:
		return entry.kept.count > 0 ? EXIT_DRIFT : EXIT_IN_LINE;
	case RECOVERY_WAITING:
		if (!run->options->quiet)
			pipeline_complain(arena_printf(run->arena, "the %s waits for 'holdfast confirm' until %s",
						       recovery_name(run->arena, &entry), entry.confirm.deadline));
		return EXIT_IN_LINE;
	case RECOVERY_STOP:
		break;
	}
	return run->exit;
}
