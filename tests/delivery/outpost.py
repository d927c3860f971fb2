"""A host that reports: a tree for --root with holdfast's settings, destinations and queues, and checks that go on after a failure.

    @case                       # by root and by a plain user
    @case(users=(ROOT,))        # needs the machine's root
    def keeps_the_report(t): ...

By root a case has namespaces of its own (private.call), the tree lies below a folder that only root may enter, and the sender
becomes another user. By a plain user it runs as that user, with no namespace and its own folder in /tmp.
"""
import contextlib
import dataclasses
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile
import time

import tracer
from private import CannotHere  # noqa: F401  (for the cases)

ROOT, PLAIN = 0, 1000
OK, WORK, DRIFT, USAGE, BUSY = 0, 1, 2, 64, 75
HOUR, DAY = 3600_000, 86400_000
NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.json\.gz")
TOKEN = "Token-that-nobody-may-see-4711"
# What a run says of a queue that grows.
QUEUE_NEWS = re.compile(r" given up|are kept, not delivered|will never|nothing was delivered to")
CHANGE = {"key": "net.ipv4.tcp_fin_timeout", "kind": "write_live", "from": "61", "to": "30", "result": "changed"}
# What must not show in any message: the query of the URL.
QUERY = "key=querysecret"
PROFILE = """profile: delivery
version: 1
parameters:
  net.ipv4.tcp_fin_timeout: 30
  net.core.somaxconn: {min: 8192, why: "a queue that is long enough"}
  net.ipv4.tcp_syncookies: 1
  vm.swappiness: 60
"""

CASES = []


@dataclasses.dataclass
class Case:
    name: str
    function: object
    users: tuple
    timeout: int
    order: int      # the lowest first


def case(function=None, *, users=(ROOT, PLAIN), timeout=300, order=2):
    """order: 0 for what waits long, and 1 for what works long, so that it is not left over at the end."""
    def register(body):
        CASES.append(Case(body.__name__, body, users, timeout, order))
        return body
    return register(function) if function else register


@dataclasses.dataclass
class Said:
    """What a command left."""
    code: int
    out: str
    err: str
    seconds: float = 0

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}".rstrip()


def now_ms():
    return time.time_ns() // 1_000_000


def name_ms(name):
    return int(name[:8] + name[9:13], 16)


def id_at(ms, like):
    """The same id, moved to another time."""
    return f"{ms >> 16:08x}-{ms & 0xffff:04x}{like[13:]}"


def until(condition, seconds=10, every=0.01):
    """Waits for it; what it gave, or the last of it."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(every)
    return found


class Outpost:
    """programs: the folder of holdfast and holdfast-send; folder: where its tree is made; archive: a tree's tar."""

    def __init__(self, programs, folder, archive):
        self.failures, self.checks, self.receivers = [], 0, []
        self.holdfast, self.sender = f"{programs}/holdfast", f"{programs}/holdfast-send"
        self.root = pathlib.Path(folder, "tree")
        with tarfile.open(archive) as stream:
            stream.extractall(self.root)
        folder = self.root / "etc/holdfast"
        (folder / "profiles").mkdir(parents=True)
        (folder / "profiles/delivery.yaml").write_text(PROFILE)
        (folder / "token").write_text(TOKEN + "\n")
        (folder / "token").chmod(0o600)
        self.spool = self.root / "var/lib/holdfast/spool"
        self.settings = {"profiles": ["delivery"], "mode": "audit", "reports": []}
        self.is_root = os.geteuid() == 0

    # ---- checks

    def holds(self, condition, text):
        self.checks += 1
        if not condition:
            self.failures.append(str(text))
        return bool(condition)

    def same(self, what, found, wanted):
        return self.holds(found == wanted, f"{what}: wanted {wanted!r}, found {found!r}")

    def exits(self, what, said, *codes):
        return self.holds(said.code in codes, f"{what}: wanted exit {' or '.join(map(str, codes))}, {said}")

    def says(self, what, said, *texts):
        for text in texts:
            self.holds(text.lower() in (said.out + said.err).lower(), f"{what}: nothing of {text!r} in: {said}")

    def keeps_secrets(self, what, said):
        for secret in (TOKEN, "querysecret", "Bearer"):
            self.holds(secret not in said.out + said.err, f"{what}: says {secret!r}: {said}")

    def between(self, what, found, least, most):
        return self.holds(least <= found <= most, f"{what}: wanted {least} to {most}, found {found}")

    # ---- settings and commands

    def report_to(self, receiver=None, name="central", **more):
        """One more destination; the settings are written anew."""
        url = receiver.url("/v1/reports?" + QUERY) if receiver else more.pop("url")
        if receiver and receiver not in self.receivers:
            self.receivers.append(receiver)
        self.settings["reports"].append(
            {"name": name, "url": url, "token_file": "/etc/holdfast/token"} | more)
        return self.configure()

    def configure(self, **settings):
        self.settings |= settings
        (self.root / "etc/holdfast/agent.yaml").write_text(json.dumps(self.settings, indent=1) + "\n")
        return self

    def command(self, command, **options):
        options = {"stdin": subprocess.DEVNULL, "timeout": 100} | options
        began = time.monotonic()
        done = subprocess.run([str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, errors="replace", **options)
        return Said(done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    def words(self, *words):
        """The command line of holdfast."""
        return [self.holdfast, words[0], "--root", self.root, *words[1:]]

    def agent(self, *words, **options):
        return self.command(self.words(*words), **options)

    def send_words(self, *words):
        return [self.sender, "--root", self.root, *words]

    def send(self, *words, **options):
        return self.command(self.send_words(*words), **options)

    def traced_send(self, *words, **options):
        return tracer.run(self.send_words(*words), **options)

    def make(self, count=1, **options):
        """So many runs, and nothing sent: the ids that have come to wait at the first destination."""
        before = self.queue()
        for _ in range(count):
            said = self.agent("run", "--no-send", **options)
            self.holds(said.code in (OK, DRIFT) and (not said.err or QUEUE_NEWS.search(said.err)), f"run --no-send: {said}")
        return [each for each in self.queue() if each not in before]

    def drift(self, key="net.ipv4.tcp_fin_timeout", value="61"):
        """Another hand changes a value, so that the fingerprint is another and there is something to mend."""
        (self.root / "proc/sys" / key.replace(".", "/")).write_text(value + "\n")

    # ---- the spool

    def folder(self, name="central"):
        return self.spool / name

    def queue(self, name="central"):
        """The ids that wait, oldest first."""
        try:
            return sorted(each[:36] for each in os.listdir(self.folder(name)) if NAME.fullmatch(each))
        except FileNotFoundError:
            return []

    def bad(self, name="central"):
        try:
            return sorted(each[:36] for each in os.listdir(self.folder(name) / "bad"))
        except FileNotFoundError:
            return []

    def state(self, name="central"):
        """{} when there is none."""
        try:
            return json.loads((self.folder(name) / "state.json").read_text())
        except FileNotFoundError:
            return {}

    def set_state(self, name="central", **fields):
        """A state of this destination's url; of another one it would not count."""
        state = {"url_digest": self.url_digest(name)} | self.state(name) | fields
        self.put("state.json", json.dumps(state).encode(), name)

    def url_digest(self, name="central"):
        url = next(each["url"] for each in self.settings["reports"] if each["name"] == name)
        return hashlib.sha256(url.encode()).hexdigest()

    def counters(self):
        return json.loads((self.spool / "counters.json").read_text())

    def dropped(self, name="central"):
        return self.counters()["queues"].get(name, {}).get("dropped", 0)

    def packed(self, each, name="central"):
        return (self.folder(name) / f"{each}.json.gz").read_bytes()

    def document(self, each, name="central"):
        return json.loads(gzip.decompress(self.packed(each, name)))

    def put(self, file, data, name="central", mode=0o600):
        """A file of the queue, with the owner of its folder."""
        path = self.folder(name) / file
        owner = os.stat(self.folder(name))
        path.write_bytes(data)
        os.chown(path, owner.st_uid, owner.st_gid)
        path.chmod(mode)
        return path

    def copies(self, count, of, name="central", changed=False):
        """
        So many reports like `of` behind it, one each second; faster than as many runs. Their ids. changed: they tell of
        changes. The agent does not open what waits, but keeps in counters.json which of them do.
        """
        document, made = self.document(of, name), []
        for i in range(1, count + 1):
            each = id_at(name_ms(of) + i * 1000, of)
            data = json.dumps(document | {"id": each, "changes": [CHANGE] if changed else []}).encode()
            self.put(f"{each}.json.gz", gzip.compress(data, 1), name)
            made.append(each)
        if changed:
            counters = self.counters()
            counters["queues"][name]["changed"] += [f"{each}.json.gz" for each in made]
            (self.spool / "counters.json").write_text(json.dumps(counters))
        return made

    def empty(self, name="central"):
        """The queue as it was before the first report."""
        for each in list(os.scandir(self.folder(name))):
            if each.is_dir(follow_symlinks=False):
                shutil.rmtree(each)
            else:
                os.unlink(each)

    def refill(self, kept, name="central"):
        """Nothing in the queue but these: {file: bytes}."""
        self.empty(name)
        for file, data in kept.items():
            self.put(file, data, name)

    def contents(self, name="central"):
        return {f"{each}.json.gz": self.packed(each, name) for each in self.queue(name)}

    def strays(self, name="central"):
        """Whatever is neither a report nor one of the queue's own files."""
        own = {"state.json", "bad", "full.json.gz"}
        return sorted(each for each in os.listdir(self.folder(name)) if not NAME.fullmatch(each) and each not in own)

    def shift(self, ms, name="central"):
        """
        Everything that holds a time becomes so much older (negative: newer), as if the clock had jumped the other way:
        names, ids and the state. The order stays.
        """
        names = {}
        for each in self.queue(name)[::1 if ms > 0 else -1]:
            moved = id_at(name_ms(each) - ms, each)
            names[f"{each}.json.gz"] = f"{moved}.json.gz"
            data = self.document(each, name) | {"id": moved}
            (self.folder(name) / f"{each}.json.gz").unlink()
            self.put(f"{moved}.json.gz", gzip.compress(json.dumps(data).encode(), 1), name)
        state = self.state(name)
        times = ("next_try", "decided", "last_full", "last_delivery")
        if state:
            self.set_state(name, **{field: max(0, state[field] - ms) for field in times if state.get(field)})
        counters = self.counters()
        counters["last_ms"] = max(0, counters["last_ms"] - ms)
        for queue in counters["queues"].values():
            queue["changed"] = [names.get(each, each) for each in queue["changed"]]
            if queue.get("newest"):
                queue["newest"] = names.get(queue["newest"], queue["newest"])
        (self.spool / "counters.json").write_text(json.dumps(counters))

    # ---- ends

    def end(self):
        """Receivers and everything that was started."""
        for each in self.receivers:
            each.released.set()
            each.close()
        for _ in range(3):
            for each in descendants():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def is_locked(path):
    """Whether somebody has it by flock(2). Only looked up: to try it would take it from others."""
    try:
        number = os.stat(path).st_ino
    except FileNotFoundError:
        return False
    return any(line.split()[1] == "FLOCK" and int(line.split()[5].rsplit(":", 1)[1]) == number
               for line in pathlib.Path("/proc/locks").read_text().splitlines() if "->" not in line)


def descendants(of=None):
    """Processes below this one; what has lost its parent belongs to us, since we are a subreaper."""
    children = {}
    for each in os.listdir("/proc"):
        if each.isdigit():
            try:
                state, parent = pathlib.Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[:2]
            except (OSError, ValueError):
                continue
            if state not in "ZX":
                children.setdefault(int(parent), []).append(int(each))
    found, todo = [], [of or os.getpid()]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def senders():
    """The processes of holdfast-send that we, or what we started, have begun."""
    found = []
    for each in descendants():
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{each}/comm").read_text().strip() == "holdfast-send":
                found.append(each)
    return found

