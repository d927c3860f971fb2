#include "calls.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BY_TREE = 2 };

static bool add_rule(scmp_filter_ctx filter, const struct calls_rule *rule)
{
	const struct calls_test *tests[] = {&rule->first, &rule->second};
	struct scmp_arg_cmp compared[COUNT_OF(tests)];
	unsigned count = 0;

	for (size_t i = 0; i < COUNT_OF(tests); i++) {
		if (tests[i]->mask != 0)
			compared[count++] =
				SCMP_CMP(tests[i]->argument, SCMP_CMP_MASKED_EQ, tests[i]->mask, tests[i]->value);
	}
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, count, compared) == 0;
}

static bool add_list(scmp_filter_ctx filter, const struct calls_list *list)
{
	for (size_t i = 0; i < list->allowed_count; i++) {
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, list->allowed[i], 0) != 0)
			return false;
	}
	for (size_t i = 0; i < list->rule_count; i++) {
		if (!add_rule(filter, &list->rules[i]))
			return false;
	}
	return true;
}

static bool add_all(scmp_filter_ctx filter, const struct calls *calls)
{
	for (size_t i = 0; i < calls->list_count; i++) {
		if (!add_list(filter, &calls->lists[i]))
			return false;
	}
	for (size_t i = 0; i < calls->deadly_count; i++) {
		if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls->deadly[i], 0) != 0)
			return false;
	}
	return true;
}

/* libseccomp would take its absence for a mistake of ours. */
static bool kernel_has_filters(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	/* EPERM: a filter round us refuses it; then there is one already. */
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ||
	       (errno != ENOSYS && errno != EINVAL && errno != EPERM && errno != EACCES);
}

/* A filter of its own, as the strictest of several decides: in ours each rule for a call becomes one for socketcall too. */
static bool deny_socketcall(struct error *err)
{
#ifdef SYS_socketcall
	enum { MAKE_SOCKET = 1 }; /* SYS_SOCKET of linux/net.h */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (filter == NULL)
		return error_set(err, "libseccomp does not start");
	int done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(socketcall), 1,
				    SCMP_A0(SCMP_CMP_EQ, MAKE_SOCKET));
	if (done == 0)
		done = seccomp_load(filter);
	seccomp_release(filter);
	return done == 0 || error_system(err, -done, "enter the rules of seccomp");
#else
	(void)err;
	return true;
#endif
}

bool calls_limit(const struct calls *calls, struct error *err)
{
	if (!kernel_has_filters())
		return true;
	if (calls->sockets_by_kind && !deny_socketcall(err))
		return false;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

	if (filter == NULL)
		return error_set(err, "libseccomp does not start");
	/* A tree of comparisons rather than a list: each call of ours goes through it. */
	bool made = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BY_TREE) == 0 && add_all(filter, calls);
	int loaded = made ? seccomp_load(filter) : 0;
	seccomp_release(filter);
	if (!made)
		return error_set(err, "the rules of seccomp cannot be made");
	return loaded == 0 || error_system(err, -loaded, "enter the rules of seccomp");
}
