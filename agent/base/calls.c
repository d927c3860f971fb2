#include "calls.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool kernel_has_filters(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	/* EPERM: a filter round us refuses it; then there is one already. */
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ||
	       (errno != ENOSYS && errno != EINVAL && errno != EPERM && errno != EACCES);
}

bool calls_limit(const struct calls_filter *filter, struct error *err)
{
	if (filter->count == 0 || !kernel_has_filters())
		return true;
	struct sock_fprog program = {.len = filter->count};

	/* Its type is not const, but the kernel only reads it. */
	memcpy(&program.filter, &filter->code, sizeof(program.filter));
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ||
	       error_system(err, errno, "enter the rules of seccomp");
}
