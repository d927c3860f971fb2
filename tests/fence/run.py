#!/usr/bin/python3
"""Tests of the fence: each command of holdfast is taken over by ptrace when it has shut itself in, and made to try what it must not.

    tests/fence/run.py [--holdfast PROGRAM] [--only TEXT]... [-j JOBS] [--list] [-v]

$HOLDFAST or --holdfast names the program. Each case has a private host (tests/system/private.py): as root of the machine, where
that is who calls, and as root of a user namespace. Needs: Python 3, iproute2, util-linux; x86_64, and Landlock and seccomp in the
kernel. See README.md.

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import multiprocessing
import os
import pathlib
import platform
import sys
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "system"))
import acts  # noqa: E402
import private  # noqa: E402
import scenario  # noqa: E402

for _each in sorted(HERE.glob("cases_*.py")):
    __import__(_each.stem)

SHOWN = 12      # complaints of one case


def body(host, function):
    t = scenario.Scenario(host)
    function(t)
    return t.failures, t.checks


def run_one(number):
    each, user, files = TODO[number]
    start = time.monotonic()
    result, text = try_one(each, user, files)
    return result, text, time.monotonic() - start


def try_one(each, user, files):
    if user == 0 and os.geteuid() != 0:
        return "skipped", "needs the machine's root"
    try:
        failures, checks = private.call(body, each.function, user=user, files=files, timeout=each.timeout)
    except private.CannotHere as problem:
        return "skipped", str(problem)
    except Exception as problem:
        return "failed", "".join(traceback.format_exception(problem)).rstrip()
    if failures:
        return "failed", "\n".join(failures)
    return ("passed", "") if checks else ("failed", "it checked nothing, so it could not have failed")


def machine():
    """What acts that got through would have changed of the machine itself: its name, its clock's rate, its files."""
    return os.uname().nodename, acts.usual_tick()[88:96], scenario.fingerprints(["/etc", "/var/lib/holdfast", "/run/lock"])


TODO = []       # for the workers, which inherit it


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()
    chosen = [(each, user) for each in scenario.CASES for user in each.users
              if not options.only or any(text in f"{each.name} {user}" for text in options.only)]
    if options.list:
        print("\n".join(f"{each.name} {user}" for each, user in chosen))
        return 0
    if platform.machine() != "x86_64":
        print("x86_64 only: the tracer writes its registers")
        print(f"0 passed, 0 failed, {len(chosen)} skipped")
        return 0
    files = {"/holdfast": (pathlib.Path(options.holdfast).read_bytes(), 0o755)}
    plain = scenario.PLAIN_USER if os.geteuid() == 0 else os.geteuid()
    TODO[:] = [(each, plain if user else 0, files) for each, user in chosen]
    counts, reasons, before = {"passed": 0, "failed": 0, "skipped": 0}, {}, machine()
    with multiprocessing.get_context("fork").Pool(max(1, options.jobs)) as pool:
        for (each, user), (result, text, seconds) in zip(chosen, pool.imap(run_one, range(len(chosen)))):
            counts[result] += 1
            if result == "skipped":
                reasons.setdefault(text, []).append(each.name)
            if options.verbose or result == "failed":
                print(f"{result:7} {each.name}{' in a user namespace' if user else ''} ({seconds:.1f} s)")
                lines = text.split("\n") if result == "failed" else []
                for line in lines if options.verbose else lines[:SHOWN]:
                    print(f"        {line}")
                if len(lines) > SHOWN and not options.verbose:
                    print(f"        and {len(lines) - SHOWN} lines more (-v shows all)")
    if machine() != before:
        print("failed  the machine itself is not what it was (was somebody else at work?)")
        counts["failed"] += 1
    for text, names in reasons.items():
        print(f"skipped: {text}: {', '.join(names)}")
    print(f"{counts['passed']} passed, {counts['failed']} failed" + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
