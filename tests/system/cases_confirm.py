"""apply --confirm: set at once, kept only when somebody says so; and a connection that an apply has cut."""
import datetime
import errno
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import time

import private
from cases_classic import CLASSIC, WANTED
from cases_rights import ORIGINAL
from cases_transactions import (FOREIGN, JOURNAL, RENAME, begun, died, entries, kept, key_path, live, nothing_open,
                                restart, same_world, states, world)
from scenario import (BUSY, DRIFT, DROP_IN, MAIN_FILE, OK, WORK, Said, case, contents, processes_here)

WATCHER = "holdfast-watch"
SOON = 0.8      # seconds after its deadline a change has been taken back


def watchers():
    return [each for each, name in processes_here().items() if name == WATCHER]


def nobody_left(t, what, seconds=1.5):
    """The watcher ends by itself, and so does what it has started."""
    until(lambda: not processes_here(), seconds)
    t.same(f"{what}: processes left", sorted(processes_here().values()), [])


def until(condition, seconds):
    """Waits for it, at most so long; returns how long it took, or None. What a pause lasts too long is not counted: then the
    machine has let nobody run, the program no more than us.
    """
    start, pause = time.monotonic(), 0.02
    while time.monotonic() - start < seconds:
        if condition():
            return time.monotonic() - start
        slept = time.monotonic()
        time.sleep(pause)
        late = time.monotonic() - slept - pause
        start += late if late > pause else 0
    return None


def is_over():
    return not os.path.lexists(f"{JOURNAL}/open")


def boot_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def waits(t, *words, profile=CLASSIC, **options):
    """apply --confirm, and that it waits, so long as was asked."""
    files, before = contents("/etc"), boot_ms()
    said = t.apply(profile, "--confirm", *words, **options)
    after = boot_ms()
    t.exits("apply --confirm", said, OK)
    t.same("state", entries()[0]["state"], "waiting")
    confirm = entries()[0]["confirm"]
    t.same("seconds", confirm["seconds"], int(words[0]))
    t.holds(before <= confirm["deadline_ms"] - 1000 * int(words[0]) <= after,
            f"the deadline is {confirm['deadline_ms']} ms, the apply was from {before} to {after} ms, and then {words[0]} s")
    t.same("files while it waits", contents("/etc"), files)
    if profile == CLASSIC:
        t.values("while it waits", WANTED)
    return said


def ends_within(t, what, least, most):
    """The transaction is over, after no less and no more seconds from here."""
    start = time.monotonic()
    took = until(is_over, most + 5)
    t.holds(took is not None and took <= most and time.monotonic() - start >= least,
            f"{what}: over after {took} s, wanted {least} to {most}")


def deadline_passes():
    """Sleeps until it is past, and a little longer."""
    time.sleep(max(0, entries()[0]["confirm"]["deadline_ms"] - boot_ms()) / 1000 + 0.3)


def ends_at_its_deadline(t, what):
    """The transaction is over soon after its deadline, and by what the journal says not before it."""
    deadline_ms = entries()[0]["confirm"]["deadline_ms"]
    while boot_ms() < deadline_ms and not is_over():
        time.sleep(0.02)
    took = until(is_over, SOON + 5)
    t.holds(took is not None and took <= SOON, f"{what}: over {took} s after the deadline, wanted {SOON}")
    entry = entries()[0]
    ended, deadline = (datetime.datetime.fromisoformat(each.replace("Z", "+00:00")) for each in
                       (entry["ended"] or "9999-01-01T00:00:00Z", entry["confirm"]["deadline"]))
    t.holds((deadline - ended).total_seconds() < 0.05, f"{what}: over at {ended}, before the deadline, {deadline}")


# ---- the deadline ---------------------------------------------------------------------------------------------------

@case
def without_a_word_all_is_undone_at_the_deadline(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    said = waits(t, "4")
    t.says("apply --confirm 4", said, "holdfast confirm", "holdfast rollback")
    t.exits("check while it waits", t.check(CLASSIC), DRIFT)
    warned = t.check(CLASSIC)
    t.holds("waits for 'holdfast confirm'" in warned.err, f"check does not warn: {warned}")
    t.exits("recover while it waits", t.holdfast("recover"), OK)
    t.values("recover while it waits", WANTED)
    ends_at_its_deadline(t, "deadline of 4 s")
    same_world(t, "after the deadline", before)
    states(t, "after the deadline", "apply undone")
    t.holds("confirm" in (entries()[0]["why"] or ""), f"why: {entries()[0]['why']}")
    t.same("kept", entries()[0]["kept"], [])
    nothing_open(t, "after the deadline")
    nobody_left(t, "after the deadline")
    t.exits("confirm too late", t.holdfast("confirm"), WORK)
    same_world(t, "confirm too late", before)


@case
def confirmed_in_time_it_stays(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    waits(t, "4")
    planned = entries()[0]["files"]
    t.exits("confirm", t.holdfast("confirm"), OK)
    states(t, "confirm", "apply done")
    nothing_open(t, "confirm")
    t.same("the main file", t.text(MAIN_FILE), FOREIGN.replace("= 60 #", "= 30 #"))
    t.same("persisted", t.assigned(), {key: value for key, value in WANTED.items() if not key.endswith("fin_timeout")})
    t.same("files of the entry", [each["file"] for each in planned], [MAIN_FILE, DROP_IN])
    nobody_left(t, "confirm")
    deadline_passes()
    t.exits("check after the deadline", t.check(CLASSIC), OK)
    t.exits("verify after the deadline", t.holdfast("verify"), OK)
    t.exits("confirm again", t.holdfast("confirm"), WORK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


@case
def quietly_nothing_is_printed(t):
    before = world()
    said = waits(t, "3", "-q")
    t.same("apply -q", said.out + said.err, "")
    said = t.check(CLASSIC, "-q")
    t.same("check -q", said.out + said.err, "")
    ends_at_its_deadline(t, "deadline of 3 s")
    same_world(t, "after the deadline", before)
    waits(t, "20", "-q")
    said = t.holdfast("confirm", "-q")
    t.same("confirm -q", (said.code, said.out + said.err), (OK, ""))


@case
def in_json_it_is_said_what_was_set(t):
    said, report = t.report("apply", "-p", CLASSIC, "--confirm", "20")
    t.exits("apply", said, OK)
    t.same("values set", sorted(each["key"] for each in report["changes"] if each["kind"] == "write_live"
                                and each["result"] == "changed"), sorted(WANTED))
    t.same("stderr", said.err, "")
    t.exits("confirm", t.holdfast("confirm"), OK)


@case
def rollback_takes_it_back_at_once(t):
    before = world()
    waits(t, "30")
    _, planned = t.report("rollback", "--dry-run")
    t.same("rollback --dry-run", planned.get("state"), "planned")
    t.values("rollback --dry-run", WANTED)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)
    states(t, "rollback", "apply undone")
    nothing_open(t, "rollback")
    nobody_left(t, "rollback")


@case
def nothing_else_may_be_changed_meanwhile(t):
    other = t.profile("net.ipv4.tcp_sack: 0")
    t.exits("an earlier apply", t.apply(other), OK)
    earlier, before = entries()[0]["id"], world()
    waits(t, "30")
    waiting, text = world(), pathlib.Path(f"{JOURNAL}/{entries()[0]['id']}.json").read_text()
    for words in (("apply", "-p", CLASSIC), ("apply", "-p", other), ("apply", "-p", other, "--confirm", "5"),
                  ("rollback", earlier)):
        said = t.holdfast(*words)
        t.exits(" ".join(words), said, BUSY)
        t.holds("waits for 'holdfast confirm' until" in said.err, f"{words} does not say what it waits for: {said}")
        same_world(t, " ".join(words), waiting)
    t.same("the entry", t.text(f"{JOURNAL}/{entries()[0]['id']}.json"), text)
    t.exits("apply --dry-run", t.apply(other, "--dry-run"), OK)
    t.exits("rollback of the waiting one by its ID", t.holdfast("rollback", entries()[0]["id"]), OK)
    same_world(t, "rollback of the waiting one by its ID", before)
    nobody_left(t, "rollback of the waiting one by its ID")


@case
def a_file_that_was_changed_meanwhile_is_not_overwritten(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    waits(t, "4")
    edited = FOREIGN + "net.ipv4.tcp_sack = 1\n"
    t.host.write(MAIN_FILE, edited)
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.says("confirm", said, MAIN_FILE, "not confirmed", "to be taken back at")
    t.same("the drop-in", t.text(DROP_IN), None)
    ends_at_its_deadline(t, "deadline of 4 s")
    same_world(t, "after the deadline", before, but=(MAIN_FILE,))
    t.same("the editor's file", t.text(MAIN_FILE), edited)
    t.holds(kept(entries()[0]).get(MAIN_FILE) in (None, "moved"), f"kept: {entries()[0]['kept']}")
    nobody_left(t, "after the deadline")


@case
def a_value_that_another_hand_set_meanwhile_stays_at_the_deadline(t):
    before = world()
    waits(t, "3")
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    ends_at_its_deadline(t, "deadline of 3 s")
    same_world(t, "after the deadline", before, but=("/tcp_fin_timeout",))
    t.same("the other hand's", t.value("net.ipv4.tcp_fin_timeout"), "45")
    t.same("kept", kept(entries()[0]), {"net/ipv4/tcp_fin_timeout": "moved"})


BAD = "net.ipv4.tcp_fin_timeout: 30\nnet.ipv4.tcp_congestion_control: nosuch\nnet.ipv4.tcp_tw_reuse: 1"


@case
def a_refused_value_is_undone_at_once(t):
    before = world()
    said = t.apply(t.profile(BAD), "--confirm", "30")
    t.exits("apply", said, WORK)
    t.says("apply", said, "net.ipv4.tcp_congestion_control", "everything was put back as it was")
    same_world(t, "apply", before)
    states(t, "apply", "apply undone")
    nothing_open(t, "apply")
    nobody_left(t, "apply")


@case
def what_is_left_out_is_not_persisted_when_it_is_confirmed(t):
    said = t.apply(t.profile(BAD), "--confirm", "30", "--keep-going")
    t.same("state", entries()[0]["state"], "waiting")
    t.says("apply --keep-going", said, "net.ipv4.tcp_congestion_control")
    t.same("persisted while it waits", t.text(DROP_IN), None)
    t.exits("confirm", t.holdfast("confirm"), OK, WORK)
    t.same("persisted", t.assigned(), {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_tw_reuse": "1"})
    states(t, "confirm", "apply done")
    nobody_left(t, "confirm")


@case
def nothing_to_do_is_nothing_to_wait_for(t):
    t.exits("apply", t.apply(CLASSIC), OK)
    before = contents("/etc", "/var")
    t.exits("apply --confirm", t.apply(CLASSIC, "--confirm", "30"), OK)
    t.same("files", contents("/etc", "/var"), before)
    nobody_left(t, "apply --confirm")


@case
def a_change_of_files_alone_waits_too(t):
    """Live all is in line already."""
    for key, value in WANTED.items():
        t.echo(value, key)
    before = world()
    waits(t, "1")
    ends_at_its_deadline(t, "deadline of 1 s")
    same_world(t, "after the deadline", before)
    waits(t, "20")
    t.exits("confirm", t.holdfast("confirm"), OK)
    t.same("persisted", t.assigned(), WANTED)


# ---- the probe ------------------------------------------------------------------------------------------------------

@case
def a_probe_that_fails_undoes_at_once(t):
    before = world()
    t.host.write("/run/well", "")
    os.chmod("/run", 0o755)
    waits(t, "30", "--probe", "test -e /run/well")
    time.sleep(1.2)
    t.holds(not is_over(), "it was undone while the probe was good")
    os.unlink("/run/well")
    ends_within(t, "the probe failed", 0, 1.5)
    same_world(t, "the probe failed", before)
    t.holds("probe" in (entries()[0]["why"] or ""), f"why: {entries()[0]['why']}")
    states(t, "the probe failed", "apply undone")
    nobody_left(t, "the probe failed")


@case
def a_probe_that_fails_already_is_refused(t):
    before = world()
    said = t.apply(CLASSIC, "--confirm", "30", "--probe", "exit 7")
    t.exits("apply", said, WORK)
    t.says("apply", said, "probe", "7", "nothing was changed")
    same_world(t, "apply", before)
    t.same("the journal", [each for each in entries() if each["state"] != "undone"], [])
    nobody_left(t, "apply")


def has_no_rights(t, run):
    status = dict(line.split(":", 1) for line in (run / "status").read_text().splitlines() if ":" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        t.same(f"the probe's {name}", int(status[name], 16), 0)
    t.same("the probe's NoNewPrivs", status["NoNewPrivs"].strip(), "1")
    if pathlib.Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]:
        t.same("the probe's user", status["Uid"].split(), ["65534"] * 4)
        t.same("the probe's group", status["Gid"].split(), ["65534"] * 4)
        t.same("the probe's groups", status["Groups"].split(), [])
    t.holds("SECRET" not in (run / "env").read_text(), "the probe sees the caller's environment")
    inherited = [line for line in (run / "fds").read_text().splitlines()
                 if " -> " in line and not any(text in line for text in ("/dev/null", "/run/probe/", "/proc/"))]
    t.same("the probe's descriptors", inherited, [])


@case
def a_probe_has_no_rights(t):
    os.mkdir("/run/probe")
    os.chmod("/run/probe", 0o777)
    os.chmod("/run", 0o755)
    look = ("f=/run/probe/$$; mkdir $f && cat /proc/self/status >$f/status; ls -l /proc/self/fd >$f/fds; env >$f/env; "
            "mv $f $f.done")
    waits(t, "30", "--probe", look, env={"PATH": private.PATH, "LC_ALL": "C", "SECRET": "told"})
    until(lambda: len(list(pathlib.Path("/run/probe").glob("*.done"))) > 1, 20)
    runs = list(pathlib.Path("/run/probe").glob("*.done"))
    t.holds(len(runs) > 1, "the probe ran only once")
    for run in runs:            # the first is the apply's own, before the change
        has_no_rights(t, run)
    t.exits("rollback", t.holdfast("rollback"), OK)
    nobody_left(t, "rollback")


@case
def a_probe_that_hangs_does_not_hold_the_deadline_up(t):
    before = world()
    t.host.write("/run/quick", "")
    os.chmod("/run", 0o755)
    waits(t, "2", "--probe", "test -e /run/quick || sleep 100")
    os.unlink("/run/quick")
    ends_at_its_deadline(t, "deadline of 2 s")
    same_world(t, "after the deadline", before)
    nobody_left(t, "after the deadline")


@case
def a_probe_has_ten_seconds(t):
    """And not its children either: they are ended with it."""
    before = world()
    t.host.write("/run/quick", "")
    os.chmod("/run", 0o755)
    waits(t, "40", "--probe", "test -e /run/quick || { sleep 100 & sleep 100; }")
    os.unlink("/run/quick")
    ends_within(t, "the probe hangs", 9, 11.8)
    same_world(t, "the probe hangs", before)
    t.says("why", Said(0, entries()[0]["why"] or "", ""), "probe", "10 s")
    nobody_left(t, "the probe hangs")


# ---- what may die ---------------------------------------------------------------------------------------------------

class Terminal:
    """holdfast on a terminal of its own."""

    def __init__(self, *words):
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.execv("/holdfast", ["/holdfast", *words])
        self.text, self.code = "", None

    def read(self, wanted, seconds):
        """Reads on until the text has come, or the end."""
        stop = time.monotonic() + seconds
        while wanted not in self.text and time.monotonic() < stop:
            if not select.select([self.end], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self.end, 4096)
            except OSError as problem:
                if problem.errno != errno.EIO:
                    raise
                break
            if not data:
                break
            self.text += data.decode(errors="replace")
        return wanted in self.text

    def wait(self, seconds):
        self.read("\0", seconds)
        if until(self._ended, 2) is None:
            os.kill(self.pid, signal.SIGKILL)
        return self.code

    def _ended(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def close(self):
        os.close(self.end)


@case
def the_countdown_ends_when_it_is_taken_back(t):
    before = world()
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "2")
    t.same("exit of the countdown", terminal.wait(20), WORK)
    t.says("the countdown", Said(0, terminal.text, ""), "2 s left", "1 s left", "was undone",
           "not confirmed in time")
    same_world(t, "after the deadline", before)
    nobody_left(t, "after the deadline")


@case
def the_countdown_ends_when_it_is_confirmed(t):
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "20")
    t.holds(terminal.read(" s left", 20), f"no countdown: {terminal.text}")
    t.exits("confirm", t.holdfast("confirm"), OK)
    t.same("exit of the countdown", terminal.wait(15), OK)
    t.says("the countdown", Said(0, terminal.text, ""), "Confirmed.")
    t.exits("check", t.check(CLASSIC), OK)
    nobody_left(t, "confirm")


@case
def enter_in_the_countdown_confirms(t):
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "20")
    t.holds(terminal.read("Enter", 20), f"no countdown: {terminal.text}")
    os.write(terminal.end, b"\n")
    t.same("exit of the countdown", terminal.wait(15), OK)
    states(t, "Enter", "apply done")
    t.exits("check", t.check(CLASSIC), OK)
    nothing_open(t, "Enter")
    nobody_left(t, "Enter")


@case
def interrupting_the_countdown_changes_nothing(t):
    before = world()
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "5")
    t.holds(terminal.read(" s left", 20), f"no countdown: {terminal.text}")
    os.write(terminal.end, b"\x03")
    t.holds(terminal.wait(2) not in (None, OK), f"the countdown ended with {terminal.code}")
    t.values("after Ctrl-C", WANTED)
    t.same("watchers", len(watchers()), 1)
    ends_at_its_deadline(t, "deadline of 5 s")
    same_world(t, "after the deadline", before)


@case
def the_deadline_holds_when_the_terminal_dies(t):
    before = world()
    terminal = Terminal("apply", "-p", CLASSIC, "--confirm", "4")
    t.holds(terminal.read(" s left", 20), f"no countdown: {terminal.text}")
    terminal.close()
    t.holds(until(terminal._ended, 3) is not None, "the countdown outlives its terminal")
    t.values("after the terminal's death", WANTED)
    t.same("watchers", len(watchers()), 1)
    ends_at_its_deadline(t, "deadline of 4 s")
    same_world(t, "after the deadline", before)
    nobody_left(t, "after the deadline")


@case
def the_watcher_is_in_nobodys_way(t):
    """It holds no file of the caller's, which may be a pipe that is read to its end or a lock; and not ours."""
    own, ours = os.pipe()
    waits(t, "30", pass_fds=(ours,))
    os.close(ours)
    t.same("watchers", len(watchers()), 1)
    t.holds(select.select([own], [], [], 0)[0], "it holds a descriptor that the caller has handed down")
    for each in watchers():
        held = {os.readlink(f"/proc/{each}/fd/{name}") for name in os.listdir(f"/proc/{each}/fd")}
        t.holds(not any(path.startswith(("/run/lock", "/etc", "/profiles")) for path in held), f"it holds {held}")
        t.same("its folder", os.readlink(f"/proc/{each}/cwd"), "/")
        t.holds(os.getsid(each) == each, "it is in a session of others")
    t.exits("rollback", t.holdfast("rollback"), OK)
    nobody_left(t, "rollback")


@case
def the_watcher_is_ready_before_anything_is_changed(t):
    """Until it has a session of its own, Ctrl-C would reach it too."""
    subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=setsid:delay_enter=500000:when=1",
                      "/holdfast", "apply", "-p", CLASSIC, "--confirm", "20"],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun()
    found = watchers()
    t.same("watchers as soon as the journal is begun", len(found), 1)
    for each in found:
        t.same("its session", os.getsid(each), each)
        status = pathlib.Path(f"/proc/{each}/status").read_text()
        ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
        t.holds(ignored & 1 << signal.SIGHUP - 1, "it does not ignore SIGHUP")
    until(lambda: entries()[0]["state"] == "waiting", 20)
    t.exits("rollback", t.holdfast("rollback"), OK, BUSY)


@case
def the_lock_is_free_as_soon_as_it_waits(t):
    """A watcher that is slow to start, as on a busy host, must not hold the lock that it has inherited."""
    subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=setsid:delay_enter=1000000:when=1",
                      "/holdfast", "apply", "-p", CLASSIC, "--confirm", "60"],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: os.path.exists(f"{JOURNAL}/open") and entries()[0]["state"] == "waiting", 18)
    # Two while the apply itself is still there.
    took = until(lambda: list(processes_here().values()).count("holdfast") < 2, 10)
    t.holds(took is not None, "the apply does not end")
    t.exits("confirm", t.holdfast("confirm"), OK)
    t.exits("check", t.check(CLASSIC), OK)


@case
def when_the_watcher_was_killed_the_next_command_undoes(t):
    before = world()
    for words in (("recover",), ("apply", "-p", CLASSIC)):
        what = f"then {words[0]}"
        waits(t, "3")
        for each in watchers():
            os.kill(each, signal.SIGKILL)
        t.exits(f"{what}: apply before the deadline", t.apply(CLASSIC), BUSY)
        deadline_passes()
        t.values(f"{what}: after the deadline", WANTED)
        said = t.check(CLASSIC)
        t.holds("warning" in said.err and "recover" in said.err, f"{what}: check does not warn: {said}")
        said = t.holdfast(*words)
        t.exits(what, said, OK)
        t.holds("not confirmed in time" in said.err, f"{what}: does not say what it has undone: {said}")
        if words[0] == "recover":
            states(t, what, "apply undone")
            same_world(t, what, before)
        else:
            states(t, what, "apply done", "apply undone", "apply undone")
            t.exits(f"{what}: check", t.check(CLASSIC), OK)
            t.exits(f"{what}: rollback", t.holdfast("rollback"), OK)
            same_world(t, f"{what}: rollback", before)
        nothing_open(t, what)


@case
def confirm_without_a_watcher_works_until_the_deadline(t):
    waits(t, "30")
    for each in watchers():
        os.kill(each, signal.SIGKILL)
    t.exits("confirm", t.holdfast("confirm"), OK)
    t.exits("check", t.check(CLASSIC), OK)
    t.exits("verify", t.holdfast("verify"), OK)


@case
def when_the_apply_dies_in_the_middle_the_watcher_undoes(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    for key in ("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_tw_reuse"):
        died(t, key_path(key), "write", "apply", "-p", CLASSIC, "--confirm", "30")
        t.holds(until(is_over, 15) is not None, f"{key}: nobody undoes it")
        same_world(t, f"{key}: death in the middle", before)
        t.same(f"{key}: state", entries()[0]["state"], "undone")
        nothing_open(t, f"{key}: death in the middle")
        nobody_left(t, f"{key}: death in the middle")


@case
def when_confirm_dies_in_the_middle_the_deadline_undoes(t):
    """One file is new by then."""
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    waits(t, "4")
    died(t, "/etc", RENAME, "confirm")
    t.holds(contents("/etc") != {path: each for path, each in before.items() if path.startswith("/etc")},
            "no file was changed before the death")
    ends_at_its_deadline(t, "deadline of 4 s")
    same_world(t, "after the deadline", before)
    nothing_open(t, "after the deadline")
    waits(t, "20")
    died(t, "/etc", RENAME, "confirm")
    t.exits("confirm again", t.holdfast("confirm"), OK)
    t.exits("check", t.check(CLASSIC), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


@case
def after_a_restart_it_is_as_if_nothing_had_been(t):
    """The files are the old ones, so the boot has set the old values."""
    files = contents("/etc")
    waits(t, "60")
    for each in watchers():
        os.kill(each, signal.SIGKILL)
    for key, value in ORIGINAL.items():
        t.echo(value, key)
    restart(os.path.realpath(f"{JOURNAL}/open"))
    values = live()
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.says("confirm", said, "started anew")
    t.same("files", contents("/etc"), files)
    t.holds(live() == values, "confirm wrote values")
    states(t, "confirm", "apply undone")
    t.same("kept", entries()[0]["kept"], [])
    nothing_open(t, "confirm")


# ---- a connection from another host ---------------------------------------------------------------------------------

def other_host(ready, speak, start):
    """B: an own network; sends a number each 50 ms to A and reads it back, for good."""
    private._check(private._libc.unshare(private.CLONE_NEWNET), "unshare")
    os.write(ready, b"x")
    os.read(start, 1)
    links = ("addr add 10.9.0.2/24 dev b0\naddr add 10.7.0.2/24 dev b1\naddr add 10.8.0.2/32 dev lo\nlink set lo up\n"
             "link set b0 up\nlink set b1 up\n")
    subprocess.run(["ip", "-batch", "-"], input=links.encode(), check=True)
    line = None
    while line is None:
        try:
            line = socket.create_connection(("10.9.0.1", 7000), timeout=1, source_address=("10.8.0.2", 0))
        except OSError:
            time.sleep(0.05)
    line.settimeout(60)
    while True:
        line.sendall(b"x")
        if not line.recv(1):
            return
        os.write(speak, b"x")
        time.sleep(0.05)


class Connected:
    """A and B by two cables; what B sends to A over the first comes back over the second."""

    def __init__(self, t):
        self.t = t
        ready, start, heard = os.pipe(), os.pipe(), os.pipe()
        self.child = os.fork()
        if self.child == 0:
            try:
                other_host(ready[1], heard[1], start[0])
            finally:
                os._exit(0)
        os.close(heard[1])
        if not select.select([ready[0]], [], [], 10)[0]:
            raise private.PrivateError("the other host does not come up")
        t.host.links(f"link add a0 type veth peer name b0 netns {self.child}\n"
                     f"link add a1 type veth peer name b1 netns {self.child}\n"
                     "addr add 10.9.0.1/24 dev a0\naddr add 10.7.0.1/24 dev a1\nlink set a0 up\nlink set a1 up\n")
        t.echo("0", "net.ipv4.ip_early_demux")          # else known connections pass without a look at the route
        for name in ("all", "default", "a0", "a1"):
            t.echo("0", f"net.ipv4.conf.{name}.rp_filter")
        listener = socket.create_server(("10.9.0.1", 7000))
        os.write(start[1], b"x")
        until(lambda: t.host.run(["ip", "route", "replace", "10.8.0.2/32", "via", "10.7.0.2", "dev", "a1"]).returncode
              == 0, 5)
        listener.settimeout(10)
        line, _ = listener.accept()
        self.heard = heard[0]
        self.echo = os.fork()
        if self.echo == 0:
            while True:
                data = line.recv(1)
                pathlib.Path("/run/beat").touch()
                line.sendall(data)
        line.close()

    def moves(self, seconds):
        """Whether something comes back within so long, from now on."""
        while select.select([self.heard], [], [], 0)[0]:
            if not os.read(self.heard, 4096):
                return False
        return bool(select.select([self.heard], [], [], seconds)[0])

    def rests(self, seconds, most):
        """Whether nothing comes back for so long; what was on its way may come before."""
        stop = time.monotonic() + most
        while self.moves(seconds):
            if time.monotonic() > stop:
                return False
        return True


STRICT = "net.ipv4.conf.all.rp_filter: 1"


@case
def a_connection_that_an_apply_cuts_comes_back_at_the_deadline(t):
    line = Connected(t)
    t.holds(line.moves(20), "the connection does not stand before")
    before = world()
    waits(t, "6", profile=t.profile(STRICT))
    t.holds(line.rests(0.8, 3), "the profile does not cut the connection")
    ends_at_its_deadline(t, "deadline of 6 s")
    same_world(t, "after the deadline", before)
    t.holds(line.moves(30), "the connection does not come back")
    nothing_open(t, "after the deadline")


@case
def a_connection_that_an_apply_cuts_comes_back_by_the_probe(t):
    line = Connected(t)
    t.holds(line.moves(20), "the connection does not stand before")
    before = world()
    os.chmod("/run", 0o755)
    waits(t, "60", "--probe", "find /run/beat -newermt '-3 seconds' | grep -q .", profile=t.profile(STRICT))
    t.holds(line.rests(0.3, 2), "the profile does not cut the connection")
    ends_within(t, "the probe", 0, 5)
    same_world(t, "the probe", before)
    t.holds(line.moves(30), "the connection does not come back")
    t.says("why", Said(0, entries()[0]["why"] or "", ""), "probe")
