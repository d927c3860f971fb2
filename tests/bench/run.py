#!/usr/bin/python3
"""How fast a check is: whole processes, in turn in one run, against what must at least be done and what hosts use today.

    tests/bench/run.py [--runs N] [--wide-runs N] [--socket-runs N] [--pairs N] [--case narrow|wide|sockets] [--run-folder]
                       [--json FILE] [--profile-it] [--holdfast PROGRAM]

Contestants: `holdfast check`, `sysctl -p` and systemd-sysctl on files with the same lines (they write the values, which
is how they bring a host in line), and bare_reader, a static program that only opens and reads the same keys.

    narrow   profiles/time-wait-classic.yaml: the keys of the old how-to that this kernel has
    wide     five wildcard keys in a network namespace with 1,000 interfaces (500 veth pairs): about 5,000 values
    sockets  `holdfast tcp` among 100,000 sockets in TIME-WAIT (time_wait.py)

The host is in line from the start (holdfast apply makes it so), so every contestant meets the same state. Everything
happens in private namespaces with an own /etc (tests/system/private.py); this machine's parameters and files stay as they
are. Peak memory is the kernel's ru_maxrss; no process can show less than the program that starts them (rounds.c).

--profile-it adds what holdfast does with its time: system calls (strace -c) and instructions (perf), as far as installed.
A goal that is missed is said and is no failure; a contestant that fails is one.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(TOP / "tests/system"))
import private  # noqa: E402
import time_wait  # noqa: E402

SYSTEMD_SYSCTL = next((each for each in ("/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl")
                       if os.path.exists(each)), None)
SYSCTL = shutil.which("sysctl", path=private.PATH)
NARROW = {"tcp_fin_timeout": 30, "tcp_tw_reuse": 1, "tcp_keepalive_time": 120, "tcp_keepalive_intvl": 30,
          "tcp_keepalive_probes": 3}
WIDE = {"rp_filter": 1, "accept_redirects": 0, "send_redirects": 0, "accept_source_route": 0, "log_martians": 1}
PROGRAMS = ("bare_reader", "bare_sockets", "rounds")
MEMORY_GOAL_KIB = 4 * 1024
CASES = {"narrow": "time-wait-classic, {} values", "wide": "five wildcard keys, {} values",
         "sockets": "{} sockets in TIME-WAIT"}
# As Debian 12 has it: a file of comments, which the link makes both loaders read.
SYSCTL_CONF = "#\n# /etc/sysctl.conf - Configuration file for setting system variables\n#\n" + 40 * (
    "# Uncomment the next line to enable this or that\n#net.ipv4.conf.all.anything=1\n\n")


# ---- the two cases, inside a private host ---------------------------------------------------------------------------

def narrow_setup(host):
    lines = "".join(f"net.ipv4.{key} = {value}\n" for key, value in NARROW.items())
    return "/profiles/time-wait-classic.yaml", lines, [f"/proc/sys/net/ipv4/{key}" for key in NARROW]


def wide_setup(host, pairs):
    host.links("".join(f"link add a{i} type veth peer name b{i}\n" for i in range(pairs)))
    parameters = "".join(f"  net.ipv4.conf.*.{key}: {value}\n" for key, value in WIDE.items())
    profile = host.write("/profiles/wide.yaml", f"profile: wide\nversion: 1\nparameters:\n{parameters}")
    lines = "".join(f"net.ipv4.conf.*.{key} = {value}\n" for key, value in WIDE.items())
    paths = [f"/proc/sys/net/ipv4/conf/{name}/{key}" for key in WIDE
             for name in sorted(os.listdir("/proc/sys/net/ipv4/conf"))]
    return profile, lines, paths


def commands_for(host, profile, lines, paths):
    host.write("/tmp/lines.conf", lines)
    host.write("/tmp/paths", "".join(path + "\n" for path in paths))
    commands = {"holdfast check": ["/holdfast", "check", "-p", profile]}
    if SYSCTL:
        commands["sysctl -p"] = [SYSCTL, "-p", "/tmp/lines.conf"]
    if SYSTEMD_SYSCTL:
        commands["systemd-sysctl"] = [SYSTEMD_SYSCTL, "/tmp/lines.conf"]
    commands["bare reader"] = ["/bare_reader", "/tmp/paths"]
    return commands


def bring_in_line(host, profile, lines):
    """holdfast's own apply; where that fails the lines as a drop-in, so that the check can be timed all the same."""
    applied = host.run(["/holdfast", "apply", "-p", profile])
    checked = host.run(["/holdfast", "check", "-p", profile])
    if checked.returncode == 0:
        return None
    said = (f"apply: exit {applied.returncode}: {applied.stderr.strip()[-300:]}\n"
            f"check after it: exit {checked.returncode}: {(checked.stderr or checked.stdout).strip()[-300:]}")
    host.write("/etc/sysctl.d/60-bench.conf", lines)
    host.run([SYSCTL, "-p", "/etc/sysctl.d/60-bench.conf"])
    return said


def profile_it(host, command):
    """What the time goes into: system calls, and user against kernel instructions."""
    text = ""
    if shutil.which("strace"):
        text += host.run(["strace", "-f", "-c", "-S", "calls", "-o", "/tmp/calls", *command]).stderr
        text += pathlib.Path("/tmp/calls").read_text()
    if shutil.which("perf"):
        for event in ("instructions:u", "instructions:k", "task-clock", "page-faults"):
            done = host.run(["perf", "stat", "-r", "20", "-x", " ", "-e", event, *command])
            text += "".join(f"perf {line}\n" for line in done.stderr.splitlines() if event.split(":")[0] in line)
    return text


def measure(host, case, options):
    host.write("/etc/sysctl.conf", SYSCTL_CONF)
    os.symlink("../sysctl.conf", "/etc/sysctl.d/99-sysctl.conf")
    if not options.run_folder:
        os.rmdir("/run/sysctl.d")
    profile, lines, paths = narrow_setup(host) if case == "narrow" else wide_setup(host, options.pairs)
    complaint = bring_in_line(host, profile, lines)
    commands = commands_for(host, profile, lines, paths)
    runs = options.runs if case == "narrow" else options.wide_runs
    argv = ["/rounds", runs]
    for i, command in enumerate(commands.values()):
        argv += ["--"] * (i > 0) + command
    done = host.run(argv, timeout=900)
    if done.returncode:
        raise private.PrivateError(f"rounds: exit {done.returncode} {done.stderr}")
    rows = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    story = profile_it(host, commands["holdfast check"]) if options.profile_it else ""
    return {"names": list(commands), "rows": rows, "values": len(paths), "complaint": complaint, "story": story}


def measure_case(host, case, options):
    return time_wait.measure(host, options, private.PATH) if case == "sockets" else measure(host, case, options)


# ---- the table ------------------------------------------------------------------------------------------------------

def summarise(found):
    table = {}
    for i, name in enumerate(found["names"]):
        rows = [row for row in found["rows"] if row[0] == i]
        table[name] = {"median_ms": statistics.median(row[1] for row in rows) / 1e6,
                       "min_ms": min(row[1] for row in rows) / 1e6,
                       "cpu_ms": statistics.mean(row[2] for row in rows) / 1e3,
                       "peak_kib": max(row[3] for row in rows),
                       "exits": sorted({row[4] for row in rows}), "runs": len(rows)}
    bases = found.get("bases", {})
    for name, row in table.items():
        row["ratio"] = row["median_ms"] / table[bases.get(name, "bare reader")]["median_ms"]
    return table


def show(title, table):
    print(title)
    print(f"  {'':18} {'median':>10} {'min':>10} {'processor':>10} {'x bare':>7} {'peak memory':>13}")
    for name, row in table.items():
        wrong = "" if row["exits"] == [0] else f"   exit {', '.join(map(str, row['exits']))}"
        print(f"  {name:18} {row['median_ms']:7.3f} ms {row['min_ms']:7.3f} ms {row['cpu_ms']:7.3f} ms "
              f"{row['ratio']:7.2f} {row['peak_kib']:9d} KiB{wrong}")
    print()


def goals(tables):
    narrow, wide = tables.get("narrow"), tables.get("wide")
    if narrow:
        ours = narrow["holdfast check"]
        if "sysctl -p" in narrow:
            yield ("narrow: not slower than sysctl -p", ours["median_ms"] / narrow["sysctl -p"]["median_ms"], 1.0, "x")
        yield "narrow: at most 1.3 x the bare reader", ours["ratio"], 1.3, "x"
        yield "narrow: peak memory under 4 MiB", ours["peak_kib"] / 1024, MEMORY_GOAL_KIB / 1024, "MiB"
    if wide:
        yield "wide: at most 1.5 x the bare reader", wide["holdfast check"]["ratio"], 1.5, "x"
    if "sockets" in tables:
        yield from time_wait.goals(tables["sockets"])


def build(folder):
    """The static programs; compiled here, as only this script needs them."""
    for name in PROGRAMS:
        subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-static", "-o", f"{folder}/{name}", HERE / f"{name}.c"],
                       check=True)


def files_for(options, folder):
    files = {f"/{name}": (pathlib.Path(folder, name).read_bytes(), 0o755) for name in PROGRAMS}
    files["/holdfast"] = (pathlib.Path(options.holdfast).read_bytes(), 0o755)
    for profile in (TOP / "profiles").glob("*.yaml"):
        files[f"/profiles/{profile.name}"] = (profile.read_bytes(), 0o644)
    # As large as this machine's: the version of procps stands in it.
    if os.path.exists("/var/lib/dpkg/status"):
        files["/var/lib/dpkg/status"] = (pathlib.Path("/var/lib/dpkg/status").read_bytes(), 0o644)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--runs", type=int, default=400, help="of the narrow case (400)")
    parser.add_argument("--wide-runs", type=int, default=40, help="of the wide case (40)")
    parser.add_argument("--socket-runs", type=int, default=15, help="of the sockets case (15): TIME-WAIT lasts 60 s")
    parser.add_argument("--pairs", type=int, default=500, help="veth pairs in the wide case (500)")
    parser.add_argument("--case", choices=tuple(CASES), action="append", help="only this one")
    parser.add_argument("--run-folder", action="store_true", help="with a /run/sysctl.d, which most hosts lack")
    parser.add_argument("--profile-it", action="store_true", help="what holdfast does with its time")
    parser.add_argument("--json", help="writes the numbers there as well")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        build(folder)
        files = files_for(options, folder)
    tables, failed = {}, False
    print(f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    for case in options.case or CASES:
        user = 0 if os.geteuid() == 0 else os.geteuid()
        found = private.call(measure_case, case, options, files=files, user=user, timeout=1800)
        table = tables[case] = summarise(found)
        runs = max(row["runs"] for row in table.values())
        show(f"{case}: {CASES[case].format(found['values'])}, {runs} runs each", table)
        if found["complaint"]:
            print("  the host is not as it should be:\n  " + found["complaint"].replace("\n", "\n  ") + "\n")
            failed = True
        failed |= any(row["exits"] != [0] for row in table.values())
        if found["story"]:
            print(found["story"])
    print("Goals")
    for text, value, limit, unit in goals(tables):
        print(f"  {'met   ' if value <= limit else 'missed'} {text}: {value:.2f} {unit}")
    for name, there in (("sysctl", SYSCTL), ("systemd-sysctl", SYSTEMD_SYSCTL)):
        if not there:
            print(f"  {name} is not installed, so it is not in the tables")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(tables, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
