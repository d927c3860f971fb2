#include "lost.h"

/* Live is in line, and the last word at boot is in a file of sysctl.d that sorts behind ours. */
static bool is_lost(const struct outcome_parameter *parameter)
{
	const struct boot_line *winner = parameter->boot_seen->winner;
	const char *name = winner == NULL ? NULL : strrchr(winner->source.file, '/');

	return parameter->status == STATUS_DRIFT && parameter->live != OUTCOME_LIVE_DIFFER &&
	       parameter->boot == OUTCOME_BOOT_DIFFER && name != NULL &&
	       strstr(winner->source.file, "/sysctl.d/") != NULL && strcmp(name + 1, "99-zz-holdfast.conf") > 0;
}

size_t lost_count(const struct run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->outcome.count; i++)
		count += is_lost(&run->outcome.items[i]);
	return count;
}

void lost_tell(const struct run *run)
{
	for (size_t i = 0; i < run->outcome.count; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];

		if (is_lost(parameter))
			pipeline_complain(arena_printf(
				run->arena,
				"%s:%u: sets %s at boot, and is read after holdfast's own file; change or rename it",
				parameter->boot_seen->winner->source.file, parameter->boot_seen->winner->source.line,
				key_name(run->arena, parameter->item->path)));
	}
}
