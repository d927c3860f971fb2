"""Five minutes of a host under a real cron, and what was seen in them. One host in each role:

    enforce   mends what has drifted, and reports it
    audit     only reports, until somebody mends it by hand
    out       enforces by its settings, but the rollout has not come to it
    rough     its run is stopped in the middle once, and killed in the middle once
"""
import pathlib
import re
import time

import hosts

ROLES = ("enforce", "audit", "out", "rough")
SETTINGS = {"enforce": {"mode": "enforce"}, "audit": {"mode": "audit"}, "rough": {"mode": "enforce"},
            "out": {"mode": "enforce", "rollout": {"percent": 0, "seed": "2026-11"}}}
KEYS = ("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time")
WANTED = {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_keepalive_time": "120"}
DROP_IN, OPEN = "/etc/sysctl.d/99-zz-holdfast.conf", "var/lib/holdfast/journal/open"
MINUTES, LIMIT_S, SEEN_S = 5, 20, 38        # a run is looked at so long after it began; the hung one has been ended by then
# Each time that something is made durable takes a second and a half, so there is a middle to be met.
SLOW = f"""#!/bin/sh
[ -e /run/slow ] || exec /usr/sbin/holdfast run
rm /run/slow
exec strace -qq -f -o /dev/null -e trace=fsync -e inject=fsync:delay_exit=1500000 \\
    /usr/sbin/holdfast run --time-limit {LIMIT_S}
"""


def crontab(shipped, role):
    """The file as it is installed, with one of its lines put to work, each minute instead of each quarter of an hour."""
    lines = [line.removeprefix("#") for line in shipped.splitlines() if re.match(r"#\*/15 \* \* \* \* root ", line)]
    plain = next(line for line in lines if line.endswith("/usr/sbin/holdfast run"))
    spread = next(line for line in lines if "sleep" in line)
    line = (spread.replace(r"\% 600", r"\% 7") if role == "out" else plain).replace("*/15", "*", 1)
    if role == "rough":
        line = line.replace("|| /usr/sbin/holdfast run", "|| /usr/local/sbin/slow-run")
    reboot = next(line.removeprefix("#") for line in shipped.splitlines() if line.startswith("#@reboot"))
    return shipped + f"MAILTO=root\n{line}\n{reboot}\n"


class Story:
    def __init__(self, world, release, role, layers):
        self.release, self.role = release, role
        self.host = hosts.CronHost(world, world.folder, f"{release}-{role}", layers)
        self.values, self.times, self.notes = {}, {}, []
        # With the worker alone its parent ends it; when both are stopped, the kernel does.
        self.stopped = {"bookworm": "worker", "trixie": "all"}[release]
        self.shipped = self.host.read("/etc/cron.d/holdfast")
        self.host.settings(**SETTINGS[role])
        self.host.write("/etc/cron.d/holdfast", crontab(self.shipped, role))
        self.host.write("/usr/local/sbin/slow-run", SLOW, 0o755)

    # What somebody does by hand between two runs

    def drift(self):
        """A value, and where there is one a line of the file for the next boot."""
        self.host.run("sysctl", "-q", "-w", "net.ipv4.tcp_fin_timeout=99")
        drop_in = pathlib.Path(f"{self.host.root}{DROP_IN}")
        if drop_in.exists():
            text = drop_in.read_text()
            self.notes.append(f"edited {text.count('tcp_keepalive_time = 120')}")
            drop_in.write_text(text.replace("tcp_keepalive_time = 120", "tcp_keepalive_time = 7000"))

    def mend_by_hand(self):
        self.host.run("holdfast", "apply", "-q")

    def make_slow(self):
        self.host.write("/run/slow", "")

    def meet_in_the_middle(self, signal, whom, seconds=15):
        """Sends the signal when a value is set and the transaction is open still. whom: the worker of the run, or all."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (self.host.root / OPEN).is_symlink() and self.host.value(KEYS[0]) == WANTED[KEYS[0]]:
                rows = [line.split() for line in self.host.run("ps", "-e", "-o", "pid=,ppid=,comm=").stdout.splitlines()]
                own = {row[0] for row in rows if row[2] == "holdfast"}
                chosen = [row[0] for row in rows if row[0] in own and (whom == "all" or row[1] in own)]
                self.host.run("kill", f"-{signal}", *chosen)
                self.notes.append(f"{signal} to {len(chosen)} of {len(own)}")
                return
            time.sleep(0.05)
        self.notes.append(f"no middle was met for {signal}")

    # By the minute

    def at_once(self, minute):
        """While the run of that minute is under way."""
        if self.role == "rough" and minute == 2:
            self.meet_in_the_middle("STOP", self.stopped)
        if self.role == "rough" and minute == 4:
            self.meet_in_the_middle("KILL", "all")

    def later(self, minute):
        """When it must be over."""
        self.values[minute] = {key: self.host.value(key) for key in KEYS}
        self.times[minute] = time.time()
        if self.role in ("enforce", "audit", "out") and minute == 1:
            self.drift()
        if self.role == "audit" and minute == 3:
            self.mend_by_hand()
        if self.role == "rough" and minute in (1, 3):
            # What a run of the past has left stopped blocks nobody, and would only be counted with the next.
            self.host.run("sh", "-c", "kill -KILL $(ps -e -o pid=,comm= | sed -n 's/ holdfast.*//p')")
            self.drift()
            self.make_slow()

    def power_cut(self):
        """A host without systemd dies in the middle of a run, and starts again: what the line of @reboot does, and no other."""
        crontab = self.host.read("/etc/cron.d/holdfast")
        self.host.write("/etc/cron.d/holdfast", re.sub(r"^\* .*\n", "", crontab, flags=re.MULTILINE))
        self.drift()
        self.make_slow()
        self.host.run("sh", "-c", "/usr/local/sbin/slow-run >/dev/null 2>&1 &")
        self.meet_in_the_middle("STOP", "all")
        self.was_open = (self.host.root / OPEN).is_symlink()
        self.host.stop()
        self.still_open = (self.host.root / OPEN).is_symlink()
        self.host.start()
        end = time.monotonic() + 30
        while (self.host.root / OPEN).is_symlink() and time.monotonic() < end:
            time.sleep(0.1)
        self.open_after = (self.host.root / OPEN).is_symlink()
        self.history = self.host.run("holdfast", "history").stdout

    def end(self):
        self.mails, self.reports = self.host.mails(), self.host.reports()

    def mailed(self, minute, begun):
        """What cron mailed of the run that began in that minute (1 to 5)."""
        return "\n".join(text for at, text in self.mails if minute == int((at - begun) // 60) + 1)

    def reported(self, minute, begun):
        """The reports that a run made in that minute; their time is in their id."""
        return [each for each in self.reports if each["agent"]["command"] == "run" and
                minute == int((int(each["id"].replace("-", "")[:12], 16) / 1000 - begun) // 60) + 1]
