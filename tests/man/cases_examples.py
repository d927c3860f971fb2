"""Every example of the pages is tried: profiles and settings are loaded, commands are run, and their output is compared.

One host (a folder) a page; the examples follow each other on it as they stand. The comment in front of an example says how
it is tried:

    .\\" try: profile                       a profile: linted, shown, valid by its schema
    .\\" try: agent                         settings: put in place, explained, valid by their schema
    .\\" try: commands [tree=] [columns=] [status=]
                                          lines behind $ or #; below each its output, `...` for lines left out.
                                          tree: on a fresh host; columns: on a terminal so wide; status: 0 when left out
    .\\" try: cron                          the commands of crontab lines
    .\\" not tried: REASON
"""

import datetime
import json
import re

import jsonschema
import yaml

from bench import HERE, HOLDFAST, PAGES, SENDER, TOP, case, cases, run
from bench import program, trees
from mdoc import examples
from receiver import receiver

VALIDATORS = {kind: jsonschema.Draft202012Validator(json.loads((TOP / f"schema/{kind}.schema.json").read_text()))
              for kind in ("profile", "agent")}
# As the command is typed, on the host that is the folder. A saved report is of no host.
SHIM = '#!/bin/sh\n[ "$1" = report ] && [ -f "$2" ] && exec {program} "$@"\nexec {program} "$@" --root ../root\n'


def of_now(text):
    """A waiver of the examples holds until the end of the year; here until that of the next one, whenever that is."""
    return text.replace("2026-12-31", f"{datetime.date.today().year + 1}-12-31")


def settings(url):
    return f"profiles: [web]\nreports:\n  - {{name: central, url: {url}}}\n"


def host_of(folder, tree, url):
    """A host with the profiles that we ship and one called web; its user has a folder with sysctl files."""
    host = trees.Tree(tree, folder)
    host.shipped()
    host.write("/etc/holdfast/profiles/web.yaml", (HERE / "web.yaml").read_text())
    host.write("/etc/holdfast/site.yaml", "profile: site\nversion: 1\nparameters: {vm.swappiness: 10}\n")
    host.write("/etc/holdfast/agent.yaml", settings(url))
    host.path("/var/lib").mkdir(parents=True, exist_ok=True)
    host.write("sysctl.d/60-web.conf", "net.ipv4.tcp_fin_timeout = 30\nvm.swappiness = 10\nnet.ipv4.tcp_tw_recycle = 1\n")
    for name, path in (("holdfast", HOLDFAST), ("holdfast-send", SENDER)):
        host.write(f"bin/{name}", SHIM.format(program=path), 0o755)
    return host


def shell(host, command, columns=None):
    """Status, stdout, stderr of a line as one would type it."""
    command = re.sub(r"(?<=\s)/var/", "../root/var/", command)
    environment = program.environment({"PATH": f"{host.work}/bin:/usr/bin:/bin", "NO_COLOR": "1"})
    words = ["/bin/bash", "-o", "pipefail", "-c", command]
    if columns:
        options = {"cwd": host.work, "env": environment}
        status, out, err = program.run_on_terminal(words, options, int(columns))
        return status, out.decode(), err.decode()
    return run(*words, cwd=host.work, env=environment)


def normal(text):
    text = text.replace(" --root ../root", "").replace("../root/", "/")
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b", "ID", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    return [line.rstrip() for line in text.rstrip("\n").split("\n")]


def is_shown(found, shown):
    """Whether the lines found are those shown, where `...` stands for any."""
    pattern = "\n".join(r"(?:.*\n)*?.*" if line.strip() == "..." else re.escape(line) for line in shown)
    return re.fullmatch(pattern, "\n".join(found)) is not None


def commands_of(lines):
    """[command, lines of its output or None]"""
    found = []
    for line in lines:
        prompt = re.match(r"[$#] (.*)", line)
        if prompt:
            found.append([prompt[1], []])
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError(f"output without a command: {line!r}")
    return [[command, output if any(each.strip() for each in output) else None] for command, output in found]


def try_commands(check, example, host, where):
    statuses = [int(each) for each in example.options.get("status", "0").split(",")]
    found = commands_of(example.lines)
    statuses += [0] * (len(found) - len(statuses))
    for (command, output), wanted in zip(found, statuses):
        status, out, err = shell(host, command, example.options.get("columns"))
        check.equal(f"{where}: {command}: status and stderr", (status, err), (wanted, ""))
        if output is None:
            continue
        shown = normal(of_now("\n".join(output)))
        check.true(f"{where}: {command} prints\n" + "\n".join(f"  |{line}" for line in normal(out)),
                   is_shown(normal(out), shown))


def try_cron(check, example, host, where):
    for line in example.lines:
        match = re.fullmatch(r"(?:@reboot|\S+ \S+ \S+ \S+ \S+) +root +(/usr/sbin/(holdfast(?:-send)?)(.*))", line)
        check.true(f"{where}: no line of a crontab: {line!r}", match)
        if match:
            command = re.sub(r"--splay \d+", "--splay 0", f"{match[2]}{match[3]}")
            status, _, err = shell(host, command)
            check.equal(f"{where}: {command}", (status, err), (0, ""))


def try_profile(check, example, host, where):
    text = "\n".join(example.lines) + "\n"
    name = yaml.safe_load(text)["profile"]
    host.write(f"{name}.yaml", text)
    for error in VALIDATORS["profile"].iter_errors(yaml.safe_load(text)):
        check.true(f"{where}: not valid by its schema: {error.message}", False)
    status, out, err = shell(host, f"holdfast show -p ./{name}.yaml")
    check.equal(f"{where}: show", (status, err), (0, ""))
    for key in yaml.safe_load(text)["parameters"]:
        check.true(f"{where}: show does not have {key}", key.split("*")[0] in out or "unmanaged" in str(text))
    status, out, err = shell(host, f"holdfast lint --fail-on warning {name}.yaml")
    check.equal(f"{where}: lint", (status, err), (0, ""))


def try_agent(check, example, host, where):
    text = of_now("\n".join(example.lines) + "\n")
    document = yaml.load(text, yaml.BaseLoader)  # dates and numbers as they are written
    for field in ("splay", "interval"):
        if field in document:
            document[field] = int(document[field])
    if "rollout" in document:
        document["rollout"]["percent"] = int(document["rollout"]["percent"])
    for each in [document.get("metrics", {}), *document.get("reports", [])]:
        each.update({name: value == "true" for name, value in each.items() if name in ("tcp", "insecure")})
    for error in VALIDATORS["agent"].iter_errors(document):
        check.true(f"{where}: not valid by its schema: {error.json_path}: {error.message}", False)
    host.write("/etc/holdfast/agent.yaml", text)
    host.write("agent.yaml", text)
    status, out, err = shell(host, "holdfast run --explain --json")
    check.equal(f"{where}: run --explain", (status, err), (0, ""))
    if status:
        return
    explained = json.loads(out)
    if "mode" in document and "rollout" not in document:
        check.equal(f"{where}: mode", explained["mode"], document["mode"])
    if "assign" not in document:
        check.equal(f"{where}: profiles", explained["profiles"], document["profiles"])
    for field, name in (("waivers", "key"), ("reports", "name")):
        wanted = [each[name] for each in document.get(field, [])]
        check.same(f"{where}: {field}", [each[name] for each in explained[field]], wanted)
    status, _, err = shell(host, "holdfast check -q")
    check.true(f"{where}: check: {status} {err}", status in (0, 2, 3) and not err)


TRIES = {"commands": try_commands, "cron": try_cron, "profile": try_profile, "agent": try_agent}


@cases({page.name: page for page in PAGES})
def examples_are_as_they_are_shown(check, page):
    with receiver() as url:
        host = host_of(check.folder / "host", "debian12", url)
        if page.name == "holdfast-send.8":  # whose user has run the agent before
            shell(host, "holdfast run --no-send")
        for number, example in enumerate(examples(page)):
            if not example.kind:
                continue
            if "tree" in example.options:  # a fresh one
                host = host_of(check.folder / str(number), example.options["tree"], url)
            TRIES[example.kind](check, example, host, f"{page.name}:{example.line}")


@case
def an_output_that_differs_is_seen(check):
    for found, shown, same in (("a b", "a b", True), ("a b", "a", False), ("a b c", "a ... c", True),
                               ("a c", "a ... d", False), ("a", "b", False)):
        check.equal(f"{found} shown as {shown}", is_shown(found.split(), shown.split()), same)
