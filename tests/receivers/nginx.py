#!/usr/bin/python3
"""Delivery to a real nginx over TLS with client certificates, by the files of packaging/nginx and the page docs/central.md.

    tests/receivers/nginx.py [--only TEXT]... [-j JOBS] [--list] [-v]

$HOLDFAST is the program; holdfast-send lies beside it. Needs: nginx, openssl, curl, jq. All on 127.0.0.1.
The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import multiprocessing
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import nginx_bench  # noqa: E402
import nginx_cases_answers  # noqa: E402, F401
import nginx_cases_document  # noqa: E402, F401
import nginx_cases_dropbox  # noqa: E402, F401
import nginx_cases_service  # noqa: E402, F401
import nginx_cases_tls  # noqa: E402, F401
import nginx_host  # noqa: E402

_given = {}     # for the workers, which inherit it


def run_one(number):
    """'passed', 'failed' or 'skipped', what to say, and the seconds that it took."""
    function, start = nginx_bench.CASES[number], time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="case-", dir=_given["folder"]))
    bench = nginx_bench.Bench(folder, _given["certificates"])
    result, text = "passed", ""
    try:
        with bench.open:
            function(bench)
    except nginx_bench.CannotHere as problem:
        result, text = "skipped", str(problem)
    except Exception as problem:
        bench.problems.append("".join(traceback.format_exception(problem)).rstrip())
    if bench.problems:
        result, text = "failed", "\n".join(bench.problems)
    elif result == "passed" and not bench.checks:
        result, text = "failed", "it checked nothing, so it could not have failed"
    shutil.rmtree(folder, ignore_errors=True)
    return result, text, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-j", "--jobs", type=int, default=3, help="so many cases at a time (%(default)s; most of them wait)")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()
    chosen = [number for number, each in enumerate(nginx_bench.CASES)
              if not options.only or any(text in each.__name__ for text in options.only)]
    if options.list:
        print("\n".join(nginx_bench.CASES[number].__name__ for number in chosen))
        return 0
    missing = [name for name in ("/usr/sbin/nginx", "openssl", "curl", "jq") if not shutil.which(name)]
    missing += [str(each) for each in (nginx_host.HOLDFAST, nginx_host.SENDER) if not each.exists()]
    if missing:
        print(f"missing: {' '.join(missing)} (Debian: nginx openssl curl jq)", file=sys.stderr)
        print(f"0 passed, {len(chosen)} failed")
        return 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-nginx-"))
    folder.chmod(0o755)
    count = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        _given.update(folder=folder, certificates=nginx_bench.Certificates(folder))
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for number, (result, text, seconds) in zip(chosen, pool.imap(run_one, chosen)):
                count[result] += 1
                if result != "passed" or options.verbose:
                    print(f"{result}  {nginx_bench.CASES[number].__name__}  {seconds:.1f} s", flush=True)
                lines = text.split("\n") if text else []
                shown = lines if options.verbose else lines[:12]
                for line in shown:
                    print(f"    {line}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{count['passed']} passed, {count['failed']} failed" + (f", {count['skipped']} skipped" if count["skipped"] else ""))
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
