#include "assemble.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/fd.h"

enum {
	/*
	 * As of Linux 4.14, which can end a whole process (seccomp_api_get(3)): not as the kernel can that we build on, which
	 * may have no filters at all.
	 */
	API_LEVEL = 3,
	BY_TREE = 2, /* of comparisons rather than a list: each call of ours goes through it */
};

static bool add_tested(scmp_filter_ctx filter, const struct rules_tested *rule)
{
	const struct rules_test *tests[] = {&rule->first, &rule->second};
	struct scmp_arg_cmp compared[COUNT_OF(tests)];
	unsigned count = 0;

	for (size_t i = 0; i < COUNT_OF(tests); i++) {
		if (tests[i]->mask != 0)
			compared[count++] =
				SCMP_CMP(tests[i]->argument, SCMP_CMP_MASKED_EQ, tests[i]->mask, tests[i]->value);
	}
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, count, compared) == 0;
}

static bool add_list(scmp_filter_ctx filter, const struct rules_list *list)
{
	for (size_t i = 0; i < list->allowed_count; i++) {
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, list->allowed[i], 0) != 0)
			return false;
	}
	for (size_t i = 0; i < list->tested_count; i++) {
		if (!add_tested(filter, &list->tested[i]))
			return false;
	}
	return true;
}

static bool add_all(scmp_filter_ctx filter, const struct rules *rules)
{
	for (size_t i = 0; i < rules->list_count; i++) {
		if (!add_list(filter, rules->lists[i]))
			return false;
	}
	for (size_t i = 0; i < rules->deadly_count; i++) {
		if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, rules->deadly[i], 0) != 0)
			return false;
	}
	return true;
}

/* libseccomp writes to a file only. */
static bool export(scmp_filter_ctx filter, struct assemble_code *code, struct error *err)
{
	CLEANUP(fd_close) int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd < 0)
		return error_system(err, errno, "make a file in memory");
	int failed = seccomp_export_bpf(filter, fd);
	if (failed != 0)
		return error_system(err, -failed, "export a filter of seccomp");
	ssize_t size = pread(fd, code->instructions, sizeof(code->instructions), 0);
	if (size <= 0 || (size_t)size == sizeof(code->instructions))
		return error_set(err, "a filter of seccomp is empty, or too long for a kernel");
	code->count = (unsigned short)((size_t)size / sizeof(code->instructions[0]));
	return true;
}

static void release(scmp_filter_ctx *filter)
{
	if (*filter != NULL)
		seccomp_release(*filter);
}

static scmp_filter_ctx start(uint32_t otherwise)
{
	return seccomp_api_set(API_LEVEL) == 0 ? seccomp_init(otherwise) : NULL;
}

bool assemble(const struct rules *rules, struct assemble_code *code, struct error *err)
{
	CLEANUP(release) scmp_filter_ctx filter = start(SCMP_ACT_ERRNO(ENOSYS));

	if (filter == NULL)
		return error_set(err, "libseccomp does not start");
	/* A call by the numbers of another machine's programs (x32, or 32 bits) is not ours. */
	if (seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BY_TREE) != 0 || !add_all(filter, rules))
		return error_set(err, "libseccomp does not take the rules");
	return export(filter, code, err);
}

bool assemble_no_socketcall(struct assemble_code *code, struct error *err)
{
#ifdef SYS_socketcall
	enum { MAKE_SOCKET = 1 }; /* SYS_SOCKET of linux/net.h */
	CLEANUP(release) scmp_filter_ctx filter = start(SCMP_ACT_ALLOW);

	if (filter == NULL)
		return error_set(err, "libseccomp does not start");
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(socketcall), 1,
			     SCMP_A0(SCMP_CMP_EQ, MAKE_SOCKET)) != 0)
		return error_set(err, "libseccomp does not take the rule for socketcall");
	return export(filter, code, err);
#else
	(void)err;
	code->count = 0;
	return true;
#endif
}
