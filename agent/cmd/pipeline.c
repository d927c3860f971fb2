#include "pipeline.h"

#include <errno.h>

#include "../base/clock.h"
#include "../load/load_config.h"
#include "../system/host.h"
#include "fence.h"
#include "input.h"
#include "layers.h"

static const char config_path[] = "/etc/holdfast/agent.yaml";

void pipeline_complain(const char *text)
{
	struct arena arena = {0};

	fprintf(stderr, "holdfast: %s\n", text_printable(&arena, text));
	arena_free(&arena);
}

enum exit_code pipeline_fail(const struct error *err)
{
	pipeline_complain(err->text);
	return err->number == EACCES || err->number == EPERM ? EXIT_DENIED : EXIT_WORK;
}

static bool failed(struct run *run, const struct error *err)
{
	run->exit = pipeline_fail(err);
	*ARRAY_ADD(run->arena, &run->errors) = arena_string(run->arena, err->text);
	return false;
}

static void tell_one(struct arena *arena, const struct finding *finding)
{
	struct source source = finding->source;
	const char *severity = finding->severity == FINDING_WARNING ? "warning: " : "";

	struct text place = {.arena = arena};
	if (source.file != NULL && source.line > 0)
		text_format(&place, "%s:%u:%u: ", source.file, source.line, source.column);
	else if (source.file != NULL)
		text_format(&place, "%s: ", source.file);
	pipeline_complain(
		arena_printf(arena, "%s%s%s", place.bytes != NULL ? place.bytes : "", severity, finding->text));
}

bool pipeline_tell(struct run *run)
{
	size_t errors = 0;

	for (; run->findings_told < run->findings.count; run->findings_told++) {
		const struct finding *finding = &run->findings.items[run->findings_told];

		errors += finding->severity == FINDING_ERROR;
		if (finding->severity == FINDING_ERROR || !run->options->quiet)
			tell_one(run->arena, finding);
	}
	if (run->findings.unlisted > 0 && errors > 0)
		fprintf(stderr, "holdfast: and %zu more\n", run->findings.unlisted);
	if (errors == 0)
		return true;
	run->exit = EXIT_INVALID;
	return false;
}

enum exit_code pipeline_unread(int cause)
{
	switch (cause) {
	case EACCES:
	case EPERM:
		return EXIT_DENIED;
	case EIO:
	case ENOSPC:
	case EINTR:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return EXIT_WORK;
	default:
		return EXIT_INVALID;
	}
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

static bool read_config(struct run *run)
{
	const char *named = run->options->config;
	struct input input;
	struct error err;

	load_config_defaults(&run->config);
	switch (input_read(run->arena, named != NULL ? NULL : &run->tree, named != NULL ? named : config_path,
			   run->options->command->changes, &input, &err)) {
	case INPUT_READ:
		return load_config(run->arena, input.shown, input.bytes, input.length, &run->findings, &run->config) ||
		       pipeline_tell(run);
	case INPUT_ABSENT:
		if (named == NULL)
			return true;
		error_set(&err, "there is no file '%s'", named);
		break;
	case INPUT_REFUSED:
		break;
	}
	(void)failed(run, &err);
	run->exit = pipeline_unread(err.number);
	return false;
}

static bool open_tree(struct run *run)
{
	struct error err;

	run->findings.arena = run->arena;
	return run->tree.fd >= 0 || tree_open(run->arena, run->options->root, &run->tree, &err) || failed(run, &err);
}

bool pipeline_shut_in(struct run *run)
{
	const struct fence fence = {.arena = run->arena,
				    .tree = &run->tree,
				    .options = run->options,
				    .config = &run->config,
				    .audit = run->audit};
	struct error err = {0};

	run->fenced = run->fenced || fence_enter(&fence, &err);
	return run->fenced || failed(run, &err);
}

bool pipeline_tree(struct run *run)
{
	return open_tree(run) && pipeline_shut_in(run);
}

bool pipeline_config(struct run *run)
{
	if (run->config_read)
		return true;
	run->config_read = open_tree(run) && read_config(run);
	run->audit = run->config.audit;
	run->facts.tags = run->config.tags;
	return run->config_read;
}

bool pipeline_settings(struct run *run)
{
	static const char *const fallback[] = {"default"};

	if (!pipeline_config(run) || !pipeline_shut_in(run))
		return false;
	host_facts(run->arena, &run->tree, config_needs(&run->config), &run->facts);
	run->profile_words = run->options->profiles;
	run->words_given = run->profile_words.count > 0;
	run->words_of_settings = !run->words_given;
	if (run->profile_words.count == 0)
		run->profile_words = *config_profiles(&run->config, &run->facts);
	if (run->profile_words.count == 0)
		*ARRAY_ADD(run->arena, &run->profile_words) = fallback[0];
	return true;
}

/* --- desired ------------------------------------------------------------------------------------------------------ */

/* The loader knows the widest range only; here the kernel is known too. */
static void find_out_of_range(struct run *run)
{
	struct error err;

	if (!value_is_latest(run->facts.kernel_version))
		return;
	for (size_t i = 0; i < run->desired.count; i++) {
		const struct desired_item *item = &run->desired.items[i];
		bool told = i > 0 && run->desired.items[i - 1].requirement == item->requirement;

		if (item->state == DESIRED_WANTED && item->wanted.kind == WANTED_VALUE && !told &&
		    !value_check_latest(item->row, item->wanted.value, &err))
			findings_ruled(&run->findings, RULE_OUTSIDE_KERNEL_RANGE, item->requirement->source, "%s: %s",
				       key_name(run->arena, item->path), err.text);
	}
}

bool pipeline_host(struct run *run)
{
	struct error err;

	if (run->loader.why != NULL)
		return true;
	if (!loader_choose(run->arena, &run->tree, run->options->loader, &run->loader, &err)) {
		(void)failed(run, &err);
		run->exit = EXIT_USAGE;
		return false;
	}
	return proc_sys_open(&run->tree, &run->proc_sys, &err) || failed(run, &err);
}

bool pipeline_kernel(struct run *run)
{
	struct error err = {0};

	if (run->proc_sys.fd >= 0 || !run->tree.is_host)
		return true;
	error_set(&err,
		  "there is no /proc/sys here (ProcSubset=pid hides it), so the kernel cannot be seen; an image is "
		  "worked on from outside, with --root");
	return failed(run, &err);
}

bool pipeline_desired(struct run *run)
{
	struct layers_case given = {
		.tree = &run->tree, .trusted = run->options->command->changes, .of_tree = run->words_of_settings};
	struct error err;

	if (!pipeline_host(run))
		return false;
	int cause = 0;
	bool loaded = layers_load(run->arena, &given, &run->profile_words, &run->findings, &run->layers, &cause);
	if (!pipeline_tell(run) || !loaded) {
		run->exit = pipeline_unread(cause);
		return false;
	}
	host_facts(run->arena, &run->tree, profile_needs(&run->layers) & ~config_needs(&run->config), &run->facts);
	desired_globs(run->arena, &run->layers, &run->expansions);
	if (!proc_sys_expand(run->arena, &run->proc_sys, &run->expansions, &err))
		return failed(run, &err);
	desired_build(run->arena, &run->layers, &run->expansions, &run->facts, &run->desired);
	find_out_of_range(run);
	return pipeline_tell(run);
}

/* --- observed ----------------------------------------------------------------------------------------------------- */

/* Whether the requirement's wildcard found a key that is there, among the items. */
static bool found_one(const struct run *run, const struct observed_live *live, const struct requirement *requirement)
{
	for (size_t i = 0; i < run->desired.count; i++) {
		if (run->desired.items[i].requirement == requirement && live[i].state != LIVE_MISSING)
			return true;
	}
	return false;
}

/*
 * A wildcard's instance without that file (not every interface has every key) is not one. When no instance has it, the
 * first stays, to be told as the unknown key that it is.
 */
static void forget_phantoms(struct run *run, struct observed_live *live)
{
	const struct requirement *told = NULL;
	size_t kept = 0, count = run->desired.count;

	for (size_t i = 0; i < count; i++) {
		const struct desired_item *item = &run->desired.items[i];
		bool phantom = item->state == DESIRED_WANTED && item->requirement->key.glob &&
			       live[i].state == LIVE_MISSING;

		if (phantom && (item->requirement == told || found_one(run, live, item->requirement)))
			continue;
		if (phantom)
			told = item->requirement;
		run->desired.items[kept] = *item;
		live[kept++] = live[i];
	}
	run->desired.count = kept;
}

bool pipeline_files(struct run *run, struct forecast *forecast, struct error *err)
{
	bool procps = run->loader.kind == LOADER_PROCPS, excludes = false;

	if (procps && run->loader.major < 4 && tree_exists(&run->tree, "/run/sysctl.d"))
		loader_refine(run->arena, &run->tree, &run->loader);
	run->files = (struct sysctl_files){.go_on = run->files.go_on};
	if (!sysctl_files_read(run->arena, &run->tree, &run->loader, &run->findings, &run->files, err))
		return false;
	forecast_build(run->arena, &run->loader, &run->files, forecast);
	for (size_t i = 0; i < forecast->glob_count; i++)
		excludes = excludes || forecast->globs[i]->value == NULL;
	if (procps && excludes) {
		loader_refine(run->arena, &run->tree, &run->loader);
		forecast_build(run->arena, &run->loader, &run->files, forecast);
	}
	return true;
}

bool pipeline_observed(struct run *run)
{
	struct error err;
	struct forecast forecast;
	struct observed_live *live = arena_array(run->arena, run->desired.count, sizeof(*live));

	if (!pipeline_kernel(run))
		return false;
	proc_sys_read_all(run->arena, &run->proc_sys, &run->desired, live);
	run->files.go_on = !run->options->command->changes;
	forget_phantoms(run, live);
	if (!pipeline_files(run, &forecast, &err))
		return failed(run, &err);
	struct observed_boot *boot = arena_array(run->arena, run->desired.count, sizeof(*boot));
	for (size_t i = 0; i < run->desired.count; i++) {
		if (run->desired.items[i].requirement->manage_boot)
			forecast_key(run->arena, &forecast, run->desired.items[i].path, &boot[i]);
	}
	bool procps = run->loader.kind == LOADER_PROCPS;
	run->observed =
		(struct observed){.ability = {.wildcards = !procps || run->loader.major >= 4,
					      .exclusion_patterns = procps && loader_at_least(&run->loader, 4, 0, 5)},
				  .live = live,
				  .boot = boot,
				  .kernel = run->proc_sys.fd >= 0};
	return true;
}

/* --- judged ------------------------------------------------------------------------------------------------------- */

static void find_unknown_keys(struct run *run)
{
	for (size_t i = 0; i < run->outcome.count; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];

		if (parameter->status != STATUS_ERROR || parameter->reason != REASON_UNKNOWN_KEY)
			continue;
		const char *nearest = parameter->item->row != NULL || run->findings.count >= FINDINGS_LISTED
					      ? NULL
					      : catalogue_nearest(run->arena, parameter->item->path);
		findings_error(&run->findings, parameter->item->requirement->source, "%s: %s%s%s%s",
			       key_name(run->arena, parameter->item->path), outcome_reason_text(run->arena, parameter),
			       nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
			       nearest != NULL ? "?" : "; where that is fine, add 'optional: true' or a 'when'");
	}
}

/* A waiver that has expired, of a parameter that is not in line. */
static void find_expired_waivers(struct run *run)
{
	for (size_t i = 0; i < run->outcome.count && !run->waivers_told; i++) {
		const struct outcome_parameter *parameter = &run->outcome.items[i];

		if (parameter->waiver_expired)
			findings_warning(&run->findings, parameter->waiver->source,
					 "the waiver of %s ended with %s ('%s'), so it counts again: renew it or "
					 "remove it",
					 key_name(run->arena, parameter->item->path), parameter->waiver->until,
					 parameter->waiver->reason);
	}
	run->waivers_told = true;
}

void pipeline_judged(struct run *run)
{
	struct outcome_case given = {
		.desired = &run->desired,
		.observed = &run->observed,
		.facts = &run->facts,
		.config = &run->config,
		.today = clock_date(run->arena, run->now_ms),
		.ask = {.context = &run->proc_sys, .read_only = proc_sys_read_only},
	};

	outcome_judge(run->arena, &given, &run->outcome);
	find_unknown_keys(run);
	find_expired_waivers(run);
	if (run->files.unread == 0)
		return;
	/* What was not read may say anything. */
	run->outcome.verdict = VERDICT_ERROR;
	*ARRAY_ADD(run->arena, &run->errors) = "not all sysctl files may be read by this user";
}

bool pipeline_all(struct run *run)
{
	if (!pipeline_settings(run) || !pipeline_desired(run) || !pipeline_observed(run))
		return false;
	pipeline_judged(run);
	return true;
}

enum exit_code pipeline_exit(const struct run *run)
{
	static const enum exit_code codes[] = {[VERDICT_COMPLIANT] = EXIT_IN_LINE,
					       [VERDICT_DRIFT] = EXIT_DRIFT,
					       [VERDICT_PENDING] = EXIT_PENDING,
					       [VERDICT_ERROR] = EXIT_WORK};

	if (run->outcome.unknown_keys > 0)
		return EXIT_INVALID;
	return run->files.unread > 0 ? EXIT_DENIED : codes[run->outcome.verdict];
}

void pipeline_close(struct run *run)
{
	lock_release(&run->lock);
	fd_close(&run->tree.fd);
	fd_close(&run->proc_sys.fd);
	fd_close(&run->prober);
}
