"""Clocks that jump. No namespace moves CLOCK_REALTIME, and the machine's own is not ours to set; but the programs know of
earlier times only what names, reports and state.json say. So these are moved instead: everything ten years older is what a
clock looks like that has jumped ten years ahead.
"""
from answers import retry_after, status
from cases_answers import start
from outpost import DAY, DRIFT, HOUR, OK, WORK, case, name_ms, now_ms
from receiver import Receiver

YEARS = 3650 * DAY
JUMPS = (("ahead an hour", HOUR), ("back an hour", -HOUR), ("ahead a day", DAY), ("back a day", -DAY),
         ("ahead ten years", YEARS), ("back ten years", -YEARS))


@case
def no_jump_keeps_it_waiting_for_more_than_six_hours(t):
    receiver, kept = start(t, 2)
    ids = t.queue()
    for wait in ("60", "21600"):
        for what, ms in JUMPS:
            t.refill(kept)
            receiver.forget()
            receiver.plays(retry_after(429, wait))
            t.exits(f"{wait} s, {what}", t.send("--now"), WORK)
            receiver.plays(status(201))
            t.shift(ms)
            moved = t.queue()
            t.send()
            state = t.state()
            if not t.queue():
                t.same(f"{wait} s, {what}: in order", receiver.taken(), moved)
                continue
            # It waits; but for how long?
            t.between(f"{wait} s, {what}: ms to wait", state["next_try"] - now_ms(), 0, 6 * HOUR)
            t.same(f"{wait} s, {what}: waits though the clock went ahead", ms > int(wait) * 1200, False)
    t.refill(kept)
    for field in ("next_try", "decided"):
        for value in (1 << 62, now_ms() + YEARS, 0):
            t.refill(kept)
            receiver.forget()
            t.set_state(**{"failures": 3, "next_try": now_ms() + YEARS, "decided": now_ms()} | {field: value})
            t.send()
            t.same(f"{field} {value}: delivered", receiver.taken(), ids)


@case
def the_order_survives_a_clock_that_was_set_back(t):
    receiver, kept = start(t, 1)
    for what, ms in JUMPS:
        t.empty()
        receiver.forget()
        before = t.make(3)
        seqs = [t.document(each)["run"]["seq"] for each in before]
        t.shift(ms)
        told = t.queue()
        t.make(3)
        after = [each for each in t.queue() if each not in told]
        t.same(f"{what}: new ones", len(after), 3)
        t.same(f"{what}: new ones sort behind", t.queue()[-3:], after)
        t.exits(f"{what}: send", t.send("--now"), OK)
        order = [each.document["run"]["seq"] for each in receiver.requests]
        t.same(f"{what}: in order", order, sorted(order))
        t.same(f"{what}: the newer ones came", order[-3:], [seqs[-1] + i for i in (1, 2, 3)])
        times = [each.document["time"][:4] for each in receiver.requests[-3:]]
        t.same(f"{what}: time is that of the clock", len(set(times)), 1)


@case
def after_a_jump_ahead_what_waits_is_not_thrown_away_unsent(t):
    """The seven days are for a receiver that is away. A sender that can send does, however old the names look."""
    receiver, kept = start(t, 1)
    t.empty()
    t.make(3)
    t.shift(YEARS)
    t.exits("send", t.send(), OK)
    t.same("delivered before the next run", (len(receiver.taken()), t.queue()), (3, []))


@case
def a_run_while_the_clock_leaps_gives_nothing_up(t):
    receiver, kept = start(t, 1)
    t.empty()
    t.make(3)
    old, before = t.queue(), t.dropped()
    t.shift(YEARS)
    t.make(1)
    t.shift(-YEARS)
    t.make(1)
    t.same("what waited", ([each for each in t.queue() if each in old], t.dropped()), (old, before))
    t.same("in all", len(t.queue()), 5)


@case
def seven_days_are_the_bound(t):
    receiver, kept = start(t, 1)
    for age, stays in ((6 * DAY + 23 * HOUR, True), (7 * DAY + HOUR, False), (30 * DAY, False)):
        t.empty()
        t.make(2)
        t.shift(age)
        old, before = t.queue(), t.dropped()
        # The first run after so long a time cannot tell it from a clock that has leapt.
        t.make(1)
        t.same(f"{age // DAY} days old, at first", ([each for each in t.queue() if each in old], t.dropped()), (old, before))
        t.make(1)
        t.same(f"{age // DAY} days old", [each for each in t.queue() if each in old], old if stays else [])
        dropped = t.dropped() - before
        t.same(f"{age // DAY} days old: told", dropped, 0 if stays else 2)
        t.same(f"{age // DAY} days old: in the report", t.document(t.queue()[-1])["run"]["dropped_reports"], before + dropped)


@case
def a_day_without_delivery_is_told_once_a_day(t):
    t.report_to(Receiver(status(201)))
    t.make(1)
    t.shift(2 * DAY)
    told = [bool(t.agent("run", "--no-send").err) for _ in range(3)]
    t.same("told", told, [True, False, False])
    t.shift(DAY)
    told = [bool(t.agent("run", "--no-send").err) for _ in range(2)]
    t.same("told on the next day", told, [True, False])


@case
def what_an_unset_clock_dated_is_not_old(t):
    """
    A board without a battery begins in 1970, runs, and is then set right: minutes have passed, not fifty years. What is dated
    before holdfast was there says nothing of its age.
    """
    receiver, kept = start(t, 1)
    t.empty()
    t.make(3)
    t.shift(YEARS)
    old = t.queue()
    t.exits("run", t.agent("run", "--no-send"), DRIFT)
    t.same("still there", [each for each in old if each in t.queue()], old)


@case
def a_name_at_the_end_of_time_is_survived(t):
    receiver, kept = start(t, 1)
    ids = t.queue()
    for name in ("ffffffff-ffff-7fff-bfff-ffffffffffff", "00000000-0000-7000-8000-000000000000"):
        t.refill(kept)
        receiver.forget()
        t.put(f"{name}.json.gz", b"from another time")
        before = set(t.queue())
        said = t.agent("run", "--no-send")
        t.exits(name, said, DRIFT)
        new = set(t.queue()) - before
        t.same(f"{name}: new reports", len(new), 1)
        t.send("--now")
        t.same(f"{name}: delivered", sorted(receiver.taken()), sorted([*ids, *new]))
        t.same(f"{name}: queue", t.queue(), [])
        t.make(1)
        now = t.queue()[-1]
        t.between(f"{name}: afterwards the clock rules again", name_ms(now), now_ms() - 5000, now_ms() + 5000)
        t.send("--now")


@case
def a_jump_does_not_spare_a_full_report(t):
    """mode: changes. last_full in the future is no reason to send signs of life for ten years."""
    receiver = Receiver(status(201))
    t.report_to(receiver, mode="changes")
    t.make(1)
    for what, ms in JUMPS:
        t.send("--now")
        t.set_state(fingerprint="")
        for _ in range(2):
            t.make(1)
            t.send("--now")
        t.same(f"{what}: before", receiver.requests[-1].document["kind"], "heartbeat")
        t.shift(ms)
        t.make(1)
        kind = t.document(t.queue()[-1])["kind"]
        t.same(f"{what}: after", kind, "heartbeat" if ms == HOUR else "full")
