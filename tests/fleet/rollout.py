#!/usr/bin/python3
"""Fifty hosts and a rollout of 10, 50 and 100 %: exactly those change that docs/operations.md says, and they stay in.

    tests/fleet/rollout.py [-v]

Forty hosts are folders (--root), ten have a network namespace of their own, so that a value of the kernel changes there.
Which of them are in is worked out here, from the rule and the id in the host's report. $HOLDFAST is the program.
The last line is "N passed, N failed". Exit 1 if anything failed.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
import private  # noqa: E402
from checks import Checks  # noqa: E402

HOLDFAST = pathlib.Path(os.environ.get("HOLDFAST", HERE.parent.parent / "build/release/holdfast")).resolve()
KEY, DRIFTED, WANTED = "net.ipv4.tcp_fin_timeout", "60", "30"
PROFILE = f"profile: web\nversion: 1\nparameters:\n  {KEY}: {WANTED}\n"
FOLDERS, NAMESPACES, CROWD = 40, 10, 1000
# One after the other on each host, whose value is moved away before each.
STEPS = [(0, "2026-11"), (10, "2026-11"), (50, "2026-11"), (100, "2026-11"), (10, "2026-12"), (50, "2026-12")]
DROP_IN = "/etc/sysctl.d/99-zz-holdfast.conf"


def place(seed, host):
    """docs/operations.md: the first eight digits of the SHA-256 of seed, line feed and id, modulo 10000."""
    return int(hashlib.sha256(f"{seed}\n{host}".encode()).hexdigest()[:8], 16) % 10000


def expected(percent, seed, ids):
    return {each for each in ids if place(seed, each) < percent * 100}


def machine_id(number):
    return hashlib.sha256(f"host {number} of the fleet".encode()).hexdigest()[:32]


def settings(percent, seed, **more):
    return json.dumps({"profiles": ["web"], "mode": "enforce", "rollout": {"percent": percent, "seed": seed}, **more})


def seen(status, said, value, has_file, report, explained):
    return {"status": status, "said": said, "value": value, "file": has_file, "report": json.loads(report),
            "explained": json.loads(explained)}


def holdfast(root, *words):
    return subprocess.run([HOLDFAST, *words, "--root", root], capture_output=True, text=True, timeout=60)


class Folder:
    """A host as a folder."""
    def __init__(self, top, number):
        self.root = top / f"host-{number}"
        shutil.copytree(HERE.parent / "trees/debian12", self.root, symlinks=True, copy_function=shutil.copy)
        self.write("/etc/machine-id", machine_id(number) + "\n")
        self.write("/etc/holdfast/profiles/web.yaml", PROFILE)

    def write(self, path, text):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def holdfast(self, *words):
        return holdfast(self.root, *words)

    def step(self, percent, seed):
        live = self.root / "proc/sys" / KEY.replace(".", "/")
        live.write_text(DRIFTED + "\n")
        (self.root / DROP_IN.lstrip("/")).unlink(missing_ok=True)
        self.write("/etc/holdfast/agent.yaml", settings(percent, seed))
        explained = self.holdfast("run", "--explain", "--json").stdout
        untouched = live.read_text().strip() == DRIFTED
        done = self.holdfast("run")
        return seen(done.returncode, done.stdout + done.stderr + ("" if untouched else "--explain has changed a value"),
                    live.read_text().strip(), (self.root / DROP_IN.lstrip("/")).exists(),
                    self.holdfast("report").stdout, explained)


def in_namespace(host, number):
    """The same steps on a host with a kernel's network of its own."""
    found = []
    host.write("/etc/machine-id", machine_id(number) + "\n")
    host.write("/etc/holdfast/profiles/web.yaml", PROFILE)
    for percent, seed in STEPS:
        host.run(["sysctl", "-q", "-w", f"{KEY}={DRIFTED}"])
        pathlib.Path(DROP_IN).unlink(missing_ok=True)
        host.write("/etc/holdfast/agent.yaml", settings(percent, seed))
        explained = host.run(["/holdfast", "run", "--explain", "--json"]).stdout
        done = host.run(["/holdfast", "run"])
        found.append(seen(done.returncode, done.stdout + done.stderr, host.run(["sysctl", "-n", KEY]).stdout.strip(),
                          pathlib.Path(DROP_IN).exists(), host.run(["/holdfast", "report"]).stdout, explained))
    return found


def real_host(number):
    return private.call(in_namespace, number, files={"/holdfast": (HOLDFAST.read_bytes(), 0o755)})


def judge(checks, percent, seed, hosts):
    """hosts: by id, what was seen of each in this step."""
    name, chosen = f"{percent} % of seed {seed}", expected(percent, seed, hosts)
    with checks.case(f"{name}: exactly the expected hosts change, value and file"):
        checks.same("values", {each for each, at in hosts.items() if at["value"] == WANTED}, chosen)
        checks.same("files", {each for each, at in hosts.items() if at["file"]}, chosen)
        checks.same("others", {at["value"] for each, at in hosts.items() if each not in chosen} - {DRIFTED}, set())
    with checks.case(f"{name}: inside the report has the change, outside it is that of an audit"):
        for each, at in hosts.items():
            report = at["report"]
            changed = any(one["key"] == KEY and one["result"] == "changed" for one in report["changes"])
            wanted = ("enforce", "compliant", True, 0) if each in chosen else ("audit", "drift", False, 2)
            checks.same(f"{each}, {at['said']!r}", (report["run"]["mode"], report["verdict"], changed, at["status"]), wanted)
    with checks.case(f"{name}: run --explain says the same of each host, and why"):
        for each, at in hosts.items():
            told = at["explained"]
            why = "enforced" if percent == 100 else "in_share" if each in chosen else "out_of_share"
            checks.same(each, (told["host"]["id"], told["mode"], told["why"], told["rollout"]["place"]),
                        (each, "enforce" if each in chosen else "audit", why, place(seed, each)))


def judge_growth(checks, by_step):
    with checks.case("who is in stays in as the share grows, and another seed takes others first"):
        changed = {step: {each for each, at in hosts.items() if at["value"] == WANTED} for step, hosts in by_step.items()}
        for seed in ("2026-11", "2026-12"):
            rising = [changed[step] for step in STEPS if step[1] == seed]
            for less, more in zip(rising, rising[1:]):
                checks.holds(less < more, f"seed {seed}: {sorted(less - more)} are out again, or nobody came")
        checks.holds(changed[10, "2026-11"] != changed[10, "2026-12"], "both seeds begin with the same hosts")
        checks.holds(len(changed[50, "2026-11"] ^ changed[50, "2026-12"]) >= 10, "both seeds take nearly the same half")
        # 50 hosts: three times the standard deviation of so many tosses.
        checks.holds(1 <= len(changed[10, "2026-11"]) <= 11, changed[10, "2026-11"])
        checks.holds(15 <= len(changed[50, "2026-11"]) <= 35, len(changed[50, "2026-11"]))
        checks.same("0 %", changed[0, "2026-11"], set())
        checks.same("100 %", len(changed[100, "2026-11"]), FOLDERS + NAMESPACES)


def judge_crowd(checks, top):
    """The share among a thousand, who are only asked."""
    def ask(number):
        root = top / f"crowd-{number}"
        (root / "etc/holdfast/profiles").mkdir(parents=True)
        (root / "etc/machine-id").write_text(machine_id(f"crowd {number}") + "\n")
        (root / "etc/holdfast/agent.yaml").write_text(settings(25, "2026-11"))
        (root / "etc/holdfast/profiles/web.yaml").write_text(PROFILE)
        return json.loads(holdfast(root, "run", "--explain", "--json").stdout)

    with checks.case(f"of {CROWD} hosts, 25 % are in at 25 %, and each says the place that is worked out here"):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            told = list(pool.map(ask, range(CROWD)))
        checks.same("different hosts", len({each["host"]["id"] for each in told}), CROWD)
        wrong = [each for each in told if each["rollout"]["place"] != place("2026-11", each["host"]["id"])]
        checks.same("wrong places", wrong[:3], [])
        share = sum(each["mode"] == "enforce" for each in told) / CROWD
        # Three times the standard deviation of a share of a quarter among a thousand is 4.1 %.
        checks.holds(0.21 <= share <= 0.29, f"{share:.1%} are in")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    checks = Checks(parser.parse_args().verbose)
    top = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-rollout-"))
    by_step = {step: {} for step in STEPS}
    try:
        folders = [Folder(top, number) for number in range(FOLDERS)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for percent, seed in STEPS:
                for at in pool.map(lambda host: host.step(percent, seed), folders):
                    by_step[percent, seed][at["report"]["host"]["id"]] = at
        for number in range(FOLDERS, FOLDERS + NAMESPACES):
            for step, at in zip(STEPS, real_host(number)):
                by_step[step][at["report"]["host"]["id"]] = at
        with checks.case(f"there are {FOLDERS + NAMESPACES} hosts, each with an id of its own in all its reports"):
            checks.same("hosts", [len(hosts) for hosts in by_step.values()], [FOLDERS + NAMESPACES] * len(STEPS))
        for (percent, seed), hosts in by_step.items():
            judge(checks, percent, seed, hosts)
        judge_growth(checks, by_step)
        judge_crowd(checks, top)
    finally:
        shutil.rmtree(top)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
