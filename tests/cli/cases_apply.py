"""apply and verify: what is written, in which order, what a second apply does (interface.md; issue 2, 8 and 9)."""

import json
import os
import re

from harness import NOBODY, case
from program import BUSY, DENIED, DRIFT, IN_LINE, PENDING, WORK
from trees import DROP_IN, moved

FIN, MAX, SWAP = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "vm.swappiness"
JOURNAL = "/var/lib/holdfast/journal"


def journals(host):
    path = host.path(JOURNAL)
    return [json.loads(each.read_text()) for each in sorted(path.glob("*.json"))] if path.is_dir() else []


@case()
def apply_in_words(host):
    host.samples()
    host.show("apply", "-p", "web", exit=PENDING)
    host.show_changes()
    host.show("apply", "-p", "web", exit=PENDING)
    host.show_changes()
    host.show("verify", exit=PENDING)


@case()
def apply_as_json(host):
    host.samples()
    host.show("apply", "-p", "web", "--json", exit=PENDING)
    document = host.run("apply", "-p", "web", "--json", exit=PENDING).document
    host.equal("the second time", (document["changes"], document["transaction"]), ([], None))


@case()
def dry_run(host):
    """The same steps as plan, and nothing is touched, not even the lock."""
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    host.show("apply", "-p", "web.yaml", "--dry-run", exit=DRIFT)
    dry = host.run("apply", "-p", "web.yaml", "--dry-run", "--json", exit=DRIFT)
    plan = host.run("plan", "-p", "web.yaml", "--json", exit=DRIFT)
    host.equal("steps", dry.steps(), plan.steps())
    with host.locked():
        host.run("apply", "-p", "web.yaml", "--dry-run", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("apply", "-p", "web.yaml", "--dry-run", exit=IN_LINE)


@case()
def second_apply_touches_nothing(host):
    """"Applying twice changes nothing the second time: no write to /proc/sys, no file touched"; on the whole tree."""
    host.shipped()
    for name in ("time-wait-classic", "reverse-proxy"):
        host.run("apply", "-p", name, exit=IN_LINE)
        before = host.snapshot()
        for _ in range(2):
            host.run("apply", "-p", name, exit=IN_LINE)
            host.untouched(before, "a second apply")


@case()
def how_to_on_a_new_kernel(host):
    """time-wait-classic since 4.12: tcp_tw_recycle does not apply, with the reason, and everything else is set."""
    host.shipped()
    host.show("check", "-p", "time-wait-classic", exit=DRIFT)
    host.run("apply", "-p", "time-wait-classic", exit=IN_LINE)
    found = host.run("check", "-p", "time-wait-classic", "--json", exit=IN_LINE).parameter("net.ipv4.tcp_tw_recycle")
    host.equal("tcp_tw_recycle", (found.get("status"), found.get("reason")), ("not_applicable", "removed_in_kernel"))
    host.equal("live", [host.live("net.ipv4.tcp_" + name) for name in
                        ("fin_timeout", "tw_reuse", "keepalive_time", "keepalive_intvl", "keepalive_probes")],
               ["30", "1", "120", "30", "3"])
    host.equal("not persisted", [line for line in host.lines() if "recycle" in line], [])


@case("old-kernel")
def how_to_on_an_old_kernel(host):
    host.shipped()
    host.show("check", "-p", "time-wait-classic", exit=DRIFT)
    host.run("apply", "-p", "time-wait-classic", exit=IN_LINE)
    host.equal("live", (host.live("net.ipv4.tcp_tw_recycle"), host.live("net.ipv4.tcp_tw_reuse")), ("1", "1"))
    host.equal("persisted", "net.ipv4.tcp_tw_recycle = 1" in host.lines(), True)
    host.equal("six lines", len(host.lines()), 6)


@case()
def drift_by_another_hand(host):
    """verify says what has moved since, live and at boot; apply mends it."""
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("verify", exit=IN_LINE)
    host.set_live(FIN, "61")
    host.write(DROP_IN, host.read(DROP_IN).replace(f"{SWAP} = 10", f"{SWAP} = 11"))
    host.show("verify", exit=DRIFT)
    verify = host.run("verify", "--json", exit=DRIFT)
    host.equal("status", [verify.parameter(key).get("status") for key in (FIN, SWAP)], ["drift", "drift"])
    host.equal("transaction", verify.document["transaction"], journals(host)[0]["id"])
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("verify", exit=IN_LINE)
    host.remove(DROP_IN)
    host.says(host.run("verify", exit=DRIFT), "tcp_fin_timeout", stream="out")
    host.write("/etc/sysctl.d/99-zzz.conf", f"{FIN} = 5\n")
    host.says(host.run("verify", exit=DRIFT), r"99-zzz\.conf:1", stream="out")


@case()
def verify_before_any_apply(host):
    host.profile(f"{FIN}: 30")
    host.says(host.run("verify", exit=WORK), "nothing has been applied", "holdfast check")


@case()
def verify_takes_the_profile_of_the_last_apply(host):
    host.profile(f"{FIN}: 30", "a.yaml")
    host.profile(f"{FIN}: 40", "b.yaml")
    host.run("apply", "-p", "a.yaml", exit=IN_LINE)
    host.run("apply", "-p", "b.yaml", exit=IN_LINE)
    host.equal("profile", host.run("verify", "--json", exit=IN_LINE).document["profile"]["name"], "b")
    host.run("verify", "-p", "a.yaml", exit=DRIFT)
    host.says(host.run("verify", "-p", "nowhere.yaml", exit=65), "nowhere.yaml")


@case()
def journal_first(host):
    """"the old values are on disk before the first write"; the folder is the agent's alone."""
    before = host.read("/etc/sysctl.conf")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", "--loader", "procps", exit=IN_LINE)
    entry, = journals(host)
    steps = [(each["kind"], each["from"], each["to"], each["result"]) for each in entry["steps"]]
    host.equal("steps", steps, [("write_live", "60", "30", "changed"), ("edit_line", "60", "30", "changed")])
    host.equal("state", entry["state"], "done")
    host.equal("modes", [host.path(name).stat().st_mode & 0o777 for name in ("/var/lib/holdfast", JOURNAL)], [0o700, 0o700])
    kept = [path.read_text() for path in host.path(JOURNAL).iterdir() if path.name.endswith("sysctl.conf")]
    host.equal("the old file is kept", kept, [before])
    for path in host.path(JOURNAL).iterdir():
        host.equal(f"mode of {path.name[37:]}", path.stat().st_mode & 0o777, 0o600)


@case()
def no_journal_no_change(host):
    """When the journal cannot be written, nothing is changed."""
    host.write("/var/lib/holdfast", "not a folder\n")
    host.profile(f"{FIN}: 30")
    result = host.run("apply", "-p", "web.yaml", exit=WORK)
    host.says(result, "journal", "nothing was changed")
    host.equal("live, drop-in", (host.live(FIN), host.lines()), ("60", None))


@case()
def nothing_is_left_behind(host):
    """No temporary file stays, and what was there keeps its name."""
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    host.run("apply", "-p", "web.yaml", "--loader", "procps", exit=IN_LINE)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    odd = [name for name in host.snapshot() if re.search(r"(^|/)\.|tmp|~$", os.path.basename(name))]
    host.equal("files", odd, [])


def refusal(host):
    """Three values, of which the host does not take one."""
    host.fifo(host.key_path(SWAP))  # a key that can be read, and whose opening for writing fails, root or not
    host.profile(f"{FIN}: 30\n{SWAP}: 10\n{MAX}: {{min: 8192}}")


def results_of(result):
    return {(each["key"], each["kind"]): each["result"] for each in (result.document or {}).get("changes", [])}


@case()
def refused_write(host):
    """A value that cannot be written takes the whole apply back: exit 1, everything is as it was before, and it says why."""
    refusal(host)
    before = host.texts()
    result = host.run("apply", "-p", "web.yaml", "--json", exit=WORK)
    host.equal("results", results_of(result),
               {(FIN, "write_live"): "rolled_back", (SWAP, "write_live"): "refused", (MAX, "write_live"): "rolled_back"})
    host.equal("status", result.parameter(SWAP).get("status"), "error")
    host.says(result, r"^holdfast: vm\.swappiness stays at .* instead of '10'", "everything was put back as it was")
    host.equal("live", (host.live(FIN), host.live(MAX)), ("60", "4096"))
    changed = [name for name in moved(before, host.texts()) if not name.startswith(("var/lib/holdfast/", "run/lock/"))]
    host.equal("the tree", changed, [])
    host.equal("the journal", [(each["state"], each["kept"]) for each in journals(host)], [("undone", [])])
    host.equal("open", host.path(f"{JOURNAL}/open").is_symlink(), False)
    host.says(host.run("apply", "-p", "web.yaml", exit=WORK), r"vm\.swappiness .*refused", stream="out")
    host.run("verify", exit=WORK)  # nothing was applied
    host.run("rollback", exit=WORK)


@case()
def refused_write_and_keep_going(host):
    """--keep-going: it is exit 1, reported as refused and not persisted; the others are set and stay."""
    refusal(host)
    result = host.run("apply", "-p", "web.yaml", "--keep-going", "--json", exit=WORK)
    changes = results_of(result)
    host.equal("result", changes.get((SWAP, "write_live")), "refused")
    host.equal("the others", (changes.get((FIN, "write_live")), changes.get((MAX, "write_live"))), ("changed", "changed"))
    host.equal("status", result.parameter(SWAP).get("status"), "error")
    host.equal("live", (host.live(FIN), host.live(MAX)), ("30", "8192"))
    host.equal("not persisted", host.lines(), [f"{MAX} = 8192", f"{FIN} = 30"])
    host.equal("the journal", [each["state"] for each in journals(host)], ["done"])
    host.says(host.run("apply", "-p", "web.yaml", "--keep-going", exit=WORK), r"vm\.swappiness .*refused", stream="out")


@case()
def locked_host(host):
    host.profile(f"{FIN}: 30")
    with host.locked():
        result = host.run("apply", "-p", "web.yaml", exit=BUSY)
        host.says(result, "another holdfast", "try again")
        host.equal("stdout", result.out, "")
        host.run("check", "-p", "web.yaml", exit=DRIFT)
        host.run("plan", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def lock_is_no_trap(host):
    """/run/lock is open to all: a link or a FIFO of our lock's name is not followed and not waited on."""
    host.profile(f"{FIN}: 30")
    host.write("/etc/precious", "precious\n")
    host.link("/run/lock/holdfast.lock", "../../etc/precious")
    host.run("apply", "-p", "web.yaml", exit=(WORK, BUSY, DENIED))
    host.equal("target", host.read("/etc/precious"), "precious\n")
    host.link("/run/lock/holdfast.lock", "/etc/not-there")
    host.run("apply", "-p", "web.yaml", exit=(WORK, BUSY, DENIED))
    host.equal("nothing is made", host.path("/etc/not-there").exists(), False)
    host.equal("live", host.live(FIN), "60")
    host.fifo("/run/lock/holdfast.lock")
    host.run("apply", "-p", "web.yaml")


@case(needs_root=True)
def not_permitted(host):
    """Somebody else may look, and not change: 77, naming root."""
    host.profile(f"{FIN}: 30")
    result = host.run("apply", "-p", "web.yaml", user=NOBODY, exit=DENIED)
    host.says(result, r"\broot\b|CAP_")
    host.equal("live", host.live(FIN), "60")
    host.run("check", "-p", "web.yaml", user=NOBODY, exit=DRIFT)
    host.run("plan", "-p", "web.yaml", user=NOBODY, exit=DRIFT)
    host.run("apply", "-p", "web.yaml", "--dry-run", user=NOBODY, exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("verify", user=NOBODY, exit=DENIED)  # the journal is root's alone


@case("debian13")
def folders_are_made(host):
    """A host without /etc/sysctl.d, /run/lock and /var: they are made with common modes."""
    host.remove("/etc/sysctl.d")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    modes = [oct(host.path(name).stat().st_mode & 0o7777) for name in ("/etc/sysctl.d", DROP_IN, "/var/lib", "/var/lib/holdfast")]
    host.equal("modes", modes, ["0o755", "0o644", "0o755", "0o700"])
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def umask_of_the_caller(host):
    """A strict umask of root's shell does not make the drop-in unreadable for the rest of the host."""
    old = os.umask(0o077)
    try:
        host.profile(f"{FIN}: 30")
        host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    finally:
        os.umask(old)
    host.equal("mode", oct(host.path(DROP_IN).stat().st_mode & 0o777), "0o644")
