"""The host that the points begin from, and the operations that are interrupted."""
import ctypes
import os
import pathlib
import signal
import time
from dataclasses import dataclass, field

import durable
import inject
import state
from state import DROP_IN, FOREIGN, MAIN_FILE

# One line to be corrected in place, another line end, no end behind the last.
MAIN_TEXT = b"# of this host\r\n\nnet.ipv4.tcp_fin_timeout = 60\n; net.ipv4.tcp_rmem = 1 2 3\nkernel.panic = 10"
FOREIGN_TEXT = b"net.core.somaxconn = 512\nnet.ipv4.tcp_keepalive_time = 7200\n"
# A scalar, vectors, and ip_forward, which moves conf/*/forwarding and conf/all/accept_redirects along.
PROFILE = """profile: fault
version: 1
parameters:
  net.ipv4.ip_forward: 1
  net.core.somaxconn: 8192
  net.ipv4.tcp_fin_timeout: 30
  net.ipv4.tcp_keepalive_time: 600
  net.ipv4.tcp_rmem: [8192, 262144, 8388608]
  net.ipv4.ip_local_port_range: [10000, 60999]
"""
EARLIER = """profile: earlier
version: 1
parameters:
  net.ipv4.tcp_keepalive_time: 900
  net.ipv4.tcp_wmem: [8192, 32768, 8388608]
"""
FILES = {"/profiles/fault.yaml": (PROFILE.encode(), 0o644), "/profiles/earlier.yaml": (EARLIER.encode(), 0o644)}
APPLY = ["/holdfast", "apply", "-p", "/profiles/fault.yaml"]
APPLY_EARLIER = ["/holdfast", "apply", "-p", "/profiles/earlier.yaml"]
APPLY_CONFIRM = [*APPLY, "--confirm", "3600"]
RECOVER, ROLLBACK, CONFIRM = ["/holdfast", "recover"], ["/holdfast", "rollback"], ["/holdfast", "confirm"]
CONF = "net/ipv4/conf/"
# In the order in which they have to be put back: ip_forward first, because it moves those of CONF.
KEYS = ("net/ipv4/ip_forward", CONF + "all/forwarding", CONF + "default/forwarding", CONF + "lo/forwarding",
        CONF + "one/forwarding", CONF + "two/forwarding", CONF + "all/accept_redirects", "net/core/somaxconn",
        "net/ipv4/tcp_fin_timeout", "net/ipv4/tcp_keepalive_time", "net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem",
        "net/ipv4/ip_local_port_range")
MOVED = tuple(key for key in KEYS if key != "net/ipv4/tcp_wmem")      # by PROFILE
NAMED = tuple(key for key in MOVED if not key.startswith(CONF))         # in PROFILE

PR_SET_CHILD_SUBREAPER = 36


class Unready(Exception):
    """The host could not be brought to where the operation begins."""


def must(command, code=0):
    said = inject.run(command)
    if said.code != code:
        raise Unready(f"{' '.join(command)}: wanted exit {code}, {said}")
    return said


# ---- beginnings -----------------------------------------------------------------------------------------------------

def nothing():
    pass


def earlier():
    must(APPLY_EARLIER)


def applied():
    must(APPLY)


def applied_twice():
    must(APPLY_EARLIER)
    must(APPLY)


def waiting():
    must(APPLY_CONFIRM)
    end_watchers()


def _killed_at(command, which):
    """At this one of its renames of sysctl files."""
    start = state.remember(KEYS)
    found = inject.renames(command, "/etc")
    start.restore()
    if which >= len(found):
        raise Unready(f"{command[1]} renames {len(found)} sysctl files")
    shot = inject.shoot(inject.Point(command[1], inject.KILL, *found[which]), command)
    if not shot.hit or not os.path.islink(state.OPEN):
        raise Unready(f"{command[1]} was not killed at its rename: {shot.trace}")


def killed_live():
    _killed_at(APPLY, 0)


def killed_renamed():
    _killed_at(APPLY, 1)


def rollback_killed():
    applied()
    _killed_at(ROLLBACK, 0)


# ---- watchers -------------------------------------------------------------------------------------------------------

def adopt():
    """From now on what an ended program leaves running becomes a child of this process."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def watchers():
    return [int(each) for each in pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def end_watchers():
    for each in watchers():
        os.kill(each, signal.SIGKILL)
        os.waitpid(each, 0)


def await_watchers(seconds=20):
    """Until they have ended of themselves; False: one is still there."""
    end = time.monotonic() + seconds
    while watchers():
        for each in watchers():
            os.waitpid(each, os.WNOHANG)
        if time.monotonic() > end:
            return False
        time.sleep(0.0005)
    return True


# ---- operations -----------------------------------------------------------------------------------------------------

@dataclass
class Operation:
    name: str
    command: list
    begin: object
    again: tuple            # what is started after a point, in turn
    watched: bool = False   # it leaves a watcher running


OPERATIONS = (
    Operation("apply", APPLY, nothing, (RECOVER, APPLY)),
    Operation("apply-over", APPLY, earlier, (RECOVER, APPLY)),
    Operation("rollback", ROLLBACK, applied, (RECOVER, ROLLBACK, APPLY)),
    Operation("rollback-over", ROLLBACK, applied_twice, (RECOVER, ROLLBACK)),
    Operation("recover-live", RECOVER, killed_live, (RECOVER, APPLY)),
    Operation("recover-renamed", RECOVER, killed_renamed, (RECOVER, APPLY)),
    Operation("recover-rollback", RECOVER, rollback_killed, (RECOVER, ROLLBACK)),
    Operation("apply-confirm", APPLY_CONFIRM, nothing, (RECOVER, APPLY), watched=True),
    Operation("confirm", CONFIRM, waiting, (RECOVER, CONFIRM, ROLLBACK)),
    Operation("take-back", ROLLBACK, waiting, (RECOVER, ROLLBACK, APPLY)),
)


@dataclass
class Scene:
    """An operation on this host, with all that a point is held against."""
    operation: Operation
    first: state.Start              # before anything
    start: state.Start              # where the operation begins
    end: state.Start                # where it ends when nothing fails
    new: state.Start                # after a good apply
    values: dict = field(default_factory=dict)      # key: its possible values
    wholes: dict = field(default_factory=dict)      # sysctl file: its possible bytes
    points: list = field(default_factory=list)      # (call, number) of the whole run
    lost: list = field(default_factory=list)        # what a loss of power could break


def _fresh(host):
    host.links("link add one type veth peer name two\nlink set one up\n")
    for path, data, mode in ((MAIN_FILE, MAIN_TEXT, 0o640), (FOREIGN, FOREIGN_TEXT, 0o644)):
        host.write(path, data, mode)
        try:
            os.setxattr(path, state.ATTRIBUTE, b"a \xff test")
        except OSError:
            pass                # tmpfs keeps these since Linux 6.6
    for path in os.listdir("/etc/sysctl.d"):
        if f"/etc/sysctl.d/{path}" != FOREIGN:
            raise Unready(f"/etc/sysctl.d/{path} is there already")
    before = state.all_live()
    first = state.remember(KEYS)
    must(APPLY)
    moved = {key for key, value in state.all_live().items() if before.get(key) != value}
    if not moved <= set(KEYS):
        raise Unready(f"an apply moves {sorted(moved - set(KEYS))} too: name them in KEYS")
    new = state.remember(KEYS)
    first.restore()
    return first, new


def stage(host, operation, look=False):
    """The host that everything of this process is tried on. look: what is there to be tried, and durable.py."""
    adopt()
    first, new = _fresh(host)
    operation.begin()
    start = state.remember(KEYS)
    points, said = inject.survey(operation.command)
    if said.code != 0:
        raise Unready(f"{operation.name}: {said}")
    end_watchers()
    end = state.remember(KEYS)
    start.restore()
    scene = Scene(operation, first, start, end, new, points=points)
    if look:
        scene.lost = durable.problems(operation.command)
        end_watchers()
        start.restore()
    for key in KEYS:
        scene.values[key] = {each.values[key] for each in (first, start, end, new)}
    for path in (MAIN_FILE, DROP_IN):
        scene.wholes[path] = {each.files[path][1] if path in each.files else None for each in (first, start, end, new)}
    return scene
