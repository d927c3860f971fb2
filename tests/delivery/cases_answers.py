"""What becomes of a report by what the receiver says: every answer of the table, Retry-After and its lies, the backoff."""
import email.utils
import gzip
import json
import time

import answers
from answers import redirect, retry_after, retry_at, status
from outpost import OK, QUERY, TOKEN, WORK, case, now_ms
from receiver import Receiver

GONE, KEPT, BAD = "gone", "kept", "bad"
# Seconds to the next try: after the first failure random(0, 30); where a person has to do something 15 min; never over 6 h.
SOON, LATER, NONE = (0, 30), (15 * 60, 6 * 3600), None
CAP = 6 * 3600

TABLE = (
    (200, GONE, NONE), (201, GONE, NONE), (202, GONE, NONE), (204, GONE, NONE),
    (400, BAD, NONE), (422, BAD, NONE),
    (409, KEPT, SOON), (408, KEPT, SOON), (425, KEPT, SOON), (429, KEPT, SOON),
    (500, KEPT, SOON), (502, KEPT, SOON), (503, KEPT, SOON), (504, KEPT, SOON), (507, KEPT, SOON), (599, KEPT, SOON),
    (401, KEPT, LATER), (403, KEPT, LATER),
    (404, KEPT, LATER), (405, KEPT, LATER), (410, KEPT, LATER), (501, KEPT, LATER),
    (300, KEPT, LATER), (301, KEPT, LATER), (302, KEPT, LATER), (303, KEPT, LATER), (304, KEPT, LATER),
    (307, KEPT, LATER), (308, KEPT, LATER),
)
# Not in the table. Nothing may be lost, and nobody may be pestered.
UNNAMED = (402, 406, 411, 412, 418, 421, 423, 426, 428, 431, 451, 600, 700, 999)

FORM = {"content-type": "application/json", "ce-specversion": "1.0", "ce-type": "org.holdfast.report.v1"}
OWN_OF_HTTP = {"host", "content-length", "accept"}


def in_form(t, what, request, packed, plain=False):
    """The request is exactly what the contract says, for the report in these bytes."""
    document = json.loads(gzip.decompress(packed))
    wanted = FORM | {
        "ce-id": document["id"], "ce-source": f"urn:holdfast:host:{document['host']['id']}", "ce-time": document["time"],
        "idempotency-key": f'"{document["id"]}"', "authorization": f"Bearer {TOKEN}",
        "user-agent": f"holdfast/{document['agent']['version']}", "ce-kind": document["kind"]}
    if not plain:
        wanted["content-encoding"] = "gzip"
    for name, value in wanted.items():
        t.same(f"{what}: {name}", request.all(name), [value])
    schema = request.header("ce-dataschema") or ""
    t.holds(schema.startswith("https://") and schema.endswith("report.schema.json"), f"{what}: ce-dataschema {schema!r}")
    others = {name.lower() for name, _ in request.headers} - set(wanted) - {"ce-dataschema"} - OWN_OF_HTTP
    t.same(f"{what}: other headers", others, set())
    t.same(f"{what}: request", (request.line, request.flaws), (f"POST /v1/reports?{QUERY} HTTP/1.1", []))
    t.holds(request.body == (gzip.decompress(packed) if plain else packed), f"{what}: the body is not the file")


def outlook(t, what, wait, before, failures=1):
    """state.json after a failure."""
    state, after = t.state(), now_ms()
    t.same(f"{what}: failures", state.get("failures"), failures)
    t.between(f"{what}: decided", state.get("decided", 0), before, after)
    seconds = (state.get("next_try", 0) - state.get("decided", 0)) / 1000
    t.between(f"{what}: seconds to the next try", seconds, wait[0], wait[1])
    t.holds(state.get("last_error"), f"{what}: state.json has no last_error: {state}")
    return seconds


def start(t, count=2, **more):
    """A receiver, and so many reports that wait for it: (receiver, {file: bytes})."""
    receiver = Receiver(status(201))
    t.report_to(receiver, **more)
    t.make(1)
    t.copies(count - 1, t.queue()[0])
    return receiver, t.contents()


def one_answer(t, receiver, kept, what, answer, becomes, wait, code=None):
    """The answer for the first of the reports that wait; then a receiver that takes all."""
    t.refill(kept)
    receiver.forget()
    receiver.plays(answer, status(201))
    first, *rest = ids = t.queue()
    before = now_ms()
    said = t.send("--now")
    t.keeps_secrets(what, said)
    for each in receiver.requests:
        in_form(t, f"{what}: request {each.number}", each, kept[f"{each.id}.json.gz"])
    t.same(f"{what}: requests", receiver.ids(), [first] if becomes == KEPT else ids)
    t.same(f"{what}: queue", t.queue(), ids if becomes == KEPT else [])
    t.same(f"{what}: bad/", t.bad(), [first] if becomes == BAD else [])
    if code:
        t.same(f"{what}: last_status", t.state().get("last_status"), code if becomes == KEPT else 201)
    if becomes == GONE:
        t.exits(what, said, OK)
        t.same(f"{what}: complaints", said.err, "")
    elif becomes == BAD:
        t.says(what, said, "central", str(code), "bad")
        t.same(f"{what}: in bad/", t.packed(f"bad/{first}"), kept[f"{first}.json.gz"])
        t.same(f"{what}: refused", t.state().get("refused"), 1)
        t.holds(str(code) in t.state().get("last_refused", ""), f"{what}: last_refused: {t.state()}")
    else:
        t.exits(what, said, WORK)
        t.says(what, said, "central", *([str(code)] if code else []))
    if becomes != KEPT:
        t.same(f"{what}: failures", t.state().get("failures"), 0)
        return
    t.same(f"{what}: bytes", t.contents(), kept)
    outlook(t, what, wait, before)
    comes_back(t, receiver, kept, what)


def comes_back(t, receiver, kept, what):
    """Not before its time by itself; then all of it, by the ids that they had."""
    ids, next_try = t.queue(), t.state()["next_try"]
    asked = len(receiver.requests)
    if next_try > now_ms() + 1000:
        said = t.send()
        if now_ms() < next_try:
            t.exits(f"{what}, before its time", said, OK)
            t.same(f"{what}, before its time: requests", len(receiver.requests), asked)
        else:           # its time has come meanwhile, so it may have been taken
            t.refill(kept)
            asked = len(receiver.requests)
    said = t.send("--now")
    t.exits(f"{what}, then taken", said, OK)
    t.same(f"{what}, then taken: requests", receiver.ids(asked), ids)
    for each in receiver.requests[asked:]:
        in_form(t, f"{what}, then taken", each, kept[f"{each.id}.json.gz"])
    t.same(f"{what}, then taken: queue", t.queue(), [])
    t.same(f"{what}, then taken: failures", t.state()["failures"], 0)


@case
def each_answer_of_the_table_has_its_consequence(t):
    receiver, kept = start(t)
    for code, becomes, wait in TABLE:
        one_answer(t, receiver, kept, str(code), status(code, b"words"), becomes, wait, code)


@case
def a_refusal_by_a_server_in_front_keeps_the_report(t):
    """A 400 or 422 in HTML is no word of who reads reports: a proxy, a login page. Nothing is set aside for it."""
    receiver, kept = start(t)
    for code in (400, 422):
        for kind in ("text/html", "text/html; charset=utf-8", "Text/HTML"):
            one_answer(t, receiver, kept, f"{code} in {kind}", status(code, b"<html>no</html>", [("Content-Type", kind)]),
                       KEPT, LATER, code)
        for kind in ("application/json", "text/plain", "application/problem+json"):
            one_answer(t, receiver, kept, f"{code} in {kind}", status(code, b"{}", [("Content-Type", kind)]), BAD, NONE, code)


@case(users=(0,))
def an_answer_that_nobody_knows_loses_nothing(t):
    receiver, kept = start(t)
    for code in UNNAMED:
        what = str(code)
        t.refill(kept)
        receiver.forget()
        receiver.plays(status(code), status(201))
        said, first = t.send("--now"), sorted(kept)[0][:36]
        t.holds(first in t.queue() + t.bad(), f"{what}: the report is gone: {said}")
        t.same(f"{what}: tried", receiver.ids().count(first), 1)
        t.says(what, said, "central", what)
        t.keeps_secrets(what, said)
    for code in (203, 205, 206, 207):
        what = str(code)
        t.refill(kept)
        receiver.forget()
        receiver.plays(status(code), status(201))
        t.send("--now")
        t.same(f"{what}: tried", receiver.ids().count(sorted(kept)[0][:36]), 1)
        t.holds(len(t.queue()) in (0, 2), f"{what}: {t.queue()}")


@case(users=(0,))
def redirects_are_not_followed(t):
    receiver, kept = start(t, 1)
    other = Receiver(status(201))
    t.receivers.append(other)
    for code in (301, 302, 303, 307, 308):
        for where in (other.url(), "file:///etc/passwd", f"//127.0.0.1:{other.port}/", "/elsewhere", "gopher://127.0.0.1/",
                      f"http://127.0.0.1:{other.port}@127.0.0.1:{receiver.port}/"):
            one_answer(t, receiver, kept, f"{code} to {where}", redirect(code, where), KEPT, LATER, code)
    for headers in ([("Alt-Svc", f'h2="127.0.0.1:{other.port}"; ma=3600, http/1.1="127.0.0.1:{other.port}"')],
                    [("Refresh", f"0; url={other.url()}")], [("Set-Cookie", "a=b; path=/")]):
        one_answer(t, receiver, kept, str(headers), status(503, headers=headers), KEPT, SOON, 503)
    for scheme in ("Basic realm=x", "Digest realm=x, nonce=y", "Negotiate", "NTLM", "Bearer error=invalid_token"):
        one_answer(t, receiver, kept, scheme, status(401, headers=[("WWW-Authenticate", scheme)]), KEPT, LATER, 401)
    t.same("the other port was asked", (other.connections, other.requests), (0, []))


# ---- Retry-After ----------------------------------------------------------------------------------------------------

def date(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@case
def retry_after_is_a_floor(t):
    receiver, kept = start(t, 1)
    for code in (429, 503):
        for seconds in (90, 7200):
            for what, answer in (("number", retry_after(code, str(seconds))), ("date", retry_at(code, seconds))):
                # Less a second, since a date has no fractions; up to a fifth more.
                one_answer(t, receiver, kept, f"{code}, {seconds} s as a {what}", answer, KEPT,
                           (seconds - 2, seconds * 1.2 + 1), code)
    t.refill(kept)
    for code in (401, 404, 302):
        one_answer(t, receiver, kept, f"{code}, 1 s", retry_after(code, "1"), KEPT, LATER, code)
    one_answer(t, receiver, kept, "201 with Retry-After", retry_after(201, "3600"), GONE, NONE, 201)


@case
def retry_after_may_lie(t):
    receiver, kept = start(t, 1)
    for value in ("-5", "-99999999999999999999", "soon", "", "0", "120 minutes", "0x7fffffff", "1e9", date(-3600),
                  "Mon, 32 Foo 2026 25:61:61 GMT", "\xff\xfe", "9" * 300, "," * 50, "+90"):
        one_answer(t, receiver, kept, f"a lie: {value[:40]!r}", retry_after(429, value), KEPT, (0, CAP), 429)
    for value in ("86400", "2147483647", "4294967297", "99999999999", "9223372036854775807", date(10 * 365 * 86400)):
        one_answer(t, receiver, kept, f"too long: {value}", retry_after(429, value), KEPT, (CAP * 0.99, CAP), 429)
    one_answer(t, receiver, kept, "two of them", retry_after(429, "99999999", "1"), KEPT, (0, CAP), 429)


# ---- backoff --------------------------------------------------------------------------------------------------------

@case
def the_backoff_grows_and_has_an_end(t):
    receiver, kept = start(t, 1)
    for failures in (0, 1, 2, 3, 5, 6, 7, 30, 31, 32, 62, 63, 64, 1000, 1 << 31):
        t.refill(kept)
        receiver.plays(status(503))
        t.set_state(failures=failures)
        before = now_ms()
        t.exits(f"after {failures}", t.send("--now"), WORK)
        outlook(t, f"after {failures}", (0, min(3600, 30 * 2 ** min(failures, 20))), before, failures + 1)
    drawn = []
    for _ in range(24):
        t.refill(kept)
        t.set_state(failures=10)
        t.send("--now")
        drawn.append((t.state()["next_try"] - t.state()["decided"]) / 1000)
    # One draw in so many million is on one side.
    t.holds(min(drawn) < 1800 < max(drawn), f"24 draws of random(0, 3600): {sorted(drawn)}")
    t.same("different draws", len(set(drawn)) > 20, True)


@case(users=(0,))
def a_damaged_state_is_as_none(t):
    receiver, kept = start(t, 1)
    for text in ("", "{", "[]", "null", '"x"', "{}", '{"next_try":"soon"}', '{"next_try":-1,"failures":-7}', "\0" * 100,
                 '{"failures":1e300,"next_try":1.5}', '{"next_try":99999999999999999999999}', '{"plain":"yes"}',
                 '{"failures":9223372036854775807,"next_try":9223372036854775807,"decided":9223372036854775807}',
                 "[" * 100000, '{"a":"' + "x" * 3000000 + '"}'):
        for answer in (status(503), status(201)):
            t.refill(kept)
            receiver.forget()
            receiver.plays(answer)
            # Of another url it would not be looked at.
            t.put("state.json", text.replace('{"', f'{{"url_digest":"{t.url_digest()}","', 1).encode())
            said, what = t.send("--now"), f"state {text[:40]!r}"
            t.holds(said.code in (OK, WORK), f"{what}: {said}")
            t.same(f"{what}: requests", len(receiver.requests), 1)
            if t.queue():
                waits = t.state()["next_try"] - t.state()["decided"]
                t.between(f"{what}: ms to the next try", waits, 0, 3600_000)
                t.holds(t.state()["failures"] > 0, f"{what}: failures {t.state()['failures']}")
        t.same(f"{what}: queue", t.queue(), [])


# ---- answers that ask for another form ------------------------------------------------------------------------------

@case
def encoding_not_taken_means_plain_from_then_on(t):
    receiver, kept = start(t, 3)
    ids = t.queue()
    receiver.plays(status(415), status(201))
    t.exits("415", t.send("--now"), OK)
    t.same("415: requests", receiver.ids(), [ids[0], *ids])
    t.same("415: packed", [each.packed for each in receiver.requests], [True, False, False, False])
    for each in receiver.requests:
        in_form(t, f"415, {each}", each, kept[f"{each.id}.json.gz"], plain=not each.packed)
    t.same("415: plain", t.state().get("plain"), True)
    receiver.forget()
    t.make(1)
    t.exits("after 415", t.send("--now"), OK)
    t.same("after 415", [each.packed for each in receiver.requests], [False])
    t.refill(kept)
    receiver.forget()
    receiver.plays(status(415), status(415), status(201))
    said = t.send("--now")
    t.holds(ids[0] in t.queue() + t.bad(), f"415 to both: the report is gone: {said}")
    t.same("415 to both: tried", receiver.ids().count(ids[0]), 2)
    t.refill(kept)
    receiver.forget()
    receiver.plays(status(415), status(503), status(201))
    t.exits("415, then 503", t.send("--now"), WORK)
    t.same("415, then 503: requests", receiver.ids(), [ids[0]] * 2)
    t.same("415, then 503: queue", t.queue(), ids)


@case
def too_big_means_once_without_what_is_in_line(t):
    receiver, kept = start(t, 3)
    ids = t.queue()
    whole = t.document(ids[0])
    receiver.plays(status(413), status(201))
    t.exits("413", t.send("--now"), OK)
    t.same("413: requests", receiver.ids(), [ids[0], *ids])
    shorter = receiver.requests[1].document
    t.same("413: parameters", [each["key"] for each in shorter["parameters"]],
           [each["key"] for each in whole["parameters"] if each["status"] != "compliant"])
    t.holds(0 < len(shorter["parameters"]) < len(whole["parameters"]), "413: nothing, or all was left out")
    for field in ("id", "time", "host", "run", "profile", "verdict", "counts", "fingerprint", "kind"):
        t.same(f"413: {field}", shorter.get(field), whole.get(field))
    t.same("413: the next is whole", receiver.requests[2].body, kept[f"{ids[1]}.json.gz"])
    t.refill(kept)
    receiver.forget()
    receiver.plays(status(413), status(413), status(201))
    said = t.send("--now")
    t.same("413 twice: requests", receiver.ids(), [ids[0], *ids])
    t.same("413 twice: bad/", (t.queue(), t.bad()), ([], [ids[0]]))
    t.same("413 twice: in bad/", t.packed(f"bad/{ids[0]}"), kept[f"{ids[0]}.json.gz"])
    t.says("413 twice", said, "central", "413")
    t.refill(kept)
    receiver.forget()
    receiver.plays(status(413), status(503), status(201))
    t.exits("413, then 503", t.send("--now"), WORK)
    t.same("413, then 503: queue", t.contents(), kept)


@case
def what_no_receiver_takes_goes_aside_sixteen_at_most(t):
    receiver, kept = start(t, 25)
    ids = t.queue()
    for code in (400, 422):
        t.refill(kept)
        receiver.forget()
        receiver.plays(status(code, b'{"error":"no such field"}'))
        said = t.send("--now")
        t.same(f"{code}: requests", receiver.ids(), ids)
        t.same(f"{code}: queue", t.queue(), [])
        t.same(f"{code}: bad/", t.bad(), ids[-16:])
        t.says(str(code), said, "central", str(code))
        t.keeps_secrets(str(code), said)


@case
def a_conflict_is_tried_later(t):
    receiver, kept = start(t)
    for what, answer in (("no body", status(409)), ("no JSON", status(409, b'{"need":"full"')),
                         ("another need", status(409, b'{"need":["full"]}')), ("a word", status(409, b'"full"')),
                         ("gzip that nobody asked for", answers.zipped_need_full()),
                         ("a need behind 64 KiB", status(409, b" " * 70000 + answers.NEED_FULL)),
                         ("deep", status(409, b"[" * 60000)), ("zeroes", status(409, bytes(1000)))):
        one_answer(t, receiver, kept, f"409, {what}", answer, KEPT, SOON, 409)
    # The report is full already; a receiver that goes on asking for it is told once.
    t.refill(kept)
    receiver.forget()
    receiver.plays(answers.need_full())
    t.send("--now")
    t.between("409 need full to a full one: requests", len(receiver.requests), 1, 2)
    t.same("409 need full to a full one: queue", t.queue(), sorted(each[:36] for each in kept))
