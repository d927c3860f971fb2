"""What an undo or a confirm meets: damaged copies, values of another hand, refusals, trees without a kernel."""

from cases_recovery import FIN, HUGE_MS, KEEP, MAIN, PROFILE, SWAP, until
from harness import NOBODY, case
from journal import JOURNAL, OPEN, apply, history, journals, opened, outside, reopen, same_tree
from program import BUSY, DENIED, DRIFT, IN_LINE, WORK
from trees import DROP_IN, moved

BOOT_ID = "/proc/sys/kernel/random/boot_id"


def oldest_id(host):
    return journals(host)[0]["id"]


# ---- another hand between two transactions


@case("procps-only")
def edit_between_two_applies(host):
    """A rollback over both knows the file from before the first and after the second, and the edit from nowhere."""
    before = f"{FIN} = 55\n"
    host.write(MAIN, before)
    apply(host, f"{FIN}: 30")
    host.write(MAIN, host.read(MAIN) + f"# mine\nkernel.panic = 7\n{KEEP} = 55\n")
    edited = host.read(MAIN)
    apply(host, f"{FIN}: 30\n{KEEP}: 600")
    host.equal("the second changes the file too", host.read(MAIN) != edited, True)
    now = outside(host)
    host.says(host.run("rollback", oldest_id(host), exit=WORK), r"/etc/sysctl\.conf has been changed by another hand",
              "--force", "nothing was changed")
    host.run("rollback", oldest_id(host), "--dry-run", exit=WORK)
    same_tree(host, "after the refusal", now)
    host.keep()
    host.run("rollback", exit=IN_LINE)
    host.equal("the newest alone: the edit is there again", host.read(MAIN), edited)
    host.reset()
    host.run("rollback", oldest_id(host), "--force", exit=IN_LINE)
    host.equal("by force", host.read(MAIN), before)
    copies = [each.read_text() for each in host.path(JOURNAL).glob("*.sysctl.conf")]
    host.equal("the edit is kept", any("# mine" in text for text in copies), True)


@case("procps-only")
def two_applies_without_an_edit(host):
    """The same, but nobody was there in between: all of it goes back."""
    host.write(MAIN, f"{FIN} = 55\n{KEEP} = 55\n")
    before = outside(host)
    apply(host, f"{FIN}: 30")
    apply(host, f"{FIN}: 30\n{KEEP}: 600")
    host.run("rollback", oldest_id(host), exit=IN_LINE)
    same_tree(host, "after the rollback", before)


@case()
def confirm_leaves_another_hand_its_value(host):
    """It is not made ours by the confirm: it is named then, and named and left by the rollback after it."""
    apply(host, PROFILE, "--confirm", "86400")
    host.set_live(FIN, "45")
    result = host.run("confirm", exit=DRIFT)
    host.says(result, r"tcp_fin_timeout was set to 30 and is 45 now: another hand")
    host.equal("what was set", [each["found"] for each in journals(host)[-1]["steps"]
                                if each["kind"] == "write_live" and each["path"].endswith("tcp_fin_timeout")], ["30"])
    host.says(host.run("rollback", exit=DRIFT), r"tcp_fin_timeout is not as it was before: another hand")
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("45", "60"))
    host.equal("kept", journals(host)[-1]["kept"], [{"path": "net/ipv4/tcp_fin_timeout", "hold": "moved"}])


@case()
def confirm_of_what_is_taken_back_already(host):
    """Values that are back at the old ones: somebody has begun to take the change back, so nothing is kept."""
    before = outside(host)
    apply(host, PROFILE, "--confirm", "86400")
    host.set_live(FIN, "60")
    host.set_live(SWAP, "60")
    result = host.run("confirm", exit=WORK)
    host.says(result, "is back at 60 already", "not confirmed")
    host.silent(result, "kept")
    same_tree(host, "after the confirm", before)
    host.equal("entry", (journals(host)[-1]["state"], opened(host)), ("waiting", True))
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after the rollback", before)


# ---- what cannot be looked at keeps nothing else from going back


@case("procps-only")
def damaged_copy_holds_nothing_else_up(host):
    """The file whose old bytes are lost stays; values and the other file go back, and it says how to give up on it."""
    for damage in (lambda copy: host.write(copy, "x\n"), host.remove):
        host.write(MAIN, f"{FIN} = 55\n{KEEP} = 55\n")
        before = outside(host)
        apply(host, f"{PROFILE}\n{KEEP}: 600")
        entry = reopen(host)
        host.equal("two files", sorted(each["file"] for each in entry["files"]), [MAIN, DROP_IN])
        damage(f"{JOURNAL}/{next(each['copy'] for each in entry['files'] if each['file'] == MAIN)}")
        now = host.read(MAIN)
        for words in (("recover",), ("rollback",), ("rollback", "--force"), ("apply", "-p", "web.yaml")):
            host.says(host.run(*words, exit=WORK), "the copy .* is (damaged|gone)", f"to give up on it remove .*{OPEN}")
            host.equal(f"{words}: the file", host.read(MAIN), now)
            host.equal(f"{words}: all else", [name for name in moved(before, outside(host)) if name != MAIN[1:]], [])
            host.equal(f"{words}: open", opened(host), True)
        host.remove(OPEN)
        host.write(MAIN, f"{FIN} = 55\n{KEEP} = 55\n")
        apply(host, PROFILE)
        host.run("rollback", exit=IN_LINE)
        same_tree(host, "at the end", before)


@case()
def file_that_cannot_be_read_holds_no_value_up(host):
    """A folder where the drop-in was to be: the watcher gives the values back all the same, and the file later on."""
    before = outside(host)
    apply(host, PROFILE, "--confirm", "1")
    host.path(DROP_IN).mkdir()
    until(host, "the values go back", lambda: (host.live(FIN), host.live(SWAP)) == ("60", "60"))
    host.equal("it is not over", opened(host), True)
    host.says(host.run("recover", exit=WORK), "99-zz-holdfast.conf", "to give up on it remove")
    host.path(DROP_IN).rmdir()
    host.run("recover", exit=IN_LINE)
    same_tree(host, "at the end", before)
    host.equal("open", opened(host), False)


@case()
def value_that_cannot_be_read_holds_nothing_up(host):
    apply(host, PROFILE)
    reopen(host)
    host.remove(host.key_path(SWAP)).mkdir()
    host.says(host.run("recover", exit=WORK), r"vm\.swappiness")
    host.equal("the other one, and the file", (host.live(FIN), host.read(DROP_IN)), ("60", None))
    host.equal("open", opened(host), True)
    host.remove(host.key_path(SWAP))
    host.set_live(SWAP, "20")
    host.run("recover", exit=IN_LINE)
    host.equal("live", (host.live(SWAP), opened(host)), ("60", False))


@case()
def tree_without_proc_sys(host):
    """A rescue system: the disk is there, the kernel is another's. Files are put right."""
    before = outside(host)
    apply(host, PROFILE)
    reopen(host)
    host.remove("/proc")
    host.run("recover", exit=IN_LINE)
    files = {name: text for name, text in before.items() if not name.startswith("proc/")}
    host.equal("files", moved(files, outside(host)), [])
    host.equal("entry", (journals(host)[-1]["state"], opened(host)), ("undone", False))


# ---- the journal keeps what nobody else has


@case("procps-only")
def copies_outlive_their_entry(host):
    """An entry that was moved away or removed by hand: the only copy of the old file stays."""
    host.write(MAIN, f"{FIN} = 55\n")
    apply(host, f"{FIN}: 30")
    entry = journals(host)[-1]
    path = host.path(f"{JOURNAL}/{entry['id']}.json")
    copy = f"{JOURNAL}/{entry['files'][0]['copy']}"
    path.rename(f"{path}.bak")
    host.run("recover", exit=IN_LINE)
    host.equal("moved away", (path.with_name(path.name + ".bak").exists(), host.read(copy)), (True, f"{FIN} = 55\n"))
    path.with_name(path.name + ".bak").unlink()
    host.set_live(FIN, "60")
    for words in (("recover",), ("apply", "-p", "web.yaml"), ("rollback",), ("recover",)):
        host.run(*words)
        host.equal(f"removed, after {words[0]}", host.read(copy), f"{FIN} = 55\n")


@case()
def new_bytes_without_an_entry_go(host):
    """Unlike what waited for a confirm, of which the profile is the original."""
    apply(host, PROFILE, "--confirm", "86400")
    name = next(each["next"] for each in journals(host)[-1]["files"])
    text = host.read(f"{JOURNAL}/{name}")
    host.run("rollback", exit=IN_LINE)
    host.write(f"{JOURNAL}/{name}", text, 0o600)
    host.run("recover", exit=IN_LINE)
    host.equal("left", [each.name for each in host.path(JOURNAL).glob("*.next")], [])


@case()
def value_that_the_undo_could_not_give_back(host):
    """It is still ours: once the kernel takes it, a rollback by its ID gives it back."""
    apply(host, PROFILE, "--confirm", "86400")
    identity = journals(host)[-1]["id"]
    host.fifo(host.key_path(SWAP))
    host.says(host.run("rollback", exit=DRIFT), r"vm\.swappiness is not as it was before")
    host.equal("kept", journals(host)[-1]["kept"], [{"path": "vm/swappiness", "hold": "refused"}])
    host.equal("marked in the table", "undone, 1 kept" in host.run("history").out, True)
    host.remove(host.key_path(SWAP))
    host.set_live(SWAP, "20")
    host.run("rollback", identity, exit=IN_LINE)
    host.equal("live", (host.live(SWAP), host.live(FIN)), ("60", "60"))


@case()
def rollback_goes_on_behind_what_left_nothing(host):
    """An apply of which nothing is there any more counts as taken back: the next rollback takes the one before it."""
    before = outside(host)
    apply(host, f"{FIN}: 30")
    apply(host, f"{FIN}: 30\n{SWAP}: {{value: 10, manage: [live]}}")
    host.set_live(SWAP, "60")
    result = host.run("rollback", "--json", exit=IN_LINE)
    host.equal("live steps", [each for each in result.document["steps"] if each["kind"] == "write_live"], [])
    host.equal("live", host.live(FIN), "30")
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "the one before it", before)


@case()
def value_file_that_was_only_emptied(host):
    """A fake host's file is emptied before it is written: nobody else's hand."""
    before = outside(host)
    apply(host, PROFILE)
    host.write(host.key_path(FIN), "")
    reopen(host)
    host.run("recover", exit=IN_LINE)
    same_tree(host, "after the recovery", before)
    host.equal("kept", journals(host)[-1]["kept"], [])


@case()
def deadline_without_a_boot(host):
    """No boot id on either side: the clock of the boot may have begun anew, so the time of day decides too."""
    host.remove(BOOT_ID)
    before = outside(host)
    apply(host, PROFILE)
    host.equal("boot id", journals(host)[-1]["boot_id"], None)
    host.remove(DROP_IN)
    host.keep()
    for deadline, waits in (("2020-01-01T00:00:00.000Z", False), ("2999-01-01T00:00:00.000Z", True)):
        host.reset()
        confirm = {"seconds": 60, "deadline": deadline, "deadline_ms": HUGE_MS, "probe": None}
        reopen(host, "waiting", confirm=confirm, boot_id=None)
        result = host.run("apply", "-p", "web.yaml", exit=BUSY if waits else IN_LINE)
        host.says(result, "waits for" if waits else "not confirmed in time")
        if waits:
            host.run("rollback", exit=IN_LINE)
            same_tree(host, "after the rollback", before)


# ---- what is said


@case(needs_root=True)
def plain_user_is_told(host):
    """Root is needed, says each command that changes something; and no lock file is left in root's way."""
    host.profile(PROFILE)
    for lock in (0o755, 0o1777):
        host.path("/run/lock").mkdir(parents=True, exist_ok=True)
        host.path("/run/lock").chmod(lock)
        apply(host, PROFILE)
        host.remove("/run/lock/holdfast.lock")
        before = host.snapshot()
        for words in (("rollback",), ("confirm",), ("recover",)):
            result = host.run(*words, user=NOBODY, exit=DENIED)
            host.says(result, "has to be root")
            host.silent(result, "could be written by others", stream="err")
        host.untouched(before, "a plain user's commands")
        host.run("rollback", exit=IN_LINE)


@case()
def rollback_of_what_is_open_as_json(host):
    """The entry, as of any rollback."""
    apply(host, PROFILE, "--confirm", "86400")
    identity = journals(host)[-1]["id"]
    document = host.run("rollback", "--json", exit=IN_LINE).document or {}
    host.equal("of a waiting one", (document.get("id"), document.get("state")), (identity, "undone"))
    apply(host, PROFILE)
    identity = reopen(host)["id"]
    document = host.run("rollback", "--json", exit=IN_LINE).document or {}
    host.equal("of an unfinished one", (document.get("id"), document.get("state")), (identity, "undone"))
    host.equal("what lies on the disk", history(host, identity), document)
