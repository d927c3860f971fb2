"""Wildcards: live every instance counts on its own; at boot a wildcard where the loader can say it (interface.md)."""

from harness import case
from program import DRIFT, IN_LINE
from trees import DROP_IN

RP = "net.ipv4.conf.{}.rp_filter"


def states(host, *words):
    document = host.run("check", *words, "--json").document or {"parameters": []}
    return {each["key"]: each["status"] for each in document["parameters"]}


def interface(host, name, **values):
    """As if the interface had appeared, with the kernel's own values."""
    for key, value in {"rp_filter": "0", "accept_redirects": "1", "accept_source_route": "0", "send_redirects": "1", **values}.items():
        host.write(f"/proc/sys/net/ipv4/conf/{name}/{key}", value + "\n")


@case()
def every_instance_counts(host):
    host.profile(f"{RP.format('*')}: 1")
    host.set_live(RP.format("lo"), "1")
    host.equal("instances", states(host, "-p", "web.yaml"),
               {RP.format(name): "drift" for name in ("all", "default", "eth0", "lo")})
    host.write("/etc/sysctl.d/20-own.conf", f"{RP.format('*')} = 1\n")
    host.equal("instances", states(host, "-p", "web.yaml"),
               {RP.format(name): "compliant" if name == "lo" else "drift" for name in ("all", "default", "eth0", "lo")})
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", [host.live(RP.format(name)) for name in ("all", "default", "eth0", "lo")], ["1"] * 4)
    host.equal("their line is enough", host.lines(), None)


@case()
def exclusions_are_literal(host):
    """except with plain names: the wildcard stays one, with `-key` lines for what it must not reach."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [all, lo]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", sorted(host.lines()), sorted([f"-{RP.format('all')}", f"-{RP.format('lo')}", f"{RP.format('*')} = 1"]))
    host.equal("live", [host.live(RP.format(name)) for name in ("all", "default", "eth0", "lo")], ["0", "1", "1", "0"])
    boot = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE).parameter(RP.format("eth0")).get("boot", {})
    host.equal("from", boot.get("from", {}).get("file"), DROP_IN)
    # An interface that comes later gets it as well: nothing in the files has to change for it.
    interface(host, "wg0")
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    before = host.read(DROP_IN)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in for a later interface", host.read(DROP_IN), before)


@case()
def exclusion_of_what_is_not_there(host):
    """An exception for an interface that is to come must be written now, or the wildcard would reach it then."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [wg0]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    interface(host, "wg0")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.profile(f"{RP.format('wg0')}: 0", "ask.yaml")
    boot = host.run("check", "-p", "ask.yaml", "--json").parameter(RP.format("wg0")).get("boot", {})
    host.equal("boot of wg0", boot.get("state"), "unset")


@case("vlan")
def patterns_become_single_lines(host):
    """except with globs: systemd and procps before 4.0.5 cannot say that, so one line for each instance."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [all, \"veth*\", \"eth0.2*\"]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    lines = host.lines()
    if any("*" in line for line in lines):
        host.fault(f"a wildcard that reaches veth1a2b: {lines}")
    wanted = [f"{RP.format(name)} = 1" for name in ("default", "eth0", "lo")]  # eth0.100 has a line of its own already
    host.equal("lines", sorted(lines), wanted)
    host.equal("live", [host.live(RP.format(name)) for name in ("all", "eth0/100", "eth0/200", "veth1a2b", "eth0")],
               ["0", "1", "2", "0", "1"])
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case("procps-only")
def patterns_where_the_loader_knows_them(host):
    """procps 4.0.5 and later excludes by pattern: the wildcard can stay one."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [\"veth*\", all]}}")
    host.run("apply", "-p", "web.yaml", "--loader", "procps:4.0.5", exit=IN_LINE)
    host.equal("lines", sorted(host.lines()), sorted([f"-{RP.format('all')}", f"-{RP.format('veth*')}", f"{RP.format('*')} = 1"]))


@case("procps-only")
def old_procps_has_no_wildcards(host):
    """"procps 3.3.17 (Debian 11) has no wildcards at all": one line for each instance."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [lo]}}")
    host.run("apply", "-p", "web.yaml", "--loader", "procps:3", exit=IN_LINE)
    host.equal("lines", sorted(host.lines()), [f"{RP.format(name)} = 1" for name in ("all", "default", "eth0")])
    host.run("check", "-p", "web.yaml", "--loader", "procps:3", exit=IN_LINE)
    # The same files read by procps 4 say the same.
    host.run("check", "-p", "web.yaml", "--loader", "procps", exit=IN_LINE)


@case("procps-only")
def old_procps_is_found(host):
    """libprocps.so in the tree is procps 3: its version is found, never by running the program."""
    host.remove("/usr/lib/i386-linux-gnu")
    host.remove("/usr/lib/x86_64-linux-gnu/libproc2.so.0")
    host.write("/usr/lib/x86_64-linux-gnu/libprocps.so.8", "")
    host.write("/var/lib/dpkg/status", host.read("/var/lib/dpkg/status").replace("2:4.0.2-3", "2:3.3.17-5"))
    host.write("/etc/sysctl.d/20-own.conf", f"{RP.format('*')} = 1\n")
    host.profile(f"{RP.format('*')}: 1")
    boot = host.run("check", "-p", "web.yaml", "--json").parameter(RP.format("eth0")).get("boot", {})
    host.equal("their wildcard sets nothing", boot.get("state"), "unset")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("ours is none", any("*" in line for line in host.lines()), False)


@case("procps-only")
def procps_on_another_architecture(host):
    """The library lies in the folder of the architecture, whichever that is (this host is an i386)."""
    host.remove("/usr/lib/x86_64-linux-gnu")
    host.remove("/usr/lib/i386-linux-gnu/libproc2.so.0")
    host.write("/usr/lib/i386-linux-gnu/libprocps.so.8", "")
    host.remove("/var/lib/dpkg/status")
    host.write("/etc/sysctl.d/20-own.conf", f"{RP.format('*')} = 1\n")
    host.profile(f"{RP.format('*')}: 1")
    boot = host.run("check", "-p", "web.yaml", "--json").parameter(RP.format("eth0")).get("boot", {})
    host.equal("their wildcard sets nothing", boot.get("state"), "unset")


@case("image")
def image_without_a_kernel(host):
    """"tests and image builds work on one": without /proc a wildcard is persisted for the interfaces to come."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [lo]}}\nvm.swappiness: 10")
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=(IN_LINE, 3))
    host.equal("drop-in", sorted(host.lines() or []),
               sorted([f"-{RP.format('lo')}", f"{RP.format('*')} = 1", "vm.swappiness = 10"]))
    host.equal("no kernel is made up", host.path("/proc").exists(), False)
    host.run("check", "-p", "web.yaml", exit=(IN_LINE, 3))


@case()
def wildcard_without_an_interface_yet(host):
    """"so that interfaces which come later get it too", the first one included."""
    host.profile("net.ipv4.conf.wg*.rp_filter: 2")
    host.run("apply", "-p", "web.yaml", exit=(IN_LINE, 3))
    host.equal("drop-in", host.lines(), ["net.ipv4.conf.wg*.rp_filter = 2"])


@case()
def explicit_key_beside_a_wildcard(host):
    """The exact key says more than the wildcard, in the profile and in the files."""
    host.profile(f"{RP.format('*')}: 1\n{RP.format('eth0')}: 2")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("live", [host.live(RP.format(name)) for name in ("all", "default", "eth0", "lo")], ["1", "1", "2", "1"])
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    lines = host.lines()
    host.equal("both lines", [each in lines for each in (f"{RP.format('*')} = 1", f"{RP.format('eth0')} = 2")], [True, True])


@case()
def foreign_line_on_one_instance(host):
    """A foreign explicit line wins over our wildcard, so that instance needs a line of its own."""
    host.write("/etc/sysctl.d/20-own.conf", f"{RP.format('eth0')} = 0\n")
    host.profile(f"{RP.format('*')}: 1")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("lines", sorted(host.lines()), sorted([f"{RP.format('*')} = 1", f"{RP.format('eth0')} = 1"]))
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def foreign_exclusion(host):
    """systemd: a foreign `-key` keeps wildcards away from that key, ours too; an explicit line helps."""
    host.write("/etc/sysctl.d/20-own.conf", f"-{RP.format('eth0')}\n")
    host.profile(f"{RP.format('*')}: 1")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.equal("explicit line", f"{RP.format('eth0')} = 1" in host.lines(), True)


@case()
def exclusion_does_not_take_a_foreign_line(host):
    """systemd: `-key` cancels an earlier assignment, so our exclusion must not undo what another file sets on purpose."""
    host.write("/etc/sysctl.d/20-own.conf", f"{RP.format('lo')} = 2\n")
    host.profile(f"{RP.format('*')}: {{value: 1, except: [lo]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.profile(f"{RP.format('lo')}: 2", "ask.yaml")
    boot = host.run("check", "-p", "ask.yaml", "--json").parameter(RP.format("lo")).get("boot", {})
    host.equal("boot of lo", (boot.get("state"), boot.get("value")), ("match", "2"))


@case()
def stale_exclusion_goes(host):
    """When the exception is dropped from the profile, so is its line."""
    host.profile(f"{RP.format('*')}: {{value: 1, except: [lo]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.profile(f"{RP.format('*')}: 1")
    host.run("check", "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("lines", host.lines(), [f"{RP.format('*')} = 1"])


@case("vlan")
def names_with_dots(host):
    """eth0.100 is one interface: `eth0/100` in the dotted form, and both spellings in files name it."""
    host.show("check", "-p", host.profile("net.ipv4.conf.eth0/100.rp_filter: 1\nnet/ipv4/conf/eth0.200/rp_filter: 1"), "-v", exit=DRIFT)
    found = host.run("check", "-p", "web.yaml", "--json").parameter("net.ipv4.conf.eth0/100.rp_filter")
    host.equal("boot", found.get("boot"), {
        "state": "match", "value": "1", "from": {"file": "/etc/sysctl.d/40-vlan-slashes.conf", "line": 2},
        "shadowed": [{"file": "/etc/sysctl.d/30-vlan-dots.conf", "line": 2, "value": "0"}]})
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("lines", host.lines(), ["net.ipv4.conf.eth0/200.rp_filter = 1"])
    host.equal("live", host.live("net.ipv4.conf.eth0/200.rp_filter"), "1")


@case("vlan")
def naive_dots_are_no_interface(host):
    """net.ipv4.conf.eth0.100.rp_filter is key `100/rp_filter` of eth0, which no kernel has."""
    host.profile("net.ipv4.conf.eth0.100.rp_filter: 1")
    host.says(host.run("check", "-p", "web.yaml", exit=65), r"web.yaml:4:3: .*eth0\.100")
