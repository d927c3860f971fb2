"""What the cases are written with: holdfast in a private host, its traces, and checks that go on after a failure.

    @case                                    # by root and by user 1000 in a user namespace
    def sets_the_values(t): ...
    @case(users=(0,))                        # needs the machine's root

A case fails when a check failed, when it raises, or when it checked nothing. CannotHere skips it.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
from dataclasses import dataclass, field

import private
from private import CannotHere  # noqa: F401 (for the cases)

PLAIN_USER = 1000
DROP_IN = "/etc/sysctl.d/99-zz-holdfast.conf"
MAIN_FILE = "/etc/sysctl.conf"
LOCK = "/run/lock/holdfast.lock"
SYSTEMD_SYSCTL = ("/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl")
OK, WORK, DRIFT, PENDING, INVALID, BUSY, DENIED = 0, 1, 2, 3, 65, 75, 77

CASES = []


@dataclass
class Case:
    name: str
    function: object
    users: tuple
    timeout: int


def case(function=None, *, users=(0, PLAIN_USER), timeout=120):
    def register(body):
        CASES.append(Case(body.__name__, body, users, timeout))
        return body
    return register(function) if function else register


@dataclass
class Said:
    """What a run of holdfast left."""
    code: int
    out: str
    err: str

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}".rstrip()


class Scenario:
    def __init__(self, host, loader="procps"):
        self.host, self.failures, self.checks = host, [], 0
        self.use_loader(loader)

    # ---- checks

    def holds(self, condition, text):
        self.checks += 1
        if not condition:
            self.failures.append(str(text))
        return bool(condition)

    def same(self, what, found, wanted):
        return self.holds(found == wanted, f"{what}: wanted {wanted!r}, found {found!r}")

    def exits(self, what, said, *codes):
        return self.holds(said.code in codes, f"{what}: wanted exit {' or '.join(map(str, codes))}, {said}")

    def says(self, what, said, *texts):
        for text in texts:
            self.holds(text in said.out + said.err, f"{what}: nothing of {text!r} in: {said}")

    def values(self, what, wanted):
        for key, value in wanted.items():
            self.same(f"{what}, {key}", self.value(key), value)

    # ---- holdfast

    def profile(self, text, name="case"):
        """text: the lines below `parameters:`."""
        lines = "".join(f"  {line}\n" for line in text.strip("\n").split("\n"))
        return self.host.write(f"/profiles/{name}.yaml", f"profile: {name}\nversion: 1\nparameters:\n{lines}")

    def holdfast(self, *words, wrap=(), **options):
        done = self.host.run([*wrap, "/holdfast", *words], **options)
        return Said(done.returncode, done.stdout, done.stderr)

    def apply(self, profile, *words, **options):
        return self.holdfast("apply", "-p", profile, *words, **options)

    def check(self, profile, *words, **options):
        return self.holdfast("check", "-p", profile, *words, **options)

    def report(self, *words, **options):
        """The JSON of a command; what is no JSON fails the case."""
        said = self.holdfast(*words, "--json", **options)
        try:
            return said, json.loads(said.out)
        except ValueError:
            self.holds(False, f"{words[0]} --json prints no JSON: {said}")
            return said, {"parameters": [], "changes": [], "counts": {}}

    @staticmethod
    def parameter(report, key):
        return next((each for each in report["parameters"] if each["key"] == key), {})

    def use_loader(self, loader):
        """How this host boots, as holdfast sees it."""
        self.loader = loader
        if loader == "systemd":
            os.makedirs("/run/systemd/system", exist_ok=True)
        else:
            shutil.rmtree("/run/systemd", ignore_errors=True)

    # ---- the kernel, as the how-to looks at it

    @staticmethod
    def path(key):
        """A dotted key's file; eth0/100 in the key is the interface eth0.100."""
        return "/proc/sys/" + key.translate(str.maketrans("./", "/."))

    def value(self, key):
        done = self.host.run(["cat", self.path(key)])
        return done.stdout.strip().replace("\t", " ") if done.returncode == 0 else None

    def echo(self, value, key):
        """Another hand."""
        with open(self.path(key), "w") as stream:
            stream.write(f"{value}\n")

    # ---- files

    @staticmethod
    def text(path):
        try:
            return pathlib.Path(path).read_text()
        except FileNotFoundError:
            return None

    def assigned(self, path=DROP_IN):
        """The assignments of a sysctl file, as {key: value}."""
        lines = [line.strip() for line in (self.text(path) or "").splitlines()]
        pairs = [line.split("=", 1) for line in lines if "=" in line and line[0] not in "#;"]
        return {key.strip(): value.strip() for key, value in pairs}

    @staticmethod
    def files(*folders):
        """Everything that says that a file was touched."""
        return fingerprints(folders or ("/etc", "/var"))


def fingerprints(folders, skip=()):
    """{path: what would differ if the file had been touched}"""
    found = {}
    for folder in folders:
        for where, names, files in os.walk(folder):
            for name in [""] + names + files:
                path = os.path.join(where, name) if name else where
                if path in skip:
                    continue
                try:
                    status = os.lstat(path)
                    data = ""
                    if stat.S_ISREG(status.st_mode):
                        data = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
                    elif stat.S_ISLNK(status.st_mode):
                        data = os.readlink(path)
                except FileNotFoundError:
                    continue
                except PermissionError:
                    data = "?"
                found[path] = (status.st_mode, status.st_uid, status.st_ino, status.st_mtime_ns, data)
    return found


def contents(*folders):
    """{path: what a reader sees of it}; that it was touched does not show."""
    found = {}
    for folder in folders:
        for where, names, files in os.walk(folder):
            for name in [""] + names + files:
                path = os.path.join(where, name) if name else where
                status = os.lstat(path)
                if stat.S_ISLNK(status.st_mode):
                    data = os.readlink(path)
                else:
                    data = pathlib.Path(path).read_bytes() if stat.S_ISREG(status.st_mode) else ""
                found[path] = (status.st_mode, status.st_uid, status.st_gid, data)
    return found


def processes_here():
    """{process: name} of all but this one in this network namespace; a private host has one of its own."""
    own, found = os.readlink("/proc/self/ns/net"), {}
    for each in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            if each != os.getpid() and os.readlink(f"/proc/{each}/ns/net") == own:
                status = pathlib.Path(f"/proc/{each}/stat").read_text()
                if status.rpartition(")")[2].split()[0] not in "ZX":
                    found[each] = pathlib.Path(f"/proc/{each}/comm").read_text().strip()
        except OSError:
            pass            # it has gone, or is somebody else's
    return found


# ---- traces ---------------------------------------------------------------------------------------------------------

@dataclass
class Call:
    name: str
    words: str          # the arguments as strace prints them, descriptors with their paths
    result: int
    path: str           # of the descriptor that it opened or worked on
    occurrence: int     # the how-manieth of its name, from 1

    @property
    def writes(self):
        return bool(re.search(r"O_WRONLY|O_RDWR", self.words))


@dataclass
class Trace:
    said: Said
    calls: list = field(default_factory=list)


_CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+|\?)(?:<([^>]*)>)?")
_DESCRIPTOR = re.compile(r"^\d+<([^>]*)>")
OPENS = ("open", "openat", "openat2", "creat")
TOUCHES = ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir",
           "mkdirat", "rmdir", "truncate", "ftruncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat",
           "utimensat", "mknod", "mknodat", "setxattr", "fsetxattr")


def trace(t, *words, options=()):
    """Runs holdfast under strace -f."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    log = "/tmp/trace"
    pathlib.Path(log).unlink(missing_ok=True)
    said = t.holdfast(*words, wrap=["strace", "-f", "-qq", "-y", "-s", "200", "-o", log, *options])
    found, counts = Trace(said), {}
    for line in (t.text(log) or "").splitlines():
        match = _CALL.match(line)
        if match is None:
            continue
        name, arguments, result, opened = match.groups()
        counts[name] = counts.get(name, 0) + 1
        # The kernel found a lock taken and begins the call anew (ip_forward does); the program sees one call.
        if "= ? ERESTART" in line:
            continue
        on = _DESCRIPTOR.match(arguments)
        path = opened if name in OPENS else on.group(1) if on else ""
        found.calls.append(Call(name, arguments, int(result) if result != "?" else 0, path or "", counts[name]))
    if not found.calls:
        raise private.PrivateError(f"strace shows nothing: {said}")
    return found


# ---- boots ----------------------------------------------------------------------------------------------------------

def sysctl_files():
    """What an apply left for the next boot, to be given to another private host."""
    kept = {}
    for folder in ("/etc/sysctl.d", "/run/sysctl.d"):
        for path in sorted(pathlib.Path(folder).iterdir()):
            kept[str(path)] = os.readlink(path) if path.is_symlink() else path.read_bytes()
    if os.path.exists(MAIN_FILE):
        kept[MAIN_FILE] = pathlib.Path(MAIN_FILE).read_bytes()
    return kept


def loader_command(loader):
    if loader == "procps":
        program = shutil.which("sysctl", path=private.PATH)
        command = [program, "--system"]
    else:
        program = next((each for each in SYSTEMD_SYSCTL if os.path.exists(each)), None)
        command = [program]
    if program is None:
        raise CannotHere(f"the loader of {loader} is not installed")
    return command


def _boot(host, kept, loader, links, later, keys):
    for path, content in kept.items():
        if isinstance(content, str):
            os.symlink(content, path)
        else:
            host.write(path, content)
    host.links(links)
    said = host.run(loader_command(loader))
    if later:
        name = later.split()[2]
        host.links(later)
        # What 99-systemd.rules runs for an interface that appears; with procps a new one has what `default` gives it.
        if loader == "systemd":
            said = host.run(loader_command(loader) + [f"--prefix=/net/ipv{v}/{part}/{name}" for v in (4, 6)
                                                      for part in ("conf", "neigh")])
    t = Scenario(host, loader)
    return {key: t.value(key) for key in keys}, said.stdout + said.stderr


def boots_to(t, wanted, links="", later="", loader=None):
    """The real loader, in a fresh namespace with the files that are here now, sets exactly the wanted values."""
    loader, kept = loader or t.loader, sysctl_files()
    found, said = private.call(_boot, kept, loader, links, later, list(wanted))
    for key, value in wanted.items():
        t.holds(found[key] == value, f"boot by {loader}: {key} is {found[key]!r}, wanted {value!r}\n  the files: "
                f"{kept.get(DROP_IN)!r}\n  the loader: {said.strip()[-300:]!r}")

