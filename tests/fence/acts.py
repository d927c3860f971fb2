"""What a process that has been taken over might try: (name, system call, arguments, what comes of it where nothing hinders it).

cases_free.py tries all of it before the fence, so what is refused behind it is refused by it. Each act is harmless in a private
host, or wrong in a way that the kernel looks at only after the right to do it.
"""
import ctypes
import os
import struct

from rider import LAST

AT_FDCWD = -100
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_TMPFILE = 0, 1, 2, 0o100, 0o1000, 0o2000, 0o20200000
FIFO, SOCKET, DEVICE = 0o010600, 0o140600, 0o020600
AF_UNIX, AF_INET, AF_NETLINK, AF_INET6, AF_PACKET, STREAM, RAW = 1, 2, 16, 10, 17, 1, 3
ROUTE, NETFILTER = 0, 12
NEW_UTS, NEW_IPC, NEW_USER, NEW_NET = 0x4000000, 0x8000000, 0x10000000, 0x40000000
TIOCSTI, SEIZE, EXCHANGE, REMOVE_FOLDER, OPEN_FILES = 0x5412, 0x4206, 2, 0x200, 7
REFUSED = {"EACCES", "EPERM", "EXDEV", "ENOSYS", "left out"}
DONE = {"done"}


def address(port):
    return struct.pack("=H", AF_INET) + struct.pack("!H", port) + bytes([127, 0, 0, 1]) + bytes(8)


def usual_tick():
    """A request to turn the clock at the rate that it has."""
    timex = ctypes.create_string_buffer(208)
    ctypes.CDLL(None).adjtimex(timex)
    return struct.pack("I", 0x4000) + timex.raw[4:]


def own_capabilities():
    with open("/proc/self/status") as stream:
        mask = int(next(line for line in stream if line.startswith("CapPrm")).split()[1], 16)
    low, high = mask & 0xffffffff, mask >> 32
    return struct.pack("6I", low, low, 0, high, high, 0)


def spoil(folder):
    """Whatever can be done to files, of those that `lay` puts there."""
    at = (AT_FDCWD,)
    return [
        ("opens for writing", "openat", (*at, f"{folder}/file", O_WRONLY), DONE),
        ("opens for both", "openat", (*at, f"{folder}/file", O_RDWR), DONE),
        ("opens to append", "openat", (*at, f"{folder}/file", O_WRONLY | O_APPEND), DONE),
        ("opens to read and truncates", "openat", (*at, f"{folder}/file", O_RDONLY | O_TRUNC), DONE),
        ("truncates", "truncate", (f"{folder}/file", 0), DONE),
        ("makes a file", "openat", (*at, f"{folder}/new", O_WRONLY | O_CREAT, 0o600), DONE),
        ("makes a file with creat", "creat", (f"{folder}/new2", 0o600), DONE),
        ("makes a file without a name", "openat", (*at, folder, O_TMPFILE | O_RDWR, 0o600), DONE),
        ("links", "linkat", (*at, f"{folder}/file", *at, f"{folder}/linked", 0), DONE),
        ("links symbolically", "symlinkat", ("/etc/passwd", *at, f"{folder}/symbolic"), DONE),
        ("renames", "renameat", (*at, f"{folder}/moved", *at, f"{folder}/away"), DONE),
        ("renames over another", "renameat2", (*at, f"{folder}/over", *at, f"{folder}/file", 0), DONE),
        ("exchanges", "renameat2", (*at, f"{folder}/one", *at, f"{folder}/two", EXCHANGE), DONE),
        ("removes a file", "unlinkat", (*at, f"{folder}/gone", 0), DONE),
        ("makes a folder", "mkdirat", (*at, f"{folder}/sub", 0o700), DONE),
        ("removes a folder", "unlinkat", (*at, f"{folder}/folder", REMOVE_FOLDER), DONE),
        ("makes a pipe", "mknodat", (*at, f"{folder}/pipe", FIFO, 0), DONE),
        ("makes a socket in a folder", "mknodat", (*at, f"{folder}/socket", SOCKET, 0), DONE),
        ("makes a device", "mknodat", (*at, f"{folder}/null", DEVICE, os.makedev(1, 3)), DONE),
    ]


def lay(folder):
    os.makedirs(f"{folder}/folder", exist_ok=True)
    for name in ("file", "moved", "over", "one", "two", "gone"):
        with open(f"{folder}/{name}", "w") as stream:
            stream.write("as it was\n")


def others(victim):
    """What touches other processes, other machines, or this one as a whole."""
    known = "/precious/known"
    return [
        ("writes another's memory", "openat", (AT_FDCWD, f"/proc/{victim}/mem", O_RDWR), DONE),
        ("signals another process", "kill", (victim, 0), DONE),
        ("limits another process", "prlimit64", (victim, OPEN_FILES, struct.pack("2Q", 512, 1024), 0), DONE),
        ("turns the clock", "adjtimex", (usual_tick(),), DONE),
        ("names the host", "sethostname", ("fenced", 6), DONE),
        ("makes a mount read-only", "mount_setattr", (AT_FDCWD, "/elsewhere", 0, struct.pack("4Q", 1, 0, 0, 0), 32), DONE),
        ("opens a socket of the internet", "socket", (AF_INET, STREAM, 0), DONE),
        ("and binds it", "bind", (LAST, address(8080), 16), DONE),
        ("opens one of version 6", "socket", (AF_INET6, STREAM, 0), DONE),
        ("opens one for packets", "socket", (AF_PACKET, RAW, 0), DONE),
        ("opens one between processes", "socket", (AF_UNIX, STREAM, 0), DONE),
        ("opens one to the routes", "socket", (AF_NETLINK, RAW, ROUTE), DONE),
        ("opens one to the packet filter", "socket", (AF_NETLINK, RAW, NETFILTER), DONE),
        ("makes a file in memory", "memfd_create", ("x", 0), DONE),
        ("types for its terminal", "ioctl", (0, TIOCSTI, "x"), {"ENOTTY"}),
        ("takes every capability", "capset", (struct.pack("Ii", 0x20080522, 0), own_capabilities()), DONE),
        ("reads a file of everybody", "openat", (AT_FDCWD, known, O_RDONLY), DONE),
        ("and makes it one that lends its owner's rights", "fchmod", (LAST, 0o4755), DONE),
        ("the same by name", "fchmodat", (AT_FDCWD, known, 0o4755), DONE),
        ("lets everybody write it", "chmod", (known, 0o666), DONE),
        ("gives it away by name", "chown", (known, 1000, 1000), DONE),
        ("gives it capabilities", "setxattr", (known, "security.capability", bytes.fromhex("010000020100" + "00" * 14), 20, 0), DONE),
        ("sets its time", "utimensat", (AT_FDCWD, known, 0, 0), DONE),
        ("asks for work in the kernel", "io_uring_setup", (1, bytes(120)), DONE | {"EPERM"}),
    ]


ALLOWED = ("reads a file of everybody",)


def deadly(victim):
    """What no part of holdfast does: it is the end of the process, where the kernel has filters of system calls."""
    return [
        ("starts a program", "execve", ("/bin/true", 0, 0), DONE),
        ("starts a program by descriptor", "execveat", (AT_FDCWD, "/bin/true", 0, 0, 0), DONE),
        ("connects", "connect", (0, address(9), 16), {"ENOTSOCK"}),
        ("traces another process", "ptrace", (SEIZE, victim, 0, 0), DONE),
        ("mounts", "mount", ("none", "/mnt", "tmpfs", 2, 0), DONE),
        ("unmounts", "umount2", ("/elsewhere", 0), DONE),
        ("changes its root", "chroot", ("/precious",), DONE),
        ("takes a network of its own", "unshare", (NEW_NET,), DONE),
        ("loads a module", "init_module", (b"\x7fELF" + bytes(60), 64, ""), {"ENOEXEC", "ENOSYS"}),
        ("loads a module by descriptor", "finit_module", (-1, "", 0), {"EBADF", "ENOSYS"}),
        ("removes a module", "delete_module", ("no_such_module", 0o4000), {"ENOENT", "ENOSYS"}),
        ("loads a program of bpf", "bpf", (5, bytes(128), 128), {"EINVAL", "E2BIG"}),
        ("swaps", "swapon", ("/precious/file", 0), {"EINVAL"}),
        ("loads a kernel", "kexec_load", (0, 0, 0, 0xffff), {"EINVAL", "ENOSYS"}),
        ("reboots, with a word that is none", "reboot", (0, 0, 0), {"EINVAL"}),
    ]


# What a right is for, by its word in `holdfast --help --json`: where it may write, and which capabilities it keeps for that.
PLACES = {
    "kernel": ("openat", (AT_FDCWD, "/proc/sys/net/ipv4/tcp_fin_timeout", O_WRONLY)),
    "files": ("openat", (AT_FDCWD, "/etc/sysctl.d/.tried", O_WRONLY | O_CREAT, 0o600)),
    "state": ("openat", (AT_FDCWD, "/run/lock/.tried", O_WRONLY | O_CREAT, 0o600)),
    "state spool": ("openat", (AT_FDCWD, "/var/lib/holdfast/.tried", O_WRONLY | O_CREAT, 0o600)),
    "textfile": ("openat", (AT_FDCWD, "/metrics/.tried", O_WRONLY | O_CREAT, 0o600)),
    "output": ("openat", (AT_FDCWD, "/out/.tried", O_WRONLY | O_CREAT, 0o600)),
    "sysctl.conf": ("openat", (AT_FDCWD, "/etc/.tried", O_WRONLY | O_CREAT, 0o600)),
}
CAPABILITIES = {
    "": {"DAC_READ_SEARCH", "SYS_ADMIN"},
    "kernel": {"NET_ADMIN", "SYS_RESOURCE", "SYS_PTRACE", "SYS_RAWIO", "MAC_ADMIN", "CHECKPOINT_RESTORE", "SETPCAP", "SYS_MODULE",
               "DAC_OVERRIDE"},
    "files": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "MAC_ADMIN"},
    "state": {"DAC_OVERRIDE", "FOWNER"},
    "spool": {"CHOWN", "DAC_OVERRIDE", "FOWNER"},
    "textfile": {"DAC_OVERRIDE", "FOWNER"},
    "output": {"DAC_OVERRIDE"},
    "netns": {"SYS_PTRACE"},
    "sender": set(),
    "probe": set(),
}
NUMBER_OF = {"CHOWN": 0, "DAC_OVERRIDE": 1, "DAC_READ_SEARCH": 2, "FOWNER": 3, "SETPCAP": 8, "NET_ADMIN": 12, "SYS_MODULE": 16,
             "SYS_RAWIO": 17, "SYS_PTRACE": 19, "SYS_ADMIN": 21, "SYS_RESOURCE": 24, "MAC_ADMIN": 33, "CHECKPOINT_RESTORE": 40}


def capabilities(rights):
    """The bits that a process keeps for these rights."""
    names = CAPABILITIES[""].union(*(CAPABILITIES[each] for each in rights))
    return sum(1 << NUMBER_OF[each] for each in names)


def limits(folder):
    """What a changing command needs for its own files, and can therefore do to any that it may open: seccomp sees no paths, and
    Landlock no modes, owners and attributes (landlock(7)). docs/security.md says so."""
    return [
        ("reads a file of others", "openat", (AT_FDCWD, f"{folder}/known", O_RDONLY), DONE),
        ("and opens its mode", "fchmod", (LAST, 0o666), DONE),
        ("reads another", "openat", (AT_FDCWD, f"{folder}/file", O_RDONLY), DONE),
        ("and gives it away", "fchown", (LAST, 1000, 1000), DONE),
    ]
