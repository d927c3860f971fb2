"""What has to hold after a point, and after one more start."""
import functools
import hashlib
import json
import os
import pathlib
import re

import jsonschema

import inject
import operations
import state
from operations import APPLY, CONFIRM, ROLLBACK
from state import DROP_IN, FOREIGN, MAIN_FILE

DONE, WORK, DRIFT, BUSY, DENIED = 0, 1, 2, 75, 77
SCHEMA = "/journal.schema.json"         # put there by run.py
NOTHING_CHANGED, ALL_BACK = "nothing was changed", "everything was put back as it was"
NOT_BACK = "it could not all be put back"
# A key that could not be read when it was planned is left out and listed; that is no complaint but the report.
COUNTED = re.compile(r"\b[1-9]\d* (drift|error)")

TRIES = 20      # a lock of the kernel's is seldom taken twice in a row


@functools.cache
def validator():
    return jsonschema.Draft202012Validator(json.loads(pathlib.Path(SCHEMA).read_text()))


_judged = {}        # jsonschema takes longer than all the rest, and most entries differ in names and times alone
_NAMES = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def schema_problem(entry):
    shape = _NAMES.sub("", json.dumps(entry))
    if shape not in _judged:
        problem = next(validator().iter_errors(entry), None)
        _judged[shape] = problem and f"{problem.json_path}: {problem.message[:200]}"
    return _judged[shape]


def _bytes(path):
    try:
        return pathlib.Path(path).read_bytes()
    except FileNotFoundError:
        return None


class Trial:
    def __init__(self, scene):
        self.scene, self.problems = scene, []

    def holds(self, condition, text):
        if not condition:
            self.problems.append(text)

    # ---- the host as it is

    def entries(self):
        try:
            return state.entries()
        except state.Torn as problem:
            self.problems.append(str(problem))
            return []

    def values_are_whole(self):
        for key, possible in self.scene.values.items():
            now = state.read_live(key).split()
            fields = list(zip(*(each.split() for each in possible)))
            self.holds(len(now) == len(fields) and all(one in each for one, each in zip(now, fields)),
                       f"{key} is {' '.join(now)!r}, never one of {sorted(possible)}")

    def files_are_whole(self, found):
        """As they were, or as they become; a plan that saw less of the host is told by its entry."""
        start = self.scene.start
        planned = {each["file"]: each["after"] for entry in found for each in entry["files"]}
        for path in (MAIN_FILE, DROP_IN):
            data = _bytes(path)
            self.holds(data in self.scene.wholes[path] or
                       data is not None and hashlib.sha256(data).hexdigest() == planned.get(path),
                       f"{path} is neither the old nor the new one: {data!r}")
        now = state.files_now()
        for path in (MAIN_FILE, FOREIGN):
            self.holds(now.get(path, ())[2:] == start.files[path][2:],
                       f"{path}: mode, owner or attributes were {start.files[path][2:]}, now {now.get(path)}")
        self.holds(_bytes(FOREIGN) == start.files[FOREIGN][1], f"{FOREIGN} is another: {now.get(FOREIGN)}")
        if DROP_IN in now:
            self.holds(now[DROP_IN][2:] == (0o644, 0, 0, {}), f"{DROP_IN} has {now[DROP_IN][2:]}")
        for name in os.listdir("/etc/sysctl.d"):
            self.holds(name.startswith(".holdfast-") or f"/etc/sysctl.d/{name}" in (FOREIGN, DROP_IN),
                       f"/etc/sysctl.d/{name} has appeared")

    def is_as(self, what, wanted, keys=operations.KEYS):
        now = state.remember(operations.KEYS)
        for key in keys:
            self.holds(now.values[key] == wanted.values[key],
                       f"{what}: {key} is {now.values[key]!r}, not {wanted.values[key]!r}")
        for path in (MAIN_FILE, DROP_IN):
            self.holds(now.files.get(path) == wanted.files.get(path),
                       f"{what}: {path} is {now.files.get(path)}, not {wanted.files.get(path)}")

    def is_consistent(self, what, found):
        """Live values and files are what the journal says."""
        first = self.scene.first
        try:
            told = state.replay(first.values, state.hashes(first.files), found)
        except state.Torn as problem:
            self.problems.append(f"{what}: {problem}")
            return
        if told is None:
            self.problems.append(f"{what}: an entry is not over, and nothing says so: "
                                 f"{[(each['id'], each['state']) for each in found]}")
            return
        values, files = told
        newest = f"the newest entry is {found[-1]['kind']} {found[-1]['state']}" if found else "there is no entry"
        for key in operations.KEYS:
            now = state.read_live(key)
            self.holds(values[key] in (now, None),
                       f"{what}: {key} is {now!r}, by the journal {values[key]!r}; {newest}")
        now = state.hashes(state.files_now())
        for path, digest in files.items():
            self.holds(now[path] == digest, f"{what}: {path} is not what the journal says ({_bytes(path)!r}); {newest}")

    def is_valid(self, found):
        for entry in found if os.path.exists(SCHEMA) else ():
            problem = schema_problem(entry)
            self.holds(problem is None, f"entry {entry['state']} breaks the schema: {problem}")

    # ---- after the point

    def after_point(self, point, shot):
        said, found = shot.said, self.entries()
        self.values_are_whole()
        self.files_are_whole(found)
        if point.fault == inject.KILL:
            return
        if not shot.in_main or point.call in ("execve", "exit_group"):
            # The C library or the loader gives up before main, or the process has ended already.
            if not shot.in_main:
                self.is_as("ended before main", self.scene.start)
            return
        self.holds(said.code in (DONE, WORK, DRIFT, DENIED), f"it ended with {said}")
        lost_voice = point.call == "write" and "write(2," in shot.trace.split("(INJECTED)")[0].splitlines()[-1]
        if said.code != DONE:
            self.holds(said.err.startswith("holdfast: ") or COUNTED.search(said.out) or lost_voice,
                       f"it failed without a word: {said}")
        open_now = os.path.islink(state.OPEN)
        if said.code == DONE:
            self.is_as("exit 0", self.scene.end)
        for each in found[-1]["kept"] if found else ():
            self.holds(said.code != DONE and each["path"].replace("/", ".") in said.err,
                       f"{each} was kept, and nobody was told: {said}")
        if NOTHING_CHANGED in said.err:
            self.is_as(f"exit {said.code}, '{NOTHING_CHANGED}'", self.scene.start)
        if ALL_BACK in said.err:
            self.is_as(f"'{ALL_BACK}'", self.scene.start)
            self.holds(found and found[-1]["state"] == "undone", f"'{ALL_BACK}', but no entry says so")
        if NOT_BACK in said.err:
            self.holds(open_now, f"'{NOT_BACK}', but nothing is left open")
        if not open_now:
            self.is_consistent("after the point", found)

    # ---- after one more start

    def start_again(self, command):
        before = self.entries()
        waited = self.is_waiting(before)
        stood = state.stands(before)
        said = inject.run(command)
        what = f"then '{' '.join(command[1:2])}'"
        if command == APPLY:
            self.ends(what, said, BUSY if waited else DONE)
        elif command == ROLLBACK:
            self.ends(what, said, DONE if stood else WORK)
        elif command == CONFIRM:
            self.ends(what, said, DONE if waited else WORK)
        else:
            self.ends(what, said, DONE)
        self.holds(said.code == DONE or said.err.startswith("holdfast: "), f"{what} fails without a word: {said}")
        if command == APPLY and said.code == DONE:
            kept = any(each["kept"] for each in before)     # then a key that others follow may be in line already
            self.is_as(what, self.scene.new, operations.NAMED if kept else operations.MOVED)
        return what

    def ends(self, what, said, *codes):
        self.holds(said.code in codes, f"{what}: wanted exit {' or '.join(map(str, codes))}, {said}")

    @staticmethod
    def is_waiting(found):
        """What was kept for `confirm` goes first when a waiting change is taken back: then it does not wait any more."""
        return bool(found) and found[-1]["state"] == "waiting" and os.path.islink(state.OPEN) and all(
            os.path.exists(f"{state.JOURNAL}/{each['next']}") for each in found[-1]["files"] if each["next"])

    def is_over(self, what):
        found = self.entries()
        left = [path for path in state.files_now() if os.path.basename(path).startswith(".holdfast-")]
        self.holds(not left, f"{what}: left behind: {left}")
        self.holds(not os.path.lexists(state.OPEN), f"{what}: 'open' is still there")
        self.files_are_whole(found)
        self.is_consistent(what, found)
        self.is_valid(found)


def settle_watcher(trial, number):
    """Half of the points: the watcher has to end it by itself. Else it dies too."""
    if number % 2 == 0:
        operations.end_watchers()
        return
    if not trial.is_waiting(trial.entries()):
        trial.holds(operations.await_watchers(), "the watcher does not end")
        if os.path.isdir(state.JOURNAL):
            trial.is_consistent("after the watcher", trial.entries())
            trial.holds(not trial.entries() or not os.path.lexists(state.OPEN), "the watcher has left 'open'")
    operations.end_watchers()


def try_point(scene, point, number):
    """(problems, whether the run came to the call)"""
    for _ in range(TRIES):
        scene.start.restore()
        shot = inject.shoot(point, scene.operation.command, forks=scene.operation.watched)
        if shot.hit and not shot.moved:
            break
        operations.end_watchers()
    trial = Trial(scene)
    trial.holds(not (shot.hit and shot.moved), f"a call was begun anew in each of {TRIES} runs: {shot.trace[:300]}")
    if not shot.hit:
        trial.holds(shot.seen < point.number,
                    f"the call was made and nothing was injected: {shot.said}\n{shot.trace[-500:]}")
        return trial.problems, False
    if scene.operation.watched:
        settle_watcher(trial, number)
    trial.after_point(point, shot)
    commands = scene.operation.again
    what = trial.start_again(commands[number % len(commands)])
    if trial.is_waiting(trial.entries()):
        what = trial.start_again((CONFIRM, ROLLBACK)[number // len(commands) % 2])
    trial.is_over(what)
    if trial.problems:
        trial.problems.append(f"the program had said: {shot.said}")
        trial.problems.append("its last calls of that name:\n" + "\n".join(shot.trace.splitlines()[-4:]))
    return trial.problems, True
