/* capture: writes a profile from sysctl files, a tuned profile, or this host as it is. Prints it and writes nothing. */
#include "../load/fields.h"
#include "../report/report_capture.h"
#include "commands.h"
#include "input.h"
#include "output.h"
#include "tuned.h"

struct capturing {
	struct run *run;
	struct capture capture;
	struct forecast forecast;
	const char *head, *summary;
};

/* --- what is on this host ----------------------------------------------------------------------------------------- */

static const char *live_value(const struct run *run, const char *path)
{
	struct observed_live live = {0};

	if (run->proc_sys.fd < 0)
		return NULL;
	proc_sys_read(run->arena, &run->proc_sys, path, &live);
	return live.state == LIVE_READ ? live.value : NULL;
}

static bool is_missing(const struct run *run, const char *path)
{
	struct observed_live live = {0};

	if (run->proc_sys.fd < 0)
		return false;
	proc_sys_read(run->arena, &run->proc_sys, path, &live);
	return live.state == LIVE_MISSING;
}

/* Each wildcard is held against each; of more than these nobody should ask. */
enum { GLOBS_MOST = 300 };

/* What became of a wildcard's line at boot, key by key. */
struct reach {
	size_t count, won;
	bool differs;          /* a key that it wins has another value now */
	struct text_list lost; /* to other wildcards; a line of the key's own is stronger in a profile, too */
};

static bool reach_of(struct capturing *capturing, const struct capture_item *item, struct reach *reach)
{
	struct run *run = capturing->run;
	struct desired_expansions expansions = {0};
	struct error err;

	*reach = (struct reach){0};
	ARRAY_ADD(run->arena, &expansions)->glob = item->key.path;
	if (run->proc_sys.fd < 0 || capturing->forecast.glob_count > GLOBS_MOST ||
	    !proc_sys_expand(run->arena, &run->proc_sys, &expansions, &err))
		return false;
	for (size_t i = 0; i < expansions.items[0].count; i++) {
		const char *path = expansions.items[0].items[i], *live = live_value(run, path);
		struct arena scratch = {0};

		if (live == NULL)
			continue;
		const struct assignment *winner =
			forecast_winner(&scratch, &capturing->forecast, catalogue_canonical(path));
		bool won = winner != NULL && winner->line == item->source.line &&
			   strcmp(capturing->forecast.files->items[winner->file].path, item->source.file) == 0;
		arena_free(&scratch);
		reach->count++;
		reach->won += won;
		reach->differs = reach->differs || (won && !value_equal(item->row, item->value, live));
		if (!won && (winner == NULL || winner->glob))
			*ARRAY_ADD(run->arena, &reach->lost) = key_instance(run->arena, item->key.path, path);
	}
	return true;
}

static void compare_glob(struct capturing *capturing, struct capture_item *item)
{
	struct reach reach;

	if (!reach_of(capturing, item, &reach))
		return;
	item->optional = reach.count == 0;
	if (reach.count > 0 && reach.won == 0) {
		capture_refuse(&capturing->capture, item->source,
			       arena_printf(capturing->run->arena, "%s = %s",
					    key_name(capturing->run->arena, item->key.path), item->value),
			       "it never takes effect at boot");
		capturing->capture.count--; /* it was added last */
		return;
	}
	if (reach.differs) {
		item->manage = CAPTURE_BOOT_ONLY;
		item->remark = "not every interface has this value now";
	}
	item->except = reach.lost;
}

/* What is so at the next boot and not now is managed at boot alone, so that a check of the profile is in line. */
static void compare_live(struct capturing *capturing, struct capture_item *item)
{
	struct run *run = capturing->run;

	if (item->key.glob) {
		compare_glob(capturing, item);
		return;
	}
	const char *live = live_value(run, item->key.path);
	item->optional = is_missing(run, item->key.path);
	if (live == NULL || value_equal(item->row, item->value, live))
		return;
	item->manage = CAPTURE_BOOT_ONLY;
	item->remark = arena_printf(run->arena, "live it is %s now", live);
}

/* `host`: the files are this host's own, and are compared with what it has now. Wildcards stay wildcards. */
static void take_assignments(struct capturing *capturing, bool host)
{
	struct run *run = capturing->run;
	const struct forecast *forecast = &capturing->forecast;
	const struct assignment **winners = forecast_winners(run->arena, forecast);

	for (size_t i = 0; i < forecast->all.count; i++) {
		const struct assignment *assignment = &forecast->all.items[i];
		const struct source source = {.file = forecast->files->items[assignment->file].path,
					      .line = assignment->line};
		const char *key = key_name(run->arena, assignment->path);

		if (assignment->value == NULL)
			capture_exclude(&capturing->capture, key, source);
		/* Of a key that nothing sets, what the kernel would refuse is refused here, and so told. */
		bool chosen = winners[i] == assignment ||
			      (winners[i] == NULL && assignment->value != NULL &&
			       !value_accepted(catalogue_find(assignment->path), assignment->value));
		if (assignment->value == NULL || (!assignment->glob && !chosen))
			continue;
		struct capture_item *item =
			capture_add(&capturing->capture,
				    &(struct capture_line){.key = key, .value = assignment->value, .source = source});
		if (item != NULL && host)
			compare_live(capturing, item);
		else if (item != NULL && !item->key.glob)
			item->optional = is_missing(run, item->key.path);
	}
}

/* Each key is held against each wildcard. */
static bool check_size(const struct forecast *forecast, struct error *err)
{
	enum { PAIRS_MOST = 2000000 };

	return forecast->glob_count == 0 || forecast->named_count <= PAIRS_MOST / forecast->glob_count ||
	       error_set(err, "there are %zu wildcards and %zu other lines: too many to hold against each other",
			 forecast->glob_count, forecast->named_count);
}

static bool capture_boot(struct capturing *capturing, struct error *err)
{
	struct run *run = capturing->run;

	if (!pipeline_files(run, &capturing->forecast, err))
		return false;
	if (!check_size(&capturing->forecast, err))
		return false;
	take_assignments(capturing, true);
	capturing->head = arena_printf(run->arena,
				       "Captured from the sysctl files of %s, as %s would apply them at boot.",
				       facts_shown(run->facts.host_name), loader_name(&run->loader));
	capturing->summary = "What the sysctl files of a host set.";
	return true;
}

/* --- live values -------------------------------------------------------------------------------------------------- */

static void capture_live_key(struct capturing *capturing, const struct catalogue_row *row, const char *path)
{
	struct run *run = capturing->run;
	const char *live = live_value(run, path);
	struct observed_boot boot;

	if (live == NULL || value_equal(row, catalogue_initial(row), live) || proc_sys_read_only(&run->proc_sys, path))
		return;
	struct capture_item *item = capture_add(
		&capturing->capture, &(struct capture_line){.key = key_name(run->arena, path), .value = live});
	if (item == NULL)
		return;
	forecast_key(run->arena, &capturing->forecast, path, &boot);
	bool at_boot = boot.winner != NULL && value_equal(row, live, boot.winner->value);
	item->manage = at_boot ? CAPTURE_BOTH : CAPTURE_LIVE_ONLY;
	item->remark = arena_printf(run->arena, "the kernel begins with %s%s",
				    row->initial[0] != '\0' ? row->initial : "nothing",
				    at_boot ? "" : "; no sysctl file sets this value");
}

/* What differs from what an untouched kernel has; of keys per interface all and default only. */
static bool capture_live(struct capturing *capturing, struct error *err)
{
	static const char *const instances[] = {"all", "default"};
	struct run *run = capturing->run;

	if (run->proc_sys.fd < 0)
		return error_set(err, "there is no /proc/sys to capture live values from");
	if (!pipeline_files(run, &capturing->forecast, err))
		return false;
	for (size_t i = 0; i < catalogue_row_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		struct facts_version since = {row->initial_since.major, row->initial_since.minor, 0, 2};
		const char *gap = strstr(row->key, "<if>");

		if (catalogue_initial(row) == NULL || row->alias[0] != '\0' || row->finer[0] != '\0' ||
		    row->access != ACCESS_READ_WRITE || row->readback == READBACK_DRIFTS ||
		    (since.major > 0 && facts_version_compare(run->facts.kernel_version, since) < 0))
			continue;
		if (gap == NULL)
			capture_live_key(capturing, row, row->key);
		for (size_t j = 0; gap != NULL && j < COUNT_OF(instances); j++)
			capture_live_key(capturing, row,
					 arena_printf(run->arena, "%.*s%s%s", (int)(gap - row->key), row->key,
						      instances[j], gap + strlen("<if>")));
	}
	capturing->head = arena_printf(
		run->arena, "Captured from the live values of %s that differ from what Linux %s begins with.",
		facts_shown(run->facts.host_name), facts_shown(run->facts.kernel));
	capturing->summary = "What differs on a host from an untouched kernel.";
	return true;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void take_tuned(struct capturing *capturing, const struct tuned_layers *layers)
{
	struct run *run = capturing->run;
	struct capture *capture = &capturing->capture;

	for (size_t i = 0; i < layers->count; i++) {
		for (size_t j = 0; j < layers->items[i].count; j++) {
			const struct tuned_setting *setting = &layers->items[i].items[j];
			struct capture_item *item;

			if (layers->items[i].disabled || setting->dropped) {
				capture_refuse(capture, setting->source,
					       capture_text(run->arena, setting->key, setting->value),
					       "its section is switched off or replaced");
				continue;
			}
			if (strstr(setting->value, "${") != NULL) {
				capture_refuse(capture, setting->source,
					       capture_text(run->arena, setting->key, setting->value),
					       "it holds a variable of tuned's");
				continue;
			}
			item = capture_add(capture, &(struct capture_line){.key = setting->key,
									   .value = setting->value,
									   .form = (enum capture_form)setting->form,
									   .source = setting->source});
			if (item != NULL)
				item->optional = is_missing(run, item->key.path);
		}
		for (size_t j = 0; j < layers->items[i].others.count; j++)
			capture_refuse(capture, (struct source){0}, layers->items[i].others.items[j],
				       "it is no kernel parameter");
	}
	for (size_t i = 0; i < layers->missing.count; i++)
		capture_refuse(capture, (struct source){0},
			       arena_printf(run->arena, "include=%s", layers->missing.items[i]),
			       "there is no such profile of tuned here, or there are too many");
	const char *summary = layers->count > 0 ? layers->items[layers->count - 1].summary : NULL;
	capturing->summary = summary != NULL && summary[0] != '\0' ? summary : "What a profile of tuned sets.";
}

/* tuned.conf, or any file whose first line that says something is a section. */
static bool is_tuned(const struct input *input)
{
	const char *slash = strrchr(input->shown, '/');

	if (strcmp(slash != NULL ? slash + 1 : input->shown, "tuned.conf") == 0)
		return true;
	for (const char *line = input->bytes; *line != '\0'; line += *line != '\0') {
		line += strspn(line, " \t\r");
		if (*line != '#' && *line != ';' && *line != '\n' && *line != '\0')
			return *line == '[';
		line += strcspn(line, "\n");
	}
	return false;
}

static bool read_input(struct capturing *capturing, const char *path, struct input *input, struct error *err)
{
	switch (input_read(capturing->run->arena, NULL, path, false, input, err)) {
	case INPUT_READ:
		return true;
	case INPUT_ABSENT:
		return error_set(err, "there is no file '%s'", path);
	case INPUT_REFUSED:
		return false;
	}
	return false;
}

/* Sysctl files that follow each other, as if a loader read them in this order. */
static bool take_files(struct capturing *capturing, struct sysctl_files *files, struct error *err)
{
	struct sysctl_files *batch = arena_alloc(capturing->run->arena, sizeof(*batch));

	if (files->count == 0)
		return true;
	*batch = *files;
	*files = (struct sysctl_files){0};
	forecast_build(capturing->run->arena, &capturing->run->loader, batch, &capturing->forecast);
	if (!check_size(&capturing->forecast, err))
		return false;
	take_assignments(capturing, false);
	capturing->summary = "What a sysctl file sets.";
	return true;
}

static bool capture_files(struct capturing *capturing, struct error *err)
{
	struct run *run = capturing->run;
	const struct text_list *operands = &run->options->operands;
	struct sysctl_files files = {0};
	struct text names = {.arena = run->arena};

	for (size_t i = 0; i < operands->count; i++) {
		struct input input;

		if (!read_input(capturing, operands->items[i], &input, err))
			return false;
		if (text_ends(operands->items[i], ".yaml") || text_ends(operands->items[i], ".yml"))
			return error_set(err, "%s is a profile already; capture reads sysctl files and tuned.conf",
					 operands->items[i]);
		text_format(&names, "%s%s", i > 0 ? ", " : "", operands->items[i]);
		if (!is_tuned(&input)) {
			*ARRAY_ADD(run->arena, &files) = (struct sysctl_file){.path = operands->items[i],
									      .bytes = input.bytes,
									      .length = input.length,
									      .present = true};
			continue;
		}
		/* Later arguments win: what came before is taken first. */
		if (!take_files(capturing, &files, err))
			return false;
		struct tuned_layers layers = {0};
		tuned_add_file(run->arena, &run->tree, &input, &run->findings, &layers);
		take_tuned(capturing, &layers);
	}
	if (!take_files(capturing, &files, err))
		return false;
	capturing->head = arena_printf(run->arena, "Captured from %s.", names.bytes);
	return true;
}

enum exit_code capture_command(struct run *run)
{
	struct capturing capturing = {.run = run};
	struct text text = {.arena = run->arena};
	struct error err;
	const char *name = run->options->name != NULL ? run->options->name : "captured";

	if (!fields_is_name(name)) {
		pipeline_complain(
			arena_printf(run->arena, "--name '%s' is no name of a profile: %s", name, fields_name_rule));
		return EXIT_USAGE;
	}
	if (run->options->live && run->options->operands.count > 0) {
		pipeline_complain("capture takes either files or --live");
		return EXIT_USAGE;
	}
	if (!pipeline_settings(run) || !pipeline_host(run))
		return run->exit;
	capturing.capture = (struct capture){.arena = run->arena,
					     .kernel = run->facts.kernel_version,
					     .exclusion_patterns = run->loader.kind == LOADER_PROCPS &&
								   loader_at_least(&run->loader, 4, 0, 5)};
	if (!(run->options->operands.count > 0 ? capture_files(&capturing, &err)
	      : run->options->live             ? capture_live(&capturing, &err)
					       : capture_boot(&capturing, &err)))
		return pipeline_fail(&err);
	(void)!pipeline_tell(run);
	capture_finish(&capturing.capture);
	report_capture(&text, &(struct report_capture){.capture = &capturing.capture,
						       .name = name,
						       .summary = capturing.summary,
						       .head = capturing.head});
	return output_print(run, &text, &err) ? EXIT_IN_LINE : pipeline_fail(&err);
}
