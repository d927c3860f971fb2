/*
 * report: the census of TCP sockets, or a document that another command has printed with --json, in another format. Writes
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../load/load_report.h"
#include "../report/report_json.h"
#include "../report/report_metrics.h"
#include "../report/report_tcp_json.h"
#include "commands.h"
#include "looking.h"
#include "output.h"
#include "setters.h"

/* Peers whose ports run out are metrics of their own, up to so many. */
enum { DOCUMENT_MOST = 8 << 20, METRICS_TOP = 1000 };

static bool wants_metrics(const struct options *options)
{
	return options->format == NULL ? !options->json : strcmp(options->format, "metrics") == 0;
}

/* The file, or what comes on stdin for "-". Whoever may read it may have it printed. */
static bool read_document(struct run *run, const char *path, json_t **document, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *shown = is_stdin ? "stdin" : path;
	CLEANUP(fd_close)
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *bytes;
	size_t length;

	if (fd < 0)
		return error_system(err, errno, "read %s", shown);
	switch (fd_read_all(run->arena, fd, DOCUMENT_MOST, &bytes, &length)) {
	case FD_DONE:
		break;
	case FD_TOO_LONG:
		return error_set(err, "%s has more than %d MiB; no report has", shown, DOCUMENT_MOST >> 20);
	case FD_FAILED:
		return error_system(err, errno, "read %s", shown);
	}
	return load_report(shown, bytes, length, document, err);
}

static bool print_metrics(struct run *run, const json_t *census, struct error *err)
{
	struct text text = {.arena = run->arena};

	return report_metrics(&text, census, err) && output_print(run, &text, err);
}

static bool print_saved(struct run *run, json_t *document, struct error *err)
{
	struct text text = {.arena = run->arena};
	const json_t *census = load_report_census(document);

	/* On one line: laid out, what is nested deep enough would fill all memory with blanks. */
	if (!wants_metrics(run->options))
		return report_json_line(&text, json_incref(document), err) && output_print(run, &text, err);
	if (census == NULL)
		return error_set(err, "it has no census of TCP sockets: make one by 'holdfast tcp --json'");
	return print_metrics(run, census, err);
}

static enum exit_code saved(struct run *run, const char *path)
{
	json_t *document = NULL;
	struct error err = {0};

	if (!read_document(run, path, &document, &err)) {
		pipeline_complain(err.text);
		return pipeline_unread(err.number);
	}
	bool done = print_saved(run, document, &err);
	json_decref(document);
	if (done)
		return EXIT_IN_LINE;
	if (err.number != 0)
		return pipeline_fail(&err);
	error_wrap(&err, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
	pipeline_complain(err.text);
	return EXIT_INVALID;
}

enum exit_code report_command(struct run *run)
{
	struct report_tcp report;
	struct look look;
	struct error err;

	if (run->options->operands.count > 0)
		return saved(run, run->options->operands.items[0]);
	if (!looking_prepare(run, LOOK_ALL))
		return run->exit;
	if (!looking_take(run->arena, run, LOOK_ALL, &look, &err))
		return pipeline_fail(&err);
	looking_read(&look, NULL);
	setters_find(run->arena, &run->tree, &look.readings);
	looking_report(run, &look, NULL, &report);
	if (wants_metrics(run->options))
		report.top = METRICS_TOP;
	json_t *document = report_tcp_json(run->arena, &report);
	struct text text = {.arena = run->arena};
	if (!wants_metrics(run->options))
		return report_json_print(&text, document, &err) && output_print(run, &text, &err) ? EXIT_IN_LINE
												  : pipeline_fail(&err);
	bool done = print_metrics(run, document, &err);
	json_decref(document);
	return done ? EXIT_IN_LINE : pipeline_fail(&err);
}
