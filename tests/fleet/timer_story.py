"""A host with systemd as PID 1: timer, path unit and boot unit of our packages, beside a cron whose line must keep still.

    tell(checks, story)     in a thread of its own; takes less than five minutes
"""
import json
import re
import subprocess
import sys
import time

import cron_story
import fences
import hosts

WANTED, KEY = cron_story.WANTED, cron_story.KEYS[0]
# Each twenty seconds instead of each quarter of an hour, and within three of them: the rest is as it was installed.
QUICK = {"holdfast-run.timer": "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/20\nRandomizedDelaySec=3\n",
         "holdfast-send.service": "[Service]\nExecStart=\nExecStart=/usr/sbin/holdfast-send --splay 1\n"}
SERVICES = ("holdfast-run.service", "holdfast-send.service", "holdfast-recover.service")


class Story:
    def __init__(self, world, release, layers):
        self.release = release
        self.host = hosts.BootedHost(world, world.folder, f"{release}-timer", layers)
        self.host.settings(mode="enforce")
        for unit, text in QUICK.items():
            self.host.write(f"/etc/systemd/system/{unit}.d/quick.conf", text)
        self.host.write("/usr/local/sbin/slow-run", cron_story.SLOW, 0o755)
        self.host.start()

    def systemctl(self, *words):
        return self.host.run("systemctl", *words).stdout.strip()

    def shown(self, unit, *names):
        lines = self.systemctl("show", unit, *(f"--property={name}" for name in names)).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def triggers(self, since=0):
        """Of the reports that were made since then, by the time in their id."""
        return [each["run"]["trigger"] for each in self.host.reports()
                if int(each["id"].replace("-", "")[:12], 16) / 1000 > since]

    def changes(self):
        return [each for report in self.host.reports() for each in report["changes"]]

    def until(self, what, seconds):
        """Whether it became true in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return True
            time.sleep(0.5)
        return False

    def until_mended(self, seconds=60):
        return self.until(lambda: self.host.value(KEY) == WANTED[KEY], seconds)

    def becomes(self, unit, wanted, seconds=60):
        """Whether the unit has come to its end with these properties. While it is at work they say nothing."""
        wanted = {"ActiveState": "inactive"} | wanted
        return self.until(lambda: self.shown(unit, *wanted) == wanted, seconds)

    def journal(self):
        return self.host.run("journalctl", "--boot", "--no-pager", "--output=cat", "--unit=holdfast-*").stdout


def tell_of_timer(checks, story):
    name = f"{story.release}, with systemd"
    with checks.case(f"{name}: an installation has enabled nothing and started nothing"):
        for unit in ("holdfast-run.timer", "holdfast-send.path", "holdfast-recover.service"):
            checks.same(unit, story.systemctl("is-enabled", unit), "disabled")
            checks.same(unit, story.systemctl("is-active", unit), "inactive")
    story.systemctl("enable", "--now", "holdfast-run.timer", "holdfast-send.path", "holdfast-recover.service")
    with checks.case(f"{name}: the timer starts a run, which puts the host in line"):
        checks.holds(story.until_mended(), f"not within a minute: {story.journal()}")
        # The value is set in the middle of the run.
        checks.holds(story.becomes("holdfast-run.service", {"Result": "success", "ExecMainStatus": "0"}), story.journal())
        checks.holds(story.until(lambda: "changed: net.ipv4.tcp_fin_timeout 60 -> 30 (live)" in story.journal(), 20),
                     story.journal())
    with checks.case(f"{name}: what was changed by hand is mended, and the path unit sends the report"):
        story.host.run("sysctl", "-q", "-w", f"{KEY}=99")
        checks.holds(story.until_mended(), f"not within a minute: {story.journal()}")
        found = story.until(lambda: any(each.get("from") == "99" for each in story.changes()), 60)
        checks.holds(found, f"not reported: {story.changes()} {story.journal()}")
        checks.holds(story.until(lambda: story.shown("holdfast-send.service", "Result") == {"Result": "success"}, 25),
                     f"the sender: {story.journal()}")
        clock = {report["run"]["clock_synchronized"] for report in story.host.reports()}
        checks.holds(clock <= {True, False}, f"the fence hides whether the clock is set: {clock}")
    with checks.case(f"{name}: in audit a drift is told and no failure of the unit"):
        story.host.settings(mode="audit")
        story.host.run("sysctl", "-q", "-w", f"{KEY}=77")
        checks.holds(story.until(lambda: "drift: net.ipv4.tcp_fin_timeout is 77" in story.journal(), 60), story.journal())
        checks.holds(story.becomes("holdfast-run.service", {"ExecMainStatus": "2", "Result": "success"}),
                     f"with a drift: {story.shown('holdfast-run.service', 'ActiveState', 'ExecMainStatus', 'Result')}")
        checks.same("value", story.host.value(KEY), "77")
        story.host.settings(mode="enforce")


def tell_of_cron(checks, story):
    name = f"{story.release}, with systemd"
    # Not before: each minute it would start a run wherever the timer is stopped. cron reads it at the next full minute.
    shipped = story.host.read("/etc/cron.d/holdfast")
    story.host.write("/etc/cron.d/holdfast", cron_story.crontab(shipped, "enforce"))
    with checks.case(f"{name}: cron's line does nothing while the timer is active"):
        # It was not a moment ago. Over the next full minute, in which cron has started the line.
        begun = time.time()
        time.sleep(60 - time.time() % 60 + 8)

        def said():
            return story.host.run("journalctl", f"--since=@{int(begun)}", "--no-pager", "--output=cat", "_COMM=cron").stdout

        checks.holds(story.until(lambda: re.search(r"CMD \(.*holdfast run", said()), 30), f"cron has not started its line: {said()}")
        story.until(lambda: story.triggers(begun), 60)
        checks.same("triggers", set(story.triggers(begun)), {"timer"})
    with checks.case(f"{name}: and runs when it is not"):
        story.systemctl("stop", "holdfast-run.timer")
        story.becomes("holdfast-run.service", {})
        story.host.run("sysctl", "-q", "-w", f"{KEY}=66")
        checks.holds(story.until_mended(75), "not within 75 s")
        checks.holds(story.until(lambda: story.triggers()[-1:] == ["cron"], 30), story.triggers())
    story.host.write("/etc/cron.d/holdfast", "# nothing\n")


def tell_of_boot(checks, story):
    name = f"{story.release}, with systemd"
    with checks.case(f"{name}: after a power cut the boot unit takes the change back before the sysctl files are read"):
        story.systemctl("stop", "holdfast-run.timer")
        story.host.run("rm", cron_story.DROP_IN)
        story.host.run("sysctl", "-q", "-w", f"{KEY}=99")
        host, link = story.host, story.host.root / cron_story.OPEN
        host.run("sh", "-c", "touch /run/slow; /usr/local/sbin/slow-run >/dev/null 2>&1 &")
        checks.holds(story.until(lambda: link.is_symlink() and host.value(KEY) == WANTED[KEY], 15), "no middle was met")
        host.stop()
        checks.holds(link.is_symlink(), "nothing was open at the end")
        # No run before we have looked.
        host.write("/etc/systemd/system/holdfast-run.timer.d/quick.conf", "[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n")
        host.start()
        checks.holds(not link.is_symlink(), "the transaction is open still")
        recover = story.shown("holdfast-recover.service", "Result", "ExecMainExitTimestampMonotonic", "ExecMainStatus")
        reads = story.shown("systemd-sysctl.service", "Result", "ExecMainStartTimestampMonotonic")
        checks.holds(recover["Result"] == "success" and recover["ExecMainStatus"] in ("0", "2"), recover)
        checks.holds(0 < int(recover["ExecMainExitTimestampMonotonic"]) < int(reads["ExecMainStartTimestampMonotonic"]),
                     f"{recover} and {reads}")
        newest = json.loads(host.run("holdfast", "history", "--json").stdout)["transactions"][0]
        checks.same("state", newest["state"], "undone")
    with checks.case(f"{name}: and does not start where nothing is open"):
        host.stop()
        host.start()
        checks.same("condition", story.shown("holdfast-recover.service", "ConditionResult"), {"ConditionResult": "no"})
        failed = story.systemctl("list-units", "--failed", "--plain", "--no-legend", "holdfast-*")
        checks.same("failed units", failed, "")


# The kernel takes an event from whoever is root of a network namespace, and hands it to all who listen there.
KERNEL_TELLS = """import socket, struct, sys
text = f"add@{sys.argv[1]}\\0ACTION=add\\0DEVPATH={sys.argv[1]}\\0SUBSYSTEM={sys.argv[2]}\\0".encode()
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15) as uevents:
    uevents.bind((0, 0))
    uevents.send(struct.pack("=IHHII", 16 + len(text), 16, 5, 1, 0) + text)
    answer = uevents.recv(4096)
sys.exit(struct.unpack_from("=i", answer, 16)[0] != 0)
"""


def tell_of_udev(checks, story):
    name, host = f"{story.release}, with systemd and the udev rule", story.host
    story.systemctl("stop", "holdfast-run.timer")
    story.becomes("holdfast-run.service", {})
    rule = host.run("cp", "/usr/share/holdfast/udev/90-holdfast.rules", "/etc/udev/rules.d/")
    host.run("udevadm", "control", "--reload")

    def comes(what, *command, outside=False, mended=True):
        host.run("sysctl", "-q", "-w", f"{KEY}=99")
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True) if outside else host.run(*command)
        checks.same(f"{what} comes", (done.returncode, done.stderr), (0, ""))
        checks.same(f"a run after {what}", story.until_mended(30 if mended else 5), mended)
        return time.monotonic() - begun

    def interface(one, other):
        return ("ip", "link", "add", one, "type", "veth", "peer", "name", other)

    def module(path):
        return ("nsenter", f"--net=/run/netns/{host.name}", sys.executable, "-c", KERNEL_TELLS, path, "module")

    with checks.case(f"{name}: a run follows when an interface has come, two seconds later, and again with the next"):
        checks.same("copied", rule.stderr, "")
        seconds = comes("an interface", *interface("late0", "veth-late0"))
        checks.holds(1.5 < seconds, f"it was {seconds:.1f} s")
        comes("another one", *interface("late1", "veth-late1"))
    with checks.case(f"{name}: none for the interface of a container"):
        comes("a container's interface", *interface("veth-a", "veth-b"), mended=False)
    with checks.case(f"{name}: a run follows when the kernel tells of a module that brings parameters, and of no other"):
        comes("a module without", *module("/module/loop"), outside=True, mended=False)
        comes("the module", *module("/module/nf_conntrack"), outside=True)
    story.systemctl("start", "holdfast-run.timer")


def tell(checks, story):
    tell_of_timer(checks, story)
    fences.tell(checks, story)
    tell_of_udev(checks, story)
    tell_of_cron(checks, story)
    tell_of_boot(checks, story)
    story.host.stop()
