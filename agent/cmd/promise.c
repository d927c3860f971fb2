#include "promise.h"

#include "../report/report.h"
#include "../system/host.h"
#include "input.h"

bool promise_read(struct run *run, struct load_plan *promise)
{
	struct input input;
	struct error err;

	switch (input_read(run->arena, NULL, run->options->operands.items[0], true, &input, &err)) {
	case INPUT_READ:
		break;
	case INPUT_ABSENT:
		error_set(&err, "there is no plan file '%s'", run->options->operands.items[0]);
		(void)pipeline_fail(&err);
		run->exit = EXIT_INVALID;
		return false;
	case INPUT_REFUSED:
		(void)pipeline_fail(&err);
		run->exit = EXIT_INVALID;
		return false;
	}
	if (!load_plan(run->arena, input.shown, input.bytes, input.length, &run->findings, promise))
		return pipeline_tell(run);
	if (run->options->profiles.count > 0) {
		error_set(&err, "a plan file brings its own profiles; leave -p out");
		(void)pipeline_fail(&err);
		run->exit = EXIT_USAGE;
		return false;
	}
	run->profile_words = promise->profiles;
	run->words_of_settings = false;
	return true;
}

static void moved(size_t *count, const char *what, const char *then, const char *now)
{
	if (++*count <= 20)
		fprintf(stderr, "holdfast: the plan is stale: %s was %s and is %s\n", what, then, now);
}

/* A path as a saved plan has it. */
static bool same(struct run *run, const char *saved, const char *path)
{
	return text_equal(saved, path == NULL ? NULL : text_repaired(run->arena, path));
}

static void compare_files(struct run *run, const struct load_plan *promise, const struct plan *plan, size_t *count)
{
	for (size_t i = 0; i < promise->files.count; i++) {
		const struct load_plan_file *then = &promise->files.items[i];
		const struct plan_evidence *now = NULL;

		for (size_t j = 0; j < plan->evidence.count && now == NULL; j++)
			now = same(run, then->file, plan->evidence.items[j].path) ? &plan->evidence.items[j] : NULL;
		if (now == NULL)
			moved(count, text_printable(run->arena, then->file), "read at boot", "gone");
		else if (!text_equal(then->digest, now->digest))
			moved(count, text_printable(run->arena, then->file),
			      then->digest == NULL ? "missing" : "another text",
			      now->digest == NULL ? "gone" : "changed");
	}
	for (size_t i = 0; i < plan->evidence.count; i++) {
		bool known = false;

		for (size_t j = 0; j < promise->files.count && !known; j++)
			known = same(run, promise->files.items[j].file, plan->evidence.items[i].path);
		if (!known)
			moved(count, text_printable(run->arena, plan->evidence.items[i].path), "not there",
			      "read at boot");
	}
}

static const char *shown(struct run *run, const char *value)
{
	return value == NULL ? "nothing" : arena_printf(run->arena, "'%s'", text_printable(run->arena, value));
}

/* "a live write of net.core.somaxconn" */
static const char *described(struct run *run, const char *kind, const char *key)
{
	const char *what = text_equal(kind, plan_kind_names[PLAN_WRITE_LIVE])  ? "a live write of"
			   : text_equal(kind, plan_kind_names[PLAN_EDIT_LINE]) ? "a corrected line for"
									       : "a line of our own for";

	return arena_printf(run->arena, "%s %s", what, text_printable(run->arena, key));
}

static void compare_steps(struct run *run, const struct load_plan *promise, const struct plan *plan, size_t *count)
{
	for (size_t i = 0; i < promise->steps.count || i < plan->count; i++) {
		const struct load_plan_step *then = i < promise->steps.count ? &promise->steps.items[i] : NULL;
		const struct plan_step *now = i < plan->count ? &plan->items[i] : NULL;
		const char *key = now != NULL ? key_name(run->arena, now->path) : NULL;

		if (then == NULL || now == NULL || !same(run, then->key, key) ||
		    !text_equal(then->kind, plan_kind_names[now->kind])) {
			moved(count, arena_printf(run->arena, "step %zu", i + 1),
			      then == NULL ? "not there"
					   : described(run, then->kind, then->key != NULL ? then->key : "?"),
			      now == NULL ? "not needed any more" : described(run, plan_kind_names[now->kind], key));
			return; /* the rest is shifted and would only repeat it */
		}
		/* A plan keeps no secrets, so there is nothing to hold the values against. */
		if (report_hides(now))
			continue;
		if (!same(run, then->from, now->from))
			moved(count, text_printable(run->arena, key), shown(run, then->from), shown(run, now->from));
		else if (!same(run, then->to, now->to) || then->line != now->line || !text_equal(then->file, now->file))
			moved(count, arena_printf(run->arena, "the step on %s", text_printable(run->arena, key)),
			      shown(run, then->to), shown(run, now->to));
	}
}

bool promise_holds(struct run *run, const struct load_plan *promise, const struct plan *plan)
{
	size_t count = 0;

	host_facts(run->arena, &run->tree, FACTS_IDENTITY, &run->facts);
	if (!text_equal(promise->host_id, run->facts.host_id) ||
	    !text_equal(promise->host_name, facts_shown(run->facts.host_name)))
		moved(&count, "the host", text_printable(run->arena, promise->host_name),
		      text_printable(run->arena, facts_shown(run->facts.host_name)));
	if (!text_equal(promise->loader, loader_name(&run->loader)))
		moved(&count, "the loader", text_printable(run->arena, promise->loader), loader_name(&run->loader));
	if (!text_equal(promise->digest, desired_digest(run->arena, &run->desired)))
		moved(&count, "what the profiles ask of this host", "another", "changed");
	compare_files(run, promise, plan, &count);
	compare_steps(run, promise, plan, &count);
	if (count == 0)
		return true;
	fprintf(stderr, "holdfast: nothing was changed; make a new plan with 'holdfast plan -o FILE'\n");
	run->exit = EXIT_WORK;
	return false;
}
