#!/usr/bin/python3
"""Profile tests: every shipped profile is what its page and docs/controls.md say, lint-clean, and does what it says.

    tests/profiles/run.py [--holdfast PROGRAM] [--only TEXT]... [--list] [-v]

cases_files.py looks at the files, cases_trees.py applies them to trees with the layout of this machine's /proc/sys as
kernels from 4.4 to 6.18 would have it, cases_live.py to this kernel in a private network and mount namespace.
Needs: Python 3 with yaml and jsonschema, iproute2.

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import os
import pathlib
import sys
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "system"))      # behind: both have a cases_files.py
import cases  # noqa: E402

for _each in sorted(HERE.glob("cases_*.py")):
    __import__(_each.stem)


def shorten(text, lines=12):
    every = text.split("\n")
    return "\n".join(every[:lines] + ([f"... and {len(every) - lines} lines more (-v shows all)"]
                                      if len(every) > lines else []))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", HERE.parent.parent / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()
    chosen = [each for each in cases.CASES if not options.only or any(text in each.__name__ for text in options.only)]
    if options.list:
        print("\n".join(each.__name__ for each in chosen))
        return 0
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for each in chosen:
        start = time.monotonic()
        try:
            result, text = cases.run_case(each, str(pathlib.Path(options.holdfast).resolve()))
        except Exception as problem:
            result, text = "failed", "".join(traceback.format_exception(problem)).rstrip()
        counts[result] += 1
        if options.verbose or result != "passed":
            print(f"{result:7} {each.__name__} ({time.monotonic() - start:.1f} s)")
        if text:
            print("    " + (text if options.verbose else shorten(text)).replace("\n", "\n    "), flush=True)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
