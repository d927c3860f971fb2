"""The files and their pages: shape, reasons, references, hazards, lint, examples. Nothing is applied here."""
import itertools
import json
import re

import jsonschema

import judge
from cases import case

LONGEST_WHY = 300
# (profile, key) whose hazard is accepted, each with its reason in the file. Nothing else may be hazardous.
HAZARDS = {("time-wait-classic", "net.ipv4.tcp_tw_recycle"), ("hardened-base", "kernel.unprivileged_bpf_disabled")}
# What a reference looks like; docs/controls.md, "Notes".
REFERENCES = [re.compile(pattern) for pattern in (
    r"NIST [A-Z]{2}-\d+(\(\d+\))?( [a-z])?",
    r"CIS (Debian 1[23]|Ubuntu 24\.04|RHEL 9) \d+\.\d+\.\d+ \d+(\.\d+)+",
    r"STIG (RHEL-09-\d{6}|UBTU-24-\d{6}|PHTN-67-\d{6}|GEN\d{6})",
    r"ANSSI BP-028 2\.0 R\d+")]
# Of older profiles: what lint notes and is meant (the profile or its page says why).
NOTED = {"default": {"takes-effect-later"}, "high-churn-web": {"takes-effect-later", "no-effect"},
         "reverse-proxy": {"trap-value"}, "small-memory": {"takes-effect-later"}}
KERNELS = ("4.4", "4.9", "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18")
ABSENT = re.compile(r": (no such key in this kernel|not in this kernel; known since Linux [\d.]+);")
ROW = re.compile(r"^\| (?P<keys>`.+?) \| (?P<files>[^|]*) \| (?P<references>[^|]*) \| .* \|$", re.M)
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)


def page(name):
    return (judge.TOP / "docs/profiles" / f"{name}.md").read_text()


@case
def the_list_here_is_what_is_shipped(t):
    shipped = re.search(r"^SHIPPED := \$\(wildcard \$\(patsubst [^,]*,[^,]*,((?:.|\\\n)*?)\)\)$",
                        (judge.TOP / "Makefile").read_text(), re.M)
    t.same("SHIPPED of the Makefile", tuple(sorted(shipped[1].replace("\\", " ").split())) if shipped else None,
           judge.SHIPPED)
    for name in judge.SHIPPED:
        t.same(f"the name in {name}.yaml", judge.document(name)["profile"], name)


@case
def every_profile_fits_the_schema(t):
    checker = jsonschema.Draft202012Validator(json.loads((judge.TOP / "schema/profile.schema.json").read_text()))
    for name in judge.SHIPPED:
        t.same(f"{name}: faults", [fault.message for fault in checker.iter_errors(judge.document(name))], [])


@case
def every_parameter_says_why_in_few_words(t):
    for name in judge.SHIPPED:
        for key, requirement in judge.own(name):
            why = requirement.get("why", "")
            t.holds(0 < len(why) <= LONGEST_WHY, f"{name}: {key}: the why has {len(why)} characters")
            t.holds(why.endswith((".", '".')), f"{name}: {key}: the why is no sentence: ...{why[-30:]!r}")


@case
def only_known_hazards_are_accepted(t):
    found = {(name, key) for name in judge.SHIPPED for key, requirement in judge.own(name)
             if requirement.get("accept_hazard")}
    t.same("accept_hazard", found, HAZARDS)


@case
def every_reference_stands_in_controls_md(t):
    """With its parameter and its file: a row of docs/controls.md says what each one rests on."""
    known = {}
    for row in ROW.finditer((judge.TOP / "docs/controls.md").read_text()):
        for key in re.findall(r"`([a-z0-9._*-]+)`", row["keys"]):
            for file in re.findall(r"([a-z-]+)\.yaml", row["files"]):
                known.setdefault((file, key), set()).update(re.findall(r'"([^"]+)"', row["references"]))
    t.holds(len(known) > 60, f"only {len(known)} rows were understood")
    for name in judge.SHIPPED:
        for key, requirement in judge.own(name):
            for each in requirement.get("controls", []):
                t.holds(any(pattern.fullmatch(each) for pattern in REFERENCES), f"{name}: {key}: '{each}' has no form")
                t.holds(each in known.get((name, key), ()), f"{name}: {key}: no row of docs/controls.md has '{each}'")
            t.same(f"{name}: {key}: in docs/controls.md and not in the profile",
                   sorted(known.get((name, key), set()) - set(requirement.get("controls", []))), [])


@case
def lint_finds_nothing_on_any_kernel(t):
    for name in judge.SHIPPED:
        for kernel, memory in itertools.product(KERNELS, (16 << 30, 512 << 20)):
            said = t.run("lint", "--root", t.host_for_lint(memory), "--kernel", kernel, "--json",
                         judge.FOLDER / f"{name}.yaml")
            where, found = f"{name}, Linux {kernel}, {memory >> 20} MiB", json.loads(said.out)["findings"]
            t.same(f"{where}: errors and warnings",
                   [(each["rule"], each.get("key")) for each in found if each["severity"] != "note"], [])
            t.holds({each["rule"] for each in found} <= NOTED.get(name, set()),
                    f"{where}: notes {sorted({each['rule'] for each in found})}")


@case
def lint_finds_nothing_in_them_together(t):
    """Each with what it lies on, and the pairs that the pages propose."""
    for names in [judge.layers(name) for name in judge.SHIPPED] + [
            ("hardened-base", "container-host"), ("hardened-base", "nat-gateway"), ("hardened-base", "database"),
            ("hardened-base", "high-churn-web", "small-memory")]:
        said = t.run("lint", "--root", t.host_for_lint(512 << 20), "--kernel", "6.18", "--json",
                     *(judge.FOLDER / f"{name}.yaml" for name in dict.fromkeys(names)))
        found = json.loads(said.out)["findings"]
        t.same(f"{', '.join(names)}", [(each["rule"], each.get("key")) for each in found if each["severity"] != "note"], [])


@case
def every_profile_loads_on_every_tree(t):
    trees = sorted(each for each in (judge.TOP / "tests/trees").iterdir() if each.is_dir())
    t.holds(len(trees) >= 10, f"only {len(trees)} trees")
    for tree in trees:
        for name in judge.SHIPPED:
            where = f"{name} on {tree.name}"
            t.exits(f"show {where}", t.run("show", "--root", tree, "-p", judge.FOLDER / f"{name}.yaml"), 0)
            t.exits(f"lint {where}", t.run("lint", "--root", tree, judge.FOLDER / f"{name}.yaml"), 0)
            # The trees hold only some keys. That one is not there is said, and nothing else may be.
            said = t.run("check", "--root", tree, "-p", judge.FOLDER / f"{name}.yaml")
            t.exits(f"check {where}", said, 0, 2, 3, 65)
            t.same(f"check {where}: complaints", [line for line in said.err.splitlines()
                                                  if not ABSENT.search(line)], [])


@case
def every_profile_has_a_page_with_its_parts(t):
    for name in judge.SHIPPED:
        text = page(name)
        for part in ("## What it leaves alone", "## How to adapt it", "## Sources"):
            t.same(f"{name}.md: '{part}'", text.count(f"\n{part}\n"), 1)
        t.holds(f"({name}.md)" in page("README"), f"README.md does not name {name}")


@case
def the_examples_on_the_pages_load(t):
    """Every profile that a page shows goes through show and lint, on a host that has the shipped ones."""
    root = t.host_with_profiles()
    seen = 0
    for name in judge.SHIPPED:
        for number, text in enumerate(EXAMPLE.findall(page(name))):
            if not text.startswith("profile: "):
                continue
            seen += 1
            file = root.parent / f"{name}-{number}.yaml"
            file.write_text(text)
            t.exits(f"show example {number} of {name}.md", t.run("show", "--root", root, "-p", file), 0)
            said = t.run("lint", "--root", root, "--kernel", "6.18", "--json", file)
            t.same(f"lint example {number} of {name}.md",
                   [(each["rule"], each.get("key")) for each in json.loads(said.out)["findings"]
                    if each["severity"] == "error"], [])
    t.holds(seen >= 9, f"only {seen} examples were found")
