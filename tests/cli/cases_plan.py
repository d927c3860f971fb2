"""Saved plans: what they rest on, and when apply refuses them (interface.md: plan, apply; issue 2, 7)."""

import hashlib
import json
import os
import re
import shlex

from harness import NOBODY, case, rows
from program import DRIFT, IN_LINE, INVALID, PENDING, USAGE, WORK

FIN, MAX, SWAP = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "vm.swappiness"


def save(host, *words, parameters=f"{FIN}: 30\n{MAX}: {{min: 8192}}", exit=DRIFT):
    host.profile(parameters)
    host.run("plan", "-p", "web.yaml", "-o", "plan.json", *words, exit=exit)
    document = json.loads(host.read("plan.json"))
    host.check_schema(document, "plan", "plan.json")
    return document


@case()
def saved_plan(host):
    host.samples()
    host.show("plan", "-p", "web", "-o", "plan.json", exit=DRIFT)
    saved = json.loads(host.read("plan.json"))
    host.check_schema(saved, "plan", "plan.json")
    printed = host.run("plan", "-p", "web", "--json", exit=DRIFT).document
    for field in ("host", "profiles", "digest", "loader", "steps", "files"):
        host.equal(f"{field}, saved and printed", saved[field], printed[field])
    host.show("apply", "plan.json", exit=PENDING)
    host.show_changes()
    host.run("check", "-p", "web", exit=PENDING)


@case()
def file_hashes(host):
    """sha256 is "of the file's bytes; null when there was no such file", by the host's own paths."""
    host.profile(f"{MAX}: 1\n{FIN}: 30")
    for loader in ("systemd", "procps"):
        for each in host.run("plan", "-p", "web.yaml", "--json", "--loader", loader, exit=DRIFT).document["files"]:
            path = host.path(each["file"])
            real = path.resolve() if path.is_symlink() else path
            wanted = hashlib.sha256(real.read_bytes()).hexdigest() if real.is_file() else None
            host.equal(f"{loader}: {each['file']}", each["sha256"], wanted)


@case()
def steps_of_a_plan(host):
    """Live first, then files; old and new values are those of the host."""
    document = save(host, "--loader", "procps")
    found = [(each["kind"], each["key"], each["file"], each["line"], each["from"], each["to"]) for each in document["steps"]]
    host.equal("steps", found, [
        ("write_live", MAX, None, None, "4096", "8192"), ("write_live", FIN, None, None, "60", "30"),
        ("write_drop_in", MAX, "/etc/sysctl.d/99-zz-holdfast.conf", None, None, "8192"),
        ("edit_line", FIN, "/etc/sysctl.conf", 24, "60", "30")])


@case()
def nothing_to_do(host):
    document = save(host, parameters=f"{FIN}: 60", exit=IN_LINE)
    host.equal("steps", document["steps"], [])
    before = host.snapshot()
    host.run("apply", "plan.json", exit=IN_LINE)
    host.equal("only the lock", [name for name in host.snapshot() if name not in before and "lock" not in name and name != "run"], [])


def refused(host, *named, words=("plan.json",), exit=WORK):
    """apply of the plan is refused, names what moved and changes nothing."""
    before = host.snapshot()
    result = host.run("apply", *words, exit=exit)
    host.says(result, *named)
    after = host.snapshot(without=("run", "run/lock", "run/lock/holdfast.lock"))
    host.equal("moved", [name for name in after if name in before and after[name] != before[name]] +
               [name for name in after if name not in before], [])
    host.equal("stdout", result.out, "")


def new_file(name, text):
    return lambda host: host.write(name, text)


# name: (what moves, what is said)
MOVES = {
    "live": (lambda host: host.set_live(FIN, "61"), ["tcp_fin_timeout", "'60'", "'61'"]),
    "live-is-right-already": (lambda host: host.set_live(FIN, "30"), ["tcp_fin_timeout"]),
    "file": (lambda host: host.write("/etc/sysctl.conf", host.read("/etc/sysctl.conf") + "# new\n"), ["99-sysctl.conf|sysctl.conf"]),
    "file-new": (new_file("/etc/sysctl.d/20-new.conf", "vm.x = 1\n"), [r"/etc/sysctl\.d/20-new\.conf"]),
    "file-gone": (lambda host: host.remove("/usr/lib/sysctl.d/50-pid-max.conf"), [r"/usr/lib/sysctl\.d/50-pid-max\.conf"]),
    "file-masked": (lambda host: host.link("/etc/sysctl.d/50-pid-max.conf", "/dev/null"), [r"50-pid-max\.conf"]),
    "drop-in": (new_file("/etc/sysctl.d/99-zz-holdfast.conf", f"{SWAP} = 1\n"), [r"99-zz-holdfast\.conf"]),
    "profile-value": (lambda host: host.profile(f"{FIN}: 31\n{MAX}: {{min: 8192}}"), ["profile"]),
    "profile-more": (lambda host: host.profile(f"{FIN}: 30\n{MAX}: {{min: 8192}}\n{SWAP}: 1"), ["profile"]),
    "host-name": (new_file("/etc/hostname", "other\n"), ["host", "web-07", "other"]),
    "machine-id": (new_file("/etc/machine-id", "f" * 32 + "\n"), ["host"]),
    "loader": (lambda host: host.link("/usr/sbin/init", "/lib/sysvinit/init"), ["loader", "systemd", "procps"]),
    "settings": (new_file("/etc/holdfast/agent.yaml", "persist: {target: sysctl.conf}\n"), ["plan is stale"]),
    "waiver": (new_file("/etc/holdfast/agent.yaml", f"waivers:\n  - {{key: {FIN}, until: 2099-12-31, reason: x}}\n"), ["tcp_fin_timeout"]),
}


@rows(MOVES)
def stale(host, row):
    move, named = row
    save(host)
    move(host)
    refused(host, "stale", *named)


@case()
def everything_that_moved_is_named(host):
    save(host)
    host.set_live(FIN, "61")
    host.set_live(MAX, "2")
    host.write("/etc/sysctl.d/20-new.conf", "")
    host.write("/etc/hostname", "other\n")
    host.show("apply", "plan.json", exit=WORK)


@case()
def machine_id_does_not_tell_twice(host):
    """A host without a machine-id is told by its name alone."""
    host.write("/etc/machine-id", "")
    save(host)
    host.run("apply", "plan.json", exit=IN_LINE)


@case()
def profile_is_gone(host):
    save(host)
    host.remove("web.yaml")
    refused(host, r"web\.yaml", exit=(WORK, INVALID))


@case()
def plan_brings_its_profiles(host):
    save(host)
    host.profile(f"{SWAP}: 1", "other.yaml")
    refused(host, "-p", words=("plan.json", "-p", "other.yaml"), exit=USAGE)
    host.write("/etc/holdfast/agent.yaml", "profiles: [nowhere]\n")
    host.run("apply", "plan.json", exit=IN_LINE)


@case()
def several_profiles(host):
    host.profile(f"{FIN}: 30", "a.yaml")
    host.profile(f"{SWAP}: 1", "b.yaml")
    host.run("plan", "-p", "a.yaml", "-p", "b.yaml", "-o", "plan.json", exit=DRIFT)
    host.equal("profiles", len(json.loads(host.read("plan.json"))["profiles"]), 2)
    host.run("apply", "plan.json", exit=IN_LINE)
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("30", "1"))


def tampered(path, value):
    """The plan with one field changed: no hand but plan's writes plans."""
    def move(document):
        target = document
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = value
    return move


TAMPERED = {
    "to": tampered(("steps", 0, "to"), "9999"),
    "from": tampered(("steps", 0, "from"), "1"),
    "key": tampered(("steps", 0, "key"), "kernel.core_pattern"),
    "file": tampered(("steps", 2, "file"), "/etc/passwd"),
    "hash": tampered(("files", 0, "sha256"), "0" * 64),
    "step-removed": lambda document: document["steps"].pop(),
    "step-added": lambda document: document["steps"].append({**document["steps"][0], "key": "vm.swappiness", "from": "60", "to": "1"}),
    "order": lambda document: document["steps"].reverse(),
}


@rows(TAMPERED)
def tampered_plan(host, change):
    document = save(host)
    change(document)
    host.write("plan.json", json.dumps(document))
    refused(host, "stale")


# name: (bytes, what is said); each is no plan at all
NO_PLANS = {
    "empty": (b"", [r"plan\.json:1:"]),
    "text": (b"hello\n", [r"plan\.json:1:\d+: not JSON"]),
    "yaml": (b"profile: web\n", ["not JSON"]),
    "half": (None, [r"plan\.json:\d+:\d+: not JSON"]),
    "list": (b"[]\n", ["plan"]),
    "number": (b"5\n", ["plan"]),
    "null": (b"null\n", ["plan"]),
    "empty-object": (b"{}\n", ["plan"]),
    "other-schema": (b'{"schema": "holdfast.plan/2"}\n', [r"holdfast\.plan/1"]),
    "report": (b'{"schema": "holdfast.report/1"}\n', [r"holdfast\.plan/1"]),
    "only-schema": (b'{"schema": "holdfast.plan/1"}\n', ["plan"]),
    "deep": (b"[" * 10000 + b"]" * 10000, ["not JSON"]),
    "deep-inside": (b'{"schema": "holdfast.plan/1", "steps": ' + b'{"a":' * 10000 + b"1" + b"}" * 10001, ["not JSON"]),
    "nul": (b'{"schema": "holdfast.plan/1\0"}', ["plan.json:1:"]),
    "escaped-nul": (b'{"schema": "holdfast.plan/1\\u0000"}', ["plan.json:1:"]),
    "not-utf-8": (b'{"schema": "\xff"}', ["not JSON"]),
    "twice": (b'{"schema": "holdfast.plan/1", "schema": "holdfast.plan/1"}', ["not JSON"]),
    "trailing": (b'{} {}', ["not JSON"]),
    "huge-number": (b'{"schema": 1e999999}', ["not JSON|plan"]),
    "binary": (bytes(range(256)) * 16, ["not JSON"]),
}


@rows(NO_PLANS)
def no_plan(host, row):
    data, named = row
    save(host)
    if data is None:
        data = host.path("plan.json").read_bytes()[:700]
    host.write("plan.json", data)
    refused(host, *named, exit=INVALID)


# Fields of a wrong type in an otherwise good plan.
TYPES = {f"{'.'.join(map(str, path))}={json.dumps(value)}": tampered(path, value) for path, value in (
    (("steps",), {}), (("steps",), None), (("steps", 0), 5), (("steps", 0, "kind"), 5), (("steps", 0, "kind"), None),
    (("steps", 0, "key"), []), (("steps", 0, "to"), 30), (("steps", 0, "line"), "x"), (("files",), "x"), (("files", 0), []),
    (("files", 0, "file"), None), (("files", 0, "sha256"), 5), (("profiles",), "web"), (("profiles",), []), (("profiles", 0), 7),
    (("digest",), None), (("loader",), 5), (("host",), "web-07"), (("host", "name"), None), (("host", "id"), 5), (("time",), 1))}


@rows(TYPES)
def plan_of_wrong_types(host, change):
    document = save(host)
    change(document)
    host.write("plan.json", json.dumps(document))
    refused(host, r"plan\.json:\d+:\d+: ", exit=(INVALID, WORK))


@case()
def plan_file_is_odd(host):
    """A FIFO, a folder, /dev/zero, 2 GiB, a loop, nothing at all: refused at once."""
    host.fifo("fifo.json")
    host.path("folder.json").mkdir()
    host.link("loop.json", "loop.json")
    host.link("zero.json", "/dev/zero")
    with open(host.path("huge.json"), "wb") as file:
        os.truncate(file.fileno(), 2 << 30)
    for name in ("fifo.json", "folder.json", "loop.json", "zero.json", "huge.json", "nowhere.json", "/dev/null", "", "."):
        refused(host, name or "plan", words=(name,), exit=(INVALID, USAGE) if name == "" else INVALID)


@case(needs_root=True)
def plan_that_others_may_write(host):
    save(host)
    for mode in (0o666, 0o646):
        host.path("plan.json").chmod(mode)
        refused(host, r"plan\.json", "write", exit=INVALID)
    host.path("plan.json").chmod(0o644)
    os.chown(host.path("plan.json"), NOBODY, NOBODY)
    refused(host, r"plan\.json", str(NOBODY), exit=INVALID)
    os.chown(host.path("plan.json"), 0, 0)
    host.run("apply", "plan.json", exit=IN_LINE)


@case()
def output_that_cannot_be_written(host):
    host.profile(f"{FIN}: 30")
    host.path("folder").mkdir()
    for name in ("folder", "nowhere/plan.json", "/dev/full"):
        host.says(host.run("plan", "-p", "web.yaml", "-o", name, exit=WORK), name)
    host.write("old.json", "x" * 100000)
    host.run("plan", "-p", "web.yaml", "-o", "old.json", exit=DRIFT)
    json.loads(host.read("old.json"))
    host.write("kept.json", "kept")
    host.run("plan", "-p", "nowhere.yaml", "-o", "kept.json", exit=INVALID)
    host.equal("no plan, no file", host.read("kept.json"), "kept")


@case()
def output_to_stdout(host):
    host.profile(f"{FIN}: 30")
    result = host.run("plan", "-p", "web.yaml", "-q", "-o", "/dev/stdout", exit=DRIFT)
    host.check_schema(json.loads(result.out), "plan", "/dev/stdout")


@case()
def words_after_a_saved_plan(host):
    """What is to be done next is said so that it works as it stands: the same host, the same settings."""
    host.write("mine.yaml", "tags: [x]\n")
    host.profile(f"{FIN}: {{value: 30, when: {{tag: x}}}}")
    result = host.run("plan", "-p", "web.yaml", "-o", "a plan.json", "--config", "mine.yaml", "--loader", "procps", exit=DRIFT)
    found = re.search(r"holdfast (apply .*)$", result.out)
    host.equal("a command is named", found is not None, True)
    if found:
        host.run(*shlex.split(found[1]), root=False, exit=IN_LINE)
        host.equal("live", host.live(FIN), "30")
