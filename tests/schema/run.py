#!/usr/bin/python3
"""Holds the JSON Schemas and the program together on the same good and bad files.

    tests/schema/run.py [--schema-only] [--holdfast PROGRAM] [--tree FOLDER] [--schema-dir FOLDER]
                        [--report FILE]... [--plan FILE]...

good/*.yaml, bad/*.yaml   profiles. In a bad one stand comment lines for this test:
        # expect: 7:3 word               the program complains at line 7, column 3, with that word in the text
        # expect: other.yaml:7:3 word    ... in that file, for a fault in a parent
        # expect: - word                 ... at no particular place
        # schema: cannot see this        the schema accepts the file; only the program knows better
parents/*.yaml            what the files above extend; installed as profiles of the host
agent/{good,bad}          settings, for the schema and for the program; in a bad one may stand the line about what only the
                          program sees
documents/{good,bad}      report-*.json, plan-*.json and so on, for the schema that the name begins with; those of journal and
                          history in good/ were made by the program
doubtful/                 sysctl files and a profile with findings of many rules: what lint and explain print of them, of
                          the fake hosts in tests/trees and of profiles/ is held to their schemas, and so is a copy of
                          each document with every field in turn spoiled, which must be refused; and so are history,
                          rollback and the journal of a fake host on which a profile was applied and taken back, what tcp
                          prints of a fake host with sockets and of a private network, the report of an apply there,
                          and what run and apply keep and queue for two destinations

YAML is read here with Python's own parser and the core schema of YAML 1.2, so nothing is shared with the program.
Debian packages: python3-yaml, python3-jsonschema.
"""

import argparse
import copy
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import yaml

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
SCHEMAS = ("profile", "agent", "plan", "report", "lint", "explain", "journal", "history", "tcp", "mode")
INVALID = 65
NEIGHBOURS = {}  # each schema by its $id


# ---- YAML 1.2, core schema


class CoreLoader(yaml.SafeLoader):
    """Only true and false are booleans; 08 and 010, which YAML and the kernel read differently, stay text."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        result = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
            if key.value in result:
                raise yaml.constructor.ConstructorError(None, None, f"'{key.value}' stands here twice", key.start_mark)
            result[key.value] = self.construct_object(value, deep=deep)
        return result

    def construct_map(self, node):
        result = {}
        yield result
        result.update(self.construct_mapping(node))

    def construct_integer(self, node):
        return int(self.construct_scalar(node), 0)


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
              r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+.0123456789"),
):
    letters = ["" if letter == "\0" else letter for letter in first]
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), letters)
CoreLoader.add_constructor("tag:yaml.org,2002:int", CoreLoader.construct_integer)
CoreLoader.add_constructor("tag:yaml.org,2002:map", CoreLoader.construct_map)


def unique_pairs(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return result


def no_constant(word):
    raise ValueError(f"{word} is not JSON")


def read_document(path):
    data = path.read_bytes()
    if path.suffix == ".json":
        return json.loads(data, object_pairs_hook=unique_pairs, parse_constant=no_constant)
    return yaml.load(data, Loader=CoreLoader)


# ---- JSON Schema


def matches_pattern(_validator, pattern, instance, _schema):
    """As ECMA 262 does, which JSON Schema asks for: $ is the end, never before a last line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": matches_pattern})


def load_schemas(folder):
    schemas = {name: json.loads((folder / f"{name}.schema.json").read_bytes(), object_pairs_hook=unique_pairs)
               for name in SCHEMAS}
    NEIGHBOURS.update((schema.get("$id", ""), schema) for schema in schemas.values())
    return schemas


def refusal(path, schema):
    """Why the schema, or the YAML reader before it, does not take the file; None when it does."""
    try:
        document = read_document(path)
    except (yaml.YAMLError, ValueError) as err:
        return " ".join(str(err).split())
    return document_refusal(document, schema)


def document_refusal(document, schema):
    # What a schema refers to by its file's name lies beside the others; nothing is fetched.
    resolver = jsonschema.RefResolver.from_schema(schema, store=NEIGHBOURS)
    validator = Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker(["date"]))
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is None:
        return None
    return f"{error.json_path}: {error.message[:200]}"


def subschemas(schema, place="#"):
    yield place, schema
    for word in ("properties", "patternProperties", "$defs"):
        for name, inner in schema.get(word, {}).items():
            yield from subschemas(inner, f"{place}/{word}/{name}")
    for word in ("items", "additionalProperties", "then", "else"):
        if isinstance(schema.get(word), dict):
            yield from subschemas(schema[word], f"{place}/{word}")


def schema_faults(name, schemas):
    """What is wrong with a schema itself."""
    schema = schemas[name]
    try:
        Validator.check_schema(schema)
    except jsonschema.SchemaError as err:
        return [f"no valid schema: {err.message}"]
    faults = []
    if schema.get("$id") != f"https://holdfast.example/schema/{name}.schema.json":
        faults.append(f"its $id is {schema.get('$id')!r}")
    for place, inner in subschemas(schema):
        if re.search(r"/(properties|\$defs)/[^/]+$", place) and inner != {"not": {}} and not re.search("/(then|else)/", place):
            if "/allOf/" not in place and not inner.get("description"):
                faults.append(f"{place} has no description")
        if "properties" in inner and inner.get("type") == "object" and inner.get("additionalProperties") is None:
            faults.append(f"{place} takes any field")
    for word, inner in schema.get("$defs", {}).items():
        # Editors resolve no reference into another file by its $id, so what two schemas share stands in both.
        other = schemas["profile"]["$defs"].get(word)
        if name == "agent" and other is not None and other != inner:
            faults.append(f"#/$defs/{word} is not that of profile.schema.json")
    return faults


# ---- cases


@dataclass
class Case:
    path: Path
    good: bool
    blind: bool = False  # only the program can see the fault
    expects: list = field(default_factory=list)  # (file name, (line, column) or None, word)


def load_case(path, good, wants_places=True):
    case = Case(path, good)
    for line in path.read_bytes().decode(errors="replace").splitlines():
        if line == "# schema: cannot see this":
            case.blind = True
        elif line.startswith("# expect:"):
            match = re.fullmatch(r"# expect: (?:([\w.-]+\.yaml):)?(?:(\d+):(\d+)|-) ?(.*)", line)
            if match is None:
                raise SystemExit(f"{path}: not understood: {line}")
            file, row, column, word = match.groups()
            case.expects.append((file or path.name, (int(row), int(column)) if row else None, word))
    if not good and not case.expects and wants_places:
        raise SystemExit(f"{path}: a bad file needs a line '# expect: LINE:COLUMN word'")
    return case


def judge_schema(case, reason):
    """What is wrong with the schema's verdict; reason is None when it took the file."""
    if case.good:
        return [f"the schema refuses it: {reason}"] if reason else []
    if case.blind:
        return [f"the schema does see this, so the mark is stale: {reason}"] if reason else []
    return [] if reason else ["the schema takes it"]


def complaint_found(expected, lines):
    file, place, word = expected
    for line in lines:
        match = re.fullmatch(r"holdfast: (?:[^:]*/)?([^/:]+):(?:(\d+):(\d+):)? (.*)", line)
        if match is None or match[1] != file or word.casefold() not in match[4].casefold():
            continue
        if place is None or (match[2] and (int(match[2]), int(match[3])) == place):
            return True
    return False


def judge_program(case, status, complaints):
    """What is wrong with the program's verdict: its exit status and what it wrote to stderr."""
    lines = complaints.splitlines()
    said = "; it said: " + " | ".join(lines[:4] or ["nothing"])
    faults = [f"not a complaint of ours: {line[:200]}" for line in lines if not line.startswith("holdfast: ")][:1]
    wanted = 0 if case.good else INVALID
    if status != wanted:
        faults.append(f"exit status {status} instead of {wanted}{said}")
    missing = [expected for expected in case.expects if not complaint_found(expected, lines)]
    for file, place, word in missing:
        where = f"at {place[0]}:{place[1]}" if place else "anywhere"
        faults.append(f"no complaint {where} of {file} with '{word}'{said}")
    return faults


class Host:
    """A copy of a fake host that also has the parents and the shipped profiles."""

    def __init__(self, program, tree, folder):
        self.program = program
        self.root = folder / "host"
        shutil.copytree(tree, self.root, symlinks=True)
        self.install("etc/holdfast/profiles", (HERE / "parents").glob("*.yaml"))
        self.install("etc/holdfast/profiles", (HERE / "bad").glob("extends-*.yaml"))  # they close circles
        self.install("usr/share/holdfast/profiles", (TOP / "profiles").glob("*.yaml"))

    def install(self, name, files):
        target = self.root / name
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, target)

    def judge(self, case, words=None):
        words = words or ("-p", str(case.path))
        command = [self.program, "show", *words, "--root", str(self.root), "--color", "never"]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=20, check=False)
        except subprocess.TimeoutExpired:
            return ["the program hangs"]
        return judge_program(case, done.returncode, done.stderr.decode(errors="replace"))

    def judge_settings(self, case):
        return self.judge(case, ("-p", "time-wait-classic", "--config", str(case.path)))


# ---- the test of the test


def self_check(schema):
    """Plants faults in the corpus and in the program: those that go unnoticed, and how many there are."""
    fine = "profile: planted\nversion: 1\nparameters: {net.ipv4.tcp_fin_timeout: 30}\n"
    wrong = fine.replace("30", "true")
    mark = "# schema: cannot see this\n"
    told = "holdfast: x/planted.yaml:4:41: net.ipv4.tcp_fin_timeout wants an integer\n"

    def schema_notices(text, good):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "planted.yaml")
            path.write_text("# expect: 4:41 tcp_fin_timeout\n" + text)
            case = load_case(path, good)
            return bool(judge_schema(case, refusal(path, schema)))

    def program_notices(good, status, complaints):
        case = Case(Path("planted.yaml"), good)
        if not good:
            case.expects.append(("planted.yaml", (4, 41), "tcp_fin_timeout"))
        return bool(judge_program(case, status, complaints))

    checks = {
        "the schema takes a bad file": schema_notices(fine, False),
        "the schema refuses a good file": schema_notices(wrong, True),
        "a mark is stale": schema_notices(mark + wrong, False),
        "the schema half is never content for a bad file": not schema_notices(wrong, False),
        "the schema half is never content for a good file": not schema_notices(fine, True),
        "the program takes a bad file": program_notices(False, 0, ""),
        "the program takes a bad file and complains": program_notices(False, 0, told),
        "the program refuses a good file": program_notices(True, INVALID, told),
        "the column is wrong": program_notices(False, INVALID, told.replace("4:41", "4:40")),
        "the file is wrong": program_notices(False, INVALID, told.replace("planted", "other")),
        "the word is missing": program_notices(False, INVALID, told.replace("tcp_fin_timeout", "it")),
        "the program crashes": program_notices(False, -11, told),
        "the program half is never content for a bad file": not program_notices(False, INVALID, told),
        "the program half is never content for a good file": not program_notices(True, 0, ""),
    }
    return [name for name, noticed in checks.items() if not noticed], len(checks)


# ---- what the program prints


def spoiled(document, free=("words", "bits", "attributes")):
    """(what was done, a copy with it done), for every place of the document: a value of no kind that any schema takes,
    an unknown field. `free` are the fields whose object may have any name."""
    places = []

    def walk(value, path):
        places.append(path)
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            walk(inner, path + (name,))

    walk(document, ())
    for path in places:
        shown_path = "/".join(str(part) for part in path) or "the document"
        if path:
            changed = copy.deepcopy(document)
            reach(changed, path[:-1])[path[-1]] = [[]]
            yield f"{shown_path} is a list in a list", changed
        if isinstance(reach(document, path), dict) and (not path or path[-1] not in free):
            changed = copy.deepcopy(document)
            reach(changed, path)["planted"] = "x"
            yield f"{shown_path} has an unknown field", changed


def names_in(value):
    """The names of all fields, those of fields too."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names_in(inner)


def reach(document, path):
    for part in path:
        document = document[part]
    return document


class Outputs:
    """Runs the program for JSON, and holds each document to its schema."""

    def __init__(self, tally, schemas, program, folder):
        self.tally, self.schemas, self.program = tally, schemas, program
        self.root = folder / "host"
        self.rules, self.fields, self.names = set(), set(), set()      # that were seen

    def check(self, schema, command, statuses, spoil=False, front=()):
        """front: the words before the program's, for one that starts it."""
        name = f"{schema} schema: {'in a private network, ' if front else ''}holdfast {' '.join(command)}"
        done = subprocess.run([*front, self.program, *command], capture_output=True, stdin=subprocess.DEVNULL, cwd=TOP,
                              timeout=60, check=False)
        if done.returncode not in statuses:
            self.tally.add(name, [f"exit status {done.returncode}: {done.stderr.decode(errors='replace')[:200]}"])
            return
        try:
            document = json.loads(done.stdout, object_pairs_hook=unique_pairs, parse_constant=no_constant)
        except ValueError as err:
            self.tally.add(name, [str(err)])
            return
        reason = document_refusal(document, self.schemas[schema])
        self.tally.add(name, [f"the schema refuses it: {reason}"] if reason else [])
        self.rules.update(finding["rule"] for finding in document.get("findings", ()))
        self.fields.update(field for each in document.get("parameters", ()) for field in each.get("catalogue") or ())
        self.names.update(names_in(document))
        if spoil and not reason:
            self.tally.add(f"{name}, spoiled", [f"the schema takes it when {what}" for what, changed in spoiled(document)
                                                if not document_refusal(changed, self.schemas[schema])])

    def silent(self, command, status):
        """Only its exit status counts."""
        done = subprocess.run([self.program, *command], capture_output=True, stdin=subprocess.DEVNULL, cwd=TOP,
                              timeout=60, check=False)
        fault = f"exit status {done.returncode}: {done.stderr.decode(errors='replace')[:200]}"
        self.tally.add(f"holdfast {' '.join(command)}", [fault] if done.returncode != status else [])

    def rules_of_program(self):
        """The rules that lint knows, as SARIF lists them; the schema must have the same."""
        done = subprocess.run([self.program, "lint", "--root", self.root, "--sarif"], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60, check=False)
        return [rule["id"] for rule in json.loads(done.stdout)["runs"][0]["tool"]["driver"]["rules"]]


def check_outputs(tally, schemas, program, folder):
    outputs = Outputs(tally, schemas, program, folder)
    found, listed = outputs.rules_of_program(), schemas["lint"]["$defs"]["rule"]["enum"]
    tally.add("lint schema: the rules", [] if found == listed else [f"lint has {found}, the schema {listed}"])
    trees = sorted(path for path in (TOP / "tests/trees").iterdir() if path.is_dir())
    profiles = sorted(str(path.relative_to(TOP)) for path in (TOP / "profiles").glob("*.yaml"))
    doubtful = sorted(str(path.relative_to(TOP)) for path in (HERE / "doubtful").iterdir())
    lint = ["lint", "--json", "--root"]
    for tree in trees:
        outputs.check("lint", [*lint, str(tree)], (0, 2))
        outputs.check("lint", [*lint, str(tree), *profiles], (0, 2))
    for loader in ("systemd", "procps", "procps:3.3"):
        outputs.check("lint", [*lint, str(trees[0]), "--loader", loader, *doubtful], (2,))
    outputs.check("lint", [*lint, str(folder), "--kernel", "4.4", *doubtful, "nosuch.yaml"], (65,), spoil=True)
    if len(outputs.rules) < 30:
        tally.add("doubtful", [f"only {len(outputs.rules)} rules have a finding"])
    explain = ["explain", "--json", "-p", "profiles/high-churn-web.yaml", "--root"]
    outputs.check("explain", [*explain, str(outputs.root), *EXPLAINED], (0,), spoil=True)
    unseen = sorted(set(schemas["explain"]["$defs"]["row"]["properties"]) - outputs.fields)
    tally.add("EXPLAINED", [f"no key has the field {', '.join(unseen)}"] if unseen else [])
    outputs.check("explain", ["explain", "--json", "--root", str(folder), "*"], (0,))
    for tree in trees:
        outputs.check("explain", [*explain, str(tree), "*"], (0,))


def check_transactions(tally, schemas, program, folder):
    """What history and rollback print of a fake host with transactions, and the journal that lies there."""
    outputs = Outputs(tally, schemas, program, folder)
    root = folder / "changed"
    shutil.copytree(TOP / "tests/trees/debian12", root, symlinks=True)
    rest = ["--json", "--root", str(root)]
    profile = ["-p", "profiles/time-wait-classic.yaml"]
    outputs.check("history", ["history", *rest], (0,))
    outputs.check("report", ["apply", *profile, *rest], (0,))
    outputs.check("journal", ["rollback", "--dry-run", *rest], (2,), spoil=True)
    outputs.check("journal", ["rollback", *rest], (0,), spoil=True)
    outputs.check("report", ["apply", *profile, "--confirm", "600", *rest], (0,))
    outputs.check("history", ["history", *rest], (0,), spoil=True)
    entries = sorted((root / "var/lib/holdfast/journal").glob("*.json"))
    for entry in entries:
        outputs.check("journal", ["history", entry.stem, *rest], (0,), spoil=True)
    (root / "proc/sys/net/ipv4/tcp_fin_timeout").write_text("77\n")
    outputs.check("history", ["recover", *rest], (0,))
    # Taken back, which ends the watcher; one value stays as another hand has set it.
    outputs.silent(["rollback", "--root", str(root)], 2)
    outputs.check("history", ["recover", *rest], (0,))
    (root / "proc/sys/net/ipv4/tcp_fin_timeout").write_text("60\n")
    outputs.check("report", ["apply", *profile, "--confirm", "600", *rest], (0,))
    outputs.check("history", ["confirm", *rest], (0,), spoil=True)
    outputs.check("journal", ["history", entries[-1].stem, *rest], (0,), spoil=True)
    tally.add("the journal of the fake host", [] if len(entries) == 3 else [f"{len(entries)} entries instead of 3"])


# What makes a private network in which a listener's queue is full, ports run out for one that binds first, and
# somebody waits on either side; then the command.
SOCKETS = """
import socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
open("/proc/sys/net/ipv4/ip_local_port_range", "w").write("40000 40039")
closed = socket.create_server(("127.0.0.1", 8080))
for end in range(12):
    client = socket.create_connection(("127.0.0.1", 8080))
    server, _ = closed.accept()
    first, then = (client, server) if end % 2 else (server, client)
    first.close()
    then.close()
both = socket.create_server(("::", 8443), family=socket.AF_INET6, dualstack_ipv6=True, backlog=0)
kept = [socket.create_connection(("127.0.0.1", 8443)), socket.socket()]
kept[1].setblocking(False)
kept[1].connect_ex(("127.0.0.1", 8443))
for port in range(40001, 40031, 2):
    kept.append(socket.socket())
    kept[-1].bind(("127.0.0.1", port))
    if port < 40025:
        kept[-1].connect(("127.0.0.1", 8080))
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""
CENSUSES = (["tcp"], ["tcp", "--totals"], ["tcp", "--time-wait"], ["tcp", "--top", "1"],
            ["tcp", "--interval", "1", "--count", "1"], ["tcp", "--totals", "--interval", "1", "--count", "1"],
            ["tcp", "--time-wait", "--interval", "1", "--count", "1"])


def check_sockets(tally, schemas, program, folder):
    """What tcp prints of a fake host and, if one can be made, of a private network; the report of an apply."""
    outputs = Outputs(tally, schemas, program, folder)
    root = folder / "busy"
    shutil.copytree(TOP / "tests/trees/busy", root, symlinks=True)
    hosts = {"fake host": ([], ["--root", str(root)])}
    if subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False).returncode == 0:
        hosts["private network"] = (["unshare", "-Urn", sys.executable, "-c", SOCKETS], [])
    else:
        print("skipped: the private network, as unshare -Urn makes none here")
    for front, rest in hosts.values():
        for words in CENSUSES:
            outputs.check("tcp", [*words, "--json", *rest], (0,), spoil=True, front=front)
    (folder / "change.yaml").write_text("profile: change\nversion: 1\nparameters: {net.ipv4.tcp_tw_reuse: 1}\n")
    outputs.check("report", ["apply", "-p", str(folder / "change.yaml"), "--json", "--root", str(root)], (0,), spoil=True)
    tally.add("the census of an apply", [] if "tcp_before" in outputs.names else ["it has none"])
    named = {name for _, inner in subschemas(schemas["tcp"]) for name in inner.get("properties", {})}
    tally.add("tcp schema: fields", [f"no document has the field {name}" for name in sorted(named - outputs.names)])


def check_reports(tally, schemas, program, folder):
    """What run and an apply print and keep for two destinations, one of which has taken that very state before."""
    outputs = Outputs(tally, schemas, program, folder)
    root = folder / "reporting"
    shutil.copytree(TOP / "tests/trees/debian12", root, symlinks=True)
    (root / "etc/holdfast/profiles").mkdir(parents=True, exist_ok=True)
    shutil.copy(TOP / "profiles/time-wait-classic.yaml", root / "etc/holdfast/profiles")
    settings = root / "etc/holdfast/agent.yaml"
    settings.write_text("reports: [{name: all, url: 'https://a.example/'}, {name: few, url: 'https://b.example/', mode: changes}]\n"
                        "profiles: [time-wait-classic]\nmode: audit\ninterval: 1800\ntags: [prod]\n"
                        "waivers: [{key: net.ipv4.tcp_fin_timeout, until: 2999-12-31, reason: x}]\n")
    rest = ["--root", str(root)]
    spool = root / "var/lib/holdfast/spool"

    def queued(destination, shown):
        """The newest of a queue, held to the schema."""
        files = sorted((spool / destination).glob("0*.json.gz"))
        document = json.loads(gzip.decompress(files[-1].read_bytes())) if files else None
        reason = document_refusal(document, schemas["report"])
        tally.add(f"report schema: queued for {destination}, {shown}", [f"the schema refuses it: {reason}"] if reason else [])
        return document or {}

    outputs.check("mode", ["run", "--explain", "--json", *rest], (0,), spoil=True)
    outputs.check("report", ["run", "--json", "--no-send", *rest], (2,), spoil=True)
    outputs.check("report", ["report", *rest], (0,))
    first = queued("all", "of a run")
    (spool / "few/state.json").write_text(json.dumps({"url_digest": hashlib.sha256(b"https://b.example/").hexdigest(),
                                                      "fingerprint": first.get("fingerprint"), "last_full": time.time_ns() // 10 ** 6}))
    for path in (spool / "few").glob("0*.json.gz"):
        path.unlink()
    outputs.silent(["run", "-q", "--no-send", *rest], 2)
    kinds = [queued("all", "the same again").get("kind"), queued("few", "the same again").get("kind")]
    tally.add("a heartbeat in mode changes", [] if kinds == ["full", "heartbeat"] else [f"the kinds are {kinds}"])
    settings.write_text(settings.read_text().replace("audit", "enforce"))
    outputs.check("report", ["run", "--json", "--no-send", *rest], (0,), spoil=True)
    (root / "proc/sys/net/ipv4/tcp_tw_reuse").write_text("0\n")
    outputs.check("report", ["apply", "--json", *rest], (0,))
    told = [queued(name, "of an apply").get("run", {}).get("seq") for name in ("all", "few")]
    tally.add("the numbers of the runs", [] if told == [4, 4] else [f"the apply has {told}, not 4"])
    settings.write_text("mode: enforce\nprofiles: [nosuch]\n" + settings.read_text().split("\n", 1)[0] + "\n")
    outputs.check("report", ["run", "--json", "--no-send", *rest], (65,))
    verdict = queued("few", "of a run that could not").get("verdict")
    tally.add("the report of a run that could not", [] if verdict == "error" else [f"its verdict is {verdict}"])


# Together they have every field that a row of the catalogue can have.
EXPLAINED = ("tcp_rmem", "tcp_tw_reuse", "tcp_tw_recycle", "tcp_fin_timeout", "ping_group_range", "ip_forward", "retrans_time",
             "tcp_fastopen_key", "ptrace_scope", "nf_conntrack_max", "ipfrag_low_thresh", "vm.dirty_ratio", "kernel.sysrq",
             "net.ipv4.conf.all.rp_filter", "net.nf_conntrack_max")


# ---- everything


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, faults):
        for fault in faults:
            print(f"FAIL {name}: {fault}")
        self.passed += not faults
        self.failed += bool(faults)


def shown(path):
    return path.relative_to(TOP) if path.is_relative_to(TOP) else path


def cases_of(folder):
    good, bad = (sorted((folder / name).glob("*.yaml")) for name in ("good", "bad"))
    return [load_case(path, True) for path in good] + [load_case(path, False) for path in bad]


def check_profiles(tally, schema, host):
    shipped = [Case(path, True) for path in sorted((TOP / "profiles").glob("*.yaml"))]
    cases = cases_of(HERE) + shipped
    with ThreadPoolExecutor() as pool:
        verdicts = list(pool.map(host.judge, cases)) if host else [[] for _ in cases]
    for case, faults in zip(cases, verdicts):
        tally.add(shown(case.path), judge_schema(case, refusal(case.path, schema)) + faults)


def check_settings(tally, schema, host):
    for good in (True, False):
        for path in sorted((HERE / "agent" / ("good" if good else "bad")).glob("*.yaml")):
            case = load_case(path, good, wants_places=False)
            said = host.judge_settings(case) if host else []
            tally.add(shown(path), judge_schema(case, refusal(path, schema)) + said)


def check_documents(tally, schemas, options):
    for good in (True, False):
        folder = "good" if good else "bad"
        for path in sorted((HERE / "documents" / folder).glob("*.json")):
            schema = schemas[path.name.split("-")[0]]
            tally.add(shown(path), judge_schema(Case(path, good), refusal(path, schema)))
    for name, files in (("report", options.report), ("plan", options.plan)):
        for path in files:
            tally.add(path, judge_schema(Case(path, True), refusal(path, schemas[name])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--holdfast", default=TOP / "build/release/holdfast", type=Path, help="the program")
    parser.add_argument("--tree", default=TOP / "tests/trees/debian12", type=Path, help="the fake host")
    parser.add_argument("--schema-dir", default=TOP / "schema", type=Path)
    parser.add_argument("--schema-only", action="store_true", help="leave the program out")
    parser.add_argument("--report", action="append", default=[], type=Path, help="a report to validate as well")
    parser.add_argument("--plan", action="append", default=[], type=Path, help="a plan to validate as well")
    options = parser.parse_args()
    for path in [] if options.schema_only else (options.holdfast, options.tree):
        if not path.exists():
            parser.error(f"there is no {path}; --schema-only leaves the program out")

    tally = Tally()
    schemas = load_schemas(options.schema_dir)
    for name in SCHEMAS:
        tally.add(shown(options.schema_dir / f"{name}.schema.json"), schema_faults(name, schemas))
    unnoticed, planted = self_check(schemas["profile"])
    for name in unnoticed:
        tally.add("self check", [f"not noticed: {name}"])
    tally.passed += planted - len(unnoticed)
    with tempfile.TemporaryDirectory() as folder:
        host = None if options.schema_only else Host(options.holdfast.resolve(), options.tree, Path(folder))
        check_profiles(tally, schemas["profile"], host)
        check_settings(tally, schemas["agent"], host)
        if host:
            check_outputs(tally, schemas, options.holdfast.resolve(), Path(folder))
            check_transactions(tally, schemas, options.holdfast.resolve(), Path(folder))
            check_sockets(tally, schemas, options.holdfast.resolve(), Path(folder))
            check_reports(tally, schemas, options.holdfast.resolve(), Path(folder))
    check_documents(tally, schemas, options)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
