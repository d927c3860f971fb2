"""The catalogue's rows below net against the kernel: what there is, who may write it, which numbers it takes, how they
read back. What was written is put back at once, and the namespace goes with the process.

Written is only what is each network namespace's own, below /proc/sys/net, in a namespace that is not the machine's. Rows
of the host are looked at. Actions, secrets and what cannot be taken back are left alone; nf_hooks_lwtunnel, which shows
in every namespace and switches the whole machine for good, is not even opened.
"""
import sys
import ctypes
import errno
import os
import re

import private
from private import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME, MS_REMOUNT
from scenario import OK, case

MACHINE = os.readlink("/proc/self/ns/net")      # read where this file is loaded: before any namespace is left
NEVER = re.compile(r"lwtunnel")
LATEST = "6.18"                                 # core/catalogue_keys.c, catalogue_latest: here a difference is a fault
INTERFACE, PEER = "probe0", "probe1"
DISTURBING = {"net.ipv6.conf.<if>.disable_ipv6"}         # takes the addresses away: on INTERFACE alone
DISTURBING_ALL = {"net.ipv6.conf.all.disable_ipv6"}      # and this one everywhere: left alone
# Not in the kernel that the rows were measured on; which release has it is not known.
LATER = {"net.ipv4.ip_local_port_step_width"}
# What the kernel does not show to a user namespace, and what only works with all group ids.
HIDDEN = re.compile(r"net\.ipv6\.route\.(flush|gc_\w+)$")
ALL_GROUPS = {"net.ipv4.ping_group_range"}
# Reading the coarse names makes the kernel complain in the machine's log.
NOISY = re.compile(r"net\.ipv6\.neigh\..*\.(retrans_time|base_reachable_time)$")
SAMPLES = (0, 1, 3, 33, 101, 777)


def seen_from_the_machine():
    """{key: (mode, value)} of what the machine itself shows, for the rows that a namespace cannot see. Only read, and not
    what others may not read."""
    found = {}
    for folder in ("core", "ipv4", "ipv4/route", "ipv4/neigh/default", "netfilter", "."):
        where = os.path.normpath(f"/proc/sys/net/{folder}")
        for name in os.listdir(where) if os.path.isdir(where) else ():
            path = f"{where}/{name}"
            if NEVER.search(path) or os.path.isdir(path):
                continue
            mode, value = os.stat(path).st_mode, None
            if mode & 0o004:
                with open(path) as stream:
                    value = stream.read().rstrip("\n")
            found[path[len("/proc/sys/"):].replace("/", ".")] = mode, value
    return found


SEEN = seen_from_the_machine()                  # like MACHINE


class Leak(Exception):
    """A write that would have left the namespace. Never caught here."""


def path_of(key):
    return "/proc/sys/" + key.replace(".", "/")


def own(key):
    if NEVER.search(key) or not key.startswith("net."):
        raise Leak(f"{key} is not to be touched")
    if os.readlink("/proc/self/ns/net") == MACHINE:
        raise Leak("this is the machine's network namespace")
    return path_of(key)


def read(key):
    with open(own(key), "rb") as stream:
        return stream.read().decode(errors="replace").rstrip("\n")


def write(key, value):
    """None, or the name of the error."""
    try:
        descriptor = os.open(own(key), os.O_WRONLY | os.O_CLOEXEC)
    except OSError as problem:
        return errno.errorcode[problem.errno]
    try:
        os.write(descriptor, f"{value}\n".encode())
        return None
    except OSError as problem:
        return errno.errorcode[problem.errno]
    finally:
        os.close(descriptor)


class Opened:
    """The private host shields the folders that also hold what is not the namespace's own; this opens one file of it."""

    def __init__(self, key):
        self.path, self.mounted = own(key), False

    def __enter__(self):
        if os.statvfs(self.path).f_flag & os.ST_RDONLY:
            private.mount(self.path, self.path, flags=MS_BIND)
            self.mounted = True
            kept = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME
            private.mount("none", self.path, flags=MS_BIND | MS_REMOUNT | kept)
        return self

    def __exit__(self, *problem):
        if self.mounted:
            private.mount("none", self.path, flags=MS_BIND | MS_REMOUNT | MS_RDONLY)
            if ctypes.CDLL(None).umount2(self.path.encode(), 2) != 0:
                raise Leak(f"{self.path} stays open")


def timer_hz():
    """The kernel's tick, from what 5 ms become. A machine with another one has none of these names."""
    before = read("net.ipv4.icmp_ratelimit")
    write("net.ipv4.icmp_ratelimit", 5)
    found = {"10": 100, "8": 250, "7": 300, "5": 1000}.get(read("net.ipv4.icmp_ratelimit"))
    write("net.ipv4.icmp_ratelimit", before)
    return found


def numbers(text):
    return [int(each) for each in text.split()]


def power_of_two(number):
    return 1 << max(0, number - 1).bit_length()


class Walk:
    def __init__(self, t, table):
        self.t, self.table = t, table
        self.release = os.uname().release
        self.strict = re.match(r"\d+\.\d+", self.release)[0] == LATEST
        with open("/proc/self/gid_map") as stream:
            self.real_root = stream.read().split()[2] == "4294967295"
        self.rows = self.looked = self.written_keys = self.probes = 0
        self.notes = []
        self.hz = timer_hz()

    def holds(self, condition, text):
        """A fault on the kernel that the rows were measured on; on another one something to look at."""
        if self.strict:
            return self.t.holds(condition, text)
        self.t.checks += 1
        if not condition:
            self.notes.append(f"differs on {self.release}: {text}")
        return condition

    # ---- where a row's keys are

    def instances(self, pattern):
        if "<if>" not in pattern:
            return [pattern] if os.path.exists(path_of(pattern)) else []
        named = [pattern.replace("<if>", each) for each in ("all", "default", INTERFACE)]
        return [key for key in named if os.path.exists(path_of(key))]

    def excused(self, pattern, row):
        """Why a key may be missing here; None when it may not."""
        release = tuple(int(each) for each in re.match(r"(\d+)\.(\d+)", self.release).groups())
        since = tuple(int(each) for each in row.get("since", "0.0").split("."))
        if "removed" in row or pattern in LATER or release < since:
            return "not in this kernel"
        if row["scope"] != "network":
            return "the host's, not seen in a namespace"
        if HIDDEN.match(pattern) and not self.real_root:
            return "hidden from user namespaces"
        if "module" in row and not os.path.isdir(os.path.dirname(path_of(pattern))):
            return f"{row['module']} is not loaded"
        return None

    # ---- one row

    def row(self, pattern, row):
        self.rows += 1
        found = self.instances(pattern)
        missing = self.excused(pattern, row)
        self.holds(found or missing, f"{pattern} is not there")
        self.holds(not (found and ("removed" in row or pattern in LATER)), f"{pattern} is there")
        if not found and row["scope"] == "host":
            self.on_the_machine(pattern, row)
        for key in found:
            if NEVER.search(key):
                continue
            self.looked += 1
            self.mode(key, row, os.stat(path_of(key)).st_mode)
            if row["access"] in ("action", "write-only") or self.secret(row) or NOISY.search(key):
                continue
            try:
                value = read(key)
                self.form(key, row, value)
                if self.may_write(pattern, key, row):
                    self.written_keys += 1
                    with Opened(key):
                        self.written(key, row, value)
            except OSError as problem:
                self.holds(False, f"{key}: {problem}")

    def on_the_machine(self, key, row):
        """A row of the host that a namespace does not see. The first namespace of all shows netdev_budget."""
        if "net.core.netdev_budget" not in SEEN:
            return
        if self.holds(key in SEEN or self.excused(key, row | {"scope": "network"}), f"{key} is not there") and key in SEEN:
            mode, value = SEEN[key]
            self.looked += 1
            self.mode(key, row | {"scope": "network"}, mode)
            if value is not None:
                self.form(key, row, value)

    @staticmethod
    def secret(row):
        return row.get("hazard", {}).get("kind") == "secret"

    def may_write(self, pattern, key, row):
        if pattern in DISTURBING and f".{INTERFACE}." not in key or key in DISTURBING_ALL:
            return False
        if pattern in ALL_GROUPS and not self.real_root:
            return False
        return row["scope"] == "network" and row["access"] == "read-write" \
            and row.get("hazard", {}).get("kind") != "one_way"

    def mode(self, key, row, mode):
        readable, writable = bool(mode & 0o400), bool(mode & 0o200)
        wanted = {"read-write": (True, True), "read-only": (True, False), "write-only": (False, True),
                  "action": (readable, True)}[row["access"]]
        if row["scope"] != "network":       # which a namespace may only see
            wanted = (wanted[0], False)
        self.holds((readable, writable) == wanted, f"{key} has mode {mode & 0o777:o}, the table says {row['access']} and "
                   f"scope {row['scope']}")
        self.holds(not (self.secret(row) and mode & 0o077), f"{key} is a secret that others may read: {mode & 0o777:o}")

    def form(self, key, row, value):
        number = r"-?\d+"
        pattern = {"integer": number, "vector": rf"{number}(\s{number})*", "mask": r"[0-9a-f]+(,[0-9a-f]+)*",
                   "ranges": r"(\d+(-\d+)?(,\d+(-\d+)?)*)?"}.get(row["class"], r"[^\n]*")
        self.holds(re.fullmatch(pattern, value), f"{key} reads {value!r}, the table says {row['class']}")
        if row["class"] == "vector" and "arity" in row:
            self.holds(len(value.split()) == row["arity"], f"{key} reads {value!r}, the table says {row['arity']} numbers")
        if row["class"] not in ("integer", "vector", "mask", "ranges"):
            self.holds("words" not in row or set(value.split()) <= set(row["words"]),
                       f"{key} reads {value!r}, which is none of its words")

    # ---- writes

    def limits(self, row):
        """The range on this kernel: where both ranges name an end, the latest one is the narrower."""
        both = row.get("range", {}) | row.get("latest_range", {})
        ends = []
        for end in ("min", "max"):
            number = both.get(end)
            if isinstance(number, str):
                number = (-1 if number[0] == "-" else 1) * (2147483647 // self.hz) if self.hz else None
            ends.append(number)
        return ends

    def made_room(self, key, row):
        """Moves what stands in the way of the whole range; returns how to put it back."""
        moves, back = [], []
        if "ceiling" in row:
            other = self.table[row["ceiling"]["key"]]
            least, most = self.limits(other)
            most = most or 2 ** 31 - 1
            moves.append((row["ceiling"]["key"], f"{most} {most}" if other["class"] == "vector" else most))
        for name, other in self.table.items():
            if other.get("ceiling", {}).get("key") == key:
                moves.append((name, self.limits(other)[0]))
        for name, value in moves:
            back.insert(0, (name, read(name)))
            refused = write(name, value)
            self.holds(refused is None, f"making room for {key}: {name} = {value}: {refused}")
        return back

    def written(self, key, row, before):
        back = self.made_room(key, row)
        try:
            self.takes(key, row, before, read_back=before)
            if row["class"] in ("integer", "vector"):
                self.numbers(key, row, before)
            self.other_names(key, row, before)
        finally:
            for name, value in [(key, before), *back]:
                write(name, value)
                self.holds(read(name) == value, f"{name} cannot be put back: {read(name)!r}, it was {value!r}")

    def numbers(self, key, row, before):
        least, most = self.limits(row)
        inside = [each for each in (least, most) if each is not None]
        if inside:
            inside += [each for each in SAMPLES if (least is None or each >= least) and (most is None or each <= most)]
        for each in dict.fromkeys(inside):
            # An address made from a secret wants the secret first.
            if key.endswith(".addr_gen_mode") and each == 2:
                continue
            self.takes(key, row, self.value(row, each, before))
        for each in ([least - 1] if least is not None else []) + ([most + 1] if most is not None else []):
            self.refuses(key, row, each, before)

    @staticmethod
    def value(row, number, before):
        return number if row["class"] == "integer" else " ".join([str(number)] * len(before.split()))

    def takes(self, key, row, value, read_back=None):
        self.probes += 1
        refused = write(key, value)
        if not self.holds(refused is None, f"{key} = {value}: {refused}, the table says that it is in range"):
            return
        found = read(key)
        if read_back is None:
            read_back = "\t".join(str(self.kept(row, each)) for each in numbers(str(value)))
        if row.get("readback") != "drifts":
            self.holds(found == read_back, f"{key} = {value} reads {found!r}, by the table ({row.get('readback', 'as written')})"
                       f" {read_back!r}")

    def refuses(self, key, row, number, before):
        fields = before.split()
        places = range(len(fields)) if row["class"] == "vector" else (0,)
        for place in places:
            value = " ".join(fields[:place] + [str(number)] + fields[place + 1:])
            self.probes += 1
            found = write(key, value)
            self.holds(found == "EINVAL", f"{key} = {value}: {found or 'taken'}, the table says out of range")
            write(key, before)

    def kept(self, row, number):
        how, hz = row.get("readback"), self.hz
        if how == "ticks" and hz:
            return -(-(number * hz) // 1000) * 1000 // hz
        if how == "clock_ticks" and hz:
            return int(number * hz / 100) * 100 // hz
        if how == "one":
            return int(number != 0)
        if how == "power_of_two":
            return power_of_two(number)
        if how == "multiple":
            return -(-number // 512) * 512
        return number

    def other_names(self, key, row, before):
        """The same storage by another name shows what is written here."""
        pattern = next((each for each in (row.get("finer"), row.get("alias")) if each), None)
        if pattern is None:
            return
        instance = key.split(".")[3] if "<if>" in pattern else ""
        other = pattern.replace("<if>", instance)
        if NOISY.search(other) or not self.holds(os.path.exists(path_of(other)), f"{key} is {other}, which is not there"):
            return
        was = read(other)
        for value in (int(before) + 5, int(before) + 7):
            self.probes += 1
            earlier = read(other)
            self.takes(key, row, value)
            self.holds(read(other) != earlier, f"{key} = {value} leaves {other} at {earlier}, which is said to be the same")
        write(key, before)
        write(other, was)

    # ---- what the table does not know

    def unknown(self):
        names = set()
        for where, _, files in os.walk("/proc/sys/net"):
            for name in files:
                parts = os.path.join(where, name)[len("/proc/sys/"):].split("/")
                if parts[2] in ("conf", "neigh") and ".".join(parts) not in self.table:
                    parts[3] = "<if>"
                names.add(".".join(parts))
        return sorted(names - self.table.keys())


def say(text):
    """Past the buffers that this process has from its parent."""
    os.write(1, f"{text}\n".encode())


@case(timeout=300)
def the_catalogue_agrees_with_the_kernel(t):
    t.holds(os.readlink("/proc/self/ns/net") != MACHINE, "this is the machine's network namespace")
    if t.failures:
        return
    t.host.links(f"link add {INTERFACE} type veth peer name {PEER}")
    os.makedirs("/tmp/empty")
    said, document = t.report("explain", "*", "--root", "/tmp/empty")
    t.exits("explain", said, OK)
    table = {each["key"]: each["catalogue"] for each in document["parameters"] if each["key"].startswith("net.")}
    t.holds(len(table) > 200, f"only {len(table)} rows below net")
    walk = Walk(t, table)
    t.holds(walk.hz, "the timer's tick is none that is known: the bounds in ticks are not looked at")
    for pattern, row in table.items():
        walk.row(pattern, row)
    who = "root" if walk.real_root else "root of a user namespace"
    say(f"the catalogue and Linux {walk.release}, as {who}: {walk.rows} rows, {walk.looked} keys looked at, "
        f"{walk.written_keys} of them written, {walk.probes} values tried, {walk.hz} Hz")
    for note in walk.notes:
        say(f"    {note}")
    if walk.real_root:
        unknown = walk.unknown()
        shown = unknown if {"-v", "--verbose"} & set(sys.argv) else [*unknown[:3], "... (-v shows all)"]
        say(f"    {len(unknown)} keys unknown to the table: {' '.join(shown)}")
