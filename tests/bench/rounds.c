/*
 * rounds N PROGRAM [ARGUMENT...] [-- PROGRAM [ARGUMENT...]]...: runs the programs in turn, N times each, and prints a line
 * for each run: its number in the order given, wall time in ns, processor time in us, peak memory in KiB, exit status.
 *
 * In C and linked statically, because a process started by posix_spawn begins with the memory of who started it: with a
 * Python parent, getrusage would call every program as big as Python, and each start would cost more. Each round begins
 * with another program, so that none always follows the same one.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONTESTANTS = 16 };

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int run_once(int number, char **command, posix_spawn_file_actions_t *actions)
{
	struct rusage usage;
	int status;
	pid_t child;
	long long start = now_ns();

	if (posix_spawn(&child, command[0], actions, NULL, command, environ) != 0 ||
	    wait4(child, &status, 0, &usage) != child)
		return 0;
	long long wall_ns = now_ns() - start;
	long long cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
			   usage.ru_stime.tv_usec;
	printf("%d %lld %lld %ld %d\n", number, wall_ns, cpu_us, usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 1;
}

int main(int argc, char **argv)
{
	char **commands[CONTESTANTS];
	int count = 0;
	long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t actions;

	for (int i = 2, begun = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			begun = 0;
		} else if (!begun && count < CONTESTANTS) {
			commands[count++] = &argv[i];
			begun = 1;
		}
	}
	if (rounds <= 0 || count == 0 || posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0)
		return 2;
	for (long round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++) {
			int number = (int)((i + round) % count);
			if (!run_once(number, commands[number], &actions))
				return 1;
		}
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
