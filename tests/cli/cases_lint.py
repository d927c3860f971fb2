"""lint: each rule once where it must speak and once where it must not, in sysctl files, profiles and on hosts."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from harness import CASES, NOBODY, case, rows
from program import DENIED, DRIFT, IN_LINE, INVALID, TOP, WORK

LOADERS = ("systemd", "procps", "procps:3")
FIN = "net.ipv4.tcp_fin_timeout"
RP = "net.ipv4.conf.{}.rp_filter"
FILE = "10-a.conf"  # a name that every loader would read
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")  # what must never reach a terminal


@dataclass
class Rule:
    """A text that gets the finding, and texts that do not."""
    severity: str
    at: str  # line:column
    bad: str
    near: tuple = ()
    words: tuple = ()  # of the bad text's run
    near_words: tuple = None  # where the same text with other words is the near miss
    loaders: tuple = LOADERS
    key: str = None
    said: str = ""  # a pattern of the text and the remedy


def findings(host, *words, **options):
    """[(rule, severity, file, line, column)] as --json has them; the document's own sums must agree."""
    document = host.run("lint", *words, "--json", **options).document or {}
    found = document.get("findings", [])
    counts = {word: sum(each["severity"] == word for each in found) for word in ("error", "warning", "note")}
    if not document.get("unlisted"):        # what is beyond the bound counts, too
        host.equal(f"lint {' '.join(words)}: counts", document.get("counts"), counts)
    return [(each["rule"], each["severity"], each.get("file"), each.get("line"), each.get("column")) for each in found]


def place(file, at):
    line, _, column = at.partition(":")
    return file, int(line) if line else None, int(column) if column else None


def check_rule(host, name, rule, loader, file):
    """The bad text gets the finding, in JSON and in words, at its place; the near misses do not."""
    wanted = (name, rule.severity, *place(file, rule.at))
    words = ("--loader", loader, *rule.words, file)
    found = findings(host, *words)
    if wanted not in found:
        host.fault(f"{loader}: no {wanted} in {found}")
    shown = host.run("lint", *words)
    head = f"{file}:{rule.at}: {rule.severity}: {rule.key + ' ' if rule.key else ''}"
    if head not in shown.out or f"[{name}]" not in shown.out:
        host.fault(f"{loader}: no '{head}...[{name}]' in words:\n{shown.out}")
    host.says(shown, *[rule.said] * bool(rule.said), stream="out")


def silent_of(host, name, words):
    found = [each for each in findings(host, *words) if each[0] == name]
    if found:
        host.fault(f"{' '.join(words)}: {found} should not be there")


def check_table(host, row):
    name, rule, make, file = row
    for loader in rule.loaders:
        make(host, rule.bad)
        check_rule(host, name, rule, loader, file)
        if rule.near_words is not None:
            silent_of(host, name, ("--loader", loader, *rule.near_words, file))
        for text in rule.near:
            make(host, text)
            silent_of(host, name, ("--loader", loader, *rule.words, file))


# ---- sysctl files ---------------------------------------------------------------------------------------------------

# The rule's name, after a blank what tells several of a rule apart.
FILES = {
    "removed-key": Rule("error", "2:1", "vm.swappiness = 10\nnet.ipv4.tcp_tw_recycle = 1\n", ("net.ipv4.tcp_tw_reuse = 1\n",),
                        near_words=("--kernel", "4.11"), key="net.ipv4.tcp_tw_recycle", said="4\\.12"),
    "removed-key on 4.4": Rule("error", "1:1", "net.ipv4.tcp_tw_recycle = 1\n", words=("--kernel", "6.18"),
                               near_words=("--kernel", "4.4")),
    "future-key": Rule("warning", "1:1", "net.ipv4.tcp_tw_reuse_delay = 1000\n", words=("--kernel", "5.10"),
                       near_words=("--kernel", "6.14"), said="6\\.14"),
    "future-key of this kernel": Rule("warning", "1:1", "net.ipv4.tcp_rto_max_ms = 5000\n", near_words=("--kernel", "6.18")),
    "unknown-key mistyped": Rule("warning", "1:1", "net.ipv4.tcp_fin_timeuot = 30\n", (f"{FIN} = 30\n",),
                                 key="net.ipv4.tcp_fin_timeuot", said=f"Did you mean {FIN}"),
    "unknown-key": Rule("note", "1:1", "no.such.key = 30\n", near_words=("--kernel", "6.18")),
    "outside-kernel-range": Rule("error", "1:1", "vm.swappiness = 201\n", ("vm.swappiness = 200\n", "vm.swappiness = 0xc8\n"),
                                 said="0 to 200"),
    "outside-kernel-range of the latest": Rule("error", "1:1", "net.ipv4.tcp_syncookies = 256\n",
                                               ("net.ipv4.tcp_syncookies = 255\n",), words=("--kernel", "6.18"), said="6\\.18"),
    "outside-kernel-range of an older one": Rule("warning", "1:1", "net.ipv4.tcp_syncookies = 256\n",
                                                 ("net.ipv4.tcp_syncookies = 255\n",), words=("--kernel", "5.10")),
    "outside-sane-range": Rule("warning", "1:1", "net.core.netdev_max_backlog = 63\n", ("net.core.netdev_max_backlog = 64\n",)),
    "not-a-value": Rule("error", "1:1", "vm.swappiness = ten\n", ("vm.swappiness = 0x0a\n",)),
    "not-a-value that is taken": Rule("warning", "1:1", "vm.swappiness = 10 pages\n"),
    "not-a-value stuck comment": Rule("error", "1:1", "vm.swappiness = 10#x\n"),
    "not-a-value ports": Rule("error", "1:1", "net.ipv4.ip_local_reserved_ports = 65536\n",
                              ("net.ipv4.ip_local_reserved_ports = 65535,1-2\n",)),
    "wrong-arity": Rule("warning", "1:1", "net.ipv4.tcp_rmem = 4096 131072\n", ("net.ipv4.tcp_rmem = 4096\t131072 6291456\n",)),
    "wrong-arity too many": Rule("warning", "1:1", "vm.swappiness = 1 2\n", ("vm.swappiness = 1\n",)),
    "descending": Rule("warning", "1:1", "net.ipv4.tcp_rmem = 9000 8000 7000\n",
                       ("net.ipv4.tcp_rmem = 7000 7000 9000\n", "net.ipv4.ping_group_range = 1 0\n")),
    "octal": Rule("warning", "1:1", "vm.swappiness = 010\n",
                  ("vm.swappiness = 0\n", "vm.swappiness = 0x10\n", "kernel.domainname = 010\n"), said="is 8"),
    "octal in a vector": Rule("warning", "1:1", "net.ipv4.tcp_rmem = 4096 0131072 6291456\n"),
    "hazard": Rule("warning", "1:1", "kernel.core_pattern = |/bin/x\n", ("kernel.core_uses_pid = 1\n",)),
    "hazard by value": Rule("warning", "1:1", "kernel.yama.ptrace_scope = 3\n", ("kernel.yama.ptrace_scope = 2\n",)),
    "action-key": Rule("error", "1:1", "vm.drop_caches = 3\n", ("vm.vfs_cache_pressure = 50\n",)),
    "read-only-key": Rule("error", "1:1", "fs.file-nr = 1\n", ("fs.file-max = 100000\n",)),
    "trap-value": Rule("warning", "1:1", f"{FIN} = 61\n", (f"{FIN} = 60\n", f"{FIN} = 120\n"), key=FIN),
    "trap-value 119": Rule("warning", "1:1", f"{FIN} = 119\n"),
    "reads-back-otherwise power of two": Rule("note", "1:1", "fs.pipe-max-size = 1000000\n", ("fs.pipe-max-size = 1048576\n",)),
    "reads-back-otherwise one": Rule("note", "1:1", "net.bridge.bridge-nf-call-iptables = 2\n",
                                     ("net.bridge.bridge-nf-call-iptables = 1\n",)),
    "reads-back-otherwise ticks": Rule("note", "1:1", "net.ipv4.tcp_invalid_ratelimit = 101\n",
                                       ("net.ipv4.tcp_invalid_ratelimit = 500\n",)),
    "coarse-key": Rule("warning", "1:1", "net.ipv4.neigh.default.base_reachable_time = 30\n",
                       ("net.ipv4.neigh.default.base_reachable_time_ms = 30000\n",), said="base_reachable_time_ms instead"),
    "myth": Rule("note", "1:1", f"{FIN} = 30\n", ("kernel.panic = 10\n",), key=FIN),
    "takes-effect-later": Rule("note", "1:1", "net.core.somaxconn = 4096\n", ("net.core.netdev_max_backlog = 2000\n",)),
    "dotted-vlan": Rule("warning", "1:1", "net.ipv4.conf.eth0.7.rp_filter = 1\n",
                        ("net.ipv4.conf.eth0/7.rp_filter = 1\n", "net/ipv4/conf/eth0.7/rp_filter = 1\n",
                         "net.ipv4.conf.eth0.7.x.rp_filter = 1\n"), said="Write net\\.ipv4\\.conf\\.eth0/7\\.rp_filter"),
    "twins": Rule("warning", "1:1", "vm.dirty_ratio = 20\nvm.dirty_bytes = 1000000\n",
                  ("vm.dirty_ratio = 20\nvm.dirty_bytes = 0\n", "vm.dirty_ratio = 20\nvm.dirty_background_bytes = 1000000\n"),
                  said=f"{FILE}:2"),
    "impossible-order": Rule("error", "1:1", "net.ipv4.ipfrag_low_thresh = 4194305\n", ("net.ipv4.ipfrag_low_thresh = 4194304\n",)),
    "impossible-order raised later": Rule(
        "error", "1:1", "net.ipv4.ipfrag_low_thresh = 5000000\nnet.ipv4.ipfrag_high_thresh = 6000000\n",
        ("net.ipv4.ipfrag_high_thresh = 6000000\nnet.ipv4.ipfrag_low_thresh = 5000000\n",), said=f"{FILE}:2"),
    "impossible-order element": Rule(
        "error", "2:1", "net.ipv4.ip_local_port_range = 1024 65535\nnet.ipv4.ip_unprivileged_port_start = 2000\n",
        ("net.ipv4.ip_local_port_range = 1024 65535\nnet.ipv4.ip_unprivileged_port_start = 1024\n",)),
    "impossible-order by advice": Rule(
        "error", "2:1", "kernel.perf_cpu_time_max_percent = 0\nkernel.perf_event_max_sample_rate = 1000\n",
        ("kernel.perf_cpu_time_max_percent = 25\nkernel.perf_event_max_sample_rate = 1000\n",)),
    "reset-later": Rule("warning", "1:1", "net.ipv4.conf.all.accept_redirects = 1\nnet.ipv4.ip_forward = 1\n",
                        ("net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.accept_redirects = 1\n",
                         "net.ipv4.conf.all.accept_redirects = 1\nnet.ipv4.ip_forward = 0\n",
                         "net.ipv4.conf.all.accept_redirects = 0\nnet.ipv4.ip_forward = 1\n",   # as the kernel sets it
                         "net.ipv4.conf.eth0.accept_redirects = 1\nnet.ipv4.ip_forward = 1\n"), said=f"{FILE}:2"),
    "no-effect tw_reuse": Rule("warning", "2:1", "net.ipv4.tcp_timestamps = 0\nnet.ipv4.tcp_tw_reuse = 1\n",
                               ("net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_reuse = 1\n",
                                "net.ipv4.tcp_timestamps = 0\nnet.ipv4.tcp_tw_reuse = 0\n")),
    "no-effect rmem_max": Rule("note", "1:1", "net.core.rmem_max = 8388608\nnet.ipv4.tcp_rmem = 4096 131072 8388607\n",
                               ("net.core.rmem_max = 8388608\nnet.ipv4.tcp_rmem = 4096 131072 8388608\n",)),
    "no-effect all alone": Rule("warning", "1:1", "net.ipv4.conf.all.send_redirects = 0\n",
                                ("net.ipv4.conf.all.send_redirects = 0\nnet.ipv4.conf.default.send_redirects = 0\n",
                                 "net.ipv4.conf.all.accept_source_route = 0\n")),
    "below-demand": Rule("warning", "1:1", "net.core.somaxconn = 510\n", ("net.core.somaxconn = 511\n",)),
    "duplicate": Rule("warning", "1:1", "vm.swappiness = 10\nvm.swappiness = 20\n", ("vm.swappiness = 10\n",), said=f"{FILE}:2"),
    "duplicate same value": Rule("note", "1:1", "vm.swappiness = 10\nvm.swappiness = 0xa\n"),
    "duplicate alias": Rule("warning", "1:1", "net.ipv4.ip_forward = 1\nnet/ipv4/conf/all/forwarding = 0\n",
                            ("net.ipv4.ip_forward = 1\nnet.ipv4.conf.default.forwarding = 0\n",)),
    "glob-without-match": Rule("note", "1:1", RP.format("wlan*") + " = 1\n", (RP.format("eth*") + " = 1\n",),
                               loaders=("systemd", "procps")),
    "useless-exclusion": Rule("note", "1:1", "-vm.swappiness\n", (f"-{RP.format('eth0')}\n{RP.format('*')} = 1\n",),
                              loaders=("systemd", "procps")),
    "useless-exclusion of a line, by procps": Rule("note", "2:1", "vm.swappiness = 10\n-vm.swappiness\n", loaders=("procps",)),
    "cancelled-line": Rule("warning", "1:1", "vm.swappiness = 10\n-vm.swappiness\n", ("-vm.swappiness\nvm.swappiness = 10\n",),
                           loaders=("systemd",), said=f"{FILE}:2"),
    "byte-order-mark": Rule("error", "1:1", "\ufeffvm.swappiness = 10\n", ("vm.swappiness = 10\n# \ufeff\n",)),
    "carriage-return": Rule("note", "2:1", "# x\r\nvm.swappiness = 10\r\n", ("# x\r\nvm.swappiness = 10\n",)),
    "not-an-assignment": Rule("warning", "3:3", "# x\n\n  vm.swappiness 10\n", ("# vm.swappiness 10\n", "; x\n", "vm.swappiness=10\n")),
    "quoted-value": Rule("error", "1:1", "vm.swappiness = \"10\"\n", ("vm.swappiness = 10\n",)),
    "quoted-value text": Rule("warning", "1:1", "kernel.domainname = 'x'\n", ("kernel.domainname = x'y\n",)),
    "quoted-value half": Rule("error", "1:1", "vm.swappiness = \"10\n"),
    "inline-comment": Rule("warning", "1:1", "vm.swappiness = 10 # x\n", ("vm.swappiness = 10\n# x\n",)),
    "inline-comment semicolon": Rule("warning", "1:1", "vm.swappiness = 10 ; x\n"),
    "inline-comment text": Rule("error", "1:1", "kernel.domainname = a # x\n", ("kernel.domainname = a#x\n",)),
    "empty-value": Rule("error", "1:1", "vm.swappiness =\n", ("net.ipv4.ip_local_reserved_ports =\n", "vm.swappiness = 0\n")),
    "blank-after-dash": Rule("warning", "1:1", "- vm.swappiness = 10\n", ("-vm.swappiness = 10\n",), loaders=("procps", "procps:3")),
    "blank-after-dash by systemd": Rule("note", "1:1", "- vm.swappiness = 10\n", ("-vm.swappiness = 10\n",), loaders=("systemd",)),
    "loaders-differ": Rule("warning", "1:1", "- vm.swappiness = 10\n", ("-vm.swappiness = 10\n",), loaders=("systemd",)),
    "loaders-differ line": Rule("warning", "2:1", "vm.swappiness = 10\n- vm.swappiness = 20\n",
                                ("vm.swappiness = 20\n- vm.swappiness = 20\n",), loaders=("systemd",), said=f"{FILE}:1 sets 10"),
    "loaders-differ exclusion": Rule("warning", "1:1", "vm.swappiness = 10\n-vm.swappiness\n", ("vm.swappiness = 10\n",),
                                     loaders=("procps",)),
    # Lines that are nothing for the loader of this host and something for the other.
    "loaders-differ lost to procps": Rule("warning", "1:1", "- vm.swappiness = 10\n", loaders=("procps",)),
    "glob-without-match of procps 3": Rule("warning", "1:1", RP.format("*") + " = 1\n", (RP.format("all") + " = 1\n",), loaders=("procps:3",)),
}


@rows({name: (name, rule) for name, rule in FILES.items()})
def rule_of_files(host, row):
    name, rule = row
    check_table(host, (name.split()[0], rule, lambda host, text: host.write(FILE, text), FILE))


@rows({"syn": ("net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies", "0", "4096", "note", "no-effect"),
       "ratio": ("vm.overcommit_ratio", "vm.overcommit_memory", "2", "80", "note", "no-effect"),
       "ports": ("net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "8080", "1024 65535", "note", "trap-value"),
       "ra": ("net.ipv6.conf.all.forwarding", "net.ipv6.conf.default.accept_ra", "2", "1", "note", "trap-value")})
def advice(host, row):
    """A value that does nothing, or something else, as long as another is as it is: told alone, and not beside its cure."""
    key, other, cure, value, severity, rule = row
    host.write(FILE, f"{key} = {value}\n")
    if (rule, severity, FILE, 1, 1) not in findings(host, FILE):
        host.fault(f"no {rule}")
    host.write(FILE, f"{other} = {cure}\n{key} = {value}\n")
    silent_of(host, rule, (FILE,))


@rows({loader: loader for loader in LOADERS})
def several_files(host, loader):
    """Files are one boot, in the order in which they are named."""
    host.write("10-a.conf", "vm.swappiness = 10\nvm.dirty_ratio = 20\n")
    host.write("20-b.conf", "vm.dirty_ratio = 20\nvm.swappiness = 30\n")
    found = findings(host, "--loader", loader, "10-a.conf", "20-b.conf")
    host.equal("disagree", [each for each in found if each[0] == "files-disagree"], [("files-disagree", "warning", "10-a.conf", 1, 1)])
    host.equal("dead", [each for each in found if each[0] == "dead-line"], [("dead-line", "note", "10-a.conf", 2, 1)])
    found = findings(host, "--loader", loader, "20-b.conf", "10-a.conf")
    host.equal("the other way", [each for each in found if each[0] == "files-disagree"],
               [("files-disagree", "warning", "20-b.conf", 2, 1)])


@case()
def same_file_twice(host):
    """Named twice it is still one file, whose lines are no duplicates of themselves."""
    host.write(FILE, "vm.swappiness = 10\n")
    host.equal("findings", findings(host, FILE, FILE), findings(host, FILE))


# name: (name of the file, loader, whether it is told to be unread)
NAMES = {
    "conf": ("10-a.conf", "systemd", False),
    "no-suffix": ("a", "systemd", True),
    "no-suffix-procps": ("a", "procps", True),
    "backup": ("10-a.conf.bak", "procps", True),
    "hidden-systemd": (".a.conf", "systemd", True),
    "hidden-procps": (".a.conf", "procps", False),
    "main-systemd": ("sysctl.conf", "systemd", True),
    "main-procps": ("sysctl.conf", "procps", False),
    "main-in-folder": ("sysctl.d/sysctl.conf", "systemd", False),
}


@rows(NAMES)
def file_names(host, row):
    file, loader, unread = row
    host.write(file, "vm.dirty_ratio = 10\n")
    found = findings(host, "--loader", loader, file, exit=DRIFT if unread else IN_LINE)
    host.equal("unread", [each for each in found if each[0] == "not-read-at-boot"],
               [("not-read-at-boot", "warning", file, None, None)] * unread)


# name: (bytes, column of the finding)
COLUMNS = {"none": ("vm.swappiness 1", 1), "blanks": ("   vm.swappiness 1", 4), "tabs": ("\t\tvm.swappiness 1", 3),
           "mixed": (" \t vm.swappiness 1", 4)}


@rows(COLUMNS)
def columns(host, row):
    """Columns count characters from 1, of a broken line as of a good one."""
    text, column = row
    host.write(FILE, f"# é\n{text}\n{text.replace(' 1', ' = 201')}\n")
    found = findings(host, FILE)
    for wanted in (("not-an-assignment", "warning", FILE, 2, column), ("outside-kernel-range", "error", FILE, 3, column)):
        if wanted not in found:
            host.fault(f"no {wanted} in {found}")


# ---- profiles -------------------------------------------------------------------------------------------------------

PROFILES = {
    "invalid": Rule("error", "4:3", "kernel: 1", ("kernel.panic: 1",)),
    "invalid field": Rule("error", "4:18", "kernel.panic: {vlaue: 1}"),
    "removed-key": Rule("error", "5:3", "vm.swappiness: 10\nnet.ipv4.tcp_tw_recycle: {value: 1, accept_hazard: true}",
                        ("net.ipv4.tcp_tw_reuse: 1", "net.ipv4.tcp_tw_recycle: {value: 1, accept_hazard: true, when: {kernel: '< 4.12'}}"),
                        near_words=("--kernel", "4.4")),
    "future-key": Rule("warning", "4:3", "net.ipv4.tcp_rto_max_ms: 5000", ("net.ipv4.tcp_rto_max_ms: {value: 5000, when: {kernel: '>= 6.15'}}",),
                       near_words=("--kernel", "6.18"), said="6\\.15"),
    "unknown-key": Rule("warning", "4:3", "net.ipv4.tcp_fin_timeuot: 30", (f"{FIN}: 30",), said="Did you mean"),
    "outside-kernel-range": Rule("error", "4:18", "vm.swappiness: 201", ("vm.swappiness: 200",)),
    "outside-kernel-range bound": Rule("error", "4:24", "vm.swappiness: {max: 201}", ("vm.swappiness: {max: 200}",)),
    "outside-kernel-range of the latest": Rule("error", "4:3", "net.ipv4.tcp_syncookies: 256", ("net.ipv4.tcp_syncookies: 255",),
                                               words=("--kernel", "6.18")),
    "outside-sane-range": Rule("warning", "4:3", "net.core.netdev_max_backlog: 63", ("net.core.netdev_max_backlog: 64",)),
    "outside-sane-range min": Rule("warning", "4:3", "net.core.netdev_max_backlog: {min: 63}", ("net.core.netdev_max_backlog: {min: 64}",)),
    "outside-sane-range one_of": Rule("warning", "4:3", "net.core.netdev_max_backlog: {one_of: [64, 63]}",
                                      ("net.core.netdev_max_backlog: {one_of: [64, 65]}",)),
    "not-a-value": Rule("error", "4:18", "vm.swappiness: ten", ("vm.swappiness: 10",)),
    "wrong-arity": Rule("error", "4:22", "net.ipv4.tcp_rmem: [4096, 131072]", ("net.ipv4.tcp_rmem: [4096, 131072, 6291456]",)),
    "descending": Rule("error", "4:22", "net.ipv4.tcp_rmem: [9000, 8000, 7000]", ("net.ipv4.tcp_rmem: [7000, 8000, 9000]",)),
    "hazard": Rule("error", "4:3", "kernel.core_pattern: '|/bin/x'", ("kernel.core_pattern: {value: '|/bin/x', accept_hazard: true}",)),
    "action-key": Rule("error", "4:3", "vm.drop_caches: 3", ("vm.vfs_cache_pressure: 50",)),
    "read-only-key": Rule("error", "4:3", "fs.file-nr: 1", ("fs.file-max: 100000",)),
    "trap-value": Rule("warning", "4:3", f"{FIN}: 75", (f"{FIN}: 60", f"{FIN}: 120")),
    "reads-back-otherwise": Rule("note", "4:3", "fs.pipe-max-size: 1000000", ("fs.pipe-max-size: 1048576",)),
    "coarse-key": Rule("warning", "4:3", "net.ipv4.neigh.default.base_reachable_time: 30",
                       ("net.ipv4.neigh.default.base_reachable_time_ms: 30000",)),
    "myth": Rule("note", "4:3", f"{FIN}: 30", (f"{FIN}: {{value: 30, why: orphans pile up}}",)),
    "takes-effect-later": Rule("note", "4:3", "net.core.somaxconn: 4096", ("net.core.netdev_max_backlog: 2000",)),
    "dotted-vlan": Rule("warning", "4:3", "net.ipv4.conf.eth0.7.rp_filter: 1", ("net.ipv4.conf.eth0/7.rp_filter: 1",)),
    "twins": Rule("warning", "4:3", "vm.dirty_ratio: 20\nvm.dirty_bytes: 1000000", ("vm.dirty_ratio: 20\nvm.dirty_bytes: 0",)),
    "impossible-order": Rule("error", "4:3", "net.ipv4.ipfrag_low_thresh: 4194305",
                             ("net.ipv4.ipfrag_low_thresh: 5000000\nnet.ipv4.ipfrag_high_thresh: 6000000",)),
    "no-effect": Rule("warning", "5:3", "net.ipv4.tcp_timestamps: 0\nnet.ipv4.tcp_tw_reuse: 1",
                      ("net.ipv4.tcp_timestamps: 1\nnet.ipv4.tcp_tw_reuse: 1",)),
    "no-effect all alone": Rule("warning", "4:3", "net.ipv4.conf.all.send_redirects: 0", ("net.ipv4.conf.*.send_redirects: 0",)),
    "below-demand": Rule("warning", "4:3", "net.core.somaxconn: 510", ("net.core.somaxconn: {min: 511}",)),
}


@rows({name: (name, rule) for name, rule in PROFILES.items()})
def rule_of_profiles(host, row):
    name, rule = row
    rule.loaders = ("systemd",)
    check_table(host, (name.split()[0], rule, lambda host, text: host.profile(text), "web.yaml"))


@case()
def order_is_nothing_in_a_profile(host):
    """holdfast writes in an order of its own: what depends on the order of lines is no fault of a profile."""
    host.profile("net.ipv4.conf.all.accept_redirects: 0\nnet.ipv4.conf.default.accept_redirects: 0\nnet.ipv4.ip_forward: 1")
    host.equal("rules", {each[0] for each in findings(host, "web.yaml")} & {"reset-later", "impossible-order"}, set())


@case()
def profile_over_others(host):
    """Findings are of the profile that is named; what it stands on counts, and is told only when that is broken."""
    host.profile("net.ipv4.tcp_timestamps: 0\nvm.dirty_ratio: 900", "base.yaml")
    host.profile("net.ipv4.tcp_tw_reuse: 1", head="extends: [base]\n")
    found = findings(host, "web.yaml", exit=DRIFT)
    host.equal("of web", [each[:4] for each in found if each[2] == "web.yaml" and each[0] == "no-effect"],
               [("no-effect", "warning", "web.yaml", 5)])
    host.equal("both told", {each[2] for each in found}, {"web.yaml", "./base.yaml"})
    host.profile("net.ipv4.tcp_timestamps: 0\nnet.core.somaxconn: 128", "base.yaml")
    host.equal("only web", {each[2] for each in findings(host, "web.yaml", exit=DRIFT)}, {"web.yaml"})


@rows({"yaml": "web.yaml", "yml": "web.yml", "path": "./web.yaml"})
def names_of_profiles(host, name):
    """Each file that ends as YAML does is a profile, whatever its name."""
    host.profile(f"{FIN}: 75", name)
    host.equal("rules", [each[0] for each in findings(host, name, exit=DRIFT) if each[0] == "trap-value"], ["trap-value"])


@case()
def conditions_of_this_host(host):
    """What does not hold here is not judged."""
    host.profile(f"{FIN}: {{value: 75, when: {{arch: s390x}}}}")
    findings(host, "web.yaml", exit=IN_LINE)


@case()
def profiles_that_are_shipped(host):
    """Ours pass their own lint on every kernel that we name, apart from keys that come later."""
    for path in sorted((TOP / "profiles").glob("*.yaml")):
        host.write(f"shipped/{path.name}", path.read_bytes())
    for name in sorted(os.listdir(host.path("shipped"))):
        for kernel in ("4.4", "5.10", "6.18"):
            host.run("lint", "--kernel", kernel, f"shipped/{name}", "--fail-on", "error", exit=IN_LINE)


# ---- options, statuses ----------------------------------------------------------------------------------------------

TEXTS = {"error": "vm.swappiness = 201\n", "warning": f"{FIN} = 75\n", "note": f"{FIN} = 30\n", "none": "kernel.panic = 10\n"}
# severity found: exit by --fail-on error, warning, note
EXITS = {"error": (DRIFT, DRIFT, DRIFT), "warning": (IN_LINE, DRIFT, DRIFT), "note": (IN_LINE, IN_LINE, DRIFT),
         "none": (IN_LINE, IN_LINE, IN_LINE)}


@rows(EXITS)
def fail_on(host, exits):
    name = next(name for name in EXITS if EXITS[name] is exits)
    host.write(FILE, TEXTS[name])
    for word, status in zip(("error", "warning", "note"), exits):
        for form in ((), ("--json",), ("--sarif",), ("-q",)):
            host.run("lint", FILE, "--fail-on", word, *form, exit=status)
    host.run("lint", FILE, exit=exits[1])
    host.equal("quiet", host.run("lint", FILE, "-q").out, "")


@rows({"unknown-severity": ("--fail-on", "info"), "no-kernel": ("--kernel", "new"), "short-kernel": ("--kernel", "6"),
       "empty-kernel": ("--kernel", ""), "of-check": ("-o", "x.json"), "of-capture": ("--live",)})
def wrong_use(host, words):
    host.write(FILE, TEXTS["none"])
    host.equal("stdout", host.run("lint", FILE, *words, exit=64).out, "")


@case()
def options_of_lint_alone(host):
    for words in (("--kernel", "6.18"), ("--fail-on", "note"), ("--sarif",)):
        host.says(host.run("check", *words, exit=64), words[0])


@rows({"4.4": ("4.4", {"future-key"}), "5.10": ("5.10", {"removed-key", "future-key"}), "6.18": ("6.18", {"removed-key"}),
       "release": ("6.18.44-fc", {"removed-key"}), "three": ("4.12.0", {"removed-key", "future-key"})})
def kernels(host, row):
    kernel, wanted = row
    host.write(FILE, "net.ipv4.tcp_tw_recycle = 1\nnet.ipv4.tcp_rto_max_ms = 5000\n")
    host.equal("rules", {each[0] for each in findings(host, FILE, "--kernel", kernel)} & {"removed-key", "future-key"}, wanted)
    host.says(host.run("lint", FILE, "--kernel", kernel), rf"Linux {re.escape(kernel)}", stream="out")
    host.equal("kernel", host.run("lint", FILE, "--kernel", kernel, "--json").document.get("kernel"), kernel)


# name: (how it is made, pattern)
UNREADABLE = {
    "missing": (lambda host, name: None, "no such file|no file"),
    "missing-folder": (lambda host, name: host.write("x", ""), "no such file|no file"),
    "folder": (lambda host, name: host.path(name).mkdir(), "folder"),
    "fifo": (lambda host, name: host.fifo(name), "no regular file"),
    "zero": (lambda host, name: host.link(name, "/dev/zero"), "no regular file"),
    "tty": (lambda host, name: host.link(name, "/dev/tty"), "regular file|No such device|open"),
    "loop": (lambda host, name: host.link(name, name), "symbolic link"),
    "too-big": (lambda host, name: host.write(name, b"#\n" * (9 << 20)), "larger than"),
    "two-gibibytes": (lambda host, name: os.truncate(host.write(name, ""), 2 << 30), "larger than"),
}


@rows({f"{kind}-{name}": (row, name) for kind, row in UNREADABLE.items() for name in ("odd.conf", "odd.yaml")})
def unreadable(host, row):
    """It is told in the file's place, the others are judged all the same, and the status says that one was not."""
    (make, said), name = row
    make(host, name)
    host.write(FILE, TEXTS["note"])
    host.says(host.run("lint", name, FILE, exit=INVALID), rf"{name}.*error", said, rf"^{FILE}:1:1: note", stream="out")
    host.run("lint", name, "--fail-on", "error", "--sarif", exit=INVALID)
    found = findings(host, name, FILE, exit=INVALID)
    host.equal("place", [each[1:3] for each in found if each[2] == name], [("error", name)])


@rows({"empty": "", "no-profile": "a: b\n", "list": "- 1\n", "text": "hello\n", "broken": "profile: [\n", "nul": "profile: a\0b\n",
       "anchor": "profile: &x web\n", "two-documents": "profile: a\n---\nprofile: b\n", "sysctl": "net.ipv4.ip_forward = 1\n"})
def no_profile(host, text):
    host.write("web.yaml", text)
    found = findings(host, "web.yaml", exit=INVALID)
    host.equal("rules", {each[:3] for each in found}, {("invalid", "error", "web.yaml")})
    host.says(host.run("lint", "web.yaml", exit=INVALID), r"^web\.yaml:?.*: error: \[invalid\]$", stream="out")


@case(needs_root=True)
def lint_not_permitted(host):
    """77, for a sysctl file, a profile, a parent, and a file of the host."""
    host.write(FILE, TEXTS["none"], 0o600)
    host.profile(f"{FIN}: 60", "secret.yaml")
    host.path("secret.yaml").chmod(0o600)
    host.profile("vm.dirty_ratio: 10", head="extends: [secret]\n")
    for name in (FILE, "secret.yaml", "web.yaml"):
        host.says(host.run("lint", name, user=NOBODY, exit=DENIED), "Permission denied", stream="out")
        findings(host, name, user=NOBODY, exit=DENIED)
    host.write("/etc/sysctl.d/20-secret.conf", TEXTS["none"], 0o600)
    host.says(host.run("lint", user=NOBODY, exit=DENIED), r"20-secret\.conf.*Permission denied")


# ---- JSON and SARIF -------------------------------------------------------------------------------------------------

URI = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+|file:///(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*")


def check_sarif(host, document, words):
    """What sarif-schema-2.1.0.json requires of all that we print, and refuses beside it."""
    def members(what, found, needed, allowed=()):
        if not set(needed) <= found.keys() <= set(needed) | set(allowed):
            host.fault(f"{words}: members of {what}: {sorted(found)}")

    def text(what, found):
        members(what, found, ["text"])
        if not isinstance(found.get("text"), str) or not found["text"]:
            host.fault(f"{words}: no text in {what}")

    members("the log", document, ["version", "runs"], ["$schema"])
    host.equal("version", document["version"], "2.1.0")
    host.equal("runs", len(document["runs"]), 1)
    run = document["runs"][0]
    members("the run", run, ["tool", "results"], ["columnKind"])
    if run.get("columnKind") not in ("unicodeCodePoints", "utf16CodeUnits", None):
        host.fault(f"{words}: columnKind {run['columnKind']}")
    members("the tool", run["tool"], ["driver"])
    driver = run["tool"]["driver"]
    members("the driver", driver, ["name", "rules"], ["version", "informationUri"])
    rules = driver["rules"]
    for rule in rules:
        members("a rule", rule, ["id"], ["name", "shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration"])
        text("a rule", rule.get("shortDescription", {"text": "x"}))
    host.equal("rules are told once", len({rule["id"] for rule in rules}), len(rules))
    for result in run["results"]:
        members("a result", result, ["ruleId", "ruleIndex", "level", "message"], ["locations"])
        text("a message", result["message"])
        index = result["ruleIndex"]
        if not 0 <= index < len(rules) or rules[index]["id"] != result["ruleId"]:
            host.fault(f"{words}: rule {index} is not {result['ruleId']}")
        if result["level"] not in ("error", "warning", "note"):
            host.fault(f"{words}: level {result['level']}")
        for location in result.get("locations", []):
            members("a location", location, ["physicalLocation"])
            members("a place", location["physicalLocation"], ["artifactLocation"], ["region"])
            members("a file", location["physicalLocation"]["artifactLocation"], ["uri"])
            if not URI.fullmatch(location["physicalLocation"]["artifactLocation"]["uri"]):
                host.fault(f"{words}: no URI: {location['physicalLocation']['artifactLocation']['uri']!r}")
            region = location["physicalLocation"].get("region", {"startLine": 1})
            members("a region", region, ["startLine"], ["startColumn"])
            if not all(isinstance(number, int) and number >= 1 for number in region.values()):
                host.fault(f"{words}: region {region}")
    if "SARIF_SCHEMA" in os.environ:
        import jsonschema
        schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_bytes())
        for error in list(jsonschema.validators.validator_for(schema)(schema).iter_errors(document))[:3]:
            host.fault(f"{words}: not valid by {os.environ['SARIF_SCHEMA']}: {error.json_path}: {error.message[:200]}")


def sarif(host, *words, **options):
    """The document, after its form was checked; --json has the same findings in the same order."""
    result = host.run("lint", *words, "--sarif", **options)
    try:
        document = json.loads(result.out)
    except ValueError as err:
        host.fault(f"{words}: no JSON: {err}: {result.out[:200]!r}")
        return {"runs": [{"tool": {"driver": {"rules": []}}, "results": []}]}
    check_sarif(host, document, words)
    found = findings(host, *words, **options)
    host.equal("the same", [(each["ruleId"], each["level"]) for each in document["runs"][0]["results"]], [each[:2] for each in found])
    return document


# name of the file as the user writes it: its URI
URIS = {
    "plain.conf": "plain.conf", "a b%#.conf": "a%20b%25%23.conf", "é?.conf": "%C3%A9%3F.conf", "./x.conf": "x.conf",
    "sub/x.conf": "sub/x.conf", "sub/../x.conf": "sub/../x.conf", "a:b.conf": "a%3Ab.conf", "a\"<>\\^`{|}.conf":
    "a%22%3C%3E%5C%5E%60%7B%7C%7D.conf", "a\nb.conf": "a%0Ab.conf", "./+,;=@&$!*'().conf":
    "%2B%2C%3B%3D%40%26%24%21%2A%27%28%29.conf", ".//x.conf": "x.conf", "~x.conf": "~x.conf",
}


@rows({f"{i}": row for i, row in enumerate(URIS.items())})
def uris(host, row):
    name, uri = row
    host.write("sub/x.conf", "")
    host.write(name, TEXTS["error"])
    document = sarif(host, name, exit=DRIFT)
    host.equal("uri", {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                       for each in document["runs"][0]["results"]}, {uri})


@case()
def uri_of_bytes(host):
    """A name that is no UTF-8, absolute, and of a host."""
    name = os.fsencode(host.work) + b"/\xff\xfe.conf"
    with open(name, "wb") as file:
        file.write(TEXTS["error"].encode())
    uri = sarif(host, os.fsdecode(b"\xff\xfe.conf"), exit=DRIFT)["runs"][0]["results"][0]
    host.equal("uri", uri["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "%FF%FE.conf")
    host.write("abs.conf", TEXTS["error"])
    uri = sarif(host, str(host.path("abs.conf")), exit=DRIFT)["runs"][0]["results"][0]
    host.equal("absolute", uri["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], f"file://{host.path('abs.conf')}")
    uri = sarif(host, exit=DRIFT)["runs"][0]["results"][0]
    host.equal("host", uri["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "file:///etc/sysctl.d/99-sysctl.conf")


@case()
def sarif_of_nothing(host):
    host.write(FILE, "")
    host.equal("results", sarif(host, FILE, exit=IN_LINE)["runs"][0]["results"], [])
    document = sarif(host, "no.conf", exit=INVALID)
    host.equal("results", len(document["runs"][0]["results"]), 1)


@case()
def every_rule_has_its_test(host):
    """The program's own list of rules against the tables here."""
    host.write(FILE, "")
    rules = {rule["id"] for rule in sarif(host, FILE, exit=IN_LINE)["runs"][0]["tool"]["driver"]["rules"]}
    elsewhere = {"files-disagree", "dead-line", "other-owner", "odd-file", "not-read-at-boot"}
    host.equal("rules", rules, {name.split()[0] for name in (*FILES, *PROFILES)} | elsewhere)


@case()
def json_of_lint(host):
    host.write(FILE, f"{FIN} = 75\n")
    document = host.run("lint", FILE, "--json", exit=DRIFT).document
    host.equal("members", sorted(document), ["counts", "files", "findings", "kernel", "loader", "schema", "unlisted"])
    host.equal("schema", document["schema"], "holdfast.lint/1")
    host.equal("files", document["files"], [FILE])
    host.equal("kernel, loader", (document["kernel"], document["loader"]), ("6.1.0-18-amd64", "systemd"))
    host.equal("places", {tuple(each.get(name) for name in ("severity", "file", "line", "column", "key")) for each in document["findings"]},
               {("warning", FILE, 1, 1, FIN)})
    host.equal("the same twice", host.run("lint", FILE, "--json").out, host.run("lint", FILE, "--json").out)
    host.equal("stderr", host.run("lint", FILE, "--json").err, "")


@case()
def findings_are_in_order(host):
    """By file as named, then by line, then by severity."""
    host.write("b.conf", f"{FIN} = 75\nvm.swappiness = 201\n{FIN} = 75\n")
    host.write("a.conf", "net.ipv4.tcp_tw_recycle = 1\n")
    host.profile(f"{FIN}: 75")
    found = findings(host, "b.conf", "web.yaml", "a.conf")
    severity = {"error": 0, "warning": 1, "note": 2}
    for name in ("b.conf", "web.yaml", "a.conf"):
        of_file = [(each[3] or 0, severity[each[1]]) for each in found if each[2] == name]
        host.equal(f"order in {name}", of_file, sorted(of_file))
        host.equal(f"{name} is told", bool(of_file), True)
    host.equal("files stay together", len([i for i in range(1, len(found)) if found[i][2] != found[i - 1][2]]), 2)


# ---- the host -------------------------------------------------------------------------------------------------------

def clear(host):
    """No sysctl files at all."""
    for folder in ("/etc/sysctl.d", "/usr/lib/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d"):
        host.remove(folder)
    host.remove("/etc/sysctl.conf")


def of_host(host, files, *words):
    clear(host)
    for name, text in files.items():
        host.write(name, text)
    return findings(host, *words)


DEAD, DISAGREE, OWNER, UNREAD = "dead-line", "files-disagree", "other-owner", "not-read-at-boot"
A, Z = "/etc/sysctl.d/10-a.conf", "/etc/sysctl.d/90-z.conf"
V = "/usr/lib/sysctl.d/50-v.conf"
SWAP = "vm.swappiness = {}\n"
# name: (files, words, rules that must be there and where, rules that must not be there at all)
HOSTS = {
    "main-file-by-systemd": ({"/etc/sysctl.conf": SWAP.format(10)}, ("--loader", "systemd"),
                             [(UNREAD, "warning", "/etc/sysctl.conf", None, None), ("myth", "note", "/etc/sysctl.conf", 1, 1)], ["dead-line"]),
    "main-file-by-procps": ({"/etc/sysctl.conf": SWAP.format(10)}, ("--loader", "procps"),
                            [("myth", "note", "/etc/sysctl.conf", 1, 1)], [UNREAD]),
    "empty-main-file": ({"/etc/sysctl.conf": ""}, ("--loader", "systemd"), [], [UNREAD]),
    "hidden-by-systemd": ({"/etc/sysctl.d/.a.conf": SWAP.format(10)}, ("--loader", "systemd"),
                          [(UNREAD, "warning", "/etc/sysctl.d/.a.conf", None, None), ("myth", "note", "/etc/sysctl.d/.a.conf", 1, 1)], ["dead-line"]),
    "no-suffix": ({"/etc/sysctl.d/tuning": SWAP.format(10)}, (), [(UNREAD, "warning", "/etc/sysctl.d/tuning", None, None)], ["myth"]),
    "backup": ({"/etc/sysctl.d/10-a.conf~": SWAP.format(10)}, ("--loader", "procps"),
               [(UNREAD, "warning", "/etc/sysctl.d/10-a.conf~", None, None)], []),
    "run": ({"/run/sysctl.d/x": SWAP.format(10)}, (), [(UNREAD, "warning", "/run/sysctl.d/x", None, None)], []),
    "readme": ({"/etc/sysctl.d/README": SWAP.format(10), "/etc/sysctl.d/README.sysctl": "x\n"}, (), [], [UNREAD]),
    "own-temporary": ({"/etc/sysctl.d/.holdfast-x": SWAP.format(10)}, (), [], [UNREAD]),
    "disagree": ({A: SWAP.format(10), Z: SWAP.format(20)}, (), [(DISAGREE, "warning", A, 1, 1)], [DEAD]),
    "agree": ({A: SWAP.format(10), Z: SWAP.format(10)}, (), [(DEAD, "note", A, 1, 1)], [DISAGREE]),
    "vendor-overridden": ({V: SWAP.format(10), Z: SWAP.format(20)}, (), [(DEAD, "note", V, 1, 1)], [DISAGREE]),
    "vendor-wins": ({A: SWAP.format(10), V: SWAP.format(20)}, (), [(DEAD, "note", A, 1, 1)], [DISAGREE]),
    "vendor-myth": ({V: SWAP.format(10)}, (), [], ["myth"]),
    "higher-folder": ({"/usr/lib/sysctl.d/10-a.conf": SWAP.format(10), A: SWAP.format(20)}, (), [], [DEAD, DISAGREE]),
    "run-disagrees": ({"/run/sysctl.d/20-b.conf": SWAP.format(10), Z: SWAP.format(20)}, (),
                      [(DISAGREE, "warning", "/run/sysctl.d/20-b.conf", 1, 1)], []),
    "main-file-wins-by-procps": ({Z: SWAP.format(10), "/etc/sysctl.conf": SWAP.format(20)}, ("--loader", "procps"),
                                 [(DISAGREE, "warning", Z, 1, 1)], []),
    "wildcard-dead": ({A: RP.format("eth*") + " = 1\n", Z: RP.format("eth0") + " = 2\n"}, ("--loader", "systemd"),
                      [(DEAD, "note", A, 1, 1)], [DISAGREE]),
    "wildcard-alive": ({A: RP.format("*") + " = 1\n", Z: RP.format("eth0") + " = 2\n"}, (), [], [DEAD, DISAGREE]),
    "wildcard-of-nothing": ({A: RP.format("wg*") + " = 1\n"}, ("--loader", "systemd"), [("glob-without-match", "note", A, 1, 1)], []),
    "vendor-wildcard-of-nothing": ({V: RP.format("wg*") + " = 1\n"}, (), [], ["glob-without-match"]),
    "refused-by-the-kernel": ({A: SWAP.format(201)}, (), [("outside-kernel-range", "error", A, 1, 1)], [DEAD]),
    "refused-for-its-wins": ({A: SWAP.format(10), Z: SWAP.format(201)}, ("--loader", "procps"),
                             [("outside-kernel-range", "error", Z, 1, 1)], []),
    "live-value-counts": ({"/proc/sys/net/ipv4/tcp_timestamps": "0\n", A: "net.ipv4.tcp_tw_reuse = 1\n"}, (),
                          [("no-effect", "warning", A, 1, 1)], []),
    "live-value-of-another-kernel": ({"/proc/sys/net/ipv4/tcp_timestamps": "0\n", A: "net.ipv4.tcp_tw_reuse = 1\n"},
                                     ("--kernel", "6.18"), [], ["no-effect"]),
    "loaders-differ": ({A: "- vm.swappiness = 10\n"}, ("--loader", "systemd"), [("loaders-differ", "warning", A, 1, 1)], []),
}


@rows(HOSTS)
def hosts(host, row):
    files, words, wanted, never = row
    found = of_host(host, files, *words)
    for each in wanted:
        if each not in found:
            host.fault(f"no {each} in {found}")
    for rule in never:
        if rule in [each[0] for each in found]:
            host.fault(f"{rule} in {found}")


KINDS = {
    "folder": lambda host, name: host.remove(name).mkdir(),
    "fifo": lambda host, name: host.fifo(name),
    "device": lambda host, name: host.link(name, "/dev/zero"),
    "dangling": lambda host, name: host.link(name, "nowhere.conf"),
}


@rows({name: name for name in KINDS if name != "device"})
def odd_files(host, kind):
    clear(host)
    host.write(Z, SWAP.format(10))
    KINDS[kind](host, A)
    for loader in ("systemd", "procps"):
        found = findings(host, "--loader", loader)
        host.equal(f"{loader}", [each[:3] for each in found if each[2] == A], [("odd-file", "warning", A)])
        host.equal(f"{loader}: stderr", host.run("lint", "--loader", loader).err, "")
    KINDS[kind](host, "/etc/sysctl.d/no-suffix")
    findings(host)


@case()
def mask_is_no_odd_file(host):
    """/dev/null and an empty file mask a vendor's; both are common."""
    clear(host)
    host.write(V, SWAP.format(10))
    for make in (lambda: host.link("/etc/sysctl.d/50-v.conf", "/dev/null"), lambda: (host.remove("/etc/sysctl.d/50-v.conf"),
                                                                                     host.write("/etc/sysctl.d/50-v.conf", ""))):
        make()
        host.equal("findings", findings(host, exit=IN_LINE), [])


@case()
def unread_files_are_told_in_order(host):
    """By name, whatever the folder's own order is."""
    clear(host)
    for i in (7, 3, 9, 1, 5, 8, 2, 6, 4, 0) * 2:
        host.write(f"/etc/sysctl.d/note{i}{i}", SWAP.format(10))
    names = [each[2] for each in findings(host)]
    host.equal("order", names, sorted(names))


@case("vlan")
def vlan_host(host):
    found = findings(host, exit=DRIFT)
    host.equal("dotted", [each for each in found if each[0] == "dotted-vlan"],
               [("dotted-vlan", "warning", "/etc/sysctl.d/50-naive.conf", 2, 1)])
    host.says(host.run("lint"), r"Write net\.ipv4\.conf\.eth0/100\.rp_filter", stream="out")


@case("vlan")
def vlan_interface_with_two_dots(host):
    """A name with more dots than one is still an interface's: eth0.100.200 is stacked."""
    clear(host)
    host.write("/proc/sys/net/ipv4/conf/eth0.100.200/rp_filter", "0\n")
    host.write(A, "net.ipv4.conf.eth0.100.200.rp_filter = 1\n")
    host.equal("told", [each[:4] for each in findings(host) if each[2] == A and each[1] != "note"], [("dotted-vlan", "warning", A, 1)])


# name: (files, severity or None)
IP = "net.ipv4.ip_forward = {}\n"
TUNED = {"/etc/tuned/active_profile": "throughput-performance\n",
         "/usr/lib/tuned/throughput-performance/tuned.conf": "[main]\nsummary=x\n[sysctl]\nvm.swappiness={}\n"}


def tuned(value, **more):
    return {name: text.format(value) for name, text in TUNED.items()} | more


OWNERS = {
    "tuned-differs": ({A: SWAP.format(20)} | tuned("10"), "warning", "tuned .*throughput-performance.*to 10"),
    "tuned-agrees": ({A: SWAP.format(10)} | tuned("10"), "note", "tuned"),
    "tuned-least": ({A: SWAP.format(10)} | tuned(">10"), "warning", "tuned"),
    "tuned-other-key": ({A: "vm.dirty_ratio = 20\n"} | tuned("10"), None, None),
    "tuned-not-active": ({A: SWAP.format(20)} | tuned("10") | {"/etc/tuned/active_profile": "\n"}, None, None),
    "tuned-include": ({A: SWAP.format(20), "/etc/tuned/active_profile": "mine\n",
                       "/etc/tuned/mine/tuned.conf": "[main]\ninclude=throughput-performance\n"} |
                      {name: text.format(10) for name, text in list(TUNED.items())[1:]}, "warning", "mine"),
    "tuned-profiles-folder": ({A: SWAP.format(20), "/etc/tuned/active_profile": "x\n",
                               "/etc/tuned/profiles/x/tuned.conf": "[sysctl]\nvm.swappiness=10\n"}, "warning", "tuned"),
    "tuned-missing": ({A: SWAP.format(20), "/etc/tuned/active_profile": "gone\n"}, None, None),
    "tuned-outside": ({A: SWAP.format(20), "/etc/tuned/active_profile": "../../x\n", "/x/tuned.conf": "[sysctl]\nvm.swappiness=10\n"},
                      None, None),
    "ufw-differs": ({A: IP.format(0), "/etc/ufw/ufw.conf": "# x\nENABLED=yes\n", "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"},
                    "warning", "ufw .*to 1"),
    "ufw-agrees": ({A: IP.format(1), "/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"},
                   "note", "ufw"),
    "ufw-off": ({A: IP.format(0), "/etc/ufw/ufw.conf": "ENABLED=no\n", "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"}, None, None),
    "ufw-off-after-a-comment": ({A: IP.format(0), "/etc/ufw/ufw.conf": "# ENABLED=yes\nENABLED=no\n",
                                 "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"}, None, None),
    "ufw-on-after-a-comment": ({A: IP.format(0), "/etc/ufw/ufw.conf": "# set ENABLED=yes to start\nENABLED=yes\n",
                                "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"}, "warning", "ufw"),
    "ufw-other-word": ({A: IP.format(0), "/etc/ufw/ufw.conf": "ENABLED=yesterday\n", "/etc/ufw/sysctl.conf": "net/ipv4/ip_forward=1\n"},
                       None, None),
    "ufw-comment": ({A: IP.format(0), "/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/ufw/sysctl.conf": "#net/ipv4/ip_forward=1\n"}, None, None),
    "command-line": ({A: SWAP.format(20), "/proc/cmdline": "quiet sysctl.vm.swappiness=10 ro\n"}, "warning", "command line.*to 10"),
    "command-line-first": ({A: SWAP.format(20), "/proc/cmdline": "sysctl.vm.swappiness=10"}, "warning", "command line"),
    "command-line-slashes": ({A: SWAP.format(20), "/proc/cmdline": "x sysctl.vm/swappiness=10\n"}, "warning", "command line"),
    "command-line-agrees": ({A: SWAP.format(10), "/proc/cmdline": "sysctl.vm.swappiness=10\n"}, "note", "command line"),
    "command-line-other": ({A: SWAP.format(20), "/proc/cmdline": "xsysctl.vm.swappiness=10 sysctl.vm.dirty_ratio=1\n"}, None, None),
    "docker": ({A: IP.format(1), "/var/run/docker.sock": ""}, "warning", "Docker"),
    "docker-by-run": ({A: IP.format(1), "/run/docker.sock": ""}, "warning", "Docker"),
    "docker-alias": ({A: "net.ipv4.conf.all.forwarding = 1\n", "/var/run/docker.sock": ""}, "warning", "Docker"),
    "docker-other-key": ({A: SWAP.format(10), "/var/run/docker.sock": ""}, None, None),
    "kubelet": ({A: "vm.overcommit_memory = 1\n", "/var/lib/kubelet/config.yaml": ""}, "warning", "kubelet"),
    "kube-proxy": ({A: "net.netfilter.nf_conntrack_max = 1\n", "/var/lib/kube-proxy/x": ""}, "warning", "kube-proxy"),
    "kube-proxy-alias": ({A: "net.nf_conntrack_max = 1\n", "/var/lib/kube-proxy/x": ""}, "warning", "kube-proxy"),
    "nobody": ({A: IP.format(1) + SWAP.format(10)}, None, None),
}


@rows(OWNERS)
def owners(host, row):
    files, severity, said = row
    if "/run/docker.sock" in files:
        host.remove("/var/run")
        host.link("/var/run", "/run")
    found = [each for each in of_host(host, files) if each[0] == OWNER]
    host.equal("owners", found, [(OWNER, severity, A, 1, 1)] * (severity is not None))
    if said:
        host.says(host.run("lint"), said, stream="out")


@case()
def owner_of_a_wildcard(host):
    found = of_host(host, {A: RP.format("*") + " = 1\n", "/proc/cmdline": f"sysctl.{RP.format('eth0')}=2\n"})
    host.equal("owners", [each for each in found if each[0] == OWNER], [(OWNER, "warning", A, 1, 1)])


@case()
def losing_line_has_no_owner(host):
    """Told at the line that counts, once."""
    found = of_host(host, {A: SWAP.format(30), Z: SWAP.format(20)} | tuned("10"))
    host.equal("owners", [each for each in found if each[0] == OWNER], [(OWNER, "warning", Z, 1, 1)])


TREES = ("debian12", "debian13", "container", "image", "old-kernel", "procps-only", "shadow-up", "shadow-down", "vlan")


def register_tree(tree):
    """The fake hosts as they are; the page of each is kept."""
    @case(tree)
    def lint_of_a_host(host):
        host.show("lint", exit=(IN_LINE, DRIFT))
        sarif(host)
    CASES[-1].name = f"lint_of_a_host[{tree}]"


for each in TREES:
    register_tree(each)


@case()
def profiles_of_the_host(host):
    """Without a word, the host's own profiles are looked at too; a profile by -p is."""
    clear(host)
    host.profile(f"{FIN}: 75", "/etc/holdfast/profiles/default.yaml")
    host.equal("default", [each[:4] for each in findings(host) if each[0] == "trap-value"],
               [("trap-value", "warning", "/etc/holdfast/profiles/default.yaml", 4)])
    host.profile("vm.swappiness: 201")
    host.equal("-p", [each[:3] for each in findings(host, "-p", "web.yaml") if each[1] == "error"],
               [("outside-kernel-range", "error", "web.yaml")])
    host.run("lint", "-p", "gone", exit=INVALID)


@case("image")
def lint_without_a_kernel(host):
    """No kernel to ask: what only a kernel could tell is not told."""
    found = of_host(host, {A: "no.such.key = 1\n" + RP.format("wg*") + " = 1\n" + "net.ipv4.tcp_tw_recycle = 1\n"})
    host.equal("rules", {each[0] for each in found} & {"unknown-key", "glob-without-match", "removed-key", "future-key"}, set())
    host.says(host.run("lint", "--kernel", "6.18"), r"removed-key", stream="out")


# ---- the how-to -----------------------------------------------------------------------------------------------------

HOWTO = (Path(__file__).resolve().parent / "howto/sysctl.conf").read_text()


@case()
def how_to_of_the_web(host):
    """The page that a user of the how-to's file gets, on a Debian 12 that is booted by systemd."""
    host.write("sysctl.conf", HOWTO)
    host.show("lint", "--loader", "systemd", "sysctl.conf", exit=DRIFT)
    found = findings(host, "--loader", "systemd", "sysctl.conf")
    for wanted in (("not-read-at-boot", "warning", "sysctl.conf", None, None), ("removed-key", "error", "sysctl.conf", 2, 1),
                   ("myth", "note", "sysctl.conf", 1, 1), ("myth", "note", "sysctl.conf", 3, 1)):
        if wanted not in found:
            host.fault(f"no {wanted}")
    host.equal("errors", [each[0] for each in found if each[1] == "error"], ["removed-key"])


@case()
def how_to_in_place(host):
    """The same file where the how-to puts it; and on a kernel that still had the key."""
    clear(host)
    host.write("/etc/sysctl.conf", HOWTO)
    host.show("lint", exit=DRIFT)
    host.show("lint", "--loader", "procps", "--fail-on", "error", exit=DRIFT)
    host.show("lint", "--loader", "procps", "--kernel", "4.4", "--fail-on", "error", exit=(IN_LINE, DRIFT))


# ---- hostile files --------------------------------------------------------------------------------------------------

ESC = "\x1b]0;owned\x07\x1b[31m"
C1 = "\u009b31m"
MUCH = (1 << 20) - 100  # a named file may have a mebibyte
HOSTILE = {
    "empty": b"",
    "one-byte": b"x",
    "only-dash": b"-",
    "only-equals": b"=\n = \n-=\n- =\n==\n",
    "nuls": b"\0\0\nvm.swappiness\0 = 1\0\nvm.swappiness = 1\0\x1b[31m\n\0",
    "all-nul": b"\0" * 4096,
    "mebibyte-of-line": b"x" * (MUCH) + b"\nvm.swappiness = 201\n",
    "mebibyte-of-key": b"net.ipv4." + b"x" * (MUCH) + b" = 1\n",
    "mebibyte-of-value": b"vm.swappiness = " + b"1" * (MUCH) + b"\n",
    "mebibyte-of-numbers": b"net.ipv4.tcp_rmem = " + b"1 " * (MUCH // 2) + b"\n",
    "mebibyte-of-dots": b"." * (MUCH) + b" = 1\n",
    "mebibyte-of-slashes": b"a" + b"/" * (MUCH) + b" = 1\n",
    "mebibyte-of-stars": b"net.ipv4.conf." + b"*" * (MUCH) + b".rp_filter = 1\n",
    "mebibyte-of-brackets": b"net.ipv4.conf." + b"[" * (MUCH) + b".rp_filter = 1\n",
    "mebibyte-of-comment": b"#" * (MUCH),
    "mebibyte-of-blanks": b" \t" * (MUCH // 2) + b"vm.swappiness 1\n",
    "mebibyte-of-text": b"kernel.domainname = " + b"'" * (MUCH) + b"\n",
    "mebibyte-of-ports": b"net.ipv4.ip_local_reserved_ports = " + b"0-65535," * (MUCH // 9) + b"0\n",
    "invalid-utf8": b"vm.\xff\xfe = \xc3\x28\nvm.swappiness = \xed\xa0\x80\nkernel.domainname = \xf8\x88\n",
    "utf8-key": "vm.schwäppiness = é\n".encode(),
    "escapes-in-keys": f"net.{ESC}.x = 1\n{ESC} = 1\nvm.{C1} = 1\n{ESC}\n-{ESC}\nnet.ipv4.conf.{ESC}*.rp_filter = 1\n".encode(),
    "escapes-in-values": f"vm.swappiness = {ESC}\nkernel.domainname = '{ESC}{C1}'\nvm.dirty_ratio = \"{ESC}\"\n"
                         f"net.ipv4.ip_local_reserved_ports = {ESC}\nnet.core.rps_default_mask = {C1}\n".encode(),
    "escapes-disagree": f"kernel.domainname = {ESC}\n- kernel.domainname = {C1}\n".encode(),
    "cr-ends": b"vm.swappiness = 201\rkernel.panic = x\r",
    "crlf": b"vm.swappiness = 201\r\nkernel.panic = x\r\n",
    "cr-within": b"vm.swap\rpiness = 20\r1\n",
    "hundred-thousand-comments": b"# x\n" * 100000,
    "hundred-thousand-broken": b"nothing\n" * 100000,
    "hundred-thousand-keys": b"".join(b"a.%d=1\n" % i for i in range(100000)),
    "hundred-thousand-exclusions": b"-a.b\n" * 100000,
    "five-thousand-of-one-key": b"".join(b"vm.swappiness = %d\n" % (i % 100) for i in range(5000)),
    "five-thousand-mistyped": b"".join(b"net.ipv4.tcp_fin_timeut%d = 1\n" % i for i in range(5000)),
    "five-thousand-interfaces": b"".join(b"net.ipv4.conf.eth%d.rp_filter = 1\n" % i for i in range(5000)),
    "five-thousand-redirects": b"".join(b"net.ipv4.conf.e%d.accept_redirects = 0\n" % i for i in range(2500)) +
                               b"net.ipv4.ip_forward = 1\n" * 2500,
    "three-hundred-wildcards": b"".join(b"net.ipv4.conf.*%d*.rp_filter = 1\n" % i for i in range(300)) +
                               b"".join(b"net.ipv4.conf.eth%d.rp_filter = 1\n" % i for i in range(4000)),
    "wildcards-that-backtrack": (b"net.ipv4.conf." + b"*a" * 30 + b"b.rp_filter = 1\n") * 20 +
                                b"".join(b"net.ipv4.conf.%s%d.rp_filter = 1\n" % (b"a" * 200, i) for i in range(50)),
}


@rows({f"{name}-{loader}": (name, loader) for name in HOSTILE for loader in LOADERS})
def hostile(host, row):
    """No crash, no hang (Host.run), no raw byte on a terminal, and the same findings by every output."""
    name, loader = row
    host.write(FILE, HOSTILE[name])
    shown = host.run("lint", "--loader", loader, FILE, exit=(IN_LINE, DRIFT))
    raw = RAW.search(shown.out)
    if raw:
        host.fault(f"raw {raw[0]!r} in {shown.out[max(0, raw.start() - 60):raw.end()]!r}")
    if loader == "procps:3":
        return
    found = findings(host, "--loader", loader, FILE, exit=shown.status)
    host.equal("findings of this file", {each[2] for each in found} - {FILE}, set())
    if loader == "systemd":
        host.run("lint", "--loader", loader, FILE, "--sarif", exit=shown.status)


@case()
def hostile_host(host):
    """The same as files of a host, all at once."""
    clear(host)
    for i, (name, data) in enumerate(HOSTILE.items()):
        if "hundred" not in name and "thousand" not in name and "wildcards" not in name:
            host.write(f"/etc/sysctl.d/{i:02}-{name}.conf", data)
    for loader in ("systemd", "procps"):
        shown = host.run("lint", "--loader", loader, exit=(IN_LINE, DRIFT))
        host.equal("raw", RAW.findall(shown.out + shown.err), [])


@rows({"keys": b"a.b = 1\n" * 3000000, "broken": b"x\n" * 1000000, "one-line": b"x" * (20 << 20), "one-value": b"vm.swappiness = " +
       b"9" * (20 << 20)})
def large_file_of_a_host(host, data):
    """A host's file may have 32 MiB; a larger one is refused."""
    clear(host)
    host.write(A, data)
    for loader in ("systemd", "procps"):
        host.run("lint", "--loader", loader, exit=(IN_LINE, DRIFT))
    host.write(A, b"#" * (33 << 20))
    host.says(host.run("lint", exit=(WORK, INVALID)), "10-a")


@case()
def file_names_with_escapes(host):
    """Names of files, given and found, in words and complaints."""
    name = f"a{ESC}{C1}\n.conf"
    host.write(name, TEXTS["error"])
    shown = host.run("lint", name, "gone" + name, exit=INVALID)
    host.equal("raw", RAW.findall(shown.out + shown.err), [])
    host.equal("lines", len([line for line in shown.out.splitlines() if line.startswith("a\\x1b")]) > 0, True)
    host.write(f"b{ESC}.yaml", f"profile: b\nversion: 1\nparameters:\n  {FIN}: 75\n")
    host.equal("raw", RAW.findall(host.run("lint", f"b{ESC}.yaml", exit=DRIFT).out), [])
    clear(host)
    host.write(f"/etc/sysctl.d/{name}", SWAP.format(10))
    host.write(f"/etc/sysctl.d/{ESC}", SWAP.format(10))
    host.write(Z, SWAP.format(20))
    shown = host.run("lint", exit=DRIFT)
    host.equal("raw", RAW.findall(shown.out + shown.err), [])
    findings(host)


@case()
def more_than_is_listed(host):
    """The list is bounded; what is not on it still counts: the status, and the sums say so."""
    host.write(FILE, b"# x\n" + b"vm.swappiness = 10\r\n" * 4990 + b"nothing\r\n" * 100 + b"vm.dirty_ratio = 101\n")
    document = host.run("lint", FILE, "--json", "--fail-on", "error", exit=DRIFT).document
    host.equal("unlisted", document["unlisted"] > 0, True)
    host.says(host.run("lint", FILE, exit=DRIFT), "more are not shown", stream="out")


@case()
def too_many_assignments(host):
    """Beyond the bound only the lines are looked at, and that is told under a name that fits."""
    host.write(FILE, "".join(f"a.b{i} = 1\n" for i in range(5001)) + "nothing\n")
    found = findings(host, FILE, exit=DRIFT)
    host.equal("lines", ("not-an-assignment", "warning", FILE, 5002, 1) in found, True)
    host.says(host.run("lint", FILE, exit=DRIFT), "more than 5000 assignments", stream="out")
    host.equal("not called invalid", [each for each in found if each[0] == "invalid"], [])


# ---- secrets --------------------------------------------------------------------------------------------------------

SECRET = "2001:db8::5ec:2e7"
STABLE = "net.ipv6.conf.default.stable_secret"


@rows({"alone": {A: f"{STABLE} = {SECRET}\n"}, "twice": {A: f"{STABLE} = {SECRET}\n{STABLE} = {SECRET}0\n"},
       "files": {A: f"{STABLE} = {SECRET}\n", Z: f"{STABLE} = {SECRET}0\n"}, "quoted": {A: f"{STABLE} = '{SECRET}'\n"},
       "comment": {A: f"{STABLE} = {SECRET} # x\n"}, "loaders": {A: f"{STABLE} = {SECRET}\n- {STABLE} = {SECRET}0\n"},
       "command-line": {A: f"{STABLE} = ::1\n", "/proc/cmdline": f"sysctl.{STABLE}={SECRET}\n"},
       "tuned": {A: f"{STABLE} = ::1\n"} | {name: text.replace("vm.swappiness={}", f"{STABLE}={SECRET}") for name, text in TUNED.items()},
       "profile": {"/etc/holdfast/profiles/default.yaml": f"profile: default\nversion: 1\nparameters:\n  {STABLE}: '{SECRET}'\n"}})
def secrets(host, files):
    """A secret's value is in nothing that lint prints."""
    clear(host)
    for name, text in files.items():
        host.write(name, text)
    for loader in ("systemd", "procps"):
        for form in ((), ("--json",), ("--sarif",)):
            shown = host.run("lint", "--loader", loader, *form)
            if SECRET in shown.out + shown.err:
                host.fault(f"{loader} {form}: the secret: {[line for line in shown.out.splitlines() if SECRET in line][0]}")
