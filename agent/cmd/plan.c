/* plan: prints the steps that would remove the drift; -o saves them for a later apply. Writes nothing else. */
#include <errno.h>
#include <fcntl.h>

#include "../base/fd.h"
#include "commands.h"
#include "lost.h"
#include "output.h"
#include "planning.h"
#include "recovery.h"
#include "steps.h"

static bool save(struct run *run, const struct text *text, struct error *err)
{
	const char *path = run->options->output;
	CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);

	if (fd < 0)
		return error_system(err, errno, "open %s for writing", path);
	return fd_write_all(fd, text->bytes, text->length) || error_system(err, errno, "write %s", path);
}

enum exit_code plan_command(struct run *run)
{
	struct plan plan;
	struct text text = {.arena = run->arena};
	struct error err;
	const char *file = run->options->output;

	if (!pipeline_all(run))
		return run->exit;
	(void)recovery_tell(run);
	if (!pipeline_tell(run) || !planning_make(run, &plan))
		return run->exit;
	const char *command = file == NULL ? "apply"
					   : arena_printf(run->arena, "apply %s", output_word(run->arena, file));
	const char *next = arena_printf(run->arena, "To carry %s out: holdfast %s", plan.count == 1 ? "it" : "them",
					output_mend(run, command, file == NULL));
	if (file != NULL && (!steps_document(run, &plan, &text, &err) || !save(run, &text, &err)))
		return pipeline_fail(&err);
	if (plan.count == 0 && run->outcome.counts[STATUS_DRIFT] > 0)
		lost_tell(run);
	if (!steps_print(run, &plan, next, &err))
		return pipeline_fail(&err);
	enum exit_code code = pipeline_exit(run);
	return plan.count > 0 && code != EXIT_WORK && code != EXIT_DENIED ? EXIT_DRIFT : code;
}
