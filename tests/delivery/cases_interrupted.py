"""The sender, and the runs that feed it, die at every system call, or have it fail. points.py says what has to hold."""
import gzip
import json
import os

import answers
import points
from answers import need_full, status
from outpost import NAME, OK, ROOT, case
from receiver import Receiver

PARTS = 4           # each operation is cut into as many cases, so that they run side by side
SOCKETS = ("sendto", "sendmsg", "writev")
WAITS = ("connect", "poll", "ppoll", "epoll_wait", "nanosleep", "clock_nanosleep", "fsync", "fdatasync", "socket")


def in_parts(parts=PARTS):
    def register(body):
        for i in range(parts):
            def one(t, i=i):
                body(t, (i, parts))
            one.__name__ = f"{body.__name__}_{i + 1}_of_{parts}" if parts > 1 else body.__name__
            case(users=(ROOT,), timeout=600, order=1)(one)
        return body
    return register


def all_points(t, trial, which, share):
    run = trial.survey()
    t.holds(not run.hung and run.code >= 0, f"undisturbed: {run}")
    hit = 0
    chosen = points.points(run, which, t.options["thorough"], share, trial.first)
    for point in chosen:
        if len(t.failures) > 40:
            break
        hit += bool(trial.try_point(point))
    t.holds(hit > len(chosen) * 0.9, f"{hit} of {len(chosen)} points were reached")


def sending(t, count, *plays, **more):
    receiver = Receiver(*plays)
    t.report_to(receiver)
    t.make(1)
    t.copies(count - 1, t.queue()[0])
    return points.Deliveries(t, receiver, t.contents(), plays, **more)


@in_parts()
def a_sender_is_interrupted(t, share):
    all_points(t, sending(t, 3, status(201)), (0, 1), share)


@in_parts(1)
def a_sender_is_interrupted_setting_aside(t, share):
    trial = sending(t, 3, status(400), status(201), from_request=True)
    trial.ends_in_bad = tuple(t.queue())
    all_points(t, trial, (1,), share)


@in_parts(1)
def a_sender_is_interrupted_backing_off(t, share):
    """A 503, then the receiver is well again."""
    trial = sending(t, 2, status(503), status(201), from_request=True)
    all_points(t, trial, (1,), share)


@in_parts(1)
def a_sender_is_interrupted_sending_the_whole(t, share):
    receiver = Receiver(status(201))
    t.report_to(receiver, mode="changes")
    t.make(1)
    t.send("--now")
    t.make(1)
    folder = t.folder()
    kept = t.contents() | {name: (folder / name).read_bytes() for name in ("full.json.gz", "state.json")}
    full = json.loads(gzip.decompress(kept["full.json.gz"]))["id"]
    trial = points.Deliveries(t, receiver, kept, (need_full(), status(201)), replaced=tuple(t.queue()), full=full,
                              from_request=True)
    all_points(t, trial, (1,), share)


@case(users=(ROOT,))
def between_answer_and_deletion_nothing_else_is_done(t):
    """The one window in which a death means a second delivery: the answer has been read, the file is still there."""
    trial = sending(t, 3, status(201))
    run = trial.survey()
    found = 0
    for process in run.processes:
        calls = process.calls
        for i, each in enumerate(calls):
            if each.name in ("recvfrom", "read", "recvmsg") and each.result and each.result > 12 and any(
                    one.name in SOCKETS for one in calls[:i]):
                gone = [j for j, one in enumerate(calls) if j > i and one.name == "unlinkat" and NAME.fullmatch(one.path)]
                window = [one.name for one in calls[i + 1:gone[0]]] if gone else SOCKETS
                if any(name in SOCKETS for name in window):
                    continue
                found += 1
                t.same("waits or syncs between answer and deletion", [name for name in window if name in WAITS], [])
                t.between("calls between answer and deletion", len(window), 0, 12)
    t.same("answers seen", found, 3)


def feeding(t, words, **settings):
    """Two destinations, one of them with signs of life, each with reports that wait already."""
    receivers = Receiver(status(201)), Receiver(status(201))
    t.report_to(receivers[0], "first").report_to(receivers[1], "second", mode="changes")
    t.agent("run", "--no-send")
    t.exits("the first delivery", t.send("--now"), OK)
    for _ in range(2):
        t.agent("run", "--no-send")
    t.configure(**settings)
    return points.Runs(t, words, ("first", "second"))


@in_parts(2)
def a_run_is_interrupted(t, share):
    all_points(t, feeding(t, ("run", "--no-send")), (1,), share)


@in_parts(2)
def the_parent_of_a_run_is_interrupted(t, share):
    """It has read agent.yaml, waits for its child, and tells of one that came to no end."""
    trial = feeding(t, ("run", "--no-send"))
    trial.first_of = lambda calls: 1
    all_points(t, trial, (0,), share)


@in_parts(2)
def an_apply_is_interrupted(t, share):
    all_points(t, feeding(t, ("apply",), mode="enforce"), (0,), share)


@in_parts(2)
def a_run_is_interrupted_that_starts_the_sender(t, share):
    """What is queued after the death of the agent is delivered by the sender that it has started, or by the next."""
    receiver = Receiver(status(201))
    t.report_to(receiver, "first")
    t.agent("run", "--no-send")
    trial = Started(t, ("run", "--splay", "0"), ("first",), receiver)
    all_points(t, trial, (1,), share)


class Started(points.Runs):
    def __init__(self, t, words, names, receiver):
        super().__init__(t, words, names)
        self.receiver = receiver

    def first_of(self, calls):
        """What is before the report has its name is the matter of the other runs."""
        return [i for i, each in enumerate(calls, 1) if each.name.startswith("rename") and each.path.endswith(".json.gz")][0]

    def try_point(self, point):
        t, receiver = self.t, self.receiver
        points.put_back(t.root, self.start)
        receiver.forget()
        run = self.shoot(point)
        receiver.quiet()
        what = points.told(point, run)
        t.holds(not run.hung, f"{what}: it hangs")
        if point.fault != points.KILL and run.hit and self.is_spooling(point, run):
            t.same(f"{what}: exit", run.code, self.code)
        old = [path[-44:-8] for path in self.before["first"]]
        lost = [each for each in old if each not in receiver.taken() and each not in t.queue("first")]
        t.same(f"{what}: lost", lost, [])
        t.exits(f"{what}: then", t.agent("run", "--no-send"), self.code)
        t.exits(f"{what}: then", t.send("--now"), OK)
        t.same(f"{what}: queue", t.queue("first"), [])
        t.same(f"{what}: each once", set(receiver.times_taken().values()), {1})
        seqs = [each.document["run"]["seq"] for each in receiver.requests]
        t.same(f"{what}: seq", seqs, sorted(set(seqs)))
        return run.hit


@case(users=(ROOT,))
def a_report_is_on_disk_before_it_has_its_name(t):
    """A death keeps what the kernel has in memory; what a loss of power would leave shows only in the order of the calls."""
    trial = feeding(t, ("run", "--no-send"))
    calls = trial.survey().processes[trial.worker].calls
    opened, synced, named = {}, set(), []
    counted = False
    for each in calls:
        if each.name == "openat" and each.result is not None and each.result >= 0:
            opened[each.result] = each.path
            synced.discard(each.path)
        elif each.name in ("fsync", "fdatasync"):
            synced.add(opened.get(each.words[0]))
            named = [one for one in named if one[0] != each.words[0]]
        elif each.name.startswith("rename"):
            name = os.path.basename(each.path)
            counted = counted or name == "counters.json"
            if NAME.fullmatch(name):
                t.holds(f".tmp-{name}" in synced, f"{name} has its name, and its bytes are not on disk")
                t.holds(counted, f"{name} is there, and its number is not on disk")
                named.append((each.words[2], name))
            if name == "counters.json":
                t.holds(".tmp-counters.json" in synced, "counters.json has its name, and its bytes are not on disk")
                named.append((each.words[2], name))
    t.same("names that no fsync of their folder followed", named, [])
    t.same("counters were written", counted, True)


@case(users=(ROOT,))
def a_full_queue_tells_of_its_drops_after_a_death(t):
    """Making room: what was given up is counted, and never more is given up than had to be."""
    receiver = Receiver(status(201))
    t.report_to(receiver, "first")
    t.agent("run", "--no-send")
    t.copies(199, t.queue("first")[0], "first")
    trial = points.Runs(t, ("run", "--no-send"), ("first",))
    run = trial.survey()
    calls = [i for i, each in enumerate(run.processes[trial.worker].calls, 1)
             if each.name in ("unlinkat", "renameat", "renameat2", "fsync", "openat", "write")]
    for number in calls:
        points.put_back(t.root, trial.start)
        point = points.tracer.Point(trial.worker, number, points.KILL)
        what = points.told(point, trial.shoot(point))
        now = len(t.queue("first"))
        t.between(f"{what}: reports", now, 199, 200)
        t.agent("run", "--no-send")
        t.between(f"{what}: reports then", len(t.queue("first")), 199, 200)
        there = {t.document(each, "first")["id"] for each in t.queue("first")}
        gone = len(trial.before["first"]) - len([path for path in trial.before["first"] if path[-44:-8] in there])
        t.between(f"{what}: dropped {gone}, told", t.dropped("first"), gone, gone + 1)


@case(users=(ROOT,))
def an_answer_is_read_before_the_file_goes(t):
    """No report is deleted on a promise: the receiver cuts, resets or is silent at each stage, and the file stays."""
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.make(2)
    kept = t.contents()
    for what, answer in (("cut", answers.cut()), ("half a status", answers.cut(b"HTTP/1.1 2")),
                         ("early only", answers.cut(b"HTTP/1.1 103 Early Hints\r\n\r\n")), ("reset", answers.cut(reset=True))):
        t.refill(kept)
        receiver.forget()
        receiver.plays(answer)
        t.send("--now")
        t.same(what, t.contents(), kept)
