"""What run and apply keep: the spool's files, numbers, bounds, leftovers, trouble, heartbeats, the textfile."""

import fcntl
import json
import os
import re
import time

from harness import case, rows
from metrics_text import metrics_faults, samples
from program import DRIFT, IN_LINE
from spool import CENTRAL, FIN, RUN, SPOOL, acknowledge, counters, last, queued, settings, state, unpacked

PROM = "/srv/metrics/holdfast.prom"


# ---- what is kept


@case()
def what_the_spool_looks_like(host):
    settings(host, CENTRAL.replace("]", ", {name: other, url: 'https://127.0.0.1:9/', mode: changes}]"))
    host.run(*RUN, exit=IN_LINE)
    entries = {str(path.relative_to(host.path(SPOOL))): oct(path.stat().st_mode & 0o7777)
               for path in sorted(host.path(SPOOL).rglob("*"))}
    own = [name for name in entries if re.search(r"/0[0-9a-f-]{35}\.json\.gz$", name)]
    host.equal("queues", [name.split("/")[0] for name in own], ["central", "other"])
    host.equal("entries", {name: mode for name, mode in entries.items() if name not in own},
               {"central": "0o700", "other": "0o700",
                            **dict.fromkeys(("counters.json", "destinations.json", "last.json.gz", "lock"), "0o600")})
    host.equal("modes of reports", {entries[name] for name in own}, {"0o600"})
    host.equal("folders", [oct(host.path(path).stat().st_mode & 0o7777) for path in (SPOOL, "/var/lib/holdfast")], ["0o700", "0o700"])
    told = json.loads(host.read(f"{SPOOL}/destinations.json"))
    host.equal("destinations", ([each["name"] for each in told["destinations"]], told["host_id"]), (["central", "other"], last(host)["host"]["id"]))
    # A destination that is not there any more is not told; what waits for it is left.
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    told = json.loads(host.read(f"{SPOOL}/destinations.json"))
    host.equal("one is left", [each["name"] for each in told["destinations"]], ["central"])
    host.equal("queues", (len(queued(host)), len(queued(host, "other"))), (2, 1))


@case(needs_root=True)
def queues_belong_to_the_sender(host):
    settings(host, CENTRAL)
    host.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nholdfast:x:4711:4712::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n")
    host.run(*RUN, exit=IN_LINE)
    found = {path.name: path.stat().st_uid for path in host.path(SPOOL).rglob("*")}
    report = next(host.path(f"{SPOOL}/central").glob("0*")).name
    host.equal("owners", found, {"counters.json": 0, "destinations.json": 0, "last.json.gz": 0, "lock": 0, "central": 4711, report: 4711})


@case(needs_root=True)
def a_queue_that_was_nobodys_is_given_to_the_senders_user(host):
    """What was made before there was such a user. What others have linked into it stays whose it is."""
    settings(host, CENTRAL)
    host.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nnobody:x:65533:65532::/:/bin/false\n")
    host.run(*RUN, exit=IN_LINE)
    central, precious = host.path(f"{SPOOL}/central"), host.write("/precious", "root's\n")
    report = next(central.glob("0*")).name
    host.equal("nobody's", [(path.stat().st_uid, path.stat().st_gid) for path in (central, central / report)], [(65533, 65532)] * 2)
    # What a sender leaves there, and what a hostile one does.
    for name in ("state.json", "bad/report"):
        (central / name).parent.mkdir(exist_ok=True)
        (central / name).write_text("{}")
        for path in {(central / name).parent, central / name}:
            os.chown(path, 65533, 65532)
    os.link(precious, central / "link.json")
    os.link(precious, central / "bad/link.json")
    (central / "symbolic").symlink_to(precious)
    (central / "stranger").write_text("")
    os.chown(central / "stranger", 1000, 1000)
    host.write("/etc/passwd", "holdfast:x:4711:4712::/:/bin/false\nnobody:x:65533:65532::/:/bin/false\n")
    host.run(*RUN, exit=IN_LINE)
    found = {path.relative_to(central).as_posix(): (path.lstat().st_uid, path.lstat().st_gid)
             for path in [central, *central.rglob("*")] if not path.name.startswith("0") or path.name == report}
    given, ours = (4711, 4712), (0, 0)
    host.equal("owners", found, {".": given, report: given, "state.json": given, "bad": given, "bad/report": given, "link.json": ours,
                                 "bad/link.json": ours, "symbolic": ours, "stranger": (1000, 1000)})
    host.equal("precious", (precious.stat().st_uid, precious.stat().st_gid), ours)


@case(needs_root=True)
def a_queue_that_a_sender_works_on_is_given_the_next_time(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    central = host.path(f"{SPOOL}/central")
    host.write("/etc/passwd", "holdfast:x:4711:4712::/:/bin/false\n")
    owners = []
    sender = os.open(central, os.O_RDONLY)
    fcntl.flock(sender, fcntl.LOCK_EX)
    host.run(*RUN, exit=IN_LINE)
    owners.append(central.stat().st_uid)
    os.close(sender)
    host.run(*RUN, exit=IN_LINE)
    owners.append(central.stat().st_uid)
    host.equal("owners", owners, [65534, 4711])
    host.equal("reports", len(queued(host)), 3)


@case()
def run_without_destinations_keeps_its_report(host):
    settings(host, "")
    host.run(*RUN, exit=IN_LINE)
    host.equal("entries", sorted(path.name for path in host.path(SPOOL).iterdir()), ["counters.json", "last.json.gz", "lock"])
    host.run("run", exit=IN_LINE)  # and no sender is looked for
    host.equal("seq", last(host)["run"]["seq"], 2)


@case()
def apply_is_counted_where_it_is_reported(host):
    settings(host, "")
    document = host.run("apply", "--json", exit=IN_LINE).document
    host.equal("nobody wants to know", (document["run"]["seq"], host.path(SPOOL).exists()), (None, False))
    settings(host, CENTRAL, f"{FIN}: 31")
    host.run("apply", "--dry-run", exit=DRIFT)
    host.run("check", exit=DRIFT)
    host.equal("neither did these", host.path(SPOOL).exists(), False)
    document = host.run("apply", "--json", exit=IN_LINE).document
    host.equal("apply", (document["run"]["seq"], document["run"]["trigger"], queued(host)), (1, "manual", [document]))
    settings(host, CENTRAL, f"{FIN}: 32")
    host.run("apply", "--confirm", "600", exit=IN_LINE)
    host.equal("what may still be taken back", len(queued(host)), 1)
    host.run("confirm", exit=IN_LINE)
    host.run("apply", "--confirm", "600", exit=IN_LINE)
    host.equal("nor is one that had nothing to do", len(queued(host)), 1)
    host.run(*RUN, exit=IN_LINE)
    host.equal("the run after it", [each["run"]["seq"] for each in queued(host)], [1, 2])


@case()
def numbers_grow_and_corrections_are_counted(host):
    settings(host, CENTRAL)
    for seq, corrected in ((1, 4), (2, 4), (3, 5)):
        if seq == 3:
            host.set_live(FIN, "60")
        host.run(*RUN, exit=IN_LINE)
        host.equal(f"run {seq}", (counters(host)["seq"], counters(host)["corrected"], last(host)["run"]["seq"]), (seq, corrected, seq))
    host.equal("ids sort like numbers", [each["run"]["seq"] for each in queued(host)], [1, 2, 3])
    # Also when all is delivered, and the clock was set back a little.
    ahead = counters(host)["last_ms"] + 1000000
    host.equal("it is the time of the id", f"{counters(host)['last_ms']:012x}", last(host)["id"].replace("-", "")[:12])
    for path in host.path(f"{SPOOL}/central").glob("0*"):
        path.unlink()
    host.write(f"{SPOOL}/counters.json", json.dumps({**counters(host), "last_ms": ahead}))
    host.run(*RUN, exit=IN_LINE)
    host.equal("behind it", last(host)["id"].replace("-", "")[:12], f"{ahead + 1:012x}")


@case()
def full_queue_gives_up_the_oldest_and_counts(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    name = next(host.path(f"{SPOOL}/central").glob("0*"))
    for number in range(200):
        name.with_name(f"{name.name[:24]}{number:012x}.json.gz").write_bytes(b"")
    result = host.run(*RUN, exit=IN_LINE)
    host.says(result, "queue of 'central' is full: 2 reports given up so far", "report --test")
    host.equal("waiting", len(list(host.path(f"{SPOOL}/central").glob("0*"))), 200)
    host.equal("counted", (counters(host)["queues"]["central"]["dropped"], last(host)["run"]["dropped_reports"]), (2, 2))
    # An outage may last, and each line is a mail: it is said ever more rarely.
    host.equal("the third", host.run(*RUN, exit=IN_LINE).err, "")
    host.says(host.run(*RUN, exit=IN_LINE), "4 reports given up so far")
    host.equal("it never falls", last(host)["run"]["dropped_reports"], 4)
    host.equal("the one with changes is kept", bool(queued_changes(host)), True)


def queued_changes(host):
    paths = [path for path in host.path(f"{SPOOL}/central").glob("0*") if path.stat().st_size > 0]
    return [path for path in paths if unpacked(path)["changes"]]


@case(needs_root=True)
def queue_of_a_killed_maker_is_given_to_the_sender(host):
    """One that root has made and not yet given away, with what is in it."""
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    folder = host.path(f"{SPOOL}/central")
    for path in (folder, *folder.iterdir()):
        os.chown(path, 0, 0)
    host.run(*RUN, exit=IN_LINE)
    owners = {path.stat().st_uid for path in (folder, *folder.iterdir())}
    host.equal("owners", (len(owners), 0 in owners), (1, False))


@case()
def what_the_sender_met_is_told_by_the_next_run(host):
    """Once for the first failure that somebody has to mend, then ever more rarely; and what was refused, once."""
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    later = counters(host)["last_ms"]
    for failures, told in ((1, True), (2, True), (3, False), (4, True), (5, False), (8, True), (100, False)):
        later += 1000000
        state(host, failures=failures, fault=True, decided=later, next_try=later, last_error="it answers 401: it does not know the token")
        result = host.run(*RUN, exit=IN_LINE)
        wanted = "holdfast: reports to 'central' are kept, not delivered: it answers 401: .*'holdfast report --test' says more\n"
        host.equal(f"{failures} failures", bool(re.fullmatch(wanted, result.err)), told)
        host.equal(f"{failures} failures, and nothing since", host.run(*RUN, exit=IN_LINE).err if not told else "", "")
    state(host, failures=1, fault=False, decided=later + 1000000, last_error="it answers 503: it has trouble of its own")
    host.equal("what passes by itself", host.run(*RUN, exit=IN_LINE).err, "")
    state(host, refused=3, last_refused="it answers 400: it finds the report malformed")
    host.says(host.run(*RUN, exit=IN_LINE), "3 reports will never be delivered to 'central', now in bad/ of its queue: it answers 400")
    host.equal("told once", host.run(*RUN, exit=IN_LINE).err, "")


@case()
def outage_is_told_once_a_day(host):
    """From the second day on, whatever the reason; counted from the oldest report that waits."""
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    now, day = counters(host)["last_ms"], 86400000
    name = next(host.path(f"{SPOOL}/central").glob("0*"))
    for age, last_run, said in ((day - 60000, now - 900000, None), (day + 60000, now - 900000, "1 day"),
                                (day + 1800000, now - 900000, None), (2 * day + 60000, now - 900000, "2 days")):
        digits = f"{now - age:012x}"
        name = name.rename(name.with_name(f"{digits[:8]}-{digits[8:]}{name.name[13:]}"))
        host.write(f"{SPOOL}/counters.json", json.dumps({**counters(host), "last_ms": last_run}))
        for path in host.path(f"{SPOOL}/central").glob("0*"):
            if path != name:
                path.unlink()
        result = host.run(*RUN, exit=IN_LINE)
        if said:
            host.says(result, f"nothing was delivered to 'central' for {said}, and 1 report waits: no sender has tried; 'holdfast report --test'")
        else:
            host.equal(f"{age} ms", result.err, "")


@case()
def leftovers_of_a_killed_run_are_swept(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    name = next(host.path(f"{SPOOL}/central").glob("0*")).name
    for path in (f"central/.tmp-{name}", "central/.tmp-full.json.gz", ".tmp-last.json.gz", ".tmp-counters.json"):
        host.write(f"{SPOOL}/{path}", "half")
    host.write(f"{SPOOL}/central/.tmp-state.json", "the sender's own")
    host.run(*RUN, exit=IN_LINE)
    host.equal("left", sorted(path.name for path in host.path(SPOOL).rglob(".tmp-*")), [".tmp-state.json"])


# Nothing of this makes a run fail: (what is done to the spool, patterns on stderr, is a report kept)
TROUBLE = {
    "counters-damaged": (lambda host: host.write(f"{SPOOL}/counters.json", "{"), ["counters.json", "begins anew, but for the number of the run"], True),
    "counters-are-a-folder": (lambda host: host.remove(f"{SPOOL}/counters.json").mkdir(), ["report is not kept", "counters.json"], False),
    "counters-are-a-link": (lambda host: host.link(f"{SPOOL}/counters.json", "/etc/passwd"), ["report is not kept", "counters.json"], False),
    "spool-is-a-file": (lambda host: host.remove(SPOOL).write_text("x"), ["report is not kept", "spool"], False),
    "queue-is-a-file": (lambda host: host.remove(f"{SPOOL}/central").write_text("x"), ["central"], True),
    "queue-is-a-link": (lambda host: host.link(f"{SPOOL}/central", "/tmp"), ["central"], True),
    "last-is-a-folder": (lambda host: host.remove(f"{SPOOL}/last.json.gz").mkdir(), ["not kept", "last.json.gz"], False),
    "destinations-are-damaged": (lambda host: host.write(f"{SPOOL}/destinations.json", "{"), [], True),
    "queue-has-foreign-files": (lambda host: host.write(f"{SPOOL}/central/01a204f9-53ae-734a-8c52-f7826d871244.json.gz", "x"), [], True),
}


@rows(TROUBLE)
def trouble_in_the_spool_is_told_and_no_more(host, row):
    spoil, patterns, kept = row
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    before = last(host)["id"]
    host.set_live(FIN, "60")
    spoil(host)
    result = host.run(*RUN, "--json", exit=IN_LINE)
    host.says(result, *patterns)
    host.equal("it is printed all the same", (result.document or {}).get("run", {}).get("seq") in (2, None), True)
    if not patterns:
        host.equal("stderr", result.err, "")
    host.equal("live", host.live(FIN), "30")
    if kept:
        host.equal("a new report is kept", last(host)["id"] != before, True)
    host.equal("an odd file leads nowhere", os.path.exists("/tmp/state.json"), False)


# ---- mode: changes


@case()
def heartbeats_while_nothing_changes(host):
    changes = CENTRAL.replace("}", ", mode: changes}")
    settings(host, changes)

    def kinds(*acknowledged):
        """What a run queues after the receiver has taken this document with these fields."""
        acknowledge(host, acknowledged[0], last_full=int((time.time() - acknowledged[1]) * 1000))
        host.run(*RUN, "-q", exit=(IN_LINE, DRIFT))
        return [each["kind"] for each in queued(host)]

    host.run(*RUN, exit=IN_LINE)
    host.run(*RUN, exit=IN_LINE)
    host.equal("nothing is acknowledged", [each["kind"] for each in queued(host)], ["full", "full"])
    known = last(host)
    host.equal("the same state", kinds(known, 60), ["heartbeat"])
    beat, full = queued(host)[0], unpacked(host.path(f"{SPOOL}/central/full.json.gz"))
    host.equal("behind it", (full["kind"], full["fingerprint"], full["run"]["seq"]), ("full", beat["fingerprint"], beat["run"]["seq"]))
    host.equal("ids", beat["id"] != full["id"], True)
    host.check_schema(beat, "report", "the heartbeat")
    host.equal("left out", sorted(set(full) - set(beat)), ["changes", "parameters"])
    host.equal("kept is the full one", last(host), full)
    host.equal("a day later", kinds(known, 86401), ["full"])
    host.equal("by a clock that was ahead", kinds(known, -60), ["full"])
    host.equal("another state", kinds({"fingerprint": "0" * 64}, 60), ["full"])
    host.set_live(FIN, "60")
    host.equal("something was changed", kinds(known, 60), ["full"])
    host.equal("the state is the old one", last(host)["fingerprint"], known["fingerprint"])
    settings(host, CENTRAL)
    host.equal("mode: full", kinds(known, 60), ["full"])


# ---- metrics


@case("busy")
def textfile_is_replaced_as_a_whole(host):
    settings(host, f"metrics: {{textfile: {PROM}}}\n" + CENTRAL)
    result = host.run(*RUN, exit=IN_LINE)
    host.says(result, "metrics are not written", re.escape(PROM), "No such file")
    host.write(PROM, "old\n", 0o600)
    before = host.path(PROM).stat().st_ino
    host.run(*RUN, exit=IN_LINE)
    text = host.read(PROM)
    host.equal("faults", metrics_faults(text, openmetrics=False), [])
    host.equal("file", (host.path(PROM).stat().st_ino != before, oct(host.path(PROM).stat().st_mode & 0o7777)), (True, "0o644"))
    host.equal("beside it", [path.name for path in host.path("/srv/metrics").iterdir()], ["holdfast.prom"])
    found = samples(text)
    host.equal("runs", (found["holdfast_runs_total"], found['holdfast_spool_reports{destination="central"}']), (2, 2))
    host.equal("no census", [name for name in found if name.startswith("holdfast_tcp")], [])
    # The same as report prints of the same run.
    host.equal("report", samples(host.run("report", "--format", "metrics", exit=IN_LINE).out), found)
    # A link is replaced, and a temporary file that somebody has put there is no way out of the folder.
    host.write("/srv/other", "kept\n")
    host.link(PROM, "../other")
    host.link("/srv/metrics/.holdfast.prom.holdfast", "../other")
    host.run(*RUN, exit=IN_LINE)
    host.equal("link", (host.path(PROM).is_symlink(), host.read("/srv/other")), (False, "kept\n"))


@case("busy")
def textfile_with_the_census(host):
    settings(host, f"metrics: {{textfile: {PROM}, tcp: true}}\n")
    host.write(PROM, "")
    host.run(*RUN, exit=IN_LINE)
    text = host.read(PROM)
    host.equal("faults", metrics_faults(text, openmetrics=False), [])
    census = json.dumps(last(host)["tcp"])
    host.write("census.json", census)
    alone = samples(host.run("report", "census.json", "--format", "metrics", root=False, exit=IN_LINE).out)
    host.equal("census", {name: value for name, value in samples(text).items() if name.startswith("holdfast_tcp_")}, alone)
    host.equal("it has sockets", len([name for name in alone if name.startswith("holdfast_tcp_sockets")]) >= 11, True)
    host.equal("in the report", last(host)["tcp"]["schema"], "holdfast.tcp/1")
    host.remove("/proc/net/tcp")
    host.says(host.run(*RUN, exit=IN_LINE), "/proc/net/tcp")
    host.equal("without sockets", ("tcp" in last(host), "holdfast_tcp" in host.read(PROM), "holdfast_verdict" in host.read(PROM)),
               (False, False, True))


@case()
def apply_writes_the_textfile_too(host):
    settings(host, f"metrics: {{textfile: {PROM}}}\n")
    host.write(PROM, "")
    host.run("apply", exit=IN_LINE)
    host.equal("runs", samples(host.read(PROM)).get("holdfast_runs_total"), 1)
