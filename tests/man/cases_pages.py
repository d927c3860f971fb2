"""The pages say what is there: every command, option, field, exit status and variable, and nothing else."""

import json
import re
import shutil
import unicodedata

from bench import PAGES, TOP, cases, case, run, tables
from mdoc import examples, flags, items, option_of, references

BY_NAME = {path.name: path for path in PAGES}
MAIN, SEND, PROFILE, AGENT = (BY_NAME.get(name) for name in ("holdfast.8", "holdfast-send.8", "holdfast.profile.5",
                                                             "holdfast-agent.yaml.5"))
EDGES = {-(1 << 63), (1 << 63) - 1, (1 << 64) - 1}  # what any number may be
# Where Debian has the pages that ours refer to. `dpkg -L` knows them also where the files are left out, as in containers.
ELSEWHERE = {("jq", "1"): "jq", ("gzip", "1"): "gzip", ("systemd", "1"): "systemd", ("bind", "2"): "manpages-dev",
             ("connect", "2"): "manpages-dev", ("os-release", "5"): "systemd", ("proc", "5"): "manpages",
             ("sysctl.conf", "5"): "procps", ("sysctl.d", "5"): "systemd", ("capabilities", "7"): "manpages",
             ("landlock", "7"): "manpages", ("sock_diag", "7"): "manpages", ("cron", "8"): "cron",
             ("ip-netns", "8"): "iproute2", ("ss", "8"): "iproute2", ("sysctl", "8"): "procps",
             ("systemd-sysctl", "8"): "systemd"}


def width(line):
    return sum(not unicodedata.combining(each) for each in line)


def rendered(page, columns):
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": str(columns), "TERM": "dumb", "HOME": "/"}
    status, out, err = run("man", "--warnings", "-l", page, env=environment)
    return status, re.sub(".\b", "", out), err


@case
def the_four_pages_are_there(check):
    check.same("pages", BY_NAME, ["holdfast.8", "holdfast-send.8", "holdfast.profile.5", "holdfast-agent.yaml.5"])


@cases(BY_NAME)
def mandoc_finds_nothing_to_complain_about(check, page):
    status, out, err = run("mandoc", "-T", "lint", "-W", "warning", page)
    check.equal("mandoc", (status, out, err), (0, "", ""))


@cases(BY_NAME)
def man_shows_it_in_80_columns_without_a_warning(check, page):
    status, out, err = rendered(page, 80)
    check.equal("man", (status, err), (0, ""))
    check.equal("lines over 80 columns", [line for line in out.splitlines() if width(line) > 80], [])
    check.true("nothing is shown", len(out.splitlines()) > 60)


@cases(BY_NAME)
def examples_can_be_copied_from_what_is_shown(check, page):
    shown = [line.strip() for line in rendered(page, 120)[1].splitlines()]
    for example in examples(page):
        for line in example.lines:
            check.true(f"line {example.line}: not shown as it is meant: {line!r}", line.strip() in shown)


@cases(BY_NAME)
def every_example_says_how_it_is_tried_or_why_not(check, page):
    for example in examples(page):
        where = f"{page.name}:{example.line}"
        check.true(f"{where}: no comment with 'try:' or 'not tried:' in front of it", example.kind is not None)
    check.true("no example", check.checks)


@cases(BY_NAME)
def pages_that_are_referred_to_exist(check, page):
    for number, name, section in references(page):
        where = f"{page.name}:{number}: {name}({section})"
        if f"{name}.{section}" in BY_NAME:
            check.true(f"{where} is this page itself", f"{name}.{section}" != page.name)
            continue
        package = ELSEWHERE.get((name, section))
        check.true(f"{where} is no page that we know", package)
        status, out, _ = run("dpkg", "-L", package or "dpkg") if shutil.which("dpkg") else (1, "", "")
        if package and status == 0:
            check.true(f"{where} is not in Debian's {package}", f"/man{section}/{name}.{section}.gz" in out)
    check.true("refers to nothing", check.checks)


@case
def files_that_we_ship_are_called_as_the_pages_call_them(check):
    places = {"/usr/share/holdfast/udev/": "packaging/udev/", "/usr/share/holdfast/profiles/": "profiles/",
              "/usr/share/holdfast/schema/": "schema/", "/usr/share/doc/holdfast/examples/": "packaging/examples/",
              "/etc/cron.d/": "packaging/cron/", "holdfast-": "packaging/systemd/holdfast-"}
    for page in PAGES:
        for word in re.findall(r"(?<=\bPa )\S+|(?<=, )[/h]\S+", page.read_text()):
            place = next((place for place in places if word.startswith(place)), None)
            if place and (place != "holdfast-" or word.endswith((".timer", ".service", ".path"))):
                path = TOP / word.replace(place, places[place], 1)
                check.true(f"{page.name}: {word} is not in the tree", path.exists())
    check.true("few of them", check.checks > 8)


@case
def each_command_has_its_options(check):
    """Its own in COMMANDS, and of OPTIONS those that name it or no command."""
    commands, options = tables()
    own, shared, operands = {}, [], {}
    for item in items(MAIN):
        if item.section == "COMMANDS" and not item.above:
            own[item.name()] = []
            operands[item.name()] = item.head[2:]
        elif item.section == "COMMANDS":
            own[item.above[0].name()].append(item)
        elif item.section == "OPTIONS":
            named = re.match(r"(all but )?Cm (.*)", item.body[0])
            only = {each for each in named[2].split() if each != ","} if named else set()
            shared.append((item, set(commands) - only if not named or named[1] else only))
    check.same("commands", own, commands)
    for name, command in commands.items():
        found = own.get(name, []) + [item for item, only in shared if name in only]
        words = {}
        for item in found:
            names, argument = option_of(item.head)
            words.update({each: argument for each in names})
        wanted = {f"-{word}" for word in command["options"]}
        wanted |= {options[word]["letter"] for word in command["options"] if options[word]["letter"]}
        check.same(f"options of {name}", words, wanted)
        for word in command["options"]:
            argument = options[word]["argument"]
            shown = words.get(f"-{word}")
            check.equal(f"{name} --{word}: takes an argument", shown is not None, argument is not None)
            if argument and "|" in argument and argument.islower():
                check.equal(f"{name} --{word}: takes", shown, argument)
        operand = "".join(operands.get(name, [])).replace("OpArplanfile", "[PLANFILE]").replace("OpArid", "[ID]")
        operand = operand.replace("OpArfile", "[FILE]").replace("Arkey...", "KEY...")
        check.equal(f"operand of {name}", "[FILE...]" if operand == "OpAr" else operand or None, command["operand"])


@case
def synopsis_has_each_command_with_its_own_options(check):
    commands, _ = tables()
    common = set.intersection(*(set(each["options"]) for each in commands.values())) | {"profile", "json"}
    text = re.search(r"^\.Sh SYNOPSIS\n(.*?)^\.Sh", MAIN.read_text(), re.M | re.S)[1]
    found = {}
    for part in text.split(".Nm\n")[1:]:
        names = re.match(r"\.Cm (.*)", part)
        for name in (names[1].split() if names else ()):
            if name != "|":
                found.setdefault(name, set()).update(re.findall(r"(?:Fl|\|) -?([a-z][a-z-]*)", part.replace(names[0], "")))
    check.same("commands", found, commands)
    for name, command in commands.items():
        wanted = {"o" if word == "output" else word for word in command["options"] if word not in common}
        check.same(f"own options of {name}", found.get(name, ()), wanted)


@cases(BY_NAME)
def no_option_is_named_that_does_not_exist(check, page):
    _, options = tables()
    words = {f"-{word}" for word in options} | {row["letter"] for row in options.values() if row["letter"]} | {"-"}
    if page == SEND:
        words |= {f"-{word}" for word in re.findall(r"^  --([a-z-]+)", run(program_send(), "--help")[1], re.M)}
    for number, word in flags(page):
        check.true(f"{page.name}:{number}: there is no option -{word}", word in words)
    check.checks += 1


def program_send():
    from bench import SENDER
    return SENDER


@case
def the_senders_page_has_its_options(check):
    _, out, _ = run(program_send(), "--help")
    wanted = {word: argument or None for word, argument in re.findall(r"^  (--[a-z-]+)(?: ([A-Z]+))?", out, re.M)}
    found = {}
    for item in items(SEND):
        if item.head[:1] == ["Fl"]:
            names, argument = option_of(item.head)
            found.update({f"-{name}": argument and argument.upper() for name in names})
    check.equal("options", found, wanted)


@case
def exit_statuses_are_those_of_the_program(check):
    source = (TOP / "agent/cmd/command.h").read_text()
    wanted = re.findall(r"^\tEXIT_\w+ = (\d+),", source, re.M)
    check.same("statuses", [item.head[0] for item in items(MAIN) if item.section == "EXIT STATUS"], wanted)


@case
def variables_are_those_that_the_program_reads(check):
    sources = [path.read_text() for path in (TOP / "agent").glob("*/*.c") if path.parent.name not in ("send",)]
    read = {name for text in sources for name in re.findall(r'getenv\("([A-Z_]+)"\)', text)}
    named = {word for item in items(MAIN) if item.section == "ENVIRONMENT" for word in item.head[1:] if word != ","}
    check.true(f"read but not on the page: {sorted(read - named)}", not read - named)
    for name in named:
        check.true(f"{name} stands nowhere in the source", any(f'"{name}"' in text for text in sources))


def fields_of(schema, schemas, above=()):
    """(path, the schema of the field, whether it is required) of all fields; conditions are looked into once only."""
    while "$ref" in schema:
        own = {key: each for key, each in schema.items() if key != "$ref"}
        schema = {**schemas[schema["$ref"].rsplit("/", 1)[1]], **own}
    if schema.get("type") == "array":
        yield from fields_of(schema.get("items", {}), schemas, above)
    for name, each in schema.get("properties", {}).items():
        path = (*above, name)
        yield path, {**schemas.get(each.get("$ref", "").rsplit("/", 1)[-1], {}), **each}, name in schema.get("required", ())
        if name not in ("when", "parameters"):
            yield from fields_of(each, schemas, path)


def names_of(item):
    return [word for word in item.head[1:] if word not in (",", "Ns")]


def check_fields(check, found, wanted):
    """found {path: item}, wanted {path: (schema, required)}."""
    check.same("fields", found, wanted)
    for path, (schema, required) in wanted.items():
        if path not in found:
            continue
        body, shown = found[path].text(), ".".join(path)
        check.equal(f"{shown}: 'Required.' stands there", body.startswith("Required. "), required)
        for word in schema.get("enum", []):
            check.true(f"{shown}: '{word}' is not told of", re.search(rf"(?<!\w){re.escape(word)}(?!\w)", body))
        for edge in ("minimum", "maximum"):
            if schema.get("type") == "integer" and edge in schema and schema[edge] not in EDGES | {0}:
                check.true(f"{shown}: {edge} {schema[edge]} is not told of", re.search(rf"\b{schema[edge]}\b", body))
        if "default" in schema:
            check.true(f"{shown}: its default is not told of", "default" in body or "left out" in body or "true" in body)


@case
def settings_has_every_field(check):
    document = json.loads((TOP / "schema/agent.schema.json").read_text())
    wanted = {path: (schema, required) for path, schema, required in fields_of(document, document["$defs"])}
    found = {}
    for item in items(AGENT):
        if item.section == "DESCRIPTION":
            above = tuple(each.name() for each in item.above)
            found.update({(*above, name): item for name in names_of(item)})
    check_fields(check, found, wanted)
    conditions = found[("assign", "when")].text() if ("assign", "when") in found else ""
    for word in document["$defs"]["when"]["properties"]:
        check.true(f"assign.when: '{word}' is not told of", re.search(rf"\b{word}\b", conditions))


@cases({"": "$", "Requirements": "parameter", "Conditions": "when"})
def profile_has_every_field(check, definition):
    document = json.loads((TOP / "schema/profile.schema.json").read_text())
    schema = document if definition == "$" else document["$defs"][definition]
    subsection = {"$": "", "parameter": "Requirements", "when": "Conditions"}[definition]
    found = {}
    for item in items(PROFILE):
        if (item.section, item.subsection) == ("DESCRIPTION", subsection):
            above = tuple(each.name() for each in item.above)
            found.update({(*above, name): item for name in names_of(item)})
    check_fields(check, found, {path: (each, required) for path, each, required in fields_of(schema, document["$defs"])})
