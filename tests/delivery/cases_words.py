"""report --flush and --test: what they say, and how they end."""
import json
import os
import pty
import subprocess

import answers
from answers import redirect, status
from cases_answers import start
from outpost import OK, QUERY, ROOT, USAGE, WORK, case
from receiver import Receiver


@case
def flush_sends_everything_that_waits(t):
    receiver, kept = start(t, 120)
    ids = t.queue()
    t.set_state(failures=7, next_try=1 << 42, decided=1)
    said = t.agent("report", "--flush")
    t.exits("flush", said, OK)
    t.same("flush: sent", receiver.ids(), ids)
    t.same("flush: queue", t.queue(), [])
    t.keeps_secrets("flush", said)
    t.exits("nothing waits", t.agent("report", "--flush"), OK)
    for answer, words in ((status(503), ("503",)), (status(401), ("401", "token")), (status(404), ("404", "url")),
                          (answers.garbage(), ()), (redirect(302, "file:///etc/passwd"), ("302",))):
        t.refill(dict(list(kept.items())[:2]))
        receiver.plays(answer)
        said = t.agent("report", "--flush")
        t.exits(f"flush, {words}", said, WORK)
        t.says(f"flush, {words}", said, "central", *words)
        t.keeps_secrets(f"flush, {words}", said)
        t.same(f"flush, {words}: queue", len(t.queue()), 2)
    t.refill(dict(list(kept.items())[:2]))
    receiver.plays(status(400))
    said = t.agent("report", "--flush")
    t.says("flush, 400", said, "central", "400")


@case
def flush_in_json(t):
    receiver, kept = start(t, 3)
    said = t.agent("report", "--flush", "--json")
    t.exits("flush", said, OK)
    t.same("flush", [(each["destination"], each["delivered"], each["left"]) for each in parsed(t, "flush", said)],
           [("central", 3, 0)])
    t.same("stderr", said.err, "")
    t.refill(kept)
    receiver.plays(status(503))
    said = t.agent("report", "--flush", "--json")
    t.exits("flush, 503", said, WORK)
    found = parsed(t, "flush, 503", said)
    t.same("flush, 503", [(each["destination"], each["delivered"], each["left"], each["status"]) for each in found],
           [("central", 0, 3, 503)])
    t.keeps_secrets("flush, 503", said)


def parsed(t, what, said):
    """One object a line, a line for each destination."""
    try:
        return [json.loads(line) for line in said.out.splitlines()]
    except ValueError as problem:
        t.holds(False, f"{what}: no JSON: {problem}: {said}")
        return []


@case(users=(ROOT,))
def flush_shows_progress_on_a_terminal(t):
    receiver, kept = start(t, 30)
    master, slave = pty.openpty()
    process = subprocess.Popen([str(each) for each in t.words("report", "--flush")], stdin=slave, stdout=slave, stderr=slave,
                               env=os.environ | {"TERM": "xterm"})
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    t.same("exit", process.wait(20), OK)
    t.holds(b"30" in shown, f"the number of reports does not show: {shown!r}")
    t.same("sent", len(receiver.taken()), 30)


def destinations(t):
    """{name: (what to find in the words, fine)}"""
    closed, plain, good = Receiver(status(201)).refuse(), Receiver(answers.garbage_at_once()), Receiver(status(201))
    silent = Receiver(answers.silent(before_reading=True))
    denied, wrong, ill = Receiver(status(401)), Receiver(status(404)), Receiver(status(503))
    t.report_to(good, "good")
    t.report_to(denied, "denied")
    t.report_to(wrong, "wrong")
    t.report_to(ill, "ill")
    t.report_to(closed, "closed")
    t.report_to(name="nowhere", url=f"http://nowhere.invalid/v1/reports?{QUERY}", insecure=True)
    t.report_to(name="untrue", url=f"https://127.0.0.1:{plain.port}/v1/reports?{QUERY}")
    t.report_to(name="endless", url=f"https://127.0.0.1:{silent.port}/v1/reports?{QUERY}")
    t.receivers += [plain, silent]
    return {"good": ((), True), "denied": (("401", "token"), False), "wrong": (("404", "url"), False),
            "ill": (("503",), False), "closed": (("connect",), False), "nowhere": (("resolve", "nowhere.invalid"), False),
            "untrue": (("tls",), False), "endless": (("tls",), False)}


@case
def test_says_where_it_fails_and_what_to_do(t):
    wanted = destinations(t)
    t.agent("run", "--no-send")
    queues = {name: t.queue(name) for name in wanted}
    said = t.agent("report", "--test")
    t.exits("test", said, WORK)
    t.keeps_secrets("test", said)
    lines = (said.out + said.err).splitlines()
    for name, (words, fine) in wanted.items():
        about = "\n".join(section(lines, name, wanted))
        t.holds(about, f"test: nothing about {name}: {said}")
        for each in words:
            t.holds(each in about.lower(), f"test: nothing of {each!r} about {name}: {about!r}")
    t.same("test: what waits stays", {name: t.queue(name) for name in wanted}, queues)
    said = t.agent("report", "--test", "--json")
    t.exits("test --json", said, WORK)
    found = parsed(t, "test --json", said)
    t.same("test --json: fine", {each["destination"]: each["ok"] for each in found}, {name: wanted[name][1] for name in wanted})
    for each in found:
        t.holds(each["ok"] or each.get("error"), f"test --json: {each['destination']} fails without a word: {each}")
    t.keeps_secrets("test --json", said)


def section(lines, name, names):
    """The lines from the one that begins with this name to the next name's."""
    found, inside = [], False
    for line in lines:
        first = line.replace(":", " ").replace("'", " ").split()
        heads = [each for each in first[:3] if each in names]
        if heads:
            inside = heads[0] == name
        if inside:
            found.append(line)
    return found


@case
def test_is_fine_when_all_are(t):
    for name in ("one", "two"):
        t.report_to(Receiver(status(200)), name)
    t.agent("run", "--no-send")
    said = t.agent("report", "--test")
    t.exits("test", said, OK)
    t.says("test", said, "one", "two", "200")
    found = parsed(t, "test --json", t.agent("report", "--test", "--json"))
    t.same("test --json", [(each["destination"], each["ok"], each["status"]) for each in found], [("one", True, 200), ("two", True, 200)])
    for each in t.receivers:
        t.holds(each.requests, "a destination was not tried")
        t.same("kind of a try", each.requests[0].header("ce-kind"), "test")
        # A try must not pass for a report of a run that never was.
        t.holds(each.requests[0].id not in t.queue("one"), "the try has the id of a report that waits")
    t.receivers[1].plays(status(500))
    t.exits("one is ill", t.agent("report", "--test"), WORK)


@case
def without_destinations_it_says_so(t):
    t.configure()
    t.exits("run", t.agent("run"), 2)
    for words in (("--test",), ("--flush",), ("--test", "--json"), ("--flush", "--json")):
        said = t.agent("report", *words)
        t.holds(said.code in (OK, WORK), f"{words}: {said}")
        t.says(str(words), said, "no destination")
        if "--json" in words:
            t.same(f"{words}: destinations", parsed(t, str(words), said), [])


@case
def wrong_use_is_64(t):
    start(t, 1)
    for words in (("--nonsense",), ("word",), ("--splay",), ("--splay", "x"), ("--splay", "-1"), ("--destination",)):
        said = t.send(*words)
        t.exits(f"holdfast-send {words}", said, USAGE)
        t.holds(said.err, f"holdfast-send {words}: says nothing")
    for words in (("report", "--flush", "--test"), ("report", "--format", "nonsense"), ("run", "--splay", "soon")):
        t.exits(f"holdfast {words}", t.agent(*words), USAGE)
    said = t.send("--help")
    t.exits("holdfast-send --help", said, OK)
    t.says("holdfast-send --help", said, "--now", "--splay", "--test", "--destination")
    t.exits("holdfast-send --version", t.send("--version"), OK)


@case
def a_quiet_sender_says_nothing(t):
    receiver, kept = start(t, 2)
    for answer, code in ((status(503), WORK), (status(400), OK), (status(201), OK)):
        t.refill(kept)
        receiver.plays(answer)
        said = t.send("--now", "--quiet")
        t.same(f"quiet, {code}", (said.code in (code, WORK), said.out, said.err), (True, "", ""))


@case(users=(ROOT,))
def a_url_keeps_its_secrets(t):
    """A password in the URL is refused, or kept out of every word."""
    receiver = Receiver(status(404))
    t.receivers.append(receiver)
    t.report_to(url=f"http://user:passwordsecret@127.0.0.1:{receiver.port}/v1/reports?{QUERY}")
    said = t.agent("run", "--no-send")
    text = said.out + said.err
    if said.code in (OK, 2):
        for words in (("report", "--test"), ("report", "--flush"), ("report", "--test", "--json")):
            said = t.agent(*words)
            text += said.out + said.err
        t.send("--now")
    t.holds("passwordsecret" not in text, f"the password of the URL shows: {text}")
    t.holds(said.code != OK, f"it is fine: {said}")
