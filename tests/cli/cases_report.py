"""report: the last report that was kept, or a saved one, in each format; flush and test as far as they need no network."""

import csv
import gzip
import io
import json
import re

from harness import NOBODY, case, rows
from metrics_text import metrics_faults, samples
from program import DENIED, DRIFT, IN_LINE, INVALID, USAGE, WORK
from spool import AGENT, CENTRAL, FIN, RUN, SPOOL, SWAP, last, settings

FORMATS = ("json", "hdf", "csv", "metrics", "openmetrics")
MIXED = (f'{FIN}: {{value: 30, severity: high, why: "=a, \\"b\\"", controls: ["NIST SC-5", "CIS 3.3"]}}\n'
         f"{SWAP}: {{min: 10, max: 60, manage: [live]}}\nnet.netfilter.nf_conntrack_max: 262144\n"
         "net.ipv4.tcp_rmem: [4096, 131072, 6291456]\nnet.core.somaxconn: {min: 8192}\n"
         "kernel.panic: {value: 10, when: {kernel: '< 3.0'}}")
WAIVED = "waivers: [{key: net.core.somaxconn, until: 2999-12-31, reason: CHG-1}]\n"


def kept(host, text="mode: audit\n" + CENTRAL):
    settings(host, text, MIXED)
    host.run(*RUN, "-q", exit=DRIFT)
    return last(host)


@case()
def report_in_each_format(host):
    """But HDF, which is one long line."""
    settings(host, "mode: audit\ninterval: 900\n" + WAIVED + CENTRAL, MIXED)
    host.run(*RUN, "-q", exit=DRIFT)
    host.show("report", "--format", "csv", exit=IN_LINE)
    host.show("report", "--format", "metrics", exit=IN_LINE)
    host.show("report", "--format", "openmetrics", exit=IN_LINE)


@case()
def report_prints_the_last_one_kept(host):
    host.says(host.run("report", exit=WORK), "no report has been kept yet", "'holdfast run'")
    document = kept(host)
    for words in ((), ("--json",), ("--format", "json"), ("--json", "--format=json")):
        host.equal(f"{words}", json.loads(host.run("report", *words, exit=IN_LINE).out), document)
    host.set_live(FIN, "61")
    host.run("check", exit=DRIFT)
    host.equal("a check changes nothing of it", json.loads(host.run("report", exit=IN_LINE).out), document)
    host.run(*RUN, exit=DRIFT)
    host.equal("the next run", json.loads(host.run("report", exit=IN_LINE).out)["run"]["seq"], 2)
    host.equal("-q", host.run("report", "-q", exit=IN_LINE).out, "")


@case()
def report_of_a_saved_report(host):
    """By file the same as the kept one, but for what only this host knows of its spool."""
    kept(host)
    host.write("it.json", host.run("report", exit=IN_LINE).out)
    for name in FORMATS:
        ours = host.run("report", "--format", name, exit=IN_LINE).out
        saved = host.run("report", "it.json", "--format", name, root=False, exit=IN_LINE).out
        if name == "json":
            host.equal(name, json.loads(saved), json.loads(ours))
        elif name in ("csv", "hdf"):
            host.equal(name, saved, ours)
        else:
            alone = samples(saved)
            more = {each: value for each, value in samples(ours).items() if each not in alone}
            host.equal(f"{name}: the rest", {each: value for each, value in samples(ours).items() if each in alone}, alone)
            host.equal(f"{name}: of the spool", {re.sub(r"\{.*", "", each) for each in more},
                       {"holdfast_drift_corrected_total", "holdfast_spool_reports", "holdfast_spool_bytes",
                        "holdfast_spool_oldest_timestamp_seconds", "holdfast_delivery_failures",
                        "holdfast_reports_dropped_total", "holdfast_reports_refused"})
            for text in (saved, ours):
                host.equal(f"{name}: faults", metrics_faults(text, openmetrics=name == "openmetrics"), [])


@case()
def csv_says_what_the_report_says(host):
    document = kept(host, "mode: audit\n" + WAIVED)
    found = list(csv.DictReader(io.StringIO(host.run("report", "--format", "csv", exit=IN_LINE).out, newline=""), strict=True))
    host.equal("columns", {len(row) for row in found}, {22})
    host.equal("keys", [row["key"] for row in found], [each["key"] for each in document["parameters"]])
    for row, each in zip(found, document["parameters"]):
        host.equal(row["key"], (row["status"], row["severity"], row["live"], row["boot"], row["controls"]),
                   (each["status"], each["severity"], each["live"].get("value", ""), each["boot"].get("value", ""),
                    "; ".join(each.get("controls", []))))
    by_key = {row["key"]: row for row in found}
    host.equal("a formula", by_key[FIN]["why"], "'=a, \"b\"")
    host.equal("bounds", by_key[SWAP]["wanted"], ">= 10 and <= 60")
    host.equal("tabs stay", by_key["net.ipv4.tcp_rmem"]["live"].count("\t"), 2)
    host.equal("waiver", by_key["net.core.somaxconn"]["waiver_reason"], "CHG-1")
    host.equal("host", {row["host"] for row in found}, {document["host"]["name"]})


def shown(control):
    """What Heimdall makes of a control."""
    if control["impact"] == 0 or control.get("waiver_data", {}).get("skipped_due_to_waiver"):
        return "Not Applicable"
    statuses = {result["status"] for result in control["results"]}
    if any("backtrace" in result for result in control["results"]):
        return "Profile Error"
    return "Failed" if "failed" in statuses else "Passed" if statuses == {"passed"} else "Not Reviewed"


TILES = {"compliant": "Passed", "drift": "Failed", "not_settable": "Failed", "pending": "Not Reviewed",
         "not_applicable": "Not Applicable", "waived": "Not Applicable", "error": "Profile Error"}


@case()
def hdf_says_what_the_report_says(host):
    document = kept(host, "mode: audit\n" + WAIVED)
    hdf = json.loads(host.run("report", "--format", "hdf", exit=IN_LINE).out)
    controls = {each["id"]: each for each in hdf["profiles"][0]["controls"]}
    host.equal("controls", list(controls), [each["key"] for each in document["parameters"]])
    for each in document["parameters"]:
        host.equal(each["key"], shown(controls[each["key"]]), TILES[each["status"]])
    host.equal("statuses seen", len({each["status"] for each in document["parameters"]}) >= 4, True)
    host.equal("digest", hdf["profiles"][0]["sha256"], document["profile"]["digest"])


@case()
def report_of_what_is_no_report(host):
    """Documents of other commands are none, in any format; a sign of life has no parameters."""
    kept(host)
    heartbeat = {name: value for name, value in last(host).items() if name not in ("parameters", "changes")}
    host.write("beat.json", json.dumps({**heartbeat, "kind": "heartbeat"}))
    for words in (("show", "--json"), ("plan", "--json"), ("lint", "--json"), ("explain", FIN, "--json"), ("history", "--json")):
        host.write("it.json", host.run(*words).out)
        for name in FORMATS:
            result = host.run("report", "it.json", "--format", name, root=False, exit=INVALID)
            host.says(result, "it.json: it is no report", "holdfast check --json")
            host.equal(f"{words}: stdout", result.out, "")
    host.run("report", "beat.json", root=False, exit=IN_LINE)
    for name in ("csv", "hdf"):
        host.says(host.run("report", "beat.json", "--format", name, root=False, exit=INVALID), "beat.json", "no parameters", "heartbeat")
    host.says(host.run("report", "beat.json", "--format", "metrics", root=False, exit=IN_LINE), "^holdfast_runs_total 1$", stream="out")


@case()
def report_of_a_packed_file(host):
    """As it lies in a queue or a drop box."""
    kept(host)
    packed = host.path(f"{SPOOL}/last.json.gz").read_bytes()
    host.write("it.json.gz", packed)
    for name in FORMATS:
        ours = host.run("report", "--format", name, exit=IN_LINE).out
        found = host.run("report", "it.json.gz", "--format", name, root=False, exit=IN_LINE).out
        if name == "json":
            host.equal(name, json.loads(found), json.loads(ours))
        elif name in ("csv", "hdf"):
            host.equal(name, found, ours)
    # name: bytes that are no whole gzip of at most 8 MiB.
    for name, data in {"cut": packed[:-5], "twice": packed + packed, "bomb": gzip.compress(b" " * ((8 << 20) + 1))}.items():
        host.write("odd.gz", data)
        result = host.run("report", "odd.gz", root=False, exit=INVALID)
        host.says(result, "odd.gz: ")
        host.equal(f"{name}: stdout", result.out, "")


@case()
def report_of_a_run_that_failed(host):
    """Never an empty table, on which nothing would be wrong."""
    settings(host, CENTRAL, f"{FIN}: [1, 2]")
    host.run(*RUN, exit=INVALID)
    rows_found = list(csv.DictReader(io.StringIO(host.run("report", "--format", "csv", exit=IN_LINE).out, newline=""), strict=True))
    host.equal("csv", [(row["key"], row["status"], "web.yaml:4" in row["why"]) for row in rows_found], [("holdfast run", "error", True)])
    controls = json.loads(host.run("report", "--format", "hdf", exit=IN_LINE).out)["profiles"][0]["controls"]
    host.equal("hdf", [(each["id"], shown(each)) for each in controls], [("holdfast run", "Profile Error")])
    settings(host, CENTRAL, "kernel.panic: {value: 10, when: {kernel: '< 3.0'}}")
    host.run(*RUN, exit=IN_LINE)
    host.silent(host.run("report", "--format", "csv", exit=IN_LINE), "holdfast run")


# name: (words, patterns on stderr)
WRONG = {
    "flush-with-test": (("--flush", "--test"), ["--flush", "--test", "together"]),
    "flush-with-file": (("--flush", "it.json"), ["--flush", "FILE"]),
    "flush-with-format": (("--flush", "--format", "csv"), ["--flush", "--format"]),
    "flush-with-tcp": (("--flush", "--tcp"), ["--flush", "--tcp"]),
    "test-with-file": (("--test", "it.json"), ["--test", "FILE"]),
    "test-with-format": (("--test", "--format", "json"), ["--test", "--format"]),
    "json-with-csv": (("--json", "--format", "csv"), ["--json", "--format"]),
    "json-with-hdf": (("--format=hdf", "--json"), ["--json", "--format"]),
    "tcp-alone": (("--tcp",), ["--tcp", "--format metrics"]),
    "tcp-with-hdf": (("--tcp", "--format", "hdf"), ["--tcp", "--format metrics"]),
    "flush-argument": (("--flush=now",), ["--flush", "no argument"]),
    "no-send": (("--no-send",), ["'report'", "--no-send"]),
    "format-empty": (("--format=",), ["--format", "''"]),
}


@rows(WRONG)
def report_refuses_options(host, row):
    words, patterns = row
    host.write("it.json", "{}")
    result = host.run("report", *words, root=False, exit=USAGE)
    host.says(result, *patterns)
    host.equal("stdout, lines", (result.out, len(result.err.splitlines())), ("", 1))


# What has become of the kept report: (what is done, exit, patterns).
DAMAGED = {
    "no-gzip": (lambda host: host.write(f"{SPOOL}/last.json.gz", "{}"), ["last.json.gz", "gzip"]),
    "empty": (lambda host: host.write(f"{SPOOL}/last.json.gz", ""), ["last.json.gz"]),
    "cut": (lambda host: host.write(f"{SPOOL}/last.json.gz", host.path(f"{SPOOL}/last.json.gz").read_bytes()[:-9]), ["last.json.gz"]),
    "a-link": (lambda host: host.link(f"{SPOOL}/last.json.gz", "counters.json"), ["last.json.gz"]),
    "a-folder": (lambda host: host.remove(f"{SPOOL}/last.json.gz").mkdir(), ["last.json.gz"]),
    "a-fifo": (lambda host: host.fifo(f"{SPOOL}/last.json.gz"), ["last.json.gz"]),
    "gone": (lambda host: host.path(f"{SPOOL}/last.json.gz").unlink(), ["no report has been kept yet"]),
    "spool-leads-out": (lambda host: host.link(SPOOL, "/tmp"), ["spool|kept"]),
}


@rows(DAMAGED)
def report_that_was_damaged(host, row):
    spoil, patterns = row
    kept(host)
    spoil(host)
    for words in ((), ("--format", "metrics"), ("--format", "csv")):
        result = host.run("report", *words, exit=WORK)
        host.says(result, *patterns)
        host.equal(f"{words}: stdout", result.out, "")


@case("busy")
def sockets_without_a_report(host):
    """The census of now is that of this host, whether a report was kept or not; and only that then."""
    settings(host, "mode: audit\n" + CENTRAL, f"{FIN}: 30")
    host.run(*RUN, "-q", exit=DRIFT)
    words = ("report", "--tcp", "--format", "metrics")
    both = samples(host.run(*words, exit=IN_LINE).out)
    host.path(f"{SPOOL}/last.json.gz").unlink()
    result = host.run(*words, exit=IN_LINE)
    host.equal("faults", metrics_faults(result.out, openmetrics=False), [])
    host.equal("only sockets", {name.split("{")[0].split("_")[1] for name in samples(result.out)}, {"tcp"})
    host.equal("before, both", {"holdfast_runs_total", 'holdfast_spool_reports{destination="central"}'} <= set(both), True)


@case(needs_root=True)
def report_for_others(host):
    """The spool is root's; a saved report is anybody's."""
    kept(host)
    host.write("it.json", host.run("report", exit=IN_LINE).out)
    result = host.run("report", user=NOBODY, exit=DENIED)
    host.says(result, "Permission denied")
    host.equal("stdout", result.out, "")
    host.run("report", "it.json", "--format", "hdf", root=False, user=NOBODY, exit=IN_LINE)


@case()
def flush_and_test_without_destinations(host):
    kept(host, "mode: audit\n")
    for words, exit in ((("--flush",), IN_LINE), (("--test",), WORK)):
        result = host.run("report", *words, exit=exit)
        host.says(result, "no destination", "'reports'")
        host.equal(f"{words}: stdout", result.out, "")
    host.write(AGENT, "reports: 7\n")
    for words in ("--flush", "--test"):
        host.says(host.run("report", words, exit=INVALID), r"agent\.yaml:1:10")


@case()
def metrics_with_settings_that_cannot_be_read(host):
    """The report is there all the same; what waits is not known without them."""
    kept(host)
    host.write(AGENT, "reports: 7\n")
    result = host.run("report", "--format", "metrics", exit=IN_LINE)
    host.says(result, r"agent\.yaml:1:10")
    host.equal("faults", metrics_faults(result.out, openmetrics=False), [])
    host.says(result, "^holdfast_runs_total 1$", stream="out")
    host.silent(result, "holdfast_spool")
