#!/usr/bin/python3
"""Differential test: the boot forecast of holdfast against the real sysctl loaders. See README.md."""
import argparse
import contextlib
import multiprocessing
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import cases
import forecast
import sandbox
import trees

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_HOLDFAST = HERE.parent.parent / "build/release/holdfast"


@dataclass
class Bench:
    """What a worker needs: one folder that is the root of every tree in turn, and the programs."""
    options: argparse.Namespace
    folder: str
    bundles: dict
    loader_names: dict          # as holdfast's --loader wants them
    values: dict                # of the namespace, by path below /proc/sys
    existing: list
    root: str = ""
    profile: str = ""


def bench_make(options, folder):
    values = sandbox.snapshot(f"{folder}/template")
    pathlib.Path(f"{folder}/template/dev").mkdir()
    bundles = {loader: sandbox.bundle_make(loader, getattr(options, loader + "_root"), f"{folder}/{loader}")
               for loader in options.loaders}
    # procps 3 has no wildcards; holdfast must be told, as the tree has no library or package database to see it by.
    names = {loader: "procps:3" if bundle.version.startswith("3.") else loader for loader, bundle in bundles.items()}
    existing = [tuple(path.split("/")[3:]) for path in values]
    return Bench(options, folder, bundles, names, values, existing)


def bench_root(bench):
    """Each process has a root of its own, made at its first tree."""
    if not bench.root:
        bench.root = f"{bench.folder}/root-{os.getpid()}"
        shutil.copytree(f"{bench.folder}/template", bench.root)
        bench.profile = bench.root + ".yaml"
        forecast.profile_write(bench.profile, bench.values)
    return bench.root


# ---- one tree -------------------------------------------------------------------------------------------------------

def facts_wrong(case, loader, state):
    """The case's own word on what this loader does (Debian 12), against what it did."""
    wrong, named = [], {cases.KEYS[name]: value for name, value in getattr(case, loader).items()}
    for key in sorted(set(named) | set(state)):
        if named.get(key) != state.get(key):
            wrong.append(f"{key}: the case says {named.get(key)!r}, {loader} leaves {state.get(key)!r}")
    return wrong


def unfit(bench, case, loader):
    """Whether this release of the loader differs by design from what holdfast is told to model, for this tree."""
    release = int(re.match(r"\d+", bench.bundles[loader].version)[0]) if loader == "systemd" else 252
    keys = b"".join(each if isinstance(each, bytes) else each.encode() for each in case.files.values()
                    if isinstance(each, (bytes, str)))
    # 255 and later have no /lib/sysctl.d of their own; a /lib that is no link cannot exist there. 247 takes `..` in keys.
    return not case.merged and release >= 255 or (b".." in keys or b"//" in keys) and release < 252


def answer_get(bench, loader, touched):
    if bench.options.model:
        return forecast.ask_model(bench.root, bench.loader_names[loader])
    profile = bench.profile
    more = touched - {trees.dots(parts) for parts in trees.POOL}
    if more:
        profile = bench.root + "-more.yaml"
        forecast.profile_write(profile, bench.values, more)
    return forecast.ask_holdfast(bench.options.holdfast, bench.root, bench.loader_names[loader], profile)


def test(bench, case, loader):
    """One tree, one loader. Returns the complaints; for --loader-only also what was set."""
    root = bench.root
    run = sandbox.run_loader(root, bench.bundles[loader])
    state = forecast.expected(run)
    wrong = [f"harness: {each}" for each in forecast.check_harness(run)]
    if case.flavour != "random" and case.row != "random" and getattr(bench.options, loader + "_root") == "/":
        wrong += facts_wrong(case, loader, state)
    if bench.options.loader_only:
        return wrong, [f"{event.path.removeprefix('/proc/sys/')} {event.text!r}"
                       f"{' (already there)' if event.already else '' if event.ok else ' refused: ' + event.error}"
                       for event in run.events] + [f"exit {run.status}"] + run.messages.splitlines()
    touched = {sandbox.dotted(event.path) for event in run.events}
    touched = {key for key in touched if "/proc/sys/" + "/".join(p.replace("/", ".") for p in key.split(".")) in bench.values}
    return wrong + forecast.compare(root, answer_get(bench, loader, touched), state, run, loader), []


def case_get(bench, item):
    return trees.random_case(bench.options.seed, item, bench.existing) if isinstance(item, int) else \
        next(case for case in cases.CASES if case.name == item)


def tree_run(bench, item):
    """Both loaders on one tree. Returns a list of (name, loader, complaints, notes)."""
    results = []
    try:
        root = bench_root(bench)
        case = case_get(bench, item)
        trees.build(root, case)
    except Exception as problem:
        return [(str(item), loader, [f"harness: {type(problem).__name__}: {problem}"], []) for loader in bench.bundles]
    for loader in bench.bundles:
        if unfit(bench, case, loader):
            continue
        try:
            wrong, notes = test(bench, case, loader)
        except Exception as problem:
            wrong, notes = [f"{type(problem).__name__}: {problem}"], []
        limit = None if bench.options.model or bench.options.loader_only else getattr(case, "limit", {}).get(loader)
        if limit and wrong and not any(each.startswith("harness:") for each in wrong):
            wrong, notes = [], []
        elif limit and not wrong:
            wrong = [f"the forecast is right here; this is no limit any more: {limit}"]
        if wrong and bench.options.keep:
            kept = os.path.join(bench.options.keep, case.name)
            trees.keep(root, kept)
            with contextlib.suppress(OSError):
                shutil.copy(bench.profile, kept + ".yaml")
            notes = notes + [f"tree kept in {kept}"]
        results.append((f"{case.name} ({case.row}, {case.flavour})", loader, wrong, notes))
    return results


# ---- the fault that must be noticed ---------------------------------------------------------------------------------

def self_test(bench):
    """Plants one fault of each kind and checks that the comparison names it, and that without it there is silence."""
    failures = 0
    bench_root(bench)
    victim = cases.KEYS["fin"]
    for name in ("order_of_base_names", "sysctl_conf_by_link_only", "duplicate_in_one_file"):
        case = case_get(bench, name)
        trees.build(bench.root, case)
        for loader in bench.bundles:
            run = sandbox.run_loader(bench.root, bench.bundles[loader])
            state = forecast.expected(run)
            honest = forecast.answer_of(state, bench.root, run, loader)
            if not bench.options.loader_only:
                honest = answer_get(bench, loader, set())
            faults = {
                "nothing": lambda boot: boot,
                "another value": lambda boot: boot | {"value": "4711"},
                "unset": lambda boot: {"state": "unset"},
                "unmanaged": lambda boot: boot | {"state": "unmanaged"},
                "another line": lambda boot: boot | {"from": boot["from"] | {"line": boot["from"]["line"] + 1}},
                "another file": lambda boot: boot | {"from": boot["from"] | {"file": "/etc/passwd"}},
                "no file": lambda boot: boot | {"from": None},
                "a false loser": lambda boot: boot | {"shadowed": [{"file": boot["from"]["file"], "line": 99, "value": "1"}]},
            }
            for fault, plant in faults.items():
                answer = honest | {victim: plant(honest[victim])}
                noticed = forecast.compare(bench.root, answer, state, run, loader)
                wanted = fault != "nothing"
                if bool(noticed) != wanted or any(not each.startswith(victim) for each in noticed):
                    failures += 1
                    print(f"self-test: {name} with {loader}: planted {fault}, reported {noticed}")
            # The other way round: the expectation changes, and a key is set that should not be.
            for changed in (state | {victim: "4711"}, {k: v for k, v in state.items() if k != victim},
                            state | {cases.KEYS["intvl"]: "5"}):
                if not forecast.compare(bench.root, honest, changed, run, loader):
                    failures += 1
                    print(f"self-test: {name} with {loader}: a changed expectation was not noticed")
    print("self-test: " + ("every planted fault was noticed" if not failures else f"{failures} faults not noticed"))
    return failures == 0


# ---- all ------------------------------------------------------------------------------------------------------------

def host_state():
    """What must not change: this machine's own values and sysctl files."""
    state = {}
    for parts in trees.POOL:
        path = "/proc/sys/" + trees.slashes(parts)
        with contextlib.suppress(OSError):
            state[path] = pathlib.Path(path).read_bytes()
    for path in ("/etc/sysctl.conf", *sandbox.CONF_DIRS):
        with contextlib.suppress(OSError):
            facts = os.stat(path)
            state[path] = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
    return state


_bench = None


def _worker(item):
    return tree_run(_bench, item)


def options_read():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holdfast", default=str(DEFAULT_HOLDFAST), help="the program (default: %(default)s)")
    parser.add_argument("--trees", type=int, default=300, metavar="N", help="random trees besides the named ones (300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="DIR", help="copies the trees that failed there")
    parser.add_argument("--only", metavar="NAME", help="one tree by name: a named case, or random-SEED-NUMBER")
    parser.add_argument("--loader", choices=sandbox.LOADERS, action="append", dest="loaders", help="only this loader")
    parser.add_argument("--procps-root", default="/", metavar="DIR", help="take sysctl from this root (roots.sh)")
    parser.add_argument("--systemd-root", default="/", metavar="DIR", help="take systemd-sysctl from this root (roots.sh)")
    parser.add_argument("--loader-only", action="store_true", help="no holdfast: prints what the loader set")
    parser.add_argument("--model", action="store_true", help="the model instead of holdfast")
    parser.add_argument("--self-test", action="store_true", help="plants faults and checks that they are noticed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true", help="prints the named cases by row")
    options = parser.parse_args()
    options.loaders = options.loaders or list(sandbox.LOADERS)
    options.holdfast = os.path.abspath(options.holdfast)
    for name in ("procps_root", "systemd_root"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    return options


def items_of(options):
    if not options.only:
        return [case.name for case in cases.CASES] + list(range(options.trees))
    if options.only.startswith("random-"):
        _, seed, number = options.only.split("-")
        options.seed = int(seed)
        return [int(number)]
    if options.only not in {case.name for case in cases.CASES}:
        sys.exit(f"run.py: no case '{options.only}' (see --list)")
    return [options.only]


def show(results, options, quiet):
    for name, loader, wrong, notes in results:
        if wrong:
            print(f"FAILED {name} with {loader}")
        elif options.loader_only and not quiet:
            print(f"{name} with {loader}")
        for each in wrong + (notes if wrong or not quiet else []):
            print("    " + each)
    sys.stdout.flush()


def main():
    global _bench
    options = options_read()
    if options.list:
        for case in cases.CASES:
            print(f"{case.name:50} {case.row}")
        return 0
    if os.geteuid() != 0:
        sys.exit("run.py: needs root, for mount and network namespaces")
    if not (options.model or options.loader_only or os.access(options.holdfast, os.X_OK)):
        if not options.self_test:
            sys.exit(f"run.py: no program at {options.holdfast}; use --holdfast, --model or --loader-only")
        options.loader_only = True
    before, start = host_state(), time.monotonic()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="holdfast-differential-") as folder:
        items = items_of(options)
        _bench = bench_make(options, folder)
        if options.self_test:
            return 0 if self_test(_bench) else 1
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for results in pool.imap(_worker, items, chunksize=1):
                failed += sum(bool(wrong) for _, _, wrong, _ in results)
                passed += sum(not wrong for _, _, wrong, _ in results)
                show(results, options, quiet=not options.loader_only or len(items) > 1 and not options.only)
    if host_state() != before:
        print("FAILED this machine's own settings or sysctl files changed while the tests ran")
        failed += 1
    print(f"{time.monotonic() - start:.0f} s, seed {options.seed}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
