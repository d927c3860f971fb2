#include "planning.h"

#include "../base/digest.h"
#include "trial.h"

/* The value that our part gives a name now, NULL for none; *there tells an exclusion from nothing. */
static const char *own_value(const struct assignments *own, const char *path, bool *there)
{
	const char *value = NULL;

	*there = false;
	for (size_t i = 0; i < own->count; i++) {
		if (strcmp(own->items[i].path, path) == 0) {
			value = own->items[i].value;
			*there = true;
		}
	}
	return value;
}

static struct outcome_parameter *parameter_of(struct run *run, const char *path)
{
	const struct desired_item *item = desired_find(&run->desired, path);

	return item == NULL ? NULL : &run->outcome.items[item - run->desired.items];
}

static void add_line_step(struct trial *trial, struct plan *plan, const char *path, const char *from, const char *to)
{
	*ARRAY_ADD(trial->run->arena, plan) = (struct plan_step){
		.kind = PLAN_WRITE_DROP_IN,
		.path = path,
		.file = trial->main_is_target ? persist_main_file : persist_drop_in,
		.from = from,
		.to = to,
		.note = to == NULL && from != NULL ? "no longer needed" : NULL,
		.parameter = parameter_of(trial->run, path),
	};
}

/* A step for each line of our part that comes, changes or goes; true when there are any. */
static bool compare_lines(struct trial *trial, const struct assignments *own, struct plan *plan)
{
	size_t before = plan->count;
	bool there, differs = false;

	for (size_t i = 0; i < trial->lines.count; i++) {
		const struct persist_line *line = &trial->lines.items[i];
		const char *old = own_value(own, line->path, &there);

		if (there && text_equal(old, line->value))
			continue;
		differs = true;
		if (line->value != NULL || old != NULL)
			add_line_step(trial, plan, line->path, old, line->value);
	}
	for (size_t i = 0; i < own->count; i++) {
		bool kept = false;

		for (size_t j = 0; j < trial->lines.count && !kept; j++)
			kept = strcmp(trial->lines.items[j].path, own->items[i].path) == 0;
		differs = differs || !kept;
		if (!kept && own->items[i].value != NULL)
			add_line_step(trial, plan, own->items[i].path, own->items[i].value, NULL);
	}
	return differs || plan->count > before;
}

static void add_file(struct run *run, struct plan *plan, const struct sysctl_file *now, const char *bytes,
		     size_t length)
{
	*ARRAY_ADD(run->arena, &plan->files) = (struct plan_file){
		.path = now->path,
		.before = now->present ? now->bytes : NULL,
		.before_length = now->present ? now->length : 0,
		.after = bytes,
		.after_length = length,
	};
}

/* Every file that the loader reads, and the two that we may write. */
static bool add_evidence(struct run *run, struct plan *plan, struct error *err)
{
	const char *const paths[] = {persist_drop_in, persist_main_file};
	struct sysctl_files files = run->files;

	files.capacity = files.count; /* the list grows on its own from here */
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		bool listed = false;

		for (size_t j = 0; j < run->files.count && !listed; j++)
			listed = strcmp(run->files.items[j].path, paths[i]) == 0;
		if (!listed && !sysctl_file_read(run->arena, &run->tree, paths[i], ARRAY_ADD(run->arena, &files), err))
			return false;
	}
	for (size_t i = 0; i < files.count; i++) {
		const struct sysctl_file *file = &files.items[i];

		*ARRAY_ADD(run->arena, &plan->evidence) = (struct plan_evidence){
			.path = file->path,
			.digest = file->present ? digest_hex(run->arena, file->bytes, file->length) : NULL};
	}
	return true;
}

/* With the main file as the target, what an earlier drop-in still says goes. */
static void leave_drop_in(struct trial *trial, struct plan *plan)
{
	struct run *run = trial->run;
	struct sysctl_files files = {0};
	struct forecast forecast;
	size_t before = plan->count;

	if (!trial->drop_in.present)
		return;
	*ARRAY_ADD(run->arena, &files) = trial->drop_in;
	forecast_build(run->arena, &run->loader, &files, &forecast);
	for (size_t i = 0; i < forecast.all.count; i++)
		*ARRAY_ADD(run->arena, plan) = (struct plan_step){
			.kind = PLAN_WRITE_DROP_IN,
			.path = forecast.all.items[i].path,
			.file = persist_drop_in,
			.from = forecast.all.items[i].value,
			.note = "moves to /etc/sysctl.conf",
		};
	if (plan->count > before)
		add_file(run, plan, &trial->drop_in, "", 0);
}

bool planning_files(struct run *run, struct plan *plan)
{
	struct trial trial;
	struct assignments own = {0};
	struct error err;

	if (!trial_open(run, &trial, &err)) {
		run->exit = pipeline_fail(&err);
		return false;
	}
	trial_read_own(&trial, &own);
	trial_settle(&trial);
	bool lines_differ = compare_lines(&trial, &own, plan);
	for (size_t i = 0; i < trial.edits.count; i++)
		*ARRAY_ADD(run->arena, plan) = trial.edits.items[i];
	struct sysctl_file after = trial_own_file(&trial);
	if (trial.main_is_target) {
		if (lines_differ || trial.edits.count > 0)
			add_file(run, plan, &trial.main, after.bytes, after.length);
		leave_drop_in(&trial, plan);
	} else {
		if (trial.edits.count > 0 || trial.had_block)
			add_file(run, plan, &trial.main, trial.main_text, trial.main_length);
		if (lines_differ)
			add_file(run, plan, &trial.drop_in, after.bytes, after.length);
	}
	for (size_t i = 0; i < plan->files.count; i++)
		plan_mark_secrets(run->arena, &plan->files.items[i]);
	return true;
}

bool planning_make(struct run *run, struct plan *plan)
{
	struct error err;

	*plan = (struct plan){0};
	plan_live(run->arena, &run->outcome, plan);
	if (!add_evidence(run, plan, &err)) {
		run->exit = pipeline_fail(&err);
		return false;
	}
	return planning_files(run, plan);
}
