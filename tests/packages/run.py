#!/usr/bin/python3
"""The packages: built, judged by lintian and rpmlint, built again elsewhere, and put into Debian 12 and 13.

    tests/packages/run.py [--release NAME]... [--only TEXT]... [--keep-build] [--list] [-v]

Hosts are folders made by mmdebstrap, in namespaces of their own; this host stays as it is. Needs root, and a mirror of
Debian at the first time. --keep-build takes the packages that are there, and does not build them again elsewhere.

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import build  # noqa: E402
import cases  # noqa: E402
import cases_deb  # noqa: E402, F401
import cases_remove  # noqa: E402, F401
import cases_rpm  # noqa: E402, F401
import cases_source  # noqa: E402
import cases_units  # noqa: E402, F401
import host  # noqa: E402
import roots  # noqa: E402

RELEASES = ["bookworm", "trixie"]
KEPT = build.TOP / "build/packages"
# Processes and mounts end with the first of the new processes, whatever becomes of us.
APART = ["unshare", "--mount", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--release", action="append", choices=RELEASES)
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("--keep-build", action="store_true", help="with the packages that are there")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    return parser.parse_args(arguments)


def chosen(options):
    return [each for each in cases.CASES if not options.only or any(text in each.__name__ for text in options.only)]


def packages_there():
    return {"new": build.made(build.TOP), "old": build.made(KEPT / "older", build.OLD)}


def try_one(function, folder, packages):
    try:
        with host.Host(folder) as h:
            function(h, packages)
        return None
    except cases.Failure as problem:
        return str(problem)
    except Exception as problem:
        return "".join(traceback.format_exception(problem))


def tell(name, problem, seconds, verbose):
    if problem is not None:
        print(f"failed  {name} ({seconds:.1f} s)\n    " + problem.replace("\n", "\n    "), flush=True)
    elif verbose:
        print(f"passed  {name} ({seconds:.1f} s)", flush=True)
    return problem is None


def inside(options):
    """All cases on one release; we are in namespaces of our own."""
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "hosts", "/mnt"], check=True)
    packages, folder = packages_there(), roots.folder_of(options.inside)
    good = []
    for each in chosen(options):
        begun = time.monotonic()
        problem = try_one(each, folder, packages)
        good.append(tell(f"{each.__name__} on {options.inside}", problem, time.monotonic() - begun, options.verbose))
    print(f"{good.count(True)} passed, {good.count(False)} failed")
    return 0


def prepare(options, releases):
    """The roots, and at the same time the packages that the cases take."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        made = pool.submit(roots.make, releases)
        if not options.keep_build:
            build.here()
            build.older(KEPT / "older")
        made.result()


def built_elsewhere():
    """What the files of another build hash to."""
    # Not below build/: nobody may look into that where a umask was strict.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-elsewhere-"))
    try:
        return build.elsewhere(folder)
    finally:
        shutil.rmtree(folder)


def main():
    options = options_of(sys.argv[1:])
    if options.inside:
        return inside(options)
    if options.list:
        print("\n".join(each.__name__ for each in [*cases_source.SOURCE_CASES, *chosen(options)]))
        return 0
    if os.geteuid() != 0:
        print(f"it needs root: packages are installed in folders\n0 passed, 0 failed, {len(cases.CASES)} skipped")
        return 0
    releases = options.release or RELEASES
    prepare(options, releases)
    again = [word for text in options.only or [] for word in ("--only", text)] + ["--verbose"] * options.verbose
    running = [subprocess.Popen([*APART, sys.executable, __file__, "--inside", each, *again], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True) for each in releases]
    counts = {"passed": 0, "failed": 0}
    if not options.only and not options.keep_build:
        # Meanwhile: the cases often wait.
        for name, problem in cases_source.run(packages_there(), built_elsewhere()):
            counts["passed" if tell(name, problem, 0, options.verbose) else "failed"] += 1
    for each in running:
        said, _ = each.communicate()
        *lines, last = said.splitlines() or [""]
        print("\n".join(lines), end="\n" if lines else "")
        words = last.split()
        if each.returncode or len(words) != 4:
            print(f"failed  the cases on a release did not come to their end\n    {last}")
            counts["failed"] += 1
            continue
        counts["passed"] += int(words[0])
        counts["failed"] += int(words[2])
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
