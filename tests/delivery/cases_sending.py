"""How a queue is sent: order, number, time, one connection, retries; several destinations, several senders, several runs."""
import hashlib
import os
import signal
import socket
import subprocess
import time

import answers
from answers import status
from cases_answers import GONE, KEPT, LATER, SOON, one_answer, outlook, start
from outpost import BUSY, DRIFT, OK, ROOT, WORK, case, descendants, is_locked, now_ms, senders, until
from receiver import Receiver

RUN_S, REQUEST_S, CONNECT_S = 60, 20, 5


@case
def fifty_requests_a_run_on_one_connection(t):
    receiver, _ = start(t, 120)
    ids = t.queue()
    for first, last in ((0, 50), (50, 100), (100, 120)):
        receiver.forget()
        said = t.send()
        t.exits(f"run of {first}", said, OK, WORK)
        t.same(f"run of {first}: ids", receiver.ids(), ids[first:last])
        t.same(f"run of {first}: connections", receiver.connections, 1)
        t.same(f"run of {first}: queue", t.queue(), ids[last:])
    t.exits("the last run", said, OK)


@case(users=(ROOT,), order=0)
def sixty_seconds_a_run(t):
    receiver, _ = start(t, 50)
    ids = t.queue()
    receiver.plays(status(201, delay=7))
    said = t.send("--now")
    t.between("seconds", said.seconds, 45, RUN_S + 1)
    t.between("delivered", len(receiver.taken()), 7, 8)
    t.same("in order", receiver.taken(), ids[:len(receiver.taken())])
    # One that was cut by the end of the run is no failure of the receiver's, but it waits.
    t.same("the rest waits", t.queue(), ids[len(receiver.taken()):])
    t.same("tried twice", [each for each in set(receiver.ids()) if receiver.ids().count(each) > 1], [])


@case
def an_old_failure_does_not_outlive_a_success(t):
    receiver, kept = start(t, 3)
    ids = t.queue()
    receiver.plays(status(201), status(503), status(201))
    before = now_ms()
    t.exits("201, 503", t.send("--now"), WORK)
    t.same("201, 503: requests", receiver.ids(), ids[:2])
    t.same("201, 503: queue", t.queue(), ids[1:])
    outlook(t, "201, 503", SOON, before)
    t.holds(t.state()["last_delivery"] >= before, "last_delivery was not told")
    t.set_state(failures=9)
    receiver.plays(status(201), status(503))
    before = now_ms()
    t.send("--now")
    outlook(t, "9 failures, 201, 503", SOON, before)


@case
def one_quick_retry_when_nobody_listens(t):
    receiver, kept = start(t)
    receiver.refuse()
    before = now_ms()
    said = t.send("--now")
    t.exits("refused", said, WORK)
    t.between("refused: seconds", said.seconds, 1, 6)
    t.same("refused: queue", t.contents(), kept)
    t.says("refused", said, "central", "connect")
    outlook(t, "refused", SOON, before)
    t.same("refused: last_status", t.state()["last_status"], 0)
    # It shows something when the first try has come before we listen, and the second after it: else once more.
    for _ in range(5):
        t.refill(kept)
        began = time.monotonic()
        sender = subprocess.Popen(t.send_words("--now"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(0.6)
        receiver.listen_again()
        listens = time.monotonic() - began
        _, err = sender.communicate(timeout=20)
        if shown := listens < 1 <= time.monotonic() - began:
            break
        receiver.refuse()
        receiver.forget()
    t.holds(shown, "this machine is too slow to come back within the second")
    t.same("back within the second", (sender.returncode, err, t.queue()), (OK, "", []))
    t.same("back within the second: requests", receiver.ids(), sorted(each[:36] for each in kept))


@case
def no_quick_retry_when_somebody_listens(t):
    receiver, kept = start(t)
    for what, answer in (("503", status(503)), ("cut", answers.cut()), ("reset", answers.cut(reset=True)),
                         ("cut at once", answers.cut_at_once())):
        t.refill(kept)
        receiver.forget()
        receiver.plays(answer)
        said = t.send("--now")
        t.exits(what, said, WORK)
        if what == "cut at once":       # a reset may be there before the connection is, and then it is not made
            t.between(f"{what}: connections", receiver.connections, 1, 2)
            continue
        t.same(f"{what}: requests", len(receiver.requests), 1)


@case(users=(ROOT,), order=0)
def connecting_takes_five_seconds_at_most(t):
    # A listener whose backlog is full answers no SYN.
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    address = listener.getsockname()
    crowd = []
    for _ in range(3):
        crowd.append(socket.socket())
        crowd[-1].setblocking(False)
        crowd[-1].connect_ex(address)
    t.report_to(url=f"http://127.0.0.1:{address[1]}/")
    ids = t.make(1)
    said = t.send("--now")
    t.exits("no answer to SYN", said, WORK)
    t.between("no answer to SYN: seconds", said.seconds, 2 * CONNECT_S + 0.9, 2 * CONNECT_S + 7)
    t.same("no answer to SYN: queue", t.queue(), ids)


@case
def a_cut_connection_is_followed_by_a_new_one(t):
    """The receiver closes after each answer, with and without saying so, or speaks HTTP/1.0."""
    receiver, kept = start(t, 4)
    ids = t.queue()
    for what, answer in (("close", status(201, keep=False)), ("HTTP/1.0", status(201, version="HTTP/1.0", keep=False)),
                         ("unsaid", answers.cut(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", code=201))):
        t.refill(kept)
        receiver.forget()
        receiver.plays(answer)
        t.exits(what, t.send("--now"), OK)
        t.same(f"{what}: requests", receiver.ids(), ids)
        t.same(f"{what}: queue", t.queue(), [])
    # The kept connection dies while the next request is on its way: no answer, so it may be asked again, by the same id.
    t.refill(kept)
    receiver.forget()
    receiver.plays(status(201), answers.cut(), status(201))
    t.send("--now")
    t.send("--now")
    t.same("died between: queue", t.queue(), [])
    t.same("died between: taken", receiver.taken(), ids)


# ---- several destinations -------------------------------------------------------------------------------------------

@case(users=(ROOT,), order=0)
def one_destination_does_not_disturb_another(t):
    plays = {"dead": status(201), "hung": answers.silent(), "mute": answers.silent(before_reading=True),
             "flood": answers.endless_headers(503), "slow": answers.drip_status(), "wrong": status(404),
             "good": status(201), "fine": status(204)}
    receivers = {name: Receiver(answer) for name, answer in plays.items()}
    receivers["dead"].refuse()
    for name, receiver in receivers.items():
        t.report_to(receiver, name)
    for _ in range(3):
        t.agent("run", "--no-send")
    ids = t.queue("good")
    t.same("reports", len(ids), 3)
    for name in plays:
        t.same(f"the same ids for {name}", t.queue(name), ids)
    # By itself it goes to all at once; by hand (--now) to one after the other, for somebody who reads along.
    sender = subprocess.Popen(t.send_words(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    began = time.monotonic()
    for name in ("good", "fine"):
        until(lambda: not t.queue(name), 10)
        t.same(f"{name}: taken", receivers[name].taken(), ids)
    t.between("seconds until the good ones had all", time.monotonic() - began, 0, 8)
    _, err = sender.communicate(timeout=70)
    t.between("seconds for all", time.monotonic() - began, 0, REQUEST_S + 6)
    t.same("exit", sender.returncode, WORK)
    for name in plays:
        taken = name in ("good", "fine")
        t.same(f"{name}: queue", t.queue(name), [] if taken else ids)
        t.same(f"{name}: failures", t.state(name).get("failures"), 0 if taken else 1)
        # What passes by itself is no news for cron; what somebody has to mend is.
        t.same(f"{name}: named", name in err, name == "wrong")
        t.same(f"{name}: last_error", bool(t.state(name).get("last_error")), not taken)
    wait = t.state("wrong")["next_try"] - t.state("wrong")["decided"]
    t.holds(wait >= LATER[0] * 1000, f"wrong: waits {wait} ms")
    receivers["wrong"].plays(status(201))
    asked = {name: receivers[name].connections for name in plays}
    t.exits("--destination wrong", t.send("--now", "--destination", "wrong"), OK)
    t.same("--destination wrong: queue", t.queue("wrong"), [])
    t.same("--destination wrong: others asked", {name: receivers[name].connections for name in plays if name != "wrong"},
           {name: count for name, count in asked.items() if name != "wrong"})
    t.holds(t.send("--destination", "nobody").code not in (OK, BUSY), "--destination of an unknown name")


@case
def a_destination_that_was_taken_away_is_not_asked(t):
    first, second = Receiver(status(201)), Receiver(status(201))
    t.report_to(first, "first").report_to(second, "second")
    t.agent("run", "--no-send")
    ids = t.queue("first")
    t.settings["reports"].pop(0)
    t.configure()
    t.agent("run", "--no-send")
    said = t.send("--now")
    t.exits("without the first", said, OK)
    t.same("the first was asked", first.connections, 0)
    t.same("the second has both", len(second.taken()), 2)
    # Its queue is somebody's evidence: it stays as it was, or goes as a whole.
    t.holds(t.queue("first") in (ids, []), f"the first's queue: {t.queue('first')}")


# ---- two at once ----------------------------------------------------------------------------------------------------

@case
def of_two_senders_one_gives_way(t):
    receiver, kept = start(t, 3)
    ids = t.queue()
    receiver.plays(answers.held(status(201)), status(201))
    first = subprocess.Popen(t.send_words(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    t.holds(receiver.held.wait(10), "the first sender does not come")
    said = t.send()
    t.exits("the second sender", said, BUSY)
    t.between("the second sender: seconds", said.seconds, 0, 5)
    t.make(1)
    # Who asks by hand waits for his turn.
    flush = subprocess.Popen([str(each) for each in t.words("report", "--flush")], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    t.same("meanwhile", (flush.poll(), receiver.ids()), (None, ids[:1]))
    receiver.released.set()
    for each, what in ((first, "the first sender"), (flush, "flush")):
        _, err = each.communicate(timeout=30)
        t.same(what, (each.returncode, err), (OK, ""))
    t.same("each once, in order", (receiver.taken()[:3], len(receiver.taken()), max(receiver.times_taken().values())),
           (ids, 4, 1))
    t.same("queue", t.queue(), [])


@case(users=(ROOT,), order=0)
def by_hand_it_waits_ten_seconds_for_another(t):
    receiver, kept = start(t, 1)
    receiver.plays(answers.held(status(201)), status(201))
    first = subprocess.Popen(t.send_words(), stdout=subprocess.DEVNULL)
    t.holds(receiver.held.wait(10), "the first sender does not come")
    said = t.send("--now")
    t.exits("--now", said, BUSY)
    t.between("--now: seconds", said.seconds, 9, 14)
    t.says("--now", said, "central", "another sender")
    t.same("requests", len(receiver.requests), 1)
    receiver.released.set()
    t.same("the first", (first.wait(20), t.queue()), (OK, []))


@case(users=(ROOT,))
def senders_in_the_background_take_turns(t):
    """A run every minute and a receiver that hangs must not pile up processes, nor must those that wait for their splay."""
    receiver, kept = start(t, 2)
    first = subprocess.Popen(t.send_words("--splay", "86400", "--quiet"), stdout=subprocess.DEVNULL)
    t.holds(until(lambda: is_locked(t.spool / "sender.lock"), 20), "the first does not take its turn")
    t.same("the first waits for its splay", (first.poll(), receiver.requests), (None, []))
    said = t.send("--splay", "86400")
    t.exits("another one", said, BUSY)
    t.between("another one: seconds", said.seconds, 0, 5)
    for _ in range(3):
        t.agent("run", "--splay", "86400")
    until(lambda: descendants() == [first.pid], 20)     # also those that have not become senders yet
    t.same("senders after three runs", descendants(), [first.pid])
    t.same("requests", receiver.requests, [])
    said = t.agent("report", "--flush")
    t.exits("by hand nobody waits", said, OK)
    t.same("by hand", (t.queue(), len(receiver.taken())), ([], 5))
    t.make(1)
    t.exits("without a splay nobody waits", t.send(), OK)
    t.same("without a splay", t.queue(), [])
    first.kill()
    first.wait()
    t.same("the turn goes with who has it", t.send("--splay", "0").code, OK)


@case
def a_killed_sender_leaves_no_lock(t):
    receiver, kept = start(t, 3)
    for whom in ("all", "parent", "children"):
        t.refill(kept)
        receiver.forget()
        receiver.plays(answers.held(status(503)), status(201))
        first = subprocess.Popen(t.send_words("--now"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        t.holds(receiver.held.wait(10), f"{whom}: the sender does not come")
        for each in senders():
            if whom == "all" or (each == first.pid) == (whom == "parent"):
                os.kill(each, signal.SIGKILL)
        receiver.released.set()
        t.same(f"{whom}: exit", first.wait(20), WORK if whom == "children" and len(senders()) else first.returncode)
        t.holds(first.returncode != OK, f"{whom}: exit 0 of a killed sender")
        until(lambda: not senders(), 10)
        t.same(f"{whom}: still there", senders(), [])
        t.same(f"{whom}: queue", t.contents(), kept)
        t.exits(f"{whom}: then", t.send("--now"), OK)
        t.same(f"{whom}: then", receiver.times_taken(), dict.fromkeys([each[:36] for each in kept], 1))


@case
def many_runs_at_once_lose_nothing(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.make(1)
    runs, made = [], 0
    for _ in range(8):
        runs = [subprocess.Popen(t.words("run", "--splay", "0"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                for _ in range(5)]
        for each in runs:
            out, _ = each.communicate(timeout=60)
            t.holds(each.returncode in (OK, DRIFT, BUSY), f"a run among others: exit {each.returncode}: {out}")
            made += each.returncode in (OK, DRIFT)
    until(lambda: not descendants(), 20)
    t.exits("then", t.send("--now"), OK)
    sequence = [each.document["run"]["seq"] for each in sorted(receiver.requests, key=lambda each: each.id)]
    t.same("reports", len(receiver.times_taken()), made + 1)
    t.same("each once", set(receiver.times_taken().values()), {1})
    t.same("seq grows with the ids", sequence, sorted(set(sequence)))
    t.same("queue", (t.queue(), t.strays()), ([], []))


@case
def run_starts_the_sender_and_does_not_wait(t):
    receiver = Receiver(answers.held(status(201)))
    t.report_to(receiver)
    t.configure(mode="enforce")
    t.exits("the first run", t.agent("run", "--no-send"), OK)
    t.empty()
    said = t.agent("run", "--splay", "0")
    t.exits("run", said, OK)
    t.between("run: seconds", said.seconds, 0, 5)
    t.same("run: said", said.out + said.err, "")
    t.holds(receiver.held.wait(10), "no sender comes")
    t.same("waits meanwhile", len(t.queue()), 1)
    receiver.released.set()
    until(lambda: not descendants(), 10)
    t.same("delivered", (t.queue(), len(receiver.taken())), ([], 1))
    # A receiver that fails is not the run's business; it is told of now and then (below).
    code = said.code
    for answer in (status(503), status(401), answers.garbage()):
        receiver.plays(answer)
        said = t.agent("run", "--splay", "0")
        t.same("run with a failing receiver", (said.code, said.out), (code, ""))
        t.keeps_secrets("run with a failing receiver", said)
        until(lambda: not descendants(), 10)
    receiver.refuse()
    said = t.agent("run", "--splay", "0")
    t.same("run with a dead receiver", (said.code, said.out), (code, ""))


@case
def a_run_tells_of_failures_ever_more_seldom(t):
    """Whoever reads cron's mail learns of it at the first, second, fourth, eighth failure, and not 96 times a day."""
    receiver = Receiver(status(401))
    t.report_to(receiver)
    t.configure(mode="enforce")
    t.exits("the first run", t.agent("run", "--no-send"), OK)
    told = []
    for failures in range(1, 18):
        t.send("--now")
        t.same("failures", t.state()["failures"], failures)
        said = t.agent("run", "--no-send")
        t.same(f"run after {failures}", (said.code, said.out), (OK, ""))
        t.keeps_secrets(f"run after {failures}", said)
        if said.err:
            t.says(f"run after {failures}", said, "central", "401")
            told.append(failures)
    t.same("told after", told, [1, 2, 4, 8, 16])
    receiver.plays(status(201))
    t.send("--now")
    t.same("then", t.agent("run", "--no-send").err, "")


@case
def apply_queues_its_report_too(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    said = t.agent("check")
    t.same("check writes nothing", (said.code, t.spool.exists()), (DRIFT, False))
    t.exits("apply", t.agent("apply"), OK)
    t.send("--now")
    until(lambda: receiver.requests and not senders(), 10)
    document = receiver.requests[0].document
    t.same("command", document["agent"]["command"], "apply")
    t.holds(document["changes"] and document["transaction"], "the report of an apply tells of no changes")
    one_answer(t, receiver, {f"{document['id']}.json.gz": receiver.requests[0].body}, "apply's", status(201), GONE, None)
    one_answer(t, receiver, {f"{document['id']}.json.gz": receiver.requests[0].body}, "apply's", status(500), KEPT, SOON)


@case(order=0)
def splay_is_the_same_each_time(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.make(1)
    host = t.document(t.queue()[0])["host"]["id"]
    t.send("--now")
    moment = int(hashlib.sha256(host.encode()).hexdigest()[:12], 16) % 4000 / 1000
    # Never before the host's moment; twice soon after it, where a busy machine may need more than two tries.
    took, soon = [], []
    while len(soon) < 2 and len(took) < 6:
        t.make(1)
        took.append(t.send("--splay", "4").seconds)
        soon = [each for each in took if moment <= each <= moment + 0.6]
    t.holds(min(took) >= moment and len(soon) == 2, f"the moment is {moment} s, it took {took}")
    t.make(1)
    t.between("--now does not wait for it", t.send("--now", "--splay", "4").seconds, 0, moment + 1)
