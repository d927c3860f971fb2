"""What the cases stand on: the register of cases, the program, and hosts that are folders (tests/cli/trees.py)."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

sys.dont_write_bytecode = True  # the tests leave nothing in the source tree
HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.append(str(TOP / "tests/cli"))
import program  # noqa: E402
import trees  # noqa: E402

HOLDFAST = Path(os.environ.get("HOLDFAST") or TOP / "build/release/holdfast").resolve()
SENDER = HOLDFAST.parent / "holdfast-send"
PAGES = sorted((TOP / "docs/man").glob("*.[1-8]"))
SECONDS = 20  # no command of a test may take longer

CASES = []  # (name, function of a Check)


@dataclass
class Check:
    """What has gone wrong in one case; folder is its own."""
    folder: Path
    faults: list = field(default_factory=list)
    checks: int = 0
    skipped: str = ""

    def true(self, what, holds):
        self.checks += 1
        if not holds:
            self.faults.append(what)

    def equal(self, what, found, wanted):
        self.true(f"{what}:\n  found  {found!r}\n  wanted {wanted!r}", found == wanted)

    def same(self, what, found, wanted):
        """Two sets; what only one of them has is named."""
        found, wanted = set(found), set(wanted)
        self.true(f"{what}: missing {sorted(map(str, wanted - found))}, too many {sorted(map(str, found - wanted))}",
                  found == wanted)


def case(function):
    CASES.append((function.__name__, function))
    return function


def cases(table):
    """One case for each row of a table {name: row}."""
    def register(function):
        for name, row in table.items():
            CASES.append((f"{function.__name__}[{name}]", lambda check, row=row: function(check, row)))
        return function
    return register


def run(*words, **options):
    """Status, stdout and stderr of a command, as text."""
    options = {"env": program.environment(None), "stdin": subprocess.DEVNULL, "timeout": SECONDS, **options}
    result = subprocess.run([str(word) for word in words], capture_output=True, check=False, **options)
    return result.returncode, result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")


@lru_cache
def tables():
    """The commands and options of the program as `holdfast --help --json` has them: by name, and by word."""
    status, out, err = run(HOLDFAST, "--help", "--json")
    if status:
        raise SystemExit(f"holdfast --help --json: {err}")
    document = json.loads(out)
    return {each["name"]: each for each in document["commands"]}, {each["word"]: each for each in document["options"]}
