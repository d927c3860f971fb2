"""Runs a real sysctl loader on a folder tree, in a mount and network namespace of its own.

The tree is the loader's root (chroot), so the loader sees the tree's files and nothing of this machine's. Its program
and libraries come as a bundle (own dynamic linker, own libc) bound at /.loader, so the program may be of another release
than the host. /proc is the real one, read only but for net/{core,ipv4,ipv6,unix} of the new network namespace: even a
wrong pattern can change nothing outside, and net/netfilter (nf_hooks_lwtunnel is a global one-way switch) is read only.

What the loader did is read from strace: the text of every write(2) below /proc/sys and its result.
"""
import ctypes
import errno
import os
import pathlib
import pickle
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
WRITABLE = ("core", "ipv4", "ipv6", "unix")
# eth0.100 and br.0 have the dot that makes spelling matter; `dummy` links are missing in some kernels, veth is not.
LINKS = "link add eth0.100 type veth peer name veth1\nlink add br.0 type bridge\n"
INTERFACES = ("lo", "eth0.100", "veth1", "br.0")
LOADERS = ("procps", "systemd")
CONF_DIRS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d")

_libc = ctypes.CDLL(None, use_errno=True)


class SandboxError(Exception):
    """The harness, not the loader, failed."""


@dataclass
class Event:
    """One attempt of the loader to set a key. `already`: systemd found the value there and wrote nothing."""
    path: str
    text: str | None
    ok: bool
    error: str = ""
    already: bool = False
    pieces: int = 1


@dataclass
class LoaderRun:
    events: list = field(default_factory=list)
    status: int = 0
    messages: str = ""
    opened: list = field(default_factory=list)   # configuration files, in the order in which they were read
    readback: dict = field(default_factory=dict)  # path below /proc/sys -> bytes, for every key of an event


@dataclass
class Bundle:
    loader: str
    folder: str
    argv: list
    version: str


def _check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise SandboxError(f"{what}: {os.strerror(number)}")


def _mount(source, target, flags):
    _check(_libc.mount(str(source).encode(), str(target).encode(), None, flags, None), f"mount {target}")


def _bind(source, target, flags=0):
    _mount(source, target, MS_BIND | flags)


def enter_namespace():
    """Leaves the host's mount and network namespace for good; the interfaces of every test are made here."""
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWNET), "unshare")
    _mount("none", "/", MS_REC | MS_PRIVATE)
    done = subprocess.run(["ip", "-batch", "-"], input=LINKS.encode(), capture_output=True)
    if done.returncode:
        raise SandboxError("ip: " + done.stderr.decode(errors="replace").strip())


def in_child(function, *arguments, timeout=60):
    """Calls function in a forked child and returns what it returned; exceptions pass through."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(timeout)
        try:
            answer = (True, function(*arguments))
        except Exception as problem:  # whatever it is, the parent reports it
            answer = (False, f"{type(problem).__name__}: {problem}")
        with os.fdopen(writer, "wb") as stream:
            pickle.dump(answer, stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    if not data:
        raise SandboxError("the child died (a time limit?)")
    done, answer = pickle.loads(data)
    if not done:
        raise SandboxError(answer)
    return answer


# ---- programs -------------------------------------------------------------------------------------------------------

def _first(root, *patterns):
    for pattern in patterns:
        for found in sorted(pathlib.Path(root).glob(pattern)):
            return "/" + str(found.relative_to(root))
    raise SandboxError(f"{root}: none of {', '.join(patterns)}")


def bundle_make(loader, root, into):
    """Copies the loader of `root` ('/' or an mmdebstrap folder) with its libraries into the folder `into`."""
    linker = _first(root, "lib64/ld-linux*.so.*", "lib/ld-linux*.so.*", "usr/lib/*/ld-linux*.so.*")
    if loader == "procps":
        program, options = _first(root, "usr/sbin/sysctl", "sbin/sysctl"), ["--system"]
    else:
        program, options = _first(root, "usr/lib/systemd/systemd-sysctl", "lib/systemd/systemd-sysctl"), []
    enter = [] if root == "/" else ["chroot", root]
    listing = subprocess.run(enter + [linker, "--list", program], capture_output=True, text=True)
    if listing.returncode:
        raise SandboxError(f"{root}{program}: {listing.stderr.strip()}")
    os.makedirs(into)
    libraries = set(re.findall(r"(/[^\s:]+) \(0x", listing.stdout)) | {linker, program}
    for path in libraries:
        # Links are followed inside the root: /lib may be a link to usr/lib with an absolute library link behind it.
        real = subprocess.run(enter + ["readlink", "-f", path], capture_output=True, text=True).stdout.strip()
        shutil.copy(os.path.join(root, real.lstrip("/")), os.path.join(into, os.path.basename(path)))
    argv = ["/.loader/" + os.path.basename(linker), "--library-path", "/.loader",
            "/.loader/" + os.path.basename(program)] + options
    said = subprocess.run(enter + [program, "--version"], capture_output=True, text=True).stdout   # procps-ng 4.0.2
    return Bundle(loader, str(into), argv, re.search(r"\d+[.\d]*", said)[0])


# ---- one run --------------------------------------------------------------------------------------------------------

def _isolate(root, bundle):
    """Mounts what the loader needs below the tree. The mounts vanish with the namespace."""
    enter_namespace()
    for name in ("proc", "dev", ".loader"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    _bind("/proc", f"{root}/proc")
    _bind("/proc/sys", f"{root}/proc/sys")
    _mount("none", f"{root}/proc/sys", MS_REMOUNT | MS_BIND | MS_RDONLY)
    for name in WRITABLE:
        _bind(f"/proc/sys/net/{name}", f"{root}/proc/sys/net/{name}")
    if not os.path.exists(f"{root}/dev/null"):
        pathlib.Path(f"{root}/dev/null").touch()
    _bind("/dev/null", f"{root}/dev/null")
    _bind(bundle.folder, f"{root}/.loader", MS_REC)


def _run_here(root, bundle, seconds):
    _isolate(root, bundle)
    with tempfile.NamedTemporaryFile(prefix="holdfast-trace-") as trace:
        command = ["strace", "-f", "-qq", "-xx", "-s", "2000000", "--seccomp-bpf", "-o", trace.name,
                   "-e", "trace=open,openat,openat2,read,write,pwrite64,writev,close",
                   "chroot", root, *bundle.argv]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
                       "SYSTEMD_LOG_TARGET": "console", "SYSTEMD_LOG_LEVEL": "info"}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, env=environment)
        trace.seek(0)
        run = parse_trace(trace.read().decode("ascii", "replace"))
    run.status = done.returncode
    run.messages = done.stderr.decode(errors="replace")
    for event in run.events:
        try:
            run.readback[event.path] = pathlib.Path(event.path).read_bytes()
        except OSError:
            pass
    return run


def run_loader(root, bundle, seconds=30):
    return in_child(_run_here, root, bundle, seconds, timeout=seconds + 5)


# ---- strace ---------------------------------------------------------------------------------------------------------

_OPEN = re.compile(r'^\d+ +open(?:at2?)?\((?:AT_FDCWD, |(\d+), )?"((?:\\x[0-9a-f]{2})*)", \{?(?:flags=)?([A-Z_|]+).*'
                   r'\) += (-?\d+)(?: (E\w+))?')
_READ_WRITE = re.compile(r'^\d+ +(read|write)\((\d+), (?:"((?:\\x[0-9a-f]{2})*)"|0x[0-9a-f]+|NULL)(?:\.\.\.)?, \d+\)'
                         r' += (-?\d+)(?: (E\w+))?')
_CLOSE = re.compile(r'^\d+ +close\((\d+)\)')
_STRANGE = re.compile(r'^\d+ +(?:pwrite64|writev)\((\d+),')


def _bytes(escaped):
    return bytes.fromhex((escaped or "").replace("\\x", ""))


def _text(data):
    return data.decode("utf-8", "surrogateescape")


def _event(path, flags, reads, writes):
    if not writes and ("O_RDWR" not in flags or not reads):
        return None
    if not writes:
        return Event(path, _text(b"".join(reads).rstrip(b"\n")), True, already=True)
    # The integer reader takes "31 " of "31 # text" and returns 3. procps leaves it at that; systemd sends the rest, which
    # the kernel ignores (not at offset 0): a piece that is only the untaken rest adds nothing. The same for a retry.
    data, rest, failure = b"", b"", ""
    for piece, taken, failure in writes:
        if piece != rest:
            data += piece
        rest = piece[max(taken, 0):]
        if failure:
            break
    # Both loaders end the value with a newline of their own.
    return Event(path, _text(data.removesuffix(b"\n")), not failure, failure, pieces=len(writes))


def _normal(path):
    return os.path.normpath("/" + path.lstrip("/"))


def parse_trace(trace):
    run, files = LoaderRun(), {}

    def finish(descriptor):
        opened = files.pop(descriptor, None)
        if opened:
            event = _event(*opened)
            if event:
                run.events.append(event)

    for line in trace.splitlines():
        if (match := _OPEN.match(line)):
            folder, path, flags, descriptor, error = match.groups()
            path = _text(_bytes(path))
            if folder or not path.startswith("/"):
                continue
            if int(descriptor) < 0:
                if path.startswith("/proc/sys/") and re.search("O_WRONLY|O_RDWR", flags):
                    run.events.append(Event(_normal(path), None, False, error))
                continue
            if path.startswith("/proc/sys/"):
                files[descriptor] = (_normal(path), flags, [], [])
            elif path.endswith(".conf") and flags.startswith("O_RDONLY"):
                run.opened.append(path)
        elif (match := _READ_WRITE.match(line)):
            call, descriptor, data, result, error = match.groups()
            if descriptor in files:
                if call == "write":
                    files[descriptor][3].append((_bytes(data), int(result), error or ""))
                elif int(result) > 0:
                    files[descriptor][2].append(_bytes(data))
        elif (match := _CLOSE.match(line)):
            finish(match.group(1))
        elif (match := _STRANGE.match(line)) and match.group(1) in files:
            raise SandboxError("the loader writes by a call that is not understood: " + line[:80])
    for descriptor in list(files):
        finish(descriptor)
    return run


# ---- names ----------------------------------------------------------------------------------------------------------

def dotted(path):
    """/proc/sys/net/ipv4/conf/eth0.100/rp_filter -> net.ipv4.conf.eth0/100.rp_filter"""
    return path.removeprefix("/proc/sys/").translate(str.maketrans("./", "/."))


def snapshot(into):
    """Writes a plain folder tree with the names, modes and values of /proc/sys/net of a fresh namespace."""
    def collect():
        enter_namespace()
        found = {}
        for folder, _, names in os.walk("/proc/sys/net"):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    data = pathlib.Path(path).read_bytes() if "base_reachable_time" != name else b"30\n"
                except OSError as problem:
                    if problem.errno not in (errno.EACCES, errno.EPERM, errno.EIO, errno.EINVAL):
                        raise
                    data = b""
                found[path] = (os.stat(path).st_mode & 0o777, data)
        return found

    found = in_child(collect)
    for path in ("/proc/sys/kernel/osrelease", "/proc/sys/kernel/ostype", "/proc/sys/kernel/hostname",
                 "/proc/sys/kernel/version", "/proc/version", "/proc/meminfo"):
        found[path] = (0o444, pathlib.Path(path).read_bytes())
    for path, (mode, data) in found.items():
        target = pathlib.Path(into + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(mode)
    return {path: data for path, (_, data) in found.items() if path.startswith("/proc/sys/net/")}
