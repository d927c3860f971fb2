"""What the cases stand on: the register of cases, and a Host that runs the program and collects faults.

A case is a function of a Host, registered by @case or, one test for each row of a table, by @rows. What holds for every
run is checked in Host.run, so that no case can forget it: no crash, no hang, complaints in our form, what only looks
writes nothing, a refused apply changes nothing, each JSON document is valid by its schema, if it has one.
"""

import datetime
import difflib
import json
import re
import subprocess
import time
from dataclasses import dataclass

from program import (BUSY, DENIED, DRIFT, IN_LINE, INVALID, PENDING, SECONDS, STATUSES, TOP, USAGE, Result, environment,
                     run_program, slowness)
from trees import Tree, moved

NOBODY = 65534
QUIET = {"-q", "--quiet"}
ROOT = "../root"  # from the work folder; of one length everywhere, as columns of a table depend on it
READERS = ("check", "plan", "show", "verify", "lint", "explain", "capture", "history", "tcp", "report")
CHANGERS = ("apply", "rollback", "confirm", "recover", "run")
SENDING = {"--flush", "--test"}  # with these report tells the sender where to, and does not only look
# apply takes the lock before it looks at anything; the lock says nothing about the host.
LOCK = ("run", "run/lock", "run/lock/holdfast.lock")


@dataclass
class Case:
    name: str
    tree: str
    function: object
    needs_root: bool = False


CASES = []


def case(tree="debian12", needs_root=False):
    """Registers a function of a Host as a test on a copy of the tree."""
    def register(function):
        CASES.append(Case(function.__name__, tree, function, needs_root))
        return function
    return register


def rows(table, tree="debian12", needs_root=False):
    """Registers one test for each row of a table {name: row}; the function gets the Host and the row."""
    def register(function):
        for name, row in table.items():
            CASES.append(Case(f"{function.__name__}[{name}]", tree,
                              lambda host, row=row: function(host, row), needs_root))
        return function
    return register


class Host(Tree):
    """A tree in which the program runs, and what has gone wrong in it."""

    def __init__(self, bench, tree, folder):
        super().__init__(tree, folder)
        self.bench = bench
        self.faults = []
        self.skipped = None  # why a case cannot be done on this machine
        self.transcript = []
        self.seen = {}  # the files at the first show() or the last show_changes()

    # ---- faults

    def fault(self, text):
        self.faults.append(text)

    @staticmethod
    def today():
        """The date by UTC, of which enough is left for what a case does with it: just before midnight the next one is awaited."""
        left = 86400 - time.time() % 86400
        if left < 2 * SECONDS:
            time.sleep(left + 0.1)
        return datetime.datetime.now(datetime.timezone.utc).date()

    def equal(self, what, found, wanted):
        if found != wanted:
            self.fault(f"{what}:\n    found  {found!r}\n    wanted {wanted!r}")

    def says(self, result, *patterns, stream="err"):
        """Each pattern (a regular expression, any case) stands in the stream."""
        text = getattr(result, stream)
        for pattern in patterns:
            if not re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
                shown = "".join(f"\n    | {line[:200]}" for line in self.normal(text).splitlines()[:12]) or "\n    | (nothing)"
                self.fault(f"{self.command(result.words)}: no /{pattern}/ in {stream}:{shown}")

    def silent(self, result, *patterns, stream="out"):
        for pattern in patterns:
            found = re.search(f".*(?:{pattern}).*", getattr(result, stream), re.IGNORECASE | re.MULTILINE)
            if found:
                self.fault(f"{self.command(result.words)}: /{pattern}/ stands in {stream}: {self.normal(found[0])[:300]}")

    # ---- runs

    def command(self, words):
        return self.normal(" ".join(["holdfast", *words]))

    def run(self, *words, exit=None, env=None, columns=None, user=None, root=True):
        """Runs holdfast, with --root unless told otherwise, and checks what must hold for every run.

        exit: the status, or several; None takes any that the contract knows. env: None for a variable takes it away.
        columns: stdout is a terminal of that width. user: by that number instead of root.
        """
        if root:
            at = words.index("--") if "--" in words else len(words)
            words = (*words[:at], "--root", ROOT, *words[at:])
        before = self.snapshot()
        options = {"cwd": self.work, "env": environment(env), "stdin": subprocess.DEVNULL}
        if user is not None:
            options.update(user=user, group=user, extra_groups=[])
        start = time.monotonic()
        status, out, err = run_program([str(self.bench.program), *words], options, columns)
        result = Result(words, status, out.decode(errors="replace"), err.decode(errors="replace"))
        took, limit = time.monotonic() - start, SECONDS * self.bench.slower
        if took > limit and took > (limit := limit * slowness()):
            self.fault(f"{self.command(words)}: takes {took:.1f} s, longer than {limit:.1f} s")
        self.check_run(result, STATUSES if exit is None else exit if isinstance(exit, tuple) else (exit,), before)
        return result

    def check_run(self, result, exits, before):
        shown = self.command(result.words)
        said = "".join(f"\n    | {line[:300]}" for line in self.normal(result.err).splitlines()[:6])
        if result.status < 0:
            self.fault(f"{shown}: ends by signal {-result.status}{said}")
        elif result.status not in exits:
            self.fault(f"{shown}: exit {result.status} instead of {' or '.join(map(str, exits))}{said}")
        odd = [line for line in result.err.splitlines() if not line.startswith("holdfast: ")]
        if odd:
            self.fault(f"{shown}: no complaint in our form: {odd[0][:300]}")
        command = next((word for word in result.words if word in (*READERS, *CHANGERS)), None)
        # An undone trial is news, not a document: it goes to stderr, as it does when another command finds it. A run in cron
        # has nothing to say when all is well.
        if (not result.out and result.status in (IN_LINE, DRIFT, PENDING) and not (QUIET | SENDING) & set(result.words) and
                not (command in ("recover", "confirm", "run") or command == "rollback" and result.err)):
            self.fault(f"{shown}: prints nothing")
        if SENDING & set(result.words):
            self.untouched(before, shown, without=self.spool_entries(before))
        elif command in READERS or {"--dry-run", "--explain"} & set(result.words):
            self.untouched(before, shown)
        elif result.status in (USAGE, INVALID, BUSY, DENIED):
            # A run that could not do its work has a report all the same.
            self.untouched(before, shown, without=(*LOCK, *(self.spool_entries(before) if command == "run" else ())))
        if "--json" in result.words and result.out:
            self.check_document(result, command, shown)

    def untouched(self, before, what, without=()):
        names = moved({name: entry for name, entry in before.items() if name not in without}, self.snapshot(without))
        if names:
            self.fault(f"{what}: touches {', '.join(names[:8])}")

    def spool_entries(self, before):
        """What a report may bring with it: the spool and all in it, and the folders on the way."""
        own = [name for name in {**before, **self.snapshot()} if (name + "/").startswith("var/lib/holdfast/spool/")]
        return ("var", "var/lib", "var/lib/holdfast", *own)

    def check_document(self, result, command, shown):
        # With --interval there is one document a line.
        for text in result.out.splitlines() if "--interval" in result.words else [result.out]:
            try:
                result.document = json.loads(text)
            except ValueError as err:
                self.fault(f"{shown}: no JSON: {err}: {text[:300]!r}")
                return
            kind = self.kind_of(result, command)
            if kind in self.bench.validators:
                self.check_schema(result.document, kind, shown)

    @staticmethod
    def kind_of(result, command):
        """The schema of the document."""
        if command == "report":  # prints what it is given, whatever that is
            name = result.document.get("schema") if isinstance(result.document, dict) else None
            return {"holdfast.tcp/1": "tcp", "holdfast.report/1": "report"}.get(name)
        if command in ("show", "lint", "explain", "tcp"):
            return command
        if command in ("history", "rollback", "confirm", "recover"):
            return "history" if "transactions" in result.document else "journal"
        if "--explain" in result.words:
            return "mode"
        return "plan" if command == "plan" or "--dry-run" in result.words else "report"

    def check_schema(self, document, kind, shown):
        for error in list(self.bench.validators[kind].iter_errors(document))[:3]:
            self.fault(f"{shown}: not valid by {kind}.schema.json: {error.json_path}: {error.message[:300]}")

    # ---- golden transcripts

    def normal(self, text):
        """Without what differs from run to run."""
        text = text.replace(str(self.root), "ROOT").replace(ROOT, "ROOT").replace(str(self.work), "WORK")
        text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", "UUIDv7", text)
        text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
        text = re.sub(r"\b[0-9a-f]{64}\b", "SHA-256", text)
        text = re.sub(r'("duration_ms": )\d+', r"\1MS", text)
        text = re.sub(r'("(?:owner|group)": )\d+', r"\1NUMBER", text)
        version = re.escape((TOP / "VERSION").read_text().strip())
        text = re.sub(r"(_timestamp_seconds(?:\{.*\})?|_duration_seconds|spool_bytes\{.*\}) [0-9.e+]+$", r"\1 NUMBER", text,
                      flags=re.MULTILINE)
        text = re.sub(r'("statistics": ?\{"duration": ?)[0-9.]+', r"\1SECONDS", text)
        return re.sub(rf'("version": ?"|"agent": "|^holdfast(?:-send)? |_info\{{version="){version}\b', r"\1VERSION", text,
                      flags=re.MULTILINE)

    def show(self, *words, **options):
        """A run whose words, output and status go into the transcript that golden/<case>.txt keeps."""
        if not self.transcript:
            self.seen = self.texts()
        result = self.run(*words, **options)
        env = "".join(f"{name}={value or ''} " for name, value in (options.get("env") or {}).items())
        columns = options.get("columns")
        self.transcript.append(f"$ {env}{self.command(result.words)}{f'    ({columns} columns)' if columns else ''}\n")
        self.transcript.append(self.normal(result.out).replace("\x1b", "\\e").replace("\r", "\\r"))
        self.transcript += [f"2> {line}\n" for line in self.normal(result.err).splitlines()]
        self.transcript.append(f"[exit {result.status}]\n\n")
        return result

    def show_changes(self):
        """Into the transcript: what has become of the tree since the first show() or the last call."""
        now = self.texts()
        names = [name for name in moved(self.seen, now) if not name.startswith(("var/lib/holdfast/", "run/lock/"))]
        for name in names:
            self.transcript.append(self.normal(change_text(name, self.seen.get(name), now.get(name))))
        self.transcript.append("\n" if names else "(nothing in the tree has changed)\n\n")
        self.seen = now


def change_text(name, before, after):
    if after is None:
        return f"gone: {name}\n"
    if before is None:
        return f"new: {name}\n" + "".join(f"    {line}\n".replace("    \n", "\n") for line in after.splitlines())
    if name.startswith("proc/sys/"):
        return f"{name}: {before.strip()} -> {after.strip()}\n"
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1))[2:]
    return f"changed: {name}\n" + "".join(f"    {line}".rstrip() + "\n" for line in lines)
