"""Real TCP sockets for the cases: services, connections by the thousand, another host at the end of a cable; and the
same sockets counted by ss, by /proc/net and by holdfast.
"""
import contextlib
import errno
import json
import os
import pathlib
import pickle
import resource
import socket
import struct
import subprocess
import time

import private
from scenario import CannotHere

IP_BIND_ADDRESS_NO_PORT = 24
# In the order of the kernel's numbers, as /proc/net/tcp has them: the standards' name and that of ss.
STATES = {1: ("ESTABLISHED", "ESTAB"), 2: ("SYN-SENT", "SYN-SENT"), 3: ("SYN-RECEIVED", "SYN-RECV"),
          4: ("FIN-WAIT-1", "FIN-WAIT-1"), 5: ("FIN-WAIT-2", "FIN-WAIT-2"), 6: ("TIME-WAIT", "TIME-WAIT"),
          7: ("CLOSED", "UNCONN"), 8: ("CLOSE-WAIT", "CLOSE-WAIT"), 9: ("LAST-ACK", "LAST-ACK"),
          10: ("LISTEN", "LISTEN"), 11: ("CLOSING", "CLOSING")}


def many():
    """10 000 by the machine's root, 1 000 in a user namespace. No process here holds more than one end of that many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = 10_000 if pathlib.Path("/proc/self/uid_map").read_text().split()[1] == "0" else 1_000
    if hard != resource.RLIM_INFINITY and hard < count * 3 // 2:
        raise CannotHere(f"a process may have {hard} descriptors, too few for {count} connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return count


# ---- the ends of a connection ---------------------------------------------------------------------------------------

class Kind:
    """How the two ends talk: the families of the client and of the service, and their addresses on the loopback."""

    def __init__(self, client, service, address, listens_at):
        self.client, self.service, self.address, self.listens_at = client, service, address, listens_at

    def ends(self, clients, services):
        """What they count as: (IPv4, IPv6, IPv4-mapped of IPv6)."""
        carries_v4 = ":" not in self.address or self.address.startswith("::ffff:")
        found = [0, 0, 0]
        for family, count in ((self.client, clients), (self.service, services)):
            if family == socket.AF_INET:
                found[0] += count
            else:
                found[1] += count
                found[2] += count if carries_v4 else 0
        return tuple(found)


V4, V6 = socket.AF_INET, socket.AF_INET6
KINDS = {"ipv4": Kind(V4, V4, "127.0.0.1", "127.0.0.1"),
         "ipv6": Kind(V6, V6, "::1", "::1"),
         "mapped": Kind(V4, V6, "127.0.0.1", "::"),                 # an IPv4 client of a listener on both
         "mapped_client": Kind(V6, V6, "::ffff:127.0.0.1", "::")}   # both ends write IPv4 as IPv6


def listener(family, address, port, backlog=4096):
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == V6:
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    line.bind((address, port))
    line.listen(backlog)
    return line


class Service:
    """A listener and what it has accepted."""

    def __init__(self, family, address, port, backlog=4096):
        self.line, self.accepted = listener(family, address, port, backlog), []
        self.line.settimeout(20)

    def accept(self, wanted=1):
        self.accepted += [self.line.accept()[0] for _ in range(wanted)]

    def finish(self, wanted=1):
        """The peer has closed so many, now this side does: the peer gets the TIME-WAIT."""
        # A delayed ACK of ours may be answered after this end has gone; the RST to that answer would end the peer's
        # TIME-WAIT (RFC 1337), but for this.
        pathlib.Path("/proc/sys/net/ipv4/tcp_rfc1337").write_text("1")
        self.accept(wanted)
        for each in self.accepted:
            each.settimeout(20)
            if each.recv(1) != b"":
                raise private.PrivateError("the peer has not closed")
        self.close()

    def shut(self):
        """Says on every line that nothing more is sent."""
        for each in self.accepted:
            each.shutdown(socket.SHUT_WR)

    def close(self):
        """Closes what was accepted; it goes on listening."""
        for each in self.accepted:
            each.close()
        self.accepted.clear()

    def end(self):
        self.close()
        self.line.close()


def close(lines):
    for each in lines:
        if isinstance(each, socket.socket):
            each.close()


def reset(lines):
    """Closes them so that no trace is left, on neither side."""
    for each in lines:
        if isinstance(each, socket.socket) and each.fileno() >= 0:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    close(lines)


class Pairs:
    """So many connections on the loopback of one kind. The clients are ours, the service's ends a helper's."""
    AT_A_TIME = 500     # the queue for accept() is as long as somaxconn

    def __init__(self, helper, kind, port, count):
        self.kind, self.port, self.helper, self.clients = KINDS[kind], port, helper, []
        helper.ask("listen", self.kind.service, self.kind.listens_at, port)
        for i in range(count):
            client = socket.socket(self.kind.client, socket.SOCK_STREAM)
            client.connect((self.kind.address, port))
            self.clients.append(client)
            if (i + 1) % self.AT_A_TIME == 0 or i + 1 == count:
                helper.ask("accept", self.kind.service, port, i % self.AT_A_TIME + 1)

    def shut(self):
        """The clients say that they have nothing more to send; nothing is closed."""
        for each in self.clients:
            each.shutdown(socket.SHUT_WR)

    def close_clients(self):
        for each in self.clients:
            each.close()
        self.clients.clear()

    def shut_services(self):
        self.helper.ask("shut", self.kind.service, self.port)

    def close_services(self):
        self.helper.ask("close", self.kind.service, self.port)

    def end_service(self):
        self.helper.ask("end", self.kind.service, self.port)


def knock(family, address, port, count):
    """Connections that are being opened; nobody waits for them."""
    lines = []
    for _ in range(count):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.setblocking(False)
        code = line.connect_ex((address, port))
        if code != errno.EINPROGRESS:
            raise private.PrivateError(f"connect: {os.strerror(code)}")
        lines.append(line)
    return lines


@contextlib.contextmanager
def lossy(t, device, lines, *helpers):
    """In it, nothing that is sent over the device arrives; `lines` are ours. Nothing is left half open at its end: such
    sockets would outlive the case, and count against tcp_max_orphans, which is the machine's.
    """
    done = t.host.run(["tc", "qdisc", "replace", "dev", device, "root", "blackhole"])
    if done.returncode:
        raise CannotHere(f"tc has no queue that loses everything: {done.stderr.strip()}")
    try:
        yield
    finally:
        for each in helpers:
            each.ask("echo", "1", t.path("net.ipv4.tcp_orphan_retries"))
        t.echo("1", "net.ipv4.tcp_orphan_retries")
        reset(lines)
        for each in helpers:
            each.ask("forget")
        t.host.run(["tc", "qdisc", "del", "dev", device, "root"])


# ---- other processes ------------------------------------------------------------------------------------------------

class Remote:
    """What a helper does when it is told: its methods are called by name."""

    def __init__(self):
        self.services, self.lines = {}, []

    def listen(self, family, address, port, backlog=4096):
        self.services[family, port] = Service(family, address, port, backlog)

    def accept(self, family, port, wanted=1):
        self.services[family, port].accept(wanted)

    def finish(self, family, port, wanted=1):
        self.services[family, port].finish(wanted)

    def shut(self, family, port):
        self.services[family, port].shut()

    def close(self, family, port):
        self.services[family, port].close()

    def end(self, family, port):
        self.services.pop((family, port)).end()

    def connect(self, family, address, port, count):
        for _ in range(count):
            line = socket.socket(family, socket.SOCK_STREAM)
            line.connect((address, port))
            self.lines.append(line)

    def knock(self, family, address, port, count):
        self.lines += knock(family, address, port, count)

    def drop(self):
        """Closes what was opened by connect and knock."""
        close(self.lines)
        self.lines.clear()

    def forget(self):
        """Gives up everything at once."""
        for each in self.services.values():
            reset(each.accepted)
            each.end()
        reset(self.lines)

    def echo(self, value, path):
        pathlib.Path(path).write_text(f"{value}\n")

    def run(self, *words):
        done = subprocess.run(words, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def counts(self):
        return by_proc()


class Helper:
    """A process with sockets of its own, here or in a network namespace of its own."""

    def __init__(self, elsewhere=False):
        many()
        self.end, far = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.end.close()
                self._live(far, elsewhere)
            finally:
                os._exit(0)
        far.close()
        self.stream = self.end.makefile("rwb")
        self._answer()

    @staticmethod
    def _live(line, elsewhere):
        if elsewhere:
            private._check(private._libc.unshare(private.CLONE_NEWNET), "unshare")
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        remote, stream = Remote(), line.makefile("rwb")
        answer = ("done", None)
        while True:
            pickle.dump(answer, stream)
            stream.flush()
            name, arguments = pickle.load(stream)
            try:
                answer = ("done", getattr(remote, name)(*arguments))
            except Exception as problem:
                answer = ("failed", repr(problem))

    def _answer(self):
        how, answer = pickle.load(self.stream)
        if how != "done":
            raise private.PrivateError(f"a helper: {answer}")
        return answer

    def ask(self, name, *arguments):
        pickle.dump((name, arguments), self.stream)
        self.stream.flush()
        return self._answer()

    def run(self, *words):
        code, text = self.ask("run", *words)
        if code:
            raise private.PrivateError(f"a helper, {words}: {text}")
        return text


class Neighbour(Helper):
    """Another host at the other end of a cable: here 10.77.0.1 and fd77::1 on cable0, there 10.77.0.2 and fd77::2."""
    HERE, THERE = {V4: "10.77.0.1", V6: "fd77::1"}, {V4: "10.77.0.2", V6: "fd77::2"}

    def __init__(self, t):
        super().__init__(elsewhere=True)
        t.host.links(f"link add cable0 type veth peer name far0 netns {self.pid}\naddr add 10.77.0.1/24 dev cable0\n"
                     "addr add fd77::1/64 dev cable0 nodad\nlink set cable0 up\n")
        self.run("ip", "addr", "add", "10.77.0.2/24", "dev", "far0")
        self.run("ip", "addr", "add", "fd77::2/64", "dev", "far0", "nodad")
        self.run("ip", "link", "set", "far0", "up")
        # Known for good: a cable that loses things brings no answer to who has an address.
        near, there = (json.loads(text)[0]["address"] for text in (
            t.host.run(["ip", "-j", "link", "show", "cable0"]).stdout, self.run("ip", "-j", "link", "show", "far0")))
        for family in (V4, V6):
            t.host.links(f"neigh replace {self.THERE[family]} lladdr {there} dev cable0 nud permanent\n")
            self.run("ip", "neigh", "replace", self.HERE[family], "lladdr", near, "dev", "far0", "nud", "permanent")


# ---- counting -------------------------------------------------------------------------------------------------------

def by_proc():
    """{state: (IPv4, IPv6, IPv4-mapped of IPv6)} of /proc/net/tcp and tcp6."""
    found = {}
    for name, place in (("tcp", 0), ("tcp6", 1)):
        for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            each = found.setdefault(STATES[int(words[3], 16)][0], [0, 0, 0])
            each[place] += 1
            each[2] += place == 1 and words[1].startswith("0000000000000000FFFF0000")
    return {state: tuple(each) for state, each in found.items()}


def by_ss(host):
    """The same of ss."""
    found, names = {}, {short: name for name, short in STATES.values()}
    for option, place in (("-4", 0), ("-6", 1)):
        for line in host.run(["ss", "-Htan", option]).stdout.splitlines():
            words = line.split()
            each = found.setdefault(names[words[0]], [0, 0, 0])
            each[place] += 1
            each[2] += place == 1 and words[3].startswith("[::ffff:")
    return {state: tuple(each) for state, each in found.items()}


def by_holdfast(document):
    """The same of a census."""
    return {each["state"]: (each["ipv4"], each["ipv6"], each["ipv4_mapped"]) for each in document["states"]
            if each["sockets"]}


def ports_towards(port):
    """{local port: state} of the connections to that port, of /proc/net/tcp and tcp6."""
    found = {}
    for name in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if int(words[2].rpartition(":")[2], 16) == port:
                found[int(words[1].rpartition(":")[2], 16)] = STATES[int(words[3], 16)][0]
    return found


def sockstat():
    """TIME-WAIT and ownerless FIN-WAIT-2, as the kernel counts them together."""
    for line in pathlib.Path("/proc/net/sockstat").read_text().splitlines():
        words = line.split()
        if words[0] == "TCP:":
            return int(words[words.index("tw") + 1])
    raise private.PrivateError("/proc/net/sockstat has no line of TCP")


def counters():
    """{name: value} of Tcp and TcpExt."""
    found = {}
    for name, group in (("snmp", "Tcp:"), ("netstat", "TcpExt:")):
        lines = [line.split() for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()]
        names, values = (words for words in lines if words[0] == group)
        found |= {word: int(value) for word, value in zip(names[1:], values[1:])}
    return found


def add(*parts):
    """Sums of {state: (IPv4, IPv6, mapped)}."""
    total = {}
    for part in parts:
        for state, each in part.items():
            total[state] = tuple(map(sum, zip(total.get(state, (0, 0, 0)), each)))
    return {state: each for state, each in total.items() if any(each)}


def agree(t, what, wanted, orphans=0):
    """ss, /proc/net and holdfast by each of its ways find exactly these; the census is returned.

    orphans: so many of FIN-WAIT-2 have no owner. The kernel may keep a few of them as whole sockets; sockstat tells how many
    it has cut down to a record, and those are what holdfast counts.
    """
    stop = time.monotonic() + 20
    while by_proc() != wanted and time.monotonic() < stop:
        time.sleep(0.05)        # the last segments are on their way
    waiting = sum(wanted.get("TIME-WAIT", (0, 0, 0))[:2])
    t.same(f"{what}: /proc/net/tcp", by_proc(), wanted)
    records = sockstat() - waiting
    t.holds(orphans * 9 // 10 <= records <= orphans, f"{what}: sockstat has {records} orphans, wanted {orphans}")
    found = by_ss(t.host)
    t.same(f"{what}: ss", {state: each[:2] for state, each in found.items()},
           {state: each[:2] for state, each in wanted.items()})
    said, census = t.report("tcp")
    t.exits(f"{what}: tcp", said, 0)
    t.same(f"{what}: tcp --json", by_holdfast(census), wanted)
    sums = {state: v4 + v6 for state, (v4, v6, _) in wanted.items()}
    t.same(f"{what}: sockets", census["sockets"], sum(sums.values()))
    t.same(f"{what}: time_wait", census["time_wait"]["sockets"], waiting)
    t.same(f"{what}: time_wait by side", census["time_wait"]["connects"] + census["time_wait"]["accepts"], waiting)
    t.same(f"{what}: orphans", census["fin_wait_2_orphans"], records)
    t.same(f"{what}: whole", (census["whole"], census["source"]), (True, "sock_diag"))
    _, totals = t.report("tcp", "--totals")
    t.same(f"{what}: tcp --totals", {each["state"]: each["sockets"] for each in totals["states"] if each["sockets"]},
           sums)
    t.same(f"{what}: families of --totals", {each["state"]: (each["ipv4"], each["ipv6"], each["ipv4_mapped"])
                                            for each in totals["states"] if each["sockets"] and "ipv4" in each},
           {state: each for state, each in wanted.items() if state != "TIME-WAIT"})
    t.same(f"{what}: orphans of --totals", totals["fin_wait_2_orphans"], records)
    t.same(f"{what}: tcp --time-wait", t.holdfast("tcp", "--time-wait").out, f"{waiting + records}\n")
    return census
