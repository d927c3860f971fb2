"""tcp and report: the census of TCP sockets of a fake host, what it is read as, and damaged files of /proc/net."""

import ipaddress
import json
import os
import random
import re
import struct
import subprocess
from dataclasses import dataclass

from harness import NOBODY, case, rows
from metrics_text import metrics_faults, samples
from program import DENIED, IN_LINE, INVALID, USAGE, WORK, Result, environment

HEAD4 = ("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
         "                                                     \n")
HEAD6 = ("  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when"
         " retrnsmt   uid  timeout inode\n")
# The kernel's own numbers, include/net/tcp_states.h.
STATES = {"ESTABLISHED": 1, "SYN_SENT": 2, "SYN_RECV": 3, "FIN_WAIT1": 4, "FIN_WAIT2": 5, "TIME_WAIT": 6, "CLOSE": 7,
          "CLOSE_WAIT": 8, "LAST_ACK": 9, "LISTEN": 10, "CLOSING": 11}


NOW = ("report", "--tcp", "--format", "openmetrics")  # the census of now, and of a host that has kept no report that alone
SAVED = ("report", "--format", "openmetrics")
SOCKETS, SOCKETS_4, SOCKETS_6 = 280, 60, 220  # of the busy host
TIME_WAIT, OWNERLESS = 180, 183  # in TIME-WAIT; with the orphans in FIN-WAIT-2


def end(address, port):
    """As the kernel writes it: each 32-bit word is the number that it is in the memory of a little-endian machine."""
    packed = ipaddress.ip_address(address).packed
    return "".join(f"{word:08X}" for word in struct.unpack(f"<{len(packed) // 4}I", packed)) + f":{port:04X}"


def line(local, local_port, remote, remote_port, state, expires_ms=None, queue=0):
    """A line of /proc/net/tcp, without its number. One in TIME-WAIT belongs to nobody, nor does what has a time to live."""
    if state == "TIME_WAIT" and expires_ms is None:
        expires_ms = 60000
    timer = "00:00000000" if expires_ms is None else f"03:{expires_ms // 10:08X}"
    return (f"{end(local, local_port)} {end(remote, remote_port)} {STATES[state]:02X} 00000000:{queue:08X} {timer} 00000000"
            "     0        0 0 1 0000000000000000\n")


# ---- what is printed


@case("busy")
def tcp_in_words(host):
    host.show("tcp", exit=IN_LINE)
    host.show("tcp", "-v", exit=IN_LINE)
    host.show("tcp", "--totals", exit=IN_LINE)
    host.show("tcp", "--time-wait", exit=IN_LINE)
    host.show("tcp", "--top", "1", exit=IN_LINE)
    host.show("tcp", "--top", "0", exit=IN_LINE)


@case("busy")
def tcp_on_terminals(host):
    for columns in (40, 80, 120):
        host.show("tcp", columns=columns, exit=IN_LINE)
    host.show("tcp", env={"LC_ALL": "C"}, exit=IN_LINE)
    host.show("tcp", "-v", env={"LC_ALL": "C"}, columns=100, exit=IN_LINE)
    host.show("tcp", "--color", "always", exit=IN_LINE)


@case("busy")
def tcp_as_json(host):
    host.show("tcp", "--json", "--top", "3", exit=IN_LINE)
    host.show("tcp", "--json", "--totals", exit=IN_LINE)
    host.show("tcp", "--json", "--time-wait", exit=IN_LINE)
    host.show("tcp", "--json", "--top", "0", exit=IN_LINE)


@case("busy")
def census_as_metrics(host):
    host.show(*NOW, exit=IN_LINE)
    host.show("report", "--tcp", "--format", "metrics", exit=IN_LINE)


@case("busy")
def tcp_help(host):
    host.show("tcp", "--help", root=False, exit=IN_LINE)
    host.show("report", "--help", root=False, exit=IN_LINE)


@case("busy")
def census_in_apply(host):
    """Before and after a change of TCP's, and what only new sockets get; not of other changes, nor of none."""
    host.profile("net.ipv4.tcp_fin_timeout: 30\nnet.core.somaxconn: 8192\nnet.ipv4.tcp_tw_reuse: 1")
    host.profile("vm.swappiness: 10", "other.yaml")
    host.show("apply", "-p", "web.yaml", exit=IN_LINE)
    host.silent(host.run("apply", "-p", "web.yaml", exit=IN_LINE), "TCP SOCKETS")
    host.silent(host.run("apply", "-p", "other.yaml", exit=IN_LINE), "TCP SOCKETS")


@case("busy")
def apply_of_what_a_connection_keeps(host):
    """What both ends agree on when they connect is no matter to open connections."""
    keys = [f"net.ipv4.tcp_{name}" for name in ("ecn", "sack", "timestamps", "window_scaling")]
    for key in (*keys, "net.ipv4.tcp_fin_timeout"):
        host.set_live(key, "1")
    host.profile("\n".join(f"{key}: 0" for key in keys) + "\nnet.ipv4.tcp_fin_timeout: 30")
    result = host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.says(in_one_line(result), "open connections stay as they are; new ones get: " + ", ".join(keys) + r"\.", stream="out")
    for key in keys:
        host.says(result, rf"^✓ {re.escape(key)} .* for new sockets$", stream="out")
        host.says(host.run("explain", key, exit=IN_LINE), "^  Takes effect for sockets that are made after it$", stream="out")
    host.silent(result, r"^✓ net\.ipv4\.tcp_fin_timeout .* for new sockets")


@case("busy")
def census_in_the_report_of_apply(host):
    host.profile("net.ipv4.tcp_fin_timeout: 30")
    host.profile("vm.swappiness: 10", "other.yaml")
    found = host.run("apply", "-p", "web.yaml", "--json", exit=IN_LINE).document
    totals = host.run("tcp", "--totals", "--json", exit=IN_LINE).document
    for name in ("tcp", "tcp_before"):
        host.equal(name, found.get(name, {}).get("states"), totals["states"])
    again = host.run("apply", "-p", "web.yaml", "--json", exit=IN_LINE).document
    host.equal("of nothing to do", sorted(again.keys() & {"tcp", "tcp_before"}), [])
    checked = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE).document
    host.equal("of a check", sorted(checked.keys() & {"tcp", "tcp_before"}), [])
    other = host.run("apply", "-p", "other.yaml", "--json", exit=IN_LINE).document
    host.equal("of another key", sorted(other.keys() & {"tcp", "tcp_before"}), [])


@case("busy")
def census_never_holds_an_apply_up(host):
    """Sockets that cannot be counted are no reason not to change what was asked for."""
    host.profile("net.ipv4.tcp_fin_timeout: 30")
    for name, spoil in (("gone", lambda: host.remove("/proc/net/tcp")),
                        ("no line", lambda: host.write("/proc/net/tcp", "x" * 200000))):
        host.set_live("net.ipv4.tcp_fin_timeout", "60")
        spoil()
        found = host.run("apply", "-p", "web.yaml", "--json", exit=IN_LINE).document
        host.equal(f"{name}: live", host.live("net.ipv4.tcp_fin_timeout"), "30")
        host.equal(f"{name}: census", sorted(found.keys() & {"tcp", "tcp_before"}), [])


# ---- the command line

# name: (words, patterns on stderr)
WRONG = {
    "count-alone": (("tcp", "--count", "2"), ["--count", "--interval"]),
    "count-zero": (("tcp", "--interval", "1", "--count", "0"), ["--count", "from 1", "'0'"]),
    "count-word": (("tcp", "--interval", "1", "--count", "x"), ["--count", "'x'"]),
    "count-large": (("tcp", "--interval", "1", "--count", "1000001"), ["--count", "to 1000000"]),
    "count-empty": (("tcp", "--interval", "1", "--count="), ["--count", "''"]),
    "interval-zero": (("tcp", "--interval", "0"), ["--interval", "seconds", "'0'"]),
    "interval-negative": (("tcp", "--interval", "-1"), ["--interval", "'-1'"]),
    "interval-fraction": (("tcp", "--interval", "0.5"), ["--interval", "'0.5'"]),
    "interval-large": (("tcp", "--interval", "86401"), ["--interval", "to 86400"]),
    "interval-missing": (("tcp", "--interval"), ["--interval", "argument: SECONDS"]),
    "top-word": (("tcp", "--top", "x"), ["--top", "'x'"]),
    "top-negative": (("tcp", "--top", "-1"), ["--top", "from 0"]),
    "top-large": (("tcp", "--top", "1001"), ["--top", "to 1000"]),
    "top-huge": (("tcp", "--top", "99999999999999999999"), ["--top"]),
    "top-hexadecimal": (("tcp", "--top", "0x10"), ["--top", "'0x10'"]),
    "top-blank": (("tcp", "--top", " 1"), ["--top"]),
    "top-elsewhere": (("check", "--top", "1"), ["'check'", "--top"]),
    "totals-argument": (("tcp", "--totals=1"), ["--totals", "no argument"]),
    "totals-with-time-wait": (("tcp", "--totals", "--time-wait"), ["--totals", "--time-wait", "together"]),
    "top-with-totals": (("tcp", "--totals", "--top", "3"), ["--top", "--totals", "no tables"]),
    "top-with-time-wait": (("tcp", "--top", "0", "--time-wait"), ["--top", "--time-wait"]),
    "totals-elsewhere": (("report", "--totals"), ["'report'", "--totals"]),
    "time-wait-elsewhere": (("apply", "--time-wait"), ["'apply'", "--time-wait"]),
    "interval-elsewhere": (("report", "--interval", "1"), ["'report'", "--interval"]),
    "netns-with-root": (("tcp", "--netns", "blue", "--root", "../root"), ["--netns", "--root", "together"]),
    "netns-with-root-report": ((*NOW, "--netns", "1", "--root", "../root"), ["--netns", "--root"]),
    "netns-empty": (("tcp", "--netns", ""), ["--netns", "name"]),
    "netns-elsewhere": (("check", "--netns", "blue"), ["'check'", "--netns"]),
    "profile": (("tcp", "-p", "web.yaml"), ["'tcp'", "-p"]),
    "profile-report": (("report", "-p", "web.yaml"), ["'report'", "-p"]),
    "operand": (("tcp", "time-wait"), ["'tcp'", "'time-wait'"]),
    "operand-after-dashes": (("tcp", "--", "--totals"), ["'tcp'", "'--totals'"]),
    "two-reports": (("report", "a.json", "b.json"), ["'report'", "'b.json'"]),
    "format-unknown": (("report", "--format", "nonsense"), ["--format", "metrics", "json", "'nonsense'"]),
    "format-capital": (("report", "--format", "JSON"), ["--format", "'JSON'"]),
    "format-missing": (("report", "--format"), ["--format", "argument"]),
    "format-elsewhere": (("tcp", "--format", "json"), ["'tcp'", "--format"]),
    "json-with-metrics": (("report", "--json", "--format", "metrics"), ["--json", "--format", "together"]),
    "file-with-netns": (("report", "web.yaml", "--netns", "blue"), ["saved document", "--netns"]),
    "file-with-tcp": (("report", "web.yaml", "--tcp", "--format", "metrics"), ["saved document", "--tcp"]),
    "netns-without-tcp": (("report", "--netns", "blue"), ["--netns", "--tcp"]),
    "tcp-as-json": (("report", "--tcp"), ["--tcp", "--format metrics", "holdfast tcp"]),
    "tcp-as-csv": (("report", "--tcp", "--format", "csv"), ["--tcp", "--format metrics"]),
    "tcp-elsewhere": (("tcp", "--tcp"), ["'tcp'", "--tcp"]),
    "file-with-root": (("report", "web.yaml", "--root", "../root"), ["saved document", "--root"]),
    "stdin-with-root": (("report", "-", "--root", "../root"), ["saved document", "--root"]),
    "mistyped": (("tcp", "--time-wiat"), ["--time-wiat", "--time-wait"]),
}


@rows(WRONG, tree="busy")
def tcp_refuses(host, row):
    words, patterns = row
    host.profile("net.ipv4.tcp_fin_timeout: 30")
    result = host.run(*words, root=False, exit=USAGE)
    host.says(result, *patterns)
    host.equal("stdout", result.out, "")
    host.equal("lines of complaint", len(result.err.splitlines()), 1)


@case("busy")
def tcp_namespace_that_is_not_there(host):
    for word in ("no-such-namespace", "4194305", "..", ".", "x" * 300):
        result = host.run("tcp", "--netns", word, root=False, exit=WORK)
        host.says(result, "no network namespace", "ip netns")
        host.equal("stdout", result.out, "")
    host.says(host.run("tcp", "--netns", "./nowhere", root=False, exit=WORK), "no network namespace")


@case("busy")
def tcp_prints_nothing_by_quiet(host):
    for words in (("tcp",), ("tcp", "--time-wait"), ("tcp", "--json"), ("tcp", "--interval", "1", "--count", "1"), NOW):
        result = host.run(*words, "-q", exit=IN_LINE)
        host.equal(f"{words}: stdout and stderr", (result.out, result.err), ("", ""))


@case("busy")
def tcp_to_a_full_disk(host):
    for words in (("tcp",), ("tcp", "--time-wait"), ("tcp", "--json"), ("tcp", "--interval", "1"), NOW):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([host.bench.program, *words, "--root", host.root], stdout=full, cwd=host.work,
                                  stderr=subprocess.PIPE, env=environment(None), timeout=10, check=False)
        host.equal(f"{words} >/dev/full: exit", done.returncode, WORK)
        host.equal(f"{words} >/dev/full: it says so", b"No space left" in done.stderr, True)


@case("busy", needs_root=True)
def tcp_for_anybody(host):
    """It needs no rights but those to read."""
    for words in (("tcp",), ("tcp", "--totals"), ("tcp", "--time-wait"), NOW):
        host.equal(f"{words}", host.run(*words, user=NOBODY, exit=IN_LINE).out != "", True)
    host.path("/proc/net/tcp").chmod(0o600)
    result = host.run("tcp", user=NOBODY, exit=DENIED)
    host.says(result, "/proc/net/tcp", "Permission denied")
    host.equal("stdout", result.out, "")


@case("busy")
def tcp_again_and_again(host):
    """Rates are those of the time between; nothing happens on a fake host."""
    shown = host.run("tcp", "--interval", "1", "--count", "1", exit=IN_LINE)
    host.says(shown, r"rates over [12]\.\d s", r"COUNTER +SINCE START +PER SECOND +MEANING", r"^  ActiveOpens +1,204,551 +0\.0 ",
              stream="out")
    host.equal("stderr in a pipe", shown.err, "")
    # What was long ago is no finding any more.
    host.silent(shown, "^! the accept queue of a listener was full")
    two = host.run("tcp", "--interval", "1", "--count", "2", "--json", "--totals", exit=IN_LINE)
    documents = [json.loads(text) for text in two.out.splitlines()]
    host.equal("documents", len(documents), 2)
    for each in documents:
        # A look that comes late makes the next interval shorter, by half at most (cmd/tcp.c).
        host.equal("interval", 0.5 <= each["interval_s"] < 3, True)
        host.equal("rates", {counter["per_second"] for counter in each["counters"]}, {0.0})
        host.equal("readings", [reading["kind"] for reading in each["readings"]], ["well"])
    host.equal("times differ", documents[0]["time"] < documents[1]["time"], True)
    numbers = host.run("tcp", "--interval", "1", "--count", "2", "--time-wait", exit=IN_LINE)
    host.equal("numbers", numbers.out, "183\n183\n")


# ---- counted by another hand


@dataclass(frozen=True)
class Socket:
    local: str
    local_port: int
    remote: str
    remote_port: int
    state: str
    expires_ms: int = None
    queue: int = 0

    @property
    def ipv6(self):
        return ":" in self.local


def write_sockets(host, sockets):
    """Both lists, and sockstat, as the kernel would have them for these."""
    for name, head, ipv6 in (("tcp", HEAD4, False), ("tcp6", HEAD6, True)):
        lines = [line(each.local, each.local_port, each.remote, each.remote_port, each.state, each.expires_ms, each.queue)
                 for each in sockets if each.ipv6 == ipv6]
        host.write(f"/proc/net/{name}", head + "".join(f"{number:4}: {text}" for number, text in enumerate(lines)))
    ownerless = sum(each.state == "TIME_WAIT" or each.expires_ms is not None for each in sockets)
    write_sockstat(host, time_wait=ownerless)


def write_sockstat(host, orphans=0, time_wait=0, pages=0):
    host.write("/proc/net/sockstat", f"sockets: used 9\nTCP: inuse 1 orphan {orphans} tw {time_wait} alloc 2 mem {pages}\n")


def write_counters(host, **counters):
    """Of netstat; those that are not named are 0."""
    names = ["TW", "TWRecycled", "TWKilled", "PAWSActive", "PAWSEstab", "PAWSTimewait", "ListenOverflows", "ListenDrops",
             "TCPAbortOnMemory", "TCPTimeWaitOverflow", "TCPReqQFullDoCookies", "TCPReqQFullDrop"]
    numbers = [str(counters.pop(name, 0)) for name in names]
    assert not counters, counters
    host.write("/proc/net/netstat", f"TcpExt: {' '.join(names)}\nTcpExt: {' '.join(numbers)}\nIpExt: InNoRoutes\nIpExt: 0\n")


def plain(address):
    """An IPv4 address that an IPv6 socket carries is an IPv4 address."""
    found = ipaddress.ip_address(address)
    return str(getattr(found, "ipv4_mapped", None) or found)


@dataclass
class Ports:
    """The range and what leads to the same numbers as net.ipv4.*."""
    first: int
    last: int
    reserved: frozenset = frozenset()
    reuse: int = 0
    timestamps: int = 1
    delay_ms: int = 1000

    def install(self, host):
        host.set_live("net.ipv4.ip_local_port_range", f"{self.first}\t{self.last}")
        host.set_live("net.ipv4.ip_local_reserved_ports", ",".join(map(str, sorted(self.reserved))))
        host.set_live("net.ipv4.tcp_tw_reuse", str(self.reuse))
        host.set_live("net.ipv4.tcp_timestamps", str(self.timestamps))
        host.set_live("net.ipv4.tcp_tw_reuse_delay", str(self.delay_ms))

    def holds(self, port):
        return self.first <= port <= self.last and port not in self.reserved

    def room(self, listening):
        """All that connect() could choose, and those of them that it takes first."""
        size = self.last - self.first + 1
        last = self.last - (size > 1 and size % 2)
        ports = [port for port in range(self.first, last + 1) if port not in listening and port not in self.reserved]
        return len(ports), sum((port - self.first) % 2 == 0 for port in ports)

    def reuses(self, *addresses):
        loopback = any(ipaddress.ip_address(each).is_loopback for each in addresses)
        return self.timestamps != 0 and (self.reuse == 1 or self.reuse == 2 and loopback)


def percent(part, whole):
    return 0 if part == 0 else 100 if part >= whole else part * 100 // whole


def side_of(socket, ports, listening):
    if socket.state == "SYN_SENT":
        return "connects"
    if socket.state == "SYN_RECV" or socket.local_port in listening:
        return "accepts"
    if ports.holds(socket.local_port):
        return "connects"
    lower = socket.local_port < socket.remote_port and not 512 <= socket.local_port < 1024  # bindresvport(3) gives those to clients
    return "accepts" if ports.holds(socket.remote_port) or lower else "connects"


def expected(sockets, ports):
    """The document, as far as it follows from the sockets; lists as sets."""
    listening = {each.local_port for each in sockets if each.state == "LISTEN"}
    room = ports.room(listening)
    peers, services, tuples, sources = {}, {}, {}, {}
    waits = {"connects": 0, "accepts": 0}
    for each in sockets:
        if each.state in ("LISTEN", "CLOSE"):
            continue
        waiting, side = each.state == "TIME_WAIT", side_of(each, ports, listening)
        waits[side] += waiting
        port = each.remote_port if side == "connects" else None
        peers.setdefault((plain(each.remote), port, side), []).append(waiting)
        if side == "accepts":
            services.setdefault(each.local_port, []).append(waiting)
        elif ports.holds(each.local_port):
            tuples.setdefault((plain(each.local), plain(each.remote), each.remote_port), []).append(each)
            sources.setdefault(plain(each.local), set()).add(each.local_port)
    rows_of_tuples = set()
    for (source, destination, port), members in tuples.items():
        used, first = len(members), sum((each.local_port - ports.first) % 2 == 0 for each in members)
        ripe = sum(each.state == "TIME_WAIT" and each.expires_ms + ports.delay_ms < 60000 for each in members)
        rows_of_tuples.add((source, destination, port, used, first, sum(each.state == "TIME_WAIT" for each in members), ripe,
                            ports.reuses(source, destination)))
    return {
        "room": room, "waits": waits,
        "peers": {(*key, sum(members), len(members)) for key, members in peers.items() if sum(members)},
        "services": {(port, sum(members), len(members)) for port, members in services.items()},
        "tuples": rows_of_tuples,
        "sources": {(address, len(used), percent(len(used), room[0])) for address, used in sources.items()},
    }


def found_in(document):
    ports = document["ports"]
    names = ("source", "destination", "port", "used", "first_half", "time_wait", "reusable", "reuses")
    return {
        "room": (ports["room"], ports["first_half"]),
        "waits": {side: document["time_wait"][side] for side in ("connects", "accepts")},
        "peers": {(each["address"], each.get("port"), each["side"], each["time_wait"], each["sockets"]) for each in document["peers"]},
        "services": {(each["port"], each["time_wait"], each["sockets"]) for each in document["services"]},
        "tuples": {tuple(each[name] for name in names) for each in ports["tuples"]},
        "sources": {(each["address"], each["used"], each["percent"]) for each in ports["sources"]},
    }


def check_taken(host, what, ports):
    """What is taken follows from the rest, but for who is judged to have bound early; that is in tests/unit."""
    host.equal(f"{what}: capacity", ports["capacity"], ports["room"] - ports["held"])
    # A peer that is yet to come meets what bind() holds, and an empty room is all taken.
    newcomer = percent(ports["held"], ports["room"]) if ports["room"] else 100
    host.equal(f"{what}: percent_max", ports["percent_max"], max([each["percent"] for each in ports["tuples"]] + [newcomer]))
    some_early = any(each["bound_early"] for each in ports["tuples"])
    if not some_early:
        host.equal(f"{what}: held", ports["held"], 0)
    for each in ports["tuples"]:
        shown, used, ripe = f"{what}: {each}", each["used"], each["reusable"] if each["reuses"] else 0
        host.equal(f"{shown}: percent", each["percent"], percent(each["taken"], ports["room"]))
        host.equal(f"{shown}: bound early", each["bound_early"] in (0, used - each["first_half"], used), True)
        if not some_early:
            host.equal(f"{shown}: taken", each["taken"], min(used - ripe, ports["room"]))
        host.equal(f"{shown}: taken", min(used - ripe, ports["capacity"]) <= each["taken"] + each["bound_early"] and
                   each["taken"] <= min(used + ports["held"], ports["room"]), True)


def check_states(host, what, document, sockets):
    for each in document["states"]:
        own = [socket for socket in sockets if socket.state == each["netstat"]]
        host.equal(f"{what}: {each['state']}", each["sockets"], len(own))
        if "ipv4" in each:
            mapped = sum(socket.ipv6 and ":" not in plain(socket.local) for socket in own)
            host.equal(f"{what}: {each['state']} by family", (each["ipv4"], each["ipv6"], each["ipv4_mapped"]),
                       (sum(not socket.ipv6 for socket in own), sum(socket.ipv6 for socket in own), mapped))
    host.equal(f"{what}: all", document["sockets"], len(sockets))


def check_order(host, what, items, *names):
    """The first is the greatest."""
    keys = [tuple(each[name] for name in names) for each in items]
    host.equal(f"{what}: order", keys, sorted(keys, reverse=True))


def some_sockets(chance, ports):
    """A small world, so that things meet: few addresses, ports at the edges of the range, every state."""
    ours = chance.choice((["10.0.0.1", "127.0.0.1"], ["2001:db8::1", "::1"], ["10.0.0.1", "::ffff:10.0.0.1", "2001:db8:0:0:1::1"]))
    near = [ports.first - 1, ports.first, ports.last, ports.last + 1, 80, 443, *chance.sample(range(ports.first, ports.last + 1), 6)]
    states = chance.choices(list(STATES), k=4) + ["TIME_WAIT"]
    sockets = []
    for _ in range(chance.randrange(120)):
        local, state = chance.choice(ours), chance.choice(states)
        theirs = {4: ["10.0.0.5", "127.0.0.1"], 6: ["2001:db8::5", "::1", "2001:db8:0:0:0:1:0:0"]}[4 if ":" not in local else 6]
        if local.startswith("::ffff:"):
            theirs = ["::ffff:10.0.0.5"]
        if state == "LISTEN":
            sockets.append(Socket(local, chance.choice(near), "::" if ":" in local else "0.0.0.0", 0, state))
            continue
        ownerless = state == "TIME_WAIT" or state == "FIN_WAIT2" and chance.random() < 0.5
        sockets.append(Socket(local, chance.choice(near + list(range(ports.first, ports.last + 1))), chance.choice(theirs),
                              chance.choice(near + [8080]), state,
                              chance.choice((10, 30000, 58990, 59000, 59890, 59900, 60000)) if ownerless else None))
    return sockets


@rows({str(seed): seed for seed in range(1, 9)}, tree="busy")
def random_census(host, seed):
    """The same numbers as a count of its own comes to, for any sockets and settings."""
    chance = random.Random(seed)
    for number in range(12):
        first = chance.choice((2, 1024, 40000, 40001, 65500))
        ports = Ports(first, min(first + chance.choice((0, 1, 2, 9, 10, 30)) + 6, 65534), reuse=chance.choice((0, 1, 2)),
                      timestamps=chance.choice((0, 1, 1)), delay_ms=chance.choice((100, 1000)))
        ports.reserved = frozenset(chance.sample(range(ports.first, ports.last + 1), chance.choice((0, 0, 1, 3))))
        ports.install(host)
        sockets = some_sockets(chance, ports)
        write_sockets(host, sockets)
        what = f"round {number}"
        document = host.run("tcp", "--json", "--top", "1000", exit=IN_LINE).document
        check_states(host, what, document, sockets)
        wanted, found = expected(sockets, ports), found_in(document)
        for name, value in wanted.items():
            host.equal(f"{what}: {name}", found[name], value)
        check_taken(host, what, document["ports"])
        host.equal(f"{what}: orphans", document["fin_wait_2_orphans"],
                   sum(each.state == "FIN_WAIT2" and each.expires_ms is not None for each in sockets))
        check_order(host, what, document["peers"], "time_wait", "sockets")
        check_order(host, what, document["services"], "time_wait", "sockets")
        check_order(host, what, document["ports"]["tuples"], "taken", "used")
        check_order(host, what, document["ports"]["sources"], "used")
        totals = host.run("tcp", "--json", "--totals", exit=IN_LINE).document
        check_states(host, f"{what}, totals", totals, sockets)


@case("busy")
def top_is_a_bound(host):
    """--top N is the head of what --top 1000 lists."""
    whole = host.run("tcp", "--json", "--top", "1000", exit=IN_LINE).document
    for top in (0, 1, 2, 5):
        document = host.run("tcp", "--json", "--top", str(top), exit=IN_LINE).document
        for name in ("peers", "services"):
            host.equal(f"--top {top}: {name}", document[name], whole[name][:top])
        for name in ("tuples", "sources"):
            host.equal(f"--top {top}: {name}", document["ports"][name], whole["ports"][name][:top])
        host.equal(f"--top {top}: percent_max", document["ports"]["percent_max"], whole["ports"]["percent_max"])
        host.equal(f"--top {top}: readings", document["readings"], whole["readings"])
    host.equal("ten are usual", host.run("tcp", "--json", exit=IN_LINE).document["peers"], whole["peers"][:10])


# ---- damaged files


def lines_of(host, name):
    return host.read(name).splitlines(keepends=True)


def with_line(text, at=3):
    def change(host):
        lines = lines_of(host, "/proc/net/tcp")
        host.write("/proc/net/tcp", "".join(lines[:at]).encode() + (text if isinstance(text, bytes) else text.encode()) +
                   "".join(lines[at:]).encode())
    return change


def edited(pattern, replacement, name="/proc/net/tcp"):
    """The first match in a file is something else."""
    def change(host):
        text, count = re.subn(pattern, replacement, host.read(name), count=1, flags=re.MULTILINE)
        if count != 1:
            host.fault(f"/{pattern}/ is not in {name}")
        host.write(name, text)
    return change


def cut(name, keep):
    return lambda host: host.write(name, host.read(name)[:keep])


LISTENS = r"00000000:0016 00000000:0000 0A"  # of the busy host's first socket

# What is read all the same: (change, sockets that are missing then). The count is off, and that is said.
DISTURBED = {
    "garbage": (with_line("garbage\n"), 0),
    "empty-line": (with_line("\n"), 0),
    "blanks": (with_line("      \n"), 0),
    "only-a-number": (with_line("   7:\n"), 0),
    "nul-bytes": (with_line(b"\0\0\0\0\n"), 0),
    "high-bytes": (with_line(b"\xff\xfe: \x80\n"), 0),
    "long-line": (with_line("x" * 65535 + "\n"), 0),
    "cut-in-the-last-line": (cut("/proc/net/tcp", -20), 1),
    "cut-in-an-address": (edited(LISTENS, "000000"), 1),
    "letter-in-an-address": (edited(LISTENS, "0000000G:0016 00000000:0000 0A"), 1),
    "short-address": (edited(LISTENS, "0000000:0016 00000000:0000 0A"), 1),
    "long-address": (edited(LISTENS, "000000000:0016 00000000:0000 0A"), 1),
    "port-empty": (edited(LISTENS, "00000000: 00000000:0000 0A"), 1),
    "port-missing": (edited(LISTENS, "00000000 00000000:0000 0A"), 1),
    "port-long": (edited(LISTENS, "00000000:00016 00000000:0000 0A"), 1),
    "remote-missing": (edited(LISTENS, "00000000:0016 0A"), 1),
    "state-none": (edited(LISTENS, "00000000:0016 00000000:0000 00"), 1),
    "state-new": (edited(LISTENS, "00000000:0016 00000000:0000 0D"), 1),
    "state-large": (edited(LISTENS, "00000000:0016 00000000:0000 FF"), 1),
    "state-long": (edited(LISTENS, "00000000:0016 00000000:0000 00A"), 1),
    "state-missing": (edited(LISTENS, "00000000:0016 00000000:0000 "), 1),
    "queue-missing": (edited(LISTENS + " 00000000:00000000", "00000000:0016 00000000:0000 0A "), 1),
    "timer-missing": (edited(LISTENS + r" 00000000:00000000 00:00000000", "00000000:0016 00000000:0000 0A 00000000:00000000 "), 1),
    "six-in-four": (edited("^.*" + LISTENS, " 0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A"), 1),
    "four-in-six": (edited(r"^ +0: .*$", "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000", "/proc/net/tcp6"), 1),
    "six-is-cut": (cut("/proc/net/tcp6", -20), 1),
    # No kernel leaves out the line of titles.
    "empty": (lambda host: host.write("/proc/net/tcp", ""), SOCKETS_4),
    "six-is-empty": (lambda host: host.write("/proc/net/tcp6", ""), SOCKETS_6),
    "cut-in-the-titles": (cut("/proc/net/tcp", 40), SOCKETS_4),
}


@rows(DISTURBED, tree="busy")
def disturbed_list(host, row):
    change, missing = row
    whole = host.run("tcp", "--json", exit=IN_LINE).document
    host.equal("whole before", whole["whole"], True)
    change(host)
    result = host.run("tcp", "--json", exit=IN_LINE)
    host.equal("whole", result.document["whole"], False)
    host.equal("sockets", result.document["sockets"], whole["sockets"] - missing)
    host.says(host.run("tcp", exit=IN_LINE), "disturbed while it was read", stream="out")
    host.equal("--totals", host.run("tcp", "--totals", "--json", exit=IN_LINE).document["whole"], False)
    host.says(host.run(*NOW, exit=IN_LINE), r"\A# HELP ", stream="out")


# Odd, but nothing is lost: (change, sockets more or less).
ODD = {
    "small-letters": (edited("0500000A:1F90", "0500000a:1f90"), 0),
    "no-line-number": (edited(r"^ +0: ", "x "), 0),
    "blanks-in-front": (edited(r"^ +0: ", " " * 500 + "0: "), 0),
    "words-behind": (edited(r"^( +0: .*)$", r"\1 more words"), 0),
    "nothing-behind-the-timer": (edited(rf"^( +0: {LISTENS} 00000000:00000000 00:00000000).*$", r"\1"), 0),
    "only-titles": (lambda host: host.write("/proc/net/tcp", HEAD4), -SOCKETS_4),
    "no-six": (lambda host: host.remove("/proc/net/tcp6"), -SOCKETS_6),
    "the-same-twice": (with_line("   9: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 0 1\n"), 1),
}


@rows(ODD, tree="busy")
def odd_list(host, row):
    change, more = row
    change(host)
    document = host.run("tcp", "--json", exit=IN_LINE).document
    host.equal("whole", document["whole"], True)
    host.equal("sockets", document["sockets"], SOCKETS + more)


@case("busy")
def first_line_is_no_socket(host):
    """The line of titles is passed over, whatever it says: the kernel always writes it."""
    lines = lines_of(host, "/proc/net/tcp")
    host.write("/proc/net/tcp", "".join(lines[1:]))
    host.equal("sockets", host.run("tcp", "--json", exit=IN_LINE).document["sockets"], SOCKETS - 1)


# The work cannot be done: (change, patterns).
UNREADABLE = {
    "no-list": (lambda host: host.remove("/proc/net/tcp"), ["/proc/net/tcp", "No such file"]),
    "no-proc-net": (lambda host: host.remove("/proc/net"), ["/proc/net/tcp", "No such file"]),
    "list-is-a-folder": (lambda host: host.remove("/proc/net/tcp").mkdir(), ["/proc/net/tcp"]),
    "six-is-a-folder": (lambda host: host.remove("/proc/net/tcp6").mkdir(), ["/proc/net/tcp6"]),
    "list-is-a-fifo": (lambda host: host.fifo("/proc/net/tcp"), ["/proc/net/tcp"]),
    "list-is-a-dead-link": (lambda host: host.link("/proc/net/tcp", "nowhere"), ["/proc/net/tcp"]),
    "list-is-a-circle": (lambda host: host.link("/proc/net/tcp", "tcp"), ["/proc/net/tcp"]),
    "endless-line": (lambda host: host.write("/proc/net/tcp", HEAD4 + "x" * 300000), ["/proc/net/tcp", "no kernel would write"]),
    "endless-titles": (lambda host: host.write("/proc/net/tcp", "x" * 65536), ["/proc/net/tcp", "no kernel would write"]),
    "endless-line-in-six": (lambda host: host.write("/proc/net/tcp6", HEAD6 + "\0" * 300000), ["/proc/net/tcp6", "no kernel"]),
}


@rows(UNREADABLE, tree="busy")
def unreadable_list(host, row):
    change, patterns = row
    change(host)
    for words in (("tcp",), ("tcp", "--totals"), ("tcp", "--json"), ("tcp", "--interval", "1"), NOW):
        result = host.run(*words, exit=WORK)
        host.says(result, *patterns)
        host.equal(f"{words}: stdout", result.out, "")


@case("debian12")
def host_without_sockets(host):
    """The other trees have no list of sockets; and a list that leads out of the tree is not followed."""
    host.says(host.run("tcp", exit=WORK), "/proc/net/tcp", "No such file")
    host.link("/proc/net/tcp", "/proc/net/../../../../../../proc/net/tcp")
    host.says(host.run("tcp", exit=WORK), "/proc/net/tcp")


# /proc/net/sockstat as it may not be: (change, what it is then for --totals and for tcp).
SOCKSTATS = {
    "gone": lambda host: host.remove("/proc/net/sockstat"),
    "empty": lambda host: host.write("/proc/net/sockstat", ""),
    "without-tcp": lambda host: host.write("/proc/net/sockstat", "sockets: used 214\nUDP: inuse 4 mem 2\n"),
    "without-time-wait": edited(" tw 183", "", "/proc/net/sockstat"),
    "without-orphans": edited(" orphan 5", "", "/proc/net/sockstat"),
    "without-memory": edited(" mem 310", "", "/proc/net/sockstat"),
    "no-number": edited(" tw 183", " tw many", "/proc/net/sockstat"),
    "negative": edited(" tw 183", " tw -1", "/proc/net/sockstat"),
    "huge": edited(" tw 183", f" tw {(1 << 48) + 1}", "/proc/net/sockstat"),
    "cut": cut("/proc/net/sockstat", 46),
    "only-six": edited("^TCP:", "TCP6:", "/proc/net/sockstat"),
    "folder": lambda host: host.remove("/proc/net/sockstat").mkdir(),
    "fifo": lambda host: host.fifo("/proc/net/sockstat"),
    "large": lambda host: host.write("/proc/net/sockstat", "x" * (1 << 20) + "\n" + host.read("/proc/net/sockstat")),
    "nul-bytes": lambda host: host.write("/proc/net/sockstat", b"\0" * 100),
}


@rows(SOCKSTATS, tree="busy")
def damaged_sockstat(host, change):
    """Then all is counted from the list; only for --time-wait there is nothing else."""
    change(host)
    for words in (("tcp",), ("tcp", "--totals")):
        document = host.run(*words, "--json", exit=IN_LINE).document
        host.equal(f"{words}: TIME-WAIT", document["time_wait"]["sockets"], TIME_WAIT)
        host.equal(f"{words}: of the host", sorted(document.keys() & {"host_orphans", "host_buffer_bytes"}), [])
    result = host.run("tcp", "--time-wait", exit=WORK)
    host.says(result, "/proc/net/sockstat", "TIME-WAIT")
    host.equal("stdout", result.out, "")


# Other orders, more words, a number that is less than what the list has: (text, TIME-WAIT by --time-wait and by --totals).
GOOD_SOCKSTATS = {
    "other-order": ("TCP: mem 1 tw 50 orphan 2\n", 50, 47),
    "more-words": ("TCP: new 7 inuse 1 orphan 2 tw 60 alloc 9 mem 1 newer 8\n", 60, 57),
    "many-blanks": ("TCP:   tw\t 9   orphan  0  mem  0\n", 9, 6),
    "less-than-the-orphans": ("TCP: inuse 0 orphan 0 tw 2 alloc 0 mem 0\n", 2, 0),
    "no-newline": ("TCP: inuse 0 orphan 0 mem 3 alloc 0 tw 77", 77, 74),
    "largest": ("TCP: orphan 0 tw 281474976710656 mem 0\n", 1 << 48, (1 << 48) - 3),
}


@rows(GOOD_SOCKSTATS, tree="busy")
def odd_sockstat(host, row):
    text, alone, totals = row
    host.write("/proc/net/sockstat", text)
    host.equal("--time-wait", host.run("tcp", "--time-wait", exit=IN_LINE).out, f"{alone}\n")
    host.equal("--totals", host.run("tcp", "--totals", "--json", exit=IN_LINE).document["time_wait"]["sockets"], totals)
    host.equal("tcp", host.run("tcp", "--json", exit=IN_LINE).document["time_wait"]["sockets"], TIME_WAIT)


def counters_of(host):
    document = host.run("tcp", "--json", exit=IN_LINE).document
    return {each["name"]: each["value"] for each in document["counters"]}


NETSTAT = "/proc/net/netstat"
# (change, names that must not be there, {name: value} that must be)
COUNTERS = {
    "gone": (lambda host: host.remove(NETSTAT), {"TW", "ListenDrops"}, {"ActiveOpens": 1204551}),
    "snmp-gone": (lambda host: host.remove("/proc/net/snmp"), {"ActiveOpens", "PassiveOpens"}, {"TW": 7420113}),
    "empty": (lambda host: host.write(NETSTAT, ""), {"TW"}, {}),
    "names-alone": (lambda host: host.write(NETSTAT, "TcpExt: TW TWKilled\n"), {"TW", "TWKilled"}, {}),
    "no-newline": (lambda host: host.write(NETSTAT, "TcpExt: TW TWKilled\nTcpExt: 3 4"), set(), {"TW": 3, "TWKilled": 4}),
    "fewer-numbers": (lambda host: host.write(NETSTAT, "TcpExt: TW TWKilled\nTcpExt: 3\n"), {"TWKilled"}, {"TW": 3}),
    "more-numbers": (lambda host: host.write(NETSTAT, "TcpExt: TW\nTcpExt: 3 4 5\n"), {"TWKilled"}, {"TW": 3}),
    "other-group-between": (lambda host: host.write(NETSTAT, "TcpExt: TW\nIpExt: 9\nTcpExt: 3\n"), {"TW"}, {}),
    "same-name-in-other-group": (lambda host: host.write(NETSTAT, "IpExt: TW\nIpExt: 9\nTcpExt: TW\nTcpExt: 3\n"), set(), {"TW": 3}),
    "part-of-a-name": (lambda host: host.write(NETSTAT, "TcpExt: TWs XTW\nTcpExt: 3 4\n"), {"TW"}, {}),
    "part-of-a-group": (lambda host: host.write(NETSTAT, "TcpExtra: TW\nTcpExtra: 3\n"), {"TW"}, {}),
    "no-number": (lambda host: host.write(NETSTAT, "TcpExt: TW TWKilled\nTcpExt: x 4\n"), {"TW"}, {"TWKilled": 4}),
    "negative": (lambda host: host.write(NETSTAT, "TcpExt: TW TWKilled\nTcpExt: -1 4\n"), {"TW"}, {"TWKilled": 4}),
    "too-large": (lambda host: host.write(NETSTAT, "TcpExt: TW\nTcpExt: 18446744073709551616\n"), {"TW"}, {}),
    "folder": (lambda host: host.remove(NETSTAT).mkdir(), {"TW"}, {"ActiveOpens": 1204551}),
    "fifo": (lambda host: host.fifo(NETSTAT), {"TW"}, {"ActiveOpens": 1204551}),
    "nul-bytes": (lambda host: host.write(NETSTAT, b"TcpExt: TW\0\nTcpExt: 3\n"), {"TW"}, {}),
}


@rows(COUNTERS, tree="busy")
def damaged_counters(host, row):
    change, absent, present = row
    change(host)
    found = counters_of(host)
    host.equal("absent", sorted(absent & found.keys()), [])
    host.equal("present", {name: found.get(name) for name in present}, present)


RANGE = "net.ipv4.ip_local_port_range"
# (key, text, {field of ports: value}); what does not read as it should has its default.
DEFAULTS = {"first": 32768, "last": 60999}
SETTINGS = {
    "range-gone": (RANGE, None, DEFAULTS),
    "range-word": (RANGE, "all", DEFAULTS),
    "range-empty": (RANGE, "", DEFAULTS),
    "range-one": (RANGE, "40000", DEFAULTS),
    "range-three": (RANGE, "40000 40010 40020", DEFAULTS),
    "range-turned": (RANGE, "40010 40000", DEFAULTS),
    "range-zero": (RANGE, "0 40000", DEFAULTS),
    "range-large": (RANGE, "40000 65536", DEFAULTS),
    "range-whole": (RANGE, "1 65535", {"first": 1, "last": 65535}),
    "range-single": (RANGE, "40000 40000", {"first": 40000, "last": 40000, "room": 1, "first_half": 1}),
    "range-of-two": (RANGE, "40000 40001", {"room": 2, "first_half": 1}),
    "range-odd": (RANGE, "40000 40002", {"room": 2, "first_half": 1}),
    "range-blanks": (RANGE, "  40000  \t 40009  ", {"first": 40000, "last": 40009}),
    "reserved-gone": ("net.ipv4.ip_local_reserved_ports", None, {"room": 40}),
    "reserved-word": ("net.ipv4.ip_local_reserved_ports", "some", {"room": 40}),
    "reserved-half": ("net.ipv4.ip_local_reserved_ports", "40010-", {"room": 40}),
    "reserved-all": ("net.ipv4.ip_local_reserved_ports", "1-65535", {"room": 0, "first_half": 0}),
    "reserved-outside": ("net.ipv4.ip_local_reserved_ports", "80,443,8080-8090", {"room": 40}),
    "reuse-gone": ("net.ipv4.tcp_tw_reuse", None, {"tw_reuse": 0}),
    "reuse-word": ("net.ipv4.tcp_tw_reuse", "yes", {"tw_reuse": 0}),
    "delay-gone": ("net.ipv4.tcp_tw_reuse_delay", None, {"tw_reuse_delay_ms": 1000}),
    "delay": ("net.ipv4.tcp_tw_reuse_delay", "250", {"tw_reuse_delay_ms": 250}),
    "timestamps-gone": ("net.ipv4.tcp_timestamps", None, {"timestamps": 1}),
    "timestamps-empty": ("net.ipv4.tcp_timestamps", "", {"timestamps": 1}),
    "timestamps-large": ("net.ipv4.tcp_timestamps", "99999999999999999999", {"timestamps": 1}),
}


@rows(SETTINGS, tree="busy")
def setting_of_the_ports(host, row):
    key, text, wanted = row
    if text is None:
        host.remove(host.key_path(key))
    else:
        host.set_live(key, text)
    ports = host.run("tcp", "--json", exit=IN_LINE).document["ports"]
    host.equal("ports", {name: ports[name] for name in wanted}, wanted)


@rows({"no-folder": lambda host: host.remove("/proc/sys"), "a-file": lambda host: host.remove("/proc/sys").write_text("x")}, tree="busy")
def host_without_settings(host, change):
    """The sockets are there all the same, and are judged by the kernel's defaults."""
    change(host)
    document = host.run("tcp", "--json", exit=IN_LINE).document
    host.equal("sockets", document["sockets"], SOCKETS)
    host.equal("ports", {name: document["ports"][name] for name in ("first", "last", "tw_reuse", "timestamps")},
               {**DEFAULTS, "tw_reuse": 0, "timestamps": 1})
    host.equal("limit", "limit" in document["time_wait"], False)
    host.run("tcp", "--totals", exit=IN_LINE)
    host.equal("--time-wait", host.run("tcp", "--time-wait", exit=IN_LINE).out, f"{OWNERLESS}\n")


# ---- readings


def towards(count, destination="10.0.0.5", port=8080, state="TIME_WAIT", age_ms=30000, first=40000, step=1, local="10.0.0.1"):
    """Connections from us, on the first ports or on every second one."""
    expires = 60000 - age_ms if state == "TIME_WAIT" else None
    return [Socket(local, first + number * step, destination, port, state, expires) for number in range(count)]


def clients(count, state="TIME_WAIT", expires_ms=None):
    return [Socket("10.0.0.1", 443, f"198.51.{number // 250}.{number % 250 + 1}", 20000, state, expires_ms) for number in range(count)]


SERVER = [Socket("0.0.0.0", 443, "0.0.0.0", 0, "LISTEN")]
HUNDRED = Ports(40000, 40099)
WELL = [("well", "note", None, None)]
FULL = ("source_ports", "note", None, None)  # from 80 % of an address on
REUSE, RANGE_KEY, STAMPS = "net.ipv4.tcp_tw_reuse", RANGE, "net.ipv4.tcp_timestamps"


@dataclass
class World:
    """A host, and the readings that it must have: (kind, severity, key, value)."""
    wanted: list
    sockets: list = ()
    ports: Ports = None
    settings: dict = None
    counters: dict = None
    sockstat: dict = None
    says: tuple = ()
    silent: tuple = ()
    words: tuple = ()


READINGS = {
    "nothing": World(WELL, says=["^nothing stands out$"]),
    "ports-49": World(WELL, towards(49), HUNDRED),
    "ports-50": World([("ports", "warning", REUSE, "1")], towards(50, step=2), HUNDRED,
                      says=[r"^50 % of the ports towards 10\.0\.0\.5:8080 from 10\.0\.0\.1 are taken \(50 of 100\), 100 % of them "
                            r"TIME-WAIT: net\.ipv4\.tcp_tw_reuse = 1 would free those after 1 s; both ends need timestamps$"]),
    "ports-79": World([("ports", "warning", REUSE, "1")], towards(79), HUNDRED),
    "ports-80": World([("ports", "error", REUSE, "1"), FULL], towards(80), HUNDRED),
    "ports-all": World([("ports", "error", REUSE, "1"), FULL], towards(100), HUNDRED,
                       says=[r"^100 % .*\(100 of 100\)"]),
    "ports-delay": World([("ports", "error", REUSE, "1"), FULL], towards(90), Ports(40000, 40099, delay_ms=100), says=["after 0.1 s"]),
    "ports-of-an-odd-range": World([("ports", "error", REUSE, "1"), FULL], towards(80), Ports(40000, 40100), says=["80 of 100"]),
    "ports-reserved": World([("ports", "error", REUSE, "1"), FULL], towards(72), Ports(40000, 40099, reserved=frozenset(range(40090, 40100))),
                            says=["72 of 90"]),
    "ports-with-a-listener": World([("ports", "warning", REUSE, "1")], [*towards(50), Socket("10.0.0.1", 40099, "0.0.0.0", 0, "LISTEN")],
                                   HUNDRED, says=["50 of 99"]),
    "ports-of-two-peers": World([("ports", "error", REUSE, "1"), ("ports", "warning", REUSE, "1"), FULL],
                                [*towards(60, "10.0.0.6"), *towards(90)], HUNDRED, says=[r"10\.0\.0\.5", r"10\.0\.0\.6"]),
    "three-peers-are-named": World([("ports", "error", REUSE, "1")] * 3 + [("ports", "warning", None, None), FULL],
                                   sum((towards(90, f"10.0.0.{n}") for n in range(5, 10)), []), HUNDRED,
                                   says=["^towards 2 more peers 50 % of the ports or more are taken$"]),
    "four-peers": World([("ports", "error", REUSE, "1")] * 3 + [("ports", "warning", None, None), FULL],
                        sum((towards(90, f"10.0.0.{n}") for n in range(5, 9)), []), HUNDRED,
                        says=["^towards 1 more peer 50 % of the ports or more are taken$"]),
    "three-peers": World([("ports", "error", REUSE, "1")] * 3 + [FULL], sum((towards(90, f"10.0.0.{n}") for n in range(5, 8)), []),
                         HUNDRED, silent=["more peer"]),
    # Both halves full: it might be either. One port of the second half less, and it is not bind().
    "halves-unclear": World([("ports", "error", RANGE_KEY, None), FULL], towards(100, state="ESTABLISHED"), HUNDRED,
                            says=[r"save more\. Should the program bind before it connects, these ports are lost towards every other "
                                  r"peer too$"]),
    "halves-alike": World([("ports", "warning", RANGE_KEY, None)], towards(50, state="ESTABLISHED"), HUNDRED, says=["Should the program bind"]),
    "halves-clear": World([("ports", "error", RANGE_KEY, None), FULL], towards(99, state="ESTABLISHED"), HUNDRED, silent=["Should the"]),
    "room-reserved": World([("ports", "error", RANGE_KEY, None)], ports=Ports(40000, 40099, reserved=frozenset(range(40000, 40100))),
                           says=[r"^no port is left for connect\(\): all of net\.ipv4\.ip_local_port_range, 40000-40099, are reserved or "
                                 r"have a listener$"]),
    "room-listening": World([("ports", "error", RANGE_KEY, None)],
                            [Socket("0.0.0.0", port, "0.0.0.0", 0, "LISTEN") for port in range(40000, 40004)], Ports(40000, 40003),
                            says=["40000-40003, are reserved or have a listener"]),
    "room-of-one": World(WELL, [Socket("0.0.0.0", port, "0.0.0.0", 0, "LISTEN") for port in range(40000, 40003)], Ports(40000, 40003)),
    "ports-by-port": World(WELL, sum((towards(30, port=8000 + n) for n in range(3)), []), HUNDRED),
    "ports-of-six": World([("ports", "error", REUSE, "1"), FULL], towards(90, "2001:db8::5", local="2001:db8::1"), HUNDRED,
                          says=[r"towards \[2001:db8::5\]:8080 from 2001:db8::1 "]),
    "no-timestamps": World([("ports", "error", STAMPS, "1"), FULL], towards(90), Ports(40000, 40099, reuse=1, timestamps=0),
                           says=["tcp_timestamps = 1 is needed at both ends"]),
    "reused": World([FULL], towards(90), Ports(40000, 40099, reuse=1), counters={"TWRecycled": 1},
                    says=[r"^90 of 100 ports of 10\.0\.0\.1 are used towards somebody: a program that binds before it connects finds only "
                          r"the others, unless it sets IP_BIND_ADDRESS_NO_PORT$"]),
    "reuse-unproven-79": World(WELL, towards(79), Ports(40000, 40099, reuse=1)),
    "reuse-unproven-80": World([("ports", "warning", None, None), FULL], towards(80), Ports(40000, 40099, reuse=1),
                               says=[r"^80 of 100 ports towards 10\.0\.0\.5:8080 from 10\.0\.0\.1 are used, and count as free only because "
                                     r"of net\.ipv4\.tcp_tw_reuse, which has never given one back so far \(TWRecycled 0\): it needs "
                                     r"timestamps at the peer too, and does not for ports that bind\(\) took$"]),
    "too-fresh": World([("ports", "error", RANGE_KEY, None), FULL], towards(90, age_ms=500), Ports(40000, 40099, reuse=1),
                       says=[r"are taken \(90 of 100\), 100 % of them TIME-WAIT"]),
    "loopback-alone": World([("ports", "error", REUSE, "1"), FULL], towards(90), Ports(40000, 40099, reuse=2)),
    "on-loopback": World([FULL], towards(90, "127.0.0.1", local="127.0.0.1"), Ports(40000, 40099, reuse=2), counters={"TWRecycled": 9}),
    "on-loopback-six": World([FULL], towards(90, "::1", local="::1"), Ports(40000, 40099, reuse=2), counters={"TWRecycled": 9}),
    "established": World([("ports", "error", RANGE_KEY, None), FULL], towards(90, state="ESTABLISHED"), HUNDRED, says=["a wider"]),
    "few-wait": World([("ports", "error", RANGE_KEY, None), FULL], [*towards(70, state="ESTABLISHED"), *towards(16, first=40070)], HUNDRED),
    "some-wait": World([("ports", "error", REUSE, "1"), FULL], [*towards(64, state="ESTABLISHED"), *towards(22, first=40064)], HUNDRED),
    "source-ports-49": World(WELL, [*towards(29, state="ESTABLISHED", first=40001, step=2),
                                    *towards(18, "10.0.0.6", state="ESTABLISHED", first=40059, step=2),
                                    *towards(2, "10.0.0.6", state="ESTABLISHED")], HUNDRED),
    "source-ports": World([("source_ports", "warning", None, None)],
                          [*sum((towards(7, f"10.0.0.{n + 5}", state="ESTABLISHED", first=40001 + n * 14, step=2) for n in range(6)), []),
                           *towards(8, "10.0.0.20", state="ESTABLISHED", first=40000, step=2)], HUNDRED,
                          says=[r"^50 % of the ports of 10\.0\.0\.1 are used \(50 of 100\)", "IP_BIND_ADDRESS_NO_PORT",
                                "42 sockets look"]),
    "bound-early": World([("ports", "warning", None, None), ("source_ports", "warning", None, None)],
                         [*towards(40, state="ESTABLISHED", first=40001, step=2), *towards(24, state="ESTABLISHED", step=2)], HUNDRED,
                         says=[r"64 of 100, 40 of them held by bind\(\)\): programs bind before they connect"]),
    "bound-early-fuller": World([("ports", "error", None, None), ("source_ports", "error", None, None)],
                                [*towards(50, state="ESTABLISHED", first=40001, step=2), *towards(30, state="ESTABLISHED", step=2)],
                                HUNDRED, says=[r"80 of 100, 80 of them held by bind\(\)\)"], silent=["Should the"]),
    # What bind() holds tcp_tw_reuse does not free.
    "bound-early-waits": World([("ports", "warning", None, None), ("source_ports", "warning", None, None)],
                               towards(50, first=40001, step=2), HUNDRED,
                               says=[r"are taken \(50 of 100, 50 of them held by bind\(\)\): programs bind before they connect"],
                               silent=["tcp_tw_reuse", "TIME-WAIT"]),
    # No peer and no address has enough to be named, and yet half of the ports are gone.
    "held-by-many": World([("source_ports", "warning", None, None)],
                          sum((towards(5, f"10.0.0.{n + 5}", state="ESTABLISHED", first=40001 + 10 * n, step=2,
                                       local=f"10.0.0.{1 + n % 2}") for n in range(10)), []), HUNDRED,
                          says=[r"^bind\(\) holds 50 % of the ports \(50 of 100\), and connect\(\) passes those over towards everybody: "
                                r"IP_BIND_ADDRESS_NO_PORT in the programs would help, no parameter does$"]),
    "held-by-few": World(WELL, sum((towards(5, f"10.0.0.{n + 5}", state="ESTABLISHED", first=40001 + 10 * n, step=2,
                                            local=f"10.0.0.{1 + n % 2}") for n in range(9)), []), HUNDRED),
    "wide-range": World([("ports", "warning", None, None)], towards(28000, state="ESTABLISHED", first=10000), Ports(10000, 65535),
                        says=["more addresses and ports of the peer help, no parameter does"]),
    "accept-queue": World([("accept_queue", "warning", "net.core.somaxconn", None)], counters={"ListenOverflows": 1},
                          says=["1 time since the start", "--interval"]),
    "accept-queue-before": World(WELL, counters={"ListenOverflows": 7}, words=("--interval", "1", "--count", "1")),
    "syn-queue": World([("syn_queue", "warning", "net.ipv4.tcp_syncookies", "1")], counters={"TCPReqQFullDrop": 2},
                       settings={"tcp_syncookies": "0"},
                       says=[r"2 times since the start .*: net\.ipv4\.tcp_syncookies = 1 answers them all the same$"]),
    "syn-queue-before": World([("syn_queue", "warning", None, None)], counters={"TCPReqQFullDrop": 2}, settings={"tcp_syncookies": "1"},
                              says=[r"2 times since the start .*: net\.ipv4\.tcp_syncookies is on now, and answers them all the same$"]),
    "syn-cookies": World([("syn_queue", "warning", "net.core.somaxconn", None)], counters={"TCPReqQFullDoCookies": 1234567},
                         says=["1,234,567 times"]),
    "time-wait-limit-79": World([("accepting_side", "note", None, None)], [*SERVER, *clients(159)], settings={"tcp_max_tw_buckets": "200"}),
    "time-wait-limit-80": World([("time_wait_limit", "error", "net.ipv4.tcp_max_tw_buckets", None), ("accepting_side", "note", None, None)],
                                [*SERVER, *clients(160)], settings={"tcp_max_tw_buckets": "200"}, says=["160 sockets in TIME-WAIT or orphans in FIN-WAIT-2, and net.ipv4.tcp_max_tw_buckets = 200 is the most"]),
    "time-wait-limit-of-orphans": World([("time_wait_limit", "error", "net.ipv4.tcp_max_tw_buckets", None)],
                                        [*SERVER, *clients(90), *clients(70, "FIN_WAIT2", 50000)], settings={"tcp_max_tw_buckets": "200"},
                                        says=["160 sockets"]),
    "time-wait-overflow": World([("time_wait_limit", "warning", "net.ipv4.tcp_max_tw_buckets", None)], counters={"TCPTimeWaitOverflow": 3}),
    "time-wait-limit-zero": World(WELL, [*SERVER, *clients(9)], settings={"tcp_max_tw_buckets": "0"}),
    "orphans-49": World(WELL, settings={"tcp_max_orphans": "100"}, sockstat={"orphans": 49}),
    "orphans-50": World([("orphans", "error", "net.ipv4.tcp_max_orphans", None)], settings={"tcp_max_orphans": "100"},
                        sockstat={"orphans": 50}),
    "memory-79": World(WELL, settings={"tcp_mem": "500\t700\t1000"}, sockstat={"pages": 799}),
    "memory-80": World([("memory", "error", "net.ipv4.tcp_mem", None)], settings={"tcp_mem": "500\t700\t1000"}, sockstat={"pages": 800}),
    "close-wait-99": World(WELL, [*SERVER, *clients(99, "CLOSE_WAIT")]),
    "close-wait-100": World([("close_wait", "warning", None, None)], [*SERVER, *clients(100, "CLOSE_WAIT")], says=["no parameter ends them"]),
    "fin-wait-2-999": World(WELL, [*SERVER, *clients(999, "FIN_WAIT2", 50000)]),
    "fin-wait-2-1000": World([("fin_wait_2", "warning", "net.ipv4.tcp_fin_timeout", "30")], [*SERVER, *clients(1000, "FIN_WAIT2", 50000)],
                             settings={"tcp_fin_timeout": "60"},
                             says=[r"peers that do not close: net\.ipv4\.tcp_fin_timeout = 30 ends them sooner than 60$"]),
    "fin-timeout-31": World([("fin_wait_2", "warning", "net.ipv4.tcp_fin_timeout", "30")], [*SERVER, *clients(1000, "FIN_WAIT2", 50000)],
                            settings={"tcp_fin_timeout": "31"}),
    "fin-timeout-30": World([("fin_wait_2", "warning", None, None)], [*SERVER, *clients(1000, "FIN_WAIT2", 50000)],
                            settings={"tcp_fin_timeout": "30"}),
    "fin-timeout-10": World([("fin_wait_2", "warning", None, None)], [*SERVER, *clients(1000, "FIN_WAIT2", 50000)],
                            settings={"tcp_fin_timeout": "10"},
                            says=["peers that do not close; no parameter should end them sooner than now$"]),
    "fin-wait-2-owned": World(WELL, [*SERVER, *clients(1000, "FIN_WAIT2")]),
    "syn-sent-99": World(WELL, towards(99, state="SYN_SENT", first=33000)),
    "syn-sent-100": World([("syn_sent", "warning", None, None)], towards(100, state="SYN_SENT", first=33000)),
    "accepting-99": World(WELL, [*SERVER, *clients(99)]),
    "accepting-100": World([("accepting_side", "note", None, None)], [*SERVER, *clients(100)],
                           says=["^100 TIME-WAIT on the accepting side: costs 25.0 KiB, no capacity; nothing to do$"]),
    "connecting-99": World(WELL, towards(99, first=33000)),
    "connecting-100": World([("connecting_side", "note", None, None)], towards(100, first=33000), says=["^100 TIME-WAIT on the connecting side"]),
    "gravest-first": World([("ports", "error", REUSE, "1"), ("accept_queue", "warning", "net.core.somaxconn", None),
                            FULL, ("accepting_side", "note", None, None)],
                           [*SERVER, *clients(100), *towards(95)], HUNDRED, counters={"ListenOverflows": 1}),
    "totals-know-no-ports": World(WELL, [*SERVER, *clients(100), *towards(95)], HUNDRED, words=("--totals",)),
    "totals-know-the-rest": World([("close_wait", "warning", None, None)], [*SERVER, *clients(100, "CLOSE_WAIT")], words=("--totals",)),
}


@rows(READINGS, tree="busy")
def reading_of(host, world):
    (world.ports or Ports(32768, 60999)).install(host)
    write_sockets(host, world.sockets)
    write_counters(host, **(world.counters or {}))
    if world.sockstat:
        write_sockstat(host, **world.sockstat)
    for name, value in (world.settings or {}).items():
        host.set_live(f"net.ipv4.{name}", value)
    found = host.run("tcp", "--json", *world.words, exit=IN_LINE).document["readings"]
    host.equal("readings", [(each["kind"], each["severity"], each.get("key"), each.get("value")) for each in found], world.wanted)
    texts = "\n".join(each["text"] for each in found)
    for pattern in world.says:
        host.equal(f"/{pattern}/ in {texts!r}", bool(re.search(pattern, texts, re.MULTILINE)), True)
    for pattern in world.silent:
        host.equal(f"/{pattern}/ in {texts!r}", bool(re.search(pattern, texts, re.MULTILINE)), False)
    host.equal("one sentence each", [text for text in texts.splitlines() if text.endswith(".") or not text], [])


# ---- profiles that set what would help


def named(host):
    """The profiles of the reading about tcp_tw_reuse, and the sentence for people."""
    found = [each["profiles"] for each in host.run("tcp", "--json", exit=IN_LINE).document["readings"] if each.get("key") == REUSE]
    return found[0] if len(found) == 1 else found


def in_one_line(result):
    """The output without the line breaks of its paragraphs."""
    return Result(result.words, result.status, " ".join(result.out.split()), result.err)


def installed(host, name, parameters, head="", folder="/etc/holdfast/profiles"):
    host.profile(parameters, f"{folder}/{name}.yaml", head)


@case("busy")
def profiles_that_would_help(host):
    """Only those that set the key, and to that value."""
    host.equal("none", named(host), [])
    host.silent(host.run("tcp", exit=IN_LINE), r"sets? it")
    installed(host, "a-sets", f"{REUSE}: 1")
    installed(host, "b-other-value", f"{REUSE}: 2")
    installed(host, "c-other-key", "net.ipv4.tcp_fin_timeout: 30")
    installed(host, "d-unmanaged", f"{REUSE}: {{unmanaged: true}}")
    host.equal("one", named(host), ["a-sets"])
    host.says(in_one_line(host.run("tcp", exit=IN_LINE)), r"timestamps \(a-sets sets it\)\. ", stream="out")
    installed(host, "e-inherits", "net.ipv4.tcp_fin_timeout: 30", "extends: [a-sets]\n")
    host.equal("two", named(host), ["a-sets", "e-inherits"])
    host.says(in_one_line(host.run("tcp", exit=IN_LINE)), r"timestamps \(a-sets and e-inherits set it\)\. ", stream="out")
    installed(host, "f-takes-back", f"{REUSE}: {{unmanaged: true}}", "extends: [a-sets]\n")
    installed(host, "g-sets-otherwise", f"{REUSE}: 0", "extends: [a-sets]\n")
    installed(host, "h-path", "net/ipv4/tcp_tw_reuse: 1")
    host.equal("three", named(host), ["a-sets", "e-inherits", "h-path"])
    host.says(in_one_line(host.run("tcp", exit=IN_LINE)), r"\(a-sets, e-inherits and h-path set it\)\. ", stream="out")
    installed(host, "i-more", f"{REUSE}: 1")
    host.equal("no more than three", named(host), ["a-sets", "e-inherits", "h-path"])


@case("busy")
def profiles_of_both_folders(host):
    """The shipped ones; one of /etc stands in for its namesake."""
    host.shipped()
    host.equal("shipped", named(host), ["reverse-proxy", "time-wait-classic"])
    installed(host, "time-wait-classic", f"{REUSE}: 0")
    host.equal("covered", named(host), ["reverse-proxy"])
    range_readings = [each for each in host.run("tcp", "--json", exit=IN_LINE).document["readings"] if each.get("key") == RANGE]
    host.equal("any value will do", [each["profiles"] for each in range_readings], [["reverse-proxy"]])
    installed(host, "another", f"{RANGE}: {{unmanaged: true}}", "extends: [reverse-proxy]\n")
    range_readings = [each for each in host.run("tcp", "--json", exit=IN_LINE).document["readings"] if each.get("key") == RANGE]
    host.equal("not managed", [each["profiles"] for each in range_readings], [["reverse-proxy"]])


BROKEN = {
    "no-yaml": "profile: [x\n",
    "no-profile": "just: this\n",
    "bad-value": f"profile: m\nversion: 1\nparameters:\n  {REUSE}: banana\n",
    "bad-key-beside": f"profile: m\nversion: 1\nparameters:\n  {REUSE}: 1\n  net.ipv4.tcp_wiat: 1\n  foo: bar\n",
    "circle": f"profile: m\nversion: 1\nextends: [m-broken]\nparameters:\n  {REUSE}: 1\n",
    "orphan": f"profile: m\nversion: 1\nextends: [nowhere]\nparameters:\n  {REUSE}: 1\n",
    "empty": "",
    "bytes": b"\xff\xfe\0\0",
    "large": "# " + "x" * (1 << 20) + f"\nprofile: m\nversion: 1\nparameters:\n  {REUSE}: 1\n",
}


@rows(BROKEN, tree="busy")
def broken_profile_beside(host, text):
    """It sets nothing, nobody hears of it, and those behind it are found."""
    installed(host, "a-sets", f"{REUSE}: 1")
    installed(host, "z-sets", f"{REUSE}: 1")
    host.write("/etc/holdfast/profiles/m-broken.yaml", text)
    result = host.run("tcp", exit=IN_LINE)
    host.equal("stderr", result.err, "")
    found = named(host)
    host.equal("the good ones", [name for name in found if name != "m-broken"], ["a-sets", "z-sets"])
    host.equal("the broken one", "m-broken" in found, False)


@case("busy")
def odd_entries_beside_profiles(host):
    installed(host, "a-sets", f"{REUSE}: 1")
    host.fifo("/etc/holdfast/profiles/fifo.yaml")
    host.link("/etc/holdfast/profiles/gone.yaml", "nowhere.yaml")
    host.write("/etc/holdfast/profiles/readme.txt", "no profile")
    host.path("/etc/holdfast/profiles/folder.yaml").mkdir()
    host.equal("named", named(host), ["a-sets"])
    host.remove("/etc/holdfast/profiles").write_text("no folder")
    host.equal("no folder", named(host), [])


# ---- report


def piped(host, data, *words):
    """A run with something on stdin: status, stdout and stderr."""
    done = subprocess.run([host.bench.program, *words], input=data, capture_output=True, cwd=host.work,
                          env=environment(None), timeout=10, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


@case("busy")
def report_of_a_saved_census(host):
    """By file and by stdin the same as straight from the host."""
    straight = host.run(*NOW, exit=IN_LINE).out
    census = host.run("tcp", "--json", exit=IN_LINE).out
    host.write("census.json", census)
    host.equal("file", host.run(*SAVED, "census.json", root=False, exit=IN_LINE).out, straight)
    host.equal("file, by name", host.run("report", "census.json", "--format=openmetrics", root=False, exit=IN_LINE).out, straight)
    host.equal("stdin", piped(host, census.encode(), *SAVED, "-"), (IN_LINE, straight, ""))
    for words in (("--format", "json"), ("--json",), ("--json", "--format=json")):
        found = host.run("report", "census.json", *words, root=False, exit=IN_LINE).out
        host.equal(f"{words}: the document", json.loads(found), json.loads(census))
        host.equal(f"{words}: lines", (found.count("\n"), found[-1:]), (1, "\n"))
    host.equal("no --format", json.loads(host.run("report", "census.json", root=False, exit=IN_LINE).out), json.loads(census))
    host.equal("without a tree", host.run(*SAVED, "census.json", root=False, exit=IN_LINE).out, straight)


@case("busy")
def report_of_a_saved_apply(host):
    """The census after the change stands behind the metrics of the report; a report without one has these alone."""
    host.profile("net.ipv4.tcp_fin_timeout: 30")
    saved = host.run("apply", "-p", "web.yaml", "--json", exit=IN_LINE)
    host.write("apply.json", saved.out)
    host.write("totals.json", json.dumps(saved.document["tcp"]))
    metrics = host.run(*SAVED, "apply.json", root=False, exit=IN_LINE).out
    census = host.run(*SAVED, "totals.json", root=False, exit=IN_LINE).out
    host.equal("metrics", (metrics.endswith(census), metrics_faults(metrics)), (True, []))
    host.equal("of the report", metrics.removesuffix(census).count("holdfast_tcp_"), 0)
    host.says(host.run(*SAVED, "apply.json", root=False), r'^holdfast_tcp_sockets\{state="TIME-WAIT",family=""\} 180$', stream="out")
    host.equal("JSON", json.loads(host.run("report", "apply.json", "--json", root=False, exit=IN_LINE).out), saved.document)
    host.write("check.json", host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE).out)
    metrics = host.run(*SAVED, "check.json", root=False, exit=IN_LINE).out
    host.equal("without a census", ("holdfast_tcp_" in metrics, "holdfast_verdict" in metrics, metrics_faults(metrics)),
               (False, True, []))
    host.run("report", "check.json", "--json", root=False, exit=IN_LINE)


# name: (bytes, exit, patterns)
NOT_TAKEN = {
    "no-json": (b"time-wait 12\n", INVALID, ["it.json:1:", "no JSON"]),
    "empty": (b"", INVALID, ["it.json:", "no JSON"]),
    "half": (b'{"schema": "holdfast.tcp/1", "states": [', INVALID, ["no JSON"]),
    "trailing": (b'{"schema": "holdfast.tcp/1", "states": []} x', INVALID, ["no JSON"]),
    "two-documents": (b'{"schema": "holdfast.tcp/1", "states": []}\n{"schema": "holdfast.tcp/1", "states": []}\n', INVALID, ["no JSON"]),
    "twice": (b'{"schema": "holdfast.tcp/1", "states": [], "states": []}', INVALID, ["no JSON", "duplicate"]),
    "no-utf-8": (b'{"schema": "holdfast.tcp/1", "states": [{"state": "\xff"}]}', INVALID, ["no JSON"]),
    "nul-byte": (b'{"schema": "holdfast.tcp/1\0", "states": []}', INVALID, ["no JSON"]),
    "deep": (b"[" * 100000, INVALID, ["no JSON"]),
    "number": (b"7", INVALID, ["no JSON"]),
    "list": (b"[]", INVALID, ["it.json", "no report"]),
    "object": (b"{}", INVALID, ["it.json", "no report"]),
    "other-schema": (b'{"schema": "holdfast.plan/1", "states": []}', INVALID, ["it.json", "no report"]),
    "newer-schema": (b'{"schema": "holdfast.tcp/9", "states": []}', INVALID, ["it.json", "no report"]),
    "longer-schema": (b'{"schema": "holdfast.tcp/10", "states": []}', INVALID, ["it.json", "no report"]),
    "schema-number": (b'{"schema": 7, "states": []}', INVALID, ["it.json", "no report"]),
    "tcp-of-another-kind": (b'{"schema": "holdfast.report/1", "tcp": 7}', INVALID, ["'states'"]),
    "no-states": (b'{"schema": "holdfast.tcp/1"}', INVALID, ["it.json", "'states'"]),
    "states-no-list": (b'{"schema": "holdfast.tcp/1", "states": {}}', INVALID, ["'states'"]),
}


@rows(NOT_TAKEN, tree="busy")
def report_refuses(host, row):
    data, exit, patterns = row
    host.write("it.json", data)
    result = host.run(*SAVED, "it.json", root=False, exit=exit)
    host.says(result, *patterns)
    host.equal("stdout", result.out, "")
    host.equal("lines of complaint", len(result.err.splitlines()), 1)
    status, out, err = piped(host, data, *SAVED, "-")
    host.equal("by stdin", (status, out, len(err.splitlines())), (exit, "", 1))


@case("busy")
def report_of_a_large_file(host):
    """Up to a bound, which is told; by name and on stdin."""
    census = b'{"schema": "holdfast.tcp/1", "states": []}'
    by_name = by_stdin = 8 << 20
    host.write("fits.json", census.rjust(by_name))
    host.run(*SAVED, "fits.json", root=False, exit=IN_LINE)
    host.write("over.json", census.rjust(by_name + 1))
    result = host.run(*SAVED, "over.json", root=False, exit=INVALID)
    host.says(result, "over.json", f"{by_name >> 20} MiB")
    host.equal("stdout", result.out, "")
    host.equal("stdin that fits", piped(host, census.rjust(by_stdin), *SAVED, "-")[0], IN_LINE)
    status, out, err = piped(host, census.rjust(by_stdin + 1), *SAVED, "-")
    host.equal("stdin", (status, out), (INVALID, ""))
    host.equal("said", bool(re.fullmatch(f"holdfast: stdin .*{by_stdin >> 20} MiB.*\n", err)), True)


@case("busy")
def report_of_files_that_are_none(host):
    host.path("folder.json").mkdir()
    host.link("gone.json", "nowhere.json")
    for name in ("missing.json", "folder.json", "gone.json"):
        result = host.run("report", name, root=False, exit=(WORK, INVALID))
        host.says(result, re.escape(name))
        host.equal(f"{name}: stdout", result.out, "")
    host.says(host.run(*SAVED, "missing.json", root=False, exit=INVALID), "read missing.json", "No such file")
    host.says(host.run("report", "", root=False, exit=(WORK, INVALID, USAGE)), "holdfast: ")
    host.equal("nothing on stdin", host.run("report", "-", root=False, exit=INVALID).out, "")


@case("busy")
def report_of_a_pipe(host):
    """A FIFO, and a pipe by its path as a shell's <(...) has it; who writes may come late, and in parts."""
    straight = host.run(*NOW, exit=IN_LINE).out
    host.write("census.json", host.run("tcp", "--json", exit=IN_LINE).out)
    host.fifo("fifo.json")
    write = "sleep 0.2; head -c 700 census.json; sleep 0.2; tail -c +701 census.json"
    for script in (f"({write}) >fifo.json & exec \"$0\" {' '.join(SAVED)} fifo.json", f"exec \"$0\" {' '.join(SAVED)} <({write})"):
        done = subprocess.run(["bash", "-c", script, host.bench.program], capture_output=True, cwd=host.work, text=True,
                              env=environment(None), timeout=10, check=False)
        host.equal(script, (done.returncode, done.stdout, done.stderr), (IN_LINE, straight, ""))


@case("busy", needs_root=True)
def report_of_a_file_that_is_closed(host):
    host.write("census.json", host.run("tcp", "--json").out, 0o600)
    host.says(host.run(*SAVED, "census.json", root=False, user=NOBODY, exit=DENIED), "census.json", "Permission denied")


# ---- OpenMetrics

@case("busy")
def metrics_are_openmetrics(host):
    for words in (("tcp",), ("tcp", "--totals"), ("tcp", "--time-wait"), ("tcp", "--top", "0")):
        host.write("census.json", host.run(*words, "--json", exit=IN_LINE).out)
        text = host.run(*SAVED, "census.json", root=False, exit=IN_LINE).out
        host.equal(f"{words}", metrics_faults(text), [])
        text = host.run("report", "census.json", "--format", "metrics", root=False, exit=IN_LINE).out
        host.equal(f"{words}, for Prometheus", metrics_faults(text, openmetrics=False), [])
    found = samples(host.run(*NOW, exit=IN_LINE).out)
    census = host.run("tcp", "--json", exit=IN_LINE).document
    for state in census["states"]:
        for family in ("ipv4", "ipv6"):
            host.equal(state["state"], found.get(f'holdfast_tcp_sockets{{state="{state["state"]}",family="{family}"}}'), state[family])
    for counter in census["counters"]:
        host.equal(counter["name"], found.get(f'holdfast_tcp_events_total{{counter="{counter["name"]}"}}'), counter["value"])
    host.equal("the fullest", found.get("holdfast_tcp_ports_taken_max_ratio"), census["ports"]["tuples"][0]["percent"] / 100)
    host.equal("named", sorted(name for name in found if name.startswith("holdfast_tcp_ports_taken_ratio")),
               ['holdfast_tcp_ports_taken_ratio{source="10.0.0.1",destination="10.0.0.5",port="8080"}',
                'holdfast_tcp_ports_taken_ratio{source="10.0.0.1",destination="10.0.0.6",port="3306"}'])
    host.equal("readings", [found.get(f'holdfast_tcp_readings{{severity="{each}"}}') for each in ("error", "warning", "note")], [1, 2, 1])
    host.silent(host.run(*NOW), "203.0.113")
    host.write("census.json", host.run("tcp", "--top", "0", "--json", exit=IN_LINE).out)
    host.equal("the fullest, not listed", samples(host.run(*SAVED, "census.json", root=False).out).get("holdfast_tcp_ports_taken_max_ratio"),
               found.get("holdfast_tcp_ports_taken_max_ratio"))


@case("busy")
def metrics_of_many_peers(host):
    """A peer whose ports run out is a metric whatever its rank; the JSON has as many as --top says."""
    Ports(40000, 40019).install(host)
    write_sockets(host, sum((towards(9 + number % 2, f"10.1.{number // 100}.{number % 100 + 1}", step=2 if number % 2 else 1)
                             for number in range(600)), []))
    found = samples(host.run(*NOW, exit=IN_LINE).out)
    ratios = [value for name, value in found.items() if name.startswith("holdfast_tcp_ports_taken_ratio")]
    host.equal("at half of the ports", (len(ratios), set(ratios)), (300, {0.5}))
    host.equal("JSON", len(host.run("tcp", "--json", exit=IN_LINE).document["ports"]["tuples"]), 10)


@case("busy")
def numbers_are_short(host):
    """0.82 and not 0.81999999999999995, in the metrics and in the JSON."""
    Ports(40000, 40099).install(host)
    write_sockets(host, sum((towards(number, f"10.0.0.{number}") for number in range(50, 100)), []))
    text = host.run(*NOW, exit=IN_LINE).out
    for number in range(50, 100):
        host.equal(f"{number} %", text.count(f'destination="10.0.0.{number}",port="8080"}} 0.{f"{number:02}".rstrip("0")}\n'), 1)
    text = host.run("tcp", "--json", "--interval", "1", "--count", "2", exit=IN_LINE).out
    found = re.findall(r'"interval_s":\s*([0-9.]+)', text)
    host.equal("intervals", len(found), 2)
    host.equal("longer than 15 digits", [each for each in re.findall(r"[0-9]+\.[0-9]+", text) if len(each) > 16], [])


@case("busy")
def one_socket(host):
    write_sockets(host, SERVER)
    host.says(host.run("tcp", exit=IN_LINE), r"\A1 TCP socket on ", stream="out")
    write_sockets(host, [*SERVER, *clients(1)])
    host.says(host.run("tcp", exit=IN_LINE), r"\A2 TCP sockets on ", stream="out")


@case("busy")
def range_of_an_odd_size(host):
    """The port that each search passes over is neither reserved nor has it a listener."""
    for reserved, listening, left, less in (((), (), 100, ""), ((40001,), (), 99, " less 1 reserved or listening"),
                                            ((40001, 40002), (40003,), 97, " less 3 reserved or listening")):
        Ports(40000, 40100, reserved=frozenset(reserved)).install(host)
        write_sockets(host, [*towards(1, first=40010), *(Socket("0.0.0.0", port, "0.0.0.0", 0, "LISTEN") for port in listening)])
        host.says(in_one_line(host.run("tcp", exit=IN_LINE)),
                  rf" {left} ports for connect\(\) towards each peer: 40000-40100{less}; tcp_tw_reuse 0\. ", stream="out")


HOSTILE = '"}\n# EOF\nx{y=\\"z\\\\'
# Fields of a census that are not as they should be, and what must be left of the metrics.
ODD_CENSUSES = {
    "hostile-state": {"states": [{"state": HOSTILE, "sockets": 1}]},
    "hostile-counter": {"counters": [{"name": HOSTILE, "value": 1}]},
    "hostile-tuple": {"ports": {"tuples": [{"source": HOSTILE, "destination": HOSTILE, "port": 80, "percent": 90}]}},
    "unicode": {"states": [{"state": "\u00fc\u2028\U0001f600", "sockets": 1}]},
    "numbers-are-words": {"states": [{"state": "LISTEN", "sockets": "many"}], "time_wait": {"connects": "x", "bytes": []}},
    "negative": {"states": [{"state": "LISTEN", "ipv4": -1, "ipv6": -1, "sockets": -1}], "bound": -5},
    "huge": {"states": [{"state": "LISTEN", "sockets": 1e308}], "bound": 9223372036854775807},
    "objects-are-lists": {"time_wait": [], "ports": [], "counters": {}, "readings": {}},
    "lists-of-numbers": {"states": [1, None, "x", []], "counters": [1], "readings": [1], "ports": {"tuples": [1, None]}},
    "nothing-in-them": {"states": [{}], "counters": [{}], "readings": [{}], "ports": {"tuples": [{}]}, "time_wait": {}},
    "port-fraction": {"ports": {"tuples": [{"source": "a", "destination": "b", "port": 1.5, "percent": 90}]}},
}


@rows(ODD_CENSUSES, tree="busy")
def metrics_of_an_odd_census(host, fields):
    """Nothing from a file breaks the lines of the format, whatever it says."""
    host.write("census.json", json.dumps({"schema": "holdfast.tcp/1", "states": [], **fields}))
    text = host.run(*SAVED, "census.json", root=False, exit=IN_LINE).out
    host.equal("faults", metrics_faults(text), [])
    host.equal("ends", text.count("# EOF\n"), 1)
    text = host.run("report", "census.json", "--format", "metrics", root=False, exit=IN_LINE).out
    host.equal("faults of the other format", metrics_faults(text, openmetrics=False), [])
