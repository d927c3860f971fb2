#!/usr/bin/python3
"""Golden tests of the command line on fake hosts.

    tests/cli/run.py [--holdfast PROGRAM] [--update] [--list] [--jobs N] [WORD...]

The cases are in cases_*.py; WORD chooses those whose name or module has it. Each gets a fresh copy of a tree of
tests/trees. Where a case keeps a transcript, golden/<case>.txt has it, and --update writes it anew; exit codes and
everything else that the contract fixes stand in the cases and are not updated. Tests that only root can do are skipped
for others. Debian packages: python3-jsonschema, python3-yaml. See README.md.
"""

import argparse
import difflib
import importlib
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True  # the tests leave nothing in the source tree
import harness
import program

HERE = Path(__file__).resolve().parent
FAULTS_SHOWN = 3  # of one case
WORK = []  # what run_number needs, set once before its processes start
MODULES = sorted(path.stem for path in HERE.glob("cases_*.py"))


def load_cases(words):
    """(module, case) of all modules, those that a word names when there are words."""
    found = []
    for module in MODULES:
        before = len(harness.CASES)
        importlib.import_module(module)
        found += [(module, case) for case in harness.CASES[before:]]
    names = [case.name for _, case in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"two cases have one name: {', '.join(sorted(twice))}")
    return [(module, case) for module, case in found
            if not words or any(word in f"{module}.{case.name}" for word in words)]


def compare_golden(host, case, update):
    path = HERE / "golden" / f"{case.name}.txt"
    text = "".join(host.transcript)
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return
    before = path.read_text() if path.exists() else ""
    if text != before:
        lines = difflib.unified_diff(before.splitlines(), text.splitlines(), str(path.relative_to(program.TOP)),
                                     "now", lineterm="")
        host.fault("not as in the golden file (run.py --update rewrites it):\n" +
                   "".join(f"    {line}\n" for line in list(lines)[:60]).rstrip())


def run_case(bench, case, folder, update):
    """The faults of one case, and why it was skipped (None: it was not)."""
    host = None
    try:
        host = harness.Host(bench, case.tree, folder)
        case.function(host)
        if host.transcript:
            compare_golden(host, case, update)
    except Exception:  # a fault of the test, or a file that is not there any more: counts, and the others go on
        lines = traceback.format_exc().splitlines()
        return (host.faults if host else []) + ["the case breaks off:\n" + "\n".join(f"    {line}" for line in lines[-6:])], None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return host.faults, host.skipped


def printable(text):
    """What the program printed raw must not do the same to the terminal of who reads this."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda match: repr(match[0])[1:-1], text)


def place_of_hosts():
    """In memory where that is possible: each apply syncs its files, and a disk takes its time for that."""
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 512 << 20:
        return None
    return memory


def run_number(number):
    """In a process of its own, which has inherited the work: cases are functions, and those cannot be sent."""
    bench, cases, folder, update = WORK
    return run_case(bench, cases[number][1], folder / f"{number:04}", update)


def unused_goldens(cases):
    names = {case.name for _, case in cases}
    return [path.name for path in sorted((HERE / "golden").glob("*.txt")) if path.stem not in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--holdfast", type=Path, help="the program; else $HOLDFAST, else build/release/holdfast",
                        default=os.environ.get("HOLDFAST") or program.TOP / "build/release/holdfast")
    parser.add_argument("--update", action="store_true", help="rewrite the golden files")
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    cases = load_cases(options.words)
    if options.list:
        print("\n".join(f"{module}.{case.name}" for module, case in cases))
        return 0
    if not options.holdfast.exists():
        parser.error(f"there is no {options.holdfast}")
    os.umask(0o022)  # a profile that others may write is refused
    # A copy that other users can reach: a checkout may lie below /root, which is closed to them.
    reach = tempfile.TemporaryDirectory(prefix="holdfast-program-")
    os.chmod(reach.name, 0o755)
    bench = program.Bench(Path(shutil.copy2(options.holdfast.resolve(), Path(reach.name) / "holdfast")))
    sender = options.holdfast.resolve().parent / "holdfast-send"
    if sender.exists():
        bench.sender = Path(shutil.copy2(sender, Path(reach.name) / "holdfast-send"))
    skipped = [case for _, case in cases if case.needs_root and os.geteuid() != 0]
    wanted = [(module, case) for module, case in cases if case not in skipped]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="holdfast-cli-", dir=place_of_hosts()) as name:
        Path(name).chmod(0o755)  # some cases run as another user
        WORK[:] = bench, wanted, Path(name), options.update
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
            results = list(pool.map(run_number, range(len(wanted)), chunksize=4))
        for (module, case), (faults, why) in zip(wanted, results):
            if why and not faults:
                print(f"skipped {module}.{case.name}: {printable(why)}")
                skipped.append(case)
                continue
            passed += not faults
            failed += bool(faults)
            for fault in faults[:FAULTS_SHOWN]:
                print(f"FAIL {module}.{case.name}: {printable(fault)}")
            if len(faults) > FAULTS_SHOWN:
                print(f"FAIL {module}.{case.name}: and {len(faults) - FAULTS_SHOWN} more")
    for name in [] if options.words else unused_goldens(cases):
        print(f"FAIL golden/{name}: no case keeps it")
        failed += 1
    print(f"{passed} passed, {failed} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
