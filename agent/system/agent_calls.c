#include "agent_calls.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../base/calls.h"

static const int reading[] = {
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(mmap),
	SCMP_SYS(mmap2),
	SCMP_SYS(munmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(membarrier),
	/* files, to be read; what Landlock has of them is about writing */
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(openat2),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(flistxattr),
	SCMP_SYS(fgetxattr),
	SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64),
	SCMP_SYS(dup),
	SCMP_SYS(getcwd),
	/* the census of sockets; which kind of socket is below */
	SCMP_SYS(bind),
	SCMP_SYS(send),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	/* time, chance, ourselves */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_getres_time64),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(adjtimex),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(clock_adjtime64),
	SCMP_SYS(getrandom),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getuid32),
	SCMP_SYS(geteuid32),
	SCMP_SYS(getgid32),
	SCMP_SYS(getegid32),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
#ifdef __SANITIZE_ADDRESS__
	/* How LeakSanitizer looks through our memory at the end. */
	SCMP_SYS(ptrace),
	SCMP_SYS(prctl),
	SCMP_SYS(clone),
	SCMP_SYS(tgkill),
	SCMP_SYS(sched_yield),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(pkey_alloc),
	SCMP_SYS(prlimit64),
	SCMP_SYS(getppid),
	SCMP_SYS(wait4),
	SCMP_SYS(pipe2),
	SCMP_SYS(pipe),
	SCMP_SYS(dup2),
#endif
};

/* Beside those. */
static const int changing[] = {
	/* files; where they may be written is Landlock's */
	SCMP_SYS(pwrite64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(fallocate),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(symlinkat),
	SCMP_SYS(fchown),
	SCMP_SYS(fchown32),
	SCMP_SYS(fchownat),
	SCMP_SYS(fsetxattr),
	SCMP_SYS(flock),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(umask),
	SCMP_SYS(chdir),
	/* the watcher of an apply */
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(shutdown),
	SCMP_SYS(select),
	SCMP_SYS(_newselect),
	SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64),
	SCMP_SYS(getppid),
	SCMP_SYS(setsid),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(fork),
	SCMP_SYS(wait4),
	SCMP_SYS(waitpid),
	SCMP_SYS(waitid),
};

/* Nothing in us does this. */
static const int deadly[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
#ifndef __SANITIZE_ADDRESS__
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
#endif
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(connect),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
};

#define WHOLE UINT64_MAX
#define NEW_NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static const struct calls_rule reading_rules[] = {
	/* What a terminal is asked. Among the others is one that types for whoever sits at it (TIOCSTI). */
	{SCMP_SYS(ioctl), {1, WHOLE, TCGETS}, {0}},
#ifdef TCGETS2
	{SCMP_SYS(ioctl), {1, WHOLE, CALLS_TCGETS2}, {0}},
#endif
	{SCMP_SYS(ioctl), {1, WHOLE, TIOCGWINSZ}, {0}},
	/* To count sockets; other protocols of netlink set addresses, routes and filters. */
	{SCMP_SYS(socket), {0, WHOLE, AF_NETLINK}, {2, WHOLE, NETLINK_SOCK_DIAG}},
#ifndef __SANITIZE_ADDRESS__
	{SCMP_SYS(prlimit64), {0, WHOLE, 0}, {0}}, /* our own */
#endif
};

static const struct calls_rule changing_rules[] = {
	{SCMP_SYS(ioctl), {1, WHOLE, TCFLSH}, {0}},
	{SCMP_SYS(socketpair), {0, WHOLE, AF_UNIX}, {0}},
	/* No file becomes one that gives its owner's rights to whoever starts it. */
	{SCMP_SYS(fchmod), {1, S_ISUID | S_ISGID, 0}, {0}},
#ifndef __SANITIZE_ADDRESS__
	/* A child like us; the newer clone3() hides its flags and is not there. */
	{SCMP_SYS(clone), {0, NEW_NAMESPACES, 0}, {0}},
	{SCMP_SYS(prctl), {0, WHOLE, PR_SET_NAME}, {0}},
#endif
};

bool agent_calls(bool changes, struct error *err)
{
	const struct calls_list lists[] = {
		{reading, COUNT_OF(reading), reading_rules, COUNT_OF(reading_rules)},
		{changing, COUNT_OF(changing), changing_rules, COUNT_OF(changing_rules)},
	};
	const struct calls calls = {.lists = lists,
				    .list_count = changes ? 2 : 1,
				    .deadly = deadly,
				    .deadly_count = COUNT_OF(deadly),
				    .sockets_by_kind = true};

	return calls_limit(&calls, err);
}
