/*
 * The rows: what the code goes by in CATALOGUE_ROW, what people read in the CATALOGUE_TEXT behind it. catalogue_keys.c
 * takes this file in twice and makes two tables of it; it has no include guard for that reason.
 *
 * A range in .kernel is the widest that any known kernel accepts: most TCP switches take 0 to 255 or 0 to 1
 * on 6.18, and were plain integers in 3.10 and 4.19. A range that depends on the host (buffers, other keys) or that
 * nobody has read is absent. Names that end in .rst are below Documentation/networking/ (ip-sysctl and
 * nf_conntrack-sysctl) or Documentation/admin-guide/; what was measured was measured on Linux 6.18.44.
 *
 * Texts are arrays in the rows, not pointers: a table without pointers needs no relocation when the program starts, and
 * what is not looked at is never read from disk. One that is too long is a compile error.
 */
/* One field a line, texts broken by hand. */
/* clang-format off */
CATALOGUE_ROW(
	.key = "fs/aio-max-nr",
	.class = VALUE_INTEGER,
	.unit = "events",
	.since = {2, 6},
	.initial = "65536")
CATALOGUE_TEXT(
	.related = "fs/aio-nr",
	.help = "The most asynchronous I/O events that all programs together may have asked for.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/aio-nr",
	.class = VALUE_INTEGER,
	.access = ACCESS_READ_ONLY,
	.since = {2, 6})
CATALOGUE_TEXT(
	.related = "fs/aio-max-nr",
	.help = "How many asynchronous I/O events programs have reserved with io_setup() at the moment, "
		"summed over the whole host.",
	.note = "When it reaches fs.aio-max-nr, further io_setup() calls fail with EAGAIN.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/dentry-state",
	.class = VALUE_VECTOR,
	.arity = 6,
	.access = ACCESS_READ_ONLY,
	.since = {2, 2})
CATALOGUE_TEXT(
	.related = "fs/inode-nr vm/vfs_cache_pressure",
	.help = "Six counters of the directory entry cache: all entries, unused ones, age limit in "
		"seconds, pages wanted, unused negative entries, and a reserved field.",
	.note = "Counters of a working cache: they change all the time and say nothing about drift. A "
		"negative entry remembers that a file does not exist.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/epoll/max_user_watches",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM(0))
CATALOGUE_TEXT(
	.initial_note = "as many registrations as fit into 4 % of low memory",
	.help = "How many file descriptors one user may have registered in all epoll instances together.",
	.note = "At the limit epoll_ctl() fails with ENOSPC. A registration costs about 160 bytes on a "
		"64-bit kernel.",
	.source = "fs/eventpoll.c; sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/file-max",
	.class = VALUE_INTEGER,
	.unit = "files",
	.kernel = CATALOGUE_FROM(0))
CATALOGUE_TEXT(
	.initial_note = "by memory; systemd raises it to the highest at boot",
	.related = "fs/file-nr fs/nr_open",
	.help = "The most open files of the whole host.",
	.note = "CAP_SYS_ADMIN may go beyond it.",
	.myth = "Often raised against \"Too many open files\" (EMFILE). That error comes from "
		"RLIMIT_NOFILE of the process; this key is behind ENFILE, \"Too many open files in "
		"system\", only.",
	.source = "sysctl/fs.rst; fs/file_table.c")

CATALOGUE_ROW(
	.key = "fs/file-nr",
	.class = VALUE_VECTOR,
	.arity = 3,
	.access = ACCESS_READ_ONLY)
CATALOGUE_TEXT(
	.related = "fs/file-max",
	.help = "Open file handles of the whole host: those allocated, those allocated but free, and the "
		"limit.",
	.note = "The second number has been 0 since 2.6 and is no error. The third one repeats fs.file-max.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/inode-nr",
	.class = VALUE_VECTOR,
	.arity = 2,
	.access = ACCESS_READ_ONLY)
CATALOGUE_TEXT(
	.related = "fs/dentry-state vm/vfs_cache_pressure",
	.help = "How many inodes the kernel holds in memory, and how many of them are not in use.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/inotify/max_queued_events",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM(0),
	.initial = "16384")
CATALOGUE_TEXT(
	.related = "fs/inotify/max_user_instances fs/inotify/max_user_watches",
	.help = "How many events may wait in the queue of one inotify instance.",
	.note = "An instance takes the limit when it is created. Over it, events are lost and the reader "
		"gets IN_Q_OVERFLOW once.",
	.source = "fs/notify/inotify/inotify_user.c")

CATALOGUE_ROW(
	.key = "fs/inotify/max_user_instances",
	.class = VALUE_INTEGER,
	.unit = "instances",
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "128")
CATALOGUE_TEXT(
	.related = "fs/inotify/max_user_watches fs/inotify/max_queued_events",
	.help = "The most inotify descriptors that one user may have.",
	.myth = "\"Too many open files\" from inotify_init() is often answered with a higher "
		"RLIMIT_NOFILE. The same EMFILE comes from this per-user limit, whatever the file limit is.",
	.source = "fs/notify/inotify/inotify_user.c")

CATALOGUE_ROW(
	.key = "fs/inotify/max_user_watches",
	.class = VALUE_INTEGER,
	.unit = "watches",
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "by memory, 8192 to 1048576",
	.related = "fs/inotify/max_user_instances fs/inotify/max_queued_events",
	.help = "The most files and folders that one user may watch with inotify.",
	.myth = "\"No space left on device\" from a program that watches files is often taken for a full "
		"disk. inotify_add_watch() gives ENOSPC when this limit is reached.",
	.source = "fs/notify/inotify/inotify_user.c")

CATALOGUE_ROW(
	.key = "fs/lease-break-time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.initial = "45",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "How long the holder of a file lease has to give it up or downgrade it before the kernel "
		"breaks it by force.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/mount-max",
	.class = VALUE_INTEGER,
	.since = {4, 9},
	.kernel = CATALOGUE_FROM(1),
	.initial = "100000")
CATALOGUE_TEXT(
	.help = "How many mounts one mount namespace may hold.",
	.note = "At the limit mount() fails with ENOSPC. Bind mounts and mounts that propagate from other "
		"namespaces count too.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/mqueue/msg_max",
	.class = VALUE_INTEGER,
	.scope = SCOPE_IPC,
	.kernel = CATALOGUE_FROM_TO(1, 65536),
	.initial = "10")
CATALOGUE_TEXT(
	.related = "fs/mqueue/msgsize_max fs/mqueue/queues_max",
	.help = "The highest number of messages that a program may ask for when it creates a POSIX message "
		"queue.",
	.note = "Each IPC namespace has its own value and starts with the default. Queues that exist keep "
		"their size. RLIMIT_MSGQUEUE limits the bytes of a user as well.",
	.source = "ipc/mq_sysctl.c; sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/mqueue/msgsize_max",
	.class = VALUE_INTEGER,
	.scope = SCOPE_IPC,
	.kernel = CATALOGUE_FROM_TO(128, 16777216),
	.initial = "8192")
CATALOGUE_TEXT(
	.related = "fs/mqueue/msg_max fs/mqueue/queues_max",
	.help = "The largest message size that a program may ask for when it creates a POSIX message queue.",
	.note = "Each IPC namespace has its own value and starts with the default. Queues that exist keep "
		"their size.",
	.source = "ipc/mq_sysctl.c; sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/mqueue/queues_max",
	.class = VALUE_INTEGER,
	.scope = SCOPE_IPC,
	.initial = "256",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "fs/mqueue/msg_max fs/mqueue/msgsize_max",
	.help = "How many POSIX message queues may exist in the IPC namespace.",
	.note = "At the limit mq_open() of a new queue fails with ENOSPC; CAP_SYS_RESOURCE may go beyond "
		"it. A new IPC namespace starts with the default.",
	.source = "ipc/mq_sysctl.c; sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/nr_open",
	.class = VALUE_INTEGER,
	.unit = "files",
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(64, 2147483584),
	.initial = "1048576",
	.myth_range = CATALOGUE_FROM(1048577))
CATALOGUE_TEXT(
	.related = "fs/file-max fs/file-nr",
	.help = "The most that RLIMIT_NOFILE of a process may be.",
	.note = "Lowered below limits in use, later setrlimit() calls and service starts fail with EPERM. "
		"systemd raises it at boot.",
	.myth = "Often raised to give processes more files. It moves only the ceiling: what a process gets "
		"is its own RLIMIT_NOFILE, which has to be raised too (LimitNOFILE= in a unit).",
	.source = "sysctl/fs.rst; fs/file.c")

CATALOGUE_ROW(
	.key = "fs/pipe-max-size",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.since = {2, 6},
	.kernel = CATALOGUE_TO(2147483648),
	.readback = READBACK_POWER_OF_TWO,
	.initial = "1048576")
CATALOGUE_TEXT(
	.related = "fs/pipe-user-pages-soft fs/pipe-user-pages-hard",
	.help = "The largest capacity that a program without CAP_SYS_RESOURCE may give a pipe with "
		"F_SETPIPE_SZ.",
	.note = "The kernel rounds the value up to a power of two, at least one page, so it may read back "
		"larger than it was written. New pipes do not become larger by it.",
	.source = "fs/pipe.c round_pipe_size; sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/pipe-user-pages-hard",
	.class = VALUE_INTEGER,
	.unit = "pages",
	.since = {4, 5},
	.initial = "0")
CATALOGUE_TEXT(
	.related = "fs/pipe-user-pages-soft fs/pipe-max-size",
	.help = "How many pages the pipes of one unprivileged user may take before the kernel refuses that "
		"user new pipes. 0 sets no limit.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/pipe-user-pages-soft",
	.class = VALUE_INTEGER,
	.unit = "pages",
	.since = {4, 5},
	.initial = "16384")
CATALOGUE_TEXT(
	.related = "fs/pipe-user-pages-hard fs/pipe-max-size",
	.help = "How many pages the pipes of one unprivileged user may take before that user gets new "
		"pipes of minimum size only. 0 sets no limit.",
	.note = "Above it F_SETPIPE_SZ cannot enlarge pipes either. Users with very many pipes see slow "
		"pipes, no error.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/protected_fifos",
	.class = VALUE_INTEGER,
	.since = {4, 19},
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 no restriction\n"
		"1 in world-writable sticky directories\n"
		"2 in group-writable sticky directories as well\n",
	.related = "fs/protected_regular fs/protected_hardlinks fs/protected_symlinks",
	.help = "Keeps programs from opening, by O_CREAT, FIFOs of others in sticky folders: 1 "
		"world-writable ones, 2 also group-writable.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/protected_hardlinks",
	.class = VALUE_INTEGER,
	.since = {3, 6},
	.kernel = CATALOGUE_FROM_TO(0, 1),
	.latest = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "many distributions set 1",
	.related = "fs/protected_symlinks fs/protected_regular fs/protected_fifos",
	.help = "Lets users make hard links only to files that they own or could write.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/protected_regular",
	.class = VALUE_INTEGER,
	.since = {4, 19},
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 no restriction\n"
		"1 in world-writable sticky directories\n"
		"2 in group-writable sticky directories as well\n",
	.related = "fs/protected_fifos fs/protected_hardlinks fs/protected_symlinks",
	.help = "Keeps programs from opening, by O_CREAT, files of others in sticky folders: 1 "
		"world-writable ones, 2 also group-writable.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/protected_symlinks",
	.class = VALUE_INTEGER,
	.since = {3, 6},
	.kernel = CATALOGUE_FROM_TO(0, 1),
	.latest = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "many distributions set 1",
	.related = "fs/protected_hardlinks fs/protected_regular fs/protected_fifos",
	.help = "Follows a symbolic link in a folder such as /tmp only for its owner, or where the folder "
		"has the same owner.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "fs/suid_dumpable",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 no dump of privileged programs\n"
		"1 dump like any other program, unsafe\n"
		"2 dump to a pipe or an absolute path only\n",
	.related = "kernel/core_pattern",
	.help = "Core dumps of programs that have changed their rights: 0 none, 1 as any other, 2 only to "
		"a pipe or an absolute path.",
	.note = "1 is not safe: the dump may hold what its reader must not see.",
	.source = "sysctl/fs.rst")

CATALOGUE_ROW(
	.key = "kernel/core_pattern",
	.class = VALUE_STRING,
	.hazard = HAZARD_CODE_EXECUTION,
	.hazardous_start = "|",
	.initial = "core",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.hazard_note = "a value that begins with | names a program that runs as root at every crash",
	.related = "fs/suid_dumpable kernel/core_uses_pid kernel/core_pipe_limit",
	.help = "Where core dumps go: a file name, or | and a program.",
	.note = "More than 127 characters are cut off without an error.",
	.myth = "A limit of 0 for RLIMIT_CORE is thought to stop every dump. It stops files only: with a "
		"pattern that begins with | the kernel starts the program regardless, and the program has "
		"to honour the limit.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/core_pipe_limit",
	.class = VALUE_INTEGER,
	.initial = "0",
	.kernel = CATALOGUE_FROM_TO(0, UINT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "the configuration of systemd-coredump raises it to 16",
	.related = "kernel/core_pattern",
	.help = "How many crashing processes may feed a core dump program at the same time. 0 sets no "
		"limit, and the kernel does not wait for the program to end.",
	.note = "Matters only when core_pattern begins with |. Above 0 the crashed process stays in /proc "
		"until the program ends; crashes beyond the limit are logged and not dumped.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/core_uses_pid",
	.class = VALUE_INTEGER,
	.sane = FLAG,
	.initial = "0",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "systemd sets 1 in its 50-default.conf",
	.related = "kernel/core_pattern",
	.help = "Adds a dot and the process ID to the name of core files when core_pattern has no %p.",
	.note = "Has no effect when core_pattern contains %p or names a program with |.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/dmesg_restrict",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, 1),
	.latest = FLAG)
CATALOGUE_TEXT(
	.initial_note = "as the kernel was built",
	.related = "kernel/kptr_restrict",
	.help = "Keeps the kernel log from programs without CAP_SYSLOG.",
	.note = "Writing it takes CAP_SYS_ADMIN.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/domainname",
	.class = VALUE_STRING,
	.scope = SCOPE_UTS)
CATALOGUE_TEXT(
	.related = "kernel/hostname",
	.help = "The NIS (YP) domain name of the UTS namespace.",
	.note = "It is not the DNS domain of the host. Only NIS and programs that call getdomainname() "
		"look at it.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/hostname",
	.class = VALUE_STRING,
	.scope = SCOPE_UTS)
CATALOGUE_TEXT(
	.related = "kernel/domainname",
	.help = "The name of the host, or of the UTS namespace.",
	.note = "hostnamed looks after it on many hosts. More than 64 characters are cut off.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/hotplug",
	.class = VALUE_STRING,
	.hazard = HAZARD_CODE_EXECUTION)
CATALOGUE_TEXT(
	.hazard_note = "the kernel runs it as root",
	.help = "The program that the kernel starts for hardware that comes and goes; empty where udev "
		"does that.",
	.source = "admin-guide/sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/hung_task_panic",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "0 unless the kernel was built with CONFIG_BOOTPARAM_HUNG_TASK_PANIC",
	.related = "kernel/hung_task_timeout_secs kernel/panic",
	.help = "Whether the kernel panics when it finds a task that has slept uninterruptibly for longer "
		"than hung_task_timeout_secs.",
	.note = "Slow storage or an unreachable NFS server is enough to trigger it. Whether the host then "
		"reboots is up to kernel.panic.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/hung_task_timeout_secs",
	.class = VALUE_INTEGER,
	.unit = "s",
	.initial = "120",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.initial_note = "120 unless the kernel was built with another CONFIG_DEFAULT_HUNG_TASK_TIMEOUT",
	.related = "kernel/hung_task_warnings kernel/hung_task_panic",
	.help = "How long a task may stay in uninterruptible sleep (state D) without being scheduled "
		"before the kernel reports it. 0 switches the check off.",
	.note = "Reports stop once hung_task_warnings has counted down to 0, whatever the timeout is.",
	.myth = "The report itself names \"echo 0\" to this key, and many copy it as a cure. It silences "
		"the report and, with hung_task_panic, the panic; the task hangs as before.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/hung_task_warnings",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(-1),
	.readback = READBACK_DRIFTS,
	.initial = "10")
CATALOGUE_TEXT(
	.related = "kernel/hung_task_timeout_secs kernel/hung_task_panic",
	.help = "How many hung tasks the kernel still reports before it falls silent. -1 sets no limit.",
	.note = "The kernel takes one off at every report, so a lower number than the declared one is no "
		"drift. Writing it again brings the reports back.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/io_uring_disabled",
	.class = VALUE_INTEGER,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "0",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.words = 
		"0 every process\n"
		"1 CAP_SYS_ADMIN or members of io_uring_group only\n"
		"2 no process\n",
	.help = "Who may create new io_uring instances.",
	.note = "Instances that exist go on working. Programs without a fallback fail with EPERM from "
		"io_uring_setup(). Known since about 6.6.",
	.source = "sysctl/kernel.rst; not verified")

CATALOGUE_ROW(
	.key = "kernel/kexec_load_disabled",
	.class = VALUE_INTEGER,
	.sane = FLAG,
	.hazard = HAZARD_ONE_WAY,
	.initial = "0",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.hazard_note = "no kernel can be loaded with kexec until the next boot",
	.related = "kernel/modules_disabled",
	.help = "Forbids loading another kernel with kexec.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/kptr_restrict",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 printed as a hash\n"
		"1 zeros for programs without CAP_SYSLOG\n"
		"2 zeros for every program\n",
	.related = "kernel/dmesg_restrict kernel/perf_event_paranoid",
	.help = "Kernel addresses in /proc and the like: 0 hashed, 1 hidden from programs without "
		"CAP_SYSLOG, 2 hidden from all.",
	.note = "Writing it takes CAP_SYS_ADMIN.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/modprobe",
	.class = VALUE_STRING,
	.hazard = HAZARD_CODE_EXECUTION)
CATALOGUE_TEXT(
	.hazard_note = "the program named here runs as root",
	.related = "kernel/modules_disabled",
	.help = "The program that the kernel calls to load a module; empty, it loads none by itself.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/modules_disabled",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(1, 1),
	.hazard = HAZARD_ONE_WAY,
	.initial = "0")
CATALOGUE_TEXT(
	.hazard_note = "no module can be loaded or removed until the next boot",
	.related = "kernel/modprobe kernel/kexec_load_disabled",
	.help = "Forbids loading and removing kernel modules.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/msgmax",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_IPC,
	.since = {2, 2},
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "8192")
CATALOGUE_TEXT(
	.related = "kernel/msgmnb kernel/msgmni",
	.help = "The largest System V message that msgsnd() accepts, in bytes.",
	.note = "A message larger than the queue (msgmnb) never fits, so keep msgmnb at or above it. A new "
		"IPC namespace starts with the default.",
	.myth = "Many tuning lists for web servers set it to 65536. It concerns only programs that call "
		"msgsnd(); network servers seldom do.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/msgmnb",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_IPC,
	.since = {2, 2},
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "16384")
CATALOGUE_TEXT(
	.related = "kernel/msgmax kernel/msgmni",
	.help = "How many bytes of messages a new System V message queue may hold.",
	.note = "A queue takes the limit when it is created; queues that exist keep theirs. A new IPC "
		"namespace starts with the default.",
	.myth = "Many tuning lists for web servers set it to 65536. It concerns only programs that use "
		"System V message queues; network servers seldom do.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/msgmni",
	.class = VALUE_INTEGER,
	.scope = SCOPE_IPC,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM(0),
	.initial = "32000")
CATALOGUE_TEXT(
	.related = "kernel/msgmax kernel/msgmnb",
	.help = "How many System V message queues may exist in the IPC namespace.",
	.note = "At the limit msgget() fails with ENOSPC. A new IPC namespace starts with the default.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/nmi_watchdog",
	.class = VALUE_INTEGER,
	.kernel = FLAG)
CATALOGUE_TEXT(
	.initial_note = "1 on bare metal, 0 in guests",
	.related = "kernel/watchdog kernel/watchdog_thresh",
	.help = "Switches the hard lockup detector, which notices a CPU that no longer takes timer "
		"interrupts.",
	.note = "It occupies a hardware performance counter on every CPU. The file is read-only (0444) on "
		"hosts without such a detector.",
	.source = "sysctl/kernel.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "kernel/ns_last_pid",
	.class = VALUE_INTEGER,
	.scope = SCOPE_PID,
	.access = ACCESS_ACTION,
	.since = {3, 3},
	.readback = READBACK_DRIFTS,
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "kernel/pid_max",
	.help = "The process ID given out last in the PID namespace of the caller. A write moves the place "
		"where the search for the next one begins.",
	.note = "It changes with every fork, so no profile can hold it and a difference is no drift. A "
		"write can only influence the next process ID; nothing is stored for later.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/numa_balancing",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.bits = true)
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 move pages to the node that uses them\n"
		"2 keep hot pages in the fast memory tier\n",
	.initial_note = "by the configuration of the kernel, and on only where there is more than one node",
	.related = "vm/zone_reclaim_mode",
	.help = "Lets the kernel move memory to the NUMA nodes, or memory tiers, where it is used. The "
		"value is a sum of bits; 0 switches it off.",
	.note = "It finds out by unmapping pages and taking the page faults, which costs time. Workloads "
		"that are bound to nodes already gain nothing from it.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/panic",
	.class = VALUE_INTEGER,
	.unit = "s",
	.kernel = ANY_INT,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "kernel/panic_on_oops kernel/panic_on_warn kernel/hung_task_panic "
		"kernel/softlockup_panic vm/panic_on_oom",
	.help = "How long after a panic the host reboots: 0 never, a negative number at once.",
	.source = "sysctl/kernel.rst; kernel/sysctl.c of 4.19")

CATALOGUE_ROW(
	.key = "kernel/panic_on_oops",
	.class = VALUE_INTEGER,
	.since = {2, 5},
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1),
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "kernel/panic kernel/panic_on_warn",
	.help = "Makes a panic of every kernel oops.",
	.myth = "Often set alone so that a broken host restarts. With kernel.panic = 0 the host stays "
		"halted in the panic; it reboots only if kernel.panic is not 0.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/panic_on_warn",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "kernel/panic kernel/panic_on_oops",
	.help = "Makes the kernel panic whenever its code reports a warning with WARN().",
	.note = "Many warnings are harmless: a single one then takes the host down. Meant for taking a "
		"crash dump at the spot of a warning.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/perf_cpu_time_max_percent",
	.class = VALUE_INTEGER,
	.unit = "%",
	.kernel = CATALOGUE_FROM_TO(0, 100),
	.initial = "25")
CATALOGUE_TEXT(
	.related = "kernel/perf_event_max_sample_rate",
	.help = "The share of CPU time that perf sampling may take before the kernel lowers the sampling "
		"rate.",
	.note = "0 and 100 switch the throttling off, and writes to perf_event_max_sample_rate then fail "
		"with EINVAL. Unthrottled sampling can hang a host.",
	.source = "sysctl/kernel.rst; kernel/events/core.c")

CATALOGUE_ROW(
	.key = "kernel/perf_event_max_sample_rate",
	.class = VALUE_INTEGER,
	.unit = "Hz",
	.kernel = CATALOGUE_FROM(1),
	.readback = READBACK_DRIFTS,
	.initial = "100000")
CATALOGUE_TEXT(
	.related = "kernel/perf_cpu_time_max_percent",
	.help = "The highest sampling rate that perf may use, in samples per second.",
	.note = "The kernel lowers it by itself when samples take too long, so a lower value is no drift. "
		"Writes fail with EINVAL while perf_cpu_time_max_percent is 0 or 100: set that key first.",
	.source = "kernel/events/core.c")

CATALOGUE_ROW(
	.key = "kernel/perf_event_paranoid",
	.class = VALUE_INTEGER,
	.sane = CATALOGUE_FROM(-1),
	.initial = "2",
	.myth_range = CATALOGUE_TO(0),
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "kernel/kptr_restrict",
	.help = "What perf may do for users without privilege; the higher, the less.",
	.note = "Some distributions have added 3 and 4.",
	.myth = "Often set to -1 so that perf works for users. For their own processes 2 is enough in user "
		"space and 1 with the kernel side; CAP_PERFMON needs no change at all.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/pid_max",
	.class = VALUE_INTEGER,
	.unit = "pid",
	.since = {2, 5},
	.kernel = CATALOGUE_FROM_TO(301, 4194304),
	.latest = CATALOGUE_TO(4194304),
	.initial = "32768")
CATALOGUE_TEXT(
	.initial_note = "more with many CPUs",
	.related = "kernel/threads-max",
	.help = "Where process numbers start again from the bottom.",
	.note = "The least is larger on hosts with many CPUs: 8 for each.",
	.myth = "Often raised alone when programs cannot start threads. threads-max, RLIMIT_NPROC and "
		"pids.max of the cgroup limit them as well, and are reached first on many hosts.",
	.source = "sysctl/kernel.rst; kernel/pid.c")

CATALOGUE_ROW(
	.key = "kernel/poweroff_cmd",
	.class = VALUE_STRING,
	.hazard = HAZARD_CODE_EXECUTION)
CATALOGUE_TEXT(
	.hazard_note = "the kernel runs it as root",
	.help = "The program that the kernel starts for an orderly power-off.",
	.source = "admin-guide/sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/printk",
	.class = VALUE_VECTOR,
	.arity = 4,
	.readback = READBACK_DRIFTS)
CATALOGUE_TEXT(
	.initial_note = "by the configuration of the kernel, often 4 4 1 7 or 7 4 1 7; loglevel= and quiet "
		"at boot change the first number",
	.related = "kernel/printk_ratelimit kernel/printk_devkmsg",
	.help = "Four log levels: what reaches the console, the level of messages without one, the lowest "
		"value for the console, and the default for the console.",
	.note = "dmesg -n, SysRq and boot parameters change the first number, so check that one with care. "
		"A write with fewer numbers leaves the others as they are. Reads separate them by tabs.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/printk_devkmsg",
	.class = VALUE_STRING,
	.initial = "ratelimit")
CATALOGUE_TEXT(
	.words = 
		"on accepted without limit\n"
		"off discarded\n"
		"ratelimit accepted at a limited rate\n",
	.related = "kernel/printk",
	.help = "How the kernel treats messages that programs write to /dev/kmsg.",
	.note = "If printk.devkmsg= was given on the kernel command line, the key is locked and cannot be "
		"changed before the next boot.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/printk_ratelimit",
	.class = VALUE_INTEGER,
	.unit = "s",
	.initial = "5",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "kernel/printk_ratelimit_burst net/core/message_cost",
	.help = "The length of the window in which at most printk_ratelimit_burst rate-limited messages "
		"are printed. 0 switches the limit off.",
	.note = "Only messages that use the common limit follow it; many places in the kernel have limits "
		"of their own.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/printk_ratelimit_burst",
	.class = VALUE_INTEGER,
	.initial = "10",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "kernel/printk_ratelimit net/core/message_burst",
	.help = "How many rate-limited messages the kernel prints in one window of printk_ratelimit "
		"seconds before it drops the rest.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/random/boot_id",
	.class = VALUE_STRING,
	.access = ACCESS_READ_ONLY)
CATALOGUE_TEXT(
	.related = "kernel/random/uuid",
	.help = "A random UUID that stays the same until the next boot.",
	.note = "Made when it is read for the first time. A good mark for telling whether a host has "
		"rebooted.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/random/entropy_avail",
	.class = VALUE_INTEGER,
	.access = ACCESS_READ_ONLY,
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "How many bits of entropy the kernel credits its random pool with.",
	.note = "A counter, not a setting.",
	.myth = "Low numbers were long a reason to install entropy daemons. Since 5.6 /dev/random no "
		"longer runs dry: once the generator is initialised, this number stops mattering to "
		"readers.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/random/uuid",
	.class = VALUE_STRING,
	.access = ACCESS_READ_ONLY,
	.since = {2, 4})
CATALOGUE_TEXT(
	.related = "kernel/random/boot_id",
	.help = "Gives a new random UUID at every read.",
	.note = "Two reads never agree, so leave it out of drift checks and snapshots.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/randomize_va_space",
	.class = VALUE_INTEGER,
	.effect = EFFECT_NEW_PROCESSES,
	.since = {2, 6},
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "2",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.words = 
		"0 no randomisation\n"
		"1 stack, mappings and vdso\n"
		"2 the heap as well\n",
	.related = "vm/mmap_rnd_bits",
	.help = "Random memory layout of programs: 0 none, 1 stack, mappings and vdso, 2 the heap as well.",
	.source = "sysctl/kernel.rst; fs/binfmt_elf.c load_elf_binary")

CATALOGUE_ROW(
	.key = "kernel/sched_autogroup_enabled",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.help = "Lets the scheduler group the tasks of each session, so that CPU time is shared between "
		"sessions first and within them second.",
	.myth = "Database guides switch it off for speed. It concerns only tasks in the root CPU cgroup: "
		"services that run in CPU cgroups of their own are not touched by it.",
	.source = "kernel/sched/autogroup.c")

CATALOGUE_ROW(
	.key = "kernel/sched_rt_period_us",
	.class = VALUE_INTEGER,
	.unit = "us",
	.since = {2, 6},
	.kernel = CATALOGUE_FROM(1),
	.initial = "1000000")
CATALOGUE_TEXT(
	.related = "kernel/sched_rt_runtime_us",
	.help = "The length of the period over which sched_rt_runtime_us is counted.",
	.note = "It must not be below sched_rt_runtime_us, or the write fails with EINVAL. To raise both "
		"write this key first, to lower both write it last.",
	.source = "kernel/sched/rt.c")

CATALOGUE_ROW(
	.key = "kernel/sched_rt_runtime_us",
	.class = VALUE_INTEGER,
	.unit = "us",
	.since = {2, 6},
	.kernel = CATALOGUE_FROM(-1),
	.ceiling = "kernel/sched_rt_period_us",
	.initial = "950000",
	.ceiling_checks = true)
CATALOGUE_TEXT(
	.related = "kernel/sched_rt_period_us",
	.help = "How much CPU time real-time tasks may take in each period of sched_rt_period_us. -1 "
		"removes the limit.",
	.note = "It must not exceed the period, or the write fails with EINVAL; to raise both, write the "
		"period first. At -1 a spinning real-time task can take a CPU for good.",
	.source = "kernel/sched/rt.c")

CATALOGUE_ROW(
	.key = "kernel/sem",
	.class = VALUE_VECTOR,
	.arity = 4,
	.scope = SCOPE_IPC,
	.since = {2, 4},
	.initial = "32000 1024000000 500 32000")
CATALOGUE_TEXT(
	.help = "Four limits of System V semaphores: semaphores in a set, semaphores in all sets, "
		"operations in one semop() call, and number of sets.",
	.note = "A write with fewer numbers leaves the others as they are. Reads separate them by tabs. A "
		"new IPC namespace starts with the default.",
	.myth = "Database guides tell to set \"250 32000 100 128\" or the like. Those were improvements on "
		"old kernels; since 3.19 the defaults are far higher, and such lines lower the limits.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/shmall",
	.class = VALUE_INTEGER,
	.unit = "pages",
	.scope = SCOPE_IPC,
	.since = {2, 2},
	.initial = "18446744073692774399")
CATALOGUE_TEXT(
	.related = "kernel/shmmax kernel/shmmni",
	.help = "How much System V shared memory the IPC namespace may hold, in pages.",
	.note = "Should not be below shmmax divided by the page size. A new IPC namespace starts with the "
		"default, not with the value of its parent.",
	.myth = "Database guides give fixed numbers, often in bytes by mistake: this key counts pages. "
		"Since 3.16 the default is practically unlimited, so most such lines only lower it.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/shmmax",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_IPC,
	.since = {2, 2},
	.initial = "18446744073692774399")
CATALOGUE_TEXT(
	.related = "kernel/shmall kernel/shmmni",
	.help = "The largest System V shared memory segment that a program may create, in bytes.",
	.note = "shmall limits the sum of all segments, in pages. A new IPC namespace starts with the "
		"default.",
	.myth = "Database guides still give sizes such as half of the memory. They were needed for the 32 "
		"MB default of old kernels; since 3.16 there is practically no limit, and such lines lower "
		"it.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/shmmni",
	.class = VALUE_INTEGER,
	.scope = SCOPE_IPC,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM(0),
	.initial = "4096")
CATALOGUE_TEXT(
	.related = "kernel/shmmax kernel/shmall",
	.help = "How many System V shared memory segments may exist in the IPC namespace.",
	.note = "At the limit shmget() fails with ENOSPC. A new IPC namespace starts with the default.",
	.source = "ipc/ipc_sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/softlockup_panic",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "0 unless the kernel was built with CONFIG_BOOTPARAM_SOFTLOCKUP_PANIC or started "
		"with softlockup_panic=1",
	.related = "kernel/watchdog_thresh kernel/watchdog kernel/panic",
	.help = "Whether the kernel panics when a CPU has run kernel code without rescheduling for twice "
		"watchdog_thresh.",
	.note = "In overcommitted guests a CPU that the hypervisor held back can look like a lockup. "
		"Whether the host then reboots is up to kernel.panic.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/split_lock_mitigate",
	.class = VALUE_INTEGER,
	.sane = FLAG,
	.initial = "1",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "Whether x86 hosts slow down programs that use split locks (atomic accesses across two "
		"cache lines).",
	.note = "With 1 affected programs, some games and old software among them, can become very slow. "
		"With 0 they are only logged and may slow down the whole host.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/sysctl_writes_strict",
	.class = VALUE_INTEGER,
	.since = {3, 16},
	.kernel = CATALOGUE_FROM_TO(-1, 1),
	.initial = "1")
CATALOGUE_TEXT(
	.words = 
		"-1 offset ignored, no warning\n"
		"0 offset ignored, with a warning\n"
		"1 strings follow it, numbers only at offset 0\n",
	.help = "How the kernel treats writes to /proc/sys files that do not begin at offset 0.",
	.note = "With 1 a second write on the same descriptor reports success and changes no number, so "
		"each write needs a fresh open or a seek to 0.",
	.source = "kernel/sysctl.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/sysrq",
	.class = VALUE_INTEGER,
	.sane = CATALOGUE_FROM_TO(0, 511),
	.bits = true,
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 all functions off\n"
		"1 all functions on, as the whole value\n"
		"2 console log level\n"
		"4 keyboard control (SAK, unraw)\n"
		"8 debugging dumps of processes\n"
		"16 sync\n"
		"32 remount read-only\n"
		"64 signals to processes (term, kill, oom-kill)\n"
		"128 reboot and power off\n"
		"256 nicing of real-time tasks\n",
	.initial_note = "as the kernel was built",
	.help = "Which magic SysRq keys work: 0 none, 1 all, else a sum of bits.",
	.note = "A setting, unlike /proc/sysrq-trigger. The key is missing in kernels without "
		"CONFIG_MAGIC_SYSRQ.",
	.myth = "0 is taken for a full lock. The value only governs the keys on a console: root can start "
		"every function through /proc/sysrq-trigger whatever stands here.",
	.source = "admin-guide/sysrq.rst")

CATALOGUE_ROW(
	.key = "kernel/tainted",
	.class = VALUE_INTEGER,
	.hazard = HAZARD_ONE_WAY,
	.initial = "0")
CATALOGUE_TEXT(
	.hazard_note = "bits can be set and never taken back before the next boot",
	.help = "What has happened to this kernel that makes reports from it doubtful, as bits.",
	.note = "A write adds to what is there.",
	.source = "admin-guide/tainted-kernels.rst; admin-guide/sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/threads-max",
	.class = VALUE_INTEGER,
	.unit = "threads",
	.since = {2, 3},
	.kernel = CATALOGUE_FROM_TO(1, 0x3fffffff),
	.latest = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.initial_note = "by memory",
	.related = "kernel/pid_max vm/max_map_count",
	.help = "The most threads that the whole host may have.",
	.myth = "Often raised when programs cannot start threads. The default follows the memory and is "
		"seldom reached; RLIMIT_NPROC, pids.max of the cgroup and pid_max usually come first.",
	.source = "sysctl/kernel.rst; kernel/fork.c")

CATALOGUE_ROW(
	.key = "kernel/timer_migration",
	.class = VALUE_INTEGER,
	.sane = FLAG,
	.initial = "1",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "Lets timers move away from idle CPUs, so that those can stay longer in low-power states.",
	.source = "kernel/time; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/unprivileged_bpf_disabled",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.hazard = HAZARD_ONE_WAY,
	.hazardous = CATALOGUE_FROM_TO(1, 1))
CATALOGUE_TEXT(
	.words = 
		"0 allowed\n"
		"1 forbidden until the next boot\n"
		"2 forbidden, root may change it\n",
	.hazard_note = "1 cannot be taken back before the next boot; 0 and 2 can",
	.initial_note = "as the kernel was built, mostly 2",
	.related = "net/core/bpf_jit_harden net/core/bpf_jit_enable",
	.help = "bpf() for users without privilege: 0 allowed, 1 forbidden for good, 2 forbidden until "
		"root changes it.",
	.source = "kernel/bpf/syscall.c bpf_unpriv_handler")

CATALOGUE_ROW(
	.key = "kernel/usermodehelper/bset",
	.class = VALUE_VECTOR,
	.arity = 2,
	.hazard = HAZARD_CODE_EXECUTION)
CATALOGUE_TEXT(
	.hazard_note = "decides what programs that the kernel starts may do, and loses bits for good",
	.related = "kernel/core_pattern kernel/modprobe",
	.help = "The capability bounding set of programs that the kernel starts.",
	.source = "admin-guide/sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/usermodehelper/inheritable",
	.class = VALUE_VECTOR,
	.arity = 2,
	.hazard = HAZARD_CODE_EXECUTION)
CATALOGUE_TEXT(
	.hazard_note = "decides what programs that the kernel starts may do, and loses bits for good",
	.help = "The inheritable capabilities of programs that the kernel starts.",
	.source = "admin-guide/sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/watchdog",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "kernel/nmi_watchdog kernel/watchdog_thresh kernel/softlockup_panic",
	.help = "Switches the soft and the hard lockup detector together.",
	.note = "Reads as 1 when either of them is on, so it cannot tell which. Declare either this key or "
		"nmi_watchdog, not both: 0 here switches both detectors off.",
	.source = "kernel/watchdog.c; sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/watchdog_thresh",
	.class = VALUE_INTEGER,
	.unit = "s",
	.kernel = CATALOGUE_FROM_TO(0, 60),
	.initial = "10")
CATALOGUE_TEXT(
	.related = "kernel/watchdog kernel/nmi_watchdog kernel/softlockup_panic",
	.help = "After how long the kernel reports a hard lockup; a soft lockup is reported after twice as "
		"long. 0 switches both detectors off.",
	.source = "sysctl/kernel.rst")

CATALOGUE_ROW(
	.key = "kernel/yama/ptrace_scope",
	.class = VALUE_INTEGER,
	.since = {3, 5},
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.hazard = HAZARD_ONE_WAY,
	.hazardous = CATALOGUE_FROM_TO(3, 3),
	.initial = "1")
CATALOGUE_TEXT(
	.words = 
		"0 every process of the same user\n"
		"1 descendants only\n"
		"2 only with CAP_SYS_PTRACE\n"
		"3 nobody until the next boot\n",
	.hazard_note = "3 cannot be taken back before the next boot; 0 to 2 can",
	.help = "Whom a program may trace: 0 the user's own, 1 its descendants, 2 with CAP_SYS_PTRACE "
		"only, 3 nobody.",
	.source = "admin-guide/LSM/Yama.rst; not verified")

CATALOGUE_ROW(
	.key = "net/bridge/bridge-nf-call-ip6tables",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.module = "br_netfilter",
	.readback = READBACK_ONE,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/bridge/bridge-nf-call-iptables",
	.help = "Sends IPv6 packets that cross a bridge through ip6tables.",
	.note = "Any other number reads back as 1.",
	.source = "net/bridge/br_netfilter_hooks.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/bridge/bridge-nf-call-iptables",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.module = "br_netfilter",
	.readback = READBACK_ONE,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/bridge/bridge-nf-call-ip6tables net/ipv4/ip_forward",
	.help = "Sends IPv4 packets that cross a bridge through iptables.",
	.note = "Kubernetes needs 1. Any other number reads back as 1.",
	.source = "net/bridge/br_netfilter_hooks.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/bpf_jit_enable",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 2))
CATALOGUE_TEXT(
	.words = 
		"0 interpreter\n"
		"1 machine code\n"
		"2 machine code, dumped to the kernel log\n",
	.initial_note = "1 where the kernel was built with CONFIG_BPF_JIT_DEFAULT_ON, else 0",
	.related = "net/core/bpf_jit_harden kernel/unprivileged_bpf_disabled",
	.help = "Whether BPF programs are translated to machine code when they are loaded.",
	.note = "A kernel built with CONFIG_BPF_JIT_ALWAYS_ON takes only 1. Writing needs CAP_SYS_ADMIN. 2 "
		"prints the code to the kernel log and is for debugging only.",
	.source = "net/core/sysctl_net_core.c; sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/bpf_jit_harden",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 programs of unprivileged users\n"
		"2 programs of all users\n",
	.related = "net/core/bpf_jit_enable kernel/unprivileged_bpf_disabled",
	.help = "Makes the BPF compiler hide constants of programs in the code it writes, against attacks "
		"by JIT spraying.",
	.note = "Hardened programs run slower, and their addresses are no longer exported to kallsyms. "
		"Only root can read the file, and writing needs CAP_SYS_ADMIN.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/busy_poll",
	.class = VALUE_INTEGER,
	.unit = "us",
	.kernel = CATALOGUE_FROM(0),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/core/busy_read",
	.help = "How long poll() and select() spin on the device queue before they sleep.",
	.note = "Burns processor time for lower delay.",
	.myth = "Set alone it is expected to speed up every poll() and select(). Only sockets with "
		"SO_BUSY_POLL are polled: the program sets it, or net.core.busy_read gives it to all.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/busy_read",
	.class = VALUE_INTEGER,
	.unit = "us",
	.kernel = CATALOGUE_FROM(0),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/core/busy_poll",
	.help = "How long a read spins on the device queue before it sleeps, for sockets that do not say "
		"otherwise.",
	.note = "Burns processor time for lower delay.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/default_qdisc",
	.class = VALUE_STRING,
	.effect = EFFECT_NEW_INTERFACES)
CATALOGUE_TEXT(
	.initial_note = "pfifo_fast, or as the kernel was built",
	.related = "net/ipv4/tcp_congestion_control",
	.help = "The queueing discipline of network interfaces that are made or come up later.",
	.note = "Interfaces that are up keep theirs; use tc for them. An unknown name is refused, after an "
		"attempt to load a module.",
	.myth = "BBR is said to need fq here. Since 4.13 TCP paces by itself where fq is missing, and "
		"interfaces that are already up keep their queueing discipline anyway.",
	.source = "sysctl/net.rst; net/core/sysctl_net_core.c set_default_qdisc")

CATALOGUE_ROW(
	.key = "net/core/dev_weight",
	.class = VALUE_INTEGER,
	.unit = "packets",
	.kernel = CATALOGUE_FROM(1),
	.initial = "64")
CATALOGUE_TEXT(
	.related = "net/core/dev_weight_rx_bias net/core/dev_weight_tx_bias net/core/netdev_budget",
	.help = "How many packets one softirq round takes from the per-CPU backlog, or sends, before it "
		"moves on; the two bias keys multiply it for each direction.",
	.note = "Network drivers bring a NAPI weight of their own. This one rules the backlog, which "
		"loopback, veth and RPS use, and the transmit queue.",
	.source = "sysctl/net.rst; net/core/dev.c")

CATALOGUE_ROW(
	.key = "net/core/dev_weight_rx_bias",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(1),
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/core/dev_weight net/core/dev_weight_tx_bias net/core/netdev_budget",
	.help = "Factor on dev_weight for the receive side: a larger one lets packets steered to another "
		"CPU (RPS) use more of netdev_budget.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/dev_weight_tx_bias",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(1),
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/core/dev_weight net/core/dev_weight_rx_bias",
	.help = "Factor on dev_weight for the transmit side: how many packets one transmit softirq may send.",
	.note = "Large factors let transmit work hold a CPU for long.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/devconf_inherit_init_net",
	.class = VALUE_INTEGER,
	.effect = EFFECT_NEW_NAMESPACES,
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 ipv4 from the initial namespace, ipv6 as compiled\n"
		"1 both copied from the initial namespace\n"
		"2 both as compiled\n"
		"3 both copied from the creating namespace\n",
	.help = "Decides what the all and default settings of net.ipv4.conf and net.ipv6.conf begin with "
		"in a network namespace that is created later.",
	.note = "Namespaces that exist are not changed.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/flow_limit_cpu_bitmap",
	.class = VALUE_MASK)
CATALOGUE_TEXT(
	.initial_note = "no CPU; the number of zeros printed follows the number of CPUs",
	.related = "net/core/flow_limit_table_len net/core/netdev_max_backlog",
	.help = "Hexadecimal mask of the CPUs that, when their backlog fills, drop packets of the "
		"dominating flows before those of small ones.",
	.note = "It works on the backlog, so only for CPUs that receive by RPS, loopback or a driver "
		"without NAPI. Each CPU switched on gets a table of flow_limit_table_len buckets.",
	.source = "net/core/sysctl_net_core.c")

CATALOGUE_ROW(
	.key = "net/core/flow_limit_table_len",
	.class = VALUE_INTEGER,
	.initial = "4096",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/core/flow_limit_cpu_bitmap",
	.help = "Number of buckets that the flow limit of each CPU sorts its flows into.",
	.note = "Has to be a power of two, or EINVAL. Tables that exist keep their size: take the CPU out "
		"of flow_limit_cpu_bitmap and put it back.",
	.source = "net/core/sysctl_net_core.c flow_limit_table_len_sysctl")

CATALOGUE_ROW(
	.key = "net/core/gro_normal_batch",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(1),
	.initial = "8")
CATALOGUE_TEXT(
	.help = "How many segments GRO collects before it passes them up the stack together.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/high_order_alloc_disable",
	.class = VALUE_INTEGER,
	.sane = FLAG,
	.initial = "0",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "With 1, buffers for packet data come from single pages; with 0 the kernel tries larger "
		"blocks of pages first.",
	.note = "Mostly of historical use: it helped against contention in the page allocator before 5.14.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/max_skb_frags",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(1),
	.initial = "17")
CATALOGUE_TEXT(
	.initial_note = "17 unless the kernel was built with another CONFIG_MAX_SKB_FRAGS",
	.help = "The most page fragments that the data of one packet may be spread over.",
	.source = "net/core/sysctl_net_core.c")

CATALOGUE_ROW(
	.key = "net/core/mem_pcpu_rsv",
	.class = VALUE_INTEGER,
	.unit = "pages",
	.initial = "256",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "1 MiB for each CPU, which is 256 pages of 4 KiB",
	.related = "net/ipv4/tcp_mem net/ipv4/udp_mem",
	.help = "Pages that each CPU holds back before it settles with the memory counter shared by all "
		"sockets of a protocol.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/message_burst",
	.class = VALUE_INTEGER,
	.initial = "10",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/core/message_cost",
	.help = "How many warnings of the network code may reach the kernel log within message_cost "
		"seconds; the rest is dropped.",
	.source = "sysctl/net.rst; net/core/utils.c")

CATALOGUE_ROW(
	.key = "net/core/message_cost",
	.class = VALUE_INTEGER,
	.unit = "s",
	.initial = "5",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/core/message_burst",
	.help = "Length of the window in which message_burst warnings of the network code may reach the "
		"kernel log; longer means fewer messages.",
	.source = "sysctl/net.rst; net/core/utils.c")

CATALOGUE_ROW(
	.key = "net/core/netdev_budget",
	.class = VALUE_INTEGER,
	.unit = "packets",
	.sane = CATALOGUE_FROM(1),
	.initial = "300",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/core/netdev_budget_usecs net/core/dev_weight net/core/netdev_max_backlog",
	.help = "The most packets that one round of receive softirq work takes from all interfaces together.",
	.note = "netdev_budget_usecs may end the round earlier. The third column of /proc/net/softnet_stat "
		"counts rounds that stopped with packets left. 6.1 checks no range.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/netdev_budget_usecs",
	.class = VALUE_INTEGER,
	.unit = "us",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "two timer ticks: 8000 with 250 Hz, 2000 with 1000 Hz",
	.related = "net/core/netdev_budget",
	.help = "The longest that one round of receive softirq work may last, even with netdev_budget not "
		"used up.",
	.note = "Less than two timer ticks is refused.",
	.source = "net/core/sysctl_net_core.c; sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/netdev_max_backlog",
	.class = VALUE_INTEGER,
	.unit = "packets",
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM(64),
	.initial = "1000")
CATALOGUE_TEXT(
	.related = "net/core/netdev_budget net/core/flow_limit_cpu_bitmap net/core/dev_weight",
	.help = "Packets that may queue on each CPU when they come in faster than the kernel works on them.",
	.note = "Raise it when the second column of /proc/net/softnet_stat grows; too large only adds delay.",
	.myth = "Often raised against drops of the network card. A NAPI driver without RPS does not use "
		"this queue, so full receive rings stay full; look at ethtool -S and -g.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/optmem_max",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, INT32_MAX),
	.sane = CATALOGUE_FROM(0),
	.initial = "131072",
	.initial_since = {6, 18})
CATALOGUE_TEXT(
	.help = "Memory for control messages and options of one socket.",
	.note = "One value for the whole host in 6.1, one for each network namespace on 6.18.",
	.myth = "Tuning lists raise it to tens of megabytes for throughput. It bounds the control data and "
		"options of a socket, not its send or receive buffers.",
	.source = "sysctl/net.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/rmem_default",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.effect = EFFECT_NEW_SOCKETS,
	.initial = "212992",
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.related = "net/core/rmem_max net/ipv4/tcp_rmem",
	.help = "The receive buffer that sockets other than TCP begin with.",
	.note = "Read-only outside the first network namespace.",
	.myth = "Often raised for TCP. TCP sockets begin with the middle value of tcp_rmem and do not look "
		"at this one.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/rmem_max",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "212992 in 6.1, 4194304 seen on 6.18",
	.related = "net/core/rmem_default net/ipv4/tcp_rmem net/ipv4/tcp_moderate_rcvbuf",
	.help = "The largest receive buffer that a program may ask for with SO_RCVBUF.",
	.note = "It does not limit what the kernel gives TCP by itself (tcp_rmem); a program that asks "
		"switches that off for its socket. Read-only outside the first network namespace.",
	.myth = "Raised as the ceiling of TCP receive buffers. Auto-tuning goes by tcp_rmem; this key "
		"bounds what programs ask for with SO_RCVBUF, and how far a window may be scaled.",
	.source = "sysctl/net.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/rps_default_mask",
	.class = VALUE_MASK,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_INTERFACES)
CATALOGUE_TEXT(
	.initial_note = "no CPU; the number of zeros printed follows the number of CPUs",
	.related = "net/core/rps_sock_flow_entries",
	.help = "Hexadecimal mask of the CPUs that process the packets of receive queues of interfaces "
		"created later in the network namespace.",
	.note = "Queues that exist keep their mask. A mask with more bits than the host has CPUs gives "
		"EOVERFLOW.",
	.source = "sysctl/net.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/rps_sock_flow_entries",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = CATALOGUE_TO(536870912),
	.readback = READBACK_POWER_OF_TWO,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/core/rps_default_mask",
	.help = "Size of the host's table that steers received packets to the CPU where the application "
		"runs (RFS); 0 turns that off.",
	.note = "Each receive queue also needs its rps_flow_cnt in sysfs, else nothing is steered. The "
		"kernel rounds up to a power of two.",
	.source = "net/core/sysctl_net_core.c rps_sock_flow_sysctl")

CATALOGUE_ROW(
	.key = "net/core/skb_defer_max",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.initial = "64")
CATALOGUE_TEXT(
	.help = "How many packet buffers may wait on a CPU's list to be freed by the CPU that allocated them.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/somaxconn",
	.class = VALUE_INTEGER,
	.unit = "connections",
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEXT_LISTEN,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.sane = CATALOGUE_FROM(128),
	.initial = "4096",
	.initial_since = {5, 4})
CATALOGUE_TEXT(
	.initial_note = "128 before",
	.related = "net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_abort_on_overflow net/ipv4/tcp_syncookies",
	.help = "The most that the backlog of listen() may be: connections that wait for accept().",
	.note = "Read when listen() is called, so restart the service. Its own backlog must be raised too "
		"(nginx asks for 511).",
	.myth = "Raising it is taken for enough. Listeners that run keep their old queue, and a program "
		"that asks listen() for 128 or 511 still gets no more than that.",
	.source = "net/socket.c __sys_listen; ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/txrehash",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.help = "Whether listening sockets that leave SO_TXREHASH at its default choose a new transmit "
		"path when packets have to be sent again.",
	.source = "sysctl/net.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/core/wmem_default",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.effect = EFFECT_NEW_SOCKETS,
	.initial = "212992",
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.related = "net/core/wmem_max net/ipv4/tcp_wmem",
	.help = "The send buffer that sockets other than TCP begin with.",
	.note = "Read-only outside the first network namespace.",
	.myth = "Often raised for TCP. TCP sockets begin with the middle value of tcp_wmem and do not look "
		"at this one.",
	.source = "sysctl/net.rst")

CATALOGUE_ROW(
	.key = "net/core/wmem_max",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "212992 in 6.1, 4194304 seen on 6.18",
	.related = "net/core/wmem_default net/ipv4/tcp_wmem",
	.help = "The largest send buffer that a program may ask for with SO_SNDBUF.",
	.note = "It does not limit what the kernel gives TCP by itself (tcp_wmem). Read-only outside the "
		"first network namespace.",
	.myth = "Raised as the ceiling of TCP send buffers. Auto-tuning goes by tcp_wmem; this key counts "
		"only for programs that call SO_SNDBUF.",
	.source = "sysctl/net.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/accept_local",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/rp_filter net/ipv4/conf/<if>/route_localnet",
	.help = "Lets packets in whose source is an address of this host, as when two of its interfaces "
		"talk over the wire.",
	.note = "On where all or the interface has 1. A write to default also changes interfaces without "
		"an IPv4 address that were never set on their own.",
	.source = "ip-sysctl.rst; include/linux/inetdevice.h; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/accept_redirects",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_AND_IF_FORWARDING,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.initial_note = "0 on a router",
	.related = "net/ipv4/ip_forward net/ipv4/conf/<if>/secure_redirects "
		"net/ipv4/conf/<if>/send_redirects net/ipv4/conf/<if>/forwarding",
	.help = "Lets ICMP redirects change the way to a destination.",
	.note = "On a host one 1 of all and the interface is enough, so both must be 0; on a router both "
		"must be 1. Every change of ip_forward rewrites the one of all.",
	.myth = "Setting only all to 0 is believed to refuse redirects everywhere. On a host that does not "
		"route, the 1 of an interface is enough to accept them.",
	.source = "ip-sysctl.rst; net/ipv4/devinet.c inet_forward_change; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/accept_source_route",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_AND)
CATALOGUE_TEXT(
	.initial_note = "1 for default and for interfaces, 0 for all; most distributions set 0 everywhere",
	.related = "net/ipv4/conf/<if>/rp_filter",
	.help = "Takes packets whose sender has prescribed the way.",
	.note = "On only where all and the interface both have 1.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/arp_accept",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 no new entries\n"
		"1 new entries for any sender\n"
		"2 new entries only for senders in the interface's subnet\n",
	.related = "net/ipv4/conf/<if>/arp_notify net/ipv4/conf/<if>/arp_ignore",
	.help = "Whether a gratuitous ARP message from a neighbour not yet in the table makes a new entry.",
	.note = "Entries that exist are refreshed with any value. The larger of all and the interface "
		"counts. A write to default also changes interfaces without an IPv4 address that were "
		"never set on their own.",
	.source = "ip-sysctl.rst; include/linux/inetdevice.h; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/arp_announce",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.combine = COMBINE_MAX,
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 any local address\n"
		"1 avoid addresses outside the target's subnet\n"
		"2 always the best local address for the target\n",
	.related = "net/ipv4/conf/<if>/arp_ignore net/ipv4/conf/<if>/arp_filter",
	.help = "The sender address in ARP questions: 0 any, 1 one of the target's network where possible, "
		"2 always the best one.",
	.note = "The larger of all and the interface counts.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/arp_filter",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_OR,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/arp_ignore net/ipv4/conf/<if>/arp_announce",
	.help = "With 1, an ARP request is answered only when the host would route back to the asker over "
		"the interface that the request came in by.",
	.note = "For several interfaces in one subnet, together with source-based routing. On where all or "
		"the interface has 1. A write to default also changes interfaces without an IPv4 address "
		"that were never set on their own.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/arp_ignore",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 8),
	.combine = COMBINE_MAX,
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 answer for any local address\n"
		"1 answer only for addresses of the receiving interface\n"
		"2 as 1, and the asker must be in the same subnet\n"
		"3 answer, but not for addresses of scope host\n"
		"8 never answer for local addresses\n",
	.related = "net/ipv4/conf/<if>/arp_announce net/ipv4/conf/<if>/arp_filter",
	.help = "Which ARP questions are answered: 0 for any local address, 1 for those of the interface, "
		"2 also of the asker's network, 3 not for addresses of the host scope, 8 none.",
	.note = "The larger of all and the interface counts.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/arp_notify",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/arp_accept net/ipv4/conf/<if>/arp_announce",
	.help = "Announces the addresses of the interface by gratuitous ARP when it comes up or its "
		"hardware address changes.",
	.note = "The larger of all and the interface counts. A write to default also changes interfaces "
		"without an IPv4 address that were never set on their own.",
	.source = "ip-sysctl.rst; include/linux/inetdevice.h; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_forward net/ipv4/conf/<if>/accept_redirects net/ipv4/conf/<if>/send_redirects",
	.help = "Whether packets that come in by this interface are routed on.",
	.note = "The next change of ip_forward overwrites it.",
	.source = "ip-sysctl.rst; net/ipv4/devinet.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/log_martians",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_OR,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/rp_filter",
	.help = "Logs packets with addresses that cannot be.",
	.note = "On where all or the interface has 1.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/mc_forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.access = ACCESS_READ_ONLY,
	.sane = FLAG,
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "set by the kernel for a multicast routing daemon",
	.related = "net/ipv4/conf/<if>/forwarding",
	.help = "Read-only: tells whether multicast packets that come in by the interface are routed on.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/promote_secondaries",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.help = "When the primary address of a subnet is deleted, makes one of its secondary addresses "
		"primary; with 0 all of them are deleted with it.",
	.note = "On where all or the interface has 1. A write to default also changes interfaces without "
		"an IPv4 address that were never set on their own.",
	.source = "ip-sysctl.rst; include/linux/inetdevice.h; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/proxy_arp",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_OR,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/forwarding net/ipv4/conf/<if>/arp_ignore",
	.help = "Answers ARP requests on the interface for addresses that the host reaches by another "
		"interface, and so draws their traffic to itself.",
	.note = "On where all or the interface has 1. A write to default also changes interfaces without "
		"an IPv4 address that were never set on their own.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/route_localnet",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/accept_local net/ipv4/conf/<if>/log_martians",
	.help = "Lets packets from and to 127.0.0.0/8 be routed over the interface, where else they are "
		"dropped as impossible.",
	.note = "Services that listen on loopback alone can become reachable from the network: filter "
		"them. Turning it off flushes the routing cache. On where all or the interface has 1. A "
		"write to default also changes interfaces without an IPv4 address that were never set on "
		"their own.",
	.source = "ip-sysctl.rst; include/linux/inetdevice.h; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/rp_filter",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.combine = COMBINE_MAX,
	.initial = "0",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 strict: route back over the same interface\n"
		"2 loose: route back over any interface\n",
	.related = "net/ipv4/conf/<if>/src_valid_mark net/ipv4/conf/<if>/log_martians "
		"net/ipv4/conf/<if>/accept_local",
	.help = "Drops packets whose sender could not be answered: 0 off, 1 only over the interface they "
		"came by, 2 over any.",
	.note = "The larger of all and the interface counts, so all = 1 cannot be lifted for one "
		"interface, only loosened with 2. 1 breaks asymmetric routing. A write to default also "
		"changes interfaces without an IPv4 address that were never set on their own.",
	.myth = "Setting 0 on one interface is believed to turn the check off there. While all has 1 or 2 "
		"the check stays on, because the larger value counts.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/secure_redirects",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_OR,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/accept_redirects net/ipv4/conf/<if>/send_redirects",
	.help = "Takes redirects only from gateways that are known already.",
	.note = "On where all or the interface has 1.",
	.myth = "Hardening lists set 0 as if that refused redirects. It lets redirects to more gateways "
		"in, not fewer; only accept_redirects turns them off. While shared_media is 1, its "
		"default, this key does not count.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/send_redirects",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_OR,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_forward net/ipv4/conf/<if>/forwarding net/ipv4/conf/<if>/accept_redirects",
	.help = "As a router, tells senders about a shorter way.",
	.note = "On where all or the interface has 1: 0 on all alone changes nothing.",
	.myth = "Hardening lists write 0 to all and default and take it for done. Interfaces that already "
		"have an address keep 1, and that is enough to send.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/<if>/src_valid_mark",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.combine = COMBINE_MAX,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/rp_filter",
	.help = "Makes the reverse path check look up the route with the packet's firewall mark, so that "
		"rp_filter works where marks choose routes in both directions.",
	.note = "It also bears on the source address of ICMP replies. The larger of all and the interface "
		"counts. A write to default also changes interfaces without an IPv4 address that were "
		"never set on their own.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/conf/all/forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.alias = "net/ipv4/ip_forward",
	.order = -20,
	.initial = "0")
CATALOGUE_TEXT(
	.resets = "net/ipv4/conf/<if>/forwarding !net/ipv4/conf/all/accept_redirects",
	.help = "The same switch as net.ipv4.ip_forward, under its second name.",
	.note = "A change is copied to forwarding of default and all interfaces, and accept_redirects of "
		"all becomes the opposite.",
	.source = "ip-sysctl.rst; net/ipv4/devinet.c inet_forward_change; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/fib_multipath_hash_fields",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(1, 4095),
	.initial = "7")
CATALOGUE_TEXT(
	.words = 
		"1 source address\n"
		"2 destination address\n"
		"4 protocol\n"
		"8 unused for ipv4 (flow label)\n"
		"16 source port\n"
		"32 destination port\n"
		"64 inner source address\n"
		"128 inner destination address\n"
		"256 inner protocol\n"
		"512 inner flow label\n"
		"1024 inner source port\n"
		"2048 inner destination port\n",
	.related = "net/ipv4/fib_multipath_hash_policy",
	.help = "The packet fields that choose among the paths of a multipath route when "
		"fib_multipath_hash_policy is 3, as a sum of flags.",
	.note = "Without policy 3 it does nothing. Unknown bits are refused. A change can move running "
		"flows to another path.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/fib_multipath_hash_policy",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 source and destination address\n"
		"1 5-tuple: addresses, ports and protocol\n"
		"2 addresses, those of the inner packet in a tunnel\n"
		"3 the fields of fib_multipath_hash_fields\n",
	.related = "net/ipv4/fib_multipath_hash_fields net/ipv6/fib_multipath_hash_policy",
	.help = "Which parts of a packet decide over the path it takes when a route has several next hops.",
	.note = "A change can move running flows to another path. 3 needs fib_multipath_hash_fields set "
		"first.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_echo_ignore_all",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = FLAG,
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/ipv4/icmp_echo_ignore_broadcasts",
	.help = "Answers no ping at all.",
	.note = "Monitoring that pings will call the host dead.",
	.myth = "Set to hide a host from scans. Scanners use TCP and ARP as well and still find it; what "
		"fails is the own monitoring.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_echo_ignore_broadcasts",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = FLAG,
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/icmp_echo_ignore_all",
	.help = "Answers no ping that was sent to a broadcast or multicast address.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_ignore_bogus_error_responses",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = FLAG,
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.help = "Writes no log line for malformed ICMP errors.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_msgs_burst",
	.class = VALUE_INTEGER,
	.unit = "messages",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "50")
CATALOGUE_TEXT(
	.related = "net/ipv4/icmp_msgs_per_sec net/ipv4/icmp_ratelimit net/ipv4/icmp_ratemask",
	.help = "How many of them may leave at once.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_msgs_per_sec",
	.class = VALUE_INTEGER,
	.unit = "messages/s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "1000")
CATALOGUE_TEXT(
	.related = "net/ipv4/icmp_msgs_burst net/ipv4/icmp_ratelimit net/ipv4/icmp_ratemask",
	.help = "How many ICMP messages of the limited kinds leave in a second, whoever they go to.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_ratelimit",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.latest = CATALOGUE_FROM_TO(0, INT32_MAX),
	.sane = CATALOGUE_FROM(0),
	.readback = READBACK_TICKS,
	.initial = "1000",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/ipv4/icmp_ratemask net/ipv4/icmp_msgs_per_sec net/ipv4/icmp_msgs_burst "
		"net/ipv6/icmp/ratelimit",
	.help = "The least time between two limited ICMP messages to one target.",
	.note = "The kernel rounds up to its tick: with 250 Hz, 101 reads back as 104.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/icmp_ratemask",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "6168")
CATALOGUE_TEXT(
	.words = 
		"1 echo reply\n"
		"8 destination unreachable\n"
		"16 source quench\n"
		"32 redirect\n"
		"256 echo request\n"
		"2048 time exceeded\n"
		"4096 parameter problem\n"
		"8192 timestamp request\n"
		"16384 timestamp reply\n"
		"32768 information request\n"
		"65536 information reply\n"
		"131072 address mask request\n"
		"262144 address mask reply\n",
	.related = "net/ipv4/icmp_ratelimit net/ipv4/icmp_msgs_per_sec net/ipv4/icmp_msgs_burst "
		"net/ipv6/icmp/ratemask",
	.help = "Which ICMP types icmp_ratelimit holds for, one bit each.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_autobind_reuse",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {5, 7},
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_local_port_range net/ipv4/ip_local_reserved_ports",
	.help = "When the port range is used up, lets bind() to port 0 hand out a port again whose sockets "
		"all have SO_REUSEADDR.",
	.note = "For experts: a later connect() can fail with EADDRNOTAVAIL. Programs that bind an address "
		"before connect() do better with IP_BIND_ADDRESS_NO_PORT.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_default_ttl",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = CATALOGUE_FROM_TO(1, 255),
	.initial = "64")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/hop_limit",
	.help = "The time to live of IPv4 packets that the host itself sends; forwarded ones are not "
		"concerned.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_dynaddr",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 0},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "0")
CATALOGUE_TEXT(
	.help = "For links whose address changes: gives connections that are still being set up the new "
		"source address. 0 off, 1 on, above 1 also logs each rewrite.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_early_demux",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_early_demux net/ipv4/udp_early_demux",
	.help = "Looks for the socket of a received packet before routing it, which saves a lookup for "
		"established TCP and connected UDP sockets.",
	.note = "It is the master of tcp_early_demux and udp_early_demux. On a pure router the lookup "
		"finds nothing and costs throughput: 0 there.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_forward",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {1, 2},
	.kernel = ANY_INT,
	.sane = FLAG,
	.other_name = "net/ipv4/conf/all/forwarding",
	.order = -20,
	.initial = "0")
CATALOGUE_TEXT(
	.resets = "net/ipv4/conf/<if>/forwarding !net/ipv4/conf/all/accept_redirects",
	.related = "net/ipv4/conf/<if>/forwarding net/ipv4/conf/<if>/accept_redirects "
		"net/ipv4/conf/<if>/send_redirects net/ipv4/conf/<if>/rp_filter "
		"net/ipv6/conf/all/forwarding",
	.help = "Makes the host a router for IPv4. The same storage as net.ipv4.conf.all.forwarding.",
	.note = "When the value changes, forwarding of default and of every interface follows, and "
		"accept_redirects of all becomes the opposite. Container hosts and routers need 1. Other "
		"non-zero numbers are taken and copied as they are.",
	.source = "ip-sysctl.rst; net/ipv4/devinet.c inet_forward_change; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_forward_update_priority",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_forward",
	.help = "When a packet is forwarded, sets its queueing priority anew from the TOS field of its "
		"header.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_forward_use_pmtu",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_forward net/ipv4/ip_no_pmtu_disc net/ipv4/route/min_pmtu",
	.help = "Makes forwarding obey path MTUs that were learned, instead of the MTU of the outgoing "
		"interface.",
	.note = "Learned path MTUs can be forged and then make the router fragment, so leave it off unless "
		"a program on the router finds path MTUs and relies on it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_local_port_range",
	.class = VALUE_VECTOR,
	.arity = 2,
	.ascending = true,
	.unit = "port",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = CATALOGUE_FROM_TO(1, 65535),
	.latest = CATALOGUE_TO(65535),
	.sane = CATALOGUE_FROM_TO(1024, 65535),
	.initial = "32768 60999")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_local_reserved_ports net/ipv4/ip_unprivileged_port_start "
		"net/ipv4/tcp_tw_reuse net/ipv4/ip_autobind_reuse",
	.help = "First and last port that the kernel picks from for connect() and for bind() to port 0.",
	.note = "Services that listen inside the range can lose their port to an outgoing connection: put "
		"them in ip_local_reserved_ports first. connect() uses up one parity before the other, and "
		"ends of equal parity bring a line in the kernel log. A low end under "
		"ip_unprivileged_port_start is refused.",
	.myth = "Widened so that a server takes more clients. It limits only the connections that the host "
		"opens itself, for each destination; accepted ones use the listener's port.",
	.source = "ip-sysctl.rst; net/ipv4/sysctl_net_ipv4.c ipv4_local_port_range; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_local_port_step_width",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.initial = "0",
	.kernel = CATALOGUE_FROM_TO(0, UINT32_MAX))
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_local_port_range net/ipv4/ip_local_reserved_ports",
	.help = "The largest random step from one local port that connect() finds taken to the next it "
		"tries; 0 keeps the fixed step. It evens out which ports are used.",
	.note = "6.18 and older do not have the key. Choose it larger than the largest block in "
		"ip_local_reserved_ports. With the range almost used up, large steps cost time.",
	.source = "ip-sysctl.rst and net/ipv4/sysctl_net_ipv4.c later than 6.18; commit 7da62262ec96; not "
		"measured")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_local_reserved_ports",
	.class = VALUE_RANGE_SET,
	.unit = "port",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 65535),
	.order = -10,
	.initial_empty = true)
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_local_port_range net/ipv4/ip_unprivileged_port_start",
	.help = "Ports that the kernel never picks by itself; a program that asks for one by number still "
		"gets it.",
	.note = "A write replaces the whole list, and an empty line clears it. The kernel sorts and "
		"merges: 8080,8081 reads 8080-8081.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_no_pmtu_disc",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_TO(3),
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.words = 
		"0 discover the path MTU\n"
		"1 drop to min_pmtu when ICMP asks for fragmentation\n"
		"2 ignore ICMP about packet size, no don't-fragment bit\n"
		"3 believe ICMP only where the protocol can verify it\n",
	.related = "net/ipv4/route/min_pmtu net/ipv4/route/mtu_expires net/ipv4/tcp_mtu_probing "
		"net/ipv4/ip_forward_use_pmtu",
	.help = "How the host finds the largest packet that a path carries, and which ICMP messages about "
		"it are believed.",
	.note = "With 1 and 2, sockets made from then on send without the don't-fragment bit. 3 can break "
		"protocols that do not verify ICMP; it is meant for hosts such as name servers in a "
		"namespace of their own.",
	.myth = "Often set to 1 against path MTU black holes. For TCP, tcp_mtu_probing solves that without "
		"giving up path MTU discovery.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_nonlocal_bind",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv6/ip_nonlocal_bind",
	.help = "Allows bind() to IPv4 addresses that the host does not have, as services on a floating "
		"(VRRP) address need.",
	.note = "A wrong address in a service's configuration is then no longer noticed at start. A "
		"program can ask for it alone with IP_FREEBIND.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ip_unprivileged_port_start",
	.class = VALUE_INTEGER,
	.unit = "port",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 65535),
	.latest = CATALOGUE_FROM(0),
	.ceiling = "net/ipv4/ip_local_port_range",
	.ceiling_element = 0,
	.initial = "1024",
	.ceiling_checks = true)
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_local_port_range net/ipv4/ip_local_reserved_ports",
	.help = "The first port that a program may bind without CAP_NET_BIND_SERVICE.",
	.note = "Lowered, every user can listen on well-known ports. Above the low end of "
		"ip_local_port_range it is refused.",
	.source = "ip-sysctl.rst; net/ipv4/sysctl_net_ipv4.c ipv4_privileged_ports; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ipfrag_high_thresh",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.sane = CATALOGUE_FROM(0),
	.initial = "4194304")
CATALOGUE_TEXT(
	.related = "net/ipv4/ipfrag_low_thresh net/ipv4/ipfrag_time net/ipv4/ipfrag_max_dist",
	.help = "The most memory that IPv4 fragments may take while they wait for the missing ones.",
	.note = "A value under ipfrag_low_thresh is refused.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ipfrag_low_thresh",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.latest = CATALOGUE_FROM(0),
	.sane = CATALOGUE_FROM(0),
	.ceiling = "net/ipv4/ipfrag_high_thresh",
	.ceiling_element = 0,
	.initial = "3145728",
	.ceiling_checks = true)
CATALOGUE_TEXT(
	.related = "net/ipv4/ipfrag_high_thresh",
	.help = "Once the mark down to which fragments were thrown away; now it only bounds "
		"ipfrag_high_thresh from below.",
	.myth = "Still tuned together with ipfrag_high_thresh. Since 4.17 it does not control when "
		"fragments are dropped any more.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ipfrag_max_dist",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "64")
CATALOGUE_TEXT(
	.related = "net/ipv4/ipfrag_high_thresh net/ipv4/ipfrag_time",
	.help = "How much disorder among the fragments of one sender is put up with; 0 does not look at it.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/ipfrag_time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.initial = "30")
CATALOGUE_TEXT(
	.related = "net/ipv4/ipfrag_high_thresh net/ipv4/ipfrag_max_dist",
	.help = "How long a fragment is kept while others are missing.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/base_reachable_time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.finer = "net/ipv4/neigh/<if>/base_reachable_time_ms",
	.initial = "30")
CATALOGUE_TEXT(
	.help = "About how long a neighbour entry counts as valid after it was last confirmed, in whole "
		"seconds.",
	.note = "An older view of base_reachable_time_ms: both are one storage, and this one is truncated.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/base_reachable_time_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "30000")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/<if>/gc_stale_time",
	.help = "The base of the time that a confirmed neighbour counts as reachable; the kernel takes a "
		"random value from half to one and a half of it.",
	.note = "base_reachable_time is the same storage in seconds: manage only this one. The kernel "
		"rounds to its timer tick. The twin of IPv6 in seconds is deprecated, and touching it logs "
		"a warning.",
	.source = "net/core/neighbour.c; arp(7); measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/gc_stale_time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.initial = "60")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/<if>/base_reachable_time_ms net/ipv4/neigh/default/gc_thresh1",
	.help = "After how long without use a neighbour's entry counts as stale.",
	.source = "net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/retrans_time",
	.class = VALUE_INTEGER,
	.unit = "1/100 s",
	.scope = SCOPE_NETWORK,
	.sane = CATALOGUE_FROM_TO(0, 214748364),
	.finer = "net/ipv4/neigh/<if>/retrans_time_ms",
	.readback = READBACK_CLOCK_TICKS)
CATALOGUE_TEXT(
	.help = "The time between two neighbour solicitations (ARP requests or NS), in hundredths of a "
		"second.",
	.note = "An older view of retrans_time_ms: both are one storage, and this one is rounded.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/retrans_time_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "1000")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/<if>/retrans_time",
	.help = "The time between two neighbour solicitations (ARP requests or NS) to one address.",
	.note = "The kernel rounds it up to a timer tick. retrans_time shows the same storage, rounded.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/unres_qlen",
	.class = VALUE_INTEGER,
	.unit = "packets",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM(0),
	.finer = "net/ipv4/neigh/<if>/unres_qlen_bytes")
CATALOGUE_TEXT(
	.help = "How many packets wait for an address that is being resolved.",
	.note = "An older view of unres_qlen_bytes, computed with the size of a small packet: 5000 bytes "
		"show as 2.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/<if>/unres_qlen_bytes",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "212992")
CATALOGUE_TEXT(
	.initial_note = "depends on the architecture and the build, 212992 on usual 64-bit kernels",
	.related = "net/ipv4/neigh/default/gc_thresh3",
	.help = "How many bytes of packets may wait for one neighbour whose hardware address is not known "
		"yet; beyond it packets are dropped.",
	.note = "unres_qlen is the same storage counted in packets and changes with it: 5000 bytes read "
		"back there as 2. Manage only this one.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/default/gc_thresh1",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "128")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/default/gc_thresh2 net/ipv4/neigh/default/gc_thresh3 "
		"net/ipv4/neigh/<if>/gc_stale_time",
	.help = "Up to this many neighbours the kernel removes none.",
	.note = "The kernel does not check that 1, 2 and 3 rise. Large layer-2 networks overflow the "
		"table. Not there in a network namespace of its own.",
	.source = "ip-sysctl.rst; net/core/neighbour.c")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/default/gc_thresh2",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "512")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/default/gc_thresh1 net/ipv4/neigh/default/gc_thresh3",
	.help = "Beyond this many neighbours the kernel removes those older than 5 s.",
	.note = "The kernel does not check that 1, 2 and 3 rise. Large layer-2 networks overflow the "
		"table. Not there in a network namespace of its own.",
	.source = "ip-sysctl.rst; net/core/neighbour.c")

CATALOGUE_ROW(
	.key = "net/ipv4/neigh/default/gc_thresh3",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "1024")
CATALOGUE_TEXT(
	.related = "net/ipv4/neigh/default/gc_thresh1 net/ipv4/neigh/default/gc_thresh2",
	.help = "The most neighbours that are not permanent; beyond it new ones fail.",
	.note = "The kernel does not check that 1, 2 and 3 rise. Large layer-2 networks overflow the "
		"table. Not there in a network namespace of its own.",
	.source = "ip-sysctl.rst; net/core/neighbour.c")

CATALOGUE_ROW(
	.key = "net/ipv4/ping_group_range",
	.class = VALUE_VECTOR,
	.arity = 2,
	.ascending = true,
	.none = "1 0",
	.unit = "gid",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 4294967294),
	.initial = "1 0")
CATALOGUE_TEXT(
	.initial_note = "nobody",
	.help = "First and last group whose members may ping without privilege.",
	.note = "A first above the last is no error: the kernel stores 1 0, which is nobody.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/route/flush",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.access = ACCESS_ACTION,
	.kernel = CATALOGUE_FROM_TO(0, UINT32_MAX))
CATALOGUE_TEXT(
	.related = "net/ipv4/route/mtu_expires net/ipv4/route/min_pmtu net/ipv6/route/flush",
	.help = "Not a setting: a write throws away what the kernel has learned about routes.",
	.note = "Learned path sizes and redirects are lost for all destinations. Write-only.",
	.source = "net/ipv4/route.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/route/max_size",
	.class = VALUE_INTEGER,
	.initial = "2147483647",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/ipv6/route/max_size",
	.help = "A leftover of the IPv4 route cache: once the most routes the kernel would hold.",
	.note = "Deprecated for IPv4 since 3.6, which took the route cache out.",
	.myth = "Still raised for large IPv4 routing tables. Since 3.6 there is no route cache for it to "
		"limit; the key of IPv6 is another one.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/route/min_pmtu",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(68, INT32_MAX),
	.initial = "552")
CATALOGUE_TEXT(
	.related = "net/ipv4/route/mtu_expires net/ipv4/ip_no_pmtu_disc net/ipv4/tcp_mtu_probing",
	.help = "The least path MTU that the kernel accepts from an ICMP message; smaller reports are "
		"raised to it.",
	.note = "With ip_no_pmtu_disc = 1 paths drop to this size, so raise it to the smallest MTU of the "
		"interfaces to avoid fragments.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/route/mtu_expires",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.initial = "600")
CATALOGUE_TEXT(
	.related = "net/ipv4/route/min_pmtu net/ipv4/ip_no_pmtu_disc net/ipv4/route/flush",
	.help = "How long a path MTU that was learned is believed.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_abort_on_overflow",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/core/somaxconn net/ipv4/tcp_max_syn_backlog",
	.help = "Resets a client whose handshake ends while the accept queue is full, where the kernel "
		"else waits for its retry.",
	.note = "1 makes an error that users see out of every short burst.",
	.myth = "Found in lists of speed settings. It makes no room in the accept queue; it only turns a "
		"retry that would often succeed into an error for the client.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_adv_win_scale",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM_TO(-31, 31),
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_rmem net/ipv4/tcp_app_win net/ipv4/tcp_moderate_rcvbuf",
	.help = "Until 6.5, the share of the receive buffer that counts as overhead when the TCP window is "
		"computed: 1/2^N of it for N above 0, else 1 - 2^N of it.",
	.note = "Obsolete since 6.6: the kernel measures the overhead of each socket, and the value no "
		"longer counts.",
	.myth = "Still tuned for larger receive windows. From 6.6 on the kernel works with the overhead it "
		"has measured for each socket, and the value does nothing.",
	.source = "ip-sysctl.rst; commit dfa2f0483360; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_allowed_congestion_control",
	.class = VALUE_WORDS,
	.order = 5)
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_congestion_control net/ipv4/tcp_available_congestion_control",
	.help = "The congestion controls that programs without privilege and other network namespaces may "
		"choose.",
	.note = "A write replaces the list and loads no module. Names are parted by one blank, and the "
		"kernel prints them in its own order: write them as they read back. Read-only outside the "
		"first network namespace.",
	.source = "net/ipv4/tcp_cong.c tcp_set_allowed_congestion_control; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_app_win",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM_TO(0, 31),
	.initial = "31")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_adv_win_scale net/ipv4/tcp_rmem",
	.help = "Keeps the part window / 2^N of the TCP window, at least one segment, back for the "
		"application's buffer; 0 keeps nothing.",
	.note = "The larger the number, the smaller the part; at 31 it is one segment.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_autocorking",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {3, 14},
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.help = "Gathers small consecutive writes into fewer segments as long as an earlier packet of the "
		"connection still waits to be sent by the host.",
	.note = "A program that knows when its data is complete does better with TCP_CORK.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_available_congestion_control",
	.class = VALUE_WORDS,
	.access = ACCESS_READ_ONLY)
CATALOGUE_TEXT(
	.initial_note = "reno and what the kernel was built with or has loaded",
	.related = "net/ipv4/tcp_congestion_control net/ipv4/tcp_allowed_congestion_control",
	.help = "Read-only list of the congestion controls that are registered, that is built in or loaded.",
	.note = "Modules that could still be loaded are not in it, so a missing name does not mean that "
		"the host lacks it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_backlog_ack_defer",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {6, 7},
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.help = "When segments piled up while a program held the socket, answers the whole pile with one "
		"ACK instead of several.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_base_mss",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.since = {2, 6},
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM(88),
	.initial = "1024")
CATALOGUE_TEXT(
	.initial_note = "512 in old kernels",
	.related = "net/ipv4/tcp_mtu_probing net/ipv4/tcp_mtu_probe_floor net/ipv4/tcp_min_snd_mss",
	.help = "The segment size from which MTU probing begins its search for the largest that the path "
		"carries.",
	.note = "Counts only with tcp_mtu_probing on. The kernel checks no range and takes negative numbers.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_challenge_ack_limit",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "2147483647",
	.myth_range = CATALOGUE_TO(2147483646))
CATALOGUE_TEXT(
	.initial_note = "means unlimited; older kernels had a finite limit",
	.related = "net/ipv4/tcp_invalid_ratelimit",
	.help = "Limits how many challenge ACKs (RFC 5961) the network namespace sends in a second.",
	.note = "A finite limit is shared by all connections, so an attacker off the path can probe it as "
		"a side channel. Every socket has a limit of its own anyway.",
	.myth = "Advice from 2016 (CVE-2016-5696) sets 999999999. The default now is no limit at all, so "
		"that line puts a finite limit back.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_child_ehash_entries",
	.class = VALUE_INTEGER,
	.unit = "buckets",
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_NAMESPACES,
	.since = {6, 1},
	.kernel = CATALOGUE_FROM_TO(0, 16777216),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_ehash_entries net/ipv4/tcp_max_tw_buckets net/ipv4/tcp_max_syn_backlog "
		"net/ipv4/udp_child_hash_entries",
	.help = "Gives network namespaces made from this one later a TCP hash table of their own with this "
		"many buckets; with 0 they share the first one.",
	.note = "The table is rounded up to a power of two, the value is kept as written. A small table "
		"also lowers tcp_max_tw_buckets and tcp_max_syn_backlog of the child: 1024 gives 512 and "
		"128. Without enough memory the child shares the first table.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_comp_sack_delay_ns",
	.class = VALUE_INTEGER,
	.unit = "ns",
	.scope = SCOPE_NETWORK,
	.since = {4, 18},
	.kernel = CATALOGUE_FROM(0),
	.initial = "1000000")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_comp_sack_nr net/ipv4/tcp_comp_sack_slack_ns net/ipv4/tcp_sack",
	.help = "The longest time that the receiver holds back a SACK in order to merge it with later "
		"ones; it waits 5 % of the round-trip time, but not more than this.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_comp_sack_nr",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {4, 18},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "44")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_comp_sack_delay_ns net/ipv4/tcp_comp_sack_slack_ns net/ipv4/tcp_sack",
	.help = "How many SACKs may be merged into one; 0 sends every SACK at once.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_comp_sack_slack_ns",
	.class = VALUE_INTEGER,
	.unit = "ns",
	.scope = SCOPE_NETWORK,
	.since = {5, 8},
	.kernel = CATALOGUE_FROM(0),
	.initial = "100000")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_comp_sack_delay_ns net/ipv4/tcp_comp_sack_nr net/ipv4/tcp_sack",
	.help = "How much later than asked the timer that merges SACKs may fire, so that the kernel can "
		"bundle timer interrupts.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_congestion_control",
	.class = VALUE_STRING,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {2, 4},
	.order = -5)
CATALOGUE_TEXT(
	.initial_note = "as the kernel was built, mostly cubic",
	.related = "net/ipv4/tcp_allowed_congestion_control net/ipv4/tcp_available_congestion_control "
		"net/core/default_qdisc",
	.help = "The congestion control that new connections of the network namespace use.",
	.note = "The name must be exact: a blank around it or an unknown name gives ENOENT. In the first "
		"network namespace a write may load a module and adds the name to "
		"tcp_allowed_congestion_control; elsewhere the name must be allowed there, or it is EPERM.",
	.myth = "It is said that bbr works only with the fq qdisc. Without fq, TCP has paced by itself "
		"since 4.13, with a timer per socket, which costs more CPU. A write never changes "
		"connections that are open.",
	.source = "ip-sysctl.rst; net/ipv4/tcp_cong.c tcp_set_default_congestion_control; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_dsack",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_sack",
	.help = "Lets the receiver report by SACK that a segment arrived twice, from which the sender "
		"learns that it sent again for nothing.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_early_demux",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_early_demux net/ipv4/udp_early_demux",
	.help = "Finds the established TCP socket of an arriving packet first and takes the route from it, "
		"which saves a route lookup.",
	.note = "On a host that mostly routes packets for others, the extra lookup can cost more than it "
		"saves.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_early_retrans",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 4),
	.initial = "3")
CATALOGUE_TEXT(
	.words = 
		"0 no tail loss probes\n"
		"3 tail loss probes\n"
		"4 tail loss probes, same as 3\n",
	.related = "net/ipv4/tcp_recovery net/ipv4/tcp_sack",
	.help = "Sends a tail loss probe when the last segments of a burst may be lost, so that fast "
		"recovery starts instead of a wait for the retransmission timer.",
	.note = "Works only with RACK loss detection (tcp_recovery). The kernel also accepts 1 and 2, "
		"which ip-sysctl.rst does not describe.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_ecn",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 2),
	.sane = CATALOGUE_FROM_TO(0, 5),
	.initial = "2")
CATALOGUE_TEXT(
	.words = 
		"0 never ask for ECN, never accept it\n"
		"1 ask for ECN and accept it\n"
		"2 accept ECN when the peer asks, never ask\n",
	.related = "net/ipv4/tcp_ecn_fallback",
	.help = "Congestion marks instead of losses: 0 never, 1 ask for it and accept it, 2 accept it only.",
	.note = "6.18 refuses more than 2; later kernels know 3 to 5 (accurate ECN); old ones took any "
		"number.",
	.source = "ip-sysctl.rst; measured on 6.18; net/ipv4/sysctl_net_ipv4.c of 4.19")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_ecn_fallback",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {4, 1},
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_ecn",
	.help = "Goes back to plain TCP for a connection whose handshake with ECN gets no answer or looks "
		"broken.",
	.note = "Without effect where ECN is off in tcp_ecn, by route and by congestion control.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_ehash_entries",
	.class = VALUE_INTEGER,
	.unit = "buckets",
	.scope = SCOPE_NETWORK,
	.access = ACCESS_READ_ONLY,
	.since = {6, 1},
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "sized by memory at boot, or by the boot parameter thash_entries; of a namespace, "
		"by tcp_child_ehash_entries of its parent",
	.related = "net/ipv4/tcp_child_ehash_entries net/ipv4/tcp_max_tw_buckets "
		"net/ipv4/tcp_max_syn_backlog net/ipv4/udp_hash_entries",
	.help = "Shows how many hash buckets the TCP sockets of the network namespace have; negative when "
		"it shares the table of the first namespace.",
	.note = "Read-only. Set the table of later namespaces with tcp_child_ehash_entries. The defaults "
		"of tcp_max_tw_buckets and tcp_max_syn_backlog follow from this size.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_fack",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_recovery net/ipv4/tcp_sack",
	.help = "Was forward acknowledgement, an old way to detect losses. Nothing reads it any more; the "
		"file stays for compatibility.",
	.myth = "Many tuning lists still set it to 1. On current kernels that changes nothing.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_fastopen",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {3, 7},
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 1543),
	.bits = true,
	.initial = "1",
	.myth_range = CATALOGUE_FROM_TO(3, 3))
CATALOGUE_TEXT(
	.words = 
		"1 client: may send data in the SYN\n"
		"2 server: takes data in the SYN\n"
		"4 client: sends data even without a cookie\n"
		"512 server: takes data without a cookie\n"
		"1024 server: every listener, no socket option needed\n",
	.related = "net/ipv4/tcp_fastopen_key net/ipv4/tcp_fastopen_blackhole_timeout_sec",
	.help = "TCP Fast Open, a sum of flags: 1 client, 2 server, 4 client without a cookie, 512 server "
		"without a cookie, 1024 every listener.",
	.note = "Some middleboxes drop a SYN with data. 512 and 1024 weaken the protection against "
		"replays. The kernel checks no range (-1 is taken) and shows the number in decimal.",
	.myth = "3 is said to switch Fast Open on for all. It only allows it: a listener must set "
		"TCP_FASTOPEN (or add 1024), and a client program must ask for it too.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_fastopen_blackhole_timeout_sec",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "older kernels had 3600",
	.related = "net/ipv4/tcp_fastopen",
	.help = "How long client Fast Open pauses at first after a middlebox seems to have swallowed its "
		"packets; repeated trouble makes the pause grow exponentially. 0 turns the detection off.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_fastopen_key",
	.class = VALUE_STRING,
	.scope = SCOPE_NETWORK,
	.since = {3, 7},
	.hazard = HAZARD_SECRET)
CATALOGUE_TEXT(
	.hazard_note = "whoever knows the key can make Fast Open cookies",
	.related = "net/ipv4/tcp_fastopen",
	.help = "The key that Fast Open cookies are made with, and optionally a backup key after a comma.",
	.note = "Readable by root alone. The kernel pads the groups with zeros and shows them in small "
		"letters.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_fin_timeout",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM_TO(5, 60),
	.initial = "60",
	.myth_range = CATALOGUE_TO(59))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_max_orphans net/ipv4/tcp_orphan_retries net/ipv4/tcp_max_tw_buckets "
		"net/ipv4/tcp_tw_reuse",
	.help = "How long a closed socket without an owner waits in FIN-WAIT-2 for the FIN of the peer.",
	.note = "It never was the TIME-WAIT timer: TIME-WAIT lasts 60 s whatever stands here. 61 to 119 is "
		"a trap: the socket then lives for 2 * (value - 60) seconds, 2 s at 61 and 30 s at 75. "
		"Much below 25 to 30 s slow clients get a RST.",
	.myth = "The favourite setting \"against TIME-WAIT\". It does not touch TIME-WAIT, whose 60 s are "
		"compiled in; it ends only FIN-WAIT-2 of sockets that no process owns.",
	.source = "ip-sysctl.rst; net/ipv4/tcp.c tcp_close, tcp_timer.c tcp_keepalive_timer; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_frto",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "2")
CATALOGUE_TEXT(
	.help = "Finds out whether a retransmission timeout was spurious (F-RTO, RFC 5682) and takes the "
		"slow-down back; helps where delays vary much. 0 turns it off, any other value on.",
	.note = "Works at the sender alone, without help from the peer.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_invalid_ratelimit",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "500")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_challenge_ack_limit",
	.help = "The least time between duplicate ACKs that answer invalid segments of one connection "
		"(sequence, ACK or timestamp out of range); 0 takes the limit away.",
	.note = "Without the limit, two ends that take each other's segments for invalid can answer each "
		"other without end (ACK loop). Rounded up to a timer tick: at HZ=250, 1 reads back as 4.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_keepalive_intvl",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM_TO(1, 32767),
	.initial = "75")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_keepalive_time net/ipv4/tcp_keepalive_probes",
	.help = "The pause between two keepalive probes that nobody answers.",
	.note = "Times tcp_keepalive_probes it is the outage that a connection survives. Only for sockets "
		"with SO_KEEPALIVE.",
	.source = "ip-sysctl.rst; tcp(7)")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_keepalive_probes",
	.class = VALUE_INTEGER,
	.unit = "probes",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(1, 127),
	.initial = "9")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_keepalive_time net/ipv4/tcp_keepalive_intvl",
	.help = "After how many unanswered keepalive probes a connection is given up.",
	.note = "Only for sockets with SO_KEEPALIVE. 6.18 takes 0 to 255, older kernels any number.",
	.source = "ip-sysctl.rst; tcp(7); measured on 6.18; net/ipv4/sysctl_net_ipv4.c of 3.10 and 4.19")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_keepalive_time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM_TO(10, 32767),
	.initial = "7200",
	.myth_range = CATALOGUE_TO(7199))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_keepalive_intvl net/ipv4/tcp_keepalive_probes net/ipv4/tcp_retries2",
	.help = "How long a connection must be idle before the first keepalive probe goes out.",
	.note = "Only for sockets that asked for SO_KEEPALIVE; it has nothing to do with TIME-WAIT. "
		"TCP_KEEPIDLE of a socket wins.",
	.myth = "Often lowered to get rid of TIME-WAIT or of idle connections in general. It finds dead "
		"peers of established sockets that asked for SO_KEEPALIVE, and nothing else.",
	.source = "ip-sysctl.rst; tcp(7); measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_limit_output_bytes",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(INT32_MIN, INT32_MAX),
	.latest = ANY_INT,
	.sane = CATALOGUE_FROM(65536),
	.initial = "4194304",
	.initial_since = {6, 16})
CATALOGUE_TEXT(
	.initial_note = "1048576 before",
	.related = "net/ipv4/tcp_notsent_lowat net/ipv4/tcp_wmem net/core/default_qdisc",
	.help = "How much of one TCP socket may stand in the queues below it at a time.",
	.note = "Not checked by the kernel: 0 or less slows senders down or stops them.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_low_latency",
	.class = VALUE_INTEGER,
	.since = {2, 4},
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1),
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.help = "Once chose latency over throughput on the receive path. Nothing reads it any more; the "
		"file stays for compatibility.",
	.myth = "Tuning lists set it to 1 for low latency. On current kernels that changes nothing.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_max_orphans",
	.class = VALUE_INTEGER,
	.unit = "sockets",
	.since = {2, 4},
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "half the buckets of the TCP hash table",
	.related = "net/ipv4/tcp_orphan_retries net/ipv4/tcp_fin_timeout net/ipv4/tcp_mem",
	.help = "The most TCP sockets of the whole host that no process holds any more; beyond it they are "
		"reset.",
	.note = "Too low, it turns normal closes under load into resets. Every orphan can hold memory that "
		"cannot be swapped.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_max_reordering",
	.class = VALUE_INTEGER,
	.unit = "segments",
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(1, INT32_MAX),
	.sane = CATALOGUE_FROM(1),
	.initial = "300")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_reordering",
	.help = "How far the estimate of tcp_reordering may grow by itself.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_max_syn_backlog",
	.class = VALUE_INTEGER,
	.unit = "requests",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM(128))
CATALOGUE_TEXT(
	.initial_note = "TCP hash buckets / 128, at least 128",
	.related = "net/core/somaxconn net/ipv4/tcp_syncookies net/ipv4/tcp_abort_on_overflow "
		"net/ipv4/tcp_synack_retries net/ipv4/tcp_child_ehash_entries",
	.help = "With SYN cookies off, how many half-open connections a listener may have before unknown "
		"peers are turned away.",
	.note = "It matters only while tcp_syncookies is 0. How long the SYN queue gets follows from the "
		"backlog of the listener: raise that and net.core.somaxconn.",
	.myth = "Raised alone when listeners overflow. With tcp_syncookies = 1 that changes nothing: the "
		"SYN queue is bounded by the listen backlog of the service, capped by somaxconn.",
	.source = "ip-sysctl.rst; net/ipv4/tcp_input.c tcp_conn_request; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_max_tw_buckets",
	.class = VALUE_INTEGER,
	.unit = "sockets",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM(4096),
	.myth_range = CATALOGUE_TO(65535))
CATALOGUE_TEXT(
	.initial_note = "half the buckets of the TCP hash table",
	.related = "net/ipv4/tcp_tw_reuse net/ipv4/tcp_fin_timeout net/ipv4/tcp_rfc1337 "
		"net/ipv4/tcp_child_ehash_entries net/ipv4/tcp_ehash_entries",
	.help = "The most TIME-WAIT entries of the network namespace. A connection closed beyond it gets "
		"no TIME-WAIT at all.",
	.note = "Lowering it frees nothing and takes the protection away. The overflow shows in the "
		"counter TCPTimeWaitOverflow, on 6.18 not in the kernel log. An entry takes 256 bytes; 0 "
		"turns TIME-WAIT off.",
	.myth = "Often lowered to have fewer TIME-WAIT sockets. That frees none and saves 256 bytes each; "
		"later connections just lose the protection against stray segments.",
	.source = "ip-sysctl.rst; net/ipv4/inet_timewait_sock.c inet_twsk_alloc; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_mem",
	.class = VALUE_VECTOR,
	.arity = 3,
	.ascending = true,
	.unit = "pages",
	.since = {2, 4},
	.kernel = CATALOGUE_FROM(0))
CATALOGUE_TEXT(
	.initial_note = "4.68, 6.25 and 9.37 % of the free memory",
	.related = "net/ipv4/tcp_rmem net/ipv4/tcp_wmem net/ipv4/tcp_max_orphans net/ipv4/udp_mem",
	.help = "Memory of all TCP sockets of the host: below the first no care is taken, above the second "
		"buffers shrink, the third is the end.",
	.note = "In pages, not in bytes. It is not there in a network namespace of its own.",
	.myth = "Often filled with byte counts copied from tcp_rmem. The unit is pages: such numbers mean "
		"4096 times as much with 4 KiB pages, and the limit is gone.",
	.source = "ip-sysctl.rst; net/ipv4/tcp.c tcp_init_mem")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_migrate_req",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.help = "Hands pending handshakes and connections not yet accepted to another SO_REUSEPORT "
		"listener of the port when their own listener closes, instead of aborting them.",
	.note = "The new listener is picked at random unless a BPF program chooses it. Listeners with "
		"different socket options can fail after a migration, for instance when only one of them "
		"saves the SYN.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_min_rtt_wlen",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 86400),
	.initial = "300")
CATALOGUE_TEXT(
	.help = "The time window over which TCP remembers the smallest round-trip time of a connection.",
	.note = "A short window notices sooner that a path became longer; a long one is less misled by "
		"passing congestion.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_min_snd_mss",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.since = {5, 2},
	.kernel = CATALOGUE_FROM_TO(48, 65535),
	.initial = "48")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_base_mss net/ipv4/tcp_mtu_probe_floor net/ipv4/tcp_mtu_probing",
	.help = "The smallest MSS that is used for sending, whatever less the peer announces.",
	.note = "A defence against peers that force tiny segments (CVE-2019-11479). A larger value breaks "
		"links with a small MTU.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_min_tso_segs",
	.class = VALUE_INTEGER,
	.unit = "segments",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(1, 255),
	.initial = "2")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_tso_win_divisor net/ipv4/tcp_limit_output_bytes",
	.help = "The fewest segments that TCP puts into one TSO packet when it sizes these by the rate of "
		"the flow.",
	.note = "A packet can still be split when the window is too small for it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_moderate_rcvbuf",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_rmem net/core/rmem_max net/ipv4/tcp_window_scaling",
	.help = "Lets the kernel grow the receive buffer of each connection as its path needs, up to the "
		"maximum of tcp_rmem.",
	.note = "Off, windows stay at their first size and long fast paths stay slow. A socket that sets "
		"SO_RCVBUF leaves the automatic sizing anyway.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_mtu_probe_floor",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.since = {5, 4},
	.kernel = CATALOGUE_FROM_TO(48, 65535),
	.initial = "48")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_mtu_probing net/ipv4/tcp_base_mss net/ipv4/tcp_min_snd_mss",
	.help = "The smallest MSS that MTU probing may go down to.",
	.note = "Matters only while tcp_mtu_probing is on.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_mtu_probing",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 6},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 only when a path seems to lose ICMP (black hole)\n"
		"2 always, beginning with tcp_base_mss\n",
	.related = "net/ipv4/tcp_base_mss net/ipv4/tcp_mtu_probe_floor net/ipv4/tcp_min_snd_mss "
		"net/ipv4/ip_no_pmtu_disc net/ipv4/tcp_retries1",
	.help = "Finds the packet size that a path carries by trying: 0 off, 1 when ICMP seems to be lost, "
		"2 always.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_no_metrics_save",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 6},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_no_ssthresh_metrics_save",
	.help = "Forgets what a closing connection learned about its destination (round-trip time and the "
		"like) instead of starting the next connection there with it.",
	.myth = "Set to 1 so that an old ssthresh does not slow down new connections. Since 5.6 it is not "
		"kept by default (tcp_no_ssthresh_metrics_save), and 1 throws the useful metrics away too.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_no_ssthresh_metrics_save",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {5, 6},
	.kernel = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_no_metrics_save",
	.help = "Leaves the slow-start threshold out of the metrics that TCP keeps for a destination when "
		"a connection closes.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_notsent_lowat",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(INT32_MIN, UINT32_MAX),
	.latest = CATALOGUE_FROM_TO(0, UINT32_MAX),
	.sane = CATALOGUE_FROM(0),
	.initial = "4294967295")
CATALOGUE_TEXT(
	.initial_note = "no limit",
	.related = "net/ipv4/tcp_wmem net/ipv4/tcp_limit_output_bytes",
	.help = "With more unsent data than this, a TCP socket no longer reports that it can be written to.",
	.note = "It acts on open sockets at once. Too small costs throughput and wake-ups.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_orphan_retries",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "0",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_max_orphans net/ipv4/tcp_retries2 net/ipv4/tcp_fin_timeout",
	.help = "How often unacknowledged data is sent again after the process has closed the connection; "
		"0 stands for the built-in 8.",
	.note = "Low values reset clients on bad lines that have not yet acknowledged the last data. "
		"ip-sysctl.rst names 8 as default, the file reads 0.",
	.myth = "0 from tuning lists is read as \"no retries\". It is the default and means 8.",
	.source = "ip-sysctl.rst; net/ipv4/tcp_timer.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_pacing_ca_ratio",
	.class = VALUE_INTEGER,
	.unit = "%",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 1000),
	.initial = "120")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_pacing_ss_ratio net/ipv4/tcp_congestion_control",
	.help = "The pacing rate in congestion avoidance, in percent of the current rate (window per "
		"round-trip time).",
	.note = "bbr computes its own rate and does not use it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_pacing_ss_ratio",
	.class = VALUE_INTEGER,
	.unit = "%",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 1000),
	.initial = "200")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_pacing_ca_ratio net/ipv4/tcp_congestion_control",
	.help = "The pacing rate in slow start, in percent of the current rate (window per round-trip time).",
	.note = "bbr computes its own rate and does not use it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_pingpong_thresh",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {6, 7},
	.kernel = CATALOGUE_FROM_TO(1, 255),
	.initial = "1")
CATALOGUE_TEXT(
	.help = "How many replies to requests a connection must send before TCP takes it for request and "
		"response traffic and delays its ACKs.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_recovery",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_TO(7),
	.bits = true,
	.initial = "1")
CATALOGUE_TEXT(
	.words = 
		"1 RACK loss detection\n"
		"2 fixed reordering window, a quarter of the minimum RTT\n"
		"4 RACK ignores the threshold of duplicate ACKs\n",
	.related = "net/ipv4/tcp_early_retrans net/ipv4/tcp_sack net/ipv4/tcp_reordering",
	.help = "Flags of RACK, the detection of losses by time.",
	.note = "Kernels from mid-2025 on, 6.18 among them, always use RACK: leaving bit 1 out does "
		"nothing there. Tail loss probes (tcp_early_retrans) need RACK.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_reflect_tos",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {5, 10},
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.help = "Makes connections that a listener accepts send with the DSCP value of the SYN of their "
		"client. IPv4 and IPv6.",
	.note = "The client then chooses the traffic class of the answers.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_reordering",
	.class = VALUE_INTEGER,
	.unit = "segments",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM(1),
	.sane = CATALOGUE_FROM(1),
	.ceiling = "net/ipv4/tcp_max_reordering",
	.ceiling_element = 0,
	.initial = "3")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_max_reordering net/ipv4/tcp_recovery",
	.help = "How far packets may overtake each other, at first, before one of them counts as lost.",
	.note = "More than tcp_max_reordering is refused; that key can still be lowered below this one.",
	.source = "ip-sysctl.rst; net/ipv4/sysctl_net_ipv4.c of 4.19; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_retries1",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "3")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_retries2 net/ipv4/tcp_mtu_probing",
	.help = "How many unanswered retransmission timeouts make TCP report the route as suspect, so that "
		"it is looked up again.",
	.note = "With tcp_mtu_probing = 1 this is also where probing for a smaller packet size starts. RFC "
		"1122 wants at least 3.",
	.source = "ip-sysctl.rst; net/ipv4/tcp_timer.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_retries2",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(3, 255),
	.initial = "15",
	.myth_range = CATALOGUE_TO(14))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_retries1 net/ipv4/tcp_orphan_retries net/ipv4/tcp_rto_max_ms "
		"net/ipv4/tcp_keepalive_time",
	.help = "How often data of an established connection is sent again before the connection is given up.",
	.note = "Below about 8 short outages end connections; RFC 1122 wants at least 100 s.",
	.myth = "Taken for an exact count. The kernel turns it into a time by exponential back-off from "
		"200 ms (15: 924.6 s) and gives up at the first timeout after it.",
	.source = "ip-sysctl.rst; measured on 6.18; net/ipv4/sysctl_net_ipv4.c of 3.10 and 4.19")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_rfc1337",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_max_tw_buckets net/ipv4/tcp_tw_reuse",
	.help = "With 1 a RST no longer removes a TIME-WAIT entry (protection against TIME-WAIT "
		"assassination).",
	.note = "With 1 entries always live their full 60 s, also when the peer resets the connection.",
	.myth = "ip-sysctl.rst says it the wrong way round: it claims that 0 prevents TIME-WAIT "
		"assassination. In the code 1 does.",
	.source = "net/ipv4/tcp_minisocks.c; ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_rmem",
	.class = VALUE_VECTOR,
	.arity = 3,
	.ascending = true,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "4096 131072 and by memory: at most 32 MiB from 6.16, 6 MiB before",
	.related = "net/ipv4/tcp_moderate_rcvbuf net/core/rmem_max net/core/rmem_default net/ipv4/tcp_mem "
		"net/ipv4/tcp_adv_win_scale net/ipv4/tcp_window_scaling",
	.help = "Least, first and largest size of the receive buffer of a TCP socket; the kernel moves "
		"between them by itself.",
	.note = "The kernel takes them in any order, so a minimum above the maximum succeeds. A refused "
		"write may have changed the first fields. 6.1 wants at least 4096 in each. The maximum "
		"counts once for every connection.",
	.myth = "It is said that net.core.rmem_max must be raised with it. Automatic sizing goes up to the "
		"third number here whatever rmem_max is; that one bounds SO_RCVBUF and the scaling of the window.",
	.source = "ip-sysctl.rst; measured on 6.18, read in 6.1")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_rto_max_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {6, 15},
	.kernel = CATALOGUE_FROM_TO(1000, 120000),
	.initial = "120000")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_retries2 net/ipv4/tcp_rto_min_us",
	.help = "The longest that the retransmission timer of a connection may become.",
	.note = "A lower value also shortens the total time until a connection is given up, so look at "
		"tcp_retries2. The socket option TCP_RTO_MAX_MS wins.",
	.source = "ip-sysctl.rst; net/ipv4/tcp.c tcp_init_sock; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_rto_min_us",
	.class = VALUE_INTEGER,
	.unit = "us",
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {6, 11},
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX),
	.initial = "200000")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_rto_max_ms",
	.help = "The shortest that the retransmission timer of a connection may become.",
	.note = "Too low sends segments again that were only late. Socket options and rto_min of the route "
		"win. The documentation advises 200000 or less.",
	.source = "ip-sysctl.rst; net/ipv4/tcp.c tcp_init_sock; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_sack",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_dsack net/ipv4/tcp_comp_sack_nr net/ipv4/tcp_recovery "
		"net/ipv4/tcp_min_snd_mss",
	.help = "Lets a receiver say which segments it has, so that only the lost ones are sent again.",
	.note = "Without it, recovery from losses takes far longer.",
	.myth = "Switched off in 2019 against SACK Panic (CVE-2019-11477), or \"to save CPU\". Fixed "
		"kernels do not need that, and every loss then costs far more time.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_shrink_window",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {6, 5},
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_rmem net/ipv4/tcp_window_scaling net/ipv4/tcp_moderate_rcvbuf",
	.help = "Lets the receiver take back window space it has already offered when its buffer would "
		"otherwise exceed its memory limit.",
	.note = "Acts only on connections that use window scaling. The window otherwise never shrinks.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_slow_start_after_idle",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_congestion_control",
	.help = "Makes a connection that was idle for longer than its retransmission time start slowly again.",
	.note = "0 keeps the window of kept-alive connections, and may burst into a path that has changed "
		"meanwhile.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_stdurg",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.help = "Reads the TCP urgent pointer as RFC 1122 has it instead of the BSD way that most hosts use.",
	.note = "With 1 urgent data is misunderstood between this host and most others.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_syn_linear_timeouts",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 127),
	.initial = "4")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_syn_retries net/ipv4/tcp_synack_retries",
	.help = "How many times connect() sends its SYN again at a fixed pause before the pauses begin to "
		"double.",
	.note = "They come on top of tcp_syn_retries: with 4 and 6, connect() gives up after about 131 s. "
		"SYN-ACKs are not concerned.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_syn_retries",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = CATALOGUE_FROM_TO(1, 127),
	.initial = "6")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_syn_linear_timeouts net/ipv4/tcp_synack_retries",
	.help = "How often the SYN of an outgoing connection is sent again; at 6, connect() gives up after "
		"about two minutes.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_synack_retries",
	.class = VALUE_INTEGER,
	.unit = "retries",
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(1, 255),
	.initial = "5")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_syncookies net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_syn_retries",
	.help = "How often the SYN-ACK is sent again before a half-open connection is dropped.",
	.note = "In a SYN flood it is the factor by which the answers outnumber the attack; too low hurts "
		"clients on bad lines.",
	.source = "ip-sysctl.rst; measured on 6.18; net/ipv4/sysctl_net_ipv4.c of 3.10 and 4.19")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_syncookies",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 off, an overflow drops SYNs\n"
		"1 cookies only while the SYN queue overflows\n"
		"2 always cookies, for tests\n",
	.related = "net/ipv4/tcp_max_syn_backlog net/core/somaxconn net/ipv4/tcp_synack_retries "
		"net/ipv4/tcp_abort_on_overflow net/ipv4/tcp_timestamps",
	.help = "Lets a listener answer SYNs without keeping state: 0 never, 1 once its SYN queue is full, "
		"2 always (a test aid).",
	.note = "Connections that come in through a cookie lose some TCP options. No replacement for a "
		"backlog of the right size.",
	.myth = "Sometimes switched off because cookies \"cost TCP options\". With 1 that concerns only "
		"connections that come in while a SYN queue overflows; with 0 these would be dropped.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_thin_linear_timeouts",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_retries2",
	.help = "Lets streams with fewer than 4 packets on the way repeat up to 6 retransmission timeouts "
		"without doubling them.",
	.note = "Meant for sparse traffic that needs low delay.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_timestamps",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 on, with a random offset for each connection\n"
		"2 on, without random offsets\n",
	.related = "net/ipv4/tcp_tw_reuse net/ipv4/tcp_tw_reuse_delay net/ipv4/tcp_syncookies",
	.help = "The TCP timestamp option: 0 off, 1 on with a random offset for each connection, 2 on "
		"without the offset.",
	.note = "0 also takes away tcp_tw_reuse, the guard against old segments (PAWS) and good round-trip "
		"times. 2 shows the uptime to every peer.",
	.myth = "Often switched off for security, as it tells the uptime. With 1, the default, each "
		"connection has a random offset (since 4.10), and 0 breaks tcp_tw_reuse and PAWS.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_tso_win_divisor",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 6},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.initial = "3")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_min_tso_segs",
	.help = "Limits one TSO burst to this fraction of the congestion window: 3 means a third.",
	.note = "A choice between fewer, larger packets (small number) and less bursty sending (large "
		"number).",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_tw_recycle",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.removed = {4, 12},
	.kernel = ANY_INT,
	.sane = FLAG,
	.hazard = HAZARD_BREAKS_CLIENTS,
	.initial = "0")
CATALOGUE_TEXT(
	.hazard_note = "drops connections of clients that share an address behind NAT",
	.related = "net/ipv4/tcp_tw_reuse net/ipv4/tcp_timestamps net/ipv4/tcp_max_tw_buckets",
	.help = "Expired TIME-WAIT early, judging each remote host by the timestamps it had sent.",
	.note = "Clients behind one NAT address have different clocks, so their SYNs were dropped without "
		"a trace. Since 4.10 timestamps have an offset per connection and it is wrong for "
		"everybody; 4.12 took it out.",
	.myth = "Still in many lists as the cure for TIME-WAIT. It has been gone since 4.12; before that "
		"it dropped SYNs of clients behind NAT without a trace.",
	.source = "commits 4396e46187ca and 95a22caee396; tcp(7); ENOENT measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_tw_reuse",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 2),
	.sane = CATALOGUE_FROM_TO(0, 2),
	.initial = "2",
	.initial_since = {4, 19},
	.myth_range = CATALOGUE_FROM_TO(1, 1))
CATALOGUE_TEXT(
	.words = 
		"0 never\n"
		"1 for connections to any destination\n"
		"2 only for loopback connections\n",
	.initial_note = "0 before mid-2018 (4.18 or 4.19)",
	.related = "net/ipv4/tcp_timestamps net/ipv4/tcp_tw_reuse_delay net/ipv4/ip_local_port_range "
		"net/ipv4/tcp_max_tw_buckets",
	.help = "Whether connect() may take a local port whose last connection to the same peer is in "
		"TIME-WAIT. 0 never, 1 for every destination, 2 for loopback only.",
	.note = "It helps only the side that opens connections (proxy, database client) and needs TCP "
		"timestamps at both ends: with tcp_timestamps = 0 it does nothing, silently. A port taken "
		"by bind() needs IP_BIND_ADDRESS_NO_PORT instead. Old kernels took any non-zero number as "
		"on.",
	.myth = "Set on web servers against TIME-WAIT. It acts only in connect(), so a host that just "
		"accepts connections gains nothing from it.",
	.source = "ip-sysctl.rst; net/ipv4/tcp_ipv4.c tcp_twsk_unique; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_tw_reuse_delay",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.since = {6, 14},
	.kernel = CATALOGUE_FROM_TO(1, 60000),
	.initial = "1000")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_tw_reuse net/ipv4/tcp_timestamps",
	.help = "How old a TIME-WAIT entry has to be before tcp_tw_reuse may take it.",
	.note = "Not below the tick of the peer's timestamps, or late segments of the old connection "
		"cannot be told from new ones.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_window_scaling",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.since = {2, 2},
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_rmem net/ipv4/tcp_wmem net/ipv4/tcp_shrink_window",
	.help = "Lets connections have more than 64 KiB on the way.",
	.note = "Off, every connection is as slow as 64 KiB per round trip.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/tcp_wmem",
	.class = VALUE_VECTOR,
	.arity = 3,
	.ascending = true,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.since = {2, 4},
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX))
CATALOGUE_TEXT(
	.initial_note = "4096 16384 and by memory, at most 4 MiB",
	.related = "net/core/wmem_max net/core/wmem_default net/ipv4/tcp_mem net/ipv4/tcp_notsent_lowat "
		"net/ipv4/tcp_limit_output_bytes",
	.help = "Least, first and largest size of the send buffer of a TCP socket; the kernel moves "
		"between them by itself.",
	.note = "As with tcp_rmem, the order is not checked and a refused write may be half done.",
	.myth = "It is said that net.core.wmem_max must be raised with it. Automatic sizing goes up to the "
		"third number here whatever wmem_max is; that one caps only SO_SNDBUF.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_child_hash_entries",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_NAMESPACES,
	.kernel = CATALOGUE_FROM_TO(0, 65536),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/udp_hash_entries net/ipv4/tcp_child_ehash_entries",
	.help = "Gives network namespaces made from this one later a UDP hash table of their own with this "
		"many buckets; with 0 they share the first one.",
	.note = "The table is rounded up to a power of two. Without enough memory the child shares the "
		"first table.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_early_demux",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_early_demux net/ipv4/tcp_early_demux",
	.help = "Finds the connected UDP socket of an arriving packet first and takes the route from it, "
		"which saves a route lookup.",
	.note = "With mostly unconnected UDP traffic, or on a router, the extra lookup can cost more than "
		"it saves.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_hash_entries",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.access = ACCESS_READ_ONLY,
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "sized by memory at boot, or by the boot parameter uhash_entries; of a namespace, "
		"by udp_child_hash_entries of its parent",
	.related = "net/ipv4/udp_child_hash_entries net/ipv4/tcp_ehash_entries",
	.help = "Shows how many hash buckets the UDP sockets of the network namespace have; negative when "
		"it shares the table of the first namespace.",
	.note = "Read-only. Set the table of later namespaces with udp_child_hash_entries.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_mem",
	.class = VALUE_VECTOR,
	.arity = 3,
	.ascending = true,
	.unit = "pages",
	.kernel = CATALOGUE_FROM(0))
CATALOGUE_TEXT(
	.initial_note = "by the free memory",
	.related = "net/ipv4/udp_rmem_min net/ipv4/tcp_mem net/core/rmem_default net/core/rmem_max",
	.help = "Memory of all UDP sockets of the host, in three steps as in tcp_mem.",
	.note = "In pages, not in bytes. It is not there in a network namespace of its own.",
	.myth = "Often filled with byte counts. The unit is pages, so such numbers set no limit at all.",
	.source = "ip-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_rmem_min",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX),
	.initial = "4096")
CATALOGUE_TEXT(
	.related = "net/ipv4/udp_mem net/core/rmem_default net/core/rmem_max",
	.help = "How much room to receive a UDP socket keeps when memory for UDP is short.",
	.myth = "Raised to give UDP larger receive buffers. It is only what a socket keeps while memory "
		"for UDP is short; buffers begin at net.core.rmem_default.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv4/udp_wmem_min",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX),
	.initial = "4096")
CATALOGUE_TEXT(
	.related = "net/ipv4/udp_rmem_min net/core/wmem_default net/core/wmem_max",
	.help = "Kept for programs that still set it: it has no effect, since UDP has no account of send "
		"memory.",
	.myth = "Raised in many tuning lists, and never used by the kernel.",
	.source = "networking/ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/auto_flowlabels",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.initial = "1")
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 on, a socket may opt out\n"
		"2 off, a socket may opt in\n"
		"3 on, a socket cannot opt out\n",
	.related = "net/ipv6/fib_multipath_hash_policy",
	.help = "Whether IPv6 packets get a flow label computed from their flow, by which routers can "
		"spread flows over equal paths.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/bindv6only",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/disable_ipv6",
	.help = "The default of the socket option IPV6_V6ONLY: with 1 a socket bound to \"::\" takes IPv6 "
		"only.",
	.note = "With 1, listeners on \"::\" stop serving IPv4 clients unless the program sets the option "
		"itself.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/accept_dad",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.combine = COMBINE_MAX)
CATALOGUE_TEXT(
	.words = 
		"0 no check\n"
		"1 check\n"
		"2 check; a duplicate link-local address turns IPv6 off\n",
	.initial_note = "1 on ordinary interfaces, 0 in conf/all, -1 seen on loopback and interfaces "
		"without ARP",
	.related = "net/ipv6/conf/<if>/dad_transmits net/ipv6/conf/<if>/disable_ipv6 "
		"net/ipv6/conf/<if>/addr_gen_mode",
	.help = "Whether a new IPv6 address is checked for duplicates on the link (DAD) before it is used.",
	.note = "The larger of conf/all and the interface counts. With 2, a duplicate link-local address "
		"turns on disable_ipv6 of the interface.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/accept_ra",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(0, 2),
	.order = -5,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 never\n"
		"1 only while the interface does not forward\n"
		"2 always, also on a router\n",
	.related = "net/ipv6/conf/all/forwarding net/ipv6/conf/<if>/autoconf "
		"net/ipv6/conf/<if>/router_solicitations net/ipv6/conf/<if>/hop_limit "
		"net/ipv6/conf/<if>/mtu",
	.help = "Takes router advertisements: 0 never, 1 unless the interface forwards, 2 always.",
	.note = "What all has is not copied to interfaces that exist.",
	.myth = "Hardening lists write 0 to all and default only. Interfaces that exist keep their own "
		"value, so write each one.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/accept_redirects",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "1",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/all/forwarding net/ipv4/conf/<if>/accept_redirects",
	.help = "Lets ICMPv6 redirects change the way to a destination.",
	.note = "What all has is not copied to interfaces that exist.",
	.myth = "Hardening lists write 0 to all and default only. Interfaces that exist keep their own "
		"value, so write each one.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/accept_source_route",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "0",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.related = "net/ipv4/conf/<if>/accept_source_route",
	.help = "IPv6 routing headers: 0 and above take those of type 2 only, a negative number refuses "
		"those too. Segment routing and RPL headers have switches of their own.",
	.myth = "Hardening lists write 0 to refuse routing headers. 0 is the default and still takes type "
		"2; a negative number refuses that too.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/addr_gen_mode",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 from the MAC address (EUI-64)\n"
		"1 no link-local address, EUI-64 for the others\n"
		"2 stable and private, from stable_secret\n"
		"3 stable and private, random secret if none is set\n",
	.related = "net/ipv6/conf/<if>/stable_secret net/ipv6/conf/<if>/use_tempaddr "
		"net/ipv6/conf/<if>/autoconf net/ipv6/conf/<if>/accept_dad",
	.help = "How the interface part of link-local and autoconfigured addresses is made.",
	.note = "A write to conf/all goes to every interface. Setting stable_secret selects mode 2 by "
		"itself, so write this key after it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/autoconf",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/accept_ra net/ipv6/conf/<if>/addr_gen_mode "
		"net/ipv6/conf/<if>/use_tempaddr",
	.help = "Lets the host make itself addresses from the prefixes in router advertisements.",
	.note = "Without effect while router advertisements are not accepted.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/dad_transmits",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/accept_dad",
	.help = "How many probes the host sends for an address in one check for duplicates.",
	.note = "The kernel takes any number.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/disable_ipv6",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/accept_dad",
	.help = "Turns IPv6 off on the interface.",
	.note = "Deletes its IPv6 addresses and routes at once; static ones do not come back with 0.",
	.myth = "1 read from conf/all is taken as proof that IPv6 is off. An interface can still have 0 "
		"there and IPv6 addresses; read each interface.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/force_forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.since = {6, 17},
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/all/forwarding net/ipv6/conf/<if>/accept_ra",
	.help = "Makes the interface forward IPv6 packets even while conf/all/forwarding is 0.",
	.note = "Writing 0 to conf/all/forwarding clears it on every interface. Written to conf/all, it "
		"goes to every interface but not to default.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.help = "Whether the interface behaves as that of a router.",
	.note = "A change of all is copied to every interface. With 1, accept_ra must be 2 if "
		"advertisements are to count.",
	.source = "ip-sysctl.rst; net/ipv6/addrconf.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/hop_limit",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(1, 255),
	.initial = "64")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/<if>/accept_ra net/ipv4/ip_default_ttl",
	.help = "The hop limit that packets sent from here begin with.",
	.note = "Router advertisements can change it while they are accepted (accept_ra).",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/mtu",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM(1280))
CATALOGUE_TEXT(
	.initial_note = "the MTU of the device; 1280 in conf/all and conf/default",
	.related = "net/ipv6/conf/<if>/accept_ra",
	.help = "The IPv6 MTU of the interface, from 1280 up to the MTU of the device.",
	.note = "Every change of the link MTU overwrites it, and router advertisements can. A link MTU "
		"below 1280 removes the whole conf directory of the interface; it comes back with defaults.",
	.source = "net/ipv6/addrconf.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/proxy_ndp",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv6/conf/all/forwarding net/ipv4/conf/<if>/proxy_arp",
	.help = "Answers neighbour solicitations on behalf of addresses that were entered as proxies (ip "
		"-6 neigh add proxy).",
	.note = "It answers only for addresses that have a proxy entry, and only on an interface that "
		"forwards. A write to conf.all is not copied to existing interfaces.",
	.source = "ip-sysctl.rst; net/ipv6/ndisc.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/router_solicitations",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(-1, INT32_MAX),
	.initial = "-1")
CATALOGUE_TEXT(
	.initial_note = "as measured on 6.18; the documentation says 3",
	.related = "net/ipv6/conf/<if>/accept_ra net/ipv6/conf/<if>/autoconf",
	.help = "How many router solicitations an interface sends before it assumes that there is no "
		"router; -1 goes on without end.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/stable_secret",
	.class = VALUE_STRING,
	.scope = SCOPE_NETWORK,
	.hazard = HAZARD_SECRET)
CATALOGUE_TEXT(
	.hazard_note = "whoever knows it can foretell the addresses of the host",
	.related = "net/ipv6/conf/<if>/addr_gen_mode net/ipv6/conf/<if>/use_tempaddr",
	.help = "The secret that stable private addresses are made with, in the form of an IPv6 address.",
	.note = "It reads EIO until it is set, and all refuses it. Readable by root alone.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/<if>/use_tempaddr",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = CATALOGUE_FROM_TO(1, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"-1 off\n"
		"0 off\n"
		"1 made, public addresses are preferred\n"
		"2 made and preferred\n",
	.initial_note = "0 on most devices, -1 on loopback and point-to-point devices",
	.related = "net/ipv6/conf/<if>/autoconf net/ipv6/conf/<if>/accept_ra "
		"net/ipv6/conf/<if>/addr_gen_mode net/ipv6/conf/<if>/stable_secret",
	.help = "Whether autoconfigured prefixes also get temporary addresses (privacy extensions), and "
		"whether outgoing connections prefer them.",
	.note = "A write to conf.all is not copied to existing interfaces: write each interface, and "
		"default for later ones. With 2 the source address of outgoing connections changes over "
		"time, which upsets allow lists of addresses.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/all/disable_ipv6",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.resets = "net/ipv6/conf/<if>/disable_ipv6",
	.help = "Turns IPv6 off on default and every interface.",
	.note = "Deletes IPv6 addresses and routes at once; static ones do not come back with 0.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/conf/all/forwarding",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.resets = "net/ipv6/conf/<if>/forwarding",
	.related = "net/ipv6/conf/<if>/accept_ra net/ipv6/conf/<if>/force_forwarding "
		"net/ipv6/conf/<if>/accept_redirects net/ipv4/ip_forward",
	.help = "Makes the host a router for IPv6, and is copied to default and every interface.",
	.note = "A router ignores router advertisements unless accept_ra is 2: set that first, or the "
		"default route may go.",
	.myth = "conf.<if>.forwarding is often taken for a choice of the interfaces that forward, as in "
		"IPv4. It only makes an interface act as host or router; with this key on, packets pass "
		"between all of them and only the firewall limits that.",
	.source = "ip-sysctl.rst; net/ipv6/addrconf.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/fib_multipath_hash_policy",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 3),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 addresses and flow label\n"
		"1 5-tuple, with ports\n"
		"2 addresses, of the inner packet where there is one\n"
		"3 fields of fib_multipath_hash_fields\n",
	.related = "net/ipv4/fib_multipath_hash_policy net/ipv4/fib_multipath_hash_fields",
	.help = "What the hash is made of that picks a next hop of an IPv6 multipath route for a flow.",
	.note = "It is set apart from the IPv4 key of the same name. Fields for 3 are chosen in "
		"fib_multipath_hash_fields.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/icmp/ratelimit",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS)
CATALOGUE_TEXT(
	.initial_note = "100 as measured on 6.18.44; the documentation says 1000",
	.related = "net/ipv6/icmp/ratemask net/ipv4/icmp_ratelimit",
	.help = "The shortest time between two ICMPv6 messages to one target, for the types that ratemask "
		"names; 0 sets no limit.",
	.note = "Rounded up to a tick, so the number may read back larger than it was written.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/icmp/ratemask",
	.class = VALUE_RANGE_SET,
	.scope = SCOPE_NETWORK,
	.initial = "0-1,3-127")
CATALOGUE_TEXT(
	.related = "net/ipv6/icmp/ratelimit net/ipv4/icmp_ratemask",
	.help = "The ICMPv6 types that ratelimit holds back, as a list of numbers and ranges.",
	.note = "It reads back sorted and merged: 1,2,3,4 becomes 1-4. Unlike the IPv4 key it is a list "
		"and not a bit mask. Type 2 (packet too big) is left out by default, since path MTU "
		"discovery needs it.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/ip6frag_high_thresh",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM(0),
	.initial = "4194304")
CATALOGUE_TEXT(
	.related = "net/ipv6/ip6frag_low_thresh net/ipv4/ipfrag_high_thresh",
	.help = "The most memory that IPv6 fragments waiting for reassembly may take in one network "
		"namespace.",
	.note = "Less than ip6frag_low_thresh is refused with EINVAL: raise this one first, lower it last.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/ip6frag_low_thresh",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM(0),
	.ceiling = "net/ipv6/ip6frag_high_thresh",
	.initial = "3145728",
	.ceiling_checks = true)
CATALOGUE_TEXT(
	.related = "net/ipv6/ip6frag_high_thresh net/ipv4/ipfrag_low_thresh",
	.help = "The lower mark of reassembly memory for IPv6 fragments; kernels before 4.17 discarded "
		"queues down to it.",
	.note = "Since 4.17 only the check is left: more than ip6frag_high_thresh is refused with EINVAL. "
		"Raise the high mark first, lower this one first.",
	.source = "ip-sysctl.rst; net/ipv4/inet_fragment.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/ip_nonlocal_bind",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/ipv4/ip_nonlocal_bind",
	.help = "Lets programs bind() to IPv6 addresses that no interface of the host has, such as a "
		"floating address of a cluster.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/neigh/<if>/base_reachable_time",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.finer = "net/ipv6/neigh/<if>/base_reachable_time_ms",
	.initial = "30")
CATALOGUE_TEXT(
	.help = "About how long a neighbour entry counts as valid after it was last confirmed, in whole "
		"seconds.",
	.note = "An older view of base_reachable_time_ms: both are one storage, and this one is truncated. "
		"Reading it makes the kernel log a warning.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/neigh/<if>/base_reachable_time_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "30000")
CATALOGUE_TEXT(
	.related = "net/ipv6/neigh/<if>/base_reachable_time",
	.help = "About how long an IPv6 neighbour entry counts as valid after it was last confirmed; the "
		"real time is drawn between half and one and a half of it.",
	.note = "The kernel rounds it up to a timer tick.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/neigh/<if>/retrans_time",
	.class = VALUE_INTEGER,
	.unit = "1/100 s",
	.scope = SCOPE_NETWORK,
	.sane = CATALOGUE_FROM_TO(0, 214748364),
	.finer = "net/ipv6/neigh/<if>/retrans_time_ms",
	.readback = READBACK_CLOCK_TICKS)
CATALOGUE_TEXT(
	.help = "The time between two neighbour solicitations (ARP requests or NS), in hundredths of a "
		"second.",
	.note = "An older view of retrans_time_ms: both are one storage, and this one is rounded.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/neigh/<if>/retrans_time_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "1000")
CATALOGUE_TEXT(
	.related = "net/ipv6/neigh/<if>/retrans_time",
	.help = "The time between two neighbour solicitations (ARP requests or NS) to one address.",
	.note = "The kernel rounds it up to a timer tick. retrans_time shows the same storage, rounded.",
	.source = "ip-sysctl.rst; net/core/neighbour.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/route/flush",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.access = ACCESS_ACTION,
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/ipv4/route/flush",
	.help = "Not a setting: a write throws away cached IPv6 routes.",
	.note = "Write-only.",
	.source = "net/ipv6/route.c")

CATALOGUE_ROW(
	.key = "net/ipv6/route/gc_min_interval",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.finer = "net/ipv6/route/gc_min_interval_ms")
CATALOGUE_TEXT(
	.help = "The shortest time between two garbage collections of the IPv6 routing table, in whole "
		"seconds.",
	.note = "An older view of gc_min_interval_ms, truncated: 600 ms show as 0.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/route/gc_min_interval_ms",
	.class = VALUE_INTEGER,
	.unit = "ms",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, INT32_MAX),
	.readback = READBACK_TICKS,
	.initial = "500")
CATALOGUE_TEXT(
	.related = "net/ipv6/route/gc_thresh net/ipv6/route/max_size",
	.help = "The least pause between two runs of the garbage collection of IPv6 routes.",
	.note = "The key gc_min_interval shows the same setting in whole seconds, cut off (600 ms reads 0 "
		"there): manage this one only. Rounded up to a tick.",
	.source = "net/ipv6/route.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/route/gc_thresh",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "1024")
CATALOGUE_TEXT(
	.related = "net/ipv6/route/gc_min_interval_ms net/ipv6/route/max_size",
	.help = "The number of cached IPv6 route entries from which on the kernel collects old ones.",
	.source = "net/ipv6/route.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/ipv6/route/max_size",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.initial = "2147483647")
CATALOGUE_TEXT(
	.initial_note = "4096 on old kernels (not verified)",
	.related = "net/ipv6/route/gc_thresh net/ipv6/route/gc_min_interval_ms net/ipv4/route/max_size",
	.help = "Upper limit for cached IPv6 route entries on older kernels.",
	.note = "Deprecated for IPv6 since 6.3, where garbage collection alone bounds the cached entries.",
	.myth = "Guides still raise it against \"Route cache is full\". Where the default is 2147483647, "
		"as on 6.18, there is nothing left to raise.",
	.source = "ip-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/mptcp/enabled",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.kernel = FLAG,
	.initial = "1",
	.myth_range = CATALOGUE_FROM(1))
CATALOGUE_TEXT(
	.related = "net/mptcp/path_manager",
	.help = "Whether programs of this network namespace may create MPTCP sockets.",
	.note = "Sockets that exist are not touched.",
	.myth = "Switching it on does not turn TCP into MPTCP: a program has to ask for IPPROTO_MPTCP, or "
		"be wrapped to do so.",
	.source = "mptcp-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/mptcp/path_manager",
	.class = VALUE_STRING,
	.scope = SCOPE_NETWORK,
	.effect = EFFECT_NEW_SOCKETS,
	.initial = "kernel")
CATALOGUE_TEXT(
	.related = "net/mptcp/enabled",
	.help = "Who decides on subflows and announced addresses of new MPTCP connections: \"kernel\", or "
		"\"userspace\" for a privileged daemon.",
	.note = "The older key pm_type holds the same choice as a number; a write to either changes the "
		"other. Put only one of them into a profile.",
	.source = "mptcp-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_acct",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.module = "nf_conntrack",
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_timestamp net/netfilter/nf_conntrack_max",
	.help = "Counts packets and bytes of each tracked connection.",
	.note = "Only connections that are tracked after the switch get counters. Entries with counters "
		"take more memory.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_buckets",
	.class = VALUE_INTEGER,
	.unit = "buckets",
	.kernel = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.readback = READBACK_MULTIPLE,
	.order = -5)
CATALOGUE_TEXT(
	.initial_note = "by memory: 65536 above 1 GiB, 262144 above 4 GiB",
	.related = "net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_count "
		"net/netfilter/nf_conntrack_expect_max",
	.help = "Size of the hash table of tracked connections.",
	.note = "A write makes a new table under all locks, and does not change nf_conntrack_max. Rounded "
		"up to a multiple of 512.",
	.myth = "Raising nf_conntrack_max is often thought to enlarge this table too: it does not. Guides "
		"that know only the module option hashsize are out of date; a write in the first network "
		"namespace resizes the live table.",
	.source = "nf_conntrack-sysctl.rst; net/netfilter/nf_conntrack_core.c nf_conntrack_hash_resize")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_checksum",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.module = "nf_conntrack",
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_log_invalid",
	.help = "Verifies checksums of incoming packets first; a packet with a bad one is INVALID and is "
		"not tracked.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_count",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.scope = SCOPE_NETWORK,
	.access = ACCESS_READ_ONLY,
	.module = "nf_conntrack",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_buckets",
	.help = "How many connections are tracked in this network namespace just now.",
	.source = "nf_conntrack-sysctl.rst")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_events",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.module = "nf_conntrack",
	.initial = "2")
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 always on\n"
		"2 on while a program listens\n",
	.initial_note = "1 on kernels that know only off and on",
	.related = "net/netfilter/nf_conntrack_timestamp net/netfilter/nf_conntrack_acct",
	.help = "Whether connection tracking reports new, changed and ended connections to user space "
		"through ctnetlink.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_expect_max",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(1, INT32_MAX),
	.module = "nf_conntrack")
CATALOGUE_TEXT(
	.initial_note = "nf_conntrack_buckets / 256 * 4 when the module is loaded",
	.related = "net/netfilter/nf_conntrack_buckets net/netfilter/nf_conntrack_max",
	.help = "The most expected connections, which tracking helpers such as FTP or SIP announce.",
	.source = "nf_conntrack-sysctl.rst; net/netfilter/nf_conntrack_expect.c")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_generic_timeout",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "600")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_icmp_timeout net/netfilter/nf_conntrack_udp_timeout "
		"net/netfilter/nf_conntrack_udp_timeout_stream",
	.help = "How long connections of a protocol that conntrack has no code for stay tracked without "
		"traffic.",
	.note = "The kernel takes negative numbers without complaint.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_icmp_timeout",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "30")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_generic_timeout",
	.help = "How long an ICMP query, such as a ping, stays tracked.",
	.note = "The kernel takes negative numbers without complaint.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_log_invalid",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.sane = CATALOGUE_FROM_TO(0, 255),
	.module = "nf_conntrack",
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 off\n"
		"1 ICMP\n"
		"6 TCP\n"
		"17 UDP\n"
		"255 every protocol\n",
	.related = "net/netfilter/nf_conntrack_tcp_be_liberal net/netfilter/nf_conntrack_checksum",
	.help = "Logs packets that connection tracking takes for invalid, of one IP protocol or of all.",
	.note = "Under attack or with asymmetric routing it can flood the log. Values are IP protocol "
		"numbers; 255 stands for all.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_max",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, INT32_MAX),
	.module = "nf_conntrack",
	.other_name = "net/nf_conntrack_max")
CATALOGUE_TEXT(
	.initial_note = "as many as nf_conntrack_buckets",
	.related = "net/netfilter/nf_conntrack_buckets net/netfilter/nf_conntrack_count "
		"net/netfilter/nf_conntrack_tcp_timeout_established "
		"net/netfilter/nf_conntrack_udp_timeout_stream",
	.help = "The most connections that are tracked; each network namespace is counted on its own "
		"against it.",
	.note = "When it is reached, packets of new connections are dropped (\"table full, dropping "
		"packet\"). An entry takes 256 bytes and more. kube-proxy writes it too. Read-only outside "
		"the first network namespace.",
	.myth = "Often raised alone. The hash table keeps its size, and every connection stands in it "
		"twice, so lookups get slower: raise nf_conntrack_buckets with it. Nor is it a total of "
		"the host: each network namespace may reach it.",
	.source = "nf_conntrack-sysctl.rst; net/netfilter/nf_conntrack_standalone.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_be_liberal",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.module = "nf_conntrack",
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_loose net/netfilter/nf_conntrack_log_invalid",
	.help = "Lets TCP packets outside the tracked window pass as valid, all but RST segments.",
	.note = "It weakens the check of sequence numbers.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_loose",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = FLAG,
	.sane = FLAG,
	.module = "nf_conntrack",
	.initial = "1")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_be_liberal",
	.help = "Tracks connections whose beginning was not seen.",
	.note = "0 cuts established flows when the firewall starts anew.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_max_retrans",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = ANY_INT,
	.latest = CATALOGUE_FROM_TO(0, 255),
	.module = "nf_conntrack",
	.initial = "3")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_max_retrans "
		"net/netfilter/nf_conntrack_tcp_timeout_unacknowledged",
	.help = "How many retransmissions without an acceptable ACK conntrack sees before "
		"nf_conntrack_tcp_timeout_max_retrans counts.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_close",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "10")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_time_wait "
		"net/netfilter/nf_conntrack_tcp_timeout_established",
	.help = "How long conntrack remembers a TCP connection that a reset has ended.",
	.note = "The kernel takes negative numbers without complaint. Sockets are not touched.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "60",
	.myth_range = CATALOGUE_TO(59))
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_last_ack "
		"net/netfilter/nf_conntrack_tcp_timeout_fin_wait",
	.help = "How long a connection stays tracked that one side has closed.",
	.myth = "Sometimes lowered to get rid of sockets in CLOSE-WAIT. It only ages entries of connection "
		"tracking; such sockets stay until their program closes them.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_established",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "432000",
	.myth_range = CATALOGUE_TO(7200))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_keepalive_time net/ipv4/tcp_keepalive_intvl "
		"net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_count "
		"net/netfilter/nf_conntrack_tcp_timeout_unacknowledged net/netfilter/nf_conntrack_tcp_loose",
	.help = "How long an established connection without traffic stays tracked.",
	.note = "Shorter than the longest pause of an application, or than its keepalive, it cuts idle "
		"sessions behind NAT or a firewall.",
	.myth = "Often cut to 600 or 1200 s. With tcp_keepalive_time at its default of 7200 s, a firewall "
		"then forgets idle sessions long before their first keepalive probe.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_fin_wait",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "120",
	.myth_range = CATALOGUE_TO(119))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_fin_timeout net/netfilter/nf_conntrack_tcp_timeout_close_wait "
		"net/netfilter/nf_conntrack_tcp_timeout_time_wait",
	.help = "How long a connection stays tracked after the first FIN.",
	.myth = "Copied next to tcp_fin_timeout as if it were the same timer. This one ages entries of "
		"connection tracking and leaves sockets alone.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_last_ack",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "30")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_close_wait "
		"net/netfilter/nf_conntrack_tcp_timeout_time_wait",
	.help = "How long a connection stays tracked that waits for its last ACK.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_max_retrans",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "300")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_max_retrans "
		"net/netfilter/nf_conntrack_tcp_timeout_unacknowledged "
		"net/netfilter/nf_conntrack_tcp_timeout_established",
	.help = "Caps the tracking time of a TCP connection once nf_conntrack_tcp_max_retrans "
		"retransmissions were seen.",
	.note = "The kernel takes negative numbers without complaint.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_syn_recv",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "60")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_syn_sent net/ipv4/tcp_synack_retries",
	.help = "How long a connection stays tracked after the SYN-ACK.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_syn_sent",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "120")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_syn_recv net/ipv4/tcp_syn_retries",
	.help = "How long a connection stays tracked after its first SYN.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_time_wait",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "120",
	.myth_range = CATALOGUE_TO(119))
CATALOGUE_TEXT(
	.related = "net/ipv4/tcp_tw_reuse net/ipv4/tcp_max_tw_buckets net/ipv4/tcp_fin_timeout "
		"net/netfilter/nf_conntrack_max",
	.help = "How long connection tracking remembers a connection that it has seen end.",
	.note = "It does not touch sockets in TIME-WAIT. Below 60 s a late FIN may count as invalid.",
	.myth = "Often lowered to clear sockets in TIME-WAIT or to free their ports. It does neither: it "
		"only shortens the memory of connection tracking.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_tcp_timeout_unacknowledged",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "300")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_tcp_timeout_established "
		"net/netfilter/nf_conntrack_tcp_timeout_max_retrans",
	.help = "Caps the tracking time of a TCP connection while data is on its way that the peer has not "
		"acknowledged.",
	.note = "The kernel takes negative numbers without complaint.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_timestamp",
	.class = VALUE_INTEGER,
	.scope = SCOPE_NETWORK,
	.kernel = FLAG,
	.module = "nf_conntrack",
	.initial = "0")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_acct net/netfilter/nf_conntrack_events",
	.help = "Keeps for each tracked connection when it began and when it ended.",
	.note = "Only connections that are tracked after the switch get time stamps.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_udp_timeout",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "30")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_udp_timeout_stream net/netfilter/nf_conntrack_generic_timeout",
	.help = "How long a UDP flow in one direction stays tracked.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_conntrack_udp_timeout_stream",
	.class = VALUE_INTEGER,
	.unit = "s",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_SECONDS,
	.sane = CATALOGUE_FROM(1),
	.module = "nf_conntrack",
	.initial = "120")
CATALOGUE_TEXT(
	.related = "net/netfilter/nf_conntrack_udp_timeout net/netfilter/nf_conntrack_max",
	.help = "How long a UDP flow in both directions stays tracked.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/netfilter/nf_hooks_lwtunnel",
	.class = VALUE_INTEGER,
	.kernel = FLAG,
	.hazard = HAZARD_ONE_WAY,
	.initial = "0")
CATALOGUE_TEXT(
	.hazard_note = "switched on, it stays on until the next boot",
	.help = "Lets packets in light-weight tunnels pass the netfilter hooks.",
	.note = "One switch for the whole host, though every network namespace shows it as its own: a "
		"write in a container changes the host. Switching it off gives EBUSY.",
	.source = "nf_conntrack-sysctl.rst; measured on 6.18")

CATALOGUE_ROW(
	.key = "net/nf_conntrack_max",
	.class = VALUE_INTEGER,
	.unit = "entries",
	.kernel = ANY_INT,
	.module = "nf_conntrack",
	.alias = "net/netfilter/nf_conntrack_max")
CATALOGUE_TEXT(
	.initial_note = "as many as nf_conntrack_buckets",
	.help = "The older name of net.netfilter.nf_conntrack_max.",
	.source = "net/netfilter/nf_conntrack_standalone.c")

CATALOGUE_ROW(
	.key = "net/unix/max_dgram_qlen",
	.class = VALUE_INTEGER,
	.unit = "datagrams",
	.scope = SCOPE_NETWORK,
	.kernel = CATALOGUE_FROM_TO(INT32_MIN, INT32_MAX),
	.latest = ANY_INT,
	.sane = CATALOGUE_FROM(1),
	.initial = "10")
CATALOGUE_TEXT(
	.initial_note = "systemd raises it at boot",
	.help = "How many datagrams wait at a UNIX socket before senders block.",
	.source = "net/unix/sysctl_net_unix.c; measured on 6.18")

CATALOGUE_ROW(
	.key = "user/max_net_namespaces",
	.class = VALUE_INTEGER,
	.scope = SCOPE_USER,
	.since = {4, 9},
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "half of kernel.threads-max in the first user namespace",
	.related = "user/max_user_namespaces kernel/threads-max",
	.help = "How many network namespaces each user may own in this user namespace; 0 allows no new one.",
	.source = "kernel/ucount.c; namespaces(7)")

CATALOGUE_ROW(
	.key = "user/max_user_namespaces",
	.class = VALUE_INTEGER,
	.scope = SCOPE_USER,
	.since = {4, 9},
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "half of kernel.threads-max in the first user namespace",
	.related = "user/max_net_namespaces kernel/threads-max",
	.help = "How many user namespaces each user may own in this user namespace; 0 allows no new one.",
	.note = "0 is a common step to harden hosts, and it breaks the sandboxes of browsers and "
		"containers without root.",
	.source = "kernel/ucount.c")

CATALOGUE_ROW(
	.key = "vm/admin_reserve_kbytes",
	.class = VALUE_INTEGER,
	.unit = "KiB",
	.since = {3, 10})
CATALOGUE_TEXT(
	.initial_note = "the smaller of 3 % of free memory and 8 MiB, computed at boot",
	.related = "vm/user_reserve_kbytes vm/overcommit_memory",
	.help = "Memory kept back for privileged processes when overcommit_memory is 2, so that an "
		"administrator can still log in and kill a hog.",
	.note = "Under strict overcommit whole address spaces count, so the default can be too small for a "
		"login with sshd, a shell and top. Adding memory to a running host replaces any number "
		"from 1 to 8191, also one set on purpose.",
	.source = "sysctl/vm.rst; mm/mmap.c")

CATALOGUE_ROW(
	.key = "vm/compact_memory",
	.class = VALUE_INTEGER,
	.access = ACCESS_ACTION,
	.since = {2, 6},
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/compaction_proactiveness vm/extfrag_threshold",
	.help = "Not a setting: a write compacts all memory, and returns when that is done.",
	.note = "Long stalls. Write-only.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/compaction_proactiveness",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 100),
	.initial = "20")
CATALOGUE_TEXT(
	.related = "vm/compact_memory vm/extfrag_threshold",
	.help = "How eagerly the kernel compacts memory in the background, ahead of need; 0 does without.",
	.note = "Writing a number other than 0 starts a compaction at once. High numbers move pages all "
		"the time and can cause latency spikes.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/dirty_background_bytes",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.kernel = CATALOGUE_FROM(1),
	.twin = "vm/dirty_background_ratio",
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "dirty_background_ratio counts",
	.related = "vm/dirty_background_ratio vm/dirty_bytes",
	.help = "The same limit as dirty_background_ratio, as a size.",
	.note = "Every write sets the ratio to 0, and 0 cannot be written back: undo it through the ratio.",
	.source = "sysctl/vm.rst; mm/page-writeback.c")

CATALOGUE_ROW(
	.key = "vm/dirty_background_ratio",
	.class = VALUE_INTEGER,
	.unit = "%",
	.kernel = CATALOGUE_FROM_TO(0, 100),
	.twin = "vm/dirty_background_bytes",
	.initial = "10")
CATALOGUE_TEXT(
	.related = "vm/dirty_background_bytes vm/dirty_ratio vm/dirty_writeback_centisecs",
	.help = "With this share of the available memory dirty, the kernel starts to write back in the "
		"background.",
	.note = "Every write sets dirty_background_bytes to 0, even one of the same value.",
	.myth = "Often read as a share of all memory. It is a share of what is available, free pages and "
		"those that can be reclaimed, so the limit moves with the load.",
	.source = "sysctl/vm.rst; mm/page-writeback.c")

CATALOGUE_ROW(
	.key = "vm/dirty_bytes",
	.class = VALUE_INTEGER,
	.unit = "bytes",
	.kernel = CATALOGUE_FROM(8192),
	.twin = "vm/dirty_ratio",
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "dirty_ratio counts",
	.related = "vm/dirty_ratio vm/dirty_background_bytes",
	.help = "The same limit as dirty_ratio, as a size.",
	.note = "At least two pages. A change sets dirty_ratio to 0, and 0 cannot be written back: undo it "
		"through the ratio.",
	.source = "sysctl/vm.rst; mm/page-writeback.c")

CATALOGUE_ROW(
	.key = "vm/dirty_expire_centisecs",
	.class = VALUE_INTEGER,
	.unit = "cs",
	.kernel = CATALOGUE_FROM(0),
	.initial = "3000")
CATALOGUE_TEXT(
	.related = "vm/dirty_writeback_centisecs vm/dirtytime_expire_seconds",
	.help = "How old dirty data may get before it must be written back, in hundredths of a second.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/dirty_ratio",
	.class = VALUE_INTEGER,
	.unit = "%",
	.kernel = CATALOGUE_FROM_TO(0, 100),
	.twin = "vm/dirty_bytes",
	.initial = "20")
CATALOGUE_TEXT(
	.related = "vm/dirty_bytes vm/dirty_background_ratio",
	.help = "With this share of the available memory dirty, a program that writes has to write back "
		"itself.",
	.note = "A change sets dirty_bytes to 0.",
	.myth = "Often read as a share of all memory. It is a share of what is available, free pages and "
		"those that can be reclaimed, so the limit moves with the load.",
	.source = "sysctl/vm.rst; mm/page-writeback.c")

CATALOGUE_ROW(
	.key = "vm/dirty_writeback_centisecs",
	.class = VALUE_INTEGER,
	.unit = "cs",
	.sane = CATALOGUE_FROM(0),
	.initial = "500",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/dirty_expire_centisecs vm/dirty_background_ratio",
	.help = "How often the kernel looks for dirty data that is old enough, in hundredths of a second; "
		"0 stops that.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/dirtytime_expire_seconds",
	.class = VALUE_INTEGER,
	.unit = "s",
	.kernel = CATALOGUE_FROM(0),
	.initial = "43200")
CATALOGUE_TEXT(
	.related = "vm/dirty_expire_centisecs vm/dirty_writeback_centisecs",
	.help = "The age at which inodes are written whose time stamps alone have changed (lazytime); also "
		"how often the kernel looks for them.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/drop_caches",
	.class = VALUE_INTEGER,
	.access = ACCESS_ACTION,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(1, 4))
CATALOGUE_TEXT(
	.words = 
		"1 page cache\n"
		"2 dentries, inodes and other slab objects\n"
		"3 page cache and slab objects\n"
		"4 stops the log line of each write\n",
	.related = "vm/vfs_cache_pressure vm/swappiness",
	.help = "Not a setting: a write throws clean caches away (1 files, 2 kernel objects, 3 both).",
	.note = "Everything has to be read from disk again. Write-only.",
	.myth = "Often run by cron to free memory. Cache that can be dropped is given back by itself when "
		"a program needs it; dropping it only makes the next reads slow. It is meant for tests.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/extfrag_threshold",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 1000),
	.initial = "500")
CATALOGUE_TEXT(
	.related = "vm/compaction_proactiveness vm/compact_memory",
	.help = "From which fragmentation index on a failing large allocation leads to compaction instead "
		"of reclaim; near 1000 fragmentation is to blame, near 0 lack of memory.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/hugetlb_shm_group",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.initial = "0",
	.kernel = CATALOGUE_FROM_TO(0, UINT32_MAX))
CATALOGUE_TEXT(
	.related = "vm/nr_hugepages kernel/shmmax",
	.help = "Id of the group whose members may create SysV shared memory of huge pages.",
	.note = "Processes with CAP_IPC_LOCK may do so without it. The default is group 0, that of root.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/lowmem_reserve_ratio",
	.class = VALUE_VECTOR)
CATALOGUE_TEXT(
	.initial_note = "256 for the DMA zones, 32 for Normal, 0 for the others; which zones there are "
		"depends on the build",
	.related = "vm/min_free_kbytes vm/watermark_scale_factor",
	.help = "How much of each lower memory zone is kept from allocations that could use a higher one; "
		"it is a divisor, so a smaller number protects more.",
	.note = "One number per zone. A number below 1 is stored as 0, and that zone is then not protected "
		"at all.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/max_map_count",
	.class = VALUE_INTEGER,
	.unit = "mappings",
	.kernel = CATALOGUE_FROM(0),
	.initial = "65530")
CATALOGUE_TEXT(
	.help = "The most memory mappings that one process may have.",
	.note = "Some databases want 262144 and more.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/min_free_kbytes",
	.class = VALUE_INTEGER,
	.unit = "KiB",
	.kernel = CATALOGUE_FROM(0),
	.sane = CATALOGUE_FROM(1024))
CATALOGUE_TEXT(
	.initial_note = "by memory",
	.related = "vm/watermark_scale_factor vm/lowmem_reserve_ratio vm/watermark_boost_factor",
	.help = "Memory that the kernel tries to keep free.",
	.note = "Under 1024 the kernel may lock up, much too high it kills programs at once. Computed anew "
		"when memory is plugged, unless set.",
	.myth = "Sometimes raised to gigabytes so that programs always find free memory. What is kept here "
		"is a reserve that ordinary allocations cannot use: it leaves them less and brings the OOM "
		"killer nearer.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/mmap_min_addr",
	.class = VALUE_INTEGER,
	.unit = "bytes")
CATALOGUE_TEXT(
	.initial_note = "set by the build, 65536 with most distributions",
	.help = "The lowest address that a program may map, which keeps page zero out of reach.",
	.note = "A low number takes away a defence against exploits that make the kernel follow a null "
		"pointer. A write needs CAP_SYS_RAWIO.",
	.source = "sysctl/vm.rst; security/min_addr.c")

CATALOGUE_ROW(
	.key = "vm/mmap_rnd_bits",
	.class = VALUE_INTEGER,
	.effect = EFFECT_NEW_PROCESSES,
	.initial = "28",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.initial_note = "by architecture and build, 28 on x86-64",
	.related = "kernel/randomize_va_space",
	.help = "How many bits of the address of mappings are random (ASLR).",
	.note = "Its limits are those of the architecture. Readable by root alone.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/nr_hugepages",
	.class = VALUE_INTEGER,
	.unit = "pages",
	.kernel = CATALOGUE_FROM(0),
	.readback = READBACK_POSSIBLE,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "the boot parameter hugepages= sets it",
	.related = "vm/nr_overcommit_hugepages vm/hugetlb_shm_group kernel/shmmax",
	.help = "Number of huge pages of the default size in the persistent pool.",
	.note = "The memory is taken from everything else at once, and finding it can mean long "
		"compaction. On a fragmented host it reads back less than was written; early at boot is "
		"the best time.",
	.myth = "It does not speed up ordinary programs and has nothing to do with transparent huge pages: "
		"only hugetlbfs, MAP_HUGETLB and SHM_HUGETLB use the pool. For all others that memory is "
		"lost.",
	.source = "mm/hugetlbpage.rst; mm/hugetlb.c")

CATALOGUE_ROW(
	.key = "vm/nr_overcommit_hugepages",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "vm/nr_hugepages",
	.help = "How many huge pages beyond nr_hugepages the kernel may make when programs ask for them.",
	.note = "Nothing is reserved: on a fragmented host the extra pages may not be had. They go back "
		"when they are freed.",
	.source = "sysctl/vm.rst; mm/hugetlbpage.rst")

CATALOGUE_ROW(
	.key = "vm/oom_dump_tasks",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.sane = FLAG,
	.initial = "1",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/panic_on_oom vm/oom_kill_allocating_task",
	.help = "Prints a list of all user tasks with their memory when the OOM killer strikes.",
	.note = "With many thousands of tasks the list is long and slow to print.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/oom_kill_allocating_task",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.sane = FLAG,
	.initial = "0",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/panic_on_oom vm/oom_dump_tasks",
	.help = "When memory runs out, kills the task whose request failed, without a search for the "
		"largest one.",
	.note = "It is quick, but it may hit any small bystander. panic_on_oom comes before it.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/overcommit_kbytes",
	.class = VALUE_INTEGER,
	.unit = "KiB",
	.since = {3, 14},
	.kernel = CATALOGUE_FROM(0),
	.twin = "vm/overcommit_ratio",
	.order = -5,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "overcommit_ratio counts",
	.related = "vm/overcommit_ratio vm/overcommit_memory",
	.help = "The commit limit as a size, for overcommit_memory = 2.",
	.note = "Every write sets overcommit_ratio to 0. To undo, write the ratio; a 0 here would leave "
		"both at 0.",
	.source = "sysctl/vm.rst; mm/util.c")

CATALOGUE_ROW(
	.key = "vm/overcommit_memory",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.order = 5,
	.initial = "0",
	.myth_range = CATALOGUE_TO(0))
CATALOGUE_TEXT(
	.words = 
		"0 refuses only obvious excess\n"
		"1 grants everything\n"
		"2 refuses beyond the commit limit\n",
	.related = "vm/overcommit_ratio vm/overcommit_kbytes vm/admin_reserve_kbytes "
		"vm/user_reserve_kbytes vm/panic_on_oom",
	.help = "Whether more memory may be promised than there is: 0 within reason, 1 always, 2 not "
		"beyond the commit limit.",
	.note = "2 counts at once: with a low limit, fork() and large mappings fail. Set overcommit_ratio "
		"or overcommit_kbytes first.",
	.myth = "0 is often read as \"no overcommit\". It is the heuristic mode, and it does promise more "
		"than there is; only 2 keeps to the commit limit.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/overcommit_ratio",
	.class = VALUE_INTEGER,
	.unit = "%",
	.since = {2, 6},
	.twin = "vm/overcommit_kbytes",
	.order = -5,
	.initial = "50",
	.myth_range = CATALOGUE_TO(-1),
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/overcommit_memory vm/overcommit_kbytes",
	.help = "The commit limit as a share of memory, for overcommit_memory = 2.",
	.note = "Every write sets overcommit_kbytes to 0, even one of the same value.",
	.myth = "Often set while overcommit_memory is 0 or 1, where the commit limit binds nobody.",
	.source = "sysctl/vm.rst; mm/util.c")

CATALOGUE_ROW(
	.key = "vm/page-cluster",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.sane = CATALOGUE_TO(5),
	.initial = "3")
CATALOGUE_TEXT(
	.related = "vm/swappiness",
	.help = "How many pages are read from swap in one go, as a power of two: 0 one page, 3 eight pages.",
	.note = "Read-ahead helps on disks that seek; on fast or compressed swap it can cost latency.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/panic_on_oom",
	.class = VALUE_INTEGER,
	.since = {2, 6},
	.kernel = CATALOGUE_FROM_TO(0, 2),
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"0 kill a process\n"
		"1 panic, but not for a cpuset, policy or cgroup limit\n"
		"2 panic always\n",
	.related = "kernel/panic vm/oom_kill_allocating_task vm/oom_dump_tasks vm/overcommit_memory",
	.help = "Whether the host panics instead of killing a process when memory runs out.",
	.note = "With 2 even a memory cgroup that reaches its limit brings the whole host down. "
		"kernel.panic decides whether it then reboots.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/percpu_pagelist_high_fraction",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.initial = "0")
CATALOGUE_TEXT(
	.related = "vm/min_free_kbytes",
	.help = "The largest part of each zone that may sit in per-CPU page lists, as a divisor (100 means "
		"1/100); 0 lets the kernel choose.",
	.note = "1 to 7 is refused. The part is shared out among the CPUs near the zone.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/stat_interval",
	.class = VALUE_INTEGER,
	.unit = "s",
	.initial = "1",
	.kernel = ANY_INT)
CATALOGUE_TEXT(
	.related = "vm/stat_refresh",
	.help = "How often per-CPU counters of memory are added to the totals in /proc/vmstat.",
	.note = "A long interval disturbs isolated CPUs less and makes the totals staler.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/stat_refresh",
	.access = ACCESS_ACTION)
CATALOGUE_TEXT(
	.related = "vm/stat_interval",
	.help = "Not a setting: each access, a read too, makes all CPUs hand in their memory statistics.",
	.note = "May fail with EINVAL; keep it out of scans.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/swappiness",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(0, 200),
	.initial = "60",
	.myth_range = CATALOGUE_TO(10))
CATALOGUE_TEXT(
	.related = "vm/page-cluster vm/vfs_cache_pressure vm/min_free_kbytes",
	.help = "How willingly memory of programs is swapped out compared with dropping cached files.",
	.note = "Kernels before 5.8 or so take 100 at most.",
	.myth = "It is not the share of memory in use at which swapping starts, and 0 does not turn swap "
		"off: it weighs the cost of swapping against that of reading files again, and with 0 the "
		"kernel still swaps when little else is left.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/unprivileged_userfaultfd",
	.class = VALUE_INTEGER,
	.since = {5, 2},
	.kernel = FLAG,
	.initial = "0")
CATALOGUE_TEXT(
	.initial_note = "1 before 5.11",
	.help = "Lets users without CAP_SYS_PTRACE handle page faults of kernel code with userfaultfd(2); "
		"with 0 they get faults of user code only.",
	.note = "1 makes some kernel flaws easier to exploit, since a program can halt kernel code at a "
		"point it chooses. Before 5.11, 0 closed the call to such users altogether.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/user_reserve_kbytes",
	.class = VALUE_INTEGER,
	.unit = "KiB",
	.since = {3, 10})
CATALOGUE_TEXT(
	.initial_note = "the smaller of 3 % of free memory and 128 MiB, computed at boot",
	.related = "vm/admin_reserve_kbytes vm/overcommit_memory",
	.help = "When overcommit_memory is 2, keeps one program from taking the last memory: at most this, "
		"or 3 % of its size, stays free for the user to recover.",
	.note = "Adding memory to a running host replaces any number from 1 to 131071, also one set on "
		"purpose.",
	.source = "sysctl/vm.rst; mm/mmap.c")

CATALOGUE_ROW(
	.key = "vm/vfs_cache_pressure",
	.class = VALUE_INTEGER,
	.unit = "%",
	.kernel = CATALOGUE_FROM(0),
	.initial = "100")
CATALOGUE_TEXT(
	.related = "vm/swappiness vm/drop_caches",
	.help = "How readily cached dentries and inodes are reclaimed compared with the page cache; above "
		"100 more, below 100 less.",
	.note = "With 0 they are never reclaimed, which can end in running out of memory. Far above 100, "
		"the search for entries to free costs time.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/watermark_boost_factor",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.initial = "15000")
CATALOGUE_TEXT(
	.related = "vm/watermark_scale_factor vm/min_free_kbytes vm/extfrag_threshold",
	.help = "How much more is reclaimed for a while after memory was fragmented, in 1/10000 of the "
		"high watermark; 0 turns it off.",
	.note = "15000 allows up to 150 % of the high watermark.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/watermark_scale_factor",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM_TO(1, 3000),
	.initial = "10")
CATALOGUE_TEXT(
	.related = "vm/min_free_kbytes vm/watermark_boost_factor",
	.help = "How far the watermarks lie apart between which kswapd works, in 1/10000 of memory: 10 is "
		"0.1 %, the maximum of 3000 is 30 %.",
	.note = "Larger numbers wake kswapd earlier and leave more memory free; they help where "
		"allocations stall in direct reclaim.",
	.source = "sysctl/vm.rst")

CATALOGUE_ROW(
	.key = "vm/zone_reclaim_mode",
	.class = VALUE_INTEGER,
	.kernel = CATALOGUE_FROM(0),
	.bits = true,
	.initial = "0")
CATALOGUE_TEXT(
	.words = 
		"1 reclaim locally\n"
		"2 may write dirty pages out\n"
		"4 may swap pages out\n",
	.related = "kernel/numa_balancing vm/swappiness",
	.help = "On NUMA hosts, frees memory of the local node before pages are taken from another node; a "
		"sum of bits, 0 is off.",
	.note = "It hurts servers that live from the page cache, such as file servers: their cache is "
		"thrown away while other nodes have room.",
	.source = "sysctl/vm.rst")
