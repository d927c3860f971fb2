/*
 * holdfast-send: delivers the reports that wait in the spool. It holds no right but that: see send/sandbox.
 *
 *	arguments -> settings -> splay -> a process for each destination: secrets -> sandbox -> delivery
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fd.h"
#include "secrets.h"
#include "splay.h"
#include "worker.h"

#ifdef __SANITIZE_ADDRESS__
/* The search for leaks traces its own process, which the sandbox forbids. NOLINTNEXTLINE(bugprone-reserved-identifier) */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static const char spool_path[] = "/var/lib/holdfast/spool";

static void complain(const char *text)
{
	struct arena arena = {0};

	fprintf(stderr, "holdfast-send: %s\n", text_printable(&arena, text));
	arena_free(&arena);
}

/* What takes over this process must not be able to type into the terminal of whoever called us. */
static void leave_terminal(void)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	if (nothing >= 0)
		(void)dup2(nothing, STDIN_FILENO);
}

/* In a process of its own; -1 when that could not be made. */
static pid_t start(const struct worker *worker)
{
	fflush(NULL);
	pid_t child = fork();

	if (child == 0) {
		struct arena arena = {0};

		leave_terminal();
		enum worker_exit code = worker_run(&arena, worker);

		fflush(NULL);
		_exit((int)code);
	}
	return child;
}

/* The worst of them: something stays, then somebody else at work, then all done. */
static enum worker_exit worse(enum worker_exit a, enum worker_exit b)
{
	if (a == WORKER_LEFT || b == WORKER_LEFT)
		return WORKER_LEFT;
	return a == WORKER_BUSY || b == WORKER_BUSY ? WORKER_BUSY : WORKER_DONE;
}

static enum worker_exit wait_for(pid_t child)
{
	int status;

	if (child < 0) {
		complain("a process for a destination could not be started");
		return WORKER_LEFT;
	}
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return WORKER_LEFT;
	}
	if (WIFSIGNALED(status))
		complain("a destination took too long, or did what it must not, and was ended");
	return WIFEXITED(status) ? (enum worker_exit)WEXITSTATUS(status) : WORKER_LEFT;
}

static enum worker_exit send_all(struct arena *arena, const struct worker *common, const struct settings *settings)
{
	const struct arguments *arguments = common->arguments;
	pid_t *children = arena_array(arena, settings->destinations.count, sizeof(*children));
	enum worker_exit code = WORKER_DONE;
	size_t count = 0;

	/* One after the other where people read along. */
	bool together = !arguments->test && !arguments->now;
	for (size_t i = 0; i < settings->destinations.count; i++) {
		struct worker worker = *common;

		worker.destination = &settings->destinations.items[i];
		if (arguments->destination != NULL && strcmp(arguments->destination, worker.destination->name) != 0)
			continue;
		children[count++] = start(&worker);
		if (!together)
			code = worse(code, wait_for(children[count - 1]));
	}
	for (size_t i = 0; together && i < count; i++)
		code = worse(code, wait_for(children[i]));
	if (count > 0 || arguments->destination == NULL)
		return code;
	complain(arena_printf(arena, "there is no destination '%s'", arguments->destination));
	return WORKER_USAGE;
}

/* A spool that this user cannot write to has no turns. */
static bool take_turn(int spool, int *turn)
{
	CLEANUP(fd_close) int fd = openat(spool, "sender.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0)
		return false;
	*turn = fd_take(&fd);
	return true;
}

/* Nothing has ever been put there. Who asks by hand is told. */
static enum worker_exit nothing_known(const struct arguments *arguments)
{
	if ((arguments->now || arguments->test) && !arguments->quiet)
		complain(
			"no destination is known here; the next 'holdfast run' or 'holdfast report --flush' writes down what "
			"agent.yaml has");
	return arguments->test ? WORKER_LEFT : WORKER_DONE;
}

static enum worker_exit run(struct arena *arena, const struct arguments *arguments)
{
	struct settings settings;
	struct error err = {0};
	CLEANUP(fd_close) int root = open(arguments->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(fd_close) int spool = root < 0 ? -1 : secrets_open(root, spool_path, O_RDONLY | O_DIRECTORY);

	if (spool < 0 && errno == ENOENT && root >= 0)
		return nothing_known(arguments);
	if (spool < 0) {
		error_system(&err, errno, "open %s", root < 0 ? arguments->root : spool_path);
		complain(err.text);
		return WORKER_LEFT;
	}
	if (!settings_read(arena, spool, &settings, &err)) {
		if (err.number == ENOENT)
			return nothing_known(arguments);
		complain(err.text);
		return WORKER_LEFT;
	}
	/* One that waits is enough: it finds what comes meanwhile. From then on each queue has a lock of its own. */
	int turn = -1;
	int64_t wait_ms = splay_ms(arena, settings.host_id, arguments->splay_s);
	if (wait_ms > 0 && !take_turn(spool, &turn))
		return WORKER_BUSY;
	clock_pause_ms(wait_ms);
	fd_close(&turn);
	const struct worker common = {.arguments = arguments, .root = root, .spool = spool};
	return send_all(arena, &common, &settings);
}

/* What was inherited: an ignored or blocked signal would keep a child's end from us and an alarm from ending it. */
static void begin_clean(void)
{
	static const int signals[] = {SIGCHLD, SIGALRM, SIGTERM, SIGPIPE};
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaction(signals[i], &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(0077);
	fd_close_others(NULL, 0);
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct arguments arguments;
	struct text help = {.arena = &arena};
	struct error err = {0};

	begin_clean();
	if (!arguments_read(&arena, argc > 0 ? argv + 1 : argv, &arguments, &err)) {
		complain(err.text);
		return WORKER_USAGE;
	}
	int code = WORKER_DONE;
	if (arguments.help) {
		arguments_help(&help);
		fputs(help.bytes, stdout);
	} else if (arguments.version) {
		printf("holdfast-send %s\n", HOLDFAST_VERSION);
	} else {
		code = (int)run(&arena, &arguments);
	}
	arena_free(&arena);
	return fflush(stdout) == 0 ? code : WORKER_LEFT;
}
