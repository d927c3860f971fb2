#include "output.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/digest.h"
#include "../base/fd.h"
#include "../base/number.h"
#include "../report/report_effect.h"
#include "../report/report_json.h"
#include "../report/report_lines.h"
#include "../report/report_text.h"
#include "../system/host.h"
#include "effect.h"
#include "reporting.h"

/* The character set by the same variables that setlocale(3) looks at, in its order. */
static bool is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
	}
	return false;
}

static unsigned terminal_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	uint64_t given;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return columns != NULL && number_decimal(columns, strlen(columns), 10000, &given) ? (unsigned)given : 0;
}

struct table_style output_style(const struct options *options)
{
	bool terminal = isatty(STDOUT_FILENO) == 1;
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	bool wanted = terminal && (no_colour == NULL || no_colour[0] == '\0') &&
		      (term == NULL || strcmp(term, "dumb") != 0);

	return (struct table_style){
		.colour = options->colour == COLOUR_ALWAYS || (options->colour == COLOUR_AUTO && wanted),
		.ascii = !is_utf8(),
		.width = terminal ? terminal_width() : 0,
	};
}

bool output_print(const struct run *run, const struct text *text, struct error *err)
{
	if (run->options->quiet || text->length == 0)
		return true;
	return fd_write_all(STDOUT_FILENO, text->bytes, text->length) || error_system(err, errno, "write to stdout");
}

bool output_report(struct run *run, const struct plan *plan, const char *transaction, struct report *report,
		   struct error *err)
{
	*report = (struct report){
		.time = clock_text(run->arena, run->now_ms),
		.agent_version = HOLDFAST_VERSION,
		.command = run->options->command->name,
		.trigger = run->trigger != NULL ? run->trigger : "manual",
		.audit = run->audit,
		.duration_ms = clock_steady_ms() - run->started_ms + 1, /* rounded up: none takes no time */
		.facts = &run->facts,
		.config = &run->config,
		.layers = &run->layers,
		.loader = loader_name(&run->loader),
		.loader_why = run->loader.why,
		.outcome = &run->outcome,
		.plan = plan,
		.transaction = transaction,
		.errors = &run->errors,
	};
	if (run->effect != NULL && run->effect->taken) {
		report->tcp_before = &run->effect->before_report;
		report->tcp = &run->effect->after_report;
	}
	if (!run->options->json && !run->keeps)
		return true;
	host_facts(run->arena, &run->tree, FACTS_IDENTITY | FACTS_OS | FACTS_VIRTUALIZATION, &run->facts);
	report->digest = desired_digest(run->arena, &run->desired);
	return digest_uuid7(run->arena, run->now_ms, &report->id, err);
}

const char *output_word(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:=@%+,";
	struct text text = {.arena = arena};

	if (word[0] != '\0' && strspn(word, plain) == strlen(word))
		return word;
	text_string(&text, "'");
	for (const char *c = word; *c != '\0'; c++)
		text_add(&text, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
	text_string(&text, "'");
	return text.bytes;
}

static void add_option(struct text *text, const char *option, const char *word)
{
	text_format(text, " %s %s", option, output_word(text->arena, word));
}

const char *output_mend(const struct run *run, const char *command, bool profiles)
{
	const struct options *options = run->options;
	struct text text = {.arena = run->arena};

	text_string(&text, command);
	for (size_t i = 0; profiles && run->words_given && i < run->profile_words.count; i++) {
		add_option(&text, "-p", run->profile_words.items[i]);
	}
	if (options->config != NULL) {
		add_option(&text, "--config", options->config);
	}
	if (!run->tree.is_host) {
		add_option(&text, "--root", options->root);
	}
	if (options->loader != NULL) {
		add_option(&text, "--loader", options->loader);
	}
	return text_printable(run->arena, text.bytes);
}

static void print_effect(struct text *text, const struct report *report, const struct table_style *style)
{
	if (report->tcp_before != NULL)
		report_effect(text, report->tcp_before, report->tcp, report->plan, style);
}

bool output_changes(struct run *run, const struct plan *plan, const char *transaction, struct error *err)
{
	struct report report;
	struct text text = {.arena = run->arena};
	struct table_style style = output_style(run->options);

	if (!output_report(run, plan, transaction, &report, err))
		return false;
	report_text_changes(&text, &report, &style, run->options->verbose);
	print_effect(&text, &report, &style);
	return output_print(run, &text, err);
}

/* document: as it was kept, NULL = it was not. */
static bool print_outcome(struct run *run, const struct report *report, json_t *document, const char *mend,
			  struct error *err)
{
	struct text text = {.arena = run->arena};
	struct table_style style = output_style(run->options);

	if (run->options->json && document != NULL) {
		if (!report_json_print(&text, json_incref(document), err))
			return false;
	} else if (run->options->json) {
		if (!report_json(&text, report, err))
			return false;
	} else if (run->terse) {
		if (!run->outside)
			report_lines(&text, report);
	} else {
		report_text_head(&text, report, &style, run->options->verbose);
		report_text_changes(&text, report, &style, run->options->verbose);
		print_effect(&text, report, &style);
		report_text(&text, report, &style, run->options->verbose);
		report_text_counts(&text, report, &style, mend);
	}
	return output_print(run, &text, err);
}

/* The sockets as they are at the end of the run, where agent.yaml asks for them. */
static void add_census(struct run *run, struct report *report)
{
	struct look *look = arena_alloc(run->arena, sizeof(*look));
	struct report_tcp *census = arena_alloc(run->arena, sizeof(*census));
	struct error err = {0};

	if (!run->config.metrics_tcp || report->tcp != NULL || !looking_prepare(run, LOOK_ALL))
		return;
	if (!looking_take(run->arena, run, LOOK_ALL, look, &err)) {
		pipeline_complain(err.text);
		return;
	}
	looking_read(look, NULL);
	looking_report(run, look, NULL, census);
	report->tcp = census;
}

bool output_outcome(struct run *run, const struct plan *plan, const char *transaction, const char *mend,
		    struct error *err)
{
	struct report report;
	json_t *document = NULL;

	run->told = true;
	if (run->options->quiet && !run->keeps)
		return true;
	if (!output_report(run, plan, transaction, &report, err))
		return false;
	if (run->keeps) {
		lock_release(&run->lock); /* nothing is left to be changed */
		add_census(run, &report);
		reporting_keep(run, &report, &document);
	}
	bool printed = run->options->quiet || print_outcome(run, &report, document, mend, err);
	json_decref(document);
	return printed;
}
