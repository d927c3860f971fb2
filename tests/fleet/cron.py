#!/usr/bin/python3
"""Debian 12 and 13 with our packages under a real cron for five minutes, and with systemd as PID 1; nginx outside of them.

    tests/fleet/cron.py --packages FOLDER [--release NAME]... [--only cron|timer] [-v]

FOLDER has the .deb files that `make deb` builds. Needs root, and: mmdebstrap, systemd-container, iproute2, nginx, openssl.
The last line is "N passed, N failed". Exit 1 if anything failed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import sys
import time

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import cases_cron  # noqa: E402
import cron_story  # noqa: E402
import folders  # noqa: E402
import hosts  # noqa: E402
import timer_story  # noqa: E402
import world as outside  # noqa: E402
from checks import Checks  # noqa: E402


def wait_until(moment):
    time.sleep(max(0, moment - time.time()))


def in_one_minute():
    """All hosts are started within one minute, so that none has run before the first that counts."""
    if time.time() % 60 > 15:
        wait_until(time.time() // 60 * 60 + 61)


def five_minutes(checks, world, layers):
    stories = [cron_story.Story(world, release, role, layers[release]) for release in layers for role in cron_story.ROLES]
    with concurrent.futures.ThreadPoolExecutor(len(stories)) as pool:
        in_one_minute()
        list(pool.map(lambda story: story.host.start(), stories))
        begun = (time.time() + 3) // 60 * 60 + 60
        for minute in range(1, cron_story.MINUTES + 1):
            start = begun + (minute - 1) * 60
            wait_until(start)
            list(pool.map(lambda story: story.at_once(minute), stories))
            wait_until(start + cron_story.SEEN_S)
            list(pool.map(lambda story: story.later(minute), stories))
        for story in stories:
            story.end()
        rough = [story for story in stories if story.role == "rough"]
        list(pool.map(cron_story.Story.power_cut, rough))
    for story in stories:
        if story.role == "enforce":
            cases_cron.judge_shipped(checks, story)
        cases_cron.judge(checks, story, begun)
    for story in rough:
        cases_cron.judge_power_cut(checks, story)
    for story in stories:
        story.host.stop()


def booted(checks, world, release, layers):
    story = None
    with checks.case(f"{release}: systemd starts as PID 1"):
        story = timer_story.Story(world, release, layers)
        checks.same("state", story.systemctl("is-system-running"), "running")
    if story:
        timer_story.tell(checks, story)


def missing():
    if os.geteuid() != 0:
        return "it needs root: hosts are made of mounts and namespaces"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=pathlib.Path, required=True, help="the folder of the .deb files")
    parser.add_argument("--release", action="append", help="only this one (bookworm, trixie)")
    parser.add_argument("--only", choices=("cron", "timer"))
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    options = parser.parse_args()
    if missing():
        print(missing() + "\n0 passed, 0 failed, 1 skipped")
        return 0
    releases = options.release or ["bookworm", "trixie"]
    kept = folders.make(releases)       # outside of the namespaces, where the mirror can be reached
    packages = sorted(each for each in options.packages.resolve().glob("*.deb") if "dbgsym" not in each.name)
    if len(packages) != 2:
        raise SystemExit(f"{options.packages} should have two packages, holdfast and holdfast-send: make deb")
    inside, status = outside.enter()
    if not inside:
        return status
    checks = Checks(options.verbose)
    with outside.World() as world:
        layers = {release: hosts.with_packages(world.folder, kept[release], packages) for release in releases}
        with concurrent.futures.ThreadPoolExecutor(len(releases)) as pool:
            told = []
            if options.only != "cron":
                told = [pool.submit(booted, checks, world, release, layers[release]) for release in releases]
            if options.only != "timer":
                five_minutes(checks, world, layers)
            for each in told:
                each.result()
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
