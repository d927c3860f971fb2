"""holdfast tcp and report on real sockets: counted as ss and /proc/net count them, ports driven to their end, other
namespaces, rates, and what an apply says of the sockets that are there."""
import errno
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import time

import private
from scenario import DENIED, OK, OPENS, TOUCHES, WORK, CannotHere, Said, Scenario, case, trace
from sockets import (IP_BIND_ADDRESS_NO_PORT, KINDS, V4, V6, Helper, Neighbour, Pairs, Service, add, agree, by_holdfast,
                     close, counters, knock, listener, lossy, many, ports_towards, reset)

PLAIN = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--ambient-caps", "-all")
RANGE, RESERVED = "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"
REUSE, DELAY, STAMPS = "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay", "net.ipv4.tcp_timestamps"
OPEN = ("--format", "openmetrics")


def reading(census, kind):
    return next((each for each in census["readings"] if each["kind"] == kind), {})


def flat(said):
    """Without the ends of lines, which lie where the width has it."""
    return Said(said.code, " ".join(said.out.split()), said.err)


# ---- every state, by the thousand -----------------------------------------------------------------------------------

def listening(kind):
    return {"LISTEN": (1, 0, 0) if KINDS[kind].service == V4 else (0, 1, 0)}


def of(kind, clients=None, services=None, count=0):
    """So many connections: the client ends are in one state, those of the service in another."""
    parts = []
    if clients:
        parts.append({clients: KINDS[kind].ends(count, 0)})
    if services:
        parts.append({services: KINDS[kind].ends(0, count)})
    return add(*parts)


def from_open_to_time_wait(t, kind):
    """One lot of connections goes through its life, the client closing first; a second the other way about."""
    count, listens, helper = many(), listening(kind), Helper()
    pairs = Pairs(helper, kind, 8001, count)
    agree(t, "open", add(listens, of(kind, "ESTABLISHED", "ESTABLISHED", count)))
    pairs.shut()
    census = agree(t, "shut", add(listens, of(kind, "FIN-WAIT-2", "CLOSE-WAIT", count)))
    t.same("CLOSE-WAIT read", reading(census, "close_wait").get("severity"), "warning")
    pairs.close_clients()
    agree(t, "closed by the client", add(listens, of(kind, "FIN-WAIT-2", "CLOSE-WAIT", count)), orphans=count)
    pairs.close_services()
    connecting = of(kind, "TIME-WAIT", None, count)
    census = agree(t, "closed by both", add(listens, connecting))
    t.same("sides", (census["time_wait"]["connects"], census["time_wait"]["accepts"]), (count, 0))
    address = "::1" if kind == "ipv6" else "127.0.0.1"
    t.same("peers", census["peers"], [{"address": address, "port": 8001, "side": "connects", "time_wait": count,
                                       "sockets": count}])
    t.same("services", census["services"], [])
    second = Pairs(helper, kind, 8002, count)
    second.close_services()
    agree(t, "closed by the service", add(listens, listens, connecting, of(kind, "CLOSE-WAIT", "FIN-WAIT-2", count)),
          orphans=count)
    second.close_clients()
    accepting = of(kind, None, "TIME-WAIT", count)
    census = agree(t, "closed by the service first", add(listens, listens, connecting, accepting))
    t.same("both sides", (census["time_wait"]["connects"], census["time_wait"]["accepts"]), (count, count))
    t.same("services", [(each["port"], each["time_wait"], each["sockets"]) for each in census["services"]],
           [(8002, count, count)])
    t.same("those that connect to it", [(each["address"], each["time_wait"]) for each in census["peers"]
                                        if each["side"] == "accepts"], [(address, count)])
    t.same("bytes", census["time_wait"]["bytes"], 2 * count * 256)
    # Without a listener the ports still tell which side it was.
    pairs.end_service()
    second.end_service()
    census = agree(t, "the services have gone", add(connecting, accepting))
    t.same("sides without listeners", (census["time_wait"]["connects"], census["time_wait"]["accepts"]),
           (count, count))


@case
def tcp_counts_ipv4_from_open_to_time_wait(t):
    from_open_to_time_wait(t, "ipv4")


@case
def tcp_counts_ipv6_from_open_to_time_wait(t):
    from_open_to_time_wait(t, "ipv6")


@case
def tcp_counts_ipv4_mapped_from_open_to_time_wait(t):
    from_open_to_time_wait(t, "mapped")


@case
def tcp_counts_both_ends_mapped_from_open_to_time_wait(t):
    from_open_to_time_wait(t, "mapped_client")


def nothing_arrives(t, kind):
    """What is sent is lost: connections that are opened or closed now stay half way.

    Nearly all keep their owner, because of sockets without one the kernel bears only so many on the whole machine.
    """
    count, few, listens, helper, other = many(), 200, listening(kind), Helper(), Helper()
    closing, last, left = (Pairs(helper, kind, 8001 + i, (count, few, few)[i]) for i in range(3))
    last.shut()
    three = add(listens, listens, listens)
    agree(t, "before", add(three, of(kind, "ESTABLISHED", "ESTABLISHED", count + few),
                           of(kind, "FIN-WAIT-2", "CLOSE-WAIT", few)))
    with lossy(t, "lo", closing.clients + last.clients, helper, other):
        closing.shut()
        left.close_clients()
        last.shut_services()
        half = add(three, of(kind, "FIN-WAIT-1", "ESTABLISHED", count + few), of(kind, "FIN-WAIT-2", "LAST-ACK", few))
        agree(t, "nothing arrives", half)
        other.ask("knock", KINDS[kind].client, KINDS[kind].address, 8004, count)
        census = agree(t, "nor is a connection opened", add(half, of(kind, "SYN-SENT", None, count)))
        t.same("SYN-SENT read", reading(census, "syn_sent").get("severity"), "warning")
        t.holds(census["host_orphans"] >= few, f"host_orphans: {census['host_orphans']}")
        t.same("orphans", census["fin_wait_2_orphans"], 0)
        other.ask("drop")
        agree(t, "the attempts are given up", half)


@case
def tcp_counts_ipv4_that_is_not_answered(t):
    nothing_arrives(t, "ipv4")


@case
def tcp_counts_ipv6_that_is_not_answered(t):
    nothing_arrives(t, "ipv6")


@case
def tcp_counts_ipv4_mapped_that_is_not_answered(t):
    nothing_arrives(t, "mapped_client")


@case
def tcp_counts_listeners(t):
    """More than the table of services has room for."""
    count = many()
    for kind, address, wanted in (("ipv4", "127.0.0.1", (count, 0, 0)), ("ipv6", "::1", (0, count, 0)),
                                  ("mapped", "::", (0, count, 0)),
                                  ("mapped to one address", "::ffff:127.0.0.1", (0, count, count))):
        family = V6 if ":" in address else V4
        lines = [listener(family, address, 10_000 + i, 8) for i in range(count)]
        census = agree(t, kind, {"LISTEN": wanted})
        t.same(f"{kind}: no room for", census["left_out"]["services"], max(0, count - 4096))
        for each in lines:
            each.close()
    agree(t, "closed", {})


@case
def tcp_counts_half_open_and_closing(t):
    """SYN-RECEIVED and CLOSING need a cable that carries one way only."""
    far, count, services, lines = Neighbour(t), 1_000, [], []
    for family in (V4, V6):
        services.append(Service(family, Neighbour.HERE[family], 8001))
        far.ask("listen", family, Neighbour.THERE[family], 8002)
        lines += [socket.create_connection((Neighbour.THERE[family], 8002)) for _ in range(count)]
        far.ask("accept", family, 8002, count)
    both = (count, count, 0)
    with lossy(t, "cable0", lines, far):
        for each in lines:
            each.shutdown(socket.SHUT_WR)
        for family in (V4, V6):
            far.ask("shut", family, 8002)
            far.ask("knock", family, Neighbour.HERE[family], 8001, count)
        census = agree(t, "one way", {"LISTEN": (1, 1, 0), "CLOSING": both, "SYN-RECEIVED": both})
        t.same("the half open are the service's", [(each["port"], each["sockets"]) for each in census["services"]],
               [(8001, 2 * count)])
        there = far.ask("counts")
        t.same("there", there, {"LISTEN": (1, 1, 0), "FIN-WAIT-1": both, "SYN-SENT": both})
        said, other = t.report("tcp", "--netns", str(far.pid))
        t.exits("tcp --netns", said, OK)
        t.same("tcp --netns", by_holdfast(other), there)


# ---- ports ----------------------------------------------------------------------------------------------------------

class Peer:
    """A service to connect to: on the loopback, or of the other host."""

    def __init__(self, t, family, far=None):
        self.t, self.family, self.far, self.port, self.services = t, family, far, 8000 if family == V4 else 9000, []
        self.address = Neighbour.THERE[family] if far else KINDS["ipv4" if family == V4 else "ipv6"].address
        self.source = Neighbour.HERE[family] if far else self.address
        self.next()

    def next(self):
        """Another port: towards it all local ports are free."""
        self.port += 1
        if self.far:
            self.far.ask("listen", self.family, self.address, self.port)
        else:
            self.services.append(Service(self.family, self.address, self.port))

    def connect(self, bound=None, option=0):
        """An open connection, or the errno. bound: bind() to the own address before, with the option."""
        line = socket.socket(self.family, socket.SOCK_STREAM)
        try:
            if bound is not None:
                line.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, option)
                line.bind((self.source, bound))
            line.connect((self.address, self.port))
        except OSError as problem:
            line.close()
            return problem.errno
        return line

    def wait(self, bound=None):
        """A connection that is in TIME-WAIT here, or the errno."""
        line = self.connect(bound)
        if isinstance(line, int):
            return line
        line.close()
        if self.far:
            self.far.ask("finish", self.family, self.port)
        else:
            self.services[-1].finish()
        stop = time.monotonic() + 20
        while set(ports_towards(self.port).values()) & {"FIN-WAIT-1", "FIN-WAIT-2"} and time.monotonic() < stop:
            time.sleep(0.005)       # the last segment is on its way
        return 0

    def tuple(self, census):
        """Its line of the ports."""
        return next((each for each in census["ports"]["tuples"] if each["destination"] == self.address
                     and each["port"] == self.port and each["source"] == self.source),
                    {"used": 0, "taken": 0, "percent": 0, "time_wait": 0, "reusable": 0, "first_half": 0,
                     "bound_early": 0, "reuses": None})

    def look(self):
        said, census = self.t.report("tcp")
        self.t.exits("tcp", said, OK)
        return census, self.tuple(census), reading(census, "ports")


def narrow(t, first=45000, last=45019):
    t.echo(f"{first} {last}", RANGE)
    t.echo("0", REUSE)


def said_of(census, peer):
    """The reading about this peer: its severity, or None."""
    name = f"[{peer.address}]:{peer.port}" if peer.family == V6 else f"{peer.address}:{peer.port}"
    return next((each for each in census["readings"] if each["kind"] == "ports" and name in each["text"]), None)


def severity_at(percent):
    return "error" if percent >= 80 else "warning" if percent >= 50 else None


def exhaust(t, peer, what, capacity=20, key=REUSE):
    """Connection after connection to TIME-WAIT; the headroom says so each time, and always before connect() fails.

    What it is compared with is the kernel's own list: a machine with too many sockets without an owner drops some at
    once.
    """
    first = int(t.value(RANGE).split()[0])
    for attempt in range(2 * capacity):
        code = peer.wait()
        there = ports_towards(peer.port)
        if not t.same(f"{what}: attempt {attempt}", (code, set(there.values())), (0, {"TIME-WAIT"})):
            return
        used, halves = len(there), sum((port - first) % 2 == 0 for port in there)
        census, ports, _ = peer.look()
        percent = used * 100 // capacity
        t.same(f"{what}: with {used}", [ports[name] for name in ("used", "taken", "time_wait", "first_half", "percent",
                                                                "bound_early", "reuses")],
               [used, used, used, halves, percent, 0, False])
        found = said_of(census, peer)
        t.same(f"{what}: reading with {used}", found and found["severity"], severity_at(percent))
        if found:
            t.same(f"{what}: key with {used}", (found.get("key"), found.get("value")), (key, "1"))
        if used == capacity:
            break
    t.same(f"{what}: capacity", (census["ports"]["capacity"], census["ports"]["first_half"]), (capacity, halves))
    t.same(f"{what}: used in the end", used, capacity)


def both_ways(t, far=None):
    return ((name, Peer(t, family, far)) for name, family in (("IPv4", V4), ("IPv6", V6)))


def empty(t, peer, what):
    t.same(f"{what}: connect()", peer.wait(), errno.EADDRNOTAVAIL)
    census, ports, _ = peer.look()
    t.same(f"{what}: taken", (ports["taken"], ports["percent"]), (census["ports"]["capacity"], 100))
    return census


def returned(t, peer, what, capacity=20):
    """The headroom is back, and connect() works: the kernel has taken a port again."""
    census, ports, _ = peer.look()
    t.same(f"{what}: ports", [ports[name] for name in ("used", "taken", "reusable", "percent", "reuses")],
           [capacity, 0, capacity, 0, True])
    before, found = counters()["TWRecycled"], said_of(census, peer)
    # Until one was taken again nothing shows that the peer has timestamps.
    t.same(f"{what}: reading", found and found["severity"], None if before else "warning")
    if found:
        t.says(f"{what}: reading", Said(0, found["text"], ""), "only because of net.ipv4.tcp_tw_reuse", "TWRecycled 0")
    t.same(f"{what}: connect()", peer.wait(), 0)
    t.same(f"{what}: TWRecycled", counters()["TWRecycled"], before + 1)
    t.same(f"{what}: reading of what is shown", said_of(peer.look()[0], peer), None)


@case
def tcp_says_that_ports_run_out_before_connect_fails(t):
    """And tcp_tw_reuse brings them back after 1 s."""
    narrow(t)
    far = Neighbour(t)
    for name, peer in both_ways(t, far):
        exhaust(t, peer, name)
        census = empty(t, peer, name)
        found = said_of(census, peer)
        t.says(f"{name}: text", Said(0, found["text"] if found else "", ""), "100 % of the ports", "20 of 20",
               "100 % of them TIME-WAIT", "net.ipv4.tcp_tw_reuse = 1", "after 1 s", "timestamps")
        t.same(f"{name}: ripe at once", peer.look()[1]["reusable"] < 20, True)
        time.sleep(1.2)
        # What switching it on would free is told before it is on.
        ports = peer.look()[1]
        t.same(f"{name}: would return", (ports["reusable"], ports["taken"], ports["reuses"]), (20, 20, False))
        t.same(f"{name}: still off", peer.wait(), errno.EADDRNOTAVAIL)
        t.echo("1", REUSE)
        returned(t, peer, f"{name}, tcp_tw_reuse=1")
        ports = peer.look()[1]
        t.same(f"{name}: the port taken again", (ports["used"], ports["taken"], ports["reusable"]), (20, 1, 19))
        t.echo("0", REUSE)


@case
def tcp_counts_open_connections_as_taken_ports(t):
    """No parameter frees them."""
    narrow(t)
    t.echo("1", REUSE)
    for name, peer in both_ways(t):
        lines = [peer.connect() for _ in range(20)]
        t.holds(all(isinstance(each, socket.socket) for each in lines), f"{name}: connections: {lines}")
        t.same(f"{name}: connect()", peer.connect(), errno.EADDRNOTAVAIL)
        census, ports, found = peer.look()
        t.same(f"{name}: ports", [ports[each] for each in ("used", "taken", "time_wait", "reusable", "reuses")],
               [20, 20, 0, 0, True])
        t.same(f"{name}: reading", (found.get("severity"), found.get("key")), ("error", RANGE))
        peer.next()
        lines.append(peer.connect())
        t.holds(isinstance(lines[-1], socket.socket), f"{name}: another port of the peer has no room: {lines[-1]}")
        t.same(f"{name}: towards another port", peer.look()[1]["used"], 1)
        for each in lines:
            each.close()


@case
def tcp_follows_the_delay_of_reuse(t):
    if t.value(DELAY) is None:
        raise CannotHere("this kernel has no net.ipv4.tcp_tw_reuse_delay")
    narrow(t)
    t.echo("100", DELAY)
    far = Neighbour(t)
    for name, peer in both_ways(t, far):
        exhaust(t, peer, name)
        found = said_of(empty(t, peer, name), peer)
        t.says(f"{name}: text", Said(0, found["text"] if found else "", ""), "after 0.1 s")
        time.sleep(0.15)
        t.echo("1", REUSE)
        returned(t, peer, f"{name}, delay 100")
        t.echo("0", REUSE)
        # With a longer delay than they have waited, none comes back.
        t.echo("60000", DELAY)
        t.same(f"{name}: delay 60000", peer.look()[1]["reusable"], 0)
        t.echo("100", DELAY)


@case
def tcp_knows_that_reuse_2_is_not_for_a_cable(t):
    narrow(t)
    far = Neighbour(t)
    for name, peer in both_ways(t, far):
        exhaust(t, peer, name)
        t.echo("2", REUSE)
        time.sleep(1.2)
        census = empty(t, peer, f"{name}, tcp_tw_reuse=2")
        t.same(f"{name}: reuses", peer.tuple(census)["reuses"], False)
        found = said_of(census, peer) or {}
        t.same(f"{name}: reading", (found.get("severity"), found.get("key"), found.get("value")),
               ("error", REUSE, "1"))
        t.echo("0", REUSE)


@case
def tcp_knows_that_reuse_2_is_for_the_loopback(t):
    narrow(t)
    for name, peer in both_ways(t):
        exhaust(t, peer, name)
        empty(t, peer, name)
        t.echo("2", REUSE)
        time.sleep(1.2)
        returned(t, peer, name)
        t.echo("0", REUSE)


@case
def tcp_knows_that_reuse_needs_timestamps(t):
    narrow(t)
    t.echo("0", STAMPS)
    far = Neighbour(t)
    for name, peer in both_ways(t, far):
        exhaust(t, peer, name, key=STAMPS)
        t.echo("1", REUSE)
        time.sleep(1.2)
        found = said_of(empty(t, peer, f"{name}, tcp_tw_reuse=1"), peer) or {}
        t.same(f"{name}: reading", (found.get("severity"), found.get("key"), found.get("value")),
               ("error", STAMPS, "1"))
        said = flat(t.holdfast("tcp"))
        t.says(f"{name}: table", said, "tcp_tw_reuse 1, and tcp_timestamps is off", STAMPS)
        t.echo("0", REUSE)


@case
def tcp_leaves_out_reserved_ports_and_listeners(t):
    narrow(t)
    t.echo("45004,45005,45010-45011,50000", RESERVED)
    taken = Service(V4, "127.0.0.1", 45008)
    for name, peer in both_ways(t):
        exhaust(t, peer, name, capacity=15)
        empty(t, peer, name)
    said = flat(t.holdfast("tcp"))
    t.says("table", said, "15 ports for connect()", "less 5 reserved or listening")
    taken.end()
    t.echo("", RESERVED)
    census, _, _ = peer.look()
    t.same("capacity without", census["ports"]["capacity"], 20)


@case
def tcp_counts_the_halves_of_a_range_that_begins_odd(t):
    narrow(t, 45001, 45020)
    for name, peer in both_ways(t):
        exhaust(t, peer, name)
        empty(t, peer, name)


@case
def tcp_passes_over_one_port_of_an_odd_range(t):
    """So does each search of the kernel; the last port comes when chance begins the search elsewhere."""
    narrow(t, 45000, 45018)
    for name, peer in both_ways(t):
        for i in range(1, 19):
            t.same(f"{name}: connection {i}", peer.wait(), 0)
        census, ports, _ = peer.look()
        t.same(f"{name}: ports", (census["ports"]["capacity"], ports["used"], ports["percent"]), (18, 18, 100))
        t.same(f"{name}: reading", (said_of(census, peer) or {}).get("severity"), "error")
    narrow(t, 45000, 45000)
    peer = Peer(t, V4)
    peer.next()
    peer.next()
    t.same("a single port: connection", peer.wait(), 0)
    census = empty(t, peer, "a single port")
    t.same("a single port: capacity", census["ports"]["capacity"], 1)


def are_open(t, what, lines):
    t.holds(all(isinstance(each, socket.socket) for each in lines), f"{what}: {lines}")


def source_of(census, peer):
    return next((each for each in census["ports"]["sources"] if each["address"] == peer.source), {})


@case
def tcp_tells_sockets_that_bind_before_they_connect(t):
    for name, family in (("IPv4", V4), ("IPv6", V6)):
        # bind() to port 0 takes ports of the second half first, and connect() passes them over, towards whomever.
        narrow(t)
        peer = Peer(t, family)
        lines = [peer.connect(bound=0) for _ in range(10)]
        are_open(t, name, lines)
        census, ports, _ = peer.look()
        t.same(f"{name}: bound early", (ports["used"], ports["first_half"], ports["bound_early"]), (10, 0, 10))
        found = reading(census, "source_ports")
        t.same(f"{name}: reading", (found.get("severity"), found.get("key")), ("warning", None))
        t.says(f"{name}: reading", Said(0, found.get("text", ""), ""), "IP_BIND_ADDRESS_NO_PORT",
               f"of {peer.source} are", "10 of 20", "10 sockets")
        left = census["ports"]["capacity"]
        peer.next()
        plain = [peer.connect() for _ in range(20)]
        worked = sum(isinstance(each, socket.socket) for each in plain)
        t.same(f"{name}: capacity said, and connections made", (left, worked), (10, 10))
        t.same(f"{name}: the rest", {each for each in plain if isinstance(each, int)}, {errno.EADDRNOTAVAIL})
        _, ports, found = peer.look()
        t.same(f"{name}: towards the second", (ports["used"], ports["taken"], ports["percent"], found.get("severity")),
               (10, 20, 100, "error"))
        reset(plain)
        # When the second half is gone bind() takes the first.
        peer.next()
        more = [peer.connect(bound=0) for _ in range(10)]
        are_open(t, f"{name}, to another peer", more)
        peer.next()
        t.same(f"{name}: bind() towards a third", peer.connect(bound=0), errno.EADDRINUSE)
        census, _, _ = peer.look()
        source = source_of(census, peer)
        t.same(f"{name}: source", (source["used"], source["percent"], source["bound"]), (20, 100, 0))
        t.same(f"{name}: reading of a full source", reading(census, "source_ports").get("severity"), "error")
        close(lines + more)


@case
def tcp_foretells_what_bound_sockets_leave(t):
    """To the last: also when bind() has gone over to the half that connect() takes first."""
    narrow(t)
    for name, peer in both_ways(t):
        before = 20
        for count in (5, 10, 14, 15, 17):
            what = f"{name}, {count} bound"
            lines = [peer.connect(bound=0) for _ in range(count)]
            are_open(t, what, lines)
            peer.next()
            census, ports, _ = peer.look()
            foretold = census["ports"]["room"] - max(ports["taken"], census["ports"]["held"])
            t.same(f"{what}: held and capacity", [census["ports"][each] for each in ("held", "capacity")],
                   [count, foretold])
            t.holds(foretold <= before, f"{what}: the capacity has grown from {before} to {foretold}")
            before, worked, code = foretold, [], None
            while code is None:
                line = peer.connect()
                if isinstance(line, int):
                    code = line
                else:
                    worked.append(line)
            t.same(f"{what}: foretold, and connections made", (foretold, code), (len(worked), errno.EADDRNOTAVAIL))
            t.same(f"{what}: towards the second", [peer.look()[1][each] for each in ("used", "taken", "percent")],
                   [len(worked), 20, 100])
            reset(worked + lines)
            peer.next()


def warns_of_bound_sockets(t, family):
    """Both halves are full, so nothing tells that they were bound: as plain ones they would be free again."""
    narrow(t)
    peer = Peer(t, family)
    t.same("connections", {peer.wait(bound=0) for _ in range(20)}, {0})
    time.sleep(1.1)
    for reuse in ("1", "2"):
        what = f"tcp_tw_reuse={reuse}"
        t.echo(reuse, REUSE)
        t.same(f"{what}: connect()", peer.connect(), errno.EADDRNOTAVAIL)
        t.same(f"{what}: bind()", peer.connect(bound=0), errno.EADDRINUSE)
        census, ports, _ = peer.look()
        t.same(f"{what}: used", ports["used"], 20)
        found = said_of(census, peer) or {}
        t.holds(found.get("severity") in ("warning", "error"), f"{what}: no warning: {census['readings']}")
        t.holds(found.get("key") != REUSE, f"{what}: tcp_tw_reuse is recommended: {found}")
        t.holds(reading(census, "source_ports"), f"{what}: nothing of the source: {census['readings']}")


@case
def tcp_warns_of_bound_sockets_that_reuse_does_not_free(t):
    warns_of_bound_sockets(t, V4)


@case
def tcp_warns_of_bound_ipv6_sockets_that_reuse_does_not_free(t):
    warns_of_bound_sockets(t, V6)


def bound_only(t, what, held, census):
    if census.get("bound") == 0 and tuple(map(int, os.uname().release.split(".")[:2])) < (6, 8):
        raise CannotHere("this kernel does not tell bound sockets")
    t.same(f"{what}: bound", census.get("bound"), held)


@case
def tcp_finds_bound_sockets_among_thousands(t):
    """Where it would be costly to ask for them, that there may be some is known from sockstat."""
    helper, ports = Helper(), range(10_000, 22_000)
    many()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < len(ports) + 1_000:
        raise CannotHere("a process may have too few descriptors")
    for what in ("listeners", "connections"):
        t.echo("23000 44000", RANGE)
        if what == "listeners":
            lines = [listener(V4, "127.0.0.1", port) for port in ports]
        else:
            pairs = Pairs(helper, "ipv4", 8001, len(ports) // 2)
        for first, last, count in ((45000, 45019, 20), (45000, 64999, 500)):
            narrow(t, first, last)
            held = []
            for _ in range(count):
                line = socket.socket(V4, socket.SOCK_STREAM)
                line.bind(("127.0.0.1", 0))
                held.append(line)
            census = t.report("tcp")[1]
            t.holds(census["sockets"] >= len(ports), f"{what}: {census['sockets']} sockets")
            bound_only(t, what, count, census)
            room = last - first + 1
            t.same(f"{what}, {count} of {room}: held and capacity",
                   [census["ports"][each] for each in ("held", "capacity")], [count, room - count])
            found = reading(census, "source_ports")
            t.same(f"{what}, {count} of {room}: reading", found.get("severity"), "error" if room == count else None)
            close(held)
        if what == "listeners":
            close(lines)
        else:
            reset(pairs.clients)
            pairs.close_services()


@case
def tcp_takes_late_binds_for_what_they_are(t):
    """With IP_BIND_ADDRESS_NO_PORT it is connect() that chooses the port, the first half first."""
    for name, family in (("IPv4", V4), ("IPv6", V6)):
        narrow(t)
        peer = Peer(t, family)
        lines = [peer.connect(bound=0, option=1) for _ in range(15)]
        are_open(t, name, lines)
        census, ports, _ = peer.look()
        t.same(f"{name}: ports", (ports["used"], ports["first_half"], ports["bound_early"], ports["percent"]),
               (15, 10, 0, 75))
        t.same(f"{name}: reading", reading(census, "source_ports"), {})
        t.same(f"{name}: capacity", census["ports"]["capacity"], 20)
        peer.next()
        more = [peer.connect(bound=0, option=1) for _ in range(20)]
        are_open(t, f"{name}, to another peer", more)
        close(lines + more)


@case
def tcp_does_not_take_a_full_range_for_bound_ports(t):
    """Connections come and go: near its end the second half may well hold more than the first."""
    narrow(t)
    for name, peer in both_ways(t):
        lines = [peer.connect() for _ in range(20)]
        are_open(t, name, lines)
        even = [each for each in lines if each.getsockname()[1] % 2 == 0]
        for i in (1, 2):
            reset(even[i - 1:i])
            census, ports, found = peer.look()
            t.same(f"{name}: {i} free", [ports[each] for each in ("used", "taken", "percent", "bound_early")],
                   [20 - i, 20 - i, 100 - 5 * i, 0])
            t.same(f"{name}: {i} free, reading", found.get("severity"), "error")
            t.same(f"{name}: {i} free, of the source", reading(census, "source_ports").get("severity"), "note")
        lines = [each for each in lines if each.fileno() >= 0]
        more = [peer.connect(), peer.connect()]
        are_open(t, f"{name}, the last two", more)
        t.same(f"{name}: connect()", peer.connect(), errno.EADDRNOTAVAIL)
        reset(lines + more)


@case
def tcp_counts_ports_that_are_bound_only(t):
    """They are in no state, and connect() passes them over."""
    narrow(t)
    for name, family in (("IPv4", V4), ("IPv6", V6)):
        peer = Peer(t, family)
        held = []
        for _ in range(8):
            line = socket.socket(family, socket.SOCK_STREAM)
            line.bind((peer.source, 0))
            held.append(line)
        lines = [peer.connect() for _ in range(10)]
        are_open(t, name, lines)
        census, ports, found = peer.look()
        source = source_of(census, peer)
        if census.get("bound") == 0 and tuple(map(int, os.uname().release.split(".")[:2])) < (6, 8):
            raise CannotHere("this kernel does not tell bound sockets")
        t.same(f"{name}: bound", (census.get("bound"), source.get("bound"), source.get("used")), (8, 8, 18))
        t.same(f"{name}: states", by_holdfast(census).keys() - {"LISTEN", "ESTABLISHED"}, set())
        t.same(f"{name}: room, held and capacity", [census["ports"][each] for each in ("room", "held", "capacity")],
               [20, 8, 12])
        t.same(f"{name}: towards the peer", (ports["used"], ports["taken"], ports["percent"]), (10, 18, 90))
        t.same(f"{name}: reading of the peer", found.get("severity"), "error")
        t.same(f"{name}: reading of the source", reading(census, "source_ports").get("severity"), "error")
        lines += [peer.connect(), peer.connect()]
        are_open(t, f"{name}, the last two", lines)
        t.same(f"{name}: connect()", peer.connect(), errno.EADDRNOTAVAIL)
        t.same(f"{name}: full", peer.look()[1]["percent"], 100)
        close(held)
        t.same(f"{name}: when they are free again", peer.look()[0]["ports"]["capacity"], 20)
        reset(lines)


# ---- other namespaces -----------------------------------------------------------------------------------------------

def plainly(t, *words, **options):
    """holdfast without any privilege: as another user of the machine, in a user namespace without capabilities."""
    other = pathlib.Path("/proc/self/uid_map").read_text().split()[1] == "0"
    wrap = ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"] if other else PLAIN
    os.chmod("/tmp", 0o1777)
    return t.holdfast(*words, wrap=wrap, **options)


@case
def tcp_counts_another_namespace(t):
    """By its name, by a process in it and by a file: its sockets, settings and counters, and none of ours."""
    helper = Helper(elsewhere=True)
    os.makedirs("/run/netns", exist_ok=True)
    t.host.write("/run/netns/other", "")
    private.bind(f"/proc/{helper.pid}/ns/net", "/run/netns/other")
    helper.ask("echo", "50000 50099", Scenario.path(RANGE))
    helper.ask("listen", V4, "127.0.0.1", 8001)
    helper.ask("connect", V4, "127.0.0.1", 8001, 40)
    helper.ask("accept", V4, 8001, 40)
    ours = Service(V6, "::1", 8002)
    own = [socket.create_connection(("::1", 8002)) for _ in range(7)]
    ours.accept(7)
    wanted = {"LISTEN": (1, 0, 0), "ESTABLISHED": (80, 0, 0)}
    for word in ("other", str(helper.pid), "/run/netns/other", f"/proc/{helper.pid}/ns/net"):
        said, census = t.report("tcp", "--netns", word)
        t.exits(f"--netns {word}", said, OK)
        t.same(f"--netns {word}: states", by_holdfast(census), wanted)
        t.same(f"--netns {word}: namespace", census.get("namespace"), word)
        t.same(f"--netns {word}: range", (census["ports"]["first"], census["ports"]["last"]), (50000, 50099))
        t.same(f"--netns {word}: tuples", [(each["destination"], each["used"], each["percent"])
                                          for each in census["ports"]["tuples"]], [("127.0.0.1", 40, 40)])
        counted = {each["name"]: each["value"] for each in census["counters"]}
        t.same(f"--netns {word}: counters", (counted["ActiveOpens"], counted["PassiveOpens"]), (40, 40))
        _, totals = t.report("tcp", "--totals", "--netns", word)
        t.same(f"--netns {word} --totals", by_holdfast({"states": [each for each in totals["states"]
                                                                   if "ipv4" in each]}), wanted)
        t.says(f"--netns {word}: table", t.holdfast("tcp", "--netns", word), f"namespace {word}", "50000-50099")
    _, census = t.report("tcp")
    t.same("ours", by_holdfast(census), {"LISTEN": (0, 1, 0), "ESTABLISHED": (0, 14, 0)})
    t.same("ours: namespace", census["namespace"], None)
    reset(own)
    helper.ask("close", V4, 8001)
    stop = time.monotonic() + 20
    while "FIN-WAIT-2" not in (there := helper.ask("counts")) or "ESTABLISHED" in there or "FIN-WAIT-1" in there:
        if time.monotonic() > stop:
            raise private.PrivateError(f"the service's ends do not get to FIN-WAIT-2: {there}")
    helper.ask("drop")
    t.same("there", by_holdfast(t.report("tcp", "--netns", "other")[1]), {"LISTEN": (1, 0, 0), "TIME-WAIT": (40, 0, 0)})
    t.same("--time-wait", (t.holdfast("tcp", "--time-wait").out,
                           t.holdfast("tcp", "--time-wait", "--netns", "other").out), ("0\n", "40\n"))


@case
def tcp_refuses_what_is_no_namespace(t):
    helper = Helper(elsewhere=True)
    os.makedirs("/run/netns", exist_ok=True)
    t.host.write("/run/netns/other", "")
    private.bind(f"/proc/{helper.pid}/ns/net", "/run/netns/other")
    t.host.write("/run/netns/empty", "")
    os.mkfifo("/tmp/pipe")
    nobody = subprocess.Popen(["true"])
    nobody.wait()
    for word, text in (("nowhere", "there is no network namespace and no process 'nowhere'"),
                       (str(nobody.pid), f"no process '{nobody.pid}'"), ("999999999999", "no process"),
                       ("/nowhere", "there is no"), ("..", "there is no"),
                       ("empty", "'empty' is no network namespace"), ("/etc/passwd", "is no network namespace"),
                       ("/proc/self/ns/mnt", "is no network namespace"), ("/tmp", "/tmp"), ("/tmp/pipe", "/tmp/pipe"),
                       ("../netns/empty", "netns/empty")):
        said = t.holdfast("tcp", "--netns", word, timeout=10)
        t.exits(f"--netns {word}", said, WORK)
        t.says(f"--netns {word}", said, text)
        t.same(f"--netns {word}: stdout", said.out, "")
    for word in ("other", str(helper.pid)):
        t.exits(f"--netns {word} by root", t.holdfast("tcp", "--netns", word), OK)
        said = plainly(t, "tcp", "--netns", word)
        t.exits(f"--netns {word} by an ordinary user", said, DENIED)
        t.same(f"--netns {word} by an ordinary user: stdout", said.out, "")


# ---- rates and queues -----------------------------------------------------------------------------------------------

@case
def tcp_tells_how_fast_counters_grow(t):
    far = Helper()
    far.ask("listen", V4, "127.0.0.1", 8001)
    running = subprocess.Popen(["/holdfast", "tcp", "--interval", "2", "--count", "2", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begun = time.monotonic()
    first = running.stdout.readline()
    half = time.monotonic()
    lines = [socket.create_connection(("127.0.0.1", 8001)) for _ in range(60)]
    close(lines)
    far.ask("finish", V4, 8001, 60)
    rest, complaints = running.communicate(timeout=10)
    took = time.monotonic() - begun
    t.same("exit", running.returncode, OK)
    t.same("stderr", complaints, "")
    t.same("lines", (first.count("\n"), rest.count("\n")), (1, 1))
    t.holds(1.9 < half - begun < 5 and 3.9 < took < 8, f"first after {half - begun} s, the end after {took} s")
    one, two = (json.loads(each) for each in (first, rest))
    for census in (one, two):
        t.holds(1 <= census["interval_s"] < 5, f"interval_s: {census['interval_s']}")
    was, now = ({each["name"]: each for each in census["counters"]} for census in (one, two))
    grown = {name: each["value"] - was[name]["value"] for name, each in now.items()}
    t.same("grown", {name: number for name, number in grown.items() if number},
           {"ActiveOpens": 60, "PassiveOpens": 60, "TW": 60})
    for name, each in now.items():
        t.holds(abs(each["per_second"] * two["interval_s"] - grown[name]) < 0.01,
                f"{name}: {each['per_second']}/s for {two['interval_s']} s, grown by {grown[name]}")
        t.same(f"{name} in the first", was[name]["per_second"], 0)
    t.same("TIME-WAIT", (one["time_wait"]["sockets"], two["time_wait"]["sockets"]), (0, 60))
    said = t.holdfast("tcp", "--interval", "1", "--count", "1")
    t.says("table", said, "rates over ", "PER SECOND")
    t.holds("per_second" not in t.holdfast("tcp", "--json").out, "rates without an interval")


def begins_to_sleep(process):
    """Until its first look is behind it; a kernel that tells nobody in what a process waits has a second for that."""
    stop = time.monotonic() + 1
    while time.monotonic() < stop:
        try:
            if "nanosleep" in pathlib.Path(f"/proc/{process.pid}/wchan").read_text():
                return
        except OSError:
            pass
        time.sleep(0.01)


@case
def tcp_leaves_out_looks_that_it_slept_through(t):
    """Stopped for a while, however that lies to the moments of its looks: none follows another at once."""
    lots = {1.2: [], 2.9: []}
    for _ in range(4):
        for lot in lots.values():
            lot.append(subprocess.Popen(["/holdfast", "tcp", "--interval", "1", "--count", "4", "--json"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        time.sleep(0.25)
    for each in (one for lot in lots.values() for one in lot):
        begins_to_sleep(each)
    for signal_sent in (signal.SIGSTOP, signal.SIGCONT):
        slept = 0
        for stopped, lot in lots.items():
            if signal_sent == signal.SIGCONT:
                time.sleep(stopped - slept)
                slept = stopped
            for each in lot:
                each.send_signal(signal_sent)
    for stopped, lot in lots.items():
        for number, each in enumerate(lot):
            what = f"stopped for {stopped} s, {number}"
            out, complaints = each.communicate(timeout=15)
            t.same(f"{what}: exit and stderr", (each.returncode, complaints), (OK, ""))
            lasted = [json.loads(line)["interval_s"] for line in out.splitlines()]
            t.same(f"{what}: looks", len(lasted), 4)
            t.holds(all(0.5 <= one for one in lasted), f"{what}: interval_s: {lasted}")
            t.holds(any(1.15 < one for one in lasted), f"{what}: it was not stopped: {lasted}")


def overflows(count):
    """Waits until the kernel has dropped so many for want of room in a queue."""
    stop = time.monotonic() + 20
    while counters()["ListenOverflows"] < count and time.monotonic() < stop:
        time.sleep(0.02)


@case
def tcp_sees_a_full_accept_queue(t):
    for name, family, address in (("IPv4", V4, "127.0.0.1"), ("IPv6", V6, "::1")):
        before = counters()
        service = Service(family, address, 8001, backlog=1)
        lines = knock(family, address, 8001, 6)
        # The queue takes one more than its length; what comes then is dropped, and said again by the clients.
        overflows(before["ListenOverflows"] + 4)
        said, census = t.report("tcp")
        now = counters()
        found = {each["name"]: each["value"] for each in census["counters"]}
        t.holds(before["ListenOverflows"] + 4 <= found["ListenOverflows"] <= now["ListenOverflows"],
                f"{name}: ListenOverflows {found['ListenOverflows']}, {now['ListenOverflows']} in /proc")
        t.holds(found["ListenDrops"] >= found["ListenOverflows"], f"{name}: ListenDrops {found['ListenDrops']}")
        t.same(f"{name}: service", [(each["port"], each["listeners"], each["queue"], each["backlog"])
                                    for each in census["services"]], [(8001, 1, 2, 1)])
        full = reading(census, "accept_queue")
        t.same(f"{name}: reading", full.get("severity"), "error")
        shown = f"[{address}]:8001" if family == V6 else f"{address}:8001"
        t.says(f"{name}: reading", Said(0, full.get("text", ""), ""), f"the accept queue of {shown} is full", "2 wait",
               "the backlog is 1", "listen()")
        t.says(f"{name}: table", flat(t.holdfast("tcp")), "2 of 1", "is full")
        close(lines)
        service.end()
        time.sleep(0.05)
        full = reading(t.report("tcp")[1], "accept_queue")
        t.same(f"{name}: reading when it is over", full.get("severity"), "warning")
        t.says(f"{name}: reading when it is over", Said(0, full.get("text", ""), ""), "since the start", "--interval")
    # Over an interval in which nothing happens there is nothing to say.
    said = t.holdfast("tcp", "--interval", "1", "--count", "1", "--json")
    t.same("reading of a quiet interval", reading(json.loads(said.out), "accept_queue"), {})


@case
def tcp_sees_a_full_queue_of_a_listener_without_one(t):
    """A backlog of 0 still holds one connection."""
    service = Service(V4, "127.0.0.1", 8001, backlog=0)
    lines = knock(V4, "127.0.0.1", 8001, 5)
    overflows(4)
    census = t.report("tcp")[1]
    found = {each["name"]: each["value"] for each in census["counters"]}
    t.holds(found["ListenOverflows"] >= 4, f"ListenOverflows {found['ListenOverflows']}")
    t.same("service", [(each["port"], each.get("queue"), each.get("backlog")) for each in census["services"]],
           [(8001, 1, 0)])
    full = reading(census, "accept_queue")
    t.same("reading", full.get("severity"), "error")
    t.says("reading", Said(0, full.get("text", ""), ""), "127.0.0.1:8001", "1 wait", "the backlog is 0")
    close(lines)
    service.end()


@case
def tcp_names_somaxconn_where_it_cut_the_queue(t):
    t.echo("2", "net.core.somaxconn")
    service = Service(V4, "127.0.0.1", 8001, backlog=100)
    lines = knock(V4, "127.0.0.1", 8001, 6)
    overflows(3)
    full = reading(t.report("tcp")[1], "accept_queue")
    t.same("reading", (full.get("severity"), full.get("key")), ("error", "net.core.somaxconn"))
    t.says("reading", Said(0, full.get("text", ""), ""), "3 wait", "the backlog is 2", "restart")
    close(lines)
    service.end()


@case
def tcp_sees_that_time_wait_was_left_out(t):
    t.echo("5", "net.ipv4.tcp_max_tw_buckets")
    peer = Peer(t, V4)
    for _ in range(12):
        peer.wait()
    census = t.report("tcp")[1]
    now = counters()["TCPTimeWaitOverflow"]
    t.holds(now >= 7, f"TCPTimeWaitOverflow in /proc: {now}")
    found = {each["name"]: each["value"] for each in census["counters"]}
    t.same("TCPTimeWaitOverflow", found["TCPTimeWaitOverflow"], now)
    t.same("TIME-WAIT", (census["time_wait"]["sockets"], census["time_wait"]["limit"]), (5, 5))
    limit = reading(census, "time_wait_limit")
    t.same("reading", (limit.get("severity"), limit.get("key")), ("error", "net.ipv4.tcp_max_tw_buckets"))
    t.says("reading", Said(0, limit.get("text", ""), ""), "5 sockets in TIME-WAIT", "net.ipv4.tcp_max_tw_buckets = 5",
           f"{now} times since the start", "256 B each")
    # Raised, the limit is far; that it was reached stays said.
    t.echo("1000", "net.ipv4.tcp_max_tw_buckets")
    limit = reading(t.report("tcp")[1], "time_wait_limit")
    t.same("reading after it was raised", limit.get("severity"), "warning")


# ---- the effect of an apply -----------------------------------------------------------------------------------------

def states_of(census):
    return {each["state"]: each["sockets"] for each in census["states"] if each["sockets"]}


@case
def apply_counts_tcp_before_and_after(t):
    service = Service(V4, "127.0.0.1", 8001)
    lines = [socket.create_connection(("127.0.0.1", 8001)) for _ in range(15)]
    service.accept(15)
    gone = Peer(t, V6)
    for _ in range(3):
        gone.wait()
    wanted = {"LISTEN": 2, "ESTABLISHED": 30, "TIME-WAIT": 3}
    profile = t.profile("net.ipv4.tcp_reflect_tos: 1\nnet.core.somaxconn: 8192", "effect")
    said, report = t.report("apply", "-p", profile, "--dry-run")
    t.holds("tcp" not in report and "tcp_before" not in report, f"--dry-run has a census: {sorted(report)}")
    said, report = t.report("apply", "-p", profile)
    t.exits("apply", said, OK)
    for name in ("tcp_before", "tcp"):
        census = report.get(name) or {"states": [], "time_wait": {}}
        t.same(name, states_of(census), wanted)
        t.same(f"{name}: TIME-WAIT", census["time_wait"].get("sockets"), 3)
    t.exits("rollback", t.holdfast("rollback"), OK)
    said = t.apply(profile)
    t.exits("apply as text", said, OK)
    table = r"TCP SOCKETS +BEFORE +AFTER\n +LISTEN +2 +2\n +ESTABLISHED +30 +30\n +TIME-WAIT +3 +3\n"
    t.holds(re.search(table, said.out), f"no table: {said}")
    shown = flat(said).out
    t.holds("30 open connections stay as they are; new ones get: net.ipv4.tcp_reflect_tos." in shown,
            f"nothing about open connections: {said}")
    t.holds("2 listeners stay as they are until their programs start anew: net.core.somaxconn." in shown,
            f"nothing about listeners: {said}")
    # Nothing to do, and nothing of TCP's.
    for what, path in (("nothing to do", profile), ("no key of TCP's", t.profile("net.ipv4.ip_forward: 1", "other"))):
        said, report = t.report("apply", "-p", path)
        t.exits(what, said, OK)
        t.same(f"{what}: changes", bool(report["changes"]), path != profile)
        t.holds("tcp" not in report and "tcp_before" not in report, f"{what}: a census: {sorted(report)}")
    t.exits("rollback", t.holdfast("rollback"), OK)
    said = t.apply(t.profile("net.ipv4.ip_forward: 1", "other"))
    t.holds("TCP SOCKETS" not in said.out, f"a table where no key is TCP's: {said}")
    close(lines)


@case
def apply_names_what_open_connections_keep(t):
    """Whether segments carry timestamps, and what else is settled when a connection is opened, stays as it was."""
    service = Service(V4, "127.0.0.1", 8001)
    lines = [socket.create_connection(("127.0.0.1", 8001)) for _ in range(4)]
    service.accept(4)
    for key in ("net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.ipv4.tcp_window_scaling"):
        said = t.apply(t.profile(f"{key}: 0\nnet.ipv4.tcp_fin_timeout: 33", "kept"))
        t.exits(f"apply of {key}", said, OK)
        t.says(f"apply of {key}", flat(said), f"8 open connections stay as they are; new ones get: {key}.",
               "for new sockets")
        t.exits(f"rollback of {key}", t.holdfast("rollback"), OK)
    # The kernel's own word: bit 0 of the options of TCP_INFO, the sixth byte.
    kept = t.value("net.ipv4.tcp_timestamps")
    t.exits("apply", t.apply(t.profile("net.ipv4.tcp_timestamps: 0", "kept")), OK)
    lines.append(socket.create_connection(("127.0.0.1", 8001)))
    stamped = [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[5] & 1 for each in lines]
    t.same("timestamps of old and new connections", (kept, stamped), ("1", [1, 1, 1, 1, 0]))
    close(lines)


@case
def apply_with_a_tcp_key_and_no_sockets_shows_no_table(t):
    said = t.apply(t.profile("net.ipv4.tcp_fin_timeout: 30"))
    t.exits("apply", said, OK)
    t.holds("TCP SOCKETS" not in said.out, f"a table of nothing: {said}")


# ---- what it touches ------------------------------------------------------------------------------------------------

LOOKS = (("tcp",), ("tcp", "--json"), ("tcp", "--totals"), ("tcp", "--time-wait"), ("tcp", "-v"),
         ("tcp", "--interval", "1", "--count", "1"), ("report", "--tcp", *OPEN), ("report", "--tcp", "--format", "metrics"))


@case
def tcp_needs_no_privilege(t):
    service = Service(V6, "::", 8001)
    lines = [socket.create_connection(("127.0.0.1", 8001)) for _ in range(20)]
    service.accept(20)
    mine = by_holdfast(t.report("tcp")[1])
    t.same("by root", mine, {"LISTEN": (0, 1, 0), "ESTABLISHED": (20, 20, 20)})
    for words in LOOKS:
        said = plainly(t, *words)
        t.exits(f"{words} by an ordinary user", said, OK)
        t.same(f"{words} by an ordinary user: stderr", said.err, "")
    census = json.loads(plainly(t, "tcp", "--json").out)
    t.same("by an ordinary user", (by_holdfast(census), census["source"], census["whole"]), (mine, "sock_diag", True))
    close(lines)


@case
def tcp_only_reads(t):
    """It writes what it prints, and asks by netlink; no socket of another sort, no file that is open for writing."""
    service = Service(V4, "127.0.0.1", 8001)
    lines = [socket.create_connection(("127.0.0.1", 8001)) for _ in range(20)]
    service.accept(20)
    files, opened = t.files(), counters()["ActiveOpens"]
    for words in LOOKS:
        found = trace(t, *words)
        t.exits(f"{words}", found.said, OK)
        for call in found.calls:
            what = f"{words}: {call.name}({call.words})"
            if call.name in OPENS:
                t.holds(not call.writes and "O_CREAT" not in call.words, what)
            if call.name in ("write", "pwrite64", "writev", "pwritev", "sendfile"):
                t.holds(re.match(r"[12]<", call.words), what)
            t.holds(call.name not in TOUCHES + ("connect", "bind", "listen", "accept", "accept4", "setns", "unshare",
                                                "kill", "ptrace", "mount"), what)
            if call.name in ("socket", "socketpair"):
                t.holds(call.words.startswith("AF_NETLINK") and "NETLINK_SOCK_DIAG" in call.words, what)
            if call.name in ("sendto", "sendmsg"):
                t.holds("AF_NETLINK" in call.words and "SOCK_DESTROY" not in call.words, what)
    t.same("files", t.files(), files)
    t.same("connections opened", counters()["ActiveOpens"], opened)
    close(lines)


# ---- OpenMetrics ----------------------------------------------------------------------------------------------------

METRIC = re.compile(r"# (TYPE|UNIT|HELP) ([a-z_:][a-z0-9_:]*) (.+)")
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"'
SAMPLE = re.compile(r"([a-z_:][a-z0-9_:]*)(?:\{(" + LABEL + "(?:," + LABEL + r")*)\})? (\S+)")
SUFFIXES = {"gauge": ("",), "counter": ("_total", "_created")}


def read_metrics(text):
    """{(name, labels): value}, as strictly as the OpenMetrics text format 1.0 asks; raises ValueError."""
    def insist(condition, why):
        if not condition:
            raise ValueError(why)
    insist(text.endswith("# EOF\n") and text.count("# EOF") == 1, "it does not end in # EOF")
    found, family, types, units, helps = {}, None, {}, {}, {}
    for line in text[:-len("# EOF\n")].split("\n")[:-1]:
        match = METRIC.fullmatch(line)
        if match:
            word, name, rest = match.groups()
            table = {"TYPE": types, "UNIT": units, "HELP": helps}[word]
            insist(name not in table, f"a second {word}: {line}")
            insist(name == family or name not in {**types, **units, **helps}, f"a family in two parts: {line}")
            insist(word != "TYPE" or rest in SUFFIXES, f"an unknown type: {line}")
            insist(word != "UNIT" or name.endswith(f"_{rest}"), f"the name does not end in its unit: {line}")
            insist(word != "HELP" or not re.search(r"\\[^\\n\"]", rest), f"a wrong escape: {line}")
            table[name], family = rest, name
            continue
        match = SAMPLE.fullmatch(line)
        insist(match, f"neither words about a metric nor a sample: {line!r}")
        name, labels, value = match.groups()
        insist(family and name in [family + suffix for suffix in SUFFIXES[types.get(family, "gauge")]],
               f"a sample outside of its family {family}: {line}")
        pairs = tuple(sorted(re.findall(LABEL, labels or "")))
        insist(len({each.partition("=")[0] for each in pairs}) == len(pairs), f"a label twice: {line}")
        insist((name, pairs) not in found, f"a sample twice: {line}")
        insist(re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", value), f"no number: {line}")
        found[name, pairs] = float(value)
    return found


def strict(t, what, text):
    """By our own reading, and by Prometheus's parser where it is there."""
    try:
        found = read_metrics(text)
    except ValueError as problem:
        t.holds(False, f"{what}: {problem}")
        return {}
    t.checks += 1
    try:
        from prometheus_client.openmetrics import parser
    except ImportError:
        return found
    try:
        theirs = {(each.name, tuple(sorted(each.labels.items()))): each.value
                  for family in parser.text_string_to_metric_families(text) for each in family.samples}
        t.same(f"{what}: samples of prometheus_client", len(theirs), len(found))
    except ValueError as problem:
        t.holds(False, f"{what}: prometheus_client: {problem}")
    return found


@case
def report_of_tcp_is_openmetrics(t):
    narrow(t)
    service = Service(V6, "::", 7001)
    lines = [socket.create_connection(("127.0.0.1", 7001)) for _ in range(9)]
    service.accept(9)
    peer = Peer(t, V6)
    for _ in range(12):
        peer.wait()
    wanted = {("holdfast_tcp_sockets", ('family="ipv4"', 'state="ESTABLISHED"')): 9,
              ("holdfast_tcp_sockets", ('family="ipv6"', 'state="ESTABLISHED"')): 9,
              ("holdfast_tcp_sockets", ('family="ipv6"', 'state="TIME-WAIT"')): 12,
              ("holdfast_tcp_time_wait_sockets", ('side="connects"',)): 12,
              ("holdfast_tcp_time_wait_sockets", ('side="accepts"',)): 0,
              ("holdfast_tcp_time_wait_bytes", ()): 12 * 256,
              ("holdfast_tcp_ports", ()): 20, ("holdfast_tcp_ports_taken_max_ratio", ()): 0.6,
              ("holdfast_tcp_ports_taken_ratio", (f'destination="{peer.address}"', f'port="{peer.port}"',
                                                  f'source="{peer.source}"')): 0.6,
              ("holdfast_tcp_events_total", ('counter="ActiveOpens"',)): 21,
              ("holdfast_tcp_readings", ('severity="warning"',)): 1}
    t.host.write("/tmp/census.json", t.holdfast("tcp", "--json").out)
    for words in (("report", "--tcp", *OPEN), ("report", "/tmp/census.json", *OPEN)):
        said = t.holdfast(*words)
        t.exits(f"{words}", said, OK)
        found = strict(t, f"{words}", said.out)
        t.same(f"{words}", {name: found.get(name) for name in wanted}, wanted)
        t.same(f"{words}: all sockets", sum(value for (name, _), value in found.items()
                                            if name == "holdfast_tcp_sockets"), 2 * 9 + 12 + 2)
    for words in (("tcp", "--totals"), ("tcp", "--time-wait"), ("tcp", "--interval", "1", "--count", "1")):
        t.host.write("/tmp/census.json", t.holdfast(*words, "--json").out)
        said = t.holdfast("report", "/tmp/census.json", *OPEN)
        t.exits(f"report of {words}", said, OK)
        strict(t, f"report of {words}", said.out)
    apply = t.profile("net.ipv4.tcp_fin_timeout: 30")
    t.host.write("/tmp/applied.json", t.holdfast("apply", "-p", apply, "--json").out)
    said = t.holdfast("report", "/tmp/applied.json", *OPEN)
    t.exits("report of an apply", said, OK)
    found = strict(t, "report of an apply", said.out)
    t.same("report of an apply: TIME-WAIT", found.get(("holdfast_tcp_sockets", ('family=""', 'state="TIME-WAIT"'))), 12)
    close(lines)


@case
def report_reads_a_pipe(t):
    """As the shell's <(holdfast tcp --json): written later, and in parts."""
    document = t.holdfast("tcp", "--json").out
    wanted = t.holdfast("report", "-", *OPEN, input=document)
    os.mkfifo("/tmp/census.pipe")
    writes = "import sys, time; text = sys.argv[1]; out = open(sys.argv[2], 'w')\n" \
             "for part in text[:50], text[50:]: time.sleep(0.2); out.write(part); out.flush()"
    for what in ("a pipe", "a FIFO"):
        end, far = os.pipe()
        path = f"/proc/self/fd/{end}" if what == "a pipe" else "/tmp/census.pipe"
        to = f"/proc/self/fd/{far}" if what == "a pipe" else path
        writer = subprocess.Popen(["/usr/bin/python3", "-c", writes, document, to], pass_fds=(far,))
        os.close(far)
        try:
            done = subprocess.run(["/holdfast", "report", path, *OPEN], pass_fds=(end,), capture_output=True, text=True,
                                  timeout=10, check=False)
        finally:
            writer.kill()       # it would wait without end for a reader that has gone
            writer.wait()
        os.close(end)
        t.same(f"{what}: exit and stderr", (done.returncode, done.stderr), (OK, ""))
        strict(t, what, done.stdout)
        t.same(f"{what}: as from stdin", done.stdout, wanted.out)


# ---- churn ----------------------------------------------------------------------------------------------------------

def churn():
    """Opens and closes without end, in lots, from both sides."""
    service = Service(V6, "::", 8001)
    while True:
        lines = [socket.create_connection((address, 8001)) for address in ("127.0.0.1", "::1") for _ in range(20)]
        service.accept(40)
        for first, second in ((lines, service.accepted), (service.accepted, lines)):
            for each in first[::2]:
                each.close()
            for each in second[::2]:
                each.close()
            del first[::2], second[::2]
        close(lines)
        service.close()
        time.sleep(0.001)


@case
def tcp_counts_while_sockets_come_and_go(t):
    child = os.fork()
    if child == 0:
        try:
            churn()
        finally:
            os._exit(1)
    time.sleep(0.2)
    before = counters()["ActiveOpens"]
    for i in range(200):
        words = [("tcp", "--json"), ("tcp", "--totals", "--json"), ("tcp",), ("tcp", "--time-wait")][i % 4]
        said = t.holdfast(*words)
        if not (t.exits(f"run {i}, {words}", said, OK) and t.same(f"run {i}, {words}: stderr", said.err, "")):
            break
        if words[-1] == "--json":
            census = json.loads(said.out)
            t.same(f"run {i}: sum", census["sockets"], sum(each["sockets"] for each in census["states"]))
            t.same(f"run {i}: source", census["source"], "sock_diag")
    t.holds(counters()["ActiveOpens"] > before + 500, "nothing was opened meanwhile")
    t.same("the churn", os.waitpid(child, os.WNOHANG)[0], 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
