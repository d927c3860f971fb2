"""The status of a key, its reason, and the exit status that follows (interface.md, "Report", "Exit status")."""

import os

from harness import NOBODY, case, rows
from program import DRIFT, IN_LINE, INVALID, PENDING, WORK

FIN = "net.ipv4.tcp_fin_timeout"
CONNTRACK = "net.netfilter.nf_conntrack_max"


def status(result, key):
    found = result.parameter(key)
    return found.get("status"), found.get("reason"), found.get("live", {}).get("state"), found.get("boot", {}).get("state")


# What waits is persisted now, and is pending afterwards. name: (parameter, key, reason)
WAITING = {
    "module": (f"{CONNTRACK}: {{min: 65536}}", CONNTRACK, "module_absent"),
    "module-alias": ("net.nf_conntrack_max: 65536", CONNTRACK, "module_absent"),
    "module-bridge": ("net.bridge.bridge-nf-call-iptables: 1", "net.bridge.bridge-nf-call-iptables", "module_absent"),
    "module-unknown-key": ("net.netfilter.nf_conntrack_brand_new: 1", "net.netfilter.nf_conntrack_brand_new", "module_absent"),
    "interface": ("net.ipv4.conf.wg0.rp_filter: 1", "net.ipv4.conf.wg0.rp_filter", "interface_absent"),
    "interface-v6": ("net.ipv6.conf.wg0.accept_redirects: 0", "net.ipv6.conf.wg0.accept_redirects", "interface_absent"),
    "interface-with-dots": ("net.ipv4.conf.eth0/7.rp_filter: 1", "net.ipv4.conf.eth0/7.rp_filter", "interface_absent"),
}


@rows(WAITING)
def waits(host, row):
    """Exit 3: "no drift, but parameters wait for a module or an interface"; the files are put right already."""
    parameter, key, reason = row
    host.profile(parameter)
    host.equal("before", status(host.run("check", "-p", "web.yaml", "--json", exit=DRIFT), key), ("drift", reason, "missing", "unset"))
    host.run("apply", "-p", "web.yaml", exit=PENDING)
    result = host.run("check", "-p", "web.yaml", "--json", exit=PENDING)
    host.equal("after", status(result, key), ("pending", reason, "missing", "match"))
    host.equal("verdict", result.document["verdict"], "pending")
    host.equal("one line", len(host.lines()), 1)
    before = host.snapshot()
    host.run("apply", "-p", "web.yaml", exit=PENDING)
    host.untouched(before, "a second apply")


@case()
def what_waited_has_come(host):
    host.profile(f"{CONNTRACK}: {{min: 65536}}")
    host.run("apply", "-p", "web.yaml", exit=PENDING)
    host.set_live(CONNTRACK, "32768")
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", host.live(CONNTRACK), "65536")


@case()
def drift_outweighs_waiting(host):
    host.profile(f"{CONNTRACK}: {{value: 65536, manage: [live]}}\n{FIN}: 30")
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=PENDING)
    host.run("check", "-p", "web.yaml", exit=PENDING)


@case()
def stack_that_is_disabled(host):
    """Booted with ipv6.disable=1: IPv6 keys do not apply, and nothing waits for them."""
    host.remove("/proc/sys/net/ipv6")
    host.profile("net.ipv6.conf.*.accept_redirects: 0\nnet.ipv6.conf.all.accept_redirects: 0\nnet.ipv6.conf.eth0.accept_ra: 0")
    result = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE)
    for each in result.document["parameters"]:
        host.equal(each["key"], (each["status"], each.get("reason")), ("not_applicable", "stack_disabled"))
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def removed_key(host):
    """A key that this kernel has lost does not apply, also without a when; a leftover of it in the files is no drift."""
    host.profile("net.ipv4.tcp_tw_recycle: {value: 1, accept_hazard: true}")
    result = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE)
    host.equal("status", status(result, "net.ipv4.tcp_tw_recycle")[:3], ("not_applicable", "removed_in_kernel", "missing"))
    host.says(host.run("check", "-p", "web.yaml"), "tcp_tw_recycle .*removed in Linux 4.12", stream="out")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("not persisted", host.lines(), None)


@case()
def hazard_needs_a_word(host):
    host.profile("net.ipv4.tcp_tw_recycle: {value: 1, when: {kernel: \"< 4.12\"}}")
    host.says(host.run("check", "-p", "web.yaml", exit=INVALID), "web.yaml:4:", "tcp_tw_recycle", "accept_hazard")


@case()
def one_way_key_is_announced(host):
    """"a plan says they cannot be rolled back"."""
    host.set_live("kernel.modules_disabled", "0")
    host.profile("kernel.modules_disabled: {value: 1, accept_hazard: true}")
    notes = [each["note"] for each in host.run("plan", "-p", "web.yaml", "--json", exit=DRIFT).steps("write_live")]
    host.equal("a note", [bool(each) for each in notes], [True])
    host.says(host.run("plan", "-p", "web.yaml", exit=DRIFT), "modules_disabled .*(undone|rolled back|boot|one way)", stream="out")


ACTING = ("vm.drop_caches", "vm.compact_memory", "net.ipv4.route.flush", "net.ipv6.route.flush", "vm.stat_refresh")


@rows({key: key for key in ACTING})
def acting_key(host, key):
    """"Write-only or acting keys: refused in profiles", with accept_hazard too, and never read."""
    host.fifo(host.key_path(key))
    for options in ("", ", accept_hazard: true", ", optional: true"):
        host.profile(f"{key}: {{value: 1{options}}}")
        for command in ("check", "apply"):
            host.says(host.run(command, "-p", "web.yaml", exit=INVALID), "web.yaml:4:", key)


@case("container")
def read_only_key(host):
    """mode 0444: not_settable, never counted as applied; in line when the value happens to be right."""
    host.profile("net.core.rmem_max: 8388608\nkernel.pid_max: 4194304\n" + f"{FIN}: 30")
    for command in ("check", "apply", "check"):
        result = host.run(command, "-p", "web.yaml", "--json", exit=DRIFT)
        host.equal(f"{command}: rmem_max", status(result, "net.core.rmem_max")[:3], ("not_settable", "read_only_here", "differ"))
        host.equal(f"{command}: pid_max", status(result, "kernel.pid_max")[0], "compliant")
    host.equal("live", (host.live("net.core.rmem_max"), host.live(FIN)), ("212992", "30"))
    host.equal("files", [line for name in ("/etc/sysctl.conf", "/etc/sysctl.d/99-zz-holdfast.conf") for line in host.lines(name) or []
                         if "rmem_max" in line], [])
    steps = host.run("plan", "-p", "web.yaml", "--json").steps()
    host.equal("no step for it", [each for each in steps if each["key"] == "net.core.rmem_max"], [])


@case("container")
def key_that_a_namespace_does_not_show(host):
    """"Some keys do not exist at all in such a namespace (tcp_mem)": not a typing error."""
    host.profile("net.ipv4.tcp_mem: [94278, 125706, 188556]")
    result = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT)
    host.equal("status", status(result, "net.ipv4.tcp_mem")[:3], ("not_settable", "read_only_here", "missing"))


@case()
def newer_key_on_an_older_kernel(host):
    """tcp_tw_reuse_delay is of 6.14: here it is unknown, with that reason, and `when` or `optional` help."""
    key = "net.ipv4.tcp_tw_reuse_delay"
    host.profile(f"{key}: 1000")
    host.says(host.run("check", "-p", "web.yaml", exit=INVALID), "web.yaml:4:3: ", key, r"6\.14", "optional", "when")
    host.profile(f"{key}: {{value: 1000, when: {{kernel: \">= 6.14\"}}}}")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case(needs_root=True)
def unreadable_keys(host):
    """A key that may not be read is an error of its own, not drift and not in line."""
    host.path(host.key_path(FIN)).chmod(0o200)
    host.path(host.key_path("vm.swappiness")).chmod(0o640)
    host.profile(f"{FIN}: 60\nvm.swappiness: 60")
    result = host.run("check", "-p", "web.yaml", "--json", user=NOBODY, exit=(WORK, 77))
    host.equal("write-only", status(result, FIN)[:3], ("error", "write_only", "unreadable"))
    host.equal("not for us", status(result, "vm.swappiness")[:3], ("error", "no_permission", "unreadable"))
    host.equal("verdict", (result.document or {}).get("verdict"), "error")


@case()
def key_that_is_a_folder(host):
    host.remove(host.key_path(FIN)).mkdir()
    host.profile(f"{FIN}: 30")
    for command in ("check", "apply"):
        result = host.run(command, "-p", "web.yaml", "--json", exit=(WORK, INVALID))
        host.equal("status", status(result, FIN)[0] if result.document else "error", "error")


@case()
def keys_cannot_leave_proc_sys(host):
    """Links below proc/sys lead nowhere: the descriptor resolves beneath itself."""
    host.write("/etc/precious", "precious\n")
    host.link(host.key_path(FIN), "../../../../etc/precious")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml")
    host.equal("target", host.read("/etc/precious"), "precious\n")
    host.remove(host.key_path(FIN))
    host.path("/proc/sys/net/ipv4").rename(host.path("/proc/sys/net/elsewhere"))
    host.link("/proc/sys/net/ipv4", "elsewhere")
    host.run("apply", "-p", "web.yaml")
    host.equal("through a folder's link", [name for name in os.listdir(host.path("/proc/sys/net/elsewhere")) if "fin_timeout" in name], [])


SECRET = "c0ffee00-deadbeef-0badcafe-f00dfeed"


@case()
def secrets_are_told_by_state_alone(host):
    """"keys that the catalogue marks secret are reported by state alone": neither the live nor the wanted value."""
    key, other = "net.ipv4.tcp_fastopen_key", "11112222-33334444-55556666-77778888"
    host.set_live(key, other)
    host.write("/etc/sysctl.d/20-own.conf", f"{key} = {SECRET[::-1]}\n")
    host.profile(f'{key}: {{value: "{SECRET}", accept_hazard: true}}')
    words = (("check",), ("check", "-v"), ("check", "--json"), ("show",), ("show", "--json"), ("plan",), ("plan", "--json"),
             ("plan", "-o", "plan.json"), ("apply", "--dry-run"), ("apply", "--json"), ("verify",), ("verify", "--json"))
    outputs = []
    for each in words:
        result = host.run(*each, *(() if each[0] == "verify" else ("-p", "web.yaml")))
        outputs.append((" ".join(each), result.out + result.err))
    outputs.append(("plan.json", host.read("plan.json") or ""))
    host.set_live(key, other)
    for each in (("verify",), ("verify", "--json"), ("apply",), ("apply", "-v")):
        result = host.run(*each, *(() if each[0] == "verify" else ("-p", "web.yaml")))
        outputs.append((" ".join(each) + " after drift", result.out + result.err))
    for name, text in outputs:
        told = [value for value in (SECRET, other, SECRET[::-1]) if value in text]
        if told:
            host.fault(f"{name} tells the value {told[0]} of {key}")
    host.equal("it was set", host.live(key), SECRET)


@case()
def two_names_of_one_storage(host):
    """ip_forward is conf.all.forwarding: one key, whichever name the files use."""
    host.set_live("net.ipv4.conf.all.forwarding", "0")
    host.write("/etc/sysctl.d/20-own.conf", "net.ipv4.ip_forward = 1\n")
    for name in ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"):
        host.profile(f"{name}: 1")
        document = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT).document
        host.equal(f"{name}: boot", [each["boot"]["state"] for each in document["parameters"]], ["match"])
