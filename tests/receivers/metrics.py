#!/usr/bin/python3
"""The metrics with those who take them: node_exporter, Prometheus, Pushgateway, VictoriaMetrics, and the dashboards.

    tests/receivers/metrics.py [--holdfast PROGRAM] [--only TEXT]... [--list] [-v] [--keep]

Real servers from Debian's packages on 127.0.0.1, started when a case first asks for them. The fleet is made of what the
program writes (metrics_texts.py, metrics_fleet.py). Screenshots of the console go to build/artifacts. Debian packages:
prometheus, prometheus-node-exporter, prometheus-pushgateway, victoria-metrics, chromium, chromium-driver,
python3-jsonschema, python3-prometheus-client, python3-yaml. --keep leaves the servers running until Enter is pressed.

The last line is "N passed, N failed", with ", N skipped" where there are any. Exit 1 if anything failed.
"""
import argparse
import os
import pathlib
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import metrics_cases  # noqa: E402, F401
import metrics_console  # noqa: E402, F401
import metrics_dashboards  # noqa: E402, F401
import metrics_page  # noqa: E402, F401
import metrics_world  # noqa: E402
import servers  # noqa: E402


def cannot_here(problem):
    """private.CannotHere, which is loaded late: the machine lacks what a case needs."""
    return type(problem).__name__ == "CannotHere"


def run_case(world, function):
    """'passed', 'failed' or 'skipped', and what to say."""
    t = metrics_world.Checks(world)
    try:
        function(t)
    except Exception as problem:
        if cannot_here(problem):
            return "skipped", str(problem)
        t.failures.append("".join(traceback.format_exception(problem)).rstrip())
    if t.failures:
        return "failed", "\n".join(t.failures)
    return ("passed", "") if t.checks else ("failed", "it checked nothing, so it could not have failed")


def shorten(text, lines=15):
    every = text.split("\n")
    return "\n".join(every[:lines] + ([f"... and {len(every) - lines} lines more (-v shows all)"]
                                      if len(every) > lines else []))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", metrics_world.TOP / "build/release/holdfast"))
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("--list", action="store_true", help="names the cases")
    parser.add_argument("--keep", action="store_true", help="waits for Enter before the servers end")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time, all of each complaint")
    options = parser.parse_args()
    chosen = [each for each in metrics_world.CASES
              if not options.only or any(text in each.__name__ for text in options.only)]
    if options.list:
        print("\n".join(each.__name__ for each in chosen))
        return 0
    missing = servers.missing()
    if missing:
        print(f"apt-get install {' '.join(missing)}\n0 passed, 1 failed")
        return 1

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory(prefix="holdfast-metrics-") as folder, servers.Servers(folder) as running:
        world = metrics_world.World(pathlib.Path(options.holdfast).resolve(), folder, running)
        for each in chosen:
            start = time.monotonic()
            result, text = run_case(world, each)
            counts[result] += 1
            if options.verbose or result != "passed":
                print(f"{result:7} {each.__name__} ({time.monotonic() - start:.1f} s)")
                if text:
                    print("    " + (text if options.verbose else shorten(text)).replace("\n", "\n    "), flush=True)
        if options.keep:
            for server in running.all:
                print(f"{getattr(server, 'name', 'page')} http://127.0.0.1:{server.port}")
            input("Enter ends them ")
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
