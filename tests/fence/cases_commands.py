"""Each command, taken over when it first opens a profile, a journal, a report or a file of the host."""
import os

import acts
import scene
from scenario import BUSY, DRIFT, INVALID, OK, case
from scene import FIN, PLAN, PROFILE, take_over

CHANGING = {"kernel", "files", "state"}
# name: (words, the rights that these words do not call for, exit, what has been done before, which process)
COMMANDS = {
    "check": (("check", "-p", PROFILE), set(), DRIFT, None, 0),
    "plan": (("plan", "-p", PROFILE), {"output"}, DRIFT, None, 0),
    "plan -o": (("plan", "-p", PROFILE, "-o", PLAN), set(), DRIFT, None, 0),
    "apply": (("apply", "-p", PROFILE), {"probe"}, OK, None, 0),
    "apply PLANFILE": (("apply", PLAN), {"probe"}, OK, ("plan", "-p", PROFILE, "-o", PLAN), 0),
    "apply --dry-run": (("apply", "-p", PROFILE, "--dry-run"), CHANGING | {"spool", "textfile", "probe"}, DRIFT, None, 0),
    "apply --confirm": (("apply", "-p", PROFILE, "--confirm", "1"), {"probe"}, OK, None, 0),
    "confirm": (("confirm",), set(), OK, ("apply", "-p", PROFILE, "--confirm", "60"), 0),
    "rollback": (("rollback",), set(), OK, ("apply", "-p", PROFILE), 0),
    "rollback --dry-run": (("rollback", "--dry-run"), CHANGING, DRIFT, ("apply", "-p", PROFILE), 0),
    "recover": (("recover",), set(), OK, ("apply", "-p", PROFILE), 0),
    "history": (("history",), set(), OK, ("apply", "-p", PROFILE), 0),
    "verify": (("verify",), set(), OK, ("apply", "-p", PROFILE), 0),
    "show": (("show", "-p", PROFILE), set(), OK, None, 0),
    "lint": (("lint", "-p", PROFILE), set(), OK, None, 0),
    "lint FILE": (("lint", "/profiles/given.conf"), set(), OK, None, 0),
    "explain": (("explain", "-p", PROFILE, FIN), set(), OK, None, 0),
    "tcp": (("tcp",), {"netns"}, OK, None, 0),
    "tcp --netns": (("tcp", "--netns", "/proc/self/ns/net"), set(), OK, None, 0),
    "run": (("run", "--no-send"), set(), OK, None, 1),
    "run --explain": (("run", "--explain"), CHANGING | {"spool", "textfile"}, OK, None, 0),
    "report": (("report",), {"netns"}, OK, ("run", "--no-send"), 0),
    "report --tcp": (("report", "--tcp", "--format", "metrics"), {"netns"}, OK, ("run", "--no-send"), 0),
    "report --format csv": (("report", "--format", "csv", "/profiles/given.conf"), {"netns"}, INVALID, None, 0),
    "capture": (("capture", "--live"), set(), OK, None, 0),
    "capture FILE": (("capture", "/profiles/given.conf"), set(), OK, None, 0),
}


def prepared(t, before):
    scene.again(t)
    if before:
        said = t.holdfast(*before)
        t.exits(f"before: {' '.join(before)}", said, OK, DRIFT, BUSY)


def effective(known, words, without):
    return set(known[words[0]]["may"]) - without


def shut_in(t, name, taken, rights):
    """What the kernel says of the process, at the moment when it was taken over. rights None: there were no capabilities before."""
    if not t.holds(taken.at, f"{name}: it opens nothing that it was to be seen at: {taken.run}"):
        return
    t.holds(taken.entered, f"{name}: at {taken.at} it has not entered Landlock")
    own = int(open("/proc/self/status").read().split("CapPrm:\t")[1].split()[0], 16)
    wanted = acts.capabilities(rights) & own if rights is not None else 0
    for line in ("CapEff", "CapPrm"):
        t.same(f"{name}: {line} at {taken.at}", int(taken.rights[line], 16), wanted)
    for line in ("CapInh", "CapAmb"):
        t.same(f"{name}: {line}", int(taken.rights[line], 16), 0)
    t.same(f"{name}: NoNewPrivs", taken.rights["NoNewPrivs"], "1")
    t.same(f"{name}: Seccomp", taken.rights["Seccomp"], "2")


def refused(t, name, found, tried):
    for act in tried:
        what = act[0]
        if what not in acts.ALLOWED:
            t.holds(found.get(what) in acts.REFUSED, f"{name} {what}: {found.get(what)}")


def places(t, name, found, rights):
    """It may write where its rights say, and nowhere else."""
    for words in acts.PLACES:
        may = any(each in rights for each in words.split())
        if words == "sysctl.conf":
            continue
        if may:
            t.same(f"{name}: writes for '{words}'", found.get(words), "done")
        else:
            t.holds(found.get(words) in acts.REFUSED, f"{name} writes for '{words}', which it has no right to: {found.get(words)}")


def place_acts():
    return [(words, *act) for words, act in acts.PLACES.items()]


def of_one(name):
    def body(t):
        scene.lay(t)
        words, without, code, before, process = COMMANDS[name]
        rights = effective(scene.known_rights(t), words, without)
        prepared(t, before)
        tried = acts.spoil("/precious") + acts.others(t.victim.pid)
        taken = take_over(words, tried + place_acts(), process)
        shut_in(t, name, taken, rights)
        refused(t, name, taken.found, tried)
        places(t, name, taken.found, rights)
        # It had not been taken over for real: it goes on, and can do what it is for.
        t.same(f"{name}: exit after all that", taken.run.code, code)
        for act in acts.deadly(t.victim.pid):
            prepared(t, before)
            taken = take_over(words, [act], process)
            t.same(f"{name} {act[0]}", taken.found.get(act[0]), "SIGSYS")
        scene.end_of(t)
    body.__name__ = "the_fence_of_" + "".join(each if each.isalnum() else "_" for each in name)
    return body


for _each in COMMANDS:
    case(of_one(_each))


@case(users=(0,))
def the_table_of_rights_is_what_they_are(t):
    """`holdfast --help --json` names each command, and the capabilities of its rights."""
    known = scene.known_rights(t)
    t.same("commands", set(known), {words[0] for words, *_ in COMMANDS.values()})
    for name, rights in known.items():
        bits = {f"CAP_{each}" for each in acts.CAPABILITIES[""].union(*(acts.CAPABILITIES[word] for word in rights["may"]))}
        t.same(f"{name}: capabilities", set(rights["capabilities"]), bits)
        t.same(f"{name}: system calls", rights["system_calls"], "changing" if "state" in rights["may"] else "reading")
        t.same(f"{name}: what changes a host", "kernel" in rights["may"], name in ("apply", "confirm", "rollback", "recover", "run"))


@case
def without_a_sysctl_conf_nothing_else_of_etc_can_be_written(t):
    scene.lay(t)
    for words, process in ((("apply", "-p", PROFILE), 0), (("run", "--no-send"), 1)):
        for text, may in ((None, "refused"), ("# nothing\n; at all\n\n", "refused"), (f"{FIN} = 60\n", "done")):
            scene.again(t)
            if text is not None:
                t.host.write("/etc/sysctl.conf", text)
            found = take_over(words, place_acts(), process).found.get("sysctl.conf")
            found = "refused" if found in acts.REFUSED else found
            t.same(f"{words[0]} with sysctl.conf {text!r}: writes another file of /etc", found, may)
        os.unlink("/etc/sysctl.conf")
    scene.end_of(t)


@case(users=(0,))
def modes_and_owners_are_out_of_reach_of_who_only_looks(t):
    """A changing command needs fchmod and fchown for the files that it replaces, so it has them for others too; readers do not."""
    scene.lay(t)
    for words, process, may in ((("check", "-p", PROFILE), 0, False), (("history",), 0, False), (("lint", "-p", PROFILE), 0, False),
                                (("apply", "-p", PROFILE), 0, True)):
        prepared(t, None)
        found = take_over(words, acts.limits("/precious"), process).found
        for what in ("and opens its mode", "and gives it away"):
            t.holds(found.get(what) in ({"done"} if may else acts.REFUSED), f"{words[0]} {what}: {found.get(what)}")
    scene.end_of(t)
