#!/usr/bin/python3
"""10 000 hosts deliver to one nginx within their splay: every report arrives once, and the arrivals are flat.

    tests/receivers/fleet.py [--hosts N] [--senders N] [--splay SECONDS] [--rate N] [--only TEXT]... [-v]

Real holdfast-send processes, each with a spool of its own, TLS and a client certificate; nginx has the files of
packaging/nginx. $HOLDFAST is the program. Needs nginx, openssl; 2 cores, 2 GB.

What is scaled down, as one machine is not 10 000. There are fewer senders than hosts: each brings the reports of some hosts,
one request for each, at the moment of the first of them. They are started evenly over most of a minute, not in one second, and
an arrival counts from its own sender's start, which is when cron would have started it. The splay is some seconds. The spools
lie in memory: 10 000 hosts have 10 000 disks. `--senders 10000` gives each host its own process; it takes two minutes.

The last line is "N passed, N failed"; exit 1 if anything failed.
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
SIGMAS_MOST = 5         # a slot may be off the mean; of 20 slots one is by 3, now and then
LATE_S = 8.0            # so long may start, handshake and delivery take, on a machine that has other things to do
AT_WORK_MOST = 12       # beyond it the machine is too slow for the rate, and no more are started for now
AGAIN_MOST = 0.01       # of the senders may need another run, as after any bad moment of a network
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def splay_of(host_id, splay):
    """Seconds, by the recipe of agent/send/splay.c, written once more: held against what each real sender does."""
    return int(hashlib.sha256(host_id.encode()).hexdigest()[:12], 16) % (splay * 1000) / 1000


def chi_square(counts):
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 / mean for count in counts)


def slots(offsets, splay):
    """What is late comes round to the first slots, as in a fleet it meets the next round: a busy machine, which delays all alike,
    leaves a flat curve flat, and a spike a spike."""
    counts = [0] * SLOTS
    for offset in offsets:
        counts[int(offset * SLOTS / splay) % SLOTS] += 1
    return counts


def flat(counts):
    """'' or what is wrong with the curve."""
    mean, found = sum(counts) / len(counts), chi_square(counts)
    for count in (max(counts), min(counts)):
        if abs(count - mean) > SIGMAS_MOST * mean ** 0.5:
            return f"one slot has {count}, the mean is {mean:.0f}"
    return f"chi-square is {found:.0f}, over {CHI_SQUARE_MOST}" if found > CHI_SQUARE_MOST else ""


def chart(counts, splay):
    widest = max(counts)
    for number, count in enumerate(counts):
        print(f"  {number * splay / SLOTS:6.1f} s {'#' * round(50 * count / widest):50} {count}")
    print(f"  mean {sum(counts) / len(counts):.0f}, least {min(counts)}, most {max(counts)}")


class Fleet:
    """The senders' folders, each as little as a sender needs: settings, certificate, key, token, and the reports of its hosts."""

    def __init__(self, t, nginx, hosts, senders):
        self.folder, self.senders, self.each = t.folder / "fleet", senders, hosts // senders
        chance = random.Random("fleet")     # the same hosts each time
        count, now = self.each * senders, time.time_ns() // 1_000_000
        self.hosts = [str(uuid.UUID(int=chance.getrandbits(128), version=5)) for _ in range(count)]
        self.ids = [f"{now + n >> 16:08x}-{now + n & 0xffff:04x}-7{chance.getrandbits(12):03x}-8{chance.getrandbits(12):03x}-"
                    f"{chance.getrandbits(48):012x}" for n in range(count)]
        template = t.host(nginx, name="template", client=t.given.fleet)
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
        self.folder.mkdir()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(self.make, range(senders), chunksize=100)

    def of(self, sender):
        """The numbers of its hosts. The first of them is whose moment it keeps."""
        return range(sender * self.each, (sender + 1) * self.each)

    def moment(self, sender, splay):
        return splay_of(self.hosts[sender * self.each], splay)

    def make(self, sender):
        root, spool = self.folder / str(sender), self.folder / str(sender) / "var/lib/holdfast/spool"
        queue = spool / "central"
        queue.mkdir(parents=True)
        for name in ("ca.pem", "host.pem", "host.key", "token"):
            os.link(self.shared / name, root / name)
        (spool / "destinations.json").write_text(json.dumps({**self.settings, "host_id": self.hosts[sender * self.each]}))
        (spool / "destinations.json").chmod(0o600)
        for number in self.of(sender):
            text = self.text.replace(self.real["id"], self.ids[number]).replace(self.real["host"]["id"], self.hosts[number])
            file = queue / f"{self.ids[number]}.json.gz"
            file.write_bytes(gzip.compress(text.encode(), 1))
            self.hand_over(file, 0o600)
        self.hand_over(queue, 0o700)

    def hand_over(self, path, mode):
        os.chmod(path, mode)
        if os.geteuid() == 0:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def start(self, sender, *words):
        command = [str(nginx_host.SENDER), "--root", str(self.folder / str(sender)), "--quiet", *words]
        return os.posix_spawn(command[0], command, ENVIRONMENT)

    def send(self, splay, rate):
        """Starts all senders evenly, `rate` a second or what the machine can do: the start of each, those that failed, how many
        ran at once, seconds."""
        starts, failed, alive, most = [], [], {}, 0
        begin = time.time()
        due = begin
        while len(starts) < self.senders or alive:
            now = time.time()
            # Those whose moment has come and who are still there are at work, or wait for a processor.
            working = sum(now > moment for _, moment in alive.values())
            while len(starts) < self.senders and due <= now:
                due = max(due, now - 1) + 1 / rate
                if working > AT_WORK_MOST:
                    continue
                sender = len(starts)
                starts.append(time.time())
                alive[self.start(sender, "--splay", str(splay))] = sender, starts[-1] + (splay and self.moment(sender, splay))
            most = max(most, len(alive))
            while alive:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                if os.waitstatus_to_exitcode(status):
                    failed.append(alive[pid][0])
                del alive[pid]
            if now - begin > 480:
                raise RuntimeError(f"{len(alive)} senders have not come to an end in eight minutes")
            time.sleep(0.02)
        return starts, failed, most, time.time() - begin

    def again(self, senders):
        """The next run of those whose delivery failed; those that fail once more."""
        return [each for each in senders if os.waitstatus_to_exitcode(os.waitpid(self.start(each, "--now"), 0)[1])]

    def arrivals(self, nginx):
        """When nginx took each report, in the order of self.ids; the reports that it did not take just once."""
        found = collections.defaultdict(list)
        for each in nginx.log():
            if each["status"] in (200, 201, 204):
                found[each["id"]].append(float(each["ms"]))
        return [min(found[id], default=0.0) for id in self.ids], [id for id in self.ids if len(found[id]) != 1]


def the_recipe_is_flat(t, options):
    """The moments of all hosts, for splays that fleets use; and that the measure finds what is not flat."""
    chance = random.Random(4711)
    hosts = [str(uuid.UUID(int=chance.getrandbits(128), version=5)) for _ in range(10000)]
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


def without_a_splay_it_is_a_spike(t, options):
    """Real senders, told to have none: that must be seen, or the next case would prove nothing."""
    nginx = t.nginx()
    fleet = Fleet(t, nginx, 200, 200)
    starts, failed, _, _ = fleet.send(0, options.rate)
    times, odd = fleet.arrivals(nginx)
    t.equal("failed, not once", (failed, odd), ([], []))
    counts = slots([came - start for came, start in zip(times, starts)], options.splay)
    t.true(f"it passes for flat: {counts}", flat(counts) != "")


def every_host_arrives_once_and_the_curve_is_flat(t, options):
    nginx, begin = t.nginx(), time.monotonic()
    fleet = Fleet(t, nginx, options.hosts, options.senders)
    made = time.monotonic() - begin
    starts, failed, most, seconds = fleet.send(options.splay, options.rate)
    t.true(f"{len(failed)} senders needed another run", len(failed) <= fleet.senders * AGAIN_MOST)
    t.equal("failed in the next run, too", fleet.again(failed), [])
    times, odd = fleet.arrivals(nginx)
    doubtful = {fleet.ids[number] for sender in failed for number in fleet.of(sender)}     # no answer came in time the first time
    t.equal("reports that nginx did not take just once", [id for id in odd if id not in doubtful][:5], [])
    t.equal("files", nginx.ids() == sorted(fleet.ids), True)
    t.equal("hosts", nginx.folders() == sorted(fleet.hosts), True)
    t.equal("the latest of each", len(list((nginx.prefix / "srv/latest").iterdir())), len(fleet.hosts))
    t.equal("left in a spool", [each.name for each in fleet.folder.glob("*/var/lib/holdfast/spool/central/*.gz")][:5], [])
    t.true(f"answers {dict(nginx.statuses())}", set(nginx.statuses()) <= ({201, 204, 499} if failed else {201}))
    offsets = [[times[number] - start for number in fleet.of(sender)] for sender, start in enumerate(starts)]
    late = sorted(min(each) - fleet.moment(sender, options.splay) for sender, each in enumerate(offsets) if sender not in failed)
    t.true(f"one came {-late[0]:.3f} s before its moment", late[0] >= 0)
    behind = late[int(len(late) * 0.99)]
    t.true(f"one in a hundred came {behind:.1f} s after its moment or later", behind < LATE_S)
    after = sum(each[0] > options.splay for each in offsets)
    counts = slots([one for each in offsets for one in each], options.splay)
    print(f"  {len(fleet.hosts)} hosts by {fleet.senders} processes of holdfast-send, {fleet.each} reports each "
          f"({len(fleet.text)} bytes plain); splay {options.splay} s")
    print(f"  started {options.rate} a second instead of all at once, up to {most} at the same time; {len(failed)} needed "
          f"another run; spools made in {made:.0f} s, sent in {seconds:.0f} s")
    print(f"  behind their moment: half {late[len(late) // 2] * 1000:.0f} ms, 99 % {behind * 1000:.0f} ms; {after} after the "
          f"splay's end")
    print("  arrivals by the time since the start of their sender:")
    chart(counts, options.splay)
    moments = slots([each[0] for each in offsets], options.splay)
    print(f"  of the senders: least {min(moments)}, most {max(moments)}, chi-square {chi_square(moments):.1f} of {SLOTS - 1} degrees")
    t.equal("the curve", flat(moments), "")


CASES = [the_recipe_is_flat, without_a_splay_it_is_a_spike, every_host_arrives_once_and_the_curve_is_flat]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", type=int, default=10000)
    parser.add_argument("--senders", type=int, default=2500, help="so many processes bring them (%(default)s)")
    parser.add_argument("--splay", type=int, default=20, help="seconds (%(default)s)")
    parser.add_argument("--rate", type=int, default=60, help="senders that are started in a second (%(default)s)")
    parser.add_argument("--only", action="append", help="only cases whose name has this in it")
    parser.add_argument("-v", "--verbose", action="store_true", help="every case with its time")
    options = parser.parse_args()
    chosen = [each for each in CASES if not options.only or any(text in each.__name__ for text in options.only)]
    missing = [str(each) for each in ("/usr/sbin/nginx", nginx_host.HOLDFAST, nginx_host.SENDER) if not os.path.exists(each)]
    if missing:
        print(f"missing: {' '.join(missing)}", file=sys.stderr)
        print(f"0 passed, {len(chosen)} failed")
        return 1
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 << 30 else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-fleet-", dir=memory))
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
