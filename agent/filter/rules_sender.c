#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "../base/attributes.h"
#include "rules.h"

/* Beside what is common. */
static const int sending[] = {
	/* threads */
	SCMP_SYS(set_tid_address),
	SCMP_SYS(sched_yield),
	SCMP_SYS(arch_prctl),
	/* files; where they lie is Landlock's, and whose they are the user's */
	SCMP_SYS(pwrite64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(flock),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(eventfd2),
	/* sockets */
	SCMP_SYS(connect),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(getpeername),
	SCMP_SYS(shutdown),
	SCMP_SYS(socketpair),
	SCMP_SYS(select),
	SCMP_SYS(_newselect),
	SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	/* ourselves */
	SCMP_SYS(getppid),
	SCMP_SYS(getresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(umask),
};

/* Nothing in us does this. */
static const int deadly[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
};

static const struct rules_tested tested[] = {
	{SCMP_SYS(ioctl), {1, RULES_WHOLE, FIONREAD}, {0}}, /* how much has come */
	{SCMP_SYS(ioctl), {1, RULES_WHOLE, FIONBIO}, {0}},
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_UNIX}, {0}},
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_INET}, {0}},
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_INET6}, {0}},
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_NETLINK}, {0}},
	/* A thread that resolves names, never a process; the newer clone3() hides its flags and is not there. */
	{SCMP_SYS(clone), {0, CLONE_THREAD, CLONE_THREAD}, {0}},
	{SCMP_SYS(prctl), {0, RULES_WHOLE, PR_SET_NAME}, {0}},
};

static const struct rules_list list_sending = {
	.allowed = sending, .allowed_count = COUNT_OF(sending), .tested = tested, .tested_count = COUNT_OF(tested)};

static const struct rules_list *const to_send[] = {&rules_common, &list_sending};

const struct rules rules_sending = {
	.lists = to_send, .list_count = COUNT_OF(to_send), .deadly = deadly, .deadly_count = COUNT_OF(deadly)};
