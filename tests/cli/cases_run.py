"""run: changes or an audit, exit codes, rollout, who starts it, secrets, fingerprints (interface.md, "Commands")."""

import hashlib
import json
import os
import pty
import re
import shutil
import subprocess

from harness import NOBODY, case, rows
from program import BUSY, DRIFT, IN_LINE, INVALID, PENDING, USAGE, WORK, environment
from spool import AGENT, CENTRAL, FIN, RUN, SPOOL, SWAP, last, queued, settings

PROM = "/srv/metrics/holdfast.prom"


# ---- what it does and says


@case()
def run_in_words(host):
    """As a mail of cron has it: changes, what is off, and nothing at all when nothing is."""
    host.samples()
    host.write(AGENT, "profiles: [web]\nmode: audit\n" + CENTRAL)
    host.show(*RUN, exit=DRIFT)
    host.show_changes()
    host.write(AGENT, "profiles: [web]\n" + CENTRAL)
    host.show(*RUN, exit=PENDING)
    host.show(*RUN, exit=PENDING)
    host.set_live(FIN, "77")
    host.show(*RUN, exit=PENDING)
    host.show("run", "--help", root=False, exit=IN_LINE)


@case()
def run_of_a_host_in_line_is_silent(host):
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    for words in (RUN, (*RUN, "-v"), (*RUN, "--color", "always")):
        result = host.run(*words, exit=IN_LINE)
        host.equal(f"{words}", (result.out, result.err), ("", ""))
    host.set_live(FIN, "60")
    host.equal("-q", host.run(*RUN, "-q", exit=IN_LINE).out, "")
    host.equal("and it has worked", host.live(FIN), "30")


@case()
def run_as_json_is_what_it_keeps_and_queues(host):
    settings(host, "interval: 1800\ntags: [prod]\n" + CENTRAL)
    for step, seq in (("changes", 1), ("nothing to do", 2)):
        document = host.run(*RUN, "--json", exit=IN_LINE).document
        host.equal(f"{step}: kept", last(host), document)
        host.equal(f"{step}: queued", queued(host)[-1], document)
        host.equal(f"{step}: command", (document["agent"]["command"], document["kind"]), ("run", "full"))
        run = document["run"]
        host.equal(f"{step}: run", (run["seq"], run["mode"], run["trigger"], run["interval_s"], run["dropped_reports"]),
                   (seq, "enforce", "cron", 1800, 0))
    host.equal("changes", [len(each["changes"]) for each in queued(host)], [4, 0])
    host.equal("transactions", [each["transaction"] is None for each in queued(host)], [False, True])
    names = [path.name for path in sorted(host.path(f"{SPOOL}/central").glob("0*"))]
    host.equal("names are ids", names, [f"{each['id']}.json.gz" for each in queued(host)])


# name: (agent.yaml without profiles, or None; whether it is enforced): a host that nobody has said a word about is not changed.
TOLD = {
    "no-settings": (None, False),
    "empty-settings": ("{}\n", False),
    "only-destinations": (CENTRAL, False),
    "mode-enforce": ("mode: enforce\n", True),
    "mode-audit": ("mode: audit\n", False),
    "profiles": ("profiles: [default]\n", True),
    "assign": ("assign: [{profiles: [default]}]\n", True),
    "assign-that-does-not-fit": ("assign: [{when: {host: nobody}, profiles: [other]}]\n", False),
    "assign-that-does-not-fit-and-enforce": ("assign: [{when: {host: nobody}, profiles: [other]}]\nmode: enforce\n", False),
    "profiles-and-audit": ("profiles: [default]\nmode: audit\n", False),
}


@rows(TOLD)
def only_who_was_told_to_is_changed(host, row):
    text, enforced = row
    host.profile(f"{FIN}: 30", "/etc/holdfast/profiles/default.yaml")
    if text is not None:
        host.write(AGENT, text)
    host.run(*RUN, exit=IN_LINE if enforced else DRIFT)
    host.equal("live", host.live(FIN), "30" if enforced else "60")
    host.equal("mode", last(host)["run"]["mode"], "enforce" if enforced else "audit")


@case()
def audit_changes_nothing_but_the_spool(host):
    settings(host, "mode: audit\n" + CENTRAL)
    before = host.snapshot()
    result = host.run(*RUN, exit=DRIFT)
    host.says(result, rf"^drift: {FIN} is 60, wanted 30, at boot 60 \(/etc/sysctl\.d/99-sysctl\.conf:24\)$",
              rf"^drift: {SWAP} is 60, wanted 10[ ,]", "'holdfast check' shows them all, 'holdfast plan' what an apply would do; this run only looked$",
              stream="out")
    host.untouched(before, "an audit", without=(*host.spool_entries(before), "run", "run/lock", "run/lock/holdfast.lock"))
    host.equal("mode", last(host)["run"]["mode"], "audit")
    host.equal("changes", (last(host)["changes"], last(host)["transaction"]), ([], None))


# name: (agent.yaml, parameters, what is done to the host, exit, verdict)
ENDS = {
    "in-line": ("", f"{FIN}: 60\n{SWAP}: {{value: 60, manage: [live]}}", None, IN_LINE, "compliant"),
    "mended": ("", f"{FIN}: 30", None, IN_LINE, "compliant"),
    "audit": ("mode: audit\n", f"{FIN}: 30", None, DRIFT, "drift"),
    "pending": ("", "net.netfilter.nf_conntrack_max: 262144", None, PENDING, "pending"),
    "unknown-key": ("mode: audit\n", "net.ipv4.tcp_fin_timeuot: 30", None, INVALID, "error"),
    "no-profile": ("", f"{FIN}: 30", lambda host: host.remove("/etc/holdfast/profiles/web.yaml"), INVALID, "error"),
    "invalid-profile": ("", f"{FIN}: [1, 2]\n{SWAP}: x", None, INVALID, "error"),
    "unreadable-key": ("mode: audit\n", f"{FIN}: 30", lambda host: host.remove(host.key_path(FIN)).mkdir(), WORK, "error"),
}


@rows(ENDS)
def run_ends(host, row):
    """The exit status of check and apply, and a report whatever becomes of it."""
    text, parameters, spoil, exit, verdict = row
    settings(host, text + CENTRAL, parameters)
    if spoil:
        spoil(host)
    result = host.run(*RUN, "--json", exit=exit)
    host.equal("verdict", (result.document or {}).get("verdict"), verdict)
    host.equal("queued", [each["verdict"] for each in queued(host)], [verdict])
    host.equal("kept", last(host)["verdict"], verdict)


@case()
def run_that_could_not_work_reports_why(host):
    settings(host, CENTRAL, f"{FIN}: [1, 2]\n{SWAP}: {{valeu: 5}}")
    result = host.run(*RUN, exit=INVALID)
    host.says(result, r"web\.yaml:4:", r"web\.yaml:5:")
    document = last(host)
    host.equal("parameters, profile", (document["parameters"], document["profile"], document["counts"]["error"]), ([], None, 0))
    host.equal("errors with their places", {each.split(": ")[0].rsplit(":", 1)[0] for each in document["run"]["errors"]},
               {"/etc/holdfast/profiles/web.yaml:4", "/etc/holdfast/profiles/web.yaml:5"})
    host.says(host.run("report", "--format", "metrics", exit=IN_LINE), "^holdfast_last_run_success 0$",
              r'^holdfast_verdict\{verdict="error"\} 1$', stream="out")
    settings(host, CENTRAL)
    host.run(*RUN, exit=IN_LINE)
    host.equal("the next one", (last(host)["run"]["errors"], last(host)["run"]["seq"]), ([], 2))


@case()
def run_without_settings_that_can_be_read(host):
    """Nobody knows then where a report would go, and how to measure."""
    settings(host, CENTRAL)
    host.write(AGENT, "profiles: [web\n")
    host.says(host.run(*RUN, exit=INVALID), r"agent\.yaml:2:1")
    host.equal("spool", host.path(SPOOL).exists(), False)


@case()
def run_while_another_changes_the_host(host):
    settings(host, CENTRAL)
    with host.locked():
        host.says(host.run(*RUN, exit=BUSY), "another holdfast")
    host.equal("spool", host.path(f"{SPOOL}/last.json.gz").exists(), False)
    host.equal("live", host.live(FIN), "60")


@case()
def run_takes_back_what_was_cut_short(host):
    """As apply does; an audit leaves it, and tells of it."""
    settings(host, CENTRAL)
    host.run("apply", "--confirm", "600", exit=IN_LINE)
    settings(host, "mode: audit\n" + CENTRAL)
    host.says(host.run(*RUN, exit=(IN_LINE, DRIFT, BUSY)), "confirm")
    host.equal("live", host.live(FIN), "30")
    host.run("rollback", exit=IN_LINE)


# name: (words, patterns on stderr)
WRONG = {
    "operand": (("run", "web"), ["'run'", "'web'"]),
    "profile": (("run", "-p", "web.yaml"), ["'run'", "-p"]),
    "confirm": (("run", "--confirm", "5"), ["'run'", "--confirm"]),
    "dry-run": (("run", "--dry-run"), ["'run'", "--dry-run"]),
    "format": (("run", "--format", "csv"), ["'run'", "--format"]),
    "splay-word": (("run", "--splay", "5m"), ["--splay", "'5m'"]),
    "splay-negative": (("run", "--splay", "-1"), ["--splay", "'-1'"]),
    "splay-large": (("run", "--splay", "86401"), ["--splay", "to 86400"]),
    "splay-missing": (("run", "--splay"), ["--splay", "argument: SECONDS"]),
    "splay-elsewhere": (("apply", "--splay", "5"), ["'apply'", "--splay"]),
    "no-send-elsewhere": (("apply", "--no-send"), ["'apply'", "--no-send"]),
    "no-send-argument": (("run", "--no-send=yes"), ["--no-send", "no argument"]),
}


@rows(WRONG)
def run_refuses(host, row):
    words, patterns = row
    result = host.run(*words, root=False, exit=USAGE)
    host.says(result, *patterns)
    host.equal("stdout, lines", (result.out, len(result.err.splitlines())), ("", 1))


# ---- rollout


def place(host, seed):
    """Of the host, in hundredths of a percent."""
    digest = hashlib.sha256(f"{seed}\n{last(host)['host']['id']}".encode()).hexdigest()
    return int(digest[:8], 16) % 10000


@case()
def rollout_decides_who_enforces(host):
    settings(host, "rollout: {percent: 0}\n")
    host.run(*RUN, exit=DRIFT)
    host.equal("nobody", (last(host)["run"]["mode"], host.live(FIN)), ("audit", "60"))
    for seed in ("2026-11", "2026-12", "x"):
        percent = place(host, seed) // 100
        for share, mode in ((percent, "audit"), (percent + 1, "enforce"), (100, "enforce")):
            host.set_live(FIN, "60")
            settings(host, f"rollout: {{percent: {share}, seed: '{seed}'}}\n")
            said = host.run(*RUN, exit=DRIFT if mode == "audit" else IN_LINE)
            host.equal(f"{share} % by {seed}: what is mailed", [line.split(":")[0] for line in said.out.splitlines()],
                       [] if mode == "audit" else ["changed"] * len(said.out.splitlines()))
            host.equal(f"{share} % by {seed}", (last(host)["run"]["mode"], host.live(FIN)), (mode, "60" if mode == "audit" else "30"))
    settings(host, "mode: audit\nrollout: {percent: 100}\n")
    host.set_live(FIN, "60")
    host.run(*RUN, exit=DRIFT)
    host.equal("mode: audit is stronger", host.live(FIN), "60")


@case()
def rollout_of_a_host_without_an_id_goes_by_its_name(host):
    host.remove("/etc/machine-id")
    settings(host, "rollout: {percent: 0}\n")
    host.run(*RUN, exit=DRIFT)
    host.equal("id", last(host)["host"]["id"], None)
    digest = hashlib.sha256(f"s\n{last(host)['host']['name']}".encode()).hexdigest()
    share = int(digest[:8], 16) % 10000 // 100
    for percent, exit in ((share, DRIFT), (share + 1, IN_LINE)):
        settings(host, f"rollout: {{percent: {percent}, seed: s}}\n")
        host.run(*RUN, exit=exit)


@case()
def rollout_of_a_host_that_nothing_is_known_of(host):
    """It stays out until everybody is in."""
    for path in ("/etc/machine-id", "/etc/hostname", "/proc/sys/kernel/hostname"):
        host.remove(path)
    for percent, mode in ((99, "audit"), (100, "enforce")):
        settings(host, f"rollout: {{percent: {percent}}}\n")
        host.run(*RUN, exit=(IN_LINE, DRIFT))
        host.equal(f"{percent} %", (last(host)["run"]["mode"], last(host)["host"]["id"]), (mode, None))


# ---- who starts it, and the sender


@case()
def the_trigger_is_told(host):
    settings(host, "")
    ours, theirs = pty.openpty()
    for name, stdin, env in (("cron", subprocess.DEVNULL, {}), ("timer", subprocess.DEVNULL, {"INVOCATION_ID": "1"}),
                             ("manual", theirs, {}), ("manual", theirs, {"INVOCATION_ID": "1"})):
        done = subprocess.run([host.bench.program, *RUN, "--root", host.root], stdin=stdin, capture_output=True, cwd=host.work,
                              env=environment(env), timeout=10, check=False)
        host.equal(f"{name}: exit", done.returncode, IN_LINE)
        host.equal(f"{name}: trigger", last(host)["run"]["trigger"], name)
    os.close(ours)
    os.close(theirs)


@case()
def run_without_a_sender_says_so(host):
    """The program alone in a folder: the report waits, and the exit status is that of the work."""
    settings(host, CENTRAL)
    alone = shutil.copy2(host.bench.program, host.work / "holdfast")
    for words, status in ((("run",), IN_LINE), (("report", "--flush"), WORK), (("report", "--test"), WORK)):
        done = subprocess.run([alone, *words, "--root", host.root], capture_output=True, text=True, cwd=host.work,
                              env=environment(None), stdin=subprocess.DEVNULL, timeout=10, check=False)
        host.equal(f"{words}: exit", done.returncode, status)
        host.equal(f"{words}: said", bool(re.fullmatch(r"(?s)(changed: .*\n)?", done.stdout)) and "holdfast-send" in done.stderr, True)
    host.equal("waiting", len(queued(host)), 1)
    host.equal("with --no-send nobody looks for it", subprocess.run(
        [alone, *RUN, "--root", host.root], capture_output=True, cwd=host.work, env=environment(None), stdin=subprocess.DEVNULL,
        timeout=10, check=False).stderr, b"")


@case(needs_root=True)
def run_of_a_user_on_a_tree_of_its_own(host):
    settings(host, CENTRAL)
    for path in [host.root, *host.root.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    host.run(*RUN, user=NOBODY, exit=IN_LINE)
    host.equal("waiting", len(queued(host)), 1)
    host.equal("owner", host.path(f"{SPOOL}/central").stat().st_uid, NOBODY)


# ---- secrets and fingerprints

KEY = "net.ipv4.tcp_fastopen_key"
OLD, NEW = "11111111-22222222-33333333-44444444", "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"


@case()
def secret_that_is_not_asked_for_any_more(host):
    """Neither what is set nor what is taken away again shows: not in words, JSON, plans, queues or metrics."""
    host.set_live(KEY, OLD)
    settings(host, f"metrics: {{textfile: {PROM}}}\n" + CENTRAL, f"{KEY}: {{value: {NEW}, accept_hazard: true}}")
    host.write(PROM, "")
    shown = [host.run(*RUN, exit=IN_LINE)]
    settings(host, f"metrics: {{textfile: {PROM}}}\n" + CENTRAL, f"{FIN}: 30")
    shown += [host.run("plan", *words, exit=DRIFT) for words in ((), ("--json",))]
    shown += [host.run("apply", "--dry-run", exit=DRIFT), host.run(*RUN, exit=IN_LINE), host.run("report", exit=IN_LINE)]
    settings(host, CENTRAL, f"{KEY}: {{value: {NEW}, accept_hazard: true}}")
    host.run("apply", "-q", exit=IN_LINE)
    settings(host, CENTRAL, f"{FIN}: 30")
    shown += [host.run("apply", "-v", exit=IN_LINE), host.run("history", exit=IN_LINE)]
    texts = [result.out + result.err for result in shown] + [json.dumps(each) for each in queued(host)] + [host.read(PROM)]
    for number, text in enumerate(texts):
        for part in (OLD, NEW):
            if part in text:
                host.fault(f"a secret stands in text {number}: {text[:200]!r}")
    host.equal("it was put away", host.lines() and [each for each in host.lines() if "fastopen" in each], [])


def another_host(host):
    """Everything that tells this host from another one with the same parameters."""
    host.write("/etc/machine-id", "f" * 32 + "\n")
    host.write("/etc/hostname", "db-99\n")
    host.write("/proc/sys/kernel/hostname", "db-99\n")
    host.write("/proc/sys/kernel/random/boot_id", "01234567-89ab-cdef-0123-456789abcdef\n")
    host.write("/proc/uptime", "77.00 1.00\n")


PARAMETERS = f"{FIN}: 30\n{SWAP}: {{min: 10, max: 60, manage: [live]}}\nnet.netfilter.nf_conntrack_max: 262144"

# Each changes the state, and so the fingerprint.
OTHER_STATES = {
    "live": lambda host: host.set_live(FIN, "61"),
    "live-within-bounds": lambda host: host.set_live(SWAP, "59"),
    "live-gone": lambda host: host.remove(host.key_path(FIN)),
    "boot": lambda host: host.write("/etc/sysctl.d/99-zzz.conf", f"{FIN} = 31\n"),
    "wanted": lambda host: settings(host, "mode: audit\n", PARAMETERS.replace("30", "31")),
    "bounds": lambda host: settings(host, "mode: audit\n", PARAMETERS.replace("max: 60", "max: 61")),
    "waived": lambda host: settings(host, f"mode: audit\nwaivers: [{{key: {FIN}, until: 2999-12-31, reason: x}}]\n", PARAMETERS),
    "one-more": lambda host: settings(host, "mode: audit\n", PARAMETERS + "\nkernel.panic: 10"),
    "one-less": lambda host: settings(host, "mode: audit\n", PARAMETERS.replace(f"{FIN}: 30\n", "")),
    "module": lambda host: host.set_live("net.netfilter.nf_conntrack_max", "262144"),
}
# None of these does.
SAME_STATES = {
    "again": lambda host: None,
    "another-host": another_host,
    "tags-and-interval": lambda host: settings(host, "mode: audit\ntags: [x]\ninterval: 60\n" + CENTRAL, PARAMETERS),
    "severity-and-why": lambda host: settings(host, "mode: audit\n", PARAMETERS.replace("30", "{value: 30, severity: critical, why: x}")),
    "another-line": lambda host: settings(host, "mode: audit\n", "\n\n" + PARAMETERS),
    "another-profile-name": lambda host: (host.profile(PARAMETERS, "/etc/holdfast/profiles/renamed.yaml"),
                                          host.write(AGENT, "profiles: [renamed]\nmode: audit\n")),
}


@rows({**{name: (change, False) for name, change in OTHER_STATES.items()}, **{name: (change, True) for name, change in SAME_STATES.items()}})
def fingerprint_goes_by_the_state_alone(host, row):
    change, same = row
    settings(host, "mode: audit\n", PARAMETERS)
    host.run(*RUN, exit=(DRIFT, PENDING))
    before = last(host)
    change(host)
    host.run(*RUN, exit=(IN_LINE, DRIFT, PENDING, INVALID))
    after = last(host)
    host.equal("the same", before["fingerprint"] == after["fingerprint"], same)
    host.equal("ids", before["id"] != after["id"], True)
    if change is another_host:
        host.equal("it is another host", [before["host"][name] == after["host"][name] for name in ("id", "name", "boot_id")], [False] * 3)


@case("procps-only")
def zeros_in_the_main_file_hide_no_line(host):
    """As a crash leaves them. What stands behind them is read by the boot, so it may have to be corrected."""
    for folder in ("/etc/sysctl.d", "/var/lib", "/run/lock"):        # as on every host: else what is above them is open
        host.path(folder).mkdir(parents=True, exist_ok=True)
    host.write("/etc/sysctl.conf", f"\0\0\n{FIN} = 77\n")
    settings(host, "", f"{FIN}: 30")
    host.run(*RUN, exit=IN_LINE)
    host.equal("line", host.lines("/etc/sysctl.conf")[-1], f"{FIN} = 30")
