"""What keeps others out and a change in hand: the lock, network namespaces, the probe, the watcher, the countdown."""
import contextlib
import ctypes
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import time

import private
from cases_classic import CLASSIC, WANTED
from cases_confirm import (Terminal, deadline_passes, ends_at_its_deadline, ends_within, is_over, nobody_left, until, waits,
                           watchers)
from cases_transactions import (FOREIGN, JOURNAL, RENAME, died, entries, kept, key_path, nothing_open, said_by, same_world,
                                slow, states, traced, world)
from scenario import BUSY, DRIFT, DROP_IN, LOCK, MAIN_FILE, OK, WORK, CannotHere, Said, case, contents

FIN = "net.ipv4.tcp_fin_timeout"
NOBODY = 65534
PR_CAPBSET_DROP, CAP_SETGID, CAP_SETUID = 24, 6, 7
LIBC = ctypes.CDLL(None)


@contextlib.contextmanager
def locked(path=LOCK):
    """As if another holdfast were changing this host."""
    with open(path, "a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


# ---- the probe ------------------------------------------------------------------------------------------------------

def ignore_children():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


@case
def a_probe_counts_where_children_are_ignored(t):
    """Many daemons ignore SIGCHLD, and what they start inherits that; then nobody hears how a child has ended."""
    before = world()
    said = t.apply(CLASSIC, "--confirm", "3", "--probe", "false", preexec_fn=ignore_children)
    t.exits("apply with a probe that fails", said, WORK)
    t.says("apply with a probe that fails", said, "probe", "nothing was changed")
    same_world(t, "apply with a probe that fails", before)
    t.same("the journal", entries() if os.path.exists(JOURNAL) else [], [])
    t.host.write("/run/well", "")
    os.chmod("/run", 0o755)
    waits(t, "30", "--probe", "test -e /run/well", preexec_fn=ignore_children)
    time.sleep(1.2)
    t.holds(not is_over(), "it was undone while the probe was good")
    os.unlink("/run/well")
    ends_within(t, "the probe failed", 0, 1.5)
    same_world(t, "the probe failed", before)
    nobody_left(t, "the probe failed")


@case(users=(0,))
def a_probe_that_cannot_become_nobody_is_refused(t):
    """Root without CAP_SETGID or CAP_SETUID, as in a hardened unit: it must not run as root."""
    os.mkdir("/run/probe")
    os.chmod("/run/probe", 0o777)
    before = world()
    for name, capability in (("CAP_SETGID", CAP_SETGID), ("CAP_SETUID", CAP_SETUID)):
        said = t.apply(CLASSIC, "--confirm", "30", "--probe", "id -u >/run/probe/user",
                       preexec_fn=lambda number=capability: LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0))
        t.exits(f"without {name}: apply", said, WORK)
        t.says(f"without {name}: apply", said, "could not become nobody", "nothing was changed")
        t.same(f"without {name}: the probe ran as", t.text("/run/probe/user"), None)
        same_world(t, f"without {name}: apply", before)
    waits(t, "30", "--probe", "id -u >>/run/probe/user")
    t.same("with all rights: the probe runs as", set((t.text("/run/probe/user") or "").split()), {str(NOBODY)})
    t.exits("rollback", t.holdfast("rollback"), OK)


@case
def what_a_probe_leaves_behind_goes_with_it(t):
    """It ended well, but something that it has started goes on: one more every half second."""
    before = world()
    waits(t, "2", "--probe", "sleep 100 & true")
    ends_at_its_deadline(t, "deadline of 2 s")
    same_world(t, "after the deadline", before)
    nobody_left(t, "after the deadline")


# ---- the lock -------------------------------------------------------------------------------------------------------

@case
def the_watcher_waits_for_the_lock_as_long_as_it_takes(t):
    """The watcher gave up after 120 looks. Here they take no time, so that a second is more than that."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    before = world()
    subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=clock_nanosleep,nanosleep", "-e",
                      "inject=clock_nanosleep,nanosleep:retval=0", "/holdfast", "apply", "-p", CLASSIC, "--confirm", "3"],
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    t.holds(until(lambda: os.path.exists(f"{JOURNAL}/open") and entries()[0]["state"] == "waiting", 20) is not None,
            "it does not wait")
    with locked():                                  # when the apply itself has let go of it
        deadline_passes()
        time.sleep(2.5)
        t.holds(not is_over(), "it was undone under another's lock")
        t.values("while the lock is held", WANTED)
        t.same("watchers", len(watchers()), 1)
    ends_within(t, "the lock is free", 0, 2)
    same_world(t, "the lock is free", before)
    states(t, "the lock is free", "apply undone")


def foreign_file():
    pathlib.Path(LOCK).touch()


def foreign_folder():
    os.makedirs(f"{LOCK}/x")


def foreign_link():
    os.symlink("/etc/passwd", LOCK)


def foreign_pipe():
    os.mkfifo(LOCK)


def make_foreign(make):
    """/run/lock is everybody's; whoever comes first after a boot can make what he likes there."""
    os.chmod("/run/lock", 0o1777)
    if os.path.lexists(LOCK):
        os.unlink(LOCK)
    make()
    os.chown(LOCK, NOBODY, NOBODY, follow_symlinks=False)


@case(users=(0,))
def a_foreign_lock_keeps_nobody_out(t):
    before = world()
    for make in (foreign_file, foreign_folder, foreign_link, foreign_pipe):
        name = make.__name__
        for words in (("apply", "-p", CLASSIC), ("recover",), ("rollback",)):
            make_foreign(make)
            t.exits(f"{name}: {words[0]}", t.holdfast(*words), OK)
        t.same(f"{name}: whose the lock is", (os.lstat(LOCK).st_uid, os.lstat(LOCK).st_mode & 0o7777), (0, 0o600))
        same_world(t, f"{name}: rollback", before)
    make_foreign(foreign_file)
    with locked():
        t.exits("a foreign lock that is held", t.apply(CLASSIC), OK)


def rivals(t, first_words, second_words, delayed, ms):
    """The first sees a foreign lock and is held up before it moves it away; the second comes in the meantime, has the lock
    for longer than that, and the first may not have it too."""
    first = slow(t, delayed, RENAME, ms, *first_words)
    traced(first)
    time.sleep(0.2)
    second = slow(t, key_path(FIN), "write", 3 * ms, *second_words)
    return said_by(first), said_by(second)


@case(users=(0,))
def two_that_find_a_foreign_lock_are_not_in_it_together(t):
    left = t.profile(f"{FIN}: 31", "left")
    right = t.profile(f"{FIN}: 32", "right")
    t.exits("an earlier apply", t.apply(t.profile("net.ipv4.tcp_sack: 0")), OK)
    make_foreign(foreign_file)
    said = rivals(t, ("apply", "-p", left), ("apply", "-p", right), "/run/lock", 1500)
    t.same("exits", sorted(each.code for each in said), [OK, BUSY])
    t.same("states", [each["state"] for each in entries()], ["done", "done"])
    winner = "31" if said[0].code == OK else "32"
    t.same("live", t.value(FIN), winner)
    t.same("persisted", t.assigned().get(FIN), winner)
    t.exits("verify", t.holdfast("verify"), OK)
    nothing_open(t, "two at once")


@case(users=(0,))
def two_that_find_a_foreign_lock_before_the_first_change(t):
    """There is no journal yet that could be locked too."""
    left = t.profile(f"{FIN}: 31", "left")
    right = t.profile(f"{FIN}: 32", "right")
    make_foreign(foreign_file)
    said = rivals(t, ("apply", "-p", left), ("apply", "-p", right), "/run/lock", 1500)
    t.same("exits", sorted(each.code for each in said), [OK, BUSY])
    t.same("states", [each["state"] for each in entries()], ["done"])
    t.exits("verify", t.holdfast("verify"), OK)
    nothing_open(t, "two at once")


# ---- another network namespace --------------------------------------------------------------------------------------

def elsewhere(t, *words, set_to="30"):
    """Runs holdfast in a network of its own, where somebody has set the value by hand; and what it is there then."""
    script = f"echo {set_to} >{key_path(FIN)}; /holdfast \"$@\"; code=$?; cat {key_path(FIN)} >/run/there; exit $code"
    done = t.host.run(["unshare", "-n", "sh", "-c", script, "sh", *words])
    return Said(done.returncode, done.stdout, done.stderr), (t.text("/run/there") or "").strip()


@case
def a_rollback_in_another_network_is_refused(t):
    """What is seen there is not what was set, whatever it looks like."""
    before = world()
    t.exits("apply", t.apply(t.profile(f"{FIN}: 30")), OK)
    applied = world()
    for words in (("rollback",), ("rollback", "--force"), ("rollback", "--dry-run"), ("rollback", entries()[0]["id"])):
        said, there = elsewhere(t, *words)
        t.exits(" ".join(words), said, WORK)
        t.says(" ".join(words), said, FIN, "another network namespace", "nothing was changed")
        t.same(f"{words}: the value there", there, "30")
        same_world(t, " ".join(words), applied)
        states(t, " ".join(words), "apply done")
    t.exits("rollback where it was set", t.holdfast("rollback"), OK)
    same_world(t, "rollback where it was set", before)


@case
def a_recovery_in_another_network_writes_no_value_there(t):
    """And leaves a way to give it back where it was set."""
    before = world()
    died(t, key_path(FIN), "write", "apply", "-p", t.profile(f"{FIN}: 30"))
    dead = entries()[0]["id"]
    said, there = elsewhere(t, "recover")
    t.exits("recover", said, DRIFT, WORK)
    t.says("recover", said, "another network namespace")
    t.same("the value there", there, "30")
    t.same("the value here", t.value(FIN), "30")
    t.holdfast("rollback", dead)
    same_world(t, "rollback where it was set", before)
    nothing_open(t, "rollback where it was set")


@case
def what_waits_is_taken_back_in_its_own_network(t):
    """Whatever is done in another one, the deadline holds here."""
    before = world()
    waits(t, "4", profile=t.profile(f"{FIN}: 30"))
    for words in (("rollback",), ("recover",)):
        _, there = elsewhere(t, *words)
        t.same(f"{words[0]}: the value there", there, "30")
    t.holds(until(lambda: t.value(FIN) == "60", 10) is not None, "the value here is never given back")
    same_world(t, "after the deadline", before)
    nobody_left(t, "after the deadline")


# ---- the countdown --------------------------------------------------------------------------------------------------

@case
def only_enter_alone_confirms(t):
    """Not what was typed before the countdown, and not a line with something in it."""
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "30")
    os.write(terminal.end, b"\n\n")
    t.holds(terminal.read("s left", 20), f"no countdown: {terminal.text}")
    for typed in (b"no\n", b"ss -s\n", b" \n"):
        os.write(terminal.end, typed)
        time.sleep(0.7)
        t.same(f"state after {typed}", entries()[0]["state"], "waiting")
    t.same("the drop-in", t.text(DROP_IN), None)
    os.write(terminal.end, b"\n")
    t.same("exit of the countdown", terminal.wait(15), OK)
    states(t, "Enter", "apply done")
    t.exits("check", t.check(CLASSIC), OK)
    nobody_left(t, "Enter")


@case
def enter_under_a_busy_lock_is_not_lost(t):
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "20")
    t.holds(terminal.read("s left", 20), f"no countdown: {terminal.text}")
    with locked():
        os.write(terminal.end, b"\n")
        time.sleep(1.5)
        t.holds(not terminal._ended(), "the countdown is over under another's lock")
        t.same("state under another's lock", entries()[0]["state"], "waiting")
    t.same("exit of the countdown", terminal.wait(15), OK)
    states(t, "the lock is free", "apply done")
    t.exits("check", t.check(CLASSIC), OK)
    nobody_left(t, "the lock is free")


@case
def when_the_watcher_was_killed_the_countdown_undoes(t):
    before = world()
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "2")
    t.holds(terminal.read("s left", 20), f"no countdown: {terminal.text}")
    start = time.monotonic()
    for each in watchers():
        os.kill(each, signal.SIGKILL)
    terminal.read("\0", 20)
    took = time.monotonic() - start
    t.holds(3 < took < 8, f"it was over after {took} s, wanted 2 s and some 3 s")
    t.same("exit of the countdown", terminal.wait(10), WORK)
    t.says("the countdown", Said(0, terminal.text, ""), "not confirmed in time")
    same_world(t, "after the deadline", before)
    states(t, "after the deadline", "apply undone")
    nothing_open(t, "after the deadline")
    nobody_left(t, "after the deadline")


# ---- confirm --------------------------------------------------------------------------------------------------------

@case
def a_value_that_another_hand_set_while_it_waited_is_not_made_ours(t):
    before = world()
    waits(t, "30")
    t.echo("45", FIN)
    said = t.holdfast("confirm")
    t.exits("confirm", said, DRIFT)
    t.says("confirm", said, FIN, "45", "another hand")
    states(t, "confirm", "apply done")
    t.same("the other hand's", t.value(FIN), "45")
    t.same("persisted", t.assigned(), WANTED)
    said = t.holdfast("rollback")
    t.exits("rollback", said, DRIFT)
    t.says("rollback", said, FIN)
    t.same("kept", kept(entries()[0]), {FIN.replace(".", "/"): "moved"})
    t.same("the other hand's", t.value(FIN), "45")
    same_world(t, "rollback", before, but=("/tcp_fin_timeout",))
    nobody_left(t, "rollback")


def small_disk(kib):
    os.makedirs("/var/lib", exist_ok=True)
    private.mount("small", "/var/lib", "tmpfs", 0, f"size={kib}k,mode=755")


def fill():
    with contextlib.suppress(OSError), open("/var/lib/fill", "wb", buffering=0) as stream:
        for _ in range(1000):
            stream.write(b"\0" * 512)


@case
def what_was_taken_back_on_a_full_disk_cannot_be_confirmed(t):
    """The journal may still say that it waits; the values are the old ones, and no file may become a new one."""
    before = world()
    small_disk(16)
    waits(t, "60", "-q")
    fill()
    t.exits("rollback on a full disk", t.holdfast("rollback"), OK, WORK)
    same_world(t, "rollback on a full disk", before)
    os.unlink("/var/lib/fill")
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.holds("Kept" not in said.out, f"confirm says that it is kept: {said}")
    same_world(t, "confirm", before)
    t.exits("verify", t.holdfast("verify"), WORK)
    t.exits("rollback", t.holdfast("rollback"), OK, WORK)
    same_world(t, "rollback", before)
    states(t, "rollback", "apply undone")
    nothing_open(t, "rollback")
    t.exits("apply", t.apply(CLASSIC), OK)


@case
def what_was_taken_back_without_a_journal_cannot_be_confirmed(t):
    """No write of the entry comes through, first or last."""
    before = world()
    waits(t, "60")
    said = t.holdfast("rollback", wrap=["strace", "-qq", "-o", "/dev/null", "-P", JOURNAL, "-e",
                                        f"inject={RENAME}:error=ENOSPC"])
    t.exits("rollback", said, WORK)
    t.same("state", entries()[0]["state"], "waiting")
    same_world(t, "rollback", before)
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.holds("Kept" not in said.out, f"confirm says that it is kept: {said}")
    same_world(t, "confirm", before)
    t.exits("recover", t.holdfast("recover"), OK)
    states(t, "recover", "apply undone")
    same_world(t, "recover", before)
    nothing_open(t, "recover")
    nobody_left(t, "recover")


@case
def a_confirm_on_a_full_disk_leaves_the_old_files(t):
    """Until it is kept, a restart brings everything back."""
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    small_disk(64)
    waits(t, "30", "-q")
    files = contents("/etc")
    fill()
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.says("confirm", said, "not confirmed", "holdfast rollback")
    t.same("files", contents("/etc"), files)
    t.values("after the confirm", WANTED)
    os.unlink("/var/lib/fill")
    t.exits("confirm again", t.holdfast("confirm"), OK)
    t.exits("check", t.check(CLASSIC), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


@case
def a_confirm_that_fails_half_way_leaves_the_old_files(t):
    """The second of two files cannot be put in its place."""
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    waits(t, "30")
    files = contents("/etc")
    said = t.holdfast("confirm", wrap=["strace", "-qq", "-o", "/dev/null", "-P", "/etc/sysctl.d", "-e",
                                       f"inject={RENAME}:error=EIO:when=1"])
    t.exits("confirm", said, WORK)
    t.says("confirm", said, "not confirmed")
    t.same("files", contents("/etc"), files)
    t.same("state", entries()[0]["state"], "waiting")
    t.exits("confirm again", t.holdfast("confirm"), OK)
    t.exits("check", t.check(CLASSIC), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)
    nobody_left(t, "rollback")
