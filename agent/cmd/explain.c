/* explain: all that is known of a key, and what it is on this host. Writes nothing. */
#include <errno.h>

#include "../report/report_explain_json.h"
#include "../system/forecast.h"
#include "commands.h"
#include "layers.h"
#include "output.h"

/* As many pages are printed whole; more become a list, unless -v. */
enum { PAGES_MOST = 5 };

/* The profile's word on the keys. Without one there is still the catalogue, so only a profile that was named must be good. */
static bool read_profile(struct run *run)
{
	for (size_t i = 0; i < run->profile_words.count && !run->words_given; i++) {
		if (!layers_exists(run->arena, &run->tree, run->profile_words.items[i]))
			return true;
	}
	return pipeline_desired(run) || !run->words_given;
}

/* Reading an action may set it off (vm.stat_refresh), and reading an old view of another key makes the kernel complain. */
static bool may_read(const struct run *run, const struct catalogue_row *row)
{
	return run->proc_sys.fd >= 0 && (row == NULL || (row->access != ACCESS_ACTION && row->finer[0] == '\0'));
}

static void add_instance(struct run *run, const struct forecast *forecast, struct explain_page *page, const char *path)
{
	struct explain_instance *here = ARRAY_ADD(run->arena, &page->here);
	const char *canonical = catalogue_canonical(path);

	here->path = path;
	if (may_read(run, page->row))
		proc_sys_read(run->arena, &run->proc_sys, path, &here->live);
	forecast_key(run->arena, forecast, canonical, &here->boot);
	here->desired = desired_find(&run->desired, canonical);
}

static bool fill_page(struct run *run, const struct forecast *forecast, struct explain_page *page, struct error *err)
{
	if (strstr(page->path, "<if>") == NULL) {
		add_instance(run, forecast, page, page->path);
		return true;
	}
	struct desired_expansions expansions = {0};
	ARRAY_ADD(run->arena, &expansions)->glob = explain_wildcard(run->arena, page->path);
	if (run->proc_sys.fd >= 0 && !proc_sys_expand(run->arena, &run->proc_sys, &expansions, err))
		return false;
	for (size_t i = 0; i < expansions.items[0].count; i++) {
		add_instance(run, forecast, page, expansions.items[0].items[i]);
		if (page->here.items[page->here.count - 1].live.state == LIVE_MISSING)
			page->here.count--;
	}
	return true;
}

/* A key that the catalogue does not know, but this kernel has. */
static bool known_here(struct run *run, const char *path)
{
	struct observed_live live = {0};

	if (path == NULL || run->proc_sys.fd < 0)
		return false;
	proc_sys_read(run->arena, &run->proc_sys, path, &live);
	return live.state == LIVE_READ || (live.state == LIVE_UNREADABLE && live.number != EISDIR);
}

static bool find_word(struct run *run, const char *word, struct explain_pages *pages)
{
	const char *guess, *path;
	struct error err;
	size_t before = pages->count;
	bool found = explain_find(run->arena, word, pages, &guess, &path, &err);

	if ((!found || guess != NULL) && known_here(run, path)) {
		pages->count = before;
		*ARRAY_ADD(run->arena, pages) = (struct explain_page){.path = path};
		return true;
	}
	if (guess != NULL)
		pipeline_complain(arena_printf(run->arena, "there is no key '%s'; %s", word, guess));
	else if (!found)
		pipeline_complain(err.text);
	return found;
}

static void print_pages(struct run *run, const struct explain_pages *pages, const struct explain_host *host,
			struct text *text)
{
	struct table_style style = output_style(run->options);

	if (pages->count > PAGES_MOST && !run->options->verbose) {
		report_explain_list(text, pages, &style);
		return;
	}
	for (size_t i = 0; i < pages->count; i++) {
		if (i > 0)
			text_string(text, "\n");
		report_explain_page(text, &pages->items[i], host, &style);
	}
}

enum exit_code explain_command(struct run *run)
{
	struct explain_pages pages = {0};
	struct text text = {.arena = run->arena};
	struct forecast forecast;
	struct error err;
	bool found = true;

	if (run->options->operands.count == 0) {
		pipeline_complain("explain wants a key, such as 'holdfast explain net.ipv4.tcp_fin_timeout'");
		return EXIT_USAGE;
	}
	if (!pipeline_settings(run) || !pipeline_host(run) || !read_profile(run))
		return run->exit;
	if (!pipeline_files(run, &forecast, &err))
		return pipeline_fail(&err);
	for (size_t i = 0; i < run->options->operands.count; i++)
		found = find_word(run, run->options->operands.items[i], &pages) && found;
	for (size_t i = 0; i < pages.count; i++) {
		if (!fill_page(run, &forecast, &pages.items[i], &err))
			return pipeline_fail(&err);
	}
	const struct explain_host host = {
		.facts = &run->facts,
		.loader = loader_name(&run->loader),
		.profile = run->layers.count > 0 ? run->layers.items[run->layers.count - 1]->name : NULL,
		.kernel = run->proc_sys.fd >= 0,
	};
	if (!run->options->json)
		print_pages(run, &pages, &host, &text);
	else if (!report_explain_json(&text, &pages, &host, &err))
		return pipeline_fail(&err);
	if (text.length > 0 && !output_print(run, &text, &err))
		return pipeline_fail(&err);
	return found ? EXIT_IN_LINE : EXIT_WORK;
}
