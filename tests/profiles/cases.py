"""What the cases of tests/profiles are written with: a program to run, folders that go away, checks that go on.

    @case
    def the_sentence_that_is_tested(t): t.exits("show", t.run("show", ...), 0)
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

import judge

CASES = []
MODULES = ("nf_conntrack", "br_netfilter", "zram")
TAGS = ("end-host", "static-ipv6")


def case(function):
    CASES.append(function)
    return function


@dataclass
class Said:
    code: int
    out: str
    err: str

    def __str__(self):
        return f"exit {self.code}\n{self.out[-1500:]}{self.err[-1500:]}".rstrip()


@dataclass
class Trial:
    """One case: what it found wrong, and the folder that is its own."""
    program: str
    folder: pathlib.Path
    failures: list = field(default_factory=list)
    checks: int = 0
    skipped: str = ""

    def holds(self, condition, text):
        self.checks += 1
        if not condition:
            self.failures.append(str(text))
        return bool(condition)

    def same(self, what, found, wanted):
        return self.holds(found == wanted, f"{what}: wanted {wanted!r}, found {found!r}")

    def exits(self, what, said, *codes):
        return self.holds(said.code in codes, f"{what}: wanted exit {' or '.join(map(str, codes))}, {said}")

    def run(self, *words):
        done = subprocess.run([self.program, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=120, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
        return Said(done.returncode, done.stdout, done.stderr)

    def empty(self):
        folder = self.folder / "empty"
        folder.mkdir(exist_ok=True)
        return folder

    def host_for_lint(self, memory):
        """Nothing but what makes the profiles' conditions true: lint passes over a parameter whose condition is not."""
        root = self.folder / f"lint-{memory >> 20}"
        if not root.exists():
            for path, text in (("proc/meminfo", f"MemTotal: {memory >> 10} kB\n"),
                               ("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu\n"),
                               ("proc/modules", "".join(f"{name} 1 0 - Live 0x0\n" for name in MODULES)),
                               ("etc/holdfast/agent.yaml", f"tags: [{', '.join(TAGS)}]\n")):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
        return root

    def host_with_profiles(self):
        """An empty host that has the shipped profiles by name."""
        root = self.folder / "installed"
        target = root / "usr/share/holdfast/profiles"
        target.mkdir(parents=True)
        for name in judge.SHIPPED:
            shutil.copy(judge.FOLDER / f"{name}.yaml", target)
        return root


def run_case(function, program):
    """'passed', 'failed' or 'skipped', and what to say."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None     # three times as fast as a disk
    with tempfile.TemporaryDirectory(prefix="holdfast-profiles-", dir=memory) as folder:
        t = Trial(program, pathlib.Path(folder))
        function(t)
    if t.failures:
        return "failed", "\n".join(t.failures)
    if t.skipped:
        return "skipped", t.skipped
    return ("passed", "") if t.checks else ("failed", "it checked nothing, so it could not have failed")
