"""Trees for --root with the layout of this machine's /proc/sys, as a host of another kernel and memory would have it.

    root = trees.make(t, kernel="4.19", memory=512 << 20)
    trees.fingerprint(root)             what a rollback has to restore

Values come from this machine but for what a profile is about (START); what a kernel of that age lacked is taken away, by
the catalogue's own `since` and by SINCE, and what it had and this one lacks is put in.
"""
import hashlib
import json
import os
import pathlib
import shutil

import judge

BASE = judge.TOP / "tests/trees/debian13"
# Kept out: what acts when read, secrets, what never stands still.
SKIPPED = {"stat_refresh", "tcp_fastopen_key", "stable_secret", "base_reachable_time", "retrans_time", "random",
           "binfmt_misc", "drop_caches", "compact_memory", "flush"}
INTERFACES = ("eth0", "eth1.100", "docker0", "veth1a2b", "lxc12")
MODULES = ("nf_conntrack", "br_netfilter", "zram")
# What a host has before anybody touches it, where this machine may differ or has no such key.
START = {
    "kernel/yama/ptrace_scope": "0", "kernel/sysrq": "438", "kernel/perf_event_paranoid": "1",
    "kernel/unprivileged_bpf_disabled": "0", "kernel/kptr_restrict": "0", "kernel/dmesg_restrict": "0",
    "kernel/pid_max": "32768", "fs/protected_fifos": "0", "fs/protected_regular": "0", "fs/protected_symlinks": "0",
    "fs/protected_hardlinks": "0", "fs/suid_dumpable": "0", "fs/inotify/max_user_instances": "128",
    "fs/inotify/max_user_watches": "8192", "fs/aio-max-nr": "65536", "vm/swappiness": "60", "vm/dirty_bytes": "0",
    "vm/dirty_background_bytes": "0", "vm/dirty_ratio": "20", "vm/dirty_background_ratio": "10",
    "vm/max_map_count": "65530", "vm/zone_reclaim_mode": "0", "vm/mmap_min_addr": "4096", "vm/page-cluster": "3",
    "kernel/keys/maxkeys": "200", "kernel/keys/maxbytes": "20000", "net/bridge/bridge-nf-call-iptables": "0",
    "net/bridge/bridge-nf-call-ip6tables": "0", "net/ipv4/ip_forward": "0", "net/core/bpf_jit_harden": "0",
    "net/core/somaxconn": "128", "net/core/netdev_max_backlog": "1000", "net/netfilter/nf_conntrack_max": "65536",
    "net/netfilter/nf_conntrack_buckets": "65536", "net/netfilter/nf_conntrack_tcp_timeout_established": "432000",
    "net/netfilter/nf_conntrack_icmp_timeout": "30", "net/netfilter/nf_conntrack_udp_timeout_stream": "120",
    "net/netfilter/nf_conntrack_tcp_loose": "1", "net/netfilter/nf_conntrack_tcp_timeout_time_wait": "120",
    "net/ipv4/tcp_tw_recycle": "0", "net/ipv4/tcp_fin_timeout": "60", "net/ipv4/tcp_max_tw_buckets": "4096",
    "net/ipv4/tcp_rmem": "4096\t131072\t6291456", "net/ipv4/tcp_wmem": "4096\t16384\t4194304",
} | {f"net/ipv{family}/neigh/default/gc_thresh{which}": value
     for family in (4, 6) for which, value in ((1, "128"), (2, "512"), (3, "1024"))}

# Since when, where the catalogue does not say; the profiles' conditions are tried against this, not against themselves.
SINCE = {"fs/protected_fifos": "4.19", "fs/protected_regular": "4.19", "net/core/bpf_jit_harden": "4.7",
         "kernel/unprivileged_bpf_disabled": "4.4", "net/ipv4/tcp_tw_reuse_delay": "6.14"}
READ_ONLY_UNTIL = {"net/netfilter/nf_conntrack_buckets": "4.8"}


def copy_interface(sys_folder, name):
    for family in ("ipv4", "ipv6"):
        folder = sys_folder / "net" / family / "conf"
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(folder / "default", folder / name)


def copy_machine(sys_folder):
    for where, _, names in os.walk("/proc/sys"):
        for name in names:
            path = os.path.join(where, name)
            if SKIPPED & set(path.split("/")) or not os.stat(path).st_mode & 0o444:
                continue
            try:
                data = pathlib.Path(path).read_bytes()
            except OSError:
                continue
            target = sys_folder / os.path.relpath(path, "/proc/sys")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            target.chmod(os.stat(path).st_mode & 0o777)


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o644)
    path.write_text(text + "\n")


def since(t):
    """{path: release} of all that the catalogue dates, and of SINCE."""
    rows = json.loads(t.run("explain", "--root", t.empty(), "--json", "*").out)["parameters"]
    return {each["key"].replace(".", "/"): each["catalogue"]["since"] for each in rows
            if "since" in each["catalogue"] and "<" not in each["key"]} | SINCE


def make(t, kernel, memory, cpus=4):
    root = t.folder / f"linux-{kernel}-{memory >> 20}"
    shutil.copytree(BASE, root, symlinks=True)
    sys_folder = root / "proc/sys"
    shutil.rmtree(sys_folder)
    copy_machine(sys_folder)
    for path, value in START.items():
        put(sys_folder / path, value)
    for name in INTERFACES:
        copy_interface(sys_folder, name)
    for path, release in since(t).items():
        if judge.release(kernel) < judge.release(release):
            (sys_folder / path).unlink(missing_ok=True)
    for path, release in READ_ONLY_UNTIL.items():
        if judge.release(kernel) < judge.release(release):
            (sys_folder / path).chmod(0o444)
    if judge.release(kernel) >= (4, 12):
        (sys_folder / "net/ipv4/tcp_tw_recycle").unlink()
    put(sys_folder / "kernel/osrelease", f"{kernel}.0-1-amd64")
    put(root / "proc/version", f"Linux version {kernel}.0-1-amd64 (test) #1 SMP")
    put(root / "proc/meminfo", f"MemTotal: {memory >> 10:>12} kB")
    put(root / "proc/cpuinfo", "\n\n".join(f"processor\t: {number}\nflags\t\t: fpu" for number in range(cpus)) + "\n")
    put(root / "sys/devices/system/cpu/online", f"0-{cpus - 1}")
    put(root / "proc/net/dev", "\n".join(["Inter-|   Receive", " face |bytes"]
                                         + [f"  {name}: 0" for name in ("lo", *INTERFACES)]))
    put(root / "proc/modules", "\n".join(f"{name} 16384 0 - Live 0x0" for name in MODULES))
    return root


def fingerprint(root):
    """Every file but holdfast's own journal and lock."""
    found = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not path.is_symlink() and not {"holdfast", "holdfast.lock"} & set(parts):
            found["/".join(parts)] = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
    return found


def value(root, key):
    path = root / "proc/sys" / key.translate(str.maketrans("./", "/."))
    return path.read_text().strip() if path.exists() else None
