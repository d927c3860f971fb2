"""Small Debian releases, made once by mmdebstrap and kept in build/roots/packages-*, never written to afterwards.

    roots.make(["bookworm", "trixie"])    -> {release: folder}, both made at the same time
"""
import hashlib
import pathlib
import re
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
KEPT = TOP / "build/roots"
# What the packages depend on, so that apt installs them without a network, and what a host has for its sysctl files. There
# is no systemd: only the part of it that makes users, which a case takes away.
PACKAGES = ["adduser", "cron", "libcurl4", "libjansson4", "libmd0", "zlib1g", "procps",
            "systemd-standalone-sysusers"]
RENAMED = {"trixie": {"libcurl4": "libcurl4t64"}}


def mirror():
    """The one that this machine's apt uses, whichever of the two formats names it."""
    for file in [pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"))]:
        if file.exists():
            found = re.search(r"^(?:URIs: *|deb (?:\[[^]]*\] *)?)(\S+)", file.read_text(), re.MULTILINE)
            if found:
                return found.group(1)
    return "http://deb.debian.org/debian"


def packages_of(release):
    return sorted(RENAMED.get(release, {}).get(each, each) for each in PACKAGES)


def folder_of(release):
    words = "\n".join([release, *packages_of(release)])
    return KEPT / f"packages-{release}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def make(releases):
    KEPT.mkdir(parents=True, exist_ok=True)
    started = []
    for release in releases:
        folder = folder_of(release)
        if (folder / ".complete").exists():
            continue
        for old in KEPT.glob(f"packages-{release}-*"):
            shutil.rmtree(old)
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages_of(release))}",
                   release, str(folder), mirror()]
        started.append((folder, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                 stderr=subprocess.STDOUT, text=True)))
    for folder, process in started:
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"mmdebstrap {folder.name}: {said[-2000:]}")
        (folder / ".complete").touch()
    return {release: folder_of(release) for release in releases}
