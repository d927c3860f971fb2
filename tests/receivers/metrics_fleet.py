"""A fleet for the tests of the metrics: what the real program wrote about fake hosts, and copies of it in trouble.

The texts come from `holdfast run` on copies of tests/trees/busy. A copy differs from them in values and in the labels of
the host, never in the names of metrics and labels, so a rule or panel that asks for something else finds nothing.

`history` is the fleet of the hours before, as OpenMetrics for `promtool tsdb create-blocks-from openmetrics`.
"""
import dataclasses
import os
import re
import uuid

JOB = "node"
INTERVAL = 900
SILENT_SECONDS = 3 * 3600
STEP = 240              # between samples of the history: closer than the five minutes that an instant query looks back
HOURS = 9
SAMPLE = re.compile(r"^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$")
DIGEST, OTHER_DIGEST = "9f86d081884c7d65" * 4, "60303ae22b998861" * 4
KERNELS = ("6.1.0-18-amd64", "6.12.9-amd64")


class FleetError(Exception):
    """The program does not write a series that the fleet is made of."""


def change(text, edits):
    """The text with other values: {'name' or 'name{part of its labels': value}. None takes the series away."""
    lines, hit = [], set()
    for line in text.splitlines():
        found = SAMPLE.match(line)
        for where, value in edits.items():
            name, _, part = where.partition("{")
            if not found or found[1] != name or part not in (found[2] or ""):
                continue
            hit.add(where)
            line = None if value is None else f"{line.rsplit(' ', 1)[0]} {value:.15g}"
            break
        if line is not None:
            lines.append(line)
    lost = sorted(where for where, value in edits.items() if where not in hit and value is not None)
    if lost:
        raise FleetError(f"the program writes no {', '.join(lost)}")
    return "\n".join(lines) + "\n"


def relabel(text, name, **labels):
    """The text with other values of labels of one metric."""
    def one(line):
        if line.startswith(name + "{"):
            for label, value in labels.items():
                line, count = re.subn(rf'\b{label}="[^"]*"', f'{label}="{value}"', line)
                if not count:
                    raise FleetError(f"{name} has no label '{label}'")
        return line
    return "\n".join(map(one, text.splitlines())) + "\n"


def steady(now, age):
    return {}


@dataclasses.dataclass
class Host:
    name: str
    kind: str | None                # which of the program's texts; None: a host without holdfast
    edits: object = steady          # (now, age in seconds) -> edits of change(); age 0 is now
    textfile: str = "good"          # now: good, broken, gone, or old (not written for hours)
    kernel: int = 0
    twin: str = ""                  # has the id of this one
    profile: str = DIGEST

    def text(self, texts, now, age=0):
        when = now - age
        ran = when - when % INTERVAL if age else when
        usual = {"holdfast_last_run_timestamp_seconds": ran, "holdfast_runs_total": 400 + ran // INTERVAL % 10000,
                 "holdfast_spool_oldest_timestamp_seconds": ran, "holdfast_delivery_failures": 0,
                 "holdfast_last_delivery_timestamp_seconds": ran - INTERVAL}
        if self.kind == "well":
            usual["holdfast_clock_synchronized"] = 1        # it is the real one
        text = change(texts[self.kind], usual | self.edits(now, age))
        text = relabel(text, "holdfast_host_info", kernel=KERNELS[self.kernel],
                       host_id=uuid.uuid5(uuid.NAMESPACE_DNS, self.twin or self.name))
        return relabel(text, "holdfast_profile_info", digest=self.profile)


def undone(now, age):
    """Corrected in five runs of the last six hours."""
    return {"holdfast_drift_corrected_total": 10 - min(5, age // 3600)}


def enforced(now, age):
    """In line until five hours ago."""
    if age < 5 * 3600:
        return {"holdfast_enforcing": 1}
    return {"holdfast_enforcing": 1, 'holdfast_verdict{verdict="drift"': 0, 'holdfast_verdict{verdict="compliant"': 1,
            'holdfast_parameters{status="drift"': 0, "holdfast_parameter_off": None, "holdfast_drift_sides": 0}


def cut_off(now, age):
    """Nothing has been delivered for eight hours; the queue gets longer until it is full, which it was an hour ago."""
    waited = max(0, 8 * 3600 - age)
    return {"holdfast_spool_reports": min(200, 40 + 25 * waited // 3600), "holdfast_spool_bytes": 4096 * (1 + waited // 60),
            "holdfast_spool_oldest_timestamp_seconds": now - 8 * 3600, "holdfast_delivery_failures": waited // 1800,
            "holdfast_last_delivery_timestamp_seconds": now - 8 * 3600 - INTERVAL,
            "holdfast_reports_dropped_total": 0 if age > 3600 else 7}


def busy(now, age):
    """The ports fill up within the last two hours."""
    share = 0.55 if age > 7200 else round(0.92 - 0.37 * age / 7200, 2)
    return {"holdfast_tcp_ports_taken_max_ratio": share, 'holdfast_tcp_ports_taken_ratio{source="10.0.0.1",destination="10.0.0.5"': share,
            'holdfast_tcp_events_total{counter="TCPTimeWaitOverflow"': max(0, 1800 - age) // 60}


def failing(now, age):
    return {"holdfast_last_run_success": 0, 'holdfast_verdict{verdict="compliant"': 0, 'holdfast_verdict{verdict="error"': 1,
            "holdfast_clock_synchronized": 0}


def silent(now, age):
    """Nothing for three hours."""
    return {} if age > SILENT_SECONDS else {"holdfast_last_run_timestamp_seconds": now - SILENT_SECONDS}


def ahead(now, age):
    return {"holdfast_last_run_timestamp_seconds": now - age + 3600}


HOSTS = [
    Host("web-01", "well"),
    Host("web-02", "well", undone),
    Host("web-03", "drift", enforced),
    Host("web-04", "drift", profile=OTHER_DIGEST),
    Host("db-01", "drift", cut_off),
    Host("edge-03", "census", busy),
    Host("app-01", "well", failing, kernel=1),
    Host("app-02", "well", silent, textfile="old", kernel=1),
    Host("app-03", "well", ahead, kernel=1),
    Host("app-04", "well", textfile="broken", kernel=1),
    Host("app-05", "well", textfile="gone", kernel=1),
    Host("app-06", "drift", twin="web-01", kernel=1),
    Host("bare-01", None),
]


def make_old(path, now):
    """A file that was last written when `silent` ran last."""
    os.utime(path, (now - SILENT_SECONDS, now - SILENT_SECONDS))


def history(texts, now):
    """OpenMetrics of the hours before, and of a while one day ago, where some rules look."""
    ages = [*range(86400 + 600, 86400 - 1800, -STEP), *range(HOURS * 3600, STEP - 1, -STEP)]
    lines = []
    for host in HOSTS:
        if host.kind is None:
            continue
        for age in ages:
            if age < INTERVAL and host.textfile in ("broken", "gone"):
                continue
            for line in host.text(texts, now, age).splitlines():
                found = SAMPLE.match(line)
                if found:
                    labels = ",".join(filter(None, (found[2], f'instance="{host.name}",job="{JOB}"')))
                    lines.append(f"{found[1]}{{{labels}}} {found[3]} {now - age}")
    return "\n".join(lines) + "\n# EOF\n"
