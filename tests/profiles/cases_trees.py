"""Every profile on hosts of every age: what it asks for is there, a second apply does nothing, rollback restores."""
import json

import judge
import trees
from cases import case

KERNELS = ("4.4", "4.9", "4.19", "5.10", "6.1", "6.18")
GIB = 1 << 30
# So many parameters of each must at least have been judged, or the case says nothing.
LEAST = {"container-host": 15, "database": 10, "default": 16, "hardened-base": 20, "high-churn-web": 16, "nat-gateway": 10,
         "reverse-proxy": 6, "small-memory": 0, "time-wait-classic": 5}


def instances(root, key):
    """A key of the profile as this host has it: the wildcard's interfaces, or itself."""
    if "*" not in key:
        return [key]
    before, after = key.split("*")
    folder = root / "proc/sys" / before.rstrip(".").replace(".", "/")
    return [f"{before}{each.name.replace('.', '/')}{after}" for each in sorted(folder.iterdir())]


def wanted_here(name, kernel, memory):
    """What the profile asks of a host with this kernel and memory, but for what hangs on tags, and on the architecture,
    which a tree does not tell."""
    for key, requirement in judge.own(name):
        if requirement.get("unmanaged") or {"tag", "arch"} & set(requirement.get("when", {})):
            continue
        if judge.kernel_fits(requirement, kernel) and judge.memory_fits(requirement, memory):
            yield key, requirement


def in_line(t, where, name, root, kernel, memory, cpus):
    """Judged without holdfast. Returns how many parameters of the profile's own were looked at."""
    count = 0
    for key, requirement in wanted_here(name, kernel, memory):
        count += 1
        for each in instances(root, key):
            instance = each.split(key.split("*")[0])[1].split(".")[0] if "*" in key else None
            if instance in (requirement.get("except") or ()) or instance is not None and any(
                    glob.endswith("*") and instance.startswith(glob[:-1]) for glob in requirement.get("except", [])):
                continue
            found = trees.value(root, each)
            if found is None:
                t.holds(requirement.get("optional"), f"{where}: {each}: is not there")
            else:
                t.holds(judge.holds(requirement, found, memory, cpus), f"{where}: {each}: {found!r} is not {requirement}")
    return count


def applied(t, root, name, kernel, memory, cpus=4):
    where = f"{name}, Linux {kernel}, {memory >> 20} MiB"
    profile = judge.FOLDER / f"{name}.yaml"
    before = trees.fingerprint(root)
    said = t.run("apply", "--root", root, "-p", profile, "--json")
    if not t.holds(said.out.startswith("{"), f"apply {where}: {said}"):
        return
    report = json.loads(said.out)
    t.same(f"apply {where}: not in line",
           [(each["key"], each["status"], each.get("reason")) for each in report["parameters"]
            if each["status"] not in ("compliant", "not_applicable")], [])
    t.same(f"apply {where}: exit", said.code, 0)
    count = in_line(t, where, name, root, kernel, memory, cpus)
    t.holds(count >= LEAST[name], f"{where}: only {count} parameters were judged")
    t.exits(f"check after apply {where}", t.run("check", "--root", root, "-p", profile), 0)
    between = trees.fingerprint(root)
    again = t.run("apply", "--root", root, "-p", profile, "--json")
    t.exits(f"second apply {where}", again, 0)
    t.same(f"second apply {where}: changes", json.loads(again.out)["changes"], [])
    t.same(f"second apply {where}: files", trees.fingerprint(root), between)
    if report["changes"]:
        t.exits(f"rollback {where}", t.run("rollback", "--root", root), 0)
    after = trees.fingerprint(root)
    t.same(f"rollback {where}: what differs", sorted(each for each in before.keys() | after.keys()
                                                      if before.get(each) != after.get(each)), [])


def on_linux(kernel):
    def body(t):
        root = trees.make(t, kernel, 16 * GIB)
        for name in judge.SHIPPED:
            applied(t, root, name, kernel, 16 * GIB)
    body.__name__ = f"applies_and_takes_back_every_profile_on_linux_{kernel.replace('.', '_')}"
    return case(body)


for _kernel in KERNELS:
    on_linux(_kernel)


@case
def small_memory_takes_back_what_large_hosts_want(t):
    """Over high-churn-web: on 512 MiB its own sizes hold, on 8 GiB those of the layer below."""
    for memory, holding in ((512 << 20, "small-memory"), (1 << 30, "small-memory"), (8 * GIB, "high-churn-web")):
        root = trees.make(t, "6.1", memory)
        said = t.run("apply", "--root", root, *(word for name in ("high-churn-web", "small-memory")
                                                for word in ("-p", judge.FOLDER / f"{name}.yaml")))
        t.exits(f"apply on {memory >> 20} MiB", said, 0)
        count = in_line(t, f"{memory >> 20} MiB", holding, root, "6.1", memory, 4)
        t.holds(count >= 5, f"{memory >> 20} MiB: only {count} parameters of {holding} were judged")
    small = t.folder / "linux-6.1-512"
    t.same("entries of conntrack with 512 MiB", trees.value(small, "net.netfilter.nf_conntrack_max"), "16384")
    t.same("backlog of the cards with 512 MiB", trees.value(small, "net.core.netdev_max_backlog"), "1000")


@case
def database_leaves_the_ratios_to_small_hosts(t):
    for memory, limit in ((4 * GIB, "0"), (64 * GIB, "536870912")):
        root = trees.make(t, "6.1", memory)
        t.exits(f"apply on {memory >> 30} GiB", t.run("apply", "--root", root, "-p", judge.FOLDER / "database.yaml"), 0)
        t.same(f"dirty_bytes with {memory >> 30} GiB", trees.value(root, "vm.dirty_bytes"), limit)


def forwarding(root):
    return {each: trees.value(root, each) for key in ("net.ipv4.conf.*.forwarding", "net.ipv6.conf.*.forwarding")
            for each in instances(root, key)} | {"net.ipv4.ip_forward": trees.value(root, "net.ipv4.ip_forward")}


def tagged(t, root, *tags):
    trees.put(root / "etc/holdfast/agent.yaml", f"tags: [{', '.join(tags)}]")


def turn_on(root):
    for key in forwarding(root):
        trees.put(root / "proc/sys" / key.translate(str.maketrans("./", "/.")), "1")


@case
def container_host_never_turns_forwarding_off(t):
    """Alone, over hardened-base, and over hardened-base on a host that has the tag by mistake."""
    for number, (names, tags) in enumerate(((("container-host",), ()), (("hardened-base", "container-host"), ()),
                                            (("hardened-base", "container-host"), ("end-host", "static-ipv6")))):
        root = trees.make(t, ("4.9", "6.1", "6.18")[number], 16 * GIB)
        tagged(t, root, *tags)
        turn_on(root)
        before = forwarding(root)
        t.same("forwarding before", set(before.values()), {"1"})
        where = f"{' + '.join(names)} with tags {tags}"
        t.exits(f"apply {where}", t.run("apply", "--root", root, *(word for name in names for word in (
            "-p", judge.FOLDER / f"{name}.yaml"))), 0)
        t.same(f"forwarding after {where}", forwarding(root), before)
        drop_in = (root / "etc/sysctl.d/99-zz-holdfast.conf").read_text()
        t.same(f"the file for the next boot, {where}", [line for line in drop_in.splitlines()
                                                        if "forward" in line and not line.startswith("#")], [])
        for key in ("net.ipv4.conf.docker0.rp_filter", "net.ipv4.conf.all.rp_filter"):
            t.holds(f"{key} " not in drop_in, f"{where}: {key} is in the file for the next boot")


@case
def hardened_base_turns_forwarding_off_by_the_tag_alone(t):
    """So that the case above could fail."""
    for tags, wanted in (((), "1"), (("end-host",), "0")):
        root = trees.make(t, "6.1", (16 + len(tags)) * GIB)
        tagged(t, root, *tags)
        turn_on(root)
        t.exits(f"apply with tags {tags}", t.run("apply", "--root", root, "-p", judge.FOLDER / "hardened-base.yaml"), 0)
        t.same(f"ip_forward with tags {tags}", trees.value(root, "net.ipv4.ip_forward"), wanted)
        t.same(f"rp_filter of eth0 with tags {tags}", trees.value(root, "net.ipv4.conf.eth0.rp_filter"),
               "1" if tags else "2")


@case
def hardened_base_never_softens(t):
    """What is stricter already stays."""
    root = trees.make(t, "6.1", 16 * GIB)
    strict = {"kernel.yama.ptrace_scope": "2", "kernel.perf_event_paranoid": "3", "kernel.kptr_restrict": "2",
              "kernel.unprivileged_bpf_disabled": "1"}
    for key, value in strict.items():
        trees.put(root / "proc/sys" / key.replace(".", "/"), value)
    t.exits("apply", t.run("apply", "--root", root, "-p", judge.FOLDER / "hardened-base.yaml"), 0)
    t.same("what was stricter", {key: trees.value(root, key) for key in strict}, strict)


@case
def hardened_base_sets_nothing_that_lasts_until_the_next_boot(t):
    root = trees.make(t, "6.1", 16 * GIB)
    t.exits("apply", t.run("apply", "--root", root, "-p", judge.FOLDER / "hardened-base.yaml"), 0)
    t.same("what is set", trees.value(root, "kernel.unprivileged_bpf_disabled"), "2")
