"""Every profile applied to this kernel in a private network and mount namespace: set, read back, set again, taken back.

What belongs to the whole machine is read only there (tests/system/private.py) and must count as not settable.
"""
import contextlib
import os
import pathlib
import signal

import judge
import private
import scenario
from cases import case

LINKS = """link add eth0 type veth peer name peer0
link add eth1 type veth peer name peer1
link add docker0 type bridge
link set eth1 master docker0
link set eth0 up
link set docker0 up
addr add 192.0.2.10/24 dev eth0
"""
NETFILTER = "/proc/sys/net/netfilter"
ONE_WAY = f"{NETFILTER}/nf_hooks_lwtunnel"
# Own parameters of each that must be in line here; the rest belongs to the machine, or waits for a condition.
LEAST = {"container-host": 0, "database": 4, "default": 9, "hardened-base": 13, "high-churn-web": 9, "nat-gateway": 2,
         "reverse-proxy": 4, "small-memory": 4, "time-wait-classic": 5}
LARGER_WITH_CONNTRACK = {"high-churn-web": 11, "nat-gateway": 6}
ALLOWED = {"compliant", "not_applicable", "not_settable", "pending"}


def open_conntrack():
    """The timeouts of nf_conntrack belong to the namespace. nf_hooks_lwtunnel does not, and stays closed."""
    if not os.path.exists(ONE_WAY):
        return False
    private.bind(ONE_WAY, ONE_WAY, read_only=True)
    private.mount("none", NETFILTER, flags=private.MS_BIND | private.MS_REMOUNT)
    try:
        with open(ONE_WAY, "w"):
            raise private.PrivateError(f"{ONE_WAY} can be written")
    except OSError:
        return True


def pretend_memory(host, memory):
    host.write("/tmp/meminfo", f"MemTotal: {memory >> 10:>12} kB\n")
    private.bind("/tmp/meminfo", "/proc/meminfo")


def network():
    """{file: value} of all that a namespace of its own may set."""
    found = {}
    for folder in [f"/proc/sys/net/{name}" for name in private.OWN_NET] + [NETFILTER]:
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                # retrans_time and its like are other views; reading base_reachable_time writes a line into the log.
                if name in ("base_reachable_time", "flush", "nf_conntrack_count"):
                    continue
                with contextlib.suppress(OSError):
                    found[path] = pathlib.Path(path).read_text()
    return found


def instances(t, key):
    before, after = key.split("*")
    folder = t.path(before.rstrip("."))
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [f"{before}{name.replace('.', '/')}{after}" for name in names]


def excepted(requirement, key, instance):
    name = instance[len(key.split("*")[0]):].split(".")[0]
    return any(name == glob or glob.endswith("*") and name.startswith(glob[:-1]) for glob in requirement.get("except", []))


def judged(t, name, own, report, memory, tags):
    """Own parameters that the report calls compliant, read from /proc/sys and judged without holdfast."""
    status = {}
    for each in report["parameters"]:
        status.setdefault(each["key"], each["status"])
    count = 0
    for key, requirement in own:
        if requirement.get("when", {}).get("tag", tags) != tags:
            continue
        keys = [each for each in instances(t, key) if not excepted(requirement, key, each)] if "*" in key else [key]
        seen = [each for each in keys if status.get(each) == "compliant"]
        for each in seen:
            t.holds(judge.holds(requirement, t.value(each), memory, os.cpu_count()),
                    f"{name}: {each}: {t.value(each)!r} is not {requirement}")
        count += bool(seen)
    return count


def whole_life(host, name, own, memory, tags=None):
    t = scenario.Scenario(host)
    host.links(LINKS)
    if tags is not None:
        host.write("/etc/holdfast/agent.yaml", f"tags: [{tags}]\n")
    least = LARGER_WITH_CONNTRACK.get(name, LEAST[name]) if open_conntrack() else LEAST[name]
    if memory is not None:
        pretend_memory(host, memory)
    profile = f"/profiles/{name}.yaml"
    before, files = network(), scenario.contents("/etc")
    said, report = t.report("apply", "-p", profile)
    t.same(f"{name}: not as it may be", [(each["key"], each["status"], each.get("reason")) for each in report["parameters"]
                                         if each["status"] not in ALLOWED], [])
    t.same(f"{name}: not settable for another reason",
           [(each["key"], each["reason"]) for each in report["parameters"]
            if each["status"] == "not_settable" and each["reason"] != "read_only_here"], [])
    t.exits(f"{name}: apply", said, 2 if report["counts"]["not_settable"] else 3 if report["counts"]["pending"] else 0)
    count = judged(t, name, own, report, memory or 0, tags)
    t.holds(count >= least, f"{name}: only {count} parameters were judged, wanted {least}")
    between, written = network(), scenario.contents("/etc")
    said, again = t.report("apply", "-p", profile)
    t.same(f"{name}: changes of a second apply", again["changes"], [])
    t.same(f"{name}: the network after a second apply", network(), between)
    t.same(f"{name}: the files after a second apply", scenario.contents("/etc"), written)
    if report["changes"]:
        t.exits(f"{name}: rollback", t.holdfast("rollback"), 0)
    after = network()
    t.same(f"{name}: not as before after rollback",
           sorted(each for each in before.keys() | after.keys() if before.get(each) != after.get(each)), [])
    t.same(f"{name}: the files after rollback", scenario.contents("/etc"), files)
    return t.failures, t.checks


def end_processes(function, *arguments):
    def body(host):
        try:
            return function(host, *arguments)
        finally:
            for each in scenario.processes_here():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
    return body


def in_private(t, function, *arguments):
    """As root of the machine, else in a user namespace; a machine that has no namespaces skips it."""
    files = {"/holdfast": (pathlib.Path(t.program).read_bytes(), 0o755)}
    for name in judge.SHIPPED:
        files[f"/profiles/{name}.yaml"] = ((judge.FOLDER / f"{name}.yaml").read_bytes(), 0o644)
    try:
        failures, checks = private.call(end_processes(function, *arguments), files=files,
                                        user=0 if os.geteuid() == 0 else os.geteuid())
    except private.CannotHere as problem:
        t.skipped = str(problem)
        return
    t.failures += failures
    t.checks += checks


def on_this_kernel(name):
    def body(t):
        in_private(t, whole_life, name, list(judge.own(name)), (512 << 20) if name == "small-memory" else None)
    body.__name__ = f"sets_and_takes_back_{name.replace('-', '_')}_on_this_kernel"
    return case(body)


for _name in judge.SHIPPED:
    on_this_kernel(_name)


@case
def sets_and_takes_back_hardened_base_with_its_tags_on_this_kernel(t):
    for tags in ("end-host", "static-ipv6"):
        in_private(t, whole_life, "hardened-base", list(judge.own("hardened-base")), None, tags)


def forwarding_stays(host):
    t = scenario.Scenario(host)
    host.links(LINKS)
    for family in ("ipv4", "ipv6"):
        for name in ("all", "default", "eth0", "docker0", "eth1"):
            if os.path.exists(f"/proc/sys/net/{family}/conf/{name}/forwarding"):
                t.echo(1, f"net.{family}.conf.{name}.forwarding")

    def forwarding():
        return {path: value for path, value in network().items() if path.endswith(("/forwarding", "/ip_forward"))}

    before = forwarding()
    t.same("forwarding before", set(before.values()), {"1\n"})
    host.write("/etc/holdfast/agent.yaml", "tags: [end-host, static-ipv6]\n")
    for names in (("container-host",), ("hardened-base", "container-host")):
        said = t.holdfast("apply", *(word for name in names for word in ("-p", f"/profiles/{name}.yaml")))
        t.exits(f"apply {names}", said, 0, 2, 3)
        t.same(f"forwarding after {names}", forwarding(), before)
    # The case can fail: this is what turns it off.
    t.exits("apply hardened-base", t.apply("/profiles/hardened-base.yaml"), 0, 2, 3)
    t.same("forwarding after hardened-base alone, with the tag", set(forwarding().values()), {"0\n"})
    return t.failures, t.checks


@case
def container_host_never_turns_forwarding_off_on_this_kernel(t):
    in_private(t, forwarding_stays)


def gateway_orders(host):
    """ip_forward, when it changes, sets conf.all.accept_redirects; default wants 0 there."""
    t = scenario.Scenario(host)
    host.links(LINKS)
    t.exits("apply", t.apply("/profiles/nat-gateway.yaml"), 0, 2, 3)
    t.values("after apply", {"net.ipv4.ip_forward": "1", "net.ipv4.conf.eth0.forwarding": "1",
                             "net.ipv4.conf.all.accept_redirects": "0", "net.ipv4.conf.docker0.accept_redirects": "0",
                             "net.ipv4.ip_early_demux": "0"})
    return t.failures, t.checks


@case
def nat_gateway_forwards_and_accepts_no_redirects_on_this_kernel(t):
    in_private(t, gateway_orders)

