"""What a death, another hand or a bad disk left: recovery, the trial that waits for `confirm`, damaged entries (issue 4)."""

import hashlib
import os
import time

from harness import case, rows
from journal import JOURNAL, OPEN, apply, edit, journals, opened, outside, reopen, same_tree
from program import BUSY, DRIFT, IN_LINE, USAGE, WORK
from trees import DROP_IN, moved

FIN, MAX, SWAP, RMEM = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "vm.swappiness", "net.ipv4.tcp_rmem"
KEEP = "net.ipv4.tcp_keepalive_time"
MAIN = "/etc/sysctl.conf"
PROFILE = f"{FIN}: 30\n{SWAP}: 20"
HUGE_MS = 1 << 52
LOCK = ("run", "run/lock", "run/lock/holdfast.lock")


def until(host, what, condition, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    host.fault(f"{what}: not within {seconds} s")


# ---- an entry that is not over


# name: what is done to the host after the death
DEATHS = {
    "before-anything": lambda host, before: put(host, before),
    "one-value": lambda host, before: (put(host, before), host.set_live(FIN, "30")),
    "all-values": lambda host, before: (put(host, before), host.set_live(FIN, "30"), host.set_live(SWAP, "20")),
    "one-file": lambda host, before: host.write(MAIN, before[MAIN[1:]]),
    "everything": lambda host, before: None,
    "files-back-values-not": lambda host, before: (host.write(MAIN, before[MAIN[1:]]), host.remove(DROP_IN)),
}


def put(host, before):
    """Everything outside the journal as it was."""
    for name in moved(before, outside(host)):
        host.remove("/" + name)
        if name in before:
            host.write("/" + name, before[name])


@rows({f"{name},{state}": (death, state) for name, death in DEATHS.items() for state in ("begun", "undoing")},
      tree="procps-only")
def death_in_an_apply(host, row):
    death, state = row
    before = outside(host)
    apply(host, f"{PROFILE}\n{KEEP}: 600")
    host.equal("both files are new", [name in moved(before, outside(host)) for name in (MAIN[1:], DROP_IN[1:])], [True, True])
    death(host, before)
    reopen(host, state, why=None if state == "begun" else "the power went")
    now = host.snapshot()
    host.says(host.run("check", "-p", "web.yaml"), "^holdfast: warning: .*unfinished")
    host.equal("-q: a warning", host.run("check", "-p", "web.yaml", "-q").err, "")
    host.run("rollback", "--dry-run", exit=(IN_LINE, DRIFT))
    host.untouched(now, "commands that only look")
    result = host.run("recover", exit=IN_LINE)
    host.says(result, "was undone: " + ("it did not come to its end" if state == "begun" else "the power went"))
    same_tree(host, "after the recovery", before)
    host.equal("entry", (journals(host)[-1]["state"], journals(host)[-1]["kept"], opened(host)), ("undone", [], False))
    now = host.snapshot(LOCK)
    result = host.run("recover", exit=IN_LINE)
    host.equal("the second time", (result.out, result.err), ("", ""))
    host.untouched(now, "the second recovery", without=LOCK)


def recovered(host, exit):
    """Each command that changes something, from the same tree."""
    host.keep()
    for words in (("recover",), ("rollback",), ("apply", "-p", "nothing.yaml"), ("confirm",)):
        host.reset()
        host.profile("kernel.nosuch: {value: 1, optional: true}", name="nothing.yaml")
        status = exit if words[0] in ("recover", "rollback") else WORK if words[0] == "confirm" else IN_LINE
        yield host.run(*words, exit=status)


@case()
def every_changing_command_recovers(host):
    before = outside(host)
    apply(host, PROFILE)
    reopen(host)
    for result in recovered(host, exit=IN_LINE):
        host.says(result, "was undone")
        now = {name: text for name, text in outside(host).items() if name != DROP_IN[1:]}
        host.equal(f"{result.words[0]}: tree", moved(before, now), [])
        host.equal(f"{result.words[0]}: open", opened(host), False)


@case()
def value_of_another_hand_stays(host):
    apply(host, PROFILE)
    host.set_live(SWAP, "45")
    reopen(host)
    result = host.run("recover", exit=DRIFT)
    host.says(result, r"vm\.swappiness is not as it was before: another hand")
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("60", "45"))
    host.equal("kept", journals(host)[-1]["kept"], [{"path": "vm/swappiness", "hold": "moved"}])
    host.run("recover", exit=IN_LINE)


@case()
def file_of_another_hand_stays(host):
    apply(host, PROFILE)
    host.write(DROP_IN, "# mine\n")
    reopen(host)
    host.says(host.run("recover", exit=DRIFT), r"99-zz-holdfast\.conf is not as it was before: another hand")
    host.equal("file", host.read(DROP_IN), "# mine\n")
    host.equal("live", host.live(FIN), "60")


# name: (old, new, what the death left, what it is after the recovery)
TORN = {
    "first-field": ("4096\t131072\t6291456", "[1, 2, 3]", "1\t131072\t6291456", "back"),
    "two-fields": ("4096\t131072\t6291456", "[1, 2, 3]", "1\t2\t6291456", "back"),
    "not-ours": ("4096\t131072\t6291456", "[1, 2, 3]", "1\t7\t6291456", "stays"),
}


@rows(TORN)
def half_written_vector(host, row):
    old, new, left, fate = row
    apply(host, f"{RMEM}: {new}")
    host.set_live(RMEM, left)
    reopen(host)
    host.run("recover", exit=IN_LINE if fate == "back" else DRIFT)
    host.equal("live", host.live(RMEM), old if fate == "back" else left)


@rows({"another": "11111111-2222-4333-8444-555555555555", "none": None})
def after_a_restart(host, boot):
    """Values are what the boot gave: they are not written. Files are put right."""
    before = outside(host)
    apply(host, PROFILE)
    reopen(host, boot_id=boot)
    result = host.run("recover", exit=DRIFT)
    host.says(result, "tcp_fin_timeout is not as it was before: the host has been started anew")
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("30", "20"))
    host.equal("files", moved({name: text for name, text in before.items() if name.startswith("etc/")},
                              {name: text for name, text in outside(host).items() if name.startswith("etc/")}), [])
    host.equal("kept", {each["hold"] for each in journals(host)[-1]["kept"]}, {"restarted"})


@case()
def after_a_restart_with_the_old_values(host):
    before = outside(host)
    apply(host, PROFILE)
    put(host, before)
    reopen(host, boot_id="11111111-2222-4333-8444-555555555555")
    host.run("recover", exit=IN_LINE)
    same_tree(host, "after the recovery", before)


@case()
def copy_that_is_damaged(host):
    """The old bytes are not what was kept: nothing of the file is made up, the entry stays open, every command says so."""
    apply(host, f"{PROFILE}\n{MAX}: 8192", "--loader", "procps")
    entry = reopen(host)
    name = next(each["copy"] for each in entry["files"] if each["copy"])
    text, now = host.read(f"{JOURNAL}/{name}"), host.read(MAIN)
    for damage in (lambda: host.write(f"{JOURNAL}/{name}", "x\n"), lambda: host.remove(f"{JOURNAL}/{name}")):
        damage()
        for words in (("recover",), ("rollback",), ("confirm",), ("apply", "-p", "web.yaml")):
            host.says(host.run(*words, exit=WORK), "the copy .* is (damaged|gone)")
        host.equal("main file", host.read(MAIN), now)
    host.write(f"{JOURNAL}/{name}", text, 0o600)
    host.run("recover", exit=IN_LINE)
    host.equal("live", host.live(FIN), "60")


@case()
def done_entry_with_a_damaged_copy(host):
    apply(host, f"{PROFILE}\n{MAX}: 8192", "--loader", "procps")
    name = next(each["copy"] for each in journals(host)[-1]["files"] if each["copy"])
    host.write(f"{JOURNAL}/{name}", "x\n")
    before = outside(host)
    host.says(host.run("rollback", exit=WORK), "the copy .* is damaged", "nothing was changed")
    same_tree(host, "after the refusal", before)
    host.equal("open", opened(host), False)


@case()
def leftovers(host):
    """Temporary files of a killed holdfast go; files of others with like names stay."""
    apply(host, PROFILE)
    ours = [f"{folder}/.holdfast-0123456789abcdef.tmp" for folder in ("/etc", "/etc/sysctl.d", JOURNAL)]
    theirs = ["/etc/.holdfast-x", "/etc/sysctl.d/holdfast-1.tmp", "/etc/sysctl.d/.other.tmp", f"{JOURNAL}/note.txt"]
    for name in ours + theirs:
        host.write(name, "x")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.equal("a look leaves them", [name for name in ours if not host.path(name).exists()], [])
    host.run("recover", exit=IN_LINE)
    host.equal("gone", [name for name in ours if host.path(name).exists()], [])
    host.equal("stay", [name for name in theirs if not host.path(name).exists()], [])


# ---- `open`


@case()
def open_that_leads_nowhere(host):
    """Died before the entry was there: nothing was changed, and the link goes."""
    apply(host, PROFILE)
    for target in ("019ab000-0000-7000-8000-000000000000.json", "nothing", "../../../../etc/passwd", "/etc/passwd"):
        host.link(OPEN, target)
        host.equal(f"{target}: a warning", host.run("check", "-p", "web.yaml", exit=IN_LINE).err, "")
        host.run("recover", exit=IN_LINE)
        host.equal(f"{target}: open", opened(host), False)
    host.link(OPEN, "nothing")
    host.set_live(FIN, "60")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", host.live(FIN), "30")


@case()
def open_to_one_that_is_over(host):
    apply(host, PROFILE)
    host.link(OPEN, f"{journals(host)[-1]['id']}.json")
    result = host.run("recover", exit=IN_LINE)
    host.equal("stderr", result.err, "")
    host.equal("open", opened(host), False)
    host.equal("live", host.live(FIN), "30")
    host.link(OPEN, f"{journals(host)[-1]['id']}.json")
    host.run("rollback", exit=IN_LINE)
    host.equal("live", host.live(FIN), "60")


@case()
def open_to_a_damaged_one(host):
    """What it has changed cannot be told: nothing may be changed over it, and it says what to do."""
    apply(host, PROFILE)
    entry = reopen(host)
    host.write(f"{JOURNAL}/{entry['id']}.json", "{")
    before = outside(host)
    for words in (("recover",), ("rollback",), ("confirm",), ("apply", "-p", "web.yaml"), ("rollback", "--force")):
        host.says(host.run(*words, exit=WORK), entry["id"], "cannot be read", "nothing was changed", "remove")
    same_tree(host, "nothing was changed", before)
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.run("history", exit=IN_LINE)
    host.remove(OPEN)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def open_that_is_no_link(host):
    apply(host, PROFILE)
    before = outside(host)
    for make in (lambda: host.write(OPEN, "x"), lambda: host.path(OPEN).mkdir(), lambda: host.fifo(OPEN)):
        make()
        host.set_live(FIN, "60")
        host.says(host.run("apply", "-p", "web.yaml", exit=WORK), "/open")
        host.says(host.run("recover", exit=WORK), "/open")
        host.equal("live", host.live(FIN), "60")
        host.remove(OPEN)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    same_tree(host, "after it has gone", before)


# ---- entries that are not what holdfast writes


def first(name, **fields):
    return {name: lambda items: [{**items[0], **fields}, *items[1:]]}


def both(*parts):
    return {name: change for part in parts for name, change in part.items()}


FILE = {"file": "/etc/passwd", "before": None, "after": hashlib.sha256(b"root::\n").hexdigest(), "copy": None, "next": None}
# name: the fields that are changed
DAMAGES = {
    "another-file": {"files": [FILE]},
    "another-file-of-sysctl.d": {"files": [{**FILE, "file": "/etc/sysctl.d/x.conf"}]},
    "file-above": {"files": [{**FILE, "file": "/etc/sysctl.d/../passwd"}]},
    "no-file": {"files": [{**FILE, "file": None}]},
    "path-above": first("steps", path="../../etc/x"),
    "path-in-the-middle": first("steps", path="net/../../../etc/x"),
    "absolute-path": first("steps", path="/etc/x"),
    "dotted-path": first("steps", path="net.ipv4.tcp_fin_timeout"),
    "empty-path": first("steps", path=""),
    "wildcard-path": first("steps", path="net/ipv4/*/x"),
    "path-with-a-newline": first("steps", path="net/ipv4/x\ny"),
    "path-with-a-nul": first("steps", path="net/ipv4/x\0y"),
    "live-with-a-file": first("steps", file="/etc/sysctl.conf"),
    "coupled-above": {"coupled": [{"path": "../../etc/x", "by": "net/ipv4/x", "from": "1", "asked": "0", "found": "0"}]},
    "copy-above": first("files", before="0" * 64, copy="../x", was={"owner": 0, "group": 0, "mode": 420, "attributes": {}}),
    "copy-of-another": first("files", before="0" * 64, copy="x.conf", was={"owner": 0, "group": 0, "mode": 420, "attributes": {}}),
    "next-above": first("files", next="../../x"),
    "mode-of-more-bits": first("files", before="0" * 64, was={"owner": 0, "group": 0, "mode": 0o100644, "attributes": {}}),
    "no-copy": first("files", before="0" * 64),
    "value-with-a-nul": first("steps", **{"from": "6\0" + "0"}),
    "number-as-value": first("steps", **{"from": 60}),
    "unknown-kind": {"kind": "remove"},
    "unknown-state": {"state": "finished"},
    "planned": {"state": "planned"},
    "another-schema": {"schema": "holdfast.journal/2"},
    "another-id": {"id": "019ab000-0000-7000-8000-000000000000"},
    "no-steps": {"steps": None},
    "no-id": {"id": None},
    "negative-line": first("steps", line=-1),
    "unknown-result": first("steps", result="fine"),
    "undoes-no-texts": {"undoes": [5]},
    "time-with-an-escape": {"time": "\x1b[2J2026-11-23T01:02:03.000Z"},
    "end-with-an-escape": {"ended": "\x1b]0;x\x07"},
    "boot-id-with-an-escape": {"boot_id": "\x1b[31m"},
    "deadline-with-an-escape": {"confirm": {"seconds": 60, "deadline": "\x1b[2J", "deadline_ms": HUGE_MS, "probe": None}},
    "unknown-hold": {"kept": [{"path": "vm/swappiness", "hold": "\x1b[2J"}]},
}


@rows(DAMAGES)
def damaged_entry(host, fields):
    """Refused as a whole: by recovery, by rollback and as a reason in history. Nothing of it is carried out."""
    host.write("/etc/x", "old\n")
    host.write("/etc/passwd", "root::\n")
    host.write("/var/lib/holdfast/x", "old\n")
    apply(host, PROFILE)
    host.keep()
    for is_open in (False, True):
        host.reset()
        (reopen if is_open else edit)(host, **fields)
        if is_open:
            host.link(OPEN, next(each.name for each in host.path(JOURNAL).glob("*.json")))
        before = host.snapshot(LOCK)
        for words in (("rollback",), ("rollback", "0"), ("recover",)):
            exit = WORK if is_open or "0" in words else IN_LINE if words[0] == "recover" else WORK
            result = host.run(*words, exit=exit)
            if words[0] == "rollback" and ("0" in words or is_open):
                host.says(result, "is damaged|says that it is|no journal entry|is no", "nothing was changed")
            host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]", stream="err")
        host.untouched(before, f"open {is_open}", without=LOCK)
        if is_open:
            continue
        found = host.run("history", "--json", exit=IN_LINE).document["transactions"]
        host.equal("history", [each["state"] for each in found], ["damaged"])
        host.says(host.run("history", "0", exit=IN_LINE), "damaged", stream="out")
        # Nothing is known of it, so a forced rollback has nothing to put back.
        now = outside(host)
        host.run("rollback", "0", "--force", exit=(IN_LINE, WORK))
        same_tree(host, "after --force", now)
        host.equal("live", host.live(FIN), "30")


@case()
def damaged_entry_in_the_way(host):
    """An older one can be taken back only over it: refused, and with --force without it."""
    apply(host, f"{FIN}: 30")
    apply(host, f"{FIN}: 30\n{SWAP}: 10")
    edit(host, state="finished")
    first_id = sorted(host.path(JOURNAL).glob("*.json"))[0].stem
    now = outside(host)
    host.says(host.run("rollback", first_id, exit=WORK), "is damaged", "--force", "nothing was changed")
    same_tree(host, "after the refusal", now)
    host.write(DROP_IN, "# whatever\n")
    host.run("rollback", first_id, "--force", exit=IN_LINE)
    host.equal("live", (host.live(FIN), host.live(SWAP), host.read(DROP_IN)), ("60", "10", None))


@case()
def entry_from_the_end_of_time(host):
    """Names sort by time; one that no later name can follow must not make new transactions the oldest."""
    apply(host, PROFILE)
    host.write(f"{JOURNAL}/ffffffff-ffff-7fff-bfff-ffffffffffff.json", "{", 0o600)
    host.set_live(FIN, "60")
    result = host.run("apply", "-p", "web.yaml", exit=(IN_LINE, WORK))
    if result.status == WORK:  # then it names what is in its way, and nothing has been done
        host.says(result, "ffffffff")
        host.equal("live", host.live(FIN), "60")
        return
    names = sorted(each.stem for each in host.path(JOURNAL).glob("*.json"))
    host.equal("the first is still the oldest", names[0][:2], "01")


@case()
def strangers_are_no_entries(host):
    """Only what is named as holdfast names it is an entry; any other name is left out, and never printed raw."""
    apply(host, PROFILE)
    identity = journals(host)[-1]["id"]
    text = host.read(f"{JOURNAL}/{identity}.json")
    for name in ("\x1b[31mx", os.fsdecode(b"\xfe"), "a\nb", "x" * 200, identity + "0", identity.upper()):
        host.write(f"{JOURNAL}/{name}.json", text)
    for words in (("history",), ("history", "\x1b"), ("rollback", "\x1b"), ("history", identity)):
        result = host.run(*words, exit=(IN_LINE, WORK, USAGE))
        for stream in ("out", "err"):
            host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]", "^b", stream=stream)
    found = host.run("history", "--json", exit=IN_LINE).document["transactions"]
    host.equal("transactions", [each["id"] for each in found if each["state"] == "done"], [identity])


# ---- apply --confirm


@case()
def trial_in_words(host):
    host.profile(PROFILE)
    host.show("apply", "-p", "web.yaml", "--confirm", "86400", exit=IN_LINE)
    host.show_changes()
    host.show("check", "-p", "web.yaml", exit=DRIFT)
    host.show("history", exit=IN_LINE)
    host.show("history", "0", exit=IN_LINE)
    host.show("apply", "-p", "web.yaml", exit=BUSY)
    host.show("recover", exit=IN_LINE)
    host.show("confirm", exit=IN_LINE)
    host.show_changes()
    host.show("confirm", exit=WORK)
    host.show("rollback", exit=IN_LINE)
    host.show_changes()


@case()
def trial_that_is_confirmed(host):
    """The files are written then, and are what an apply without --confirm would have made."""
    host.keep()
    apply(host, PROFILE)
    wanted = outside(host)
    host.reset()
    before = outside(host)
    result = apply(host, PROFILE, "--confirm", "86400", "--json")
    host.equal("files", [name for name in moved(before, outside(host)) if not name.startswith("proc/")], [])
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("30", "20"))
    entry = journals(host)[-1]
    host.equal("entry", (entry["state"], entry["confirm"]["seconds"], entry["confirm"]["probe"]), ("waiting", 86400, None))
    host.equal("report", result.document["transaction"], entry["id"])
    host.run("confirm", exit=IN_LINE)
    same_tree(host, "as without --confirm", wanted)
    entry = journals(host)[-1]
    host.equal("entry", (entry["state"], opened(host)), ("done", False))
    host.equal("next", [each.name for each in host.path(JOURNAL).glob("*.next")], [])
    host.run("verify", exit=IN_LINE)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after a rollback", before)


@case()
def confirm_and_recover_as_json(host):
    """--json never prints words for people on stdout: a document, or nothing."""
    def told(*words):
        document = host.run(*words, "--json", exit=IN_LINE).document
        return [each["state"] for each in document.get("transactions", [document])] if document else None
    host.equal("nothing yet", told("recover") in (None, []), True)
    apply(host, PROFILE, "--confirm", "86400")
    host.equal("waiting", told("recover"), ["waiting"])
    host.equal("confirmed", told("confirm"), ["done"])
    apply(host, f"{FIN}: 20", "--confirm", "86400")
    host.equal("taken back", told("rollback") in (None, ["undone"]), True)
    host.equal("live", host.live(FIN), "30")


@case()
def trial_that_is_taken_back(host):
    before = outside(host)
    apply(host, PROFILE, "--confirm", "86400")
    identity = journals(host)[-1]["id"]
    host.run("rollback", "019ab000", exit=BUSY)
    host.equal("live", host.live(FIN), "30")
    host.run("rollback", "--dry-run", exit=DRIFT)
    host.says(host.run("rollback", identity[:-1], exit=IN_LINE), "was undone: taken back by hand")
    same_tree(host, "after the rollback", before)
    host.equal("what was kept for confirm", [each.name for each in host.path(JOURNAL).glob("*.next")], [])
    host.run("rollback", exit=WORK)


@case()
def trial_that_runs_out(host):
    before = outside(host)
    apply(host, PROFILE, "--confirm", "1")
    until(host, "the watcher takes it back", lambda: moved(before, outside(host)) == [] and not opened(host))
    host.equal("entry", (journals(host)[-1]["state"], journals(host)[-1]["why"]), ("undone", "it was not confirmed in time"))
    host.says(host.run("confirm", exit=WORK), "nothing waits", "history")
    host.run("verify", exit=WORK)


@case(needs_root=True)
def trial_with_a_probe_that_fails(host):
    """At once, long before the deadline; a probe that fails already keeps everything as it is."""
    before = outside(host)
    host.says(apply(host, PROFILE, "--confirm", "86400", "--probe", "exit 3", exit=WORK), "already before the change", "nothing was changed")
    same_tree(host, "nothing was done", before)
    host.equal("journal", journals(host), [])
    flag = host.folder / "flag"
    flag.write_text("")
    flag.chmod(0o644)
    host.folder.chmod(0o755)
    apply(host, PROFILE, "--confirm", "86400", "--probe", f"test -e {flag}")
    host.equal("live", host.live(FIN), "30")
    time.sleep(0.7)
    host.equal("while it is well", (host.live(FIN), opened(host)), ("30", True))
    flag.unlink()
    until(host, "the watcher takes it back", lambda: not opened(host))
    same_tree(host, "after the probe failed", before)
    host.says(host.run("history", "0", exit=IN_LINE), "undone, for", "probe", stream="out")


@case(needs_root=True)
def probe_without_privilege(host):
    """It runs as nobody: what root alone may read makes it fail."""
    secret = host.folder / "secret"
    secret.write_text("")
    secret.chmod(0o600)
    apply(host, PROFILE, "--confirm", "5", "--probe", f"cat {secret}", exit=WORK)
    apply(host, PROFILE, "--confirm", "5", "--probe", "test $(id -u) = 0", exit=WORK)
    host.equal("live", host.live(FIN), "60")


@case()
def probe_that_is_no_text(host):
    """Refused before anything, or kept as it is: never a change that stays open."""
    before = outside(host)
    result = apply(host, PROFILE, "--confirm", "86400", "--probe", os.fsdecode(b": \xff"), exit=(IN_LINE, WORK, USAGE))
    if result.status == IN_LINE:
        host.run("rollback", exit=IN_LINE)
    same_tree(host, "at the end", before)
    host.equal("open", opened(host), False)


# name: (deadline_ms, state of another boot, what a changing command does)
LEFT = {
    "time-left": (HUGE_MS, False, "waits"),
    "expired": (1, False, "undone"),
    "never-set": (0, False, "undone"),
    "another-boot": (HUGE_MS, True, "restarted"),
}


@rows(LEFT)
def trial_without_its_watcher(host, row):
    """The watcher was killed, or the host was started anew: the next changing command decides by what the journal says."""
    deadline, another, fate = row
    before = outside(host)
    apply(host, f"{FIN}: {{value: 30, manage: [live]}}")
    confirm = {"seconds": 60, "deadline": "2026-11-23T01:02:03.000Z", "deadline_ms": deadline, "probe": None}
    fields = {"boot_id": "11111111-2222-4333-8444-555555555555"} if another else {}
    reopen(host, "waiting", confirm=confirm, **fields)
    result = host.run("check", "-p", "web.yaml")
    host.says(result, "waits for 'holdfast confirm" if fate == "waits" else "is unfinished")
    host.keep()
    for words in (("recover",), ("apply", "-p", "web.yaml"), ("confirm",), ("rollback",)):
        host.reset()
        result = host.run(*words)
        if fate == "waits":
            host.equal(f"{words}: exit", result.status, {"apply": BUSY}.get(words[0], IN_LINE))
            state = {"confirm": "done", "rollback": "undone"}.get(words[0], "waiting")
        else:
            wanted = {"confirm": WORK, "apply": IN_LINE}.get(words[0], DRIFT if fate == "restarted" else IN_LINE)
            host.equal(f"{words}: exit", result.status, wanted)
            state = "undone"
            host.says(result, "started anew before it was confirmed" if another else "not confirmed in time")
        host.equal(f"{words}: state", journals(host)[0]["state"], state)
        if state == "undone" and words[0] != "apply" and fate != "restarted":
            same_tree(host, f"{words}", before)


@case("procps-only")
def confirm_that_died_between_two_files(host):
    """One file is new and one is old: another confirm writes the other one, and a rollback takes the first one back."""
    before = outside(host)
    apply(host, f"{PROFILE}\n{KEEP}: 600", "--confirm", "86400")
    entry = journals(host)[-1]
    host.equal("both files wait", sorted(each["file"] for each in entry["files"] if each["next"]), [MAIN, DROP_IN])
    name = next(each["next"] for each in entry["files"] if each["file"] == MAIN)
    host.write(MAIN, host.path(f"{JOURNAL}/{name}").read_bytes())
    host.keep()
    host.run("confirm", exit=IN_LINE)
    host.equal("the other one", host.read(DROP_IN) is None, False)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after confirm and rollback", before)
    host.reset()
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after rollback", before)


@case()
def confirm_over_another_hand(host):
    """A file that has changed since, or a kept one that is damaged: not confirmed, nothing written, still waiting."""
    apply(host, PROFILE, "--confirm", "86400")
    before = outside(host)
    host.write(DROP_IN, "# mine\n")
    host.says(host.run("confirm", exit=WORK), "another hand", "not confirmed")
    host.equal("file", host.read(DROP_IN), "# mine\n")
    host.remove(DROP_IN)
    name = next(each["next"] for each in journals(host)[-1]["files"])
    text = host.read(f"{JOURNAL}/{name}")
    host.write(f"{JOURNAL}/{name}", "kernel.panic = 1\n")
    host.says(host.run("confirm", exit=WORK), "is damaged", "not confirmed")
    same_tree(host, "nothing is written", before)
    host.equal("state", journals(host)[-1]["state"], "waiting")
    host.write(f"{JOURNAL}/{name}", text)
    host.run("confirm", exit=IN_LINE)
    host.equal("drop-in", host.read(DROP_IN), text)


@case()
def nothing_to_try(host):
    """No steps: no trial, nothing waits."""
    apply(host, PROFILE)
    result = host.run("apply", "-p", "web.yaml", "--confirm", "5", exit=IN_LINE)
    host.equal("transactions", (len(journals(host)), opened(host)), (1, False))
    host.silent(result, "confirm")


@case()
def trial_that_is_refused(host):
    before = outside(host)
    old = host.read(host.key_path(SWAP))
    host.fifo(host.key_path(SWAP))
    host.says(apply(host, PROFILE, "--confirm", "86400", exit=WORK), "vm.swappiness", "put back as it was")
    host.remove(host.key_path(SWAP))
    host.write(host.key_path(SWAP), old)
    same_tree(host, "after the refusal", before)
    host.equal("state", (journals(host)[-1]["state"], opened(host)), ("undone", False))


@case()
def trial_from_a_saved_plan(host):
    before = outside(host)
    host.profile(PROFILE)
    host.run("plan", "-p", "web.yaml", "-o", "plan.json", exit=DRIFT)
    host.run("apply", "plan.json", "--confirm", "86400", exit=IN_LINE)
    host.run("confirm", exit=IN_LINE)
    host.run("verify", exit=IN_LINE)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after the rollback", before)


@case()
def run_puts_the_main_file_back_that_says_nothing_any_more(host):
    """Cut short behind the removal of its only lines: the fence of the next run leaves room to put them back."""
    host.write("/etc/holdfast/agent.yaml", "profiles: [web]\npersist: {target: sysctl.conf}\n")
    host.write("/etc/sysctl.conf", "# ours\n")
    host.remove("/etc/sysctl.d/99-sysctl.conf")
    host.link("/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf")
    host.profile("net.ipv4.tcp_fin_timeout: 33", "/etc/holdfast/profiles/web.yaml")
    host.run("run", "--no-send", exit=IN_LINE)
    before = host.read("/etc/sysctl.conf")
    host.write("/etc/holdfast/agent.yaml", "profiles: [web]\n")
    host.run("apply", "-q", exit=IN_LINE)
    host.equal("moved to the drop-in", "tcp_fin_timeout" in host.read("/etc/sysctl.conf"), False)
    reopen(host)
    result = host.run("run", "--no-send", exit=IN_LINE)
    host.says(result, "was undone: it did not come to its end")
    host.equal("it was there", "tcp_fin_timeout" in before, True)
