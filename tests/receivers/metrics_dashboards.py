"""The Grafana dashboards: their form by Grafana's own types, and every query of theirs on real data."""
import functools
import itertools
import json
import pathlib
import re
import time

import jsonschema

import metrics_fleet
from metrics_world import LIVE, SCRAPE_SECONDS, case, dashboards

HERE = pathlib.Path(__file__).resolve().parent
FLEET, HOST = "holdfast-fleet", "holdfast-host"
# What Grafana puts in place of them. The window is that of a pulled fleet.
BUILT_IN = {"__range": "8h", "__interval": "1m", "__rate_interval": "4m"}
CHOSEN = {"datasource": "prometheus", "job": metrics_fleet.JOB, "instance": ".*", "window": "5m"}
LABEL_VALUES = re.compile(r"label_values\((.+), (\w+)\)")
OFF = ["app-06", "db-01", "edge-03", "web-03", "web-04"]

# (dashboard, panel, query): hosts that must be in the answer, or the only number.
ANSWERS = {
    (FLEET, "Hosts", "A"): len(LIVE), (FLEET, "Hosts by verdict: now", "A"): 4, (FLEET, "Hosts by verdict: now", "B"): 5,
    (FLEET, "Hosts by verdict: now", "D"): 1, (FLEET, "Silent hosts", "A"): 1, (FLEET, "Only looking", "A"): 4,
    (FLEET, "Runs failing", "A"): 1, (FLEET, "Not delivering", "A"): 1, (FLEET, "Clock wrong", "A"): 2,
    (FLEET, "Hosts that are off", "A"): OFF, (FLEET, "Hosts that are off", "C"): OFF,
    (FLEET, "Corrected again and again", "A"): ["web-02"], (FLEET, "Which host has which", "A"): LIVE,
    (FLEET, "Silent", "A"): ["app-02"],
    (FLEET, "Runs that fail, clocks that are wrong", "A"): ["app-01", "app-01", "app-03"],
    (FLEET, "One id, several hosts", "A"): ["app-06", "web-01"],
    (FLEET, "No holdfast here", "A"): ["app-04", "app-05", "bare-01"],
    (FLEET, "Textfiles that cannot be read", "A"): ["app-04"], (FLEET, "Hosts that cannot deliver", "A"): ["db-01"],
    (FLEET, "Hosts that cannot deliver", "C"): ["db-01"], (FLEET, "Towards whom", "A"): ["edge-03", "edge-03"],
}
# With a fleet that pushes there is no node_exporter, and nothing that is up.
ONLY_PULLED = {"No holdfast here", "Textfiles that cannot be read"}


@functools.cache
def schema(version):
    return json.loads((HERE / f"metrics_grafana_{version}.schema.json").read_text())


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries(dashboard):
    """(panel, target) of all of them."""
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield panel, target


def replaced(expression, values):
    """The query as Grafana sends it; a variable that nobody declares stays, and fails."""
    return re.sub(r"\$\{?(\w+)\}?", lambda found: (values | BUILT_IN).get(found[1], found[0]), expression)


def form_faults(dashboard, version):
    """What Grafana's types of this version do not have like that."""
    whole = schema(version)["properties"]
    parts = [("dashboard", dashboard, whole["dashboard"])]
    for panel in panels(dashboard):
        if panel["type"] not in whole:
            yield f"{panel['title']}: no panel of the type '{panel['type']}' is expected"
            continue
        parts.append((panel["title"], panel, whole[panel["type"]]))
    for name, part, form in parts:
        for fault in jsonschema.Draft7Validator(form).iter_errors(part):
            yield f"{name}: {'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"


@case
def dashboards_have_the_form_that_grafana_declares(t):
    for name, dashboard in dashboards().items():
        for version in (10, 13):
            for fault in form_faults(dashboard, version):
                t.holds(False, f"{name}, Grafana {version}: {fault}")
            t.checks += 1


@case
def the_form_would_find_a_slip(t):
    """A misspelt option, a wrong type, an unknown colour mode: each is a fault by both versions."""
    for name, (panel_type, spoil) in {
        "misspelt": ("stat", lambda panel: panel["options"].update(colourMode="value")),
        "type": ("timeseries", lambda panel: panel["gridPos"].update(h="8")),
        "choice": ("table", lambda panel: panel["options"].update(cellHeight="tall")),
        "query": ("table", lambda panel: panel["targets"][0].update(expression="up")),
    }.items():
        for version in (10, 13):
            dashboard = dashboards()[FLEET]
            spoil(next(panel for panel in dashboard["panels"] if panel["type"] == panel_type))
            t.holds(any(form_faults(dashboard, version)), f"{name}: Grafana {version} takes it")


@case
def dashboards_are_whole(t):
    """Ids and titles occur once, panels do not overlap, every variable is declared and every link leads somewhere."""
    all_of_them = dashboards()
    t.same("dashboards", sorted(all_of_them), [FLEET, HOST])
    for name, dashboard in all_of_them.items():
        t.same("uid", dashboard["uid"], name)
        each = list(panels(dashboard))
        ids, titles = [panel["id"] for panel in each], [panel["title"] for panel in each]
        t.same(f"{name}: ids that occur twice", sorted({one for one in ids if ids.count(one) > 1}), [])
        t.same(f"{name}: titles that occur twice", sorted({one for one in titles if titles.count(one) > 1}), [])
        for one, other in itertools.combinations(each, 2):
            a, b = one["gridPos"], other["gridPos"]
            t.holds(a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or
                    b["y"] + b["h"] <= a["y"], f"{name}: '{one['title']}' and '{other['title']}' overlap")
        t.holds(all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in each), f"{name}: too wide")
        declared = {variable["name"] for variable in dashboard["templating"]["list"]}
        used = set(re.findall(r"\$\{?(\w+)", json.dumps([panel.get("targets", []) for panel in each])))
        t.same(f"{name}: variables that are not declared", sorted(used - declared - set(BUILT_IN)), [])
        t.same(f"{name}: declared and not used", sorted(declared - used), [])
        for panel, target in queries(dashboard):
            t.same(f"{name}: data source of '{panel['title']}'", target["datasource"]["uid"], "${datasource}")
            t.same(f"{name}: '{panel['title']}' ", [letter["refId"] for letter in panel["targets"]],
                   [chr(65 + i) for i in range(len(panel["targets"]))])
        for uid in re.findall(r'"/d/([\w-]+)', json.dumps(dashboard)):
            t.holds(uid in all_of_them, f"{name} links to '{uid}'")


@case
def variables_find_the_hosts(t):
    for name, dashboard in dashboards().items():
        chosen = dict(CHOSEN)
        for variable in dashboard["templating"]["list"]:
            if variable["type"] != "query":
                continue
            found = LABEL_VALUES.fullmatch(variable["query"]["query"])
            if not t.holds(found, f"{name}: '{variable['name']}' asks {variable['query']['query']}"):
                continue
            status, text = t.world.prometheus.get(f"/api/v1/label/{found[2]}/values",
                                                  **{"match[]": replaced(found[1], chosen)})
            values = set(json.loads(text)["data"]) if status == 200 else {text}
            wanted = {metrics_fleet.JOB} if variable["name"] == "job" else set(LIVE)
            t.holds(wanted <= values, f"{name}: '{variable['name']}' offers {sorted(values)}")


def answers(t, dashboard, server, chosen, when=None, left_out=()):
    """Every query of the dashboard: {(panel, query): samples}; one that fails or has nothing is a failure of the case."""
    found = {}
    for panel, target in queries(dashboard):
        if panel["title"] in left_out:
            continue
        some = []
        for values in chosen:
            some = t.samples(replaced(target["expr"], values), server, when)
            if some:
                break
        t.holds(some, f"{dashboard['uid']}, '{panel['title']}', {target['refId']}: nothing for {target['expr']}")
        found[panel["title"], target["refId"]] = some
    return found


def one_host_each():
    """edge-03 has most of what there is; what it has not, another one has."""
    return [CHOSEN | {"instance": name} for name in ["edge-03", *LIVE]]


@case
def every_panel_of_the_fleet_has_data(t):
    found = answers(t, dashboards()[FLEET], t.world.prometheus, [CHOSEN])
    columns(t, dashboards()[FLEET], found)
    for (dashboard, panel, query), wanted in ANSWERS.items():
        samples = found.get((panel, query), [])
        if isinstance(wanted, list):
            is_so = sorted(sample["metric"].get("instance", "") for sample in samples)
            t.same(f"{panel}, {query}", is_so, sorted(wanted))
        else:
            t.same(f"{panel}, {query}", [float(sample["value"][1]) for sample in samples], [wanted])


def columns(t, dashboard, found):
    """What Grafana makes columns of is named and ordered in each table, or left out; and there is nothing else to name."""
    for panel in panels(dashboard):
        if panel["type"] != "table":
            continue
        several = len(panel["targets"]) > 1
        arranged = next(each["options"] for each in panel["transformations"] if each["id"] == "organize")
        named, left_out = set(arranged["indexByName"]), set(arranged["excludeByName"])
        fields = {"Time"} | {f"Value #{target['refId']}" if several else "Value" for target in panel["targets"]}
        for target in panel["targets"]:
            fields |= {label for sample in found.get((panel["title"], target["refId"]), []) for label in sample["metric"]}
        t.same(f"'{panel['title']}': columns without a place", sorted(fields - named - left_out), [])
        t.same(f"'{panel['title']}': places without a column", sorted((named | left_out) - fields), [])
        shown = {arranged["renameByName"].get(name, name) for name in named}
        t.same(f"'{panel['title']}': overrides for no column", sorted(
            {each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]} - shown), [])
        t.holds({each["displayName"] for each in panel["options"]["sortBy"]} <= shown, f"'{panel['title']}' sorts by none")


@case
def every_panel_of_the_host_has_data(t):
    found = answers(t, dashboards()[HOST], t.world.prometheus, one_host_each())
    columns(t, dashboards()[HOST], found)
    t.same("verdict", [each["metric"]["verdict"] for each in found["Verdict", "A"]], ["drift"])
    off = found["Parameters that are off", "B"]
    t.same("keys with a beginning", sorted(each["metric"]["key"] for each in off), [
        "net.core.somaxconn", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_syncookies", "vm.swappiness"])
    eldest = min(float(each["value"][1]) / 1000 for each in off)
    t.holds(7 * 3600 < time.time() - eldest < 8 * 3600 + 600, "first seen off: the beginning of the range")
    since = t.samples(replaced(next(target["expr"] for panel, target in queries(dashboards()[HOST])
                                    if panel["title"] == "Parameters that are off" and target["refId"] == "B"),
                               CHOSEN | {"instance": "web-03"}))
    t.holds(since and all(abs(time.time() - 5 * 3600 - float(each["value"][1]) / 1000) < 900 for each in since),
            f"web-03 has been off for five hours: {since}")


@case
def graphs_are_drawn(t):
    """The queries of graphs once more, over a range, as Grafana sends them."""
    end = time.time() - SCRAPE_SECONDS
    for dashboard, values in ((dashboards()[FLEET], CHOSEN), (dashboards()[HOST], CHOSEN | {"instance": "edge-03"})):
        for panel, target in queries(dashboard):
            if target.get("range"):
                found, complaint = t.world.prometheus.query_range(replaced(target["expr"], values), end - 6 * 3600, end, 300)
                t.holds(complaint is None and found and len(found[0]["values"]) > 5,
                        f"{dashboard['uid']}, '{panel['title']}': {complaint or found}")


def pushed(texts, now):
    """A fleet that pushes every quarter of an hour, the last time ten minutes ago, in the text that VictoriaMetrics takes."""
    lines = []
    for line in metrics_fleet.history(texts, now).splitlines():
        series, _, when = line.rpartition(" ")
        if when.isdigit() and 600 <= now - int(when) and (now - int(when) - 600) % 960 == 600 % metrics_fleet.STEP:
            lines.append(f"{series} {when}000")
    return "\n".join(lines) + "\n"


@case
def a_fleet_that_pushes_is_seen_through_the_window(t):
    """Of series that are ten minutes old a plain query has nothing, the dashboards with a window of 45 minutes have all."""
    victoria, now = t.world.victoria, int(time.time())
    status, text = t.world.victoria_push(pushed(t.world.texts, now))
    t.same("the import", (status, text), (204, ""))
    t.same("a plain query", t.samples(f'holdfast_build_info{{job="{metrics_fleet.JOB}"}}', victoria, now), [])
    for uid, chosen in ((FLEET, [CHOSEN]), (HOST, one_host_each())):
        found = answers(t, dashboards()[uid], victoria, [values | {"window": "45m"} for values in chosen], now, ONLY_PULLED)
        if uid == FLEET:
            t.same("hosts", found["Hosts", "A"][0]["value"][1], "12")
