"""run --explain: why this host checks or changes, with what, and where it reports to. It changes nothing and needs no right."""

import hashlib
import os

from harness import NOBODY, case, rows
from program import DENIED, DRIFT, IN_LINE, INVALID, USAGE
from spool import AGENT, FIN, RUN, last, settings

EXPLAIN = ("run", "--explain")
WAIVERS = (f"waivers:\n  - {{key: {FIN}, until: 2020-12-31, reason: load test}}\n"
           "  - {key: vm/swappiness, until: 2999-12-31, reason: 'CHG-1234'}\n")
WHOLE = ("assign:\n  - {when: {host: 'db-*'}, profiles: [database]}\n  - {when: {host: 'web-*'}, profiles: [web, extra]}\n"
         "rollout: {percent: 100, seed: '2026-11'}\nsplay: 120\n" + WAIVERS +
         "reports:\n  - {name: central, url: 'https://central.example/v1/reports'}\n"
         "  - {name: second, url: 'https://second.example/in'}\nmetrics: {textfile: /srv/metrics/holdfast.prom}\n")


def profiles(host, *names):
    """What agent.yaml names has to be there: --explain says what would keep the run from it."""
    for name in names or ("web", "extra", "default"):
        host.profile(f"{FIN}: 30", f"/etc/holdfast/profiles/{name}.yaml")


@case()
def run_explains_itself(host):
    """In words, as a person reads it, and as JSON."""
    profiles(host)
    host.show(*EXPLAIN, exit=IN_LINE)
    host.write(AGENT, WHOLE)
    host.show(*EXPLAIN, exit=IN_LINE)
    host.show(*EXPLAIN, "--time-limit", "60", "--splay", "7", "--json", exit=IN_LINE)
    host.write(AGENT, "profiles: [web]\nrollout: {percent: 1}\n")
    host.show(*EXPLAIN, exit=IN_LINE)
    host.write(AGENT, "profiles: [web]\nmode: audit\n")
    host.show(*EXPLAIN, exit=IN_LINE)
    host.show_changes()


def place(host, seed):
    settings(host, "")
    host.run(*RUN, exit=(IN_LINE, DRIFT))
    digest = hashlib.sha256(f"{seed}\n{last(host)['host']['id']}".encode()).hexdigest()
    return int(digest[:8], 16) % 10000


# name: (agent.yaml with {in} and {out} for the last percent without and the first with the host, mode, why, words)
WHYS = {
    "not_told": (None, "audit", "not_told", "only looks, since agent.yaml names no profile for this host"),
    "not_told-empty": ("splay: 5\n", "audit", "not_told", "only looks, since agent.yaml names no profile for this host"),
    "enforced-profiles": ("profiles: [web]\n", "enforce", "enforced", "changes what differs\\."),
    "enforced-assign": ("assign: [{{when: {{host: '*'}}, profiles: [web]}}]\n", "enforce", "enforced", "changes what differs\\."),
    "no-rule-fits": ("assign: [{{when: {{host: nobody}}, profiles: [web]}}]\n", "audit", "not_told", "names no profile for this host"),
    "enforced-mode": ("mode: enforce\n", "enforce", "enforced", "changes what differs\\."),
    "audit_said": ("profiles: [web]\nmode: audit\n", "audit", "audit_said", "only looks, since agent.yaml says 'mode: audit'"),
    "audit-is-stronger": ("profiles: [web]\nmode: audit\nrollout: {{percent: 0}}\n", "audit", "audit_said", "'mode: audit'"),
    "in_share": ("profiles: [web]\nrollout: {{percent: {in}, seed: s}}\n", "enforce", "in_share",
                 "changes what differs, since this host is in the share"),
    "out_of_share": ("profiles: [web]\nrollout: {{percent: {out}, seed: s}}\n", "audit", "out_of_share",
                     "only looks, since this host is in the rollout only from {in} % on"),
    "out-at-0": ("profiles: [web]\nrollout: {{percent: 0, seed: s}}\n", "audit", "out_of_share", "only from {in} % on"),
    "not-told-before-the-share": ("rollout: {{percent: 0}}\n", "audit", "not_told", "names no profile"),
}


@rows(WHYS)
def run_explains_why(host, row):
    text, mode, why, words = row
    share = {"in": place(host, "s") // 100 + 1, "out": place(host, "s") // 100}
    host.remove("/etc/holdfast/agent.yaml")
    if text is not None:
        host.write(AGENT, text.format(**share))
    profiles(host)
    before = host.snapshot()
    document = host.run(*EXPLAIN, "--json", exit=IN_LINE).document
    host.equal("mode and why", (document["mode"], document["why"]), (mode, why))
    host.equal("settings", document["settings"], None if text is None else AGENT)
    if "seed: s" in (text or ""):
        host.equal("place", (document["rollout"]["place"], document["rollout"]["in_from_percent"]), (place_of(document), share["in"]))
    host.says(host.run(*EXPLAIN, exit=IN_LINE), words.format(**share), stream="out")
    host.untouched(before, "run --explain")
    # And the run itself does as it has said.
    host.set_live(FIN, "60")
    host.run(*RUN, exit=(IN_LINE, DRIFT))
    host.equal("the run", (last(host)["run"]["mode"], host.live(FIN)), (mode, "30" if mode == "enforce" else "60"))


def place_of(document):
    digest = hashlib.sha256(f"{document['rollout']['seed']}\n{document['host']['id']}".encode()).hexdigest()
    return int(digest[:8], 16) % 10000


@case()
def run_explains_a_host_that_nothing_is_known_of(host):
    profiles(host)
    for path in ("/etc/machine-id", "/etc/hostname", "/proc/sys/kernel/hostname"):
        host.remove(path)
    for percent, mode, why in ((99, "audit", "no_identity"), (100, "enforce", "enforced")):
        host.write(AGENT, f"profiles: [web]\nrollout: {{percent: {percent}}}\n")
        document = host.run(*EXPLAIN, "--json", exit=IN_LINE).document
        host.equal(f"{percent} %", (document["mode"], document["why"]), (mode, why))
        host.equal("host", document["host"], {"id": None, "name": None})
        host.equal("place", (document["rollout"]["place"], document["rollout"]["in_from_percent"]), (None, 100))
    host.write(AGENT, "profiles: [web]\nrollout: {percent: 99}\n")
    host.says(host.run(*EXPLAIN, exit=IN_LINE), "only looks, since a host without /etc/machine-id and a name", stream="out")


# name: (agent.yaml, profiles, line of the rule)
RULES = {
    "first": ("assign:\n  - {when: {host: 'web-*'}, profiles: [web]}\n  - {profiles: [default]}\n", ["web"], 2),
    "second": ("assign:\n  - {when: {host: 'db-*'}, profiles: [web]}\n  - {profiles: [default, web]}\n", ["default", "web"], 3),
    "tag": ("tags: [prod]\nassign:\n  - {when: {tag: test}, profiles: [web]}\n  - {when: {tag: prod}, profiles: [x]}\n", ["x"], 4),
    "none-fits": ("assign: [{when: {host: nobody}, profiles: [web]}]\n", ["default"], None),
    "none-fits-but-profiles": ("profiles: [web]\nassign: [{when: {host: nobody}, profiles: [x]}]\n", ["web"], None),
    "profiles": ("profiles: [web, default]\n", ["web", "default"], None),
    "nothing": ("splay: 1\n", ["default"], None),
}


@rows(RULES)
def run_explains_which_profiles(host, row):
    text, names, line = row
    profiles(host, "web", "default", "x")
    host.write(AGENT, text)
    document = host.run(*EXPLAIN, "--json", exit=IN_LINE).document
    host.equal("profiles", document["profiles"], names)
    host.equal("rule", document["rule"], None if line is None else {"file": AGENT, "line": line})
    words = host.run(*EXPLAIN, exit=IN_LINE)
    host.says(words, f"profiles +{', '.join(names)}" + (f".*rule of 'assign' in {AGENT}:{line}$" if line else ""), stream="out")


@case()
def run_explains_waivers_destinations_and_metrics(host):
    profiles(host)
    host.write(AGENT, WHOLE)
    document = host.run(*EXPLAIN, "--json", exit=IN_LINE).document
    host.equal("waivers", document["waivers"], [
        {"key": FIN, "until": "2020-12-31", "reason": "load test", "expired": True},
        {"key": "vm.swappiness", "until": "2999-12-31", "reason": "CHG-1234", "expired": False}])
    host.equal("reports", document["reports"], [{"name": "central", "url": "https://central.example/v1/reports"},
                                                {"name": "second", "url": "https://second.example/in"}])
    host.equal("others", (document["splay_s"], document["metrics"], document["time_limit_s"]), (120, "/srv/metrics/holdfast.prom", 300))
    document = host.run(*EXPLAIN, "--json", "--splay", "0", "--time-limit", "86400", exit=IN_LINE).document
    host.equal("options", (document["splay_s"], document["time_limit_s"]), (0, 86400))


@case()
def run_explains_and_tells_no_secrets(host):
    """As everywhere: what stands behind a question mark may be one."""
    profiles(host)
    host.write(AGENT, "profiles: [web]\nreports: [{name: central, url: 'https://central.example/v1?key=querysecret', token_file: /etc/holdfast/token}]\n")
    host.write("/etc/holdfast/token", "verysecret\n").chmod(0o600)
    for words in ((), ("--json",)):
        result = host.run(*EXPLAIN, *words, exit=IN_LINE)
        host.silent(result, "verysecret", "querysecret")


@case(needs_root=True)
def run_explains_itself_to_an_ordinary_user(host):
    profiles(host)
    host.write(AGENT, WHOLE)
    before = host.snapshot()
    root = host.run(*EXPLAIN, exit=IN_LINE)
    user = host.run(*EXPLAIN, exit=IN_LINE, user=NOBODY)
    host.equal("said", (user.out, user.err), (root.out, root.err))
    host.untouched(before, "run --explain")
    os.chmod(host.path(AGENT), 0o600)
    host.says(host.run(*EXPLAIN, exit=DENIED, user=NOBODY), "agent.yaml.*ermission denied")


@case()
def run_explains_while_another_changes_the_host(host):
    """It takes no lock and leaves what was cut short; a profile that is not there is told as the run would."""
    host.write(AGENT, "profiles: [nowhere]\n")
    host.says(host.run(*EXPLAIN, exit=INVALID), "there is no profile 'nowhere'")
    profiles(host, "nowhere")
    with host.locked():
        host.equal("exit", host.run(*EXPLAIN, exit=IN_LINE).status, IN_LINE)
    host.write(AGENT, "profiles: [web\n")
    host.says(host.run(*EXPLAIN, exit=INVALID), r"agent\.yaml:2:1")


# name: (words, patterns on stderr)
WRONG = {
    "explain-elsewhere": (("check", "--explain"), ["'check'", "--explain"]),
    "explain-argument": (("run", "--explain=yes"), ["--explain", "no argument"]),
    "limit-elsewhere": (("apply", "--time-limit", "5"), ["'apply'", "--time-limit"]),
    "limit-0": (("run", "--time-limit", "0"), ["--time-limit", "1 to 86400"]),
    "limit-large": (("run", "--time-limit", "86401"), ["--time-limit", "1 to 86400"]),
    "limit-word": (("run", "--time-limit", "5m"), ["--time-limit", "'5m'"]),
    "limit-negative": (("run", "--time-limit", "-1"), ["--time-limit", "'-1'"]),
    "limit-missing": (("run", "--time-limit"), ["--time-limit", "argument: SECONDS"]),
}


@rows(WRONG)
def run_refuses_limits_and_explanations(host, row):
    words, patterns = row
    result = host.run(*words, root=False, exit=USAGE)
    host.says(result, *patterns)
    host.equal("stdout, lines", (result.out, len(result.err.splitlines())), ("", 1))


# ---- what a mail of cron has


@case()
def an_expired_waiver_is_one_line_where_it_matters(host):
    settings(host, f"mode: audit\nwaivers:\n  - {{key: {FIN}, until: 2020-12-31, reason: load test}}\n", f"{FIN}: 30")
    result = host.run(*RUN, exit=DRIFT)
    told = [line for line in (result.out + result.err).splitlines() if "renew it" in line]
    host.equal("lines of waivers", len(told), 1)
    host.says(result, f"agent.yaml:4:.*the waiver of {FIN} ended with 2020-12-31 .'load test'.*renew it or remove it")
    host.set_live(FIN, "30")
    host.write("/etc/sysctl.d/99-zz-holdfast.conf", f"{FIN} = 30\n")
    result = host.run(*RUN, exit=IN_LINE)
    host.equal("in line", (result.out, result.err), ("", ""))
    # Where it is mended, the line is there once: with the change.
    settings(host, f"waivers:\n  - {{key: {FIN}, until: 2020-12-31, reason: load test}}\n", f"{FIN}: 30")
    host.set_live(FIN, "60")
    result = host.run(*RUN, exit=IN_LINE)
    host.equal("changed", [line.split(":")[0] for line in result.out.splitlines()], ["changed"])
    host.equal("lines of waivers with it", len(result.err.splitlines()), 1)
    for number in (1, 2):
        result = host.run(*RUN, exit=IN_LINE)
        host.equal(f"{number} later", (result.out, result.err), ("", ""))
