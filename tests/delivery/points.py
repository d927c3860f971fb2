"""Operations that are interrupted: where their points lie, the host put back before each, and what has to hold after it.

A point is one system call of one process (tracer.py) with one fault. Points begin with main.

What can be demanded of deliveries. Between the moment that the receiver lets a 2xx go and the moment that the sender has
deleted the file, nobody can know both, so a sender that dies there asks once more: with the same id, the same key and the same
bytes. Therefore
  - no report is lost: each one is in the queue, byte for byte, or a 2xx has left the receiver for it;
  - at no time is more than one answered report not yet deleted;
  - what had been deleted is never sent again, and what was in flight once more at most;
  - whatever has an id always has the same bytes.
"""
import gzip
import json
import os
import shutil
import signal
import stat
from dataclasses import dataclass

import tracer
from outpost import NAME, OK

KILL = tracer.KILL
ERRORS = ("ENOSPC", "EIO", "EMFILE")
LIMIT_S = 40


# ---- the host, put back ---------------------------------------------------------------------------------------------

def take(root):
    """{path below root: what is there}, folders before what is in them."""
    found = {}
    for where, folders, names in os.walk(root):
        for name in [""] + names + [each for each in folders if os.path.islink(os.path.join(where, each))]:
            path = os.path.join(where, name) if name else where
            status = os.lstat(path)
            data = None
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as stream:
                    data = stream.read()
            elif stat.S_ISLNK(status.st_mode):
                data = os.readlink(path)
            found[os.path.relpath(path, root)] = (status.st_mode, status.st_uid, status.st_gid, data)
    return found


def put_back(root, kept):
    now = take(root)
    for path in sorted(now.keys() - kept.keys(), reverse=True):
        whole = os.path.join(root, path)
        if stat.S_ISDIR(now[path][0]):
            shutil.rmtree(whole, ignore_errors=True)
        elif os.path.lexists(whole):
            os.unlink(whole)
    for path, what in kept.items():
        if now.get(path) == what:
            continue
        whole, (mode, user, group, data) = os.path.join(root, path), what
        if os.path.lexists(whole) and not stat.S_ISDIR(mode):
            os.unlink(whole)
        if stat.S_ISLNK(mode):
            os.symlink(data, whole)
            continue
        if stat.S_ISDIR(mode):
            os.makedirs(whole, exist_ok=True)
        else:
            with open(whole, "wb") as stream:
                stream.write(data)
        os.chown(whole, user, group)
        os.chmod(whole, stat.S_IMODE(mode))


# ---- points ---------------------------------------------------------------------------------------------------------

def points(run, which, thorough, share, first=1):
    """
    share: (i, n), the i-th of n parts. A kill at each call from the first on; the errors by turns. When it has to be thorough
    each error at all calls.
    """
    found = []
    for index in which:
        for number, call in enumerate(run.processes[index].calls, 1):
            if number < first and not thorough:
                continue
            found.append(tracer.Point(index, number, KILL))
            if call.name not in tracer.NEVER_FAIL:
                errors = ERRORS if thorough else (ERRORS[number % len(ERRORS)],)
                found += [tracer.Point(index, number, each) for each in errors]
    return found[share[0]::share[1]]


def told(point, run):
    calls = run.processes[point.process].calls if len(run.processes) > point.process else []
    call = calls[point.number - 1] if len(calls) >= point.number else None
    return f"{point.fault} at call {point.number} of process {point.process}, {call.name if call else '?'} {call.path if call else ''}"


@dataclass
class Deliveries:
    """An interrupted sender, and what has to hold after it."""
    t: object
    receiver: object
    kept: dict              # {file of the queue: bytes} to begin from
    plays: tuple            # answers, the last one stays
    ends_in_bad: tuple = ()     # ids that belong into bad/ in the end
    replaced: tuple = ()    # heartbeats that a full report stands for
    from_request: bool = False  # what is before the first request is the matter of another operation
    first: int = 1          # the first call that is looked at
    full: str = ""          # and the id of that

    def begin(self):
        self.t.refill(self.kept)
        self.receiver.forget()
        self.receiver.plays(*self.plays)
        self.reports = {name[:36]: data for name, data in self.kept.items() if NAME.fullmatch(name)}

    def survey(self):
        self.begin()
        run = self.t.traced_send("--now", log=True, from_main=True, limit_s=LIMIT_S)
        if self.from_request:
            self.first = [i for i, each in enumerate(run.processes[1].calls, 1) if each.name == "sendto"][0]
        return run

    def try_point(self, point):
        """Whether the run came to its call."""
        t, receiver = self.t, self.receiver
        self.begin()
        run = t.traced_send("--now", point=point, log=True, from_main=True, limit_s=LIMIT_S)
        receiver.quiet()
        what = told(point, run)
        self.is_shut_in(what, run)
        t.holds(not run.hung, f"{what}: it hangs")
        if point.fault != KILL:
            # A child whose parent goes ends with it, when it has come so far as to have asked for that.
            ended = [each.status for each in run.processes if each.status is None or os.WIFSIGNALED(each.status)
                     and (each.parent < 0 or point.process > 0 or os.WTERMSIG(each.status) != signal.SIGKILL)]
            t.same(f"{what}: processes that ended by a signal", ended, [])
        waiting = t.contents()
        in_flight = self.nothing_is_lost(what, waiting)
        t.keeps_secrets(what, run)
        first = len(receiver.requests)
        receiver.plays(*self.plays[-1:])
        said = t.send("--now")
        again = t.send("--now") if said.code != OK else said
        t.exits(f"{what}: then", again, OK)
        self.all_is_delivered(what, waiting, first, in_flight, point)
        return run.hit

    def is_shut_in(self, what, run):
        """Whatever fails: who talks to the network has no rights left. The first of the filters is the tracer's."""
        for each in run.processes:
            if each.rights:
                found = {name: each.rights[name] for name in ("CapEff", "CapPrm", "NoNewPrivs")}
                self.t.same(f"{what}: rights of who talks", found, {"CapEff": "0" * 16, "CapPrm": "0" * 16, "NoNewPrivs": "1"})
                self.t.holds("0" not in each.rights["Uid"].split() and int(each.rights["Seccomp_filters"]) > 1,
                             f"{what}: who talks is {each.rights['Uid']}, filters {each.rights['Seccomp_filters']}")

    def nothing_is_lost(self, what, waiting):
        """How many answered reports have not been deleted."""
        t, receiver, taken = self.t, self.receiver, self.receiver.times_taken()
        for each, data in self.reports.items():
            there = waiting.get(f"{each}.json.gz")
            aside = each in t.bad()
            t.holds(there == data or (there is None and (each in taken or aside or each in self.replaced)),
                    f"{what}: {each} is lost: {[str(one) for one in receiver.requests]}")
            t.holds(not aside or each in self.ends_in_bad, f"{what}: {each} is in bad/")
        strange = [each for each in waiting if each[:36] not in self.reports and each[:36] != self.full]
        t.same(f"{what}: others in the queue", strange, [])
        in_flight = [each for each in taken if f"{each}.json.gz" in waiting]
        t.between(f"{what}: answered and not deleted", len(in_flight), 0, 1)
        if (t.folder() / "state.json").exists():
            try:
                t.state()
            except ValueError as problem:
                t.holds(False, f"{what}: state.json is torn: {problem}")
        return in_flight

    def all_is_delivered(self, what, waiting, first, in_flight, point):
        t, receiver = self.t, self.receiver
        again = [each.id for each in receiver.requests[first:]]
        gone = [each for each in self.reports if f"{each}.json.gz" not in waiting and each not in self.replaced]
        t.same(f"{what}: deleted, and sent again", [each for each in gone if each in again], [])
        t.same(f"{what}: queue", t.queue(), [])
        t.same(f"{what}: bad/", [each for each in t.bad() if each not in self.ends_in_bad], [])
        # The next sender that writes its state takes what is left of one.
        t.same(f"{what}: left behind", [each for each in t.strays() if each != ".tmp-state.json"], [])
        wanted = set(self.reports) - set(self.ends_in_bad) - set(self.replaced)
        taken = receiver.times_taken()
        t.same(f"{what}: never delivered", wanted - set(taken), set())
        t.holds(set(taken) <= set(self.reports) | {self.full}, f"{what}: delivered with other ids: {taken}")
        # An error can cost the sender an answer that it would have read, and then it asks once more in the same run.
        twice = [each for each, count in taken.items() if count == 2 and (each in in_flight or point.fault != KILL)]
        t.holds(len(twice) <= 1 and all(count == 1 or each in twice for each, count in taken.items()),
                f"{what}: delivered too often: {taken}")
        if self.full:
            # Or the receiver took the sign of life after all, or the next run makes one, because none is acknowledged.
            t.holds(self.full in taken or any(each in taken for each in self.replaced) or not t.state()["fingerprint"],
                    f"{what}: no full report came")
        bodies = {}
        for each in receiver.requests:
            if each.packed and len(self.plays) < 2:
                t.holds(bodies.setdefault(each.id, each.body) == each.body, f"{what}: {each.id} had two bodies")


@dataclass
class Runs:
    """An interrupted agent: `words` of holdfast, from the host as it is now."""
    t: object
    words: tuple
    names: tuple            # the destinations
    start: dict = None
    first: int = 1
    code: int = None        # of the whole run

    @property
    def worker(self):
        """The process that does the work: of `run` the child, while the parent waits."""
        return 1 if self.words[0] == "run" else 0

    def survey(self):
        self.start = take(self.t.root)
        run = self.shoot(None)
        self.code = run.code
        self.before = {name: {path: what[3] for path, what in self.start.items()
                              if path.startswith(f"var/lib/holdfast/spool/{name}/") and NAME.fullmatch(os.path.basename(path))}
                       for name in self.names}
        self.seq = json.loads(self.start["var/lib/holdfast/spool/counters.json"][3])["seq"]
        calls = run.processes[self.worker].calls
        fence = max([i for i, each in enumerate(calls, 1) if each.name == "seccomp"], default=0)
        spooling = [i for i, each in enumerate(calls, 1) if "spool" in each.path and i > fence]
        self.spooling = (spooling[0], run.processes[self.worker].count)
        self.first = self.first_of(run.processes[self.worker].calls)
        return run

    def first_of(self, calls):
        """Where reporting begins; what is before it changes the host, and is the matter of tests/fault."""
        return self.spooling[0]

    def shoot(self, point):
        return tracer.run(self.t.words(*self.words), point=point, log=True, whom=(0, 1), from_main=True, limit_s=LIMIT_S)

    def is_spooling(self, point, run):
        """A fault that only reporting suffers from: the exit of the run is what it would be."""
        calls = run.processes[point.process].calls
        call = calls[point.number - 1] if len(calls) >= point.number else None
        return (call is not None and point.process == self.worker and self.spooling[0] <= point.number <= self.spooling[1]
                and call.name not in ("brk", "mmap", "exit_group", "getrandom") and not (call.name == "write" and call.words[0] in (1, 2)))

    def try_point(self, point):
        t = self.t
        put_back(t.root, self.start)
        run = self.shoot(point)
        what = told(point, run)
        t.holds(not run.hung, f"{what}: it hangs")
        if point.fault != KILL and run.hit:
            t.holds(run.code >= 0, f"{what}: it ended by a signal: {run}")
            if self.is_spooling(point, run):
                t.same(f"{what}: exit", run.code, self.code)
        new = {name: self.queue_is_whole(what, name) for name in self.names}
        if run.code == self.code and not run.err:
            for name in self.names:
                t.same(f"{what}: exit {run.code} without a word; reports in the queue of {name}", len(new[name]), 1)
        if "was ended" in run.err:
            t.same(f"{what}: exit of a run that did not end itself", run.code, 1)
        if run.code == self.code:
            t.between(f"{what}: seq", t.counters()["seq"], self.seq + (not run.err), self.seq + 1)
        said = t.agent("run", "--no-send")
        t.exits(f"{what}: then", said, self.code, *((0,) if self.words[0] == "apply" else ()))
        for name in self.names:
            self.numbers_are_unique(what, name)
        return run.hit

    def queue_is_whole(self, what, name):
        t = self.t
        now = {f"var/lib/holdfast/spool/{name}/{each}.json.gz": t.packed(each, name) for each in t.queue(name)}
        lost = [path for path, data in self.before[name].items() if now.get(path) != data]
        t.same(f"{what}: lost from the queue of {name}", lost, [])
        new = sorted(now.keys() - self.before[name].keys())
        # A run that is killed behind its report is reported once more, as one that came to no end.
        t.between(f"{what}: new in the queue of {name}", len(new), 0, 2 if self.worker else 1)
        for path in new:
            each = os.path.basename(path)[:36]
            try:
                t.same(f"{what}: id of {path}", json.loads(gzip.decompress(now[path]))["id"], each)
            except (OSError, EOFError, ValueError, KeyError) as problem:
                t.holds(False, f"{what}: {path} is no whole report: {problem}")
        return new

    def numbers_are_unique(self, what, name):
        t = self.t
        documents = [t.document(each, name) for each in t.queue(name)]
        seqs = [each["run"]["seq"] for each in documents]
        t.same(f"{what}: seq in the queue of {name}", seqs, sorted(set(seqs)))
        t.same(f"{what}: left behind", [each for each in t.strays(name) if each.startswith(".tmp")], [])
        t.same(f"{what}: owner", {os.stat(t.folder(name) / f"{each}.json.gz").st_uid for each in t.queue(name)},
               {os.stat(t.folder(name)).st_uid})
