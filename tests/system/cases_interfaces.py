"""Wildcards and interfaces: dots in names, coming, going, and coming back at boot."""
import os

from scenario import DRIFT, OK, PENDING, WORK, boots_to, case

LINKS = "link add eth0.100 type veth peer name veth1\nlink add wan0 type veth peer name wan1\n"
NAMES = ("all", "default", "lo", "eth0/100", "veth1", "wan0", "wan1")
LOADERS = ("procps", "systemd")


def rp_filter(values):
    return {f"net.ipv4.conf.{name}.rp_filter": value for name, value in values.items()}


def lands(t, profile, wanted, **boot):
    t.exits("apply", t.apply(profile), OK)
    t.values("after apply", wanted)
    t.exits("check after", t.check(profile), OK)
    boots_to(t, wanted, links=LINKS, **boot)
    _, report = t.report("apply", "-p", profile)
    t.same("changes of a second apply", report.get("changes"), [])


@case
def sets_every_interface_by_a_wildcard(t):
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1")
    for loader in LOADERS:
        t.use_loader(loader)
        lands(t, profile, rp_filter({name: "1" for name in NAMES}))


@case
def leaves_exceptions_out(t):
    # `default` too: the kernel hands its value on to interfaces that have no address and were never set.
    t.host.links(LINKS)
    profile = t.profile('net.ipv4.conf.*.rp_filter: {value: 1, except: [lo, default, "veth*", "eth0.*"]}')
    before = t.value("net.ipv4.conf.lo.rp_filter")
    for loader in LOADERS:
        t.use_loader(loader)
        lands(t, profile, rp_filter({"all": "1", "default": before, "wan0": "1", "wan1": "1", "lo": before,
                                     "veth1": before, "eth0/100": before}))


@case
def lets_a_concrete_key_win_over_the_wildcard(t):
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1\nnet.ipv4.conf.eth0/100.rp_filter: 2\n"
                        "net/ipv4/conf/veth1/rp_filter: 0")
    for loader in LOADERS:
        t.use_loader(loader)
        lands(t, profile, rp_filter({"all": "1", "default": "1", "lo": "1", "eth0/100": "2", "veth1": "0", "wan0": "1"}))


@case
def sets_an_exception_to_a_value_of_its_own(t):
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.*.rp_filter: {value: 1, except: [veth1]}\nnet.ipv4.conf.veth1.rp_filter: 2")
    for loader in LOADERS:
        t.use_loader(loader)
        lands(t, profile, rp_filter({"all": "1", "default": "1", "lo": "1", "wan0": "1", "veth1": "2"}))


@case
def wins_over_lines_of_others(t):
    """An explicit line of another file keeps our wildcard away from that key; a wildcard of theirs does not."""
    t.host.links(LINKS)
    t.host.write("/etc/sysctl.d/10-others.conf", "net.ipv4.conf.veth1.rp_filter = 0\nnet.ipv4.conf.*.rp_filter = 0\n"
                 "net/ipv4/conf/eth0.100/rp_filter = 2\n")
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1")
    for loader in LOADERS:
        t.use_loader(loader)
        lands(t, profile, rp_filter({name: "1" for name in NAMES}))


@case
def persists_for_interfaces_that_come_later(t):
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1\nnet.ipv6.conf.*.accept_redirects: 0")
    for loader in LOADERS:
        t.use_loader(loader)
        t.exits("apply", t.apply(profile), OK)
        wanted = {"net.ipv4.conf.late0.rp_filter": "1", "net.ipv6.conf.late0.accept_redirects": "0"}
        boots_to(t, wanted, links=LINKS + "link add late0 type veth peer name late1\n")
        boots_to(t, wanted, links=LINKS, later="link add late0 type veth peer name late1\n")


@case
def persists_exceptions_for_interfaces_that_come_later(t):
    """Where the loader can express it; procps 4.0.2 has no exclusions by pattern, systemd none at all."""
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.*.rp_filter: {value: 1, except: [lo]}")
    for loader in LOADERS:
        t.use_loader(loader)
        t.exits("apply", t.apply(profile), OK)
        boots_to(t, rp_filter({"late0": "1", "lo": "0"}),
                 links=LINKS + "link add late0 type veth peer name late1\n")


@case
def manages_an_interface_with_a_dot(t):
    t.host.links(LINKS)
    for loader, key in (("procps", "net.ipv4.conf.eth0/100.rp_filter"), ("systemd", "net/ipv4/conf/eth0.100/rp_filter")):
        t.use_loader(loader)
        lands(t, t.profile(f"{key}: 2"), rp_filter({"eth0/100": "2"}))
        _, report = t.report("check", "-p", "/profiles/case.yaml")
        t.same("the key in the report", [each["key"] for each in report["parameters"]],
               ["net.ipv4.conf.eth0/100.rp_filter"])


@case
def notices_a_new_interface(t):
    """A wildcard holds for an interface that appears after the apply."""
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1")
    t.exits("apply", t.apply(profile), OK)
    t.echo("0", "net.ipv4.conf.default.rp_filter")
    t.host.links("link add new0 type veth peer name new1\n")
    t.echo("1", "net.ipv4.conf.default.rp_filter")
    t.echo("0", "net.ipv4.conf.new0.rp_filter")
    said = t.check(profile)
    t.exits("check", said, DRIFT)
    t.says("check", said, "net.ipv4.conf.new0.rp_filter")
    t.exits("apply", t.apply(profile), OK)
    t.values("after", rp_filter({"new0": "1", "new1": "1"}))


@case
def refuses_a_plan_whose_interface_is_gone(t):
    t.host.links(LINKS)
    profile = t.profile("net.ipv4.conf.wan0.rp_filter: 1\nnet.ipv4.tcp_fin_timeout: 30")
    t.holdfast("plan", "-p", profile, "-o", "/tmp/plan.json")
    t.host.links("link del wan0\n")
    before = t.files()
    said = t.holdfast("apply", "/tmp/plan.json")
    t.exits("apply of the plan", said, WORK)
    t.says("apply of the plan", said, "net.ipv4.conf.wan0.rp_filter")
    t.same("files", t.files(), before)
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "60")
    t.exits("apply of the profile", t.apply(profile), PENDING)
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "30")


@case
def lives_with_interfaces_that_come_and_go(t):
    """An interface may vanish between any two looks: never a crash, and in the end all is well."""
    profile = t.profile("net.ipv4.conf.*.rp_filter: 1\nnet.ipv4.conf.*.log_martians: 1")
    child = os.fork()
    if child == 0:
        try:
            while True:
                t.host.links("".join(f"link add f{i} type veth peer name g{i}\n" for i in range(4)))
                t.host.links("".join(f"link del f{i}\n" for i in range(4)))
        finally:
            os._exit(0)
    try:
        for number in range(25):
            t.exits(f"apply {number}", t.apply(profile), OK, WORK, DRIFT, PENDING)
            t.exits(f"check {number}", t.check(profile), OK, WORK, DRIFT, PENDING)
        t.same("the child that adds and removes interfaces", os.waitpid(child, os.WNOHANG), (0, 0))
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    t.exits("apply at last", t.apply(profile), OK)
    t.exits("check at last", t.check(profile), OK)
    t.values("at last", {f"net.ipv4.conf.{name}.{key}": "1" for name in ("all", "default", "lo")
                         for key in ("rp_filter", "log_martians")})
