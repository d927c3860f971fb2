"""Folders of whole Debian releases, made once by mmdebstrap and kept in build/fleet, never written to afterwards.

    folders.make(["bookworm", "trixie"])    -> {release: folder}, both made at the same time
"""
import hashlib
import pathlib
import re
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
KEPT = TOP / "build/fleet"
# What a host of the tests has beside the smallest Debian: both ways to be started, real loaders, what our packages depend
# on (they are installed by dpkg, without a network), and strace, which makes a run slow enough to be met in its middle.
PACKAGES = ["cron", "systemd", "systemd-sysv", "dbus", "udev", "procps", "kmod", "iproute2", "strace", "ca-certificates",
            "libjansson4", "libmd0", "zlib1g"]
OWN = {"bookworm": ["libcurl4"], "trixie": ["libcurl4t64"]}


def _mirror():
    """The one that this machine's apt uses, whichever of the two formats names it."""
    for file in [pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"))]:
        if file.exists():
            found = re.search(r"^(?:URIs: *|deb (?:\[[^]]*\] *)?)(\S+)", file.read_text(), re.MULTILINE)
            if found:
                return found.group(1)
    return "http://deb.debian.org/debian"


def _folder(release):
    words = "\n".join([release, *sorted(PACKAGES + OWN[release])])
    return KEPT / f"{release}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def make(releases):
    KEPT.mkdir(parents=True, exist_ok=True)
    started = []
    for release in releases:
        folder = _folder(release)
        if (folder / ".complete").exists():
            continue
        for old in KEPT.glob(f"{release}-*"):
            shutil.rmtree(old)
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES + OWN[release])}",
                   # Neither looked at nor worth their room.
                   "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
                   release, str(folder), _mirror()]
        started.append((folder, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                 stderr=subprocess.STDOUT, text=True)))
    for folder, process in started:
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"mmdebstrap {folder.name}: {said[-2000:]}")
        (folder / ".complete").touch()
    return {release: _folder(release) for release in releases}
