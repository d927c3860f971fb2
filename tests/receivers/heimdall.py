#!/usr/bin/python3
"""The HDF of a real run, before the programs that it is for: MITRE's Heimdall in headless Chromium, its library, and saf.

    tests/receivers/heimdall.py [--only TEXT]... [-v]

$HOLDFAST is the program. Needs: node and npm with the registry (or a filled build/npm), chromium, chromium-driver. Leaves
build/artifacts/heimdall.png (--artifacts FOLDER). The last line is "N passed, N failed"; exit 1 if anything failed.
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import heimdall_browser  # noqa: E402
import heimdall_npm  # noqa: E402
from nginx_host import TOP, Host  # noqa: E402

# What the viewer makes of each status: MITRE's rules, read in inspecjs and tried here.
SHOWN = {"compliant": "Passed", "drift": "Failed", "not_settable": "Failed", "not_applicable": "Not Applicable",
         "waived": "Not Applicable", "pending": "Not Reviewed", "error": "Profile Error"}
# The converters have rules of their own. XCCDF knows no impact 0, CKL no waiver.
XCCDF = {"compliant": "pass", "drift": "fail", "not_settable": "fail", "error": "error",
         "not_applicable": "notchecked", "pending": "notchecked", "waived": "notchecked"}
CKL = {"compliant": "NotAFinding", "drift": "Open", "not_settable": "Open", "error": "Open",
       "not_applicable": "Not_Applicable", "pending": "Not_Reviewed", "waived": "Not_Reviewed"}

# Every status, most of them more than once, so that no two numbers are the same by chance.
PROFILE = """profile: everything
version: 7
parameters:
  net.ipv4.tcp_fin_timeout: {value: 30, severity: high, controls: ["NIST SC-5", "CIS 3.3.9"], why: "less & <less>, \\"quoted\\", ümlaut"}
  net.ipv4.tcp_keepalive_time: {value: 7200, severity: low, controls: ["NIST CM-6 b"]}
  vm.swappiness: {value: 60, severity: info}
  net.ipv4.tcp_keepalive_intvl: {value: 75, manage: [live]}
  net.ipv4.tcp_keepalive_probes: {value: 9, manage: [live], severity: critical}
  net.core.somaxconn: {min: 100000}
  net.ipv4.tcp_tw_reuse: {value: 0}
  net.ipv4.conf.*.send_redirects: {value: 0, except: [lo]}
  net.ipv4.tcp_tw_recycle: {value: 1, accept_hazard: true}
  kernel.sysrq: {value: 0, when: {os: nosuch}}
  net.ipv4.conf.wg0.rp_filter: {value: 1}
  net.netfilter.nf_conntrack_max: {min: 65536}
  net.core.rmem_max: {value: 8388608, manage: [live]}
  net.ipv4.nosuch_parameter: {value: 1}
"""
WAIVED = {"key": "net.core.somaxconn", "until": "2099-12-31", "reason": "load test CHG-1234"}
CASES = []


def case(function):
    CASES.append(function)
    return function


class Bench:
    """What the cases share: one host, one run, its report in both forms."""

    def __init__(self, folder, artifacts):
        self.folder, self.artifacts, self.problems = folder, artifacts, []
        self.npm = heimdall_npm.installed()
        host = Host(folder / "host", profile=PROFILE.replace("everything", "web"))
        host.settings(waivers=[WAIVED])
        host.write("/etc/sysctl.d/50-early.conf",
                   "net.ipv4.conf.wg0.rp_filter = 1\nnet.netfilter.nf_conntrack_max = 65536\n")
        host.set_live("net.core.rmem_max", 212992)
        host.path("/proc/sys/net/core/rmem_max").chmod(0o444)
        self.run = host.holdfast("run", "--no-send")
        self.report = json.loads(host.holdfast("report").out)
        self.text = host.holdfast("report", "--format", "hdf").out
        self.file = folder / "web-07.json"
        self.file.write_text(self.text)

    def expected(self, table):
        return collections.Counter(table[each["status"]] for each in self.report["parameters"])

    def equal(self, what, found, wanted):
        if found != wanted:
            self.problems.append(f"{what}: {found!r}, wanted {wanted!r}")

    def true(self, what, holds):
        if not holds:
            self.problems.append(what)


@case
def the_run_has_every_status(bench):
    """Else the other cases would prove little."""
    for status in SHOWN:
        bench.true(f"no parameter is {status}", bench.report["counts"][status] > 0)
    bench.equal("counts", {name: count for name, count in bench.report["counts"].items() if count},
                dict(collections.Counter(each["status"] for each in bench.report["parameters"])))


@case
def the_library_takes_it(bench):
    seen = heimdall_npm.read(bench.npm, bench.text)
    if isinstance(seen, str):
        bench.problems.append(seen)
        return
    found = {each["id"]: each for each in seen}
    bench.equal("keys", sorted(found), sorted(each["key"] for each in bench.report["parameters"]))
    for each in bench.report["parameters"]:
        shown = found.get(each["key"], {})
        bench.equal(f"{each['key']}: status", shown.get("status"), SHOWN[each["status"]])
        bench.equal(f"{each['key']}: waived", shown.get("waived"), each["status"] == "waived")
        wanted = [one.removeprefix("NIST ") for one in each.get("controls", []) if one.startswith("NIST ")]
        bench.true(f"{each['key']}: NIST {shown.get('nist')}", set(wanted) <= set(shown.get("nist", [])) and shown.get("nist"))
        severity = each["severity"] if each["status"] != "not_applicable" else "none"
        bench.true(f"{each['key']}: severity {shown.get('severity')} of {severity}",
                   shown.get("severity") in ("none" if severity == "info" else severity, each["severity"]))


@case
def the_library_refuses_a_spoiled_one(bench):
    """A check that takes everything would say nothing."""
    def spoil(change):
        document = json.loads(bench.text)
        change(document)
        return heimdall_npm.read(bench.npm, json.dumps(document))

    control = lambda document: document["profiles"][0]["controls"][0]      # noqa: E731
    spoils = {
        "no platform": lambda document: document.pop("platform"),
        "impact in words": lambda document: control(document).update(impact="high"),
        "no results": lambda document: control(document).pop("results"),
        "a status of its own": lambda document: control(document)["results"][0].update(status="drift"),
        "no sha256": lambda document: document["profiles"][0].pop("sha256"),
        "no start_time": lambda document: control(document)["results"][0].pop("start_time"),
    }
    for name, change in spoils.items():
        bench.true(f"{name}: taken", isinstance(spoil(change), str))


@case
def the_shipped_profiles_too(bench):
    """With their wildcards, scales and real control references."""
    for profile in sorted((TOP / "profiles").glob("*.yaml")):
        host = Host(bench.folder / profile.stem)
        for each in (TOP / "profiles").glob("*.yaml"):
            host.install(each, f"/etc/holdfast/profiles/{each.name}")
        host.settings(profiles=[profile.stem])
        host.holdfast("run", "--no-send")
        report = json.loads(host.holdfast("report").out)
        seen = heimdall_npm.read(bench.npm, host.holdfast("report", "--format", "hdf").out)
        if isinstance(seen, str):
            bench.problems.append(f"{profile.stem}: {seen}")
            continue
        bench.true(f"{profile.stem}: no parameters", len(seen) > 0)
        bench.equal(profile.stem, {each["id"]: each["status"] for each in seen},
                    {each["key"]: SHOWN[each["status"]] for each in report["parameters"]})
        bench.equal(f"{profile.stem}: tags that are no control of NIST",
                    [each["id"] for each in seen if not each["nist"] or "UM-1" in each["nist"]], [])


@case
def it_is_within_the_schema(bench):
    """What the types of the library do not say, and the JSON Schema of exec JSON does."""
    document = json.loads(bench.text)
    for control in document["profiles"][0]["controls"]:
        bench.true(f"{control['id']}: impact {control['impact']}", 0 <= control["impact"] <= 1)
        bench.true(f"{control['id']}: no result", control["results"])
        for result in control["results"]:
            bench.true(f"{control['id']}: {result['status']}", result["status"] in ("passed", "failed", "skipped", "error"))
            bench.true(f"{control['id']}: no time", re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", result["start_time"]))
            bench.true(f"{control['id']}: failed without a message", result["status"] != "failed" or result["message"])
            bench.true(f"{control['id']}: skipped without one", result["status"] != "skipped" or result["skip_message"])
    bench.true("a name must be unique in the file", len(document["profiles"]) == 1)
    bench.true("platform.release wants a blank in front", document["platform"]["release"].startswith(" "))


TILES = """
const text = document.body.innerText, found = {};
for (const name of ['Passed', 'Failed', 'Not Applicable', 'Not Reviewed'])
    for (const match of text.matchAll(new RegExp('^' + name + ': (\\\\d+)', 'gm'))) found[name] = Number(match[1]);
for (const [name, pattern] of [['Profile Error', /(\\d+) Profile Errors?/], ['Waived', /(\\d+) Waived Tests?/]])
    found[name] = Number((text.match(pattern) || [0, 0])[1]);
return 'Passed' in found && 'Not Reviewed' in found ? found : null;
"""


def load(browser, address, file, wanted):
    """The tiles, as soon as they say what is wanted: the viewer fills its page bit by bit. What they say after a minute."""
    browser.open(address)
    if not browser.until("return document.querySelector('input[type=file]') !== null"):
        raise RuntimeError("the viewer has no place for a file")
    browser.give_file("input[type=file]", file)
    end = time.monotonic() + 60
    while True:
        tiles = browser.script(TILES) or {}
        if {name: tiles.get(name) for name in wanted} == wanted or time.monotonic() > end:
            return tiles
        time.sleep(0.1)


@case
def the_viewer_shows_the_same_numbers(bench):
    with heimdall_npm.viewer(bench.npm) as address, heimdall_browser.Browser(bench.folder / "browser") as browser:
        wanted = {name: bench.expected(SHOWN)[name] for name in set(SHOWN.values())} | {"Waived": bench.report["counts"]["waived"]}
        tiles = load(browser, address, bench.file, wanted)
        bench.equal("tiles", {name: tiles.get(name) for name in wanted}, wanted)
        for part in (bench.report["host"]["name"], bench.report["host"]["kernel"], bench.report["agent"]["version"]):
            shown = browser.until("return document.body.innerText.includes(arguments[0])", part)
            bench.true(f"{part!r} is not on the page", shown)
        time.sleep(1.5)      # the charts grow
        bench.artifacts.mkdir(parents=True, exist_ok=True)
        browser.screenshot(bench.artifacts / "heimdall.png")
    print(f"  tiles {tiles}, screenshot {bench.artifacts / 'heimdall.png'}")


@case
def the_viewer_would_show_others(bench):
    """One parameter turned: one tile more, one less."""
    document = json.loads(bench.text)
    turned = next(each for each in document["profiles"][0]["controls"]
                  if each["impact"] > 0 and {one["status"] for one in each["results"]} == {"passed"})
    turned["results"][0]["status"] = "failed"
    spoiled = bench.folder / "spoiled.json"
    spoiled.write_text(json.dumps(document))
    usual = bench.expected(SHOWN)
    wanted = {"Passed": usual["Passed"] - 1, "Failed": usual["Failed"] + 1}
    with heimdall_npm.viewer(bench.npm) as address, heimdall_browser.Browser(bench.folder / "browser2") as browser:
        tiles = load(browser, address, spoiled, wanted)
    bench.equal("tiles", {name: tiles.get(name) for name in wanted}, wanted)


def converted(bench, kind, name, *words):
    path = bench.folder / name
    status, said = heimdall_npm.convert(bench.npm, kind, "-i", bench.file, "-o", path, *words)
    if status or not path.exists():
        raise RuntimeError(f"saf convert {kind}: {status}: {said}")
    return path


@case
def saf_makes_csv(bench):
    with open(converted(bench, "hdf2csv", "out.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    bench.equal("rows", collections.Counter(each["Status"] for each in rows), bench.expected(SHOWN))
    bench.equal("keys", sorted(each["ID"] for each in rows), sorted(each["key"] for each in bench.report["parameters"]))


def texts(path, name):
    """The texts of all elements of this name, whatever their namespace."""
    return [each.text for each in xml.etree.ElementTree.parse(path).iter() if each.tag.rpartition("}")[2] == name]


@case
def saf_makes_xccdf(bench):
    found = texts(converted(bench, "hdf2xccdf", "out.xml"), "result")
    bench.equal("results", collections.Counter(found), bench.expected(XCCDF))


@case
def saf_makes_ckl(bench):
    found = texts(converted(bench, "hdf2ckl", "out.ckl"), "STATUS")
    bench.equal("states", collections.Counter(found), bench.expected(CKL))


@case
def saf_makes_asff(bench):
    folder = converted(bench, "hdf2asff", "asff", "-a", "123456789012", "-r", "eu-central-1", "-t", "web-07")
    findings = [one for file in sorted(folder.glob("*.json")) for one in json.loads(file.read_text())]
    found = {key for one in findings for key in [re.sub(r"^web-07/[^/]+/(.*)/finding/.*", r"\1", one["Id"])]}
    wanted = {each["key"] for each in bench.report["parameters"]}
    bench.equal("keys", sorted(wanted - found), [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("--artifacts", type=pathlib.Path, default=TOP / "build/artifacts", help="where the screenshot goes")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    options = parser.parse_args()
    chosen = [each for each in CASES if not options.only or any(text in each.__name__ for text in options.only)]
    missing = heimdall_npm.missing() + heimdall_browser.missing()
    if missing:
        print(f"missing: {' '.join(missing)} (Debian: nodejs npm chromium chromium-driver)", file=sys.stderr)
        print(f"0 passed, {len(chosen)} failed")
        return 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-heimdall-"))
    os.chmod(folder, 0o755)
    passed = failed = 0
    try:
        bench = Bench(folder, options.artifacts)
        for each in chosen:
            bench.problems, start = [], time.monotonic()
            try:
                each(bench)
            except Exception as problem:
                bench.problems.append("".join(traceback.format_exception(problem)).rstrip())
            passed, failed = passed + (not bench.problems), failed + bool(bench.problems)
            if bench.problems or options.verbose:
                print(f"{'failed' if bench.problems else 'passed'}  {each.__name__}  {time.monotonic() - start:.1f} s")
            for problem in bench.problems:
                print(f"    {problem}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
