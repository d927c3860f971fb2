"""docs/metrics.md: each metric and each alert stands there, and what it tells to type works."""
import json
import re
import shutil
import socket

import jsonschema
import yaml

import servers
from metrics_cases import rules, series
from metrics_world import CONSOLES, RULES, TOP, case, command

PAGE = TOP / "docs/metrics.md"
METRIC = re.compile(r"^\| `(holdfast_[a-z0-9_]+)(?:\{([a-z_, ]*)\})?` \|", re.MULTILINE)
ALERT = re.compile(r"^\| `(Holdfast\w+)` \| .* \| (\w+) \|$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CRON = re.compile(r"^\* \* \* \* \*  root  (.*)$", re.MULTILINE)


def blocks(kind):
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == kind]


@case
def every_metric_is_documented(t):
    """By name and labels, and nothing is documented that the program does not write."""
    page = PAGE.read_text()
    documented = {name: sorted(filter(None, labels.replace(" ", "").split(","))) for name, labels in METRIC.findall(page)}
    written = {}
    for text in t.world.texts.values():
        for name, labels in series(text):
            written.setdefault(name, sorted(label for label, _ in labels))
    t.same("written and not documented", sorted(written.keys() - documented.keys()), [])
    t.same("documented and not written", sorted(documented.keys() - written.keys()), [])
    for name in sorted(written.keys() & documented.keys()):
        t.same(f"labels of {name}", documented[name], written[name])
    t.same("names in the page that are none", sorted(set(re.findall(r"\bholdfast_[a-z0-9_]+", page)) - written.keys()), [])


@case
def every_alert_is_documented(t):
    documented = dict(ALERT.findall(PAGE.read_text()))
    t.same("alerts", documented, {rule["alert"]: rule["labels"]["severity"] for rule in rules() if "alert" in rule})
    t.same("names in the page that are none", sorted(
        set(re.findall(r"\bHoldfast\w+", PAGE.read_text())) - documented.keys()), [])


@case
def settings_of_the_page_are_valid(t):
    schema = json.loads((TOP / "schema/agent.schema.json").read_text())
    seen = set()
    for text in blocks("yaml"):
        path, settings = text.splitlines()[0], yaml.safe_load(text)
        seen.add(path)
        if path == "# /etc/holdfast/agent.yaml":
            faults = list(jsonschema.Draft202012Validator(schema).iter_errors(settings))
            t.same("agent.yaml", [fault.message for fault in faults], [])
        elif path == "# /etc/prometheus/prometheus.yml":
            folder = t.world.folder / "page"
            folder.mkdir()
            shutil.copy(RULES, folder)
            (folder / "prometheus.yml").write_text(text)
            t.succeeds("promtool check config", command("promtool", "check", "config", folder / "prometheus.yml"))
    t.same("settings", len(seen), 2 + 1)        # those of Grafana begin with `apiVersion`
    for name in ("holdfast.rules.yml", "consoles/holdfast.html"):
        t.holds(f"packaging/prometheus/{name} " in PAGE.read_text() and (CONSOLES.parent / name).exists(), f"{name} is not there")


@case
def commands_of_the_page_work(t):
    """The blocks of shell, with the servers of the test, in their order."""
    name = socket.gethostname()
    for text in blocks("sh"):
        for old, new in (("http://pushgateway.example:9091", t.world.pushgateway.url),
                         ("http://victoria.example:8428", t.world.victoria.url),
                         ("holdfast report ", f"{t.world.holdfast} report --root {t.world.fake.root} ")):
            text = text.replace(old, new)
        t.holds(".example" not in text, text)
        if "/api/v1/query" not in text:
            t.succeeds(text, command("bash", "-euo", "pipefail", "-c", text))
            continue
        # VictoriaMetrics shows a new series a second later.
        t.holds(servers.until(lambda: f'"instance":"{name}"' in command("bash", "-euo", "pipefail", "-c", text).stdout, 20,
                              "VictoriaMetrics gives back what was pushed"), text)
    pushed = t.world.pushgateway.get("/metrics")[1]
    t.holds(f'holdfast_build_info{{instance="{name}",job="holdfast",version=' in pushed, "Pushgateway has not got it")


@case
def the_cron_line_of_the_page_works(t):
    folder = t.world.folder / "cron"
    folder.mkdir()
    line = CRON.search(PAGE.read_text())[1].replace("/var/lib/prometheus/node-exporter", str(folder)).replace(
        "holdfast tcp", f"holdfast tcp --root {t.world.fake.root}").replace("/usr/sbin/holdfast", str(t.world.holdfast))
    t.succeeds(line, command("sh", "-c", line))
    t.same("files", [path.name for path in folder.iterdir()], ["holdfast-tcp.prom"])
    t.same("samples", series((folder / "holdfast-tcp.prom").read_text()), series(t.world.fake.census()))
