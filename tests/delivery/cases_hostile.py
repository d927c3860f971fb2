"""A receiver that means harm: it cannot hang the sender beyond its limits, make it grow, mislead it or get at the token."""
import os
import subprocess

import answers
import tracer
from answers import status
from cases_answers import BAD, GONE, KEPT, start
from outpost import OK, ROOT, TOKEN, WORK, case
from receiver import Receiver

REQUEST_S = 20
# What the sender may need beyond what it needs for a clean 201.
GROWTH_KB = 4096
BIG = b"HTTP/1.1 201 Created\r\n"
NO = b"HTTP/1.1 503 No\r\n"

# A whole head decides, whatever becomes of the body behind it. A 2xx in half a head is none; any other status is heeded.
QUICK = {
    "flood of body, 201": (answers.endless_body(201), GONE),
    "flood of body, 503": (answers.endless_body(503), KEPT),
    "flood of body, 400": (answers.endless_body(400), BAD),
    "flood of body, 409": (answers.endless_body(409), KEPT),
    "100 MB of headers, 201": (answers.endless_headers(201), KEPT),
    "100 MB of headers, 503": (answers.endless_headers(503), KEPT),
    "one line of 100 MB, 201": (answers.endless_line(201), KEPT),
    "one line of 100 MB, 429": (answers.endless_line(429), KEPT),
    "a status line of 100 MB": (answers.endless_status_line(), KEPT),
    "informational for ever": (answers.endless_early(103), KEPT),
    "100 Continue for ever": (answers.endless_early(100), KEPT),
    "cut at once": (answers.cut_at_once(), KEPT),
    "cut before the status line": (answers.cut(), KEPT),
    "reset before the status line": (answers.cut(reset=True), KEPT),
    "cut in the status line": (answers.cut_in_status_line(), KEPT),
    "cut in the headers, 201": (answers.cut_in_headers(201), KEPT),
    "cut in the headers, 503": (answers.cut_in_headers(503), KEPT),
    "cut in the body, 201": (answers.cut_in_body(201), GONE),
    "reset in the body, 202": (answers.cut_in_body(202, reset=True), GONE),
    "cut in the body, 503": (answers.cut_in_body(503), KEPT),
    "cut in the body, 400": (answers.cut_in_body(400), BAD),
    "broken gzip, 201": (answers.broken_gzip(201), GONE),
    "broken gzip, 503": (answers.broken_gzip(503), KEPT),
    "gzip bomb, 201": (answers.gzip_bomb(201), GONE),
    "gzip bomb, 409": (answers.gzip_bomb(409), KEPT),
    "chunks without a number": (answers.chunked(201, b"5\r\nhello\r\nzz\r\nmore"), GONE),
    "chunk of 2^64": (answers.chunked(201, b"FFFFFFFFFFFFFFFFF\r\nx"), GONE),
    "chunk of -1": (answers.chunked(503, b"-1\r\nx\r\n"), KEPT),
    "chunk cut": (answers.chunked(201, b"500\r\nx"), GONE),
    "negative length": (answers.cut(BIG + b"Content-Length: -1\r\n\r\nabc", code=201), KEPT),
    "length of 2^70": (answers.cut(BIG + b"Content-Length: 1180591620717411303424\r\n\r\nabc", code=201), GONE),
    "two lengths": (answers.cut(NO + b"Content-Length: 1\r\nContent-Length: 900\r\n\r\nabc"), KEPT),
    "garbage": (answers.garbage(), KEPT),
    "garbage behind the status": (answers.cut(NO + b"\0\xff\xfe: \0\r\n" * 50 + b"\r\n"), KEPT),
    "no HTTP": (answers.cut(b"220 mail.example ESMTP\r\n"), KEPT),
    "HTTP/0.9": (answers.cut(b"<html>201 Created</html>"), KEPT),
    "switching protocols": (answers.cut(b"HTTP/1.1 101 Switch\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n" + bytes(200)), KEPT),
    "status of two digits": (answers.cut(b"HTTP/1.1 20 OK\r\n\r\n"), KEPT),
    "no status": (answers.cut(b"HTTP/1.1 OK\r\n\r\n"), KEPT),
    "a 503 behind an early 201": (answers.cut(b"HTTP/1.1 100 Continue\r\n\r\n" + NO + b"\r\n" + BIG + b"\r\n"), KEPT),
    "a second answer for nobody": (answers.cut(NO + b"Content-Length: 0\r\n\r\n" + BIG + b"\r\n"), KEPT),
    "HTTP/1.0": (status(201, version="HTTP/1.0", keep=False), GONE),
    "cookies and upgrades": (status(503, headers=[("Set-Cookie", f"c{i}=x") for i in range(500)]
                                    + [("Strict-Transport-Security", "max-age=99")]), KEPT),
}

SLOW = {
    "silent": (answers.silent(), KEPT),
    "deaf": (answers.silent(before_reading=True), KEPT),
    "dripstatus": (answers.drip_status(), KEPT),
    "dripheaders": (answers.drip_headers(503), KEPT),
    "dripheaders-ok": (answers.drip_headers(201), KEPT),
    "dripbody": (answers.drip_body(503), KEPT),
    "dripbody-ok": (answers.drip_body(201), GONE),
    "dripbody-bad": (answers.drip_body(422), BAD),
    "hangs": (answers.hang_after_status(503), KEPT),
    "hangs-ok": (answers.hang_after_status(202), GONE),
    "early": (answers.endless_early(103, every=0.3), KEPT),
    "dripchunks": (answers.drip(b"HTTP/1.1 409 No\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", code=409), KEPT),
}


def peak_kb(run):
    return max(each.peak_kb for each in run.of("holdfast-send"))


def crashes(run):
    """Processes that ended by a signal."""
    return [str(each.status) for each in run.processes if os.WIFSIGNALED(each.status)]


def clean_peak(t, receiver, kept):
    """Of a sender whose receiver takes all."""
    t.refill(kept)
    receiver.plays(status(201))
    return peak_kb(t.traced_send("--now", quick=True))


def nowhere(t):
    """The token is in the token file, and nowhere else."""
    found = []
    for where, _, names in os.walk(t.root):
        for name in names:
            path = os.path.join(where, name)
            if os.path.isfile(path) and os.path.getsize(path) < 10 << 20:
                with open(path, "rb") as stream:
                    if TOKEN.encode() in stream.read():
                        found.append(path)
    t.same("files with the token", found, [str(t.root / "etc/holdfast/token")])


@case(users=(ROOT,), order=1)
def a_hostile_answer_neither_hangs_nor_grows_it(t):
    receiver, kept = start(t, 1)
    first = t.queue()[0]
    usual = clean_peak(t, receiver, kept)
    for what, (answer, becomes) in QUICK.items():
        t.refill(kept)
        receiver.forget()
        receiver.plays(answer, status(503))
        run = t.traced_send("--now", quick=True, limit_s=40)
        t.same(f"{what}: crashes", (crashes(run), run.hung), ([], False))
        t.between(f"{what}: seconds", run.seconds, 0, 8)
        t.between(f"{what}: peak in kB", peak_kb(run), 0, usual + GROWTH_KB)
        where = (KEPT if t.queue() else "") + (BAD if t.bad() else "")
        t.same(f"{what}: the report is", where or GONE, becomes)
        t.between(f"{what}: requests", len(receiver.requests), 0 if "at once" in what else 1, 1)
        t.exits(what, run, WORK if becomes == KEPT else OK, *([WORK] if becomes == BAD else []))
        t.keeps_secrets(what, run)
        if becomes == KEPT:
            t.same(f"{what}: bytes", t.contents(), kept)
            t.between(f"{what}: ms to the next try", t.state()["next_try"] - t.state()["decided"], 0, 6 * 3600_000)
        elif becomes == BAD and t.bad():
            t.same(f"{what}: bytes", t.packed(f"bad/{first}"), kept[f"{first}.json.gz"])
    nowhere(t)


@case(users=(ROOT,), order=0)
def a_slow_answer_holds_it_for_twenty_seconds_at_most(t):
    receivers = {name: Receiver(answer) for name, (answer, _) in SLOW.items()}
    for name, receiver in receivers.items():
        t.report_to(receiver, name)
    t.agent("run", "--no-send")
    ids = t.queue("silent")
    run = t.traced_send(quick=True, limit_s=60)
    t.same("crashes", (crashes(run), run.hung), ([], False))
    t.exits("all of them", run, WORK)
    t.between("seconds", run.seconds, REQUEST_S - 2, REQUEST_S + 6)
    t.between("peak in kB", peak_kb(run), 0, 24 << 10)
    t.keeps_secrets("all of them", run)
    for name, (_, becomes) in SLOW.items():
        where = (KEPT if t.queue(name) else "") + (BAD if t.bad(name) else "")
        t.same(f"{name}: the report is", where or GONE, becomes)
        t.same(f"{name}: connections", receivers[name].connections, 1)
        t.same(f"{name}: last_error", bool(t.state(name).get("last_error")), becomes == KEPT)
        t.same(f"{name}: refused", t.state(name).get("refused"), int(becomes == BAD))
        if becomes == KEPT:
            t.same(f"{name}: queue", t.queue(name), ids)
            t.same(f"{name}: failures", t.state(name).get("failures"), 1)
    nowhere(t)


@case(users=(ROOT,))
def what_it_answers_is_not_printed_raw(t):
    """Words of the receiver reach a terminal and a log only without control characters, and not at length."""
    receiver, kept = start(t, 1)
    evil = b"\x1b]0;owned\x07\x1b[31m red \r\n\x9b0m\x00 fake: holdfast-send: all is well " + TOKEN.encode() + b"x" * 5000
    for code in (400, 503, 401, 409):
        t.refill(kept)
        receiver.plays(status(code, evil, [("X-Evil", evil[:40].decode("latin-1").replace("\r\n", ""))]))
        said = t.send("--now")
        shown = said.out + said.err
        t.holds(all(each.isprintable() or each == "\n" for each in shown), f"{code}: control characters: {shown!r}")
        t.holds(len(shown) < 1000, f"{code}: {len(shown)} characters")
        t.keeps_secrets(str(code), said)
        # The token is not ours to keep even when the receiver says it back.
        nowhere(t)


@case(users=(ROOT,))
def a_flood_is_not_drunk_up(t):
    """Of an answer 64 KiB are read, and little more than a socket's buffer leaves the receiver."""
    receiver, kept = start(t, 1)
    for what, answer in (("body", answers.endless_body(201)), ("body, 503", answers.endless_body(503)),
                         ("headers", answers.endless_headers(503)), ("line", answers.endless_line(503))):
        t.refill(kept)
        receiver.plays(answer, status(503))
        before, used = receiver.bytes_out, tracer.run(t.send_words("--now"), quick=True).seconds
        t.holds(receiver.quiet(), f"{what}: the receiver goes on")      # it counts at a connection's end
        t.between(f"{what}: seconds", used, 0, 8)
        t.between(f"{what}: bytes that left", receiver.bytes_out - before, 0, 16 << 20)


@case(users=(ROOT,))
def no_proxy_is_used_whatever_the_environment_says(t):
    """Who chooses the environment must not choose who reads the token."""
    proxy = Receiver(status(201))
    receiver, _ = start(t, 1)
    there = {name: proxy.url("/") for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}
    done = subprocess.run(t.send_words("--now"), env={"PATH": "/usr/bin:/bin", **there}, capture_output=True, timeout=30, check=False)
    t.same("exit, what waits", (done.returncode, t.queue()), (0, []))
    t.same("connections to the proxy", proxy.connections, 0)
    t.same("tokens", [request.token for request in receiver.requests], [f"Bearer {TOKEN}"])
