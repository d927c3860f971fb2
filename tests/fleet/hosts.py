"""Hosts: a Debian folder with our packages, laid over by what the host itself writes, in namespaces of its own.

    layer = hosts.with_packages(work, folder, packages)      once for a release
    host = CronHost(world, work, "web-1", layer)             cron and nothing else, as in a host without systemd
    host = BootedHost(world, work, "web-2", layer)           systemd as PID 1, with its udev
    host.settings(mode="audit"); host.start(); host.run("sysctl", "-n", KEY); host.stop()
"""
import email
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import uuid

import world as outside
from world import private

MACHINE = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
# What every host begins with: below /proc/sys only its network is its own, and all else is read only.
SHIELD = """set -eu
read_only() { mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"; }
mount -t proc proc "$0/proc"
for name in "$0"/proc/sys/*; do
    [ "${name##*/}" = net ] || read_only "$name"
done
for name in "$0"/proc/sys/net/*; do
    case ${name##*/} in core | ipv4 | ipv6 | unix) ;; *) read_only "$name" ;; esac
done
for name in "$0/proc/irq" "$0/proc/fs" "$0/proc/sysrq-trigger"; do
    [ ! -e "$name" ] || read_only "$name"
done
hostname "$1"
cd "$0"
"""
# PID 1 of a host without systemd is a shell: cron, and somebody to take in what it leaves behind.
INIT = SHIELD + """exec chroot . /bin/sh -c 'echo $$ >/run/init; cron -f -L 7 & while :; do wait; sleep 0.2; done'
"""
# systemd as PID 1, in a cgroup of its own. It listens to udev only where it may write to /sys; what is in there is read only.
BOOT = """echo $$ >"$2/cgroup.procs"
exec unshare --cgroup /bin/sh -c "$3" "$0" "$1"
"""
SYSTEMD = SHIELD + """mount -t tmpfs tmpfs run
mkdir run/udev && : >run/udev/control    # by this PID 1 knows that udev is to come, as /dev is not the machine's
mount -t sysfs sysfs sys
for name in sys/*; do
    [ "$name" = sys/module ] || read_only "$name"
done
mount -t cgroup2 cgroup2 sys/fs/cgroup
container=holdfast-fleet exec setpriv --bounding-set=-sys_module,-sys_rawio,-sys_time,-sys_boot,-mknod,-syslog \\
    chroot . /lib/systemd/systemd --show-status=false --log-target=journal
"""
# What systemd starts by itself and would reach beyond a host in namespaces, or wait for what does not come.
MASKED = """console-getty.service dev-hugepages.mount dev-mqueue.mount getty@tty1.service kmod-static-nodes.service
    proc-sys-fs-binfmt_misc.automount sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount
    sys-kernel-tracing.mount systemd-binfmt.service systemd-hwdb-update.service systemd-logind.service
    systemd-modules-load.service systemd-networkd-wait-online.service systemd-networkd.service systemd-networkd.socket
    systemd-random-seed.service systemd-remount-fs.service systemd-tmpfiles-setup-dev.service
    systemd-tmpfiles-setup-dev-early.service systemd-udev-trigger.service""".split()
# cron hands each mail to this in place of a real one.
SENDMAIL = """#!/bin/sh
exec cat >"/var/mail/cron/$(date +%s.%N).$$"
"""
DESTINATION = {"name": "central", "url": f"https://{outside.NAME}/v1/reports", "ca_file": "/etc/holdfast/ca.pem",
               "cert_file": "/etc/holdfast/host.pem", "key_file": "/etc/holdfast/host.key",
               "token_file": "/etc/holdfast/token"}


def overlay(work, name, *lower):
    """The folders of `lower`, the first one on top, and above them an empty one; what is seen, and that upper folder."""
    upper, beside, seen = (work / f"{name}.{each}" for each in ("upper", "work", "root"))
    for each in (upper, beside, seen):
        each.mkdir()
        each.chmod(0o755)
    private.mount("overlay", seen, "overlay",
                  options=f"lowerdir={':'.join(map(str, lower))},upperdir={upper},workdir={beside}")
    return seen, upper


def with_packages(work, folder, packages):
    """The layers of a host on which dpkg has installed the packages, the top one first."""
    seen, upper = overlay(work, f"{folder.name}-packages", folder)
    for each in packages:
        shutil.copy(each, seen / "root")
    # As in any container: nothing is started by an installation, whatever it wishes.
    (seen / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (seen / "usr/sbin/policy-rc.d").chmod(0o755)
    outside.do("chroot", seen, "/bin/sh", "-c", "dpkg -i /root/*.deb && rm /root/*.deb /usr/sbin/policy-rc.d",
               env={"PATH": private.PATH, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"})
    outside.do("umount", seen)
    return [upper, folder]


class Host:
    def __init__(self, world, work, name, layers):
        self.world, self.name, self.process, self.leader = world, name, None, None
        self.root, _ = overlay(work, name, *layers)
        self.address = world.join(name)
        pair = world.certificate(name)
        self.write("/etc/machine-id", uuid.uuid4().hex + "\n")
        self.write("/etc/hostname", name + "\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost\n{outside.ADDRESS} {outside.NAME}\n")
        self.write("/etc/resolv.conf", "")
        self.write("/etc/holdfast/ca.pem", world.authority.certificate.read_text())
        self.write("/etc/holdfast/host.pem", pair.certificate.read_text())
        self.write("/etc/holdfast/host.key", pair.key.read_text(), 0o600)
        self.write("/etc/holdfast/token", world.token + "\n", 0o600)
        self.write("/usr/sbin/sendmail", SENDMAIL, 0o755)
        (self.root / "var/mail/cron").mkdir(parents=True)

    def write(self, path, text, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def settings(self, **more):
        """agent.yaml; JSON is YAML."""
        self.write("/etc/holdfast/agent.yaml", json.dumps(
            {"profiles": ["time-wait-classic"], "interval": 60, "splay": 3, "reports": [DESTINATION], **more}) + "\n")

    def run(self, *command, timeout=60):
        """In the host, as root."""
        enter = ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--root",
                 f"--wd=/proc/{self.leader}/root"]
        return subprocess.run([*enter, "env", "-i", f"PATH={private.PATH}", "LC_ALL=C.UTF-8", *command], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=timeout)

    def value(self, key):
        return self.run("sysctl", "-n", key).stdout.strip()

    def mails(self):
        """What cron has mailed so far, oldest first: (seconds, text). Debian 13's wraps long lines (quoted-printable)."""
        files = sorted((float(each.name.rsplit(".", 1)[0]), each) for each in (self.root / "var/mail/cron").iterdir())
        mails = [(at, email.message_from_bytes(each.read_bytes())) for at, each in files]
        return [(at, each.get_payload(decode=True).decode()) for at, each in mails]

    def reports(self):
        return self.world.reports(self.name)

    def stop(self):
        if self.process and self.process.poll() is None:
            if self.leader:
                os.kill(self.leader, signal.SIGKILL)    # PID 1 of its namespace: all others go with it
            self.process.kill()
            self.process.wait()
        self.process = self.leader = None

    def _await(self, what, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            found = what()
            if found:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not start: {self.log.read_text()[-2000:]}")

    def _devices(self):
        folder = self.root / "dev"
        if not os.path.ismount(folder):
            folder.mkdir(exist_ok=True)
            private.mount("dev", folder, "tmpfs", options="mode=755")
            for each in MACHINE:
                (self.root / each.lstrip("/")).touch()
                private.bind(each, f"{self.root}{each}")
            (folder / "ptmx").symlink_to("pts/ptmx")

    def _inside(self, *command):
        return ["ip", "netns", "exec", self.name, "unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child",
                *map(str, command)]

    def _spawn(self, command):
        self.log = pathlib.Path(f"{self.root}.log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={"PATH": private.PATH})


def children(pid):
    return [int(each) for each in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class CronHost(Host):
    def start(self):
        # As after a boot: /run is empty, and cron finds that it has not run the lines of @reboot.
        shutil.rmtree(self.root / "run")
        (self.root / "run/lock").mkdir(parents=True)
        self._devices()
        self._spawn(self._inside("/bin/sh", "-c", INIT, self.root, self.name))
        self._await(lambda: (self.root / "run/init").exists() and (self.root / "run/crond.pid").exists())
        self.leader = children(self.process.pid)[0]


class BootedHost(Host):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        for unit in MASKED:
            path = self.root / "etc/systemd/system" / unit
            path.unlink(missing_ok=True)
            path.symlink_to("/dev/null")
        # Of udev's rules only those by which systemd hears of devices: the others are about hardware.
        for rules in (self.root / "usr/lib/udev/rules.d").iterdir():
            if rules.name != "99-systemd.rules":
                rules.unlink()

    def start(self):
        # cgroup v2 where it is the only one, else where it stands beside the old ones.
        top = next(each for each in (pathlib.Path("/sys/fs/cgroup"), pathlib.Path("/sys/fs/cgroup/unified"))
                   if (each / "cgroup.controllers").exists())
        self.cgroup = top / f"holdfast-{self.name}-{time.time_ns()}"
        self.cgroup.mkdir()
        self._devices()
        self._spawn(self._inside("/bin/sh", "-c", BOOT, self.root, self.name, self.cgroup, SYSTEMD))
        self._await(self._is_up, 60)

    def _is_up(self):
        below = children(self.process.pid)
        if not below or "systemd" not in pathlib.Path(f"/proc/{below[0]}/cmdline").read_text():
            return False
        self.leader = below[0]
        return self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded")

    def stop(self):
        super().stop()
        # When the last of its processes is gone.
        for _ in range(50):
            for folder, _, _ in sorted(os.walk(self.cgroup), reverse=True):
                try:
                    os.rmdir(folder)
                except OSError:
                    pass
            if not self.cgroup.exists():
                return
            time.sleep(0.1)
