/* lint: says what is doubtful in profiles and sysctl files. Writes nothing. */
#include "../report/report_lint.h"
#include "commands.h"
#include "layers.h"
#include "linting_files.h"
#include "output.h"

/* No file was named: this host's sysctl files, and its profiles where it has any. */
static bool look_at_host(struct linting *linting, struct error *err)
{
	struct run *run = linting->run;

	if (!linting_host(linting, err))
		return false;
	for (size_t i = 0; i < run->profile_words.count; i++) {
		const char *word = run->profile_words.items[i];

		if (run->words_given || layers_exists(run->arena, &run->tree, word))
			linting_profile(linting, word);
	}
	return true;
}

static void look_at_files(struct linting *linting)
{
	struct run *run = linting->run;
	struct text_list sysctl_files = {0};

	for (size_t i = 0; i < run->options->profiles.count; i++)
		linting_profile(linting, run->options->profiles.items[i]);
	for (size_t i = 0; i < run->options->operands.count; i++) {
		const char *file = run->options->operands.items[i];

		if (text_ends(file, ".yaml") || text_ends(file, ".yml"))
			linting_profile(linting, file);
		else
			*ARRAY_ADD(run->arena, &sysctl_files) = file;
	}
	if (sysctl_files.count > 0)
		linting_files(linting, &sysctl_files);
}

static bool print(struct run *run, const struct linting *linting, struct error *err)
{
	struct text text = {.arena = run->arena};
	struct table_style style = output_style(run->options);
	const struct report_lint report = {
		.findings = &linting->findings,
		.files = &linting->files,
		.facts = &run->facts,
		.loader = loader_name(&run->loader),
		.agent_version = HOLDFAST_VERSION,
	};

	if (run->options->sarif) {
		if (!report_lint_sarif(&text, &report, err))
			return false;
	} else if (run->options->json) {
		if (!report_lint_json(&text, &report, err))
			return false;
	} else {
		report_lint_text(&text, &report, &style);
	}
	return output_print(run, &text, err);
}

static enum exit_code verdict(const struct run *run, const struct linting *linting)
{
	if (linting->unreadable)
		return pipeline_unread(linting->unread);
	for (unsigned i = 0; i <= (unsigned)run->options->fail_on; i++) {
		if (linting->findings.of[i] > 0)
			return EXIT_DRIFT;
	}
	return EXIT_IN_LINE;
}

enum exit_code lint_command(struct run *run)
{
	struct linting linting;
	struct error err;

	if (run->options->sarif && run->options->json) {
		pipeline_complain("lint prints either --json or --sarif");
		return EXIT_USAGE;
	}
	if (!pipeline_settings(run) || !pipeline_host(run))
		return run->exit;
	linting_begin(&linting, run);
	if (run->options->operands.count > 0)
		look_at_files(&linting);
	else if (!look_at_host(&linting, &err))
		return pipeline_fail(&err);
	linting_end(&linting);
	return print(run, &linting, &err) ? verdict(run, &linting) : pipeline_fail(&err);
}
