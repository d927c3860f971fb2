/* confirm: keeps what `apply --confirm` has set. */
#include "commands.h"
#include "keeping.h"

enum exit_code confirm_command(struct run *run)
{
	return keeping_confirm(run);
}
