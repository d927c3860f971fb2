"""Transactions as a user sees them: history, rollback, which ID, what stays and why (interface.md; issue 4)."""

import os

from harness import NOBODY, case, rows
from journal import JOURNAL, apply, history, journals, outside, same_tree, states
from program import BUSY, DENIED, DRIFT, IN_LINE, INVALID, PENDING, USAGE, WORK
from trees import DROP_IN, moved

FIN, MAX, SWAP = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "vm.swappiness"
MAIN, AGENT = "/etc/sysctl.conf", "/etc/holdfast/agent.yaml"


# ---- as a story


@case()
def history_and_rollback_in_words(host):
    host.samples()
    host.show("history", exit=IN_LINE)
    host.show("rollback", exit=WORK)
    host.run("apply", "-p", "web", exit=PENDING)
    host.show("history", exit=IN_LINE)
    host.show("history", "0", exit=IN_LINE)
    host.show("rollback", "--dry-run", exit=DRIFT)
    host.show_changes()
    host.show("rollback", exit=IN_LINE)
    host.show_changes()
    host.show("history", exit=IN_LINE)
    host.show("rollback", exit=WORK)
    host.show("verify", exit=WORK)


@case()
def history_and_rollback_as_json(host):
    host.samples()
    host.show("history", "--json", exit=IN_LINE)
    host.run("apply", "-p", "web", exit=PENDING)
    host.show("rollback", "--dry-run", "--json", exit=DRIFT)
    host.show("rollback", "--json", exit=IN_LINE)
    host.show("history", "--json", exit=IN_LINE)
    newest = history(host)["transactions"][0]["id"]
    text = host.run("history", newest, "--json", exit=IN_LINE).out
    host.equal("one entry is what lies on the disk", text, host.read(f"{JOURNAL}/{newest}.json"))


@case()
def quiet_and_verbose(host):
    apply(host, f"{FIN}: 30")
    for words in (("history", "-q"), ("rollback", "--dry-run", "-q"), ("rollback", "-q")):
        result = host.run(*words, exit=(IN_LINE, DRIFT))
        host.equal(f"{words}: output", (result.out, result.err), ("", ""))
    host.equal("live", host.live(FIN), "60")
    apply(host, f"{FIN}: 30")
    host.says(host.run("rollback", "-v", exit=IN_LINE), "tcp_fin_timeout", stream="out")
    host.says(host.run("history", "-v", exit=IN_LINE), "rollback", stream="out")


@case()
def narrow_terminals(host):
    apply(host, f"{FIN}: 30")
    for columns in (1, 10, 40, 80):
        for words in (("history",), ("history", "0"), ("rollback", "--dry-run")):
            host.run(*words, columns=columns)


# ---- every byte and every value


# name: (tree, more words)
HOSTS = {
    "systemd": ("debian12", ()),
    "no-main-file": ("debian13", ()),
    "procps": ("procps-only", ()),
    "procps-of-a-systemd-host": ("debian12", ("--loader", "procps")),
    "shadow-up": ("shadow-up", ()),
    "vlan": ("vlan", ()),
    "old-kernel": ("old-kernel", ()),
    "image": ("image", ()),
}


def gives_all_back(host, words):
    host.profile("".join(f"{key}: {{value: {value}, optional: true}}\n" for key, value in (
        (FIN, 30), (SWAP, 10), (MAX, 8192), ("net.ipv4.conf.*.rp_filter", 2), ("net.ipv4.tcp_rmem", "[4096, 8192, 16384]"))))
    before = outside(host)
    host.run("apply", "-p", "web.yaml", *words, exit=(IN_LINE, DRIFT, PENDING))
    host.equal("something was changed", moved(before, outside(host)) != [], True)
    host.run("rollback", *words, exit=IN_LINE)
    same_tree(host, "after the rollback", before)


for _name, (_tree, _words) in HOSTS.items():
    rows({_name: _words}, tree=_tree)(gives_all_back)


@case(needs_root=True)
def owner_mode_and_attributes(host):
    """Both files, replaced and put back, keep them; so does the drop-in that a rollback makes again."""
    main, drop_in = host.path(MAIN), host.path(DROP_IN)
    os.chown(main, 1, 2)
    main.chmod(0o640)
    attribute = b"\x00\xff binary"
    try:
        os.setxattr(main, "user.test", attribute)
    except OSError:
        attribute = None
    apply(host, f"{FIN}: 30\n{MAX}: 8192", "--loader", "procps")
    os.chown(drop_in, 3, 4)
    drop_in.chmod(0o604)

    def facts(path):
        return path.stat().st_uid, path.stat().st_gid, oct(path.stat().st_mode), (
            os.getxattr(path, "user.test") if attribute is not None and path == main else None)
    wanted = facts(main), facts(drop_in)
    host.equal("after the apply", facts(main), (1, 2, "0o100640", attribute))
    host.run("rollback", exit=IN_LINE)
    host.equal("main, after the rollback", facts(main), wanted[0])
    host.equal("drop-in", drop_in.exists(), False)
    host.run("rollback", history(host)["transactions"][0]["id"], exit=IN_LINE)
    host.equal("after the rollback of the rollback", (facts(main), facts(drop_in)), wanted)


@case()
def main_file_as_target_and_back(host):
    """persist: {target: sysctl.conf}, then the drop-in again, then all of it taken back, one by one."""
    host.write(AGENT, "persist: {target: sysctl.conf}\n")
    trees = [outside(host)]
    apply(host, f"{FIN}: 30\n{MAX}: 8192")
    host.equal("drop-in", host.lines(), None)
    trees.append(outside(host))
    host.remove(AGENT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", host.lines(), [f"{MAX} = 8192"])
    host.run("rollback", exit=IN_LINE)
    host.write(AGENT, "persist: {target: sysctl.conf}\n")
    same_tree(host, "before the switch", trees[1])
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "before everything", trees[0])


@case()
def links_stay_links(host):
    """/etc/sysctl.conf as a link: the file behind it is replaced and put back."""
    host.path(MAIN).rename(host.path("/etc/real.conf"))
    host.link(MAIN, "real.conf")
    before = outside(host)
    apply(host, f"{FIN}: 30", "--loader", "procps")
    host.equal("the file behind it", f"{FIN} = 30" in host.read("/etc/real.conf"), True)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after the rollback", before)


@case("vlan")
def wildcards(host):
    before = outside(host)
    apply(host, "net.ipv4.conf.*.rp_filter: {value: 2, except: [lo]}", exit=(IN_LINE, DRIFT))
    after = outside(host)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "after the rollback", before)
    host.run("rollback", history(host)["transactions"][0]["id"], exit=IN_LINE)
    same_tree(host, "after the rollback of the rollback", after)


@case("vlan")
def interface_that_has_gone(host):
    """A key that went with its interface cannot be wrong: the others go back, and that is all of it."""
    apply(host, "net.ipv4.conf.*.rp_filter: 2", exit=(IN_LINE, DRIFT))
    host.remove("/proc/sys/net/ipv4/conf/eth0.200")
    result = host.run("rollback", "--json", exit=IN_LINE)
    host.equal("kept", result.document["kept"], [])
    host.equal("not made again", host.path("/proc/sys/net/ipv4/conf/eth0.200").exists(), False)


@case()
def values_are_kept_byte_by_byte(host):
    """No UTF-8, control characters, quotes: the journal loses nothing of a value."""
    odd = b"\xff\xfe \x1b[2J \"q\" \\ \xc3\xa9\xc3"
    host.write(host.key_path("kernel.core_pattern"), odd + b"\n")
    apply(host, "kernel.core_pattern: {value: core, accept_hazard: true}")
    host.equal("set", host.live("kernel.core_pattern"), "core")
    host.silent(host.run("history", "0", exit=IN_LINE), "[\x00-\x08\x0b-\x1f\x7f]", stream="out")
    host.run("rollback", exit=IN_LINE)
    host.equal("back", host.path(host.key_path("kernel.core_pattern")).read_bytes(), odd + b"\n")


@case()
def odd_bytes_in_files(host):
    text = b"# caf\xe9 \x00 \xff\r\nnet.ipv4.tcp_fin_timeout = 60\r\nno end"
    host.write(MAIN, text)
    apply(host, f"{FIN}: 30", "--loader", "procps")
    host.equal("changed", host.path(MAIN).read_bytes() != text, True)
    host.run("rollback", exit=IN_LINE)
    host.equal("back", host.path(MAIN).read_bytes(), text)


# ---- which transaction


@case()
def ids(host):
    for value in (30, 20):
        apply(host, f"{FIN}: {value}")
    newer, older = (each["id"] for each in history(host)["transactions"])
    host.says(host.run("rollback", "nothing", exit=USAGE), "there is no transaction 'nothing'", "holdfast history")
    host.says(host.run("history", "\x1b[2J", exit=USAGE), "there is no transaction")
    for command in ("rollback", "history"):
        host.says(host.run(command, "0", exit=USAGE), "2 transactions begin with '0'")
        host.says(host.run(command, "", exit=USAGE), "there is no transaction ''")
        host.run(command, older, newer, exit=USAGE)
    for word in (newer[:-1], newer):
        host.equal(f"history {word}", history(host, word)["id"], newer)
    host.run("history", older + "0", exit=USAGE)
    host.equal("nothing was changed", host.live(FIN), "20")
    result = host.run("rollback", older[:-1], "--json", exit=IN_LINE)
    host.equal("undoes", result.document["undoes"], [newer, older])
    host.equal("live, the direct way", (host.live(FIN), result.document["steps"][0]["from"]), ("60", "20"))


@case()
def one_after_the_other(host):
    """Without an ID: the newest apply that still stands, until there is none. Then nothing is touched."""
    before = outside(host)
    for value in (30, 20, 10):
        apply(host, f"{FIN}: {value}\n{SWAP}: {value}")
    for value in ("20", "30", "60"):
        host.run("rollback", exit=IN_LINE)
        host.equal("live", host.live(FIN), value)
    same_tree(host, "at the end", before)
    now = host.snapshot()
    host.says(host.run("rollback", exit=WORK), "no apply to take back", "history")
    host.untouched(now, "a rollback of nothing", without=("run/lock/holdfast.lock",))
    host.equal("what stands", [stands for kind, stands in states(host) if kind == "apply"], [False] * 3)


@case()
def rollback_of_a_rollback(host):
    """That brings the apply back, and so its verify; bare rollback then takes the apply again."""
    apply(host, f"{FIN}: 30")
    after = outside(host)
    host.run("rollback", exit=IN_LINE)
    host.run("verify", exit=WORK)
    host.run("rollback", history(host)["transactions"][0]["id"], exit=IN_LINE)
    same_tree(host, "the apply is back", after)
    host.equal("what stands", states(host), [("rollback", True), ("rollback", False), ("apply", True)])
    host.run("verify", exit=IN_LINE)
    host.run("rollback", exit=IN_LINE)
    host.equal("live", host.live(FIN), "60")
    host.equal("what stands", [stands for kind, stands in states(host) if kind == "apply"], [False])


@case()
def back_over_what_was_taken_back(host):
    """One that is taken back already does not come to life again when one before it is taken back too."""
    for value in (30, 20):
        apply(host, f"{FIN}: {value}")
    host.run("rollback", exit=IN_LINE)
    first = history(host)["transactions"][-1]["id"]
    host.run("rollback", first, exit=IN_LINE)
    host.equal("live", host.live(FIN), "60")
    host.equal("applies", [stands for kind, stands in states(host) if kind == "apply"], [False, False])
    host.run("rollback", exit=WORK)
    host.run("verify", exit=WORK)
    host.equal("live", host.live(FIN), "60")
    newest = history(host)["transactions"][0]["id"]
    host.run("rollback", newest, exit=IN_LINE)
    host.equal("the first stands again, the second does not",
               [stands for kind, stands in states(host) if kind == "apply"], [False, True])
    host.equal("live", host.live(FIN), "30")


@case()
def rollback_behind_an_undone_one(host):
    """What was undone is no hand of a stranger: the apply before it can be taken back."""
    before = outside(host)
    apply(host, f"{FIN}: 30")
    apply(host, f"{FIN}: 20", "--confirm", "86400")
    host.run("rollback", exit=IN_LINE)
    host.equal("live", host.live(FIN), "30")
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "at the end", before)


@case()
def rollback_behind_a_refused_one(host):
    before = outside(host)
    apply(host, f"{FIN}: 30")
    old = host.read(host.key_path(SWAP))
    host.fifo(host.key_path(SWAP))
    apply(host, f"{FIN}: 20\n{SWAP}: 10", exit=WORK)
    host.remove(host.key_path(SWAP))
    host.write(host.key_path(SWAP), old)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "at the end", before)


@case()
def nothing_to_take_back(host):
    """Somebody has put everything back by hand: nothing is written, and that is put on record, so that the next one goes
    further back."""
    apply(host, f"{SWAP}: {{value: 10, manage: [live]}}")
    drop_in = host.read(DROP_IN)
    host.set_live(SWAP, "60")
    if drop_in is not None:
        host.remove(DROP_IN)
    result = host.run("rollback", "--json", exit=IN_LINE)
    host.equal("state", result.document["state"], "done")
    host.equal("steps", result.document["steps"], [])
    host.equal("transactions", len(journals(host)), 2)
    host.run("rollback", exit=WORK)


# ---- another hand


@case()
def value_that_another_hand_has_set(host):
    apply(host, f"{FIN}: 30\n{SWAP}: 10")
    host.set_live(SWAP, "45")
    result = host.run("rollback", "--dry-run", exit=DRIFT)
    host.says(result, r"vm\.swappiness is not as it was before: another hand")
    host.show("rollback", exit=DRIFT)
    host.show_changes()
    host.equal("kept", journals(host)[-1]["kept"], [{"path": "vm/swappiness", "hold": "moved"}])
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("60", "45"))


@case()
def value_of_another_hand_by_force(host):
    before = outside(host)
    apply(host, f"{FIN}: 30\n{SWAP}: 10")
    host.set_live(SWAP, "45")
    result = host.run("rollback", "--force", "--json", exit=IN_LINE)
    host.equal("kept", result.document["kept"], [])
    same_tree(host, "all of it is back", before)


@case()
def value_of_another_hand_stays_theirs(host):
    """What was kept when a trial was undone is not ours at the next rollback either."""
    apply(host, f"{SWAP}: {{value: 10, manage: [live]}}\n{FIN}: {{value: 30, manage: [live]}}")
    apply(host, f"{SWAP}: {{value: 20, manage: [live]}}", "--confirm", "86400")
    host.set_live(SWAP, "45")
    host.says(host.run("rollback", exit=DRIFT), r"vm\.swappiness is not as it was before: another hand")
    host.says(host.run("rollback", exit=DRIFT), r"vm\.swappiness is not as it was before: another hand")
    host.equal("live", (host.live(SWAP), host.live(FIN)), ("45", "60"))


@case()
def file_that_another_hand_has_changed(host):
    """Nothing at all is done; --force puts the old one back and keeps what is there."""
    before = outside(host)
    apply(host, f"{FIN}: 30\n{SWAP}: 10")
    host.write(DROP_IN, host.read(DROP_IN) + "# mine\n")
    now = host.snapshot()
    host.says(host.run("rollback", exit=WORK), r"99-zz-holdfast\.conf has been changed by another hand", "--force", "nothing was changed")
    host.says(host.run("rollback", "--dry-run", exit=WORK), "another hand")
    host.untouched(now, "a refused rollback", without=("run/lock/holdfast.lock",))
    host.run("rollback", "--force", exit=IN_LINE)
    same_tree(host, "after --force", before)
    copies = [each.read_text() for each in host.path(JOURNAL).glob("*.99-zz-holdfast.conf")]
    host.equal("what was there is kept", [text.endswith("# mine\n") for text in copies], [True])


@case()
def file_that_another_hand_has_removed(host):
    before = outside(host)
    apply(host, f"{FIN}: 30")
    host.remove(DROP_IN)
    host.run("rollback", exit=IN_LINE)
    same_tree(host, "the drop-in was not there before either", before)


@case()
def rollback_that_the_host_refuses(host):
    """A value that cannot be written: the rollback is undone as any change, or goes on with --keep-going and says so."""
    apply(host, f"{FIN}: 30\n{SWAP}: 10")
    after = outside(host)
    host.fifo(host.key_path(SWAP))
    reader = os.open(host.path(host.key_path(SWAP)), os.O_RDONLY | os.O_NONBLOCK)
    os.close(reader)
    result = host.run("rollback", "--force", exit=WORK)
    host.says(result, r"vm\.swappiness", "put back as it was")
    host.equal("live", host.live(FIN), "30")
    host.equal("drop-in", host.read(DROP_IN), after[DROP_IN[1:]])
    host.equal("state", journals(host)[-1]["state"], "undone")
    result = host.run("rollback", "--force", "--keep-going", exit=DRIFT)
    host.says(result, r"vm\.swappiness is not as it was before")
    host.equal("live", host.live(FIN), "60")


# ---- coupled keys


def twins(host, used, other):
    """dirty_ratio counts and dirty_bytes is 0. The kernel's own part is played here: fake files do not move."""
    host.set_live(used, "20")
    host.set_live(other, "0")


TWINS = {
    "dirty": ("vm.dirty_ratio", "vm.dirty_bytes", "268435456"),
    "dirty-background": ("vm.dirty_background_ratio", "vm.dirty_background_bytes", "134217728"),
    "overcommit": ("vm.overcommit_ratio", "vm.overcommit_kbytes", "4000000"),
}


@rows(TWINS)
def twin_that_was_not_zero_is_written(host, row):
    used, other, value = row
    twins(host, used, other)
    apply(host, f"{other}: {value}")
    entry = journals(host)[-1]
    host.equal("the journal has the twin", [(each["path"], each["from"]) for each in entry["coupled"]],
               [(used.replace(".", "/"), "20")])
    host.set_live(used, "0")  # as the kernel does
    result = host.run("rollback", "--dry-run", "--json", exit=DRIFT)
    host.equal("the plan", [(each["path"], each["to"]) for each in result.document["steps"] if each["kind"] == "write_live"],
               [(used.replace(".", "/"), "20")])
    host.set_live(used, "20")  # somebody did it already
    host.set_live(other, "0")
    result = host.run("rollback", "--json", exit=IN_LINE)
    host.equal("nothing live is written", [each for each in result.document["steps"] if each["kind"] == "write_live"], [])


@rows(TWINS)
def twin_back_to_the_size(host, row):
    """The other way round: the size counted, the ratio was set."""
    used, other, value = row
    host.set_live(used, "0")
    host.set_live(other, value)
    apply(host, f"{used}: 30")
    host.set_live(other, "0")
    result = host.run("rollback", "--dry-run", "--json", exit=DRIFT)
    host.equal("the plan", [(each["path"], each["to"]) for each in result.document["steps"] if each["kind"] == "write_live"],
               [(other.replace(".", "/"), value)])


@case()
def what_the_kernel_moves_along(host):
    """ip_forward sets conf/*/forwarding and turns conf/all/accept_redirects round: all of their old values are kept and come back."""
    for name in ("all", "default", "eth0", "lo"):
        host.set_live(f"net.ipv4.conf.{name}.forwarding", "0")
    apply(host, "net.ipv4.ip_forward: 1")
    coupled = {each["path"]: (each["from"], each["asked"]) for each in journals(host)[-1]["coupled"]}
    host.equal("coupled", coupled.get("net/ipv4/conf/eth0/forwarding"), ("0", "1"))
    host.equal("coupled", coupled.get("net/ipv4/conf/all/accept_redirects"), ("1", "0"))
    for name in ("all", "default", "eth0", "lo"):  # as the kernel does
        host.set_live(f"net.ipv4.conf.{name}.forwarding", "1")
    host.set_live("net.ipv4.conf.all.accept_redirects", "0")
    host.set_live("net.ipv4.conf.lo.forwarding", "0")  # and somebody has set that one since
    host.run("rollback", exit=IN_LINE)
    for name in ("default", "eth0", "lo"):
        host.equal(f"{name}: forwarding", host.live(f"net.ipv4.conf.{name}.forwarding"), "0")
    host.equal("accept_redirects", host.live("net.ipv4.conf.all.accept_redirects"), "1")
    host.equal("ip_forward", host.live("net.ipv4.ip_forward"), "0")


# ---- what cannot be taken back


LOCK_IT = "kernel.modules_disabled: {value: 1, accept_hazard: true}"


@case()
def one_way_key(host):
    """Named before apply, written last, named and left at rollback; verify and history still know it."""
    host.set_live("kernel.modules_disabled", "0")
    host.show("apply", "-p", host.profile(f"{LOCK_IT}\n{FIN}: 30\nvm.swappiness: 10"), exit=IN_LINE)
    live = [each["path"] for each in journals(host)[-1]["steps"] if each["kind"] == "write_live"]
    host.equal("last of the live writes", live[-1], "kernel/modules_disabled")
    host.show("rollback", "--dry-run", exit=DRIFT)
    host.show("rollback", exit=DRIFT)
    host.equal("live", (host.live("kernel.modules_disabled"), host.live(FIN)), ("1", "60"))
    host.equal("kept", journals(host)[-1]["kept"], [{"path": "kernel/modules_disabled", "hold": "one_way"}])
    host.equal("files", host.lines(), None)


@case()
def one_way_key_is_quiet(host):
    host.set_live("kernel.modules_disabled", "0")
    result = apply(host, LOCK_IT, "-q")
    host.equal("a warning", result.err, "")


@case()
def one_way_key_when_another_fails(host):
    """As it is the last, it is never written when one before it fails."""
    host.set_live("kernel.modules_disabled", "0")
    host.fifo(host.key_path(SWAP))
    apply(host, f"{LOCK_IT}\n{SWAP}: 10", exit=WORK)
    host.equal("live", host.live("kernel.modules_disabled"), "0")


@case()
def one_way_key_with_confirm(host):
    host.set_live("kernel.modules_disabled", "0")
    before = outside(host)
    result = apply(host, LOCK_IT, "--confirm", "5", exit=WORK)
    host.says(result, r"kernel\.modules_disabled could not be taken back", "without --confirm", "nothing was changed")
    same_tree(host, "after the refusal", before)
    host.equal("journal", journals(host), [])


OLD_SECRET, NEW_SECRET = "11111111-22222222-33333333-44444444", "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"
SECRET = "net.ipv4.tcp_fastopen_key"


@case()
def secret(host):
    """Never in an entry and never printed; the old value is kept nowhere, so rollback names it and leaves it."""
    host.set_live(SECRET, OLD_SECRET)
    host.profile(f"{SECRET}: {{value: {NEW_SECRET}, accept_hazard: true}}\n{FIN}: 30")
    shown = [host.run("apply", "-p", "web.yaml", exit=IN_LINE)]
    host.equal("set", host.live(SECRET), NEW_SECRET)
    shown += [host.run(*words) for words in (("history",), ("history", "0"), ("history", "--json"), ("history", "0", "--json"),
                                             ("rollback", "--dry-run"), ("rollback", "--dry-run", "--json"))]
    shown.append(host.run("rollback", exit=DRIFT))
    host.says(shown[-1], r"tcp_fastopen_key is not as it was before: it is a secret")
    host.equal("live", (host.live(SECRET), host.live(FIN)), (NEW_SECRET, "60"))
    host.equal("drop-in", host.lines(), None)
    words = [each for value in (OLD_SECRET, NEW_SECRET) for each in (value, *value.split("-"))]
    for result in shown:
        host.silent(result, *words)
        host.silent(result, *words, stream="err")
    for path in host.path(JOURNAL).glob("*.json"):
        host.equal(f"{path.name}: secrets", [word for word in words if word in path.read_text()], [])
    modes = {oct(each.stat().st_mode & 0o777) for each in host.path(JOURNAL).iterdir() if not each.is_symlink()}
    host.equal("modes in the journal", modes, {"0o600"})


@case()
def secret_with_confirm(host):
    host.set_live(SECRET, OLD_SECRET)
    result = apply(host, f"{SECRET}: {{value: {NEW_SECRET}, accept_hazard: true}}", "--confirm", "5", exit=WORK)
    host.says(result, r"tcp_fastopen_key could not be taken back \(a secret\)", "nothing was changed")
    host.equal("live", host.live(SECRET), OLD_SECRET)


# ---- rights


@case(needs_root=True)
def not_root(host):
    """Somebody else can change nothing and see no journal: 77."""
    apply(host, f"{FIN}: 30")
    before = host.snapshot()
    for words in (("rollback",), ("rollback", "--dry-run"), ("history",), ("confirm",), ("recover",)):
        host.says(host.run(*words, user=NOBODY, exit=DENIED), "permi|root")
    host.untouched(before, "somebody else's commands")


@case(needs_root=True)
def journal_of_another(host):
    """What the journal says is carried out: one that others can write is refused, and so is another's."""
    apply(host, f"{FIN}: 30")
    for name in ("/var/lib/holdfast", JOURNAL):
        for spoil, mend in ((lambda path: path.chmod(0o770), lambda path: path.chmod(0o700)),
                            (lambda path: path.chmod(0o702), lambda path: path.chmod(0o700)),
                            (lambda path: os.chown(path, NOBODY, NOBODY), lambda path: os.chown(path, 0, 0))):
            spoil(host.path(name))
            for words in (("rollback",), ("recover",), ("confirm",), ("apply", "-p", "web.yaml")):
                host.says(host.run(*words, exit=WORK), "could be written by others")
            mend(host.path(name))
    host.equal("live", host.live(FIN), "30")
    host.run("rollback", exit=IN_LINE)


@case(needs_root=True)
def nobody_else_holds_the_lock(host):
    """A folder that others may open, as a fresh file system is, is closed before it is locked: whoever has it open then is the last."""
    apply(host, f"{FIN}: 30")
    folder = host.path("/var/lib/holdfast")
    for mode in (0o755, 0o750, 0o711):
        folder.chmod(mode)
        host.run("apply", "-p", "web.yaml", exit=IN_LINE)
        host.equal(f"from {mode:o}", folder.stat().st_mode & 0o7777, 0o700)


@case()
def locked(host):
    apply(host, f"{FIN}: 30")
    with host.locked():
        for words in (("rollback",), ("confirm",), ("recover",)):
            host.says(host.run(*words, exit=BUSY), "another holdfast")
        host.run("rollback", "--dry-run", exit=DRIFT)
        host.run("history", exit=IN_LINE)
    host.equal("live", host.live(FIN), "30")


# ---- options

# name: (words, what is said)
BAD_WORDS = {
    "probe-alone": (("apply", "-p", "web.yaml", "--probe", "true"), "--confirm"),
    "zero": (("apply", "-p", "web.yaml", "--confirm", "0"), "from 1 to 86400, not '0'"),
    "too-long": (("apply", "-p", "web.yaml", "--confirm", "86401"), "from 1 to 86400"),
    "word": (("apply", "-p", "web.yaml", "--confirm", "abc"), "from 1 to 86400, not 'abc'"),
    "negative": (("apply", "-p", "web.yaml", "--confirm=-1"), "from 1 to 86400"),
    "empty": (("apply", "-p", "web.yaml", "--confirm", ""), "from 1 to 86400"),
    "huge": (("apply", "-p", "web.yaml", "--confirm", "9" * 40), "from 1 to 86400"),
    "fraction": (("apply", "-p", "web.yaml", "--confirm", "1.5"), "from 1 to 86400"),
    "no-number": (("apply", "-p", "web.yaml", "--confirm"), "confirm"),
    "confirm-and-dry-run": (("apply", "-p", "web.yaml", "--confirm", "5", "--dry-run"), "--dry-run"),
    "empty-probe": (("apply", "-p", "web.yaml", "--confirm", "5", "--probe", ""), "probe"),
    "force-of-apply": (("apply", "-p", "web.yaml", "--force"), "--force"),
    "confirm-with-id": (("confirm", "0"), "confirm"),
    "recover-with-id": (("recover", "0"), "recover"),
    "dry-recover": (("recover", "--dry-run"), "--dry-run"),
    "forced-history": (("history", "--force"), "--force"),
    "confirm-of-rollback": (("rollback", "--confirm", "5"), "--confirm"),
    "check-and-go": (("check", "--keep-going"), "--keep-going"),
    "two-ids": (("history", "a", "b"), "b|one"),
}


@rows(BAD_WORDS)
def wrong_words(host, row):
    words, said = row
    host.profile(f"{FIN}: 30")
    before = host.snapshot()
    host.says(host.run(*words, exit=USAGE), said)
    host.untouched(before, "a wrong word")


@case()
def bad_profile_before_anything(host):
    """A profile that is not valid: 65, and no transaction."""
    apply(host, "nonsense.key: 1", "--confirm", "5", exit=INVALID)
    host.equal("journal", host.path(JOURNAL).exists(), False)


@case()
def profile_whose_name_is_no_text(host):
    """Not UTF-8: the transaction still knows which profile it was, and verify finds it again."""
    name = os.fsdecode(b"\xff.yaml")
    host.profile(f"{FIN}: 30", name="good.yaml")
    host.path("good.yaml").rename(host.path(name))
    result = host.run("apply", "-p", name, exit=(IN_LINE, INVALID))
    if result.status == IN_LINE:
        host.equal("profiles in the journal", len(journals(host)[-1]["profiles"]), 1)
        host.run("verify", exit=IN_LINE)
