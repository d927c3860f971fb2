#!/usr/bin/python3
"""Holds the program's table of parameters to facts.json, key by key; each key is a test.

    tests/catalogue/run.py [--holdfast PROGRAM | --explained FILE] [--only TEXT]... [-v]

facts.json is what was measured on Linux 6.18 or read in its source, and only facts: no sentence, no opinion but the
bounds of good sense (lint_min, lint_max). It was collected without the table, so that a slip in one shows in the other.

    type, unit, elements, format       what the value is
    min, max                           the least and the greatest that the kernel takes: a number, INT_MAX/HZ, the name
                                       of a key or a constant, or none (it takes any number)
    verified                           live: measured on that kernel; source: read; no: neither
    default                            of an untouched kernel
    access                             rw, ro, wo, or absent (the key is gone)
    refuse                             no profile should set it

The table may know more than the facts. Where it may say something else stands in the lists below, with the reason.
The last line is "N passed, N failed". Exit 1 if anything failed.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent

# Keys of the table that are not in the facts, and why they have a row.
ADDITIONS = {
    "kernel.hotplug": "runs code as root, like kernel.modprobe",
    "kernel.poweroff_cmd": "runs code as root, like kernel.modprobe",
    "kernel.usermodehelper.inheritable": "the other half of usermodehelper.bset",
    "net.ipv4.conf.all.forwarding": "the same storage as ip_forward",
    "net.ipv4.neigh.<if>.base_reachable_time": "the coarse name of base_reachable_time_ms",
    "net.ipv4.neigh.<if>.retrans_time": "the coarse name of retrans_time_ms",
    "net.ipv4.neigh.<if>.retrans_time_ms": "the fine name that retrans_time wants",
    "net.ipv4.neigh.<if>.unres_qlen": "the coarse name of unres_qlen_bytes",
    "net.ipv6.conf.<if>.forwarding": "one interface, without the effects of conf.all.forwarding",
    "net.ipv6.conf.all.disable_ipv6": "sets every interface, which conf.<if>.disable_ipv6 does not",
    "net.ipv6.neigh.<if>.base_reachable_time": "the coarse name of base_reachable_time_ms",
    "net.ipv6.neigh.<if>.base_reachable_time_ms": "as for IPv4",
    "net.ipv6.neigh.<if>.retrans_time": "the coarse name of retrans_time_ms",
    "net.ipv6.neigh.<if>.retrans_time_ms": "as for IPv4",
    "net.ipv6.route.gc_min_interval": "the coarse name of gc_min_interval_ms",
    "net.nf_conntrack_max": "the other name of net.netfilter.nf_conntrack_max",
}

# (key, field): what the table has there instead of what the facts have, and why that is right.
EXCEPTIONS = {
    **{(f"net.bridge.bridge-nf-call-{table}", f"latest_range.{end}"): (number, "measured: takes any int, and reads back 1")
       for table in ("iptables", "ip6tables") for end, number in (("min", -2 ** 31), ("max", 2 ** 31 - 1))},
    **{(f"fs.inotify.max_user_{what}", "alias"): (None, "one storage in the initial user namespace only; the facts' name "
                                                  "is each namespace's own")
       for what in ("instances", "watches")},
    ("fs.suid_dumpable", "hazard"): (None, "1 lets secrets out, as its words say, but runs nothing and can be undone"),
    ("vm.stat_refresh", "class"): ("unknown", "an action, it keeps no value"),
}

SCALAR = {"integer"}
CLASSES = {"int": SCALAR, "uint": SCALAR, "ulong": SCALAR, "bool": SCALAR, "bitmask": SCALAR, "enum": SCALAR,
           "tuple": {"vector"}, "string": {"string"}}
ACCESS = {"rw": "read-write", "ro": "read-only", "wo": "write-only", "absent": "read-write"}


# ---- what is compared: each yields (field, what the table has, what the facts have) where the two differ -------------

def shape(row, fact):
    wanted = CLASSES[fact["type"]]
    if "format" in fact:
        wanted = {fact["format"]}
    elif fact["type"] == "enum" and not all(re.fullmatch(r"-?\d+", each) for each in fact["enum"]):
        wanted = {"string"}          # one of them; the class words is a set
    if row["class"] not in wanted:
        yield "class", row["class"], " or ".join(sorted(wanted))
    if "elements" in fact and row.get("arity") != fact["elements"]:
        yield "arity", row.get("arity"), fact["elements"]
    if "unit" in fact and row.get("unit") != fact["unit"]:
        yield "unit", row.get("unit"), fact.get("unit")


def words(row, fact):
    for field, name in (("enum", "words"), ("bits", "bits")):
        missing = [each for each in fact.get(field, []) if each not in row.get(name, {})]
        if missing:
            yield name, sorted(row.get(name, {})), f"also {' '.join(missing)}"


def number(value, sign):
    """A bound to compare by: nothing reaches as far as possible; what depends on HZ is itself."""
    return sign * 2 ** 70 if value is None else value


def bounds(row, fact):
    if row["class"] == "mask":
        return                  # how many bits it may have follows from the machine
    every, latest = row.get("range", {}), row.get("latest_range", {})
    for end, sign in (("min", -1), ("max", 1)):
        if end not in fact:
            continue
        wanted = fact[end]
        if wanted == 2 ** 64 - 1:
            wanted = "none"     # whatever the table can hold
        # Each bound of `range` holds on every kernel, so on the latest one too.
        for field, here in (("range", every.get(end)), ("latest_range", latest.get(end, every.get(end)))):
            exact = fact["verified"] == "live" and field == "latest_range"
            if wanted == "none":
                fits = here is None or here == (-2 ** 31 if sign < 0 else 2 ** 31 - 1)
            elif isinstance(wanted, str) and wanted.endswith("INT_MAX/HZ"):
                fits = here == wanted or here is None and not exact
            elif isinstance(wanted, str):
                continue        # another key's value, or the machine's: the system tests look at these
            elif isinstance(here, str):
                fits = False
            elif exact:
                fits = here == wanted
            else:
                fits = sign * number(here, sign) >= sign * wanted
            if not fits:
                yield f"{field}.{end}", here, wanted
    for end, sign in (("min", -1), ("max", 1)):
        if "." in str(fact.get(end)) and sign > 0 and row.get("ceiling", {}).get("key") != fact[end]:
            yield "ceiling", row.get("ceiling", {}).get("key"), fact[end]


def sane(row, fact):
    for end in ("min", "max"):
        if f"lint_{end}" in fact and row.get("sane_range", {}).get(end) != fact[f"lint_{end}"]:
            yield f"sane_range.{end}", row.get("sane_range", {}).get(end), fact[f"lint_{end}"]


def initial(row, fact):
    if "default" in fact and row.get("initial", str(fact["default"])) != str(fact["default"]):
        yield "initial", row.get("initial"), fact["default"]
    if "default" in fact and "initial" not in row and "initial_note" not in row:
        yield "initial", None, fact["default"]


def version(text):
    return None if text is None else ".".join(text.split(".")[:2])


def where(row, fact):
    if row["scope"] != fact["scope"]:
        yield "scope", row["scope"], fact["scope"]
    for field in ("since", "removed"):
        if row.get(field) != version(fact.get(field)):
            yield field, row.get(field), version(fact.get(field))
    # What only does something, or can only be done once, is refused by one or the other.
    access = ACCESS[fact["access"]]
    wanted = {access}
    if fact.get("refuse") and fact["access"] != "ro":
        wanted = {"action"} if "one_way" not in fact else {"action", access}
    if row["access"] not in wanted:
        yield "access", row["access"], " or ".join(sorted(wanted))


def relations(row, fact, table, key):
    for field in ("combine", "readback"):
        if row.get(field) != fact.get(field):
            yield field, row.get(field), fact.get(field)
    if "alias" in fact:
        other = table.get(fact["alias"], {})
        if fact["alias"] not in (row.get("alias"), row.get("finer")) and key not in (other.get("alias"), other.get("finer")):
            yield "alias", row.get("alias"), fact["alias"]


def hazard(row, fact):
    found = row.get("hazard", {})
    if fact.get("secret") and found.get("kind") != "secret":
        yield "hazard", found.get("kind"), "secret"
    if "one_way" in fact:
        if found.get("kind") != "one_way" and row["access"] != "action":
            yield "hazard", found.get("kind"), "one_way"
        value = fact["one_way"]
        if value is not True and found.get("range") != {"min": value, "max": value}:
            yield "hazard.range", found.get("range"), value
    if fact.get("security") and not found:
        yield "hazard", None, "any"


def differences(key, row, fact, table):
    return [*shape(row, fact), *words(row, fact), *bounds(row, fact), *sane(row, fact), *initial(row, fact),
            *where(row, fact), *relations(row, fact, table, key), *hazard(row, fact)]


def complaints(key, fact, table):
    if key not in table:
        return [f"{key}: the table has no such key"]
    expected = {field: has for (named, field), (has, _) in EXCEPTIONS.items() if named == key}
    found = []
    for field, has, wanted in differences(key, table[key], fact, table):
        if field in expected and expected.pop(field) == has:
            continue
        found.append(f"{key}: {field} is {has} in the table, {wanted} in the facts")
    return found + [f"{key}: {field} is no exception any more: take it out of EXCEPTIONS" for field in expected]


# ---- running --------------------------------------------------------------------------------------------------------

def explained(program):
    """The program's table, from `explain` on a host that has nothing."""
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run([program, "--root", empty, "explain", "--json", "*"], capture_output=True, text=True,
                              timeout=60)
    if done.returncode != 0:
        sys.exit(f"{program} explain: exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", default=os.environ.get("HOLDFAST", TOP / "build/release/holdfast"))
    parser.add_argument("--explained", help="what `explain --json '*'` printed, instead of the program")
    parser.add_argument("--only", action="append", help="only keys with this in their name")
    parser.add_argument("-v", "--verbose", action="store_true", help="names each key")
    options = parser.parse_args()

    facts = json.loads((HERE / "facts.json").read_text())["keys"]
    document = json.loads(pathlib.Path(options.explained).read_text()) if options.explained \
        else explained(options.holdfast)
    table = {each["key"]: each["catalogue"] for each in document["parameters"]}
    tests = {key: complaints(key, fact, table) for key, fact in facts.items()}
    for key in table.keys() | ADDITIONS.keys():
        if key not in facts:
            tests[key] = [] if key in table and key in ADDITIONS else \
                [f"{key}: in the table, but neither in facts.json nor among the ADDITIONS of run.py"] if key in table \
                else [f"{key}: among the ADDITIONS of run.py, but not in the table"]
    passed = failed = 0
    for key in sorted(tests):
        if options.only and not any(text in key for text in options.only):
            continue
        if options.verbose:
            print(f"{'failed' if tests[key] else 'passed':7} {key}")
        for text in tests[key]:
            print(text)
        passed, failed = passed + (not tests[key]), failed + bool(tests[key])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
