#include "base/capabilities.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* The number, in hexadecimal digits, behind the word in /proc/self/status. */
static uint64_t status_of(const char *word)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t number = 0;
	char text[8192] = "";
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	const char *line = length > 0 ? strstr(text, word) : NULL;

	close(fd);
	if (line == NULL)
		return UINT64_MAX;
	for (line += strlen(word); *line != '\n' && *line != '\0'; line++)
		number = number * 16 + (uint64_t)(strchr(digits, *line) - digits);
	return number;
}

static const struct {
	const char *name;
	uint64_t first, second, kept; /* of what we have */
} cases[] = {
	{"none", 0, 0, 0},
	{"one", CAPABILITY(CAP_CHOWN), CAPABILITY(CAP_CHOWN), CAPABILITY(CAP_CHOWN)},
	{"one beyond the 32nd", CAPABILITY(CAP_MAC_ADMIN), UINT64_MAX, CAPABILITY(CAP_MAC_ADMIN)},
	{"both halves", CAPABILITY(CAP_KILL) | CAPABILITY(CAP_AUDIT_READ), UINT64_MAX,
	 CAPABILITY(CAP_KILL) | CAPABILITY(CAP_AUDIT_READ)},
	{"what is gone does not come back", CAPABILITY(CAP_CHOWN), CAPABILITY(CAP_KILL), 0},
	{"none, then all", 0, UINT64_MAX, 0},
	{"all", UINT64_MAX, UINT64_MAX, UINT64_MAX},
};

static int in_child(uint64_t first, uint64_t second, uint64_t wanted)
{
	struct error err;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (!capabilities_keep(first, &err) || !capabilities_keep(second, &err))
			_exit(1);
		if (status_of("CapPrm:\t") != wanted || status_of("CapEff:\t") != wanted)
			_exit(2);
		_exit(status_of("CapInh:\t") != 0 || status_of("NoNewPrivs:\t") != 1 ? 3 : 0);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void keeps_what_it_is_told_to_and_for_good(struct unit *unit)
{
	uint64_t own = status_of("CapPrm:\t");

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		SAME_NUMBER(unit, cases[i].name, in_child(cases[i].first, cases[i].second, cases[i].kept & own), 0);
	HOLDS(unit, "the children's, not ours", status_of("CapPrm:\t") == own);
}

static const struct CMUnitTest tests[] = {
	UNIT(keeps_what_it_is_told_to_and_for_good),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
