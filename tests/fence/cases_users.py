"""A user without rights: who only looks can, and is told what he cannot see; who would change is told what it takes."""
import os
import shutil

import acts
import scene
from cases_commands import refused, shut_in
from scenario import DENIED, DRIFT, OK, CannotHere, case
from scene import FIN, PLAN, PROFILE, take_over

NOBODY = 65534
STRANGER = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--")
LOOKING = {
    "check": ("check", "-p", PROFILE), "plan": ("plan", "-p", PROFILE), "apply --dry-run": ("apply", "-p", PROFILE, "--dry-run"),
    "show": ("show", "-p", PROFILE), "lint": ("lint", "-p", PROFILE), "lint FILE": ("lint", "/profiles/given.conf"),
    "explain": ("explain", "-p", PROFILE, FIN), "tcp": ("tcp",), "capture FILE": ("capture", "/profiles/given.conf"),
    "capture --live": ("capture", "--live"), "run --explain": ("run", "--explain"), "check of agent.yaml": ("check",),
    "report FILE": ("report", "--format", "csv", "/out/report.json"),
}
# name: (words, what has been done by root before)
CHANGING = {
    "apply": (("apply", "-p", PROFILE), None), "apply PLANFILE": (("apply", PLAN), ("plan", "-p", PROFILE, "-o", PLAN)),
    "apply --confirm": (("apply", "-p", PROFILE, "--confirm", "5"), None), "run": (("run", "--no-send"), None),
    "rollback": (("rollback",), ("apply", "-p", PROFILE)), "confirm": (("confirm",), ("apply", "-p", PROFILE)),
    "recover": (("recover",), ("apply", "-p", PROFILE)),
}
FOLDERS = ("/etc", "/var", "/run", "/metrics", "/out", "/precious", "/profiles")


def stranger():
    if not shutil.which("setpriv"):
        raise CannotHere("setpriv is not installed")
    return STRANGER


@case(users=(0,))
def an_ordinary_user_can_look(t):
    """The same exit status and the same words as for root, but where a file is closed to him."""
    scene.lay(t)
    t.host.write("/out/report.json", t.check(PROFILE, "--json").out)
    before = t.files(*FOLDERS)
    for name, words in LOOKING.items():
        root, user = t.holdfast(*words), t.holdfast(*words, wrap=stranger())
        t.same(f"{name}: exit", user.code, root.code)
        t.holds(user.code in (OK, DRIFT), f"{name}: {user}")
        if name not in ("tcp", "capture --live"):       # values that move, and that not everybody may read
            t.same(f"{name}: stdout", user.out, root.out)
    t.same("files", t.files(*FOLDERS), before)
    scene.end_of(t)


@case(users=(0,))
def an_ordinary_user_is_shut_in_too(t):
    """In folders where everybody may write, too; his own files are as safe from a command that was taken over."""
    scene.lay(t)
    for where, _, names in os.walk("/precious"):
        for path in [where, *(os.path.join(where, name) for name in names)]:
            os.chown(path, NOBODY, NOBODY)
    for name in ("check", "lint FILE", "explain", "tcp", "capture FILE", "run --explain"):
        tried = acts.spoil("/precious") + acts.others(t.victim.pid)
        taken = take_over(LOOKING[name], tried, command=(shutil.which(stranger()[0]), *STRANGER[1:], "/holdfast"))
        shut_in(t, name, taken, None)
        refused(t, name, taken.found, tried)
    scene.end_of(t)


@case(users=(0,))
def what_an_ordinary_user_cannot_read_is_said(t):
    scene.lay(t)
    t.host.write("/etc/sysctl.d/50-closed.conf", f"{FIN} = 45\n", 0o600)
    root, user = t.check(PROFILE), t.check(PROFILE, wrap=stranger())
    t.holds("50-closed.conf" in root.out, f"by root, the line that wins is in the closed file: {root}")
    t.says("a sysctl file that is closed", user, "50-closed.conf", "ermission denied")
    os.unlink("/etc/sysctl.d/50-closed.conf")
    key = t.profile(f"net.ipv4.tcp_fastopen_key: {{value: 00000000-00000000-00000000-00000001, accept_hazard: true}}\n{FIN}: 60")
    user = t.check(key, wrap=stranger())
    t.holds(user.code not in (OK, DENIED), f"a key that is closed: {user}")
    t.says("a key that is closed", user, "net.ipv4.tcp_fastopen_key")
    said, report = t.report("check", "-p", key, wrap=stranger())
    found = t.parameter(report, "net.ipv4.tcp_fastopen_key")
    t.same("in JSON", (found.get("live", {}).get("state"), found.get("reason")), ("unreadable", "no_permission"))
    t.same("the other one in JSON", t.parameter(report, FIN).get("live", {}).get("state"), "match")
    t.host.write("/profiles/closed.yaml", "profile: closed\n", 0o600)
    said = t.check("/profiles/closed.yaml", wrap=stranger())
    t.exits("a profile that is closed", said, DENIED)
    t.says("a profile that is closed", said, "closed.yaml", "ermission denied")
    t.host.write(scene.AGENT, scene.SETTINGS, 0o600)
    said = t.holdfast("check", wrap=stranger())
    t.exits("an agent.yaml that is closed", said, DENIED)
    t.says("an agent.yaml that is closed", said, "agent.yaml", "ermission denied")
    t.host.write(scene.AGENT, scene.SETTINGS)
    t.exits("apply by root", t.apply(PROFILE), OK)
    for words in (("history",), ("verify",)):
        said = t.holdfast(*words, wrap=stranger())
        t.exits(f"{words[0]}, whose journal is closed", said, DENIED)
        t.says(words[0], said, "ermission denied")
    t.exits("run by root", t.holdfast("run", "--no-send"), OK)
    said = t.holdfast("report", wrap=stranger())
    t.exits("report, whose spool is closed", said, DENIED)
    scene.end_of(t)


@case(users=(0,))
def an_ordinary_user_changes_nothing(t):
    scene.lay(t)
    for name, (words, before) in CHANGING.items():
        scene.again(t)
        if before:
            t.exits(f"{name}: before", t.holdfast(*before), OK, DRIFT)
        files, value = t.files(*FOLDERS), t.value(FIN)
        said = t.holdfast(*words, wrap=stranger())
        t.exits(name, said, DENIED)
        t.holds("ermi" in said.err or "root" in said.err, f"{name} does not say what it takes: {said}")
        # A run also says that it could not tell of itself.
        t.holds(len(said.err.splitlines()) <= (3 if name == "run" else 2), f"{name} says more than it has to: {said}")
        t.same(f"{name}: files", t.files(*FOLDERS), files)
        t.same(f"{name}: value", t.value(FIN), value)
    scene.end_of(t)
