#!/usr/bin/python3
"""System tests: holdfast on the real kernel, in private namespaces with files of their own (private.py).

    tests/system/run.py [--holdfast PROGRAM] [--only TEXT]... [-j JOBS] [--list] [-v]

Each case runs as root of the machine, where that is who calls, and as a plain user in a user namespace, where it is root
of its own. What the machine cannot do is skipped, counted and said. At the end the machine's own parameters and files
must be what they were. Needs: Python 3, iproute2, strace, util-linux, the loaders (procps, systemd).

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import contextlib
import hashlib
import multiprocessing
import os
import pathlib
import re
import signal
import sys
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import cases_catalogue  # noqa: E402, F401
import cases_classic  # noqa: E402, F401
import cases_confirm  # noqa: E402, F401
import cases_files  # noqa: E402, F401
import cases_interfaces  # noqa: E402, F401
import cases_kernel  # noqa: E402, F401
import cases_guard  # noqa: E402, F401
import cases_rights  # noqa: E402, F401
import cases_run  # noqa: E402, F401
import cases_transactions  # noqa: E402, F401
import cases_tcp  # noqa: E402, F401
import private  # noqa: E402
import scenario  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
# Values that move by themselves, or whose reading does something.
RESTLESS = re.compile(r"/(random/.*|stat_refresh|ns_last_pid|.*-nr|.*-state|nf_conntrack_count|hung_task_\w+|cad_pid"
                      r"|perf_event_max_sample_rate|base_reachable_time|drop_caches|compact_memory|flush|pty/nr"
                      r"|binfmt_misc(/.*)?|quota/\w+|\w*_next_id|min_free_kbytes|slabinfo)$")


def machine():
    """{what: fingerprint} of the machine's own parameters and files."""
    found = {}
    for where, _, names in os.walk("/proc/sys"):
        for name in names:
            path = os.path.join(where, name)
            if RESTLESS.search(path):
                continue
            try:
                found[path] = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
            except OSError:
                pass
    found |= scenario.fingerprints(["/etc", "/var/lib/holdfast"])
    if os.path.exists("/run/lock/holdfast.lock"):
        found["/run/lock/holdfast.lock"] = os.stat("/run/lock/holdfast.lock").st_mtime_ns
    return found


def moved(before, after):
    return sorted(what for what in before.keys() | after.keys() if before.get(what) != after.get(what))


def body(host, function):
    t = scenario.Scenario(host)
    try:
        function(t)
    finally:
        for each in scenario.processes_here():      # those in a session of their own too
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
    return t.failures, t.checks


def run_one(one, user, files):
    """'passed', 'failed' or 'skipped', what to say, and the seconds that it took."""
    start = time.monotonic()
    result, text = try_one(one, user, files)
    return result, text, time.monotonic() - start


def try_one(one, user, files):
    if user == 0 and os.geteuid() != 0:
        return "skipped", "needs the machine's root"
    try:
        failures, checks = private.call(body, one.function, user=user, files=files, timeout=one.timeout)
    except scenario.CannotHere as problem:
        return "skipped", str(problem)
    except Exception as problem:
        return "failed", "".join(traceback.format_exception(problem)).rstrip()
    if failures:
        return "failed", "\n".join(failures)
    return ("passed", "") if checks else ("failed", "it checked nothing, so it could not have failed")


def files_for(holdfast):
    files = {"/holdfast": (pathlib.Path(holdfast).read_bytes(), 0o755)}
    for profile in (TOP / "profiles").glob("*.yaml"):
        files[f"/profiles/{profile.name}"] = (profile.read_bytes(), 0o644)
    return files


_todo = []      # for the workers, which inherit it


def work(number):
    function, *arguments = _todo[number]
    return function(*arguments)


def side_by_side(todo, jobs):
    """The answers in order, each as soon as it and all before it are there. Every case has a host of its own."""
    _todo[:] = todo
    with multiprocessing.get_context("fork").Pool(max(1, jobs)) as pool:
        yield from pool.imap(work, range(len(todo)))


def shorten(text, lines=12):
    every = text.split("\n")
    return "\n".join(every[:lines] + ([f"... and {len(every) - lines} lines more (-v shows all)"]
                                      if len(every) > lines else []))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-j", "--jobs", type=int, default=4,
                        help="so many cases at a time (%(default)s; most of them wait)")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()

    chosen = [(each, user) for each in scenario.CASES for user in each.users
              if not options.only or any(text in f"{each.name} {user}" for text in options.only)]
    if options.list:
        print("\n".join(f"{each.name} {user}" for each, user in chosen))
        return 0
    files, before = files_for(options.holdfast), machine()
    counts, reasons = {"passed": 0, "failed": 0, "skipped": 0}, {}
    plain = scenario.PLAIN_USER if os.geteuid() == 0 else os.geteuid()
    for (each, user), (result, text, seconds) in zip(chosen, side_by_side(
            [(run_one, each, plain if user else 0, files) for each, user in chosen], options.jobs)):
        counts[result] += 1
        if result == "skipped":
            reasons.setdefault(text, []).append(each.name)
        if options.verbose or result == "failed":
            print(f"{result:7} {each.name}{' in a user namespace' if user else ''} ({seconds:.1f} s)")
        if result == "failed":
            print("    " + (text if options.verbose else shorten(text)).replace("\n", "\n    "), flush=True)
    after = moved(before, machine())
    if after:
        print("failed  the machine is not what it was (was somebody else at work?):\n    " + "\n    ".join(after[:20]))
    counts["failed" if after else "passed"] += 1
    for reason, names in reasons.items():
        print(f"{len(names)} skipped, {reason}: {', '.join(names[:4])}{' ...' if len(names) > 4 else ''}")
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
