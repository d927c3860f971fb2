"""What systemd's fence round each of our services lets pass, and what it does not: a shell in the program's place tries it.

Without the fence all of it works in these hosts, so what does not work within is the fence's doing.
"""
import re

VALUE = "echo 30 >/proc/sys/net/ipv4/tcp_fin_timeout"
# What IPAddressDeny= throws away gets no answer.
INTERNET = "timeout 3 bash -c 'exec 3<>/dev/tcp/198.51.100.1/443'"
OTHER_USER = "setpriv --reuid 12 --clear-groups true"
SIGNAL = "kill -0 $(cat /run/other.pid)"
# Of the program and of nobody else: that its own namespaces, mounts and roots stay as they are.
NOBODY = ["unshare --net true", "unshare --mount true", "mount -t tmpfs none /mnt", "chroot / true"]
PROBES = {
    "holdfast-run.service": {
        True: [VALUE, "touch /etc/sysctl.d/.probe && rm /etc/sysctl.d/.probe", "touch /var/lib/holdfast/.probe",
               "touch /run/lock/.probe", "chown 12 /var/lib/holdfast/.probe"],
        False: [*NOBODY, INTERNET, OTHER_USER, SIGNAL, "touch /usr/.probe", "touch /var/.probe", "touch /root/.probe",
                "touch /home/.probe", "cat /usr/lib/modules/.there"],
    },
    "holdfast-send.service": {
        True: [INTERNET, OTHER_USER, "touch /var/lib/holdfast/spool/.probe && rm /var/lib/holdfast/spool/.probe",
               "cat /etc/holdfast/token"],
        False: [*NOBODY, VALUE, SIGNAL, "touch /etc/.probe", "touch /var/lib/.probe", "ls /proc/sys/.",
                "cat /var/lib/holdfast/journal/*.json", "chown 0 /var/lib/holdfast/spool/lock", "cat /root/.there",
                "cat /home/.there"],
    },
}


def _tried(story, unit, commands):
    """Which of them work within the unit; None is a unit without a fence."""
    text = story.host.read(f"/usr/lib/systemd/system/{unit}") if unit else "[Service]\nType=oneshot\nExecStart=\n"
    script = "".join(f"if ( {command} ) >/dev/null 2>&1; then echo {number} yes; else echo {number} no; fi\n"
                     for number, command in enumerate(commands))
    story.host.write("/usr/local/sbin/probe", "#!/bin/sh\n" + script, 0o755)
    started = "ExecStart=/bin/sh /usr/local/sbin/probe\nStandardOutput=truncate:/var/probe.log"
    story.host.write("/etc/systemd/system/probe.service", re.sub(r"^ExecStart=.*", started, text, flags=re.MULTILINE))
    (story.host.root / "var/probe.log").unlink(missing_ok=True)
    story.systemctl("daemon-reload")
    started = story.host.run("systemctl", "start", "probe.service")
    if started.returncode:
        raise RuntimeError(started.stderr + story.host.run("journalctl", "--boot", "--unit=probe.service").stdout)
    said = re.findall(r"^(\d+) (yes|no)$", story.host.read("/var/probe.log"), re.MULTILINE)
    return {commands[int(number)]: word == "yes" for number, word in said}


def tell(checks, story):
    for folder in ("/usr/lib/modules", "/root", "/home"):
        story.host.write(f"{folder}/.there", "")
    # Another user's process.
    story.host.run("sh", "-c", "setpriv --reuid 12 --clear-groups sleep 600 >/dev/null 2>&1 & echo $! >/run/other.pid")
    for unit, probes in PROBES.items():
        commands = probes[True] + probes[False]
        with checks.case(f"{story.release}, the fence of {unit}: what is needed gets through, nothing else does"):
            outside, within = _tried(story, None, commands), _tried(story, unit, commands)
            for each in commands:
                checks.same(f"{each}, without the fence and within", (outside.get(each), within.get(each)),
                            (True, each in probes[True]))
    with checks.case(f"{story.release}, the fence of holdfast-run.service: the lock's folder is made where there is none"):
        gone = story.host.run("sh", "-c", "umount /run/lock 2>/dev/null; rm -r /run/lock")
        checks.same("/run/lock is removed", (gone.returncode, gone.stderr), (0, ""))
        story.systemctl("start", "holdfast-run.service")
        checks.same("result", story.shown("holdfast-run.service", "Result"), {"Result": "success"})
        checks.same("lock", story.host.run("ls", "/run/lock").stdout, "holdfast.lock\n")
    (story.host.root / "etc/systemd/system/probe.service").unlink()
    story.systemctl("daemon-reload")
