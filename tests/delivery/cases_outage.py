"""A week without a receiver in fast motion, and the bounds of a queue one by one."""
import base64
import json
import os
import random

from answers import status
from outpost import DAY, DRIFT, OK, ROOT, WORK, case, name_ms
from receiver import Receiver

RUNS, A_DAY = 672, 96       # every quarter of an hour
FILES, BYTES, DAYS = 200, 16 << 20, 7


def sizes(t):
    return sum(os.path.getsize(t.folder() / f"{each}.json.gz") for each in t.queue())


@case(users=(ROOT,), timeout=600, order=1)
def a_week_of_outage(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    receiver.refuse()
    t.configure(mode="enforce")
    t.agent("run", "--no-send")
    t.exits("the first delivery fails", t.send("--now"), WORK)
    changed, draw = set(), random.Random(6)
    drifts = set(draw.sample(range(10, RUNS), 40))
    for i in range(1, RUNS):
        if i in drifts:
            t.drift(value=str(60 + i % 7))
        said = t.agent("run", "--no-send")
        if said.code != OK:
            t.exits(f"run {i}", said, OK)
            return
        if i in drifts:
            changed.add(t.counters()["seq"])
        if i % A_DAY == 0:
            # A day has passed. The seventh bound is not reached: the first reports have long been given up for others.
            t.shift(DAY - A_DAY)
            t.send()
            t.between(f"day {i // A_DAY}: files", len(t.queue()), 1, FILES)
    ids = t.queue()
    documents = [t.document(each) for each in ids]
    seqs = [each["run"]["seq"] for each in documents]
    t.same("runs", t.counters()["seq"], RUNS)
    t.same("files", len(ids), FILES)
    t.between("bytes", sizes(t), 1, BYTES)
    t.same("the newest is there", seqs[-1], RUNS)
    t.same("in order", seqs, sorted(seqs))
    t.same("those with changes are there", sorted(each["run"]["seq"] for each in documents if each["changes"]),
           sorted(changed | {1}))
    others = [each["run"]["seq"] for each in documents if not each["changes"]]
    t.same("of the others the newest", others, [each for each in range(1, RUNS + 1) if each not in changed | {1}][-len(others):])
    t.same("dropped, by counters.json", t.dropped(), RUNS - FILES)
    t.same("dropped, by the newest report", documents[-1]["run"]["dropped_reports"], RUNS - FILES)
    t.holds(0 < t.state()["failures"] < 30, f"failures: {t.state()}")
    # The receiver is back.
    receiver.listen_again()
    runs = 0
    t.set_state(next_try=0)
    while t.queue() and runs < 10:
        t.send()
        runs += 1
    t.same("runs until all was delivered", runs, FILES // 50)
    t.same("delivered in order", receiver.ids(), ids)
    t.same("the drops told", receiver.requests[-1].document["run"]["dropped_reports"], RUNS - FILES)
    t.make(1)
    t.same("afterwards", t.document(t.queue()[0])["run"]["dropped_reports"], RUNS - FILES)


@case
def two_hundred_files_are_the_bound(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.make(1)
    first = t.queue()[0]
    t.copies(FILES - 1, first, changed=True)
    with_changes = t.queue()[1:]
    t.make(1)
    t.same("200, one without changes goes", (len(t.queue()), first in t.queue(), t.dropped()),
           (FILES, False, 1))
    t.make(1)
    t.same("199 with changes and a newer one", t.queue()[:-1], with_changes)
    t.same("dropped", t.dropped(), 2)
    newest = t.queue()[-1]
    (t.folder() / f"{newest}.json.gz").unlink()
    t.copies(1, with_changes[-1], changed=True)
    oldest = t.queue()[0]
    t.make(1)
    t.same("all have changes: the oldest goes", (len(t.queue()), oldest in t.queue()), (FILES, False))
    t.same("dropped", t.dropped(), 3)
    # More than the bound were put there.
    t.copies(60, t.queue()[-1])
    t.make(1)
    t.same("260", len(t.queue()), FILES)
    t.same("dropped", t.dropped(), 3 + 61)


def large_profile(t, name, count, draw, value="1"):
    """So many interfaces with a key, 1 is in line, each with words that no packing makes smaller."""
    lines = []
    for i in range(count):
        folder = t.root / f"proc/sys/net/ipv4/conf/{name}x{i}"
        folder.mkdir()
        (folder / "rp_filter").write_text(value + "\n")
        words = base64.b64encode(draw.randbytes(2100)).decode()
        lines.append(f"  net.ipv4.conf.{name}x{i}.rp_filter: {{value: 1, manage: [live], why: '{words}'}}\n")
    (t.root / f"etc/holdfast/profiles/{name}.yaml").write_text(
        f"profile: {name}\nversion: 1\nparameters:\n  vm.swappiness: 60\n{''.join(lines)}")


@case(users=(ROOT,), order=1)
def sixteen_mebibytes_are_the_bound(t):
    draw = random.Random(7)
    large_profile(t, "delivery", 300, draw)
    t.report_to(Receiver(status(201)))
    for _ in range(34):
        said = t.agent("run", "--no-send")
        if not t.holds(said.code in (OK, DRIFT), said):
            return
        t.between("bytes", sizes(t), 1, BYTES)
    one = os.path.getsize(t.folder() / f"{t.queue()[-1]}.json.gz")
    t.holds(one > 200 << 10, f"a report of {one} bytes is too small for this test")
    t.same("files", len(t.queue()), BYTES // one)
    t.same("dropped", t.dropped(), 34 - BYTES // one)


@case(users=(ROOT,), order=1)
def a_report_that_is_too_large_comes_shorter(t):
    """1 MiB packed, 8 MiB plain: above that, first what is in line stays at home."""
    names = [f"part{i}" for i in range(3)]
    for i, name in enumerate(names):
        large_profile(t, name, 300, random.Random(i))
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.configure(profiles=["delivery", *names])
    said = t.agent("run", "--no-send")
    t.exits("run", said, OK, DRIFT)
    if t.holds(t.queue(), f"nothing is queued: {said}"):
        size = len(t.packed(t.queue()[0]))
        t.between("packed", size, 1, 1 << 20)
        t.send("--now")
        t.same("delivered", len(receiver.taken()), 1)
        t.holds(all(each["status"] != "compliant" for each in receiver.requests[0].document["parameters"]), "it is not shorter")


@case(users=(ROOT,), order=1)
def a_report_that_is_too_large_even_so_sends_its_counts(t):
    """No host goes silent because too much of it is off."""
    names = [f"part{i}" for i in range(3)]
    for i, name in enumerate(names):
        large_profile(t, name, 300, random.Random(i), value="0")
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.configure(profiles=["delivery", *names])
    said = t.agent("run", "--no-send")
    t.exits("run", said, DRIFT)
    t.says("run", said, "larger than")
    t.exits("send", t.send("--now"), OK)
    if t.holds(receiver.taken(), "nothing was delivered"):
        document = receiver.requests[0].document
        t.same("its counts", (document["kind"], document["verdict"], document["counts"]["drift"] >= 900), ("full", "drift", True))
        t.holds(document["run"]["errors"] and not document.get("parameters"), f"it does not tell what is missing: {document}")


@case
def each_destination_has_bounds_of_its_own(t):
    first, second = Receiver(status(503)), Receiver(status(201))
    t.report_to(first, "first").report_to(second, "second")
    t.agent("run", "--no-send")
    t.send("--now")
    t.copies(FILES - 1, t.queue("first")[0], "first")
    t.agent("run", "--no-send")
    t.agent("run", "--no-send")
    t.same("waiting", (len(t.queue("first")), len(t.queue("second"))), (FILES, 2))
    t.same("dropped", (t.dropped("first"), t.dropped("second")), (2, 0))
    t.same("in order", [name_ms(each) for each in t.queue("first")], sorted(name_ms(each) for each in t.queue("first")))


@case(users=(ROOT,))
def a_run_costs_no_more_when_the_queue_is_full(t):
    """Making room does not read all reports each time."""
    t.report_to(Receiver(status(201)))
    t.make(1)
    usual = min(t.agent("run", "--no-send").seconds for _ in range(5))
    t.copies(FILES, t.queue()[0], changed=True)
    full = min(t.agent("run", "--no-send").seconds for _ in range(5))
    t.between("seconds with a full queue", full, 0, usual * 3 + 0.2)
    json.loads((t.spool / "counters.json").read_text())
