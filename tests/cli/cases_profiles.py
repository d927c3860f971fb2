"""What a profile asks for: layers, forms, conditions, wildcards (interface.md, "Profile")."""

from harness import case, rows
from program import DRIFT, IN_LINE, INVALID

FIN, PORTS, SWAP = "net.ipv4.tcp_fin_timeout", "net.ipv4.ip_local_port_range", "vm.swappiness"


def wanted(host, *words, key=FIN):
    """What show says of a key: the wanted object, None when it is not in the desired state."""
    document = host.run("show", *words, "--json", exit=IN_LINE).document
    found = [each for each in (document or {}).get("parameters", []) if each["key"] == key]
    return found[0].get("wanted") if found else None


def origin(host, *words, key=FIN):
    result = host.run("show", *words, "--json", exit=IN_LINE)
    source = result.parameter(key).get("source", {})
    return host.normal(f"{source.get('file')}:{source.get('line')}")


# ---- layers


@case()
def later_layer_wins(host):
    host.profile(f"{FIN}: 30\n{SWAP}: 10", "a.yaml")
    host.profile(f"\n\n{FIN}: 40", "b.yaml")
    host.equal("a, b", wanted(host, "-p", "a.yaml", "-p", "b.yaml"), {"value": "40"})
    host.equal("b, a", wanted(host, "-p", "b.yaml", "-p", "a.yaml"), {"value": "30"})
    host.equal("who asked", origin(host, "-p", "a.yaml", "-p", "b.yaml"), "b.yaml:6")
    host.equal("who asked below", origin(host, "-p", "a.yaml", "-p", "b.yaml", key=SWAP), "a.yaml:5")
    report = host.run("check", "-p", "a.yaml", "-p", "b.yaml", "--json", exit=DRIFT).document
    host.equal("layers", [each["name"] for each in report["profile"]["layers"]], ["a", "b"])
    host.equal("name", report["profile"]["name"], "b")


@case()
def other_spelling_is_the_same_key(host):
    host.profile(f"{FIN}: 30\nnet.ipv4.ip_forward: 0", "a.yaml")
    host.profile("net/ipv4/tcp_fin_timeout: 40\nnet.ipv4.conf.all.forwarding: 1", "b.yaml")
    document = host.run("show", "-p", "a.yaml", "-p", "b.yaml", "--json", exit=IN_LINE).document
    host.equal("keys", len(document["parameters"]), 2)
    host.equal("the later one", wanted(host, "-p", "a.yaml", "-p", "b.yaml"), {"value": "40"})


@case()
def parents_lie_below(host):
    """extends: parents in order, then the file; a parent that two ways lead to is laid once."""
    host.profile(f"{FIN}: 1\n{SWAP}: 1\n{PORTS}: [1025, 1999]", "/etc/holdfast/profiles/ground.yaml")
    host.profile(f"{FIN}: 2\n{SWAP}: 2", "/etc/holdfast/profiles/left.yaml", head="extends: [ground]\n")
    host.profile(f"{FIN}: 3", "/etc/holdfast/profiles/right.yaml", head="extends: [ground]\n")
    host.write("/etc/holdfast/profiles/top.yaml", "profile: top\nversion: 9\nextends: [left, right]\nparameters:\n  kernel.dmesg_restrict: 1\n")
    document = host.run("check", "-p", "top", "--json", exit=DRIFT).document
    host.equal("layers", [each["name"] for each in document["profile"]["layers"]], ["ground", "left", "right", "top"])
    host.equal("from the last parent", wanted(host, "-p", "top"), {"value": "3"})
    host.equal("from the first parent", wanted(host, "-p", "top", key=SWAP), {"value": "2"})
    host.equal("from the ground", wanted(host, "-p", "top", key=PORTS), {"value": "1025 1999"})


@case()
def names_and_files(host):
    """A name is looked for in /etc first, then in /usr/local/share and /usr/share; a slash or .yaml makes it a file."""
    host.profile(f"{FIN}: 1", "/etc/holdfast/profiles/both.yaml")
    host.profile(f"{FIN}: 2", "/usr/share/holdfast/profiles/both.yaml")
    host.profile(f"{FIN}: 3", "/usr/share/holdfast/profiles/shared.yaml")
    host.profile(f"{FIN}: 6", "/usr/share/holdfast/profiles/local.yaml")
    host.profile(f"{FIN}: 7", "/usr/local/share/holdfast/profiles/local.yaml")
    host.profile(f"{FIN}: 4", "both.yaml")
    host.write("sub/plain", host.read("both.yaml").replace(": 4", ": 5"))
    host.equal("both", wanted(host, "-p", "both"), {"value": "1"})
    host.equal("shared", wanted(host, "-p", "shared"), {"value": "3"})
    host.equal("local", wanted(host, "-p", "local"), {"value": "7"})
    host.equal("both.yaml", wanted(host, "-p", "both.yaml"), {"value": "4"})
    host.equal("./both.yaml", wanted(host, "-p", "./both.yaml"), {"value": "4"})
    host.equal("sub/plain", wanted(host, "-p", "sub/plain"), {"value": "5"})
    host.equal("absolute", wanted(host, "-p", str(host.work / "both.yaml")), {"value": "4"})
    host.says(host.run("check", "-p", "neither", exit=INVALID), "neither", "/etc/holdfast/profiles",
              "/usr/share/holdfast/profiles")
    host.says(host.run("check", "-p", "neither.yaml", exit=INVALID), "neither.yaml")
    host.says(host.run("check", "-p", "./both", exit=INVALID), "./both")


@case()
def name_cannot_leave_the_folders(host):
    host.profile(f"{FIN}: 1", "/etc/secret.yaml")
    for name in ("..", ".", "a b", "x" * 300, "a\nb"):
        result = host.run("check", "-p", name, exit=INVALID)
        host.equal(f"{name[:20]!r}: lines", len(result.err.splitlines()), 1)
    host.write("up.yaml", "profile: up\nversion: 1\nextends: [\"../../secret\"]\n")
    host.says(host.run("check", "-p", "up.yaml", exit=INVALID), "up.yaml:3:11: ")


@case()
def default_without_any_word(host):
    """Without -p agent.yaml decides, without that the profile `default`."""
    host.says(host.run("check", exit=INVALID), "'default'")
    host.profile(f"{FIN}: 33", "/usr/share/holdfast/profiles/default.yaml")
    host.equal("default", wanted(host), {"value": "33"})


@case()
def shipped_profiles(host):
    host.shipped()
    for name in ("default", "high-churn-web", "reverse-proxy", "time-wait-classic"):
        host.run("show", "-p", name, exit=IN_LINE)
        host.run("apply", "-p", name, exit=IN_LINE)
        host.run("check", "-p", name, exit=IN_LINE)


# ---- forms

# name: (parameter, live before, live after an apply, the value in the drop-in or None)
FORMS = {
    "value": (f"{FIN}: 30", "60", "30", "30"),
    "value-in-line": (f"{FIN}: 60", "60", "60", None),  # a line of /etc/sysctl.conf says so already
    "value-long": (f"{FIN}: {{value: 30}}", "60", "30", "30"),
    "value-quoted": (f'{FIN}: "30"', "60", "30", "30"),
    "value-hexadecimal": (f"{FIN}: 0x1e", "60", "0x1e", "0x1e"),
    "value-octal": (f'{FIN}: "036"', "60", "036", "036"),
    "value-equal-by-meaning": (f"{FIN}: 0x1e", "30", "30", "0x1e"),
    "vector": (f"{PORTS}: [1024, 65535]", "32768\t60999", "1024 65535", "1024 65535"),
    "vector-text": (f'{PORTS}: "1024  65535"', "32768\t60999", "1024  65535", "1024  65535"),
    "vector-equal-by-meaning": (f"{PORTS}: [1024, 65535]", "1024\t65535", "1024\t65535", "1024 65535"),
    "range-set-by-meaning": ('net.ipv4.ip_local_reserved_ports: "3,1,2"', "1-3", "1-3", "3,1,2"),
    "range-set-differs": ('net.ipv4.ip_local_reserved_ports: "3,1,2"', "1-4", "3,1,2", "3,1,2"),
    "range-set-empty": ('net.ipv4.ip_local_reserved_ports: ""', "80", "", ""),
    "string": ("net.ipv4.tcp_congestion_control: bbr", "cubic", "bbr", "bbr"),
    "min-below": ("net.core.somaxconn: {min: 8192}", "4096", "8192", "8192"),
    "min-met": ("net.core.somaxconn: {min: 4096}", "4096", "4096", "4096"),
    "min-above": ("net.core.somaxconn: {min: 4096}", "9999", "9999", "4096"),
    "max-above": (f"{PORTS}: {{max: [32768, 50000]}}", "32768\t60999", "32768 50000", "32768 50000"),
    "max-met": ("net.ipv4.tcp_keepalive_probes: {max: 9}", "5", "5", "9"),
    "between-below": ("net.ipv4.tcp_keepalive_intvl: {min: 10, max: 60}", "5", "10", "10"),
    "between-above": ("net.ipv4.tcp_keepalive_intvl: {min: 10, max: 60}", "75", "60", None),
    "between-met": ("net.ipv4.tcp_keepalive_intvl: {min: 10, max: 60}", "30", "30", None),
    "min-each-element": ("net.ipv4.tcp_rmem: {min: [4096, 262144, 4194304]}", "8192\t131072\t6291456",
                         "8192 262144 6291456", "4096 262144 4194304"),
    "one-of-kept": ("net.ipv4.tcp_congestion_control: {one_of: [bbr, cubic]}", "cubic", "cubic", "bbr"),
    "one-of-else-first": ("net.ipv4.tcp_congestion_control: {one_of: [bbr, cubic]}", "reno", "bbr", "bbr"),
    "scale-memory": ("net.ipv4.tcp_max_tw_buckets: {scale: {of: memory, ratio: 1/16384}}", "1", "508950", "508950"),
    "scale-cpus": ("net.core.somaxconn: {scale: {of: cpus, ratio: 1024}}", "1", "4096", "4096"),
    "scale-min": ("net.core.somaxconn: {scale: {of: cpus, ratio: 1, min: 512}}", "1", "512", "512"),
    "scale-max": ("net.core.somaxconn: {scale: {of: cpus, ratio: 1024, max: 2048}}", "1", "2048", "2048"),
    "live-only": (f"{FIN}: {{value: 30, manage: [live]}}", "60", "30", None),
    "boot-only": (f"{FIN}: {{value: 30, manage: [boot]}}", "60", "60", "30"),
    "slashes": ("net/ipv4/tcp_fin_timeout: 30", "60", "30", "30"),
}


@rows(FORMS)
def form(host, row):
    """What an apply makes of a form, live and for the next boot; afterwards all is in line."""
    parameter, before, after, boot = row
    key = parameter.split(":")[0].replace("/", ".")
    host.profile(parameter)
    host.set_live(key, before)
    either = "max: 60}" in parameter  # which of two bounds is persisted is not fixed
    host.run("check", "-p", "web.yaml", exit=DRIFT if before != after or boot is not None or either else IN_LINE)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", host.live(key), after)
    if either:
        host.equal("boot", (host.lines() or [""])[0].split(" = ")[-1] in ("10", "60"), True)
    else:
        host.equal("boot", host.lines(), None if boot is None else [f"{key} = {boot}"])
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def boot_value_that_satisfies_is_kept(host):
    """"A live or boot value that satisfies min, max or one_of is left alone."""
    host.write("/etc/sysctl.d/20-own.conf", "net.core.somaxconn = 9999\nnet.ipv4.tcp_congestion_control = cubic\n")
    host.profile("net.core.somaxconn: {min: 4096}\nnet.ipv4.tcp_congestion_control: {one_of: [bbr, cubic]}")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("no drop-in is needed", host.lines(), None)


@case()
def fields_reach_the_report(host):
    host.profile(f'{FIN}: {{value: 30, severity: critical, why: "Because.", controls: [A-1, "B 2"]}}')
    found = host.run("check", "-p", "web.yaml", "--json").parameter(FIN)
    host.equal("fields", {name: found.get(name) for name in ("severity", "why", "controls")},
               {"severity": "critical", "why": "Because.", "controls": ["A-1", "B 2"]})
    host.equal("source", found.get("source"), {"file": "web.yaml", "line": 4})
    host.profile(f"{FIN}: 30")
    host.equal("medium by default", host.run("check", "-p", "web.yaml", "--json").parameter(FIN).get("severity"), "medium")


@case()
def source_as_the_host_sees_it(host):
    """report.schema.json, place: "The file, as the host itself sees it" - a profile of the tree has no ROOT before it."""
    host.profile(f"{FIN}: 30", "/etc/holdfast/profiles/web.yaml")
    found = host.run("check", "-p", "web", "--json").parameter(FIN)
    host.equal("source", host.normal(found.get("source", {}).get("file", "")), "/etc/holdfast/profiles/web.yaml")


@case()
def unmanaged_in_a_later_layer(host):
    host.profile(f"{FIN}: 30\n{SWAP}: 10\nnet.ipv4.conf.*.rp_filter: 1", "a.yaml")
    host.profile(f"{FIN}: {{unmanaged: true}}\nnet.ipv4.conf.eth0.rp_filter: {{unmanaged: true}}", "b.yaml")
    host.equal("dropped", wanted(host, "-p", "a.yaml", "-p", "b.yaml"), None)
    host.run("apply", "-p", "a.yaml", "-p", "b.yaml", exit=IN_LINE)
    host.equal("live", (host.live(FIN), host.live("net.ipv4.conf.eth0.rp_filter"), host.live("net.ipv4.conf.lo.rp_filter")),
               ("60", "0", "1"))
    # The wildcard must leave the interface alone at the next boot as well.
    host.equal("drop-in", sorted(host.lines()),
               ["-net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.*.rp_filter = 1", f"{SWAP} = 10"])
    host.profile("net.ipv4.conf.*.rp_filter: {unmanaged: true}", "c.yaml")
    host.equal("whole wildcard dropped", wanted(host, "-p", "a.yaml", "-p", "c.yaml", key="net.ipv4.conf.lo.rp_filter"), None)


@case()
def optional_key(host):
    host.profile("net.ipv4.tcp_no_such: {value: 1, optional: true}\n" + f"{FIN}: 60")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    found = host.run("check", "-p", "web.yaml", "--json").parameter("net.ipv4.tcp_no_such")
    host.equal("status", (found.get("status"), found.get("reason")), ("not_applicable", "unknown_key"))


@case()
def unknown_key(host):
    """A typing error is named with its line and the nearest key, and nothing is changed."""
    host.profile(f"{FIN}: 30\nnet.ipv4.tcp_fin_timeuot: 30\nnet.ipv4.conf.*.rp_fliter: 1\nfoo.bar.baz: 1")
    for command in ("check", "plan", "apply"):
        result = host.run(command, "-p", "web.yaml", exit=INVALID)
        host.says(result, r"web.yaml:5:3: .*tcp_fin_timeuot.*net\.ipv4\.tcp_fin_timeout", "web.yaml:7:3: .*foo.bar.baz")
    found = host.run("check", "-p", "web.yaml", "--json").parameter("net.ipv4.tcp_fin_timeuot")
    host.equal("status", (found.get("status"), found.get("reason")), ("error", "unknown_key"))


@case()
def unknown_key_behind_a_wildcard(host):
    """No interface has such a key: a typing error too, not a wildcard without interfaces."""
    host.profile("net.ipv4.conf.*.rp_fliter: 1")
    for command in ("check", "plan", "apply"):
        host.says(host.run(command, "-p", "web.yaml", exit=INVALID), "web.yaml:4:3: .*rp_fliter.*rp_filter")
