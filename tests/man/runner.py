"""Runs the registered cases, each in a folder of its own, and counts."""

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

import bench


def run_case(function, folder):
    check = bench.Check(folder)
    try:
        folder.mkdir()
        function(check)
    except Exception:  # a fault of the test counts, and the others go on
        check.faults.append("the case breaks off:\n" + "".join(traceback.format_exc().splitlines(True)[-6:]))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not check.faults and not check.checks:
        check.faults.append("it checked nothing, so it could not have failed")
    return check.faults


def main(text, needed):
    parser = argparse.ArgumentParser(description=text.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("--list", action="store_true", help="names the cases")
    options = parser.parse_args()
    chosen = [each for each in bench.CASES if not options.only or any(text in each[0] for text in options.only)]
    if options.list:
        print("\n".join(name for name, _ in chosen))
        return 0
    missing = [name for name in needed if not shutil.which(name)]
    missing += [str(path) for path in (bench.HOLDFAST, bench.SENDER) if not path.exists()]
    if missing:
        print(f"missing: {' '.join(missing)}; tools/install-packages check installs what the tests need", file=sys.stderr)
        print(f"0 passed, {len(chosen)} failed")
        return 1
    os.umask(0o022)  # a profile that others may write is refused
    failed = 0
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) and "TMPDIR" not in os.environ else None
    with tempfile.TemporaryDirectory(prefix="holdfast-man-", dir=memory) as place:
        Path(place).chmod(0o755)  # the sender reads its spool as another user
        for number, (name, function) in enumerate(chosen):
            faults = run_case(function, Path(place, str(number)))
            failed += bool(faults)
            for fault in faults[:1]:
                print(f"FAIL {name}", flush=True)
            for fault in faults[:6]:
                print("\n".join(f"    {line[:300]}" for line in fault.splitlines()[:14]), flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0
