"""The processes of a command that are not the command itself: parent and child of `run`, the watcher, what runs the probe."""
import os

import acts
import scene
import tracer
from cases_commands import CHANGING, refused, shut_in
from scenario import OK, case
from scene import FIN, FIRST, PROFILE, SETTINGS, opened, take_over

NOBODY = "65534"




@case
def the_parent_of_run_reads_settings_and_nothing_else(t):
    """It stays free to start the sender, so it must not have parsed what somebody else may have written."""
    scene.lay(t)
    found = {}

    def look(pid, process, call):
        path = opened(pid, call)
        if path is not None and process.program == "holdfast":
            found.setdefault(process.parent, []).append(path)
        return False
    for words in (("run", "--no-send"), ("run",)):
        found.clear()
        run = take_over(words, [], None, when=look).run
        t.same(f"{words}: exit", run.code, OK)
        t.same(f"{words}: what the parent opens beside {FIRST}", [path for path in found.get(-1, []) if path not in FIRST], [])
        t.holds("/etc/holdfast/agent.yaml" in found.get(-1, []), f"{words}: the parent opens {found.get(-1)}")
        t.holds(any(path.endswith("profiles/case.yaml") for path in found.get(0, [])), f"{words}: the child opens {found.get(0)}")
        names = {call.name for call in run.processes[0].calls}
        t.holds("landlock_restrict_self" not in names, "the parent has shut itself in, and cannot start the sender then")
    scene.end_of(t)


@case
def an_audit_keeps_less_than_a_change(t):
    """`mode: audit`, the rollout, and a host that nobody has told anything: nothing but spool and textfile can be written."""
    for settings in (SETTINGS + "mode: audit\n", SETTINGS + "rollout: {percent: 0}\n",
                     "metrics: {textfile: /metrics/holdfast.prom}\n"):
        if not hasattr(t, "victim"):
            scene.lay(t, settings)
        scene.again(t)
        t.host.write(scene.AGENT, settings)
        t.host.write("/etc/holdfast/profiles/default.yaml", f"profile: default\nversion: 1\nparameters:\n  {FIN}: 30\n")
        tried = acts.spoil("/precious") + acts.others(t.victim.pid)
        taken = take_over(("run", "--no-send"), tried + [(words, *act) for words, act in acts.PLACES.items()], 1)
        shut_in(t, settings, taken, {"spool", "textfile"})
        refused(t, settings, taken.found, tried)
        for words, wanted in (("kernel", False), ("files", False), ("state", False), ("state spool", True), ("textfile", True),
                              ("output", False)):
            done = taken.found.get(words) == "done"
            t.same(f"{settings!r}: writes for '{words}' ({taken.found.get(words)})", done, wanted)
    scene.end_of(t)


def at_its_watch(pid, process, call):
    return call.name in ("setsid", "poll") and process.parent == 0


@case
def the_watcher_of_a_confirmed_apply_is_shut_in_too(t):
    scene.lay(t)
    words = ("apply", "-p", PROFILE, "--confirm", "1")
    tried = acts.spoil("/precious") + acts.others(t.victim.pid)
    scene.again(t)
    taken = take_over(words, tried, 1, when=at_its_watch)
    rights = set(scene.known_rights(t)["apply"]["may"])
    shut_in(t, "the watcher", taken, rights)
    refused(t, "the watcher", taken.found, tried)
    t.same("exit", taken.run.code, OK)
    t.same("processes", [process.program for process in taken.run.processes], ["holdfast", "holdfast"])
    t.values("after its second it has taken all back", {FIN: "60"})
    for act in acts.deadly(t.victim.pid)[:5]:
        scene.again(t)
        taken = take_over(words, [act], 1, when=at_its_watch)
        t.same(f"the watcher {act[0]}", taken.found.get(act[0]), "SIGSYS")
        # Nothing was changed: no apply begins without one who can take it back, and a later one takes it back.
        t.holdfast("recover")
    scene.end_of(t)


PROBE = "cat /proc/self/status >/probe/status; cat /etc/shadow >/probe/shadow 2>/probe/denied; ls -l /proc/self/fd >/probe/fds; true"


@case(users=(0,))
def the_probe_is_run_by_nobody(t):
    scene.lay(t)
    os.mkdir("/probe")
    os.chmod("/probe", 0o777)
    t.host.write("/etc/shadow", "root:*:1::::::\n", 0o600)
    scene.again(t)
    run = tracer.run(["/holdfast", "apply", "-p", PROFILE, "--confirm", "1", "--probe", PROBE], log=True, limit_s=30)
    t.same("exit", run.code, OK)
    status = dict(line.split(":\t", 1) for line in t.text("/probe/status").splitlines() if ":\t" in line)
    for line in ("Uid", "Gid"):
        t.same(line, status[line].split(), [NOBODY] * 4)
    t.same("Groups", status["Groups"].strip(), "")
    for line in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        t.same(line, int(status[line], 16), 0)
    t.same("NoNewPrivs", status["NoNewPrivs"], "1")
    t.same("a file of root's", (t.text("/probe/shadow"), "ermission denied" in t.text("/probe/denied")), ("", True))
    left = [line.split(" -> ")[1] for line in t.text("/probe/fds").splitlines() if " -> " in line]
    t.same("descriptors", {each for each in left if not each.startswith(("/proc/", "/probe/"))}, {"/dev/null"})
    # Who starts it was there before the apply was shut in, and reads nothing but what it is asked.
    server = run.processes[1]
    t.holds(server.program == "holdfast" and not any(call.name.startswith("openat") and call.path not in ("/dev/null", "") and
                                                     "/proc/self/fd" not in call.path for call in server.calls),
            f"who runs the probe opens {[call.path for call in server.calls if call.name.startswith('openat')]}")
    # The apply itself, by when the probe is asked for, is shut in as it is without one.
    names = [call.name for call in run.processes[0].calls]
    t.holds(names.index("landlock_restrict_self") < names.index("renameat") if "renameat" in names else True, names)
    scene.end_of(t)


@case
def what_apply_keeps_is_what_the_rights_say(t):
    """Without a textfile in agent.yaml it cannot write where one would be."""
    scene.lay(t, "profiles: [case]\n")
    scene.again(t)
    taken = take_over(("apply", "-p", PROFILE), [(words, *act) for words, act in acts.PLACES.items()])
    shut_in(t, "apply", taken, CHANGING | {"spool"})
    for words, wanted in (("kernel", True), ("textfile", False), ("output", False), ("sysctl.conf", False)):
        t.same(f"writes for '{words}' ({taken.found.get(words)})", taken.found.get(words) == "done", wanted)
    scene.end_of(t)
