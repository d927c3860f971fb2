"""run: a run that hangs, dies or meets another one is ended in time, told of, reported, and does not stand in the next one's way."""
import contextlib
import fcntl
import gzip
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import tracer
from cases_confirm import boot_ms, until
from scenario import BUSY, DROP_IN, LOCK, OK, WORK, Said, case

AGENT, SPOOL, JOURNAL = "/etc/holdfast/agent.yaml", "/var/lib/holdfast/spool", "/var/lib/holdfast/journal"
BEFORE = {"net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_keepalive_time": "7200", "net.core.somaxconn": "4096"}
WANTED = {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_keepalive_time": "120", "net.core.somaxconn": "8192"}
LIMIT, GRACE = 2, 10
RUN = ("run", "--no-send", "--time-limit", str(LIMIT))
UNHURRIED = ("run", "--no-send", "--time-limit", "60")
CHILD = 1       # process 0 is the parent, which waits
PROMISE = "what it may have left undone, the next one undoes"


def begin(t, settings=""):
    """As before the first run."""
    for key, value in BEFORE.items():
        t.echo(value, key)
    subprocess.run(["rm", "-rf", "/var/lib/holdfast", DROP_IN], check=True)
    lines = "".join(f"  {key}: {value}\n" for key, value in WANTED.items())
    t.host.write("/etc/holdfast/profiles/case.yaml", f"profile: case\nversion: 1\nparameters:\n{lines}")
    t.host.write(AGENT, "profiles: [case]\nreports: [{name: central, url: 'http://127.0.0.1:9/'}]\n" + settings)


class Watch:
    """A stop-watch. Moments in which the machine has let nobody run do not count: they are seen by how much too long the pauses
    of a thread last.
    """
    PAUSE = 0.02

    def __enter__(self):
        self.start, self.late, self.over = time.monotonic(), 0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def _look(self):
        while not self.over.is_set():
            before = time.monotonic()
            self.over.wait(self.PAUSE)
            late = time.monotonic() - before - self.PAUSE
            self.late += late if late > self.PAUSE else 0

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.seconds = time.monotonic() - self.start - self.late


def document(path):
    return json.loads(gzip.decompress(pathlib.Path(path).read_bytes()))


def reports():
    """Those that wait, the oldest first, and the last one."""
    waiting = [document(path) for path in sorted(pathlib.Path(f"{SPOOL}/central").glob("0*.json.gz"))]
    return waiting, document(f"{SPOOL}/last.json.gz") if os.path.exists(f"{SPOOL}/last.json.gz") else None


def traced(at, then, words=RUN):
    """then(who, pid, process): when the child is about to make the call for which at(process) holds, once. Returns what it said."""
    seen = []

    def visit(who, pid, process):
        if not seen and who.order.index(process) == CHILD and at(process):
            seen.append(process.calls[-1])
            then(who, pid, process)
    run = tracer.run(["/holdfast", *words], log=True, visit=visit, limit_s=30)
    return Said(run.code, run.out, run.err), run, seen


def hold(who, pid, process):
    process.held = True


def dies(number):
    return lambda who, pid, process: os.kill(pid, number)


def opens(part):
    """The first opening of a path with this in it."""
    def at(process):
        call = process.calls[-1]
        return call.name in ("openat", "openat2") and part in call.path
    return at


def makes(name, number=1):
    return lambda process: process.calls[-1].name == name and sum(each.name == name for each in process.calls) == number


# Where it hangs or dies, and whether something may have been changed by then.
POINTS = {
    "before it has read a profile": opens("case.yaml"),
    "before it sets a value": makes("symlinkat"),
    "at its first sync": makes("fsync"),
    "at its third sync": makes("fsync", 3),
    "before a file gets its name": makes("renameat2"),
    "at its last sync but one": makes("fsync", 6),
}


def told(t, what, said, how):
    """On stderr, in the last report and in the queue."""
    t.exits(what, said, WORK)
    t.same(f"{what}: stdout", said.out, "")
    lines = said.err.splitlines()
    t.holds(len(lines) == 1 and how in lines[0] and PROMISE in lines[0], f"{what}: said {said}")
    waiting, last = reports()
    if not t.holds(last, f"{what}: no report is kept"):
        return
    t.same(f"{what}: verdict", last["verdict"], "error")
    t.holds(any(how in each for each in last["run"]["errors"]), f"{what}: run.errors {last['run']['errors']}")
    t.same(f"{what}: the last one that waits", [each["id"] for each in waiting][-1:], [last["id"]])


def mended(t, what):
    """The next run undoes what was left, and goes on."""
    said = t.holdfast("run", "--no-send")
    t.exits(f"{what}: the next run", said, OK)
    t.values(f"{what}: after the next run", WANTED)
    t.same(f"{what}: in the file", t.assigned(), WANTED)
    t.same(f"{what}: open transactions", os.path.lexists(f"{JOURNAL}/open"), False)
    t.same(f"{what}: left over", [name for name in os.listdir("/etc/sysctl.d") if name != os.path.basename(DROP_IN)], [])
    t.same(f"{what}: its verdict", reports()[1]["verdict"], "compliant")
    said = t.holdfast("run", "--no-send")
    t.same(f"{what}: the one after that", (said.code, said.out, said.err), (OK, "", ""))


@case
def a_run_that_hangs_is_ended_in_time(t):
    reached = 0
    for what, at in POINTS.items():
        begin(t)
        with Watch() as watch:
            said, _, seen = traced(at, hold)
        whole, took = watch.seconds + watch.late, watch.seconds
        reached += bool(seen)
        if not seen:
            continue
        t.holds(LIMIT <= whole and took < LIMIT + 3, f"{what}: took {whole:.1f} s")
        told(t, what, said, f"took longer than {LIMIT} s and was ended")
        mended(t, what)
    t.same("points that were reached", reached, len(POINTS))


@case
def a_run_that_crashes_is_told_of(t):
    begin(t)
    _, whole, _ = traced(lambda process: False, hold, UNHURRIED)
    count = len(whole.processes[CHILD].calls)
    points = sorted({int((number + 0.5) * count / 12) for number in range(12)})
    for number in points:
        for fatal in (signal.SIGKILL, signal.SIGSEGV):
            begin(t)
            what = f"{fatal.name} at call {number}"
            said, _, seen = traced(lambda process: process.count == number, dies(fatal), UNHURRIED)
            t.holds(seen, f"{what}: not reached")
            told(t, f"{what} ({seen and seen[0].name})", said, f"was ended by signal {fatal.value}")
            mended(t, what)


@case
def the_child_of_a_parent_that_is_gone_goes_on(t):
    for what in ("before it has read a profile", "at its first sync"):
        begin(t)

        def kill_parent(who, pid, process):
            os.kill(who.order[0].pid, signal.SIGKILL)
        said, run, seen = traced(POINTS[what], kill_parent, ("run", "--no-send"))
        t.same(f"{what}: the parent", said.code, -signal.SIGKILL)
        t.same(f"{what}: the child", os.waitstatus_to_exitcode(run.processes[CHILD].status), OK)
        t.values(what, WANTED)
        t.same(f"{what}: in the file", t.assigned(), WANTED)
        t.same(f"{what}: verdict", reports()[1]["verdict"], "compliant")
        t.same(f"{what}: open transactions", os.path.lexists(f"{JOURNAL}/open"), False)


def stop_both(t, at):
    """Both are stopped for real, the child before this call. Returns their numbers."""
    stopped = []

    def visit(who, pid, process):
        index = who.order.index(process)
        call = process.calls[-1]
        if (index == 0 and call.name == "poll") or (index == CHILD and at(process)):
            process.held = True
        if len(who.order) > CHILD and all(each.held for each in who.order):
            for each in who.order:
                stopped.append(each.pid)
                who.let_go(each.pid, signal.SIGSTOP)
    tracer.run(["/holdfast", *RUN], log=True, visit=visit, limit_s=30)
    t.same("processes that were stopped", len(stopped), 2)
    return stopped


def started(pid):
    """When, in seconds since the boot."""
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def state(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


@case
def nobody_waits_for_ever_behind_a_run_that_is_stopped(t):
    """Parent and child are both stopped in the middle of an apply: the next runs are told, and the child is gone after its time."""
    begin(t)
    parent, child = stop_both(t, POINTS["at its third sync"])
    begun = started(child)
    try:
        until(lambda: (state(parent), state(child)) == ("T", "T"), 5)
        t.same("states", (state(parent), state(child)), ("T", "T"))
        for words in (("run", "--no-send"), ("apply",), ("recover",)):
            with Watch() as watch:
                said = t.holdfast(*words)
            t.exits(f"{words[0]} meanwhile", said, BUSY)
            t.holds(watch.seconds < 2, f"{words[0]} meanwhile took {watch.seconds:.1f} s")
        t.exits("a check meanwhile", t.holdfast("check"), 2)
        took = until(lambda: state(child) in ("Z", "gone"), LIMIT + GRACE + 5)
        t.holds(took is not None, f"the child is {state(child)} after {LIMIT + GRACE + 5} s")
        whole = boot_ms() / 1000 - begun
        t.holds(LIMIT + GRACE - 1 <= whole <= LIMIT + GRACE + 2, f"the child was gone after {whole:.1f} s")
        mended(t, "behind it")
    finally:
        for each in (parent, child):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


@case
def a_blocked_lock_ends_a_run_at_once(t):
    """Whoever holds it: the next run of cron is there in time."""
    begin(t)
    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with Watch() as watch:
            said = t.holdfast(*UNHURRIED)
        t.exits("run", said, BUSY)
        t.holds(watch.seconds < 1, "run waited")
        t.same("lines", len(said.err.splitlines()), 1)
    t.exits("run afterwards", t.holdfast(*RUN), OK)


@case
def many_runs_at_once_do_the_work_once(t):
    for _ in range(3):
        begin(t)
        start = time.monotonic()
        running = [subprocess.Popen(["/holdfast", "run", "--no-send"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True) for _ in range(10)]
        ends = [(each.communicate()[0], each.returncode) for each in running]
        t.holds(time.monotonic() - start < 10, "they waited for each other")
        t.holds({code for _, code in ends} <= {OK, BUSY} and OK in {code for _, code in ends}, f"ended with {sorted(code for _, code in ends)}")
        t.values("after ten at once", WANTED)
        t.same("who says that it changed something", sum("changed: " in out for out, _ in ends), 1)
        t.same("in the file", t.assigned(), WANTED)


@case
def a_run_says_one_line_for_each_change_and_else_nothing(t):
    begin(t)
    said = t.holdfast("run", "--no-send")
    t.exits("the first", said, OK)
    t.same("its lines", sorted(line.split()[1] for line in said.out.splitlines()), sorted(2 * list(WANTED)))
    t.same("each a change", {line.split(":")[0] for line in said.out.splitlines()}, {"changed"})
    t.same("stderr", said.err, "")
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    said = t.holdfast("run", "--no-send")
    t.same("one value moved", (said.code, said.err, said.out.splitlines()), (OK, "", ["changed: net.ipv4.tcp_fin_timeout 45 -> 30 (live)"]))
    said = t.holdfast("run", "--no-send")
    t.same("all is well", (said.code, said.out, said.err), (OK, "", ""))


# ---- surroundings that lack something

@case
def one_that_nobody_reads_reports_its_end_all_the_same(t):
    """What it has to say stands in a pipe that is full; the report does not wait for it."""
    begin(t)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    with subprocess.Popen(["/holdfast", *RUN], stdin=subprocess.DEVNULL, stdout=writer, stderr=writer) as process:
        os.close(writer)
        until(lambda: (reports()[1] or {"run": {"errors": []}})["run"]["errors"], 20)
        _, last = reports()
        t.same("errors", last["run"]["errors"], [f"the run took longer than {LIMIT} s and was ended"])
        t.same("it still tries to say so", process.poll(), None)
        os.set_blocking(reader, False)
        said = b""
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                said += os.read(reader, 1 << 20)
            time.sleep(0.01)
        with contextlib.suppress(BlockingIOError):
            said += os.read(reader, 1 << 20)
        t.same("exit", process.poll(), WORK)
        t.holds(PROMISE in said.decode(), f"it said {said.decode()[-300:]!r}")
    os.close(reader)


@case
def a_host_without_proc_sys_is_no_host_in_line(t):
    """ProcSubset=pid hides it; what cannot be seen is not in line."""
    begin(t)
    for words, what in ((("run", "--no-send"), "run"), (("check",), "check"), (("apply",), "apply"), (("verify",), "verify"),
                        (("rollback",), "rollback"), (("recover",), "recover")):
        said = t.holdfast(*words, wrap=["unshare", "-mpf", "sh", "-c", 'mount -t proc -o subset=pid proc /proc && exec "$@"', "sh"])
        t.exits(what, said, WORK)
        if what != "verify":
            t.says(what, said, "there is no /proc/sys here", "--root")
    t.values("live", BEFORE)
    t.holds(not os.path.exists(DROP_IN), "a drop-in was written")
    t.same("verdict", reports()[1]["verdict"], "error")
    t.exits("recover", t.holdfast("recover"), OK)


@case
def no_bound_on_files_ends_it_in_the_middle(t):
    begin(t)
    for _ in range(2):      # the second one meets what the first has left
        said = t.holdfast(*RUN, wrap=["prlimit", "--fsize=1000"])
        t.exits("a bound on the size of files", said, WORK)
        t.says("a bound on the size of files", said, "nothing was changed", "File too large")
    said = t.holdfast(*RUN, wrap=["prlimit", "--nofile=8"])
    t.exits("a bound on their number", said, WORK)
    t.holds("to give up on it" not in said.err, f"it advises to remove what is not there: {said}")
    t.exits("without", t.holdfast("run", "--no-send"), OK)


# ---- what the kernel does not take

REFUSED, OTHER = "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_default_ttl"   # its bounds are 0 and what local ports begin with


def refusing(t, ttl=70):
    begin(t)
    t.echo("64", OTHER)
    with_refused = f"profile: case\nversion: 1\nparameters:\n  {OTHER}: {ttl}\n  {REFUSED}: 40000\n"
    t.host.write("/etc/holdfast/profiles/case.yaml", with_refused)


def journal():
    return sorted(name for name in os.listdir(JOURNAL) if name.endswith(".json"))


@case
def what_was_refused_is_not_tried_by_each_run(t):
    """Else the other values would be set and taken back each time that cron starts it."""
    refusing(t)
    first = t.holdfast("run", "--no-send")
    t.exits("the first run", first, WORK)
    t.says("the first run", first, REFUSED, "everything was put back")
    written = journal()
    for what in ("the second run", "the third run"):
        said = t.holdfast("run", "--no-send")
        t.exits(what, said, WORK)
        t.says(what, said, f"{REFUSED} was refused at", "--keep-going")
        t.holds("rolled_back" not in said.out, f"{what} has set values and taken them back: {said}")
        t.same(f"{what}: journal", journal(), written)
        last = reports()[1]
        t.same(f"{what}: reported", (last["verdict"], last["changes"], REFUSED in last["run"]["errors"][0]), ("error", [], True))
    t.values("live", {OTHER: "64"})
    # By hand it is tried at once.
    said = t.holdfast("apply")
    t.exits("apply", said, WORK)
    t.same("apply: journal", len(journal()), len(written) + 1)
    # So it is when something else is asked for.
    text = pathlib.Path("/etc/holdfast/profiles/case.yaml").read_text()
    t.host.write("/etc/holdfast/profiles/case.yaml", text.replace("40000", "1024"))
    t.exits("the profile is mended", t.holdfast("run", "--no-send"), OK)
    t.values("live", {OTHER: "70"})


@case
def going_on_sets_the_others_and_tries_the_refused_one_no_more(t):
    refusing(t)
    t.exits("the first run", t.holdfast("run", "--no-send"), WORK)
    said = t.holdfast("run", "--no-send", "--keep-going")
    t.exits("going on", said, WORK)
    t.says("going on", said, REFUSED)
    t.values("going on", {OTHER: "70"})
    written = journal()
    said = t.holdfast("run", "--no-send", "--keep-going")
    t.exits("once more", said, WORK)
    t.says("once more", said, f"{REFUSED} was refused at")
    t.same("once more: journal", journal(), written)
    # Other drift is mended meanwhile.
    t.echo("64", OTHER)
    t.exits("drift", t.holdfast("run", "--no-send", "--keep-going"), WORK)
    t.values("drift", {OTHER: "70"})


@case
def after_a_day_and_after_a_boot_it_is_tried_again(t):
    refusing(t)
    t.exits("the first run", t.holdfast("run", "--no-send"), WORK)
    entry = pathlib.Path(JOURNAL, journal()[-1])
    text = entry.read_text()
    for what, old in (("a day ago", json.loads(text)["time"]), ("another boot", json.loads(text)["boot_id"])):
        new = old[:3] + str((int(old[3], 16) + 9) % 10) + old[4:]      # a year back, or another boot
        entry.write_text(text.replace(old, new))
        said = t.holdfast("run", "--no-send")
        t.exits(what, said, WORK)
        t.says(what, said, "everything was put back")
        newest = pathlib.Path(JOURNAL, journal()[-1])
        t.holds(newest != entry, f"{what}: it was not tried")
        if newest != entry:
            newest.unlink()
