"""A private host for a test: own network and mount namespace, own root on a tmpfs, gone with the process.

    def body(host): host.run(["/bin/cat", "/proc/sys/net/ipv4/tcp_fin_timeout"])
    answer = private.call(body, user=1000)       # user: by whom; not root: in a user namespace of its own

Below the new root are own, writable /etc, /var, /run and /tmp; /usr and its links, /dev and /sys are the machine's, read
only. /proc is the machine's (/proc/sys/net follows the namespace of whoever looks), with everything below /proc/sys that
is not the namespace's own read only: whatever a test or a loader does, the machine's parameters stay. net/netfilter is
read only too: nf_hooks_lwtunnel shows in every namespace and is a one-way switch for the whole machine.
"""
import ctypes
import os
import pathlib
import pickle
import shutil
import signal
import subprocess

CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUSER = 0x00020000, 0x40000000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RELATIME, MS_NOATIME = 2, 4, 8, 1 << 21, 1 << 10
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
OWN_NET = ("core", "ipv4", "ipv6", "unix")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

_libc = ctypes.CDLL(None, use_errno=True)


class PrivateError(Exception):
    """The harness, not the program under test, failed."""


class CannotHere(Exception):
    """The machine lacks what a test needs; the text says what."""


def _check(result, what):
    if result != 0:
        raise PrivateError(f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind=None, flags=0, options=None):
    encoded = [None if each is None else str(each).encode() for each in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), None if options is None else options.encode()),
           f"mount {target}")


def bind(source, target, read_only=False, recursive=False):
    mount(source, target, flags=MS_BIND | (MS_REC if recursive else 0))
    if read_only:
        make_read_only(target)


def make_read_only(target):
    # A user namespace may not drop the flags that a mount came with.
    kept = 0
    flags = os.statvfs(target).f_flag
    for bit, flag in ((os.ST_NOSUID, MS_NOSUID), (os.ST_NODEV, MS_NODEV), (os.ST_NOEXEC, MS_NOEXEC),
                      (os.ST_NOATIME, MS_NOATIME), (os.ST_RELATIME, MS_RELATIME)):
        kept |= flag if flags & bit else 0
    mount("none", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | kept)


# ---- namespaces -----------------------------------------------------------------------------------------------------

def _write(path, text):
    with open(path, "w") as stream:
        stream.write(text)


def enter(user=0):
    """Leaves the machine's namespaces for good. As another user: in a user namespace, where it is root."""
    if user:
        group = user if os.geteuid() == 0 else os.getegid()
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")     # else /proc/self belongs to root
        if _libc.unshare(CLONE_NEWUSER) != 0:
            raise CannotHere("user namespaces are not permitted here: " + os.strerror(ctypes.get_errno()))
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {user} 1")
        _write("/proc/self/gid_map", f"0 {group} 1")
    if _libc.unshare(CLONE_NEWNS | CLONE_NEWNET) != 0:
        raise CannotHere("namespaces are not permitted here: " + os.strerror(ctypes.get_errno()))
    mount("none", "/", flags=MS_REC | MS_PRIVATE)


def shield_proc_sys(root):
    sys_folder = f"{root}/proc/sys"
    for name in sorted(os.listdir(sys_folder)):
        if name != "net":
            bind(f"{sys_folder}/{name}", f"{sys_folder}/{name}", read_only=True)
    for name in sorted(os.listdir(f"{sys_folder}/net")):
        path = f"{sys_folder}/net/{name}"
        if name not in OWN_NET:
            bind(path, path, read_only=True)


class Host:
    """The private root, from inside: this process has it as its own root. `holdfast` and `/profiles` are put there."""

    def __init__(self, mount_point, files):
        self.root = mount_point
        mount("holdfast-test", mount_point, "tmpfs", MS_NODEV, "mode=755")
        for name in SYSTEM_FOLDERS:
            if os.path.islink(f"/{name}"):
                os.symlink(os.readlink(f"/{name}"), f"{mount_point}/{name}")
            elif os.path.isdir(f"/{name}"):
                self._bind(name)
        self._bind("usr")
        self._bind("sys")
        self._bind("dev")
        os.mkdir(f"{mount_point}/proc")
        bind("/proc", f"{mount_point}/proc", recursive=True)
        shield_proc_sys(mount_point)
        for name in ("etc/sysctl.d", "etc/holdfast", "var/lib", "run/lock", "run/sysctl.d", "tmp", "profiles", "mnt"):
            os.makedirs(f"{mount_point}/{name}")
        for name in ("passwd", "group", "os-release", "ld.so.cache", "nsswitch.conf", "localtime"):
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", f"{mount_point}/etc/{name}")
        self._write(mount_point, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        self._write(mount_point, "/etc/hostname", "private\n")
        for path, (data, mode) in files.items():
            self._write(mount_point, path, data, mode)
        os.chroot(mount_point)
        os.chdir("/")
        self.root = "/"
        os.environ.clear()
        os.environ.update(PATH=PATH, LC_ALL="C", HOME="/tmp")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def _bind(self, name):
        os.mkdir(f"{self.root}/{name}")
        bind(f"/{name}", f"{self.root}/{name}", read_only=name != "dev", recursive=True)

    @staticmethod
    def _write(root, path, data, mode=0o644):
        target = pathlib.Path(root + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())
        target.chmod(mode)

    def write(self, path, data, mode=0o644):
        self._write("", path, data, mode)
        return path

    def links(self, text):
        """Lines for `ip -batch`."""
        done = subprocess.run(["ip", "-batch", "-"], input=text.encode(), capture_output=True)
        if done.returncode:
            raise PrivateError("ip: " + done.stderr.decode(errors="replace").strip())

    def run(self, command, **options):
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "errors": "replace",
                   "timeout": 120} | options
        if "input" in options:
            del options["stdin"]
        return subprocess.run([str(each) for each in command], **options)


# ---- processes ------------------------------------------------------------------------------------------------------

def call(body, *arguments, user=0, files=None, timeout=300):
    """Runs body(host, *arguments) in a private host, in a forked child; returns what it returned, or raises."""
    mount_point = "/mnt"                        # only covered inside the namespace
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        try:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(each, signal.SIG_DFL)     # whatever nohup or a shell's & made of them
            signal.alarm(timeout)
            enter(user)
            answer = ("done", body(Host(mount_point, files or {}), *arguments))
        except BaseException as problem:        # whatever it is, the parent raises it again
            answer = ("raised", problem)
        try:
            data = pickle.dumps(answer)
        except Exception:
            data = pickle.dumps(("raised", PrivateError(repr(answer[1]))))
        with os.fdopen(writer, "wb") as stream:
            stream.write(data)
        os._exit(0)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as stream:
            data = stream.read()
    finally:
        try:
            os.killpg(child, signal.SIGKILL)    # nothing that a test started outlives it
        except ProcessLookupError:
            pass
        os.waitpid(child, 0)
    if not data:
        raise PrivateError(f"the test died, or ran longer than {timeout} s")
    kind, answer = pickle.loads(data)
    if kind == "raised":
        raise answer
    return answer
