"""Runs the program: in a pipe or on a terminal of a given width, never longer than it may take."""

import fcntl
import functools
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema

TOP = Path(__file__).resolve().parent.parent.parent
# No run may take longer, whatever it is given; so many times longer where the program is slower by itself (Bench.slower), and
# where the machine is (slowness). One that hangs is killed.
SECONDS = 5 * int(os.environ.get("HOLDFAST_PATIENCE", "1"))
HANGS = 8 * SECONDS
YARDSTICK = 0.0095      # of a machine for which the limits are
IN_LINE, WORK, DRIFT, PENDING, USAGE, INVALID, BUSY, DENIED = 0, 1, 2, 3, 64, 65, 75, 77
STATUSES = (IN_LINE, WORK, DRIFT, PENDING, USAGE, INVALID, BUSY, DENIED)


@dataclass
class Result:
    words: tuple
    status: int
    out: str
    err: str
    document: object = None  # of --json; of several, one a line, the last

    def parameter(self, key):
        """The parameter of a report, or {} so that a comparison fails with the key's name rather than here."""
        found = [each for each in (self.document or {}).get("parameters", []) if each["key"] == key]
        return found[0] if found else {}

    def steps(self, kind=None):
        return [each for each in (self.document or {}).get("steps", []) if kind in (None, each["kind"])]


def load_validators():
    schemas = {}
    for name in ("report", "plan", "show", "lint", "explain", "journal", "history", "tcp", "mode"):
        path = TOP / f"schema/{name}.schema.json"
        if name not in ("report", "plan") and not path.exists():
            continue
        schemas[name] = json.loads(path.read_bytes())
    store = {schema["$id"]: schema for schema in schemas.values()}  # the report refers to that of tcp
    return {name: jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver.from_schema(schema, store=store),
                                                  format_checker=jsonschema.FormatChecker(["date"]))
            for name, schema in schemas.items()}


@dataclass
class Bench:
    """What all cases share."""
    program: Path
    sender: Path | None = None  # holdfast-send, where it lies beside
    validators: dict = field(default_factory=load_validators)

    @functools.cached_property
    def slower(self):
        """How many times slower sanitizers make it."""
        return 3 if b"__asan_init" in self.program.read_bytes() else 1

    @property
    def bits(self):
        """Of the processor that the program is for: 64, or 32 (elf(5), EI_CLASS)."""
        with open(self.program, "rb") as file:
            return file.read(5)[4] * 32


def environment(more):
    """A small one; None takes a variable away. The sanitizers' settings pass through."""
    given = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/", "TERM": "xterm", **(more or {})}
    given.update((name, value) for name, value in os.environ.items() if name.endswith("SAN_OPTIONS"))
    return {name: value for name, value in given.items() if value is not None}


def yardstick(pick):
    """What a known piece of work takes right now: words in a loop, and small programs; picked from five times."""
    taken = []
    for _ in range(5):
        begun = time.monotonic()
        subprocess.run(["bash", "-c", "for ((i = 0; i < 3000; i++)); do word=${i/1/x}; done; /bin/true; /bin/true; /bin/true"],
                       check=True)
        taken.append(time.monotonic() - begun)
    return pick(taken)


def slowness(pick=statistics.mean):
    """How many times longer than there everything takes here, right now; asked for when something has taken too long."""
    return max(1, yardstick(pick) / YARDSTICK)


def run_program(command, options, columns=None):
    """Status, stdout and stderr. One that hangs is killed, later than SECONDS, so that the caller sees it."""
    if columns is not None:
        return run_on_terminal(command, options, columns)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        out, err = process.communicate(timeout=HANGS)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    return process.returncode, out, err


def run_on_terminal(command, options, columns):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, **options)
    os.close(theirs)
    out, end = b"", time.monotonic() + HANGS
    while select.select([ours], [], [], max(0, end - time.monotonic()))[0]:
        try:
            out += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    if time.monotonic() >= end:
        process.kill()
    _, err = process.communicate()
    return process.returncode, out.replace(b"\r\n", b"\n"), err
