"""The textfile, the rules, and who takes the metrics when they are pushed."""
import json
import re
import time

import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families as text_families

import metrics_fleet
import servers
from metrics_world import LIVE, RULES, case, command

TESTS = RULES.with_name("holdfast.rules.test.yml")
HEAD = re.compile(r"^# (HELP|TYPE) (\S+) (.*)$", re.MULTILINE)
# Labels of the text that a server adds or keeps apart.
ADDED = {"job", "instance", "__name__"}


def heads(text, prefix="holdfast_"):
    """{(HELP or TYPE, metric): what it says}."""
    return {(kind, name): said for kind, name, said in HEAD.findall(text) if name.startswith(prefix)}


def with_samples(text):
    return {found[1] for found in map(metrics_fleet.SAMPLE.match, text.splitlines()) if found}


def series(text, prefix="holdfast_"):
    """{(name, labels without those that a server adds): value}."""
    return {(sample.name, tuple(sorted((label, value) for label, value in sample.labels.items() if label not in ADDED))):
            sample.value for family in text_families(text) for sample in family.samples if sample.name.startswith(prefix)}


def of_query(samples):
    return {(each["metric"]["__name__"], tuple(sorted((label, value) for label, value in each["metric"].items()
                                                     if label not in ADDED))): float(each["value"][1])
            for each in samples}


# ---- what the program writes

@case
def promtool_is_content_with_the_metrics(t):
    texts = {"textfile": t.world.fake.run(), "report": t.world.fake.metrics(), "census": t.world.fake.census(),
             "private host": t.world.texts["kernel"]}
    for name, text in texts.items():
        done = command("promtool", "check", "metrics", input=text)
        t.succeeds(name, done)
        t.same(f"{name}: what promtool would rather have", done.stdout + done.stderr, "")
        t.same(f"{name}: metrics without help or type", sorted(
            metric for metric in with_samples(text) for kind in ("HELP", "TYPE") if (kind, metric) not in heads(text)), [])


@case
def the_textfile_and_the_report_are_the_same_metrics(t):
    textfile, report = t.world.fake.run(), t.world.fake.metrics()
    t.same("samples", series(report), series(textfile))
    t.same("heads", heads(report), heads(textfile))


@case
def the_census_is_in_the_textfile_when_asked_for(t):
    """The same as the census of now after the report: nothing moves on a fake host."""
    t.holds("holdfast_tcp_" not in t.world.texts["drift"], "it is there without being asked for")
    census = {name: value for name, value in series(t.world.texts["census"]).items() if name[0].startswith("holdfast_tcp_")}
    t.same("samples", census, series(t.world.fake.census()))
    whole = t.world.fake.command("report", "--tcp", "--format", "metrics", "--root", str(t.world.fake.root))
    t.same("report --tcp", series(whole), series(t.world.fake.metrics()) | census)


@case
def openmetrics_has_the_same_samples(t):
    plain, modern = t.world.fake.metrics(), t.world.fake.metrics("openmetrics")
    found = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
             for family in openmetrics_families(modern) for sample in family.samples}
    t.same("samples", found, series(plain))


@case
def prometheus_scrapes_openmetrics(t):
    prometheus = t.world.prometheus
    t.same("up", t.value('up{job="openmetrics"}'), 1)
    wanted = t.world.fake.metrics("openmetrics") + t.world.fake.census("openmetrics")
    names = with_samples(wanted)
    found = {name.removeprefix("openmetrics_") for name in t.names('{job="openmetrics",__name__=~"openmetrics_.*"}', "__name__")}
    t.same("metrics", sorted(found), sorted(names))
    status, text = prometheus.get("/api/v1/targets/metadata", match_target='{job="openmetrics"}')
    known = {each["metric"]: each["type"] for each in json.loads(text)["data"]}
    t.same("types", {name: known.get(name) for (kind, name) in heads(wanted) if kind == "TYPE"},
           {name: said for (kind, name), said in heads(wanted).items() if kind == "TYPE"})


# ---- node_exporter

@case
def node_exporter_takes_the_textfile(t):
    """The scrape is fine, and each sample, type and help is that of the file."""
    for name in ("web-01", "db-01", "edge-03"):
        node = t.world.nodes[name]
        status, text = node.get("/metrics")
        t.same(f"{name}: status", status, 200)
        t.holds("\nnode_textfile_scrape_error 0\n" in text, f"{name}: node_textfile_scrape_error is not 0")
        written = (t.world.folder / "textfiles" / name / "holdfast.prom").read_text()
        t.same(f"{name}: samples", series(text), series(written))
        found = heads(text)
        for (kind, metric), said in heads(written).items():
            if metric in with_samples(written):     # one without a sample is left out
                t.same(f"{name}: {kind} of {metric}", found.get((kind, metric)), said)


@case
def types_and_help_reach_prometheus(t):
    status, text = t.world.prometheus.get("/api/v1/metadata")
    known = json.loads(text)["data"]
    said = heads(t.world.texts["census"])
    for name in with_samples(t.world.texts["census"]):
        entries = known.get(name, [{}])
        t.same(f"type of {name}", entries[0].get("type"), said["TYPE", name])
        t.same(f"help of {name}", entries[0].get("help"), said["HELP", name])


@case
def a_broken_textfile_is_noticed(t):
    """By node_exporter, and by the rules, while the rest of its page goes on."""
    status, text = t.world.nodes["app-04"].get("/metrics")
    t.same("status", status, 200)
    t.holds("\nnode_textfile_scrape_error 1\n" in text, "node_textfile_scrape_error is not 1")
    t.same("what is taken of it", series(text), {})
    t.same("scrape errors", t.names("node_textfile_scrape_error == 1"), ["app-04"])


@case
def a_half_written_file_is_never_read(t):
    """What is written has a name that node_exporter passes over, and gets its own by a rename."""
    fake, folder = t.world.fake, t.world.fake.root / "var/lib/prometheus/node-exporter"
    trace = t.world.folder / "textfile.trace"
    command("strace", "-f", "-s", 300, "-e", "trace=openat,openat2,rename,renameat,renameat2", "-o", trace,
            fake.holdfast, "run", "-q", "--no-send", "--root", fake.root)
    made = re.findall(r'"([^"]*holdfast\.prom[^"]*)", [^\n]*O_(?:CREAT|WRONLY|RDWR|TRUNC)', trace.read_text())
    t.holds(made and not any(name.endswith(".prom") for name in made), f"written under the names {made}")
    renamed = re.findall(r'rename\w*\(.*"([^"]*)", \d+, "holdfast\.prom"', trace.read_text())
    t.same("renamed to holdfast.prom", renamed, made)
    t.same("what lies there", sorted(path.name for path in folder.iterdir()), ["holdfast.prom"])
    node = t.world.running.node_exporter("rewritten", folder).wait()
    for _ in range(10):
        fake.run()
        status, text = node.get("/metrics")
        t.holds(status == 200 and "\nnode_textfile_scrape_error 0\n" in text and "\nholdfast_verdict{" in text, text[-500:])


@case
def one_series_in_two_files_leaves_a_complaint(t):
    """Why docs/metrics.md warns of `report --tcp` beside the textfile: one of the two counts, and each scrape is logged."""
    folder = t.world.folder / "textfiles/double"
    folder.mkdir(parents=True)
    (folder / "holdfast.prom").write_text(t.world.fake.run())
    (folder / "holdfast-tcp.prom").write_text(t.world.fake.census())
    node = t.world.running.node_exporter("double", folder).wait()
    status, text = node.get("/metrics")
    t.same("samples", series(text), series(t.world.fake.metrics()) | series(t.world.fake.census()))
    t.holds("collected before" not in node.log.read_text(), node.tail())
    (folder / "holdfast-tcp.prom").write_text(t.world.fake.command(
        "report", "--tcp", "--format", "metrics", "--root", str(t.world.fake.root)))
    node.get("/metrics")
    t.holds("collected before" in node.log.read_text(), "node_exporter does not mind")


# ---- rules

def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@case
def promtool_takes_the_rules(t):
    t.succeeds("promtool check rules", command("promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES))
    t.succeeds("promtool test rules", command("promtool", "test", "rules", TESTS))


@case
def every_alert_has_its_unit_tests(t):
    """One where it fires, one where it does not; every recording rule has a test too."""
    fires, quiet, asked = set(), set(), set()
    for group in yaml.safe_load(TESTS.read_text())["tests"]:
        for test in group.get("alert_rule_test", []):
            (fires if test.get("exp_alerts") else quiet).add(test["alertname"])
        asked |= {test["expr"] for test in group.get("promql_expr_test", [])}
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    t.same("alerts without a test that they fire", sorted(alerts - fires), [])
    t.same("alerts without a test that they do not", sorted(alerts - quiet), [])
    t.same("recording rules without a test", sorted({rule["record"] for rule in rules() if "record" in rule} - asked), [])


@case
def every_rule_finds_something_in_the_fleet(t):
    """The fleet has every trouble: each expression finds it, on the hosts that have it."""
    wanted = {"HoldfastDrift": ["web-03"], "HoldfastUndone": ["web-02"], "HoldfastSilent": ["app-02"],
              "HoldfastDriftAudited": ["app-06", "db-01", "edge-03", "web-04"], "HoldfastGone": ["app-04", "app-05"],
              "HoldfastSevereDrift": ["app-06", "db-01", "edge-03", "web-03", "web-04"],
              "HoldfastRunFailing": ["app-01"], "HoldfastTextfileError": ["app-04"],
              "HoldfastClockUnsynchronized": ["app-01"], "HoldfastClockAhead": ["app-03"],
              "HoldfastDeliveryFailing": ["db-01"], "HoldfastReportsWaiting": ["db-01"], "HoldfastSpoolFilling": ["db-01"],
              "HoldfastReportsDropped": ["db-01"], "HoldfastPortsRunningOut": ["edge-03"],
              "HoldfastTimeWaitOverflow": ["edge-03"], "instance:holdfast_run_interval:seconds": LIVE}
    for rule in rules():
        name = rule.get("alert") or rule["record"]
        found = t.names(rule["expr"])
        t.holds(found, f"{name}: nothing")
        if name in wanted:
            t.same(name, found, sorted(wanted[name]))


@case
def prometheus_evaluates_every_rule(t):
    """Without an error, and the annotations of what fires are filled in."""
    status, text = t.world.prometheus.get("/api/v1/rules")
    seen = {rule["name"]: rule for group in json.loads(text)["data"]["groups"] for rule in group["rules"]}
    for rule in rules():
        name = rule.get("alert") or rule["record"]
        t.same(name, (seen[name]["health"], seen[name].get("lastError", "")), ("ok", ""))
        for alert in seen[name].get("alerts", []):
            for annotation in alert["annotations"].values():
                t.holds("{{" not in annotation and "<error" not in annotation and "<no value>" not in annotation, annotation)


# ---- pushed

@case
def pushgateway_takes_the_metrics_and_gives_them_back(t):
    gateway, text = t.world.pushgateway, t.world.fake.metrics()
    where = f"{gateway.url}/metrics/job/holdfast/instance/build-17"
    t.same("PUT", servers.request(where, text.encode(), "PUT")[0], 200)
    status, page = gateway.get("/metrics")
    t.same("samples", series(page), series(text))
    t.same("samples with the labels of the path", len(re.findall(
        r'^holdfast_[a-z_]+\{[^}]*instance="build-17",job="holdfast"', page, re.MULTILINE)), len(series(text)))
    found = heads(page)
    for (kind, metric), said in heads(text).items():
        if metric in with_samples(text):
            t.same(f"{kind} of {metric}", found.get((kind, metric)), said)
    # PUT replaces all of the group: a parameter that was mended is gone.
    mended = metrics_fleet.change(text, {"holdfast_parameter_off": None})
    t.same("PUT", servers.request(where, mended.encode(), "PUT")[0], 200)
    t.same("after the next one", series(gateway.get("/metrics")[1]), series(mended))
    status, complaint = servers.request(where, b"holdfast_build_info{ 1\n", "PUT")
    t.same("a broken one", status, 400)


@case
def victoria_metrics_takes_the_metrics_and_gives_them_back(t):
    victoria, text = t.world.victoria, t.world.fake.metrics()
    path = "/api/v1/import/prometheus?extra_label=job=holdfast&extra_label=instance=build-17"
    t.same("import", t.world.victoria_push(text, path), (204, ""))

    def back():
        found, _ = victoria.query('last_over_time({instance="build-17",__name__=~"holdfast_.*"}[5m])', int(time.time()) + 60)
        return found if found and len(found) >= len(series(text)) else None
    t.same("samples", of_query(servers.until(back, 30, "VictoriaMetrics gives the metrics back")), series(text))
    t.same("a broken one is answered alike", servers.request(victoria.url + path, b"holdfast_build_info{ 1\n", "POST")[0], 204)
