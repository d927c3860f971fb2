"""Random plans on random hosts: whatever an apply does, its rollback takes back, every byte and every value (issue 4).

Each plan has a number, from which everything about it follows; a fault names it. 160 of them run by default, from number 1
on. HOLDFAST_PLANS=5000 runs more, HOLDFAST_FIRST_PLAN=77 HOLDFAST_PLANS=1 one that was named again.
"""

import os
import random

from harness import rows
from journal import JOURNAL, history, journals, opened, reopen
from program import DRIFT, IN_LINE, PENDING, WORK
from trees import DROP_IN

MAIN, AGENT = "/etc/sysctl.conf", "/etc/holdfast/agent.yaml"
ROWS = 8
PLANS = int(os.environ.get("HOLDFAST_PLANS", "160"))
FIRST = int(os.environ.get("HOLDFAST_FIRST_PLAN", "1"))


def number(least, most):
    return lambda chance: str(chance.randint(least, most))


def ascending(least, most, count):
    return lambda chance: " ".join(str(each) for each in sorted(chance.sample(range(least, most), count)))


def one_of(*values):
    return lambda chance: chance.choice(values)


# Values that every kernel takes, and that the profile's loader lets pass without a word on hazards.
KEYS = {
    "net.ipv4.tcp_fin_timeout": number(5, 120),
    "net.ipv4.tcp_keepalive_time": number(60, 7200),
    "net.ipv4.tcp_keepalive_intvl": number(5, 75),
    "net.ipv4.tcp_max_syn_backlog": number(128, 65535),
    "net.ipv4.tcp_max_tw_buckets": number(4096, 262144),
    "net.ipv4.tcp_syncookies": number(1, 2),
    "net.ipv4.tcp_rmem": ascending(4096, 9000000, 3),
    "net.ipv4.tcp_wmem": ascending(4096, 9000000, 3),
    "net.ipv4.ip_local_port_range": ascending(1024, 65535, 2),
    "net.ipv4.ip_local_reserved_ports": one_of("", "8080", "8080,9000-9100", "1-3,5"),
    "net.ipv4.tcp_congestion_control": one_of("cubic", "bbr", "reno"),
    "net.ipv4.ip_forward": number(0, 1),
    "net.core.somaxconn": number(128, 65535),
    "net.core.rmem_max": number(212992, 67108864),
    "net.core.wmem_max": number(212992, 67108864),
    "net.core.netdev_max_backlog": number(300, 30000),
    "net.core.default_qdisc": one_of("fq", "fq_codel", "pfifo_fast"),
    "vm.swappiness": number(0, 100),
    "vm.dirty_ratio": number(5, 60),
    "vm.overcommit_ratio": number(10, 90),
    "kernel.dmesg_restrict": number(0, 1),
    "kernel.kptr_restrict": number(0, 2),
    "kernel.pid_max": number(32768, 4194304),
    "fs.protected_symlinks": number(0, 1),
    "kernel.core_pattern": one_of("core", "core.%p"),
    "vendor.some.key": one_of("a", "b c", "1 2", "é"),
}
INTERFACES = ("all", "default", "lo", "eth0")
PER_INTERFACE = {"rp_filter": number(0, 2), "send_redirects": number(0, 1), "accept_source_route": number(0, 1)}
for _interface in INTERFACES:
    KEYS |= {f"net.ipv4.conf.{_interface}.{_name}": _value for _name, _value in PER_INTERFACE.items()}
NEED_HAZARD = ("kernel.core_pattern",)


def line(chance, key, value):
    """A line as people write them."""
    key = key.replace(".", "/") if chance.random() < 0.15 else key
    text = f"{chance.choice(('', '', ' ', '-'))}{key}{chance.choice((' = ', '=', '   =', '= '))}{value}"
    return text + chance.choice(("", "", "  ")) + chance.choice(("\n", "\n", "\n", "\r\n"))


def sysctl_text(chance):
    lines = [line(chance, key, KEYS[key](chance)) for key in chance.sample(sorted(KEYS), chance.randint(0, 12))]
    for _ in range(chance.randint(0, 4)):
        lines.insert(chance.randint(0, len(lines)), chance.choice(("# a remark\n", "\n", "; x = 1\n", "\t \n", "nonsense\n", "# caf\udce9\n")))
    text = "".join(lines)
    return (text if chance.random() < 0.8 else text.rstrip("\r\n")).encode(errors="surrogateescape")


def make_host(host, chance):
    """Old values, files of others, owners and modes; sometimes a drop-in that is there already."""
    host.remove(MAIN)
    for key, value in KEYS.items():
        if chance.random() < 0.85:
            host.set_live(key, value(chance).replace(" ", "\t"))
        elif chance.random() < 0.5 and ".conf." not in key:
            host.remove(host.key_path(key))
    if chance.random() < 0.8:
        real = "/etc/real.conf" if chance.random() < 0.2 else MAIN
        path = host.write(real, sysctl_text(chance), chance.choice((0o644, 0o644, 0o600, 0o640)))
        if real != MAIN:
            host.link(MAIN, "real.conf")
        if os.geteuid() == 0:
            os.chown(path, chance.choice((0, 0, 5)), chance.choice((0, 7)))
    for name in ("10-local.conf", "99-aaa.conf", "zz-last.conf"):
        if chance.random() < 0.3:
            host.write(f"/etc/sysctl.d/{name}", sysctl_text(chance))
    if chance.random() < 0.2:
        host.write(DROP_IN, sysctl_text(chance), chance.choice((0o644, 0o600)))


def profile(host, chance, name):
    lines = []
    for key in chance.sample(sorted(KEYS), chance.randint(1, 14)):
        value = KEYS[key](chance)
        fields = [f'value: "{value}"', "optional: true"]
        if value.isdigit() and "ports" not in key and chance.random() < 0.2:
            fields[0] = f"{chance.choice(('min', 'max'))}: {value}"
        if chance.random() < 0.15:
            fields.append(f"manage: [{chance.choice(('live', 'boot'))}]")
        if key in NEED_HAZARD:
            fields.append("accept_hazard: true")
        lines.append(f"{key}: {{{', '.join(fields)}}}")
    if chance.random() < 0.4:
        each = chance.choice(sorted(PER_INTERFACE))
        fields = f"value: {PER_INTERFACE[each](chance)}" + chance.choice(("", ", except: [lo]", ", except: [all, 'e*']"))
        lines.append(f"net.ipv4.conf.*.{each}: {{{fields}}}")
    host.profile("\n".join(lines), name=name)


def facts(host):
    """Values by their fields, as the kernel prints them in its own way; of everything else all that a replacement keeps."""
    found = {}
    for folder, _, files in os.walk(host.root):
        for name in files:
            path = os.path.join(folder, name)
            shown = os.path.relpath(path, host.root)
            if shown.startswith(("var/", "run/")):
                continue
            status = os.lstat(path)
            if os.path.islink(path):
                found[shown] = os.readlink(path)
                continue
            with open(path, "rb") as file:
                text = file.read()
            found[shown] = tuple(text.split()) if shown.startswith("proc/sys/") else (
                text, oct(status.st_mode), status.st_uid, status.st_gid)
    return found


def same(host, what, before):
    now = facts(host)
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            host.fault(f"{what}: {name}:\n    found  {now.get(name)!r}\n    wanted {before.get(name)!r}")


def change(host, chance, what, words):
    """One apply of a new profile, by one of the ways it can go. Nothing of it is left where it was not kept."""
    profile(host, chance, "plan.yaml")
    before, count = facts(host), len(journals(host))
    way = chance.choice(("plain", "plain", "plain", "keep-going", "confirmed", "not confirmed", "killed"))
    options = {"keep-going": ("--keep-going",), "confirmed": ("--confirm", "86400"), "not confirmed": ("--confirm", "86400")}
    host.run("apply", "-p", "plan.yaml", *words, *options.get(way, ()), exit=(IN_LINE, DRIFT, PENDING))
    if len(journals(host)) == count:  # nothing was to be done
        same(host, f"{what}: an apply of nothing", before)
        return
    if way == "confirmed":
        host.run("confirm", exit=IN_LINE)
    elif way == "not confirmed":
        host.run("rollback", exit=IN_LINE)
        same(host, f"{what}: not confirmed", before)
    elif way == "killed":
        reopen(host, chance.choice(("begun", "undoing")))
        host.run("recover", exit=IN_LINE)
        same(host, f"{what}: killed", before)


def try_plan(host, which):
    chance = random.Random(which)
    what = f"plan {which} (HOLDFAST_FIRST_PLAN={which} HOLDFAST_PLANS=1)"
    make_host(host, chance)
    words = chance.choice(((), ("--loader", "procps"), ("--loader", "procps:3"), ("--loader", "systemd")))
    if chance.random() < 0.2 and words[1:2] != ("systemd",) and words:
        host.write(AGENT, "persist: {target: sysctl.conf}\n")
    states = [facts(host)]
    for _ in range(chance.randint(1, 3)):
        change(host, chance, what, words)
        states.append(facts(host))
    standing = [each for each in history(host)["transactions"] if each["stands"]]
    if not standing:
        same(host, f"{what}: nothing stands", states[0])
    elif chance.random() < 0.5:
        host.run("rollback", standing[-1]["id"], exit=IN_LINE)
        same(host, f"{what}: the first taken back", states[0])
        newest = history(host)["transactions"][0]
        if newest["kind"] == "rollback":  # else all of them together had changed nothing
            host.run("rollback", newest["id"], exit=IN_LINE)
            same(host, f"{what}: the rollback taken back", states[-1])
    else:
        for _ in standing:
            host.run("rollback", exit=IN_LINE)
        same(host, f"{what}: one by one", states[0])
        host.run("rollback", exit=WORK)
    host.equal(f"{what}: open", opened(host), False)
    left = [each.name for each in host.path(JOURNAL).glob("*.next")] if host.path(JOURNAL).is_dir() else []
    host.equal(f"{what}: kept for confirm", left, [])


@rows({f"{row + 1} of {ROWS}": row for row in range(ROWS)})
def rollback_gives_everything_back(host, row):
    host.keep()
    for which in range(FIRST + row, FIRST + PLANS, ROWS):
        count = len(host.faults)
        host.reset()
        try_plan(host, which)
        if len(host.faults) > count:
            host.fault(f"that was plan {which}")
