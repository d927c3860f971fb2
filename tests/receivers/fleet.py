#!/usr/bin/python3
"""10 000 hosts deliver to one nginx within their splay: every report arrives once, and the arrivals are flat.

    tests/receivers/fleet.py [--hosts N] [--splay SECONDS] [--rate N] [--only TEXT]... [-v]

Each host is a process of its own: the real holdfast-send on a spool of its own, with a real report, TLS and a client
certificate; nginx has the files of packaging/nginx. $HOLDFAST is the program. Needs nginx-light, openssl; 2 cores, 3 GB.

What is scaled down, as one machine cannot start 10 000 processes in one second, which 10 000 hosts do: they are started
evenly over a minute or so, and each arrival is counted from its own start, which is when that host's cron would have
started it. The splay is some seconds instead of minutes. The last line is "N passed, N failed"; exit 1 if anything failed.
"""
import argparse
import collections
import contextlib
import hashlib
import gzip
import json
import multiprocessing
import os
import pathlib
import pwd
import random
import shutil
import sys
import tempfile
import time
import uuid

sys.dont_write_bytecode = True      # the tests leave nothing in the source tree
import nginx_bench  # noqa: E402
import nginx_host  # noqa: E402

SLOTS = 20
# Of 19 degrees of freedom: 19 is usual, 44 comes once in a thousand times. Late processes of a busy machine move some hosts.
CHI_SQUARE_MOST = 60
SLOT_MOST = 1.35        # times the mean; with 500 in a slot chance alone stays below 1.15
LATE_S = 2.0            # so long may start, handshake and delivery take, on a machine that has other things to do
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def splay_of(host_id, splay):
    """Seconds, by the recipe of agent/send/splay.c, written once more: held against what each real sender does."""
    return int(hashlib.sha256(host_id.encode()).hexdigest()[:12], 16) % (splay * 1000) / 1000


def chi_square(counts):
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 / mean for count in counts)


def slots(offsets, splay):
    counts = [0] * SLOTS
    for offset in offsets:
        counts[min(SLOTS - 1, max(0, int(offset * SLOTS / splay)))] += 1
    return counts


def flat(counts):
    """'' or what is wrong with the curve."""
    mean, found = sum(counts) / len(counts), chi_square(counts)
    if max(counts) > mean * SLOT_MOST:
        return f"one slot has {max(counts)}, {max(counts) / mean:.2f} times the mean"
    if min(counts) < mean * (2 - SLOT_MOST):
        return f"one slot has {min(counts)}, {min(counts) / mean:.2f} times the mean"
    return f"chi-square is {found:.0f}, over {CHI_SQUARE_MOST}" if found > CHI_SQUARE_MOST else ""


def chart(counts, splay):
    widest = max(counts)
    for number, count in enumerate(counts):
        print(f"  {number * splay / SLOTS:6.1f} s {'#' * round(50 * count / widest):50} {count}")
    print(f"  mean {sum(counts) / len(counts):.0f}, least {min(counts)}, most {max(counts)}, chi-square {chi_square(counts):.1f} of 19 degrees")


class Fleet:
    """The hosts' folders. A host is as little as the sender needs: a spool, the settings, certificate, key and token."""

    def __init__(self, folder, count, t, nginx, number):
        self.folder, self.count, chance = folder, count, random.Random(f"fleet {number}")     # the same hosts each time
        self.hosts = [str(uuid.UUID(int=chance.getrandbits(128), version=5)) for _ in range(count)]
        now = time.time_ns() // 1_000_000
        self.ids = [f"{now + n >> 16:08x}-{now + n & 0xffff:04x}-7{chance.getrandbits(12):03x}-8{chance.getrandbits(12):03x}-"
                    f"{chance.getrandbits(48):012x}" for n in range(count)]
        template = t.host(nginx, name=f"template{number}", client=t.given.fleet)
        for profile in (nginx_host.TOP / "profiles").glob("*.yaml"):
            template.install(profile, f"/etc/holdfast/profiles/{profile.name}")
        template.settings(profiles=["default"], reports=[{**nginx_bench.DESTINATION, "url": nginx.url}])
        t.queue(template, 1)
        self.text = gzip.decompress(next(template.spool("central").glob("*.json.gz")).read_bytes()).decode()
        self.real = json.loads(self.text)
        self.settings = json.loads(template.path("/var/lib/holdfast/spool/destinations.json").read_text())
        self.shared = template.path("/etc/holdfast")
        for name in ("ca_file", "cert_file", "key_file", "token_file"):
            self.settings["destinations"][0][name] = "/" + os.path.basename(self.settings["destinations"][0][name])
        self.owner = pwd.getpwuid(os.stat(template.spool("central")).st_uid)
        folder.mkdir()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(self.make, range(count), chunksize=200)

    def make(self, number):
        root, spool = self.folder / str(number), self.folder / str(number) / "var/lib/holdfast/spool"
        queue = spool / "central"
        queue.mkdir(parents=True)
        for name in ("ca.pem", "host.pem", "host.key", "token"):
            os.link(self.shared / name, root / name)
        (spool / "destinations.json").write_text(json.dumps({**self.settings, "host_id": self.hosts[number]}))
        (spool / "destinations.json").chmod(0o600)
        text = self.text.replace(self.real["id"], self.ids[number]).replace(self.real["host"]["id"], self.hosts[number])
        file = queue / f"{self.ids[number]}.json.gz"
        file.write_bytes(gzip.compress(text.encode(), 1))
        os.chmod(file, 0o600)
        os.chmod(queue, 0o700)
        if os.geteuid() == 0:
            for path in (queue, file):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def send(self, splay, rate, given=None):
        """Starts all senders evenly, `rate` a second; {id: start}, exit codes, and how many ran at once."""
        starts, codes, alive, most = {}, collections.Counter(), {}, 0
        begin, number = time.time(), 0
        given = splay if given is None else given
        while number < self.count or alive:
            due = min(self.count, int((time.time() - begin) * rate) + 1)
            for number in range(number, min(due, number + rate // 5 + 1)):
                words = [str(nginx_host.SENDER), "--root", str(self.folder / str(number)), "--splay", str(given), "--quiet"]
                starts[self.ids[number]] = time.time()
                alive[os.posix_spawn(words[0], words, ENVIRONMENT)] = number
                number += 1
            most = max(most, len(alive))
            while alive:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                if alive.pop(pid, None) is not None:
                    codes[os.waitstatus_to_exitcode(status)] += 1
            if time.time() - begin > self.count / rate + splay + 120:
                raise RuntimeError(f"{len(alive)} senders do not come to an end")
            time.sleep(0.01)
        return starts, codes, most, time.time() - begin


def arrivals(nginx, fleet):
    """{id: [times]} of what nginx took."""
    found = collections.defaultdict(list)
    for each in nginx.log():
        if each["status"] in (200, 201, 204):
            found[each["id"]].append(float(each["ms"]))
    return {id: found[id] for id in fleet.ids}


def the_recipe_is_flat(t, options):
    """The moments of all hosts, for splays that fleets use; and that the measure finds what is not flat."""
    chance = random.Random(4711)
    hosts = [str(uuid.UUID(int=chance.getrandbits(128), version=5)) for _ in range(options.hosts)]
    for splay in (options.splay, 60, 300, 900):
        counts = slots([splay_of(host, splay) for host in hosts], splay)
        t.equal(f"splay {splay}: {counts}", flat(counts), "")
    broken = {
        "no splay": [0.0 for _ in hosts],
        "the first digit decides": [int(host[0], 16) / 16 * 300 for host in hosts],
        "half of the splay": [splay_of(host, 150) for host in hosts],
        "a tenth has none": [0.0 if host[0] == "0" and host[1] < "e" else splay_of(host, 300) for host in hosts],
        "rather early": [splay_of(host, 300) ** 1.1 / 300 ** 0.1 for host in hosts],
    }
    for name, offsets in broken.items():
        t.true(f"{name} passes for flat", flat(slots(offsets, 300)) != "")


def one_in_a_second_without_splay(t, options):
    """Real senders, told to have no splay: the curve must be seen to be a spike, or the next case would prove nothing."""
    nginx = t.nginx()
    fleet = Fleet(t.folder / "spike", 200, t, nginx, 1)
    starts, codes, _, _ = fleet.send(options.splay, 100, given=0)
    t.equal("exit codes", dict(codes), {0: 200})
    offsets = [times[0] - starts[id] for id, times in arrivals(nginx, fleet).items() if times]
    t.equal("arrived", len(offsets), 200)
    t.true(f"it passes for flat: {slots(offsets, options.splay)}", flat(slots(offsets, options.splay)) != "")


def every_host_arrives_once_in_its_own_moment(t, options):
    nginx = t.nginx()
    start = time.monotonic()
    fleet = Fleet(t.folder / "fleet", options.hosts, t, nginx, 2)
    made = time.monotonic() - start
    starts, codes, most, seconds = fleet.send(options.splay, options.rate)
    found = arrivals(nginx, fleet)
    t.equal("exit codes", dict(codes), {0: options.hosts})
    t.equal("answers", dict(nginx.statuses()), {201: options.hosts})
    t.equal("reports that did not arrive once", [id for id, times in found.items() if len(times) != 1][:5], [])
    t.equal("files", nginx.ids(), sorted(fleet.ids))
    t.equal("hosts", nginx.folders(), sorted(fleet.hosts))
    t.equal("the latest of each", len(list((nginx.prefix / "srv/latest").iterdir())), options.hosts)
    t.equal("left in a spool", [str(each) for each in fleet.folder.glob("*/var/lib/holdfast/spool/central/*.gz")][:5], [])
    late = [times[0] - starts[id] - splay_of(host, options.splay) for host, (id, times) in zip(fleet.hosts, found.items()) if times]
    t.true(f"{sum(each < 0 for each in late)} came before their moment, by up to {-min(late):.3f} s", min(late) >= 0)
    behind = sorted(late)[int(len(late) * 0.99)]
    t.true(f"one in a hundred came {behind:.1f} s after its moment or later", behind < LATE_S)
    counts = slots([times[0] - starts[id] for id, times in found.items() if times], options.splay)
    print(f"  {options.hosts} hosts, each a process of its own; splay {options.splay} s; started {options.rate} a second instead of all at "
          f"once;\n  up to {most} at the same time; spools made in {made:.0f} s, sent in {seconds:.0f} s; behind their moment: half "
          f"{sorted(late)[len(late) // 2] * 1000:.0f} ms, 99 % {behind * 1000:.0f} ms\n  arrivals by the time since the host's own start:")
    chart(counts, options.splay)
    t.equal("the curve", flat(counts), "")


CASES = [the_recipe_is_flat, one_in_a_second_without_splay, every_host_arrives_once_in_its_own_moment]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", type=int, default=10000)
    parser.add_argument("--splay", type=int, default=10, help="seconds (%(default)s)")
    parser.add_argument("--rate", type=int, default=150, help="hosts that are started in a second (%(default)s)")
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    options = parser.parse_args()
    chosen = [each for each in CASES if not options.only or any(text in each.__name__ for text in options.only)]
    missing = [str(each) for each in ("/usr/sbin/nginx", nginx_host.HOLDFAST, nginx_host.SENDER) if not os.path.exists(each)]
    if missing:
        print(f"missing: {' '.join(missing)}", file=sys.stderr)
        print(f"0 passed, {len(chosen)} failed")
        return 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-fleet-"))
    folder.chmod(0o755)
    failed = 0
    try:
        given = nginx_bench.Certificates(folder)
        for each in chosen:
            place, start = folder / each.__name__, time.monotonic()
            place.mkdir()
            bench = nginx_bench.Bench(place, given)
            with contextlib.ExitStack() as stack:
                stack.callback(bench.open.close)
                each(bench, options)
            failed += bool(bench.problems)
            if bench.problems or options.verbose:
                print(f"{'failed' if bench.problems else 'passed'}  {each.__name__}  {time.monotonic() - start:.1f} s")
            for problem in bench.problems:
                print("    " + problem[:600])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
