#!/usr/bin/python3
"""The shipped profiles on hosts of every kernel from 4.4 to 6.18, each with and without its modules.

    tests/kernels/run.py [--holdfast PROGRAM] [--only TEXT] [-v]

facts.yaml says what each kernel has; cases.py what must hold. Needs Python 3 with yaml. The last line is
"N passed, N failed".
"""
import argparse
import multiprocessing
import os
import pathlib
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "profiles"))      # judge.py
import cases  # noqa: E402

TESTS, PROGRAM = [], []      # set once, before the processes start, which inherit them
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

def judged(number):
    """(name, faults) of one test, in a process of its own."""
    name, body = TESTS[number]
    with tempfile.TemporaryDirectory(prefix="holdfast-kernels-", dir=MEMORY) as folder:
        trial = cases.Trial(PROGRAM[0], pathlib.Path(folder))
        try:
            body(trial)
        except Exception as err:  # an answer that is none; the others go on
            trial.faults.append(f"breaks off: {type(err).__name__}: {err}")
    return name, trial.faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", HERE.parent.parent / "build/release/holdfast"))
    parser.add_argument("--only", default="", help="only tests whose name has this in it")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every test")
    options = parser.parse_args()
    os.umask(0o022)      # a profile that others may write is refused
    PROGRAM.append(str(pathlib.Path(options.holdfast).resolve()))
    TESTS.extend(each for each in cases.tests() if options.only in each[0])
    passed = failed = 0
    with ProcessPoolExecutor(os.cpu_count() or 1, multiprocessing.get_context("fork")) as pool:
        for name, faults in pool.map(judged, range(len(TESTS))):
            passed += not faults
            failed += bool(faults)
            if options.verbose or faults:
                print(f"{'FAIL' if faults else 'ok'} {name}")
            for fault in faults[:8]:
                print(f"    {fault}")
            if len(faults) > 8:
                print(f"    and {len(faults) - 8} more")
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
