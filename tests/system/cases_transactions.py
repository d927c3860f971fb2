"""One apply is one transaction: refused in the middle, taken back, killed, found again, one at a time."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import private
from cases_classic import CLASSIC, WANTED
from scenario import BUSY, DENIED, DRIFT, DROP_IN, LOCK, MAIN_FILE, OK, WORK, CannotHere, Said, case, contents

JOURNAL = "/var/lib/holdfast/journal"
FOREIGN = "# mine\nnet.ipv4.tcp_fin_timeout = 60 # how long\nnet.ipv4.tcp_max_syn_backlog = 777\n"
SUPPRESSED = re.compile(r"/(flush|stat_refresh|stable_secret|base_reachable_time|retrans_time|tcp_fastopen_key)$")


# ---- what a transaction may touch -----------------------------------------------------------------------------------

def live():
    """Every value of the private network."""
    found = {}
    for part in private.OWN_NET:
        for where, _, names in os.walk(f"/proc/sys/net/{part}"):
            for name in names:
                path = os.path.join(where, name)
                if SUPPRESSED.search(path):         # reading does something, or logs a warning
                    continue
                try:
                    found[path] = pathlib.Path(path).read_bytes()
                except OSError:
                    pass
    return found


def world():
    """Every value of the private network and every byte, mode and owner in /etc."""
    return live() | contents("/etc")


def same_world(t, what, wanted, but=()):
    found = world()
    differing = [f"{path}: wanted {wanted.get(path)!r}, found {found.get(path)!r}"
                 for path in sorted(found.keys() | wanted.keys())
                 if found.get(path) != wanted.get(path) and not any(text in path for text in but)]
    t.holds(not differing, f"{what}: not as it was:\n  " + "\n  ".join(differing[:10]))


def entries():
    """The journal, newest first."""
    return [json.loads(path.read_text()) for path in sorted(pathlib.Path(JOURNAL).glob("*.json"), reverse=True)]


def states(t, what, *wanted):
    """Kinds and states of the journal, newest first."""
    return t.same(f"{what}: the journal", [f"{each['kind']} {each['state']}" for each in entries()], list(wanted))


def nothing_open(t, what):
    left = [name for name in os.listdir(JOURNAL) if name == "open" or name.endswith(".next") or name.startswith(".")]
    t.same(f"{what}: left in the journal's folder", left, [])
    t.same(f"{what}: temporary files", [str(each) for each in pathlib.Path("/etc").rglob(".holdfast-*")], [])


def kept(entry):
    return {each["path"]: each["hold"] for each in entry["kept"]}


def died(t, path, call, *words, when=1, after=True):
    """Runs holdfast, which dies at the how-manieth such call on the path: right after it, or before it."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    # Of a signal that is to leave a core, unlike of SIGKILL, the kernel lets go once the call is done.
    how = "SEGV" if after else "KILL"
    done = t.host.run(["strace", "-qq", "-o", "/tmp/death", "-P", path, "-e", f"inject={call}:signal={how}:when={when}",
                       "/holdfast", *words])
    said = Said(done.returncode, done.stdout, done.stderr)
    t.holds(said.code in (-11, -9, 137, 139), f"was not killed at {call} of {path}: {said}\n{t.text('/tmp/death')}")
    return said


def key_path(key):
    return "/proc/sys/" + key.replace(".", "/")


# ---- refused in the middle ------------------------------------------------------------------------------------------

MIDDLE = """
net.ipv4.tcp_fin_timeout: 30
net.ipv4.tcp_congestion_control: nosuch
net.ipv4.tcp_tw_reuse: 1
net.core.somaxconn: 5000
net.ipv4.conf.all.rp_filter: 1
"""


def as_far_as(t, what, entry, key):
    """What was written before the key has gone back, and nothing was tried after it; how many of each."""
    steps = [each for each in entry["steps"] if each["kind"] == "write_live"]
    at = [each["path"] for each in steps].index(key.replace(".", "/"))
    t.same(f"{what}: results", [each["result"] for each in steps],
           at * ["rolled_back"] + ["refused"] + (len(steps) - at - 1) * ["not_tried"])
    return at, len(steps) - at - 1


@case
def a_refused_value_in_the_middle_undoes_all(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    profile = t.profile(MIDDLE)
    said = t.apply(profile)
    t.exits("apply", said, WORK)
    t.says("apply", said, "net.ipv4.tcp_congestion_control", "nosuch", "everything was put back as it was")
    same_world(t, "apply", before)
    states(t, "apply", "apply undone")
    entry = entries()[0]
    as_far_as(t, "apply", entry, "net.ipv4.tcp_congestion_control")
    t.holds("net.ipv4.tcp_congestion_control" in (entry["why"] or ""), f"why: {entry['why']}")
    t.same("kept", entry["kept"], [])
    nothing_open(t, "apply")
    t.says("history", t.holdfast("history"), "undone")
    t.exits("rollback", t.holdfast("rollback"), WORK)
    same_world(t, "rollback", before)


@case
def the_rest_is_kept_when_that_is_asked_for(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    said = t.apply(t.profile(MIDDLE), "--keep-going")
    t.exits("apply --keep-going", said, WORK)
    t.says("apply --keep-going", said, "net.ipv4.tcp_congestion_control")
    t.values("apply --keep-going", {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_tw_reuse": "1",
                                    "net.core.somaxconn": "5000", "net.ipv4.conf.all.rp_filter": "1"})
    t.same("persisted", t.assigned(), {"net.ipv4.tcp_tw_reuse": "1", "net.core.somaxconn": "5000",
                                      "net.ipv4.conf.all.rp_filter": "1"})
    t.same("the main file", t.text(MAIN_FILE), FOREIGN.replace("= 60 #", "= 30 #"))
    states(t, "apply --keep-going", "apply done")
    nothing_open(t, "apply --keep-going")
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


@case
def an_altered_value_undoes_all(t):
    key = "net.ipv6.conf.default.mldv2_unsolicited_report_interval"
    t.echo("1001", key)
    if t.value(key) == "1001":
        raise CannotHere("this kernel has 1000 ticks a second and alters no milliseconds")
    t.echo("1000", key)
    before = world()
    said = t.apply(t.profile(f"{key}: 1001\nnet.ipv4.tcp_fin_timeout: 30"))
    t.exits("apply", said, WORK)
    t.says("apply", said, key, "everything was put back as it was")
    same_world(t, "apply", before)
    states(t, "apply", "apply undone")
    nothing_open(t, "apply")


@case
def a_vector_of_which_the_kernel_took_part_goes_back_after_a_death(t):
    """Killed between the write that was half taken and the look that would have told."""
    before = world()
    profile = t.profile('net.ipv4.tcp_fin_timeout: 30\nnet.ipv4.tcp_rmem: "5000 6000 0x00000000000000000000005000"')
    died(t, key_path("net.ipv4.tcp_rmem"), "write", "apply", "-p", profile)
    t.holds((t.value("net.ipv4.tcp_rmem") or "").startswith("5000 6000 "), "the kernel did not take a part of it")
    t.exits("recover", t.holdfast("recover"), OK)
    same_world(t, "recover", before)
    states(t, "recover", "apply undone")
    t.exits("apply", t.apply(profile), WORK)
    same_world(t, "apply", before)


@case
def an_apply_that_was_undone_is_passed_over_by_rollback(t):
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    t.exits("apply of the middle", t.apply(t.profile(MIDDLE)), WORK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


def failing(t, key, error, *words):
    """Runs holdfast; the kernel answers its first write of the key with the error."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    done = t.host.run(["strace", "-qq", "-o", "/dev/null", "-P", key_path(key), "-e",
                       f"inject=write:error={error}:when=1", "/holdfast", *words])
    return Said(done.returncode, done.stdout, done.stderr)


@case
def a_key_that_may_not_be_written_undoes_all(t):
    """As under AppArmor, or a BPF program on the cgroup."""
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    for error, codes in (("EACCES", (DENIED,)), ("EPERM", (DENIED,)), ("EIO", (WORK,)), ("ENOMEM", (WORK,))):
        said = failing(t, "net.ipv4.tcp_keepalive_intvl", error, "apply", "-p", CLASSIC)
        t.exits(f"{error}: apply", said, *codes)
        t.says(f"{error}: apply", said, "net.ipv4.tcp_keepalive_intvl", "everything was put back as it was")
        same_world(t, f"{error}: apply", before)
        t.same(f"{error}: state", entries()[0]["state"], "undone")
        t.holds(all(as_far_as(t, f"{error}: apply", entries()[0], "net.ipv4.tcp_keepalive_intvl")),
                f"{error}: it was not in the middle")
        nothing_open(t, f"{error}: apply")


# ---- rollback -------------------------------------------------------------------------------------------------------

PAIR = "link add eth0.100 type veth peer name veth1\nlink add wan0 type veth peer name wan1\n"


def there_and_back(t, profile, *words):
    """Apply, rollback: all of it is back, and the journal says both."""
    before = world()
    t.exits("apply", t.apply(profile, *words), OK)
    t.holds(world() != before, "apply changed nothing")
    said = t.holdfast("rollback")
    t.exits("rollback", said, OK)
    same_world(t, "rollback", before)
    states(t, "rollback", "rollback done", "apply done")
    t.same("undoes", entries()[0]["undoes"], [entries()[1]["id"]])
    nothing_open(t, "rollback")
    t.exits("rollback again", t.holdfast("rollback"), WORK)
    same_world(t, "rollback again", before)


@case
def rollback_gives_back_the_main_file_and_the_drop_in(t):
    t.host.write(MAIN_FILE, FOREIGN)
    t.host.write(DROP_IN, "# by hand\nnet.ipv4.tcp_tw_reuse = 0\n", mode=0o640)
    there_and_back(t, CLASSIC)


@case
def rollback_by_systemd_gives_back_all(t):
    t.use_loader("systemd")
    t.host.write("/etc/sysctl.d/50-other.conf", "net.ipv4.tcp_fin_timeout = 61\n")
    there_and_back(t, CLASSIC)


@case
def rollback_of_a_second_apply_leaves_the_first(t):
    t.exits("apply", t.apply(CLASSIC), OK)
    first = world()
    t.exits("second apply", t.apply(t.profile("net.ipv4.tcp_fin_timeout: 20\nnet.ipv4.tcp_sack: 0")), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", first)
    t.exits("verify", t.holdfast("verify"), OK)


def by_hand(t, on):
    """Forwarding with exceptions that somebody has set on single interfaces."""
    t.host.links(PAIR)
    t.echo(on, "net.ipv4.ip_forward")
    t.echo("1" if on == "0" else "0", "net.ipv4.conf.eth0/100.forwarding")
    t.echo("1" if on == "0" else "0", "net.ipv4.conf.default.forwarding")
    t.echo(on, "net.ipv4.conf.all.accept_redirects")
    t.echo("0", "net.ipv4.conf.wan0.accept_redirects")


@case
def rollback_turns_forwarding_off_and_gives_back_what_was_set_by_hand(t):
    by_hand(t, "0")
    there_and_back(t, t.profile("net.ipv4.ip_forward: 1"))


@case
def rollback_turns_forwarding_on_and_gives_back_what_was_set_by_hand(t):
    by_hand(t, "1")
    there_and_back(t, t.profile("net.ipv4.conf.all.forwarding: 0\nnet.ipv4.conf.*.accept_redirects: 1"))


@case
def rollback_of_forwarding_with_everything_named(t):
    by_hand(t, "0")
    there_and_back(t, t.profile("net.ipv4.ip_forward: 1\nnet.ipv4.conf.*.forwarding: 1\n"
                                "net.ipv4.conf.*.accept_redirects: 0\nnet.ipv6.conf.*.forwarding: 1"))


@case
def rollback_of_the_default_gives_back_its_followers(t):
    """An interface without an address that was never set follows `default`, there and back, and later on too."""
    t.host.links(PAIR + "addr add 10.1.0.1/24 dev wan0\n")
    t.echo("2", "net.ipv4.conf.veth1.rp_filter")
    there_and_back(t, t.profile("net.ipv4.conf.default.rp_filter: 1\nnet.ipv4.conf.default.arp_ignore: 1"))
    t.echo("1", "net.ipv4.conf.default.rp_filter")
    t.same("a follower afterwards", t.value("net.ipv4.conf.eth0/100.rp_filter"), "1")


@case
def rollback_where_an_interface_went_and_another_came(t):
    t.host.links(PAIR)
    before = world()
    t.exits("apply", t.apply(t.profile("net.ipv4.conf.*.log_martians: 1\nnet.ipv4.ip_forward: 1")), OK)
    t.host.links("link del wan0\nlink add tun7 type veth peer name tun8\n")
    said = t.holdfast("rollback")
    t.exits("rollback", said, OK)
    same_world(t, "rollback", before, but=("/wan0/", "/wan1/", "/tun7/", "/tun8/"))
    # It was given the default's mark "was set" with its value, so it follows no more.
    t.same("what has come stays", t.value("net.ipv4.conf.tun7.log_martians"), "1")
    t.same("kept", kept(entries()[0]), {})


@case
def rollback_where_an_interface_came_back_with_values_of_its_own(t):
    t.host.links(PAIR)
    before = world()
    t.exits("apply", t.apply(t.profile("net.ipv4.conf.wan0.tag: 7\nnet.ipv4.tcp_fin_timeout: 30")), OK)
    t.host.links("link del wan0\nlink add wan0 type veth peer name wan1\n")
    t.echo("9", "net.ipv4.conf.wan0.tag")
    said = t.holdfast("rollback")
    t.exits("rollback", said, DRIFT)
    t.says("rollback", said, "net.ipv4.conf.wan0.tag")
    same_world(t, "rollback", before, but=("/conf/wan0/tag",))
    t.same("the new one's", t.value("net.ipv4.conf.wan0.tag"), "9")


@case
def rollback_of_ipv6_forwarding(t):
    t.host.links(PAIR)
    t.echo("1", "net.ipv6.conf.wan0.forwarding")
    there_and_back(t, t.profile("net.ipv6.conf.all.forwarding: 1\nnet.ipv6.conf.wan1.forwarding: 0"))


@case
def rollback_of_disable_ipv6(t):
    t.host.links(PAIR)
    t.echo("1", "net.ipv6.conf.wan0.disable_ipv6")
    there_and_back(t, t.profile("net.ipv6.conf.all.disable_ipv6: 1"))


@case
def rollback_of_values_that_lean_on_each_other(t):
    """Each way round the kernel wants another order."""
    there_and_back(t, t.profile("net.ipv4.ipfrag_low_thresh: 8388608\nnet.ipv4.ipfrag_high_thresh: 16777216\n"
                                "net.ipv4.ip_local_port_range: [40000, 50000]\n"
                                "net.ipv4.ip_unprivileged_port_start: 35000\n"
                                "net.ipv4.tcp_reordering: 400\nnet.ipv4.tcp_max_reordering: 500"))


@case
def rollback_of_the_two_names_of_one_time(t):
    """base_reachable_time_ms is finer than the seconds that show the same storage."""
    t.host.links(PAIR)
    t.echo("31416", "net.ipv4.neigh.wan0.base_reachable_time_ms")
    there_and_back(t, t.profile("net.ipv4.neigh.wan0.base_reachable_time_ms: 20000"))


def three_applies(t):
    """Returns the worlds before each and after all."""
    texts = ("net.ipv4.tcp_fin_timeout: 30", "net.ipv4.tcp_fin_timeout: 40\nnet.ipv4.tcp_tw_reuse: 1",
             "net.ipv4.tcp_keepalive_time: 100\nnet.ipv4.tcp_tw_reuse: 0")
    worlds = []
    for number, text in enumerate(texts):
        worlds.append(world())
        t.exits(f"apply {number}", t.apply(t.profile(text, f"p{number}")), OK)
    return [*worlds, world()]


@case
def rollback_goes_straight_to_before_the_transaction_named(t):
    worlds = three_applies(t)
    third, second, first = (each["id"] for each in entries())
    shown = t.holdfast("rollback", first, "--dry-run")
    t.exits("rollback --dry-run", shown, DRIFT)
    t.says("rollback --dry-run", shown, "net.ipv4.tcp_fin_timeout", "Nothing was changed")
    _, planned = t.report("rollback", first, "--dry-run")
    t.same("planned", (planned.get("state"), planned.get("kind")), ("planned", "rollback"))
    same_world(t, "rollback --dry-run", worlds[3])
    t.exits("rollback of the second", t.holdfast("rollback", second), OK)
    same_world(t, "rollback of the second", worlds[1])
    t.same("undoes", entries()[0]["undoes"], [third, second])
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", worlds[0])
    _, report = t.report("history")
    t.same("what stands", [each["stands"] for each in report.get("transactions", [])], [True] + 4 * [False])
    said = t.holdfast("rollback")
    t.exits("nothing left", said, WORK)
    t.says("nothing left", said, "history")
    written = [each["path"] for each in entries()[1]["steps"] if each["kind"] == "write_live"]
    t.same("written twice", [path for path in written if written.count(path) > 1], [])


@case
def rollback_of_a_rollback_brings_it_all_again(t):
    worlds = three_applies(t)
    t.exits("rollback of all", t.holdfast("rollback", entries()[-1]["id"]), OK)
    same_world(t, "rollback of all", worlds[0])
    t.exits("rollback of that", t.holdfast("rollback", entries()[0]["id"]), OK)
    same_world(t, "rollback of that", worlds[3])
    _, report = t.report("history")
    t.same("what stands", [each["stands"] for each in report.get("transactions", [])], [True, False, True, True, True])
    t.exits("verify", t.holdfast("verify"), OK)
    t.exits("rollback of the third", t.holdfast("rollback"), OK)
    same_world(t, "rollback of the third", worlds[2])


@case
def rollback_refuses_an_id_that_is_none(t):
    three_applies(t)
    before = world()
    for word in ("nosuch", "0", "../open", entries()[0]["id"] + "0"):
        said = t.holdfast("rollback", word)
        t.exits(f"rollback {word}", said, 64)
        t.says(f"rollback {word}", said, word)
        same_world(t, f"rollback {word}", before)


@case
def values_that_another_hand_has_moved_stay(t):
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    said = t.holdfast("rollback")
    t.exits("rollback", said, DRIFT)
    t.holds("net.ipv4.tcp_fin_timeout" in said.err, f"stderr does not name it: {said}")
    t.same("moved", t.value("net.ipv4.tcp_fin_timeout"), "45")
    same_world(t, "rollback", before, but=("/tcp_fin_timeout",))
    t.same("kept", kept(entries()[0]), {"net/ipv4/tcp_fin_timeout": "moved"})


@case
def values_that_another_hand_has_moved_go_back_by_force(t):
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    t.exits("rollback --force", t.holdfast("rollback", "--force"), OK)
    same_world(t, "rollback --force", before)
    t.exits("rollback of that", t.holdfast("rollback", entries()[0]["id"]), OK)
    t.values("then again as the other hand left it", WANTED | {"net.ipv4.tcp_fin_timeout": "45"})


@case
def a_file_that_an_editor_has_changed_is_not_taken_back(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    edited = t.text(MAIN_FILE) + "net.ipv4.tcp_sack = 1\n"
    t.host.write(MAIN_FILE, edited)
    moved = world()
    said = t.holdfast("rollback")
    t.exits("rollback", said, WORK)
    t.says("rollback", said, MAIN_FILE, "--force")
    same_world(t, "rollback", moved)
    states(t, "rollback", "apply done")
    t.exits("rollback --force", t.holdfast("rollback", "--force"), OK)
    same_world(t, "rollback --force", before)
    copies = [each["copy"] for each in entries()[0]["files"] if each["file"] == MAIN_FILE]
    t.same("the copy of what was there", [t.text(f"{JOURNAL}/{name}") for name in copies], [edited])
    t.exits("rollback of that", t.holdfast("rollback", entries()[0]["id"]), OK)
    same_world(t, "rollback of that", moved)


@case
def a_rollback_that_the_kernel_refuses_changes_nothing(t):
    """As when the old algorithm's module has gone: the write fails, and what was set stays set."""
    t.exits("apply", t.apply(CLASSIC), OK)
    before = world()
    said = failing(t, "net.ipv4.tcp_tw_reuse", "EINVAL", "rollback")
    t.exits("rollback", said, WORK)
    t.says("rollback", said, "net.ipv4.tcp_tw_reuse")
    same_world(t, "rollback", before)
    states(t, "rollback", "rollback undone", "apply done")
    nothing_open(t, "rollback")
    t.exits("rollback later", t.holdfast("rollback"), OK)


@case
def a_secret_is_in_no_entry(t):
    """The key of TCP fast open is let alone, and named."""
    old, new = "11111111-22222222-33333333-44444444", "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"
    t.echo(old, "net.ipv4.tcp_fastopen_key")
    profile = t.profile(f"net.ipv4.tcp_fastopen_key: {{value: {new}, accept_hazard: true}}\n"
                        "net.ipv4.tcp_fin_timeout: 30")
    os.chmod(profile, 0o600)
    t.exits("apply", t.apply(profile), OK)
    t.same("the secret", t.value("net.ipv4.tcp_fastopen_key"), new)
    said = t.holdfast("rollback")
    t.exits("rollback", said, DRIFT)
    t.says("rollback", said, "net.ipv4.tcp_fastopen_key")
    t.same("the other", t.value("net.ipv4.tcp_fin_timeout"), "60")
    for entry in pathlib.Path(JOURNAL).glob("*.json"):
        text = entry.read_text()
        t.holds(old[:8] not in text and new[:8] not in text, f"{entry} tells the secret")
    t.holds(old[:8] not in said.out + said.err and new[:8] not in said.out + said.err, f"tells the secret: {said}")
    loose = [str(each) for each in pathlib.Path(JOURNAL).iterdir() if each.stat().st_mode & 0o077]
    t.same("readable by others", loose, [])


# ---- a death in the middle ------------------------------------------------------------------------------------------

RENAME = "renameat,renameat2"       # which of them depends on the file system

DEATHS = (          # what, a path, a call on it, which one of them
    ("the journal is begun", JOURNAL, "symlinkat", 1),
    ("a value", "/proc/sys/net/ipv4/tcp_tw_reuse", "write", 1),
    ("all values but one", "/proc/sys/net/ipv4/tcp_fin_timeout", "write", 1),
    ("one of two files", "/etc/sysctl.d", RENAME, 1),
    ("the other file", "/etc", RENAME, 1),
)


@case
def recover_undoes_what_a_death_left(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    for number, (what, path, call, when) in enumerate(DEATHS):
        died(t, path, call, "apply", "-p", CLASSIC, when=when)
        for command in ("check", "plan"):
            said = t.holdfast(command, "-p", CLASSIC)
            if number:
                t.holds("unfinished" in said.err and "holdfast recover" in said.err, f"{what}: {command}: {said}")
        quiet = t.check(CLASSIC, "-q")
        t.same(f"{what}: check -q", quiet.out + quiet.err, "")
        t.exits(f"{what}: recover", t.holdfast("recover"), OK)
        same_world(t, f"{what}: recover", before)
        nothing_open(t, f"{what}: recover")
        states(t, what, *["apply undone"] * number)
        again = t.holdfast("recover")
        t.exits(f"{what}: recover again", again, OK)
        t.same(f"{what}: recover again says", again.out + again.err, "")


@case
def apply_undoes_what_a_death_left_and_goes_on(t):
    t.host.write(MAIN_FILE, FOREIGN)
    other = t.profile("net.ipv4.tcp_max_syn_backlog: 500")
    t.exits("apply of another", t.apply(other), OK)
    wanted, backlog = world(), t.value("net.ipv4.tcp_max_syn_backlog")
    t.exits("rollback", t.holdfast("rollback"), OK)
    for number, (what, path, call, when) in enumerate(DEATHS):
        died(t, path, call, "apply", "-p", CLASSIC, when=when)
        said = t.apply(other)
        t.exits(f"{what}: apply", said, OK)
        if number:
            t.holds("was undone" in said.err, f"{what}: apply does not say that it has undone something: {said}")
        same_world(t, f"{what}: apply", wanted)
        t.same(f"{what}: the other's", t.value("net.ipv4.tcp_max_syn_backlog"), backlog)
        nothing_open(t, f"{what}: apply")
        t.exits(f"{what}: rollback", t.holdfast("rollback"), OK)


@case
def rollback_after_a_death_undoes_that_alone(t):
    t.exits("apply", t.apply(CLASSIC), OK)
    first = world()
    second = t.profile("net.ipv4.tcp_fin_timeout: 20\nnet.ipv4.tcp_sack: 0")
    died(t, key_path("net.ipv4.tcp_sack"), "write", "apply", "-p", second)
    _, planned = t.report("rollback", "--dry-run")
    t.same("rollback --dry-run", planned.get("state"), "planned")
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", first)
    states(t, "rollback", "apply undone", "apply done")


@case
def a_rollback_that_died_is_undone_and_can_be_had_again(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    applied = world()
    for what, path, call, when in DEATHS[1:]:
        name = f"unlinkat,{call}" if path == "/etc/sysctl.d" else call      # the drop-in goes
        died(t, path, name, "rollback", when=when)
        t.exits(f"{what}: recover", t.holdfast("recover"), OK)
        same_world(t, f"{what}: recover", applied)
        nothing_open(t, f"{what}: recover")
    died(t, "/etc", RENAME, "rollback")
    died(t, "/etc", RENAME, "recover")
    t.exits("recover after its own death", t.holdfast("recover"), OK)
    same_world(t, "recover after its own death", applied)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


def restart(entry_path):
    """As if the host had been started anew since."""
    path = pathlib.Path(entry_path)
    entry = json.loads(path.read_text())
    entry["boot_id"] = "01234567-89ab-4cde-8f01-23456789abcd"
    path.write_text(json.dumps(entry))


@case
def after_a_restart_files_are_put_right_and_values_let_alone(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = contents("/etc")
    died(t, "/etc", RENAME, "apply", "-p", CLASSIC)
    t.holds(contents("/etc") != before, "no file was changed before the death")
    restart(os.path.realpath(f"{JOURNAL}/open"))
    values = live()
    said = t.holdfast("recover")
    t.exits("recover", said, DRIFT)
    t.says("recover", said, *WANTED)
    t.same("files", contents("/etc"), before)
    t.holds(live() == values, "recover wrote values that the boot has set")
    t.same("kept", kept(entries()[0]), {key.replace(".", "/"): "restarted" for key in WANTED})
    states(t, "recover", "apply undone")
    nothing_open(t, "recover")
    t.exits("recover again", t.holdfast("recover"), OK)


@case
def after_a_restart_that_gave_the_old_values_nothing_is_left(t):
    before = world()
    died(t, key_path("net.ipv4.tcp_fin_timeout"), "write", "apply", "-p", CLASSIC)
    for path, data in before.items():
        if path.startswith("/proc/sys/") and os.path.basename(path) in {key.split(".")[-1] for key in WANTED}:
            pathlib.Path(path).write_bytes(data)
    restart(os.path.realpath(f"{JOURNAL}/open"))
    t.exits("recover", t.holdfast("recover"), OK)
    same_world(t, "recover", before)
    t.same("kept", kept(entries()[0]), {})


@case
def what_another_hand_set_after_a_death_stays(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    died(t, "/etc", RENAME, "apply", "-p", CLASSIC)
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    edited = t.text(MAIN_FILE) + "# more\n"
    t.host.write(MAIN_FILE, edited)
    said = t.holdfast("recover")
    t.exits("recover", said, DRIFT)
    t.says("recover", said, "net.ipv4.tcp_fin_timeout", MAIN_FILE)
    same_world(t, "recover", before, but=("/tcp_fin_timeout", MAIN_FILE))
    t.same("the value", t.value("net.ipv4.tcp_fin_timeout"), "45")
    t.same("the file", t.text(MAIN_FILE), edited)
    t.same("kept", kept(entries()[0]), {"net/ipv4/tcp_fin_timeout": "moved", MAIN_FILE: "moved"})
    t.exits("recover again", t.holdfast("recover"), OK)


@case
def an_old_value_that_the_kernel_does_not_take_back_is_named(t):
    """Recovery does not go on for ever: the rest is put back, and what is not is said."""
    before = world()
    died(t, key_path("net.ipv4.tcp_fin_timeout"), "write", "apply", "-p", CLASSIC)
    said = failing(t, "net.ipv4.tcp_fin_timeout", "EINVAL", "recover")
    t.exits("recover", said, DRIFT)
    t.says("recover", said, "net.ipv4.tcp_fin_timeout", "the kernel does not take the old value")
    same_world(t, "recover", before, but=("/tcp_fin_timeout",))
    t.same("kept", kept(entries()[0]), {"net/ipv4/tcp_fin_timeout": "refused"})
    nothing_open(t, "recover")
    t.exits("recover again", t.holdfast("recover"), OK)


@case
def a_link_of_the_journal_that_is_none_is_dealt_with(t):
    """One that leads nowhere is all that a death left; what is no link at all is somebody's, and named."""
    t.exits("apply", t.apply(CLASSIC), OK)
    before, other = world(), t.profile("net.ipv4.tcp_sack: 0")
    for target in ("nosuch.json", "/etc/passwd", "../../../../etc/passwd", entries()[0]["id"] + ".json"):
        os.symlink(target, f"{JOURNAL}/open")
        t.exits(f"{target}: recover", t.holdfast("recover"), OK)
        nothing_open(t, f"{target}: recover")
        same_world(t, f"{target}: recover", before)
    pathlib.Path(f"{JOURNAL}/open").write_text("what is this")
    said = t.apply(other)
    t.exits("apply with a file in its place", said, WORK)
    t.says("apply with a file in its place", said, f"{JOURNAL}/open")
    same_world(t, "apply with a file in its place", before)


# ---- one at a time --------------------------------------------------------------------------------------------------

RIVALS = {name: (f"net.ipv4.tcp_fin_timeout: {a}\nnet.ipv4.tcp_keepalive_time: {b}\nnet.ipv4.conf.*.rp_filter: {c}",
                 {"net.ipv4.tcp_fin_timeout": a, "net.ipv4.tcp_keepalive_time": b, "net.ipv4.conf.all.rp_filter": c,
                  "net.ipv4.conf.lo.rp_filter": c})
          for name, a, b, c in (("left", "31", "301", "1"), ("right", "32", "302", "2"))}


@case(timeout=300)
def fifty_at_once_end_as_the_last_winner_says(t):
    paths = {name: t.profile(text, name) for name, (text, _) in RIVALS.items()}
    for _ in range(2):
        running = [subprocess.Popen(["/holdfast", "apply", "-p", paths[("left", "right")[i % 2]]],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for i in range(50)]
        ends = [(each.communicate()[1], each.returncode) for each in running]
        codes = sorted(code for _, code in ends)
        t.holds(set(codes) <= {OK, BUSY} and OK in codes,
                f"ended with {codes}: {[text for text, code in ends if code not in (OK, BUSY)][:2]}")
        t.holds(all(text.startswith("holdfast: ") for text, code in ends if code == BUSY), "one says nothing")
        found = entries()
        t.same("states", {each["state"] for each in found}, {"done"})
        winner = pathlib.Path(found[0]["profiles"][0]).stem
        t.values(f"{winner} came last", RIVALS[winner][1])
        t.holds(t.assigned().get("net.ipv4.tcp_fin_timeout") == RIVALS[winner][1]["net.ipv4.tcp_fin_timeout"],
                f"{winner} came last: persisted {t.assigned()}")
        t.exits("verify", t.holdfast("verify"), OK)
        nothing_open(t, "fifty at once")


def slow(t, path, call, ms, *words):
    """Starts holdfast, which waits so long before the first such call on the path."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    return subprocess.Popen(["strace", "-qq", "-o", "/dev/null", "-P", path, "-e",
                             f"inject={call}:delay_enter={ms * 1000}:when=1", "/holdfast", *words],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said_by(process):
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err)


@case
def the_journal_is_in_the_order_in_which_the_lock_was_had(t):
    """One that was started first may well get the lock last."""
    paths = {name: t.profile(text, name) for name, (text, _) in RIVALS.items()}
    t.exits("apply", t.apply(t.profile("net.ipv4.tcp_sack: 0")), OK)
    before = world()
    first = slow(t, "/var/lib/holdfast", "flock", 2000, "apply", "-p", paths["left"])
    time.sleep(0.3)
    t.exits("apply of the right", t.apply(paths["right"]), OK)
    t.exits("apply of the left", said_by(first), OK)
    t.values("the left came last", RIVALS["left"][1])
    t.same("profile of the newest entry", pathlib.Path(entries()[0]["profiles"][0]).stem, "left")
    t.exits("verify", t.holdfast("verify"), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)
    t.values("rollback", RIVALS["right"][1])
    t.exits("rollback of the right", t.holdfast("rollback"), OK)
    same_world(t, "rollback of the right", before)


@case
def a_stale_lock_blocks_nobody(t):
    t.host.write(LOCK, "4711\n", mode=0o600)
    t.exits("apply", t.apply(CLASSIC), OK)
    died(t, key_path("net.ipv4.tcp_fin_timeout"), "write", "rollback")
    t.exits("recover", t.holdfast("recover"), OK)
    t.exits("rollback", t.holdfast("rollback"), OK)


@case
def signals_wait_until_the_change_is_over(t):
    before = world()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        process = slow(t, key_path("net.ipv4.tcp_tw_reuse"), "write", 1500, "apply", "-p", CLASSIC)
        at = traced(process)
        begun()
        os.kill(at, each)
        t.exits(f"apply under {each.name}", said_by(process), OK)
        t.values(f"apply under {each.name}", WANTED)
        nothing_open(t, f"apply under {each.name}")
        t.same(f"{each.name}: the state", entries()[0]["state"], "done")
        t.exits(f"{each.name}: check", t.check(CLASSIC), OK)
        t.exits(f"{each.name}: rollback", t.holdfast("rollback"), OK)
        same_world(t, f"{each.name}: rollback", before)


@case
def a_signal_before_the_change_ends_it_and_nothing_is_changed(t):
    before = world()
    process = slow(t, LOCK, "flock", 1500, "apply", "-p", CLASSIC)
    at = traced(process)
    time.sleep(0.1)
    os.kill(at, signal.SIGINT)
    t.exits("apply under SIGINT", said_by(process), -signal.SIGINT, 128 + signal.SIGINT)
    same_world(t, "apply under SIGINT", before)
    t.holds(not os.path.exists(JOURNAL) or not os.listdir(JOURNAL), "it has begun a journal")
    t.exits("apply afterwards", t.apply(CLASSIC), OK)


def begun():
    """Waits until the entry is on disk; that is after the signals are held, and before the first value."""
    deadline = time.monotonic() + 10
    while not os.path.exists(f"{JOURNAL}/open"):        # the entry, that is, not the link alone
        if time.monotonic() > deadline:
            raise private.PrivateError("no transaction is begun")
        time.sleep(0.005)


def traced(process):
    """The process that strace has started."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(FileNotFoundError):        # strace tries a thing or two first
                if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "holdfast":
                    return int(child)
        time.sleep(0.01)
    raise private.PrivateError("strace started nothing")
