#!/usr/bin/python3
"""Delivery tests: reports on their way from the queue to a receiver that plays whatever a receiver may do to them.

    tests/delivery/run.py [--holdfast PROGRAM] [--only TEXT]... [-j JOBS] [--thorough] [--list] [-v]

$HOLDFAST or --holdfast names holdfast; holdfast-send lies beside it. Each case runs as root of the machine, where that is who
calls, and as a plain user. --thorough tries every system call with every error, which takes some minutes. See README.md.
Needs: Python 3, iproute2; x86_64 for what is traced.

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import ctypes
import io
import os
import pathlib
import pickle
import shutil
import signal
import sys
import tarfile
import tempfile
import time
import traceback
import multiprocessing

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "system"))
import private  # noqa: E402
import outpost  # noqa: E402

for _each in sorted(HERE.glob("cases_*.py")):
    __import__(_each.stem)

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
TREE = "debian12"
OPTIONS = {}            # for the cases: what the command line said


def archive():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as stream:
        stream.add(TOP / "tests/trees" / TREE, arcname="")
    return data.getvalue()


def body(function, programs, folder, tree):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    t = outpost.Outpost(programs, folder, tree)
    t.options = OPTIONS
    try:
        function(t)
    finally:
        t.end()
    return t.failures, t.checks


def as_root(host, function):
    # Only root may go through this folder, so the sender lives by the descriptors that it was given.
    os.mkdir("/closed", 0o700)
    return body(function, "", "/closed", "/tree.tar")


def as_plain(function, programs, tree, timeout):
    """By a user of no rights, in a folder of its own. The same way of answering as private.call."""
    reader, writer = os.pipe()
    folder = tempfile.mkdtemp(prefix="holdfast-delivery-")
    if os.geteuid() == 0:
        os.chown(folder, outpost.PLAIN, outpost.PLAIN)
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            signal.alarm(timeout)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(outpost.PLAIN, outpost.PLAIN, outpost.PLAIN)
                os.setresuid(outpost.PLAIN, outpost.PLAIN, outpost.PLAIN)
            os.environ.clear()
            os.environ.update(PATH=private.PATH, LC_ALL="C", HOME="/tmp")
            answer = ("done", body(function, programs, folder, tree))
        except BaseException as problem:        # the parent tells it
            answer = ("raised", "".join(traceback.format_exception(problem)), isinstance(problem, private.CannotHere))
        with os.fdopen(writer, "wb") as stream:
            stream.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as stream:
            data = stream.read()
    finally:
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(child, 0)
        shutil.rmtree(folder, ignore_errors=True)
    if not data:
        raise private.PrivateError(f"the case died, or ran longer than {timeout} s")
    kind, *answer = pickle.loads(data)
    if kind == "raised":
        raise private.CannotHere(answer[0].splitlines()[-1]) if answer[1] else private.PrivateError(answer[0])
    return answer[0]


def try_one(one, user, programs, files):
    if user == outpost.ROOT and os.geteuid() != 0:
        return "skipped", "needs the machine's root"
    try:
        if user == outpost.ROOT:
            failures, checks = private.call(as_root, one.function, files=files, timeout=one.timeout)
        else:
            failures, checks = as_plain(one.function, programs, f"{programs}/tree.tar", one.timeout)
    except private.CannotHere as problem:
        return "skipped", str(problem)
    except Exception as problem:
        return "failed", "".join(traceback.format_exception(problem)).rstrip()
    if failures:
        return "failed", "\n".join(failures)
    return ("passed", "") if checks else ("failed", "it checked nothing, so it could not have failed")


_todo = []      # for the workers, which inherit it


def work(number):
    start = time.monotonic()
    result, text = try_one(*_todo[number])
    return number, result, text, time.monotonic() - start


def shorten(text, lines=12):
    every = text.split("\n")
    return "\n".join(every[:lines] + ([f"... and {len(every) - lines} lines more (-v shows all)"]
                                      if len(every) > lines else []))


def prepare(holdfast, scratch):
    """Copies, so that a build meanwhile changes nothing."""
    holdfast, files = pathlib.Path(holdfast), {"/tree.tar": (archive(), 0o644)}
    for name, program in (("holdfast", holdfast), ("holdfast-send", holdfast.with_name("holdfast-send"))):
        data = program.read_bytes()
        files[f"/{name}"] = (data, 0o755)
        pathlib.Path(scratch, name).write_bytes(data)
        pathlib.Path(scratch, name).chmod(0o755)
    pathlib.Path(scratch, "tree.tar").write_bytes(files["/tree.tar"][0])
    pathlib.Path(scratch).chmod(0o755)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-j", "--jobs", type=int, default=8, help="so many cases at a time (%(default)s; many of them wait)")
    parser.add_argument("--thorough", action="store_true", help="every system call with every error")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()

    chosen = [(each, user) for each in outpost.CASES for user in each.users
              if not options.only or any(text in f"{each.name} {user}" for text in options.only)]
    if options.list:
        print("\n".join(f"{each.name} {user}" for each, user in chosen))
        return 0
    OPTIONS["thorough"] = options.thorough
    counts, reasons, began = {"passed": 0, "failed": 0, "skipped": 0}, {}, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="holdfast-delivery-") as scratch:
        files = prepare(options.holdfast, scratch)
        order = sorted(chosen, key=lambda each: each[0].order)
        _todo[:] = [(each, user, scratch, files) for each, user in order]
        with multiprocessing.get_context("fork").Pool(max(1, options.jobs)) as pool:
            for number, result, text, seconds in pool.imap_unordered(work, range(len(_todo))):
                each, user = order[number]
                counts[result] += 1
                if result == "skipped":
                    reasons.setdefault(text, []).append(each.name)
                if options.verbose or result == "failed":
                    print(f"{result:7} {each.name}{' by a plain user' if user else ''} ({seconds:.1f} s)")
                if result == "failed":
                    print("    " + (text if options.verbose else shorten(text)).replace("\n", "\n    "), flush=True)
    for reason, names in reasons.items():
        print(f"{len(names)} skipped, {reason}: {', '.join(names[:4])}{' ...' if len(names) > 4 else ''}")
    if options.verbose:
        print(f"{time.monotonic() - began:.0f} s")
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
