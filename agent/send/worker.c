#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fd.h"
#include "../base/number.h"
#include "../base/queue.h"
#include "delivery.h"
#include "sandbox.h"
#include "trial.h"

/* Whatever hangs, the kernel ends us. */
enum { RUN_REPORTS = 50, FLUSH_REPORTS = 1000, LONGEST_S = 120, PATIENCE_MS = 10000, PAUSE_MS = 100 };

static const char last_name[] = "last.json.gz";

static void complain(const struct worker *worker, const char *text)
{
	struct arena arena = {0};

	if (!worker->arguments->quiet)
		fprintf(stderr, "holdfast-send: %s: %s\n", worker->destination->name, text_printable(&arena, text));
	arena_free(&arena);
}

/* The port of the url, as Landlock wants to know it. */
static uint16_t port_of(const char *url)
{
	bool tls = text_starts(url, "https://");
	const char *host = strstr(url, "://");
	uint64_t port;

	host = host != NULL ? host + strlen("://") : url;
	size_t length = strcspn(host, "/?#");
	for (size_t i = length; i-- > 0 && host[i] != ']';) {
		if (host[i] == ':' && number_decimal(host + i + 1, length - i - 1, UINT16_MAX, &port))
			return (uint16_t)port;
	}
	return tls ? 443 : 80;
}

static bool enter(const struct worker *worker, int queue, struct error *err)
{
	const struct sandbox sandbox = {.queue = queue, .port = port_of(worker->destination->url)};

	return sandbox_enter(&sandbox, err);
}

/* --- a try -------------------------------------------------------------------------------------------------------- */

static enum worker_exit try_it(struct arena *arena, const struct worker *worker, struct trial *trial)
{
	struct secrets secrets;
	struct request_line line;
	struct queue_report last;
	struct error err = {0};

	if (queue_read(arena, worker->spool, last_name, &last, &err) == QUEUE_READ)
		trial->last = last.document;
	CLEANUP(fd_close)
	int queue = openat(worker->spool, worker->destination->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ready = secrets_read(arena, worker->root, worker->destination, &secrets, &err) &&
		     enter(worker, queue, &err) && request_open(worker->destination->url, &secrets, &line, &err);
	if (!ready) {
		trial_fail(arena, trial, err.text);
		return WORKER_LEFT;
	}
	bool good = trial_run(arena, trial, &line);
	request_close(&line);
	return good ? WORKER_DONE : WORKER_LEFT;
}

/* --- delivery ----------------------------------------------------------------------------------------------------- */

/* On a terminal: one line that counts. */
static void show_progress(const struct delivery *delivery)
{
	fprintf(stderr, "\r%s: %zu delivered, %zu to go \x1b[K", delivery->name, delivery->delivered,
		delivery->waiting);
	fflush(stderr);
}

static void print_json(const struct delivery *delivery)
{
	json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I}", "destination", delivery->name, "delivered",
				   (json_int_t)delivery->delivered, "left", (json_int_t)delivery->waiting, "refused",
				   (json_int_t)delivery->spoiled, "status", (json_int_t)delivery->state.last_status);

	if (delivery->failure != NULL)
		json_object_set_new(object, "error", json_string(delivery->failure));
	if (delivery->advice != NULL)
		json_object_set_new(object, "advice", json_string(delivery->advice));
	char *text = json_dumps(object, JSON_COMPACT);
	printf("%s\n", text != NULL ? text : "{}");
	fflush(stdout);
	free(text);
	json_decref(object);
}

/* By hand everything is told; otherwise only what somebody has to mend. */
static void tell(struct arena *arena, const struct worker *worker, const struct delivery *delivery)
{
	if (delivery->progress != NULL)
		fputs("\r\x1b[K", stderr);
	if (worker->arguments->json)
		print_json(delivery);
	else if (worker->arguments->now && !worker->arguments->quiet && delivery->failure == NULL)
		printf("%s: %zu delivered, %zu to go\n", delivery->name, delivery->delivered, delivery->waiting);
	fflush(stdout);
	if (delivery->failure != NULL && (delivery->fault || worker->arguments->now))
		complain(worker, arena_printf(arena, "%s: %s%s%s; %zu report%s kept", delivery->shown_url,
					      delivery->failure, delivery->advice != NULL ? ": " : "",
					      delivery->advice != NULL ? delivery->advice : "", delivery->waiting,
					      delivery->waiting == 1 ? " is" : "s are"));
}

/* What the secrets could not be read for is written down, and said, as soon as something is due. */
static bool deliver(struct arena *arena, const struct worker *worker, struct delivery *delivery,
		    const struct secrets *secrets, struct error *err)
{
	struct request_line line;

	if (secrets == NULL) {
		delivery_fail(delivery, arena_string(arena, err->text));
		return true;
	}
	if (!request_open(worker->destination->url, secrets, &line, err))
		return false;
	bool worked = delivery_run(delivery, &line, err);
	request_close(&line);
	return worked;
}

/* The secrets are read by who we are; what lies in the queue, by who we become. */
static enum worker_exit deliver_locked(struct arena *arena, const struct worker *worker, int queue)
{
	const struct arguments *arguments = worker->arguments;
	struct delivery delivery = {.arena = arena,
				    .name = worker->destination->name,
				    .shown_url = settings_shown_url(arena, worker->destination->url),
				    .queue = queue,
				    .quiet = arguments->quiet,
				    .most = arguments->now ? FLUSH_REPORTS : RUN_REPORTS};
	struct queue_files files;
	struct secrets secrets;
	struct error err = {0}, shut = {0};
	bool ready = secrets_read(arena, worker->root, worker->destination, &secrets, &err);

	if (!enter(worker, queue, &shut)) {
		complain(worker, shut.text);
		return WORKER_LEFT;
	}
	/* What could not be deleted would be sent again and again. */
	if (faccessat(queue, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		error_system(&shut, errno, "write to the queue");
		complain(worker, shut.text);
		return WORKER_LEFT;
	}
	queue_state_read(arena, queue, worker->destination->url, &delivery.state);
	if (!queue_list(arena, queue, &files, &shut)) {
		complain(worker, shut.text);
		return WORKER_LEFT;
	}
	delivery.waiting = files.count;
	bool due = files.count > 0 && (arguments->now || queue_state_is_due(&delivery.state, clock_now_ms()));
	if (arguments->now && !arguments->quiet && !arguments->json && isatty(STDERR_FILENO) == 1)
		delivery.progress = show_progress;
	if (due && !deliver(arena, worker, &delivery, ready ? &secrets : NULL, &err)) {
		complain(worker, err.text);
		return WORKER_LEFT;
	}
	tell(arena, worker, &delivery);
	bool left = delivery.waiting > 0 && (arguments->now || delivery.failure != NULL);
	return left || delivery.spoiled > 0 ? WORKER_LEFT : WORKER_DONE;
}

/* By hand another one is waited for, for a while. */
static bool take_lock(const struct worker *worker, int queue)
{
	int64_t until_ms = clock_steady_ms() + (worker->arguments->now ? PATIENCE_MS : 0);

	while (flock(queue, LOCK_EX | LOCK_NB) != 0) {
		if (clock_steady_ms() >= until_ms)
			return false;
		clock_pause_ms(PAUSE_MS);
	}
	return true;
}

/* One sender for each queue: another one that is at work does it all. The lock is on the folder, and goes with the process. */
static enum worker_exit deliver_all(struct arena *arena, const struct worker *worker)
{
	struct error err = {0};
	CLEANUP(fd_close)
	int queue = openat(worker->spool, worker->destination->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (queue < 0 && errno == ENOENT)
		return WORKER_DONE;
	if (queue < 0) {
		error_system(&err, errno, "open the queue");
		complain(worker, err.text);
		return WORKER_LEFT;
	}
	if (!take_lock(worker, queue)) {
		if (worker->arguments->now)
			complain(worker, "another sender is at work on this queue; try again in a moment");
		return WORKER_BUSY;
	}
	return deliver_locked(arena, worker, queue);
}

enum worker_exit worker_run(struct arena *arena, const struct worker *worker)
{
	struct trial trial = {.name = worker->destination->name,
			      .shown_url = settings_shown_url(arena, worker->destination->url),
			      .json = worker->arguments->json};
	struct error err = {0};

	if (!clock_end_after(LONGEST_S, &err)) {
		complain(worker, err.text);
		return WORKER_LEFT;
	}
	return worker->arguments->test ? try_it(arena, worker, &trial) : deliver_all(arena, worker);
}
