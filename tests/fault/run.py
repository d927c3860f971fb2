#!/usr/bin/python3
"""Fault tests: the program dies, or one call fails, at every single system call of the operations that change a host.

    tests/fault/run.py [--holdfast PROGRAM] [--only POINT]... [--every N [--seed N]] [--list] [-v]

A point is operation:fault:call:number, "the third fsync of an apply fails with EIO" is apply:EIO:fsync:3. --only
takes as many of its words as you like (apply, apply:kill). After each point what is there is looked at, then holdfast
is started once more, and then all of it has to be in order. See README.md. Needs: Python 3 with jsonschema, strace,
iproute2.

The last line is "N passed, N failed", a point a test. Exit 1 if anything failed.
"""
import argparse
import collections
import multiprocessing
import os
import pathlib
import random
import shutil
import sys
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "system"))
import private  # noqa: E402
import checks  # noqa: E402
import inject  # noqa: E402
import operations  # noqa: E402

PLAIN_USER = 1000
CHUNK = 120             # points that share a host
FAULTS = (inject.KILL, *inject.ERRORS)


def user():
    """Root of the machine, or of a user namespace."""
    return 0 if os.geteuid() == 0 else os.geteuid()


def operation_of(name):
    return next(each for each in operations.OPERATIONS if each.name == name)


def _survey(host, name):
    scene = operations.stage(host, operation_of(name), look=True)
    return scene.points, scene.lost


def _try_all(host, name, numbered):
    scene = operations.stage(host, operation_of(name))
    results = []
    for number, point in numbered:
        try:
            problems, hit = checks.try_point(scene, point, number)
        except Exception as problem:
            problems, hit = ["".join(traceback.format_exception(problem)).rstrip()], True
            operations.end_watchers()
        results.append((point, hit, problems))
    return results


def work(task):
    """In a worker process: (kind, operation, points) in a private host of its own."""
    body, name, numbered, files = task
    try:
        if body == "survey":
            return private.call(_survey, name, user=user(), files=files)
        return private.call(_try_all, name, numbered, user=user(), files=files, timeout=60 + 2 * len(numbered))
    except Exception as problem:
        text = "".join(traceback.format_exception(problem)).rstrip()
        return text if body == "survey" else [(point, True, [text]) for _, point in numbered]


def points_of(name, calls):
    """Every call with every fault."""
    for call, number in calls:
        yield inject.Point(name, inject.KILL, call, number)
        special = inject.NO_ERROR_NUMBER.get(call)
        if call == "brk" and number > inject.BRK_MOST:
            continue
        for error in (special[1],) if special else inject.ERRORS:
            yield inject.Point(name, error, call, number)


def wanted(point, only):
    whole = str(point).split(":")
    return not only or any(whole[:len(words)] == words for words in (text.split(":") for text in only))


def chunks(numbered):
    for i in range(0, len(numbered), CHUNK):
        yield numbered[i:i + CHUNK]


def files_for(holdfast):
    files = {"/holdfast": (pathlib.Path(holdfast).read_bytes(), 0o755)} | operations.FILES
    schema = TOP / "schema/journal.schema.json"
    if schema.exists():
        files[checks.SCHEMA] = (schema.read_bytes(), 0o644)
    return files


def tell(point, problems, options):
    text = "\n".join(problems)
    lines = text.split("\n")
    if not options.verbose and len(lines) > 8:
        text = "\n".join(lines[:8] + [f"... and {len(lines) - 8} lines more (--only {point} -v shows all)"])
    print(f"failed  {point}\n    " + text.replace("\n", "\n    "), flush=True)


def table(counts, calls):
    names = [*FAULTS, inject.NO_MEMORY]
    print(f"{'':18}{'calls':>7}" + "".join(f"{name:>8}" for name in names) + f"{'not reached':>13}")
    for name in calls:
        row = counts[name]
        print(f"{name:18}{len(calls[name]):7}" + "".join(f"{row[each]:8}" for each in names) + f"{row['missed']:13}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only these points: operation[:fault[:call[:number]]]")
    parser.add_argument("--every", type=int, default=1, help="one point in N, drawn by the seed")
    parser.add_argument("--seed", type=int, help="for --every; it is printed")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4))
    parser.add_argument("--list", action="store_true", help="names the points")
    parser.add_argument("-v", "--verbose", action="store_true", help="all of each complaint")
    options = parser.parse_args()
    if not shutil.which("strace"):
        print("strace is not installed\n0 passed, 1 failed")
        return 1

    files, began = files_for(options.holdfast), time.monotonic()
    names = [each.name for each in operations.OPERATIONS
             if not options.only or any(text.split(":")[0] == each.name for text in options.only)]
    seed = options.seed if options.seed is not None else random.randrange(1000000)
    with multiprocessing.Pool(options.jobs) as pool:
        calls = dict(zip(names, pool.map(work, [("survey", name, None, files) for name in names])))
        broken = {name: found for name, found in calls.items() if isinstance(found, str)}
        lost = {name: found[1] for name, found in calls.items() if name not in broken}
        calls = {name: found[0] for name, found in calls.items() if name not in broken}
        # The number decides what is started after the point, so it is the same when the point is tried alone.
        points = [(number, point) for name, found in calls.items()
                  for number, point in enumerate(points_of(name, found)) if wanted(point, options.only)]
        if options.every > 1:
            print(f"one in {options.every} of {len(points)} points, --seed {seed}")
            chosen = random.Random(seed).sample(range(len(points)), max(1, len(points) // options.every))
            points = [points[i] for i in sorted(chosen)]
        if options.list:
            print("\n".join(str(point) for _, point in points))
            return 0
        counts = collections.defaultdict(collections.Counter)
        passed, failed, missed = 0, len(broken), []
        for name, found in lost.items():
            passed, failed = passed + (not found), failed + bool(found)
            if found:
                print(f"failed  {name}: after a loss of power\n    " + "\n    ".join(found))
        for name, text in broken.items():
            print(f"failed  {name}: cannot begin\n    " + text.replace("\n", "\n    "))
        tasks = [("points", name, chunk, files) for name in calls
                 for chunk in chunks([each for each in points if each[1].operation == name])]
        for results in pool.imap(work, tasks):
            for point, hit, problems in results:
                counts[point.operation][point.fault if hit else "missed"] += 1
                missed += [] if hit else [str(point)]
                passed, failed = passed + (not problems), failed + bool(problems)
                if problems:
                    tell(point, problems, options)
    table(counts, calls)
    if missed:
        print("not reached, the run made fewer of these calls: " + " ".join(missed))
    print(f"{time.monotonic() - began:.0f} s, {options.jobs} at a time")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
