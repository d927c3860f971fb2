/*
 * report: the last report that was kept, or a document that another command has printed with --json, in another format; the
 * sender is called for what waits, and for a try of each destination.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/gzip.h"
#include "../load/load_report.h"
#include "../report/metrics_run.h"
#include "../report/report_csv.h"
#include "../report/report_hdf.h"
#include "../report/report_json.h"
#include "../report/report_metrics.h"
#include "../report/report_tcp_json.h"
#include "commands.h"
#include "looking.h"
#include "output.h"
#include "sender.h"
#include "setters.h"
#include "spooling.h"

/* Peers whose ports run out are metrics of their own, up to so many. */
enum { DOCUMENT_MOST = 8 << 20, METRICS_TOP = 1000 };

/* As the spool and a drop box have it. */
static bool unpacked(struct run *run, const char *shown, char **bytes, size_t *length, struct error *err)
{
	const struct gzip_bytes packed = {*bytes, *length};
	struct gzip_bytes plain;

	if (*length < 2 || memcmp(*bytes, "\x1f\x8b", 2) != 0)
		return true;
	if (!gzip_unpack(run->arena, &packed, DOCUMENT_MOST, &plain, err))
		return error_wrap(err, "%s", shown);
	*bytes = plain.items;
	*length = plain.length;
	return true;
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
	return unpacked(run, shown, &bytes, &length, err) && load_report(shown, bytes, length, document, err);
}

/* A document and what belongs to it: all that is printed. */
struct subject {
	json_t *document;     /* NULL: none, only the census of now */
	const json_t *census; /* NULL: none */
	bool is_report, is_ours;
};

static void take_census(struct subject *subject)
{
	subject->census = load_report_census(subject->document);
	subject->is_report = load_report_is_one(subject->document);
}

static const char no_report[] = "it is no report: 'holdfast check --json' or 'holdfast run --json' prints one, "
				"'holdfast tcp --json' a census";

static bool print_metrics(struct run *run, const struct subject *subject, struct text *text, struct error *err)
{
	const struct metrics metrics = {.text = text, .openmetrics = run->options->format == FORMAT_OPENMETRICS};
	struct spooling spooling;
	bool spooled = subject->is_ours && pipeline_settings(run) && spooling_open(run, false, &spooling, err);

	if (spooled) {
		const struct metrics_spool spool = {spooling.queues, spooling.count, &spooling.counters};

		metrics_run(&metrics, subject->document, &spool);
		spooling_close(&spooling);
	} else if (subject->is_report) {
		metrics_run(&metrics, subject->document, NULL);
	}
	if (subject->census != NULL && !report_metrics(&metrics, subject->census, err))
		return false;
	metrics_end(&metrics);
	return true;
}

static bool format(struct run *run, const struct subject *subject, struct text *text, struct error *err)
{
	json_t *hdf;
	bool rows = run->options->format == FORMAT_HDF || run->options->format == FORMAT_CSV;

	if (!subject->is_report && (rows || subject->census == NULL))
		return error_set(err, "%s", no_report);
	switch (run->options->format) {
	case FORMAT_NONE:
	case FORMAT_JSON:
		/* What comes from elsewhere on one line: laid out, what is nested deep enough would fill memory with blanks. */
		return subject->is_ours ? report_json_print(text, json_incref(subject->document), err)
					: report_json_line(text, json_incref(subject->document), err);
	case FORMAT_HDF:
		hdf = report_hdf(run->arena, subject->document, err);
		return hdf != NULL && report_json_line(text, hdf, err);
	case FORMAT_CSV:
		return report_csv(text, subject->document, err);
	case FORMAT_METRICS:
	case FORMAT_OPENMETRICS:
		return print_metrics(run, subject, text, err);
	}
	return false;
}

static enum exit_code print(struct run *run, const struct subject *subject, const char *shown)
{
	struct text text = {.arena = run->arena};
	struct error err = {0};

	if (format(run, subject, &text, &err)) {
		if (output_print(run, &text, &err))
			return EXIT_IN_LINE;
		return pipeline_fail(&err);
	}
	error_wrap(&err, "%s", shown);
	pipeline_complain(err.text);
	return EXIT_INVALID;
}

static enum exit_code saved(struct run *run, const char *path)
{
	struct subject subject = {0};
	struct error err = {0};

	if (!pipeline_shut_in(run))
		return run->exit;
	if (!read_document(run, path, &subject.document, &err)) {
		pipeline_complain(err.text);
		return pipeline_unread(err.number);
	}
	take_census(&subject);
	enum exit_code code = print(run, &subject, strcmp(path, "-") == 0 ? "stdin" : path);
	json_decref(subject.document);
	return code;
}

/* The census of now, as a document. */
static json_t *look_now(struct run *run)
{
	struct report_tcp report;
	struct look look;
	struct error err = {0};

	if (!looking_take(run->arena, run, LOOK_ALL, &look, &err)) {
		run->exit = pipeline_fail(&err);
		return NULL;
	}
	looking_read(&look, NULL);
	setters_find(run->arena, &run->tree, &look.readings);
	looking_report(run, &look, NULL, &report);
	report.top = METRICS_TOP;
	return report_tcp_json(run->arena, &report);
}

static enum exit_code last(struct run *run)
{
	struct subject subject = {.is_ours = true};
	json_t *now = NULL;
	struct error err = {0};

	/* Another network namespace is entered before anything is read. */
	if (run->options->census ? !looking_prepare(run, LOOK_ALL) : !pipeline_tree(run))
		return run->exit;
	subject.document = spooling_last(run, &err);
	if (subject.document == NULL && !run->options->census)
		return pipeline_fail(&err);
	take_census(&subject);
	if (subject.document == NULL)
		subject.is_ours = false;
	if (run->options->census && (now = look_now(run)) == NULL) {
		json_decref(subject.document);
		return run->exit;
	}
	if (now != NULL)
		subject.census = now;
	enum exit_code code = print(run, &subject, "the last report");
	json_decref(now);
	json_decref(subject.document);
	return code;
}

static enum exit_code call_sender(struct run *run)
{
	struct spooling spooling;
	struct error err = {0};

	/* Not shut in: the sender has to become another user, and does the rest itself. */
	if (!pipeline_config(run))
		return run->exit;
	if (run->config.reports.count == 0) {
		pipeline_complain("agent.yaml names no destination for reports ('reports'); nothing is sent");
		return run->options->test ? EXIT_WORK : EXIT_IN_LINE;
	}
	if (!spooling_open(run, true, &spooling, &err))
		return pipeline_fail(&err);
	bool told = spooling_tell_sender(&spooling, &err);
	spooling_close(&spooling);
	return told ? sender_become(run, run->options->test ? "--test" : "--now") : pipeline_fail(&err);
}

enum exit_code report_command(struct run *run)
{
	if (run->options->flush || run->options->test)
		return call_sender(run);
	if (run->options->operands.count > 0)
		return saved(run, run->options->operands.items[0]);
	return last(run);
}
