#!/usr/bin/python3
"""What an editor says of profiles and settings: yaml-language-server, from npm, with the schemas of schema/.

    tests/editor/run.py [WORD...]

WORD chooses tests by name. docs/writing-profiles.md tells how to set an editor up; each set-up that it shows comes down to the
server and the schema that are tried here. Skipped where node and npm are not installed.
"""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True  # the tests leave nothing in the source tree
import language_server
from language_server import TOP

PAGE = TOP / "docs/writing-profiles.md"
TESTS = []
GOOD = """\
profile: web
version: 1
parameters:
  net.ipv4.tcp_fin_timeout: 30
  net.core.somaxconn: {min: 4096, severity: high, why: The backlog of every listener is cut to this.}
"""


def test(function):
    TESTS.append(function)
    return function


class Failure(Exception):
    pass


def same(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: {found!r}, wanted {wanted!r}")


def holds(condition, what):
    if not condition:
        raise Failure(what)


def with_schema(name, text):
    return f"# yaml-language-server: $schema={TOP}/schema/{name}.schema.json\n{text}"


@test
def a_good_profile_has_no_faults(server):
    same("faults", server.open("good.yaml", with_schema("profile", GOOD))[1], [])


@test
def each_shipped_profile_names_its_schema_and_has_no_faults(server):
    for path in sorted((TOP / "profiles").glob("*.yaml")):
        text = path.read_text()
        first = "# yaml-language-server: $schema=../schema/profile.schema.json\n"
        holds(text.startswith(first), f"{path.name} does not begin with {first!r}")
        (server.folder / "schema").mkdir(exist_ok=True)
        (server.folder / "schema/profile.schema.json").write_text((TOP / "schema/profile.schema.json").read_text())
        same(path.name, server.open(f"profiles/{path.name}", text)[1], [])
        spoiled = text.replace("\nversion:", "\nvresion:")
        holds(server.open(f"profiles/spoiled-{path.name}", spoiled)[1], f"{path.name}: with 'vresion' nothing is said")


@test
def an_unknown_field_is_flagged_in_its_line(server):
    faults = server.open("field.yaml", with_schema("profile", GOOD.replace("{min:", "{mni:")))[1]
    same("lines", {line for line, _ in faults}, {6})
    holds(any("mni" in said for _, said in faults), f"'mni' is not named: {faults}")


@test
def wrong_values_are_flagged(server):
    rows = {"fraction": ("fin_timeout: 30", "fin_timeout: 1.5", 5), "severity": ("severity: high", "severity: hihg", 6),
            "version": ("version: 1", "version: one", 3), "name": ("profile: web", "profile: Web Hosts", 2),
            "two forms": ("{min: 4096", "{value: 1, min: 4096", 6), "operator": ("{min: 4096", "{min: 4096, when: {kernel: new}", 6)}
    for name, (old, new, line) in rows.items():
        faults = server.open(f"{name}.yaml", with_schema("profile", GOOD.replace(old, new)))[1]
        holds(line in [found for found, _ in faults], f"{name}: line {line} is not flagged: {faults}")


@test
def fields_are_completed(server):
    text = with_schema("profile", "profile: web\nversion: 1\nparameters:\n  net.core.somaxconn:\n    \n")
    found = server.completions(server.open("complete.yaml", text)[0], 6, 5)
    for wanted in ("value", "min", "max", "one_of", "scale", "when", "severity", "accept_hazard"):
        holds(wanted in found, f"'{wanted}' is not offered: {found}")
    uri = server.open("top.yaml", with_schema("profile", "profile: web\n\n"))[0]
    found = server.completions(uri, 3, 1)
    for wanted in ("version", "summary", "extends", "parameters"):
        holds(wanted in found, f"'{wanted}' is not offered: {found}")


@test
def words_are_completed(server):
    text = with_schema("profile", "profile: web\nversion: 1\nparameters:\n  net.core.somaxconn:\n    min: 1\n    severity: \n")
    found = server.completions(server.open("words.yaml", text)[0], 7, 15)
    holds({"info", "low", "medium", "high", "critical"} <= set(found), f"severity: {found}")


@test
def a_field_is_explained(server):
    text = with_schema("profile", "profile: web\nversion: 1\nparameters:\n  net.core.somaxconn:\n    min: 1\n")
    said = server.hover(server.open("hover.yaml", text)[0], 6, 6)
    holds("At least this" in said, f"'min' is explained by {said!r}")


@test
def settings_are_looked_at_too(server):
    uri, faults = server.open("agent.yaml", with_schema("agent", "mode: audti\n\n"))
    holds([line for line, _ in faults] == [2], f"mode: {faults}")
    holds("waivers" in server.completions(uri, 3, 1), "'waivers' is not offered")


@test
def the_page_names_the_version_that_was_tried(server):
    package = language_server.installed() / "node_modules/yaml-language-server/package.json"
    version = package.read_text().split('"version": "')[1].split('"')[0]
    holds(f"yaml-language-server@{version}" in PAGE.read_text(), f"docs/writing-profiles.md does not name yaml-language-server@{version}")


def main():
    tests = [one for one in TESTS if not sys.argv[1:] or any(word in one.__name__ for word in sys.argv[1:])]
    missing = language_server.missing()
    if missing:
        print(f"not installed: {', '.join(missing)}")
        print(f"0 passed, 0 failed, {len(tests)} skipped")
        return 0
    try:
        language_server.installed()
    except RuntimeError as fault:
        print(fault)
        print(f"0 passed, {len(tests)} failed")
        return 1
    failed = 0
    for one in tests:
        with tempfile.TemporaryDirectory() as folder, language_server.running(pathlib.Path(folder)) as server:
            try:
                one(server)
            except Exception as fault:  # a test that breaks has failed
                failed += 1
                print(f"FAILED {one.__name__}: {fault or type(fault).__name__}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
