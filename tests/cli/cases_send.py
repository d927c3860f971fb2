"""holdfast-send: its words and exit codes, and what it does when there is nothing to send or nobody to send it to. What receivers
answer is tried in tests/delivery."""

import fcntl
import json
import os
import shutil
import subprocess

from harness import case, rows
from program import BUSY, IN_LINE, USAGE, WORK, environment
from spool import AGENT, CENTRAL, RUN, SPOOL, queued, settings, state


def send(host, *words, root=True, exit=IN_LINE, show=False):
    """A run of the sender beside the program."""
    if host.bench.sender is None:
        host.skipped = "there is no holdfast-send beside the program"
        return None
    words = (*words, "--root", str(host.root)) if root else words
    done = subprocess.run([host.bench.sender, *words], capture_output=True, text=True, cwd=host.work, env=environment(None),
                          stdin=subprocess.DEVNULL, timeout=30, check=False)
    shown = "holdfast-send " + host.normal(" ".join(words))
    host.equal(f"{shown}: exit ({done.stderr.strip()[:300]})", done.returncode, exit)
    odd = [line for line in done.stderr.splitlines() if not line.startswith("holdfast-send: ")]
    host.equal(f"{shown}: complaints in our form", odd, [])
    if show:
        host.transcript.append(f"$ {shown}\n{host.normal(done.stdout)}")
        host.transcript += [f"2> {line}\n" for line in host.normal(done.stderr).splitlines()]
        host.transcript.append(f"[exit {done.returncode}]\n\n")
    return done


@case()
def sender_in_words(host):
    send(host, "--help", root=False, show=True)
    send(host, "--version", root=False, show=True)
    send(host, show=True)
    send(host, "--later", root=False, exit=USAGE, show=True)
    send(host, "--now", "--test", root=False, exit=USAGE, show=True)


# name: (words, words on stderr)
WRONG = {
    "unknown": (("--later",), "'--later'"),
    "operand": (("central",), "'central'"),
    "letter": (("-q",), "'-q'"),
    "splay-word": (("--splay", "5m"), "'5m'"),
    "splay-missing": (("--splay",), "SECONDS"),
    "splay-large": (("--splay=86401",), "86400"),
    "now-with-test": (("--test", "--now"), "together"),
    "now-argument": (("--now=1",), "'--now=1'"),
    "destination-missing": (("--now", "--destination"), "NAME"),
}


@rows(WRONG)
def sender_refuses(host, row):
    words, said = row
    done = send(host, *words, root=False, exit=USAGE)
    if done:
        host.equal("said", (said in done.stderr, done.stdout, done.stderr.count("\n")), (True, "", 1))


@case()
def sender_with_nothing_to_do(host):
    """No spool, no destinations, nothing that waits: all is well, and only who asks by hand is told."""
    runs = [(send(host), ""), (send(host, "--now"), "no destination is known"), (send(host, "--quiet", "--splay", "0"), ""),
            (send(host, "--now", "--quiet"), ""), (send(host, "--test", exit=WORK), "no destination is known")]
    settings(host, "")
    host.run(*RUN, exit=IN_LINE)
    runs += [(send(host), ""), (send(host, "--now"), "no destination is known")]
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    for path in host.path(f"{SPOOL}/central").glob("0*"):
        path.unlink()
    runs += [(send(host), ""), (send(host, "--now", "--quiet"), "")]
    for number, (done, said) in enumerate(runs):
        if done:
            host.equal(f"run {number}", (done.stdout, said in done.stderr, bool(done.stderr)), ("", True, bool(said)))
    done = send(host, "--destination", "nobody", exit=USAGE)
    if done:
        host.equal("another name", "no destination 'nobody'" in done.stderr, True)
    done = send(host, "--root", "nowhere", root=False, exit=WORK)
    if done:
        host.equal("no root", "nowhere" in done.stderr and "No such file" in done.stderr, True)


@case()
def sender_waits_until_it_is_due(host):
    """Between two tries nothing is done, not even a connection; --now does not care."""
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    now = host.path(f"{SPOOL}/central").stat().st_mtime_ns // 10 ** 6
    state(host, next_try=now + 3600000, decided=now - 1000, failures=3)
    before = host.read(f"{SPOOL}/central/state.json")
    done = send(host)
    if done:
        host.equal("said", (done.stdout, done.stderr), ("", ""))
        host.equal("state", host.read(f"{SPOOL}/central/state.json"), before)
    host.equal("waiting", len(queued(host)), 1)


@case()
def sender_leaves_a_queue_that_another_works_on(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    folder = os.open(host.path(f"{SPOOL}/central"), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    send(host, exit=BUSY)
    done = send(host, "--now", exit=BUSY)
    os.close(folder)
    if done:
        host.equal("said", "another sender is at work" in done.stderr, True)
    host.equal("waiting", len(queued(host)), 1)


# What somebody may have made of destinations.json: (text, words on stderr); None: it is not there.
SETTINGS = {
    "gone": (None, ""),
    "damaged": ("{", "damaged"),
    "leads-out": ('{"destinations": [{"name": "../../x", "url": "https://127.0.0.1:9/"}]}', "damaged"),
    "nothing": ('{"destinations": []}', ""),
}


@rows(SETTINGS)
def sender_of_odd_settings(host, row):
    text, said = row
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    if text is None:
        host.path(f"{SPOOL}/destinations.json").unlink()
    else:
        host.write(f"{SPOOL}/destinations.json", text)
    done = send(host, exit=WORK if said else IN_LINE)
    if done:
        host.equal("said", (said in done.stderr, "report --flush" in done.stderr), (True, bool(said)))
    host.equal("waiting", len(queued(host)), 1)


@case(needs_root=True)
def sender_believes_no_settings_of_others(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    os.chown(host.path(f"{SPOOL}/destinations.json"), 12345, 12345)
    done = send(host, exit=WORK)
    if done:
        host.equal("said", "belongs to another user" in done.stderr, True)


# What is not right with the files of a destination is said by --test, and kept by a delivery: (change, words)
def token(host, text, mode):
    host.write("/etc/holdfast/token", text, mode)


FILES = {
    "no-token": (lambda host: None, "No such file"),
    "token-for-all": (lambda host: token(host, "abc\n", 0o644), "chmod 0600 or 0640"),
    "token-of-two-lines": (lambda host: token(host, "abc\ndef\n", 0o600), "more than one line"),
    "token-with-a-blank": (lambda host: token(host, "Bearer abc\n", 0o600), "a character that no token has"),
    "token-is-empty": (lambda host: token(host, "", 0o600), "is empty"),
    "token-is-a-folder": (lambda host: host.path("/etc/holdfast/token").mkdir(), "is no file"),
}


@rows(FILES)
def sender_without_its_token(host, row):
    change, said = row
    settings(host, CENTRAL.replace("}", ", token_file: /etc/holdfast/token}"))
    host.run(*RUN, exit=IN_LINE)
    change(host)
    done = send(host, "--test", exit=WORK)
    if done is None:
        return
    host.equal("--test", ("/etc/holdfast/token" in done.stdout and said in done.stdout, "settings" in done.stdout), (True, True))
    done = send(host, "--test", "--json", exit=WORK)
    document = json.loads(done.stdout)
    host.equal("--test --json", (document["ok"], said in document["error"]), (False, True))
    done = send(host, "--now", exit=WORK)
    host.equal("--now", said in done.stderr, True)
    left = json.loads(host.read(f"{SPOOL}/central/state.json"))
    host.equal("kept", (said in left["last_error"], left["failures"], left["fault"]), (True, 1, True))
    host.equal("at least a quarter of an hour", left["next_try"] - left["decided"] >= 900000, True)
    # The next run of cron says what somebody has to mend.
    host.says(host.run(*RUN, exit=IN_LINE), "central", "token")
    for text in (done.stdout, done.stderr, json.dumps(left)):
        host.equal("no token shows", "abc" in text, False)


@case()
def sender_is_found_beside_the_program_alone(host):
    """Not in PATH, and not in the folder one stands in."""
    settings(host, CENTRAL)
    (host.work / "bin").mkdir()
    alone = shutil.copy2(host.bench.program, host.work / "bin" / "holdfast")
    host.write("holdfast-send", "#!/bin/sh\ntouch was-here\n", 0o755)
    done = subprocess.run([alone, "run", "--root", host.root], capture_output=True, text=True, cwd=host.work, timeout=10, check=False,
                          env=environment({"PATH": str(host.work)}), stdin=subprocess.DEVNULL)
    host.equal("exit", (done.returncode, "holdfast-send" in done.stderr), (IN_LINE, True))
    host.equal("another program", host.path("was-here").exists(), False)
    host.equal("settings", host.path(AGENT).exists(), True)
