"""--root: a folder tree is the host. Its folders are written to then, and those of the machine itself are not."""
import os
import subprocess

import acts
import scene
from cases_commands import CHANGING, refused, shut_in
from scenario import DRIFT, OK, case
from scene import FIN, PROFILE, TREE, take_over

# name: (words, exit, rights, which process)
COMMANDS = {
    "check": (("check", "-p", PROFILE), DRIFT, set(), 0),
    "lint": (("lint",), OK, set(), 0),
    "explain": (("explain", FIN), OK, set(), 0),
    "apply": (("apply", "-p", PROFILE), OK, CHANGING | {"spool", "textfile", "probe"}, 0),
    "run": (("run", "--no-send"), OK, CHANGING | {"spool", "textfile", "sender"}, 1),
    "rollback": (("rollback",), OK, CHANGING, 0),
    "history": (("history",), OK, set(), 0),
    "report": (("report",), OK, set(), 0),
}


def plant():
    """The machine's own settings, and a folder for everything else."""
    subprocess.run(["rm", "-rf", TREE], check=True)
    for folder in ("etc/holdfast/profiles", "etc/sysctl.d", "proc/sys/net/ipv4", "var/lib/holdfast", "run/lock", "metrics"):
        os.makedirs(f"{TREE}/{folder}")
    for name, text in {"etc/machine-id": "0" * 31 + "1\n", "etc/hostname": "tree\n", "proc/version": "Linux version 6.1.0\n",
                       "proc/sys/net/ipv4/tcp_fin_timeout": "60\n", "etc/holdfast/agent.yaml": scene.SETTINGS,
                       "etc/holdfast/profiles/case.yaml": open(PROFILE).read()}.items():
        with open(f"{TREE}/{name}", "w") as stream:
            stream.write(text)


def within(tree):
    found = []
    for words, (call, arguments) in acts.PLACES.items():
        if words != "output":
            found.append((f"{tree}: {words}", call, tuple(tree + each if isinstance(each, str) else each for each in arguments)))
    return found


@case
def in_a_tree_the_machine_itself_cannot_be_written(t):
    scene.lay(t)
    for name, (words, code, rights, process) in COMMANDS.items():
        plant()
        if name in ("rollback", "history", "report"):
            t.exits(f"{name}: before", t.holdfast("run", "--no-send", "--root", TREE), OK)
        tried = acts.spoil("/precious") + acts.others(t.victim.pid) + within("")
        taken = take_over((*words, "--root", TREE), tried + within(TREE), process)
        shut_in(t, name, taken, rights)
        refused(t, name, taken.found, tried)
        for what in acts.PLACES:
            if what in ("output", "sysctl.conf"):
                continue
            may = bool(rights & set(what.split()))
            found = taken.found.get(f"{TREE}: {what}")
            t.holds(found == "done" if may else found in acts.REFUSED, f"{name}: writes for '{what}' in the tree: {found}")
        t.same(f"{name}: exit ({taken.run.err.strip()})", taken.run.code, code)
    scene.end_of(t)
