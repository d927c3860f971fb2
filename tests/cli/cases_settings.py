"""The agent's settings, /etc/holdfast/agent.yaml: which profiles, tags, waivers (interface.md)."""

import datetime

from harness import case, rows
from program import DRIFT, IN_LINE, INVALID

AGENT = "/etc/holdfast/agent.yaml"
FIN, SWAP = "net.ipv4.tcp_fin_timeout", "vm.swappiness"


def named_profiles(host, *names):
    for i, name in enumerate(names):
        host.profile(f"{FIN}: {31 + i}", f"/etc/holdfast/profiles/{name}.yaml")


def chosen(host, *words):
    document = host.run("check", "--json", *words).document or {}
    return [each["name"] for each in ((document.get("profile") or {}).get("layers") or [])]


@case()
def a_file_of_the_settings_is_of_the_tree(host):
    """What agent.yaml names is looked up below --root, as the tokens of its reports are; what -p names is the caller's."""
    host.profile(f"{FIN}: 33", "/etc/holdfast/site.yaml")
    host.write("/etc/holdfast/agent.yaml", "profiles: [/etc/holdfast/site.yaml]\nmode: enforce\n")
    host.run("run", "--no-send", exit=IN_LINE)
    host.equal("live", host.read("/proc/sys/net/ipv4/tcp_fin_timeout").strip(), "33")
    host.run("verify", exit=IN_LINE)
    host.run("check", "-p", "/etc/holdfast/site.yaml", exit=INVALID)


# name: (agent.yaml, the layers of web-07)
CHOICES = {
    "profiles": ("profiles: [red, blue]\n", ["red", "blue"]),
    "first-rule-that-fits": ("assign:\n  - {when: {host: 'db-*'}, profiles: [red]}\n"
                             "  - {when: {host: 'web-*'}, profiles: [blue]}\n  - {profiles: [green]}\n", ["blue"]),
    "last-rule": ("assign:\n  - {when: {host: 'db-*'}, profiles: [red]}\n  - {profiles: [green, blue]}\n", ["green", "blue"]),
    "rule-before-profiles": ("profiles: [red]\nassign:\n  - {when: {os: debian}, profiles: [blue]}\n", ["blue"]),
    "no-rule-fits": ("profiles: [red]\nassign:\n  - {when: {os: ubuntu}, profiles: [blue]}\n", ["red"]),
    "by-tag": ("tags: [prod, fra1]\nassign:\n  - {when: {tag: test}, profiles: [red]}\n"
               "  - {when: {tag: [fra1, fra2]}, profiles: [blue]}\n", ["blue"]),
    "nothing-said": ("mode: audit\n", ["default"]),
    "empty-file": ("{}\n", ["default"]),
}


@rows(CHOICES)
def chooses_profiles(host, row):
    text, wanted = row
    named_profiles(host, "red", "blue", "green", "default")
    host.write(AGENT, text)
    host.equal("layers", chosen(host), wanted)
    host.equal("-p decides instead", chosen(host, "-p", "green"), ["green"])
    host.run("apply", exit=IN_LINE)
    host.equal("live", host.live(FIN), {"red": "31", "blue": "32", "green": "33", "default": "34"}[wanted[-1]])


@case()
def config_option(host):
    named_profiles(host, "red", "blue")
    host.write(AGENT, "profiles: [red]\n")
    host.write("other.yaml", "profiles: [blue]\ntags: [a-tag]\n")
    host.equal("--config", chosen(host, "--config", "other.yaml"), ["blue"])
    host.equal("tags", host.run("check", "--config=other.yaml", "--json").document["host"]["tags"], ["a-tag"])
    host.says(host.run("check", "--config", "nowhere.yaml", exit=INVALID), "nowhere.yaml")
    # What mends is said with the same settings.
    host.says(host.run("check", "--config", "other.yaml", exit=DRIFT), "apply --config other.yaml", stream="out")


@case()
def tags_decide_in_profiles(host):
    host.write(AGENT, "profiles: [web]\ntags: [prod]\n")
    host.profile(f"{FIN}: {{value: 30, when: {{tag: prod}}}}\n{SWAP}: {{value: 1, when: {{tag: test}}}}",
                 "/etc/holdfast/profiles/web.yaml")
    document = host.run("check", "--json", exit=DRIFT)
    host.equal("status", (document.parameter(FIN).get("status"), document.parameter(SWAP).get("status")),
               ("drift", "not_applicable"))
    host.equal("tags", document.document["host"]["tags"], ["prod"])


@case()
def audit_mode_is_reported(host):
    """mode says what `run` does; a person's apply applies."""
    host.write(AGENT, "mode: audit\ninterval: 600\n")
    host.profile(f"{FIN}: 30")
    run = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT).document["run"]
    host.equal("mode, interval", (run["mode"], run["interval_s"]), ("audit", 600))
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", host.live(FIN), "30")


# name: (agent.yaml, line:column, patterns)
FAULTS = {
    "unknown-field": ("profile: [web]\n", "1:1", ["'profile'", "'profiles'"]),
    "unknown-field-inside": ("rollout: {precent: 5}\n", "1:11", ["'precent'", "'percent'"]),
    "mode": ("mode: enforcing\n", "1:7", ["'enforcing'", "enforce", "audit"]),
    "percent": ("rollout: {percent: 101}\n", "1:20", ["101", "100"]),
    "percent-word": ("rollout: {percent: half}\n", "1:20", ["half"]),
    "profiles-text": ("profiles: web\n", "1:11", ["list"]),
    "profile-name": ("profiles: [Web Front]\n", "1:12", ["Web Front"]),
    "assign-without-profiles": ("assign:\n  - {when: {host: x}}\n", "2:5", ["'profiles'"]),
    "assign-when": ("assign:\n  - {when: {hots: x}, profiles: [web]}\n", "2:13", ["'hots'", "'host'"]),
    "target": ("persist: {target: sysctl.d}\n", "1:19", ["'sysctl.d'", "drop-in"]),
    "waiver-date": ("waivers:\n  - {key: vm.swappiness, until: 2026-02-30, reason: x}\n", "2:33", ["2026-02-30"]),
    "waiver-date-form": ("waivers:\n  - {key: vm.swappiness, until: tomorrow, reason: x}\n", "2:33", ["'tomorrow'"]),
    "waiver-without-reason": ("waivers:\n  - {key: vm.swappiness, until: 2026-12-31}\n", "2:5", ["'reason'"]),
    "waiver-key": ("waivers:\n  - {key: 'vm..x', until: 2026-12-31, reason: x}\n", "2:11", ["vm..x"]),
    "url": ("reports:\n  - {name: a, url: 'ftp://x/'}\n", "2:20", ["https://"]),
    "tab": ("rollout:\n\tpercent: 5\n", "2:1", ["tab"]),
    "anchor": ("profiles: &a [web]\n", "1:11", ["anchor"]),
    "second-document": ("mode: audit\n---\nmode: audit\n", "2:1", ["second document"]),
    "twice": ("mode: audit\nmode: enforce\n", "2:1", ["'mode'", "twice"]),
    "no-map": ("- web\n", "1:1", ["map"]),
}


@rows(FAULTS)
def refuses_settings(host, row):
    text, place, patterns = row
    host.profile(f"{FIN}: 30")
    host.write(AGENT, text)
    for command in ("check", "plan", "apply", "show"):
        result = host.run(command, "-p", "web.yaml", exit=INVALID)
        host.says(result, rf"agent\.yaml:{place}: ", *patterns)
        host.equal("stdout", result.out, "")


def waive(host, until, key=FIN):
    host.write(AGENT, f'waivers:\n  - {{key: {key}, until: {until}, reason: "load test CHG-1234"}}\n')


@case()
def waiver_holds(host):
    """"neither drift nor changed": not live, not in the files, and it does not keep others from being mended."""
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    waive(host, "2099-12-31")
    host.show("check", "-p", "web.yaml", exit=DRIFT)
    host.show("apply", "-p", "web.yaml", exit=IN_LINE)
    host.show_changes()
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("60", "10"))
    host.equal("drop-in", host.lines(), [f"{SWAP} = 10"])
    result = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE)
    found = result.parameter(FIN)
    host.equal("status", (found.get("status"), found.get("waiver")),
               ("waived", {"until": "2099-12-31", "reason": "load test CHG-1234"}))
    host.equal("verdict", (result.document["verdict"], result.document["counts"]["waived"]), ("compliant", 1))


@case()
def waiver_that_has_expired(host):
    """"expired = drift again, and said"."""
    host.profile(f"{FIN}: 30")
    waive(host, "2020-01-01")
    host.show("check", "-p", "web.yaml", exit=DRIFT)
    result = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT)
    host.equal("status", (result.parameter(FIN).get("status"), result.parameter(FIN).get("waiver", {}).get("until")),
               ("drift", "2020-01-01"))
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", host.live(FIN), "30")
    host.equal("in line again", host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE).parameter(FIN).get("status"), "compliant")


@case()
def waiver_on_its_last_day(host):
    """until is the last day that it holds, by UTC."""
    host.profile(f"{FIN}: 30")
    for offset, status in ((0, IN_LINE), (1, IN_LINE), (-1, DRIFT)):
        waive(host, (host.today() + datetime.timedelta(days=offset)).isoformat())
        host.run("check", "-p", "web.yaml", exit=status)


@case()
def waiver_in_another_spelling(host):
    host.profile("net.ipv4.conf.eth0.rp_filter: 1\nnet.ipv4.ip_forward: 1")
    for key in ("net/ipv4/conf/eth0/rp_filter", "net.ipv4.conf.eth0.rp_filter"):
        waive(host, "2099-12-31", key)
        found = host.run("check", "-p", "web.yaml", "--json").parameter("net.ipv4.conf.eth0.rp_filter")
        host.equal(key, found.get("status"), "waived")


@case()
def waiver_of_what_is_in_line(host):
    """Nothing differs, so nothing is waived."""
    host.profile(f"{FIN}: 60")
    waive(host, "2099-12-31")
    result = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE)
    host.equal("status", result.parameter(FIN).get("status"), "compliant")


@case()
def waiver_keeps_our_line(host):
    """A waived key that an earlier apply has persisted is not changed: our line stays as it is."""
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    waive(host, "2099-12-31")
    host.profile(f"{FIN}: 20\n{SWAP}: 15")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", sorted(host.lines()), [f"{FIN} = 30", f"{SWAP} = 15"])
    host.equal("live", host.live(FIN), "30")
