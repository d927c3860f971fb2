"""mode: changes. A sign of life stands for a report that the receiver has; whatever it does not have comes whole."""
import answers
from answers import need_full, status
from outpost import DAY, HOUR, OK, WORK, case, now_ms
from receiver import Receiver

FULL, HEARTBEAT = "full", "heartbeat"


def begin(t):
    """A destination that has taken one full report."""
    receiver = Receiver(status(201))
    t.report_to(receiver, mode="changes")
    ids = t.make(1)
    t.same("the first is", kinds(t), [FULL])
    first = t.document(ids[0])
    t.exits("the first", t.send("--now"), OK)
    t.same("acknowledged", t.state().get("fingerprint"), first["fingerprint"])
    t.holds(t.state()["last_full"] > 0, "last_full is not kept")
    receiver.forget()
    return receiver, first


def kinds(t):
    return [t.document(each)["kind"] for each in t.queue()]


def makes(t, what, kind):
    """One more run, and the kind of its report. The report."""
    ids = t.make(1)
    document = t.document(ids[-1])
    t.same(what, document["kind"], kind)
    return document


def sent(t, what, receiver, *wanted, code=OK):
    """What one more sender sends, by kind."""
    receiver.forget()
    said = t.send("--now")
    t.exits(what, said, code)
    t.same(f"{what}: sent", [each.document["kind"] for each in receiver.requests], list(wanted))
    return receiver.requests


@case
def a_heartbeat_while_nothing_has_changed(t):
    receiver, first = begin(t)
    beat = makes(t, "unchanged", HEARTBEAT)
    for part in ("parameters", "changes", "tcp"):
        t.holds(not beat.get(part), f"a heartbeat has {part}: {beat.get(part)}")
    for part in ("schema", "host", "agent", "profile", "verdict", "counts", "fingerprint", "loader"):
        t.same(f"heartbeat: {part}", beat.get(part), first[part])
    t.same("heartbeat: seq", beat["run"]["seq"], first["run"]["seq"] + 1)
    t.holds(len(t.packed(beat["id"])) < 1500, f"a heartbeat of {len(t.packed(beat['id']))} bytes")
    sent(t, "heartbeat", receiver, HEARTBEAT)
    makes(t, "a second", HEARTBEAT)
    makes(t, "a third", HEARTBEAT)
    sent(t, "two more", receiver, HEARTBEAT, HEARTBEAT)
    t.same("still acknowledged", t.state()["fingerprint"], first["fingerprint"])


@case
def a_change_comes_whole(t):
    receiver, first = begin(t)
    t.drift("vm.swappiness", "10")
    changed = makes(t, "changed", FULL)
    t.holds(changed["fingerprint"] != first["fingerprint"], "the fingerprint is the same")
    makes(t, "not acknowledged yet", FULL)
    sent(t, "changed", receiver, FULL, FULL)
    makes(t, "acknowledged", HEARTBEAT)
    t.drift("vm.swappiness", "60")
    makes(t, "changed back", FULL)
    receiver.plays(status(503))
    sent(t, "not taken", receiver, HEARTBEAT, code=WORK)
    makes(t, "not taken, so not acknowledged", FULL)
    receiver.plays(status(201))
    sent(t, "taken", receiver, HEARTBEAT, FULL, FULL)
    makes(t, "taken", HEARTBEAT)
    # What was mended is told, though the state may be one that the receiver has seen.
    t.configure(mode="enforce")
    mended = makes(t, "mended", FULL)
    t.holds(mended["changes"], "no changes in the report of the run that made them")


@case
def a_new_receiver_is_told_all(t):
    """What another url has acknowledged, refused or put off says nothing of this one."""
    receiver, first = begin(t)
    makes(t, "unchanged", HEARTBEAT)
    receiver.plays(status(415), status(429, headers=[("Retry-After", "7200")]))
    t.exits("the old one wants to be left alone", t.send("--now"), WORK)
    t.holds(t.state()["next_try"] > now_ms() and t.state()["plain"], f"the old one's state: {t.state()}")
    other = Receiver(status(201))
    t.settings["reports"].clear()
    t.report_to(other, mode="changes")
    makes(t, "another url", FULL)
    t.exits("another url, not put off", t.send(), OK)
    t.same("another url: kinds", [each.document["kind"] for each in other.requests], [HEARTBEAT, FULL])
    t.same("another url: packed", [each.packed for each in other.requests], [True, True])
    makes(t, "then", HEARTBEAT)


@case
def while_another_waits_the_acknowledged_state_comes_whole(t):
    """A, B, A: when the second A comes, B is what the receiver has."""
    receiver, first = begin(t)
    t.drift("vm.swappiness", "10")
    makes(t, "B", FULL)
    t.drift("vm.swappiness", "60")
    t.same("back to A", makes(t, "A again", FULL)["fingerprint"], first["fingerprint"])
    sent(t, "both", receiver, FULL, FULL)
    makes(t, "then", HEARTBEAT)


@case
def a_refused_or_set_aside_report_is_not_acknowledged(t):
    receiver, first = begin(t)
    for code in (400, 422, 503, 401, 404):
        t.drift("vm.swappiness", str(code))
        makes(t, f"{code}: changed", FULL)
        receiver.plays(status(code))
        t.send("--now")
        t.holds(t.state()["fingerprint"] in ("", first["fingerprint"]), f"{code}: acknowledged: {t.state()}")
        makes(t, f"{code}: again", FULL)
        for each in t.queue():
            (t.folder() / f"{each}.json.gz").unlink()


@case
def a_full_report_once_a_day(t):
    receiver, _ = begin(t)
    for what, age, kind in (("23 h", 23 * HOUR, HEARTBEAT), ("24 h", DAY + 1000, FULL), ("a month", 30 * DAY, FULL),
                            ("the clock was set back", -HOUR, FULL), ("ten years back", -3650 * DAY, FULL)):
        t.set_state(last_full=now_ms() - age)
        makes(t, what, kind)
        sent(t, what, receiver, kind)
    makes(t, "then", HEARTBEAT)


@case
def the_receiver_may_want_the_whole(t):
    receiver, first = begin(t)
    beat = makes(t, "unchanged", HEARTBEAT)
    receiver.plays(need_full(), status(201))
    requests = sent(t, "need full", receiver, HEARTBEAT, FULL)
    whole = requests[1].document
    t.same("need full: queue", t.queue(), [])
    t.same("need full: fingerprint", whole["fingerprint"], first["fingerprint"])
    t.holds(whole["id"] not in (beat["id"], first["id"]), "the full report has the id of another")
    t.same("need full: ids", [each.id for each in requests], [beat["id"], whole["id"]])
    t.holds(whole["parameters"], "the full report has no parameters")
    t.same("need full: run", whole["run"]["seq"], beat["run"]["seq"])
    makes(t, "then", HEARTBEAT)


@case
def the_whole_is_not_lost_when_it_is_not_taken(t):
    for code in (503, 429, 409, 401):
        receiver = Receiver(status(201))
        name = f"d{code}"
        t.settings["reports"].clear()
        t.report_to(receiver, name, mode="changes")
        t.agent("run", "--no-send")
        t.send("--now")
        t.agent("run", "--no-send")
        receiver.forget()
        receiver.plays(need_full(), status(code), status(201))
        t.exits(f"{code}", t.send("--now"), WORK)
        t.same(f"{code}: sent", [each.document["kind"] for each in receiver.requests], [HEARTBEAT, FULL])
        t.holds(t.queue(name), f"{code}: nothing waits any more")
        t.exits(f"{code}: then", t.send("--now"), OK)
        t.holds(any(each.taken and each.document["kind"] == FULL for each in receiver.requests),
                f"{code}: no full report came: {[str(each) for each in receiver.requests]}")
        t.same(f"{code}: queue", t.queue(name), [])


@case
def a_receiver_that_always_wants_the_whole_gets_it_once_a_run(t):
    receiver, _ = begin(t)
    for _ in range(3):
        makes(t, "unchanged", HEARTBEAT)

    def wants(wire, request):
        whole = request.document["kind"] == FULL
        return (status(201) if whole else need_full()).play(wire, request)

    receiver.plays(answers.Answer(wants))
    receiver.forget()
    t.send("--now")
    t.send("--now")
    times = receiver.times_taken()
    t.same("each full report once", sorted(set(times.values())), [1])
    t.same("queue", t.queue(), [])
    t.between("requests", len(receiver.requests), 2, 6)


@case
def without_its_full_report_a_heartbeat_asks_for_a_new_one(t):
    for what, spoil in (("gone", lambda path: path.unlink()), ("broken", lambda path: path.write_bytes(b"\x1f\x8b broken")),
                        ("another", lambda path: path.write_bytes(b"")), ("a link", lambda path: (
                            path.unlink(), path.symlink_to("/etc/passwd")))):
        name = what.replace(" ", "-")
        receiver = Receiver(status(201))
        t.settings["reports"].clear()
        t.report_to(receiver, name, mode="changes")
        t.agent("run", "--no-send")
        t.send("--now")
        t.agent("run", "--no-send")
        spoil(t.folder(name) / "full.json.gz")
        receiver.forget()
        receiver.plays(need_full(), status(201))
        said = t.send("--now")
        t.holds(said.code in (OK, WORK), f"{what}: {said}")
        t.same(f"{what}: sent", [each.document["kind"] for each in receiver.requests], [HEARTBEAT])
        t.agent("run", "--no-send")
        t.send("--now")
        t.same(f"{what}: then a full one", receiver.requests[-1].document["kind"], FULL)
