"""Who may, one at a time, and what is left after a sudden end."""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess

from cases_classic import CLASSIC, WANTED
from scenario import (BUSY, DENIED, DRIFT, DROP_IN, LOCK, MAIN_FILE, OK, WORK, CannotHere, boots_to, case, contents,
                      trace)

ORIGINAL = {"net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_tw_reuse": "2", "net.ipv4.tcp_keepalive_time": "7200",
            "net.ipv4.tcp_keepalive_intvl": "75", "net.ipv4.tcp_keepalive_probes": "9"}


def dropped(*words):
    if not shutil.which("setpriv"):
        raise CannotHere("setpriv is not installed")
    return ["setpriv", *words, "--"]


# ---- who may --------------------------------------------------------------------------------------------------------

def nothing_changed(t, what, said, before, live):
    t.exits(what, said, DENIED)
    t.holds("root" in said.err or "CAP_" in said.err or "ermi" in said.err, f"{what} does not say what it needs: {said}")
    t.same(f"{what}: files", t.files("/etc", "/var", "/run"), before)
    t.values(what, live)


@case(users=(0,))
def denies_a_plain_user(t):
    plain = dropped("--reuid", "1000", "--regid", "1000", "--clear-groups")
    before = t.files("/etc", "/var", "/run")
    t.exits("check by user 1000", t.check(CLASSIC, wrap=plain), DRIFT)
    nothing_changed(t, "apply by user 1000", t.apply(CLASSIC, wrap=plain), before, ORIGINAL)


@case(users=(0,))
def denies_a_plain_user_who_may_write_the_files(t):
    """Open folders, but not the kernel's files: what cannot be set is not persisted either."""
    for folder in ("/etc/sysctl.d", "/var/lib", "/run/lock"):
        os.chown(folder, 1000, 1000)
    plain = dropped("--reuid", "1000", "--regid", "1000", "--clear-groups")
    said = t.apply(CLASSIC, wrap=plain)
    t.exits("apply by user 1000", said, DENIED)
    t.values("apply by user 1000", ORIGINAL)
    t.same("persisted", t.text(DROP_IN), None)


@case(users=(0,))
def denies_root_without_capabilities(t):
    """ip_forward wants CAP_NET_ADMIN besides being root."""
    bare = dropped("--bounding-set=-all", "--inh-caps=-all")
    profile = t.profile("net.ipv4.ip_forward: 1")
    before = contents("/etc")
    said = t.apply(profile, wrap=bare)
    t.exits("apply", said, DENIED)
    t.same("live", t.value("net.ipv4.ip_forward"), "0")
    t.same("persisted", t.text(DROP_IN), None)
    # The new file is prepared beside the old one before the kernel is asked, and taken away again.
    t.same("files in /etc", contents("/etc"), before)


@case(users=(0,))
def does_all_or_is_denied_without_capabilities(t):
    """The classic keys need no capability from uid 0: either all of it is done, or none of it."""
    bare = dropped("--bounding-set=-all", "--inh-caps=-all")
    before = t.files("/etc", "/var", "/run")
    said = t.apply(CLASSIC, wrap=bare)
    if said.code == DENIED:
        nothing_changed(t, "apply", said, before, ORIGINAL)
    else:
        t.exits("apply", said, OK)
        t.values("apply", WANTED)
        t.same("persisted", t.assigned(), WANTED)


@case(users=(0,))
def refuses_a_profile_that_others_may_write(t):
    profile = t.profile("net.ipv4.tcp_fin_timeout: 30")
    os.chmod(profile, 0o666)
    t.holds(t.apply(profile).code not in (OK, DRIFT), "applied what everybody may write")
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "60")
    os.chmod(profile, 0o644)
    os.chown(profile, 1000, 1000)
    t.holds(t.apply(profile).code not in (OK, DRIFT), "applied what user 1000 wrote")
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "60")


# ---- one at a time --------------------------------------------------------------------------------------------------

@case
def waits_for_nobody_who_holds_the_lock(t):
    before = t.files()
    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = t.apply(CLASSIC)
        t.exits("apply", said, BUSY)
        t.holds(said.err.startswith("holdfast: "), f"apply says nothing: {said}")
        t.exits("check", t.check(CLASSIC), DRIFT)
        t.exits("plan", t.holdfast("plan", "-p", CLASSIC), DRIFT, OK)
        t.exits("apply --dry-run", t.apply(CLASSIC, "--dry-run"), DRIFT)
    t.values("behind the lock", ORIGINAL)
    t.same("files", t.files(), before)
    t.exits("apply afterwards", t.apply(CLASSIC), OK)


@case
def does_not_follow_a_link_in_place_of_the_lock(t):
    t.host.write("/etc/precious", "as it was\n")
    os.symlink("/etc/precious", LOCK)
    t.holds(t.apply(CLASSIC).code != OK, "took a link for the lock")
    t.same("the file behind it", t.text("/etc/precious"), "as it was\n")
    t.values("behind the link", ORIGINAL)


@case
def survives_many_at_once(t):
    for number in range(3):
        for key, value in ORIGINAL.items():
            t.echo(value, key)
        pathlib.Path(DROP_IN).unlink(missing_ok=True)
        running = [subprocess.Popen(["/holdfast", "apply", "-p", CLASSIC], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True) for _ in range(20)]
        ends = [(each.communicate()[1], each.returncode) for each in running]
        codes = sorted(code for _, code in ends)
        t.holds(set(codes) <= {OK, BUSY} and OK in codes, f"20 at once ended with {codes}: {max(ends)[0]}")
        t.values("after 20 at once", WANTED)
        t.same("persisted", t.assigned(), WANTED)
        t.same("files in /etc/sysctl.d", os.listdir("/etc/sysctl.d"), [os.path.basename(DROP_IN)])
    for entry in pathlib.Path("/var/lib/holdfast/journal").glob("*.json"):
        t.same(f"state of {entry.name}", json.loads(entry.read_text()).get("state"), "done")


# ---- a sudden end ---------------------------------------------------------------------------------------------------

FOREIGN = "# mine\nnet.ipv4.tcp_fin_timeout = 60 # how long\nnet.ipv4.tcp_max_syn_backlog = 777\n"
MENDED = FOREIGN.replace("= 60 #", "= 30 #")
FILLS = ("write", "ftruncate", "fsync", "fchmod", "fchown", "rename", "renameat", "renameat2")
OLD_DROP_IN = "# Written by hand\nnet.ipv4.tcp_keepalive_time = 999\n"


def fresh(t):
    for key, value in ORIGINAL.items():
        t.echo(value, key)
    shutil.rmtree("/var/lib/holdfast", ignore_errors=True)
    for each in pathlib.Path("/etc/sysctl.d").iterdir():
        each.unlink()
    t.host.write(MAIN_FILE, FOREIGN)
    t.host.write(DROP_IN, OLD_DROP_IN)


def points_of(calls, count):
    """So many, spread over all, and each call that makes, fills or names a sysctl file."""
    spread = {int((number + 0.5) * len(calls) / count) for number in range(count)}
    return [call for i, call in enumerate(calls)
            if i in spread or call.path.startswith("/etc/sysctl.") and (call.writes or call.name in FILLS)]


@case(timeout=300)
def leaves_whole_files_when_killed(t):
    """SIGKILL at 30 system calls spread over the whole apply, and at each that concerns the files."""
    fresh(t)
    whole = trace(t, "apply", "-p", CLASSIC)
    t.exits("apply", whole.said, OK)
    new_drop_in = t.text(DROP_IN)
    t.same("the main file", t.text(MAIN_FILE), MENDED)
    points = points_of([call for call in whole.calls if call.name not in ("execve", "exit_group", "exit")], 30)
    t.holds(len(points) > 30, f"only {len(points)} points found")
    killed = 0
    for call in points:
        fresh(t)
        where = f"killed at {call.name} {call.occurrence} ({call.words[:80]})"
        # The counter of strace is per name of system call.
        said = trace(t, "apply", "-p", CLASSIC,
                     options=["-e", f"inject={call.name}:signal=KILL:when={call.occurrence}"]).said
        killed += said.code in (-9, 137)
        after_death(t, where, new_drop_in)
    t.holds(killed >= len(points) * 0.8, f"only {killed} of {len(points)} were killed")


def after_death(t, where, new_drop_in):
    t.holds(t.text(DROP_IN) in (OLD_DROP_IN, new_drop_in), f"{where}: the drop-in is {t.text(DROP_IN)!r}")
    t.holds(t.text(MAIN_FILE) in (FOREIGN, MENDED), f"{where}: the main file is {t.text(MAIN_FILE)!r}")
    for key in WANTED:
        t.holds(t.value(key) in (ORIGINAL[key], WANTED[key]), f"{where}: {key} is {t.value(key)}")
    changed = any(t.value(key) != ORIGINAL[key] for key in WANTED) or t.text(DROP_IN) != OLD_DROP_IN
    entries = list(pathlib.Path("/var/lib/holdfast/journal").glob("*.json"))
    t.holds(entries or not changed, f"{where}: something changed and there is no journal entry")
    for entry in entries:
        try:
            json.loads(entry.read_text())
        except ValueError:
            t.holds(False, f"{where}: {entry} is torn")
    visible = [name for name in os.listdir("/etc/sysctl.d") if name.endswith(".conf")]
    t.same(f"{where}: what a loader would read", visible, [os.path.basename(DROP_IN)])
    t.exits(f"{where}: the next apply", t.apply(CLASSIC), OK)
    t.same(f"{where}: then the drop-in", t.text(DROP_IN), new_drop_in)
    t.same(f"{where}: then the main file", t.text(MAIN_FILE), MENDED)
    t.values(f"{where}: then", WANTED)


@case(timeout=300)
def keeps_its_word_when_a_call_fails(t):
    """Each kind of system call that writes or names a file fails once: no crash, nothing torn, the exit says so."""
    fresh(t)
    whole = trace(t, "apply", "-p", CLASSIC)
    new_drop_in = t.text(DROP_IN)
    # After the last one nothing follows: the journal says already that it is done, only its link has gone.
    last = [each for each in whole.calls if each.name == "fsync"][-1]
    writers = ("write", "fsync", "fdatasync", "rename", "renameat", "renameat2", "fchown", "fchmod", "flock", "mkdirat")
    for call in [each for each in whole.calls if each.name in writers][:40]:
        fresh(t)
        error = "ENOSPC" if call.name == "write" else "EIO"
        where = f"{error} at {call.name} {call.occurrence} ({call.words[:80]})"
        said = trace(t, "apply", "-p", CLASSIC,
                     options=["-e", f"inject={call.name}:error={error}:when={call.occurrence}"]).said
        t.holds(said.code in (0, 1, 2, 77), f"{where}: {said}")
        if "/proc/sys/" in call.path:
            refused_by_the_kernel(t, where, said, "net.ipv4." + os.path.basename(call.path))
            continue
        if call.name in ("fsync", "rename", "renameat", "renameat2") and call is not last:
            t.holds(said.code != OK, f"{where}: apply calls it a success: {said}")
        after_death(t, where, new_drop_in)


def refused_by_the_kernel(t, where, said, key):
    """A live write that fails: everything is as it was, and the message names the key."""
    t.exits(where, said, WORK)
    t.says(where, said, key, "everything was put back as it was")
    t.values(where, ORIGINAL)
    t.same(f"{where}: the drop-in", t.text(DROP_IN), OLD_DROP_IN)
    t.same(f"{where}: the main file", t.text(MAIN_FILE), FOREIGN)
    t.exits(f"{where}: the next apply", t.apply(CLASSIC), OK)
    t.values(f"{where}: then", WANTED)


@case
def boots_well_after_a_sudden_end(t):
    """Temporary files that a killed apply left are none that a loader reads."""
    fresh(t)
    found = trace(t, "apply", "-p", CLASSIC, options=["-e", "inject=fsync:signal=KILL:when=2"])
    t.holds(found.said.code in (-9, 137), f"was not killed: {found.said}")
    for loader in ("procps", "systemd"):
        expected = t.assigned(MAIN_FILE).get("net.ipv4.tcp_fin_timeout", "").split()[0]
        drop_in = t.assigned().get("net.ipv4.tcp_keepalive_time")
        boots_to(t, {"net.ipv4.tcp_keepalive_time": drop_in} |
                 ({"net.ipv4.tcp_fin_timeout": expected} if loader == "procps" else {}), loader=loader)
