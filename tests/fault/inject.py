"""One run of holdfast under strace that makes one system call fail, or kills the program at it.

strace --seccomp-bpf stops the program at the named calls alone and is fast. It cannot kill there, though: the kernel
drops a signal that is given at a seccomp stop, and strace (6.1) shows nothing of it. So points that kill go without it.
strace lets the very first execve pass, so that one is reached through env.
"""
import re
import subprocess
from dataclasses import dataclass

LOG = "/tmp/fault.trace"
KILL, NO_MEMORY = "kill", "ENOMEM"
ERRORS = ("EIO", "ENOSPC", "EACCES", "EINTR")
# brk gives back the old end when it fails, never an error number: the four in turn would be four times the impossible.
# The C library takes the 0, for which strace knows no better, for the end of its heap: once it has one (from the fifth on)
# it ends the program, as no kernel could make it.
NO_ERROR_NUMBER = {"brk": ("retval=0", NO_MEMORY)}
BRK_MOST = 4
# The first thing that main does. A death before it is the C library's, which has not heard of holdfast.
MAIN = "umask"

_LINE = re.compile(r"^(?:\d+ +)?(\w+)\(")
# The kernel found a lock taken and begins the call anew, often many times (ip_forward does). For the program it is one
# call, for the counter of strace it is many.
_ANEW = "= ? ERESTART"


@dataclass(frozen=True)
class Point:
    operation: str
    fault: str          # kill, or an error's name
    call: str
    number: int         # the how-manieth of its name, from 1

    def __str__(self):
        return f"{self.operation}:{self.fault}:{self.call}:{self.number}"


@dataclass
class Said:
    code: int           # negative: the signal that ended it
    out: str
    err: str

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}".rstrip()


@dataclass
class Shot:
    said: Said
    hit: bool           # the trace shows the injected call
    seen: int           # calls of that name
    in_main: bool
    moved: bool         # a call was begun anew, so another call than that was hit
    trace: str


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          timeout=60)
    return Said(done.returncode, done.stdout, done.stderr)


def _trace():
    with open(LOG, errors="replace") as stream:
        return stream.read()


def names(trace):
    found = (_LINE.match(line) for line in trace.splitlines() if _ANEW not in line)
    return [each.group(1) for each in found if each]


def survey(command):
    """[(call, number)] of one run, in order, and what it said."""
    said = run(["strace", "-qq", "-o", LOG, "/usr/bin/env", *command])
    every, counts, points = names(_trace()), {}, []
    own = len(every) - every[::-1].index("execve") - 1      # env's own calls come before it
    for name in every[own:]:
        counts[name] = counts.get(name, 0) + 1
        points.append((name, counts[name]))
    return points, said


def renames(command, folder):
    """[(call, number)] of a run's renames in the folder."""
    run(["strace", "-qq", "-y", "-o", LOG, "-e", "trace=renameat,renameat2", *command])
    counts, found = {}, []
    for line in _trace().splitlines():
        match = re.match(r"(renameat2?)\(\d+<([^>]*)>", line)
        if match is None:
            continue
        name, where = match.groups()
        counts[name] = counts.get(name, 0) + 1
        if where == folder or where.startswith(folder + "/"):
            found.append((name, counts[name]))
    return found


def shoot(point, command, forks=False):
    """forks: what the program leaves running is not traced, and strace does not wait for it."""
    name = point.call
    options = ["-qq", "-o", LOG, "-e", f"trace={name},{MAIN}"]
    if point.fault == KILL:
        fault = "signal=SIGKILL"
    else:
        fault = NO_ERROR_NUMBER[name][0] if name in NO_ERROR_NUMBER else f"error={point.fault}"
        if not forks:
            options += ["-f", "--seccomp-bpf"]
    options += ["-e", f"inject={name}:{fault}:when={point.number}"]
    said = run(["strace", *options, *(["/usr/bin/env"] if name == "execve" else []), *command])
    trace = _trace()
    every = names(trace)
    seen = every.count(name) - (name == "execve")
    if point.fault == KILL:
        hit = said.code == -9 and "+++ killed by SIGKILL +++" in trace and seen == point.number
    else:
        hit = trace.count("(INJECTED)") == 1
    return Shot(said, hit, seen, MAIN in every, _ANEW in trace, trace)
