#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../base/attributes.h"
#include "rules.h"

/* Beside what is common. */
static const int reading[] = {
	/* files; by openat2 everything is opened */
	SCMP_SYS(openat2),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(flistxattr),
	SCMP_SYS(fgetxattr),
	/* time, our own bounds */
	SCMP_SYS(clock_getres_time64),
	SCMP_SYS(adjtimex),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(clock_adjtime64),
	SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit),
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

#define NEW_NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static const struct rules_tested reading_tested[] = {
	{SCMP_SYS(ioctl), {1, RULES_WHOLE, TIOCGWINSZ}, {0}},
	/* To count sockets; other protocols of netlink set addresses, routes and filters. */
	{SCMP_SYS(socket), {0, RULES_WHOLE, AF_NETLINK}, {2, RULES_WHOLE, NETLINK_SOCK_DIAG}},
#ifndef __SANITIZE_ADDRESS__
	{SCMP_SYS(prlimit64), {0, RULES_WHOLE, 0}, {0}}, /* our own */
#endif
};

static const struct rules_tested changing_tested[] = {
	{SCMP_SYS(ioctl), {1, RULES_WHOLE, TCFLSH}, {0}},
	{SCMP_SYS(socketpair), {0, RULES_WHOLE, AF_UNIX}, {0}},
	/* No file becomes one that gives its owner's rights to whoever starts it. */
	{SCMP_SYS(fchmod), {1, S_ISUID | S_ISGID, 0}, {0}},
#ifndef __SANITIZE_ADDRESS__
	/* A child like us; the newer clone3() hides its flags and is not there. */
	{SCMP_SYS(clone), {0, NEW_NAMESPACES, 0}, {0}},
	{SCMP_SYS(prctl), {0, RULES_WHOLE, PR_SET_NAME}, {0}},
#endif
};

static const struct rules_list list_reading = {.allowed = reading,
					       .allowed_count = COUNT_OF(reading),
					       .tested = reading_tested,
					       .tested_count = COUNT_OF(reading_tested)};

static const struct rules_list list_changing = {.allowed = changing,
						.allowed_count = COUNT_OF(changing),
						.tested = changing_tested,
						.tested_count = COUNT_OF(changing_tested)};

static const struct rules_list *const to_read[] = {&rules_common, &list_reading};
static const struct rules_list *const to_change[] = {&rules_common, &list_reading, &list_changing};

const struct rules rules_reading = {
	.lists = to_read, .list_count = COUNT_OF(to_read), .deadly = deadly, .deadly_count = COUNT_OF(deadly)};
const struct rules rules_changing = {
	.lists = to_change, .list_count = COUNT_OF(to_change), .deadly = deadly, .deadly_count = COUNT_OF(deadly)};
