"""Kernels that lack a part of the fence: holdfast goes on without it. One that has it and refuses: nothing is done."""
import errno

import acts
import scene
import tracer
from cases_commands import COMMANDS, prepared, refused
from scenario import OK, case
from scene import FIN, PROFILE, take_over

FILTER, NO_NEW_PRIVS = 1, 38
FOLDERS = ("/etc", "/var", "/run", "/metrics", "/out", "/precious")
# What an old kernel has not, by the calls that say so.
LACKS = {
    "no Landlock": (("landlock_create_ruleset",), "ENOSYS"),
    "Landlock that is turned off": (("landlock_create_ruleset",), "EOPNOTSUPP"),
    "no filters of system calls": (("seccomp",), "ENOSYS"),
    "no users": (("capget", "capset"), "ENOSYS"),
    "none of them": (("landlock_create_ruleset", "seccomp", "capget", "capset"), "ENOSYS"),
}
# Which call, as (name, what its arguments are like), and what it says.
REFUSALS = {
    "new privileges are not given up": ("prctl", lambda words: words[0] == NO_NEW_PRIVS, "EPERM"),
    "capabilities are not told": ("capget", None, "EPERM"),
    "capabilities are not dropped": ("capset", None, "EPERM"),
    "rules are not made": ("landlock_create_ruleset", lambda words: words[0] != 0, "ENOMEM"),
    "a rule is not taken": ("landlock_add_rule", None, "EINVAL"),
    "rules are not entered": ("landlock_restrict_self", None, "E2BIG"),
    "rules may not be entered": ("landlock_restrict_self", None, "EPERM"),
    "filters are not entered": ("seccomp", lambda words: words[0] == FILTER and words[2] != 0, "EINVAL"),
    "filters may not be entered": ("seccomp", lambda words: words[0] == FILTER and words[2] != 0, "EACCES"),
}
CHANGING = ("apply", "apply PLANFILE", "apply --confirm", "confirm", "rollback", "recover", "run")


def run_with(words, wanted):
    """wanted(call): the name of the error with which this call fails, or None. Returns the run and how many failed."""
    hits = []

    def visit(who, pid, process):
        call = process.calls[-1]
        name = wanted(call)
        if name:
            hits.append(call.name)
            who.fail(pid, process, process.number, -getattr(errno, name))
    return tracer.run(["/holdfast", *words], log=True, visit=visit, limit_s=30), hits


@case
def what_a_kernel_lacks_is_gone_without(t):
    scene.lay(t)
    for what, (names, error) in LACKS.items():
        for command in ("check", "tcp", "plan -o", *CHANGING):
            words, _, code, before, _ = COMMANDS[command]
            prepared(t, before)
            run, hits = run_with(words, lambda call: error if call.name in names else None)
            t.holds(set(hits) <= set(names) and hits, f"{what}, {command}: it never asks for {names}")
            t.same(f"{what}, {command}: exit ({run.err.strip()})", run.code, code)
            t.same(f"{what}, {command}: stderr", run.err, t_usual(t, command))
    scene.end_of(t)


def t_usual(t, command):
    """What it says where nothing is lacking."""
    if not hasattr(t, "usual"):
        t.usual = {}
    if command not in t.usual:
        words, _, _, before, _ = COMMANDS[command]
        prepared(t, before)
        t.usual[command] = t.holdfast(*words).err
    return t.usual[command]


@case
def a_fence_that_does_not_close_ends_the_command(t):
    scene.lay(t)
    for what, (name, fits, error) in REFUSALS.items():
        for command in ("check", "report", *CHANGING):
            words, _, _, before, _ = COMMANDS[command]
            prepared(t, before)
            files, value = t.files(*FOLDERS), t.value(FIN)
            run, hits = run_with(words, lambda call: error if call.name == name and (fits is None or fits(call.words)) else None)
            where = f"{what} ({name} {error}), {command}"
            t.holds(hits, f"{where}: it never asks for it")
            t.holds(run.code in (1, 77), f"{where}: {run}")
            t.holds("nothing was done" in run.err, f"{where} does not say that nothing was done: {run}")
            t.same(f"{where}: stdout", run.out, "")
            t.same(f"{where}: files", t.files(*FOLDERS), files)
            t.same(f"{where}: value", t.value(FIN), value)
    scene.end_of(t)


@case
def each_part_of_the_fence_holds_without_the_others(t):
    scene.lay(t)
    tried = acts.spoil("/precious")
    for words, process in ((("check", "-p", PROFILE), 0), (("apply", "-p", PROFILE), 0), (("run", "--no-send"), 1)):
        scene.again(t)
        taken = take_over(words, tried, process, lacks=("seccomp",))
        for line, wanted in (("Seccomp", "0"), ("NoNewPrivs", "1")):
            t.same(f"{words[0]} without filters: {line}", taken.rights.get(line), wanted)
        refused(t, f"{words[0]} without filters", taken.found, tried)
        for act in acts.deadly(t.victim.pid)[:2] + acts.deadly(t.victim.pid)[3:7]:
            if act[0] == "takes a network of its own":
                continue        # Landlock knows nothing of namespaces
            scene.again(t)
            found = take_over(words, [act], process, lacks=("seccomp",)).found.get(act[0])
            t.holds(found in acts.REFUSED, f"{words[0]} without filters {act[0]}: {found}")
        scene.again(t)
        taken = take_over(words, [], process, lacks=("landlock_create_ruleset",))
        t.same(f"{words[0]} without Landlock: Seccomp", taken.rights.get("Seccomp"), "2")
        for act in acts.deadly(t.victim.pid):
            scene.again(t)
            found = take_over(words, [act], process, lacks=("landlock_create_ruleset",)).found.get(act[0])
            t.same(f"{words[0]} without Landlock {act[0]}", found, "SIGSYS")
    scene.end_of(t)


@case
def an_apply_inside_another_fence_works(t):
    """As in a container, or under systemd: filters and no new privileges are there already."""
    scene.lay(t)
    scene.again(t)
    said = t.holdfast("apply", "-p", PROFILE, wrap=("setpriv", "--no-new-privs", "--"))
    t.exits("apply", said, OK)
    t.values("apply", {FIN: "30"})
    scene.end_of(t)
