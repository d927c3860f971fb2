"""What the cases of the metrics are written with: the servers, each started when a case first asks for it, and checks.

    @case
    def takes_the_textfile(t): t.same("scrape error", t.value('node_textfile_scrape_error{instance="web-01"}'), 0)

A case fails when a check failed, when it raises, or when it checked nothing.
"""
import datetime
import functools
import json
import pathlib
import re
import subprocess
import time

import metrics_fleet
import metrics_texts
import servers

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
RULES = TOP / "packaging/prometheus/holdfast.rules.yml"
CONSOLES = TOP / "packaging/prometheus/consoles"
DASHBOARDS = TOP / "packaging/grafana"
ARTIFACTS = TOP / "build/artifacts"
LIVE = [host.name for host in metrics_fleet.HOSTS if host.kind and host.textfile in ("good", "old")]
SCRAPE_SECONDS = 2
SETTLED_SECONDS = 60
CASES = []


def case(function):
    CASES.append(function)
    return function


def command(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, **options)


class World:
    """Everything that is started; the same for all cases."""

    def __init__(self, holdfast, folder, running):
        self.holdfast, self.folder, self.running = holdfast, pathlib.Path(folder), running

    @functools.cached_property
    def texts(self):
        return metrics_texts.all_kinds(self.holdfast, self.folder / "busy")

    @functools.cached_property
    def fake(self):
        """A host of its own, that has run."""
        fake = metrics_texts.Fake(self.holdfast, self.folder / "fake")
        fake.run()
        return fake

    @functools.cached_property
    def nodes(self):
        """A node_exporter for each host of the fleet, with its textfile."""
        now, nodes = int(time.time()), {}
        for host in metrics_fleet.HOSTS:
            folder = self.folder / "textfiles" / host.name
            folder.mkdir(parents=True)
            path = folder / "holdfast.prom"
            if host.textfile == "broken":
                path.write_text("holdfast_build_info{version= 1\n")
            elif host.kind and host.textfile != "gone":
                path.write_text(host.text(self.texts, now))
                if host.textfile == "old":
                    metrics_fleet.make_old(path, now)
            nodes[host.name] = self.running.node_exporter(host.name, folder)
        for node in nodes.values():
            node.wait()
        return nodes

    @functools.cached_property
    def history(self):
        """A database of Prometheus with the hours before."""
        text = self.folder / "history.om"
        text.write_text(metrics_fleet.history(self.texts, int(time.time())))
        done = command("promtool", "tsdb", "create-blocks-from", "openmetrics", text, self.folder / "database")
        if done.returncode:
            raise servers.ServerError("promtool takes no history: " + done.stderr[-500:])
        return self.folder / "database"

    @functools.cached_property
    def prometheus(self):
        page = self.running.page(self.fake.metrics("openmetrics").replace("# EOF\n", "") + self.fake.census("openmetrics"),
                                 "application/openmetrics-text; version=1.0.0; charset=utf-8")
        started = self.running.prometheus({
            "global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "evaluation_interval": f"{SCRAPE_SECONDS}s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [
                {"job_name": metrics_fleet.JOB, "static_configs": [
                    {"targets": [f"127.0.0.1:{node.port}"], "labels": {"instance": name}}
                    for name, node in self.nodes.items()]},
                {"job_name": "openmetrics", "static_configs": [{"targets": [f"127.0.0.1:{page.port}"]}],
                 "metric_relabel_configs": [{"source_labels": ["__name__"], "regex": "(holdfast.*)",
                                             "target_label": "__name__", "replacement": "openmetrics_$1"}]}],
        }, CONSOLES, self.history)
        servers.until(lambda: self._scraped(started), SETTLED_SECONDS, "Prometheus has scraped all")
        scraped = time.time()
        servers.until(lambda: self._evaluated(started, scraped), SETTLED_SECONDS, "Prometheus has evaluated the rules on all")
        return started

    @staticmethod
    def _scraped(prometheus):
        """Each target of each job, without an error."""
        nodes, _ = prometheus.query('count(up{job="node"} == 1)')
        page, _ = prometheus.query('up{job="openmetrics"} == 1')
        return nodes and int(nodes[0]["value"][1]) == len(metrics_fleet.HOSTS) and page

    @staticmethod
    def _evaluated(prometheus, since):
        """Each group of rules has begun since then and come to its end, and the first of them knows each host that is there."""
        groups = json.loads(prometheus.get("/api/v1/rules")[1])["data"]["groups"]
        times = [re.sub(r"\.\d+", "", group["lastEvaluation"]).replace("Z", "+00:00") for group in groups]
        begun = [datetime.datetime.fromisoformat(each).timestamp() for each in times]
        known, _ = prometheus.query("count(instance:holdfast_run_interval:seconds)")
        return min(begun, default=0) >= since and known and int(known[0]["value"][1]) == len(LIVE)

    @functools.cached_property
    def pushgateway(self):
        return self.running.pushgateway()

    @functools.cached_property
    def victoria(self):
        """One that shows samples at once, and not after half a minute."""
        return self.running.victoria_metrics("-search.latencyOffset=0s")

    def victoria_push(self, text, path=f"/api/v1/import/prometheus?extra_label=job={metrics_fleet.JOB}"):
        """(status, text) of the answer, and what was sent is there to be asked for."""
        answer = servers.request(self.victoria.url + path, text.encode(), "POST")
        servers.request(self.victoria.url + "/internal/force_flush")
        return answer


class Checks:
    """One case at work."""

    def __init__(self, world):
        self.world, self.failures, self.checks = world, [], 0

    def holds(self, condition, text):
        self.checks += 1
        if not condition:
            self.failures.append(str(text))
        return bool(condition)

    def same(self, what, found, wanted):
        if isinstance(found, dict) and isinstance(wanted, dict):        # only what differs
            found, wanted = ({key: value for key, value in one.items() if key not in other or other[key] != value}
                             for one, other in ((found, wanted), (wanted, found)))
        return self.holds(found == wanted, f"{what}: wanted {wanted!r}, found {found!r}")

    def succeeds(self, what, done):
        return self.holds(done.returncode == 0, f"{what}: exit {done.returncode}\n{done.stdout}{done.stderr}")

    def samples(self, expression, server=None, when=None):
        """The samples of an instant query; what the server complains of fails the case."""
        found, complaint = (server or self.world.prometheus).query(expression, when)
        self.holds(complaint is None, f"{expression}: {complaint}")
        return found or []

    def value(self, expression, server=None):
        found = self.samples(expression, server)
        return float(found[0]["value"][1]) if len(found) == 1 else None

    def names(self, expression, label="instance"):
        return sorted(each["metric"].get(label, "") for each in self.samples(expression))


def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("*.json"))}
