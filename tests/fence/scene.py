"""A private host on which each command of holdfast has something to do, and what is asked of a command that is shut in there."""
import contextlib
import ctypes
import errno
import json
import os
import signal
import subprocess

import acts
import private
import rider
import scenario
import tracer

PROFILE, AGENT, PLAN = "/profiles/case.yaml", "/etc/holdfast/agent.yaml", "/out/plan.json"
FIN = "net.ipv4.tcp_fin_timeout"
SETTINGS = "profiles: [case]\nmetrics: {textfile: /metrics/holdfast.prom}\n"
# What is read before anything of a profile, a journal or the host is: who we are, and what agent.yaml wants.
FIRST = (AGENT, "/etc/machine-id", "/etc/hostname", "/etc/os-release", "/usr/lib/os-release", "/dev/null", "/proc/self/uid_map",
         "/etc/sysctl.conf", "/proc/sys/kernel/hostname", "/proc/version", "/proc/uptime", "/proc/sys/kernel/random/boot_id",
         "/proc/self/ns/net")
TREE = "/tree"         # of the cases with --root
O_PATH = 0o10000000
LANDLOCK_ENTER = "landlock_restrict_self"


def lay(t, settings=SETTINGS):
    """In this host, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(acts.NEW_UTS | acts.NEW_IPC)
    t.host.write(PROFILE, f"profile: case\nversion: 1\nparameters:\n  {FIN}: 30\n")
    t.host.write("/etc/holdfast/profiles/case.yaml", f"profile: case\nversion: 1\nparameters:\n  {FIN}: 30\n")
    t.host.write(AGENT, settings)
    t.host.write("/profiles/given.conf", f"{FIN} = 30\n")
    for folder in ("/precious", "/elsewhere", "/metrics", "/out", "/var/lib/holdfast"):
        os.makedirs(folder, exist_ok=True)
    os.chmod("/var/lib/holdfast", 0o700)
    private.mount("elsewhere", "/elsewhere", "tmpfs")
    t.host.write("/precious/known", "as it was\n")
    acts.lay("/precious")
    t.victim = subprocess.Popen(["sleep", "300"])


def again(t):
    """As before the first try."""
    acts.lay("/precious")
    t.echo("60", FIN)
    for path in ("/var/lib/holdfast", "/etc/sysctl.d", "/metrics", "/out"):
        subprocess.run(["find", path, "-mindepth", "1", "-delete"], check=True)


def known_rights(t):
    """{command: its rights as `holdfast --help --json` prints them}"""
    document = json.loads(t.holdfast("--help", "--json").out)
    return {each["name"]: each["rights"] for each in document["commands"]}


def opened(pid, call):
    """The path that it is about to open for more than its place; None where it is none."""
    if call.name == "openat2":
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(call.words[2])
            flags = int.from_bytes(memory.read(8), "little")
    elif call.name == "openat":
        flags = call.words[2]
    else:
        return None
    if flags & O_PATH:
        return None
    folder = call.words[0] & 0xffffffff
    where = f"/proc/{pid}/" + ("cwd" if folder == 0xffffff9c else f"fd/{folder}")
    return os.path.normpath(os.path.join(os.readlink(where), call.path))


class Taken:
    """A run of holdfast, of which one process was taken over when it first opened what it was to open shut in."""

    def __init__(self):
        self.at, self.early, self.found, self.rights, self.run, self.entered = None, [], {}, {}, None, False


def take_over(words, what, process=0, when=None, command=("/holdfast",), lacks=()):
    """
    what: the acts. process: which one, in the order of their making; None: any. when(pid, process, call): whether it is to happen
    at this call; else it is at the first opening of something that is not in FIRST, or when it prints. lacks: the system calls that
    the kernel has not.
    """
    taken = Taken()

    def is_time(pid, each, call):
        if when:
            return when(pid, each, call)
        path = opened(pid, call)
        return path is not None and path.removeprefix(TREE) not in FIRST or call.name == "write" and call.words[0] == 1

    def visit(who, pid, each):
        call = each.calls[-1]
        if call.name in lacks:
            who.fail(pid, each, each.number, -errno.ENOSYS)
            return
        if taken.at or each.program != "holdfast" or process not in (None, who.order.index(each)):
            return
        if not is_time(pid, each, call):
            return
        lines = [each.calls] + ([who.order[each.parent].calls] if each.parent >= 0 else [])
        taken.entered = any(one.name == LANDLOCK_ENTER and one.result == 0 for calls in lines for one in calls)
        taken.rights = tracer.status_of(pid)
        taken.at = f"{call.name} {call.path}"
        taken.found = rider.ride(who, pid, what)

    taken.run = tracer.run([*command, *words], log=True, visit=visit, limit_s=30)
    return taken


def end_of(t):
    t.victim.kill()
    t.victim.wait()
    for each in scenario.processes_here():
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
